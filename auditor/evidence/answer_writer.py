"""Answers on their way into the store: in batches, off the event loop, each awaited until it is safe."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TypeAlias, TypeVar

from auditor.evidence.asking import Signal
from auditor.evidence.clocks import Clock
from auditor.evidence.freshness import Reading
from auditor.evidence.pacing import Pacer
from auditor.evidence.store import Store
from auditor.evidence.store_rows import Settled

T = TypeVar("T")
_Waiting: TypeAlias = "tuple[Settled, asyncio.Future[Reading]]"
_BATCH = 200
_SAVE_EVERY_S = 2.0


class AnswerWriter:
    """Writes to the store in the executor's thread. The limiters' states go along, soon after a refusal."""

    def __init__(self, store: Store, pacer: Pacer, clock: Clock, executor: Executor) -> None:
        self._store, self._pacer, self._clock, self._executor = store, pacer, clock, executor
        self._unwritten: list[_Waiting] = []
        self._writing: list[_Waiting] = []
        self._task: asyncio.Task[None] | None = None
        self._saved_at = float("-inf")

    async def write(self, settled: Settled) -> Reading:
        """Return once an answer is safe in the store, with what it means. Raises what the store raises."""
        future: asyncio.Future[Reading] = asyncio.get_running_loop().create_future()
        self._unwritten.append((settled, future))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._write_all())
            self._task.add_done_callback(self._written)
        return await future

    async def save_limiters(self) -> None:
        """Write the limiters' states that have changed."""
        states = self._pacer.changed(self._clock.monotonic(), self._clock.now())
        await self.off_loop(lambda: self._store.save_limiters(states))

    async def off_loop(self, work: Callable[[], T]) -> T:
        """Do what needs the store without holding up the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)

    async def _write_all(self) -> None:
        """Whatever has come while one batch was under way makes the next."""
        while self._unwritten:
            batch, self._unwritten = self._unwritten[:_BATCH], self._unwritten[_BATCH:]
            self._writing = batch
            settled = [one for one, _future in batch]
            states: dict[str, str] = {}
            now = self._clock.monotonic()
            refused = any(one.asked.signal is Signal.REFUSED for one in settled)
            if refused or now - self._saved_at >= _SAVE_EVERY_S:
                self._saved_at = now
                states = self._pacer.changed(now, self._clock.now())
            readings = await self._record(settled, states)
            for (_settled, future), reading in zip(batch, readings, strict=True):
                if not future.done():
                    future.set_result(reading)

    async def _record(self, settled: list[Settled], states: dict[str, str]) -> tuple[Reading, ...]:
        return await self.off_loop(lambda: self._store.record(settled, states))

    def _written(self, task: asyncio.Task[None]) -> None:
        """Where writing failed, everybody who waits for an answer to be safe must hear of it."""
        problem = None if task.cancelled() else task.exception()
        if problem is None:
            return
        for _settled, future in self._writing + self._unwritten:
            if not future.done():
                future.set_exception(problem)
        self._unwritten = []
