"""The world as far as a policy reaches it: which askers there are, at what pace, and one gathering with them."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.evidence.addresses import Allowed, Resolve
from auditor.evidence.agenda import Risk
from auditor.evidence.asking import Asker
from auditor.evidence.bootstrap import Bootstrap, load_bootstrap
from auditor.evidence.clocks import Clock
from auditor.evidence.freshness import AnswerReader, TimeToLive
from auditor.evidence.gathering import gather, interruptible
from auditor.evidence.gathering_report import GatherReport, Progress
from auditor.evidence.paces import Pace, pace_of_kind, paces_of
from auditor.evidence.pacing import Pacer
from auditor.evidence.registrar_account import AccountAsker
from auditor.evidence.registrar_hosts import RegistrarHosts
from auditor.evidence.servers import Authorities, is_loopback
from auditor.evidence.store import Store
from auditor.model.text import Text
from auditor.model.values import DomainName
from auditor.model.words import Source
from auditor.rules.files import RuleFile
from auditor.rules.registries import Registries

if TYPE_CHECKING:
    from auditor.evidence.live_dns import DnsAsker

# A server on this machine is one's own: nobody else's patience is at stake.
_OWN_SERVER = Pace(interval_s=0.0, floor_s=0.0, concurrency=50, breaker_after=20, open_s=2.0)


@dataclass(frozen=True)
class Reach:
    """What may be asked, and how; the policy's [evidence] in plain values.

    sources: registrar, rdap, whois, dns, web. accounts: registrars' accounts to ask ("aliyun", "tencent"); those
    without keys in the environment are told when named by the policy (accounts_named). rates: questions a second at
    one server, by source. allowed: private destinations that may be asked all the same (hosts, addresses, CIDR).
    web_ports: other ports than 80 and 443, by scheme. whois, rdap, registrars: the rule tables. cache: folder for the
    refreshed bootstrap.
    """

    sources: tuple[str, ...]
    whois: RuleFile
    rdap: RuleFile
    registrars: RuleFile
    timeouts: Mapping[str, float] = field(default_factory=dict)
    rates: Mapping[str, float] = field(default_factory=dict)
    whois_servers: Mapping[str, str] = field(default_factory=dict)
    bootstrap: str | None = None
    nameservers: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ("aliyun", "tencent")
    accounts_named: bool = False
    web_ports: Mapping[str, int] = field(default_factory=dict)
    max_age_days: int = 7
    cache: Path | None = None
    concurrency: int = 200

    def timeout(self, source: str) -> float:
        """The deadline of one look-up, seconds."""
        return self.timeouts.get(source, 10.0)


@dataclass(frozen=True)
class Gathered:
    """What came of a gathering. notes: what a person should know (a missing key, a bootstrap that stayed old)."""

    report: GatherReport
    registries: Registries
    notes: tuple[Text, ...]


def authorities_of(registries: Registries, reach: Reach) -> Authorities:
    """Whose word counts: the registries' own servers, and those that the policy names in their place."""
    return Authorities(registries, frozenset(reach.whois_servers.values()))


def open_store(address: str, reach: Reach, clock: Clock) -> Store:
    """The evidence store, whose answers are read by the shipped tables."""
    registries = Registries.read(reach.whois, reach.rdap)
    return Store.open(address, clock, AnswerReader(authorities_of(registries, reach)))


