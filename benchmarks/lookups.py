"""Look-ups side by side on loopback servers: `python -m benchmarks.lookups`, a table of figures beside peers and limits.

Servers run in processes of their own, every contestant in a process of its own, rounds interleaved.
"""

from __future__ import annotations

import json
import platform
import statistics
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version

from benchmarks.lookup_contestants import AT_ONCE, THREADS
from benchmarks.lookup_pacing import allowed_rate, tolerated_rate
from benchmarks.lookup_servers import LATENCY_S, slow
from benchmarks.lookup_store import measure_store
from tests.servers.separate import Separate

ROUNDS = 3
COUNTS = {
    "ours": 8000,
    "asyncwhois": 8000,
    "python_whois_threads": 600,
    "python_whois_known": 30,
    "python_whois": 30,
}
TITLES = {
    "ours": f"icp-audit, {AT_ONCE} at once, pacing off, written to the store",
    "asyncwhois": f"asyncwhois, {AT_ONCE} at once, suffix list shared",
    "python_whois_threads": f"python-whois, {THREADS} threads",
    "python_whois_known": "python-whois, one after the other, server known",
    "python_whois": "python-whois, one after the other",
}
Figures = dict[str, float]


def _contest(name: str, count: int, seed: int) -> Figures:
    with Separate(slow, seed) as server:
        command = [sys.executable, "-m", "benchmarks.lookup_contestants", name, str(server.port), str(count)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: Figures = json.loads(done.stdout)
    return {
        "rate": found["count"] / found["seconds"],
        "cpu_ms": 1000 * found["cpu"] / found["count"],
        "right": found["right"] / found["count"],
    }


def measure_speed() -> Iterator[str]:
    """Look-ups a second and CPU a look-up, each contestant against the same latencies."""
    rounds: dict[str, list[Figures]] = {name: [] for name in COUNTS}
    for number in range(ROUNDS):  # interleaved, so that a drift of the machine meets all alike
        for name, count in COUNTS.items():
            rounds[name].append(_contest(name, count, number))
    medians = {
        name: {key: statistics.median(one[key] for one in found) for key in found[0]}
        for name, found in rounds.items()
    }
    base = medians["python_whois"]["rate"]
    bound = AT_ONCE / (sum(LATENCY_S) / 2)
    yield "| WHOIS look-ups, 50–300 ms latency | look-ups/s | CPU ms/look-up | × python-whois in turn | share of the bound |"
    yield "|---|---|---|---|---|"
    yield f"| bound by Little's law: {AT_ONCE} at once / mean latency | {bound:,.0f} | | {bound / base:,.0f} | 100 % |"
    for name, one in medians.items():
        share = f"{one['rate'] / bound:.0%}".replace("%", " %") if COUNTS[name] == COUNTS["ours"] else ""
        assert one["right"] == 1.0, (name, one)
        yield f"| {TITLES[name]} | {one['rate']:,.1f} | {one['cpu_ms']:.2f} | {one['rate'] / base:,.1f} | {share} |"


def measure() -> Iterator[str]:
    """All tables, line by line."""
    packages = ", ".join(f"{one} {version(one)}" for one in ("python-whois", "asyncwhois", "sqlalchemy"))
    yield f"CPython {platform.python_version()} on {platform.machine()}, {packages}; median of {ROUNDS} interleaved rounds"
    yield ""
    yield from measure_speed()
    yield ""
    yield from allowed_rate()
    yield from tolerated_rate()
    yield ""
    yield from measure_store()


def main() -> None:
    """Measure and print."""
    for line in measure():
        print(line, flush=True)


if __name__ == "__main__":
    main()
