"""What a gathering has done and what it left, by limiter group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from auditor.evidence.agenda import Agenda, Job, NotAsked
from auditor.evidence.asking import Asked, Signal
from auditor.evidence.freshness import Reading
from auditor.evidence.paces import Halt, kind_of
from auditor.evidence.store_rows import key_of
from auditor.model.evidence import Observation
from auditor.model.text import Text

STOPPED = Text("采集被中断, 尚未查询", "the gathering was stopped before it was asked")
# Progress shows the many groups of one server each as one.
_LUMPED = frozenset({"web"})


@dataclass(frozen=True, slots=True)
class GroupReport:
    """One group's questions: asked = answered + refused + failed. unread: answers in which nothing could be read.

    not_asked: dropped, for `reason`.
    """

    asked: int = 0
    answered: int = 0
    unread: int = 0
    refused: int = 0
    failed: int = 0
    not_asked: int = 0
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class GatherReport:
    """The questions of one gathering. fresh: not asked, since the store has a fresh answer; waiting: not asked, since
    they failed before and their time has not come.

    left: every question that was not asked and why, sorted; unsupported suffixes among them. stopped: somebody asked
    for an end.
    """

    fresh: int
    waiting: int
    groups: Mapping[str, GroupReport]
    left: tuple[NotAsked, ...]
    stopped: bool

    @property
    def asked(self) -> int:
        """Questions that were put."""
        return sum(one.asked for one in self.groups.values())

    @property
    def answered(self) -> int:
        """Questions that brought an answer, whatever it says."""
        return sum(one.answered for one in self.groups.values())

    @property
    def refused(self) -> int:
        """Questions that were refused."""
        return sum(one.refused for one in self.groups.values())

    @property
    def failed(self) -> int:
        """Questions that came to nothing, retries included."""
        return sum(one.failed for one in self.groups.values())

    @property
    def not_asked(self) -> Mapping[str, tuple[int, Text]]:
        """Group → how many questions were dropped, and why."""
        return {
            group: (one.not_asked, one.reason)
            for group, one in self.groups.items()
            if one.not_asked and one.reason is not None
        }

    @property
    def complete(self) -> bool:
        """True where every question has an answer, new or fresh."""
        return not (self.refused or self.failed or self.waiting or self.not_asked or self.stopped)

    def transient(self, at: datetime) -> list[Observation]:
        """What was not asked, as observations that an audit can give its reasons from; never for the store."""
        return [Observation(one.domain, one.source, one.server, at, one.outcome, None) for one in self.left]


@dataclass(frozen=True, slots=True)
class GroupProgress:
    """One group under way. eta_s: seconds until its last answer, None where nothing tells yet."""

    group: str
    done: int
    left: int
    refused: int
    eta_s: float | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a gathering is. groups: those with questions left, the longest to go first."""

    done: int
    left: int
    refused: int
    failed: int
    groups: tuple[GroupProgress, ...]

    @property
    def eta_s(self) -> float | None:
        """Seconds until the last group is through; None where some group does not tell yet."""
        times = [one.eta_s for one in self.groups]
        known = [time for time in times if time is not None]
        return max(known, default=0.0) if len(known) == len(times) else None


@dataclass(slots=True)
class Tally:
    """The running counts of one group."""

    asked: int = 0
    answered: int = 0
    unread: int = 0
    refused: int = 0
    failed: int = 0
    not_asked: int = 0
    reason: Text | None = None

    def report(self) -> GroupReport:
        """The counts as they stand."""
        return GroupReport(
            self.asked,
            self.answered,
            self.unread,
            self.refused,
            self.failed,
            self.not_asked,
            self.reason,
        )


@dataclass(slots=True)
class _Stretch:
    queued: int = 0
    done: int = 0
    refused: int = 0
    since: float | None = None


