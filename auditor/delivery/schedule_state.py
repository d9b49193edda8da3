"""What happened to a schedule: its last run, its last good run, and events, in a file that is whole at any time."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from auditor.delivery.lock import waiting_lock
from auditor.delivery.schedule_files import ScheduleFolder, cannot_write, read_json, write_json

_SCHEMA = "filing-schedule-state/1"
_EVENTS_KEPT = 100
AUDITED = (0, 1, 3)
"""Exit statuses of an audit that was made; 2 is one that could not be."""


class RunEnd(StrEnum):
    """How a run ended. audited: with an exit status of 0, 1 or 3; failed: with another one.

    timeout: it was ended after the time the policy gives; stopped: by a signal to the scheduler's own process; died:
    its end was never recorded (power cut, SIGKILL).
    """

    AUDITED = "audited"
    FAILED = "failed"
    TIMEOUT = "timeout"
    STOPPED = "stopped"
    DIED = "died"


class EventKind(StrEnum):
    """What is worth telling."""

    FAILED = "failed"
    TIMEOUT = "timeout"
    STOPPED = "stopped"
    DIED = "died"
    MISSED = "missed"
    SKIPPED = "skipped"
    STATE_LOST = "state_lost"


@dataclass(frozen=True)
class Event:
    """Something went otherwise than it should. at: when it was noticed; count, first, last: of runs missed.

    since: when the run began that a skipped one met, or that died. exit_status: of a failed run.
    """

    kind: EventKind
    at: datetime
    count: int = 1
    first: datetime | None = None
    last: datetime | None = None
    since: datetime | None = None
    exit_status: int | None = None


@dataclass(frozen=True)
class LastRun:
    """One run. ended, end: None while it goes on."""

    started: datetime
    ended: datetime | None = None
    end: RunEnd | None = None
    exit_status: int | None = None
    duration_s: float | None = None

    @property
    def good(self) -> bool:
        """Whether it ended in an audit."""
        return self.end is RunEnd.AUDITED


@dataclass(frozen=True)
class State:
    """The memory of a schedule. next_due: as reckoned at the end of the last run."""

    last: LastRun | None = None
    last_good: LastRun | None = None
    next_due: datetime | None = None
    events: tuple[Event, ...] = field(default=())

    def with_event(self, *events: Event) -> State:
        """The same and more events; the oldest are forgotten beyond a hundred."""
        return replace(self, events=(self.events + events)[-_EVENTS_KEPT:])


class DamagedStateError(ValueError):
    """The state file is there but cannot be understood."""


def read_state(files: ScheduleFolder) -> State:
    """The state; an empty one where nothing ran yet. Raises DamagedStateError, and OSError from the disk."""
    try:
        content = read_json(files.state)
    except FileNotFoundError:
        return State()
    except ValueError as problem:
        raise DamagedStateError(str(files.state)) from problem
    try:
        if content["schema"] != _SCHEMA:
            raise ValueError(content["schema"])
        return State(
            last=_run(content["last"]),
            last_good=_run(content["last_good"]),
            next_due=_moment(content["next_due"]),
            events=tuple(_event(one) for one in content["events"]),
        )
    except (KeyError, TypeError, ValueError) as problem:
        raise DamagedStateError(str(files.state)) from problem


def change_state(files: ScheduleFolder, change: Callable[[State], State], now: datetime) -> State:
    """Read, change and write the state while no other process does; returns the new one.

    A damaged file is put aside under another name, which is an event of its own. Raises OutputError.
    """
    try:
        with waiting_lock(files.state_lock):
            try:
                state = read_state(files)
            except DamagedStateError:
                os.replace(files.state, files.state.with_name("state.damaged.json"))
                state = State(events=(Event(EventKind.STATE_LOST, now),))
            state = change(state)
            write_json(files.state, state_content(state))
            return state
    except OSError as problem:
        raise cannot_write(files.state, problem) from problem


def state_content(state: State) -> dict[str, Any]:
    """The state as a JSON object."""
    return {
        "schema": _SCHEMA,
        "last": run_content(state.last),
        "last_good": run_content(state.last_good),
        "next_due": _written(state.next_due),
        "events": [event_content(one) for one in state.events],
    }


def run_content(run: LastRun | None) -> dict[str, Any] | None:
    """A run as a JSON object."""
    if run is None:
        return None
    return {
        "started": _written(run.started),
        "ended": _written(run.ended),
        "end": run.end.value if run.end else None,
        "exit_status": run.exit_status,
        "duration_s": run.duration_s,
    }


def event_content(event: Event) -> dict[str, Any]:
    """An event as a JSON object."""
    return {
        "kind": event.kind.value,
        "at": _written(event.at),
        "count": event.count,
        "first": _written(event.first),
        "last": _written(event.last),
        "since": _written(event.since),
        "exit_status": event.exit_status,
    }


def _run(content: dict[str, Any] | None) -> LastRun | None:
    if content is None:
        return None
    started = _moment(content["started"])
    if started is None:
        raise ValueError("a run without a start")
    status, duration = content["exit_status"], content["duration_s"]
    return LastRun(
        started,
        _moment(content["ended"]),
        RunEnd(content["end"]) if content["end"] is not None else None,
        None if status is None else int(status),
        None if duration is None else float(duration),
    )


def _event(content: dict[str, Any]) -> Event:
    at, status = _moment(content["at"]), content["exit_status"]
    if at is None:
        raise ValueError("an event without a time")
    return Event(
        EventKind(content["kind"]),
        at,
        int(content["count"]),
        _moment(content["first"]),
        _moment(content["last"]),
        _moment(content["since"]),
        None if status is None else int(status),
    )


def _moment(text: str | None) -> datetime | None:
    moment = None if text is None else datetime.fromisoformat(text)
    if moment is not None and moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment


def _written(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")
