"""Charts as data: bars with their numbers, laid out in whole and half pixels; a template only draws them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from auditor.model.change import TrendPoint
from auditor.model.result import SourceCoverage
from auditor.model.verdict import Severity
from auditor.report.expiries import ExpiryLine

PLOT = 440.0  # pixels of the longest bar of a chart of bars
RISE = 110.0  # pixels of the highest column of a chart of columns
SPAN = 700.0  # pixels of all columns side by side
_LEAST = 3.0  # pixels of a part that is not nothing, so that one of ten thousand is still seen
_DIGIT = 8.0  # pixels of a digit of a number inside a part
_RUNS = 12

SEVERITY_KEYS = tuple(one.code for one in sorted(Severity, reverse=True))
COVERAGE_KEYS = ("answered", "failed_lookups", "not_asked")
EXPIRY_KEYS = ("expiry_domain", "expiry_document")
TREND_KEYS = (*SEVERITY_KEYS, "unknown")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bar. at, size: pixels from the bar's foot; told: whether its number fits inside."""

    key: str
    count: int
    at: float
    size: float
    told: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar. name: what it stands for, as the chart's own kind of key; mark: True where it needs a caveat."""

    name: str
    parts: tuple[Part, ...]
    mark: bool = False

    @property
    def total(self) -> int:
        """What its parts add up to."""
        return sum(one.count for one in self.parts)

    @property
    def end(self) -> float:
        """Where the last part ends, in pixels."""
        return max((one.at + one.size for one in self.parts), default=0.0)


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars of one scale. keys: the parts in their order, whether or not a bar has any; extent: pixels of the longest."""

    keys: tuple[str, ...]
    bars: tuple[Bar, ...]
    extent: float

    @property
    def total(self) -> int:
        """What all bars add up to."""
        return sum(one.total for one in self.bars)

    @property
    def step(self) -> float:
        """Pixels from one column to the next."""
        return round(SPAN / max(len(self.bars), 6), 1)


@dataclass(frozen=True, slots=True)
class Month:
    """What runs out in one month. name: `2026-12`, "" for what has run out already; lines: earliest first."""

    name: str
    lines: tuple[ExpiryLine, ...]

    def count(self, kind: str) -> int:
        """How many of one kind ("domain" or "document")."""
        return sum(1 for one in self.lines if one.kind == kind)


def lay_out(
    keys: Sequence[str],
    rows: Iterable[tuple[str, Sequence[int], bool]],
    extent: float,
    *,
    upright: bool = False,
) -> Chart:
    """Bars for rows of (name, a count for each key, caveat); what is not nothing is never thinner than it can be seen."""
    every = list(rows)
    most = max((sum(counts) for _name, counts, _mark in every), default=0)
    unit = (extent - _LEAST * len(keys)) / most if most else 0.0
    bars = []
    for name, counts, mark in every:
        parts, at = [], 0.0
        for key, count in zip(keys, counts, strict=True):
            if count:
                size = round(_LEAST + count * unit, 1)
                fits = size >= 13 if upright else size >= _DIGIT * len(f"{count:,}") + 6
                parts.append(Part(key, count, round(at, 1), size, fits))
                at += size
        bars.append(Bar(name, tuple(parts), mark))
    return Chart(tuple(keys), tuple(bars), extent)


def severity_chart(families: Iterable[tuple[str, Mapping[Severity, int]]]) -> Chart:
    """Failures by family; families without any are left to the table."""
    rows = [
        (code, [counts[one] for one in sorted(Severity, reverse=True)], False) for code, counts in families
    ]
    return lay_out(SEVERITY_KEYS, [one for one in rows if any(one[1])], PLOT)


def coverage_chart(coverage: Iterable[SourceCoverage]) -> Chart:
    """How far each source answered; the caveat marks a source of which some look-ups failed."""
    rows = []
    for one in coverage:
        failed = sum(one.failed.values())
        rows.append((one.source, [one.answered, failed, one.not_asked], bool(failed)))
    return lay_out(COVERAGE_KEYS, rows, PLOT)


def months_of(lines: Sequence[ExpiryLine], as_of: date, last: date) -> tuple[Month, ...]:
    """What has run out, then every month from the audit date to `last`, empty ones too; lines: earliest first."""
    found: dict[str, tuple[ExpiryLine, ...]] = {"": ()}
    year, month = as_of.year, as_of.month
    while (year, month) <= (last.year, last.month):
        found[f"{year:04d}-{month:02d}"] = ()
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    for name, group in groupby(lines, key=lambda one: "" if one.days_left < 0 else f"{one.day:%Y-%m}"):
        found[name] = tuple(group)
    return tuple(Month(name, own) for name, own in found.items())


def expiry_chart(months: Iterable[Month]) -> Chart:
    """What runs out month by month; the caveat marks what has run out already."""
    rows = [(one.name, [one.count("domain"), one.count("document")], not one.name) for one in months]
    return lay_out(EXPIRY_KEYS, rows, RISE, upright=True)


def trend_chart(trend: Sequence[TrendPoint]) -> Chart:
    """The last runs, oldest first; the caveat marks those that were incomplete."""
    rows = [
        (
            one.as_of.isoformat(),
            [*(one.by_severity.get(level, 0) for level in sorted(Severity, reverse=True)), one.unknown],
            not one.complete,
        )
        for one in trend[-_RUNS:]
    ]
    return lay_out(TREND_KEYS, rows, RISE, upright=True)
