"""One page over HTTP: a bounded number of hops, each to an address that was checked, a bounded body, a deadline."""

from __future__ import annotations

import asyncio
import socket
import ssl
import zlib
from dataclasses import dataclass
from enum import StrEnum

import httpx

from auditor.evidence.addresses import DestinationRefused
from auditor.evidence.web_charset import decode_page

MAX_BODY = 1024 * 1024
MAX_HOPS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HTML = ("text/html", "application/xhtml+xml")
_SCHEMES = ("http", "https")
_PACKED = ("gzip", "x-gzip", "deflate")
_HEADERS = {
    "User-Agent": "Mozilla/5.0 (compatible; icp-audit)",
    "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1",
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
    "Accept-Encoding": "gzip, deflate",
    "Connection": "close",
}
_NO_ADDRESS = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})


class Trouble(StrEnum):
    """Why no response came."""

    NO_ADDRESS = "no_address"
    UNRESOLVED = "unresolved"  # the resolver could not say
    PRIVATE = "private_address"
    REFUSED = "connection_refused"
    TIMEOUT = "timeout"
    BROKEN = "connection_broken"
    CERTIFICATE = "certificate"
    TLS = "tls"
    BAD_REDIRECT = "bad_redirect"


class FetchError(Exception):
    """No response. detail: a few words for people, without anything secret; url: the hop at which it went wrong."""

    def __init__(self, trouble: Trouble, url: str, detail: str = "") -> None:
        super().__init__(trouble)
        self.trouble, self.url, self.detail = trouble, url, detail


@dataclass(frozen=True, slots=True)
class Fetched:
    """The last response of a chain of hops. html: None where the body is no page; tls: it came over verified TLS.

    hops: the URLs that redirected, in order. charset: what the page was read in.
    """

    url: str
    final_url: str
    status: int
    html: str | None
    truncated: bool
    tls: bool
    hops: tuple[str, ...] = ()
    content_type: str = ""
    charset: str = ""
    retry_after: str | None = None

    @property
    def opened(self) -> bool:
        """True for a page that a visitor would see."""
        return 200 <= self.status < 300 and bool(self.html and self.html.strip())


async def fetch(transport: httpx.AsyncBaseTransport, url: str, deadline: float) -> Fetched:
    """Follow a URL to its page, without cookies or proxies. FetchError where nothing came.

    transport: checks every hop's destination and connects to the address it has checked. deadline: the loop's time
    by which all is over.
    """
    at = httpx.URL(url)
    hops: list[str] = []
    while True:
        response = await _request(transport, at, deadline)
        try:
            location = response.headers.get("location")
            if response.status_code not in _REDIRECTS or location is None or len(hops) >= MAX_HOPS:
                return await _page(response, url, at, tuple(hops), deadline)
        finally:
            await response.aclose()
        hops.append(str(at))
        at = _next(at, location)


async def _request(transport: httpx.AsyncBaseTransport, url: httpx.URL, deadline: float) -> httpx.Response:
    remaining_s = max(deadline - asyncio.get_running_loop().time(), 0.001)
    # One dead address of several must not use up the time of the rest.
    waits = {"connect": remaining_s / 2, "read": remaining_s, "write": remaining_s, "pool": remaining_s}
    request = httpx.Request("GET", url, headers=_HEADERS, extensions={"timeout": waits})
    try:
        async with asyncio.timeout_at(deadline):
            return await transport.handle_async_request(request)
    except (TimeoutError, httpx.HTTPError, OSError, ValueError) as problem:
        raise _fetch_error(problem, str(url)) from problem


