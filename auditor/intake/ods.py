"""OpenDocument spreadsheets (.ods): an exact reader whose memory follows the cells, not their repeat counts."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING

from auditor.errors import InputError
from auditor.intake.archive import missing_part, password_protected
from auditor.intake.rawvalues import iso_value, number_value
from auditor.intake.serials import Shape, clock_time
from auditor.intake.sheet_remarks import Oddity, Remarks, hidden_notes
from auditor.intake.table import MAX_COLUMNS, MAX_ROWS, ErrorCell, NoCachedValue, Table
from auditor.intake.xmlparts import local_name, walk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from auditor.intake.archive import Archive
    from auditor.intake.table import CellValue, Limits

_CONTENT = "content.xml"
_MANIFEST = "META-INF/manifest.xml"
_DURATION = re.compile(r"(-?)P(?:(\d{1,6})D)?T?(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})(?:[.,](\d+))?S)?")
_HIDDEN = frozenset({"collapse", "filter"})


def read_ods(archive: Archive, limits: Limits) -> tuple[Table, ...]:
    """All sheets in order. Raises InputError for encrypted and damaged documents and for repeat bombs."""
    archive.refuse_declarations()
    if _MANIFEST in archive:
        found = []

        def look(name: str, _attributes: Mapping[str, str]) -> None:
            if name == "encryption-data":
                found.append(name)

        walk(archive.xml(_MANIFEST), archive.where, look)
        if found:
            raise password_protected(archive.where)
    if _CONTENT not in archive:
        raise missing_part(archive.where, _CONTENT)
    return _Document(archive.xml(_CONTENT), archive.where, limits).tables()


class _Sheet:
    """One table being read."""

    def __init__(self, name: str, style: str) -> None:
        self.name = name
        self.style = style
        self.rows: list[list[CellValue]] = []
        self.remarks = Remarks()
        self.hidden_rows: list[range] = []
        self.hidden_columns: list[range] = []
        self.merged: set[tuple[int, int, int, int]] = set()
        self.row = 0
        self.column = 0
        self.column_definitions = 0


class _Document:
    """The content part, walked once."""

    def __init__(self, data: bytes, where: str, limits: Limits) -> None:
        self._where = where
        self._room = limits.cells
        self._sheets: list[_Sheet] = []
        self._sheet: _Sheet | None = None
        self._depth = 0
        self._style = ""
        self._hidden_styles: set[str] = set()
        self._cells: list[CellValue] = []
        self._row_repeat = 1
        self._cell: dict[str, str] = {}
        self._in_cell = False
        self._skipped = 0
        self._paragraphs: list[list[str]] = []
        walk(data, where, self._start, self._end, self._characters)

    def tables(self) -> tuple[Table, ...]:
        """The sheets as tables."""
        return tuple(self._table(sheet) for sheet in self._sheets)

    def _table(self, sheet: _Sheet) -> Table:
        width = max(map(len, sheet.rows), default=0)
        hidden = sheet.style in self._hidden_styles
        rows = frozenset(n for span in sheet.hidden_rows for n in span if n <= len(sheet.rows))
        columns = frozenset(n for span in sheet.hidden_columns for n in span if n <= width)
        return Table(
            path=self._where,
            sheet=sheet.name,
            rows=sheet.rows,
            hidden=hidden,
            hidden_rows=rows,
            hidden_columns=columns,
            merged=tuple(sorted(sheet.merged)),
            notes=hidden_notes(hidden, rows, columns) + sheet.remarks.notes(),
        )

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        if self._in_cell:
            self._start_in_cell(name, attributes)
            return
        plain = {local_name(key): value for key, value in attributes.items()}
        if name == "table":
            self._depth += 1
            if self._depth == 1:
                self._sheet = _Sheet(plain.get("name", ""), plain.get("style-name", ""))
                self._sheets.append(self._sheet)
        elif self._sheet is None:
            if name == "style":
                self._style = plain.get("name", "")
            elif name == "table-properties" and plain.get("display") == "false":
                self._hidden_styles.add(self._style)
        elif name == "table-column":
            self._define_columns(self._sheet, plain)
        elif name == "table-row":
            self._begin_row(self._sheet, plain)
        elif name in {"table-cell", "covered-table-cell"}:
            self._cell = plain
            # The formula and value types of extensions share local names with the standard's.
            self._cell["error"] = "error" if attributes.get("calcext:value-type") == "error" else ""
            self._cell["value-type"] = attributes.get("office:value-type", plain.get("value-type", ""))
            self._in_cell = True
            self._paragraphs = []

    def _start_in_cell(self, name: str, attributes: Mapping[str, str]) -> None:
        if self._skipped or name in {"annotation", "frame", "shapes", "table", "ruby-text"}:
            self._skipped += 1
        elif name == "p":
            self._paragraphs.append([])
        elif self._paragraphs:
            if name == "s":
                self._paragraphs[-1].append(" " * min(_count(attributes.get("text:c")), 1000))
            elif name == "tab":
                self._paragraphs[-1].append("\t")
            elif name == "line-break":
                self._paragraphs[-1].append("\n")

    def _characters(self, characters: str) -> None:
        if self._in_cell and self._paragraphs and not self._skipped:
            self._paragraphs[-1].append(characters)

    def _end(self, name: str) -> None:
        if self._skipped:
            self._skipped -= 1
        elif name in {"table-cell", "covered-table-cell"} and self._in_cell:
            self._in_cell = False
            if self._sheet is not None:
                self._finish_cell(self._sheet)
        elif name == "table-row" and self._sheet is not None:
            self._finish_row(self._sheet)
        elif name == "table" and not self._in_cell:
            self._depth -= 1
            if self._depth == 0:
                self._sheet = None

    def _define_columns(self, sheet: _Sheet, attributes: Mapping[str, str]) -> None:
        first = sheet.column_definitions + 1
        sheet.column_definitions += _count(attributes.get("number-columns-repeated"))
        if attributes.get("visibility") in _HIDDEN:
            sheet.hidden_columns.append(range(first, min(sheet.column_definitions, MAX_COLUMNS) + 1))

    def _begin_row(self, sheet: _Sheet, attributes: Mapping[str, str]) -> None:
        self._row_repeat = _count(attributes.get("number-rows-repeated"))
        self._cells = []
        sheet.column = 0
        if attributes.get("visibility") in _HIDDEN:
            sheet.hidden_rows.append(range(sheet.row + 1, min(sheet.row + self._row_repeat, MAX_ROWS) + 1))

    def _finish_row(self, sheet: _Sheet) -> None:
        if self._cells:
            if sheet.row + self._row_repeat > MAX_ROWS:
                raise self._too_large()
            self._take_room(len(self._cells) * self._row_repeat)
            while len(sheet.rows) < sheet.row:
                sheet.rows.append([])
            sheet.rows.extend(list(self._cells) for _ in range(self._row_repeat))
        sheet.row += self._row_repeat

    def _finish_cell(self, sheet: _Sheet) -> None:
        repeat = _count(self._cell.get("number-columns-repeated"))
        row, column = sheet.row + 1, sheet.column + 1
        value, oddity = self._value()
        sheet.column += repeat
        if value is not None:
            if sheet.column > MAX_COLUMNS:
                raise self._too_large()
            self._cells.extend([None] * (column - 1 - len(self._cells)))
            self._cells.extend([value] * repeat)
            if oddity is not None:
                sheet.remarks.add(oddity, row, column)
        down = _count(self._cell.get("number-rows-spanned"))
        right = _count(self._cell.get("number-columns-spanned"))
        if down > 1 or right > 1:
            sheet.merged.add(
                (row, column, min(row + down - 1, MAX_ROWS), min(column + right - 1, MAX_COLUMNS))
            )

    def _value(self) -> tuple[CellValue, Oddity | None]:
        cell = self._cell
        kind = cell["value-type"]
        text = "\n".join("".join(paragraph) for paragraph in self._paragraphs)
        formula = cell.get("formula")
        if cell["error"] or (
            formula is not None and kind in {"", "string"} and text.startswith(("#", "Err:"))
        ):
            return ErrorCell(text or "#ERROR!"), Oddity.ERROR
        if kind in {"float", "percentage", "currency"}:
            return number_value(cell.get("value", ""), Shape.NUMBER, False)
        if kind == "date":
            return iso_value(cell.get("date-value", "")), None
        if kind == "time":
            return _duration(cell.get("time-value", "")), None
        if kind == "boolean":
            return cell.get("boolean-value") == "true", None
        if not kind and not text and formula is not None:
            return NoCachedValue(formula), Oddity.NO_VALUE
        return cell.get("string-value") or text or None, None

    def _take_room(self, cells: int) -> None:
        self._room -= cells
        if self._room < 0:
            raise self._too_large()

    def _too_large(self) -> InputError:
        return InputError(
            "工作表太大：重复的行或列展开后超过允许的单元格数",
            "The sheet is too large: its repeated rows or columns unfold to more cells than are allowed",
            hint_zh="请删除表格下方和右侧多余的内容，或另存为 .xlsx。",
            hint_en="Delete what is not needed below and to the right of the table, or save it as .xlsx.",
            where=self._where,
        )


def _count(text: str | None) -> int:
    if text is None or not (text.isascii() and text.isdigit()):
        return 1
    return max(1, int(text[:9]))


def _duration(text: str) -> datetime.time | datetime.timedelta | str | None:
    found = _DURATION.fullmatch(text)
    if found is None:
        return text or None
    sign, days, hours, minutes, seconds, fraction = found.groups()
    length = datetime.timedelta(
        days=int(days or 0),
        hours=int(hours or 0),
        minutes=int(minutes or 0),
        seconds=int(seconds or 0),
        microseconds=int((fraction or "0")[:6].ljust(6, "0")),
    )
    if sign:
        return -length
    if length < datetime.timedelta(days=1):
        return clock_time(length)
    return length
