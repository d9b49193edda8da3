"""The sheets of the workbook that are not lists of findings: shared numbers, expiries, input rows, checks, the run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.model.verdict import Verdict
from auditor.report.columns import Cell, Form
from auditor.report.inputrows import InputRow, input_rows
from auditor.report.numbers import NO_DOMAIN, SharedNumber
from auditor.report.run_lines import run_lines
from auditor.report.view import View
from auditor.report.wording import Wording
from auditor.report.workbook import Book

_CHECKS_SHOWN = 30


def write_shared(book: Book, view: View, words: Wording) -> None:
    """A row for each domain under a number that several share."""
    heads = [
        book.head("entity_number", 21),
        book.head("entity_name", 30, Form.LONG),
        book.head("service_number", 23),
        book.head("service_name", 22, Form.LONG),
        book.head("domain", 24),
        book.head("registrant", 32, Form.LONG),
        book.head("registrant_source", 14),
        book.head("in_step", 14),
        book.head("sync_findings", 60, Form.LONG),
    ]
    book.table("audit_shared", words.label("sheet_shared"), heads, _shared_rows(view.shared, words))


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


def write_expiries(book: Book, view: View, words: Wording) -> None:
    """Everything with an end date, earliest first."""
    heads = [
        book.head("expires", 13, Form.DATE),
        book.head("days_left", 10, Form.COUNT),
        book.head("kind", 10),
        book.head("what", 30, Form.LONG),
        book.head("target", 28),
        book.head("entity_name", 32, Form.LONG),
        book.head("said_by", 14),
        book.head("cells", 36, Form.LONG),
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
    book.table("audit_expiry", words.label("sheet_expiry"), heads, rows)


def write_input_rows(book: Book, view: View, words: Wording) -> None:
    """Every row of every sheet and what became of it."""
    heads = [
        book.head("input_file", 28),
        book.head("sheet", 16),
        book.head("row", 8, Form.COUNT),
        book.head("role", 18),
        book.head("fate", 11),
        book.head("fate_reason", 34, Form.LONG),
        book.head("worst", 9, Form.SEVERITY),
        book.head("fail_count", 10, Form.COUNT),
        book.head("unknown_count", 10, Form.COUNT),
        book.head("checks_touching", 34, Form.LONG),
        book.head("content", 80, Form.LONG),
    ]
    rows = (_input_row(one, words) for one in input_rows(view.result))
    book.table("audit_input", words.label("sheet_input"), heads, rows)


def _input_row(one: InputRow, words: Wording) -> list[Cell]:
    standing = [finding for finding in one.findings if finding.waiver is None]
    failed = [finding for finding in standing if finding.verdict is Verdict.FAIL]
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
        len(standing) - len(failed),
        shown,
        words.raw(content),
    ]


def write_checks(book: Book, view: View, words: Wording) -> None:
    """The checks and their counts; of a share only what its findings tell."""
    whole = view.result.part is None
    heads = [
        book.head("check", 10),
        book.head("check_title", 60, Form.LONG),
        book.head("family", 20),
        book.head("scope", 12),
        book.head("severity", 9, Form.SEVERITY),
        book.head("enabled", 9),
        *(
            book.head(key, 10, Form.COUNT)
            for key in ("passed", "failed", "unknown", "not_applicable", "waived")
        ),
        book.head("verdicts_total", 12, Form.COUNT),
    ]
    rows: Iterator[list[Cell]] = (
        [
            one.check,
            words.say(one.title),
            words.family(family.code),
            words.say(one.scope.text),
            words.say(one.severity.text),
            words.label("yes" if one.enabled else "no"),
            one.passed if whole else "—",
            one.failed,
            one.unknown,
            one.not_applicable if whole else "—",
            one.waived,
            one.total if whole else "—",
        ]
        for family in view.families
        for one in family.tallies
    )
    book.table("audit_checks", words.label("sheet_checks"), heads, rows)


def write_run(book: Book, view: View, words: Wording) -> None:
    """Version, moments, files and rule data."""
    heads = [book.head("item", 26), book.head("value", 110, Form.LONG)]
    rows = ([words.label(key), text] for key, text in run_lines(view, words))
    book.table("audit_run", words.label("sheet_run"), heads, rows)
