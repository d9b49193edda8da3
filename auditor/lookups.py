"""The look-ups of a run: from settings to the evidence store, one gathering, and the observations that count."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from auditor.evidence.agenda import Risk
from auditor.evidence.bootstrap import load_bootstrap
from auditor.evidence.clocks import LoopClock
from auditor.evidence.gathering_report import GatherReport, Progress
from auditor.evidence.servers import Authorities
from auditor.evidence.store import Store
from auditor.evidence.world import Reach, authorities_of, gather_world, open_store
from auditor.model.evidence import Observation
from auditor.model.identity import mail_addresses
from auditor.model.portfolio import Portfolio
from auditor.model.text import Message, Text, say
from auditor.model.values import DomainName, Validity
from auditor.rules.domains import read_domain
from auditor.rules.load import RuleData
from auditor.settings.policy_file import Settings

HORIZON_DAYS = 60
"""Older observations of a store are left out, but for the newest of each source and server."""

_NEAR_DAYS = 45


@dataclass(frozen=True)
class Known:
    """What look-ups and store know for a portfolio. report: of the gathering, None where nobody was asked.

    stored: how many observations came from the store; notes: what a person should know.
    """

    observations: tuple[Observation, ...]
    authorities: Authorities
    stored: int = 0
    report: GatherReport | None = None
    notes: tuple[Text, ...] = ()


def reach_of(settings: Settings, rules: RuleData) -> Reach:
    """[evidence] in plain values."""
    own = settings.file.evidence
    rates = {"whois": own.whois.rate_per_s, "dns": own.dns.rate_per_s}
    bootstrap = own.rdap.bootstrap
    if bootstrap is not None and not bootstrap.lower().startswith(("http://", "https://")):
        bootstrap = str(settings.beside(bootstrap))
    return Reach(
        sources=tuple(own.sources),
        whois=rules.file("whois"),
        rdap=rules.file("rdap"),
        registrars=rules.file("registrars"),
        timeouts={
            "whois": own.whois.timeout_s,
            "rdap": own.rdap.timeout_s,
            "dns": own.dns.timeout_s,
            "web": own.web.timeout_s,
        },
        rates={source: rate for source, rate in rates.items() if rate is not None},
        whois_servers=dict(own.whois.servers),
        bootstrap=bootstrap,
        nameservers=tuple(own.dns.nameservers),
        web_ports={str(scheme): port for scheme, port in own.web.ports.items()},
        allowed=tuple(own.allow_private),
        accounts=tuple(own.accounts) if own.accounts is not None else ("aliyun", "tencent"),
        accounts_named=own.accounts is not None,
        max_age_days=own.max_age_days,
        cache=_cache_folder(),
    )


def store_address(settings: Settings) -> str:
    """Where evidence is kept: the policy's `store`, else a file among the user's data."""
    named = settings.file.evidence.store
    if named is None:
        from platformdirs import user_data_path

        return f"sqlite:///{user_data_path('icp-audit') / 'evidence.sqlite3'}"
    path = named.removeprefix("sqlite:///")
    if "://" in path:
        return named
    return f"sqlite:///{settings.beside(path)}"


def _cache_folder() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("icp-audit")


def store_file(address: str) -> Path | None:
    """The file behind an address; None for a database server."""
    return Path(address.removeprefix("sqlite:///")) if address.startswith("sqlite:///") else None


def opened_store(
    settings: Settings, rules: RuleData, now: Callable[[], datetime], *, create: bool
) -> Store | None:
    """The store; None where it is a file that does not stand there yet and is not to be made."""
    address = store_address(settings)
    file = store_file(address)
    if file is not None and not file.exists():
        if not create:
            return None
        file.parent.mkdir(parents=True, exist_ok=True)
    return open_store(address, reach_of(settings, rules), LoopClock(now))


def look_up(
    portfolio: Portfolio,
    settings: Settings,
    rules: RuleData,
    now: Callable[[], datetime],
    *,
    offline: bool,
    retry_unknown: bool = False,
    as_of: date | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Known:
    """Ask for what is not known yet (unless offline) and bring all that the store holds for the portfolio."""
    reach = reach_of(settings, rules)
    domains = [domain.name for domain in portfolio.domains]
    mail = mail_domains(portfolio)
    report: GatherReport | None = None
    notes: tuple[Text, ...] = ()
    registries = None
    store = opened_store(settings, rules, now, create=not offline)
    if not offline and store is not None:
        gathered = gather_world(
            domains,
            mail,
            reach,
            store,
            LoopClock(now),
            risk=dict(_risks(portfolio, as_of or now().date())),
            retry_unknown=retry_unknown,
            progress=progress,
        )
        report, notes, registries = gathered.report, gathered.notes, gathered.registries
    if registries is None:
        registries = asyncio.run(
            load_bootstrap(
                reach.whois, reach.rdap, reach.bootstrap, LoopClock(now), cache_dir=reach.cache, offline=True
            )
        ).registries
    observations: list[Observation] = []
    if store is not None:
        with store:
            names = sorted({one.ulabel for one in (*domains, *mail)})
            observations.extend(store.observations(names, HORIZON_DAYS))
    stored = len(observations)
    if report is not None:
        observations.extend(report.transient(now()))
    return Known(tuple(observations), authorities_of(registries, reach), stored, report, notes)


def mail_domains(portfolio: Portfolio) -> tuple[DomainName, ...]:
    """The mail hosts of the persons' addresses, each with its registrable domain."""
    found = set()
    for person in portfolio.persons:
        for said in person.readable("email"):
            for address in mail_addresses(said.shown):
                host = address.rpartition("@")[2].strip()
                name = read_domain(host) if "." in host else None
                if isinstance(name, DomainName):
                    found.add(DomainName(name.ulabel, name.alabel, name.host or name.ulabel))
    return tuple(sorted(found))


def _risks(portfolio: Portfolio, day: date) -> Iterator[tuple[str, Risk]]:
    """Domains that the book itself says end soon are asked about first."""
    for domain in portfolio.domains:
        listed = domain.value("domain_expiry")
        if isinstance(listed, Validity) and listed.end and (listed.end - day).days <= _NEAR_DAYS:
            yield domain.key, Risk.NEAR_EXPIRY


def shortfalls(report: GatherReport) -> Iterator[Message]:
    """What a gathering left open, for the report's account of itself."""
    if report.stopped:
        yield say(
            "查询被中断, 未完成的留待下次运行",
            "The look-ups were interrupted; the next run goes on where they stood",
        )
    left = sum(one.not_asked for one in report.groups.values())
    if left:
        yield say("有 {n} 次查询未能进行", "{n} look-ups could not be made", n=left)
    if report.refused or report.failed:
        yield say(
            "有 {refused} 次查询被拒绝, {failed} 次无应答",
            "{refused} look-ups were refused, {failed} brought no answer",
            refused=report.refused,
            failed=report.failed,
        )
    if report.waiting:
        yield say(
            "有 {n} 次查询此前失败, 尚未到重试时间",
            "{n} look-ups failed before and their time has not come",
            n=report.waiting,
        )
