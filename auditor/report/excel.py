"""report.xlsx: the workbook that people filter, hand out and fill in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from auditor.model.result import Finding
from auditor.model.verdict import Severity
from auditor.report.change_rows import CHANGE_COLUMNS, change_rows
from auditor.report.columns import (
    LISTED_COLUMNS,
    STATUS_CHOICES,
    TODO_COLUMNS,
    UNKNOWN_COLUMNS,
    Column,
    Form,
)
from auditor.report.entities import finding_order
from auditor.report.excel_sheets import (
    write_checks,
    write_expiries,
    write_input_rows,
    write_run,
    write_shared,
)
from auditor.report.excel_summary import Lists, write_summary
from auditor.report.links import Links
from auditor.report.placed import Placed
from auditor.report.plan_rows import PLAN_COLUMNS, PLAN_UNPRINTED, plan_rows
from auditor.report.stale_rows import STALE_COLUMNS, stale_rows
from auditor.report.unknowns import UnknownCase
from auditor.report.view import View
from auditor.report.waiver_rows import WAIVED_COLUMNS, WaiverRow, waiver_rows
from auditor.report.wording import Wording
from auditor.report.workbook import SHEET_ROWS, Book

R = TypeVar("R")

_LARGE = 20_000  # rows from which blank cells go without a line

# The last column of each list that is printed; what follows is for screens and programs.
_PRINTED_TO = {
    "todo": "answer_until",
    "changes": "sheet_after",
    "findings": "start_by",
    "unknown": "answer_until",
    "waived": "waiver_note",
    "stale": "sheet_typed_at",
}


def write_excel(
    view: View, path: Path, words: Wording, *, max_rows: int = SHEET_ROWS, links: Links | None = None
) -> None:
    """The whole workbook; the same view gives the same bytes. OSError from the disk.

    max_rows: rows of one sheet, head included, before a second one is begun. links: the other reports of this run that
    its rows lead to; None for none.
    """
    result = view.result
    book = Book(
        path,
        words,
        created=result.run.as_of,
        large=len(result.findings) * 2 + view.rows.rows > _LARGE,
        max_rows=max_rows,
        run_id=result.run.id,
    )
    try:
        summary = book.sheet(words.label("sheet_summary"))
        write_summary(book, summary, view, words, _sheets(book, view, words, links or Links()))
        book.close()
    finally:
        book.discard()


def _sheets(book: Book, view: View, words: Wording, links: Links) -> Lists:
    """Every sheet but the summary, in order."""
    result = view.result
    on_finding = _link_columns(links, words)
    on_case = tuple(_of_case(one) for one in on_finding)
    on_waiver = tuple(_of_waiver(one) for one in on_finding)
    tasks = _todo(view)
    todo = _list(book, "todo", _linked(TODO_COLUMNS, on_finding), tasks, words)
    changes = None
    if result.comparison is not None and result.comparison.since is not None:
        changes = _list(book, "changes", CHANGE_COLUMNS, change_rows(result, words), words)
    findings = _list(book, "findings", _linked(LISTED_COLUMNS, on_finding), view.failures, words)
    unknown = _list(book, "unknown", _linked(UNKNOWN_COLUMNS, on_case), _cases(view), words)
    write_shared(book, view, words)
    write_expiries(book, view, words)
    if (plan := result.plan) is not None:
        checks = {one.fingerprint: one.check for one in view.failures}
        _list(book, "plan", PLAN_COLUMNS, plan_rows(plan, checks), words)
    waived = _list(book, "waived", _linked(WAIVED_COLUMNS, on_waiver), waiver_rows(result), words)
    stale = None
    if result.stale_answers:
        stale = _list(book, "stale", STALE_COLUMNS, stale_rows(result), words)
    write_input_rows(book, view, words)
    write_checks(book, view, words)
    write_run(book, view, words)
    return Lists(tasks, todo, findings, unknown, waived, changes, stale)


def _list(book: Book, key: str, columns: Sequence[Column[R]], items: Iterable[R], words: Wording) -> Placed:
    """A list of findings or the like, its columns told by label."""
    statuses = tuple(words.label(choice) for choice in STATUS_CHOICES)
    last = [column.label for column in columns].index(_PRINTED_TO.get(key, columns[-1].label))
    heads = [
        book.head(
            column.label,
            column.width,
            column.form,
            choices=statuses if column.label == "answer_status" else (),
            printed=number <= last and column.label not in PLAN_UNPRINTED,
        )
        for number, column in enumerate(columns)
    ]
    values = [column.value for column in columns]
    rows = ([value(item, words) for value in values] for item in items)
    return book.table(f"audit_{key}", words.label(f"sheet_{key}"), heads, rows)


def _todo(view: View) -> list[Finding]:
    """What asks for work, most pressing first: every failure but hints, and hints that somebody has answered."""
    return sorted(
        (one for one in view.failures if one.severity > Severity.INFO or one.answer is not None),
        key=finding_order,
    )


def _cases(view: View) -> Iterator[UnknownCase]:
    """What could not be decided: the most frequent reason first, a row for one cause on one target.

    Checks of one case that have been answered differently stand apart, or an answer would be lost.
    """
    for reason in view.reasons:
        for case in reason.cases():
            answers: dict[tuple[object, ...], list[Finding]] = {}
            for one in case.findings:
                answers.setdefault(_typed(one), []).append(one)
            yield from (UnknownCase(tuple(own)) for own in answers.values())


def _typed(finding: Finding) -> tuple[object, ...]:
    one = finding.answer
    return (one.owner, one.planned, one.status, one.reason, one.until) if one else ("", None, "", "", None)


def _link_columns(links: Links, words: Wording) -> tuple[Column[Finding], ...]:
    """The columns of links, only for reports that this run writes."""
    columns: list[Column[Finding]] = []
    if any(links.annotated.values()):
        columns.append(Column("link_cell", 12, Form.LINK, lambda finding, _words: links.to_cell(finding)))
    if links.html is not None:
        text = words.label("link_open")
        columns.append(
            Column("link_page", 10, Form.LINK, lambda finding, _words: links.to_page(finding, text))
        )
    return tuple(columns)


def _of_case(column: Column[Finding]) -> Column[UnknownCase]:
    return Column(
        column.label, column.width, column.form, lambda case, words: column.value(case.first, words)
    )


def _of_waiver(column: Column[Finding]) -> Column[WaiverRow]:
    return Column(
        column.label,
        column.width,
        column.form,
        lambda row, words: column.value(row.finding, words) if row.finding else None,
    )


def _linked(columns: Sequence[Column[R]], links: Sequence[Column[R]]) -> tuple[Column[R], ...]:
    """The columns with the links behind the places that they lead to."""
    if not links:
        return tuple(columns)
    after = next(number for number, column in enumerate(columns, 1) if column.label == "cells")
    return (*columns[:after], *links, *columns[after:])
