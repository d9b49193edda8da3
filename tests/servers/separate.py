"""A little server in a process of its own, for benchmarks: its CPU time is not the asker's.

with Separate(slow_whois, 0.05, 0.3) as server:      # slow_whois is a function at the top of a module
    ask(server.address)
server.requests                                      # what it saw, brought back at the end
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Self

from tests.servers.serving import LoopbackServer, Visit

_PATIENCE_S = 30.0


def _serve(channel: Connection, make: Callable[..., LoopbackServer], args: tuple[Any, ...]) -> None:
    with make(*args) as server:
        channel.send(server.port)
        while True:
            word = channel.recv()
            patience = server.patience
            channel.send((list(server.requests), server.most_at_once, patience.bans if patience else 0))
            if word == "end":
                return


class Separate:
    """make(*args) builds the server in the other process; both must be picklable.

    A visit's `at` is that of the monotonic clock, which processes of one machine share.
    """

    def __init__(self, make: Callable[..., LoopbackServer], *args: Any) -> None:
        self._make, self._args = make, args
        self._context = multiprocessing.get_context("spawn")
        self.port = 0
        self.requests: list[Visit] = []
        self.most_at_once = 0
        self.bans = 0

    @property
    def address(self) -> str:
        """host:port."""
        return f"127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._channel, other = self._context.Pipe()
        self._process = self._context.Process(
            target=_serve, args=(other, self._make, self._args), daemon=True
        )
        self._process.start()
        other.close()
        if not self._channel.poll(_PATIENCE_S):
            raise TimeoutError("the server did not start")
        self.port = self._channel.recv()
        return self

    def look(self, word: str = "look") -> list[Visit]:
        """Bring back what it saw so far."""
        self._channel.send(word)
        self.requests, self.most_at_once, self.bans = self._channel.recv()
        return self.requests

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.look("end")
        self._process.join(_PATIENCE_S)
        self._channel.close()
        self._process.close()
