"""What people and the program note beside the runs: waivers, answers, messages sent, warnings given, schedules."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import blake2b
from typing import TYPE_CHECKING

from auditor.errors import UsageError
from auditor.model.answer import Answer
from auditor.model.waiver import Waiver

if TYPE_CHECKING:
    from auditor.history.database import Database
    from auditor.history.notices import Delivery, Rung, ScheduleEvent, ScheduleWord
    from auditor.history.records import Now
    from auditor.history.waiver_log import EventKind, WaiverEvent

_NAME_AT_MOST = 400


class Logbook:
    """The notes of a history. Each method is a transaction of its own; errors as with `store.History`."""

    def __init__(self, database: Database, clock: Now) -> None:
        self._database = database
        self._clock = clock

    # Waivers

    def waivers(self, portfolio: str) -> tuple[Waiver, ...]:
        """The waivers that were made and not withdrawn, lapsed ones included; by day and id."""
        found = self._standing(self.events(portfolio=portfolio)).values()
        return tuple(sorted(found, key=lambda one: (one.until, one.id)))

    def waive(self, waiver: Waiver, portfolio: str) -> EventKind | None:
        """Make a waiver, or extend it where its id is known. None where it stands there just so."""
        from auditor.history.recording import make_portfolio
        from auditor.history.waiver_log import note_waiver

        name = stored_name(portfolio)
        with self._database.writing(name) as connection:
            return note_waiver(connection, make_portfolio(connection, name), waiver, self._clock.now())

    def withdraw(self, waiver: str, by: str, why: str, portfolio: str | None = None) -> Waiver:
        """Withdraw a waiver by its id or the beginning of it. Returns it as it stood."""
        from auditor.history import queries
        from auditor.history.waiver_log import note_withdrawal

        standing = self._standing(self.events(portfolio=portfolio))
        found = sorted(key for key in standing if waiver and key[1].startswith(waiver))
        exact = [key for key in found if key[1] == waiver]
        found = exact or found
        if len(found) != 1:
            raise UsageError(
                f"没有生效的豁免 {waiver}" if not found else f"豁免 {waiver} 不止一个",
                f"There is no waiver {waiver} that holds"
                if not found
                else f"There are several waivers {waiver}",
                hint_zh="`audit waivers` 列出全部豁免; 请写全编号, 或指明 [history] portfolio",
                hint_en="`audit waivers` lists them all; give the whole id, or say which [history] portfolio is meant",
            )
        (name, _id), one = found[0], standing[found[0]]
        with self._database.writing(name) as connection:
            owner = queries.portfolio_id(connection, name)
            assert owner is not None
            note_withdrawal(connection, owner, one, by, why, self._clock.now())
        return one

    def events(self, waiver: str | None = None, portfolio: str | None = None) -> tuple[WaiverEvent, ...]:
        """The trail, oldest first: of one waiver by its id, of a portfolio, or of all."""
        from auditor.history.schema import WAIVER_EVENT
        from auditor.history.waiver_log import select_events

        owner = self._owner(portfolio)
        conditions = [] if waiver is None else [WAIVER_EVENT.c.waiver == waiver]
        conditions += [] if owner is None else [WAIVER_EVENT.c.portfolio == owner]
        with self._database.reading() as connection:
            return tuple(select_events(connection, *conditions))

    @staticmethod
    def _standing(events: Iterable[WaiverEvent]) -> dict[tuple[str, str], Waiver]:
        from auditor.history.waiver_log import standing

        return standing(list(events))

    # Answers

    def note_answers(self, portfolio: str, answers: Iterable[Answer]) -> int:
        """Write the answers that say something new. Returns how many."""
        from auditor.history import answer_log
        from auditor.history.recording import make_portfolio

        name, answers = stored_name(portfolio), list(answers)
        if not answers:
            return 0
        with self._database.writing(name) as connection:
            return answer_log.note(connection, make_portfolio(connection, name), answers, self._clock.now())

    def answers(self, portfolio: str) -> tuple[Answer, ...]:
        """The newest answer of each finding that has one, by fingerprint."""
        from auditor.history import answer_log

        owner = self._owner(portfolio)
        with self._database.reading() as connection:
            return tuple(answer_log.newest(connection, -1 if owner is None else owner))

    # Messages, warnings, schedules

    def delivered(self, key: str) -> bool:
        """Whether a message was sent."""
        from auditor.history.notices import select_deliveries
        from auditor.history.schema import DELIVERY

        with self._database.reading() as connection:
            return bool(select_deliveries(connection, DELIVERY.c.key == key))

    def note_delivery(self, key: str, *, portfolio: str, channel: str, route: str, run: str) -> bool:
        """Write that a message was sent; False where it was before."""
        from auditor.history.notices import Delivery, add_delivery

        one = Delivery(key, stored_name(portfolio), channel, route, run, self._clock.now())
        with self._database.writing(one.portfolio) as connection:
            return add_delivery(connection, one)

    def deliveries(self, portfolio: str, limit: int = 100) -> tuple[Delivery, ...]:
        """What was sent, newest first."""
        from auditor.history.notices import select_deliveries
        from auditor.history.schema import DELIVERY

        with self._database.reading() as connection:
            return tuple(
                select_deliveries(connection, DELIVERY.c.portfolio == stored_name(portfolio), limit=limit)
            )

    def note_rungs(self, portfolio: str, rungs: Iterable[Rung]) -> tuple[Rung, ...]:
        """Write which warnings before end dates were given. Returns those that had not been given before."""
        from auditor.history.notices import add_rungs
        from auditor.history.recording import make_portfolio

        name = stored_name(portfolio)
        with self._database.writing(name) as connection:
            return add_rungs(connection, make_portfolio(connection, name), rungs, self._clock.now())

    def rungs(self, portfolio: str) -> frozenset[Rung]:
        """The warnings that were given."""
        from auditor.history.notices import select_rungs

        owner = self._owner(portfolio)
        with self._database.reading() as connection:
            return frozenset(select_rungs(connection, -1 if owner is None else owner))

    def note_schedule(
        self,
        schedule: str,
        what: ScheduleWord,
        *,
        at: datetime | None = None,
        run: str = "",
        detail: str = "",
    ) -> None:
        """Write what happened to a schedule. at: now where it is left out."""
        from auditor.history.notices import ScheduleEvent, add_schedule_event

        one = ScheduleEvent(stored_name(schedule), what, at or self._clock.now(), run, detail)
        with self._database.writing(f"schedule {one.schedule}") as connection:
            add_schedule_event(connection, one)

    def schedule_events(self, schedule: str | None = None, limit: int = 100) -> tuple[ScheduleEvent, ...]:
        """What happened to one schedule or to all, newest first."""
        from auditor.history.notices import select_schedule_events
        from auditor.history.schema import SCHEDULE_EVENT

        conditions = [] if schedule is None else [SCHEDULE_EVENT.c.schedule == stored_name(schedule)]
        with self._database.reading() as connection:
            return tuple(select_schedule_events(connection, *conditions, limit=limit))

    def _owner(self, portfolio: str | None) -> int | None:
        """The number of a portfolio, -1 for one of which nothing is known; None for all."""
        from auditor.history import queries

        if portfolio is None:
            return None
        with self._database.reading() as connection:
            found = queries.portfolio_id(connection, stored_name(portfolio))
            return -1 if found is None else found


def stored_name(text: str) -> str:
    """A portfolio's or schedule's name as the database bears it; a longer one keeps its beginning and a digest of the whole."""
    clean = text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    if len(clean) <= _NAME_AT_MOST:
        return clean
    return f"{clean[:_NAME_AT_MOST]}…{blake2b(clean.encode(), digest_size=8).hexdigest()}"
