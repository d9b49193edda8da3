"""The pace as a server on loopback feels it: never above what is allowed, no ban, and close to what it tolerates."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from auditor.evidence.gathering import LoopClock, gather_now
from auditor.evidence.live_whois import WhoisAsker
from auditor.evidence.paces import Pace
from auditor.evidence.pacing import Pacer
from auditor.evidence.store import Store
from auditor.model.values import DomainName
from auditor.rules.files import RuleFile
from auditor.rules.registries import Registries
from benchmarks.lookup_contestants import names, now
from benchmarks.lookup_servers import patient
from tests.servers.separate import Separate
from tests.servers.serving import Visit, gaps, most_within

ALLOWED_PER_S, ALLOWED_COUNT = 40, 800
# The server's limit, and how far off the first guess is.
GAP_S, START_S = 0.25, 0.3
TOLERATED_COUNT = 900
BAN_AFTER, SLACK_S = 20, 0.001
SETTLED = 300


def _gathered(pace: Pace, count: int, min_gap_s: float) -> tuple[Sequence[Visit], int]:
    """What the server saw, and how often it banned."""
    registries = Registries.read(RuleFile.packaged("whois.csv"), RuleFile.packaged("rdap.json"))
    clock = LoopClock(now)
    with Separate(patient, min_gap_s, BAN_AFTER, SLACK_S) as server, tempfile.TemporaryDirectory() as folder:
        with Store.open(f"sqlite:///{Path(folder)}/e.sqlite3", clock) as store:
            asker = WhoisAsker(registries, clock, timeout_s=10.0, servers={"cn": server.address})
            pacer = Pacer({f"whois:{server.address}": pace}, random.Random(1).random)
            domains = [DomainName(name, name) for name in names(count)]
            gather_now(domains, [asker], store, pacer, clock)
        server.look()
    return server.requests, server.bans


def allowed_rate() -> Iterator[str]:
    """The policy's rate as an upper bound."""
    gap = 1 / ALLOWED_PER_S
    visits, bans = _gathered(Pace(interval_s=gap, floor_s=gap, concurrency=50), ALLOWED_COUNT, gap)
    arrivals = [one.at for one in visits]
    rate = (len(arrivals) - 1) / (arrivals[-1] - arrivals[0])
    refused = sum(one.verdict != "ok" for one in visits)
    yield "| pace, measured at the server | figure | limit |"
    yield "|---|---|---|"
    yield f"| most questions in any second, policy allows {ALLOWED_PER_S}/s | {most_within(arrivals, 1.0)} | {ALLOWED_PER_S} |"
    yield f"| rate over {len(arrivals)} questions | {rate:.1f}/s | {ALLOWED_PER_S}/s |"
    yield f"| shortest gap between two questions | {1000 * min(gaps(arrivals)):.1f} ms | {1000 * gap:.0f} ms |"
    yield f"| refused; bans | {refused}; {bans} | 0; 0 |"


def tolerated_rate() -> Iterator[str]:
    """Finding the pace of a server that tells nobody its limit and bans after twenty offences."""
    pace = Pace(interval_s=START_S, floor_s=START_S / 2, concurrency=2)
    visits, bans = _gathered(pace, TOLERATED_COUNT, GAP_S)
    offences = sum(one.verdict != "ok" for one in visits)
    last = [one.at for one in visits[-SETTLED:]]
    rate = (len(last) - 1) / (last[-1] - last[0])
    yield f"| unknown limit of {1 / GAP_S:.0f}/s, asked {1 / START_S:.1f}/s to begin with: rate of the last {SETTLED} | {rate:.2f}/s ({rate * GAP_S:.0%} of the limit) | ≥ 90 % |".replace(
        "% of", " % of"
    )
    yield f"| offences among {len(visits)} questions; bans (it bans after {BAN_AFTER}) | {offences}; {bans} | ; 0 |"
