"""A fast pass over a sheet's XML that lets plain cells through and takes every other cell by hand.

The engine that reads the bulk rounds long numbers, blanks error values, refuses whole sheets for a newer error
and reserves memory for the area between far-off cells. So each row is matched against the few shapes of cell
that it is known to read right; any other cell is read here, and the engine gets a stand-in. A sheet whose rows
are not of these shapes at all is left to the exact reader (None), never guessed at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape as unescape_entities
from typing import TYPE_CHECKING

from auditor.intake.rawvalues import (
    column_number,
    hidden_span,
    iso_value,
    number_value,
    parse_address,
    parse_area,
)
from auditor.intake.serials import Shape
from auditor.intake.sheet_remarks import Oddity, Remarks
from auditor.intake.table import MAX_ROWS, ErrorCell, NoCachedValue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from auditor.intake.table import CellValue

_HEAD = re.compile(rb"\s*(?:<\?xml[^>]*\?>\s*)?<worksheet[\s>]")
_SHEET_DATA = re.compile(rb"<sheetData\s*(/?)>")
_SHEET_DATA_END = b"</sheetData>"

# What may follow the address of a plain cell: nothing, a number of at most 15 digits, a formula with such a
# number, an inline text.
_PLAIN = (
    rb"[^</>']*+(?:><v>[0-9.]{1,15}+</v></c>|/>|>(?:<f[^</>]*+>[^<]*+</f>)?+<v>[0-9.]{1,15}+</v></c>"
    rb'|><is><t(?: xml:space="preserve")?+>[^<]*+</t></is></c>)'
)
_ROW = re.compile(rb'<row r="([0-9]{1,7})"([^<>]*+)>(?:<c r="([A-Z]{1,2}+)\1"' + _PLAIN + rb")*+(</row>)?+")
_REST = re.compile(
    rb'(?:<c r="([A-Z]{1,2}+)([0-9]{1,7}+)"'
    + _PLAIN
    + rb'(?:<c r="([A-Z]{1,2}+)\2"'
    + _PLAIN
    + rb")*+)?+(</row>)?+"
)
_CELL = re.compile(rb'<c((?:\s[A-Za-z]+="[^"<>&]*")+)\s*(/?)>')
_ATTRIBUTE = re.compile(rb'\s([A-Za-z]+)="([^"<>&]*)"')
_INNER = re.compile(
    rb"(?P<f><f(?:\s[^<>]*)?(?:(?<=/)>|>(?P<formula>[^<]*)</f>))?"
    rb"(?P<v><v(?:\s[^<>]*)?(?:(?<=/)>|>(?P<value>[^<]*)</v>))?"
    rb"(?P<is><is>.*</is>|<is/>)?",
    re.DOTALL,
)
_ANY_ATTRIBUTE = re.compile(rb"""([\w:.-]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')""")
_COLUMN = re.compile(rb"<col\s([^<>]*)>")
_MERGE = re.compile(rb"<mergeCell\s([^<>]*)>")
_TWO_LETTERS = re.compile(rb'<c r="([A-Z]{2})')
# Where the widest sheet of two-letter columns stays below this many cells, nobody needs to look closer.
_HARMLESS_CELLS = 50_000_000
_SPARSE_CELLS = 2_000_000
_WIDEST_TWO_LETTERS = 702


@dataclass(slots=True)
class SheetScan:
    """What the pass found: the sheet data to hand to the engine and the cells taken by hand (from 1)."""

    pieces: list[bytes | memoryview]
    overlay: list[tuple[int, int, CellValue]] = field(default_factory=list)
    remarks: Remarks = field(default_factory=Remarks)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    last_row: int = 0
    last_column: int = 0


def scan_sheet(data: bytes, shapes: Sequence[Shape], date1904: bool, max_cells: int) -> SheetScan | None:
    """Scan one worksheet part (UTF-8, line ends normalised); None where the exact reader is needed."""
    if _HEAD.match(data) is None or (opening := _SHEET_DATA.search(data)) is None:
        return None
    head = data[: opening.start()]
    start = opening.end()
    end = start if opening.group(1) else data.rfind(_SHEET_DATA_END)
    tail = data[end:]
    if end < start or b"<!" in head or b"<!" in tail or b"<sheetData" in tail:
        return None
    pass_ = _Pass(data, start, end, shapes, date1904)
    if not pass_.run() or not pass_.is_dense(max_cells):
        return None
    scan = pass_.scan
    scan.hidden_columns = _hidden_columns(head, scan.last_column)
    scan.merged = tuple(sorted(_merged(tail)))
    return scan


class _Pass:
    """One walk over the rows between <sheetData> and </sheetData>."""

    def __init__(self, data: bytes, start: int, end: int, shapes: Sequence[Shape], date1904: bool) -> None:
        self.scan = SheetScan(pieces=[])
        self._data = data
        self._start = start
        self._end = end
        self._kept = start
        self._shapes = shapes
        self._date1904 = date1904
        self._counted: set[tuple[int, int]] = set()

    def run(self) -> bool:
        """Whether every row had a shape this pass knows."""
        data, position, last_row = self._data, self._start, 0
        scan = self.scan
        match = _ROW.match
        columns = set()
        while (found := match(data, position)) is not None:
            row_text, attributes, last, closed = found.groups()
            row = int(row_text)
            if not last_row < row <= MAX_ROWS:
                return False
            position = found.end()
            last_row = row
            if last is not None:
                columns.add(last)
                scan.last_row = row
            if b"hidden" in attributes or b'ht="0"' in attributes:
                self._row_attributes(row, attributes)
            if closed is None:
                if attributes.endswith(b"/"):
                    if last is not None:
                        return False
                    continue
                after = self._finish_row(row, position, columns)
                if after is None:
                    return False
                position = after
        scan.last_column = max(scan.last_column, *(column_number(name.decode()) for name in columns), 0)
        scan.pieces.append(memoryview(data)[self._kept : self._end])
        return data[position : self._end].strip() == b"" and self._mark_impossible_dates()

    def is_dense(self, max_cells: int) -> bool:
        """Whether the area the engine will reserve is in proportion to the file."""
        scan = self.scan
        if scan.last_row * _WIDEST_TWO_LETTERS > _HARMLESS_CELLS:
            # Cells may stand out of order, so the last cell of a row need not be its widest.
            for name in set(_TWO_LETTERS.findall(self._data, self._start, self._end)):
                scan.last_column = max(scan.last_column, column_number(name.decode()))
        area = scan.last_row * scan.last_column
        return area <= max_cells and area <= max(_SPARSE_CELLS, self._end - self._start)

    def _row_attributes(self, row: int, attributes: bytes) -> None:
        found = _attributes(attributes)
        if found.get("hidden") in {"1", "true"} or found.get("ht") == "0":
            self.scan.hidden_rows.add(row)

    def _finish_row(self, row: int, position: int, columns: set[bytes]) -> int | None:
        """Take odd cells by hand up to the end of the row; the position after it, or None."""
        data = self._data
        row_text = b"%d" % row
        while True:
            cell = _CELL.match(data, position)
            if cell is None:
                # A row that holds nothing else may still end here.
                return position + 6 if data.startswith(b"</row>", position) else None
            after = self._take_cell(row, cell)
            if after is None:
                return None
            rest = _REST.match(data, after)
            if rest is None:
                return None
            first, first_row, last, closed = rest.groups()
            if first is not None:
                if first_row != row_text:
                    return None
                columns.add(first)
                if last is not None:
                    columns.add(last)
            position = rest.end()
            if closed is not None:
                return position

    def _take_cell(self, row: int, cell: re.Match[bytes]) -> int | None:
        """Read one odd cell; the position after it, or None where its shape is unknown."""
        data = self._data
        attributes = {key: value.decode() for key, value in _ATTRIBUTE.findall(cell.group(1))}
        address = parse_address(attributes.get(b"r", ""))
        if address is None or address[0] != row:
            return None
        if cell.group(2):
            inner, after = b"", cell.end()
        else:
            close = data.find(b"</c>", cell.end(), self._end)
            if close < 0:
                return None
            inner, after = data[cell.end() : close], close + 4
        found = _INNER.fullmatch(inner)
        if found is None:
            return None
        column = address[1]
        style = attributes.get(b"s", "0")
        if not style.isdigit():
            return None
        index = int(style)
        shape = self._shapes[index] if index < len(self._shapes) else Shape.NUMBER
        taken = self._read_odd(attributes.get(b"t", "n"), found, shape)
        if taken is None:
            return None
        by_hand, value, oddity = taken
        if oddity is not None:
            self.scan.remarks.add(oddity, row, column)
            if oddity is Oddity.NO_DATE:
                self._counted.add(address)
        if by_hand:
            self.scan.pieces.append(memoryview(data)[self._kept : cell.start()])
            self._kept = after
            if value is None:
                return after
            self.scan.overlay.append((row, column, value))
            self.scan.pieces.append(b'<c r="%s"><v>0</v></c>' % attributes[b"r"].encode())
        self.scan.last_row = row
        self.scan.last_column = max(self.scan.last_column, column)
        return after

    def _read_odd(
        self, kind: str, found: re.Match[bytes], shape: Shape
    ) -> tuple[bool, CellValue, Oddity | None] | None:
        """(taken by hand?, value, oddity) of an odd cell; None where only the exact reader knows."""
        if kind not in {"n", "s", "str", "b", "e", "d", "inlineStr"}:
            return None
        raw = found["value"]
        if (
            not raw
            and found["f"] is not None
            and found["is"] is None
            and (kind != "str" or found["v"] is None)
        ):
            formula = unescape_entities((found["formula"] or b"").decode("utf-8", "replace"))
            return True, NoCachedValue(formula), Oddity.NO_VALUE
        if kind in {"str", "inlineStr"}:
            return False, None, None
        text = (raw or b"").decode("utf-8", "replace")
        if "&" in text:
            return None
        if kind == "e":
            return True, ErrorCell(text.strip()), Oddity.ERROR
        if kind == "d":
            return True, iso_value(text), None
        if kind == "b" and text in {"true", "false", "0", "1"}:
            return True, text in {"true", "1"}, None
        if kind == "n":
            value, oddity = number_value(text, shape, self._date1904)
            return True, value, oddity
        if kind == "s" and text.isascii() and text.isdigit():
            return False, None, None
        return (True, None, None) if not raw else None

    def _mark_impossible_dates(self) -> bool:
        """Count the plain numbers in date cells that are no date; the engine leaves them numbers."""
        dated = [str(index) for index, shape in enumerate(self._shapes) if shape is not Shape.NUMBER]
        if not dated:
            return True
        # 2,950,000 is a little before 9999-12-31 in either date system, and few cells come near it.
        large = re.compile(
            rb' s="(?:'
            + "|".join(dated).encode()
            + rb')"[^</>]*><v>((?:[0-9]{8,}|[3-9][0-9]{6}|29[5-9][0-9]{4})[0-9.]*)<'
        )
        for found in large.finditer(self._data, self._start, self._end):
            start = self._data.rfind(b"<c ", self._start, found.start() + 1)
            attributes = _attributes(self._data[start + 2 : found.end()])
            address = parse_address(attributes.get("r", ""))
            if address is None:
                return False
            if attributes.get("t", "n") != "n":
                continue
            shape = self._shapes[int(attributes["s"])]
            _, oddity = number_value(found.group(1).decode(), shape, self._date1904)
            if oddity is Oddity.NO_DATE and address not in self._counted:
                if shape is Shape.DURATION:
                    # The engine stumbles over a duration beyond its range and loses the whole sheet.
                    return False
                self.scan.remarks.add(oddity, *address)
        return True


def _attributes(text: bytes) -> dict[str, str]:
    return {
        key.decode("utf-8", "replace"): (double or single).decode("utf-8", "replace")
        for key, double, single in _ANY_ATTRIBUTE.findall(text)
    }


def _hidden_columns(head: bytes, last_column: int) -> frozenset[int]:
    hidden: set[int] = set()
    for found in _COLUMN.finditer(head):
        hidden.update(hidden_span(_attributes(found.group(1)), last_column))
    return frozenset(hidden)


def _merged(tail: bytes) -> set[tuple[int, int, int, int]]:
    areas = (parse_area(_attributes(found.group(1)).get("ref", "")) for found in _MERGE.finditer(tail))
    return {area for area in areas if area is not None}
