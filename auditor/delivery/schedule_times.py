"""When a cron expression falls due, in the zone that the cron daemon goes by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from auditor.errors import UsageError

_VALUE = r"(?:\d{1,2}|[A-Za-z]{3})"
_PART = rf"(?:\*|{_VALUE}-{_VALUE})(?:/\d{{1,2}})?|{_VALUE}"
_FIELD = re.compile(rf"(?:{_PART})(?:,(?:{_PART}))*")
_SPECIALS = ("@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually")
# 29 February on one weekday can be 40 years away (over 2100); what does not come by then never comes.
_FARTHEST_DAYS = 41 * 366
_ZONE_FOLDER = "zoneinfo/"


@dataclass(frozen=True)
class CronExpression:
    """The five fields of crontab(5), expanded. text: as it was typed, blanks made single.

    either_day: a day is due where the day of the month or the weekday says so; crontab(5) has it so where neither of
    the two fields begins with a star, otherwise both must say so. Weekdays count from 0, Sunday.
    """

    text: str
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either_day: bool

    def due(self, after: datetime, until: datetime, zone: tzinfo) -> Iterator[datetime]:
        """The due times in (after, until], ascending, aware, in the zone.

        A wall-clock time that a change to summer time leaves out falls due when the clocks have jumped; one that
        comes twice falls due the first time. That is how Debian's cron treats jobs of fixed times.
        """
        first, last = after.astimezone(zone), until.astimezone(zone)
        day = first.date() - timedelta(days=1)  # a time left out may move past midnight
        told: datetime | None = None
        while day <= last.date():
            if self._falls_on(day.month, day.day, (day.weekday() + 1) % 7):
                for wall in (time(hour, minute) for hour in self.hours for minute in self.minutes):
                    # By way of UTC, which turns a time that does not exist into the one after the jump.
                    moment = datetime.combine(day, wall, zone).astimezone(UTC)
                    if after < moment <= until and (told is None or moment > told):
                        told = moment
                        yield moment.astimezone(zone)
            day += timedelta(days=1)

    def next_after(self, moment: datetime, zone: tzinfo) -> datetime | None:
        """The first due time after a moment; None where none ever comes (30 February)."""
        step, start = 32, moment
        for _ in range(_FARTHEST_DAYS // step + 1):
            if start.year >= 9990:
                return None
            found = next(self.due(start, start + timedelta(days=step), zone), None)
            if found is not None:
                return found
            start += timedelta(days=step)
        return None

    def _falls_on(self, month: int, day: int, weekday: int) -> bool:
        if month not in self.months:
            return False
        by_day, by_weekday = day in self.days, weekday in self.weekdays
        return by_day or by_weekday if self.either_day else by_day and by_weekday


def read_cron(text: str) -> CronExpression:
    """Read five fields of crontab(5), or @daily and its kin. Raises UsageError with what is wrong.

    @reboot is refused: it names no time, so that a run that did not happen could never be noticed.
    """
    from crontab import CronSlices

    words = text.split()
    plain = " ".join(words)
    if plain not in _SPECIALS and (len(words) != 5 or not all(_FIELD.fullmatch(word) for word in words)):
        raise _not_cron(text)
    try:
        slices = CronSlices(plain)
        minutes, hours, days, months, weekdays = ({int(value) for value in one} for one in slices)
    except (ValueError, KeyError) as problem:
        said = problem.args[0] if problem.args else ""
        raise _not_cron(text, str(said)) from problem
    if plain in _SPECIALS:
        words = slices.clean_render().split(" ")
    expression = CronExpression(
        plain,
        tuple(sorted(minutes)),
        tuple(sorted(hours)),
        frozenset(days),
        frozenset(months),
        frozenset(weekdays),
        either_day=not (words[2].startswith("*") or words[4].startswith("*")),
    )
    if expression.next_after(datetime(2026, 1, 1, tzinfo=UTC), UTC) is None:
        raise UsageError(f"这个时间永远不会到来: {plain}", f"This time never comes: {plain}")
    return expression


def _not_cron(text: str, said: str = "") -> UsageError:
    reason = f" ({said})" if said else ""
    return UsageError(
        f"不是有效的 cron 表达式: {text!r}{reason}",
        f"Not a valid cron expression: {text!r}{reason}",
        hint_zh='需要五段: 分 时 日 月 周, 例如 "0 7 * * 1" 为每周一 07:00; 或 @daily、@weekly、@monthly (不接受 @reboot)',
        hint_en='Five fields are needed: minute hour day month weekday, such as "0 7 * * 1" for Mondays at 07:00; or @daily, @weekly, @monthly (no @reboot)',
    )


def system_zone(now: datetime, etc: Path = Path("/etc")) -> tzinfo:
    """The zone of the system, which cron and systemd go by, whatever TZ says; now's own offset where nothing tells it."""
    names = []
    with suppress(OSError):
        names.append((etc / "localtime").readlink().as_posix().partition(_ZONE_FOLDER)[2])
    with suppress(OSError, UnicodeDecodeError):
        names.append((etc / "timezone").read_text(encoding="utf-8").strip())
    for name in names:
        try:
            if name:
                return ZoneInfo(name)
        except (OSError, ValueError, KeyError):
            continue
    # Without a name there are no rules of summer time; the offset of the moment is the best there is.
    zone = now.astimezone().tzinfo
    assert zone is not None
    return zone


def like_beijing(zone: tzinfo, now: datetime) -> bool:
    """Whether a zone's clocks show Beijing time, now and half a year from now."""
    return all(
        (now + timedelta(days=days)).astimezone(zone).utcoffset() == timedelta(hours=8) for days in (0, 182)
    )
