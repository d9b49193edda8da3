"""What changed since an earlier run, ready to be told: lists by change word, and why something is not called resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from auditor.model.change import Change, Comparison, PastFinding
from auditor.model.result import AuditResult, Finding
from auditor.model.verdict import Severity, Verdict

# In the order in which they are read; what persists is only counted.
LISTED = (Change.NEW, Change.WORSE, Change.LAPSED, Change.BETTER)

# The label of each kind of fact about the world; a kind without one is shown as it is.
WORLD_LABELS = {
    "registrant": "world_registrant",
    "registrar": "world_registrar",
    "expiry": "world_expiry",
    "nameservers": "world_nameservers",
    "addresses": "world_addresses",
    "status": "world_status",
    "document": "world_document",
    "certificate": "world_certificate",
}


class NotJudgedBecause(StrEnum):
    """Why an earlier finding that is gone cannot be called resolved; the values are keys of labels."""

    UNDECIDED = "unjudged_undecided"  # its check could not decide this time
    OFF = "unjudged_off"  # its check did not run
    UNREAD = "unjudged_unread"  # its target's rows were rejected or are not in the books


@dataclass(frozen=True, slots=True)
class Changed:
    """A finding of this run and what it was before: None where it was not there."""

    finding: Finding
    before: tuple[Verdict, Severity] | None


@dataclass(frozen=True, slots=True)
class NotJudged:
    """An earlier finding that nobody may call resolved. now: the undecided finding of this run, where there is one."""

    past: PastFinding
    why: NotJudgedBecause
    now: Finding | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """The comparison in reading order, waived findings left to their own list. counts: by change word, 0 for none."""

    comparison: Comparison
    counts: Mapping[Change, int]
    lists: Mapping[Change, tuple[Changed, ...]]
    not_judged: tuple[NotJudged, ...]

    @property
    def first(self) -> bool:
        """True where this is the portfolio's first run."""
        return self.comparison.since is None

    @property
    def resolved(self) -> int:
        """How many earlier findings are put right."""
        return self.counts[Change.RESOLVED]

    @property
    def still(self) -> bool:
        """True where no finding is new, worse, better or no longer waived."""
        return not any(self.counts[change] for change in LISTED)

    @property
    def portfolio_moved(self) -> bool:
        """True where domains or entities came or went."""
        told = self.comparison
        return bool(told.domains_arrived or told.domains_gone or told.entities_arrived or told.entities_gone)


def changes_of(result: AuditResult) -> Changes | None:
    """The changes to tell; None where no history was looked at."""
    comparison = result.comparison
    if comparison is None:
        return None
    before = comparison.before or {}
    lists: dict[Change, list[Changed]] = {change: [] for change in Change}
    known = {change.code: change for change in Change}
    for one in result.findings:
        change = known.get(one.change)
        if change is not None and one.waiver is None:
            lists[change].append(Changed(one, before.get(one.fingerprint)))
    counts = {change: len(own) for change, own in lists.items()}
    counts[Change.RESOLVED] = len(comparison.resolved)
    return Changes(
        comparison=comparison,
        counts={**counts, **(comparison.counts or {})},
        lists={change: tuple(lists[change]) for change in LISTED},
        not_judged=_not_judged(result, comparison),
    )


def _not_judged(result: AuditResult, comparison: Comparison) -> tuple[NotJudged, ...]:
    on = {one.check for one in result.tallies if one.enabled}
    undecided = {one.fingerprint: one for one in result.findings if one.verdict is Verdict.UNKNOWN}
    by_target = {(one.check, one.target): one for one in undecided.values()}
    told = []
    for past in comparison.not_judged:
        now = undecided.get(past.fingerprint) or by_target.get((past.check, past.target))
        if now is not None:
            why = NotJudgedBecause.UNDECIDED
        else:
            why = NotJudgedBecause.UNREAD if past.check in on else NotJudgedBecause.OFF
        told.append(NotJudged(past, why, now))
    return tuple(told)
