"""Laws that hold for every plan, whatever is found, in whatever order, on whatever day."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.model.plan import ChangeOrder, Plan, WorkKind
from auditor.model.result import Finding, Reading
from auditor.planning.chains import Chains, Leg, Walker
from tests.builders import credit_code, entity_number, service_number
from tests.judging import rule_data
from tests.planning.planned import book, filing, found, paper, planned

DAYS = st.dates(date(2026, 1, 1), date(2027, 1, 31))
ENTITIES = (1, 2)
WALKER = Walker(rule_data().calendar)
REVIEW = Chains(rule_data().lead_times).review


@cache
def reading() -> Reading:
    """Two entities of four services; the first holds two domains, the last none; papers; an order under way."""
    rows = [
        filing(n, f"e{e}-s{n}{tail}.cn", entity=e, entity_certificate_number=credit_code(n if e == 2 else 1))
        for e in ENTITIES
        for n in (1, 2, 3)
        for tail in (("a", "b") if n == 1 else ("",))
    ]
    # A shell: a service under which no domain stands.
    rows += [{**filing(4, entity=e), "domain": None} for e in ENTITIES]
    papers = [
        paper(title, holder, date(2027, 1, 1), entity_number=entity_number(e))
        for e in ENTITIES
        for title, holder in (
            ("主体负责人身份证", "甲示例"),
            ("网站负责人身份证", "乙示例"),
            ("营业执照", "示例"),
        )
    ]
    open_order = {
        "entity_number": entity_number(2), "order_number": "DD-1", "order_kind": "变更网站", "order_stage": "初审",
    }  # fmt: skip
    return book(*rows, papers=papers, orders=[open_order])


def menu() -> list[tuple[str, str, bool]]:
    """(check, target, whether facts may set its day)."""
    found_: list[tuple[str, str, bool]] = []
    for e in ENTITIES:
        number = entity_number(e)
        for n in (1, 2, 3):
            service = service_number(e, n)
            name = f"e{e}-s{n}{'a' if n == 1 else ''}.cn"
            found_ += [
                (check, name, False) for check in ("OWN201", "OWN203", "WEB901", "MIT951", "MIT952", "DOM303")
            ]
            found_ += [("DOM302", name, True), ("SYN403", service, False)]
            found_ += [("PER503", f"{service}/administrator", False)]
        shell = service_number(e, 4)
        found_ += [
            ("REC112", shell, False),
            ("SYN403", shell, False),
            ("PER505", f"{shell}/administrator", False),
        ]
        found_ += [("SYN402", number, False), ("SYN401", number, False)]
        found_ += [
            ("PER508", f"{number}/leader", False),
            ("DOC604", number, False),
            ("SYN406", number, False),
        ]
        found_ += [("DOC602", f"证照!{2 + 3 * (e - 1) + k}", True) for k in range(3)]
    return found_


MENU = menu()


@st.composite
def some_findings(draw: st.DrawFn) -> tuple[date, list[Finding]]:
    as_of = draw(DAYS)
    chosen = draw(st.lists(st.sampled_from(MENU), unique=True, max_size=16))
    findings = []
    for check, target, fixed in chosen:
        due = as_of + timedelta(days=draw(st.integers(0, 120))) if fixed else None
        cells = ()
        if check == "SYN402" and draw(st.booleans()):
            entity = next(one for one in reading().portfolio.entities if one.key == target)
            cells = entity.cells("entity_certificate_number")
        findings.append(found(check, target, due, cells=cells))
    return as_of, findings


def plan_of(as_of: date, findings: list[Finding]) -> Plan:
    return planned(reading(), *findings, as_of=as_of).plan


def filed(orders: tuple[ChangeOrder, ...]) -> list[ChangeOrder]:
    return [one for one in orders if one.kind.is_order]


@settings(deadline=None, max_examples=150)
@given(some_findings())
def test_no_two_orders_of_an_entity_overlap(case: tuple[date, list[Finding]]) -> None:
    for queue in plan_of(*case).queues:
        orders = filed(queue.orders)
        for before, after in pairwise(orders):
            assert before.earliest_finish <= after.earliest_start
        if orders and queue.occupied_until is not None:
            assert orders[0].earliest_start >= queue.occupied_until


@settings(deadline=None, max_examples=150)
@given(some_findings())
def test_no_plan_breaks_the_rules_of_order(case: tuple[date, list[Finding]]) -> None:
    for queue in plan_of(*case).queues:
        known = {one.id: one for one in queue.orders}
        orders = filed(queue.orders)
        numbers = [number for one in orders for number in one.services]
        assert len(numbers) == len(set(numbers)), "a number stands in two orders"
        kinds = [one.kind for one in orders]
        leading = [index for index, kind in enumerate(kinds) if kind in (WorkKind.ENTITY, WorkKind.BOTH)]
        assert leading in ([], [0]), "the entity's own change is not first"
        for one in queue.orders:
            assert one.earliest_start >= plan_start(case[0])
            assert all(known[id].earliest_finish <= one.earliest_start for id in one.needs)
        for one in orders:
            for work in queue.orders:
                own = set(work.services) & set(one.services) or set(work.domains) & set(one.domains)
                if work.action == "fix_site" or (work.action in ("replace_paper", "renew_domain") and own):
                    assert work.id in one.needs
            if one.kind is not WorkKind.CANCEL:
                holders = [
                    work.id
                    for work in queue.orders
                    if work.kind is WorkKind.REAL_NAME
                    and (
                        one.kind in (WorkKind.ENTITY, WorkKind.BOTH) or set(work.services) & set(one.services)
                    )
                ]
                assert set(holders) <= set(one.needs), "filed before the real-name data agree"
            if one.kind in (WorkKind.SERVICE, WorkKind.BOTH):
                services = [s for s in reading().portfolio.services if s.key in one.services]
                assert {d.key for s in services for d in s.domains} <= set(one.domains)


def plan_start(as_of: date) -> date:
    return WALKER.working_day_from(as_of).date


@settings(deadline=None, max_examples=150)
@given(some_findings())
def test_starting_by_start_by_never_finishes_after_due(case: tuple[date, list[Finding]]) -> None:
    for one in plan_of(*case).orders:
        chain = tuple(Leg(step.kind, step.text.text, step.working_days, step.hours) for step in one.steps)
        assert WALKER.finish(one.latest_start, chain).date <= one.due
        assert one.late == (one.earliest_finish > one.due)
        assert one.late == (one.latest_start < one.earliest_start)
        if not one.late:
            assert one.slack_working_days >= 0
        assert rule_data().calendar.is_working_day(one.latest_start)


@settings(deadline=None, max_examples=150)
@given(some_findings())
def test_begun_at_its_latest_start_nothing_that_waits_is_made_late(case: tuple[date, list[Finding]]) -> None:
    for queue in plan_of(*case).queues:
        known = {one.id: one for one in queue.orders}
        for one in queue.orders:
            for id in one.needs:
                before = known[id]
                if not before.late and not one.late:
                    chain = tuple(Leg(s.kind, s.text.text, s.working_days, s.hours) for s in before.steps)
                    assert WALKER.finish(before.latest_start, chain).date <= one.latest_start


@settings(deadline=None, max_examples=150)
@given(some_findings(), st.data())
def test_removing_a_finding_never_makes_the_plan_later(
    case: tuple[date, list[Finding]], data: st.DataObject
) -> None:
    as_of, findings = case
    if not findings:
        return
    gone = data.draw(st.sampled_from(findings))
    whole, less = plan_of(as_of, findings), plan_of(as_of, [one for one in findings if one is not gone])
    ends = {queue.entity_key: max(one.earliest_finish for one in queue.orders) for queue in whole.queues}
    for queue in less.queues:
        assert max(one.earliest_finish for one in queue.orders) <= ends[queue.entity_key]


@settings(deadline=None, max_examples=100)
@given(some_findings(), st.randoms(use_true_random=False))
def test_the_order_of_findings_changes_nothing(case: tuple[date, list[Finding]], random: object) -> None:
    as_of, findings = case
    shuffled = list(findings)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert plan_of(as_of, findings) == plan_of(as_of, shuffled)


@settings(deadline=None, max_examples=100)
@given(some_findings())
def test_every_failure_is_cured_or_said_to_need_nothing(case: tuple[date, list[Finding]]) -> None:
    plan = plan_of(*case)
    cured = {fingerprint for one in plan.orders for fingerprint in one.cures}
    assert cured | set(plan.no_order) == {one.fingerprint for one in case[1]}
    assert set(plan.dates) == cured
    ids = [one.id for one in plan.orders]
    assert len(ids) == len(set(ids))


@settings(deadline=None, max_examples=100)
@given(some_findings())
def test_a_date_of_a_year_without_a_schedule_is_always_marked(case: tuple[date, list[Finding]]) -> None:
    for one in plan_of(*case).orders:
        for name, day in (("earliest_finish", one.earliest_finish), ("latest_start", one.latest_start)):
            if day.year == 2027:
                assert name in one.estimated
        if one.due.year == 2027 and not one.fixed:
            assert "due" in one.estimated


@settings(deadline=None, max_examples=300)
@given(DAYS, DAYS)
def test_walking_back_is_the_inverse_of_walking_forward(start: date, due: date) -> None:
    latest = WALKER.latest_start(due, REVIEW).date
    begun = WALKER.working_day_from(start).date
    assert WALKER.finish(latest, REVIEW).date <= due
    assert (WALKER.finish(begun, REVIEW).date <= due) == (begun <= latest)
