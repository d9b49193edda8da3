"""plan.ics: the deadlines and latest start days as all-day events with alarms (RFC 5545)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from auditor.model.plan import ChangeOrder, Plan
from auditor.report.foreign import encodable
from auditor.report.wording import Wording

_DOMAIN = "filing-audit.invalid"  # RFC 2606: an identifier's right side that nobody can own
_FOLD = 75  # octets of a content line, the break not counted (RFC 5545, 3.1)
# What TEXT may not hold raw: control characters (the line feed becomes \n, a tab may stay), lone surrogates.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")
_ALARMS = {"start": ("-P7D", "-PT15H"), "due": ("-P3D", "-PT15H")}


def write_plan_ics(plan: Plan, path: Path, words: Wording) -> None:
    """Two events for each piece of work: the last day to begin and the day it is due; CRLF, UTF-8. OSError from the disk.

    The same plan gives the same bytes: DTSTAMP is the plan's own day. An event keeps its UID from run to run, so
    importing a newer plan moves it instead of doubling it.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        for line in _calendar(plan, words):
            file.write(fold(line) + "\r\n")


def _calendar(plan: Plan, words: Wording) -> Iterator[str]:
    yield "BEGIN:VCALENDAR"
    yield "VERSION:2.0"
    yield "PRODID:-//filing-audit//plan//ZH"
    yield "CALSCALE:GREGORIAN"
    yield "METHOD:PUBLISH"
    yield f"X-WR-CALNAME:{escape(words.label('plan_title'))}"
    for order in plan.orders:
        title = _title(order, "latest_start", words)
        if order.latest_start < plan.as_of:
            at_once = words.label(
                "plan_event_at_once",
                title=title,
                day=words.day(order.latest_start, estimated="latest_start" in order.estimated),
            )
            yield from _event(order, "start", plan.as_of, at_once, plan, words)
        else:
            start = words.label("plan_event_start", title=title)
            yield from _event(order, "start", order.latest_start, start, plan, words)
        yield from _event(
            order,
            "due",
            order.due,
            words.label("plan_event_due", title=_title(order, "due", words)),
            plan,
            words,
        )
    yield "END:VCALENDAR"


def _title(order: ChangeOrder, of: str, words: Wording) -> str:
    owner = order.entity_name or order.entity_number
    parts = [words.say(order.title), words.say(owner) if owner else ""]
    marks = [words.label("plan_late")] if order.late else []
    marks += [words.label("estimated")] if of in order.estimated else []
    marked = f"({', '.join(marks)})" if marks else ""
    return " ".join(part for part in (" · ".join(one for one in parts if one), marked) if part)


def _event(
    order: ChangeOrder, what: str, day: date, summary: str, plan: Plan, words: Wording
) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{order.id}-{what}@{_DOMAIN}"
    yield f"DTSTAMP:{plan.as_of:%Y%m%d}T000000Z"
    yield f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{_next(day):%Y%m%d}"
    yield f"SUMMARY:{escape(summary)}"
    yield f"DESCRIPTION:{escape(_description(order, words))}"
    yield f"CATEGORIES:{escape(words.say(order.kind.text))}"
    yield "TRANSP:TRANSPARENT"
    for trigger in _ALARMS[what]:
        yield "BEGIN:VALARM"
        yield "ACTION:DISPLAY"
        yield f"DESCRIPTION:{escape(summary)}"
        yield f"TRIGGER:{trigger}"
        yield "END:VALARM"
    yield "END:VEVENT"


def _next(day: date) -> date:
    return day + timedelta(days=1)


def _description(order: ChangeOrder, words: Wording) -> str:
    lines = [f"{words.label('plan_order_id')}{words.label('colon')}{order.id}"]
    for key, name, day in (
        ("plan_latest_start", "latest_start", order.latest_start),
        ("plan_due", "due", order.due),
        ("plan_earliest_finish", "earliest_finish", order.earliest_finish),
    ):
        shown = words.day(day, estimated=name in order.estimated)
        lines.append(f"{words.label(key)}{words.label('colon')}{shown}")
    lines += [f"- {words.say(warning)}" for warning in order.warnings]
    return "\n".join(lines)


def escape(text: str) -> str:
    """A TEXT value: backslash, semicolon and comma escaped, line feeds as \\n, controls dropped (RFC 5545, 3.3.11)."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _CONTROLS.sub("", encodable(text))
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return text.replace("\n", "\\n")


def fold(line: str) -> str:
    """A content line in pieces of at most 75 octets, no character torn; a continuation begins with a blank."""
    if len(line) * 4 <= _FOLD or len(line.encode()) <= _FOLD:
        return line
    pieces: list[str] = []
    piece: list[str] = []
    room = _FOLD
    for character in line:
        size = len(character.encode())
        if size > room:
            pieces.append("".join(piece))
            piece, room = [], _FOLD - 1
        piece.append(character)
        room -= size
    pieces.append("".join(piece))
    return "\r\n ".join(pieces)
