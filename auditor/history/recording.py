"""Writing a run: its row, and of everything else only what is another than at the run before."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from auditor.history import queries, world
from auditor.history.comparison import extent, sort_gone
from auditor.history.database import bulk_insert
from auditor.history.records import VERDICTS, Extent, Past, kept, stamp, storable
from auditor.history.schema import FACT, FINDING, MEMBER, OPEN, PORTFOLIO, RUN, SPAN
from auditor.model.result import AuditResult, Finding
from auditor.model.text import mask_text

_MESSAGE_AT_MOST = 500

_FINDING = (
    "portfolio", "id", "fingerprint", "check_id", "scope", "target", "entity_number", "entity_name", "domain",
)  # fmt: skip
_SPAN = ("portfolio", "finding", "first", "last", "verdict", "severity", "pending", "zh", "en")
_FACT = ("portfolio", "attribute", "key", "first", "last", "subject", "label", "said")
_MEMBER = ("portfolio", "kind", "key", "first", "last")


@dataclass(frozen=True, slots=True)
class Written:
    """A run as it was written. repeated: it stood there already, under the same id and digest."""

    portfolio: int
    number: int
    repeated: bool = False


def make_portfolio(connection: Connection, name: str) -> int:
    """The number of a portfolio, given to it when it is new. The caller holds the lock of its name."""
    known = queries.portfolio_id(connection, name)
    if known is not None:
        return known
    if connection.dialect.name == "postgresql":
        # The caller's lock is the portfolio's own; numbers are given out by one program at a time.
        connection.exec_driver_sql("LOCK TABLE history_portfolio IN SHARE ROW EXCLUSIVE MODE")
    number = (connection.execute(sa.select(sa.func.max(PORTFOLIO.c.id))).scalar() or 0) + 1
    connection.execute(PORTFOLIO.insert(), {"id": number, "name": name})
    return number


def write_run(
    connection: Connection, result: AuditResult, name: str, digest: str, baseline: int | None, now: datetime
) -> Written:
    """Write a finished audit within the caller's transaction, whose lock keeps other runs of the portfolio out."""
    portfolio = make_portfolio(connection, name)
    same = sa.select(RUN.c.number).where(
        RUN.c.portfolio == portfolio, RUN.c.id == result.run.id, RUN.c.digest == digest
    )
    repeated = connection.execute(same).scalar()
    if repeated is not None:
        return Written(portfolio, repeated, repeated=True)
    number = queries.newest_number(connection, portfolio) + 1
    looked = extent(result)
    connection.execute(RUN.insert(), _run_row(result, portfolio, number, digest, baseline, looked, now))
    _write_findings(connection, result, portfolio, number, looked)
    _write_facts(connection, result, portfolio, number, looked)
    _write_members(connection, portfolio, number, looked)
    return Written(portfolio, number)


def _run_row(
    result: AuditResult,
    portfolio: int,
    number: int,
    digest: str,
    baseline: int | None,
    looked: Extent,
    now: datetime,
) -> dict[str, Any]:
    run, failures = result.run, result.failures
    counts = {one.code: sum(1 for each in failures if each.severity is one) for one in queries.SEVERITIES}
    because = [[one.render("zh"), one.render("en")] for one in run.incomplete_because]
    return counts | {
        "portfolio": portfolio,
        "number": number,
        "id": run.id,
        "as_of": run.as_of.isoformat(),
        "started": stamp(run.started_at),
        "finished": stamp(run.finished_at),
        "recorded": stamp(now),
        "version": run.version,
        "offline": run.offline,
        "complete": run.complete,
        "unknown": len(result.unknowns),
        "waived": len(result.waived),
        "passed": sum(one.passed for one in result.tallies),
        "digest": digest,
        "baseline": baseline,
        "inputs": _json([[one.path, one.sha256] for one in result.reading.inputs]),
        "evidence": _json([list(one) for one in run.evidence_files]),
        "because": _json(because),
        "checks": _json(sorted(looked.checks)),
    }


def _json(value: object) -> str:
    # Only ASCII: no half of a character can get in.
    return json.dumps(value, separators=(",", ":"))


