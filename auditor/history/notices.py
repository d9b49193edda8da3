"""What was sent, what was told of end dates, and what schedules did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from auditor.history.records import kept, moment_of, stamp, storable
from auditor.history.schema import DELIVERY, RUNG, SCHEDULE_EVENT
from auditor.model.words import Word

_SHOWN_AT_MOST = 2000


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message that was sent. key: the same for the same message, such as its Message-ID."""

    key: str
    portfolio: str
    channel: str
    route: str
    run: str
    at: datetime


@dataclass(frozen=True, slots=True, order=True)
class Rung:
    """One step of the warnings before an end date. days: before day, such as 90, 45 or 30."""

    target: str
    day: date
    days: int


class ScheduleWord(Word):
    """What became of a scheduled run."""

    STARTED = "started", "已开始", "started"
    FINISHED = "finished", "已完成", "finished"
    FAILED = "failed", "失败", "failed"
    MISSED = "missed", "错过", "missed"


_WORDS = {word.code: word for word in ScheduleWord}


@dataclass(frozen=True, slots=True)
class ScheduleEvent:
    """One thing that happened to a schedule. run: its id, "" where there was none; detail: for people."""

    schedule: str
    what: ScheduleWord
    at: datetime
    run: str = ""
    detail: str = ""


def add_delivery(connection: Connection, one: Delivery) -> bool:
    """Write that a message was sent; False where it was before."""
    row = {
        "key": storable(one.key),
        "portfolio": storable(one.portfolio),
        "channel": one.channel,
        "route": storable(one.route),
        "run": one.run,
        "at": stamp(one.at),
    }
    if select_deliveries(connection, DELIVERY.c.key == row["key"]):
        return False
    try:
        with connection.begin_nested():
            connection.execute(DELIVERY.insert(), row)
    except IntegrityError:
        return False  # another program was quicker
    return True


def select_deliveries(
    connection: Connection, *conditions: sa.ColumnElement[bool], limit: int | None = None
) -> list[Delivery]:
    """What was sent, newest first."""
    statement = (
        DELIVERY.select().where(*conditions).order_by(DELIVERY.c.at.desc(), DELIVERY.c.key).limit(limit)
    )
    return [
        Delivery(row.key, row.portfolio, row.channel, row.route, row.run, moment_of(row.at))
        for row in connection.execute(statement)
    ]


def add_rungs(
    connection: Connection, portfolio: int, rungs: Iterable[Rung], now: datetime
) -> tuple[Rung, ...]:
    """Write which warnings were given. Returns those that had not been given before, in order."""
    known = select_rungs(connection, portfolio)
    fresh = sorted({Rung(kept(one.target), one.day, one.days) for one in rungs} - known)
    rows: list[dict[str, Any]] = [
        {
            "portfolio": portfolio,
            "target": one.target,
            "day": one.day.isoformat(),
            "rung": one.days,
            "at": stamp(now),
        }
        for one in fresh
    ]
    if rows:
        connection.execute(RUNG.insert(), rows)
    return tuple(fresh)


def select_rungs(connection: Connection, portfolio: int) -> set[Rung]:
    """The warnings that were given."""
    statement = sa.select(RUNG.c.target, RUNG.c.day, RUNG.c.rung).where(RUNG.c.portfolio == portfolio)
    return {
        Rung(target, date.fromisoformat(day), days) for target, day, days in connection.execute(statement)
    }


def add_schedule_event(connection: Connection, one: ScheduleEvent) -> None:
    """Write what happened to a schedule."""
    highest = sa.select(sa.func.max(SCHEDULE_EVENT.c.number)).where(SCHEDULE_EVENT.c.schedule == one.schedule)
    row = {
        "schedule": one.schedule,
        "number": (connection.execute(highest).scalar() or 0) + 1,
        "what": one.what.code,
        "at": stamp(one.at),
        "run": one.run,
        "detail": storable(one.detail)[:_SHOWN_AT_MOST],
    }
    connection.execute(SCHEDULE_EVENT.insert(), row)


def select_schedule_events(
    connection: Connection, *conditions: sa.ColumnElement[bool], limit: int
) -> list[ScheduleEvent]:
    """What happened to schedules, newest first."""
    own = SCHEDULE_EVENT.c
    statement = (
        SCHEDULE_EVENT.select().where(*conditions).order_by(own.at.desc(), own.schedule, own.number.desc())
    )
    return [
        ScheduleEvent(row.schedule, _WORDS[row.what], moment_of(row.at), row.run, row.detail)
        for row in connection.execute(statement.limit(limit))
    ]
