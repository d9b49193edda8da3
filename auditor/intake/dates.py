"""Dates and terms of validity in every spelling that sheets use; what could mean two days is refused."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache

from auditor.model.values import Validity

# Serial numbers of the 1900 date system that are plausible here: 1954-10-03 to 2119-01-10.
_SERIALS = range(20000, 80001)
_EPOCH = date(1899, 12, 30)
# Beijing has had no other time since 1991; day boundaries are judged there.
BEIJING = timezone(timedelta(hours=8))

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_CLOCK = r"(?:[T\s]*\d{1,2}[::时]\d{1,2}(?:[::分]\d{1,2}(?:[.,]\d+)?秒?)?\s*(?P<{0}>Z|UTC|GMT|[+-]\d{{2}}:?\d{{2}})?(?:\s*[AP]M)?)?"


def _clock(name: str) -> str:
    return _CLOCK.replace("{0}", name).replace("{{", "{").replace("}}", "}")


_TOKEN = re.compile(
    r"(?<![\d.])(?:"
    r"(?P<y>\d{4})\s*(?P<s>[-/.年])\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})(?!\d)\s*[日号]?"
    + _clock("z1")
    + r"|"
    r"(?P<cy>\d{4})(?P<cm>\d{2})(?P<cd>\d{2})(?:\d{6}(?!\d)|(?!\d))" + _clock("z2") + r"|"
    r"(?P<em>[A-Za-z]{3,9})\.?\s*(?P<ed>\d{1,2})\s*,\s*(?P<ey>\d{4})(?!\d)" + _clock("z3") + r"|"
    r"(?P<fd>\d{1,2})[-\s]*(?P<fm>[A-Za-z]{3,9})[-,.\s]*(?P<fy>\d{4})(?!\d)" + _clock("z4") + r"|"
    r"(?P<a>\d{1,2})[/.-](?P<b>\d{1,2})[/.-](?P<by>\d{4})(?!\d)" + _clock("z5") + r")"
)
_LONG_TERM = re.compile(
    r"^(?:长期|永久|永远|无固定期限?|无期限?|无限期|不限|不约定期限|long-?term|permanent|indefinite)(?:有效|期限)?$",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"^(?:自|从|于|有效期限?|营业期限|期限|截止|截至|至|到|止|日期|[:：])*$")
_BETWEEN = re.compile(r"^(?:起|开始)?(?:至|到|~|-|—|–|―|－|/|to|until|,|、|->|→)+$", re.IGNORECASE)
_AFTER = re.compile(r"^(?:止|前|为止|起|到期|截止|以前|之前)?[.。]?$")
_FAR_FUTURE = 9999


def read_date(value: object) -> date | None:
    """The day that a cell names; None where it names none, or could mean two.

    value: a date, a datetime (an aware one counts as the Beijing day), a serial of the 1900 system or a text. Refused: two-digit years,
    a month without a day, 01/02/2026, days that no calendar has.
    """
    direct = _direct(value)
    if direct is not None or not isinstance(value, str):
        return direct
    return _date_in_text(value)


def read_validity(value: object) -> Validity | None:
    """The term that a cell names: one day (the last), a range, or 长期; None where it names none."""
    direct = _direct(value)
    if direct is not None:
        return Validity(None if direct.year == _FAR_FUTURE else direct)
    return _validity_in_text(value) if isinstance(value, str) else None


def is_long_term(text: str) -> bool:
    """True for 长期, 永久, 至长期, 无固定期限 and the like."""
    squeezed = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    return bool(_LONG_TERM.match(re.sub(r"^[至到自:-]+", "", squeezed)))


def _direct(value: object) -> date | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, datetime):
        return value.astimezone(BEIJING).date() if value.tzinfo else value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, float):
        if value.is_integer():
            value = int(value)
        elif _SERIALS.start <= value < _SERIALS.stop:
            return _EPOCH + timedelta(days=int(value))
    if isinstance(value, int):
        if value in _SERIALS:
            return _EPOCH + timedelta(days=value)
        if 19000101 <= value <= 99991231:
            return _day(value // 10000, value // 100 % 100, value % 100)
    return None


@lru_cache(maxsize=65536)
def _date_in_text(text: str) -> date | None:
    text = unicodedata.normalize("NFKC", text).strip()
    if text.isdigit() and len(text) == 5:
        return _direct(int(text))
    found = _TOKEN.search(text)
    if found is None:
        return None
    before, after = _squeeze(text[: found.start()]), _squeeze(text[found.end() :])
    return _day_of(found) if _BEFORE.match(before) and _AFTER.match(after) else None


@lru_cache(maxsize=65536)
def _validity_in_text(text: str) -> Validity | None:
    if is_long_term(text):
        return Validity(None)
    text = unicodedata.normalize("NFKC", text).strip()
    tokens = list(_TOKEN.finditer(text))
    days = [_day_of(token) for token in tokens]
    if not tokens:
        single = _date_in_text(text)
        return Validity(single) if single else None
    if any(day is None for day in days) or len(tokens) > 2:
        return None
    first, last = days[0], days[-1]
    tail = _squeeze(text[tokens[-1].end() :])
    if not _BEFORE.match(_squeeze(text[: tokens[0].start()])) or first is None or last is None:
        return None
    if len(tokens) == 2:
        between = _squeeze(text[tokens[0].end() : tokens[1].start()])
        if not (_BETWEEN.match(between) and _AFTER.match(tail)) or first > last:
            return None
        return Validity(None if last.year == _FAR_FUTURE else last, first)
    if _AFTER.match(tail):
        # "2016-05-01起" names a beginning only, which is no term.
        return None if tail == "起" else Validity(None if last.year == _FAR_FUTURE else last)
    rest = re.sub(r"^(?:起|开始)?(?:至|到|~|-|—|–|―|－|to)*", "", tail)
    return Validity(None, first) if _LONG_TERM.match(rest) else None


def _squeeze(text: str) -> str:
    return re.sub(r"[\s()]+", "", text)


def _day_of(found: re.Match[str]) -> date | None:
    part = found.groupdict()
    if part["y"]:
        day = _day(int(part["y"]), int(part["m"]), int(part["d"]))
    elif part["cy"]:
        day = _day(int(part["cy"]), int(part["cm"]), int(part["cd"]))
    elif part["em"] or part["fm"]:
        head = "e" if part["em"] else "f"
        day = _day(int(part[head + "y"]), _MONTHS.get(part[head + "m"][:3].lower(), 0), int(part[head + "d"]))
    else:
        day = _unordered(int(part["a"]), int(part["b"]), int(part["by"]))
    zone = next((part[name] for name in ("z1", "z2", "z3", "z4", "z5") if part[name]), None)
    return _beijing_day(day, found.group(), zone) if day and zone else day


def _unordered(first: int, second: int, year: int) -> date | None:
    """31/12/2026 and 12/31/2026 can mean one day only; 01/02/2026 could mean two and is refused."""
    if first <= 12 and second <= 12 and first != second:
        return None
    return _day(year, second, first) if first > 12 else _day(year, first, second)


def _beijing_day(day: date, token: str, zone: str) -> date:
    hours, minutes = (int(part) for part in re.findall(r"(\d{1,2})[::时](\d{1,2})", token)[0])
    offset = timedelta(0)
    if zone[0] in "+-":
        digits = zone[1:].replace(":", "")
        offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:])) * (-1 if zone[0] == "-" else 1)
    moment = timedelta(hours=hours, minutes=minutes) - offset + timedelta(hours=8)
    try:
        return day + timedelta(days=moment // timedelta(days=1))
    except OverflowError:
        return day


def _day(year: int, month: int, day: int) -> date | None:
    if not 1900 <= year <= _FAR_FUTURE:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
