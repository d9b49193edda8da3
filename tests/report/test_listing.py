"""The findings that a page embeds: nothing lost, nothing said twice, the same bytes each time."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.model.answer import Answer, AnswerStatus
from auditor.model.result import AuditResult
from auditor.model.text import mask_text, say
from auditor.model.waiver import Waiver
from auditor.report.columns import CSV_COLUMNS
from auditor.report.listing import TARGET, Listing, build_listing, json_block, pack, unpack
from auditor.report.listing_columns import CHOICES, DETAIL_COLUMNS, INDEX_COLUMNS, MENUS, SHOWN
from auditor.report.view import build_view
from auditor.report.wording import Wording
from tests.report.results import ID, PHONE, crowd, finding, quiet_result, sample_result

LANGUAGES = pytest.mark.parametrize("lang", ["zh", "en"])


def listing_of(result: AuditResult, lang: str = "zh", limit: int = 200_000) -> Listing:
    return build_listing(build_view(result), Wording(lang), limit)


def table_of(listing: Listing) -> dict[str, list[str]]:
    """The columns as a reader of the packed data must take them, row by row."""
    packed: dict[str, Any] = {**unpack(listing.index)["columns"], **unpack(listing.details)["columns"]}  # type: ignore[dict-item]
    made: dict[str, list[str]] = {}
    for key, own in packed.items():
        values = own["values"]
        if "rows" in own:
            made[key] = [values[place] for place in own["rows"]]
        else:
            made[key] = values * listing.count if len(values) == 1 else values
    return {
        key: [text.replace(TARGET, target) for text, target in zip(texts, made["target"], strict=True)]
        for key, texts in made.items()
    }


def codes_of(listing: Listing, key: str) -> list[str]:
    packed: dict[str, Any] = unpack(listing.index)["columns"][key]  # type: ignore[index]
    codes = packed.get("codes", packed["values"])
    return [codes[place] for place in packed.get("rows", [0] * listing.count)]


def with_people(result: AuditResult) -> AuditResult:
    """The first two findings answered and accepted."""
    first, second, *rest = result.findings
    answer = Answer(first.fingerprint, owner="王示例", planned=date(2026, 12, 1), status=AnswerStatus.DOING)
    waiver = Waiver("0" * 16, "已在迁移", "李示例", date(2027, 1, 31), second.fingerprint, approver="赵示例")
    return replace(result, findings=(replace(first, answer=answer), replace(second, waiver=waiver), *rest))


@LANGUAGES
def test_every_column_of_the_csv_comes_back_as_the_csv_has_it(lang: str) -> None:
    result, words = with_people(sample_result()), Wording(lang)
    table = table_of(listing_of(result, lang))
    for column in CSV_COLUMNS:
        for number, one in enumerate(result.findings):
            value = column.value(one, words)
            told = value.isoformat() if isinstance(value, date) else str(value or "")
            if len(told) <= 2_000:
                assert table[column.label][number] == told
            else:
                assert table[column.label][number].startswith(told[:1_900])
                assert "40,000" in table[column.label][number]


def test_the_same_result_gives_the_same_bytes_without_a_clock_in_them() -> None:
    one, other = listing_of(sample_result()), listing_of(sample_result())
    assert (one.index, one.details, one.words) == (other.index, other.details, other.words)
    head = base64.b64decode(one.index)[:10]
    assert head[:4] == b"\x1f\x8b\x08\x00", "a name stands in the head"
    assert head[4:8] == b"\0\0\0\0", "a time stands in the head"
    assert head[9] == 255, "the system it runs on stands in the head"


@given(st.dictionaries(st.text(max_size=8), st.lists(st.text(), max_size=4), max_size=4))
@settings(deadline=None, max_examples=40)
def test_packing_loses_nothing(data: dict[str, list[str]]) -> None:
    assert unpack(pack(data)) == data


@given(st.text(max_size=30))
@settings(deadline=None, max_examples=60)
def test_json_in_a_script_element_cannot_end_it(text: str) -> None:
    made = json_block(["<!--</script>" + text])
    assert not set("<>&\u2028\u2029") & set(made)
    assert json.loads(made) == ["<!--</script>" + text]


def test_values_that_repeat_are_said_once_and_the_target_not_again() -> None:
    listing = listing_of(crowd(500, 500))
    packed: dict[str, Any] = unpack(listing.index)["columns"]  # type: ignore[assignment]
    assert packed["message"]["values"] == [f"{TARGET} 不符合"]
    assert "rows" not in packed["message"]
    assert len(packed["entity"]["values"]) == 50
    assert packed["status"]["codes"] == ["failed", "unknown"]
    assert len(set(packed["target"]["values"])) == len(packed["target"]["values"]) == 1_000


def test_values_stand_in_the_order_of_sorting() -> None:
    result = sample_result()
    packed: dict[str, Any] = unpack(listing_of(result).index)["columns"]  # type: ignore[assignment]
    assert packed["severity"]["codes"] == ["critical", "high", "medium", "low", "info"]
    hosts = [one for one in packed["target"]["values"] if one.startswith("h") and one.endswith(".cn")]
    assert hosts == [f"h{number}.cn" for number in range(len(hosts))], "numbers do not count by their size"
    assert packed["due"]["values"][-1] == ""
    assert packed["due"]["values"][:-1] == sorted(packed["due"]["values"][:-1])


def test_beyond_the_limit_failures_stay_before_what_is_undecided() -> None:
    result = crowd(30, 50)
    listing = listing_of(result, limit=40)
    assert (listing.count, listing.left_out) == (40, 40)
    statuses = codes_of(listing, "status")
    assert statuses.count("failed") == 30
    kept = table_of(listing)["fingerprint"]
    assert kept == [one.fingerprint for one in result.findings if one.fingerprint in set(kept)]


def test_waived_findings_are_in_it_as_waived_with_who_accepted_them() -> None:
    result = with_people(sample_result())
    listing = listing_of(result)
    assert listing.count == len(result.findings)
    assert codes_of(listing, "status")[1] == "waived"
    table = table_of(listing)
    for word in ("李示例", "2027-01-31", "已在迁移", "赵示例"):
        assert word in table["waiver"][1]
    assert table["owner"][0] == "王示例"
    assert "处理中" in table["answer"][0]
    assert "2026-12-01" in table["answer"][0]


def test_undecided_entries_bring_their_reason_and_way_out() -> None:
    result = sample_result()
    listing = listing_of(result)
    table, codes = table_of(listing), codes_of(listing, "reason")
    for number, one in enumerate(result.findings):
        if one.reason is None:
            assert (table["reason"][number], table["way_out"][number]) == ("", "")
        else:
            assert codes[number] == one.reason.value
            assert table["way_out"][number] == one.reason.way_out.zh


def test_personal_values_are_masked_in_every_column_and_code() -> None:
    base = quiet_result()
    whole = finding(
        "OWN205", "a.cn", entity_number=None, entity_name=f"张示例 {ID}", provider=f"电话 {PHONE}",
        message=(say("{t}", "{t}", t=PHONE),), answer=Answer("x", owner=PHONE, reason=ID),
        waiver=Waiver("0" * 16, ID, PHONE, date(2027, 1, 1), approver=ID),
    )  # fmt: skip
    listing = listing_of(replace(base, findings=(whole,)))
    everything = json.dumps([unpack(listing.index), unpack(listing.details)], ensure_ascii=False)
    assert ID not in everything
    assert PHONE not in everything
    assert mask_text(PHONE) in everything


def test_columns_and_filters_that_have_nothing_to_tell_are_left_out() -> None:
    plain = listing_of(crowd(3, 3))
    assert "owner" not in dict(plain.shown)
    assert "province" not in dict(plain.menus)
    assert "change" not in dict(plain.choices)
    assert "owner" in dict(listing_of(with_people(sample_result())).shown)


def test_what_is_shown_filtered_and_exported_is_packed() -> None:
    index = {one.key for one in INDEX_COLUMNS}
    details = {one.key for one in DETAIL_COLUMNS}
    assert not index & details
    assert {key for key, _label in (*CHOICES, *MENUS, *SHOWN)} <= index
    assert {one.label for one in CSV_COLUMNS} <= index | details


def test_a_result_without_findings_packs_nothing() -> None:
    assert listing_of(quiet_result()).count == 0
