"""The columns of the list on the page: those that it shows, filters and sorts by, and those of a row's details."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from auditor.model.change import Change
from auditor.model.result import Finding
from auditor.model.verdict import Severity, Verdict
from auditor.report.columns import CSV_COLUMNS, Cell, change_text
from auditor.report.labels import FAMILIES
from auditor.report.wording import Wording

_FAMILY_LETTERS = 3
_UNDECIDED, _WAIVED = "unknown", "waived"


@dataclass(frozen=True, slots=True)
class ListColumn:
    """One column: what stands in it, and for a column of few choices the code that a link names the choice by.

    order: codes in the order in which they sort; others follow by their texts. names_target: whether its texts often
    hold the row's target, so that it is worth saying only once.
    """

    key: str
    text: Callable[[Finding, Wording], Cell]
    code: Callable[[Finding, Wording], str] | None = None
    order: tuple[str, ...] = ()
    names_target: bool = False


def status_of(finding: Finding) -> str:
    """`failed`, `unknown` or `waived`; what is waived is no longer told as either of the others."""
    if finding.waiver is not None:
        return _WAIVED
    return _UNDECIDED if finding.verdict is Verdict.UNKNOWN else "failed"


def _status(finding: Finding, words: Wording) -> str:
    if finding.waiver is not None:
        return words.label("waived")
    return words.label("unknown") if finding.verdict is Verdict.UNKNOWN else words.label("failed")


def _entity_code(finding: Finding, words: Wording) -> str:
    return words.say(finding.entity_number or finding.entity_name or "")


def _entity(finding: Finding, words: Wording) -> str:
    parts = (finding.entity_name, finding.entity_number)
    return " ".join(words.say(one) for one in parts if one) or words.label("unnamed_entity")


def _family(finding: Finding, words: Wording) -> str:
    code = finding.check[:_FAMILY_LETTERS]
    return f"{code} {words.family(code)}" if code in FAMILIES else words.family(code)


def _reason_code(finding: Finding, words: Wording) -> str:
    if finding.verdict is not Verdict.UNKNOWN:
        return ""
    return finding.reason.value if finding.reason else "none"


def _reason(finding: Finding, words: Wording) -> str:
    return words.reason(finding.reason) if finding.verdict is Verdict.UNKNOWN else ""


def _owner(finding: Finding, words: Wording) -> str:
    return words.say(finding.answer.owner) if finding.answer and finding.answer.owner else ""


def _way_out(finding: Finding, words: Wording) -> str:
    return words.say(finding.reason.way_out) if finding.reason else ""


def _compares(finding: Finding, words: Wording) -> str:
    """ "filing" where what was expected is what the filing says, "rule" where it is what a rule asks for."""
    return "filing" if words.compares_filing(finding) else "rule"


def _waiver(finding: Finding, words: Wording) -> str:
    waiver = finding.waiver
    if waiver is None:
        return ""
    told = words.label("list_waiver_line", by=waiver.by, until=waiver.until.isoformat(), reason=waiver.reason)
    if not waiver.approver:
        return told
    return told + words.label("sentence_break") + words.label("list_approver", name=waiver.approver)


def _answer(finding: Finding, words: Wording) -> str:
    answer = finding.answer
    if answer is None:
        return ""
    status = f"status_{answer.status}"
    known = {"status_open", "status_doing", "status_done", "status_accepted"}
    told = (
        ("answer_status", words.label(status) if status in known else words.say(answer.status)),
        ("answer_planned", words.say(answer.planned) if answer.planned else ""),
        ("answer_reason", words.say(answer.reason)),
        ("answer_until", words.say(answer.until) if answer.until else ""),
    )
    return words.label("sentence_break").join(
        words.label(label) + words.label("colon") + value for label, value in told if value
    )


_CODED: tuple[ListColumn, ...] = (
    ListColumn(
        "severity",
        lambda finding, words: words.say(finding.severity.text),
        lambda finding, words: finding.severity.code,
        tuple(one.code for one in sorted(Severity, reverse=True)),
    ),
    ListColumn("status", _status, lambda finding, words: status_of(finding), ("failed", _UNDECIDED, _WAIVED)),
    ListColumn("family", _family, lambda finding, words: finding.check[:_FAMILY_LETTERS], tuple(FAMILIES)),
    ListColumn(
        "check", lambda finding, words: words.raw(finding.check), lambda finding, words: finding.check
    ),
    ListColumn("reason", _reason, _reason_code),
    ListColumn(
        "change",
        lambda finding, words: change_text(finding.change, words),
        lambda finding, words: finding.change,
        tuple(one.value for one in Change),
    ),
    ListColumn("entity", _entity, _entity_code),
    ListColumn("owner", _owner),
)
_SORTED = (
    "entity_name",
    "entity_number",
    "target",
    "message",
    "due",
    "start_by",
    "province",
    "provider",
    "group",
)
_TOLD = {column.label: column for column in CSV_COLUMNS}

# What the rows, the filters, their counts and the sorting need.
INDEX_COLUMNS: tuple[ListColumn, ...] = (
    *_CODED,
    *(ListColumn(key, _TOLD[key].value, names_target=key == "message") for key in _SORTED),
)

# All else that is told of a finding; every column of findings.csv stands in one of the two.
DETAIL_COLUMNS: tuple[ListColumn, ...] = (
    *(
        ListColumn(column.label, column.value, names_target=True)
        for column in CSV_COLUMNS
        if column.label not in {one.key for one in INDEX_COLUMNS}
    ),
    ListColumn("compares", _compares, _compares),
    ListColumn("way_out", _way_out, _reason_code),
    ListColumn("waiver", _waiver),
    ListColumn("answer", _answer),
)

# By what the list is filtered, with the label of each; the first ones have few choices, which are all in sight.
CHOICES: tuple[tuple[str, str], ...] = (
    ("severity", "severity"), ("status", "list_status"), ("change", "change"),
)  # fmt: skip
MENUS: tuple[tuple[str, str], ...] = (
    ("family", "family"), ("check", "check"), ("reason", "reason"), ("entity", "list_entity"), ("province", "province"),
    ("provider", "provider"), ("owner", "list_owner"), ("group", "group"),
)  # fmt: skip

# The columns of the rows on the screen, with the label of each.
SHOWN: tuple[tuple[str, str], ...] = (
    ("severity", "severity"), ("status", "list_status"), ("check", "check"), ("change", "change"), ("entity_name", "entity_name"),
    ("target", "target"), ("message", "message"), ("due", "due"), ("start_by", "start_by"), ("owner", "list_owner"),
)  # fmt: skip
