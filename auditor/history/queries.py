"""The statements that read the history, each within a connection that its caller holds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from auditor.errors import UsageError
from auditor.history.records import (
    VERDICT_OF,
    VERDICTS,
    Extent,
    Past,
    RunRecord,
    moment_of,
    places_of,
    storable,
)
from auditor.history.schema import FACT, FINDING, KEPT, MEMBER, PORTFOLIO, RUN, SETTING, SPAN
from auditor.history.world import Fact
from auditor.model.text import Text
from auditor.model.verdict import Scope, Severity, Verdict

SEVERITIES = (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW, Severity.INFO)
CHUNK = 500
_SCOPES = {scope.code: scope for scope in Scope}
_SEVERITIES = {int(severity): severity for severity in Severity}
_PAST = (
    FINDING.c.id,
    SPAN.c.first,
    FINDING.c.fingerprint,
    FINDING.c.check_id,
    FINDING.c.scope,
    FINDING.c.target,
    FINDING.c.entity_number,
    FINDING.c.entity_name,
    FINDING.c.domain,
    SPAN.c.verdict,
    SPAN.c.severity,
    SPAN.c.pending,
    SPAN.c.zh,
    SPAN.c.en,
)
_STANDS = SPAN.join(FINDING, sa.and_(FINDING.c.portfolio == SPAN.c.portfolio, FINDING.c.id == SPAN.c.finding))


def chunks(values: Iterable[str]) -> Iterator[list[str]]:
    """Sorted, distinct values in pieces that one statement can name."""
    ordered = sorted(set(values))
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


def setting(connection: Connection, name: str) -> str:
    """A value that the store was made with."""
    value: str = connection.execute(sa.select(SETTING.c.value).where(SETTING.c.name == name)).scalar_one()
    return value


def portfolio_id(connection: Connection, name: str) -> int | None:
    """The number of a portfolio; None where nothing was ever recorded of it."""
    found: int | None = connection.execute(sa.select(PORTFOLIO.c.id).where(PORTFOLIO.c.name == name)).scalar()
    return found


def newest_number(connection: Connection, portfolio: int) -> int:
    """The number of the newest run; 0 where there is none."""
    newest = sa.select(sa.func.max(RUN.c.number)).where(RUN.c.portfolio == portfolio)
    return connection.execute(newest).scalar() or 0


def select_runs(
    connection: Connection,
    *conditions: sa.ColumnElement[bool],
    limit: int | None = None,
    descending: bool = True,
) -> list[RunRecord]:
    """Recorded runs that fulfil conditions on RUN, newest recorded first (or last)."""
    earlier = RUN.alias()
    columns = [one for one in RUN.c if one.name != "checks"]
    statement = (
        sa.select(*columns, PORTFOLIO.c.name, KEPT.c.run.label("kept"), earlier.c.id.label("since"))
        .select_from(
            RUN.join(PORTFOLIO, PORTFOLIO.c.id == RUN.c.portfolio)
            .outerjoin(KEPT, sa.and_(KEPT.c.portfolio == RUN.c.portfolio, KEPT.c.number == RUN.c.number))
            .outerjoin(
                earlier, sa.and_(earlier.c.portfolio == RUN.c.portfolio, earlier.c.number == RUN.c.baseline)
            )
        )
        .where(*conditions)
    )
    order = (RUN.c.recorded, RUN.c.portfolio, RUN.c.number)
    statement = statement.order_by(*(one.desc() for one in order) if descending else order)
    return [_run(row) for row in connection.execute(statement.limit(limit))]


def _run(row: Any) -> RunRecord:
    return RunRecord(
        id=row.id,
        number=row.number,
        portfolio=row.name,
        as_of=date.fromisoformat(row.as_of),
        started_at=moment_of(row.started),
        finished_at=moment_of(row.finished),
        recorded_at=moment_of(row.recorded),
        version=row.version,
        offline=row.offline,
        complete=row.complete,
        by_severity={one: getattr(row, one.code) for one in SEVERITIES},
        unknown=row.unknown,
        waived=row.waived,
        passed=row.passed,
        digest=row.digest,
        baseline=row.since,
        inputs=tuple((path, sha256) for path, sha256 in json.loads(row.inputs)),
        evidence=tuple((name, sha256, count) for name, sha256, count in json.loads(row.evidence)),
        incomplete_because=tuple(Text(zh, en) for zh, en in json.loads(row.because)),
        kept=row.kept is not None,
    )


def find_run(connection: Connection, asked: str, portfolio: int | None) -> tuple[int, RunRecord]:
    """(number of its portfolio, run): "last", an id or the only one that begins so. UsageError where there is none.

    Two runs may bear one id, made of the second in which they began: the one recorded last is meant then.
    """
    here = [] if portfolio is None else [RUN.c.portfolio == portfolio]
    if asked == "last":
        found = select_runs(connection, *here, limit=1)
    else:
        found = select_runs(connection, *here, RUN.c.id == asked, limit=1)
        if not found and asked:
            found = select_runs(connection, *here, RUN.c.id.startswith(asked, autoescape=True), limit=CHUNK)
    ids = sorted({(one.portfolio, one.id) for one in found})
    if len(ids) > 1:
        shown = ", ".join(id for _name, id in ids[:5])
        raise UsageError(
            f"以 {asked} 开头的审计不止一次: {shown}",
            f"Several runs begin with {asked}: {shown}",
            hint_zh="请多写几位, 或指明 [history] portfolio",
            hint_en="Give more of the id, or say which [history] portfolio is meant",
        )
    if not found:
        raise UsageError(
            f"历史库中没有这次审计: {asked}" if asked != "last" else "历史库中还没有审计记录",
            f"The history has no such run: {asked}" if asked != "last" else "The history has no run yet",
            hint_zh="`audit history` 列出全部审计",
            hint_en="`audit history` lists all runs",
        )
    owner = portfolio_id(connection, found[0].portfolio)
    assert owner is not None
    return owner, found[0]


def _at(table: sa.Table, portfolio: int, number: int) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.portfolio == portfolio, table.c.first <= number, table.c.last >= number)


def only_in(table: sa.Table, portfolio: int, here: int, there: int) -> sa.ColumnElement[bool]:
    """Spans that hold in one run and not in the other: a range of one end each, however many runs there are."""
    if here < there:
        return sa.and_(_at(table, portfolio, here), table.c.last < there)
    return sa.and_(_at(table, portfolio, here), table.c.first > there)


def findings_where(connection: Connection, condition: sa.ColumnElement[bool]) -> list[Past]:
    """Findings as they stood in the spans that fulfil a condition on SPAN."""
    return [
        Past(
            id, first, fingerprint, check, _SCOPES[scope], target, number, name, domain,
            VERDICT_OF[verdict], _SEVERITIES[severity], pending, zh, en,
        )
        for id, first, fingerprint, check, scope, target, number, name, domain, verdict, severity, pending, zh, en
        in connection.execute(sa.select(*_PAST).select_from(_STANDS).where(condition))
    ]  # fmt: skip


def findings_at(connection: Connection, portfolio: int, number: int) -> dict[str, Past]:
    """Everything that stood at a run, by fingerprint, what was pending included."""
    return {one.fingerprint: one for one in findings_where(connection, _at(SPAN, portfolio, number))}


def fingerprints(connection: Connection, portfolio: int, wanted: Iterable[str]) -> dict[str, int]:
    """Fingerprint → id of those that were ever seen."""
    found: dict[str, int] = {}
    for chunk in chunks(wanted):
        statement = sa.select(FINDING.c.fingerprint, FINDING.c.id).where(
            FINDING.c.portfolio == portfolio, FINDING.c.fingerprint.in_(chunk)
        )
        found |= {row.fingerprint: row.id for row in connection.execute(statement)}
    return found


def facts_where(
    connection: Connection, condition: sa.ColumnElement[bool]
) -> dict[tuple[str, str], tuple[Fact, int]]:
    """(attribute, key) → (fact, first run of its span) of the spans that fulfil a condition on FACT."""
    own = FACT.c
    statement = sa.select(own.attribute, own.key, own.subject, own.label, own.said, own.first).where(
        condition
    )
    return {
        (attribute, key): (Fact(subject, label, said), first)
        for attribute, key, subject, label, said, first in connection.execute(statement)
    }


def facts_at(connection: Connection, portfolio: int, number: int) -> dict[tuple[str, str], tuple[Fact, int]]:
    """The facts known at a run."""
    return facts_where(connection, _at(FACT, portfolio, number))


def members_at(connection: Connection, portfolio: int, number: int) -> dict[str, dict[str, int]]:
    """kind → key → first run of its span."""
    return members_where(connection, _at(MEMBER, portfolio, number))


def members_where(connection: Connection, condition: sa.ColumnElement[bool]) -> dict[str, dict[str, int]]:
    """The same for a condition on MEMBER."""
    own = MEMBER.c
    found: dict[str, dict[str, int]] = {"domain": {}, "entity": {}}
    for kind, key, first in connection.execute(sa.select(own.kind, own.key, own.first).where(condition)):
        found[kind][key] = first
    return found


def extent_at(
    connection: Connection, portfolio: int, number: int, doubts: Sequence[tuple[str, ...]]
) -> Extent:
    """How far a recorded run looked. doubts: the places of what it could not decide."""
    checks = sa.select(RUN.c.checks).where(RUN.c.portfolio == portfolio, RUN.c.number == number)
    members = members_at(connection, portfolio, number)
    return Extent(
        checks=frozenset(json.loads(connection.execute(checks).scalar_one())),
        undecided=frozenset(doubts),
        domains=frozenset(members["domain"]),
        entities=frozenset(members["entity"]),
    )


def doubts_at(
    connection: Connection, portfolio: int, number: int, checks: Iterable[str]
) -> list[tuple[str, ...]]:
    """The places that a run reported as undecided by some checks."""
    columns = (
        FINDING.c.check_id,
        FINDING.c.scope,
        FINDING.c.target,
        FINDING.c.entity_number,
        FINDING.c.domain,
    )
    doubtful = SPAN.c.verdict == VERDICTS[Verdict.UNKNOWN]
    found: list[tuple[str, ...]] = []
    for chunk in chunks(checks):
        wanted = (_at(SPAN, portfolio, number), doubtful, ~SPAN.c.pending, FINDING.c.check_id.in_(chunk))
        for check, scope, target, entity, domain in connection.execute(
            sa.select(*columns).select_from(_STANDS).where(*wanted)
        ):
            found += places_of(check, _SCOPES[scope], target, entity, domain)
    return found


def last_seen(connection: Connection, portfolio: int, fingerprints: Iterable[str]) -> dict[str, Past]:
    """Findings as they last stood in any run, by fingerprint."""
    found: dict[str, Past] = {}
    for some in chunks(storable(one) for one in fingerprints):
        spoken_of = (SPAN.c.portfolio == portfolio) & FINDING.c.fingerprint.in_(some)
        for one in findings_where(connection, spoken_of):
            known = found.get(one.fingerprint)
            if known is None or known.first < one.first:
                found[one.fingerprint] = one
    return found
