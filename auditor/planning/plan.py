"""`make_plan`: from the findings of an audit to a queue of work for each entity; pure, and the same for any order of findings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from auditor.model.plan import ChangeOrder, Dates, Plan, Queue, WorkKind
from auditor.model.policy import Policy
from auditor.model.portfolio import Entity
from auditor.model.result import AuditResult, Finding
from auditor.model.verdict import Severity, Verdict
from auditor.planning.cases import Case, Docket
from auditor.planning.chains import Chains, Walker
from auditor.planning.choice import cures_for
from auditor.planning.drafts import Desk, number_key
from auditor.planning.orders import Office, order_of
from auditor.planning.queue import Frame, Slot, lay_out
from auditor.planning.underway import occupied
from auditor.rules.calendar import CalendarDay
from auditor.rules.load import RuleData

# Checks whose deadline is a fact even where it falls on the policy's day.
_FACTUAL = frozenset({"DOC602", "DOC603", "DOM301", "DOM302"})


def make_plan(result: AuditResult, rules: RuleData, policy: Policy) -> Plan:
    """The work that cures the failures of a result, from the audit date of the policy on.

    Every failure is cured by some work or stands in `no_order`; every undecided finding stands in `undecided`. The
    findings' own due days count where facts set them; elsewhere the policy's `fix_working_days` are the time to begin.
    Takes findings as the checks leave them, before `dates_for` has refined them.
    """
    walker = Walker(rules.calendar)
    begin = walker.working_day_from(policy.as_of)
    hand_in = rules.calendar.add_working_days(policy.as_of, policy.thresholds.fix_working_days)
    frame = Frame(
        begin.date, max(hand_in.date, begin.date), begin.estimated, hand_in.estimated or begin.estimated
    )
    failures = sorted(
        (one for one in result.findings if one.verdict is Verdict.FAIL),
        key=lambda one: (one.check, one.target, one.fingerprint),
    )
    docket = Docket(result.reading.portfolio)
    office = Office(
        result.reading.portfolio,
        rules,
        policy,
        Chains(rules.lead_times),
        walker,
        frozenset(one.target for one in failures if one.check == "PER503"),
    )
    cases: dict[str, list[Case]] = defaultdict(list)
    for finding in failures:
        case = docket.case(finding)
        cases[case.entity_key].append(case)
    queues = tuple(
        queue
        for key in sorted(cases, key=number_key)
        if (queue := _queue(key, docket.entities.get(key), cases[key], frame, office)).orders
    )
    orders = [order for queue in queues for order in queue.orders]
    worked_on = {
        fingerprint for one in orders if one.kind is not WorkKind.PREPARATION for fingerprint in one.cures
    }
    late = sorted(
        (one for one in orders if one.late),
        key=lambda one: (one.slack_working_days, one.due, number_key(one.entity_key), one.id),
    )
    return Plan(
        as_of=policy.as_of,
        queues=queues,
        late_first=tuple(one.id for one in late),
        no_order=tuple(
            sorted(one.fingerprint for one in failures if one.fingerprint not in worked_on)
        ),
        undecided=tuple(
            sorted(one.fingerprint for one in result.findings if one.verdict is Verdict.UNKNOWN)
        ),
        dates=_dates(failures, orders, frame),
    )  # fmt: skip


def dates_for(plan: Plan) -> Mapping[str, Dates]:
    """By fingerprint: the day by which a finding must be put right, the last day to begin, and whether it is estimated."""
    return plan.dates


def dated(findings: Iterable[Finding], plan: Plan) -> tuple[Finding, ...]:
    """The findings with the dates of the plan; those that no work cures keep their own."""
    return tuple(
        replace(one, due=own.due, start_by=own.start_by, estimated=own.estimated)
        if (own := plan.dates.get(one.fingerprint)) is not None
        else one
        for one in findings
    )


def _queue(key: str, entity: Entity | None, cases: Iterable[Case], frame: Frame, office: Office) -> Queue:
    desk = Desk(key, entity)
    for case in cases:
        fixed = _fixed_due(case.finding, frame)
        desk.take(case, cures_for(case, office.rules), fixed)
    held = occupied(
        entity.orders if entity is not None else (), office.policy.as_of, office.chains, office.walker
    )
    per_order = office.rules.lead_times.get("services_per_order").maximum
    slots = [Slot(draft, office.chain(draft)) for draft in desk.finished(per_order)]
    laid = lay_out(
        slots, frame, office.walker, None if held.until is None else CalendarDay(held.until, held.estimated)
    )
    alone = sum(slot.draft.kind in (WorkKind.SERVICE, WorkKind.BOTH) for slot in laid) < 2
    return Queue(
        entity_key=key,
        entity_number=str(entity.number) if entity is not None and entity.number else key or None,
        entity_name=entity.name if entity is not None else None,
        orders=tuple(order_of(slot, key, entity, held, office, alone=alone) for slot in laid),
        occupied_by=held.orders,
        occupied_until=held.until,
        estimated=held.estimated,
    )


def _fixed_due(finding: Finding, frame: Frame) -> date | None:
    """The day that facts set for a finding; None where only the policy's working days do."""
    if finding.due is None or (finding.due == frame.hand_in and finding.check not in _FACTUAL):
        return None
    return finding.due


def _dates(failures: Iterable[Finding], orders: Iterable[ChangeOrder], frame: Frame) -> dict[str, Dates]:
    """The dates of every finding that some work cures: begun with the first piece of work, right with the last."""
    work: dict[str, list[ChangeOrder]] = defaultdict(list)
    for order in orders:
        for fingerprint in order.cures:
            work[fingerprint].append(order)
    found = {}
    for finding in failures:
        own = work.get(finding.fingerprint)
        if not own or finding.severity is Severity.INFO:
            continue
        due = _fixed_due(finding, frame) or max(one.due for one in own)
        found[finding.fingerprint] = Dates(
            due,
            min(one.latest_start for one in own),
            any({"due", "latest_start"} & set(one.estimated) for one in own),
        )
    return found
