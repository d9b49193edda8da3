"""Where a value stands: file, sheet, row, column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from auditor.model.words import SheetRole


@lru_cache(maxsize=1024)
def column_letters(column: int) -> str:
    """Column 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, remainder = divmod(column - 1, 26)
        letters = chr(65 + remainder) + letters
    return letters


@dataclass(frozen=True, slots=True, order=True)
class CellRef:
    """One cell; row and column count from 1. column 0 means the whole row, shown by its first cell."""

    path: str
    sheet: str
    row: int
    column: int = 0

    @property
    def cell(self) -> str:
        """`C17`."""
        return f"{column_letters(self.column or 1)}{self.row}"

    def __str__(self) -> str:
        return f"{self.path} › {self.sheet} › {self.cell}"


@dataclass(frozen=True, slots=True, eq=False)
class SheetRef:
    """One sheet with a part: which column feeds which field.

    columns: field → column number (from 1), the first where several feed one field;
    headers: column number → the header text as written.
    """

    path: str
    name: str
    role: SheetRole
    header_row: int
    columns: Mapping[str, int]
    headers: Mapping[int, str]


@dataclass(frozen=True, slots=True, eq=False)
class RowRef:
    """One row of a sheet; knows the cell of each of its fields."""

    sheet: SheetRef
    row: int

    def cell(self, field: str = "") -> CellRef:
        """The cell that feeds a field, or the whole row where no column does."""
        return CellRef(self.sheet.path, self.sheet.name, self.row, self.sheet.columns.get(field, 0))

    @property
    def target(self) -> str:
        """`sheet!row`, the canonical name of a row or document."""
        return f"{self.sheet.name}!{self.row}"

    @property
    def order(self) -> tuple[str, str, int]:
        """A sort key: file, sheet, row."""
        return (self.sheet.path, self.sheet.name, self.row)
