"""Where the cells of one sheet stand in its XML, found in one walk, and the merged ranges they belong to."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.parsers import expat

from auditor.report.annotation_marks import Marks
from auditor.report.ooxml_package import position
from auditor.report.ooxml_xml import irregular, refuse_odd_encoding, tag_end

_MERGE = re.compile(rb"<(?:[\w.-]+:)?mergeCell\b[^>]*?\bref\s*=\s*[\"']([A-Z$0-9]+):([A-Z$0-9]+)[\"']")
_SMALL_MERGE = 4_096
_DEFAULT_WIDTH, _DEFAULT_HEIGHT = 64, 20  # pixels of a column and a row for which the book says nothing
# What stands after the place of legacyDrawing in a worksheet (ISO/IEC 29500-1, 18.3.1.99).
_AFTER_LEGACY = frozenset(
    ("legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst", "AlternateContent")
)  # fmt: skip


@dataclass(slots=True)
class FoundCell:
    """A cell as the XML has it. valued: it holds more than a style."""

    column: int
    start: int
    inner: int
    style: int
    valued: bool = False


@dataclass(slots=True)
class FoundRow:
    """A row that is marked. style: the one its empty cells have, None where the columns say it."""

    number: int
    start: int
    inner: int
    closed: bool
    style: int | None
    spans: str
    close: int = 0
    cells: dict[int, FoundCell] = field(default_factory=dict)

    @property
    def first_value(self) -> int:
        """The column of the first cell with a value; else of the first cell; else 1."""
        valued = (one.column for one in self.cells.values() if one.valued)
        return next(valued, next(iter(self.cells), 1))


@dataclass(slots=True)
class FoundSheet:
    """What the annotator has to know of a sheet.

    prefix: of its elements ("x:" or ""); columns: (first, last, style, pixels); heights: pixels of rows that differ;
    legacy_at: where a legacyDrawing belongs; legacy: the relation of the one there is.
    """

    prefix: str = ""
    rows: dict[int, FoundRow] = field(default_factory=dict)
    columns: list[tuple[int, int, int, int]] = field(default_factory=list)
    heights: dict[int, int] = field(default_factory=dict)
    width: int = _DEFAULT_WIDTH
    height: int = _DEFAULT_HEIGHT
    legacy: str = ""
    legacy_at: int = -1
    conditional: bool = False

    def column_style(self, column: int) -> int:
        """The style of a column's empty cells."""
        return next((style for first, last, style, _px in self.columns if first <= column <= last), 0)

    def column_pixels(self, column: int) -> int:
        """The width of a column."""
        return next((px for first, last, _style, px in self.columns if first <= column <= last), self.width)

    def row_pixels(self, row: int) -> int:
        """The height of a row."""
        return self.heights.get(row, self.height)


class Merges:
    """The merged ranges of a sheet."""

    def __init__(self, data: bytes) -> None:
        self._ranges: list[tuple[int, int, int, int]] = []
        self._large: list[tuple[int, int, int, int]] = []
        self._corner: dict[tuple[int, int], tuple[int, int]] = {}
        for first, last in _MERGE.findall(data, max(data.rfind(b"sheetData"), 0)):
            (top, left), (bottom, right) = position(first.decode()), position(last.decode())
            if not 0 < top <= bottom or not 0 < left <= right:
                continue
            self._ranges.append((top, left, bottom, right))
            if (bottom - top + 1) * (right - left + 1) > _SMALL_MERGE:
                self._large.append((top, left, bottom, right))
                continue
            for row in range(top, bottom + 1):
                for column in range(left, right + 1):
                    self._corner[row, column] = (top, left)

    def corner(self, row: int, column: int) -> tuple[int, int]:
        """The cell that shows: the top left one of the range that a cell belongs to, else the cell itself."""
        found = self._corner.get((row, column))
        if found is not None:
            return found
        for top, left, bottom, right in self._large:
            if top <= row <= bottom and left <= column <= right:
                return (top, left)
        return (row, column)

    def tops(self, rows: Iterable[int]) -> set[int]:
        """The first rows of the ranges that reach into some rows."""
        ordered = sorted(set(rows))
        return {
            top
            for top, _left, bottom, _right in self._ranges
            if bisect_left(ordered, top) < bisect_right(ordered, bottom)
        }


def find_cells(data: bytes, part: str, marks: Marks, merges: Merges) -> FoundSheet:
    """Look through a sheet for the rows that are marked. Raises UnfitBookError where its rows are out of order."""
    refuse_odd_encoding(data, part)
    wanted = {row for row, _column in marks}
    wanted |= merges.tops(wanted)
    return _Scan(data, part, wanted).run()


