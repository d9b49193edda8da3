"""The parts of a mail about days to come: waivers that end or serve nothing, domains and documents that run out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol

from auditor.model.waiver import WaiverState
from auditor.report.mail_letter import Entry, Group, Pen, Section
from auditor.report.view import View
from auditor.report.waived import WaiverLine
from auditor.report.waiver_rows import never_used

HORIZON_DAYS = 90
_STATES = (
    (WaiverState.LAPSED, "mail_waivers_lapsed"),
    (WaiverState.REFUSED, "mail_waivers_refused"),
    (WaiverState.SOON, "mail_waivers_soon"),
)


class EndDate(Protocol):
    """Something that runs out, such as an ExpiryLine. days_left: seen from the audit date, negative once it is past."""

    @property
    def kind(self) -> str:
        """`domain` or `document`."""

    @property
    def label(self) -> str:
        """What it is, for people."""

    @property
    def target(self) -> str:
        """What it is, as findings name it."""

    @property
    def day(self) -> date:
        """Its last day."""

    @property
    def entity_name(self) -> str:
        """Whose it is, "" where nobody is named."""

    @property
    def days_left(self) -> int:
        """Days until that day."""


def waivers_section(view: View, pen: Pen) -> Section | None:
    """Waivers that lapsed, were refused, soon lapse, or hold and met nothing; None where none is odd."""
    groups: list[Group] = []
    for state, key in _STATES:
        own = [one for one in view.waivers if one.use.state is state]
        groups += _waivers(own, pen.label(key), pen)
    idle = [one for one in view.waivers if one.use.state is WaiverState.ACTIVE and never_used(one.use)]
    groups += _waivers(idle, pen.label("mail_waivers_unused"), pen)
    return Section(pen.label("mail_waivers"), (), tuple(groups)) if groups else None


def _waivers(lines: Sequence[WaiverLine], title: str, pen: Pen) -> tuple[Group, ...]:
    return pen.group(title, [_waiver(one, pen) for one in lines[: pen.limits.waivers]], len(lines))


def _waiver(line: WaiverLine, pen: Pen) -> Entry:
    waiver = line.use.waiver
    if waiver.check or waiver.target:
        head = f"{pen.line(waiver.check or '')} {pen.line(waiver.target or '')}".strip()
    elif line.findings:
        head = f"{line.findings[0].check} {pen.line(line.findings[0].target)}"
    else:
        head = pen.label("mail_waiver_of", fingerprint=waiver.fingerprint)
    facts = [
        (pen.label("waiver_until"), waiver.until.isoformat()),
        (pen.label("waiver_by"), pen.line(waiver.by)),
    ]
    if line.use.why is not None:
        facts.append((pen.label("fate_reason"), pen.line(line.use.why)))
    if line.use.state is WaiverState.SOON and never_used(line.use):
        facts.append((pen.label("waiver"), pen.label("waiver_unused")))
    elif line.use.findings:
        facts.append((pen.label("findings"), pen.words.number(len(line.use.findings))))
    return Entry(head, pen.line(waiver.reason), facts=tuple(facts))


def expiries_section(view: View, pen: Pen, rungs: Sequence[EndDate]) -> Section | None:
    """The reminders of today, then what has run out and what does within 90 days, each told once; None for nothing."""
    told = {_key(one) for one in rungs}
    near = [one for one in view.expiries if one.days_left <= HORIZON_DAYS and _key(one) not in told]
    past = [one for one in near if one.days_left < 0]
    coming = [one for one in near if one.days_left >= 0]
    today = sorted(rungs, key=lambda one: (one.day, one.kind, one.target, one.label))
    groups = (
        *_expiries(today, pen.label("mail_rungs"), pen),
        *_expiries(past, pen.label("mail_expired"), pen),
        *_expiries(coming, pen.label("mail_expiring", days=HORIZON_DAYS), pen),
    )
    return Section(pen.label("mail_expiries"), (), groups) if groups else None


def _key(one: EndDate) -> tuple[str, str, date]:
    return one.kind, one.target, one.day


def _expiries(lines: Sequence[EndDate], title: str, pen: Pen) -> tuple[Group, ...]:
    return pen.group(title, list(_entries(lines[: pen.limits.expiries], pen)), len(lines))


def _entries(lines: Iterable[EndDate], pen: Pen) -> Iterable[Entry]:
    for one in lines:
        if one.days_left < 0:
            left = pen.label("expired", days=-one.days_left)
        else:
            left = pen.label("in_days", days=one.days_left) if one.days_left else pen.label("today")
        known = {"domain": "expiry_domain", "document": "expiry_document"}
        kind = pen.label(known[one.kind]) if one.kind in known else pen.line(one.kind)
        facts = [(pen.label("days_left"), left), (pen.label("kind"), kind)]
        if one.entity_name:
            facts.append((pen.label("entity_name"), pen.line(one.entity_name)))
        yield Entry(f"{one.day.isoformat()} {pen.line(one.label)}", facts=tuple(facts))
