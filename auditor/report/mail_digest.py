"""The routes of a digest: a line for each, so that a manager sees who has what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from auditor.model.change import Change
from auditor.model.text import Text
from auditor.model.verdict import Severity
from auditor.report.conclusion import State
from auditor.report.mail_kind import incomplete
from auditor.report.mail_letter import Entry, Pen, Section
from auditor.report.view import View


@dataclass(frozen=True, slots=True)
class RouteLine:
    """One route in numbers. by_severity: failures; clear: everything was seen and nothing is wrong or undecided.

    new, resolved: against the run before, None where nothing was compared; due: the earliest day by which something must
    be put right; note: what else its line has to say, such as a mail that could not be sent.
    """

    name: str
    by_severity: Mapping[Severity, int] = field(default_factory=dict)
    unknown: int = 0
    new: int | None = None
    resolved: int | None = None
    due: date | None = None
    complete: bool = True
    clear: bool = False
    note: Text | None = None

    @classmethod
    def of(cls, name: str, view: View, *, note: Text | None = None) -> RouteLine:
        """The line for the view of a route's share."""
        compared = view.changes is not None and not view.changes.first
        counts = view.changes.counts if view.changes is not None and compared else {}
        seen = not incomplete(view) and not view.unknowns and not view.discrepancies
        return cls(
            name=name,
            by_severity=view.by_severity,
            unknown=len(view.unknowns),
            new=counts[Change.NEW] if compared else None,
            resolved=counts[Change.RESOLVED] if compared else None,
            due=min((one.due for one in view.failures if one.due), default=None),
            complete=not incomplete(view),
            clear=seen and view.conclusion.state is State.CLEAR,
            note=note,
        )


def routes_section(routes: Sequence[RouteLine], unrouted: int, pen: Pen) -> Section:
    """The routes as they are given, then how much went to nobody."""
    lead = [pen.label("mail_routes_none")] if not routes else []
    if unrouted:
        lead.append(pen.label("mail_unrouted", count=unrouted))
    entries = [_entry(one, pen) for one in routes[: pen.limits.routes]]
    return Section(pen.label("mail_routes"), tuple(lead), pen.group("", entries, len(routes)))


def _entry(route: RouteLine, pen: Pen) -> Entry:
    counted = {severity: route.by_severity.get(severity, 0) for severity in sorted(Severity, reverse=True)}
    counts = [f"{pen.line(one.text)} {pen.words.number(count)}" for one, count in counted.items() if count]
    if route.unknown:
        counts.append(f"{pen.label('mail_undecided')} {pen.words.number(route.unknown)}")
    if not counts:
        counts.append(pen.label("mail_route_clear" if route.clear else "mail_not_clear"))
    if not route.complete:
        counts.append(pen.label("line_incomplete"))
    facts = [
        (label, pen.words.number(count))
        for label, count in (
            (pen.words.change(Change.NEW.code), route.new),
            (pen.label("mail_resolved"), route.resolved),
        )
        if count is not None
    ]
    if route.due:
        facts.append((pen.label("earliest_due"), route.due.isoformat()))
    if route.note is not None:
        facts.append((pen.label("plan_note"), pen.line(route.note)))
    worst = max((one for one, count in counted.items() if count), default=None)
    return Entry(
        head=pen.line(route.name),
        text=" · ".join(counts),
        mark=pen.line(worst.text) if worst else "",
        tone=worst.code if worst else "",
        facts=tuple(facts),
    )
