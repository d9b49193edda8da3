"""A workbook of tables: safe text, real dates, filters, frozen heads, print set-up."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

from auditor.report.columns import Cell, Form, Link
from auditor.report.foreign import cut_utf16
from auditor.report.heads import ANSWERS, WRAPPED, Head, column_width, head_form, head_of
from auditor.report.placed import Placed
from auditor.report.sheet_formats import BASE, FILLS, FORMATS, Tone
from auditor.report.sheet_rules import add_choices, add_fills
from auditor.report.sheetname import head_utf16, sheet_name
from auditor.report.sheetrows import (
    CELL_UNITS,
    FIRST_DATE,
    ROW_LINES,
    RowColumn,
    SheetRows,
    lines_of,
    put_together,
    row_height,
)
from auditor.report.wording import Wording

SHEET_ROWS = 1_048_576
HEAD_UNITS = 255  # of a column in a table
_A4 = 9
_PAGE_CHARACTERS = 260  # what stays legible across a landscape page of A4
_LINE_UNITS = 80  # of one text above or below a printed page; all of them may take 255
_SIDE_LINES = 3  # for which a column that is not printed makes a row higher

_ROW_STYLES = tuple(form.value for form in Form)


class Book:
    """One .xlsx file. large: blank cells go without the line under them, which would cost a quarter of the time.

    The rows of tables wait on the disk until the rest of the workbook is ready, so that memory does not grow with them.
    """

    def __init__(
        self,
        path: Path,
        words: Wording,
        *,
        created: date,
        large: bool,
        max_rows: int = SHEET_ROWS,
        run_id: str = "",
    ) -> None:
        self.path = path
        self.words = words
        self.as_of = created
        self.max_rows = max_rows
        self.large = large
        self._folder = tempfile.TemporaryDirectory(prefix="audit-")
        self._skeleton = Path(self._folder.name, "skeleton.xlsx")
        self._files = ExitStack()
        self._rows: dict[str, SheetRows] = {}
        self._last_rows: dict[str, int] = {}
        self._book = xlsxwriter.Workbook(
            str(self._skeleton),
            {
                "tmpdir": self._folder.name,
                "strings_to_urls": False,
                "strings_to_formulas": False,
                "strings_to_numbers": False,
            },
        )
        # A fixed moment: the same result must give the same bytes.
        self._book.set_properties(
            {"title": words.label("report_title"), "created": datetime.combine(created, time())}
        )
        self._formats: dict[str, Any] = {}
        self._header = f"&L&8 {_in_header(words.label('report_title'))}&R&8 {_in_header(run_id)}"
        day = _in_header(words.label("audit_date_is", day=created))
        self._footer = f"&L&8&A&C&8 {day}&R&8&P / &N"

    def close(self) -> None:
        """Finish the file; OSError where the disk refuses."""
        try:
            self._book.close()
            put_together(self._skeleton, self._rows, self._last_rows, self.path)
        except XlsxWriterException as problem:
            raise OSError(str(problem)) from problem
        finally:
            self.discard()

    def discard(self) -> None:
        """Let go of the temporary files, finished or not."""
        self._files.close()
        self._folder.cleanup()

    def format(self, name: str) -> Any:
        """One of the workbook's cell formats."""
        if name not in self._formats:
            self._formats[name] = self._book.add_format(BASE | FORMATS[name])
        return self._formats[name]

    def tone_format(self, tone: Tone) -> Any:
        """The conditional fill of a tone."""
        key = f"tone {tone.value}"
        if key not in self._formats:
            fill = FILLS[tone]
            look = {"bg_color": fill.paper, "font_color": fill.ink, "bold": fill.bold}
            self._formats[key] = self._book.add_format(look)
        return self._formats[key]

    def head(
        self,
        label: str,
        width: int,
        form: Form = Form.SHORT,
        *,
        choices: tuple[str, ...] = (),
        printed: bool = True,
    ) -> Head:
        """The head of a column, by the key of its label, with the fills that its words have."""
        return head_of(label, width, form, self.words, choices=choices, printed=printed)

    def sheet(self, name: str, number: int = 1) -> Any:
        """A new sheet; a second one of the same name is 发现(2)."""
        taken = [one.get_name() for one in self._book.worksheets()]
        sheet = self._book.add_worksheet(sheet_name(name, taken, number=number))
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        sheet.set_header(self._header)
        sheet.set_footer(self._footer)
        return sheet

    def write(self, sheet: Any, row: int, column: int, value: Cell, form: str) -> None:
        """One cell: dates as dates, counts as numbers, everything else as text that stays text."""
        if value is None or value == "":
            sheet.write_blank(row, column, None, self.format(form))
        elif isinstance(value, date):
            if value >= FIRST_DATE:
                sheet.write_datetime(
                    row, column, datetime.combine(value, time()), self.format(_date_form(form))
                )
            else:
                sheet.write_string(row, column, value.isoformat(), self.format(form))
        elif isinstance(value, Link):
            sheet.write_string(row, column, self.safe(value.text), self.format(form))
        elif isinstance(value, int):
            sheet.write_number(row, column, value, self.format("count" if form != "figure" else form))
        else:
            sheet.write_string(row, column, self.safe(value), self.format(form))

    def safe(self, text: str) -> str:
        """A text that fits a cell and is never taken for the writer's own rich-text markup."""
        text = cut_utf16(text, CELL_UNITS, self.words.lang)
        if text.startswith("<r>") and text.endswith("</r>"):
            return cut_utf16(text + " ", CELL_UNITS, self.words.lang)
        return text

    def table(self, key: str, name: str, heads: Sequence[Head], rows: Iterable[Sequence[Cell]]) -> Placed:
        """A table with filter and frozen head, on as many sheets as its rows need.

        key: its name for programs, Latin letters and underscores.
        """
        labels = tuple(head.text for head in heads)
        heads = _told_apart(heads)
        written = 0
        parts: list[tuple[str, int]] = []
        sheet: Any = None
        body: SheetRows | None = None

        def finish() -> None:
            last = max(body.row if body else 2, 2)
            self._finish(sheet, heads, last, key if not parts else f"{key}_part{len(parts) + 1}", body)
            parts.append((sheet.get_name(), last))

        for values in rows:
            if body is None or body.row >= self.max_rows:
                if body is not None:
                    finish()
                sheet = self._begin(name, len(parts) + 1, heads)
                body = self._body(sheet, heads)
            body.add(values)
            written += 1
        if sheet is None:
            sheet = self._begin(name, 1, heads)
            self.write(sheet, 1, 0, self.words.label("nothing_listed"), "note")
        finish()
        return Placed(tuple(parts), labels, written)

    def _body(self, sheet: Any, heads: Sequence[Head]) -> SheetRows:
        """The rows of a sheet; until they are poured in, its row 2 is a pattern that shows the number of each style."""
        for column, style in enumerate(_ROW_STYLES):
            sheet.write_blank(1, column, None, self.format(style))
        columns = [
            RowColumn(
                head.width,
                head.form.value,
                _date_form(head.form.value),
                Form.COUNT.value,
                blanks=not self.large or head.form in ANSWERS,
                lines=1 if head.form not in WRAPPED else ROW_LINES if head.printed else _SIDE_LINES,
            )
            for head in heads
        ]
        part = f"xl/worksheets/sheet{len(self._book.worksheets())}.xml"
        name = Path(self._folder.name, f"rows{len(self._rows)}.xml")
        file = self._files.enter_context(name.open("w+b"))
        rows = self._rows[part] = SheetRows(file, columns, _ROW_STYLES, self.words.lang)
        return rows

    def fit_row(self, sheet: Any, row: int, widths: Sequence[int], values: Sequence[Cell]) -> None:
        """Make a row as high as its longest text needs; programs do not all do so by themselves on opening."""
        lines = max(
            (
                lines_of(value, width)
                for width, value in zip(widths, values, strict=True)
                if isinstance(value, str)
            ),
            default=1,
        )
        if lines > 1:
            sheet.set_row(row, row_height(lines))

    def _begin(self, name: str, number: int, heads: Sequence[Head]) -> Any:
        sheet = self.sheet(name, number)
        sheet.set_row(0, 24)
        for column, head in enumerate(heads):
            self.write(sheet, 0, column, head.text, head_form(head))
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        return sheet

    def _finish(self, sheet: Any, heads: Sequence[Head], last: int, key: str, body: SheetRows | None) -> None:
        """What needs the rows: widths, print set-up, the table with its filter, fills, drop-downs. last: from 1."""
        widths = [column_width(head, body.widest[column] if body else 0) for column, head in enumerate(heads)]
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        printed = max((column for column, head in enumerate(heads) if head.printed), default=0)
        sheet.print_area(0, 0, last - 1, printed)
        sheet.fit_to_pages(max(-(-sum(widths[: printed + 1]) // _PAGE_CHARACTERS), 1), 0)
        self._table(sheet, heads, last, key)
        for column, head in enumerate(heads):
            add_fills(sheet, column, last - 1, head, self.as_of, self.tone_format)
            add_choices(sheet, column, last - 1, head, self.as_of, self.words)

    def _table(self, sheet: Any, heads: Sequence[Head], last: int, key: str) -> None:
        """A table over the head and one row, stretched when the rows are poured in: the writer remembers every cell."""
        columns = [{"header": head.text, "header_format": self.format(head_form(head))} for head in heads]
        done = sheet.add_table(0, 0, 1, len(heads) - 1, {"name": key, "columns": columns, "style": None, "banded_rows": False})  # fmt: skip
        assert done == 0, key
        self._last_rows[key] = last


def _in_header(text: str) -> str:
    """A text in a page header, where an ampersand begins a command; a size before it needs a blank to end."""
    return head_utf16(text, _LINE_UNITS).replace("&", "&&")


def _told_apart(heads: Sequence[Head]) -> list[Head]:
    """The heads with texts that a table takes: short enough, and unlike each other whatever their case."""
    taken: set[str] = set()
    found = []
    for head in heads:
        text, number = head_utf16(head.text, HEAD_UNITS), 1
        while text.casefold() in taken:
            number += 1
            end = f" ({number})"
            text = head_utf16(head.text, HEAD_UNITS - len(end)) + end
        taken.add(text.casefold())
        found.append(replace(head, text=text))
    return found


def _date_form(form: str) -> str:
    return form if form in (Form.DATE, Form.ANSWER_DATE) else Form.DATE.value
