"""An Excel workbook that comes out the same each time, and dates as people spell them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import xlsxwriter

from source.story import Person

MADE = datetime(2026, 11, 20, 1, tzinfo=UTC)
Cells = list[object]


def card(person: Person) -> str:
    """A card's term as people copy it from the card."""
    start, end = person.card
    return f"{start:%Y.%m.%d}-{end:%Y.%m.%d}" if end else f"{start:%Y.%m.%d}-长期"


# One day in the spellings that people use; a date object becomes a real Excel date.
_SPELLINGS: tuple[Callable[[date], object], ...] = (
    lambda day: day,
    lambda day: f"{day.year}-{day.month}-{day.day}",
    lambda day: f"{day.year}/{day.month}/{day.day}",
    lambda day: f"{day:%Y.%m.%d}",
    lambda day: f"{day:%Y%m%d}",
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    lambda day: f"{day:%b %d,%Y} 04:00:45",
)


def spelled(day: date, turn: int) -> object:
    """A day in one of the spellings, by turns."""
    return _SPELLINGS[turn % len(_SPELLINGS)](day)


class Book:
    """An Excel workbook that comes out the same each time."""

    def __init__(self, path: Path, title: str) -> None:
        self.book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"})
        self.book.set_properties({"title": title, "author": "示例", "created": MADE})
        self.bold = self.book.add_format(
            {"bold": True, "bg_color": "#DDEBF7", "border": 1, "align": "center"}
        )
        self.title = self.book.add_format({"bold": True, "font_size": 16, "align": "center"})
        self.text = self.book.add_format({"num_format": "@"})
        self.day = self.book.add_format({"num_format": "yyyy-mm-dd"})

    def write(self, sheet: xlsxwriter.worksheet.Worksheet, row: int, cells: Sequence[object]) -> None:
        """Write one row: days as real dates, whole numbers as numbers, everything else as text."""
        for column, cell in enumerate(cells):
            if isinstance(cell, date):
                sheet.write_datetime(row, column, cell, self.day)
            elif isinstance(cell, int | float):
                sheet.write_number(row, column, cell)
            elif cell:
                sheet.write_string(row, column, str(cell), self.text)

    def table(self, name: str, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """A plain sheet: header in the first row."""
        sheet = self.book.add_worksheet(name)
        for column, title in enumerate(header):
            sheet.write_string(0, column, title, self.bold)
        for index, cells in enumerate(rows, start=1):
            self.write(sheet, index, cells)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(header) - 1, 20)
