"""`make bench`: a table of figures, each beside its peer or its limit."""

from __future__ import annotations

import json
import platform
import statistics
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from benchmarks.portfolio import write_book, write_evidence

ROUNDS = 3
SMALL, LARGE = 2_000, 10_000
STAGES = ("read", "evidence", "checks", "view", "html", "xlsx", "json", "csv")


def _measure(what: str, *paths: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.stages", what, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    marks: dict[str, float] = json.loads(done.stdout)
    return marks


def _median(rounds: list[dict[str, float]]) -> dict[str, float]:
    return {key: statistics.median(one[key] for one in rounds) for key in rounds[0]}


def _start_up() -> list[str]:
    def cpu(command: list[str]) -> float:
        script = (
            "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True);"
            "used = resource.getrusage(resource.RUSAGE_CHILDREN); print(used.ru_utime + used.ru_stime)"
        )
        done = subprocess.run(
            [sys.executable, "-c", script, *command], capture_output=True, text=True, check=True
        )
        return float(done.stdout)

    rounds = [
        (cpu([sys.executable, "-c", "pass"]), cpu([sys.executable, "-m", "auditor", "--help"]))
        for _ in range(7)
    ]
    bare, ours = (statistics.median(one[i] for one in rounds) for i in (0, 1))
    return [
        f"| `audit --help` CPU | {ours * 1000:.0f} ms | bare Python {bare * 1000:.0f} ms | {ours / bare:.1f} |"
    ]


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for rows in (SMALL, LARGE):
            write_book(folder / f"{rows}.xlsx", rows)
            write_evidence(folder / f"{rows}.jsonl", rows)
        peer, small, large = [], [], []
        for _ in range(ROUNDS):  # interleaved, so that a drift of the machine meets all alike
            peer.append(_measure("calamine", folder / f"{LARGE}.xlsx"))
            small.append(_measure("audit", folder / f"{SMALL}.xlsx", folder / f"{SMALL}.jsonl"))
            large.append(_measure("audit", folder / f"{LARGE}.xlsx", folder / f"{LARGE}.jsonl"))
    calamine, few, many = _median(peer), _median(small), _median(large)
    packages = ", ".join(f"{one} {version(one)}" for one in ("python-calamine", "xlsxwriter", "jinja2"))
    print(
        f"CPython {platform.python_version()} on {platform.machine()}, {packages}; median of {ROUNDS} interleaved rounds"
    )
    print(
        f"Input: a flat book of 20 columns with WHOIS or RDAP and DNS evidence for every domain; {many['findings']:,.0f} findings\n"
    )
    print(
        f"| stage | CPU s, {SMALL:,} rows | CPU s, {LARGE:,} rows | growth (rows × {LARGE / SMALL:.0f}) | ratio to calamine reading |"
    )
    print("|---|---|---|---|---|")
    for stage in STAGES:
        growth = many[stage] / few[stage] if few[stage] > 0.005 else float("nan")
        print(
            f"| {stage} | {few[stage]:.2f} | {many[stage]:.2f} | {growth:.1f} | {many[stage] / calamine['calamine']:.1f} |"
        )
    print(
        f"| whole process | {few['whole']:.2f} | {many['whole']:.2f} | {many['whole'] / few['whole']:.1f} | {many['whole'] / calamine['whole']:.1f} |"
    )
    print(
        f"| peak memory, MB | {few['peak_mb']:.0f} | {many['peak_mb']:.0f} | {many['peak_mb'] / few['peak_mb']:.1f} | {many['peak_mb'] / calamine['peak_mb']:.1f} |"
    )
    print("\n| figure | ours | peer | ratio |\n|---|---|---|---|")
    for line in _start_up():
        print(line)


if __name__ == "__main__":
    main()
