"""One page over HTTP: a bounded number of hops, each to an address that was checked, a bounded body, a deadline."""

from __future__ import annotations

import asyncio
import ssl
import zlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network
from typing import TYPE_CHECKING, TypeAlias

from auditor.evidence.addresses import is_private
from auditor.evidence.web_charset import decode_page

if TYPE_CHECKING:
    import httpx

MAX_BODY = 1024 * 1024
MAX_HOPS = 5
_MAX_ADDRESSES = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HTML = ("text/html", "application/xhtml+xml")
_PORTS = {"http": 80, "https": 443}
_HEADERS = {
    "User-Agent": "Mozilla/5.0 (compatible; icp-audit)",
    "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1",
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
    "Accept-Encoding": "gzip, deflate",
    "Connection": "close",
}
Network: TypeAlias = "IPv4Network | IPv6Network"
# The addresses of a host, best first; empty where it has none. LookupError where nobody could say.
Resolve: TypeAlias = Callable[[str], Awaitable[Sequence[str]]]
# Where to connect for an address and a port that were found fit: themselves, but for tests.
Route: TypeAlias = Callable[[str, int], tuple[str, int]]


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


class Fetcher:
    """Fetches pages without a session: no cookies, no proxies, a new connection for every hop.

    context: what certificates are verified by. allowed: networks that may be asked although they are private.
    """

    def __init__(
        self, context: ssl.SSLContext, resolve: Resolve, allowed: Sequence[Network] = (), route: Route | None = None
    ) -> None:
        self._context = context
        self._resolve = resolve
        self._allowed = tuple(allowed)
        self._route = route

    async def fetch(self, url: str, deadline: float) -> Fetched:
        """Follow a URL to its page. deadline: the loop's time by which all is over. FetchError where nothing came."""
        import httpx

        at, hops = httpx.URL(url), []
        while True:
            async with _Hop(self, at, deadline) as hop:
                status, location = hop.status, hop.location
                if status not in _REDIRECTS or location is None or len(hops) >= MAX_HOPS:
                    page = await hop.page(url, tuple(hops))
                    return page
            hops.append(str(at))
            at = _next(at, location)

    async def addresses(self, url: httpx.URL, deadline: float) -> list[str]:
        """The addresses that may be connected to for a URL."""
        host = url.raw_host.decode("ascii")
        found = [host] if _is_address(host) else await self._look_up(host, str(url), deadline)
        if not found:
            raise FetchError(Trouble.NO_ADDRESS, str(url))
        public = [address for address in found if not is_private(address, self._allowed)]
        if not public:
            raise FetchError(Trouble.PRIVATE, str(url), found[0])
        return public[:_MAX_ADDRESSES]

    async def _look_up(self, host: str, url: str, deadline: float) -> list[str]:
        try:
            async with asyncio.timeout_at(deadline):
                return list(await self._resolve(host))
        except (LookupError, TimeoutError) as problem:
            raise FetchError(Trouble.UNRESOLVED, url) from problem

    def destination(self, address: str, port: int) -> tuple[str, int]:
        """Where a checked address is reached."""
        return self._route(address, port) if self._route else (address, port)

    @property
    def context(self) -> ssl.SSLContext:
        """What certificates are verified by."""
        return self._context


