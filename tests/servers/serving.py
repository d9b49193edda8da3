"""What the little servers on 127.0.0.1 share: a thread each, replies with every fault, a patience, a record of visits."""

from __future__ import annotations

import asyncio
import bisect
import contextlib
import itertools
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

LOOPBACK = "127.0.0.1"
_START_S = 10.0
R = TypeVar("R")
# One reply, or several that follow one another; the last one repeats.
Lines = R | str | Sequence[R | str]


class Ending(StrEnum):
    """What becomes of the connection after the last byte."""

    CLOSE = "close"
    RESET = "reset"
    STALL = "stall"  # it stays open and nothing ever comes
    KEEP = "keep"  # HTTP: ready for the next request


@dataclass(frozen=True)
class Reply:
    """Bytes on their way: delay_s before the first, a new packet (after pause_s) at every offset in cuts."""

    body: bytes = b""
    delay_s: float = 0.0
    cuts: tuple[int, ...] = ()
    pause_s: float = 0.02
    ending: Ending = Ending.CLOSE

    def late(self, delay_s: float) -> Self:
        """The same after a delay."""
        return replace(self, delay_s=delay_s)

    def truncated(self, at: int, ending: Ending = Ending.CLOSE) -> Self:
        """The first bytes only, then the end of the connection."""
        return replace(self, body=self.body[:at], ending=ending)

    def in_packets(self, *cuts: int, pause_s: float = 0.02) -> Self:
        """The same in several packets."""
        return replace(self, cuts=cuts, pause_s=pause_s)

    def split_inside(self, character: str, encoding: str = "utf-8", pause_s: float = 0.02) -> Self:
        """The same, with a packet border after the first byte of a character."""
        return self.in_packets(self.body.index(character.encode(encoding)) + 1, pause_s=pause_s)

    def packets(self) -> list[bytes]:
        """The body in the pieces it is sent in."""
        edges = [0, *sorted(self.cuts), len(self.body)]
        return [self.body[start:end] for start, end in itertools.pairwise(edges) if start < end]


def text(words: str, encoding: str = "utf-8", **how: Any) -> Reply:
    """A reply of text."""
    return Reply(words.encode(encoding), **how)


def gbk(words: str, **how: Any) -> Reply:
    """A reply in GBK bytes."""
    return text(words, "gbk", **how)