class _Scan:
    """One walk over the XML of a sheet; rows that nobody asks for are passed over quickly."""

    def __init__(self, data: bytes, part: str, wanted: set[int]) -> None:
        self.data, self.part, self.wanted = data, part, wanted
        self.sheet = FoundSheet()
        self.parser = expat.ParserCreate()
        self.depth = 0
        self.last_row = self.last_column = 0
        self.row: FoundRow | None = None
        self.cell: FoundCell | None = None

    def run(self) -> FoundSheet:
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        try:
            self.parser.Parse(self.data, True)
        except expat.ExpatError as problem:
            raise irregular(self.part) from problem
        return self.sheet

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth == 1:
            prefix, colon, local = name.rpartition(":")
            if local != "worksheet":
                raise irregular(self.part)
            self.sheet.prefix = prefix + colon
            self.names = tuple(f"{prefix}{colon}{one}" for one in ("row", "c", "v", "is", "f"))
            return
        local = name.rpartition(":")[2]
        if self.depth == 2:
            self._top(local, attributes)
        elif self.depth == 3 and local == "col":
            self._column(attributes)

    def _top(self, local: str, attributes: dict[str, str]) -> None:
        sheet = self.sheet
        if local == "sheetData":
            self.parser.StartElementHandler = self._start_inside
            self.parser.EndElementHandler = self._end_inside
        elif local == "sheetFormatPr":
            sheet.width = _pixels(attributes.get("defaultColWidth"), _DEFAULT_WIDTH)
            sheet.height = _points(attributes.get("defaultRowHeight"), _DEFAULT_HEIGHT)
        elif local == "conditionalFormatting":
            sheet.conditional = True
        elif local == "legacyDrawing":
            sheet.legacy = next((value for key, value in attributes.items() if key.endswith(":id")), "")
        elif local in _AFTER_LEGACY and sheet.legacy_at < 0:
            sheet.legacy_at = self.parser.CurrentByteIndex

    def _column(self, attributes: dict[str, str]) -> None:
        hidden = attributes.get("hidden") in {"1", "true"}
        pixels = 0 if hidden else _pixels(attributes.get("width"), self.sheet.width)
        first, last = self._number(attributes, "min"), self._number(attributes, "max")
        self.sheet.columns.append((first, last, self._number(attributes, "style"), pixels))

    def _end(self, _name: str) -> None:
        self.depth -= 1
        if self.depth == 0 and self.sheet.legacy_at < 0:
            self.sheet.legacy_at = self.parser.CurrentByteIndex

    def _start_inside(self, name: str, attributes: dict[str, str]) -> None:
        row_name, cell_name, *values = self.names
        if name == row_name:
            self._begin_row(attributes)
        elif self.row is None:
            return
        elif name == cell_name:
            self._begin_cell(attributes)
        elif name in values and self.cell is not None:
            self.cell.valued = True

    def _begin_row(self, attributes: dict[str, str]) -> None:
        number = self._number(attributes, "r") if "r" in attributes else self.last_row + 1
        if number <= self.last_row:
            raise irregular(self.part)
        self.last_row, self.last_column, self.cell = number, 0, None
        if attributes.get("hidden") in {"1", "true"}:
            self.sheet.heights[number] = 0
        elif "ht" in attributes:
            self.sheet.heights[number] = _points(attributes["ht"], self.sheet.height)
        if number in self.wanted:
            at = self.parser.CurrentByteIndex
            inner, closed = tag_end(self.data, at, self.part)
            own = attributes.get("customFormat") in {"1", "true"}
            style = self._number(attributes, "s") if own else None
            self.row = FoundRow(number, at, inner, closed, style, attributes.get("spans", ""), inner)
            self.sheet.rows[number] = self.row

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        assert self.row is not None
        row, column = self.row.number, self.last_column + 1
        if "r" in attributes:
            row, column = position(attributes["r"])
        if row != self.row.number or column <= self.last_column:
            raise irregular(self.part)
        self.last_column = column
        at = self.parser.CurrentByteIndex
        inner, _closed = tag_end(self.data, at, self.part)
        self.cell = FoundCell(column, at, inner, self._number(attributes, "s"))
        self.row.cells[column] = self.cell

    def _end_inside(self, name: str) -> None:
        if name == self.names[0]:
            if self.row is not None and not self.row.closed:
                self.row.close = self.parser.CurrentByteIndex
            self.row = self.cell = None
        elif name.rpartition(":")[2] == "sheetData":
            self.depth -= 1
            self.parser.StartElementHandler = self._start
            self.parser.EndElementHandler = self._end

    def _number(self, attributes: dict[str, str], name: str) -> int:
        text = attributes.get(name, "0")
        if not text.isascii() or not text.isdigit() or len(text) > 9:
            raise irregular(self.part)
        return int(text)


def _pixels(width: str | None, missing: int) -> int:
    """The pixels of a column width in characters."""
    number = _float(width)
    return missing if number is None else int(number * 7 + 5)


def _points(height: str | None, missing: int) -> int:
    """The pixels of a row height in points."""
    number = _float(height)
    return missing if number is None else round(number * 4 / 3)


def _float(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if 0 <= number < 10_000 else None
