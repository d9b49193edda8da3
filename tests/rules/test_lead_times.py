"""The table of durations: what a change takes, where each figure comes from, and mistakes told with their line."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.errors import PolicyError
from auditor.rules.files import RuleFile, is_partial_date
from auditor.rules.lead_times import LEAD_TIME_KEYS, Basis, LeadTimes
from auditor.rules.load import RuleData, RuleFiles

TIMES = RuleData().lead_times
SHIPPED = RuleFile.packaged("lead_times.csv").text


def test_an_owner_change_takes_up_to_32_working_days_and_a_days_sms() -> None:
    chain = ("holder_transfer", "real_name_sync", "first_review", "sms", "bureau")
    assert [TIMES.get(key).working_days for key in chain] == [5, 5, 2, 0, 20]
    assert TIMES.get("sms").hours == 24


def test_every_row_has_its_day_and_source_and_assumptions_say_what_they_are() -> None:
    assert {one.key for one in TIMES} == set(LEAD_TIME_KEYS)
    for one in TIMES:
        assert is_partial_date(one.as_of)
        assert one.source
        assert (one.basis is Basis.ASSUMPTION) == ("assumption" in one.source)
        assert one.minimum <= one.maximum


def test_how_many_services_an_order_carries_is_no_time() -> None:
    assert (TIMES.get("services_per_order").working_days, TIMES.get("services_per_order").hours) == (0, 0)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("bureau,working_days,1,20", "bureau,working_days,1,soon", "maximum"),
        ("bureau,working_days,1,20", "bureau,working_days,30,20", "maximum"),
        ("bureau,working_days,1,20", "bureau,working_days,1,200000", "maximum"),
        ("bureau,working_days,1,20", "bureau,weeks,1,20", "unit"),
        ("bureau,working_days,1,20", "sms,working_days,1,20", "sms"),
        ("bureau,working_days,1,20", "council,working_days,1,20", "bureau"),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    path = tmp_path / "own.csv"
    path.write_text(SHIPPED.replace(old, new), encoding="utf-8")
    with pytest.raises(PolicyError) as error:
        RuleData(RuleFiles(lead_times=path)).check()
    assert told in error.value.describe("en")
    assert "own.csv" in error.value.where


def test_a_file_without_rows_is_refused() -> None:
    with pytest.raises(PolicyError):
        LeadTimes.read(RuleFile("empty.csv", SHIPPED.splitlines()[0] + "\n"))
