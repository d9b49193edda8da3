"""How the words of a sheet's XML become cell values: addresses, numbers, escapes, ISO dates."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING

from auditor.intake.serials import Shape, from_serial
from auditor.intake.sheet_remarks import Oddity
from auditor.intake.table import MAX_COLUMNS, MAX_ROWS, LongNumber

if TYPE_CHECKING:
    from collections.abc import Mapping

    from auditor.intake.table import CellValue

# Excel keeps 15 significant digits, so whole numbers below this are exact.
EXACT_BELOW = 10**15

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_SURROGATES = range(0xD800, 0xE000)


def column_number(letters: str) -> int:
    """A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + (ord(letter) & 31)
    return number


def parse_address(text: str) -> tuple[int, int] | None:
    """`B17` is (17, 2); None for what is no address of a sheet."""
    found = _ADDRESS.fullmatch(text)
    if found is None:
        return None
    row, column = int(found.group(2)), column_number(found.group(1))
    return (row, column) if 1 <= row <= MAX_ROWS and column <= MAX_COLUMNS else None


def parse_area(text: str) -> tuple[int, int, int, int] | None:
    """`A1:C2` is (1, 1, 2, 3); None for what is no area."""
    first, _, last = text.partition(":")
    start, end = parse_address(first), parse_address(last or first)
    if start is None or end is None:
        return None
    return (min(start[0], end[0]), min(start[1], end[1]), max(start[0], end[0]), max(start[1], end[1]))


def hidden_span(attributes: Mapping[str, str], last_column: int) -> range:
    """The columns, up to the last used one, that a `col` element hides (by flag or by zero width)."""
    first, last = attributes.get("min", ""), attributes.get("max", "")
    hidden = attributes.get("hidden") in {"1", "true"} or attributes.get("width") == "0"
    if not hidden or not (first.isdecimal() and last.isdecimal()) or len(first + last) > 10:
        return range(0)
    return range(max(int(first), 1), min(int(last), last_column) + 1)


def unescape(text: str) -> str:
    """`_x000D_` is a carriage return (ECMA-376 part 1, 22.9.2.19)."""
    if "_x" not in text:
        return text
    return _ESCAPE.sub(_unescaped, text)


def _unescaped(found: re.Match[str]) -> str:
    code = int(found.group(1), 16)
    return found.group() if code in _SURROGATES else chr(code)


def plain_number(value: float) -> int | float | LongNumber:
    """A finite float as a reader sees it: whole numbers become int, 1e15 and more LongNumber."""
    if value.is_integer():
        whole = int(value)
        return whole if -EXACT_BELOW < whole < EXACT_BELOW else LongNumber(str(whole))
    return value


def number_value(text: str, shape: Shape, date1904: bool) -> tuple[CellValue, Oddity | None]:
    """The value of a number cell from its text in the file, and what is odd about it."""
    stripped = text.strip()
    if not stripped:
        return None, None
    if _NUMBER.fullmatch(stripped) is None:
        return unescape(text), Oddity.NOT_A_NUMBER
    number = float(stripped)
    if not -EXACT_BELOW < number < EXACT_BELOW:
        return LongNumber(stripped), Oddity.LONG_NUMBER
    if shape is not Shape.NUMBER:
        moment = from_serial(number, shape, date1904)
        if moment is not None:
            return moment, None
        return plain_number(number), Oddity.NO_DATE
    return plain_number(number), None


def iso_value(text: str) -> CellValue:
    """The value of an ISO 8601 cell (`t="d"`); a text that is none stays text."""
    text = text.strip()
    for parse in (datetime.date.fromisoformat, datetime.time.fromisoformat):
        try:
            return parse(text)
        except ValueError:
            continue
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        return text or None
    # Sheets know no time zones: the clock time is what the cell shows.
    return moment.replace(tzinfo=None)
