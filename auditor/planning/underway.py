"""Orders that the book shows under way: until when they hold the entity's one place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from auditor.model.plan import StepKind
from auditor.model.portfolio import Order
from auditor.model.words import OrderStage
from auditor.planning.chains import Chains, Walker
from auditor.rules.calendar import CalendarDay


@dataclass(frozen=True, slots=True)
class Occupied:
    """orders: their numbers; until: when the last of them is done at the latest, None where none is open."""

    orders: tuple[str, ...] = ()
    until: date | None = None
    estimated: bool = False
    services: frozenset[str] = frozenset()


def occupied(orders: Iterable[Order], as_of: date, chains: Chains, walker: Walker) -> Occupied:
    """What the open orders of one entity hold. An order with a day of submission but no known stage counts as open."""
    open_ones = [one for one in orders if _is_open(one)]
    if not open_ones:
        return Occupied()
    ends = [_end(one, as_of, chains, walker) for one in open_ones]
    last = max(ends, key=lambda one: (one.date, one.estimated))
    return Occupied(
        tuple(sorted(one.key for one in open_ones)),
        last.date,
        any(one.estimated for one in ends),
        frozenset(service.key for one in open_ones for service in one.services),
    )


def _is_open(order: Order) -> bool:
    if order.stage is None:
        return order.submitted is not None and order.done is None
    return order.is_open


def _end(order: Order, as_of: date, chains: Chains, walker: Walker) -> CalendarDay:
    """The latest end of an open order; an estimate where the book does not say since when it is at its stage.

    A returned order starts its review again; an order past its limits is done tomorrow at the earliest.
    """
    first_review = _day(order.submitted)
    sms = _day(order.sms_sent) or _day(order.first_review_done)
    bureau = _day(order.bureau_submitted) or _day(order.sms_done)
    match order.stage:
        case OrderStage.BUREAU:
            since, kind = bureau or sms, StepKind.BUREAU
        case OrderStage.SMS:
            since, kind = sms, StepKind.SMS
        case OrderStage.RETURNED:
            since, kind = None, StepKind.FIRST_REVIEW
        case _:
            since, kind = first_review, StepKind.FIRST_REVIEW
    chain = chains.rest_of_review(kind)
    ended = walker.finish(since if since is not None and since <= as_of else as_of, chain)
    if ended.date <= as_of:
        # Its limit has passed and nobody knows when it will be done.
        return CalendarDay(walker.working_day_from(date.fromordinal(as_of.toordinal() + 1)).date, True)
    return CalendarDay(ended.date, ended.estimated or since is None)


def _day(moment: date | None) -> date | None:
    return moment.date() if isinstance(moment, datetime) else moment
