"""The rows of a table as the XML of a sheet, rendered in one go and poured into a workbook that is otherwise ready.

A writer of single cells spends most of a large report on its own book-keeping; the rows need none of it.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import IO

from auditor.model.place import column_letters
from auditor.report.columns import Cell, Link
from auditor.report.foreign import cut_utf16

CELL_UNITS = 32_767  # what one cell holds, in UTF-16 units
FIRST_DATE = date(1900, 3, 1)  # before it Excel's days are off by one, and the program says so as text
_DAY_ZERO = date(1899, 12, 30).toordinal()
_LINE_POINTS, ROW_LINES = 14.5, 12  # a taller row hides its neighbours; the cell still holds the whole text
_CHUNK = 1 << 20

# A style stands in the rows as one of these bytes until the workbook says its number; no XML text can hold them.
_PLACEHOLDERS = "\x01\x02\x03\x04\x05\x06\x07\x08"
_PATTERN_ROW = re.compile(rb'<row r="2"[^>]*>(.*?)</row>', re.DOTALL)
_STYLE = re.compile(rb' s="(\d+)"')
_DIMENSION = re.compile(rb'<dimension ref="[^"]*"/>')
_TABLE_NAME = re.compile(rb' displayName="([^"]*)"')
_TABLE_REF = re.compile(rb' ref="A1:([A-Z]+)2"')
_END = b"</sheetData>"

_SPECIAL = re.compile("[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_WORDS = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "_": "_x005F_"}


@dataclass(frozen=True, slots=True)
class RowColumn:
    """One column of the rows: width in half-width characters, and the styles of texts, dates and numbers in it.

    blanks: an empty cell is written too, for its style. lines: the most lines for which it makes a row higher.
    """

    width: int
    text: str
    day: str
    number: str
    blanks: bool
    lines: int = ROW_LINES


def lines_of(text: str, width: int) -> int:
    """How many lines a wrapped text takes, an empty one one; no more than a row is made high for."""
    count = 0
    for line in text.split("\n"):
        count += max(-(-_places(line) // max(width - 1, 1)), 1)
        if count >= ROW_LINES:
            return ROW_LINES
    return count


def _places(line: str) -> int:
    """The half-width places of a line, by its UTF-8 length: a Chinese character has three bytes and two places."""
    return len(line) if line.isascii() else (len(line) + len(line.encode("utf-8", "replace"))) // 2


def row_height(lines: int) -> float:
    """The height in points of a row with that many lines, in whole pixels of three quarters of a point."""
    return round((lines * _LINE_POINTS + 2) / 0.75) * 0.75


def _special(found: re.Match[str]) -> str:
    """Markup as entities, what XML cannot hold as _x0001_, and a text that looks like that escaped itself."""
    piece = found.group()
    return _WORDS.get(piece) or f"_x{ord(piece):04X}_"


def _inline(text: str) -> str:
    keep = ' xml:space="preserve"' if text[0].isspace() or text[-1].isspace() else ""
    return f' t="inlineStr"><is><t{keep}>{_SPECIAL.sub(_special, text)}</t></is></c>'


@lru_cache(maxsize=1 << 15)
def _often(text: str) -> tuple[str, int]:
    """The XML of a text and its places in one line; 0 places for a text of several lines."""
    return _inline(text), 0 if "\n" in text else _places(text)


def _link(value: Link) -> str:
    """A formula of our own with its text worked out, so that it shows in programs that do not calculate."""
    target = value.target.replace('"', '""')
    text = value.text.replace('"', '""')
    formula = _SPECIAL.sub(_special, f'HYPERLINK("{target}","{text}")')
    return f' t="str"><f>{formula}</f><v>{_SPECIAL.sub(_special, value.text)}</v></c>'


_OFTEN = 64  # longer texts seldom come twice


class SheetRows:
    """The rows below the head of one sheet, rendered as they come into a file of their own.

    styles: the names of the styles in the order of the workbook's pattern row (its row 2).
    """

    def __init__(
        self, file: IO[bytes], columns: Sequence[RowColumn], styles: Sequence[str], lang: str
    ) -> None:
        self.row = 1
        self._file = file
        self._lang = lang
        self._last = column_letters(len(columns))
        self.widest = [0] * len(columns)
        self._most = [one.lines for one in columns]
        marks = dict(zip(styles, _PLACEHOLDERS, strict=False))
        self._columns = [
            (
                f'<c r="{column_letters(number)}',
                one.width,
                one.blanks,
                f'" s="{marks[one.text]}"',
                f'" s="{marks[one.day]}"',
                f'" s="{marks[one.number]}"',
            )
            for number, one in enumerate(columns, 1)
        ]

    def add(self, values: Sequence[Cell]) -> None:
        """One row: dates as dates, counts as numbers, everything else as text that stays text."""
        self.row += 1
        row = str(self.row)
        parts = [""]
        most = 1
        widest = self.widest
        for index, ((start, width, blanks, text, day, number), value) in enumerate(
            zip(self._columns, values, strict=True)
        ):
            if value is None or value == "":
                if blanks:
                    parts.append(f"{start}{row}{text}/>")
                continue
            if isinstance(value, date):
                if value >= FIRST_DATE:
                    parts.append(f"{start}{row}{day}><v>{value.toordinal() - _DAY_ZERO}</v></c>")
                    continue
                value = value.isoformat()
            elif isinstance(value, int):
                parts.append(f"{start}{row}{number}><v>{value:d}</v></c>")
                continue
            elif isinstance(value, Link):
                parts.append(f"{start}{row}{text}{_link(value)}")
                continue
            if len(value) < _OFTEN:
                xml, places = _often(value)
                lines = 1 if 0 < places < width else lines_of(value, width)
                if places > widest[index]:
                    widest[index] = places
            else:
                if len(value) * 2 > CELL_UNITS:
                    value = cut_utf16(value, CELL_UNITS, self._lang)
                xml, lines = _inline(value), lines_of(value, width)
                widest[index] = _OFTEN
            if lines > most:
                most = max(most, min(lines, self._most[index]))
            parts.append(f"{start}{row}{text}{xml}")
        parts[0] = (
            f'<row r="{row}" ht="{row_height(most):g}" customHeight="1">' if most > 1 else f'<row r="{row}">'
        )
        parts.append("</row>")
        self._file.write("".join(parts).encode())

    def pour(self, sheet: bytes, into: IO[bytes]) -> None:
        """The sheet with its pattern row replaced by the rows."""
        pattern = _PATTERN_ROW.search(sheet)
        assert pattern is not None
        found = zip(_PLACEHOLDERS.encode(), _STYLE.findall(pattern.group(1)), strict=False)
        styles = {bytes([mark]): number for mark, number in found}
        head = _DIMENSION.sub(
            f'<dimension ref="A1:{self._last}{self.row}"/>'.encode(), sheet[: pattern.start()]
        )
        into.write(head)
        self._file.seek(0)
        while chunk := self._file.read(_CHUNK):
            for mark, number in styles.items():
                chunk = chunk.replace(mark, number)
            into.write(chunk)
        into.write(sheet[sheet.index(_END, pattern.end()) :])


def _stretched(table: bytes, last_rows: Mapping[str, int]) -> bytes:
    """The part of a table that was laid out over two rows, reaching to its last one."""
    name = _TABLE_NAME.search(table)
    assert name is not None
    last = last_rows[name.group(1).decode()]
    return _TABLE_REF.sub(lambda found: b' ref="A1:%s%d"' % (found.group(1), last), table)


def put_together(
    skeleton: Path, rows: Mapping[str, SheetRows], last_rows: Mapping[str, int], path: Path
) -> None:
    """The workbook `skeleton` with the rows of some sheets (by the name of the part) in their places, as a new file.

    last_rows: name of a table → its last row, counted from 1.
    """
    with zipfile.ZipFile(skeleton) as ready, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for part in ready.infolist():
            entry = zipfile.ZipInfo(part.filename, part.date_time)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = part.external_attr
            own = rows.get(part.filename)
            if part.filename.startswith("xl/tables/"):
                book.writestr(entry, _stretched(ready.read(part), last_rows))
                continue
            if own is None:
                book.writestr(entry, ready.read(part))
                continue
            with book.open(entry, "w", force_zip64=True) as into:
                own.pour(ready.read(part), into)
