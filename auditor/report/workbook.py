"""A workbook of tables: safe text, real dates, filters, frozen heads, print set-up."""

from __future__ import annotations

import tempfile
import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

from auditor.model.verdict import Severity
from auditor.report.columns import Cell, Form
from auditor.report.foreign import cut_utf16
from auditor.report.sheetrows import (
    CELL_UNITS,
    FIRST_DATE,
    RowColumn,
    SheetRows,
    lines_of,
    put_together,
    row_height,
)
from auditor.report.wording import Wording

SHEET_ROWS = 1_048_576
NAME_LENGTH = 31
_A4, _A3 = 9, 8
_A4_CHARACTERS, _A3_CHARACTERS = 180, 380  # what stays legible across a landscape page

# Fills that stay apart in print and for readers who do not tell red from green; the word is always beside them.
FILLS: dict[Severity, tuple[str, str]] = {
    Severity.CRITICAL: ("#F6D5D5", "#7A1020"),
    Severity.HIGH: ("#FBE3CC", "#7A3E00"),
    Severity.MEDIUM: ("#FBF3CF", "#5F4B00"),
    Severity.LOW: ("#DCE9F5", "#1D4568"),
    Severity.INFO: ("#ECEEF1", "#454D57"),
}

_ANSWERS = (Form.ANSWER, Form.ANSWER_DATE)
_ROW_STYLES = tuple(form.value for form in Form)
_BASE = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "top"}
_RULE = {"bottom": 1, "bottom_color": "#D9DEE5"}


@dataclass(frozen=True, slots=True)
class Head:
    """One column of a table: its header, its width in half-width characters, its form, the words to choose from.

    printed: False for a column that only screens and programs need.
    """

    text: str
    width: int
    form: Form = Form.SHORT
    choices: tuple[str, ...] = ()
    printed: bool = True


