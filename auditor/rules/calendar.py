"""Working days in mainland China: the State Council's schedules, and marked estimates where there is none yet."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass

from auditor.rules.files import RuleFile

# Fixed days off of 全国年节及纪念日放假办法 (State Council Order 795, in force 2025-01-01) that need no lunar calendar.
_FIXED = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
_ONE_DAY = dt.timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day worked out by counting; estimated where any day counted has no official schedule."""

    date: dt.date
    estimated: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """The State Council notice that a year's schedule comes from."""

    year: int
    title: str
    number: str
    url: str
    published: str


class Calendar:
    """Counting convention: the start day is day 0 and is not counted itself."""

    def __init__(
        self,
        days: Mapping[dt.date, bool],
        years: Mapping[int, Notice],
        statutory: Mapping[int, frozenset[dt.date]],
    ) -> None:
        """days: the exceptions of official years, True = day off, False = make-up working day."""
        self._exceptions = dict(days)
        self._years = dict(years)
        self._statutory = dict(statutory)

    @classmethod
    def read(cls, file: RuleFile) -> Calendar:
        """Read a calendar file; PolicyError with the line for bad JSON, a bad date or a missing part."""
        return _CalendarReader(file).calendar()

    @property
    def notices(self) -> tuple[Notice, ...]:
        """The notices behind the official years, oldest first."""
        return tuple(self._years[year] for year in sorted(self._years))

    def official(self, day: dt.date) -> bool:
        """True where the year's schedule is the State Council's; False means that the day is estimated."""
        return day.year in self._years

    def is_working_day(self, day: dt.date) -> bool:
        """True for a working day. Years without a schedule: Monday to Friday less the days off that are fixed by law."""
        if self.official(day):
            off = self._exceptions.get(day)
            return not off if off is not None else day.weekday() < _SATURDAY
        if day.weekday() >= _SATURDAY:
            return False
        known = self._statutory.get(day.year)
        return day not in known if known is not None else (day.month, day.day) not in _FIXED

    def add_working_days(self, start: dt.date, count: int) -> CalendarDay:
        """The count-th working day after start; start itself for 0. Negative counts go back."""
        if count < 0:
            return self.subtract_working_days(start, -count)
        day, left, estimated = start, count, not self.official(start)
        while left:
            if day == dt.date.max:
                return CalendarDay(day, True)
            day += _ONE_DAY
            estimated = estimated or not self.official(day)
            left -= self.is_working_day(day)
        return CalendarDay(day, estimated)

    def subtract_working_days(self, end: dt.date, count: int) -> CalendarDay:
        """The latest working day from which `count` working days end no later than `end`.

        So work that takes `count` working days and must be done by `end` starts then at the latest.
        """
        day, left, estimated = end, count, not self.official(end)
        while True:
            if self.is_working_day(day):
                if left <= 0:
                    return CalendarDay(day, estimated)
                left -= 1
            if day == dt.date.min:
                return CalendarDay(day, True)
            day -= _ONE_DAY
            estimated = estimated or not self.official(day)

    def working_days_between(self, start: dt.date, end: dt.date) -> int:
        """The working days after start up to and including end; negative where end lies before start."""
        if end < start:
            return -self.working_days_between(end, start)
        days = (end - start).days
        weeks, rest = divmod(days, 7)
        count = weeks * 5 + sum((start.weekday() + step) % 7 < _SATURDAY for step in range(1, rest + 1))
        for year in range(start.year, end.year + 1):
            count += sum(change for day, change in self._changes(year) if start < day <= end)
        return count

    def _changes(self, year: int) -> list[tuple[dt.date, int]]:
        """The days of a year that differ from Monday to Friday: -1 for a weekday off, +1 for a worked weekend day."""
        if year in self._years:
            days = [day for day in self._exceptions if day.year == year]
        else:
            days = list(self._statutory.get(year) or (dt.date(year, month, day) for month, day in _FIXED))
        return [
            (day, 1 if working else -1)
            for day in days
            if (working := self.is_working_day(day)) is not (day.weekday() < _SATURDAY)
        ]


class _CalendarReader:
    """One pass over a calendar file; knows the line of what it complains about."""

    def __init__(self, file: RuleFile) -> None:
        self._file = file

    def calendar(self) -> Calendar:
        try:
            data = json.loads(self._file.text)
        except json.JSONDecodeError as problem:
            raise self._file.problem(
                problem.lineno, f"不是有效的 JSON：{problem.msg}", f"this is not JSON: {problem.msg}"
            ) from problem
        years = data.get("years") if isinstance(data, dict) else None
        if not isinstance(years, dict) or not years:
            raise self._file.problem(None, "缺少 years", "years is missing")
        days: dict[dt.date, bool] = {}
        notices: dict[int, Notice] = {}
        for name, content in years.items():
            year = self._year(name)
            listed = content.get("days") if isinstance(content, dict) else None
            if not isinstance(listed, list):
                raise self._file.problem(self._line(f'"{name}"'), f"{name} 缺少 days", f"{name} has no days")
            if not listed:
                continue  # An empty list is a schedule not yet published, not a year without holidays.
            for entry in listed:
                day, off = self._entry(entry, year)
                days[day] = off
            notices[year] = self._notice(year, content.get("notice"))
        return Calendar(days, notices, self._statutory(data.get("statutory")))

    def _notice(self, year: int, notice: object) -> Notice:
        said = notice if isinstance(notice, dict) else {}
        return Notice(year, *(str(said.get(key) or "") for key in ("title", "number", "url", "published")))

    def _statutory(self, content: object) -> dict[int, frozenset[dt.date]]:
        if content is None:
            return {}
        if not isinstance(content, dict):
            raise self._file.problem(
                self._line('"statutory"'), "statutory 应为对象", "statutory must be an object"
            )
        found = {}
        for name, entries in content.items():
            year = self._year(name)
            found[year] = frozenset(
                self._entry(entry, year)[0] for entry in entries if isinstance(entries, list)
            )
        return found

    def _year(self, name: str) -> int:
        if not (name.isascii() and name.isdigit() and len(name) == 4):
            raise self._file.problem(
                self._line(f'"{name}"'), f"不是年份：{name}", f"this is not a year: {name}"
            )
        return int(name)

    def _entry(self, entry: object, year: int) -> tuple[dt.date, bool]:
        raw = entry.get("date") if isinstance(entry, dict) else None
        off = entry.get("off", True) if isinstance(entry, dict) else None
        try:
            day = dt.date.fromisoformat(str(raw))
        except ValueError:
            day = None
        if day is None or day.year != year or not isinstance(off, bool):
            raise self._file.problem(
                self._line(f'"{raw}"'),
                f'{year} 年的日期应为 {{"date": "{year}-01-01", "off": true}}, 实为 {entry}',
                f'a day of {year} must look like {{"date": "{year}-01-01", "off": true}}; {entry} stands there',
            )
        return day, off

    def _line(self, fragment: str) -> int | None:
        at = self._file.text.find(fragment)
        return None if at < 0 else self._file.text.count("\n", 0, at) + 1
