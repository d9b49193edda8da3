"""What of a view stands on one HTML page: everything while that is readable, else a told selection."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Generic, TypeVar

from auditor.model.change import Change
from auditor.model.result import Finding
from auditor.model.verdict import Severity
from auditor.report.changes import WORLD_LABELS, Changed
from auditor.report.charts import (
    Chart,
    Month,
    coverage_chart,
    expiry_chart,
    months_of,
    severity_chart,
    trend_chart,
)
from auditor.report.entities import EntityKey
from auditor.report.index import EntitySection, Entry, Guides, anchor_name, index_lines
from auditor.report.inputrows import Fate, InputRow, input_rows
from auditor.report.numbers import SharedNumber
from auditor.report.pictures import COLUMNS, Picture, picture
from auditor.report.plan_page import PlanLimits, PlanPage
from auditor.report.unknowns import UnknownCase, UnknownReason
from auditor.report.view import View

_YEAR = timedelta(days=366)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one page holds.

    Up to `cards` failures each one has a card of its own; above, a row of a table, with the remedy and the basis once for
    each check. All of them stand on the page up to `everything` failures, undecided and waived verdicts together and up to
    `rows_of_findings` failures and waived ones, which take some 440 bytes each; above either, `findings` failures in
    all and `of_entity` each, `examples` of every undecided check and reason. The other lists hold `few` where findings
    have no cards. The rest are lengths of lists; `links` those of one line of the index, `of_number` findings about one
    shared number.
    """

    cards: int = 600
    everything: int = 5_000
    rows_of_findings: int = 3_200
    findings: int = 300
    of_entity: int = 12
    examples: int = 5
    few: int = 60
    of_number: int = 12
    links: int = 12
    entities: int = 300
    shared: int = 60
    domains: int = 60
    pictures: int = 24
    expiries: int = 300
    rows: int = 300
    changed: int = 100
    waivers: int = 500
    plan: PlanLimits = field(default_factory=PlanLimits)
    short_plan: PlanLimits = field(
        default_factory=lambda: PlanLimits(queues=15, work=45, of_queue=10, late=30, cures=4, names=6)
    )


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
class ReasonSection:
    """One reason on the page. hidden: undecided verdicts without a line of their own."""

    reason: UnknownReason
    anchor: str
    cases: tuple[UnknownCase, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class MonthSection:
    """One month of the calendar. hidden: what is counted but not shown."""

    month: Month
    lines: Shown[object]


class Page:
    """The selection, with an anchor for everything that is linked to."""

    def __init__(self, view: View, limits: Limits) -> None:
        self.view = view
        self.limits = limits
        rows = len(view.failures) + len(view.waived)
        self.whole = rows + len(view.unknowns) <= limits.everything and rows <= limits.rows_of_findings
        self.cards = self.whole and len(view.failures) <= limits.cards
        self.sections = self._sections()
        self.waived: Shown[Finding] = Shown.first(view.waived, len(view.waived) if self.whole else limits.few)
        self.reasons = tuple(self._reason(one, number) for number, one in enumerate(view.reasons, 1))
        self.anchors = self._anchors()
        self.guides = Guides(() if self.cards else (*self._entries(), *self.waived.items))
        self.index = index_lines(self.sections, view.failures, None if self.cards else limits.links)
        self.plan = self._plan()
        self._calendar()
        self.works = Shown.first(self.sections, self._most(limits.entities))
        self.shared = Shown.first(view.shared, self._most(limits.shared))
        self.problems = Shown.first(view.result.reading.problems, self._most(limits.rows))
        self.odd_rows = Shown.first(_odd_rows(view), self._most(limits.rows))
        self.waivers = Shown.first(view.waivers, self._most(limits.waivers))
        self.stale = view.result.stale_answers
        self.picture_columns = COLUMNS

    @property
    def shown_findings(self) -> int:
        """Failures that stand on the page."""
        return sum(len(one.entries) for one in self.sections)

    @property
    def hidden_findings(self) -> int:
        """Failures that do not stand on the page."""
        return len(self.view.failures) - self.shown_findings

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
        """The link target of a severity: its first line in the index, or "" where none is shown."""
        return f"severity-{severity.code}" if any(one.severity is severity for one in self.index) else ""

    def anchor(self, fingerprint: str) -> str:
        """Where a finding stands on the page, "" for nowhere."""
        return self.anchors.get(fingerprint, "")

    def guide(self, finding: Finding) -> str:
        """Where the remedy and the basis of a finding stand."""
        return self.guides.anchor(finding)

    @staticmethod
    def adds(said: str, expected: str, observed: str) -> bool:
        """Whether a message leaves out what was expected or what was found."""
        return not (expected in said and observed in said) and (expected, observed) != ("—", "—")

    def changed(self, change: Change) -> Shown[Changed]:
        """The findings of one change word."""
        told = self.view.changes
        return Shown.first(told.lists[change] if told else (), self._most(self.limits.changed))

    def listed(self, items: Sequence[T]) -> Shown[T]:
        """Any other list of changes, cut like those."""
        return Shown.first(items, self._most(self.limits.changed))

    def world_label(self, kind: str) -> str:
        """The label of a kind of fact, "" for a kind that has none."""
        return WORLD_LABELS.get(kind, "")

    def picture(self, number: SharedNumber) -> Picture:
        """The picture of a shared number."""
        return picture(number, self.limits.pictures)

    @cached_property
    def severity_chart(self) -> Chart:
        """Failures by family."""
        return severity_chart((one.code, one.by_severity) for one in self.view.families)

    @cached_property
    def coverage_chart(self) -> Chart:
        """Answers by source."""
        return coverage_chart(self.view.result.coverage)

    @cached_property
    def expiry_chart(self) -> Chart:
        """What runs out in the year to come."""
        return expiry_chart(self.months)

    @cached_property
    def trend_chart(self) -> Chart:
        """The last runs."""
        told = self.view.changes
        return trend_chart(told.comparison.trend if told else ())

    def _most(self, limit: int) -> int:
        return limit if self.cards else min(limit, self.limits.few)

    def _calendar(self) -> None:
        as_of = self.view.result.run.as_of
        soon = [one for one in self.view.expiries if one.day <= as_of + _YEAR]
        self.later = len(self.view.expiries) - len(soon)
        self.months = months_of(soon, as_of, as_of + _YEAR)
        self.expiring = len(soon)
        left = self._most(self.limits.expiries)
        sections = []
        for month in self.months:
            if month.lines:
                shown: Shown[object] = Shown.first(month.lines, left)
                left -= len(shown.items)
                sections.append(MonthSection(month, shown))
        self.calendar = tuple(sections)

    def _plan(self) -> PlanPage | None:
        """The plan with its links to the findings on this page; None where nothing was planned."""
        plan = self.view.result.plan
        if plan is None:
            return None
        findings = {one.fingerprint: one for one in self.view.failures}
        limits = self.limits.plan if self.cards else self.limits.short_plan
        return PlanPage(plan, findings, self.anchors, limits)

    def _sections(self) -> tuple[EntitySection, ...]:
        left = len(self.view.failures) if self.whole else self.limits.findings
        found, anchors = [], set[str]()
        for number, work in enumerate(self.view.entities, 1):
            entries = []
            for one in work.findings[: left if self.whole else min(left, self.limits.of_entity)]:
                anchor = _anchor(one)
                while anchor in anchors:
                    anchor += "-"
                anchors.add(anchor)
                entries.append(Entry(one, anchor))
            left -= len(entries)
            hidden = len(work.findings) - len(entries)
            found.append(EntitySection(work, f"entity-{number}", tuple(entries), hidden))
        return tuple(found)

    def _anchors(self) -> dict[str, str]:
        """Fingerprint → where that finding stands on the page: as a failure, as waived or as undecided."""
        found = {entry.finding.fingerprint: entry.anchor for one in self.sections for entry in one.entries}
        taken = set(found.values())
        lines: list[tuple[Finding, ...]] = [(one,) for one in self.waived.items]
        lines += [case.findings for section in self.reasons for case in section.cases]
        for members in lines:
            anchor = _anchor(members[0])
            if anchor not in taken:
                taken.add(anchor)
                found.update((one.fingerprint, anchor) for one in members if one.fingerprint not in found)
        return found

    def _entries(self) -> Iterator[Finding]:
        return (entry.finding for one in self.sections for entry in one.entries)

    def _reason(self, reason: UnknownReason, number: int) -> ReasonSection:
        cases = reason.cases(None if self.whole else self.limits.examples)
        shown = sum(len(one.findings) for one in cases)
        return ReasonSection(reason, f"reason-{number}", cases, reason.count - shown)


def _anchor(finding: Finding) -> str:
    return "f-" + anchor_name(finding.fingerprint)


def _odd_rows(view: View) -> list[InputRow]:
    """Rows that did not become part of the portfolio; rejected ones first."""
    rows = [one for one in input_rows(view.result) if one.fate is not Fate.ACCEPTED]
    rows.sort(key=lambda one: (one.fate is not Fate.REJECTED, one.path, one.sheet, one.number))
    return rows
