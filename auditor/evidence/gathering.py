"""Gathering evidence: the one place that knows concurrency, turns, retries and when an answer is safe in the store."""

from __future__ import annotations

import asyncio
import signal as signals
import threading
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import datetime
from typing import Any, Protocol, TypeVar

from auditor.evidence.agenda import Agenda, Job, NotAsked, Planner, Risk
from auditor.evidence.asking import Asked, Asker, Question, Signal
from auditor.evidence.freshness import Reading, TimeToLive
from auditor.evidence.gathering_report import STOPPED, GatherReport, Meter, Progress, Tally
from auditor.evidence.lanes import Lane, Lanes
from auditor.evidence.pacing import Halt, Pacer
from auditor.evidence.store import Store
from auditor.evidence.store_rows import Key, Settled, batches, key_of
from auditor.evidence.times import BEIJING
from auditor.model.values import DomainName

T = TypeVar("T")

RETRIES = 2
"""How often a question is asked again in one run after a failure (never after a refusal)."""

_PLAN_CHUNK = 1000
_BATCH = 200
_SAVE_EVERY_S = 2.0
_TELL_EVERY_S = 0.5


class Clock(Protocol):
    """Where all time comes from."""

    def now(self) -> datetime:
        """The time of day, with its zone."""

    def monotonic(self) -> float:
        """Seconds that never run backwards."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""


class LoopClock:
    """The clock of a real run: the given time of day, the machine's monotonic seconds, the event loop's sleep."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now

    def now(self) -> datetime:
        """The time of day, with its zone."""
        return self._now()

    def monotonic(self) -> float:
        """Seconds that never run backwards."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


async def gather(
    domains: Sequence[DomainName],
    askers: Sequence[Asker],
    store: Store,
    pacer: Pacer,
    clock: Clock,
    *,
    concurrency: int = 200,
    progress: Callable[[Progress], None] | None = None,
    stop: asyncio.Event | None = None,
    retry_unknown: bool = False,
    risk: Mapping[str, Risk] | None = None,
    ttl: TimeToLive | None = None,
    more: Sequence[Question] = (),
    executor: Executor | None = None,
) -> GatherReport:
    """Ask whatever has no fresh answer in the store, and put every answer there before its slot asks again.

    concurrency: questions at once over all groups; each group keeps its own limits besides. progress: called now and
    then, from the event loop. stop: once set, nothing more is asked and what is under way is dropped. retry_unknown:
    ask only what an audit of today would not know, without the waits after earlier failures. risk: urgency by U-label.
    more: questions beside those of the askers about the domains. executor: where the store is written; a thread of
    its own by default. Raises what the store raises; what was answered before that is safe.
    """
    own = None if executor is not None else ThreadPoolExecutor(1, "evidence-store")
    try:
        run = _Gathering(
            store, pacer, clock, concurrency, progress, stop or asyncio.Event(), executor or own, askers
        )
        planner = Planner(store, askers, ttl or TimeToLive(), clock.now(), risk or {}, retry_unknown)
        return await run.go(planner, domains, more)
    finally:
        if own is not None:
            own.shutdown(wait=True)


def gather_now(
    domains: Sequence[DomainName],
    askers: Sequence[Asker],
    store: Store,
    pacer: Pacer,
    clock: Clock,
    **options: Any,
) -> GatherReport:
    """`gather` in an event loop of its own; closes the askers. Ctrl-C as in `interruptible`. options: those of `gather`."""

    async def run(stop: asyncio.Event) -> GatherReport:
        try:
            return await gather(
                domains, askers, store, pacer, clock, stop=options.pop("stop", stop), **options
            )
        finally:
            for asker in askers:
                await asker.close()

    return interruptible(run)


def interruptible(main: Callable[[asyncio.Event], Coroutine[Any, Any, T]]) -> T:
    """Run something in an event loop of its own. It is handed an event that the first Ctrl-C sets, so that it can end
    cleanly; a second one raises KeyboardInterrupt."""

    async def run() -> T:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        before = signals.getsignal(signals.SIGINT)
        handled = threading.current_thread() is threading.main_thread()

        def interrupt(_number: int, _frame: object) -> None:
            signals.signal(signals.SIGINT, before)
            loop.call_soon_threadsafe(stop.set)

        try:
            if handled:
                signals.signal(signals.SIGINT, interrupt)
            return await main(stop)
        finally:
            if handled:
                signals.signal(signals.SIGINT, before)

    return asyncio.run(run())


class _Gathering:
    """One run. Everything but the store happens in the event loop's thread."""

    def __init__(
        self,
        store: Store,
        pacer: Pacer,
        clock: Clock,
        concurrency: int,
        progress: Callable[[Progress], None] | None,
        stop: asyncio.Event,
        executor: Executor | None,
        askers: Sequence[Asker],
    ) -> None:
        self._store, self._pacer, self._clock = store, pacer, clock
        self._concurrency, self._progress, self._stop = max(1, concurrency), progress, stop
        self._executor = executor
        self._askers = {asker.name: asker for asker in askers}
        self._lanes = Lanes()
        self._meter = Meter()
        self._tallies: dict[str, Tally] = {}
        self._known: set[Key] = set()
        self._left: list[NotAsked] = []
        self._fresh = self._waiting = 0
        self._asking: dict[asyncio.Task[None], Job] = {}
        self._settling: set[asyncio.Task[None]] = set()
        self._unwritten: list[tuple[Settled, asyncio.Future[Reading]]] = []
        self._writing: list[tuple[Settled, asyncio.Future[Reading]]] = []
        self._writer: asyncio.Task[None] | None = None
        self._alarm: tuple[float, asyncio.Task[None]] | None = None
        self._wake = asyncio.Event()
        self._fault: BaseException | None = None
        self._saved_at = self._told_at = float("-inf")

    async def go(
        self, planner: Planner, domains: Sequence[DomainName], more: Sequence[Question]
    ) -> GatherReport:
        """Plan, ask, write; the report also tells what was left."""
        self._pacer.load(
            await self._off_loop(self._store.limiters), self._clock.monotonic(), self._clock.now()
        )
        watch = asyncio.create_task(self._watch_stop())
        try:
            await self._plan(planner, domains, more)
            await self._dispatch()
        finally:
            watch.cancel()
            await self._wind_up()
        if self._fault is not None:
            raise self._fault
        return self._report()

    # Planning

    async def _plan(self, planner: Planner, domains: Sequence[DomainName], more: Sequence[Question]) -> None:
        first = 0
        for chunk in batches(domains, _PLAN_CHUNK):
            if self._stop.is_set():
                break
            self._take(await self._off_loop(planner.plan, chunk, first))
            first += len(chunk)
        if more:
            self._take(await self._off_loop(planner.plan, (), first, more))
        self._tell(force=True)

    def _take(self, agenda: Agenda) -> None:
        self._fresh += agenda.fresh
        self._waiting += agenda.waiting
        self._left += agenda.unsupported
        for job in agenda.jobs:
            self._queue(job)

    def _queue(self, job: Job) -> None:
        key = key_of(job.question)
        if key in self._known:
            return
        self._known.add(key)
        group = job.question.group
        lane = self._lanes.by_group.get(group)
        if lane is None:
            lane = self._lanes.by_group[group] = Lane(group, self._pacer.limiter(group))
        self._meter.queue(group)
        if lane.limiter.halted is not None:
            self._drop(job, lane.limiter.halted)
            return
        lane.push(job)
        self._lanes.enlist(lane, self._clock.monotonic())

    # Asking

    async def _dispatch(self) -> None:
        while self._fault is None and not self._stop.is_set():
            self._wake.clear()
            if self._pacer.is_deaf:
                self._drop_all(Halt.NETWORK)
            now = self._clock.monotonic()
            self._lanes.wake(now)
            self._start_all(now)
            due = self._lanes.next_at
            if due is None and not self._asking and not self._settling:
                return
            self._set_alarm(due)
            await self._wake.wait()

    def _start_all(self, now: float) -> None:
        today = self._clock.now().astimezone(BEIJING).date()
        while len(self._asking) + len(self._settling) < self._concurrency:
            lane = self._lanes.turn(now)
            if lane is None:
                return
            lane.limiter.check_budget(today)
            if lane.limiter.halted is not None:
                self._halt(lane, lane.limiter.halted)
                continue
            job = lane.pop()
            lane.limiter.start(now, today)
            self._meter.begin(lane.group, now)
            job.tries += 1
            task = asyncio.create_task(self._ask(lane, job, now))
            self._asking[task] = job
            task.add_done_callback(self._done)
            self._lanes.enlist(lane, now)

    async def _ask(self, lane: Lane, job: Job, started: float) -> None:
        try:
            asked = await job.asker.ask(job.question)
            now = self._clock.monotonic()
            lane.limiter.finish(started, now, asked.signal, asked.wait_s)
            self._pacer.hear(asked.signal)
            halted = lane.limiter.halted
            retry = asked.signal is Signal.FAILED and job.tries <= RETRIES and halted is None
            if retry and not self._pacer.is_deaf and not self._stop.is_set():
                job.last = asked
                self._lanes.retry(lane, job, now + lane.limiter.retry_delay(job.tries))
            else:
                await self._settle(job, asked)
            if halted is not None:
                self._halt(lane, halted)
        finally:
            lane.limiter.release()
            self._lanes.enlist(lane, self._clock.monotonic())

    async def _settle(self, job: Job, asked: Asked) -> None:
        """Write down what came of a question, then take up what its answer opened."""
        task = asyncio.current_task()
        if task in self._asking:
            # From here on the answer is at hand: it is written even if the gathering is stopped.
            del self._asking[task]
            self._settling.add(task)
        reading = await self._write(
            Settled(
                job.question,
                asked,
                job.parent,
                job.attempts,
                job.remembered,
                has_children=bool(job.children),
            )
        )
        self._count(job, asked, reading)
        settled = {key_of(child.question) for child, is_settled in job.children if is_settled}
        own = f"{job.question.source} {job.question.server}"
        for question in asked.follow_ups:
            asker = self._askers.get(question.source)
            if asker is not None and key_of(question) not in settled:
                known = next(
                    (one for one, _ in job.children if key_of(one.question) == key_of(question)), None
                )
                attempts = known.attempts if known else 0
                self._queue(Job(question, asker, job.urgency, own, attempts, remembered=True))
        if not reading.is_answer:
            self._take_up_children(job)
        self._tell()

    def _take_up_children(self, job: Job) -> None:
        """Where a question brought no answer, those that its last answer opened are asked all the same."""
        for child, is_settled in job.children:
            asker = self._askers.get(child.question.source)
            if asker is not None and not is_settled:
                self._queue(
                    Job(
                        child.question,
                        asker,
                        job.urgency,
                        child.parent,
                        child.attempts,
                        remembered=True,
                    )
                )

    def _done(self, task: asyncio.Task[None]) -> None:
        self._asking.pop(task, None)
        self._settling.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self._fault = self._fault or task.exception()
        self._wake.set()

    # Giving up

    def _halt(self, lane: Lane, why: Halt) -> None:
        for job in list(lane.drain()):
            self._drop(job, why)

    def _drop_all(self, why: Halt) -> None:
        # A question that is dropped may leave others to ask, which are dropped in their turn.
        while jobs := list(self._lanes.drain()):
            for job in jobs:
                self._drop(job, why)

    def _drop(self, job: Job, why: Halt | None) -> None:
        """Give up a question: what was asked in vain is written down, what was not asked at all is told."""
        if job.last is not None:
            task = asyncio.create_task(self._settle(job, job.last))
            self._settling.add(task)
            task.add_done_callback(self._done)
            return
        group = job.question.group
        reason = STOPPED if why is None else why.text
        outcome = "error" if why is None else why.outcome
        domain, source, server = key_of(job.question)
        self._left.append(NotAsked(domain, source, server, group, outcome, reason))
        tally = self._tally(group)
        tally.not_asked += 1
        tally.reason = reason
        self._meter.end(group)
        if why is not None:
            self._take_up_children(job)

    async def _wind_up(self) -> None:
        """Drop what is under way, write what is at hand."""
        if self._alarm is not None:
            self._alarm[1].cancel()
        under_way = list(self._asking.items())
        for task, _job in under_way:
            task.cancel()
        await asyncio.gather(*(task for task, _job in under_way), return_exceptions=True)
        for job in [job for task, job in under_way if task.cancelled()] + list(self._lanes.drain()):
            self._drop(job, None)
        while self._settling:
            await asyncio.wait(self._settling)
        if self._fault is None:
            states = self._pacer.changed(self._clock.monotonic(), self._clock.now())
            await self._off_loop(self._store.save_limiters, states)
        self._tell(force=True)

    # Writing

    async def _write(self, settled: Settled) -> Reading:
        """Hand an answer to the writer and wait until it is safe in the store."""
        future: asyncio.Future[Reading] = asyncio.get_running_loop().create_future()
        self._unwritten.append((settled, future))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_all())
            self._writer.add_done_callback(self._written)
        return await future

    async def _write_all(self) -> None:
        """Write in batches: whatever has come while the last one was under way makes the next."""
        while self._unwritten:
            batch, self._unwritten = self._unwritten[:_BATCH], self._unwritten[_BATCH:]
            states: dict[str, str] = {}
            now = self._clock.monotonic()
            refused = any(settled.asked.signal is Signal.REFUSED for settled, _future in batch)
            if refused or now - self._saved_at >= _SAVE_EVERY_S:
                self._saved_at = now
                states = self._pacer.changed(now, self._clock.now())
            self._writing = batch
            readings = await self._off_loop(
                self._store.record, [settled for settled, _future in batch], states
            )
            for (_settled, future), reading in zip(batch, readings, strict=True):
                if not future.done():
                    future.set_result(reading)

    def _written(self, writer: asyncio.Task[None]) -> None:
        """Where writing failed, everybody who waits for an answer to be safe must hear of it."""
        problem = None if writer.cancelled() else writer.exception()
        if problem is None:
            return
        for _settled, future in self._writing + self._unwritten:
            if not future.done():
                future.set_exception(problem)
        self._unwritten = []

    async def _off_loop(self, function: Callable[..., Any], *args: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._executor, function, *args)

    # Waiting and telling

    def _set_alarm(self, due: float | None) -> None:
        if self._alarm is not None:
            at, task = self._alarm
            if not task.done() and due is not None and at <= due:
                return
            task.cancel()
            self._alarm = None
        if due is not None:
            wait = self._ring(max(0.0, due - self._clock.monotonic()))
            self._alarm = (due, asyncio.create_task(wait))

    async def _ring(self, seconds: float) -> None:
        await self._clock.sleep(seconds)
        self._wake.set()

    async def _watch_stop(self) -> None:
        await self._stop.wait()
        self._wake.set()

    def _tell(self, *, force: bool = False) -> None:
        now = self._clock.monotonic()
        if self._progress is None or (not force and now - self._told_at < _TELL_EVERY_S):
            return
        self._told_at = now
        intervals = {
            group: lane.limiter.interval_s for group, lane in self._lanes.by_group.items() if len(lane)
        }
        self._progress(self._meter.progress(now, intervals))

    def _count(self, job: Job, asked: Asked, reading: Reading) -> None:
        tally = self._tally(job.question.group)
        tally.asked += 1
        refused, failed = asked.signal is Signal.REFUSED, asked.signal is Signal.FAILED
        tally.refused += refused
        tally.failed += failed
        tally.answered += not (refused or failed)
        tally.unread += not (refused or failed or reading.is_answer)
        self._meter.end(job.question.group, refused=refused, failed=failed)

    def _tally(self, group: str) -> Tally:
        return self._tallies.setdefault(group, Tally())

    def _report(self) -> GatherReport:
        left = sorted(self._left, key=lambda one: (one.domain, one.source, one.server, one.outcome))
        groups = {group: tally.report() for group, tally in sorted(self._tallies.items())}
        return GatherReport(self._fresh, self._waiting, groups, tuple(left), self._stop.is_set())
