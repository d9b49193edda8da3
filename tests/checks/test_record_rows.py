"""REC101, REC102, REC107, REC108: single rows, where the checks stay silent, where they fail and where they cannot tell."""

from __future__ import annotations

import random

import pytest

from auditor.checks.check import Check
from auditor.checks.record import CHECKS
from auditor.intake.assemble import assemble
from auditor.model.portfolio import Portfolio
from auditor.model.verdict import Reason, Severity, Verdict
from auditor.model.words import SheetRole
from tests.builders import entity_number, portfolio, portfolio_of, service_number
from tests.judging import Judged, judge

CHECK: dict[str, Check] = {one.id: one for one in CHECKS}


def row(n: int = 1, index: int = 1, **values: object) -> dict[str, object]:
    """One clean filing row."""
    plain: dict[str, object] = {
        "entity_number": entity_number(n),
        "service_number": service_number(n, index),
        "entity_name": f"示例科技{n}有限公司",
        "domain": f"example{n}-{index}.cn",
    }
    return {code: value for code, value in {**plain, **values}.items() if value is not ...}


def judged(check: str, *rows: dict[str, object], **thresholds: object) -> Judged:
    return judge(CHECK[check], portfolio(*rows), **thresholds)


def cells(found: Judged, target: str) -> list[str]:
    return [cell.cell for cell in found.findings[target].cells]


def test_the_family_is_whole_and_in_order() -> None:
    assert [one.id for one in CHECKS] == [f"REC{n}" for n in range(101, 116)]


@pytest.mark.parametrize("check", ["REC101", "REC102", "REC107", "REC108"])
def test_a_clean_row_is_not_remarked_on(check: str) -> None:
    assert judged(check, row(1), row(2)).counts == (2, 0, 0, 0)


@pytest.mark.parametrize(
    "number",
    [
        "京ICP备12345678号-1",
        "粤B2-20090059-1",
        "京ICP证030173号-1",
        "粤ICP备2021000001号-2A",
        "沪ICP备2021000001号-3X",
        "浙ICP备2021000001号-4K",
    ],
)
def test_every_shape_in_use_is_recognised_and_canonical(number: str) -> None:
    one = row(entity_number=..., service_number=number)
    assert judged("REC101", one).counts == (1, 0, 0, 0)
    assert judged("REC102", one).counts == (1, 0, 0, 0)


def test_a_number_that_cannot_be_recognised_fails_with_its_cell() -> None:
    found = judged("REC101", row(service_number="京ICP备123号-1"))
    finding = found.findings["台账!2"]
    assert finding.verdict is Verdict.FAIL
    assert finding.severity is Severity.HIGH
    assert finding.observed == "京ICP备123号-1"
    assert cells(found, "台账!2") == ["B2"]
    assert "无法识别：京ICP备123号-1" in found.message("台账!2")
    assert "cannot be recognised: 京ICP备123号-1" in found.message("台账!2", "en")
    assert judged("REC102", row(entity_number=..., service_number="京ICP备123号-1")).counts == (0, 0, 0, 1)


def test_a_row_without_any_number_is_left_to_the_required_fields() -> None:
    bare = row(entity_number=..., service_number=...)
    assert judged("REC101", bare).counts == (0, 0, 0, 1)
    assert judged("REC102", bare).counts == (0, 0, 0, 1)


def test_an_error_cell_in_the_number_column_is_unknown() -> None:
    from auditor.model.place import RowRef, SheetRef
    from auditor.model.portfolio import Row
    from auditor.model.values import Problem, Unreadable

    sheet = SheetRef("台账.xlsx", "台账", SheetRole.FILINGS, 1, {"service_number": 1, "domain": 2}, {})
    clean = portfolio(row())
    broken = Row(
        RowRef(sheet, 9),
        {"service_number": Unreadable("#REF!", Problem.ERROR_CELL)},
        {"service_number": "#REF!"},
    )
    book = assemble([*clean.rows, broken])
    found = judge(CHECK["REC101"], book)
    assert found.unknown == {"台账!9": Reason.UNPARSED}
    assert found.counts == (1, 0, 1, 0)


