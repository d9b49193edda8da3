"""Gathering evidence: the one place that knows concurrency, turns, retries and when an answer is safe in the store."""

from __future__ import annotations

import asyncio
import signal as signals
import threading
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any, TypeVar

from auditor.evidence.agenda import Agenda, Job, Planner, Risk
from auditor.evidence.answer_writer import AnswerWriter
from auditor.evidence.asking import Asked, Asker, Question, Signal
from auditor.evidence.clocks import Clock as Clock
from auditor.evidence.clocks import LoopClock as LoopClock
from auditor.evidence.freshness import TimeToLive
from auditor.evidence.gathering_report import GatherReport, Ledger, Progress
from auditor.evidence.lanes import Lane, Lanes
from auditor.evidence.paces import Halt
from auditor.evidence.pacing import Pacer
from auditor.evidence.store import Store
from auditor.evidence.store_rows import Key, Settled, batches, key_of
from auditor.evidence.times import BEIJING
from auditor.model.values import DomainName

T = TypeVar("T")
RETRIES = 2
"""How often a question is asked again in one run after a failure (never after a refusal)."""

_PLAN_CHUNK = 1000
_TELL_EVERY_S = 0.5


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
    threads = executor or own
    assert threads is not None
    try:
        planner = Planner(store, askers, ttl or TimeToLive(), clock.now(), risk or {}, retry_unknown)
        writer = AnswerWriter(store, pacer, clock, threads)
        run = _Gathering(planner, pacer, clock, writer, concurrency, progress, stop or asyncio.Event())
        return await run.go(domains, more)
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
    """One run. Everything but planning and writing happens in the event loop's thread."""

    def __init__(
        self,
        planner: Planner,
        pacer: Pacer,
        clock: Clock,
        writer: AnswerWriter,
        concurrency: int,
        progress: Callable[[Progress], None] | None,
        stop: asyncio.Event,
    ) -> None:
        self._planner, self._pacer, self._clock, self._writer = planner, pacer, clock, writer
        self._concurrency, self._progress, self._stop = max(1, concurrency), progress, stop
        self._lanes = Lanes()
        self._ledger = Ledger()
        self._known: set[Key] = set()
        self._asking: dict[asyncio.Task[None], Job] = {}
        self._settling: set[asyncio.Task[None]] = set()
        self._alarm: tuple[float, asyncio.Task[None]] | None = None
        self._wake = asyncio.Event()
        self._fault: BaseException | None = None
        self._told_at = float("-inf")

    async def go(self, domains: Sequence[DomainName], more: Sequence[Question]) -> GatherReport:
        """Plan, ask, write; the report also tells what was left."""
        states = await self._writer.off_loop(self._planner.store.limiters)
        self._pacer.load(states, self._clock.monotonic(), self._clock.now())
        watch = asyncio.create_task(self._watch_stop())
        try:
            await self._plan(domains, more)
            await self._dispatch()
        finally:
            watch.cancel()
            await self._wind_up()
        if self._fault is not None:
            raise self._fault
        return self._ledger.report(stopped=self._stop.is_set())

    # Planning

    async def _plan(self, domains: Sequence[DomainName], more: Sequence[Question]) -> None:
        first = 0
        for chunk in batches(domains, _PLAN_CHUNK):
            if self._stop.is_set():
                return
            self._take(await self._agenda(chunk, first, ()))
            first += len(chunk)
        if more:
            self._take(await self._agenda((), first, more))
        self._tell(force=True)

    async def _agenda(self, domains: Sequence[DomainName], first: int, more: Sequence[Question]) -> Agenda:
        return await self._writer.off_loop(lambda: self._planner.plan(domains, first, more))

    def _take(self, agenda: Agenda) -> None:
        self._ledger.take(agenda)
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
        self._ledger.queue(job)
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
        # An answer on its way into the store takes no slot; yet no more of them may pile up than questions run.
        while len(self._asking) < self._concurrency > len(self._settling):
            lane = self._lanes.turn(now)
            if lane is None:
                return
            lane.limiter.check_budget(today)
            if lane.limiter.halted is not None:
                self._halt(lane, lane.limiter.halted)
                continue
            job = lane.pop()
            lane.limiter.start(now, today)
            self._ledger.begin(job, now)
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
            if self._may_retry(lane, job, asked):
                job.last = asked
                self._lanes.retry(lane, job, now + lane.limiter.retry_delay(job.tries))
            else:
                await self._settle(job, asked)
            if lane.limiter.halted is not None:
                self._halt(lane, lane.limiter.halted)
        finally:
            lane.limiter.release()
            self._lanes.enlist(lane, self._clock.monotonic())

    def _may_retry(self, lane: Lane, job: Job, asked: Asked) -> bool:
        if asked.signal is not Signal.FAILED or job.tries > RETRIES:
            return False
        return lane.limiter.halted is None and not self._pacer.is_deaf and not self._stop.is_set()

    async def _settle(self, job: Job, asked: Asked) -> None:
        """Write down what came of a question, then take up what its answer opened."""
        task = asyncio.current_task()
        if task in self._asking:
            # From here on the answer is at hand: it is written even if the gathering is stopped.
            del self._asking[task]
            self._settling.add(task)
            self._wake.set()
        known = job.remembered, bool(job.children)
        reading = await self._writer.write(Settled(job.question, asked, job.parent, job.attempts, *known))
        self._ledger.settle(job, asked, reading)
        own = f"{job.question.source} {job.question.server}"
        before = {key_of(child.question): (child, is_settled) for child, is_settled in job.children}
        for question in asked.follow_ups:
            child, is_settled = before.get(key_of(question), (None, False))
            if not is_settled:
                self._queue_opened(job, question, own, child.attempts if child else 0)
        if not reading.is_answer:
            self._take_up_children(job)
        self._tell()

    def _take_up_children(self, job: Job) -> None:
        """Where a question brought no answer, those that its last answer opened are asked all the same."""
        for child, is_settled in job.children:
            if not is_settled:
                self._queue_opened(job, child.question, child.parent, child.attempts)

    def _queue_opened(self, job: Job, question: Question, parent: str, attempts: int) -> None:
        asker = self._planner.asker_of(question.source, job.asker)
        if asker is not None:
            self._queue(Job(question, asker, job.urgency, parent, attempts, remembered=True))

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
        self._ledger.drop(job, why)
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
        dropped = [job for task, job in under_way if task.cancelled()]
        while dropped := dropped + list(self._lanes.drain()):
            for job in dropped:
                self._drop(job, None)
            dropped = []
            while self._settling:
                await asyncio.wait(self._settling)
        while self._settling:
            await asyncio.wait(self._settling)
        if self._fault is None:
            await self._writer.save_limiters()
        self._tell(force=True)

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
        lanes = self._lanes.by_group.items()
        self._progress(
            self._ledger.progress(now, {group: lane.limiter.interval_s for group, lane in lanes if len(lane)})
        )
