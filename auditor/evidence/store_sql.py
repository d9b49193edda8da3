"""The statements of the evidence store, each within a transaction that its caller holds."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NoReturn

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from auditor.database import reason_of, without_password
from auditor.errors import AuditError, InputError, OutputError
from auditor.evidence.freshness import Reading
from auditor.evidence.store_rows import (
    CHUNK,
    Key,
    Packed,
    Remembered,
    Row,
    batches,
    chunks,
    question_order,
    remembered_of,
    row_of,
    stamp,
)
from auditor.evidence.store_schema import (
    LIMITER,
    OBSERVATION,
    QUESTION,
    RAW,
    READING,
    begin_writing,
    insert,
    insert_new,
    insert_or_replace,
    open_engine,
)

# Level 1 packs WHOIS text nearly as small as the default at a third of the time.
_ZLIB_LEVEL = 1
_COLUMNS = (*OBSERVATION.c, READING.c.version, READING.c.meaning, READING.c.expires, READING.c.unsettled)
_JOINED = OBSERVATION.outerjoin(READING, OBSERVATION.c.id == READING.c.id)


class Database:
    """An open database; hands out connections and tells in words what goes wrong with them."""

    def __init__(self, address: str) -> None:
        self.engine: Engine = open_engine(address)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for reading. InputError where the database fails."""
        try:
            with self.engine.connect() as connection:
                yield connection
        except SQLAlchemyError as problem:
            self._fail(problem, "读取", "read", InputError)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection for one transaction, kept only if the block ends well. OutputError where the database fails."""
        try:
            with self.engine.connect() as connection:
                begin_writing(connection)
                yield connection
                connection.commit()
        except SQLAlchemyError as problem:
            self._fail(problem, "写入", "written to", OutputError)

    def _fail(self, problem: SQLAlchemyError, zh: str, en: str, kind: type[AuditError]) -> NoReturn:
        reason = reason_of(problem, self.engine.url)
        raise kind(
            f"证据库无法{zh}: {reason}",
            f"The evidence store cannot be {en}: {reason}",
            hint_zh="已写入的应答都还在; 排除故障后再次运行即可继续",
            hint_en="Every answer already written is safe; mend the cause and run again to go on",
            where=without_password(self.engine.url.render_as_string(hide_password=False)),
        ) from None

    def insert_observations(self, connection: Connection, packed: Sequence[Packed]) -> None:
        """Write observations and their raw answers; those that stand there already are left alone."""
        bodies = {one.sha256: one.body for one in packed if one.body is not None}
        if bodies:
            rows = [
                {"sha256": sha256, "body": zlib.compress(body, _ZLIB_LEVEL)}
                for sha256, body in sorted(bodies.items())
            ]
            connection.execute(insert_new(self.engine, RAW), rows)
        if packed:
            by_id = {one.id: one.row for one in packed}
            connection.execute(insert_new(self.engine, OBSERVATION), [by_id[id] for id in sorted(by_id)])

    def insert_readings(
        self, connection: Connection, version: str, readings: Mapping[bytes, Reading]
    ) -> None:
        """Write what observations (by id) were read to mean."""
        if readings:
            rows = [
                {
                    "id": id,
                    "version": version,
                    "meaning": one.meaning,
                    "expires": one.expires.isoformat() if one.expires else "",
                    "unsettled": one.unsettled,
                }
                for id, one in sorted(readings.items())
            ]
            connection.execute(insert_or_replace(self.engine, READING), rows)

    def insert_limiters(self, connection: Connection, states: Mapping[str, str]) -> None:
        """Write limiters' states: group → JSON."""
        if states:
            rows = [{"limiter": group, "state": state} for group, state in sorted(states.items())]
            connection.execute(insert_or_replace(self.engine, LIMITER), rows)

    def remember(self, connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
        """Write rows of questions over those that stand there."""
        if rows:
            statement = insert_or_replace(self.engine, QUESTION)
            connection.execute(statement, sorted(rows, key=question_order))

    def remember_opened(self, connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
        """Write questions that an answer opened; how often they were asked in vain stays as it stands."""
        if rows:
            statement = insert(self.engine, QUESTION)
            update = {name: statement.excluded[name] for name in ("limiter", "key", "parent")}
            statement = statement.on_conflict_do_update(
                index_elements=["domain", "source", "server"], set_=update
            )
            connection.execute(statement, sorted(rows, key=question_order))


def forget(connection: Connection, keys: Iterable[Key]) -> None:
    """Drop questions that need not be remembered any more."""
    rows = [
        {"b_domain": domain, "b_source": source, "b_server": server}
        for domain, source, server in sorted(set(keys))
    ]
    if rows:
        own = QUESTION.c
        connection.execute(
            QUESTION.delete().where(
                own.domain == sa.bindparam("b_domain"),
                own.source == sa.bindparam("b_source"),
                own.server == sa.bindparam("b_server"),
            ),
            rows,
        )


def forget_opened_by(connection: Connection, parents: Iterable[tuple[str, str]]) -> None:
    """Drop the questions that earlier answers opened. parents: (domain, "source server")."""
    rows = [{"b_domain": domain, "b_parent": parent} for domain, parent in sorted(set(parents))]
    if rows:
        own = QUESTION.c
        connection.execute(
            QUESTION.delete().where(
                own.domain == sa.bindparam("b_domain"), own.parent == sa.bindparam("b_parent")
            ),
            rows,
        )


def count_known(connection: Connection, ids: Iterable[bytes]) -> int:
    """How many of some observations stand there."""
    own, found = OBSERVATION.c.id, 0
    for chunk in batches(sorted(set(ids)), CHUNK):
        found += connection.execute(sa.select(sa.func.count()).where(own.in_(chunk))).scalar_one()
    return found


def select_limiters(connection: Connection) -> dict[str, str]:
    """The limiters' states: group → JSON."""
    return {row.limiter: row.state for row in connection.execute(LIMITER.select())}


def select_remembered(connection: Connection, domains: Iterable[str]) -> Iterator[Remembered]:
    """The questions remembered about some domains."""
    for chunk in chunks(domains):
        for row in connection.execute(QUESTION.select().where(QUESTION.c.domain.in_(chunk))):
            yield remembered_of(row)


def select_rows(
    connection: Connection, domains: Sequence[str], since: datetime | None, version: str | None
) -> list[Row]:
    """The observations about no more than CHUNK domains; with since those made from then on, and the newest of each
    (domain, source, server). version: of the readings to bring along."""
    one = OBSERVATION.c
    statement = sa.select(*_COLUMNS).select_from(_JOINED).where(one.domain.in_(domains))
    statements = [statement]
    if since is not None:
        last = (
            sa.select(one.domain, one.source, one.server, sa.func.max(one.fetched_at).label("last"))
            .where(one.domain.in_(domains))
            .group_by(one.domain, one.source, one.server)
            .subquery()
        )
        same = sa.and_(
            one.domain == last.c.domain,
            one.source == last.c.source,
            one.server == last.c.server,
            one.fetched_at == last.c.last,
        )
        older = (
            sa.select(*_COLUMNS).select_from(_JOINED.join(last, same)).where(one.fetched_at < stamp(since))
        )
        statements = [statement.where(one.fetched_at >= stamp(since)), older]
    return [row_of(row, version) for each in statements for row in connection.execute(each)]


def select_bodies(connection: Connection, hashes: Iterable[str]) -> dict[str, bytes]:
    """Raw answers by their SHA-256. InputError for one that is damaged."""
    found: dict[str, bytes] = {}
    for chunk in chunks(hashes):
        statement = sa.select(RAW.c.sha256, RAW.c.body).where(RAW.c.sha256.in_(chunk))
        try:
            found |= {row.sha256: zlib.decompress(row.body) for row in connection.execute(statement)}
        except zlib.error as problem:
            raise InputError(
                "证据库中有损坏的应答",
                "An answer in the evidence store is damaged",
                hint_zh="用完好的副本替换证据库",
                hint_en="Put a sound copy of the store in its place",
            ) from problem
    return found


def select_domains(connection: Connection) -> list[str]:
    """Every domain of which something stands there, sorted."""
    return sorted(connection.execute(sa.select(OBSERVATION.c.domain).distinct()).scalars())


def count_all(connection: Connection, now: datetime) -> tuple[int, int]:
    """(observations, questions that must not be asked before a later moment)."""
    observations = connection.execute(sa.select(sa.func.count()).select_from(OBSERVATION)).scalar_one()
    later = sa.select(sa.func.count()).select_from(QUESTION).where(QUESTION.c.not_before > stamp(now))
    return observations, connection.execute(later).scalar_one()
