"""The history of audits: what each run found, what changed, what was accepted, answered and sent; SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from typing import TYPE_CHECKING

from auditor.errors import UsageError
from auditor.history.logbook import Logbook, stored_name
from auditor.model.change import Comparison, TrendPoint
from auditor.model.result import AuditResult
from auditor.model.text import Text

if TYPE_CHECKING:
    from auditor.history.comparison import Standing
    from auditor.history.database import Database
    from auditor.history.records import Difference, Now, Past, RunRecord

WAIT_S = 30.0


def default_address() -> str:
    """The history in the user's data folder, beside the evidence store."""
    from platformdirs import user_data_path

    return f"sqlite:///{user_data_path('icp-audit') / 'history.sqlite3'}"


def digest_of(result: AuditResult, *more: str) -> str:
    """32 hex digits over what an audit was made of, so that the same audit is known again when it is repeated.

    The inputs, the evidence files, how new the evidence of each source is, and the audit date; more: what the caller
    knows beside them (a digest of the policy, the choice of checks), in a fixed order.
    """
    parts = [result.run.as_of.isoformat()]
    parts += [f"{one.path}\x1f{one.sha256}" for one in result.reading.inputs]
    parts += [f"{name}\x1f{sha256}\x1f{count}" for name, sha256, count in result.run.evidence_files]
    for one in result.coverage:
        newest, oldest = (moment.isoformat() if moment else "" for moment in (one.newest, one.oldest))
        failed = ",".join(f"{reason}={count}" for reason, count in sorted(one.failed.items()))
        parts.append(f"{one.source}\x1f{one.answered}\x1f{failed}\x1f{one.not_asked}\x1f{newest}\x1f{oldest}")
    return blake2b("\x1e".join([*parts, "", *more]).encode("utf-8", "replace"), digest_size=16).hexdigest()


@dataclass(slots=True)
class Pending:
    """A run that is written but not yet committed. note: why its whole result was not kept, else None.

    repeated: the same run stood there already, so that nothing was written.
    """

    run: str
    number: int
    repeated: bool = False
    note: Text | None = None


