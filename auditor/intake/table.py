"""Raw tables: what a file holds, cell by cell, before anybody says what it means."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    from auditor.intake.inputs import InputFile
    from auditor.model.text import Text

# The largest sheet Excel can have; an address beyond it is not an address.
MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384


@dataclass(frozen=True, slots=True)
class ErrorCell:
    """An error value such as ``#N/A`` or ``#SPILL!`` that stands in a cell."""

    code: str


@dataclass(frozen=True, slots=True)
class LongNumber:
    """A number cell of 1e15 or more: Excel keeps 15 digits, those beyond are not trustworthy.

    text: the number exactly as the file holds it, e.g. ``110101199003074569`` or ``1.10101E+17``.
    """

    text: str


@dataclass(frozen=True, slots=True)
class NoCachedValue:
    """A formula whose result the file does not hold; formula: its text without ``=``."""

    formula: str


CellValue: TypeAlias = (
    str
    | int
    | float
    | bool
    | datetime.date
    | datetime.datetime
    | datetime.time
    | datetime.timedelta
    | ErrorCell
    | LongNumber
    | NoCachedValue
    | None
)


@dataclass(frozen=True, slots=True)
class Note:
    """Something the reader of the report is told about a file, a sheet (row None) or a cell; counts from 1."""

    text: Text
    row: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one file may ask of the machine; more is refused before it is parsed.

    file_bytes: the file itself; uncompressed_bytes: all parts of a zip together; ratio: uncompressed to
    file bytes, asked only above ratio_floor bytes; members: parts in a zip; cells: cells of one sheet,
    blanks between filled cells included.
    """

    file_bytes: int = 1 << 30
    uncompressed_bytes: int = 2 << 30
    ratio: int = 200
    ratio_floor: int = 100 << 20
    members: int = 10_000
    cells: int = 50_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """One sheet as it stands in the file.

    path: the display path; sheet: the sheet's name (csv, parquet: the file's stem); rows[i][j]: the cell in
    Excel row i+1, column j+1, rows may differ in length; hidden: the sheet is hidden or very hidden;
    hidden_rows, hidden_columns: from 1, within the used area; merged: (first row, first column, last row,
    last column), from 1, and only the first cell of such an area carries its value.
    """

    path: str
    sheet: str
    rows: Sequence[Sequence[CellValue]]
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Book:
    """One file: its display path, the SHA-256 and size of its bytes, its tables in the file's order."""

    path: str
    sha256: str
    size: int
    tables: tuple[Table, ...]
    notes: tuple[Note, ...] = ()


DEFAULT_LIMITS = Limits()


def read_book(source: InputFile, limits: Limits = DEFAULT_LIMITS) -> Book:
    """Read one file, opened once and read-only, whatever its extension says it is.

    Raises InputError, in both languages, for everything that cannot be read in full.
    """
    # The readers pull in the workbook engine; those who only name the types above do not pay for it.
    from auditor.intake.reading import read_file

    return read_file(source, limits)
