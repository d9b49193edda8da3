"""The trail of waivers: every change is one more row, and what holds now follows from the rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from auditor.history.records import moment_of, stamp, storable
from auditor.history.schema import PORTFOLIO, WAIVER_EVENT
from auditor.model.waiver import Waiver
from auditor.model.words import Word


class EventKind(Word):
    """What was done with a waiver."""

    MADE = "made", "登记", "made"
    EXTENDED = "extended", "延长", "extended"
    SHORTENED = "shortened", "缩短", "shortened"
    WITHDRAWN = "withdrawn", "撤销", "withdrawn"


_KINDS = {kind.code: kind for kind in EventKind}


@dataclass(frozen=True, slots=True)
class WaiverEvent:
    """One row of the trail. by, why: who did it and for what reason; waiver: as it stands after it (or stood, where
    it was withdrawn)."""

    number: int
    portfolio: str
    what: EventKind
    at: datetime
    by: str
    why: str
    waiver: Waiver


def select_events(connection: Connection, *conditions: sa.ColumnElement[bool]) -> list[WaiverEvent]:
    """The trail, oldest first."""
    statement = (
        sa.select(WAIVER_EVENT, PORTFOLIO.c.name)
        .join(PORTFOLIO, PORTFOLIO.c.id == WAIVER_EVENT.c.portfolio)
        .where(*conditions)
        .order_by(WAIVER_EVENT.c.portfolio, WAIVER_EVENT.c.number)
    )
    return [_event(row) for row in connection.execute(statement)]


def _event(row: Any) -> WaiverEvent:
    waiver = Waiver(
        id=row.waiver,
        reason=row.reason,
        by=row.owner,
        until=date.fromisoformat(row.until),
        fingerprint=row.fingerprint,
        check=row.check_id,
        target=row.target,
        approver=row.approver,
        origin=row.origin,
        made_at=moment_of(row.made_at),
    )
    return WaiverEvent(
        row.number, row.name, _KINDS[row.what], moment_of(row.at), row.made_by, row.why, waiver
    )


def standing(events: list[WaiverEvent]) -> dict[tuple[str, str], Waiver]:
    """(portfolio, id) → what holds after the events."""
    found: dict[tuple[str, str], Waiver] = {}
    for one in events:
        key = (one.portfolio, one.waiver.id)
        if one.what is EventKind.WITHDRAWN:
            found.pop(key, None)
        else:
            found[key] = one.waiver
    return found


def note_waiver(connection: Connection, portfolio: int, waiver: Waiver, now: datetime) -> EventKind | None:
    """Add what is new about a waiver to the trail; None where it stands there just so."""
    mine = (WAIVER_EVENT.c.portfolio == portfolio, WAIVER_EVENT.c.waiver == waiver.id)
    known = next(iter(standing(select_events(connection, *mine)).values()), None)
    made_at = waiver.made_at or (known.made_at if known is not None else None) or now
    waiver = replace(
        waiver,
        made_at=moment_of(stamp(made_at)),
        reason=storable(waiver.reason),
        by=storable(waiver.by),
        approver=storable(waiver.approver),
        origin=storable(waiver.origin),
    )
    what = EventKind.MADE
    if known is not None:
        if replace(known, made_at=None) == replace(waiver, made_at=None):
            return None
        if known.until != waiver.until:
            what = EventKind.EXTENDED if waiver.until > known.until else EventKind.SHORTENED
    _add(connection, portfolio, waiver, what, waiver.by, waiver.reason, now)
    return what


def note_withdrawal(
    connection: Connection, portfolio: int, waiver: Waiver, by: str, why: str, now: datetime
) -> None:
    """Add to the trail that a waiver does not hold any more."""
    _add(connection, portfolio, waiver, EventKind.WITHDRAWN, storable(by), storable(why), now)


def _add(
    connection: Connection, portfolio: int, waiver: Waiver, what: EventKind, by: str, why: str, now: datetime
) -> None:
    highest = sa.select(sa.func.max(WAIVER_EVENT.c.number)).where(WAIVER_EVENT.c.portfolio == portfolio)
    assert waiver.made_at is not None
    row = {
        "portfolio": portfolio,
        "number": (connection.execute(highest).scalar() or 0) + 1,
        "waiver": waiver.id,
        "what": what.code,
        "at": stamp(now),
        "made_by": by,
        "why": why,
        "reason": waiver.reason,
        "owner": waiver.by,
        "approver": waiver.approver,
        "until": waiver.until.isoformat(),
        "made_at": stamp(waiver.made_at),
        "origin": waiver.origin,
        "fingerprint": waiver.fingerprint,
        "check_id": waiver.check,
        "target": None if waiver.target is None else storable(waiver.target),
    }
    connection.execute(WAIVER_EVENT.insert(), row)