def test_a_loose_form_gives_the_canonical_one() -> None:
    found = judged("REC102", row(service_number="京 ICP备 2020000001-1"))
    finding = found.findings["台账!2"]
    assert finding.verdict is Verdict.FAIL
    assert finding.severity is Severity.LOW
    assert finding.expected == "京ICP备2020000001号-1"
    assert finding.observed == "京 ICP备 2020000001-1"
    assert cells(found, "台账!2") == ["B2"]
    assert "京ICP备2020000001号-1" in found.message("台账!2", "en")


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("川ICP备2020000001号-1", "蜀ICP备2020000001号-1"),
        ("贵ICP备2020000001号-1", "黔ICP备2020000001号-1"),
        ("云ICP备2020000001号-1", "滇ICP备2020000001号-1"),
        ("甘ICP备2020000001号-1", "陇ICP备2020000001号-1"),
        ("秦ICP备2020000001号-1", "陕ICP备2020000001号-1"),
        ("川ICP备2020000001-1", "蜀ICP备2020000001号-1"),
    ],
)
def test_a_wrong_abbreviation_is_named_with_the_right_one(written: str, canonical: str) -> None:
    found = judged("REC102", row(entity_number=..., service_number=written))
    assert found.findings["台账!2"].expected == canonical
    assert f"应为“{canonical[0]}”而不是“{written[0]}”" in found.message("台账!2")
    assert judged("REC101", row(entity_number=..., service_number=written)).counts == (1, 0, 0, 0)


def test_two_wrongs_in_one_number_cell_have_two_fingerprints() -> None:
    first = judged("REC102", row(service_number="京ICP备2020000001-1")).findings["台账!2"]
    second = judged("REC102", row(service_number="京ICP备2020000001－1")).findings["台账!2"]
    assert first.fingerprint != second.fingerprint


def test_a_row_that_repeats_an_earlier_one_fails_and_names_it() -> None:
    found = judged("REC107", row(1, row_number="1"), row(2), row(1, row_number="3", remark="重复"))
    assert found.failed == {"台账!4"}
    finding = found.findings["台账!4"]
    assert finding.severity is Severity.LOW
    assert finding.observed == "台账!2"
    assert [cell.row for cell in finding.cells] == [4, 2]
    assert "与 台账!2 重复" in found.message("台账!4")
    assert "repeats 台账!2" in found.message("台账!4", "en")
    assert found.counts == (2, 1, 0, 0)


def test_spelling_makes_no_other_row() -> None:
    first = row(domain="example.cn", entity_name="示例（北京）有限公司", leader_mobile="13800138000")
    second = row(
        domain="HTTP://www.Example.cn/", entity_name="示例(北京)有限公司", leader_mobile="138 0013-8000"
    )
    assert judged("REC107", first, second).failed == {"台账!3"}


def test_another_host_date_or_phone_makes_another_row() -> None:
    first = row(domain="a.example.cn", updated_date="2026-01-05")
    assert judged("REC107", first, row(domain="b.example.cn", updated_date="2026-01-05")).counts == (
        2,
        0,
        0,
        0,
    )
    assert judged("REC107", first, row(domain="a.example.cn", updated_date="2026-01-06")).counts == (
        2,
        0,
        0,
        0,
    )


def test_rows_of_other_parts_are_no_repeats() -> None:
    both = {"entity_number": entity_number(1), "entity_name": "示例科技1有限公司"}
    book = portfolio_of({"主体": (SheetRole.ENTITIES, [both]), "台账": (SheetRole.FILINGS, [both])})
    assert judge(CHECK["REC107"], book).counts == (2, 0, 0, 0)


def test_rows_alike_but_for_rounded_numbers_are_not_called_repeats() -> None:
    one = row(entity_certificate_number=1.1010119900307e17)
    found = judged("REC107", one, one)
    assert found.unknown == {"台账!3": Reason.UNPARSED}
    assert found.counts == (1, 0, 1, 0)


def test_the_order_of_rows_does_not_change_who_repeats() -> None:
    rows = list(portfolio(row(1), row(2), row(1), row(1)).rows)
    random.Random(7).shuffle(rows)
    assert judge(CHECK["REC107"], assemble(rows)).failed == {"台账!4", "台账!5"}


