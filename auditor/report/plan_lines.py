"""The plan in lines, for terminals: what is too late first, then each entity's queue with its latest start days."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model.plan import ChangeOrder, Plan
from auditor.report.foreign import cut
from auditor.report.wording import Wording

_LINE = 400
_MOST = 400


def plan_lines(plan: Plan, words: Wording) -> Iterator[str]:
    """Late work, then the queues; a very long plan is cut aloud after some hundred pieces of work."""
    orders = list(plan.orders)
    yield words.label("plan_as_of", day=plan.as_of)
    yield words.label(
        "plan_line_counts",
        entities=len(plan.queues),
        orders=len(orders),
        filings=sum(one.kind.is_order for one in orders),
        late=len(plan.late_first),
    )
    if plan.undecided:
        yield words.label("plan_line_undecided", count=len(plan.undecided))
    if plan.estimated:
        yield words.label("plan_estimated_note")
    if not orders:
        yield words.label("plan_line_nothing")
        return
    if plan.late_first:
        yield ""
        yield words.label("plan_line_late")
        late = plan.late
        for order in late[:_MOST]:
            yield _cut(f"  {_owner(order, words)} | {_line(order, words)}", words)
        if len(late) > _MOST:
            yield "  " + words.label("plan_line_more", count=len(late) - _MOST)
    yield ""
    yield words.label("plan_line_queue")
    told = 0
    for queue in plan.queues:
        if told >= _MOST:
            yield "  " + words.label("plan_line_more", count=len(orders) - told)
            return
        name = words.say(queue.entity_name) if queue.entity_name else words.label("unnamed_entity")
        yield _cut(f"  {name} {queue.entity_number or ''}".rstrip(), words)
        if queue.occupied_until is not None:
            until = words.day(queue.occupied_until, estimated=queue.estimated)
            held = words.label("plan_line_occupied", orders=queue.occupied_by, until=until)
            yield _cut(f"    ({held})", words)
        for number, order in enumerate(queue.orders, 1):
            yield _cut(f"    {number}. {_line(order, words)}", words)
        told += len(queue.orders)


def _owner(order: ChangeOrder, words: Wording) -> str:
    owner = order.entity_name or order.entity_number
    return words.say(owner) if owner else words.label("unnamed_entity")


def _line(order: ChangeOrder, words: Wording) -> str:
    start = words.label(
        "plan_line_start", day=words.day(order.latest_start, estimated="latest_start" in order.estimated)
    )
    due = words.label("plan_line_due", day=words.day(order.due, estimated="due" in order.estimated))
    finish = words.label(
        "plan_line_finish",
        day=words.day(order.earliest_finish, estimated="earliest_finish" in order.estimated),
    )
    late = f"[{words.label('plan_late')}] " if order.late else ""
    return f"{late}{start} | {due} | {finish} | {words.say(order.title)}"


def _cut(line: str, words: Wording) -> str:
    return cut(" ".join(line.split("\n")), _LINE, words.lang)
