"""The parts of a mail about findings, what could not be decided, and the work that must start now."""

from __future__ import annotations

import heapq
from datetime import timedelta

from auditor.model.plan import ChangeOrder
from auditor.model.result import Finding
from auditor.model.verdict import Severity
from auditor.report.entities import finding_order
from auditor.report.mail_letter import Entry, Pen, Section
from auditor.report.view import View

SOON = timedelta(
    days=7
)  # most schedules are weekly: what must start before the next mail is told in this one
_PLACES = 3


def day_fact(key: str, finding: Finding, view: View, pen: Pen) -> list[tuple[str, str]]:
    """The due day ("due") or the last day to begin ("start_by") with its label, marked where it is past."""
    day = finding.due if key == "due" else finding.start_by
    if day is None:
        return []
    told = pen.words.day(day, estimated=finding.estimated)
    if day < view.result.run.as_of:
        told += f" ({pen.label('late')})"
    return [(pen.label(key), told)]


def findings_section(view: View, pen: Pen, most: int) -> Section | None:
    """The worst failures that are no hints, at most so many; None where nothing failed."""
    if not view.failures:
        return None
    grave = [one for one in view.failures if one.severity > Severity.INFO]
    shown = heapq.nsmallest(most, grave, key=finding_order)
    hints = len(view.failures) - len(grave)
    lead = (pen.label("mail_hints", count=hints),) if hints else ()
    groups = pen.group("", [_entry(one, view, pen) for one in shown], len(grave))
    return Section(pen.label("mail_pressing"), lead, groups)


def _entry(finding: Finding, view: View, pen: Pen) -> Entry:
    owner = " ".join(pen.line(one) for one in (finding.entity_name, finding.entity_number) if one)
    facts = [(pen.label("entity_name"), owner or pen.label("unnamed_entity"))]
    if finding.answer is not None and finding.answer.owner:
        facts.append((pen.label("answer_owner"), pen.line(finding.answer.owner)))
    facts += day_fact("due", finding, view, pen) + day_fact("start_by", finding, view, pen)
    if finding.cells:
        places = pen.words.places(finding.cells, _PLACES)
        facts.append((pen.label("cells"), pen.cut(pen.label("sentence_break").join(places))))
    return Entry(
        head=f"{finding.check} {pen.line(finding.target)}",
        text=pen.cut(pen.words.message(finding)),
        mark=pen.line(finding.severity.text),
        tone=finding.severity.code,
        facts=tuple(facts),
    )


def unknown_section(view: View, pen: Pen) -> Section | None:
    """What could not be decided, by reason, with the way out; None where everything could."""
    if not view.reasons:
        return None
    entries = []
    for one in view.reasons:
        facts = ((pen.label("way_out"), pen.line(one.reason.way_out)),) if one.reason else ()
        counts = pen.label("unknown_counts", count=one.count, targets=one.targets)
        entries.append(Entry(pen.words.reason(one.reason), counts, facts=facts, tone="undecided"))
    groups = pen.group("", entries, len(entries))
    return Section(pen.label("mail_undecided_title"), (pen.label("mail_undecided_lead"),), groups)


def work_section(view: View, pen: Pen) -> Section | None:
    """Work that is too late or whose latest start comes within a week; None where there is none."""
    plan = view.result.plan
    if plan is None:
        return None
    until = view.result.run.as_of + SOON
    late = plan.late
    told = {one.id for one in late}
    soon = sorted(
        (one for one in plan.orders if one.id not in told and one.latest_start <= until),
        key=lambda one: (one.latest_start, one.due, one.id),
    )
    work = (*late, *soon)
    if not work:
        return None
    groups = pen.group("", [_work(one, pen) for one in work[: pen.limits.work]], len(work))
    return Section(pen.label("mail_work"), (pen.label("mail_work_lead", day=until),), groups)


def _work(order: ChangeOrder, pen: Pen) -> Entry:
    owner = order.entity_name or order.entity_number
    days = (
        ("plan_latest_start", order.latest_start, "latest_start"),
        ("plan_due", order.due, "due"),
        ("plan_earliest_finish", order.earliest_finish, "earliest_finish"),
    )
    return Entry(
        head=pen.line(order.title),
        text=pen.line(owner) if owner else pen.label("unnamed_entity"),
        mark=pen.label("plan_late") if order.late else "",
        tone="critical" if order.late else "",
        facts=tuple(
            (pen.label(key), pen.words.day(day, estimated=name in order.estimated)) for key, day, name in days
        ),
    )