class _Hop:
    """One request and its response, open as long as the block lasts."""

    def __init__(self, fetcher: Fetcher, url: httpx.URL, deadline: float) -> None:
        self._fetcher, self._url, self._deadline = fetcher, url, deadline
        self._transport: httpx.AsyncHTTPTransport | None = None
        self._response: httpx.Response | None = None

    async def __aenter__(self) -> _Hop:
        addresses = await self._fetcher.addresses(self._url, self._deadline)
        for last, address in ((address is addresses[-1], address) for address in addresses):
            try:
                await self._connect(address, last)
                return self
            except FetchError as problem:
                await self._close()
                # Another address of the host may do where nobody listens at this one.
                if last or problem.trouble not in (Trouble.REFUSED, Trouble.TIMEOUT):
                    raise
        raise FetchError(Trouble.NO_ADDRESS, str(self._url))

    async def __aexit__(self, *_problem: object) -> None:
        await self._close()

    async def _close(self) -> None:
        if self._response is not None:
            await self._response.aclose()
        if self._transport is not None:
            await self._transport.aclose()
        self._response = self._transport = None

    async def _connect(self, address: str, last: bool) -> None:
        """Send the request to this very address: the name is not looked up again, only shown (Host, SNI)."""
        import httpx

        url = self._url
        to, port = self._fetcher.destination(address, url.port or _PORTS[url.scheme])
        host = url.raw_host.decode("ascii")
        now = asyncio.get_running_loop().time()
        # One dead address of several must not use up the time of the rest.
        deadline = self._deadline if last else now + (self._deadline - now) / 2
        request = httpx.Request(
            "GET",
            url.copy_with(host=to, port=port, fragment=None, userinfo=b""),
            headers={**_HEADERS, "Host": url.netloc.decode("ascii").rpartition("@")[2]},
            extensions={"sni_hostname": host},
        )
        self._transport = httpx.AsyncHTTPTransport(verify=self._fetcher.context, trust_env=False)
        try:
            async with asyncio.timeout_at(deadline):
                self._response = await self._transport.handle_async_request(request)
        except TimeoutError as problem:
            raise FetchError(Trouble.TIMEOUT, str(url)) from problem
        except (httpx.HTTPError, ssl.SSLError, OSError, ValueError) as problem:
            raise _fetch_error(problem, str(url)) from problem

    @property
    def _got(self) -> httpx.Response:
        if self._response is None:
            raise RuntimeError("the hop is not open")
        return self._response

    @property
    def status(self) -> int:
        """The status code."""
        return self._got.status_code

    @property
    def location(self) -> str | None:
        """Where a redirect leads."""
        return self._got.headers.get("location")

    async def page(self, asked: str, hops: tuple[str, ...]) -> Fetched:
        """The response with its body, where that is a page."""
        headers = self._got.headers
        kind = headers.get("content-type", "").strip()
        body, truncated, html, charset = b"", False, None, ""
        if kind == "" or kind.partition(";")[0].strip().lower() in _HTML:
            body, truncated = await self._body(headers.get("content-encoding", ""))
            if kind or body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"<", b""):
                html, charset = decode_page(body, kind, cut=truncated)
        return Fetched(
            url=asked,
            final_url=str(self._url),
            status=self.status,
            html=html,
            truncated=truncated,
            tls=self._url.scheme == "https",
            hops=hops,
            content_type=kind[:100],
            charset=charset,
            retry_after=headers.get("retry-after"),
        )

    async def _body(self, encoding: str) -> tuple[bytes, bool]:
        """The body as far as it came, up to the cap; True where it is not whole."""
        import httpx

        inflate = _Inflate(encoding.strip().lower())
        received = bytearray()
        try:
            async with asyncio.timeout_at(self._deadline):
                async for chunk in self._got.aiter_raw():
                    received += inflate.more(chunk, MAX_BODY + 1 - len(received))
                    if len(received) > MAX_BODY:
                        return bytes(received[:MAX_BODY]), True
            if inflate.whole:
                return bytes(received), False
        except (TimeoutError, httpx.HTTPError, OSError, zlib.error) as problem:
            if not received:
                late = isinstance(problem, TimeoutError | httpx.TimeoutException)
                trouble = Trouble.TIMEOUT if late else Trouble.BROKEN
                raise FetchError(trouble, str(self._url), type(problem).__name__) from problem
        return bytes(received), True


class _Inflate:
    """Unpacks a body piece by piece, never more than asked for: a small body may unpack to anything."""

    def __init__(self, encoding: str) -> None:
        self._raw_deflate_tried = encoding != "deflate"
        self._packed = encoding in ("gzip", "x-gzip", "deflate")
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
    import httpx

    try:
        target = at.join(location.strip())
        host = target.raw_host
    except (httpx.InvalidURL, ValueError) as problem:
        raise FetchError(Trouble.BAD_REDIRECT, str(at), location[:200]) from problem
    if target.scheme not in _PORTS or not host:
        raise FetchError(Trouble.BAD_REDIRECT, str(at), location[:200])
    return target


def _fetch_error(problem: BaseException, url: str) -> FetchError:
    """What an error of the transport means, from the first known cause beneath it."""
    import httpx

    cause: BaseException | None = problem
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return FetchError(Trouble.CERTIFICATE, url, cause.verify_message or "not trusted")
        if isinstance(cause, ssl.SSLError):
            return FetchError(Trouble.TLS, url, cause.reason or "handshake failed")
        if isinstance(cause, ConnectionRefusedError):
            return FetchError(Trouble.REFUSED, url)
        cause = cause.__cause__ or cause.__context__
    if isinstance(problem, httpx.TimeoutException):
        return FetchError(Trouble.TIMEOUT, url)
    return FetchError(Trouble.BROKEN, url, type(problem).__name__)


def _is_address(host: str) -> bool:
    from ipaddress import ip_address

    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
