"""How a schedule stands: its last run, its next one, what was missed, and whether cron still knows of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from auditor.delivery.lock import Holder, held_by
from auditor.delivery.schedule import Schedule, ScheduleOptions
from auditor.delivery.schedule_files import ScheduleFolder
from auditor.delivery.schedule_missed import Missed, missed_runs
from auditor.delivery.schedule_state import (
    DamagedStateError,
    State,
    event_content,
    read_state,
    run_content,
)
from auditor.delivery.schedule_times import CronExpression

GOOD, TROUBLE, UNUSABLE = 0, 1, 2


@dataclass(frozen=True)
class ScheduleStatus:
    """All there is to know of a schedule at one moment.

    state: None where its file is damaged. line: the expression of its crontab line, "" where it has none though it
    should, None where it belongs elsewhere or the crontab cannot be read. missed: since the last start, not noticed by
    a run yet. running: who holds the lock.
    """

    schedule: Schedule
    cron: str
    state: State | None
    next_due: datetime | None
    missed: Missed | None
    running: Holder | None
    line: str | None = None

    @property
    def died(self) -> bool:
        """The last run began, never ended, and nobody holds its lock."""
        last = self.state.last if self.state else None
        return last is not None and last.ended is None and self.running is None

    @property
    def exit_status(self) -> int:
        """0 all well; 1 the last run failed, runs were missed or the crontab line is gone; 2 unusable."""
        if self.state is None:
            return UNUSABLE
        last = self.state.last
        failed = last is not None and last.ended is not None and not last.good
        return TROUBLE if failed or self.died or self.missed or self.line == "" else GOOD


def schedule_status(
    files: ScheduleFolder,
    schedule: Schedule,
    options: ScheduleOptions,
    cron: CronExpression,
    now: datetime,
    zone: tzinfo,
    line: str | None = None,
) -> ScheduleStatus:
    """Look at a schedule without changing anything."""
    try:
        running = held_by(files.run_lock)
        state = read_state(files)
    except (DamagedStateError, OSError):
        return ScheduleStatus(schedule, cron.text, None, cron.next_after(now, zone), None, None, line)
    grace = timedelta(minutes=options.grace_minutes)
    missed = missed_runs(cron, state, schedule.installed_at, now, grace, zone)
    return ScheduleStatus(schedule, cron.text, state, cron.next_after(now, zone), missed, running, line)


def status_content(status: ScheduleStatus) -> dict[str, Any]:
    """A status as a JSON object; moments in ISO form with their offset."""
    state = status.state

    def moment(value: datetime | None) -> str | None:
        return value.isoformat(timespec="seconds") if value else None

    return {
        "name": status.schedule.name,
        "cron": status.cron,
        "place": status.schedule.place,
        "in_crontab": None if status.line is None else bool(status.line),
        "installed_at": moment(status.schedule.installed_at),
        "out": str(status.schedule.out),
        "state_readable": state is not None,
        "last": run_content(state.last) if state else None,
        "last_good": run_content(state.last_good) if state else None,
        "next": moment(status.next_due),
        "missed": {
            "count": status.missed.count,
            "first": moment(status.missed.first),
            "last": moment(status.missed.last),
        }
        if status.missed
        else None,
        "running": {"pid": status.running.pid, "since": moment(status.running.since)}
        if status.running
        else None,
        "died": status.died,
        "events": [event_content(one) for one in state.events] if state else [],
        "exit_status": status.exit_status,
    }
