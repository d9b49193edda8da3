"""WHOIS asked live, one connection a query: for suffixes without RDAP, and for those that the policy gives a server."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from auditor.evidence.addresses import NOTHING_PRIVATE, Allowed, Resolve, SystemResolver, checked_addresses
from auditor.evidence.answer import Answer, Hidden, Registration
from auditor.evidence.asking import Asked, Question, Signal
from auditor.evidence.hostnames import alabel
from auditor.evidence.interpretation import interpret
from auditor.evidence.keyvalue import all_values, key_values
from auditor.evidence.observing import WallClock, observed
from auditor.evidence.registrar_hosts import RegistrarHosts
from auditor.evidence.reply_text import decode_reply
from auditor.evidence.servers import Authorities, server_host
from auditor.evidence.waits import wait_in_text
from auditor.evidence.whois_exchange import PORT, Exchange, endpoint, exchange, is_clean
from auditor.model.evidence import Observation, Outcome
from auditor.model.values import DomainName
from auditor.model.words import Source
from auditor.rules.registries import Registries

_REFUSALS = frozenset({Outcome.THROTTLED, Outcome.REFUSED})
_READ = frozenset({Outcome.FOUND, Outcome.NOT_FOUND, Outcome.RESERVED})
_SHORT = 2000


class WhoisAsker:
    """Asks the registry's server on port 43, and the registrar's behind a thin answer.

    servers: suffix → host or host:port that the policy names; its look-ups go there, RDAP or not. everywhere: also
    ask where RDAP would be asked (it is no source of this run). registrars: the hosts a referral may lead to.
    allowed: private destinations that a referral may have all the same.
    """

    name = str(Source.WHOIS)

    def __init__(
        self,
        registries: Registries,
        clock: WallClock,
        *,
        timeout_s: float,
        servers: Mapping[str, str] | None = None,
        registrars: RegistrarHosts | None = None,
        everywhere: bool = False,
        allowed: Allowed = NOTHING_PRIVATE,
        resolve: Resolve | None = None,
        local_address: str | None = None,
    ) -> None:
        self._registries = registries
        self._clock = clock
        self._timeout_s = timeout_s
        self._servers = {
            alabel(suffix.strip().lstrip(".")) or suffix: _named(server)
            for suffix, server in (servers or {}).items()
        }
        self._registrars = registrars or RegistrarHosts()
        self._everywhere = everywhere
        self._allowed = allowed
        self._resolve: Resolve = resolve or SystemResolver()
        self._local_address = local_address
        self._authorities = Authorities(registries, frozenset(self._servers.values()))
        self._groups = {one.host: one.limiter_group for one in registries if one.host}

    def questions(self, domain: DomainName) -> Sequence[Question]:
        """The registry's server, where there is no RDAP to ask or the policy names a server; else nothing."""
        server = self._server(domain.alabel)
        if not server or not is_clean(domain.alabel):
            return ()
        bare = DomainName(domain.ulabel, domain.alabel)
        return (Question(bare, self.name, server, self._group(server), domain.alabel),)

    async def ask(self, question: Question) -> Asked:
        """One exchange with a server on the routing table. Nothing but a clean A-label is ever sent."""
        place = endpoint(question.server)
        if place is None or not is_clean(question.key) or question.key != question.domain.alabel:
            return self._asked(question, "unsupported", Signal.OK)
        if self._is_referral(question) and question.server not in self._registrars.whois:
            return self._asked(question, "unsupported", Signal.OK)
        try:
            async with asyncio.timeout(self._timeout_s):
                got = await self._exchange(question, *place)
        except TimeoutError:
            return self._asked(question, "timeout", Signal.FAILED)
        except OSError:
            return self._asked(question, "error", Signal.FAILED)
        if got.outcome != "answered" or not got.whole:
            return self._asked(question, "error", Signal.FAILED)
        registry = self._registries.registry(question.domain.ulabel)
        text = decode_reply(got.data, registry.charset if registry else "utf-8").text
        observation = observed(self._clock, question.domain, self.name, question.server, "answered", text)
        return self._understood(question, observation, text)

    async def close(self) -> None:
        """Nothing is kept open between look-ups."""

    async def _exchange(self, question: Question, host: str, port: int) -> Exchange:
        addresses: Sequence[str]
        if self._is_referral(question):
            addresses = await checked_addresses(host, port, self._allowed, self._resolve)
        else:
            # The registry's servers are the shipped table's or the policy's: they may be anywhere.
            addresses = await checked_addresses(host, port, Allowed(frozenset({host})), self._resolve)
        connect_s = self._timeout_s / (len(addresses) + 1)
        return await exchange(
            addresses, port, question.key, connect_s=connect_s, local_address=self._local_address
        )

    def _understood(self, question: Question, observation: Observation, text: str) -> Asked:
        answer = interpret(observation, self._authorities)
        now = self._clock.now()
        wait_s = None
        if answer.outcome in _REFUSALS:
            wait_s, signal = wait_in_text(text, now), Signal.REFUSED
        elif not text.strip():
            # Many servers hang up without a word on those who come too often.
            signal = Signal.REFUSED
        elif answer.outcome not in _READ and len(text) <= _SHORT:
            # A refusal in words that no template knows still tells how long to wait.
            wait_s = wait_in_text(text, now)
            signal = Signal.OK if wait_s is None else Signal.REFUSED
        else:
            signal = Signal.OK
        if answer.outcome is Outcome.TRUNCATED:
            signal = Signal.FAILED
        return Asked(observation, signal, wait_s, self._referral(question, answer, text))

    def _referral(self, question: Question, answer: Answer, text: str) -> tuple[Question, ...]:
        """The registrar's server behind a thin registry answer, if it stands on the list; never from a registrar."""
        content = answer.content
        if not isinstance(content, Registration) or content.hidden is not Hidden.NOT_CARRIED:
            return ()
        if self._is_referral(question):
            return ()
        for value in all_values(key_values(text), "registrar whois server"):
            server = _named(value.partition("://")[2].strip("/") if "://" in value else value)
            group = self._registrars.whois.get(server)
            if group is not None and server != question.server:
                return (Question(question.domain, self.name, server, group, question.key),)
        return ()

    def _is_referral(self, question: Question) -> bool:
        return question.server != self._server(question.domain.alabel)

    def _server(self, name: str) -> str:
        """The server for a domain (A-label): the policy's by the longest suffix, else the registry's; "" for none."""
        labels = name.split(".")
        for at in range(1, len(labels)):
            named = self._servers.get(".".join(labels[at:]))
            if named is not None:
                return named
        registry = self._registries.registry(name)
        if registry is None or not registry.host:
            return ""
        has_rdap = not self._registries.has_no_rdap(name) and bool(self._registries.rdap_bases(name))
        if has_rdap and not self._everywhere:
            return ""
        return registry.host if registry.port == PORT else f"{registry.host}:{registry.port}"

    def _group(self, server: str) -> str:
        """The operator's group, or one for the server alone where it is nobody's on the list."""
        return self._groups.get(server_host(server)) or f"whois:{server}"

    def _asked(self, question: Question, outcome: str, signal: Signal) -> Asked:
        return Asked(observed(self._clock, question.domain, self.name, question.server, outcome), signal)


def _named(server: str) -> str:
    """A server in the one form that observations use: lower case, without the port 43."""
    text = server.strip().lower().rstrip(".")
    return text.removesuffix(f":{PORT}") if text.count(":") == 1 or text.startswith("[") else text
