"""A WHOIS server (RFC 3912) on 127.0.0.1 that does what its script says, faults included.

with WhoisServer({"example.cn": "Domain Name: example.cn\\r\\n…", "slow.cn": STALLED}) as server:
    ask(server.address)
    assert server.queries == ["example.cn"]
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import cast

from tests.servers.serving import Lines, LoopbackServer, Patience, Reply, Script, listening, send, text

TOO_SHORT = text("Queried interval is too short.\r\n")
NO_RECORD = text("No matching record.\r\n")
_LONGEST_QUERY = 4096


class WhoisServer(LoopbackServer):
    """script: query (without its line end) → reply, text or several of them; or a function of the query.

    patience: how fast it lets itself be asked; refusal and banned: what it says to those who are faster. greeting:
    the reply to a connection before any query (a server that hangs up or says no at once).
    """

    def __init__(
        self,
        script: Mapping[str, Lines[Reply]] | Callable[[str], Lines[Reply]],
        *,
        latency_s: float | Callable[[], float] = 0.0,
        patience: Patience | None = None,
        refusal: Reply = TOO_SHORT,
        banned: Reply = TOO_SHORT,
        greeting: Reply | None = None,
        clock: Callable[[], float] = time.monotonic,
        port: int = 0,
    ) -> None:
        super().__init__(latency_s=latency_s, patience=patience, clock=clock, port=port)
        self.script: Script[Reply] = Script(script, text, NO_RECORD)
        self.refusal, self.banned, self.greeting = refusal, banned, greeting
        self.raw_queries: list[bytes] = []
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        self._server = await listening(None, lambda: _Connection(self), self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def shut(self) -> None:
        if self._server is not None:
            self._server.close()

    def answer(self, raw: bytes) -> Reply:
        """The reply to a query as it came."""
        self.raw_queries.append(raw)
        query = raw.rstrip(b"\r\n").decode("utf-8", "replace")
        verdict = self.visit(query)
        if verdict == "ok":
            return self.script.reply(query)
        return self.banned if verdict == "banned" else self.refusal


class _Connection(asyncio.Protocol):
    def __init__(self, server: WhoisServer) -> None:
        self._server = server
        self._transport: asyncio.Transport | None = None
        self._received = b""
        self._answered = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._server.came(transport)
        if self._server.greeting is not None:
            self._answered = True
            self._server.visit("")
            self._server.spawn(send(self._transport, self._server.greeting))

    def data_received(self, data: bytes) -> None:
        self._received += data
        if self._answered or self._transport is None:
            return
        if b"\n" in self._received or len(self._received) > _LONGEST_QUERY:
            self._answered = True
            reply = self._server.answer(self._received)
            self._server.spawn(send(self._transport, reply, self._server.latency_s()))

    def eof_received(self) -> bool:
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        if self._transport is not None:
            self._server.went(self._transport)
