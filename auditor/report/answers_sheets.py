"""The sheets of a filled-in workbook, row after row, as Excel, WPS and LibreOffice save them; nothing is ever written.

A library that turns cells into days drops what does not fit a day (20261231 typed into a date column) and the text of a
formula without a stored value. Nothing that somebody typed may be lost, so the cells are taken from the parts themselves.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from posixpath import join, normpath
from typing import IO
from xml.parsers import expat

from auditor.report.answers_cells import RawCell, RowReader, StringTable, column_number
from auditor.report.answers_refusals import damaged, encrypted, not_a_workbook, too_large
from auditor.report.answers_words import EPOCH, CellValue, unescaped

_CHUNK = 1 << 18
_MOST_BYTES = 2 << 30  # unpacked, all parts
_MOST_RATIO, _RATIO_FLOOR = 300, 100 << 20
_MOST_PARTS = 20_000
_LAST_SERIAL = 2_958_465  # 9999-12-31
_SHIFT_1904 = 1462
_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(50, 59)))
_NOT_FORMAT = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|[_*].')
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^<>]*?ref\s*=\s*["\']([A-Z]+)(\d+):([A-Z]+)(\d+)["\']')
_MERGE_LENGTH = 256
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    ValueError,
    RuntimeError,
    OverflowError,
    KeyError,
)


@dataclass(frozen=True, slots=True)
class Merge:
    """Cells shown as one: its value stands in the first. Rows from 1, columns from 0, both ends included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row: its number from 1, its columns from 0, and what stands in a column (None: nothing)."""

    number: int
    columns: tuple[int, ...]
    value: Callable[[int], CellValue]

    def values(self) -> dict[int, CellValue]:
        """All cells of the row."""
        return {column: self.value(column) for column in self.columns}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its rows, which may be asked for again, and its merged cells."""

    name: str
    rows: Callable[[], Iterator[SheetRow]]
    merges: Callable[[], Iterator[Merge]]


