"""The evidence store with 100,000 domains: size, rate of writing, and a second run that has nothing to ask."""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from auditor.evidence.asking import Asked, Asker, Question, Signal
from auditor.evidence.freshness import AnswerReader
from auditor.evidence.gathering import LoopClock, gather_now
from auditor.evidence.gathering_report import GatherReport
from auditor.evidence.observing import observed
from auditor.evidence.pacing import Pacer
from auditor.evidence.servers import Authorities, shipped_authorities
from auditor.evidence.store import Store
from auditor.model.values import DomainName
from auditor.rules.files import RuleFile
from auditor.rules.registries import Registries
from benchmarks.lookup_contestants import now
from benchmarks.lookup_servers import prompt, rdap_object, registry, resolver, whois_text
from tests.servers.separate import Separate

DOMAINS, SAMPLE = 100_000, 2_000
REGISTRY, RESOLVERS = "https://rdap.verisign.com/com/v1/", ("192.0.2.53", "198.51.100.53")


class _AtOnce:
    """Answers without a network, so that the figures are the gathering's and the store's own. One source."""

    def __init__(self, name: str, clock: LoopClock) -> None:
        self.name, self._clock = name, clock

    def questions(self, domain: DomainName) -> Sequence[Question]:
        chinese = domain.ulabel.endswith(".cn")
        if self.name == "whois" and chinese:
            return [Question(domain, "whois", "whois.cnnic.cn", "cnnic", domain.alabel)]
        if self.name == "rdap" and not chinese:
            return [Question(domain, "rdap", REGISTRY, "verisign", domain.alabel)]
        if self.name == "dns":
            return [Question(domain, "dns", one, f"dns:{one}", domain.alabel) for one in RESOLVERS]
        return []

    async def ask(self, question: Question) -> Asked:
        number = int(question.key[4:10])
        raw: object = whois_text(question.key, number)
        if self.name == "rdap":
            raw = rdap_object(question.key, number)
        elif self.name == "dns":
            raw = _records(question.key, number)
        made = observed(self._clock, question.domain, self.name, question.server, "answered", raw)
        return Asked(made, Signal.OK)

    async def close(self) -> None:
        return None


def _records(name: str, number: int) -> dict[str, object]:
    address = f"198.51.{number // 250 % 250}.{number % 250}"
    return {
        name: {
            "rcode": "NOERROR",
            "A": [address],
            "NS": ["ns1.example.net", "ns2.example.net"],
            "MX": ["10 mx.example.net"],
        },
        f"www.{name}": {"rcode": "NOERROR", "A": [address]},
    }


def _names(count: int) -> list[DomainName]:
    """Eleven of twenty .cn, the rest .com."""
    found = (f"cesu{number:06d}.{'cn' if number % 20 < 11 else 'com'}" for number in range(count))
    return [DomainName(name, name) for name in found]


def _run(
    store: Store, askers: Sequence[Asker], clock: LoopClock, count: int
) -> tuple[GatherReport, float, float]:
    """One gathering: its report, seconds, CPU seconds."""
    begin, cpu = time.perf_counter(), time.process_time()
    report = gather_now(_names(count), askers, store, Pacer({}, random.random, off=True), clock)
    return report, time.perf_counter() - begin, time.process_time() - cpu


def _over_the_network(clock: LoopClock, count: int) -> float:
    """CPU seconds a domain of a first run that really asks, at servers that answer at once."""
    from auditor.evidence.live_dns import DnsAsker
    from auditor.evidence.live_rdap import RdapAsker
    from auditor.evidence.live_whois import WhoisAsker

    with (
        Separate(prompt) as whois,
        Separate(registry) as rdap,
        Separate(resolver) as one,
        Separate(resolver) as other,
        tempfile.TemporaryDirectory() as folder,
    ):
        rows = {"services": [[["com"], [f"http://{rdap.address}/com/v1/"]]], "no_rdap": ["cn"]}
        registries = Registries.read(RuleFile.packaged("whois.csv"), RuleFile("rdap.json", json.dumps(rows)))
        reader = AnswerReader(Authorities(registries, frozenset({whois.address})))
        with Store.open(f"sqlite:///{folder}/e.sqlite3", clock, reader) as store:
            askers: list[Asker] = [
                WhoisAsker(registries, clock, timeout_s=30.0, servers={"cn": whois.address}),
                RdapAsker(registries, clock, timeout_s=30.0),
                DnsAsker([one.address, other.address], clock, timeout_s=30.0),
            ]
            report, _seconds, cpu = _run(store, askers, clock, count)
            assert report.answered == report.asked == 3 * count, report
    return cpu / count


def measure_store() -> Iterator[str]:
    """Two runs over the same domains and one store."""
    clock = LoopClock(now)
    reader = AnswerReader(shipped_authorities())
    network = _over_the_network(clock, SAMPLE)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "evidence.sqlite3")
        runs = []
        for _ in range(2):
            with Store.open(f"sqlite:///{place}", clock, reader) as store:
                askers = [_AtOnce(name, clock) for name in ("whois", "rdap", "dns")]
                runs.append(_run(store, askers, clock, DOMAINS))
        size = place.stat().st_size
    (first, seconds, cpu), (second, again_s, again_cpu) = runs
    assert second.asked == 0
    count, again = first.asked, again_cpu / DOMAINS
    yield f"| evidence store, {DOMAINS:,} domains (55 % .cn by WHOIS, the rest by RDAP; DNS at two resolvers) | figure | limit |"
    yield "|---|---|---|"
    yield f"| observations; size | {count:,}; {size / 1e6:,.0f} MB ({size / count:,.0f} bytes each) | |"
    yield f"| planned, read and written, without the network | {count / seconds:,.0f}/s, {1000 * cpu / count:.2f} ms CPU each | |"
    yield f"| a first run over the network, CPU a domain (of {SAMPLE:,} domains) | {1000 * network:.2f} ms | |"
    yield f"| a second run with nothing to ask, CPU a domain | {1000 * again:.2f} ms, {_share(again / network)} of the first | < 10 % |"
    yield f"| the same against a first run without the network | {again_s:.1f} s in all, {_share(again_cpu / cpu)} of its CPU | |"


def _share(part: float) -> str:
    return f"{100 * part:.1f} %"


if __name__ == "__main__":
    for line in measure_store():
        sys.stdout.write(line + "\n")
