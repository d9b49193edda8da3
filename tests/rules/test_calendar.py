"""The working-day calendar: official where the State Council has spoken, a marked estimate elsewhere, never a crash."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.errors import PolicyError
from auditor.rules.load import RuleData, RuleFiles

CALENDAR = RuleData().calendar
DAYS = st.dates(date(2023, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    "day", ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]
)
def test_the_make_up_days_of_2026_are_worked(day: str) -> None:
    assert CALENDAR.is_working_day(date.fromisoformat(day))
    assert date.fromisoformat(day).weekday() >= 5


def test_spring_festival_2026_is_off() -> None:
    off = [date(2026, 2, 15) + timedelta(days=step) for step in range(9)]
    assert not any(CALENDAR.is_working_day(day) for day in off)
    assert CALENDAR.is_working_day(date(2026, 2, 24))


def test_the_official_years_have_the_known_number_of_working_days() -> None:
    worked = {
        year: sum(CALENDAR.is_working_day(date(year, 1, 1) + timedelta(days=step)) for step in range(days))
        for year, days in ((2024, 366), (2025, 365), (2026, 365))
    }
    assert worked == {2024: 251, 2025: 248, 2026: 248}
    assert [notice.year for notice in CALENDAR.notices] == [2024, 2025, 2026]
    assert CALENDAR.notices[2].number == "国办发明电〔2025〕7号"


def test_a_day_is_official_only_where_there_is_a_schedule() -> None:
    assert CALENDAR.official(date(2026, 12, 31))
    assert not CALENDAR.official(date(2027, 1, 1))
    assert not CALENDAR.official(date(2023, 12, 31))


def test_a_deadline_that_runs_past_the_last_schedule_is_an_estimate() -> None:
    inside = CALENDAR.add_working_days(date(2026, 12, 3), 20)
    assert (inside.date, inside.estimated) == (date(2026, 12, 31), False)
    beyond = CALENDAR.add_working_days(date(2026, 12, 4), 20)
    assert (beyond.date, beyond.estimated) == (date(2027, 1, 4), True)


def test_thirty_three_working_days_over_the_autumn_holidays() -> None:
    assert CALENDAR.add_working_days(date(2026, 9, 1), 33).date == date(2026, 10, 22)
    assert CALENDAR.subtract_working_days(date(2026, 10, 22), 33).date == date(2026, 9, 1)
    assert CALENDAR.working_days_between(date(2026, 9, 1), date(2026, 10, 22)) == 33
    assert CALENDAR.working_days_between(date(2026, 10, 22), date(2026, 9, 1)) == -33


def test_the_start_day_is_not_counted() -> None:
    assert CALENDAR.add_working_days(date(2026, 11, 23), 0).date == date(2026, 11, 23)
    assert CALENDAR.add_working_days(date(2026, 11, 23), 1).date == date(2026, 11, 24)
    assert CALENDAR.add_working_days(date(2026, 11, 20), 1).date == date(2026, 11, 23)
    assert CALENDAR.add_working_days(date(2026, 11, 24), -1).date == date(2026, 11, 23)


def test_the_latest_start_is_a_working_day() -> None:
    assert CALENDAR.subtract_working_days(date(2026, 11, 22), 0).date == date(2026, 11, 20)
    assert CALENDAR.subtract_working_days(date(2026, 11, 22), 2).date == date(2026, 11, 18)


def test_the_estimate_of_2027_knows_the_days_fixed_by_law() -> None:
    assert not CALENDAR.is_working_day(date(2027, 2, 8))
    assert not CALENDAR.is_working_day(date(2027, 4, 5))
    assert CALENDAR.is_working_day(date(2027, 2, 9))
    assert not CALENDAR.is_working_day(date(2028, 5, 1))
    assert CALENDAR.is_working_day(date(2028, 5, 3))


def test_no_date_crashes_the_calendar() -> None:
    assert CALENDAR.add_working_days(date.max, 5).estimated
    assert CALENDAR.add_working_days(date(9999, 12, 30), 20).date == date.max
    assert CALENDAR.subtract_working_days(date.min, 5).date == date.min
    assert CALENDAR.working_days_between(date.min, date.max) > 2_000_000


@given(DAYS, st.integers(0, 60))
@settings(deadline=None, max_examples=200)
def test_counting_forth_and_between_agree(start: date, count: int) -> None:
    end = CALENDAR.add_working_days(start, count)
    assert CALENDAR.working_days_between(start, end.date) == count
    assert end.estimated == any(not CALENDAR.official(day) for day in (start, end.date)), (
        "the years between two official days are official"
    )


@given(DAYS, st.integers(0, 60))
@settings(deadline=None, max_examples=200)
def test_the_latest_start_is_in_time_and_the_next_working_day_is_not(end: date, count: int) -> None:
    start = CALENDAR.subtract_working_days(end, count).date
    assert CALENDAR.is_working_day(start)
    assert CALENDAR.add_working_days(start, count).date <= end
    later = CALENDAR.add_working_days(start, 1).date
    assert CALENDAR.add_working_days(later, count).date > end


BROKEN = [
    ('{"years":\n {,}}', ":2", "JSON"),
    ("{}", "", "years"),
    ('{"years": {\n"20x7": {"days": []}}}', ":2", "20x7"),
    ('{"years": {"2027":\n {"days": [\n{"date": "2027-02-30"}]}}}', ":3", "2027-02-30"),
    ('{"years": {"2027": {"days": [\n{"date": "2026-02-03"}]}}}', ":2", "2026-02-03"),
    ('{"years": {"2027": {"days": [\n{"date": "2027-02-03", "off": "yes"}]}}}', ":2", "yes"),
    ('{"years": {\n"2027": {}}}', ":2", "days"),
    ('{"years": {"2027": {"days": []}},\n"statutory": []}', ":2", "statutory"),
]


@pytest.mark.parametrize(("text", "line", "told"), BROKEN)
def test_a_mistake_in_a_users_calendar_is_told_with_its_line(
    tmp_path: Path, text: str, line: str, told: str
) -> None:
    path = tmp_path / "calendar.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        RuleData(RuleFiles(calendar=path)).check()
    assert caught.value.where == f"{path}{line}"
    assert told in caught.value.en


def test_a_year_with_an_empty_list_is_not_yet_published(tmp_path: Path) -> None:
    path = tmp_path / "calendar.json"
    path.write_text(
        '{"years": {"2027": {"days": []}, "2028": {"days": [{"date": "2028-01-01", "off": true}]}}}',
        encoding="utf-8",
    )
    calendar = RuleData(RuleFiles(calendar=path)).calendar
    assert not calendar.official(date(2027, 6, 1))
    assert calendar.official(date(2028, 6, 1))
    assert calendar.notices[0].title == ""