class Workbook:
    """An .xlsx package, open for reading. InputError for one that is damaged, encrypted or absurdly large."""

    def __init__(self, file: IO[bytes], where: str, size: int) -> None:
        self.where = where
        try:
            self._zip = zipfile.ZipFile(file)
        except (*_BROKEN, OSError, NotImplementedError):
            raise damaged(where) from None
        self._names = {_part_name(info.filename): info for info in self._zip.infolist()}
        self._check_size(size)
        main = self._main_part()
        self._links = self._relations(main)
        self._sheets: list[tuple[str, str]] = []
        self._serial_shift = 0
        self._walk(main, self._main_start)
        self._strings = self._shared_strings()
        self._dated = self._date_styles()

    def sheets(self) -> Iterator[Sheet]:
        """The sheets with cells, in the order of their tabs; hidden ones too."""
        for name, part in self._sheets:
            yield Sheet(name, partial(self._rows, part), partial(self._merges, part))

    def _check_size(self, size: int) -> None:
        total = sum(info.file_size for info in self._names.values())
        if total > _MOST_BYTES or len(self._names) > _MOST_PARTS:
            raise too_large(self.where, f"{total >> 20} MB")
        if total > _RATIO_FLOOR and total > _MOST_RATIO * size:
            raise too_large(self.where, f"{total >> 20} MB")
        if any(info.flag_bits & 1 for info in self._names.values()):
            raise encrypted(self.where)

    def _main_part(self) -> str:
        found: list[str] = []

        def start(name: str, attributes: dict[str, str]) -> None:
            if name == "Relationship" and attributes.get("Type", "").endswith("/officeDocument"):
                found.append(_part_name(attributes.get("Target", "")))

        if "_rels/.rels" in self._names:
            self._walk("_rels/.rels", start)
        main = next((part for part in (*found, "xl/workbook.xml") if part in self._names), None)
        if main is None or not main.endswith(".xml"):
            raise not_a_workbook(self.where)
        return main

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        folder, _slash, name = part.rpartition("/")
        links: dict[str, tuple[str, str]] = {}

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag == "Relationship":
                target = attributes.get("Target", "").replace("\\", "/")
                whole = target if target.startswith("/") else join(folder, target)
                kind = attributes.get("Type", "").rpartition("/")[2]
                links[attributes.get("Id", "")] = (kind, _part_name(normpath(whole)))

        relations = _part_name(f"{folder}/_rels/{name}.rels")
        if relations in self._names:
            self._walk(relations, start)
        return links

    def _main_start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            link = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            kind, part = self._links.get(link, ("", ""))
            if kind == "worksheet" and part in self._names:
                self._sheets.append((unescaped(attributes.get("name", "")), part))
        elif name == "workbookPr" and attributes.get("date1904", "").lower() in ("1", "true", "on"):
            self._serial_shift = _SHIFT_1904

    def _linked(self, kind: str) -> str | None:
        return next((part for own, part in self._links.values() if own == kind and part in self._names), None)

    def _shared_strings(self) -> list[str]:
        part = self._linked("sharedStrings")
        table = StringTable()
        if part:
            for _ in self._feed(part, table.start, table.end, table.text):
                pass
        return table.strings

    def _date_styles(self) -> frozenset[int]:
        """The numbers of the cell styles that show a day."""
        part = self._linked("styles")
        codes: dict[str, str] = {}
        formats: list[str] = []
        inside = [False]

        def start(name: str, attributes: dict[str, str]) -> None:
            if name == "numFmt":
                codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
            elif name == "cellXfs":
                inside[0] = True
            elif name == "cellStyles":
                inside[0] = False
            elif name == "xf" and inside[0]:
                formats.append(attributes.get("numFmtId", ""))

        if part:
            self._walk(part, start)
        return frozenset(number for number, own in enumerate(formats) if _shows_day(own, codes.get(own)))

    def _rows(self, part: str) -> Iterator[SheetRow]:
        reader = RowReader(self.where)
        for _ in self._feed(part, reader.start, reader.end, reader.text):
            for number, cells in reader.take():
                yield SheetRow(number, tuple(cells), self._decoder(cells))

    def _decoder(self, cells: dict[int, RawCell]) -> Callable[[int], CellValue]:
        def value(column: int) -> CellValue:
            cell = cells.get(column)
            return None if cell is None else self._value(cell)

        return value

    def _value(self, cell: RawCell) -> CellValue:
        text = cell.value
        if text is None or (not text and cell.kind != "str"):
            # A formula that no program has computed: its text is what somebody typed.
            return f"={cell.formula}" if cell.formula is not None else None
        if cell.kind == "s":
            return (
                self._strings[int(text)]
                if text.strip().isdecimal() and int(text) < len(self._strings)
                else text
            )
        if cell.kind in ("inlineStr", "str", "e"):
            return unescaped(text)
        if cell.kind == "b":
            return text.strip() in ("1", "true")
        if cell.kind == "d":
            return text
        try:
            number = float(text)
        except ValueError:
            return text
        return self._number(number, text.strip(), cell.style)

    def _number(self, number: float, text: str, style: int) -> CellValue:
        if style in self._dated and 1 <= number + self._serial_shift <= _LAST_SERIAL:
            whole = EPOCH + timedelta(days=int(number) + self._serial_shift)
            minutes = round((number - int(number)) * 1440)
            if minutes:
                return datetime.combine(whole, time()) + timedelta(minutes=minutes)
            return whole
        return number if abs(number) < 1e15 else text

    def _merges(self, part: str) -> Iterator[Merge]:
        kept = b""
        for chunk in self._chunks(part):
            data = kept + chunk
            end = 0
            for found in _MERGE.finditer(data):
                end = found.end()
                first, top, last, bottom = (one.decode("ascii") for one in found.groups())
                if len(first) <= 3 and len(last) <= 3 and len(top) <= 7 and len(bottom) <= 7:
                    yield Merge(int(top), column_number(first), int(bottom), column_number(last))
            kept = data[max(end, len(data) - _MERGE_LENGTH) :]

    def _walk(self, part: str, start: Callable[[str, dict[str, str]], None]) -> None:
        for _ in self._feed(
            part,
            lambda name, attributes: start(name.rpartition(":")[2], attributes),
            lambda _name: None,
            lambda _text: None,
        ):
            pass

    def _feed(
        self,
        part: str,
        start: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None],
        text: Callable[[str], None],
    ) -> Iterator[None]:
        """Parse a part, pausing after each piece of it; names come as written, with a prefix or without.

        InputError where it is malformed or declares entities.
        """
        parser = expat.ParserCreate()
        parser.buffer_text = True

        def refuse(*_declaration: object) -> None:
            raise damaged(self.where)

        parser.StartDoctypeDeclHandler = refuse
        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = text
        try:
            for chunk in self._chunks(part):
                parser.Parse(chunk, False)
                yield None
            parser.Parse(b"", True)
        except expat.ExpatError:
            raise damaged(self.where) from None
        yield None

    def _chunks(self, part: str) -> Iterator[bytes]:
        try:
            with self._zip.open(self._names[part]) as stream:
                while chunk := stream.read(_CHUNK):
                    yield chunk
        except (*_BROKEN, OSError, NotImplementedError):
            raise damaged(self.where) from None


def _shows_day(number: str, code: str | None) -> bool:
    if code is None:
        return number.isdecimal() and int(number) in _DATE_FORMATS
    plain = _NOT_FORMAT.sub("", code).lower()
    return plain != "general" and any(letter in plain for letter in "yd")


def _part_name(name: str) -> str:
    return name.replace("\\", "/").lstrip("/")
