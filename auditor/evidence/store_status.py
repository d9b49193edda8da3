"""Age and coverage of what stands in the evidence store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from auditor.evidence.store_rows import Key, Newest, stamp
from auditor.evidence.times import BEIJING


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """One source over the domains asked about: how many have a fresh answer, an old one only, or none but failures.

    outcomes: the last word of those that failed, with counts. oldest, newest: of the answers that count.
    """

    source: str
    fresh: int
    old: int
    failed: int
    outcomes: Mapping[str, int]
    oldest: datetime | None
    newest: datetime | None


@dataclass(frozen=True, slots=True)
class StoreStatus:
    """Age and coverage. unknown: domains of which nothing stands in the store. size: bytes, None where not known."""

    observations: int
    domains: int
    unknown: tuple[str, ...]
    sources: tuple[SourceStatus, ...]
    waiting: int
    size: int | None


def source_statuses(newest: Mapping[Key, Newest], oldest_day: date) -> tuple[SourceStatus, ...]:
    """The state of every source. oldest_day: answers of earlier days (Beijing) are old."""
    sources: dict[str, dict[str, list[Newest]]] = {}
    for (domain, source, _server), one in newest.items():
        sources.setdefault(source, {}).setdefault(domain, []).append(one)
    return tuple(_source_status(name, sources[name], oldest_day) for name in sorted(sources))


def _source_status(source: str, by_domain: Mapping[str, Sequence[Newest]], oldest_day: date) -> SourceStatus:
    fresh = old = 0
    outcomes: dict[str, int] = {}
    moments: list[datetime] = []
    for newest in by_domain.values():
        answers = [one.fetched_at for one in newest if one.reading is not None and one.reading.is_answer]
        dated = [moment for moment in answers if moment is not None]
        if any(moment.astimezone(BEIJING).date() >= oldest_day for moment in dated):
            fresh += 1
        elif answers:
            old += 1
        else:
            word = max(newest, key=lambda one: (stamp(one.fetched_at), one.outcome)).meaning or "unread"
            outcomes[word] = outcomes.get(word, 0) + 1
        moments += dated
    return SourceStatus(
        source,
        fresh,
        old,
        sum(outcomes.values()),
        dict(sorted(outcomes.items())),
        min(moments, default=None),
        max(moments, default=None),
    )
