"""The work by entity: whose findings they are, how bad, and by when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from auditor.model.portfolio import Portfolio
from auditor.model.result import Finding
from auditor.model.verdict import Severity

EntityKey = tuple[
    str, str
]  # entity number and name, either may be ""; the name only where there is no number


@dataclass(frozen=True, slots=True)
class EntityWork:
    """One entity's findings, worst first, then earliest due. key: ("", "") for findings that name no entity.

    start_by: the last day to begin the most pressing work; where the cure takes no lead, its due date. estimated: which
    of "due" and "start_by" rest on a year without an official calendar.
    """

    key: EntityKey
    number: str
    name: str
    findings: tuple[Finding, ...]
    counts: Mapping[Severity, int]
    unknown: int
    due: date | None
    start_by: date | None
    estimated: tuple[str, ...] = ()

    @property
    def worst(self) -> Severity | None:
        """The worst severity among the failures; None where there are only unknowns."""
        return max(self.counts, default=None)


def entity_key(finding: Finding) -> EntityKey:
    """What groups a finding with others of its entity."""
    number = finding.entity_number or ""
    return (number, "" if number else finding.entity_name or "")


def finding_order(finding: Finding) -> tuple[object, ...]:
    """Worst first, then earliest due, then by check and target."""
    return (-finding.severity, finding.due or date.max, finding.check, finding.target, finding.fingerprint)


def _start(finding: Finding) -> date | None:
    return finding.start_by or finding.due


def work_by_entity(
    portfolio: Portfolio, failures: tuple[Finding, ...], unknowns: tuple[Finding, ...]
) -> tuple[EntityWork, ...]:
    """Every entity with at least one finding: worst first, then earliest due, then most findings."""
    names = {str(one.number): one.name for one in portfolio.entities if one.number is not None}
    failed: dict[EntityKey, list[Finding]] = {}
    unknown: Counter[EntityKey] = Counter()
    said: dict[EntityKey, set[str]] = {}
    for finding in failures:
        failed.setdefault(entity_key(finding), []).append(finding)
    for finding in unknowns:
        unknown[entity_key(finding)] += 1
    for finding in (*failures, *unknowns):
        if finding.entity_name:
            said.setdefault(entity_key(finding), set()).add(finding.entity_name)
    work = []
    for key in sorted(failed.keys() | unknown.keys()):
        own = tuple(sorted(failed.get(key, ()), key=finding_order))
        name = names.get(key[0]) or key[1] or min(said.get(key, {""}))
        counts = Counter(one.severity for one in own)
        due = min((one.due for one in own if one.due), default=None)
        start = min((day for one in own if (day := _start(one))), default=None)
        rests = [one for one in own if one.estimated]
        work.append(
            EntityWork(
                key=key,
                number=key[0],
                name=name,
                findings=own,
                counts={severity: counts[severity] for severity in sorted(counts, reverse=True)},
                unknown=unknown[key],
                due=due,
                start_by=start,
                estimated=("due",) * any(one.due == due for one in rests)
                + ("start_by",) * any(_start(one) == start for one in rests),
            )
        )
    work.sort(key=lambda one: (-(one.worst or 0), one.due or date.max, -len(one.findings), one.key))
    return tuple(work)
