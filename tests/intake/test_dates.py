"""Dates and terms of validity in the spellings that sheets use."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.intake.dates import is_long_term, read_date, read_validity
from auditor.model.values import Validity

JAN_5 = date(2026, 1, 5)


@pytest.mark.parametrize(
    "value",
    [
        "2026-1-5",
        "2026/1/5",
        "2026.01.05",
        "2026.1.5.",
        "20260105",
        20260105,
        20260105.0,
        46027,
        46027.0,
        46027.75,
        "46027",
        "2026年1月5日",
        "2026 年 01 月 05 日",
        "２０２６－０１－０５",
        "Jan 05,2026 04:00:45",
        "5-Jan-2026",
        "January 5, 2026",
        "2026-01-05 00:00:00",
        "2026-01-05T08:00:00+08:00",
        "2026-01-04T20:00:00Z",
        "2026-01-04 16:00:00 UTC",
        "20260105123000",
        date(2026, 1, 5),
        datetime.fromisoformat("2026-01-05 23:59"),
        datetime(2026, 1, 4, 20, 0, tzinfo=UTC),
        "2026-01-05止",
        "有效期至2026-01-05",
    ],
)
def test_every_spelling_of_one_day_is_that_day(value: object) -> None:
    assert read_date(value) == JAN_5


def test_an_unordered_date_counts_where_only_one_day_can_be_meant() -> None:
    assert read_date("31/12/2026") == read_date("12/31/2026") == date(2026, 12, 31)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "01/02/2026",
        "26-01-05",
        "5/1/26",
        "2026年1月",
        "2026-01",
        "2026",
        2026,
        "2026-02-30",
        "2026-13-01",
        "20261301",
        "1234567890123",
        "0001-01-01",
        "soon",
        "长期",
        "2016-05-01至2036-05-01",
        5,
        99999,
        True,
        None,
        12.5,
    ],
)
def test_what_is_no_certain_day_is_no_date(value: object) -> None:
    assert read_date(value) is None


@pytest.mark.parametrize(
    "text",
    [
        "2016.05.01-2036.05.01",
        "2016-05-01至2036-05-01",
        "2016-05-01-2036-05-01",
        "20160501-20360501",
        "2016/5/1 ~ 2036/5/1",
        "2016年5月1日至2036年5月1日",
        "自2016年5月1日起至2036年5月1日止",
        "２０１６.０５.０１－２０３６.０５.０１",
        "2016-05-01 to 2036-05-01",
        "2016-05-01—2036-05-01",
    ],
)
def test_a_range_is_a_term_with_both_ends(text: str) -> None:
    assert read_validity(text) == Validity(date(2036, 5, 1), date(2016, 5, 1))


@pytest.mark.parametrize(
    "value",
    [
        "长期",
        "永久",
        "至长期",
        "长期有效",
        "无固定期限",
        "无限期",
        "9999-12-31",
        "99991231",
        99991231,
        "long-term",
        " 长 期 ",
    ],
)
def test_an_open_end_is_long_term(value: object) -> None:
    assert read_validity(value) == Validity(None)


@pytest.mark.parametrize("text", ["2016-05-01至长期", "2016.05.01-长期", "2016年5月1日起至长期有效"])
def test_a_range_to_long_term_keeps_its_beginning(text: str) -> None:
    assert read_validity(text) == Validity(None, date(2016, 5, 1))


@pytest.mark.parametrize(
    "text",
    [
        "2036-05-01至2016-05-01",
        "2016-05-01起",
        "2016.05.01-2036.05",
        "2016-05-01, 2020-01-01, 2036-01-01",
        "长",
        "十年",
    ],
)
def test_what_is_no_certain_term_is_none(text: str) -> None:
    assert read_validity(text) is None


def test_long_term_is_told_from_a_date() -> None:
    assert is_long_term("至长期")
    assert not is_long_term("2036-05-01")


DAYS = st.dates(date(1960, 1, 1), date(2199, 12, 31))


@settings(deadline=None, max_examples=100)
@given(DAYS)
def test_a_written_day_reads_back(day: date) -> None:
    written = (day.isoformat(), f"{day:%Y/%m/%d}", f"{day.year}年{day.month}月{day.day}日", f"{day:%Y%m%d}")
    assert {read_date(text) for text in written} == {day}
    assert read_validity(str(Validity(day))) == Validity(day)


@settings(deadline=None, max_examples=100)
@given(DAYS, DAYS)
def test_a_written_range_reads_back(one: date, other: date) -> None:
    first, last = sorted((one, other))
    assert read_validity(f"{first:%Y.%m.%d}-{last:%Y.%m.%d}") == Validity(last, first)


@settings(deadline=None, max_examples=200)
@given(st.one_of(st.text(max_size=30), st.integers(), st.floats(), st.none()))
def test_no_value_makes_the_reader_raise(value: object) -> None:
    read_date(value)
    read_validity(value)