def gather_world(
    domains: Sequence[DomainName],
    mail_domains: Iterable[DomainName],
    reach: Reach,
    store: Store,
    clock: Clock,
    *,
    risk: Mapping[str, Risk] | None = None,
    retry_unknown: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> Gathered:
    """Ask for whatever has no fresh answer. The first Ctrl-C ends it cleanly, with what is known.

    PolicyError for a bootstrap file or a name server that cannot be used.
    """

    async def run(stop: asyncio.Event) -> Gathered:
        bootstrap = await load_bootstrap(
            reach.whois, reach.rdap, reach.bootstrap, clock, cache_dir=reach.cache
        )
        notes = [bootstrap.note] if bootstrap.note else []
        askers, dns = _askers(reach, bootstrap, mail_domains, clock)
        try:
            for account in [one for one in askers if isinstance(one, AccountAsker)]:
                note = await _unusable(account, reach)
                if note is not None:
                    notes.append(note)
                    askers.remove(account)
            report = await gather(
                domains,
                askers,
                store,
                _pacer(bootstrap.registries, reach),
                clock,
                concurrency=reach.concurrency,
                progress=progress,
                stop=stop,
                retry_unknown=retry_unknown,
                risk=risk,
                ttl=TimeToLive(found=reach.max_age_days),
                more=dns.mail_questions({one.ulabel for one in domains}) if dns is not None else (),
            )
        finally:
            for asker in askers:
                await asker.close()
        return Gathered(report, bootstrap.registries, tuple(notes))

    return interruptible(run)


def _askers(
    reach: Reach, bootstrap: Bootstrap, mail_domains: Iterable[DomainName], clock: Clock
) -> tuple[list[Asker], DnsAsker | None]:
    allowed = Allowed.of(reach.allowed)
    registrars = RegistrarHosts.read(reach.registrars)
    askers: list[Asker] = []
    dns: DnsAsker | None = None
    if Source.REGISTRAR in reach.sources:
        askers.extend(_accounts(reach, clock))
    if Source.RDAP in reach.sources:
        from auditor.evidence.live_rdap import RdapAsker

        askers.append(
            RdapAsker(
                bootstrap.registries,
                clock,
                timeout_s=reach.timeout("rdap"),
                registrars=registrars,
                allowed=allowed,
            )
        )
    if Source.WHOIS in reach.sources:
        from auditor.evidence.live_whois import WhoisAsker

        askers.append(
            WhoisAsker(
                bootstrap.registries,
                clock,
                timeout_s=reach.timeout("whois"),
                servers=reach.whois_servers,
                registrars=registrars,
                everywhere=Source.RDAP not in reach.sources,
                allowed=allowed,
            )
        )
    if Source.DNS in reach.sources:
        from auditor.evidence.live_dns import DnsAsker

        dns = DnsAsker(reach.nameservers, clock, timeout_s=reach.timeout("dns"), mail_domains=mail_domains)
        askers.append(dns)
    if Source.WEB in reach.sources:
        from auditor.evidence.live_web import WebAsker

        askers.append(
            WebAsker(
                clock,
                timeout_s=reach.timeout("web"),
                allowed=allowed,
                resolve=_resolver(reach),
                ports=reach.web_ports,
            )
        )
    return askers, dns


def _resolver(reach: Reach) -> Resolve | None:
    """Pages are fetched from the addresses that the run's own resolvers give; None where it has none."""
    from auditor.evidence.dns_resolve import NamedResolver
    from auditor.evidence.live_dns import system_nameservers

    nameservers = reach.nameservers or system_nameservers()
    return NamedResolver(nameservers, timeout_s=reach.timeout("dns")) if nameservers else None


def _accounts(reach: Reach, clock: Clock) -> list[AccountAsker]:
    found = []
    for name in reach.accounts:
        if name == "aliyun":
            from auditor.evidence.registrar_aliyun import aliyun_asker

            found.append(aliyun_asker(clock, timeout_s=reach.timeout("registrar")))
        else:
            from auditor.evidence.registrar_tencent import tencent_asker

            found.append(tencent_asker(clock, timeout_s=reach.timeout("registrar")))
    return found


async def _unusable(account: AccountAsker, reach: Reach) -> Text | None:
    """Why an account is left out of this run; an account that nobody named and that has no key is left out silently."""
    if account.problem is not None:
        return account.problem if reach.accounts_named else None
    trouble = await account.load()
    if trouble is None:
        return None
    return Text(
        f"注册商账号 {account.server} 的域名列表无法读取 ({trouble.code or trouble.outcome})",
        f"The list of domains of the registrar account {account.server} cannot be read ({trouble.code or trouble.outcome})",
    )


def _pacer(registries: Registries, reach: Reach) -> Pacer:
    rate = reach.rates.get("whois")
    paces = paces_of(registries)
    if rate is not None:
        paces = {group: _at_rate(pace, rate) for group, pace in paces.items()}

    def find(group: str) -> Pace | None:
        kind, _, server = group.partition(":")
        pace = _OWN_SERVER if server and is_loopback(server) else pace_of_kind(group)
        limit = reach.rates.get(kind)
        return _at_rate(pace or Pace(), limit) if limit is not None else pace

    return Pacer(paces, random.random, find=find)


def _at_rate(pace: Pace, rate_per_s: float) -> Pace:
    """The pace that the policy itself sets: from the first question on, and never faster."""
    return replace(pace, interval_s=1.0 / rate_per_s, floor_s=1.0 / rate_per_s)
