"""Comparing a finished audit with a recorded run, and two recorded runs with each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from auditor.history import queries, world
from auditor.history.comparison import Standing, counted, extent, sort_gone, standings
from auditor.history.recording import stored_facts
from auditor.history.records import Difference, Past, RunRecord, storable
from auditor.history.schema import FACT, MEMBER, RUN, SPAN
from auditor.model.change import Change, Comparison, TrendPoint
from auditor.model.result import AuditResult
from auditor.model.verdict import Severity, Verdict


def baseline_of(connection: Connection, portfolio: int, as_of: date, digest: str) -> RunRecord | None:
    """The run that an audit is compared with of its own accord.

    Where the same audit was recorded already, what that one was compared with, so that repeating it says the same;
    else the newest of the runs with the latest audit date that is no later than this one's.
    """
    own = RUN.c
    if digest:
        same = sa.select(own.number, own.baseline).where(own.portfolio == portfolio, own.digest == digest)
        repeated = connection.execute(same.order_by(own.number).limit(1)).first()
        if repeated is not None:
            if repeated.baseline is None:
                return None
            return _numbered(connection, portfolio, repeated.baseline)
    earlier = sa.select(own.number).where(own.portfolio == portfolio, own.as_of <= as_of.isoformat())
    number = connection.execute(earlier.order_by(own.as_of.desc(), own.number.desc()).limit(1)).scalar()
    return None if number is None else _numbered(connection, portfolio, number)


def _numbered(connection: Connection, portfolio: int, number: int) -> RunRecord:
    return queries.select_runs(connection, RUN.c.portfolio == portfolio, RUN.c.number == number)[0]


def compare(
    connection: Connection,
    result: AuditResult,
    portfolio: int | None,
    since: RunRecord | None,
    trend: tuple[TrendPoint, ...],
) -> tuple[Comparison, dict[str, Standing]]:
    """An audit against a recorded run of its portfolio, and how each of its findings stands, by fingerprint."""
    if portfolio is None or since is None:
        found = {one.fingerprint: Standing(Change.NEW) for one in result.findings}
        return Comparison(None, counts=counted(_changes(result, found), 0), trend=trend), found
    looked = extent(result)
    before = queries.findings_at(connection, portfolio, since.number)
    now = {storable(one.fingerprint) for one in result.findings}
    missing = [one for fingerprint, one in before.items() if fingerprint not in now]
    found = standings(result.findings, before, missing)
    gone = sort_gone(missing, result.findings, looked)
    members = queries.members_at(connection, portfolio, since.number)
    known = {
        key: fact for key, (fact, _first) in queries.facts_at(connection, portfolio, since.number).items()
    }
    after = world.after_run(known, stored_facts(connection, result), looked.domains | looked.entities)
    comparison = Comparison(
        since=since.id,
        since_as_of=since.as_of,
        since_at=since.started_at,
        counts=counted(_changes(result, found), len(gone.resolved)),
        before=_before(found),
        resolved=tuple(one.shown() for one in gone.resolved),
        not_judged=tuple(one.shown() for one in gone.not_judged),
        domains_arrived=tuple(sorted(looked.domains - members["domain"].keys())),
        domains_gone=tuple(sorted(members["domain"].keys() - looked.domains)),
        entities_arrived=tuple(sorted(looked.entities - members["entity"].keys())),
        entities_gone=tuple(sorted(members["entity"].keys() - looked.entities)),
        world=world.changes(known, after),
        trend=trend,
    )
    return comparison, found


def with_changes(result: AuditResult, comparison: Comparison, found: dict[str, Standing]) -> AuditResult:
    """The result with its findings' changes; a lapsed waiver, which somebody else knows of, stays."""
    findings = tuple(
        one if Change.LAPSED.code == one.change or one.change == change else replace(one, change=change)
        for one, change in ((one, found[one.fingerprint].change.code) for one in result.findings)
    )
    return replace(result, findings=findings, comparison=comparison)


def _changes(result: AuditResult, found: dict[str, Standing]) -> Iterator[Change]:
    """How each finding stands that nobody has accepted."""
    for one in result.findings:
        if one.waiver is None:
            lapsed = one.change == Change.LAPSED.code
            yield Change.LAPSED if lapsed else found[one.fingerprint].change


