"""Answers that people typed into reports: every new one is one more row, the newest of a finding counts."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from auditor.history.database import bulk_insert
from auditor.history.records import stamp, storable
from auditor.history.schema import ANSWER
from auditor.model.answer import Answer, AnswerStatus

_COLUMNS = ("portfolio", "number", "fingerprint", "noted", "body")


def note(connection: Connection, portfolio: int, answers: Iterable[Answer], now: datetime) -> int:
    """Add the answers that say something else than the newest one about their finding. Returns how many."""
    known = {one.fingerprint: _words(one) for one in newest(connection, portfolio, blank=True)}
    highest = sa.select(sa.func.max(ANSWER.c.number)).where(ANSWER.c.portfolio == portfolio)
    number = connection.execute(highest).scalar() or 0
    rows = []
    for answer in answers:
        fingerprint, words = storable(answer.fingerprint), _words(answer)
        if known.get(fingerprint) == words or (fingerprint not in known and _is_blank(answer)):
            continue
        known[fingerprint] = words
        number += 1
        rows.append((portfolio, number, fingerprint, stamp(now), _packed(answer)))
    bulk_insert(connection, ANSWER, _COLUMNS, rows)
    return len(rows)


def newest(connection: Connection, portfolio: int, *, blank: bool = False) -> list[Answer]:
    """The newest answer of each finding, by fingerprint; where it was emptied, only with blank."""
    own = ANSWER.c
    last = sa.select(sa.func.max(own.number)).where(own.portfolio == portfolio).group_by(own.fingerprint)
    statement = (
        sa.select(own.body).where(own.portfolio == portfolio, own.number.in_(last)).order_by(own.fingerprint)
    )
    found = [_unpacked(body) for body in connection.execute(statement).scalars()]
    return [one for one in found if blank or not _is_blank(one)]


def _words(answer: Answer) -> str:
    """What it says, wherever it was typed."""
    return _packed(replace(answer, path="", sheet="", row=0, check="", target="", message=""))


def _is_blank(answer: Answer) -> bool:
    return not (answer.owner or answer.planned or answer.status or answer.reason or answer.until)


def _packed(answer: Answer) -> str:
    body: dict[str, Any] = {}
    for field in fields(answer):
        value = getattr(answer, field.name)
        body[field.name] = {"day": value.isoformat()} if isinstance(value, date) else value
    return json.dumps(body, sort_keys=True, separators=(",", ":"))


def _unpacked(text: str) -> Answer:
    body = json.loads(text)
    for name in ("planned", "until"):
        if isinstance(body[name], dict):
            body[name] = date.fromisoformat(body[name]["day"])
    status = body["status"]
    if status in {one.value for one in AnswerStatus}:
        body["status"] = AnswerStatus(status)
    return Answer(**body)