def display_width(text: str) -> int:
    """How many half-width characters a text takes: a Chinese character counts two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)


class Book:
    """One .xlsx file. large: blank cells go without the line under them, which would cost a quarter of the time.

    The rows of tables wait on the disk until the rest of the workbook is ready, so that memory does not grow with them.
    """

    def __init__(
        self, path: Path, words: Wording, *, created: date, large: bool, max_rows: int = SHEET_ROWS
    ) -> None:
        self.path = path
        self.words = words
        self.max_rows = max_rows
        self.large = large
        self._folder = tempfile.TemporaryDirectory(prefix="audit-")
        self._skeleton = Path(self._folder.name, "skeleton.xlsx")
        self._files = ExitStack()
        self._rows: dict[str, SheetRows] = {}
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

    def close(self) -> None:
        """Finish the file; OSError where the disk refuses."""
        try:
            self._book.close()
            put_together(self._skeleton, self._rows, self.path)
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
            self._formats[name] = self._book.add_format(_BASE | _FORMATS[name])
        return self._formats[name]

    def severity_format(self, severity: Severity) -> Any:
        """The conditional fill of a severity."""
        key = f"severity {severity.code}"
        if key not in self._formats:
            fill, ink = FILLS[severity]
            self._formats[key] = self._book.add_format({"bg_color": fill, "font_color": ink, "bold": True})
        return self._formats[key]

    def sheet(self, name: str, number: int = 1) -> Any:
        """A new sheet; a second one of the same name is 发现(2)."""
        suffix = f"({number})" if number > 1 else ""
        sheet = self._book.add_worksheet(name[: NAME_LENGTH - len(suffix)] + suffix)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        sheet.set_footer("&L&8&A&R&8&P / &N")
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

    def table(self, name: str, heads: Sequence[Head], rows: Iterable[Sequence[Cell]]) -> int:
        """A table with filter and frozen head, on as many sheets as its rows need; returns the rows written."""
        number, written = 0, 0
        sheet, body = None, None
        for values in rows:
            if body is None or body.row >= self.max_rows:
                self._finish(sheet, heads, body.row if body else 1)
                number += 1
                sheet = self._begin(name, number, heads)
                body = self._body(sheet, heads)
            body.add(values)
            written += 1
        if sheet is None:
            sheet = self._begin(name, 1, heads)
            self.write(sheet, 1, 0, self.words.label("nothing_listed"), "note")
        self._finish(sheet, heads, body.row if body else 1)
        return written

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
                blanks=not self.large or head.form in _ANSWERS,
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
        for column, head in enumerate(heads):
            # The filter's arrow takes two characters beside the header.
            sheet.set_column(column, column, max(head.width, min(display_width(head.text) + 3, 40)))
        sheet.set_row(0, 24)
        for column, head in enumerate(heads):
            self.write(sheet, 0, column, head.text, "head_answer" if head.form in _ANSWERS else "head")
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        return sheet

    def _finish(self, sheet: Any, heads: Sequence[Head], row: int) -> None:
        """What needs the number of rows: filter, fills by severity word, drop-downs."""
        if sheet is None:
            return
        last = max(row - 1, 1)
        printed = max((column for column, head in enumerate(heads) if head.printed), default=0)
        total = sum(head.width for head in heads[: printed + 1])
        sheet.print_area(0, 0, last, printed)
        if total > _A4_CHARACTERS:
            sheet.set_paper(_A3)
            sheet.fit_to_pages(1 if total <= _A3_CHARACTERS else 2, 0)
        sheet.autofilter(0, 0, last, len(heads) - 1)
        for column, head in enumerate(heads):
            if head.form is Form.SEVERITY:
                for severity in sorted(Severity, reverse=True):
                    rule = {
                        "type": "cell",
                        "criteria": "==",
                        "value": f'"{self.words.say(severity.text)}"',
                        "format": self.severity_format(severity),
                    }
                    sheet.conditional_format(1, column, last, column, rule)
            if head.choices:
                rule = {"validate": "list", "source": list(head.choices)}
                sheet.data_validation(1, column, last, column, rule)
            if head.form is Form.ANSWER_DATE:
                rule = {
                    "validate": "date",
                    "criteria": ">=",
                    "value": date(2000, 1, 1),
                    "error_type": "warning",
                    "error_title": self.words.label("answer_date_title"),
                    "error_message": self.words.label("answer_date_error"),
                }
                sheet.data_validation(1, column, last, column, rule)


def _date_form(form: str) -> str:
    return form if form in (Form.DATE, Form.ANSWER_DATE) else Form.DATE.value


_FORMATS: dict[str, dict[str, Any]] = {
    "title": {"font_size": 16, "bold": True, "font_color": "#17324D"},
    "headline": {"font_size": 12, "bold": True},
    "section": {"bold": True, "font_color": "#17324D", "bottom": 2, "bottom_color": "#17324D"},
    "key": {"font_color": "#4A5563", **_RULE},
    "value": {"text_wrap": True, "num_format": "@", **_RULE},
    "figure": {"num_format": "#,##0", "align": "left", "bold": True, **_RULE},
    "note": {"font_color": "#4A5563", "italic": True},
    "head": {"bold": True, "font_color": "#FFFFFF", "bg_color": "#17324D", "valign": "vcenter"},
    "head_answer": {"bold": True, "font_color": "#17324D", "bg_color": "#F3E6B3", "valign": "vcenter"},
    Form.SHORT.value: {"num_format": "@", **_RULE},
    Form.LONG.value: {"num_format": "@", "text_wrap": True, **_RULE},
    Form.SEVERITY.value: {"num_format": "@", "align": "center", **_RULE},
    Form.DATE.value: {"num_format": "yyyy-mm-dd", "align": "left", **_RULE},
    Form.COUNT.value: {"num_format": "#,##0", **_RULE},
    Form.ANSWER.value: {"num_format": "@", "text_wrap": True, "bg_color": "#FDF9E8", **_RULE},
    Form.ANSWER_DATE.value: {"num_format": "yyyy-mm-dd", "align": "left", "bg_color": "#FDF9E8", **_RULE},
}
