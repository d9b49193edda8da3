"""The home page of a domain, asked live: https before http, www and apex, until one of them opens."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from auditor.evidence.addresses import NOTHING_PRIVATE, Allowed, Resolve
from auditor.evidence.asking import Asked, Question, Signal
from auditor.evidence.observing import WallClock, observed
from auditor.evidence.waits import retry_after
from auditor.model.values import DomainName
from auditor.model.words import Source

if TYPE_CHECKING:
    from auditor.evidence.guarded_http import GuardedTransport
    from auditor.evidence.web_fetch import Fetched, FetchError, Trouble

_PORTS = {"https": 443, "http": 80}
# Statuses by which a server puts off one who asks too often (RFC 6585 4; 503 where it says for how long).
_TOO_MANY, _UNAVAILABLE = 429, 503


class WebAsker:
    """Asks for the home page: https://www, https://apex, http://www, http://apex, until one opens.

    https counts only with a certificate that verifies; otherwise http is tried and the observation says why.
    timeout_s: for all of it together. allowed: private destinations that the policy permits, for every hop. resolve:
    the addresses of a host (the system's resolver by default). tls: what certificates are verified by. ports: other
    ports for http and https.
    """

    name = str(Source.WEB)

    def __init__(
        self,
        clock: WallClock,
        *,
        timeout_s: float,
        allowed: Allowed = NOTHING_PRIVATE,
        resolve: Resolve | None = None,
        tls: ssl.SSLContext | None = None,
        ports: Mapping[str, int] = _PORTS,
    ) -> None:
        self._clock = clock
        self._timeout_s = timeout_s
        self._allowed, self._resolve, self._tls = allowed, resolve, tls
        self._ports = {**_PORTS, **ports}
        self._transport: GuardedTransport | None = None

    def questions(self, domain: DomainName) -> Sequence[Question]:
        """One look-up. Every site is a server of its own: one that is down says nothing about another."""
        www = f"https://www.{domain.alabel}/"
        bare = DomainName(domain.ulabel, domain.alabel)
        return [Question(bare, self.name, www, f"web:{domain.alabel}", domain.alabel)]

    async def ask(self, question: Question) -> Asked:
        """Try the addresses of the home page in turn; each has at most half of the time that is left."""
        from auditor.evidence.web_fetch import FetchError, Trouble, fetch

        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._timeout_s
        candidates = self._candidates(question.domain.alabel)
        pages: list[Fetched] = []
        problems: list[FetchError] = []
        without_address: set[str] = set()
        for left, (host, url) in zip(range(len(candidates), 0, -1), candidates, strict=True):
            if host in without_address:
                continue
            now = loop.time()
            until = deadline if left == 1 else now + (deadline - now) / 2
            try:
                page = await fetch(self._opened(), url, until)
            except FetchError as problem:
                problems.append(problem)
                if problem.trouble is Trouble.NO_ADDRESS and problem.url == url:
                    without_address.add(host)
                continue
            if page.opened:
                return self._answered(question, page, problems)
            pages.append(page)
        if without_address == {host for host, _url in candidates}:
            # The resolvers have answered: there is no site to ask.
            raw = {"url": question.server, "error": str(Trouble.NO_ADDRESS)}
            made = observed(self._clock, question.domain, self.name, question.server, "answered", raw)
            return Asked(made, Signal.OK)
        return self._unopened(question, pages, problems)

    async def close(self) -> None:
        """Give back connections."""
        if self._transport is not None:
            await self._transport.aclose()
            self._transport = None

    def _opened(self) -> GuardedTransport:
        from auditor.evidence.guarded_http import GuardedTransport

        if self._transport is None:
            self._transport = GuardedTransport(self._allowed, resolve=self._resolve, tls=self._tls)
        return self._transport

    def _candidates(self, alabel: str) -> list[tuple[str, str]]:
        """(host, URL) in the order in which they are tried."""
        return [
            (host, f"{scheme}://{host}{'' if port == _PORTS[scheme] else f':{port}'}/")
            for scheme in ("https", "http")
            for host in (f"www.{alabel}", alabel)
            for port in (self._ports[scheme],)
        ]

    def _unopened(
        self, question: Question, pages: Sequence[Fetched], problems: Sequence[FetchError]
    ) -> Asked:
        """No page opened. A status counts only where nothing else might have opened: a time-out may be ours."""
        from auditor.evidence.web_fetch import Trouble

        settled = {Trouble.NO_ADDRESS, Trouble.REFUSED, Trouble.CERTIFICATE, Trouble.TLS, Trouble.PRIVATE}
        for page in pages:
            wait_s = retry_after(page.retry_after, self._clock.now())
            if page.status == _TOO_MANY or (page.status == _UNAVAILABLE and wait_s is not None):
                raw = {"url": page.url, "status": page.status, "error": "throttled"}
                made = observed(self._clock, question.domain, self.name, question.server, "throttled", raw)
                return Asked(made, Signal.REFUSED, wait_s)
        open_ends = [problem for problem in problems if problem.trouble not in settled]
        if pages and not open_ends:
            # A page that is none (an image, JSON) is still more than an error status.
            best = min(pages, key=lambda page: not 200 <= page.status < 300)
            return self._answered(question, best, problems)
        told = sorted(problems, key=lambda problem: _tells(problem, settled))
        return self._failed(question, told[0], pages)

    def _answered(self, question: Question, page: Fetched, problems: Sequence[FetchError]) -> Asked:
        raw: dict[str, object] = {
            "url": page.url,
            "status": page.status,
            "html": page.html,
            "final_url": page.final_url,
            "truncated": page.truncated,
            "tls": page.tls,
        }
        if page.hops:
            raw["redirects"] = list(page.hops)
        if page.html is None:
            raw["content_type"] = page.content_type
        else:
            raw["charset"] = page.charset
        raw |= _tls_notes(problems)
        made = observed(self._clock, question.domain, self.name, question.server, "answered", raw)
        return Asked(made, Signal.OK)

    def _failed(self, question: Question, problem: FetchError, pages: Sequence[Fetched]) -> Asked:
        from auditor.evidence.web_fetch import Trouble

        raw: dict[str, object] = {"url": problem.url, "error": str(problem.trouble)}
        if problem.detail:
            raw["detail"] = problem.detail
        if pages:
            raw["statuses"] = [page.status for page in pages]
        raw |= _tls_notes([problem])
        outcome = "timeout" if problem.trouble is Trouble.TIMEOUT else "error"
        # A site that is not there, or that must not be asked, is no server that is down.
        unasked = problem.trouble in (
            Trouble.NO_ADDRESS,
            Trouble.PRIVATE,
            Trouble.CERTIFICATE,
            Trouble.BAD_REDIRECT,
        )
        made = observed(self._clock, question.domain, self.name, question.server, outcome, raw)
        return Asked(made, Signal.OK if unasked else Signal.FAILED)


def _tells(problem: FetchError, settled: Collection[Trouble]) -> int:
    """The order in which problems are told: what is still open, what the site itself does, what is not there."""
    from auditor.evidence.web_fetch import Trouble

    if problem.trouble not in settled:
        return 0
    order = (Trouble.PRIVATE, Trouble.CERTIFICATE, Trouble.TLS, Trouble.REFUSED, Trouble.NO_ADDRESS)
    return 1 + order.index(problem.trouble)


def _tls_notes(problems: Sequence[FetchError]) -> dict[str, object]:
    """What stood against https: the first certificate that did not verify, the first handshake that failed."""
    from auditor.evidence.web_fetch import Trouble

    notes: dict[str, object] = {}
    for problem in problems:
        if problem.trouble is Trouble.CERTIFICATE:
            notes.setdefault("certificate_error", problem.detail)
        elif problem.trouble is Trouble.TLS:
            notes.setdefault("tls_error", problem.detail)
    return notes
