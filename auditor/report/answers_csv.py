"""A filled-in sheet that somebody exported as CSV, row after row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from auditor.report.answers_refusals import not_a_workbook
from auditor.report.answers_sheets import Merge, Sheet, SheetRow

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SEPARATORS = ",\t;"


def csv_sheet(data: bytes, name: str, where: str) -> Sheet:
    """The file as one sheet; rows are counted as records, a cell with line ends is one. InputError for no text."""
    text = _decoded(data, where)
    head = text[: 1 << 16]
    separator = max(_SEPARATORS, key=head.count)

    def rows() -> Iterator[SheetRow]:
        lines = io.StringIO(text, newline="")
        try:
            for number, cells in enumerate(csv.reader(lines, delimiter=separator), 1):
                yield _row(number, cells)
        except csv.Error:
            raise not_a_workbook(where) from None

    def merges() -> Iterator[Merge]:
        return iter(())

    return Sheet(name, rows, merges)


def _row(number: int, cells: Sequence[str]) -> SheetRow:
    return SheetRow(
        number, tuple(range(len(cells))), lambda column: cells[column] if column < len(cells) else None
    )


def _decoded(data: bytes, where: str) -> str:
    encodings = [encoding for mark, encoding in _MARKS if data.startswith(mark)] or ["utf-8", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeError:
            continue
        if "\0" not in text:
            return text
    raise not_a_workbook(where)
