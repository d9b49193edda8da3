"""What is another thing than in the run before, a row each: verdicts, portfolio, world."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.model.change import Change, Comparison, PastFinding, WorldChange
from auditor.model.result import AuditResult, Finding
from auditor.report.columns import Cell, Column, Form, change_text
from auditor.report.wording import Wording

_LISTED = (Change.LAPSED, Change.WORSE, Change.NEW, Change.BETTER)
_FACTS = (
    "registrant",
    "registrar",
    "expiry",
    "nameservers",
    "addresses",
    "status",
    "document",
    "certificate",
)


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change. kind: what changed, a label key or the code of a change; subject: what it is about."""

    kind: str
    finding: Finding | None = None
    past: PastFinding | None = None
    before: str = ""
    after: str = ""
    target: str = ""
    subject: str = "sheet_about_verdict"


def change_rows(result: AuditResult, words: Wording) -> Iterator[ChangeRow]:
    """Changed verdicts, gone ones, those not judged now, then entities, domains, and facts; none for a first run."""
    comparison = result.comparison
    if comparison is None or comparison.since is None:
        return
    changed: dict[str, list[Finding]] = {}
    for one in result.findings:
        changed.setdefault(one.change, []).append(one)
    for change in _LISTED:
        for one in changed.get(change.code, ()):
            yield ChangeRow(
                change.code, finding=one, before=_was(one, comparison, words), after=_is(one, words)
            )
    for past in comparison.not_judged:
        yield ChangeRow("sheet_not_judged", past=past, before=_past(past, words))
    for past in comparison.resolved:
        yield ChangeRow(Change.RESOLVED.code, past=past, before=_past(past, words))
    yield from _portfolio(comparison)
    for fact in comparison.world:
        yield _fact(fact, words)


def _portfolio(comparison: Comparison) -> Iterator[ChangeRow]:
    for names, kind, subject in (
        (comparison.entities_arrived, "sheet_arrived", "sheet_about_entity"),
        (comparison.entities_gone, "sheet_gone", "sheet_about_entity"),
        (comparison.domains_arrived, "sheet_arrived", "sheet_about_domain"),
        (comparison.domains_gone, "sheet_gone", "sheet_about_domain"),
    ):
        for name in names:
            yield ChangeRow(kind, target=name, subject=subject)


def _fact(fact: WorldChange, words: Wording) -> ChangeRow:
    unknown = words.label("sheet_none_known")
    return ChangeRow(
        "sheet_other_now",
        target=fact.target,
        subject=f"sheet_fact_{fact.kind}" if fact.kind in _FACTS else "sheet_about_fact",
        before=words.say(fact.before) if fact.before else unknown,
        after=words.say(fact.after) if fact.after else unknown,
    )


def _is(finding: Finding, words: Wording) -> str:
    return f"{words.say(finding.verdict.text)} · {words.say(finding.severity.text)}"


def _was(finding: Finding, comparison: Comparison, words: Wording) -> str:
    known = (comparison.before or {}).get(finding.fingerprint)
    return f"{words.say(known[0].text)} · {words.say(known[1].text)}" if known else ""


def _past(past: PastFinding, words: Wording) -> str:
    return f"{words.say(past.verdict.text)} · {words.say(past.severity.text)}"


def _kind(row: ChangeRow, words: Wording) -> Cell:
    return words.label(row.kind) if row.kind.startswith("sheet_") else change_text(row.kind, words)


def _message(row: ChangeRow, words: Wording) -> Cell:
    if row.finding:
        return words.message(row.finding)
    return words.say(row.past.message) if row.past else ""


def _either(row: ChangeRow, words: Wording, attribute: str) -> Cell:
    found = getattr(row.finding or row.past, attribute, None)
    return words.say(found) if found else ""


def _target(row: ChangeRow, words: Wording) -> Cell:
    return words.say(row.target) if row.target else _either(row, words, "target")


CHANGE_COLUMNS: tuple[Column[ChangeRow], ...] = (
    Column("change", 12, Form.SEVERITY, _kind),
    Column("sheet_about", 14, Form.SHORT, lambda row, words: words.label(row.subject)),
    Column("check", 10, Form.SHORT, lambda row, words: _either(row, words, "check")),
    Column("entity_name", 26, Form.LONG, lambda row, words: _either(row, words, "entity_name")),
    Column("target", 26, Form.LONG, _target),
    Column("message", 50, Form.LONG, _message),
    Column("sheet_before", 40, Form.LONG, lambda row, words: row.before),
    Column("sheet_after", 40, Form.LONG, lambda row, words: row.after),
    Column("entity_number", 21, Form.SHORT, lambda row, words: _either(row, words, "entity_number")),
    Column("domain", 22, Form.SHORT, lambda row, words: _either(row, words, "domain")),
    Column("fingerprint", 36, Form.SHORT, lambda row, words: _either(row, words, "fingerprint")),
)
