"""Spreadsheet serial numbers become dates, times and durations, and number formats say which are meant."""

from __future__ import annotations

import datetime
import re
from enum import Enum

_DAY_MS = 86_400_000
_EPOCH_1900 = datetime.date(1899, 12, 30)
_EPOCH_1904 = datetime.date(1904, 1, 1)
# 9999-12-31 in both date systems: the last day a spreadsheet can show.
LAST_SERIAL_1900 = 2_958_465
LAST_SERIAL_1904 = 2_957_003


class Shape(Enum):
    """What a number format turns a number into."""

    NUMBER = "number"
    DATE = "date"
    DURATION = "duration"


# ECMA-376 part 1, 18.8.30: 14-22 and 45-47 everywhere, 27-36 and 50-58 dates and times in East Asian locales
# that files name by number alone.
_BUILTIN_DATES = frozenset([*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)])
_BUILTIN_DURATION = 46

_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.')
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_BRACKET = re.compile(r"\[[^\]]*\]")
_NOT_A_DATE = re.compile(r"general|standard|g/通用格式|e[+-]", re.IGNORECASE)
_DATE_LETTER = re.compile(r"[ymdhs]|上午|下午", re.IGNORECASE)


def shape_of_format(format_id: int, code: str | None) -> Shape:
    """What a cell with this number format shows; code is None for a built-in format."""
    if code is None:
        if format_id in _BUILTIN_DATES:
            return Shape.DATE
        return Shape.DURATION if format_id == _BUILTIN_DURATION else Shape.NUMBER
    bare = _LITERAL.sub("", code).partition(";")[0]
    if _ELAPSED.search(bare):
        return Shape.DURATION
    bare = _NOT_A_DATE.sub("", _BRACKET.sub("", bare))
    return Shape.DATE if _DATE_LETTER.search(bare) else Shape.NUMBER


def last_serial(date1904: bool) -> int:
    """The serial of 9999-12-31."""
    return LAST_SERIAL_1904 if date1904 else LAST_SERIAL_1900


def from_serial(
    serial: float, shape: Shape, date1904: bool = False
) -> datetime.date | datetime.time | datetime.timedelta | None:
    """The date, time of day or duration of a serial, to the millisecond; None where there is none.

    Below 1 it is a time of day, a whole number is a date, else a datetime. Excel's 29 February 1900 (serial 60), which never
    was, counts as the 28th.
    """
    if shape is Shape.DURATION:
        try:
            return datetime.timedelta(milliseconds=round(serial * _DAY_MS))
        except OverflowError:
            return None
    if not 0 <= serial < last_serial(date1904) + 1:
        return None
    days = int(serial)
    milliseconds = round((serial - days) * _DAY_MS)
    if days == 0:
        return clock_time(datetime.timedelta(milliseconds=milliseconds))
    if date1904:
        day = _EPOCH_1904 + datetime.timedelta(days=days)
    else:
        day = _EPOCH_1900 + datetime.timedelta(days=days + (days < 60))
    if serial == days:
        return day
    try:
        return datetime.datetime.combine(day, datetime.time()) + datetime.timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None


def clock_time(length: datetime.timedelta) -> datetime.time:
    """The time of day that is this long after midnight; a whole day is midnight again."""
    return (datetime.datetime.combine(_EPOCH_1904, datetime.time()) + length).time()
