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
    estimated: bool = False

    @property
    def late(self) -> bool:
        """True where it cannot end in time."""
        return self.ends > self.due

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


def lay_out(slots: Sequence[Slot], frame: Frame, walker: Walker, held_until: date | None) -> list[Slot]:
    """Give every slot its dates; returns preparation, registrar work and the orders in the order in which they are done.

    held_until: the end of the last order under way, None where the entity's place is free.
    """
    preparations = [one for one in slots if one.draft.kind is WorkKind.PREPARATION]
    registrar = [one for one in slots if one.draft.kind is WorkKind.REAL_NAME]
    orders = [one for one in slots if one.draft.kind.is_order]
    for slot in preparations:
        _place(slot, frame.begin, frame, walker)
    for slot in registrar:
        renewals = (one for one in preparations if one.draft.action in _RENEWALS)
        slot.after = [one for one in renewals if one.draft.domains.keys() & slot.draft.domains.keys()]
        _place(slot, _after(slot, frame.begin), frame, walker)
    blocking = [one for one in preparations if one.draft.blocks]
    _tie(orders, registrar, blocking)
    lined_up = _line_up(orders, frame, walker, held_until)
    _look_back(lined_up, [*registrar, *preparations], frame, walker)
    preparations.sort(key=_urgency)
    registrar.sort(key=_urgency)
    return [*preparations, *registrar, *lined_up]


def _urgency(slot: Slot) -> tuple[date, str, tuple[str, int, str]]:
    return slot.latest, slot.draft.action, number_key(slot.draft.key)


def _tie(orders: Sequence[Slot], registrar: Sequence[Slot], blocking: Sequence[Slot]) -> None:
    """Let every order wait for what it needs; a plain cancellation looks at no holder."""
    of_name: dict[str, list[Slot]] = {}
    for work in registrar:
        for name in (*work.draft.services, *work.draft.domains):
            of_name.setdefault(name, []).append(work)
    for slot in orders:
        draft = slot.draft
        if draft.kind is WorkKind.CANCEL:
            needed = list(registrar) if draft.filings else []
        elif slot.leads:
            needed = list(registrar)
        else:
            names = (*draft.services, *draft.domains)
            needed = list(dict.fromkeys(work for name in names for work in of_name.get(name, ())))
        slot.after = [*blocking, *needed]


def _after(slot: Slot, start: date) -> date:
    return max([start, *(one.ends for one in slot.after)])


def _place(slot: Slot, start: date, frame: Frame, walker: Walker) -> None:
    begun = walker.working_day_from(start)
    ended = walker.finish(begun.date, slot.chain)
    slot.starts, slot.ends = begun.date, ended.date
    slot.estimated = frame.estimated or begun.estimated or ended.estimated


def _line_up(orders: Sequence[Slot], frame: Frame, walker: Walker, held_until: date | None) -> list[Slot]:
    """Put the orders one behind the other: the entity's own first, then whichever is ready, by its fixed day."""
    free = frame.begin if held_until is None else max(frame.begin, held_until)
    release = {slot: _after(slot, date.min) for slot in orders}
    done: list[Slot] = []

    def take(slot: Slot) -> date:
        _place(slot, max(free, release[slot]), frame, walker)
        done.append(slot)
        return slot.ends

    for slot in sorted((one for one in orders if one.leads), key=_turn):
        free = take(slot)
    coming = [
        (release[slot], turn, slot)
        for turn, slot in enumerate(sorted((one for one in orders if not one.leads), key=_turn))
    ]
    coming.sort(key=lambda one: one[:2], reverse=True)
    ready: list[tuple[int, Slot]] = []
    while coming or ready:
        if not ready:
            free = max(free, coming[-1][0])
        while coming and coming[-1][0] <= free:
            _release, turn, slot = coming.pop()
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
    previous = CalendarDay(date.min, False)
    for slot in orders:
        begin = max(slot.starts, frame.hand_in, previous.date)
        previous = _finish(begin, slot, walker, estimated=previous.estimated)
        _set_due(slot, previous)
    for slot in others:
        if slot.draft.kind is WorkKind.PREPARATION:
            _set_due(slot, CalendarDay(max(slot.ends, frame.hand_in), estimated=False))
        else:
            _set_due(slot, _finish(max(slot.starts, frame.hand_in), slot, walker))
    following: Slot | None = None
    waiting: dict[Slot, date] = {}
    for slot in reversed(orders):
        bound = slot.due if following is None else min(slot.due, _must_begin(following))
        _set_latest(slot, bound, walker)
        for one in slot.after:
            waiting[one] = min(waiting.get(one, date.max), _must_begin(slot))
        following = slot
    for slot in others:  # registrar work first, then what it waits for
        _set_latest(slot, min(slot.due, waiting.get(slot, date.max)), walker)
        for one in slot.after:
            waiting[one] = min(waiting.get(one, date.max), _must_begin(slot))
    for slot in (*orders, *others):
        if slot.draft.soft and frame.hand_in_estimated:
            slot.estimated = True


def _must_begin(slot: Slot) -> date:
    return max(slot.latest, slot.starts)


def _finish(begin: date, slot: Slot, walker: Walker, *, estimated: bool = False) -> CalendarDay:
    begun = walker.working_day_from(begin)
    ended = walker.finish(begun.date, slot.chain)
    return CalendarDay(ended.date, estimated or begun.estimated or ended.estimated)


def _set_due(slot: Slot, soft: CalendarDay) -> None:
    fixed = slot.draft.fixed_due
    slot.due = soft.date if fixed is None else fixed
    if slot.draft.soft:
        slot.due = min(slot.due, soft.date)
    if slot.due == soft.date and slot.due != fixed:
        slot.estimated = slot.estimated or soft.estimated


def _set_latest(slot: Slot, bound: date, walker: Walker) -> None:
    found = walker.latest_start(bound, slot.chain)
    slot.latest = found.date
    slot.estimated = slot.estimated or found.estimated
