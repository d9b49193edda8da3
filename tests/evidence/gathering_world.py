"""A world without network for the gathering: a clock that jumps, a store on a temporary disk, askers from a table."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Executor, Future
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import Any, TypeVar

from evidence_replies import CNNIC_2014

from auditor.errors import AuditError
from auditor.evidence.asking import Asked, Question, Signal
from auditor.evidence.freshness import AnswerReader
from auditor.evidence.paces import Pace
from auditor.evidence.pacing import Pacer
from auditor.evidence.recorded import raw_sha256
from auditor.evidence.servers import shipped_authorities
from auditor.evidence.times import BEIJING
from auditor.model.evidence import Observation
from auditor.model.values import DomainName

START = datetime(2026, 11, 20, 9, 0, tzinfo=BEIJING)
T = TypeVar("T")


class VirtualClock:
    """Time that stands still while anything can run, and then jumps to the next moment somebody waits for."""

    def __init__(self, start: datetime = START) -> None:
        self.start = start
        self.seconds = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = 0

    def now(self) -> datetime:
        return self.start + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self._count += 1
        future = asyncio.get_running_loop().create_future()
        heappush(self._sleepers, (self.seconds + max(0.0, seconds), self._count, future))
        await future

    def pass_days(self, days: float) -> None:
        self.start += timedelta(days=days)

    def run(self, work: Coroutine[Any, Any, T], *, limit_s: float = 10_000_000) -> T:
        """Run to the end, however many virtual seconds it takes; AssertionError beyond the limit or when stuck."""

        async def drive() -> T:
            task = asyncio.ensure_future(work)
            idle = 0
            while not task.done():
                await asyncio.sleep(0)
                idle = 0 if asyncio.get_running_loop()._ready else idle + 1  # type: ignore[attr-defined]
                if idle < 3:
                    continue
                while self._sleepers and self._sleepers[0][2].done():
                    heappop(self._sleepers)
                assert self._sleepers, "everybody waits and nobody for the clock"
                at, _count, future = heappop(self._sleepers)
                assert at <= limit_s, "it takes too long"
                self.seconds = max(self.seconds, at)
                future.set_result(None)
                idle = 0
            return task.result()

        return asyncio.run(drive())


class AtOnce(Executor):
    """Runs what it is given before it returns."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except AuditError as problem:
            future.set_exception(problem)
        return future


def reader() -> AnswerReader:
    return AnswerReader(shipped_authorities())


def names(count: int, suffix: str = "cn") -> list[DomainName]:
    return [DomainName(f"shili{index:04}.{suffix}", f"shili{index:04}.{suffix}") for index in range(count)]


def cnnic_reply(name: str, expires: str = "2028-08-25 00:40:26") -> str:
    return CNNIC_2014.replace("example.cn", name).replace("2027-08-25 00:40:26", expires)


Answer = tuple[str, object, Signal] | tuple[str, object, Signal, float]
Reply = Callable[[Question, int], Answer]


class FakeAsker:
    """Answers from a function of the question and how often it was asked. latency_s of the virtual clock."""

    def __init__(
        self,
        clock: VirtualClock,
        reply: Reply,
        *,
        name: str = "whois",
        group: Callable[[DomainName], str] = lambda domain: "cnnic",
        server: Callable[[DomainName], str] = lambda domain: "whois.cnnic.cn",
        latency_s: float = 0.1,
        follow: Callable[[Question], Sequence[Question]] = lambda question: (),
        suffixes: tuple[str, ...] = ("cn", "com"),
        answered_by: Callable[[Question], str] = lambda question: question.server,
    ) -> None:
        self.name = name
        self.clock, self.reply, self.group, self.server = clock, reply, group, server
        self.latency_s, self.follow, self.suffixes, self.answered_by = (
            latency_s,
            follow,
            suffixes,
            answered_by,
        )
        self.asked: list[tuple[float, Question]] = []
        self.tries: dict[Question, int] = {}
        self.running = self.most_running = 0
        self.closed = False

    def questions(self, domain: DomainName) -> Sequence[Question]:
        if domain.ulabel.rpartition(".")[2] not in self.suffixes:
            return ()
        return (Question(domain, self.name, self.server(domain), self.group(domain), domain.alabel),)

    async def ask(self, question: Question) -> Asked:
        tries = self.tries[question] = self.tries.get(question, 0) + 1
        self.asked.append((self.clock.monotonic(), question))
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            await self.clock.sleep(self.latency_s)
        finally:
            self.running -= 1
        outcome, raw, signal, *wait = self.reply(question, tries)
        observation = Observation(
            question.domain.ulabel,
            self.name,
            self.answered_by(question),
            self.clock.now(),
            outcome,
            raw,
            raw_sha256(raw),
        )
        opened = tuple(self.follow(question)) if signal is Signal.OK else ()
        return Asked(observation, signal, wait[0] if wait else None, opened)

    async def close(self) -> None:
        self.closed = True


def found(question: Question, _tries: int) -> Answer:
    return ("answered", cnnic_reply(question.domain.ulabel), Signal.OK)


def down(_question: Question, _tries: int) -> Answer:
    return ("timeout", None, Signal.FAILED)


def refusing(_question: Question, _tries: int) -> Answer:
    return ("answered", "Queried interval is too short.", Signal.REFUSED)


def pacer(pace: Pace | None = None, seed: int = 1, **options: Any) -> Pacer:
    draw = random.Random(seed).random
    return Pacer({"cnnic": pace or Pace(interval_s=1.5, floor_s=0.75)}, draw, **options)
