"""Runs that should have been and were not: due times since the last start, less those that are still within grace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from auditor.delivery.schedule_state import Event, EventKind, State
from auditor.delivery.schedule_times import CronExpression

# A machine that was off for years: what is older is not counted, the first one told is then a year back.
_LOOK_BACK = timedelta(days=366)
# A clock that is set right while cron waits makes a job start a moment before its time.
_EARLY = timedelta(seconds=30)


@dataclass(frozen=True)
class Missed:
    """Due times that passed without a run, and without one within the grace."""

    count: int
    first: datetime
    last: datetime


def missed_runs(
    cron: CronExpression, state: State, installed_at: datetime, now: datetime, grace: timedelta, zone: tzinfo
) -> Missed | None:
    """The runs missed since the last start (or the installation) up to now; None where there are none.

    A due time less than `grace` ago is not missed: a run that starts now is that run. A clock that was put back
    misses nothing.
    """
    seen = [installed_at]
    if state.last is not None:
        seen.append(min(state.last.started + _EARLY, max(now, state.last.started)))
    seen += [one.at for one in state.events if one.kind in (EventKind.SKIPPED, EventKind.MISSED)]
    since = max((one for one in seen if one <= now), default=now)
    count = 0
    first = last = None
    for due in cron.due(max(since, now - _LOOK_BACK), now - grace, zone):
        first, last = first or due, due
        count += 1
    return Missed(count, first, last) if first and last else None


def missed_event(missed: Missed, now: datetime) -> Event:
    """The event that tells of missed runs."""
    return Event(EventKind.MISSED, now, missed.count, missed.first, missed.last)
