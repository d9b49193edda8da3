"""The evidence store: every answer ever given, appended and never changed, in SQLite or PostgreSQL."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from auditor.errors import OutputError
from auditor.evidence.freshness import Reading, RetryLater, TimeToLive
from auditor.evidence.recorded import read_evidence
from auditor.evidence.store_rows import (
    CHUNK,
    Imported,
    Key,
    Newest,
    Remembered,
    Row,
    Settled,
    batches,
    chunks,
    key_of,
    line_of,
    moment_of,
    observation_of,
    pack,
    question_row,
    stamp,
)
from auditor.evidence.store_status import StoreStatus, source_statuses
from auditor.model.evidence import Observation

if TYPE_CHECKING:
    from auditor.evidence.store_sql import Database

_IMPORT_CHUNK = 1000


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


class Store:
    """An open store. Methods may be called from any thread; each writes in one transaction of its own.

    OutputError and InputError where the database fails; what was written before stays.
    """

    def __init__(self, database: Database, clock: Now, reader: Reader | None, later: RetryLater) -> None:
        self._database = database
        self._clock = clock
        self._reader = reader
        self._later = later

    @classmethod
    def open(
        cls, address: str, clock: Now, reader: Reader | None = None, later: RetryLater | None = None
    ) -> Store:
        """Open or create a store: `sqlite:///path`, a path, or `postgresql://user:password@host/database`.

        reader: without it answers are kept but not read, so that none counts as an answer. PolicyError where the
        database cannot be used, never with a password in it.
        """
        from auditor.evidence.store_sql import Database

        return cls(Database(address), clock, reader, later or RetryLater())

    def close(self) -> None:
        """Give back the connections."""
        self._database.engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def add(self, observations: Iterable[Observation]) -> int:
        """Write observations in one transaction; one that stands there already is left alone. Returns how many are
        new."""
        from auditor.evidence import store_sql as sql

        packed = [pack(one) for one in observations]
        ids = {one.id for one in packed}
        with self._database.writing() as connection:
            known = sql.count_known(connection, ids)
            self._database.insert_observations(connection, packed)
        return len(ids) - known

    def record(
        self, batch: Sequence[Settled], limiters: Mapping[str, str] | None = None
    ) -> tuple[Reading, ...]:
        """Write what came of some questions, what is to be remembered of them and the limiters' states, all or
        nothing. Returns the reading of each answer, in order."""
        from auditor.evidence import store_sql as sql

        packed = [pack(one.asked.observation) for one in batch]
        readings = tuple(self._read(one.asked.observation) for one in batch)
        now = self._clock.now()
        kept: dict[Key, dict[str, Any]] = {}
        opened: dict[Key, dict[str, Any]] = {}
        forgotten: list[Key] = []
        orphaned: list[tuple[str, str]] = []
        for one, reading in zip(batch, readings, strict=True):
            question, answered_by = one.question, one.asked.observation.server
            own = f"{question.source} {question.server}"
            other = answered_by if answered_by != question.server else ""
            if not reading.is_answer:
                attempts = one.attempts + 1
                wait = stamp(self._later.not_before(reading, attempts, now))
                kept[key_of(question)] = question_row(
                    question, one.parent, other, attempts, wait, reading.meaning
                )
            elif other or (one.parent and one.remembered):
                kept[key_of(question)] = question_row(question, one.parent, other, 0, "", reading.meaning)
            elif one.remembered:
                forgotten.append(key_of(question))
            if reading.is_answer and one.has_children:
                orphaned.append((question.domain.ulabel, own))
            opened |= {
                key_of(child): question_row(child, own, "", 0, "", "") for child in one.asked.follow_ups
            }
        with self._database.writing() as connection:
            self._database.insert_observations(connection, packed)
            if self._reader is not None:
                answered = {
                    row.id: reading
                    for row, reading in zip(packed, readings, strict=True)
                    if row.row["outcome"] == "answered"
                }
                self._database.insert_readings(connection, self._reader.version, answered)
            sql.forget_opened_by(connection, orphaned)
            sql.forget(connection, forgotten)
            self._database.remember(connection, list(kept.values()))
            self._database.remember_opened(connection, list(opened.values()))
            self._database.insert_limiters(connection, limiters or {})
        return readings

    def save_limiters(self, states: Mapping[str, str]) -> None:
        """Write the limiters' states: group → JSON."""
        if states:
            with self._database.writing() as connection:
                self._database.insert_limiters(connection, states)

    def limiters(self) -> dict[str, str]:
        """The limiters' states as saved: group → JSON."""
        from auditor.evidence import store_sql as sql

        with self._database.reading() as connection:
            return sql.select_limiters(connection)

    def remembered(self, domains: Iterable[str]) -> dict[Key, Remembered]:
        """The questions kept for later runs about some domains."""
        from auditor.evidence import store_sql as sql

        with self._database.reading() as connection:
            return {key_of(one.question): one for one in sql.select_remembered(connection, domains)}

    def newest(
        self, domains: Iterable[str] | None = None, horizon_days: int | None = None
    ) -> dict[Key, Newest]:
        """The newest answer of each (domain, source, server), or the newest asking where none was an answer.

        domains: all by default. horizon_days: answers older than that are looked at only where nothing newer stands;
        by default the longest time to live. Answers not yet read by this version of the reader are read now, and
        that is kept.
        """
        from auditor.evidence import store_sql as sql

        days = TimeToLive().horizon if horizon_days is None else horizon_days
        since = self._clock.now() - timedelta(days=days)
        version = self._reader.version if self._reader is not None else None
        found: dict[Key, Newest] = {}
        for chunk in chunks(self._domains() if domains is None else domains):
            with self._database.reading() as connection:
                rows = sql.select_rows(connection, chunk, since, version)
            by_key: dict[Key, list[Row]] = {}
            for row in sorted(rows, key=attrgetter("fetched_at", "id"), reverse=True):
                by_key.setdefault(row.key, []).append(row)
            read = self._read_first(by_key.values())
            for key, own in sorted(by_key.items()):
                found[key] = self._newest(own, read)
            if read and version is not None:
                with self._database.writing() as connection:
                    self._database.insert_readings(connection, version, read)
        return found

    def observations(
        self, domains: Iterable[str] | None = None, horizon_days: int | None = None
    ) -> Iterator[Observation]:
        """The observations about some domains (all by default), domains, sources and servers in order, oldest first.

        horizon_days: only those made within so many days, and the newest of each source and server whatever its age.
        """
        from auditor.evidence import store_sql as sql

        since = None if horizon_days is None else self._clock.now() - timedelta(days=horizon_days)
        for chunk in chunks(self._domains() if domains is None else domains):
            with self._database.reading() as connection:
                rows = sql.select_rows(connection, chunk, since, None)
            rows.sort(key=attrgetter("key", "fetched_at", "outcome", "sha256", "kind"))
            for piece in batches(rows, CHUNK):
                bodies = self._bodies(piece)
                for row in piece:
                    yield observation_of(row, bodies.get(row.sha256))

    def status(self, domains: Iterable[str] | None, as_of: date, max_age_days: int = 7) -> StoreStatus:
        """Age and coverage for some domains (all known by default) on a day (Beijing)."""
        from auditor.evidence import store_sql as sql

        names = sorted(set(self._domains() if domains is None else domains))
        newest = self.newest(names)
        with self._database.reading() as connection:
            observations, waiting = sql.count_all(connection, self._clock.now())
        known = {domain for domain, _source, _server in newest}
        return StoreStatus(
            observations=observations,
            domains=len(names),
            unknown=tuple(name for name in names if name not in known),
            sources=source_statuses(newest, as_of - timedelta(days=max_age_days)),
            waiting=waiting,
            size=self._size(),
        )

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
                for one in self.observations(domains):
                    (packed or plain).write(line_of(one))
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
        """Take in files of recorded evidence: (file, the name that messages give it). InputError where a file cannot
        be read at all."""
        recorded = read_evidence(paths)
        added = sum(self.add(chunk) for chunk in batches(recorded.observations, _IMPORT_CHUNK))
        return Imported(added, len(recorded.observations) - added, recorded.problems)

    def _read(self, observation: Observation) -> Reading:
        if observation.outcome != "answered":
            return Reading(observation.outcome)
        # Kept, but nobody can say what it means.
        return self._reader(observation) if self._reader is not None else Reading("unparsed")

    def _read_first(self, groups: Iterable[Sequence[Row]]) -> dict[bytes, Reading]:
        """Readings for the newest rows where they lack one, by id."""
        if self._reader is None:
            return {}
        unread = [rows[0] for rows in groups if rows[0].reading is None]
        bodies = self._bodies(unread)
        return {row.id: self._read(observation_of(row, bodies.get(row.sha256))) for row in unread}

    def _newest(self, rows: Sequence[Row], read: dict[bytes, Reading]) -> Newest:
        """The answer among rows, newest first; the very newest where none is. read: grows by what is read here."""
        for row in rows:
            reading = row.reading or read.get(row.id)
            if reading is None and self._reader is not None:
                reading = read[row.id] = self._read(observation_of(row, self._bodies([row]).get(row.sha256)))
            if reading is not None and reading.is_answer:
                return Newest(moment_of(row.fetched_at), row.outcome, reading)
        first = rows[0]
        return Newest(moment_of(first.fetched_at), first.outcome, first.reading or read.get(first.id))

    def _bodies(self, rows: Iterable[Row]) -> dict[str, bytes]:
        from auditor.evidence import store_sql as sql

        hashes = {row.sha256 for row in rows if row.kind}
        if not hashes:
            return {}
        with self._database.reading() as connection:
            return sql.select_bodies(connection, hashes)

    def _domains(self) -> list[str]:
        from auditor.evidence import store_sql as sql

        with self._database.reading() as connection:
            return sql.select_domains(connection)

    def _size(self) -> int | None:
        url = self._database.engine.url
        if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
            return None
        files = (Path(url.database + ending) for ending in ("", "-wal"))
        return sum(file.stat().st_size for file in files if file.exists())
