"""An HTTP/1.1 server on 127.0.0.1 for RDAP objects and web pages, scripted by path, faults included.

with HttpServer({"/com/v1/domain/example.com": json_page({...}), "/": html_page("<html>…")}) as server:
    ask(server.url + "/com/v1/")
    assert server.queries == ["/com/v1/domain/example.com"]
"""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any, cast

from tests.servers.serving import Ending, Lines, LoopbackServer, Patience, Reply, Script, listening, send

_LONGEST_HEAD = 65_536
RDAP_TYPE = "application/rdap+json"


@dataclass(frozen=True)
class Page(Reply):
    """A response. length: what Content-Length says: None for the truth, -1 for no such header (the end of the
    connection ends the body). chunked: sent in chunks, without a length. cuts count in the body."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = None
    chunked: bool = False
    ending: Ending = Ending.KEEP

    def with_headers(self, **headers: str) -> Page:
        """The same with more headers; `_` stands for a hyphen."""
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, headers={**self.headers, **more})

    def on_the_wire(self) -> Reply:
        """Head and body as bytes."""
        body, headers = self.body, dict(self.headers)
        if self.chunked:
            headers["Transfer-Encoding"] = "chunked"
            body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body) if body else b"0\r\n\r\n"
        elif self.length != -1:
            headers["Content-Length"] = str(len(body) if self.length is None else self.length)
        ending = self.ending
        if ending is Ending.KEEP and (self.length is not None and not self.chunked):
            ending = Ending.CLOSE
        if ending is not Ending.KEEP:
            headers["Connection"] = "close"
        phrase = HTTPStatus(self.status).phrase if self.status in set(HTTPStatus) else "Unknown"
        head = f"HTTP/1.1 {self.status} {phrase}\r\n" + "".join(f"{k}: {v}\r\n" for k, v in headers.items())
        packed = head.encode("latin-1") + b"\r\n"
        cuts = tuple(len(packed) + cut for cut in self.cuts)
        return Reply(packed + body, self.delay_s, cuts, self.pause_s, ending)


def json_page(content: object, status: int = 200, **how: Any) -> Page:
    """An RDAP object or error."""
    body = json.dumps(content, ensure_ascii=False).encode()
    return Page(body, status=status, headers={"Content-Type": RDAP_TYPE}, **how)


def html_page(
    markup: str, status: int = 200, charset: str = "utf-8", *, declared: bool = True, **how: Any
) -> Page:
    """A web page. declared: the charset stands in Content-Type."""
    kind = f"text/html; charset={charset}" if declared else "text/html"
    return Page(markup.encode(charset), status=status, headers={"Content-Type": kind}, **how)


def redirect(location: str, status: int = 302) -> Page:
    """Somewhere else."""
    return Page(status=status, headers={"Location": location})


def too_many(retry_after: str | None = None, body: bytes = b"") -> Page:
    """429, with Retry-After (seconds or a date) or without."""
    headers = {"Content-Type": RDAP_TYPE} | ({} if retry_after is None else {"Retry-After": retry_after})
    return Page(body, status=429, headers=headers)


MISSING = json_page({"errorCode": 404, "title": "Not Found"}, 404)


@dataclass(frozen=True)
class Request:
    """A request as it came. headers: names in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""


class HttpServer(LoopbackServer):
    """script: target, or "host target" (as the Host header names it, without a port) → page, text (HTML) or several.

    tls: a context for https. refusal and banned: what those get who are faster than the patience.
    """

    def __init__(
        self,
        script: Mapping[str, Lines[Reply]] | Callable[[str], Lines[Reply]],
        *,
        tls: ssl.SSLContext | None = None,
        latency_s: float | Callable[[], float] = 0.0,
        patience: Patience | None = None,
        refusal: Reply | None = None,
        banned: Reply | None = None,
        clock: Callable[[], float] = time.monotonic,
        port: int = 0,
    ) -> None:
        super().__init__(latency_s=latency_s, patience=patience, clock=clock, port=port)
        self.script: Script[Reply] = Script(script, html_page, MISSING)
        self.refusal = refusal or too_many()
        self.banned = banned or Page(status=403)
        self.seen: list[Request] = []
        self._tls = tls
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """http(s)://127.0.0.1:port, without a final slash."""
        return f"http{'s' if self._tls else ''}://{self.address}"

    async def open(self) -> None:
        self._server = await listening(self._tls, lambda: _Connection(self), self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def shut(self) -> None:
        if self._server is not None:
            self._server.close()

    def answer(self, request: Request) -> Reply:
        """The page for a request."""
        self.seen.append(request)
        verdict = self.visit(request.target)
        if verdict != "ok":
            page = self.banned if verdict == "banned" else self.refusal
        else:
            host = request.headers.get("host", "").rpartition(":")[0] or request.headers.get("host", "")
            path = request.target.partition("?")[0]
            page = self.script.reply(request.target, f"{host} {request.target}", path)
        return page.on_the_wire() if isinstance(page, Page) else page


class _Connection(asyncio.Protocol):
    def __init__(self, server: HttpServer) -> None:
        self._server = server
        self._transport: asyncio.Transport | None = None
        self._received = b""
        self._busy = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._server.came(transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        self._next()

    def _next(self) -> None:
        if self._busy or self._transport is None:
            return
        head, end, rest = self._received.partition(b"\r\n\r\n")
        if not end:
            if len(self._received) > _LONGEST_HEAD:
                self._transport.abort()
            return
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {
            name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
        }
        stated = headers.get("content-length", "0")
        length = int(stated) if stated.isdecimal() else 0
        if len(rest) < length:
            return
        self._received, self._busy = rest[length:], True
        method, target, *_ = [*first.split(" "), "", ""]
        reply = self._server.answer(Request(method, target, headers, rest[:length]))
        self._server.spawn(self._reply(reply))

    async def _reply(self, reply: Reply) -> None:
        if self._transport is not None:
            await send(self._transport, reply, self._server.latency_s())
            if reply.ending is Ending.KEEP:
                self._busy = False
                self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._transport is not None:
            self._server.went(self._transport)