@dataclass(slots=True)
class Meter:
    """Counts for progress, by group as it is shown."""

    done: int = 0
    refused: int = 0
    failed: int = 0
    _stretches: dict[str, _Stretch] = field(default_factory=dict)

    def queue(self, group: str, count: int = 1) -> None:
        """Questions were added to a group."""
        self._of(group).queued += count

    def begin(self, group: str, now: float) -> None:
        """A question of a group goes out."""
        stretch = self._of(group)
        if stretch.since is None:
            stretch.since = now

    def end(self, group: str, *, refused: bool = False, failed: bool = False) -> None:
        """A question of a group is settled or dropped."""
        stretch = self._of(group)
        stretch.done += 1
        stretch.refused += refused
        self.done += 1
        self.refused += refused
        self.failed += failed

    def progress(self, now: float, interval_of: Mapping[str, float]) -> Progress:
        """How far it is. interval_of: the seconds between two questions, by group, where that is known."""
        groups = []
        left = 0
        for name, one in sorted(self._stretches.items()):
            rest = one.queued - one.done
            left += rest
            if rest:
                pace = interval_of.get(name, 0.0)
                if one.since is not None and one.done:
                    pace = max(pace, (now - one.since) / one.done)
                eta = rest * pace if one.since is not None or pace else None
                groups.append(GroupProgress(name, one.done, rest, one.refused, eta))
        groups.sort(key=lambda one: (-(one.eta_s if one.eta_s is not None else 0.0), one.group))
        return Progress(self.done, left, self.refused, self.failed, tuple(groups))

    def _of(self, group: str) -> _Stretch:
        kind = kind_of(group)
        return self._stretches.setdefault(kind if kind in _LUMPED else group, _Stretch())


class Ledger:
    """The books of one gathering: every question is counted once, as answered, refused, failed or not asked."""

    def __init__(self) -> None:
        self._meter = Meter()
        self._tallies: dict[str, Tally] = {}
        self._left: list[NotAsked] = []
        self._fresh = self._waiting = 0

    def take(self, agenda: Agenda) -> None:
        """Count what an agenda does not ask."""
        self._fresh += agenda.fresh
        self._waiting += agenda.waiting
        self._left += agenda.unsupported

    def queue(self, job: Job) -> None:
        """A question is to be asked."""
        self._meter.queue(job.question.group)

    def begin(self, job: Job, now: float) -> None:
        """A question goes out."""
        self._meter.begin(job.question.group, now)

    def settle(self, job: Job, asked: Asked, reading: Reading) -> None:
        """A question was asked for the last time in this run, and what came of it is safe."""
        tally = self._tally(job.question.group)
        refused, failed = asked.signal is Signal.REFUSED, asked.signal is Signal.FAILED
        tally.asked += 1
        tally.refused += refused
        tally.failed += failed
        tally.answered += not (refused or failed)
        tally.unread += not (refused or failed or reading.is_answer)
        self._meter.end(job.question.group, refused=refused, failed=failed)

    def drop(self, job: Job, why: Halt | None) -> None:
        """A question will not be asked in this run. why: None where somebody stopped it."""
        domain, source, server = key_of(job.question)
        group = job.question.group
        reason = STOPPED if why is None else why.text
        outcome = "error" if why is None else why.outcome
        self._left.append(NotAsked(domain, source, server, group, outcome, reason))
        tally = self._tally(group)
        tally.not_asked += 1
        tally.reason = reason
        self._meter.end(group)

    def progress(self, now: float, interval_of: Mapping[str, float]) -> Progress:
        """How far it is. interval_of: the seconds between two questions, by group, where that is known."""
        return self._meter.progress(now, interval_of)

    def report(self, *, stopped: bool) -> GatherReport:
        """The books, closed."""
        left = sorted(self._left, key=lambda one: (one.domain, one.source, one.server, one.outcome))
        groups = {group: tally.report() for group, tally in sorted(self._tallies.items())}
        return GatherReport(self._fresh, self._waiting, groups, tuple(left), stopped)

    def _tally(self, group: str) -> Tally:
        return self._tallies.setdefault(group, Tally())
