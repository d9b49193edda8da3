"""The queues of questions by limiter group: whose turn it is, so that no group waits for a slower one."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from heapq import heappop, heappush

from auditor.evidence.agenda import Job, Urgency
from auditor.evidence.paces import kind_of
from auditor.evidence.pacing import Limiter


class Lane:
    """The questions of one group, the most urgent first. enlisted: it stands in one of the queues for a turn."""

    __slots__ = ("_count", "_jobs", "enlisted", "group", "limiter")

    def __init__(self, group: str, limiter: Limiter) -> None:
        self.group = group
        self.limiter = limiter
        self.enlisted = False
        self._jobs: list[tuple[Urgency, int, Job]] = []
        self._count = 0

    def __len__(self) -> int:
        return len(self._jobs)

    @property
    def is_halted(self) -> bool:
        """True once nothing more may be asked: its turn comes at once, for its questions to be dropped."""
        return self.limiter.halted is not None

    def may_ask(self, now: float) -> bool:
        """True where nothing is to be waited for."""
        return self.is_halted or self.limiter.ready_at <= now

    def push(self, job: Job) -> None:
        """Put a question in its place."""
        self._count += 1
        heappush(self._jobs, (job.urgency, self._count, job))

    def pop(self) -> Job:
        """Take the most urgent question."""
        return heappop(self._jobs)[2]

    def drain(self) -> Iterator[Job]:
        """Take all questions, the most urgent first."""
        while self._jobs:
            yield self.pop()


class Lanes:
    """All lanes. Those that may ask at once take turns by kind first (an operator's own name, `web`, `registrar`), so
    that a hundred thousand sites do not stand before one registry."""

    def __init__(self) -> None:
        self.by_group: dict[str, Lane] = {}
        self._ready: dict[str, deque[Lane]] = {}
        self._kinds: deque[str] = deque()
        self._later: list[tuple[float, int, Lane]] = []
        self._retries: list[tuple[float, int, Lane, Job]] = []
        self._count = 0

    def enlist(self, lane: Lane, now: float) -> None:
        """Queue a lane for its next turn, if it has a question and a free slot and does not stand there already."""
        if lane.enlisted or not len(lane) or not (lane.is_halted or lane.limiter.has_slot):
            return
        lane.enlisted = True
        if not lane.may_ask(now):
            self._count += 1
            heappush(self._later, (lane.limiter.ready_at, self._count, lane))
            return
        kind = kind_of(lane.group)
        if kind not in self._ready:
            self._ready[kind] = deque()
            self._kinds.append(kind)
        self._ready[kind].append(lane)

    def retry(self, lane: Lane, job: Job, at: float) -> None:
        """Keep a question aside until a moment."""
        self._count += 1
        heappush(self._retries, (at, self._count, lane, job))

    def wake(self, now: float) -> None:
        """Bring forward whatever has become due."""
        while self._retries and self._retries[0][0] <= now:
            _at, _count, lane, job = heappop(self._retries)
            lane.push(job)
            self.enlist(lane, now)
        while self._later and self._later[0][0] <= now:
            lane = heappop(self._later)[2]
            lane.enlisted = False
            self.enlist(lane, now)

    def turn(self, now: float) -> Lane | None:
        """The lane whose turn it is; None where none may ask now."""
        while self._kinds:
            kind = self._kinds.popleft()
            lane = self._ready[kind].popleft()
            if self._ready[kind]:
                self._kinds.append(kind)
            else:
                del self._ready[kind]
            lane.enlisted = False
            # Things may have changed since it was queued: a refusal, an empty queue, a slot taken.
            if len(lane) and (lane.is_halted or lane.limiter.has_slot) and lane.may_ask(now):
                return lane
            self.enlist(lane, now)
        return None

    @property
    def next_at(self) -> float | None:
        """When the next lane or retry becomes due; None where nothing waits for a moment."""
        moments = [queue[0][0] for queue in (self._later, self._retries) if queue]
        return min(moments, default=None)

    def drain(self) -> Iterator[Job]:
        """Take every question that is left, retries included."""
        for _group, lane in sorted(self.by_group.items()):
            yield from lane.drain()
        for _at, _count, _lane, job in sorted(self._retries, key=lambda entry: entry[:2]):
            yield job
        self._retries.clear()
