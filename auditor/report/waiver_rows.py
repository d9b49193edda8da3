"""Accepted findings with their own verdicts, and the acceptances that accept nothing in this run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from auditor.model.result import AuditResult, Finding
from auditor.model.waiver import Waiver, WaiverState, WaiverUse
from auditor.report.columns import ANSWER_COLUMNS, FINDING_COLUMNS, Cell, Column, Form, cells_text
from auditor.report.wording import Wording


@dataclass(frozen=True, slots=True)
class WaiverRow:
    """A finding with the waiver that covers it, or (finding None) a waiver that covers none now.

    use: None for a waiver that the run does not list.
    """

    waiver: Waiver
    use: WaiverUse | None
    finding: Finding | None = None

    @property
    def state(self) -> WaiverState:
        """How it stands with the waiver."""
        return self.use.state if self.use else WaiverState.ACTIVE


def waiver_rows(result: AuditResult) -> Iterator[WaiverRow]:
    """The waived findings in their order, then the waivers without one: refused, lapsed, soon to lapse, unused."""
    uses = {one.waiver.id: one for one in result.waivers}
    covering: set[str] = set()
    for finding in result.findings:
        if (waiver := finding.waiver) is not None:
            covering.add(waiver.id)
            yield WaiverRow(waiver, uses.get(waiver.id), finding)
    idle = [one for one in result.waivers if one.waiver.id not in covering]
    states = list(WaiverState)
    idle.sort(key=lambda one: (-states.index(one.state), one.waiver.until, one.waiver.id))
    for use in idle:
        yield WaiverRow(use.waiver, use)


def unused(uses: Sequence[WaiverUse]) -> int:
    """How many waivers are in force and meet no finding."""
    return sum(1 for one in uses if never_used(one))


def never_used(use: WaiverUse) -> bool:
    """Whether a waiver that is in force meets no finding."""
    return use.state in (WaiverState.ACTIVE, WaiverState.SOON) and not use.findings


def _note(row: WaiverRow, words: Wording) -> Cell:
    """Why the policy refuses it, or what it meets."""
    if row.use is None or row.finding is not None:
        return ""
    if row.use.why is not None:
        return words.say(row.use.why)
    if row.use.findings:
        return words.label("sheet_waiver_meets", count=len(row.use.findings))
    return words.label("sheet_waiver_unused")


def _of_finding(column: Column[Finding]) -> Column[WaiverRow]:
    return Column(
        column.label,
        column.width,
        column.form,
        lambda row, words: None if row.finding is None else column.value(row.finding, words),
    )


def _said(row: WaiverRow, words: Wording, *, attribute: str) -> Cell:
    found = getattr(row.waiver, attribute)
    return words.say(found) if found else ""


def _check(row: WaiverRow, words: Wording) -> Cell:
    return row.finding.check if row.finding else words.say(row.waiver.check or "")


def _target(row: WaiverRow, words: Wording) -> Cell:
    return words.say(row.finding.target if row.finding else row.waiver.target or "")


def _message(row: WaiverRow, words: Wording) -> Cell:
    """What the finding says; without one, which finding the waiver speaks of."""
    if row.finding is not None:
        return words.message(row.finding)
    mark = row.waiver.fingerprint
    return words.label("fingerprint") + words.label("colon") + words.raw(mark) if mark else ""


def _cells(row: WaiverRow, words: Wording) -> Cell:
    return cells_text(row.finding, words) if row.finding else ""


_COLUMNS = {column.label: _of_finding(column) for column in FINDING_COLUMNS}

# A row without a finding has no fingerprint: answers beside it would belong to the live row of that finding.
WAIVED_COLUMNS: tuple[Column[WaiverRow], ...] = (
    Column("waiver_state", 11, Form.SEVERITY, lambda row, words: words.say(row.state.text)),
    Column("waiver_until", 13, Form.DATE, lambda row, words: row.waiver.until),
    _COLUMNS["verdict"],
    _COLUMNS["severity"],
    Column("check", 10, Form.SHORT, _check),
    Column("entity_name", 20, Form.LONG, _COLUMNS["entity_name"].value),
    Column("target", 20, Form.LONG, _target),
    Column("message", 36, Form.LONG, _message),
    Column("waiver_reason", 26, Form.LONG, partial(_said, attribute="reason")),
    Column("waiver_by", 10, Form.LONG, partial(_said, attribute="by")),
    Column("waiver_approver", 10, Form.LONG, partial(_said, attribute="approver")),
    Column("waiver_note", 20, Form.LONG, _note),
    *(_of_finding(one) for one in ANSWER_COLUMNS),
    Column("cells", 30, Form.LONG, _cells),
    _COLUMNS["entity_number"],
    Column("waiver_origin", 20, Form.LONG, partial(_said, attribute="origin")),
    Column("waiver_id", 20, Form.SHORT, partial(_said, attribute="id")),
    _COLUMNS["fingerprint"],
)
