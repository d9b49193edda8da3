"""The ways into the findings of a page: an index by severity and check, and what findings of one check share."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from auditor.model.result import Finding
from auditor.model.text import Text
from auditor.model.verdict import Severity
from auditor.report.entities import EntityKey, EntityWork, entity_key, finding_order

_NOT_AN_ANCHOR = re.compile(r"[^0-9A-Za-z-]")
_Shared = tuple[str, tuple[Text, ...], tuple[Text, ...]]  # check, remedy, basis


def anchor_name(text: str) -> str:
    """A text as a part of a link target."""
    return _NOT_AN_ANCHOR.sub("-", text)


@dataclass(frozen=True, slots=True)
class Entry:
    """One finding on the page and where it stands."""

    finding: Finding
    anchor: str


@dataclass(frozen=True, slots=True)
class EntitySection:
    """One entity on the page. hidden: findings that are counted but not shown."""

    work: EntityWork
    anchor: str
    entries: tuple[Entry, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class IndexLink:
    """A finding, or where there is a table of them an entity and how many of its findings are meant."""

    anchor: str
    text: object
    count: int = 1


@dataclass(frozen=True, slots=True)
class IndexLine:
    """One check at one severity: how many failures, and where they stand. begins: the severity that begins here.

    hidden: links that are not shown; there may be fewer links than failures where an entity has several.
    """

    severity: Severity
    begins: bool
    check: str
    title: Text
    count: int
    links: tuple[IndexLink, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class Guide:
    """What many findings of one check share: what to do, and on what it rests."""

    anchor: str
    check: str
    title: Text
    remedy: tuple[Text, ...]
    basis: tuple[Text, ...]


class Guides:
    """The guides that some findings need, by check, each with its own link target."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        titles: dict[_Shared, Text] = {}
        for one in sorted(findings, key=lambda one: one.check):
            titles.setdefault((one.check, one.remedy, one.basis), one.title)
        numbers: Counter[str] = Counter()
        self._anchors: dict[_Shared, str] = {}
        self.items: list[Guide] = []
        for (check, remedy, basis), title in titles.items():
            numbers[check] += 1
            more = f"-{numbers[check]}" if numbers[check] > 1 else ""
            anchor = f"how-{anchor_name(check)}{more}"
            self._anchors[check, remedy, basis] = anchor
            self.items.append(Guide(anchor, check, title, remedy, basis))

    def anchor(self, finding: Finding) -> str:
        """Where the remedy and the basis of a finding stand; KeyError for a finding that was not given."""
        return self._anchors[finding.check, finding.remedy, finding.basis]


def index_lines(
    sections: Sequence[EntitySection], failures: Iterable[Finding], links: int | None
) -> tuple[IndexLine, ...]:
    """Every severity and check with a failure on the page, worst first.

    links: at most so many links to entities in each line; None for links to every finding.
    """
    by_key = {one.work.key: one for one in sections}
    groups: dict[tuple[int, str], list[Entry]] = {}
    for section in sections:
        for entry in section.entries:
            groups.setdefault((-entry.finding.severity, entry.finding.check), []).append(entry)
    counted = Counter((-one.severity, one.check) for one in failures)
    lines: list[IndexLine] = []
    last = None
    for (level, check), entries in sorted(groups.items(), key=lambda one: one[0]):
        entries.sort(key=lambda entry: finding_order(entry.finding))
        places = _finding_links(entries) if links is None else _entity_links(entries, by_key)
        most = len(places) if links is None else links
        first = entries[0].finding
        lines.append(
            IndexLine(
                severity=first.severity,
                begins=level != last,
                check=check,
                title=first.title,
                count=counted[level, check],
                links=places[:most],
                hidden=max(len(places) - most, 0),
            )
        )
        last = level
    return tuple(lines)


def _finding_links(entries: Iterable[Entry]) -> tuple[IndexLink, ...]:
    return tuple(IndexLink(one.anchor, one.finding.target) for one in entries)


def _entity_links(
    entries: Iterable[Entry], sections: Mapping[EntityKey, EntitySection]
) -> tuple[IndexLink, ...]:
    counts = Counter(entity_key(one.finding) for one in entries)
    works = {key: sections[key].work for key in counts}
    return tuple(
        IndexLink(sections[key].anchor, works[key].number or works[key].name, count)
        for key, count in counts.items()
    )