def test_empty_required_fields_are_named_together_in_one_finding() -> None:
    found = judged(
        "REC108",
        row(1, domain=..., entity_name=..., service_number=..., entity_number="京ICP备2020000001号"),
        row(2),
    )
    finding = found.findings["台账!2"]
    assert finding.verdict is Verdict.FAIL
    assert finding.severity is Severity.MEDIUM
    assert "域名、主办单位" in found.message("台账!2")
    assert "domain, owner on record" in found.message("台账!2", "en")
    assert {cell.cell for cell in finding.cells} == {"B2", "D2"} or len(finding.cells) == 2
    assert found.counts == (1, 1, 0, 0)


def test_either_number_will_do_for_a_filing() -> None:
    assert judged("REC108", row(entity_number=...), row(service_number=..., domain="b.cn")).counts == (
        2,
        0,
        0,
        0,
    )
    found = judged("REC108", row(1), row(entity_number=..., service_number=..., domain="b.cn"))
    assert "备案号" in found.message("台账!3")


def test_a_cell_that_cannot_be_read_is_not_empty() -> None:
    assert judged("REC108", row(service_number="乱写", entity_number=...)).counts == (1, 0, 0, 0)


def test_an_app_needs_no_domain() -> None:
    assert judged("REC108", row(1), row(service_number="京ICP备2020000001号-2A", domain=...)).counts == (
        2,
        0,
        0,
        0,
    )
    assert judged("REC108", row(1), row(service_kind="小程序", index=2, domain=...)).counts == (2, 0, 0, 0)


def test_the_policy_says_what_is_required() -> None:
    found = judged("REC108", row(1, leader_mobile="13800138000"), row(2), required_fields=("leader_mobile",))
    assert found.failed == {"台账!3"}
    assert judged("REC108", row(1), required_fields=()).counts == (0, 0, 0, 1)


def many_sheets() -> Portfolio:
    return portfolio_of(
        {
            "主体": (
                SheetRole.ENTITIES,
                [{"entity_number": entity_number(1), "entity_name": "示例科技1有限公司"}],
            ),
            "服务": (SheetRole.SERVICES, [{"service_number": service_number(1)}]),
            "域名": (SheetRole.DOMAINS, [{"domain": "example.cn", "service_number": service_number(1)}]),
            "负责人": (
                SheetRole.PERSONS,
                [{"entity_number": entity_number(1), "person_name": "甲示例", "role": "主体负责人"}],
            ),
            "材料": (SheetRole.DOCUMENTS, [{"entity_number": entity_number(1), "document_type": "营业执照"}]),
            "订单": (SheetRole.ORDERS, [{"order_number": "D1", "entity_number": entity_number(1)}]),
        }
    )


def test_each_part_asks_only_for_what_it_describes() -> None:
    assert judge(CHECK["REC108"], many_sheets()).counts == (6, 0, 0, 0)


def test_what_another_sheet_tells_need_not_be_repeated() -> None:
    book = portfolio_of(
        {
            "主体": (
                SheetRole.ENTITIES,
                [{"entity_number": entity_number(1), "entity_name": "示例科技1有限公司"}],
            ),
            "台账": (SheetRole.FILINGS, [{"domain": "example.cn", "service_number": service_number(1)}]),
        }
    )
    assert judge(CHECK["REC108"], book).counts == (2, 0, 0, 0)


def test_a_person_without_name_and_a_document_without_type_are_told() -> None:
    book = portfolio_of(
        {
            "负责人": (
                SheetRole.PERSONS,
                [
                    {
                        "entity_number": entity_number(1),
                        "person_name": None,
                        "role": "主体负责人",
                        "person_mobile": "13800138000",
                    }
                ],
            ),
            "材料": (
                SheetRole.DOCUMENTS,
                [{"entity_number": entity_number(1), "document_type": None, "document_expiry": "2030-01-01"}],
            ),
        }
    )
    found = judge(CHECK["REC108"], book)
    assert found.failed == {"负责人!2", "材料!2"}
    assert "负责人姓名" in found.message("负责人!2")
    assert "材料名称" in found.message("材料!2")
