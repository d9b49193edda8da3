"""One WHOIS exchange (RFC 3912): connect, send a line, read to the end, all under one deadline and a cap."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from auditor.evidence.servers import server_host

MAX_REPLY = 65_536
PORT = 43
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ALABEL = re.compile(rf"(?=.{{4,253}}\Z){_LABEL}(?:\.{_LABEL})+\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Exchange:
    """How an exchange went. outcome: answered, timeout or error; whole: False where the cap cut the reply off."""

    outcome: str
    data: bytes = b""
    whole: bool = True


def is_clean(name: str) -> bool:
    """True for a domain as A-labels and nothing else: no blank, no line break, no option a server could take."""
    return _ALABEL.match(name) is not None


def endpoint(server: str) -> tuple[str, int] | None:
    """Host and port of host, host:port or [v6]:port; None for what is none of these."""
    host = server_host(server)
    rest = server.strip().rpartition("]")[2] if server.strip().startswith("[") else server.strip()
    colon, port = rest.count(":"), rest.rpartition(":")[2]
    if (
        not host
        or colon > 1
        or (colon and not (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65536))
    ):
        return None
    return host, int(port) if colon else PORT


async def exchange(
    addresses: Sequence[str], port: int, query: str, *, connect_s: float, local_address: str | None = None
) -> Exchange:
    """Send a query to the first address that can be reached and read the reply to its end.

    The deadline is the caller's (asyncio.timeout); where it strikes, the connection is cut. connect_s: seconds that
    one address may take to connect while others are left to try (a host may have an address nobody can reach).
    """
    loop = asyncio.get_running_loop()
    source = None if local_address is None else (local_address, 0)
    for index, address in enumerate(addresses):
        received: asyncio.Future[Exchange] = loop.create_future()

        def conversation(received: asyncio.Future[Exchange] = received) -> _Conversation:
            return _Conversation(query, received)

        try:
            async with asyncio.timeout(None if index == len(addresses) - 1 else connect_s):
                transport, _protocol = await loop.create_connection(
                    conversation, address, port, local_addr=source
                )
        except OSError:
            if index < len(addresses) - 1:
                continue
            return Exchange("error")
        try:
            return await received
        finally:
            transport.abort()
    return Exchange("error")


class _Conversation(asyncio.Protocol):
    """The bytes of one reply, kept as they come."""

    def __init__(self, query: str, received: asyncio.Future[Exchange]) -> None:
        self._query = query
        self._received = received
        self._data = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        cast(asyncio.Transport, transport).write(self._query.encode("ascii") + b"\r\n")

    def data_received(self, data: bytes) -> None:
        self._data += data
        if len(self._data) > MAX_REPLY:
            self._finish(Exchange("answered", bytes(self._data[:MAX_REPLY]), False))

    def eof_received(self) -> None:
        self._finish(Exchange("answered", bytes(self._data)))

    def connection_lost(self, exc: Exception | None) -> None:
        self._finish(Exchange("answered" if exc is None else "error", bytes(self._data)))

    def _finish(self, exchange: Exchange) -> None:
        if not self._received.done():
            self._received.set_result(exchange)
