"""SYN402 to SYN404: rows that share a number, and what they should say alike."""

from __future__ import annotations

import random

import pytest

from auditor.checks.check import Check
from auditor.checks.sync import CHECKS
from auditor.intake.assemble import assemble
from auditor.model.verdict import Reason, Severity, Verdict
from auditor.model.words import SheetRole
from tests.builders import (
    credit_code,
    entity_number,
    id_number,
    mobile,
    portfolio,
    portfolio_of,
    service_number,
)
from tests.judging import Judged, judge

CHECK: dict[str, Check] = {one.id: one for one in CHECKS}
ONE = entity_number(1)
SITE = service_number(1)
OLD, NEW = mobile(1), mobile(2)


def row(index: int = 1, **values: object) -> dict[str, object]:
    """One clean filing row of the first entity."""
    plain: dict[str, object] = {
        "entity_number": ONE,
        "service_number": service_number(1, index),
        "domain": f"example{index}.cn",
        "entity_name": "示例科技1有限公司",
        "entity_kind": "企业",
        "entity_certificate_type": "营业执照",
        "entity_certificate_number": credit_code(1),
        "entity_address": "北京市海淀区示例路 1 号",
        "province": "北京",
        "leader_name": "甲示例",
        "leader_id_number": id_number(1),
        "leader_mobile": OLD,
        "leader_email": "jia@example.cn",
        "service_name": f"示例网{index}",
        "administrator_name": "乙示例",
        "administrator_mobile": mobile(8),
        "access_provider": "阿里云",
        "updated_date": "2024-03-01",
    }
    return {code: value for code, value in {**plain, **values}.items() if value is not ...}


def judged(check: str, *rows: dict[str, object]) -> Judged:
    return judge(CHECK[check], portfolio(*rows))


def cells(found: Judged, target: str) -> set[str]:
    return {cell.cell for cell in found.findings[target].cells}


@pytest.mark.parametrize("check", ["SYN402", "SYN404"])
def test_rows_that_say_the_same_are_not_remarked_on(check: str) -> None:
    assert judged(check, row(1), row(2), row(3)).counts == (1, 0, 0, 0)


# SYN402


def test_a_single_row_has_nothing_to_disagree_with() -> None:
    assert judged("SYN402", row(1)).counts == (0, 0, 0, 1)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("entity_name", "示例科技１有限公司"),
        ("entity_address", "北京市海淀区示例路1号"),
        ("province", "北京市"),
        ("leader_mobile", "138 0000-0001"),
        ("leader_email", "JIA@EXAMPLE.CN"),
        ("entity_kind", "公司"),
        ("entity_certificate_type", "企业营业执照"),
        ("leader_name", None),
        ("leader_mobile", None),
        ("entity_certificate_number", None),
    ],
)
def test_spelling_and_blanks_are_no_disagreement(field: str, value: object) -> None:
    assert judged("SYN402", row(1), row(2, **{field: value})).counts == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("field", "value", "column", "label"),
    [
        ("entity_name", "别家示例有限公司", "D", "主办单位"),
        ("entity_kind", "事业单位", "E", "主办单位性质"),
        ("entity_certificate_type", "统一社会信用代码证书", "F", "主体证件类型"),
        ("entity_certificate_number", credit_code(2), "G", "主体证件号码"),
        ("entity_address", "上海市示例路 2 号", "H", "主体地址"),
        ("leader_name", "丙示例", "J", "主体负责人姓名"),
        ("leader_id_number", id_number(2), "K", "主体负责人证件号码"),
        ("leader_mobile", NEW, "L", "主体负责人手机号码"),
        ("leader_email", "bing@example.cn", "M", "主体负责人电子邮箱"),
    ],
)
def test_each_field_of_the_entity_must_agree(field: str, value: str, column: str, label: str) -> None:
    found = judged("SYN402", row(1), row(2), row(3, **{field: value}))
    finding = found.findings[ONE]
    assert finding.verdict is Verdict.FAIL
    assert finding.severity is Severity.HIGH
    assert cells(found, ONE) == {f"{column}2", f"{column}3", f"{column}4"}
    assert label in found.message(ONE)
    assert "2 行" in found.message(ONE)
    assert f"台账!{column}4" in found.message(ONE)
    assert "disagree on 1 field(s)" in found.message(ONE, "en")


def test_all_fields_are_told_in_one_finding_with_numbers_masked() -> None:
    found = judged(
        "SYN402", row(1), row(2, leader_name="丙示例", leader_id_number=id_number(2), leader_mobile=NEW)
    )
    finding = found.findings[ONE]
    assert len(finding.message) == 1
    text = found.message(ONE) + found.message(ONE, "en")
    for number in (OLD, NEW, id_number(1), id_number(2)):
        assert number not in text
    assert "3 项内容" in text
    assert OLD[:3] in text


