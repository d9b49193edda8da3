"""One contestant of the look-up benchmark in one process: `python -m benchmarks.lookup_contestants NAME PORT COUNT`.

Prints JSON: look-ups, seconds, CPU seconds, and how many of them read the holder as it was sent.
"""

from __future__ import annotations

import asyncio
import json
import random
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from auditor.model.values import DomainName
from benchmarks.lookup_servers import HOLDER

AT_ONCE, THREADS = 200, 50
BEIJING = ZoneInfo("Asia/Shanghai")


def names(count: int) -> list[str]:
    """Domains to ask about."""
    return [f"cesu{number:06d}.cn" for number in range(count)]


def now() -> datetime:
    """The time of day that observations bear."""
    return datetime.now(BEIJING)


def ours(port: int, count: int) -> tuple[float, float, int]:
    """All of a gathering: plan, ask, read, write to a store on disk; 200 at once, pacing off."""
    from auditor.evidence.freshness import AnswerReader
    from auditor.evidence.gathering import LoopClock, gather_now
    from auditor.evidence.interpretation import interpret
    from auditor.evidence.live_whois import WhoisAsker
    from auditor.evidence.pacing import Pacer
    from auditor.evidence.servers import Authorities
    from auditor.evidence.store import Store
    from auditor.rules.files import RuleFile
    from auditor.rules.registries import Registries

    registries = Registries.read(RuleFile.packaged("whois.csv"), RuleFile.packaged("rdap.json"))
    authorities = Authorities(registries, frozenset({f"127.0.0.1:{port}"}))
    clock = LoopClock(now)
    domains = [DomainName(name, name) for name in names(count)]
    with (
        tempfile.TemporaryDirectory() as folder,
        Store.open(f"sqlite:///{Path(folder)}/evidence.sqlite3", clock, AnswerReader(authorities)) as store,
    ):
        asker = WhoisAsker(registries, clock, timeout_s=10.0, servers={"cn": f"127.0.0.1:{port}"})
        pacer = Pacer({}, random.random, off=True)
        begin, cpu = time.perf_counter(), time.process_time()
        report = gather_now(domains, [asker], store, pacer, clock, concurrency=AT_ONCE)
        seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
        assert report.answered == count, report
        right = 0
        for one in store.observations():
            content = interpret(one, authorities).content
            right += getattr(content, "registrant", None) is not None and HOLDER in str(one.raw)
    return seconds, cpu, right


class _Loopback(socket.socket):
    """Whatever host and port it is to connect to, it goes to the benchmark's server."""

    to = 0

    def connect(self, _address: object) -> None:
        super().connect(("127.0.0.1", type(self).to))


def _python_whois(port: int, *, iana: bool) -> Callable[[str], bool]:
    import whois

    class Client(whois.NICClient):  # type: ignore[misc]
        @staticmethod
        def get_socket() -> socket.socket:
            return _Loopback(socket.AF_INET, socket.SOCK_STREAM)

        def findwhois_iana(self, tld: str) -> str | None:
            return super().findwhois_iana(tld) if iana else "whois.cnnic.cn"

    _Loopback.to = port
    whois.NICClient = Client

    def ask(name: str) -> bool:
        return bool(whois.whois(name)["name"] == HOLDER)

    ask(names(1)[0])  # loads the suffix list once
    return ask


def _in_turn(ask: Callable[[str], bool], count: int) -> tuple[float, float, int]:
    begin, cpu = time.perf_counter(), time.process_time()
    right = sum(ask(name) for name in names(count))
    return time.perf_counter() - begin, time.process_time() - cpu, right


def python_whois(port: int, count: int) -> tuple[float, float, int]:
    """`whois.whois(domain)` as it comes, one after the other: it asks IANA for the server each time."""
    return _in_turn(_python_whois(port, iana=True), count)


def python_whois_known(port: int, count: int) -> tuple[float, float, int]:
    """The same, told the server: one connection a look-up."""
    return _in_turn(_python_whois(port, iana=False), count)


def python_whois_threads(port: int, count: int) -> tuple[float, float, int]:
    """`whois.whois(domain)` as it comes in 50 threads."""
    ask = _python_whois(port, iana=True)
    with ThreadPoolExecutor(THREADS) as pool:
        begin, cpu = time.perf_counter(), time.process_time()
        right = sum(pool.map(ask, names(count)))
        return time.perf_counter() - begin, time.process_time() - cpu, right


def asyncwhois(port: int, count: int) -> tuple[float, float, int]:
    """`DomainClient.aio_whois` with one shared suffix list (without it each call builds one), 200 at once."""
    import asyncwhois as library
    from tldextract.tldextract import TLDExtract

    client = library.DomainClient(tldextract_obj=TLDExtract(suffix_list_urls=()), timeout=10)
    client.query_obj.whois_port = port
    client.query_obj._get_server_name = lambda _name: "127.0.0.1"

    async def run() -> int:
        slots = asyncio.Semaphore(AT_ONCE)

        async def ask(name: str) -> bool:
            async with slots:
                _text, found = await client.aio_whois(name)
                return any(value == HOLDER for value in found.values())

        return sum(await asyncio.gather(*(ask(name) for name in names(count))))

    asyncio.run(client.aio_whois(names(1)[0]))
    begin, cpu = time.perf_counter(), time.process_time()
    right = asyncio.run(run())
    return time.perf_counter() - begin, time.process_time() - cpu, right


CONTESTANTS = {
    one.__name__: one for one in (ours, python_whois, python_whois_known, python_whois_threads, asyncwhois)
}


def main() -> None:
    """Run the contestant named."""
    name, port, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    seconds, cpu, right = CONTESTANTS[name](port, count)
    print(json.dumps({"count": count, "seconds": seconds, "cpu": cpu, "right": right}))


if __name__ == "__main__":
    main()