class History(Logbook):
    """An open history. Each method is a transaction of its own.

    PolicyError where it cannot be read, OutputError where it cannot be written to or another program still writes;
    what was recorded before stays. UsageError for a run or waiver that is not there.
    """

    def __init__(self, database: Database, clock: Now) -> None:
        super().__init__(database, clock)
        self._baselines: dict[tuple[str, str], int | None] = {}

    @classmethod
    def open(cls, address: str, clock: Now, *, wait_s: float = WAIT_S) -> History:
        """Open or create a history: `sqlite:///path`, a path, or `postgresql://user:password@host/database`.

        wait_s: how long to wait for another program that writes. PolicyError where the database cannot be used or
        was made by a newer program, never with a password in it.
        """
        from auditor.history.database import Database

        return cls(Database(address, wait_s), clock)

    def close(self) -> None:
        """Give back the connections."""
        self._database.engine.dispose()

    def __enter__(self) -> History:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Runs

    def compare(
        self,
        result: AuditResult,
        portfolio: str,
        *,
        digest: str = "",
        since: str | None = None,
        trend: int = 26,
    ) -> Comparison:
        """A finished audit against an earlier run.

        since: an id, the beginning of one, or "last"; without it the newest of the runs with the latest audit date
        no later than this one's, or where the same digest was recorded before, what that one was compared with.
        trend: how many runs at the most, this one included.
        """
        return self._compare(result, portfolio, digest, since, trend)[0]

    def compared(
        self,
        result: AuditResult,
        portfolio: str,
        *,
        digest: str = "",
        since: str | None = None,
        trend: int = 26,
    ) -> AuditResult:
        """The audit with its comparison, and with the change of each finding (`lapsed` stays as it is)."""
        from auditor.history.comparing import with_changes

        return with_changes(result, *self._compare(result, portfolio, digest, since, trend))

    def _compare(
        self, result: AuditResult, portfolio: str, digest: str, since: str | None, trend: int
    ) -> tuple[Comparison, dict[str, Standing]]:
        from auditor.history import comparing, queries
        from auditor.history.comparison import this_point

        name = stored_name(portfolio)
        with self._database.reading() as connection:
            owner = queries.portfolio_id(connection, name)
            base = None
            if owner is not None:
                base = comparing.baseline_of(connection, owner, result.run.as_of, digest)
            self._baselines[name, digest] = base.number if base else None
            asked = base
            if since is not None:
                # Nothing was ever recorded of an unknown portfolio: no run is its.
                asked = queries.find_run(connection, since, -1 if owner is None else owner)[1]
            points: tuple[TrendPoint, ...] = ()
            if owner is not None and base is not None:
                points = comparing.trend_until(connection, owner, base.number, base.as_of, trend - 1)
            points += (this_point(result),)
            return comparing.compare(connection, result, owner, asked, points)

    @contextmanager
    def recording(
        self, result: AuditResult, portfolio: str, digest: str, *, keep: int | None = None
    ) -> Iterator[Pending]:
        """Write a run; it counts when the block ends well, and was never there when it does not.

        keep: how many whole results of the portfolio to keep for `restored`, 0 for none.
        Within the block the history can be read, but not be written to otherwise: that would wait for this very block.
        """
        from auditor.history import comparing, keeping, queries
        from auditor.history.recording import make_portfolio, write_run

        name = stored_name(portfolio)
        if self._database.engine.dialect.name == "postgresql":
            # Giving a number to a new portfolio keeps out all other new ones: not for as long as reports are written.
            with self._database.writing(name) as connection:
                make_portfolio(connection, name)
        with self._database.writing(name) as connection:
            owner = make_portfolio(connection, name)
            if (name, digest) in self._baselines:
                base = self._baselines[name, digest]
            else:
                found = comparing.baseline_of(connection, owner, result.run.as_of, digest)
                base = found.number if found else None
            base = base if base is None else min(base, queries.newest_number(connection, owner))
            written = write_run(connection, result, name, digest, base, self._clock.now())
            note = None
            if not written.repeated:
                count = keeping.KEPT_RUNS if keep is None else keep
                note = keeping.keep(connection, owner, written.number, result, count)
            yield Pending(result.run.id, written.number, written.repeated, note)

    def keep(self, result: AuditResult, portfolio: str, count: int | None = None) -> Text | None:
        """Keep the whole result of a run that is recorded already. Returns why it was not kept, else None."""
        from auditor.history import keeping, queries

        name = stored_name(portfolio)
        with self._database.writing(name) as connection:
            owner = queries.portfolio_id(connection, name)
            owner, run = queries.find_run(connection, result.run.id, -1 if owner is None else owner)
            return keeping.keep(
                connection, owner, run.number, result, keeping.KEPT_RUNS if count is None else count
            )

    def restored(self, run: str, portfolio: str | None = None) -> AuditResult:
        """The whole result of an earlier run. InputError where it was not kept or cannot be read by this version."""
        from auditor.history import keeping, queries

        with self._database.reading() as connection:
            owner, found = queries.find_run(connection, run, self._owner(portfolio))
            return keeping.restored(connection, owner, found)

    def portfolios(self) -> tuple[str, ...]:
        """The names under which something was recorded."""
        import sqlalchemy as sa

        from auditor.history.schema import ANSWER, PORTFOLIO, RUN, WAIVER_EVENT

        # A run that was never finished may have left a name and a number behind, and nothing under them.
        something = sa.or_(
            *(PORTFOLIO.c.id.in_(sa.select(table.c.portfolio)) for table in (RUN, WAIVER_EVENT, ANSWER))
        )
        wanted = sa.select(PORTFOLIO.c.name).where(something).order_by(PORTFOLIO.c.name)
        with self._database.reading() as connection:
            return tuple(connection.execute(wanted).scalars())

    def runs(self, portfolio: str | None = None, limit: int | None = None) -> tuple[RunRecord, ...]:
        """Recorded runs, the one recorded last first."""
        from auditor.history import queries
        from auditor.history.schema import RUN

        owner = self._owner(portfolio)
        here = [] if owner is None else [RUN.c.portfolio == owner]
        with self._database.reading() as connection:
            return tuple(queries.select_runs(connection, *here, limit=limit))

    def run(self, run: str, portfolio: str | None = None) -> RunRecord:
        """One run by "last", its id or the beginning of it."""
        from auditor.history import queries

        with self._database.reading() as connection:
            return queries.find_run(connection, run, self._owner(portfolio))[1]

    def findings(self, run: RunRecord) -> tuple[Past, ...]:
        """What stood at a recorded run, worst first, accepted findings and pending ones (see `Past`) among them."""
        from auditor.history import queries

        with self._database.reading() as connection:
            owner = queries.portfolio_id(connection, run.portfolio)
            found = {} if owner is None else queries.findings_at(connection, owner, run.number)
        return tuple(sorted(found.values(), key=lambda one: one.order))

    def last_seen(self, portfolio: str, fingerprints: Iterable[str]) -> dict[str, Past]:
        """Fingerprint → the finding as it last stood in any run of the portfolio; those never seen are left out."""
        from auditor.history import queries

        with self._database.reading() as connection:
            owner = queries.portfolio_id(connection, stored_name(portfolio))
            return {} if owner is None else queries.last_seen(connection, owner, fingerprints)

    def diff(self, a: str, b: str, portfolio: str | None = None) -> Difference:
        """What became another from run a to run b, in whatever order they were recorded."""
        from auditor.history import comparing, queries

        with self._database.reading() as connection:
            owner, after = queries.find_run(connection, b, self._owner(portfolio))
            other, before = queries.find_run(connection, a, self._owner(portfolio))
            if owner != other:
                raise UsageError(
                    f"两次审计属于不同的台账组: {before.portfolio}, {after.portfolio}",
                    f"The two runs are of different portfolios: {before.portfolio}, {after.portfolio}",
                )
            return comparing.difference(connection, owner, before, after)

    def trend(self, portfolio: str, count: int = 26) -> tuple[TrendPoint, ...]:
        """The newest runs by audit date, oldest first; of the same audit repeated only the first."""
        from auditor.history import comparing, queries

        owner = self._owner(portfolio)
        with self._database.reading() as connection:
            if owner is None or owner < 0:
                return ()
            newest = queries.newest_number(connection, owner)
            return comparing.trend_until(connection, owner, newest, date.max, count)
