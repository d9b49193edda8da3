"""report.xlsx: the workbook that people filter, hand out and fill in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from auditor.model.result import Finding
from auditor.model.verdict import Severity, Verdict
from auditor.report.columns import (
    FINDING_COLUMNS,
    TODO_COLUMNS,
    UNKNOWN_COLUMNS,
    Cell,
    Column,
    Form,
)
from auditor.report.entities import finding_order
from auditor.report.inputrows import InputRow, input_rows
from auditor.report.numbers import NO_DOMAIN, SharedNumber
from auditor.report.plan_rows import PLAN_COLUMNS, PLAN_UNPRINTED, plan_rows
from auditor.report.run_lines import run_lines
from auditor.report.unknowns import UnknownCase
from auditor.report.view import View
from auditor.report.wording import Wording
from auditor.report.workbook import SHEET_ROWS, Book, Head

R = TypeVar("R")

_LARGE = 20_000  # rows from which blank cells go without a line

_STATUS_CHOICES = ("status_open", "status_doing", "status_done", "status_accepted")
_CHECKS_SHOWN = 30
_SUMMARY_WIDTHS = (34, 26, 84)
_UNPRINTED = frozenset(("province", "provider", "group", "estimated_column", "fingerprint")) | PLAN_UNPRINTED
_SHEETS = ("todo", "findings", "unknown", "shared", "expiry", "plan", "input", "checks", "run")


def write_excel(view: View, path: Path, words: Wording, *, max_rows: int = SHEET_ROWS) -> None:
    """The whole workbook; the same view gives the same bytes. OSError from the disk.

    max_rows: rows of one sheet, head included, before a second one is begun.
    """
    rows = len(view.result.findings) * 2 + view.rows.rows
    book = Book(path, words, created=view.result.run.as_of, large=rows > _LARGE, max_rows=max_rows)
    try:
        _summary(book, view, words)
        _findings(book, "sheet_todo", TODO_COLUMNS, _todo(view), words)
        _findings(book, "sheet_findings", FINDING_COLUMNS, view.failures, words)
        _findings(book, "sheet_unknown", UNKNOWN_COLUMNS, _cases(view), words)
        _shared(book, view, words)
        _expiries(book, view, words)
        _plan(book, view, words)
        _input_rows(book, view, words)
        _checks(book, view, words)
        _run(book, view, words)
        book.close()
    finally:
        book.discard()


def _todo(view: View) -> list[Finding]:
    """What asks for work: every failure but hints, most pressing first."""
    return sorted((one for one in view.failures if one.severity > Severity.INFO), key=finding_order)


def _cases(view: View) -> Iterator[UnknownCase]:
    """What could not be decided: the most frequent reason first, a row for one cause on one target."""
    return (case for reason in view.reasons for case in reason.cases())


def _findings(
    book: Book, name: str, columns: Sequence[Column[R]], findings: Iterable[R], words: Wording
) -> None:
    statuses = tuple(words.label(key) for key in _STATUS_CHOICES)
    heads = [
        Head(
            words.label(column.label),
            column.width,
            column.form,
            statuses if column.label == "answer_status" else (),
            printed=column.label not in _UNPRINTED,
        )
        for column in columns
    ]
    values = [column.value for column in columns]
    rows = ([value(finding, words) for value in values] for finding in findings)
    book.table(words.label(name), heads, rows)


def _summary(book: Book, view: View, words: Wording) -> None:
    sheet = book.sheet(words.label("sheet_summary"))
    for column, width in enumerate(_SUMMARY_WIDTHS):
        sheet.set_column(column, column, width)
    row = 0

    def line(key: str, value: Cell, form: str = "value", remark: str = "") -> None:
        nonlocal row
        book.fit_row(sheet, row, _SUMMARY_WIDTHS, (key, value, remark))
        book.write(sheet, row, 0, key, "key")
        book.write(sheet, row, 1, value, "figure" if isinstance(value, int) else form)
        book.write(sheet, row, 2, remark, "value")
        row += 1

    def section(label: str) -> None:
        nonlocal row
        row += 1
        for column in range(3):
            book.write(sheet, row, column, words.label(label) if column == 0 else "", "section")
        row += 1

    book.write(sheet, row, 0, words.label("report_title"), "title")
    sheet.set_row(row, 26)
    row += 1
    book.write(sheet, row, 0, words.label("audit_date_is", day=view.result.run.as_of), "note")
    row += 1
    section("section_audited")
    for file in view.result.reading.inputs:
        line(words.label("input_file"), words.say(file.path), remark=f"sha256 {file.sha256}")
        for part in file.sheets:
            counts = words.label(
                "sheet_counts",
                rows=part.rows,
                accepted=part.accepted,
                rejected=part.rejected,
                aside=len(part.set_aside),
            )
            ignored = words.say(part.ignored) if part.ignored else ""
            remark = counts + (f" · {words.label('ignored_columns')}: {ignored}" if ignored else "")
            line(f"    {words.say(part.ref.name)}", words.say(part.ref.role.text), remark=remark)
    section("section_coverage")
    line(words.label("complete"), words.label("yes" if view.result.run.complete else "no"))
    for limit in view.conclusion.limits:
        line("", "", remark=words.say(limit))
    for one in view.result.coverage:
        counts = words.label(
            "coverage_counts", failed=sum(one.failed.values()), not_asked=one.not_asked, answered=one.answered
        )
        age = words.span(one.oldest, one.newest)
        line(words.source(one.source), "", remark=f"{counts} · {words.label('evidence_age')} {age}")
    section("section_conclusion")
    book.write(sheet, row, 0, words.say(view.conclusion.headline), "headline")
    row += 1
    section("section_counts")
    for severity, count in view.by_severity.items():
        line(words.say(severity.text), count)
    line(words.label("unknown"), len(view.unknowns))
    line(words.label("waived"), view.counts.waived)
    line(words.label("passed"), view.counts.passed)
    line(words.label("not_applicable"), view.counts.not_applicable)
    line(words.label("verdicts_total"), view.counts.total, remark=words.label("counts_explained"))
    for told in view.discrepancies:
        line(words.label("discrepancy"), "", remark=words.say(told))
    section("section_sheets")
    for name in _SHEETS:
        if name == "plan" and view.result.plan is None:
            continue
        line(words.label(f"sheet_{name}"), "", remark=words.label(f"note_{name}"))


def _shared(book: Book, view: View, words: Wording) -> None:
    heads = [
        Head(words.label("entity_number"), 21),
        Head(words.label("entity_name"), 30, Form.LONG),
        Head(words.label("service_number"), 23),
        Head(words.label("service_name"), 22, Form.LONG),
        Head(words.label("domain"), 24),
        Head(words.label("registrant"), 32, Form.LONG),
        Head(words.label("registrant_source"), 14),
        Head(words.label("in_step"), 14),
        Head(words.label("sync_findings"), 60, Form.LONG),
    ]
    book.table(words.label("sheet_shared"), heads, _shared_rows(view.shared, words))


def _shared_rows(numbers: Sequence[SharedNumber], words: Wording) -> Iterator[list[Cell]]:
    for number in numbers:
        own = "\n".join(f"{one.check} {words.message(one)}" for one in number.findings)
        for service in number.services:
            for domain in service.domains or (NO_DOMAIN,):
                told = [own] if own else []
                told += [f"{one.check} {words.message(one)}" for one in domain.findings]
                yield [
                    words.say(number.number),
                    words.say(number.name),
                    words.say(service.number),
                    words.say(service.name),
                    words.say(domain.domain),
                    words.say(domain.registrant),
                    words.source(domain.source) if domain.source else "",
                    words.label(f"step_{domain.step}") if domain.domain else "",
                    "\n".join(told),
                ]


def _expiries(book: Book, view: View, words: Wording) -> None:
    heads = [
        Head(words.label("expires"), 13, Form.DATE),
        Head(words.label("days_left"), 10, Form.COUNT),
        Head(words.label("kind"), 10),
        Head(words.label("what"), 30, Form.LONG),
        Head(words.label("target"), 28),
        Head(words.label("entity_name"), 32, Form.LONG),
        Head(words.label("said_by"), 14),
        Head(words.label("cells"), 36, Form.LONG),
    ]
    rows: Iterator[list[Cell]] = (
        [
            one.day,
            one.days_left,
            words.label(f"expiry_{one.kind}"),
            words.say(one.label),
            words.say(one.target),
            words.say(one.entity_name),
            words.source(one.source),
            "\n".join(words.places(one.cells, 20)),
        ]
        for one in view.expiries
    )
    book.table(words.label("sheet_expiry"), heads, rows)


def _plan(book: Book, view: View, words: Wording) -> None:
    """The queues of the plan; no sheet where nothing was planned."""
    if (plan := view.result.plan) is not None:
        checks = {one.fingerprint: one.check for one in view.failures}
        _findings(book, "sheet_plan", PLAN_COLUMNS, plan_rows(plan, checks), words)


def _input_rows(book: Book, view: View, words: Wording) -> None:
    heads = [
        Head(words.label("input_file"), 28),
        Head(words.label("sheet"), 16),
        Head(words.label("row"), 8, Form.COUNT),
        Head(words.label("role"), 18),
        Head(words.label("fate"), 11),
        Head(words.label("fate_reason"), 34, Form.LONG),
        Head(words.label("worst"), 9, Form.SEVERITY),
        Head(words.label("fail_count"), 10, Form.COUNT),
        Head(words.label("unknown_count"), 10, Form.COUNT),
        Head(words.label("checks_touching"), 34, Form.LONG),
        Head(words.label("content"), 100, Form.LONG),
    ]
    rows = (_input_row(one, words) for one in input_rows(view.result))
    book.table(words.label("sheet_input"), heads, rows)


def _input_row(one: InputRow, words: Wording) -> list[Cell]:
    failed = [finding for finding in one.findings if finding.verdict is Verdict.FAIL]
    checks = list(dict.fromkeys(finding.check for finding in one.findings))
    shown = " ".join(checks[:_CHECKS_SHOWN]) + (" …" if len(checks) > _CHECKS_SHOWN else "")
    content = one.content(words.lang, show_pii=words.show_pii)
    return [
        words.say(one.path),
        words.say(one.sheet),
        one.number,
        words.say(one.role.text),
        words.label(f"fate_{one.fate}"),
        words.say(one.reason) if one.reason else "",
        words.say(max(finding.severity for finding in failed).text) if failed else "",
        len(failed),
        len(one.findings) - len(failed),
        shown,
        words.raw(content),
    ]


def _checks(book: Book, view: View, words: Wording) -> None:
    heads = [
        Head(words.label("check"), 10),
        Head(words.label("check_title"), 60, Form.LONG),
        Head(words.label("family"), 20),
        Head(words.label("scope"), 12),
        Head(words.label("severity"), 9, Form.SEVERITY),
        Head(words.label("enabled"), 9),
        *(
            Head(words.label(key), 10, Form.COUNT)
            for key in ("passed", "failed", "unknown", "not_applicable", "waived")
        ),
        Head(words.label("verdicts_total"), 12, Form.COUNT),
    ]
    rows: Iterator[list[Cell]] = (
        [
            one.check,
            words.say(one.title),
            words.family(family.code),
            words.say(one.scope.text),
            words.say(one.severity.text),
            words.label("yes" if one.enabled else "no"),
            one.passed,
            one.failed,
            one.unknown,
            one.not_applicable,
            one.waived,
            one.total,
        ]
        for family in view.families
        for one in family.tallies
    )
    book.table(words.label("sheet_checks"), heads, rows)


def _run(book: Book, view: View, words: Wording) -> None:
    heads = [Head(words.label("item"), 26), Head(words.label("value"), 110, Form.LONG)]
    rows = ([words.label(key), text] for key, text in run_lines(view, words))
    book.table(words.label("sheet_run"), heads, rows)
