"""The evidence store: every answer ever given, appended and never changed, in SQLite or PostgreSQL."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from auditor.errors import InputError, OutputError
from auditor.evidence.asking import Asked, Question
from auditor.evidence.freshness import Reading, RetryLater, TimeToLive
from auditor.evidence.recorded import raw_sha256, read_evidence
from auditor.evidence.times import BEIJING
from auditor.model.evidence import Observation
from auditor.model.text import Text
from auditor.model.values import DomainName

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Engine

Key: TypeAlias = tuple[str, str, str]
"""(domain as U-label, source, server)."""

_CHUNK = 500
_IMPORT_CHUNK = 1000
# Level 1 packs WHOIS text nearly as small as the default at a third of the time.
_ZLIB_LEVEL = 1


class Now(Protocol):
    """What the store needs of a clock."""

    def now(self) -> datetime:
        """The time of day, with its zone."""


class Reader(Protocol):
    """Reads an observation to its meaning; `version` changes whenever it may read differently."""

    @property
    def version(self) -> str:
        """The version of the reading."""

    def __call__(self, observation: Observation) -> Reading:
        """The meaning of one observation."""


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest answer to a question; where it has none, the newest asking. reading: None where nobody read it."""

    fetched_at: datetime | None
    outcome: str
    reading: Reading | None

    @property
    def meaning(self) -> str:
        """A word of Outcome, or "withheld"; "" where nobody read the answer."""
        return self.reading.meaning if self.reading else ""


@dataclass(frozen=True, slots=True)
class Remembered:
    """A question kept for later runs. parent: "source server" of the question whose answer opened it, "" for none.

    attempts: runs in which it was asked in vain; not_before: earliest moment for the next, None for any.
    """

    question: Question
    parent: str
    attempts: int
    not_before: datetime | None
    outcome: str