def _write_findings(
    connection: Connection, result: AuditResult, portfolio: int, number: int, looked: Extent
) -> None:
    before = queries.findings_at(connection, portfolio, number - 1) if number > 1 else {}
    now: dict[str, Finding] = {}
    for finding in result.findings:
        now.setdefault(storable(finding.fingerprint), finding)
    known = {one.fingerprint: one.id for one in before.values()}
    known |= (
        queries.fingerprints(connection, portfolio, now.keys() - known.keys()) if before or number > 1 else {}
    )
    highest = sa.select(sa.func.max(FINDING.c.id)).where(FINDING.c.portfolio == portfolio)
    following = (connection.execute(highest).scalar() or 0) + 1
    found: list[tuple[Any, ...]] = []
    moved: list[dict[str, Any]] = []
    opened: list[tuple[Any, ...]] = []
    closed: list[Past] = []
    for fingerprint, finding in now.items():
        place = _place(finding)
        id = known.get(fingerprint)
        was = before.get(fingerprint)
        if id is None:
            id, following = following, following + 1
            found.append((portfolio, id, fingerprint, finding.check, finding.scope.code, *place))
        elif was is None or place != (was.target, was.entity_number, was.entity_name, was.domain):
            moved.append({"b_id": id, **dict(zip(_PLACE, place, strict=True))})
        said = (VERDICTS[finding.verdict], int(finding.severity), False, *_messages(finding))
        if was is not None:
            if said == (VERDICTS[was.verdict], int(was.severity), was.pending, was.zh, was.en):
                continue
            closed.append(was)
        opened.append((portfolio, id, number, OPEN, *said))
    missing = [one for fingerprint, one in before.items() if fingerprint not in now]
    gone = sort_gone(missing, result.findings, looked)
    closed += gone.resolved + gone.settled + [one for one in gone.not_judged if not one.pending]
    opened += [
        (portfolio, one.id, number, OPEN, VERDICTS[one.verdict], int(one.severity), True, one.zh, one.en)
        for one in gone.not_judged
        if not one.pending
    ]
    bulk_insert(connection, FINDING, _FINDING, found)
    if moved:
        own = FINDING.c
        place_of = FINDING.update().where(own.portfolio == portfolio, own.id == sa.bindparam("b_id"))
        connection.execute(place_of, moved)
    _close(
        connection, SPAN, portfolio, number, [{"b_finding": one.id, "b_first": one.first} for one in closed]
    )
    bulk_insert(connection, SPAN, _SPAN, opened)


_PLACE = ("target", "entity_number", "entity_name", "domain")


def _place(finding: Finding) -> tuple[str, str, str, str]:
    return (
        kept(finding.target),
        kept(finding.entity_number),
        kept(finding.entity_name),
        kept(finding.domain),
    )


def _messages(finding: Finding) -> tuple[str, str]:
    """What it says in both languages, masked."""
    zh = mask_text("；".join([one.render("zh") for one in finding.message]))
    en = mask_text("; ".join([one.render("en") for one in finding.message]))
    return _cut(zh), _cut(en)


def _cut(text: str) -> str:
    text = storable(text)
    return text if len(text) <= _MESSAGE_AT_MOST else text[: _MESSAGE_AT_MOST - 1] + "…"


def _close(
    connection: Connection, table: sa.Table, portfolio: int, number: int, keys: Sequence[dict[str, Any]]
) -> None:
    """End spans with the run before this one. keys: the primary key of each, its names behind "b_"."""
    if keys:
        conditions = [table.c[name.removeprefix("b_")] == sa.bindparam(name) for name in keys[0]]
        statement = table.update().where(table.c.portfolio == portfolio, *conditions).values(last=number - 1)
        connection.execute(statement, list(keys))


def _write_facts(
    connection: Connection, result: AuditResult, portfolio: int, number: int, looked: Extent
) -> None:
    before = queries.facts_at(connection, portfolio, number - 1) if number > 1 else {}
    found = stored_facts(connection, result)
    after = world.after_run(
        {key: fact for key, (fact, _) in before.items()}, found, looked.domains | looked.entities
    )
    same = {key for key, fact in after.items() if key in before and before[key][0] == fact}
    keys = [
        {"b_attribute": key[0], "b_key": key[1], "b_first": first}
        for key, (_fact, first) in before.items()
        if key not in same
    ]
    _close(connection, FACT, portfolio, number, keys)
    rows = [
        (portfolio, *key, number, OPEN, fact.subject, fact.label, fact.said)
        for key, fact in after.items()
        if key not in same
    ]
    bulk_insert(connection, FACT, _FACT, rows)


def stored_facts(connection: Connection, result: AuditResult) -> dict[tuple[str, str], world.Fact]:
    """The facts that a run found, as the database will give them back."""
    found = world.facts(result, queries.setting(connection, "salt"))
    return {
        (attribute, kept(key)): world.Fact(kept(fact.subject), kept(fact.label), storable(fact.said))
        for (attribute, key), fact in found.items()
    }


def _write_members(connection: Connection, portfolio: int, number: int, looked: Extent) -> None:
    before = queries.members_at(connection, portfolio, number - 1) if number > 1 else {}
    rows: list[tuple[Any, ...]] = []
    keys: list[dict[str, Any]] = []
    for kind, members in (("domain", looked.domains), ("entity", looked.entities)):
        was = before.get(kind, {})
        keys += [
            {"b_kind": kind, "b_key": key, "b_first": first}
            for key, first in was.items()
            if key not in members
        ]
        rows += [(portfolio, kind, key, number, OPEN) for key in sorted(members - was.keys())]
    _close(connection, MEMBER, portfolio, number, keys)
    bulk_insert(connection, MEMBER, _MEMBER, rows)
