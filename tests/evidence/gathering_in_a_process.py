"""A gathering of 300 domains that somebody may kill: `python gathering_in_a_process.py STORE`.

Writes a dot for every question, and a line at the end.
"""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from gathering_world import cnnic_reply, names, reader

from auditor.evidence.asking import Asked, Question, Signal
from auditor.evidence.clocks import LoopClock
from auditor.evidence.gathering import gather_now
from auditor.evidence.observing import observed
from auditor.evidence.paces import Pace
from auditor.evidence.pacing import Pacer
from auditor.evidence.store import Store
from auditor.evidence.times import BEIJING
from auditor.model.values import DomainName

DOMAINS = names(200) + names(100, "com")
PACES = {
    "cnnic": Pace(interval_s=0.001, floor_s=0.001, concurrency=4, breaker_after=50),
    "verisign": Pace(interval_s=0.001, floor_s=0.001, concurrency=4, breaker_after=50),
    "registrar:r.example": Pace(interval_s=0.001, floor_s=0.001, concurrency=4, breaker_after=50),
}


class Scripted:
    """What it answers depends on the domain alone."""

    def __init__(self, name: str, clock: LoopClock) -> None:
        self.name = name
        self._clock = clock

    def questions(self, domain: DomainName) -> Sequence[Question]:
        chinese = domain.ulabel.endswith(".cn")
        if chinese and self.name == "whois":
            return (Question(domain, "whois", "whois.cnnic.cn", "cnnic", domain.alabel),)
        if not chinese and self.name == "rdap":
            return (Question(domain, "rdap", "https://rdap.verisign.com/com/v1/", "verisign", domain.alabel),)
        return ()

    async def ask(self, question: Question) -> Asked:
        sys.stdout.write(".")
        sys.stdout.flush()
        number = int(question.key[5:9])
        await asyncio.sleep(random.Random(number).random() / 500)
        if number % 40 == 7 and question.group == "cnnic":
            made = observed(self._clock, question.domain, self.name, question.server, "timeout")
            # Not FAILED: a retry would wait for seconds.
            return Asked(made, Signal.OK)
        if self.name == "whois":
            raw: object = cnnic_reply(question.domain.ulabel)
            return Asked(
                observed(self._clock, question.domain, "whois", question.server, "answered", raw), Signal.OK
            )
        raw = {
            "objectClassName": "domain",
            "ldhName": question.key,
            "status": ["ok"],
            "port43": question.server,
        }
        opened: tuple[Question, ...] = ()
        if question.group == "verisign":
            opened = (
                Question(question.domain, "rdap", "https://r.example/", "registrar:r.example", question.key),
            )
        made = observed(self._clock, question.domain, "rdap", question.server, "answered", raw)
        return Asked(made, Signal.OK, None, opened)

    async def close(self) -> None:
        return None


def main(address: str) -> None:
    clock = LoopClock(lambda: datetime.now(BEIJING))
    with Store.open(address, clock, reader()) as store:
        pacer = Pacer(PACES, random.Random(5).random)
        askers = [Scripted("whois", clock), Scripted("rdap", clock)]
        report = gather_now(DOMAINS, askers, store, pacer, clock, concurrency=12)
    sys.stdout.write(f"\n{report.asked} {report.answered}\n")


if __name__ == "__main__":
    main(sys.argv[1])
