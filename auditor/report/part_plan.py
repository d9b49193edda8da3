"""The plan of a share: the work of its entities, and of others the work that cures one of its findings."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from auditor.model.plan import ChangeOrder, Plan, Queue
from auditor.model.portfolio import Portfolio
from auditor.model.text import Message
from auditor.report.part_rows import Claim


def plan_part(plan: Plan | None, claim: Claim, book: Portfolio, prints: Collection[str]) -> Plan | None:
    """The plan of a share; None where nothing was planned. book: the share's portfolio; prints: of its findings.

    The days are those of the whole plan: what waits for other work of the entity waits here too.
    """
    if plan is None:
        return None
    queues = tuple(_queues(plan, claim, book, prints))
    kept = {order.id for queue in queues for order in queue.orders}
    queues = tuple(
        replace(
            queue,
            orders=tuple(
                replace(order, needs=tuple(id for id in order.needs if id in kept)) for order in queue.orders
            ),
        )
        for queue in queues
    )
    return Plan(
        plan.as_of,
        queues,
        late_first=tuple(id for id in plan.late_first if id in kept),
        no_order=tuple(one for one in plan.no_order if one in prints),
        undecided=tuple(one for one in plan.undecided if one in prints),
        dates={one: plan.dates[one] for one in sorted(plan.dates) if one in prints},
    )


def _queues(plan: Plan, claim: Claim, book: Portfolio, prints: Collection[str]) -> Iterator[Queue]:
    for queue in plan.queues:
        whole = queue.entity_key in claim.entities or (queue.entity_number or "") in claim.numbers
        orders = tuple(
            _order(order, book, prints, whole=whole)
            for order in queue.orders
            if whole or any(one in prints for one in order.cures)
        )
        if orders:
            yield replace(queue, orders=orders)


def _order(order: ChangeOrder, book: Portfolio, prints: Collection[str], *, whole: bool) -> ChangeOrder:
    """The work as the share may see it: where it is also work for others, without their services and domains."""
    cures = tuple(one for one in order.cures if one in prints)
    if whole:
        return replace(order, cures=cures)
    services = {one.target for one in book.services}
    domains = {one.key for one in book.domains}
    own = replace(
        order,
        cures=cures,
        services=tuple(one for one in order.services if one in services),
        domains=tuple(one for one in order.domains if one in domains),
        who=tuple(one for one in order.who if one.service is None or one.service in services),
    )
    if (own.services, own.domains) == (order.services, order.domains):
        return own
    # The title and the warnings name what the work is about, others' names among them.
    return replace(own, title=Message(order.kind.text), warnings=())
