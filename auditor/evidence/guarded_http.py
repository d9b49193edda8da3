"""HTTP that connects only to checked addresses, and bodies that are read to a cap."""

from __future__ import annotations

import ipaddress
import ssl
import zlib
from dataclasses import dataclass

import httpx

from auditor.evidence.addresses import NOTHING_PRIVATE, Allowed, Resolve, SystemResolver, checked_addresses

ANYWHERE = "anywhere"
_PORTS = {"http": 80, "https": 443}
_PACKED = ("gzip", "x-gzip", "deflate")


class GuardedTransport(httpx.AsyncBaseTransport):
    """Resolves a request's host, refuses private addresses, and connects to the address it has checked.

    The Host header and the name in TLS stay the host's. A request with the extension ANYWHERE goes to a host that the
    program's own tables or the policy name: its addresses are not judged. keep_alive: connections are kept for each host by itself; off
    for askers that see a new host with every request. OSError problems come as httpx.ConnectError.
    """

    def __init__(
        self,
        allowed: Allowed = NOTHING_PRIVATE,
        *,
        resolve: Resolve | None = None,
        tls: ssl.SSLContext | None = None,
        keep_alive: bool = False,
        local_address: str | None = None,
    ) -> None:
        self._allowed = allowed
        self._resolve: Resolve = resolve or SystemResolver()
        self._tls = tls or httpx.create_ssl_context()
        self._keep_alive = keep_alive
        self._local_address = local_address
        self._pools: dict[str, httpx.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; the first of the checked addresses that can be reached is used."""
        host = request.url.raw_host.decode("ascii")
        port = request.url.port or _PORTS.get(request.url.scheme, 443)
        try:
            allowed = Allowed(frozenset({host})) if request.extensions.get(ANYWHERE) else self._allowed
            addresses = await checked_addresses(host, port, allowed, self._resolve)
        except OSError as problem:
            raise httpx.ConnectError(str(problem), request=request) from problem
        pool = self._pool(host)
        for address in addresses[:-1]:
            try:
                return await pool.handle_async_request(_to(request, host, address, len(addresses) + 1))
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return await pool.handle_async_request(_to(request, host, addresses[-1]))

    async def aclose(self) -> None:
        """Close all connections."""
        for pool in self._pools.values():
            await pool.aclose()
        self._pools.clear()

    def _pool(self, host: str) -> httpx.AsyncHTTPTransport:
        # Pools know connections by address. Two hosts at one address must not share a connection: its
        # certificate was checked for one of them only.
        key = host if self._keep_alive else ""
        pool = self._pools.get(key)
        if pool is None:
            limits = httpx.Limits(
                max_connections=None, max_keepalive_connections=8 if self._keep_alive else 0
            )
            pool = httpx.AsyncHTTPTransport(
                verify=self._tls, limits=limits, local_address=self._local_address, trust_env=False
            )
            self._pools[key] = pool
        return pool


def _to(request: httpx.Request, host: str, address: str, share: int = 1) -> httpx.Request:
    """The request to one address. share: it may take this part of the time to connect, the rest is for the others."""
    extensions = dict(request.extensions)
    times = extensions.get("timeout")
    if share > 1 and isinstance(times, dict) and times.get("connect"):
        extensions["timeout"] = {**times, "connect": times["connect"] / share}
    if not _is_literal(host):
        extensions["sni_hostname"] = host.rstrip(".")
    return httpx.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions=extensions,
    )


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Body:
    """A body as far as it was read. whole: False where the cap cut it off or it could not be unpacked."""

    data: bytes
    whole: bool


async def read_body(response: httpx.Response, cap: int) -> Body:
    """Read a streamed response to at most cap bytes, unpacked; a packed body never grows beyond it in memory."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("", "identity", *_PACKED):
        return Body(b"", False)
    unpack = zlib.decompressobj(wbits=47) if encoding in _PACKED else None
    data = bytearray()
    async for piece in response.aiter_raw():
        try:
            data += unpack.decompress(piece, cap + 1 - len(data)) if unpack else piece
        except zlib.error:
            return Body(bytes(data[:cap]), False)
        if len(data) > cap:
            return Body(bytes(data[:cap]), False)
    return Body(bytes(data), unpack is None or unpack.eof or not data)
