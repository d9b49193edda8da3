"""Moments: a day with its time of day, where a cell tells it, in Beijing time."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache

from auditor.intake.dates import read_date
from auditor.model.values import BEIJING

_EPOCH = datetime(1899, 12, 30, tzinfo=BEIJING)
_COMPACT = re.compile(r"^(\d{8})(\d{2})(\d{2})(\d{2})$")
_CLOCK = re.compile(
    r"(?:(?<=\d)T|\s*)(?P<before>凌晨|早上|上午|中午|下午|晚上|[AP]M)?\s*"
    r"(?P<h>\d{1,2})\s*(?::\s*(?P<m>\d{2})(?:\s*:\s*(?P<s>\d{2})(?:[.,]\d+)?)?"
    r"|[时点]\s*(?:(?P<zm>\d{1,2})\s*分?(?:\s*(?P<zs>\d{1,2})\s*秒)?)?)"
    r"\s*(?P<after>[AP]M)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?(?:00|30|45))?",
    re.IGNORECASE,
)
_LATER_HALF = ("下午", "晚上", "pm")


def read_moment(value: object) -> date | None:
    """The day that a cell names, with its time as an aware Beijing datetime where the cell tells one; else None.

    Midnight sharp counts as a day without a time: spreadsheets and exports write it where nobody gave an hour.
    """
    if isinstance(value, datetime):
        return _plain(value.astimezone(BEIJING) if value.tzinfo else value.replace(tzinfo=BEIJING))
    if isinstance(value, float) and not value.is_integer() and read_date(value) is not None:
        return _plain(_EPOCH + timedelta(seconds=round(value * 86400)))
    return _in_text(value) if isinstance(value, str) else read_date(value)


def _plain(moment: datetime) -> date:
    return moment.date() if moment.time() == time() else moment


@lru_cache(maxsize=4096)
def _in_text(text: str) -> date | None:
    text = unicodedata.normalize("NFKC", text).strip()
    compact = _COMPACT.match(text)
    if compact:
        text = f"{compact[1]} {compact[2]}:{compact[3]}:{compact[4]}"
    clocks = list(_CLOCK.finditer(text))
    if len(clocks) != 1:
        return read_date(text) if not clocks else None
    found = clocks[0]
    day = read_date(f"{text[: found.start()]} {text[found.end() :]}")
    hour = int(found["h"])
    half = (found["before"] or found["after"] or "").casefold()
    if half in _LATER_HALF and hour < 12:
        hour += 12
    elif half in ("am", "凌晨") and hour == 12:
        hour = 0
    try:
        clock = time(hour, int(found["m"] or found["zm"] or 0), int(found["s"] or found["zs"] or 0))
        moment = (
            None if day is None else datetime.combine(day, clock, _zone(found["zone"])).astimezone(BEIJING)
        )
    except (ValueError, OverflowError):
        return None
    return None if moment is None else _plain(moment)


def _zone(text: str | None) -> timezone:
    if not text:
        return BEIJING
    if text[0] not in "+-":
        return timezone(timedelta(0))
    digits = text[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)