def _before(found: dict[str, Standing]) -> dict[str, tuple[Verdict, Severity]]:
    """What stands otherwise than before, and how it stood."""
    return {
        fingerprint: (one.before.verdict, one.before.severity)
        for fingerprint, one in sorted(found.items())
        if one.before is not None
    }


def difference(connection: Connection, portfolio: int, a: RunRecord, b: RunRecord) -> Difference:
    """What was changed from a to b, two recorded runs of one portfolio in any order."""
    ours = queries.findings_where(connection, queries.only_in(SPAN, portfolio, b.number, a.number))
    theirs = queries.findings_where(connection, queries.only_in(SPAN, portfolio, a.number, b.number))
    before = {one.fingerprint: one for one in theirs}
    after = {one.fingerprint: one for one in ours}
    reported = [one for one in ours if not one.pending]
    missing = [one for one in theirs if one.fingerprint not in after]
    found = standings(reported, before, missing)
    waiting = [one for one in theirs if one.fingerprint in after and after[one.fingerprint].pending]
    doubts = queries.doubts_at(connection, portfolio, b.number, {one.check for one in missing})
    looked = queries.extent_at(connection, portfolio, b.number, doubts)
    gone = sort_gone(missing, reported, looked)
    not_judged = sorted(
        gone.not_judged + [one for one in waiting if not one.pending], key=lambda one: one.order
    )
    parts = {change: _those(reported, found, change) for change in Change}
    persisting = b.findings - len(reported)
    counts = {change: len(parts[change]) for change in Change}
    counts |= {Change.PERSISTING: counts[Change.PERSISTING] + persisting, Change.RESOLVED: len(gone.resolved)}
    arrived = queries.members_where(connection, queries.only_in(MEMBER, portfolio, b.number, a.number))
    left = queries.members_where(connection, queries.only_in(MEMBER, portfolio, a.number, b.number))
    was = queries.facts_where(connection, queries.only_in(FACT, portfolio, a.number, b.number))
    now = queries.facts_where(connection, queries.only_in(FACT, portfolio, b.number, a.number))
    return Difference(
        since=a.id,
        since_as_of=a.as_of,
        since_at=a.started_at,
        until=b.id,
        until_as_of=b.as_of,
        counts=counts,
        before=_before(found),
        resolved=tuple(one.shown() for one in gone.resolved),
        not_judged=tuple(one.shown() for one in not_judged),
        domains_arrived=_without(arrived["domain"], left["domain"]),
        domains_gone=_without(left["domain"], arrived["domain"]),
        entities_arrived=_without(arrived["entity"], left["entity"]),
        entities_gone=_without(left["entity"], arrived["entity"]),
        world=world.changes(
            {key: fact for key, (fact, _first) in was.items()},
            {key: fact for key, (fact, _first) in now.items()},
        ),
        trend=(trend_point(a), trend_point(b)),
        new=tuple(one.shown() for one in parts[Change.NEW]),
        worse=tuple(one.shown() for one in parts[Change.WORSE]),
        better=tuple(one.shown() for one in parts[Change.BETTER]),
        persisting=tuple(one.shown() for one in parts[Change.PERSISTING]),
    )


def _without(these: Iterable[str], those: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(these) - set(those)))


def _those(reported: Sequence[Past], found: dict[str, Standing], change: Change) -> list[Past]:
    return sorted(
        (one for one in reported if found[one.fingerprint].change is change), key=lambda one: one.order
    )


def trend_point(run: RunRecord) -> TrendPoint:
    """A recorded run in a line."""
    return TrendPoint(run.id, run.as_of, run.by_severity, run.unknown, run.waived, run.complete)


def trend_until(
    connection: Connection, portfolio: int, number: int, as_of: date, count: int
) -> tuple[TrendPoint, ...]:
    """The runs with an audit date up to a day, oldest first; of the same audit repeated only the first.

    number: what was recorded later is left out, so that an audit repeated later shows the trend that it showed.
    """
    runs = queries.select_runs(
        connection,
        RUN.c.portfolio == portfolio,
        RUN.c.number <= number,
        RUN.c.as_of <= as_of.isoformat(),
        descending=False,
    )
    seen: dict[str, RunRecord] = {}
    for run in runs:
        seen.setdefault(run.digest or f"{run.number}", run)
    ordered = sorted(seen.values(), key=lambda one: (one.as_of, one.number))
    return tuple(trend_point(one) for one in ordered[-count:]) if count > 0 else ()
