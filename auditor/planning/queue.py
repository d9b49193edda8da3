"""One entity's work laid over the calendar: what waits for what, one order at a time, forwards and backwards.

The rules: an entity may have one order open nation-wide, so its orders never overlap and wait for those under way.
What would have an order returned (papers, a sibling site, an unregistered domain) is done before any order; real-name
data come before the entity's order, and those of a number before its own; the entity's order comes before those of
its services. The queue never idles while an order could be filed; among those that could be, the one with the earliest
day set by facts goes first. So the queue is done as early as it can be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from heapq import heappop, heappush

from auditor.model.plan import WorkKind
from auditor.planning.chains import Chain, Walker
from auditor.planning.drafts import Draft, number_key
from auditor.rules.calendar import CalendarDay

_ENTITY_LEVEL = frozenset({WorkKind.ENTITY, WorkKind.BOTH})
_RANK = {WorkKind.SERVICE: 0, WorkKind.ACCESS: 1, WorkKind.CANCEL: 2}
_FAR = CalendarDay(date.max, False)
_RENEWALS = frozenset({"renew_domain", "regain_domain", "lift_status"})


@dataclass(slots=True, eq=False)
class Slot:
    """One draft with its chain and its dates. after: the slots that must end before it begins."""

    draft: Draft
    chain: Chain
    after: list[Slot] = field(default_factory=list)
    starts: date = date.min
    ends: date = date.min
    due: date = date.max
    latest: date = date.max
    starts_estimated: bool = False
    ends_estimated: bool = False
    due_estimated: bool = False
    latest_estimated: bool = False

    @property
    def late(self) -> bool:
        """True where it cannot end in time."""
        return self.ends > self.due

    @property
    def estimated(self) -> tuple[str, ...]:
        """The names of the order's days that are estimates."""
        marks = {
            "earliest_start": self.starts_estimated,
            "earliest_finish": self.ends_estimated,
            "latest_start": self.latest_estimated,
            "due": self.due_estimated,
        }
        return tuple(name for name, marked in marks.items() if marked)

    @property
    def leads(self) -> bool:
        """True for an order on the entity itself, which comes before those of its services."""
        kind = self.draft.kind
        return kind in _ENTITY_LEVEL or (kind is WorkKind.CANCEL and self.draft.action == "entity")


@dataclass(frozen=True, slots=True)
class Frame:
    """The days that hold for a whole plan. begin: the first working day from the audit date on;
    hand_in: the day by which the policy wants wrong data acted upon."""

    begin: date
    hand_in: date
    estimated: bool
    hand_in_estimated: bool


def lay_out(slots: Sequence[Slot], frame: Frame, walker: Walker, held: CalendarDay | None) -> list[Slot]:
    """Give every slot its dates; returns preparation, registrar work and the orders in the order in which they are done.

    held: the end of the last order under way, None where the entity's place is free.
    """
    preparations = [one for one in slots if one.draft.kind is WorkKind.PREPARATION]
    registrar = [one for one in slots if one.draft.kind is WorkKind.REAL_NAME]
    orders = [one for one in slots if one.draft.kind.is_order]
    begin = CalendarDay(frame.begin, frame.estimated)
    for slot in preparations:
        _place(slot, begin, walker)
    renewals: dict[str, dict[Slot, None]] = {}
    for slot in preparations:
        if slot.draft.action in _RENEWALS:
            for name in slot.draft.domains:
                renewals.setdefault(name, {})[slot] = None
    for slot in registrar:
        slot.after = list(dict.fromkeys(one for name in slot.draft.domains for one in renewals.get(name, ())))
        _place(slot, _last(begin, _release(slot)), walker)
    blocking = [one for one in preparations if one.draft.blocks]
    _tie(orders, registrar, blocking)
    lined_up = _line_up(orders, begin if held is None else _last(begin, held), walker)
    _look_back(lined_up, [*registrar, *preparations], frame, walker)
    preparations.sort(key=_urgency)
    registrar.sort(key=_urgency)
    return [*preparations, *registrar, *lined_up]


def _last(*days: CalendarDay) -> CalendarDay:
    """The latest of some days; an estimate where one of them could be the latest and is one."""
    last = max(one.date for one in days)
    return CalendarDay(last, any(one.estimated for one in days if one.date == last))


def _first(*days: CalendarDay) -> CalendarDay:
    first = min(one.date for one in days)
    return CalendarDay(first, any(one.estimated for one in days if one.date == first))


def _urgency(slot: Slot) -> tuple[date, str, tuple[str, int, str]]:
    return slot.latest, slot.draft.action, number_key(slot.draft.key)


def _tie(orders: Sequence[Slot], registrar: Sequence[Slot], blocking: Sequence[Slot]) -> None:
    """Let every order wait for what it needs.

    A preparation with a day of its own (one domain's renewal, one person's paper) holds up the orders that are about
    the same number; every other one holds up all. A plain cancellation looks at no holder.
    """
    own_day = [one for one in blocking if one.draft.key and (one.draft.services or one.draft.domains)]
    general = [one for one in blocking if not (one.draft.key and (one.draft.services or one.draft.domains))]
    of_name: dict[str, dict[Slot, None]] = {}
    for work in (*own_day, *registrar):
        for name in (*work.draft.services, *work.draft.domains):
            of_name.setdefault(name, {})[work] = None
    for slot in orders:
        draft = slot.draft
        if slot.leads:
            slot.after = [
                *blocking,
                *(registrar if draft.kind is not WorkKind.CANCEL or draft.filings else ()),
            ]
            continue
        own = dict.fromkeys(
            work for name in (*draft.services, *draft.domains) for work in of_name.get(name, ())
        )
        holders = draft.kind is not WorkKind.CANCEL
        slot.after = [*general, *(one for one in own if holders or one.draft.kind is not WorkKind.REAL_NAME)]


