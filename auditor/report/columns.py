"""The columns of findings, alike in Excel and CSV, of what asks for work and of undecided cases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import partial
from typing import Generic, TypeVar

from auditor.model.answer import AnswerStatus
from auditor.model.change import Change
from auditor.model.result import Finding
from auditor.model.verdict import Verdict
from auditor.report.unknowns import UnknownCase
from auditor.report.wording import Wording

_CELLS_SHOWN = 20
STATUS_CHOICES = ("status_open", "status_doing", "status_done", "status_accepted")


class Form(StrEnum):
    """How a column is laid out."""

    SHORT = "short"  # one line
    LONG = "long"  # wrapped
    DATE = "date"
    COUNT = "count"
    SEVERITY = "severity"
    LINK = "link"
    ANSWER = "answer"  # for people to fill in
    ANSWER_DATE = "answer_date"


@dataclass(frozen=True, slots=True)
class Link:
    """A link that a cell shows as a text. target: a file beside the workbook with a place in it."""

    target: str
    text: str


Cell = str | date | int | Link | None
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


_CHANGES = {one.code: one for one in Change}


def change_text(code: str, words: Wording) -> str:
    """How a finding stands against the run before."""
    return words.say(_CHANGES[code].text) if code in _CHANGES else words.change(code)


def answer_cell(value: date | str | None, words: Wording) -> Cell:
    """What somebody typed, as it was typed: neither masked nor made visible, or the next reading would lose it."""
    if isinstance(value, AnswerStatus):
        return words.label(f"status_{value.value}")
    return value or None


def _answer(finding: Finding, words: Wording, *, attribute: str) -> Cell:
    return None if finding.answer is None else answer_cell(getattr(finding.answer, attribute), words)


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
    "change", 10, Form.SHORT, lambda finding, words: change_text(finding.change, words)
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

ANSWER_COLUMNS: tuple[Column[Finding], ...] = (
    Column("answer_owner", 10, Form.ANSWER, partial(_answer, attribute="owner")),
    Column("answer_planned", 12, Form.ANSWER_DATE, partial(_answer, attribute="planned")),
    Column("answer_status", 12, Form.ANSWER, partial(_answer, attribute="status")),
    Column("answer_reason", 22, Form.ANSWER, partial(_answer, attribute="reason")),
    Column("answer_until", 12, Form.ANSWER_DATE, partial(_answer, attribute="until")),
)

# On the sheets what is printed stands first; the rest is for screens and programs.
LISTED_COLUMNS: tuple[Column[Finding], ...] = (
    _SEVERITY, _VERDICT, _CHECK, _CHANGE, replace(_ENTITY, width=20, form=Form.LONG),
    replace(_TARGET, width=20, form=Form.LONG), replace(_MESSAGE, width=40), replace(_EXPECTED, width=26),
    replace(_OBSERVED, width=26), replace(_REMEDY, width=32), _DUE, _START,
    _TITLE, _CELLS, _EVIDENCE, _BASIS, _ENTITY_NUMBER, _SERVICE_NUMBER, _DOMAIN, _SCOPE, _REASON, _ESTIMATED,
    _PROVINCE, _PROVIDER, _GROUP, _FINGERPRINT,
)  # fmt: skip

TODO_COLUMNS: tuple[Column[Finding], ...] = (
    _SEVERITY, _DUE, _START, _CHANGE, replace(_ENTITY, width=20, form=Form.LONG),
    replace(_TARGET, width=20, form=Form.LONG), _CHECK, replace(_MESSAGE, width=40), replace(_REMEDY, width=32), *ANSWER_COLUMNS,
    _CELLS, _ENTITY_NUMBER, _ESTIMATED, _FINGERPRINT,
)  # fmt: skip

# One row for one cause on one target; the CSV and the JSON list every check of it by itself.
UNKNOWN_COLUMNS: tuple[Column[UnknownCase], ...] = (
    _of_first(replace(_REASON, width=18)),
    _of_first(replace(_ENTITY, width=20, form=Form.LONG)),
    _of_first(replace(_TARGET, width=20, form=Form.LONG)),
    replace(_of_each(_CHECK), width=10),
    Column("unknown_count", 10, Form.COUNT, lambda case, words: len(case.findings)),
    replace(_of_first(_MESSAGE), width=40),
    replace(_of_first(_REMEDY), width=32),
    *(_of_first(one) for one in ANSWER_COLUMNS),
    _of_each(_TITLE),
    *(_of_first(one) for one in (_ENTITY_NUMBER, _SERVICE_NUMBER, _DOMAIN, _SCOPE)),
    *(_of_each(one) for one in (_EXPECTED, _OBSERVED, _EVIDENCE, _CELLS)),
    Column(_SEVERITY.label, _SEVERITY.width, Form.SEVERITY, _weight),
    _of_each(_CHANGE),
    *(_of_first(one) for one in (_PROVINCE, _PROVIDER, _GROUP)),
    Column("fingerprint", 36, Form.SHORT, _fingerprints),
)  # fmt: skip


def _waiver(finding: Finding, words: Wording, *, attribute: str) -> Cell:
    found = getattr(finding.waiver, attribute, None)
    return found if isinstance(found, date) else words.say(found) if found else ""


def _said_answer(finding: Finding, words: Wording, *, attribute: str) -> Cell:
    """An answer as reports show it that nobody fills in: masked, hidden characters visible."""
    told = _answer(finding, words, attribute=attribute)
    return words.say(told) if isinstance(told, str) else told


# What the CSV has beside the columns of findings; new ones only at the end, programs count on the order.
CSV_COLUMNS: tuple[Column[Finding], ...] = (
    *FINDING_COLUMNS,
    Column("waiver_by", 14, Form.SHORT, partial(_waiver, attribute="by")),
    Column("waiver_until", 13, Form.DATE, partial(_waiver, attribute="until")),
    Column("waiver_reason", 30, Form.LONG, partial(_waiver, attribute="reason")),
    Column("answer_owner", 12, Form.SHORT, partial(_said_answer, attribute="owner")),
    Column("answer_status", 12, Form.SHORT, partial(_said_answer, attribute="status")),
)