def test_where_as_many_rows_say_one_thing_as_another_neither_is_expected() -> None:
    found = judged("SYN402", row(1), row(2, leader_name="丙示例"))
    even = found.findings[ONE]
    assert even.expected is None
    # Neither side is the odd one out, so a reader is shown where both stand.
    assert all(f"台账!{cell.cell}" in found.message(ONE) for cell in even.cells)
    assert len(even.observed) == 2  # type: ignore[arg-type]
    most = judged("SYN402", row(1), row(2), row(3, leader_name="丙示例")).findings[ONE]
    assert most.expected is not None
    assert len(most.observed) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize("field", ["leader_mobile", "leader_id_number", "entity_certificate_number"])
def test_a_masked_number_contradicts_nothing(field: str) -> None:
    masked = "138****0001" if field == "leader_mobile" else "1101**********0012"
    assert judged("SYN402", row(1), row(2, **{field: masked})).unknown == {ONE: Reason.UNPARSED}


def test_the_leader_in_a_persons_sheet_counts() -> None:
    book = portfolio_of(
        {
            "台账": (SheetRole.FILINGS, [row(1)]),
            "负责人": (
                SheetRole.PERSONS,
                [{"entity_number": ONE, "role": "主体负责人", "person_name": "甲示例", "person_mobile": NEW}],
            ),
        }
    )
    found = judge(CHECK["SYN402"], book)
    assert found.failed == {ONE}
    assert "主体负责人手机号码" in found.message(ONE)
    assert {(cell.sheet, cell.cell) for cell in found.findings[ONE].cells} == {
        ("台账", "L2"),
        ("负责人", "D2"),
    }


def test_an_administrator_of_each_service_is_no_disagreement_of_the_entity() -> None:
    assert judged("SYN402", row(1), row(2, administrator_name="丁示例", service_name="别的网")).counts == (
        1,
        0,
        0,
        0,
    )


def test_a_name_in_another_form_is_left_to_a_person() -> None:
    found = judged("SYN402", row(1), row(2, entity_name="示例科技1有限责任公司"))
    assert found.unknown == {ONE: Reason.VARIANT}


def test_a_rounded_number_never_disagrees_and_is_told() -> None:
    found = judged("SYN402", row(1), row(2, leader_id_number=1.1010119900307e17))
    assert found.unknown == {ONE: Reason.UNPARSED}
    assert "主体负责人证件号码" in found.message(ONE)
    assert judged(
        "SYN402", row(1), row(2, leader_id_number=1.1010119900307e17, leader_mobile=NEW)
    ).failed == {ONE}


def test_one_unknown_word_in_every_row_is_agreement() -> None:
    assert judged("SYN402", row(1, entity_kind="某种东西"), row(2, entity_kind="某种东西")).counts == (
        1,
        0,
        0,
        0,
    )


def test_a_book_without_any_such_field_is_unknown() -> None:
    bare = [{"service_number": service_number(1, n), "domain": f"example{n}.cn"} for n in (1, 2)]
    assert judged("SYN402", *bare).unknown == {ONE: Reason.MISSING_VALUE}


# SYN403


def legacy(**values: object) -> dict[str, object]:
    """A second row of the first service: a legacy number with several domains."""
    return row(1, domain="second.cn", **values)


def test_rows_of_one_service_that_agree_pass_and_single_rows_have_nothing_to_compare() -> None:
    assert judged("SYN403", row(1), legacy(), row(2)).counts == (1, 0, 0, 1)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("access_provider", "阿里云计算有限公司"),
        ("administrator_mobile", "+86 138 0000 0008"),
        ("service_name", None),
        ("service_name", "示例网 1"),
    ],
)
def test_a_service_may_be_spelled_freely(field: str, value: object) -> None:
    assert judged("SYN403", row(1), legacy(**{field: value})).counts == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("field", "value", "column"),
    [
        ("service_name", "别的网", "N"),
        ("administrator_name", "丁示例", "O"),
        ("administrator_mobile", mobile(9), "P"),
        ("access_provider", "腾讯云", "Q"),
    ],
)
def test_each_field_of_the_service_must_agree(field: str, value: str, column: str) -> None:
    found = judged("SYN403", row(1), legacy(**{field: value}))
    finding = found.findings[SITE]
    assert finding.verdict is Verdict.FAIL
    assert finding.severity is Severity.MEDIUM
    assert cells(found, SITE) == {f"{column}2", f"{column}3"}
    assert "不一致" in found.message(SITE)
    assert "share the number disagree" in found.message(SITE, "en")


def test_an_entity_field_is_not_the_services_business() -> None:
    assert judged("SYN403", row(1), legacy(leader_mobile=NEW)).counts == (1, 0, 0, 0)


