"""The pace at each operator: pure state machines that say when the next question may go out; they never wait themselves.

All moments are seconds of a monotonic clock, given by the caller; only saved states hold times of day.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from auditor.evidence.asking import Signal
from auditor.evidence.paces import UNKNOWN_OPERATOR, Halt, Pace, pace_of_kind
from auditor.evidence.times import BEIJING

_CLEAN_RUN = 30
_FASTER, _SLOWER = 0.95, 1.7
_LEAST_S, _SLOWEST_S = 0.2, 120.0
# A known limit is kept at this distance, and tried again only after very many clean answers.
_MARGIN, _KEPT_CLEAN, _LOWERED = 1.03, 3000, 0.97
# Timers fire a little early or late: part of every interval goes to that.
_SLACK, _JITTER = 1.02, 0.05
_COOL_OFF_S, _LONGEST_COOL_OFF_S = 5.0, 300.0
_COOL_OFF_INTERVALS = 4.0


@dataclass(frozen=True, slots=True)
class LimiterState:
    """What is kept of a limiter from run to run.

    interval_s: learned; limit_s: the longest interval that was refused, 0 for none; clean: answers since then.
    not_before: times of day in ISO form, "" for none; day, used: the day's count; saved_at: when this was written.
    """

    interval_s: float
    limit_s: float = 0.0
    clean: int = 0
    not_before: str = ""
    day: str = ""
    used: int = 0
    saved_at: str = ""

    def to_json(self) -> str:
        """The state as one JSON object."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> LimiterState | None:
        """The state as saved; None where the text is none."""
        try:
            data = json.loads(text)
            state = cls(
                interval_s=float(data["interval_s"]),
                limit_s=float(data["limit_s"]),
                clean=int(data["clean"]),
                not_before=str(data["not_before"]),
                day=str(data["day"]),
                used=int(data["used"]),
                saved_at=str(data["saved_at"]),
            )
            for moment in (state.not_before, state.saved_at):
                if moment and datetime.fromisoformat(moment).tzinfo is None:
                    return None
        except (ValueError, TypeError, KeyError):
            return None
        return state if math.isfinite(state.interval_s) and state.interval_s >= 0 else None