async def _page(
    response: httpx.Response, asked: str, at: httpx.URL, hops: tuple[str, ...], deadline: float
) -> Fetched:
    """The response with its body, where that is a page."""
    kind = response.headers.get("content-type", "").strip()
    html, charset, truncated = None, "", False
    if kind == "" or kind.partition(";")[0].strip().lower() in _HTML:
        body, truncated = await _body(response, str(at), deadline)
        # Without a type, what begins like markup is taken for it.
        if kind or body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"<", b""):
            html, charset = decode_page(body, kind, cut=truncated)
    return Fetched(
        url=asked,
        final_url=str(at),
        status=response.status_code,
        html=html,
        truncated=truncated,
        tls=at.scheme == "https",
        hops=hops,
        content_type=kind[:100],
        charset=charset,
        retry_after=response.headers.get("retry-after"),
    )


async def _body(response: httpx.Response, url: str, deadline: float) -> tuple[bytes, bool]:
    """The body as far as it came, up to the cap; True where it is not whole. FetchError where none of it came."""
    received = bytearray()
    try:
        inflate = _Inflate(response.headers.get("content-encoding", "").strip().lower())
        async with asyncio.timeout_at(deadline):
            async for chunk in response.aiter_raw():
                received += inflate.more(chunk, MAX_BODY + 1 - len(received))
                if len(received) > MAX_BODY:
                    return bytes(received[:MAX_BODY]), True
        return bytes(received), not inflate.whole
    except (TimeoutError, httpx.HTTPError, OSError, zlib.error) as problem:
        if not received:
            raise _fetch_error(problem, url) from problem
    return bytes(received), True


class _Inflate:
    """Unpacks a body piece by piece, never more than asked for: a small body may unpack to anything."""

    def __init__(self, encoding: str) -> None:
        self._raw_deflate_tried = encoding != "deflate"
        self._packed = encoding in _PACKED
        if not self._packed and encoding not in ("", "identity"):
            raise zlib.error(f"unknown encoding {encoding[:20]}")
        self._stream = zlib.decompressobj(zlib.MAX_WBITS | 32)

    def more(self, chunk: bytes, most: int) -> bytes:
        """What a piece unpacks to, `most` bytes at most."""
        if not self._packed:
            return chunk[:most]
        try:
            return self._stream.decompress(chunk, most)
        except zlib.error:
            if self._raw_deflate_tried:
                raise
            # Some servers send "deflate" without the header that belongs to it.
            self._raw_deflate_tried = True
            self._stream = zlib.decompressobj(-zlib.MAX_WBITS)
            return self._stream.decompress(chunk, most)

    @property
    def whole(self) -> bool:
        """True where the packed stream came to its end."""
        return not self._packed or self._stream.eof


def _next(at: httpx.URL, location: str) -> httpx.URL:
    try:
        target = at.join(location.strip())
        host = target.raw_host
    except (httpx.InvalidURL, ValueError) as problem:
        raise FetchError(Trouble.BAD_REDIRECT, str(at), location[:200]) from problem
    if target.scheme not in _SCHEMES or not host:
        raise FetchError(Trouble.BAD_REDIRECT, str(at), location[:200])
    return target


def _fetch_error(problem: BaseException, url: str) -> FetchError:
    """What an error of the transport means, from the first known cause beneath it."""
    if isinstance(problem, TimeoutError | httpx.TimeoutException):
        return FetchError(Trouble.TIMEOUT, url)
    cause: BaseException | None = problem
    while cause is not None:
        match cause:
            case DestinationRefused():
                return FetchError(Trouble.PRIVATE, url, str(cause))
            case socket.gaierror():
                known = cause.errno in _NO_ADDRESS
                return FetchError(Trouble.NO_ADDRESS if known else Trouble.UNRESOLVED, url)
            case ssl.SSLCertVerificationError():
                return FetchError(Trouble.CERTIFICATE, url, cause.verify_message or "not trusted")
            case ssl.SSLEOFError() | ssl.SSLZeroReturnError():
                return FetchError(Trouble.BROKEN, url, type(cause).__name__)
            case ssl.SSLError():
                return FetchError(Trouble.TLS, url, cause.reason or "handshake failed")
            case ConnectionRefusedError():
                return FetchError(Trouble.REFUSED, url)
        cause = cause.__cause__ or cause.__context__
    return FetchError(Trouble.BROKEN, url, type(problem).__name__)
