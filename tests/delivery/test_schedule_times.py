"""When a schedule falls due: fields, days, New Year, summer time, and expressions that are none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.delivery.schedule_times import like_beijing, read_cron, system_zone
from auditor.delivery.systemd import calendar, unit_name, units
from auditor.errors import UsageError

BEIJING = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str, zone: ZoneInfo = BEIJING) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def due(cron: str, after: str, until: str, zone: ZoneInfo = BEIJING) -> list[str]:
    found = read_cron(cron).due(at(after, zone), at(until, zone), zone)
    return [f"{one:%Y-%m-%d %H:%M}" for one in found]


def test_every_monday_at_seven_goes_on_across_new_year() -> None:
    assert due("0 7 * * 1", "2026-12-21T07:00", "2027-01-11T07:00") == [
        "2026-12-28 07:00",
        "2027-01-04 07:00",
        "2027-01-11 07:00",
    ]


def test_the_first_of_january_and_leap_days_are_found() -> None:
    assert due("0 0 1 1 *", "2026-12-31T23:59", "2027-01-01T00:00") == ["2027-01-01 00:00"]
    found = read_cron("0 0 29 2 *").next_after(at("2096-03-01T00:00"), BEIJING)
    assert found == at("2104-02-29T00:00")


def test_day_and_weekday_are_either_unless_one_is_a_star() -> None:
    assert due("0 7 1 * 1", "2026-12-01T07:00", "2026-12-15T00:00") == [
        "2026-12-07 07:00",
        "2026-12-14 07:00",
    ]
    assert due("0 7 1 * *", "2026-12-01T07:00", "2027-01-02T00:00") == ["2027-01-01 07:00"]
    # A star with a step is still a star: both must fit. 7 December is an odd day, 14 December is not.
    assert due("0 7 */2 * 1", "2026-12-01T07:00", "2026-12-15T00:00") == ["2026-12-07 07:00"]


@pytest.mark.parametrize("sunday", ["0", "7", "sun", "Sun"])
def test_sunday_has_its_names(sunday: str) -> None:
    assert due(f"0 7 * * {sunday}", "2026-11-23T00:00", "2026-11-30T00:00") == ["2026-11-29 07:00"]


def test_names_ranges_steps_and_lists_are_read() -> None:
    assert due("*/30 8-9 * nov mon-fri", "2026-11-27T09:00", "2026-11-30T08:30") == [
        "2026-11-27 09:30",
        "2026-11-30 08:00",
        "2026-11-30 08:30",
    ]
    assert due("@weekly", "2026-11-23T00:00", "2026-11-30T00:00") == ["2026-11-29 00:00"]
    assert read_cron("  0   7 *\t* 1 ").text == "0 7 * * 1"


def test_a_time_that_summer_time_leaves_out_falls_due_after_the_jump() -> None:
    assert due("30 2 * * *", "2027-03-27T12:00", "2027-03-29T00:00", BERLIN) == ["2027-03-28 03:30"]


def test_a_time_that_comes_twice_falls_due_once() -> None:
    found = list(
        read_cron("30 2 * * *").due(at("2026-10-24T12:00", BERLIN), at("2026-10-26T00:00", BERLIN), BERLIN)
    )
    assert [one.astimezone(UTC).isoformat() for one in found] == ["2026-10-25T00:30:00+00:00"]


def test_an_hour_that_is_left_out_tells_no_time_twice() -> None:
    assert due("0,30 2,3 * * *", "2027-03-28T00:00", "2027-03-28T23:00", BERLIN) == [
        "2027-03-28 03:00",
        "2027-03-28 03:30",
    ]


_expressions = st.sampled_from(
    ["0 7 * * 1", "*/7 * * * *", "15 3 1,15 * *", "0 0 1 1 *", "59 23 31 12 *", "0 2 * * 0", "5 4 13 * 5"]
)
_moments = st.integers(0, 6 * 365 * 24 * 60).map(
    lambda minutes: at("2024-01-01T00:00", BERLIN) + timedelta(minutes=minutes)
)


@settings(deadline=None, max_examples=60)
@given(_expressions, _moments, st.integers(0, 60), st.integers(0, 60))
def test_a_span_has_the_due_times_of_its_two_halves(
    cron: str, start: datetime, first: int, second: int
) -> None:
    expression, begin = read_cron(cron), start
    middle = begin.astimezone(UTC) + timedelta(hours=first)
    end = middle + timedelta(hours=second)
    halves = [*expression.due(begin, middle, BERLIN), *expression.due(middle, end, BERLIN)]
    whole = list(expression.due(begin, end, BERLIN))
    assert whole == halves
    assert all(earlier < later for earlier, later in pairwise(whole))
    if whole:
        assert expression.next_after(begin, BERLIN) == whole[0]


@pytest.mark.parametrize(
    "cron",
    ["", "0 7 * *", "0 7 * * 1 *", "60 7 * * 1", "0 24 * * 1", "0 7 0 * *", "0 7 * 13 *", "0 7 * * 8",
     "*/0 * * * *", "5/15 * * * *", "0 7 5-3 * *", "0 7 L * *", "0 7 * * 1,", "a b c d e", "@reboot", "@often",
     "0 7 * * mondays", "0 7 * * 1; rm -rf x", "0 7 * * 1\n* * * * * x", "1~5 * * * *", "> * * * *", "-1 7 * * *"],
)  # fmt: skip
def test_what_is_no_expression_is_refused_with_an_example(cron: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_cron(cron)
    assert '"0 7 * * 1"' in caught.value.hint_en


def test_a_time_that_never_comes_is_refused() -> None:
    with pytest.raises(UsageError, match="永远不会到来"):
        read_cron("0 0 30 2 *")


def test_the_zone_is_the_systems_whatever_tz_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    now = at("2026-11-23T07:00")
    (tmp_path / "localtime").symlink_to("/usr/share/zoneinfo/Asia/Shanghai")
    assert system_zone(now, tmp_path) == BEIJING
    (tmp_path / "localtime").unlink()
    (tmp_path / "timezone").write_text("Europe/Berlin\n")
    assert system_zone(now, tmp_path) == BERLIN
    (tmp_path / "timezone").write_text("../../etc/passwd\n")
    assert system_zone(now, tmp_path).utcoffset(now) is not None


def test_beijing_time_is_known_by_its_clocks() -> None:
    now = at("2026-11-23T07:00")
    assert like_beijing(ZoneInfo("Asia/Singapore"), now)
    assert not like_beijing(ZoneInfo("UTC"), now)
    assert not like_beijing(ZoneInfo("Europe/London"), now)


def test_a_timer_says_the_same_times_as_the_expression() -> None:
    assert calendar(read_cron("0 7 * * 1")) == ["Mon *-*-* 07:00:00"]
    assert calendar(read_cron("*/30 8-9 1 jan *")) == ["*-01-01 08,09:00,30:00"]
    assert calendar(read_cron("0 7 1 * 1")) == ["*-*-01 07:00:00", "Mon *-*-* 07:00:00"]


def test_a_unit_quotes_what_systemd_would_read_as_its_own() -> None:
    text = units("周", read_cron("0 7 * * 1"), ["/opt/a b/python", "100%", '$HOME "x" \\'])
    assert 'ExecStart="/opt/a b/python" "100%%" "$$HOME \\"x\\" \\\\"' in text
    assert "SuccessExitStatus=1 3" in text
    assert "Persistent=true" in text
    assert unit_name("周") == r"audit-\xe5\x91\xa8"
    with pytest.raises(UsageError):
        units("x", read_cron("0 7 * * 1"), ["a\nExecStart=/bin/sh"])