@dataclass(frozen=True, slots=True)
class Settled:
    """A question that was asked, to be written down. remembered, has_children: rows of it stand in the store."""

    question: Question
    asked: Asked
    parent: str = ""
    attempts: int = 0
    remembered: bool = False
    has_children: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import brought. known: observations that stood there already."""

    added: int
    known: int
    problems: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """One source over the domains asked about: how many have a fresh answer, an old one only, or none but failures.

    outcomes: the last word of those that failed, with counts. oldest, newest: of the answers that count.
    """

    source: str
    fresh: int
    old: int
    failed: int
    outcomes: Mapping[str, int]
    oldest: datetime | None
    newest: datetime | None


@dataclass(frozen=True, slots=True)
class StoreStatus:
    """Age and coverage. unknown: domains of which nothing stands in the store. size: bytes, None where not known."""

    observations: int
    domains: int
    unknown: tuple[str, ...]
    sources: tuple[SourceStatus, ...]
    waiting: int
    size: int | None


@dataclass(frozen=True, slots=True)
class _Row:
    id: bytes
    key: Key
    fetched_at: str
    outcome: str
    kind: str
    sha256: str
    reading: Reading | None


class Store:
    """An open store. Methods may be called from any thread; each writes in one transaction of its own."""

    def __init__(self, engine: Engine, clock: Now, reader: Reader | None, later: RetryLater) -> None:
        self._engine = engine
        self._clock = clock
        self._reader = reader
        self._later = later

    @classmethod
    def open(
        cls, address: str, clock: Now, reader: Reader | None = None, later: RetryLater | None = None
    ) -> Store:
        """Open or create a store: `sqlite:///path`, a path, or `postgresql://user:password@host/database`.

        reader: without it answers are kept but not read, so that none counts as fresh. PolicyError where the
        database cannot be used, never with a password in it.
        """
        from auditor.evidence.store_schema import open_engine

        return cls(open_engine(address), clock, reader, later or RetryLater())

    def close(self) -> None:
        """Give back the connections."""
        self._engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Writing

    def add(self, observations: Iterable[Observation]) -> int:
        """Write observations in one transaction; one that stands there already is left alone. Returns how many are new."""
        packed = [_pack(one) for one in observations]
        with self._writing() as connection:
            return self._insert(connection, packed)

    def record(
        self, batch: Sequence[Settled], limiters: Mapping[str, str] | None = None
    ) -> tuple[Reading, ...]:
        """Write what came of some questions, what is to be remembered of them and the limiters' states, all or
        nothing. Returns the reading of each answer, in order."""
        from auditor.evidence import store_schema as schema

        packed = [_pack(one.asked.observation) for one in batch]
        readings = tuple(self._read(one.asked.observation) for one in batch)
        now = self._clock.now()
        forget: list[dict[str, Any]] = []
        orphans: list[dict[str, Any]] = []
        keep: list[dict[str, Any]] = []
        opened: list[dict[str, Any]] = []
        for one, reading in zip(batch, readings, strict=True):
            question = one.question
            own = f"{question.source} {question.server}"
            if not reading.is_answer:
                attempts = one.attempts + 1
                wait = self._later.not_before(reading, attempts, now)
                keep.append(_question_row(question, one.parent, attempts, _stamp(wait), reading.meaning))
            elif one.parent and one.attempts:
                keep.append(_question_row(question, one.parent, 0, "", reading.meaning))
            elif one.remembered and not one.parent:
                forget.append(_bound(question))
            if reading.is_answer and one.has_children:
                orphans.append({"b_domain": question.domain.ulabel, "b_parent": own})
            opened += [_question_row(child, own, 0, "", "") for child in one.asked.follow_ups]
        with self._writing() as connection:
            self._insert(connection, packed)
            self._insert_readings(
                connection,
                {own.id: reading for own, reading in zip(packed, readings, strict=True) if own.body is not None},
            )
            table = schema.QUESTION.c
            if orphans:
                gone = schema.QUESTION.delete().where(
                    table.domain == _bind("b_domain"), table.parent == _bind("b_parent")
                )
                connection.execute(gone, sorted(orphans, key=repr))
            if forget:
                same = schema.QUESTION.delete().where(
                    table.domain == _bind("b_domain"),
                    table.source == _bind("b_source"),
                    table.server == _bind("b_server"),
                )
                connection.execute(same, sorted(forget, key=repr))
            if keep:
                connection.execute(
                    schema.insert_or_replace(self._engine, schema.QUESTION), sorted(keep, key=_question_order)
                )
            if opened:
                statement = schema.insert(self._engine, schema.QUESTION)
                update = {
                    name: statement.excluded[name] for name in ("limiter", "key", "parent")
                }  # attempts made in vain stay counted
                statement = statement.on_conflict_do_update(
                    index_elements=["domain", "source", "server"], set_=update
                )
                connection.execute(statement, sorted(opened, key=_question_order))
            self._insert_limiters(connection, limiters or {})
        return readings

    def save_limiters(self, states: Mapping[str, str]) -> None:
        """Write the limiters' states: group → JSON."""
        if states:
            with self._writing() as connection:
                self._insert_limiters(connection, states)

    # Reading

    def limiters(self) -> dict[str, str]:
        """The limiters' states as saved: group → JSON."""
        from auditor.evidence.store_schema import LIMITER

        with self._reading() as connection:
            return {row.limiter: row.state for row in connection.execute(LIMITER.select())}

    def remembered(self, domains: Iterable[str]) -> dict[Key, Remembered]:
        """The questions kept for later runs about some domains."""
        from auditor.evidence.store_schema import QUESTION

        found: dict[Key, Remembered] = {}
        with self._reading() as connection:
            for chunk in _chunks(domains):
                for row in connection.execute(QUESTION.select().where(QUESTION.c.domain.in_(chunk))):
                    name = DomainName(row.domain, row.alabel)
                    question = Question(name, row.source, row.server, row.limiter, row.key)
                    found[row.domain, row.source, row.server] = Remembered(
                        question, row.parent, row.attempts, _moment(row.not_before), row.outcome
                    )
        return found

    def newest(self, domains: Iterable[str], horizon_days: int | None = None) -> dict[Key, Newest]:
        """The newest answer of each (domain, source, server), or the newest asking where none was an answer.

        horizon_days: answers older than that are looked at only where nothing newer stands; by default the longest
        time to live. Answers that were not yet read by this version of the reader are read now, and that is kept.
        """
        days = TimeToLive().horizon if horizon_days is None else horizon_days
        found: dict[Key, Newest] = {}
        for chunk in _chunks(domains):
            by_key: dict[Key, list[_Row]] = {}
            for row in self._rows(chunk, days):
                by_key.setdefault(row.key, []).append(row)
            read: dict[bytes, Reading] = {}
            for key, rows in sorted(by_key.items()):
                best: Newest | None = None
                for row in sorted(rows, key=attrgetter("fetched_at", "id"), reverse=True):
                    reading = row.reading
                    if reading is None and self._reader is not None:
                        reading = read[row.id] = self._read(self._observation(row))
                    this = Newest(_moment(row.fetched_at), row.outcome, reading)
                    best = best or this
                    if reading is not None and reading.is_answer:
                        best = this
                        break
                if best is not None:
                    found[key] = best
            if read:
                with self._writing() as connection:
                    self._insert_readings(connection, read)
        return found

    def observations(
        self, domains: Iterable[str] | None = None, horizon_days: int | None = None
    ) -> Iterator[Observation]:
        """The observations about some domains (all by default), oldest first within a domain, domains in order.

        horizon_days: only those made within so many days, and the newest of each source and server whatever its age.
        """
        names = self._domains() if domains is None else domains
        for chunk in _chunks(names):
            rows = self._rows(chunk, horizon_days)
            bodies = self._bodies({row.sha256 for row in rows if row.kind})
            for row in sorted(rows, key=attrgetter("key", "fetched_at", "outcome", "sha256", "id")):
                yield _observation(row, bodies.get(row.sha256))

    def status(
        self, domains: Iterable[str] | None, as_of: date, max_age_days: int = 7
    ) -> StoreStatus:
        """Age and coverage for some domains (all known by default) on a day (Beijing)."""
        from sqlalchemy import func, select

        from auditor.evidence.store_schema import OBSERVATION, QUESTION

        names = sorted(set(self._domains() if domains is None else domains))
        sources: dict[str, dict[str, list[Newest]]] = {}
        known: set[str] = set()
        for (domain, source, _server), one in self.newest(names).items():
            known.add(domain)
            sources.setdefault(source, {}).setdefault(domain, []).append(one)
        now = _stamp(self._clock.now())
        with self._reading() as connection:
            count = connection.execute(select(func.count()).select_from(OBSERVATION)).scalar_one()
            waiting = select(func.count()).select_from(QUESTION).where(QUESTION.c.not_before > now)
            held = connection.execute(waiting).scalar_one()
        oldest_day = as_of - timedelta(days=max_age_days)
        return StoreStatus(
            observations=count,
            domains=len(names),
            unknown=tuple(name for name in names if name not in known),
            sources=tuple(_source_status(name, sources[name], oldest_day) for name in sorted(sources)),
            waiting=held,
            size=self._size(),
        )

    # Moving between machines

    def export(self, path: Path, domains: Iterable[str] | None = None) -> int:
        """Write observations as JSON Lines, packed where the name ends in .gz; the file is whole or not there.

        Returns how many. OutputError where the file cannot be written.
        """
        partial = path.with_name(f".{path.name}.part")
        count = 0
        try:
            with partial.open("wb") as plain:
                # No name and no time in the packed file: the same evidence gives the same bytes.
                packed = gzip.GzipFile("", "wb", fileobj=plain, mtime=0) if path.suffix == ".gz" else None
                stream = packed or plain
                for one in self.observations(domains):
                    stream.write(_line(one))
                    count += 1
                if packed:
                    packed.close()
            partial.replace(path)
        except OSError as problem:
            partial.unlink(missing_ok=True)
            raise OutputError(
                f"证据无法写出: {problem.strerror}",
                f"The evidence cannot be written: {problem.strerror}",
                where=str(path),
            ) from problem
        return count

    def import_files(self, paths: Sequence[tuple[Path, str]]) -> Imported:
        """Take in files of recorded evidence: (file, the name that messages give it)."""
        recorded = read_evidence(paths)
        added = sum(self.add(chunk) for chunk in _batches(recorded.observations, _IMPORT_CHUNK))
        return Imported(added, len(recorded.observations) - added, recorded.problems)

    # Inside

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        from sqlalchemy.exc import SQLAlchemyError

        try:
            with self._engine.connect() as connection:
                yield connection
        except SQLAlchemyError as problem:
            self._fail(problem, "读取", "read", InputError)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        from sqlalchemy.exc import SQLAlchemyError

        from auditor.evidence.store_schema import begin_writing

        try:
            with self._engine.connect() as connection:
                begin_writing(connection)
                yield connection
                connection.commit()
        except SQLAlchemyError as problem:
            self._fail(problem, "写入", "written to", OutputError)

    def _fail(
        self, problem: Exception, zh: str, en: str, kind: Callable[..., InputError | OutputError]
    ) -> None:
        from sqlalchemy.exc import SQLAlchemyError

        from auditor.evidence.store_schema import reason_of, without_password

        assert isinstance(problem, SQLAlchemyError)
        reason = reason_of(problem, self._engine.url)
        raise kind(
            f"证据库无法{zh}: {reason}",
            f"The evidence store cannot be {en}: {reason}",
            hint_zh="已写入的应答都还在; 排除故障后再次运行即可继续",
            hint_en="Every answer already written is safe; mend the cause and run again to go on",
            where=without_password(self._engine.url.render_as_string(hide_password=False)),
        ) from None

    def _insert(self, connection: Connection, packed: Sequence[_Packed]) -> int:
        from sqlalchemy import func, select

        from auditor.evidence import store_schema as schema

        if not packed:
            return 0
        bodies = {one.sha256: one.body for one in packed if one.body is not None}
        if bodies:
            connection.execute(
                schema.insert_new(self._engine, schema.RAW),
                [{"sha256": sha256, "body": zlib.compress(body, _ZLIB_LEVEL)} for sha256, body in sorted(bodies.items())],
            )
        rows = {one.id: one.row for one in packed}
        ids = sorted(rows)
        there = 0
        for start in range(0, len(ids), _CHUNK):
            known = select(func.count()).where(schema.OBSERVATION.c.id.in_(ids[start : start + _CHUNK]))
            there += connection.execute(known).scalar_one()
        connection.execute(
            schema.insert_new(self._engine, schema.OBSERVATION), [rows[id] for id in ids]
        )
        return len(ids) - there

    def _insert_readings(self, connection: Connection, readings: Mapping[bytes, Reading]) -> None:
        from auditor.evidence import store_schema as schema

        if self._reader is None or not readings:
            return
        connection.execute(
            schema.insert_or_replace(self._engine, schema.READING),
            [
                {
                    "id": id,
                    "version": self._reader.version,
                    "meaning": one.meaning,
                    "expires": one.expires.isoformat() if one.expires else "",
                    "unsettled": one.unsettled,
                }
                for id, one in sorted(readings.items())
            ],
        )

    def _insert_limiters(self, connection: Connection, states: Mapping[str, str]) -> None:
        from auditor.evidence import store_schema as schema

        if states:
            connection.execute(
                schema.insert_or_replace(self._engine, schema.LIMITER),
                [{"limiter": group, "state": state} for group, state in sorted(states.items())],
            )

    def _read(self, observation: Observation) -> Reading:
        if observation.outcome != "answered":
            return Reading(observation.outcome)
        return self._reader(observation) if self._reader is not None else Reading("unparsed")

    def _observation(self, row: _Row) -> Observation:
        return _observation(row, self._bodies({row.sha256}).get(row.sha256))

    def _domains(self) -> list[str]:
        from sqlalchemy import select

        from auditor.evidence.store_schema import OBSERVATION

        with self._reading() as connection:
            return sorted(connection.execute(select(OBSERVATION.c.domain).distinct()).scalars())

    def _rows(self, domains: Sequence[str], horizon_days: int | None) -> list[_Row]:
        from sqlalchemy import and_, func, select

        from auditor.evidence.store_schema import OBSERVATION, READING

        one = OBSERVATION.c
        joined = OBSERVATION.outerjoin(READING, OBSERVATION.c.id == READING.c.id)
        columns = (*OBSERVATION.c, READING.c.version, READING.c.meaning, READING.c.expires, READING.c.unsettled)
        statement = select(*columns).select_from(joined).where(one.domain.in_(domains))
        statements = [statement]
        if horizon_days is not None:
            since = _stamp(self._clock.now() - timedelta(days=horizon_days))
            last = (
                select(one.domain, one.source, one.server, func.max(one.fetched_at).label("last"))
                .where(one.domain.in_(domains))
                .group_by(one.domain, one.source, one.server)
                .subquery()
            )
            same = and_(
                one.domain == last.c.domain,
                one.source == last.c.source,
                one.server == last.c.server,
                one.fetched_at == last.c.last,
            )
            older = select(*columns).select_from(joined.join(last, same)).where(one.fetched_at < since)
            statements = [statement.where(one.fetched_at >= since), older]
        version = self._reader.version if self._reader is not None else None
        with self._reading() as connection:
            return [_row(row, version) for each in statements for row in connection.execute(each)]

    def _bodies(self, hashes: Iterable[str]) -> dict[str, bytes]:
        from sqlalchemy import select

        from auditor.evidence.store_schema import RAW

        found: dict[str, bytes] = {}
        with self._reading() as connection:
            for chunk in _chunks(hashes):
                statement = select(RAW.c.sha256, RAW.c.body).where(RAW.c.sha256.in_(chunk))
                try:
                    found |= {row.sha256: zlib.decompress(row.body) for row in connection.execute(statement)}
                except zlib.error as problem:
                    raise InputError(
                        "证据库中有损坏的应答",
                        "An answer in the evidence store is damaged",
                        hint_zh="用完好的副本替换证据库, 或导出其余证据后重建",
                        hint_en="Put a sound copy of the store in its place",
                    ) from problem
        return found

    def _size(self) -> int | None:
        path = self._engine.url.database
        if self._engine.dialect.name != "sqlite" or not path or path == ":memory:":
            return None
        files = (Path(path + ending) for ending in ("", "-wal"))
        return sum(file.stat().st_size for file in files if file.exists())


