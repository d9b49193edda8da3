"""How long a server asks to be left alone: in the words of a refusal, or in a Retry-After header."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_WAIT_S = 7 * 86_400.0
# The request to wait stands in a refusal's first lines; a legal notice may follow it.
_READ = 4000

_UNITS = {
    "s": 1, "sec": 1, "secs": 1, "second": 1, "seconds": 1, "秒": 1, "秒钟": 1,
    "m": 60, "min": 60, "mins": 60, "minute": 60, "minutes": 60, "分钟": 60, "分": 60,
    "h": 3600, "hour": 3600, "hours": 3600, "hr": 3600, "hrs": 3600, "小时": 3600,
    "d": 86_400, "day": 86_400, "days": 86_400, "天": 86_400,
}  # fmt: skip
_WORDS = "|".join(
    sorted((unit for unit in _UNITS if unit.isascii() and len(unit) > 1), key=len, reverse=True)
)
# 24h0m0s, 1m30s, 45s
_COMPACT = re.compile(r"(?<![\w.])(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,6})(?:\.\d{1,9})?s)?(?![\w.])")
# 13 Seconds, 50 seconds, 2 minutes
_COUNTED = re.compile(rf"(?i)(?<![\w./:-])(\d{{1,6}})\s{{0,3}}({_WORDS})\b")
_CHINESE = re.compile(r"(?<!\d)(\d{1,6})\s{0,3}(秒钟|秒|分钟|小时|天)")
_MOMENT = re.compile(r"\b(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:Z|[+-]\d{2}:?\d{2})?)")
# The words that make a length of time a request to wait.
_ASKS = re.compile(
    r"(?i)wait|again|retry|replenish|go away|back off|slow down|resume|reset|blocked for|banned for|请|稍后|重试|后再"
)


def wait_in_text(text: str, now: datetime) -> float | None:
    """Seconds that a refusal asks for; None where it names no time.

    Understood are `13 Seconds`, `24h0m0s`, `30 秒` and a moment to come (`2026-11-24T08:00:00Z`; without a zone it is
    taken as UTC), on a line that asks to wait or on the one after it. The longest of several counts, for a week at
    the most.
    """
    lines = text[:_READ].splitlines()
    waits: list[float] = []
    for index, line in enumerate(lines):
        if _ASKS.search(line):
            here = _waits(line, now)
            following = lines[index + 1] if index + 1 < len(lines) else ""
            waits += here or _waits(following, now)
    return min(max(waits), LONGEST_WAIT_S) if waits else None


def retry_after(header: str | None, now: datetime) -> float | None:
    """Seconds of a Retry-After header (RFC 9110 10.2.3: seconds or an HTTP date); None where it cannot be read.
    A moment that has passed is no wait."""
    words = (header or "").strip()
    if not words:
        return None
    if words.isascii() and words.isdigit():
        return min(float(words[:9]), LONGEST_WAIT_S)
    try:
        moment = parsedate_to_datetime(words)
    except ValueError:
        return wait_in_text(f"retry after {words}", now)
    return _until(moment, now)


def _waits(line: str, now: datetime) -> list[float]:
    waits: list[float] = []
    for hours, minutes, seconds in _COMPACT.findall(line):
        if hours or minutes or seconds:
            waits.append(int(hours or 0) * 3600.0 + int(minutes or 0) * 60.0 + int(seconds or 0))
    for number, unit in (*_COUNTED.findall(line), *_CHINESE.findall(line)):
        waits.append(float(int(number) * _UNITS[unit.lower()]))
    for written in _MOMENT.findall(line):
        try:
            waits.append(_until(datetime.fromisoformat(written), now))
        except ValueError:
            continue
    return waits


def _until(moment: datetime, now: datetime) -> float:
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max((moment - now).total_seconds(), 0.0), LONGEST_WAIT_S)
