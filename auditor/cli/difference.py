"""Two recorded runs laid side by side, with what was accepted at either of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.errors import InputError
from auditor.model.change import Change, PastFinding

if TYPE_CHECKING:
    from auditor.history.records import Difference, RunRecord
    from auditor.history.store import History
    from auditor.history.waiver_policy import WaiverRules


@dataclass(frozen=True, slots=True)
class SideBySide:
    """The difference of two runs. lists: what nobody has accepted at the later run, worst first; what persists is
    counted only. accepted: findings of the later run that a waiver covers there and covered not at the earlier one.

    estimated: which findings were accepted at one of the runs is not kept, and was found by the trail of waivers.
    """

    before: RunRecord
    after: RunRecord
    told: Difference
    lists: dict[Change, tuple[PastFinding, ...]]
    counts: dict[Change, int]
    accepted: tuple[PastFinding, ...] = ()
    estimated: bool = False

    @property
    def worsened(self) -> bool:
        """True where something is new, worse or no longer waived."""
        return any(self.counts[change] for change in (Change.NEW, Change.WORSE, Change.LAPSED))


def side_by_side(history: History, before: RunRecord, after: RunRecord, rules: WaiverRules) -> SideBySide:
    """Lay two runs of one portfolio side by side. UsageError where they are of different portfolios."""
    told = history.diff(
        before.id, after.id, before.portfolio if before.portfolio == after.portfolio else None
    )
    then, sure = _accepted(history, before, rules)
    now, sure_now = _accepted(history, after, rules)
    lapsed: list[PastFinding] = []
    accepted: list[PastFinding] = []
    if then or now:
        for one in history.findings(after):
            if one.pending:
                continue
            if one.fingerprint in then and one.fingerprint not in now:
                lapsed.append(one.shown())
            elif one.fingerprint in now and one.fingerprint not in then:
                accepted.append(one.shown())
    aside = now | {one.fingerprint for one in lapsed}
    lists = {
        Change.NEW: _without(told.new, aside),
        Change.WORSE: _without(told.worse, aside),
        Change.LAPSED: tuple(lapsed),
        Change.BETTER: _without(told.better, aside),
        Change.RESOLVED: told.resolved,
    }
    counts = {change: len(own) for change, own in lists.items()}
    listed = sum(count for change, count in counts.items() if change is not Change.RESOLVED)
    counts[Change.PERSISTING] = max(0, after.findings - after.waived - listed)
    return SideBySide(before, after, told, lists, counts, tuple(accepted), not (sure and sure_now))


def _without(findings: tuple[PastFinding, ...], aside: set[str]) -> tuple[PastFinding, ...]:
    return tuple(one for one in findings if one.fingerprint not in aside)


def _accepted(history: History, run: RunRecord, rules: WaiverRules) -> tuple[set[str], bool]:
    """The findings that were accepted at a run, and whether that is known for sure.

    A run keeps how many there were; which ones is in its kept result, else it follows from the trail of waivers.
    """
    if not run.waived:
        return set(), True
    if run.kept:
        try:
            result = history.restored(run.id, run.portfolio)
        except InputError:
            pass  # kept by another version
        else:
            return {one.fingerprint for one in result.waived}, True
    return _by_trail(history, run, rules), False


def _by_trail(history: History, run: RunRecord, rules: WaiverRules) -> set[str]:
    from auditor.cli.waiver_standing import FoundByName, judge
    from auditor.history.waiver_log import standing

    until_then = [one for one in history.events(portfolio=run.portfolio) if one.at <= run.recorded_at]
    findings = FoundByName(one for one in history.findings(run) if not one.pending)
    uses = (judge(one, findings, rules, run.as_of)[0] for one in standing(until_then).values())
    return {fingerprint for use in uses if use.effective for fingerprint in use.findings}
