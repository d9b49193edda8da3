"""The side file of a book that cannot be annotated: why not, and every note with its cell, in the order of the book."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from auditor.model.place import CellRef
from auditor.model.result import Finding, InputFate
from auditor.model.text import Message
from auditor.model.verdict import Verdict
from auditor.report.annotated_sheet import verdict_text
from auditor.report.annotation_labels import phrase
from auditor.report.annotation_marks import BookMarks
from auditor.report.columns import Cell, Form
from auditor.report.heads import Head
from auditor.report.sheet_formats import word_fills
from auditor.report.view import View
from auditor.report.wording import Wording
from auditor.report.workbook import SHEET_ROWS, Book

_LARGE = 20_000  # rows from which blank cells go without a line
_WIDTHS = (26, 100)


def write_side_notes(
    path: Path,
    view: View,
    fate: InputFate,
    whys: tuple[Message, ...],
    marks: BookMarks,
    words: Wording,
    *,
    max_rows: int = SHEET_ROWS,
) -> None:
    """Write the side file of one input book; the same result gives the same bytes. OSError from the disk."""
    rows = list(_rows(fate, marks, words))
    book = Book(
        path,
        words,
        created=view.result.run.as_of,
        large=len(rows) > _LARGE,
        max_rows=max_rows,
        run_id=view.result.run.id,
    )
    try:
        _about(book, view, fate, whys, len(rows), words)
        book.table("audit_notes", phrase(words, "sidenotes_sheet"), _heads(words), rows)
        book.close()
    finally:
        book.discard()


def _about(
    book: Book, view: View, fate: InputFate, whys: tuple[Message, ...], count: int, words: Wording
) -> None:
    sheet = book.sheet(phrase(words, "sidenotes_about"))
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    book.write(sheet, 0, 0, phrase(words, "sidenotes_title"), "title")
    run = view.result.run
    lines: list[tuple[str, str]] = [
        (
            phrase(words, "sidenotes_why"),
            phrase(words, "sidenotes_lead", sheet=phrase(words, "sidenotes_sheet")),
        ),
        *(("", words.say(why)) for why in whys),
        (phrase(words, "annotation_book"), words.say(fate.path)),
        (phrase(words, "annotation_sha256"), fate.sha256),
        (words.label("as_of"), words.day(run.as_of)),
        (words.label("run_id"), words.say(run.id)),
        (words.label("version"), words.say(run.version)),
        (phrase(words, "sidenotes_count"), words.number(count)),
    ]
    for row, (key, value) in enumerate(lines, 2):
        book.write(sheet, row, 0, key, "key")
        book.write(sheet, row, 1, value, "value")
        book.fit_row(sheet, row, _WIDTHS, (key, value))


def _heads(words: Wording) -> list[Head]:
    return [
        Head(words.label("sheet"), 16),
        Head(words.label("cells"), 10),
        Head(words.label("severity"), 10, Form.SEVERITY, fills=word_fills("severity", words)),
        Head(words.label("verdict"), 22, Form.LONG),
        Head(words.label("check"), 10),
        Head(words.label("message"), 60, Form.LONG),
        Head(words.label("remedy"), 50, Form.LONG),
        Head(words.label("due"), 14, Form.DATE, deadline=True),
        Head(words.label("fingerprint"), 36, printed=False),
    ]


def _rows(fate: InputFate, marks: BookMarks, words: Wording) -> Iterator[tuple[Cell, ...]]:
    """One row for each cell of each finding, by sheet, row and column; within a cell worst first."""
    tabs = {sheet.ref.name: number for number, sheet in enumerate(fate.sheets)}
    placed: list[tuple[tuple[int, str, int, int], int, CellRef, Finding | None, Cell]] = []
    for number, row in enumerate(marks.rejected):
        at = (tabs.get(row.cell.sheet, len(tabs)), row.cell.sheet, row.cell.row, row.cell.column)
        placed.append((at, number, row.cell, None, words.say(row.reason)))
    for number, finding in enumerate(marks.findings, len(marks.rejected)):
        for cell in dict.fromkeys(finding.cells):
            if cell.path == marks.book:
                at = (tabs.get(cell.sheet, len(tabs)), cell.sheet, cell.row, cell.column)
                placed.append((at, number, cell, finding, None))
    placed.sort(key=lambda one: (one[0], one[1]))
    for _at, _number, cell, known, reason in placed:
        if known is None:
            head = (words.say(cell.sheet), cell.cell, None, words.label("fate_rejected"), None)
            yield (*head, reason, None, None, None)
            continue
        fails = known.verdict is Verdict.FAIL and known.waiver is None
        yield (
            words.say(cell.sheet),
            cell.cell,
            words.say(known.severity.text) if fails else None,
            words.label("failed") if fails else verdict_text(known, words),
            known.check,
            words.message(known),
            words.sentences(known.remedy),
            known.due,
            known.fingerprint,
        )
