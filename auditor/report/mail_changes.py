"""The part of a mail about what changed since the run before."""

from __future__ import annotations

import heapq

from auditor.model.change import Change, PastFinding
from auditor.model.result import Finding
from auditor.model.verdict import Verdict
from auditor.report.changes import LISTED, WORLD_LABELS, Changed, Changes
from auditor.report.entities import finding_order
from auditor.report.mail_findings import day_fact
from auditor.report.mail_kind import MailKind, mail_kind
from auditor.report.mail_letter import Entry, Group, Pen, Section
from auditor.report.view import View


def changes_section(view: View, pen: Pen) -> Section:
    """New, worse, no longer waived, better; resolved; not judged again; the portfolio; the world."""
    title, changes = pen.label("mail_changes"), view.changes
    if changes is None:
        return Section(title, (pen.label("mail_no_history"),))
    if changes.first:
        return Section(title, (pen.label("changes_first"),))
    lead = [_since(changes, pen)]
    if mail_kind(view) is MailKind.UNCHANGED:
        lead.append(pen.label("mail_no_change"))
    elif changes.still:
        lead.append(pen.label("changes_no_findings"))
    groups: list[Group] = []
    for change in LISTED:
        own = heapq.nsmallest(pen.limits.changes, changes.lists[change], key=_order)
        entries = [_changed(one, view, pen) for one in own]
        groups += pen.group(pen.words.change(change.code), entries, changes.counts[change])
    groups += _resolved(changes, pen)
    groups += _not_judged(changes, pen)
    groups += _portfolio(changes, pen)
    groups += _world(changes, pen)
    return Section(title, tuple(lead), tuple(groups))


def _since(changes: Changes, pen: Pen) -> str:
    told = changes.comparison
    return pen.label(
        "changes_since",
        run=told.since,
        day=pen.words.day(told.since_as_of) or "—",
        at=pen.words.moment(told.since_at),
    )


def _changed(one: Changed, view: View, pen: Pen) -> Entry:
    finding = one.finding
    facts = []
    if one.before:
        was = " · ".join(pen.line(word.text) for word in one.before)
        facts.append((pen.label("changes_before"), was))
    facts += _owner(finding, pen) + day_fact("due", finding, view, pen)
    mark, tone = _mark(finding, pen)
    return Entry(
        head=f"{finding.check} {pen.line(finding.target)}",
        text=pen.cut(pen.words.message(finding)),
        mark=mark,
        tone=tone,
        facts=tuple(facts),
    )


def _mark(one: Finding | PastFinding, pen: Pen) -> tuple[str, str]:
    """The word in front and its tone: how bad a failure is; of what nobody could decide, that it is undecided."""
    if one.verdict is Verdict.UNKNOWN:
        return pen.label("mail_undecided"), "undecided"
    return pen.line(one.severity.text), one.severity.code


def _order(one: Changed) -> tuple[object, ...]:
    return one.finding.verdict is not Verdict.FAIL, *finding_order(one.finding)


def _owner(finding: Finding, pen: Pen) -> list[tuple[str, str]]:
    owner = finding.entity_name or finding.entity_number
    return [(pen.label("entity_name"), pen.line(owner))] if owner else []


def _past(one: PastFinding, pen: Pen, *facts: tuple[str, str]) -> Entry:
    owner = one.entity_name or one.entity_number
    mark, tone = _mark(one, pen)
    named = ((pen.label("entity_name"), pen.line(owner)),) if owner else ()
    return Entry(
        head=f"{pen.line(one.check)} {pen.line(one.target)}",
        text=pen.line(one.message),
        mark=mark,
        tone=tone,
        facts=(*named, *facts),
    )


def _resolved(changes: Changes, pen: Pen) -> tuple[Group, ...]:
    shown = changes.comparison.resolved[: pen.limits.changes]
    entries = [_past(one, pen) for one in shown]
    return pen.group(pen.words.change(Change.RESOLVED.code), entries, changes.resolved)


def _not_judged(changes: Changes, pen: Pen) -> tuple[Group, ...]:
    why = pen.label("changes_why")
    shown = changes.not_judged[: pen.limits.changes]
    entries = [_past(one.past, pen, (why, pen.label(one.why.value))) for one in shown]
    return pen.group(pen.label("changes_not_judged"), entries, len(changes.not_judged))


def _portfolio(changes: Changes, pen: Pen) -> tuple[Group, ...]:
    told = changes.comparison
    lists = (
        ("domains_arrived", told.domains_arrived),
        ("domains_gone", told.domains_gone),
        ("entities_arrived", told.entities_arrived),
        ("entities_gone", told.entities_gone),
    )
    entries = [
        Entry(pen.counted(pen.label(key), len(names)), pen.names(names)) for key, names in lists if names
    ]
    return pen.group(pen.label("changes_portfolio"), entries, len(entries)) if entries else ()


def _world(changes: Changes, pen: Pen) -> tuple[Group, ...]:
    world = changes.comparison.world
    entries = []
    for one in world[: pen.limits.changes]:
        kind = pen.label(WORLD_LABELS[one.kind]) if one.kind in WORLD_LABELS else pen.line(one.kind)
        nothing = pen.label("world_nothing")
        moved = pen.words.label(
            "mail_from_to",
            before=pen.line(one.before) if one.before else nothing,
            after=pen.line(one.after) if one.after else nothing,
        )
        entries.append(Entry(f"{kind} {pen.line(one.target)}", " ".join(moved.split())))
    return pen.group(pen.label("changes_world"), entries, len(world))
