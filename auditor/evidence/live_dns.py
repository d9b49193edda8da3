"""DNS, asked live: the apex, www and contact mail hosts of a domain, one resolver a question."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.evidence.asking import Asked, Question, Signal
from auditor.evidence.dns_reply import Reply, host_records, read_reply
from auditor.evidence.hostnames import alabel
from auditor.evidence.observing import WallClock, observed
from auditor.model.values import DomainName
from auditor.model.words import Source

if TYPE_CHECKING:
    import dns.message

MAIL = "mx:"
_APEX, _WWW, _MAIL = ("A", "AAAA", "NS", "MX"), ("A", "AAAA"), ("MX", "A", "AAAA")
_MAX_MAIL_HOSTS = 20
_PORT = 53
# A datagram may get lost: after this part of the time it is sent once more, which belongs to the protocol
# (RFC 1035 4.2.1) and is no second look-up.
_FIRST_TRY = 0.4
_PAYLOAD = 1232


@dataclass(frozen=True, slots=True)
class Nameserver:
    """One resolver. name: as given, which is how observations call it."""

    name: str
    address: str
    port: int = _PORT


def read_nameserver(text: str) -> Nameserver:
    """Read `ip`, `ip:port` or `[ipv6]:port`. ValueError for anything else: a resolver is never looked up by name."""
    name = text.strip()
    address, port = name, str(_PORT)
    if name.startswith("["):
        address, _bracket, rest = name[1:].partition("]")
        port = rest.removeprefix(":") or port
    elif name.count(":") == 1:
        address, _colon, port = name.partition(":")
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise ValueError(f"{name!r} names no port")
    return Nameserver(name, str(ipaddress.ip_address(address)), int(port))


def system_nameservers(path: str | None = None) -> tuple[str, ...]:
    """The resolvers that the system is set to use (/etc/resolv.conf, or another file of its form); none is made up."""
    import dns.exception
    import dns.resolver

    try:
        found = dns.resolver.Resolver(filename=path) if path else dns.resolver.Resolver()
    except (dns.exception.DNSException, OSError):
        return ()
    addresses = []
    for one in found.nameservers:
        address = str(one).partition("%")[0]
        try:
            addresses.append(str(ipaddress.ip_address(address)))
        except ValueError:
            continue
    return tuple(dict.fromkeys(addresses))


class DnsAsker:
    """Asks each resolver for itself, so that two can agree that a name does not exist.

    nameservers: `ip` or `ip:port`; the system's where none are given. mail_domains: the mail hosts of contacts
    (`host` where the host is more than the domain): those below a domain that is asked about are asked with it,
    the others by `mail_questions`; no more than twenty hosts a domain are asked about. timeout_s: for one look-up, which is all records of a domain at one resolver.
    """

    name = str(Source.DNS)

    def __init__(
        self,
        nameservers: Sequence[str],
        clock: WallClock,
        *,
        timeout_s: float,
        mail_domains: Iterable[DomainName] = (),
    ) -> None:
        servers = [read_nameserver(one) for one in nameservers or system_nameservers()]
        self._servers = {one.name: one for one in servers}
        self._clock = clock
        self._timeout_s = timeout_s
        mail: dict[DomainName, set[str]] = {}
        for one in mail_domains:
            host = alabel(one.host or one.alabel)
            if host is not None:
                mail.setdefault(DomainName(one.ulabel, one.alabel), set()).add(host)
        self._mail = {domain: tuple(sorted(mail[domain])) for domain in sorted(mail)}

    def questions(self, domain: DomainName) -> Sequence[Question]:
        """One look-up at each resolver: apex, www and the mail hosts below the domain."""
        return self._at_each(domain, domain.alabel)

    def mail_questions(self, apart_from: Collection[str] = ()) -> Sequence[Question]:
        """One look-up at each resolver for every mail domain but those named, which are asked about anyway.

        apart_from: registrable domains (U-labels).
        """
        return [
            question
            for domain in self._mail
            if domain.ulabel not in apart_from
            for question in self._at_each(domain, MAIL + domain.alabel)
        ]

    async def ask(self, question: Question) -> Asked:
        """Ask one resolver for all records of a domain. What fails for one type is told beside what came for others."""
        server = self._servers.get(question.server)
        if server is None:
            return self._failed(question, "unsupported", "not_a_configured_resolver", Signal.OK)
        wanted = self._wanted(question)
        deadline = asyncio.get_running_loop().time() + self._timeout_s
        replies = await asyncio.gather(
            *(
                ask_nameserver(server, host, kind, deadline)
                for host, kinds in wanted.items()
                for kind in kinds
            )
        )
        rest = iter(replies)
        by_host = {host: {kind: next(rest) for kind in kinds} for host, kinds in wanted.items()}
        return self._told(question, by_host, replies)

    async def close(self) -> None:
        """Nothing is kept open between look-ups."""

    def _at_each(self, domain: DomainName, key: str) -> list[Question]:
        bare = DomainName(domain.ulabel, domain.alabel)
        return [Question(bare, self.name, server, f"dns:{server}", key) for server in self._servers]

    def _wanted(self, question: Question) -> dict[str, tuple[str, ...]]:
        """The record types to ask for, by host."""
        domain = DomainName(question.domain.ulabel, question.domain.alabel)
        wanted: dict[str, tuple[str, ...]] = {}
        if not question.key.startswith(MAIL):
            wanted = {domain.alabel: _APEX, f"www.{domain.alabel}": _WWW}
        for host in self._mail.get(domain, ())[:_MAX_MAIL_HOSTS]:
            wanted[host] = tuple(dict.fromkeys((*wanted.get(host, ()), *_MAIL)))
        return wanted

    def _told(
        self, question: Question, by_host: Mapping[str, Mapping[str, Reply]], replies: Sequence[Reply]
    ) -> Asked:
        if not replies:
            return self._failed(question, "unsupported", "nothing_to_ask", Signal.OK)
        failures = {reply.rcode for reply in replies if reply.failed}
        if all(reply.failed for reply in replies):
            if failures <= {"REFUSED", "NORECURSION"}:
                return self._failed(question, "refused", min(failures), Signal.REFUSED)
            if failures <= {"TIMEOUT"}:
                return self._failed(question, "timeout", None, Signal.FAILED)
            if failures <= {"TIMEOUT", "ERROR"}:
                return self._failed(question, "error", "no_answer", Signal.FAILED)
        raw = {host: host_records(by_host[host]) for host in sorted(by_host)}
        observation = observed(self._clock, question.domain, self.name, question.server, "answered", raw)
        return Asked(observation, Signal.REFUSED if "REFUSED" in failures else Signal.OK)

    def _failed(self, question: Question, outcome: str, error: str | None, signal: Signal) -> Asked:
        raw = None if error is None else {"error": error}
        return Asked(observed(self._clock, question.domain, self.name, question.server, outcome, raw), signal)


async def ask_nameserver(server: Nameserver, host: str, kind: str, deadline: float) -> Reply:
    """Ask for one type of one name by UDP, by TCP where the answer is cut short; a failure is a reply too."""
    import dns.exception
    import dns.message

    try:
        query = dns.message.make_query(host, kind, use_edns=0, payload=_PAYLOAD)
    except dns.exception.DNSException:
        return Reply("BADNAME")
    try:
        async with asyncio.timeout_at(deadline):
            response = await _exchange(query, server, deadline - asyncio.get_running_loop().time())
    except (TimeoutError, dns.exception.Timeout):
        return Reply("TIMEOUT")
    except (dns.exception.DNSException, OSError, EOFError):
        return Reply("ERROR")
    return read_reply(response, host, kind)


async def _exchange(
    query: dns.message.Message, server: Nameserver, remaining_s: float
) -> dns.message.Message:
    import dns.asyncquery
    import dns.exception
    import dns.message

    async def once(timeout_s: float) -> dns.message.Message:
        # Datagrams that do not answer this very query (id, question, sender) are passed over.
        return await dns.asyncquery.udp(
            query,
            server.address,
            timeout=timeout_s,
            port=server.port,
            ignore_unexpected=True,
            ignore_errors=True,
            raise_on_truncation=True,
        )

    try:
        try:
            return await once(remaining_s * _FIRST_TRY)
        except dns.exception.Timeout:
            return await once(remaining_s * (1 - _FIRST_TRY))
    except dns.message.Truncated:
        return await dns.asyncquery.tcp(query, server.address, timeout=remaining_s, port=server.port)
