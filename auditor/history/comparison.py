"""What is new, worse, better, gone or not judged any more between the findings of two runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from auditor.history.records import Extent, Judgement, Past, kept, places_of, storable
from auditor.model.change import Change, TrendPoint
from auditor.model.result import AuditResult
from auditor.model.verdict import Severity, Verdict

_CHANGES = {change.code: change for change in Change}


@dataclass(slots=True)
class Gone:
    """Earlier findings that are not among the later ones.

    resolved: judged again, and not there. not_judged: nobody can say; carried: the same, and so already at the
    earlier run. settled: undecided then, a failure of another fingerprint now.
    """

    resolved: list[Past] = field(default_factory=list)
    not_judged: list[Past] = field(default_factory=list)
    carried: list[Past] = field(default_factory=list)
    settled: list[Past] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a finding stands against the earlier run. before: what it was then, None where it was not there or the same."""

    change: Change
    before: Past | None = None


def counted(changes: Iterable[Change], resolved: int) -> dict[Change, int]:
    """How many findings stand how; changes: of those that nobody has accepted."""
    counts = dict.fromkeys(Change, 0)
    for one in changes:
        counts[one] += 1
    return counts | {Change.RESOLVED: resolved}


def this_point(result: AuditResult) -> TrendPoint:
    """The audit at hand in a line."""
    failures, run = result.failures, result.run
    counts = {
        one: sum(1 for each in failures if each.severity is one) for one in sorted(Severity, reverse=True)
    }
    return TrendPoint(run.id, run.as_of, counts, len(result.unknowns), len(result.waived), run.complete)


def recounted(result: AuditResult) -> AuditResult:
    """A compared audit after something of it was accepted: accepted findings count in no change and in no severity."""
    compared = result.comparison
    if compared is None:
        return result
    counts = counted(
        (_CHANGES[one.change] for one in result.findings if one.waiver is None), len(compared.resolved)
    )
    trend = (*compared.trend[:-1], this_point(result))
    return replace(result, comparison=replace(compared, counts=counts, trend=trend))


def places(one: Judgement) -> tuple[tuple[str, ...], ...]:
    """Where a check looked, so that a failure and a doubt about the same thing meet whatever their fingerprints."""
    return places_of(one.check, one.scope, kept(one.target), kept(one.entity_number), kept(one.domain))


def _place(one: Judgement) -> tuple[str, str]:
    return one.check, kept(one.target)


def extent(result: AuditResult) -> Extent:
    """How far a finished audit looked."""
    reading = result.reading
    texts = [one.shown for one in reading.rejected]
    texts += [one.stands for one in reading.problems if isinstance(one.stands, str)]
    return Extent(
        checks=frozenset(one.check for one in result.tallies if one.enabled),
        undecided=undecided(result.findings),
        domains=frozenset(kept(one.target) for one in reading.portfolio.domains),
        entities=frozenset(kept(one.target) for one in reading.portfolio.entities),
        unread="\n".join(texts),
        unread_rows=frozenset(f"{one.cell.sheet}!{one.cell.row}" for one in reading.rejected),
    )


def undecided(findings: Iterable[Judgement]) -> frozenset[tuple[str, ...]]:
    """The places of all findings that could not be decided."""
    return frozenset(place for one in findings if one.verdict is Verdict.UNKNOWN for place in places(one))


def standings(
    now: Sequence[Judgement], before: Mapping[str, Past], missing: Iterable[Past]
) -> dict[str, Standing]:
    """How each finding stands. before: those of the earlier run that matter, by fingerprint; missing: those among
    them that are not there now.

    A doubt that became a failure is worse, a failure that became a doubt persists, also where the fingerprint is
    another one because the doubt did not know what exactly is wrong.
    """
    others = {_place(one): one for one in missing if not one.pending}
    found: dict[str, Standing] = {}
    for one in now:
        was = before.get(storable(one.fingerprint))
        if was is None:
            was = others.get(_place(one))
            if was is None or was.verdict is one.verdict:
                found[one.fingerprint] = Standing(Change.NEW)
                continue
        same = (one.verdict, one.severity) == (was.verdict, was.severity)
        found[one.fingerprint] = Standing(_change(one.verdict, one.severity, was), None if same else was)
    return found


def _change(verdict: Verdict, severity: Severity, was: Past) -> Change:
    if verdict is not was.verdict:
        return Change.WORSE if verdict is Verdict.FAIL else Change.PERSISTING
    if severity == was.severity:
        return Change.PERSISTING
    return Change.WORSE if severity > was.severity else Change.BETTER


def sort_gone(missing: Iterable[Past], now: Iterable[Judgement], looked: Extent) -> Gone:
    """Say of each earlier finding that is missing now what became of it.

    What left the portfolio is resolved by leaving (the comparison tells who left), unless a row or cell that could
    not be read speaks of it.
    """
    failed = {_place(one) for one in now if one.verdict is Verdict.FAIL}
    gone = Gone()
    for one in missing:
        if one.check not in looked.checks:
            (gone.carried if one.pending else gone.not_judged).append(one)
        elif _left(one, looked):
            (gone.not_judged if _unread(one, looked) else gone.resolved).append(one)
        elif any(place in looked.undecided for place in places(one)) or one.target in looked.unread_rows:
            gone.not_judged.append(one)
        elif one.verdict is Verdict.UNKNOWN and _place(one) in failed:
            gone.settled.append(one)
        else:
            gone.resolved.append(one)
    for part in (gone.resolved, gone.not_judged):
        part.sort(key=lambda one: one.order)
    return gone


def _left(one: Past, looked: Extent) -> bool:
    if one.domain:
        return one.domain not in looked.domains
    return bool(one.entity_number) and one.entity_number not in looked.entities


def _unread(one: Past, looked: Extent) -> bool:
    if one.target in looked.unread_rows:
        return True
    return (one.domain or one.entity_number) in looked.unread