class _Breaker(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    PROBING = "probing"


class Limiter:
    """One group's turn-taking: a bucket for one token, an interval that adapts, explicit waits, a circuit breaker.

    `start` takes a turn that `ready_at` allows; `finish` tells what came of it. random: numbers in [0, 1).
    """

    # A large portfolio has a group for every one of its sites.
    __slots__ = (
        "_breaker",
        "_bursts",
        "_clean",
        "_day",
        "_failures",
        "_interval",
        "_lasting_until",
        "_limit",
        "_next",
        "_not_before",
        "_off",
        "_random",
        "_refusals",
        "_slowed_at",
        "_used",
        "active",
        "dirty",
        "halted",
        "pace",
    )

    def __init__(self, pace: Pace, random: Callable[[], float], *, off: bool = False) -> None:
        self.pace = pace
        self.halted: Halt | None = None
        self.dirty = False
        self.active = 0
        self._random = random
        self._off = off
        self._interval = max(pace.interval_s, pace.floor_s)
        self._limit = 0.0
        self._clean = 0
        self._next = -math.inf
        self._not_before = -math.inf
        self._lasting_until = -math.inf  # the part of that wait that outlives this run
        self._slowed_at = -math.inf
        self._breaker = _Breaker.CLOSED
        self._refusals = 0
        self._bursts = 0  # refusals in a row, those of one flight counted as one
        self._failures = 0
        self._day = ""
        self._used = 0

    @property
    def interval_s(self) -> float:
        """Seconds between two questions as things stand."""
        return 0.0 if self._off else self._interval

    @property
    def ready_at(self) -> float:
        """The earliest moment for the next question, which may be past."""
        return -math.inf if self._off else max(self._next, self._not_before)

    @property
    def has_slot(self) -> bool:
        """True where one more question may run beside those that do."""
        if self._off:
            return True
        return self.active < (1 if self._breaker is not _Breaker.CLOSED else self.pace.concurrency)

    def check_budget(self, day: date) -> None:
        """Halt where the day's budget is used up."""
        if self._off or self.pace.per_day is None:
            return
        if self._day == day.isoformat() and self._used >= self.pace.per_day and self.halted is None:
            self.halted = Halt.BUDGET

    def start(self, now: float, day: date) -> None:
        """Take the turn. now: not before ready_at."""
        self.active += 1
        if self._off:
            return
        if self._breaker is _Breaker.OPEN:
            self._breaker = _Breaker.PROBING
        self._next = now + self._interval * (_SLACK + _JITTER * self._random())
        if self._day != day.isoformat():
            self._day, self._used = day.isoformat(), 0
        self._used += 1
        self.dirty = True

    def release(self) -> None:
        """Give the slot back, once the answer is kept or the question was dropped."""
        self.active -= 1

    def finish(self, started: float, now: float, signal: Signal, wait_s: float | None = None) -> None:
        """Learn from an answer. started: when its question went out; wait_s: what the server itself asked for."""
        if self._off:
            return
        self.dirty = True
        if signal is Signal.OK:
            self._succeed(started)
        elif signal is Signal.REFUSED:
            self._refuse(started, now, wait_s)
        else:
            self._fail(started, now)
        # A server may ask for patience in any answer.
        if wait_s is not None and wait_s > 0:
            self._wait_asked(now, wait_s)

    def retry_delay(self, attempt: int) -> float:
        """Seconds before a question that failed is asked again. attempt: 1 after the first failure."""
        if self._off:
            return 0.0
        return max(2.0 * self._interval, 2.0) * 2.0 ** (attempt - 1) * (1 + _JITTER * self._random())

    def _succeed(self, started: float) -> None:
        if self._breaker is _Breaker.PROBING:
            self._breaker = _Breaker.CLOSED
        if self._breaker is _Breaker.CLOSED:
            self._refusals = self._bursts = self._failures = 0
        if started < self._slowed_at:
            return  # went out at the old pace
        self._clean += 1
        if self._clean % _CLEAN_RUN:
            return
        floor = self.pace.floor_s
        if not self._limit:
            self._interval = max(floor, self._interval * _FASTER)
            return
        if self._clean >= _KEPT_CLEAN:
            self._clean, self._limit = 0, self._limit * _LOWERED
        target = max(floor, self._limit * _MARGIN)
        # The limit is known: half the way to it each time, then stay there.
        self._interval = max(target, min(self._interval, (self._interval + target) / 2))

    def _refuse(self, started: float, now: float, wait_s: float | None) -> None:
        self._refusals += 1
        if started >= self._slowed_at:
            self._bursts += 1
            long_wait = wait_s is not None and wait_s > self.pace.patience_s
            if not long_wait:
                # A long wait speaks of a quota, not of the interval.
                self._limit = max(self._limit, self._interval)
                slower = max(self._interval, _LEAST_S) * _SLOWER
                self._interval = max(min(slower, _SLOWEST_S), self.pace.floor_s)
            self._slowed_at, self._clean = now, 0
        if self._tripped(started, now, self._refusals, Halt.REFUSALS):
            return
        cool_off = max(_COOL_OFF_INTERVALS * self._interval, _COOL_OFF_S) * 2 ** min(self._bursts - 1, 6)
        self._wait(now + min(cool_off, _LONGEST_COOL_OFF_S), lasting=True)

    def _fail(self, started: float, now: float) -> None:
        self._failures += 1
        self._tripped(started, now, self._failures, Halt.FAILURES)

    def _tripped(self, started: float, now: float, in_a_row: int, why: Halt) -> bool:
        """Open the breaker where it is due; a probe that fails ends the group's run."""
        if self._breaker is _Breaker.PROBING:
            self.halted = self.halted or why
            if why is Halt.REFUSALS:
                self._wait(now + _LONGEST_COOL_OFF_S, lasting=True)
            return True
        if self._breaker is _Breaker.CLOSED and in_a_row >= self.pace.breaker_after:
            self._breaker = _Breaker.OPEN
            open_s = self.pace.open_s if why is Halt.FAILURES else max(self.pace.open_s, 2 * self._interval)
            self._wait(now + open_s, lasting=why is Halt.REFUSALS)
            return True
        return self._breaker is _Breaker.OPEN

    def _wait_asked(self, now: float, wait_s: float) -> None:
        """Honour what a server asked for; a long wait ends the group's run."""
        self._wait(now + wait_s, lasting=True)
        if wait_s > self.pace.patience_s and self.halted is None:
            self.halted = Halt.WAIT

    def _wait(self, until: float, *, lasting: bool) -> None:
        self._not_before = max(self._not_before, until)
        if lasting:
            self._lasting_until = max(self._lasting_until, until)

    # From run to run

    def state(self, now: float, today: datetime) -> LimiterState:
        """What to keep. now and today: the same moment on both clocks."""
        until = ""
        if self._lasting_until > now:
            until = _iso(today + timedelta(seconds=self._lasting_until - now))
        return LimiterState(
            round(self._interval, 6),
            round(self._limit, 6),
            self._clean,
            until,
            self._day,
            self._used,
            _iso(today),
        )

    def restore(self, state: LimiterState, now: float, today: datetime) -> None:
        """Go on with what an earlier run learned; the pace's own bounds stay in force."""
        age_days = 0.0
        if state.saved_at:
            since = datetime.fromisoformat(state.saved_at)
            age_days = max(0.0, (today - since).total_seconds() / 86400)
            # The run before may have asked a moment ago.
            if age_days * 86400 < state.interval_s:
                self._next = now + state.interval_s
        if age_days <= 30:
            self._interval = max(self.pace.floor_s, min(state.interval_s, _SLOWEST_S))
            self._limit, self._clean = max(0.0, state.limit_s), max(0, state.clean)
        self._day, self._used = state.day, max(0, state.used)
        if state.not_before:
            left = (datetime.fromisoformat(state.not_before) - today).total_seconds()
            if left > 0:
                self._wait_asked(now, left)
        self.check_budget(today.astimezone(BEIJING).date())


class Pacer:
    """The limiters of all groups. paces: by group; find: for groups that are not listed (None = unknown operator).

    off: no pacing at all, for measurements against servers of one's own. deaf_after: failures in a row, over all
    groups and without one answer between them, after which the network is taken to be down.
    """

    def __init__(
        self,
        paces: Mapping[str, Pace],
        random: Callable[[], float],
        *,
        find: Callable[[str], Pace | None] = pace_of_kind,
        off: bool = False,
        deaf_after: int = 200,
    ) -> None:
        self._paces = dict(paces)
        self._random = random
        self._find = find
        self._off = off
        self._deaf_after = deaf_after
        self._failures = 0
        self._limiters: dict[str, Limiter] = {}
        self._saved: dict[str, LimiterState] = {}
        self._now = 0.0
        self._today: datetime | None = None

    def load(self, states: Mapping[str, str], now: float, today: datetime) -> None:
        """Take over what earlier runs learned: group → JSON. Broken states are forgotten."""
        self._now, self._today = now, today
        for group, text in states.items():
            state = LimiterState.from_json(text)
            if state is not None:
                self._saved[group] = state

    def limiter(self, group: str) -> Limiter:
        """The limiter of a group, made when first asked for."""
        found = self._limiters.get(group)
        if found is None:
            pace = self._paces.get(group) or self._find(group) or UNKNOWN_OPERATOR
            found = self._limiters[group] = Limiter(pace, self._random, off=self._off)
            state = self._saved.pop(group, None)
            if state is not None and self._today is not None and not self._off:
                found.restore(state, self._now, self._today)
                found.dirty = False
        return found

    @property
    def is_deaf(self) -> bool:
        """True once the network is taken to be down."""
        return self._failures >= self._deaf_after

    def hear(self, signal: Signal) -> None:
        """Count one finished question of any group."""
        self._failures = self._failures + 1 if signal is Signal.FAILED else 0

    def changed(self, now: float, today: datetime) -> dict[str, str]:
        """The states to save: group → JSON, of the limiters that learned something since the last call."""
        found: dict[str, str] = {}
        for group, one in sorted(self._limiters.items()):
            if one.dirty and one.pace.kept:
                one.dirty = False
                found[group] = one.state(now, today).to_json()
        return found


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")
