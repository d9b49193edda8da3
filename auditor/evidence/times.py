"""Registration dates as registries and registrars write them, brought to Beijing days."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
# None of these zones has had summer time in the years that matter, so fixed offsets serve.
ZONES: dict[str, tzinfo] = {
    "Asia/Shanghai": BEIJING,
    "Asia/Hong_Kong": BEIJING,
    "Asia/Taipei": BEIJING,
    "Asia/Tokyo": timezone(timedelta(hours=9), "Asia/Tokyo"),
    "UTC": UTC,
}
_YEARS = range(1980, 2200)
_TIME = r"(?:[-, ]?[ tT] ?(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?)?"
_ZONE = r" ?(Z|z|UTC|GMT|CST|JST|HKT|[+-]\d{2}:?\d{2}|\(?UTC ?[+-]\d{1,2}\)?|\(JST\))?"
_ISO = re.compile(rf"(\d{{4}})[-/.年](\d{{1,2}})[-/.月](\d{{1,2}})日?{_TIME}{_ZONE}")
_PLAIN = re.compile(rf"(\d{{4}})(\d{{2}})(\d{{2}}){_TIME}{_ZONE}")
_DAY_FIRST = re.compile(rf"(\d{{1,2}})[- ]([A-Za-z]{{3,9}})[- ,]{{1,2}}(\d{{4}}){_TIME}{_ZONE}")
_MONTH_FIRST = re.compile(rf"([A-Za-z]{{3,9}})[ .]{{1,2}}(\d{{1,2}})[, ]{{1,2}}(\d{{4}}){_TIME}{_ZONE}")
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_NAMED_ZONES: dict[str, tzinfo] = {
    "z": UTC,
    "utc": UTC,
    "gmt": UTC,
    "cst": BEIJING,
    "hkt": BEIJING,
    "jst": ZONES["Asia/Tokyo"],
    "(jst)": ZONES["Asia/Tokyo"],
}


@lru_cache(maxsize=65536)
def beijing_day(text: str, zone: str = "UTC") -> date | None:
    """The Beijing day of a date or time; a bare date is that day, a time without a zone stands in `zone`.

    None where the text is not a date of a form that has but one reading (2027/1/5 has, 5/1/2027 has not).
    """
    text = " ".join(text[:64].split())
    for pattern, order in ((_ISO, "ymd"), (_PLAIN, "ymd"), (_DAY_FIRST, "dmy"), (_MONTH_FIRST, "mdy")):
        found = pattern.fullmatch(text)
        if found:
            return _day(found, order, zone)
    return None


def _day(found: re.Match[str], order: str, zone: str) -> date | None:
    parts = dict(zip(order, found.groups()[:3], strict=True))
    month = _MONTHS.get(parts["m"][:3].lower()) if parts["m"].isalpha() else int(parts["m"])
    hour, minute, second, written = found.groups()[3:]
    if month is None or int(parts["y"]) not in _YEARS:
        return None
    try:
        if hour is None:
            return date(int(parts["y"]), month, int(parts["d"]))
        moment = datetime(
            int(parts["y"]),
            month,
            int(parts["d"]),
            int(hour),
            int(minute),
            int(second or 0),
            tzinfo=_zone(written, zone),
        )
    except ValueError:
        return None
    return moment.astimezone(BEIJING).date()


def _zone(written: str | None, default: str) -> tzinfo:
    if not written:
        return ZONES.get(default, UTC)
    named = _NAMED_ZONES.get(written.lower())
    if named is not None:
        return named
    sign = -1 if "-" in written else 1
    digits = re.sub(r"\D", "", written)
    hours, minutes = (int(digits[:2]), int(digits[2:])) if len(digits) == 4 else (int(digits), 0)
    return timezone(sign * timedelta(hours=hours, minutes=minutes))