def flood(
    size: int = 10_000_000, line: bytes = b"Remark: more and more and more\r\n", head: bytes = b""
) -> Reply:
    """A reply far beyond any cap."""
    return Reply(head + line * (size // len(line) + 1))


CLOSED = Reply()
RESET = Reply(ending=Ending.RESET)
STALLED = Reply(ending=Ending.STALL)


@dataclass(frozen=True)
class Visit:
    """One request as the server saw it. at: seconds of its clock; verdict: ok, throttled or banned."""

    at: float
    query: str
    verdict: str
    transport: str = "tcp"


class Patience:
    """What a server puts up with: a gap between arrivals, or a number of them in a window; offences lead to a ban.

    min_gap_s: too early is an offence, and the gap starts anew. per_window: (requests, seconds). ban_after: offences
    until every later request is refused, for ban_s seconds or for good (None).
    """

    def __init__(
        self,
        min_gap_s: float = 0.0,
        *,
        per_window: tuple[int, float] | None = None,
        ban_after: int | None = None,
        ban_s: float | None = None,
        slack_s: float = 0.0,
    ) -> None:
        self._min_gap_s, self._slack_s = min_gap_s, slack_s
        self._per_window, self._ban_after, self._ban_s = per_window, ban_after, ban_s
        self._last: float | None = None
        self._served: list[float] = []
        self._banned_at: float | None = None
        self.offences = 0
        self.bans = 0

    def judge(self, now: float) -> str:
        """ok, throttled or banned."""
        if self._banned_at is not None:
            if self._ban_s is None or now < self._banned_at + self._ban_s:
                return "banned"
            self._banned_at, self.offences = None, 0
        early = self._last is not None and now - self._last < self._min_gap_s - self._slack_s
        self._last = now
        if self._per_window is not None and not early:
            count, window_s = self._per_window
            self._served = [at for at in self._served if at > now - window_s]
            early = len(self._served) >= count
            if not early:
                self._served.append(now)
        if not early:
            return "ok"
        self.offences += 1
        if self._ban_after is not None and self.offences >= self._ban_after:
            self._banned_at = now
            self.bans += 1
        return "throttled"


class Script(Generic[R]):
    """Which reply a request gets: by a mapping (several replies to one key follow one another, "*" stands for any
    key) or by a function. made: turns plain text into a reply; otherwise: where the script has no word."""

    def __init__(
        self,
        lines: Mapping[str, Lines[R]] | Callable[[str], Lines[R]],
        made: Callable[[str], R],
        otherwise: R,
    ) -> None:
        self._lines, self._made, self._otherwise = lines, made, otherwise
        self._told: dict[str, int] = {}

    def reply(self, *keys: str) -> R:
        """The next reply to the first key that the script knows."""
        if callable(self._lines):
            return self._next(keys[0], self._lines(keys[0]))
        for key in (*keys, "*"):
            if key in self._lines:
                return self._next(key, self._lines[key])
        return self._otherwise

    def _next(self, key: str, found: Lines[R]) -> R:
        if isinstance(found, list | tuple):
            at = self._told.get(key, 0)
            self._told[key] = at + 1
            found = found[min(at, len(found) - 1)]
        return self._made(found) if isinstance(found, str) else found  # type: ignore[return-value]


class LoopbackServer:
    """A server in a thread of its own, from `with` to the end of the block.

    port 0 takes a free one. latency_s: seconds before every reply, or a function that gives them. clock: what `at` of
    a visit and the patience go by.
    """

    def __init__(
        self,
        *,
        latency_s: float | Callable[[], float] = 0.0,
        patience: Patience | None = None,
        clock: Callable[[], float] = time.monotonic,
        port: int = 0,
    ) -> None:
        self.port = port
        self.patience = patience
        self.requests: list[Visit] = []
        self.most_at_once = 0
        self._latency_s, self._clock = latency_s, clock
        self._open = 0
        self._transports: set[asyncio.BaseTransport] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._ready = threading.Event()
        self._problem: BaseException | None = None
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._end: asyncio.Event | None = None

    @property
    def address(self) -> str:
        """host:port."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def queries(self) -> list[str]:
        """What was asked, in order."""
        return [visit.query for visit in self.requests]

    @property
    def arrivals(self) -> list[float]:
        """When it was asked."""
        return [visit.at for visit in self.requests]

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._run, name=type(self).__name__, daemon=True)
        self._thread.start()
        if not self._ready.wait(_START_S):
            raise TimeoutError("the server did not start")
        if self._problem is not None:
            raise self._problem
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._loop is not None and self._end is not None:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._end.set)
        if self._thread is not None:
            self._thread.join(_START_S)

    def visit(self, query: str, transport: str = "tcp") -> str:
        """Note a request and say how the server takes it: ok, throttled or banned."""
        now = self._clock()
        verdict = self.patience.judge(now) if self.patience else "ok"
        self.requests.append(Visit(now, query, verdict, transport))
        return verdict

    def latency_s(self) -> float:
        """Seconds before the next reply."""
        return self._latency_s() if callable(self._latency_s) else self._latency_s

    def came(self, transport: asyncio.BaseTransport) -> None:
        """Note a connection."""
        self._transports.add(transport)
        self._open += 1
        self.most_at_once = max(self.most_at_once, self._open)

    def went(self, transport: asyncio.BaseTransport) -> None:
        """Note the end of a connection."""
        self._open -= 1
        self._transports.discard(transport)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something beside, until the server ends."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def open(self) -> None:
        """Listen; sets `port`."""
        raise NotImplementedError

    async def shut(self) -> None:
        """Listen no more."""
        raise NotImplementedError

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except OSError as problem:
            self._problem = problem
            self._ready.set()

    async def _serve(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        await self.open()
        self._ready.set()
        await self._end.wait()
        await self.shut()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for transport in list(self._transports):
            abort = getattr(transport, "abort", transport.close)
            abort()
        await asyncio.sleep(0)


async def send(transport: asyncio.Transport, reply: Reply, latency_s: float = 0.0) -> None:
    """Send a reply with its delays and leave the connection as it says."""
    if latency_s + reply.delay_s > 0:
        await asyncio.sleep(latency_s + reply.delay_s)
    for index, packet in enumerate(reply.packets()):
        if index:
            await asyncio.sleep(reply.pause_s)
        if transport.is_closing():
            return
        transport.write(packet)
    if reply.ending is Ending.CLOSE:
        transport.close()
    elif reply.ending is Ending.RESET:
        if reply.body:
            await asyncio.sleep(reply.pause_s)  # a reset at once would throw away what is on its way
        reset(transport)


def reset(transport: asyncio.Transport) -> None:
    """End a connection by RST."""
    sock = transport.get_extra_info("socket")
    if sock is not None and not transport.is_closing():
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def gaps(arrivals: Iterable[float]) -> list[float]:
    """The seconds between one arrival and the next."""
    ordered = sorted(arrivals)
    return [later - sooner for sooner, later in itertools.pairwise(ordered)]


def most_within(arrivals: Iterable[float], window_s: float) -> int:
    """The most arrivals that any window of this length holds: the rate as the server felt it."""
    ordered = sorted(arrivals)
    return max(
        (bisect.bisect_left(ordered, at + window_s) - index for index, at in enumerate(ordered)), default=0
    )


def unused_port() -> int:
    """A port on 127.0.0.1 where nobody listens."""
    with socket.socket() as sock:
        sock.bind((LOOPBACK, 0))
        return int(sock.getsockname()[1])


def listening(
    context: ssl.SSLContext | None, protocol: Callable[[], asyncio.Protocol], port: int
) -> Coroutine[Any, Any, asyncio.Server]:
    """A TCP server on 127.0.0.1."""
    loop = asyncio.get_running_loop()
    return loop.create_server(protocol, LOOPBACK, port, ssl=context, backlog=1024)
