"""A look at the records of an .xls book for what the engine does not tell: errors, hidden rows, extent, encryption."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Record numbers of [MS-XLS] 2.3.
_BOUNDSHEET, _FILEPASS, _EOF, _BOF = 0x0085, 0x002F, 0x000A, 0x0809
_ROW, _COLINFO, _MERGECELLS = 0x0208, 0x007D, 0x00E5
_FORMULA, _BOOLERR, _MULRK, _RK = 0x0006, 0x0205, 0x00BD, 0x027E
_SINGLE = frozenset({_FORMULA, _BOOLERR, _RK, 0x0203, 0x0204, 0x00D6, 0x00FD})
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}


@dataclass(slots=True)
class SheetRecords:
    """What the records of one sheet say (rows and columns from 1); kind 0 is a worksheet."""

    kind: int
    hidden: bool
    last_row: int = 0
    last_column: int = 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: set[tuple[int, int, int, int]] = field(default_factory=set)


class BrokenRecordsError(ValueError):
    """A record runs over the end of the stream."""


def is_encrypted(stream: bytes) -> bool:
    """Whether the book's globals hold a FILEPASS record."""
    for number, _offset, _size in _records(stream, 0):
        if number == _FILEPASS:
            return True
        if number == _EOF:
            break
    return False


def read_records(stream: bytes) -> list[SheetRecords]:
    """The sheets of a book stream in order. Raises BrokenRecordsError where it is cut short."""
    sheets = []
    for number, offset, size in _records(stream, 0):
        if number == _BOUNDSHEET and size >= 6:
            start, state, kind = struct.unpack_from("<IBB", stream, offset)
            sheet = SheetRecords(kind=kind, hidden=bool(state & 3))
            if kind == 0:
                _read_sheet(stream, start, sheet)
            sheets.append(sheet)
        elif number == _EOF:
            break
    return sheets


def _records(stream: bytes, position: int) -> Iterator[tuple[int, int, int]]:
    end = len(stream)
    while position + 4 <= end:
        number, size = struct.unpack_from("<HH", stream, position)
        if position + 4 + size > end:
            raise BrokenRecordsError
        yield number, position + 4, size
        position += 4 + size


def _read_sheet(stream: bytes, start: int, sheet: SheetRecords) -> None:
    depth = 0
    for number, offset, size in _records(stream, start):
        if number == _BOF:
            depth += 1
        elif number == _EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth != 1:
            continue  # An embedded chart has records of its own.
        elif number in _SINGLE and size >= 6:
            row, column = struct.unpack_from("<HH", stream, offset)
            _reach(sheet, row + 1, column + 1)
            if number == _BOOLERR and size >= 8 and stream[offset + 7]:
                sheet.errors[row + 1, column + 1] = _error(stream[offset + 6])
            elif (
                number == _FORMULA
                and size >= 14
                and stream[offset + 6] == 2
                and stream[offset + 12 : offset + 14] == b"\xff\xff"
            ):
                sheet.errors[row + 1, column + 1] = _error(stream[offset + 8])
        elif number == _MULRK and size >= 6:
            row = struct.unpack_from("<H", stream, offset)[0]
            _reach(sheet, row + 1, struct.unpack_from("<H", stream, offset + size - 2)[0] + 1)
        else:
            _read_layout(stream, number, offset, size, sheet)


def _read_layout(stream: bytes, number: int, offset: int, size: int, sheet: SheetRecords) -> None:
    if number == _ROW and size >= 16:
        row, _, _, height = struct.unpack_from("<HHHH", stream, offset)
        flags = struct.unpack_from("<H", stream, offset + 12)[0]
        if flags & 0x20 or height & 0x7FFF == 0:
            sheet.hidden_rows.add(row + 1)
    elif number == _COLINFO and size >= 10:
        first, last, width, _, flags = struct.unpack_from("<HHHHH", stream, offset)
        if flags & 1 or width == 0:
            sheet.hidden_columns.update(range(first + 1, min(last, 255) + 2))
    elif number == _MERGECELLS and size >= 2:
        count = struct.unpack_from("<H", stream, offset)[0]
        for index in range(min(count, (size - 2) // 8)):
            top, bottom, left, right = struct.unpack_from("<HHHH", stream, offset + 2 + 8 * index)
            sheet.merged.add((top + 1, left + 1, bottom + 1, right + 1))


def _reach(sheet: SheetRecords, row: int, column: int) -> None:
    sheet.last_row = max(sheet.last_row, row)
    sheet.last_column = max(sheet.last_column, column)


def _error(code: int) -> str:
    return _ERRORS.get(code, "#ERROR!")