def _release(slot: Slot) -> CalendarDay:
    """When everything that a slot waits for is done."""
    return _last(
        CalendarDay(date.min, False), *(CalendarDay(one.ends, one.ends_estimated) for one in slot.after)
    )


def _place(slot: Slot, start: CalendarDay, walker: Walker) -> None:
    begun = walker.working_day_from(start.date)
    ended = walker.finish(begun.date, slot.chain)
    slot.starts, slot.starts_estimated = begun.date, start.estimated or begun.estimated
    slot.ends, slot.ends_estimated = ended.date, slot.starts_estimated or ended.estimated


def _line_up(orders: Sequence[Slot], free: CalendarDay, walker: Walker) -> list[Slot]:
    """Put the orders one behind the other: the entity's own first, then whichever is ready, by its fixed day."""
    release = {slot: _release(slot) for slot in orders}
    done: list[Slot] = []

    def take(slot: Slot) -> CalendarDay:
        _place(slot, _last(free, release[slot]), walker)
        done.append(slot)
        return CalendarDay(slot.ends, slot.ends_estimated)

    for slot in sorted((one for one in orders if one.leads), key=_turn):
        free = take(slot)
    followers = sorted((one for one in orders if not one.leads), key=_turn)
    coming = [(release[slot].date, turn, slot) for turn, slot in enumerate(followers)]
    coming.sort(key=lambda one: one[:2], reverse=True)
    ready: list[tuple[int, Slot]] = []
    while coming or ready:
        if not ready:
            free = _last(free, release[coming[-1][2]])
        while coming and coming[-1][0] <= free.date:
            _day, turn, slot = coming.pop()
            heappush(ready, (turn, slot))
        free = take(heappop(ready)[1])
    return done


def _turn(slot: Slot) -> tuple[date, int, tuple[str, int, str]]:
    draft = slot.draft
    return draft.fixed_due or date.max, _RANK.get(draft.kind, 0), number_key(draft.key)


def _look_back(orders: Sequence[Slot], others: Sequence[Slot], frame: Frame, walker: Walker) -> None:
    """The due day and the latest start of everything.

    Where facts set no day, the policy's working days are the time to begin: how long the registrar, the provider
    and the bureau take is not in the office's hands, so the due day is the end of a chain begun in time. The office's
    own preparations are to be finished by then. What others wait for must end before these must begin; what is late
    already cannot be made later.
    """
    hand_in = CalendarDay(frame.hand_in, frame.hand_in_estimated)
    previous = CalendarDay(date.min, False)
    for slot in orders:
        previous = _finish(_last(_starts(slot), hand_in, previous), slot, walker)
        _set_due(slot, previous)
    for slot in others:
        if slot.draft.kind is WorkKind.PREPARATION:
            _set_due(slot, _last(CalendarDay(slot.ends, slot.ends_estimated), hand_in))
        else:
            _set_due(slot, _finish(_last(_starts(slot), hand_in), slot, walker))
    following: Slot | None = None
    waiting: dict[Slot, CalendarDay] = {}

    def settle(slot: Slot, bound: CalendarDay) -> None:
        found = walker.latest_start(bound.date, slot.chain)
        slot.latest, slot.latest_estimated = found.date, bound.estimated or found.estimated
        for one in slot.after:
            waiting[one] = _first(waiting.get(one, _FAR), _must_begin(slot))

    for slot in reversed(orders):
        due = CalendarDay(slot.due, slot.due_estimated)
        settle(slot, due if following is None else _first(due, _must_begin(following)))
        following = slot
    for slot in others:  # registrar work first, then what it waits for
        settle(slot, _first(CalendarDay(slot.due, slot.due_estimated), waiting.get(slot, _FAR)))


def _starts(slot: Slot) -> CalendarDay:
    return CalendarDay(slot.starts, slot.starts_estimated)


def _must_begin(slot: Slot) -> CalendarDay:
    """When a slot has to begin at the latest; what is late already, as early as it can."""
    return _last(CalendarDay(slot.latest, slot.latest_estimated), _starts(slot))


def _finish(begin: CalendarDay, slot: Slot, walker: Walker) -> CalendarDay:
    begun = walker.working_day_from(begin.date)
    ended = walker.finish(begun.date, slot.chain)
    return CalendarDay(ended.date, begin.estimated or begun.estimated or ended.estimated)


def _set_due(slot: Slot, soft: CalendarDay) -> None:
    """The day that facts set, the policy's where there is none, the earlier where there are both."""
    fixed = slot.draft.fixed_due
    if fixed is None or (slot.draft.soft and soft.date < fixed):
        slot.due, slot.due_estimated = soft.date, soft.estimated
    else:
        slot.due, slot.due_estimated = fixed, False
