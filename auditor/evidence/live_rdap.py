"""RDAP asked live: the registry first, then the registrar that its answer links to, each a look-up of its own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import unquote, urljoin, urlsplit

from auditor.evidence.addresses import NOTHING_PRIVATE, Allowed, DestinationRefused, Resolve
from auditor.evidence.answer import Registration
from auditor.evidence.asking import Asked, Question, Signal
from auditor.evidence.hostnames import same_name
from auditor.evidence.interpretation import interpret
from auditor.evidence.observing import WallClock, observed
from auditor.evidence.registrar_hosts import RegistrarHosts, place
from auditor.evidence.servers import Authorities
from auditor.evidence.waits import retry_after, wait_in_text
from auditor.evidence.whois_exchange import is_clean
from auditor.model.evidence import Outcome
from auditor.model.values import DomainName
from auditor.model.words import Source
from auditor.rules.registries import Registries

if TYPE_CHECKING:
    import httpx

MAX_BODY = 1024 * 1024
MAX_REDIRECTS = 3
# A page in place of an object is kept as far as it may tell a person what happened.
_MAX_TEXT = 16_384
_MAX_LINKS = 50
_ACCEPT = "application/rdap+json, application/json;q=0.9"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class RdapAsker:
    """Asks the RDAP service of a suffix.

    registrars: the hosts that a `related` link or a redirect may lead to, besides the registries' own; links and
    redirects must be https (or stay where the policy's own http address is). allowed: private destinations that are
    allowed all the same. transport: what carries the requests instead of the guarded one (tests).
    """

    name = str(Source.RDAP)

    def __init__(
        self,
        registries: Registries,
        clock: WallClock,
        *,
        timeout_s: float,
        registrars: RegistrarHosts | None = None,
        allowed: Allowed = NOTHING_PRIVATE,
        user_agent: str = "icp-audit",
        resolve: Resolve | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        local_address: str | None = None,
    ) -> None:
        self._registries = registries
        self._clock = clock
        self._timeout_s = timeout_s
        self._registrars = registrars or RegistrarHosts()
        self._allowed = allowed
        self._user_agent = user_agent
        self._resolve = resolve
        self._transport = transport
        self._local_address = local_address
        self._client: httpx.AsyncClient | None = None
        self._authorities = Authorities(registries)

    def questions(self, domain: DomainName) -> Sequence[Question]:
        """The registry's service; nothing for a suffix without one (.cn, .中国)."""
        base = self._base(domain.alabel)
        if not base or not is_clean(domain.alabel):
            return ()
        bare = DomainName(domain.ulabel, domain.alabel)
        group = self._registries.rdap_group(domain.alabel) or f"rdap:{place(base)}"
        return (Question(bare, self.name, base, group, f"{base}domain/{domain.alabel}"),)

    async def ask(self, question: Question) -> Asked:
        """Ask for one domain object, redirects included, under one deadline."""
        import httpx

        listed = place(question.key) in self._known(question)
        if not listed or not _asks_for(question.key, question.domain.alabel):
            return self._asked(question, "unsupported", Signal.OK)
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._follow(question)
        except (TimeoutError, httpx.TimeoutException):
            return self._asked(question, "timeout", Signal.FAILED)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError):
            return self._asked(question, "error", Signal.FAILED)

    async def close(self) -> None:
        """Close all connections."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _follow(self, question: Question) -> Asked:
        from auditor.evidence.guarded_http import ANYWHERE, read_body

        url = question.key
        own = {place(base) for base in self._registries.rdap_bases(question.domain.alabel)}
        for _hop in range(MAX_REDIRECTS + 1):
            # The registry's services are the bootstrap's or the policy's: they may be anywhere.
            extensions = {ANYWHERE: place(url) in own}
            async with self._opened().stream("GET", url, extensions=extensions) as response:
                if response.status_code in _REDIRECTS:
                    url = self._next(question, url, response.headers.get("location", ""))
                    continue
                body = await read_body(response, MAX_BODY)
                if not body.whole:
                    return self._asked(question, "error", Signal.FAILED)
                return self._told(question, url, response, body.data)
        return self._asked(question, "error", Signal.FAILED)

    def _told(self, question: Question, url: str, response: httpx.Response, data: bytes) -> Asked:
        status, now = response.status_code, self._clock.now()
        wait_s = retry_after(response.headers.get("retry-after"), now)
        # An answer by another host than the one asked is that host's word.
        server = question.server if place(url) == place(question.server) else _base_of(url)
        if status == 429:
            wait_s = wait_s if wait_s is not None else wait_in_text(_text(data), now)
            return self._asked(question, "throttled", Signal.REFUSED, wait_s, server=server)
        if status in (401, 403):
            return self._asked(question, "refused", Signal.REFUSED, wait_s, server=server)
        if status == 501:
            return self._asked(question, "unsupported", Signal.OK, server=server)
        if status >= 500:
            signal = Signal.FAILED if wait_s is None else Signal.REFUSED
            return self._asked(question, "error", signal, wait_s, server=server)
        raw = _raw(status, data)
        observation = observed(self._clock, question.domain, self.name, server, "answered", raw)
        answer = interpret(observation, self._authorities)
        if answer.outcome in (Outcome.THROTTLED, Outcome.REFUSED):
            wait_s = wait_s if wait_s is not None else wait_in_text(_text(data), now)
            return Asked(observation, Signal.REFUSED, wait_s)
        links: tuple[Question, ...] = ()
        if isinstance(answer.content, Registration) and isinstance(raw, dict):
            links = self._related(question, raw)
        return Asked(observation, Signal.OK, None, links)

    def _related(self, question: Question, raw: Mapping[str, object]) -> tuple[Question, ...]:
        """The registrar's object about the same domain, on a registrar's host that is known; only from a registry."""
        if not self._is_registry(question):
            return ()
        links = raw.get("links")
        for link in links[:_MAX_LINKS] if isinstance(links, list) else ():
            if not isinstance(link, dict) or str(link.get("rel", "")).lower() != "related":
                continue
            address = link.get("href")
            if not isinstance(address, str) or not _asks_for(address, question.domain.alabel):
                continue
            group = self._registrars.rdap.get(place(address))
            if group is None or not self._may_leave(question, address):
                continue
            return (Question(question.domain, self.name, _base_of(address), group, address),)
        return ()

    def _next(self, question: Question, url: str, location: str) -> str:
        """Where a redirect leads: the same question, to a host that is known. DestinationRefused otherwise."""
        target = urljoin(url, location)
        known = place(target) in self._known(question)
        if not (location and known and self._may_leave(question, target)):
            raise DestinationRefused("the redirect leads off the known services")
        if not _asks_for(target, question.domain.alabel):
            raise DestinationRefused("the redirect is about another name")
        return target

    def _known(self, question: Question) -> frozenset[str]:
        """The hosts that may answer: the suffix's services, and registrars for a registrar's link."""
        own = {place(base) for base in self._registries.rdap_bases(question.domain.alabel)}
        return frozenset(own if self._is_registry(question) else own | self._registrars.rdap.keys())

    def _may_leave(self, question: Question, target: str) -> bool:
        """True for https; for http only where the look-up itself is of http, on an address that the policy gave."""
        scheme = urlsplit(target).scheme
        return scheme == "https" or (scheme == "http" and urlsplit(question.key).scheme == "http")

    def _is_registry(self, question: Question) -> bool:
        return question.server == self._base(question.domain.alabel)

    def _base(self, name: str) -> str:
        if self._registries.has_no_rdap(name):
            return ""
        bases = self._registries.rdap_bases(name)
        return bases[0] if bases else ""

    def _opened(self) -> httpx.AsyncClient:
        if self._client is None:
            import httpx

            from auditor.evidence.guarded_http import GuardedTransport

            transport = self._transport or GuardedTransport(
                self._allowed, resolve=self._resolve, keep_alive=True, local_address=self._local_address
            )
            headers = {"Accept": _ACCEPT, "Accept-Encoding": "gzip", "User-Agent": self._user_agent}
            self._client = httpx.AsyncClient(
                transport=transport, headers=headers, timeout=self._timeout_s, follow_redirects=False
            )
        return self._client

    def _asked(
        self, question: Question, outcome: str, signal: Signal, wait_s: float | None = None, server: str = ""
    ) -> Asked:
        named = server or question.server
        return Asked(observed(self._clock, question.domain, self.name, named, outcome), signal, wait_s)


def _raw(status: int, data: bytes) -> object:
    """What is recorded: the object as it came, with the error code that the status line says where it lacks one; text
    for anything that is no object.

    RFC 7480 5.3: 404 says that there is no such domain, with or without a body. A 404 whose body is a page or some
    other service's JSON says that the address is wrong, and nothing of the domain.
    """
    if status == 404 and not data.strip():
        return {"errorCode": status}
    found = _json_object(data)
    if found is None or _is_foreign(status, found):
        # Not the bare body: its own "status": 404 would read as the registry's word.
        return f"HTTP {status}\n\n{_text(data)}"
    return {**found, "errorCode": status} if status >= 400 and "errorCode" not in found else found


def _is_foreign(status: int, found: Mapping[str, object]) -> bool:
    """True for JSON that is no RDAP: a gateway's or some framework's error, or an object beside an error status."""
    is_object = "objectClassName" in found or "ldhName" in found
    if status >= 400:
        return is_object or not ("errorCode" in found or "rdapConformance" in found)
    speaks_of_404 = any(str(found.get(key)) == "404" for key in ("status", "httpStatus", "http_status"))
    return not is_object and "errorCode" not in found and speaks_of_404


def _json_object(data: bytes) -> dict[str, object] | None:
    try:
        text = data.decode("utf-8-sig")
        found = json.loads(text, parse_constant=_not_json, parse_float=_finite)
        if "\\ud" in text.lower():
            # A lone surrogate is no text: it can be neither hashed nor stored.
            plain = json.dumps(found, ensure_ascii=False).encode("utf-8", "replace")
            found = json.loads(plain)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _not_json(word: str) -> NoReturn:
    raise ValueError(f"{word} is not JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError("the number is too large")
    return number


def _text(data: bytes) -> str:
    return data[:_MAX_TEXT].decode("utf-8", "replace")


def _asks_for(url: str, name: str) -> bool:
    """True for an address …/domain/<name> without user name, query or fragment, about this very domain."""
    if any(ch <= " " or ch == "\\" or ch == "\x7f" for ch in url):
        return False
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or not host or parts.username is not None:
        return False
    head, _slash, last = parts.path.rstrip("/").rpartition("/")
    plain = not parts.query and not parts.fragment and head.lower().endswith("/domain")
    return plain and is_clean(name) and same_name(unquote(last), name)


def _base_of(url: str) -> str:
    """`https://host/path/` before `domain/<name>`."""
    head = url.rstrip("/").rpartition("/")[0]
    return head[: -len("domain")]
