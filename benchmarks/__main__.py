"""`make bench`: a table of figures, each beside its peer or its limit. `--rows 2000,10000` for other sizes."""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from benchmarks.portfolio import write_book, write_evidence

NO_STAGES = ("whole", "peak_mb", "findings", "undecided")
PACKAGES = ("python-calamine", "xlsxwriter", "jinja2", "click")
START_UP_LIMIT = 5  # times bare Python

Marks = dict[str, float]


def _measure(what: str, *paths: Path) -> Marks:
    """One process of `benchmarks.stages`."""
    command = [sys.executable, "-m", "benchmarks.stages", what, *map(str, paths)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    marks: Marks = json.loads(done.stdout)
    return marks


def _median(rounds: list[Marks]) -> Marks:
    return {key: statistics.median(one[key] for one in rounds) for key in rounds[0]}


def _audits(sizes: list[int], rounds: int) -> tuple[dict[int, Marks], dict[int, Marks]]:
    """The audit and the mere reading of each size; interleaved, so that a drift of the machine meets all alike."""
    audits: dict[int, list[Marks]] = {rows: [] for rows in sizes}
    readings: dict[int, list[Marks]] = {rows: [] for rows in sizes}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for rows in sizes:
            write_book(folder / f"{rows}.xlsx", rows)
            write_evidence(folder / f"{rows}.jsonl", rows)
        for _ in range(rounds):
            for rows in sizes:
                readings[rows].append(_measure("calamine", folder / f"{rows}.xlsx"))
                audits[rows].append(_measure("audit", folder / f"{rows}.xlsx", folder / f"{rows}.jsonl"))
    return (
        {rows: _median(own) for rows, own in audits.items()},
        {rows: _median(own) for rows, own in readings.items()},
    )


def _cpu(command: list[str]) -> float:
    """CPU seconds of one command, with what the starting of it costs here."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _start_up(rounds: int = 9) -> tuple[float, float]:
    """Bare Python and `audit --help`, CPU seconds."""
    bare, ours = [], []
    for _ in range(rounds):
        bare.append(_cpu([sys.executable, "-c", "pass"]))
        ours.append(_cpu([sys.executable, "-m", "auditor", "--help"]))
    return statistics.median(bare), statistics.median(ours)


def _line(*cells: str) -> None:
    print("| " + " | ".join(cells) + " |")


def _head(*cells: str) -> None:
    _line(*cells)
    _line(*("---" for _ in cells))


def _table(audits: dict[int, Marks], readings: dict[int, Marks]) -> None:
    sizes = sorted(audits)
    few, most = sizes[0], sizes[-1]
    growing = [f"growth (rows × {most / few:g})"] if most > few else []
    _head("CPU seconds", *(f"{rows:,} rows" for rows in sizes), *growing, f"× calamine, {most:,} rows")
    peer = readings[most]["calamine"]
    for stage in (*(key for key in audits[most] if key not in NO_STAGES), "whole"):
        own = [audits[rows][stage] for rows in sizes]
        growth = [f"{own[-1] / own[0]:.1f}"] if growing else []
        name = "**whole process**" if stage == "whole" else stage
        _line(name, *(f"{one:.2f}" for one in own), *growth, f"{own[-1] / peer:.1f}")
    read = [readings[rows]["calamine"] for rows in sizes]
    _line(
        "peer: calamine reads the book",
        *(f"{one:.3f}" for one in read),
        *([f"{read[-1] / read[0]:.1f}"] if growing else []),
        "1",
    )
    print()
    _head("memory and size", *(f"{rows:,} rows" for rows in sizes), *growing)
    for label, key in (
        ("peak memory, MB", "peak_mb"),
        ("findings", "findings"),
        ("of them undecided", "undecided"),
    ):
        own = [audits[rows][key] for rows in sizes]
        _line(label, *(f"{one:,.0f}" for one in own), *([f"{own[-1] / own[0]:.1f}"] if growing else []))
    ratios = (audits[rows]["peak_mb"] / readings[rows]["peak_mb"] for rows in sizes)
    _line("peak memory, × calamine", *(f"{one:.1f}" for one in ratios), *([""] if growing else []))


def _sizes(text: str) -> list[int]:
    sizes = sorted({int(part) for part in text.split(",")})
    if not sizes or sizes[0] < 1:
        raise argparse.ArgumentTypeError("numbers of rows, such as 2000,10000")
    return sizes


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rows", type=_sizes, default=[2_000, 10_000], help="sizes (default: 2000,10000)")
    parser.add_argument(
        "--rounds", type=int, default=2, help="interleaved rounds; medians count (default: 2)"
    )
    asked = parser.parse_args()
    audits, readings = _audits(asked.rows, asked.rounds)
    packages = ", ".join(f"{one} {version(one)}" for one in PACKAGES)
    print(
        f"CPython {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores; "
        f"{packages}; medians of {asked.rounds} interleaved rounds.\n"
    )
    _table(audits, readings)
    bare, ours = _start_up()
    print()
    _head("start-up, CPU ms", "bare Python", "`audit --help`", "ratio", "limit")
    _line("", f"{bare * 1000:.0f}", f"{ours * 1000:.0f}", f"{ours / bare:.1f}", f"{START_UP_LIMIT}")


if __name__ == "__main__":
    main()