@dataclass(frozen=True, slots=True)
class _Packed:
    id: bytes
    sha256: str
    body: bytes | None
    row: dict[str, Any]


def _pack(one: Observation) -> _Packed:
    body = _body(one.raw)
    kind = "" if body is None else "text" if isinstance(one.raw, str) else "json"
    sha256 = "" if body is None else hashlib.sha256(body).hexdigest()
    domain, source, server, outcome = (
        text.replace("\x00", "") for text in (one.domain, one.source, one.server, one.outcome)
    )
    fetched_at = _stamp(one.fetched_at)
    parts = "\x1f".join((domain, source, server, fetched_at, outcome, kind, sha256))
    id = hashlib.blake2b(parts.encode("utf-8"), digest_size=16).digest()
    row = {
        "id": id,
        "domain": domain,
        "source": source,
        "server": server,
        "fetched_at": fetched_at,
        "outcome": outcome,
        "kind": kind,
        "sha256": sha256,
    }
    return _Packed(id, sha256, body, row)


def _body(raw: object) -> bytes | None:
    """The bytes that `raw_sha256` hashes; what no JSON file could ever hold (lone surrogates, NaN) is replaced."""
    if raw is None:
        return None
    if isinstance(raw, str):
        return raw.encode("utf-8", "replace")
    text = json.dumps(raw, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    data = text.encode("utf-8", "replace")
    if "NaN" in text or "Infinity" in text:
        clean = json.loads(data, parse_constant=lambda _word: None)
        data = json.dumps(clean, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    return data


def _observation(row: _Row, body: bytes | None) -> Observation:
    domain, source, server = row.key
    raw: object = None
    if row.kind and body is not None:
        raw = body.decode("utf-8") if row.kind == "text" else json.loads(body)
    return Observation(domain, source, server, _moment(row.fetched_at), row.outcome, raw, row.sha256)


def _row(row: Any, version: str | None) -> _Row:
    reading: Reading | None = None
    if row.outcome != "answered":
        reading = Reading(row.outcome)
    elif version is not None and row.version == version:
        expires = date.fromisoformat(row.expires) if row.expires else None
        reading = Reading(row.meaning, expires, bool(row.unsettled))
    key = (row.domain, row.source, row.server)
    return _Row(bytes(row.id), key, row.fetched_at, row.outcome, row.kind, row.sha256, reading)


def _line(one: Observation) -> bytes:
    record: dict[str, object] = {
        "domain": one.domain,
        "source": one.source,
        "server": one.server,
        "fetched_at": one.fetched_at.isoformat() if one.fetched_at else None,
        "outcome": one.outcome,
    }
    if one.raw is not None:
        record["raw"] = one.raw
    return (json.dumps(record, ensure_ascii=False) + "\n").encode("utf-8")


def _stamp(moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone(UTC).isoformat(timespec="microseconds")


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(BEIJING) if text else None


def _question_row(
    question: Question, parent: str, attempts: int, not_before: str, outcome: str
) -> dict[str, Any]:
    return {
        "domain": question.domain.ulabel,
        "source": question.source,
        "server": question.server,
        "alabel": question.domain.alabel,
        "limiter": question.group,
        "key": question.key,
        "parent": parent,
        "attempts": attempts,
        "not_before": not_before,
        "outcome": outcome,
    }


def _question_order(row: Mapping[str, Any]) -> tuple[str, str, str]:
    # Rows are always written in one order, so that two processes never wait for each other in a circle.
    return (row["domain"], row["source"], row["server"])


def _bound(question: Question) -> dict[str, Any]:
    return {"b_domain": question.domain.ulabel, "b_source": question.source, "b_server": question.server}


def _bind(name: str) -> Any:
    from sqlalchemy import bindparam

    return bindparam(name)


def _chunks(values: Iterable[str]) -> Iterator[list[str]]:
    """The different values in order, in pieces that one statement can name."""
    return _batches(sorted(set(values)), _CHUNK)


def _batches(values: Sequence[Any], size: int) -> Iterator[list[Any]]:
    for start in range(0, len(values), size):
        yield list(values[start : start + size])


def _source_status(source: str, by_domain: Mapping[str, Sequence[Newest]], oldest_day: date) -> SourceStatus:
    fresh = old = 0
    outcomes: dict[str, int] = {}
    moments: list[datetime] = []
    for newest in by_domain.values():
        answers = [one.fetched_at for one in newest if one.reading is not None and one.reading.is_answer]
        dated = [moment for moment in answers if moment is not None]
        if any(moment.astimezone(BEIJING).date() >= oldest_day for moment in dated):
            fresh += 1
        elif answers:
            old += 1
        else:
            word = max(newest, key=lambda one: (_stamp(one.fetched_at), one.outcome)).meaning or "unread"
            outcomes[word] = outcomes.get(word, 0) + 1
        moments += dated
    return SourceStatus(
        source,
        fresh,
        old,
        sum(outcomes.values()),
        dict(sorted(outcomes.items())),
        min(moments, default=None),
        max(moments, default=None),
    )
