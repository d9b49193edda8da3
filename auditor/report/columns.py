"""The columns of findings, alike in Excel and CSV, and those of undecided cases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial
from typing import Generic, TypeVar

from auditor.model.result import Finding
from auditor.model.verdict import Verdict
from auditor.report.unknowns import UnknownCase
from auditor.report.wording import Wording

_CELLS_SHOWN = 20


class Form(StrEnum):
    """How a column is laid out."""

    SHORT = "short"  # one line
    LONG = "long"  # wrapped
    DATE = "date"
    COUNT = "count"
    SEVERITY = "severity"
    ANSWER = "answer"  # empty, for people to fill in
    ANSWER_DATE = "answer_date"


Cell = str | date | int | None
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """One column: label key, width in half-width characters, form, and what stands in it for a row's object."""

    label: str
    width: int
    form: Form
    value: Callable[[R, Wording], Cell]


def cells_text(finding: Finding, words: Wording) -> str:
    """The places of a finding, a line for each sheet; a long list ends with how many more there are."""
    lines = words.places(finding.cells, _CELLS_SHOWN)
    return lines[0] if len(lines) == 1 else "\n".join(lines)


def evidence_text(finding: Finding, words: Wording) -> str:
    """The evidence of a finding, one observation a line."""
    seen = finding.evidence
    return words.evidence(seen[0]) if len(seen) == 1 else "\n".join(words.evidence(one) for one in seen)


def severity_text(finding: Finding, words: Wording) -> str:
    """The severity; an undecided check has none to show, only the weight it would have."""
    return words.say(finding.severity.text)


def _value(finding: Finding, words: Wording, *, attribute: str) -> Cell:
    found = getattr(finding, attribute)
    return "" if found is None or found == "" else words.say(found)


def _verdict(finding: Finding, words: Wording) -> Cell:
    return words.say(finding.verdict.text)


def _reason(finding: Finding, words: Wording) -> Cell:
    return words.reason(finding.reason) if finding.verdict is Verdict.UNKNOWN else ""


def _lines(finding: Finding, words: Wording, *, attribute: str) -> Cell:
    texts = getattr(finding, attribute)
    return words.say(texts[0]) if len(texts) == 1 else "\n".join(words.say(one) for one in texts)


def _day(finding: Finding, words: Wording, *, attribute: str) -> Cell:
    found = getattr(finding, attribute)
    return found if isinstance(found, date) else None


def _estimated(finding: Finding, words: Wording) -> Cell:
    return words.label("yes") if finding.estimated else ""


def _empty(finding: Finding, words: Wording) -> Cell:
    return None


def _lines_of_each(case: UnknownCase, words: Wording, *, column: Column[Finding]) -> Cell:
    """What the findings of a case say, each different line once."""
    if len(case.findings) == 1:
        return column.value(case.first, words)
    told = (str(column.value(one, words) or "") for one in case.findings)
    return "\n".join(dict.fromkeys(line for text in told for line in text.split("\n") if line))


def _of_first(column: Column[Finding]) -> Column[UnknownCase]:
    """A column in which all findings of a case say the same."""
    return Column(
        column.label, column.width, column.form, lambda case, words: column.value(case.first, words)
    )


def _of_each(column: Column[Finding]) -> Column[UnknownCase]:
    """A column in which the findings of a case may differ."""
    return Column(column.label, column.width, Form.LONG, partial(_lines_of_each, column=column))


def _fingerprints(case: UnknownCase, words: Wording) -> Cell:
    return " ".join(one.fingerprint for one in case.findings)


def _weight(case: UnknownCase, words: Wording) -> Cell:
    return words.say(max(one.severity for one in case.findings).text)


def _short(label: str, width: int, attribute: str) -> Column[Finding]:
    return Column(label, width, Form.SHORT, partial(_value, attribute=attribute))


