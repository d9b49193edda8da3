"""What of a view stands on one HTML page: everything while that is readable, else a told selection."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Generic, TypeVar

from auditor.model.result import Finding
from auditor.model.verdict import Severity
from auditor.report.entities import EntityKey, EntityWork, entity_key, finding_order
from auditor.report.expiries import ExpiryLine
from auditor.report.inputrows import Fate, InputRow, input_rows
from auditor.report.plan_page import PlanLimits, PlanPage
from auditor.report.unknowns import UnknownCase, UnknownReason
from auditor.report.view import View

_YEAR = timedelta(days=366)
_NOT_AN_ANCHOR = re.compile(r"[^0-9A-Za-z-]")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one page holds.

    Up to `everything` findings (or undecided verdicts) all of them stand on it; above, `findings` in all and
    `of_entity` each, and `examples` of every undecided check and reason. The rest are lengths of lists.
    """

    everything: int = 2_000
    findings: int = 1_000
    of_entity: int = 20
    examples: int = 20
    entities: int = 300
    shared: int = 100
    domains: int = 60
    expiries: int = 300
    rows: int = 300
    plan: PlanLimits = field(default_factory=PlanLimits)


@dataclass(frozen=True, slots=True)
class Shown(Generic[T]):
    """A list cut to what a page holds. hidden: how many are not shown."""

    items: tuple[T, ...]
    hidden: int

    @classmethod
    def first(cls, items: Sequence[T], limit: int) -> Shown[T]:
        """The head of a list."""
        return cls(tuple(items[:limit]), max(len(items) - limit, 0))


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
class Glance:
    """A line of the list of findings; heads: the severity that begins here, None within one."""

    entry: Entry
    section: str
    begins: Severity | None


@dataclass(frozen=True, slots=True)
class ReasonSection:
    """One reason on the page. hidden: undecided verdicts without a line of their own."""

    reason: UnknownReason
    anchor: str
    cases: tuple[UnknownCase, ...]
    hidden: int


class Page:
    """The selection, with an anchor for everything that is linked to."""

    def __init__(self, view: View, limits: Limits) -> None:
        self.view = view
        self.limits = limits
        self.sections = self._sections()
        self.glances = self._glances()
        self.plan = self._plan()
        self.reasons = tuple(self._reason(one, number) for number, one in enumerate(view.reasons, 1))
        year = view.result.run.as_of + _YEAR
        soon: list[ExpiryLine] = [one for one in view.expiries if one.day <= year]
        self.expiries = Shown.first(soon, limits.expiries)
        self.later = len(view.expiries) - len(soon)
        self.works = Shown.first(self.sections, limits.entities)
        self.shared = Shown.first(view.shared, limits.shared)
        self.problems = Shown.first(view.result.reading.problems, limits.rows)
        self.odd_rows = Shown.first(_odd_rows(view), limits.rows)

    @property
    def hidden_findings(self) -> int:
        """Failures that do not stand on the page."""
        return len(self.view.failures) - len(self.glances)

    @property
    def quiet_entities(self) -> int:
        """Entities of the portfolio with neither a failure nor an undecided verdict."""
        keys: set[EntityKey] = {one.key for one in self.view.entities}
        entities = self.view.result.reading.portfolio.entities
        loud = sum(
            1 for one in entities if ((str(one.number), "") if one.number else ("", one.name or "")) in keys
        )
        return len(entities) - loud

    def starts(self, severity: Severity) -> str:
        """The link target of a severity: its first line in the list, or "" where none is shown."""
        return f"severity-{severity.code}" if any(one.begins is severity for one in self.glances) else ""

    def _plan(self) -> PlanPage | None:
        """The plan with its links to the findings on this page; None where nothing was planned."""
        plan = self.view.result.plan
        if plan is None:
            return None
        findings = {one.fingerprint: one for one in self.view.failures}
        anchors = {entry.finding.fingerprint: entry.anchor for one in self.sections for entry in one.entries}
        return PlanPage(plan, findings, anchors, self.limits.plan)

    def _sections(self) -> tuple[EntitySection, ...]:
        whole = len(self.view.failures) <= self.limits.everything
        left = len(self.view.failures) if whole else self.limits.findings
        found, anchors = [], set[str]()
        for number, work in enumerate(self.view.entities, 1):
            entries = []
            for one in work.findings[: left if whole else min(left, self.limits.of_entity)]:
                anchor = "f-" + _NOT_AN_ANCHOR.sub("-", one.fingerprint)
                while anchor in anchors:
                    anchor += "-"
                anchors.add(anchor)
                entries.append(Entry(one, anchor))
            left -= len(entries)
            hidden = len(work.findings) - len(entries)
            found.append(EntitySection(work, f"entity-{number}", tuple(entries), hidden))
        return tuple(found)

    def _glances(self) -> tuple[Glance, ...]:
        sections = {one.work.key: one.anchor for one in self.sections}
        entries = [entry for section in self.sections for entry in section.entries]
        entries.sort(key=lambda entry: finding_order(entry.finding))
        found: list[Glance] = []
        last: Severity | None = None
        for entry in entries:
            severity = entry.finding.severity
            begins = severity if severity is not last else None
            found.append(Glance(entry, sections[entity_key(entry.finding)], begins))
            last = severity
        return tuple(found)

    def _reason(self, reason: UnknownReason, number: int) -> ReasonSection:
        whole = len(self.view.unknowns) <= self.limits.everything
        cases = reason.cases(None if whole else self.limits.examples)
        shown = sum(len(one.findings) for one in cases)
        return ReasonSection(reason, f"reason-{number}", cases, reason.count - shown)


def _odd_rows(view: View) -> list[InputRow]:
    """Rows that did not become part of the portfolio; rejected ones first."""
    rows = [one for one in input_rows(view.result) if one.fate is not Fate.ACCEPTED]
    rows.sort(key=lambda one: (one.fate is not Fate.REJECTED, one.path, one.sheet, one.number))
    return rows
