"""Addresses of hosts by the run's own resolvers, so that a page comes from where the DNS evidence points."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence

from auditor.evidence.live_dns import ask_nameserver, read_nameserver

_KEPT = 4096


class NamedResolver:
    """Asks the given name servers (`ip` or `ip:port`) in turn for A and AAAA. timeout_s: for one host altogether.

    What was found is kept for the run: the names of one site are resolved for https and again for http.
    """

    def __init__(self, nameservers: Sequence[str], *, timeout_s: float) -> None:
        self._servers = [read_nameserver(one) for one in nameservers]
        self._timeout_s = timeout_s
        self._kept: dict[str, tuple[str, ...]] = {}

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """The addresses of a host; socket.gaierror: EAI_NONAME where every resolver says that there are none,
        EAI_AGAIN where one could not say."""
        found = self._kept.get(host)
        if found is None:
            found = await self._ask(host)
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            self._kept[host] = found
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return found

    async def _ask(self, host: str) -> tuple[str, ...]:
        loop = asyncio.get_running_loop()
        failed = False
        for server in self._servers:
            deadline = loop.time() + self._timeout_s / len(self._servers)
            replies = await asyncio.gather(
                *(ask_nameserver(server, host, kind, deadline) for kind in ("A", "AAAA"))
            )
            found = tuple(address for reply in replies for address in reply.records)
            if found:
                return found
            failed = failed or any(reply.failed for reply in replies)
        if failed:
            raise socket.gaierror(socket.EAI_AGAIN, "the resolvers could not say")
        return ()