_SEVERITY: Column[Finding] = Column("severity", 9, Form.SEVERITY, severity_text)
_VERDICT: Column[Finding] = Column("verdict", 11, Form.SHORT, _verdict)
_CHECK = _short("check", 10, "check")
_TITLE: Column[Finding] = Column("check_title", 30, Form.LONG, partial(_value, attribute="title"))
_CHANGE: Column[Finding] = Column(
    "change", 10, Form.SHORT, lambda finding, words: words.change(finding.change)
)
_ENTITY = _short("entity_name", 28, "entity_name")
_ENTITY_NUMBER = _short("entity_number", 21, "entity_number")
_SERVICE_NUMBER = _short("service_number", 23, "service_number")
_DOMAIN = _short("domain", 22, "domain")
_SCOPE: Column[Finding] = Column(
    "scope", 11, Form.SHORT, lambda finding, words: words.say(finding.scope.text)
)
_TARGET = _short("target", 26, "target")
_MESSAGE: Column[Finding] = Column("message", 50, Form.LONG, lambda finding, words: words.message(finding))
_EXPECTED: Column[Finding] = Column("expected", 30, Form.LONG, partial(_value, attribute="expected"))
_OBSERVED: Column[Finding] = Column("observed", 30, Form.LONG, partial(_value, attribute="observed"))
_REASON: Column[Finding] = Column("reason", 22, Form.LONG, _reason)
_EVIDENCE: Column[Finding] = Column("evidence", 44, Form.LONG, evidence_text)
_CELLS: Column[Finding] = Column("cells", 30, Form.LONG, cells_text)
_BASIS: Column[Finding] = Column("basis", 36, Form.LONG, partial(_lines, attribute="basis"))
_REMEDY: Column[Finding] = Column("remedy", 40, Form.LONG, partial(_lines, attribute="remedy"))
_DUE: Column[Finding] = Column("due", 13, Form.DATE, partial(_day, attribute="due"))
_START: Column[Finding] = Column("start_by", 13, Form.DATE, partial(_day, attribute="start_by"))
_ESTIMATED: Column[Finding] = Column("estimated_column", 9, Form.SHORT, _estimated)
_PROVINCE = _short("province", 8, "province")
_PROVIDER = _short("provider", 16, "provider")
_GROUP = _short("group", 14, "group")
_FINGERPRINT: Column[Finding] = Column(
    "fingerprint", 36, Form.SHORT, lambda finding, words: words.raw(finding.fingerprint)
)

FINDING_COLUMNS: tuple[Column[Finding], ...] = (
    _SEVERITY, _VERDICT, _CHECK, _TITLE, _CHANGE, _ENTITY, _ENTITY_NUMBER, _SERVICE_NUMBER, _DOMAIN, _SCOPE,
    _TARGET, _MESSAGE, _EXPECTED, _OBSERVED, _REASON, _EVIDENCE, _CELLS, _BASIS, _REMEDY, _DUE, _START, _ESTIMATED,
    _PROVINCE, _PROVIDER, _GROUP, _FINGERPRINT,
)  # fmt: skip

TODO_COLUMNS: tuple[Column[Finding], ...] = (
    _SEVERITY, _CHANGE, _DUE, _START, _ENTITY, _ENTITY_NUMBER, _TARGET, _CHECK, _MESSAGE, _REMEDY, _CELLS,
    Column("answer_owner", 12, Form.ANSWER, _empty),
    Column("answer_planned", 13, Form.ANSWER_DATE, _empty),
    Column("answer_status", 12, Form.ANSWER, _empty),
    Column("answer_reason", 28, Form.ANSWER, _empty),
    Column("answer_until", 13, Form.ANSWER_DATE, _empty),
    _ESTIMATED, _FINGERPRINT,
)  # fmt: skip

# One row for one cause on one target; the CSV and the JSON list every check of it by itself.
UNKNOWN_COLUMNS: tuple[Column[UnknownCase], ...] = (
    _of_first(_REASON),
    _of_each(_CHECK),
    Column("unknown_count", 10, Form.COUNT, lambda case, words: len(case.findings)),
    _of_each(_TITLE),
    *(_of_first(one) for one in (_ENTITY, _ENTITY_NUMBER, _SERVICE_NUMBER, _DOMAIN, _SCOPE, _TARGET, _MESSAGE)),
    *(_of_each(one) for one in (_EXPECTED, _OBSERVED, _EVIDENCE, _CELLS)),
    _of_first(_REMEDY),
    Column(_SEVERITY.label, _SEVERITY.width, Form.SEVERITY, _weight),
    _of_each(_CHANGE),
    *(_of_first(one) for one in (_PROVINCE, _PROVIDER, _GROUP)),
    Column("fingerprint", 36, Form.SHORT, _fingerprints),
)  # fmt: skip