def test_a_rounded_administrators_number_is_unparsed_and_an_empty_service_is_missing() -> None:
    found = judged(
        "SYN403",
        row(1, administrator_id_number=id_number(3)),
        legacy(administrator_id_number=1.1010119900307e17),
    )
    assert found.unknown == {SITE: Reason.UNPARSED}
    bare = [{"service_number": SITE, "domain": f"example{n}.cn"} for n in (1, 2)]
    assert judged("SYN403", *bare).unknown == {SITE: Reason.MISSING_VALUE}


# SYN404


def test_a_single_row_cannot_be_left_behind() -> None:
    assert judged("SYN404", row(1)).counts == (0, 0, 0, 1)


def test_an_older_row_with_the_old_value_was_left_behind() -> None:
    found = judged(
        "SYN404",
        row(1, leader_mobile=NEW, updated_date="2026-06-01"),
        row(2, leader_mobile=NEW, updated_date="2026-06-02"),
        row(3, leader_mobile=OLD, updated_date="2024-03-01"),
    )
    finding = found.findings[ONE]
    assert finding.verdict is Verdict.FAIL
    assert finding.severity is Severity.MEDIUM
    assert cells(found, ONE) == {"L4", "R4", "L2", "L3"}
    zh, en = found.message(ONE), found.message(ONE, "en")
    assert "example3.cn 的主体负责人手机号码仍为" in zh
    assert "更新于 2024-03-01 或更早" in zh
    assert "example1.cn、example2.cn 已于 2026-06-01 起改为" in zh
    assert "example3.cn is still" in en
    for number in (OLD, NEW):
        assert number not in zh + en
    assert getattr(finding.expected, "value", None) == NEW
    assert getattr(finding.observed, "value", None) == OLD


def test_the_approval_date_stands_in_for_the_update_date() -> None:
    found = judged(
        "SYN404",
        row(1, leader_name="丙示例", updated_date=..., approved_date="2026-06-01"),
        row(2, updated_date=..., approved_date="2023-06-01"),
    )
    assert found.failed == {ONE}


def test_the_administrator_is_compared_within_one_service_number_only() -> None:
    newer = {"administrator_name": "丁示例", "updated_date": "2026-06-01"}
    assert judged("SYN404", row(1), row(2, **newer)).counts == (1, 0, 0, 0)
    found = judged("SYN404", row(1), legacy(**newer))
    assert found.failed == {ONE}
    assert "example1.cn 的网站负责人姓名仍为 乙示例" in found.message(ONE)


def test_values_that_alternate_over_time_are_no_change_that_stopped_half_way() -> None:
    found = judged(
        "SYN404",
        row(1, leader_mobile=NEW, updated_date="2022-01-01"),
        row(2, leader_mobile=OLD, updated_date="2024-01-01"),
        row(3, leader_mobile=NEW, updated_date="2026-01-01"),
    )
    assert found.counts == (1, 0, 0, 0)


def test_values_of_one_day_are_no_older_and_newer() -> None:
    assert judged("SYN404", row(1), row(2, leader_mobile=NEW)).counts == (1, 0, 0, 0)


def test_without_dates_a_disagreement_is_unknown_and_agreement_passes() -> None:
    found = judged("SYN404", row(1, updated_date=...), row(2, updated_date=..., leader_mobile=NEW))
    assert found.unknown == {ONE: Reason.MISSING_VALUE}
    assert judged("SYN404", row(1, updated_date=...), row(2, updated_date=...)).counts == (1, 0, 0, 0)
    found = judged("SYN404", row(1, updated_date="哪天"), row(2, leader_mobile=NEW))
    assert found.unknown == {ONE: Reason.UNPARSED}


def test_a_variant_of_the_name_is_no_old_value() -> None:
    found = judged("SYN404", row(1), row(2, entity_name="示例科技1有限责任公司", updated_date="2026-06-01"))
    assert found.counts == (1, 0, 0, 0)


def test_the_order_of_rows_changes_no_finding() -> None:
    book = portfolio(
        row(1, leader_mobile=NEW, updated_date="2026-06-01"),
        row(2),
        legacy(access_provider="腾讯云"),
        row(3, entity_name="别家示例有限公司"),
    )
    rows = list(book.rows)
    random.Random(5).shuffle(rows)
    for check in ("SYN402", "SYN403", "SYN404"):
        before, after = judge(CHECK[check], book), judge(CHECK[check], assemble(rows))
        assert before.failed
        assert {t: (f.fingerprint, f.cells, before.message(t)) for t, f in before.findings.items()} == {
            t: (f.fingerprint, f.cells, after.message(t)) for t, f in after.findings.items()
        }
