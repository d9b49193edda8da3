"""What a scheduled run is given, what it hands back, and who is told when it did not go well."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Protocol

from auditor.delivery.lock import Holder
from auditor.delivery.schedule import Schedule
from auditor.delivery.schedule_process import Stop
from auditor.delivery.schedule_state import AUDITED, Event, LastRun

_UNABLE = 2


@dataclass(frozen=True)
class Surroundings:
    """What a run is given by the command line: the command before the schedule's words, variables, clock and zone."""

    command: Sequence[str]
    environment: Mapping[str, str]
    clock: Callable[[], datetime]
    zone: tzinfo
    pause: Callable[[float], None] = time.sleep
    stop: Stop = field(default_factory=Stop)
    term_grace_s: float = 30.0


@dataclass(frozen=True)
class RunReport:
    """What became of a run. run: None where it was skipped; holder: who was in the way then.

    events: all that is worth telling somebody, of this run and of those before it that were missed or died; problems: what
    failed beside the audit (ping, metrics, log, state), in words for the log; tail: the end of the log.
    """

    schedule: Schedule
    started: datetime
    run: LastRun | None
    events: tuple[Event, ...] = ()
    holder: Holder | None = None
    problems: tuple[str, ...] = ()
    tail: str = ""

    @property
    def exit_status(self) -> int:
        """That of the audit where it made one, else 2."""
        status = self.run.exit_status if self.run is not None else None
        return status if status in AUDITED and status is not None else _UNABLE


class TellFailure(Protocol):
    """Tells people of a run with events: one that failed, was missed or skipped. Must not raise for what it cannot send."""

    def __call__(self, report: RunReport) -> None:
        """Tell it."""
        ...
