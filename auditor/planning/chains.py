"""Chains of steps, walked forwards and backwards over the working-day calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from auditor.model.plan import StepKind
from auditor.model.text import Message, Text
from auditor.rules.calendar import Calendar, CalendarDay
from auditor.rules.lead_times import LeadTimes

_ONE_DAY = timedelta(days=1)
_HOURS_A_DAY = 24


@dataclass(frozen=True, slots=True)
class Leg:
    """One step of a chain before it has dates; it counts working days, or hours on any day."""

    kind: StepKind
    text: Text
    working_days: int = 0
    hours: int = 0

    @property
    def days(self) -> int:
        """The hours as whole calendar days."""
        return -(-self.hours // _HOURS_A_DAY)


Chain = tuple[Leg, ...]


def length(chain: Sequence[Leg]) -> tuple[int, int]:
    """The working days and the hours of a chain; what its dates depend on."""
    return sum(leg.working_days for leg in chain), sum(leg.hours for leg in chain)


class Walker:
    """The calendar with a memory: a portfolio asks the same few questions thousands of times.

    Counting convention: a step begins on the day the one before it ends; that day is day 0. A step in working days
    ends on its last working day, a step in hours so many calendar days later. `finish` never goes back when the
    start goes forward, and `latest_start` is its inverse.
    """

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._ends: dict[tuple[date, int, int], CalendarDay] = {}
        self._begins: dict[tuple[date, Chain], CalendarDay] = {}
        self._between: dict[tuple[date, date], int] = {}

    def working_day_from(self, day: date) -> CalendarDay:
        """The day itself where it is a working day, else the next one."""
        if self._calendar.is_working_day(day):
            return CalendarDay(day, not self._calendar.official(day))
        return self._calendar.add_working_days(day, 1)

    def end(self, start: date, leg: Leg) -> CalendarDay:
        """The day on which a step ends that begins on `start`."""
        key = (start, leg.working_days, leg.hours)
        found = self._ends.get(key)
        if found is None:
            counted = self._calendar.add_working_days(start, leg.working_days)
            day = _plus(counted.date, leg.days)
            found = CalendarDay(day, counted.estimated or not self._calendar.official(day))
            self._ends[key] = found
        return found

    def finish(self, start: date, chain: Chain) -> CalendarDay:
        """The day on which a chain ends that begins on `start`; estimated where any day walked over is."""
        day, estimated = start, not self._calendar.official(start)
        for leg in chain:
            ended = self.end(day, leg)
            day, estimated = ended.date, estimated or ended.estimated
        return CalendarDay(day, estimated)

    def latest_start(self, due: date, chain: Chain) -> CalendarDay:
        """The last working day on which a chain can begin and still end on or before `due`."""
        key = (due, chain)
        found = self._begins.get(key)
        if found is None:
            found = self._begins[key] = self._walk_back(due, chain)
        return found

    def _walk_back(self, due: date, chain: Chain) -> CalendarDay:
        bound, estimated = due, not self._calendar.official(due)
        for leg in reversed(chain):
            bound = _plus(bound, -leg.days)
            if leg.working_days:
                # The step ends in time as long as this many working days lie after its first day.
                first = self._calendar.subtract_working_days(bound, leg.working_days - 1)
                bound, estimated = _plus(first.date, -1), estimated or first.estimated
        last = self._calendar.subtract_working_days(bound, 0)
        return CalendarDay(last.date, estimated or last.estimated)

    def working_days_between(self, start: date, end: date) -> int:
        """The working days after start up to and including end; negative where end lies before start."""
        found = self._between.get((start, end))
        if found is None:
            found = self._between[start, end] = self._calendar.working_days_between(start, end)
        return found


def _plus(day: date, days: int) -> date:
    """A day some days off, held within what a date can say."""
    try:
        return day + days * _ONE_DAY
    except OverflowError:
        return date.max if days > 0 else date.min


def message(text: Text) -> Message:
    """A fixed text as a message."""
    return Message(text)


class Chains:
    """The chains that the lead times make; every duration is the longest that the table allows."""

    def __init__(self, times: LeadTimes) -> None:
        self._times = times
        self.review: Chain = (
            self.leg(StepKind.FIRST_REVIEW, "first_review"),
            self.leg(StepKind.SMS, "sms"),
            self.leg(StepKind.BUREAU, "bureau"),
        )

    def leg(self, kind: StepKind, key: str, text: Text | None = None) -> Leg:
        """One step, named as the table of lead times does unless a text is given."""
        time = self._times.get(key)
        return Leg(kind, text or time.name, time.working_days, time.hours)

    def rest_of_review(self, kind: StepKind) -> Chain:
        """What is left of an order's review, from a stage on."""
        at = next((index for index, leg in enumerate(self.review) if leg.kind is kind), 0)
        return self.review[at:]
