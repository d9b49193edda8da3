"""REC103 to REC106, REC113, REC115: numbers, names and domains, silent, failing and undecided."""

from __future__ import annotations

import random

import pytest

from auditor.checks.check import Check
from auditor.checks.record import CHECKS
from auditor.intake.assemble import assemble
from auditor.model.policy import Policy
from auditor.model.verdict import Reason, Severity, Verdict
from auditor.model.words import SheetRole
from tests.builders import credit_code, entity_number, id_number, portfolio, portfolio_of, service_number
from tests.judging import AS_OF, Judged, judge

CHECK: dict[str, Check] = {one.id: one for one in CHECKS}
ONE, TWO = entity_number(1), entity_number(2)


def row(n: int = 1, index: int = 1, **values: object) -> dict[str, object]:
    """One clean filing row."""
    plain: dict[str, object] = {
        "entity_number": entity_number(n),
        "service_number": service_number(n, index),
        "entity_name": f"示例科技{n}有限公司",
        "entity_kind": "企业",
        "entity_certificate_number": credit_code(n),
        "province": "北京市",
        "domain": f"example{n}-{index}.cn",
    }
    return {code: value for code, value in {**plain, **values}.items() if value is not ...}


def judged(check: str, *rows: dict[str, object]) -> Judged:
    return judge(CHECK[check], portfolio(*rows))


@pytest.mark.parametrize(
    ("check", "targets"),
    [("REC103", 3), ("REC104", 2), ("REC105", 2), ("REC106", 3), ("REC113", 3), ("REC115", 2)],
)
def test_a_clean_book_is_not_remarked_on(check: str, targets: int) -> None:
    assert judged(check, row(1), row(1, 2), row(2)).counts == (targets, 0, 0, 0)


# REC103


def test_a_service_number_of_another_entity_fails_with_both_cells() -> None:
    found = judged("REC103", row(1, service_number=service_number(2)), row(1, 2))
    target = service_number(2)
    finding = found.findings[target]
    assert finding.verdict is Verdict.FAIL
    assert finding.severity is Severity.HIGH
    assert (finding.expected, finding.observed) == (TWO, ONE)
    assert [cell.cell for cell in finding.cells] == ["A2", "B2"]
    assert ONE in found.message(target)
    assert "1 row(s) give the entity number" in found.message(target, "en")


def test_a_loose_spelling_is_the_same_number() -> None:
    assert judged("REC103", row(entity_number="京icp备2020000001")).counts == (1, 0, 0, 0)


def test_the_entity_column_may_hold_the_service_number_itself() -> None:
    assert judged("REC103", row(entity_number=service_number(1))).counts == (1, 0, 0, 0)


def test_without_an_entity_number_there_is_nothing_to_belong_to() -> None:
    assert judged("REC103", row(entity_number=...)).counts == (0, 0, 0, 1)


def test_an_unreadable_entity_number_leaves_the_belonging_open() -> None:
    assert judged("REC103", row(entity_number="乱写")).unknown == {service_number(1): Reason.UNPARSED}


# REC104


@pytest.mark.parametrize(
    ("province", "abbreviation"),
    [
        ("四川", "蜀"),
        ("四川省", "蜀"),
        ("川", "蜀"),
        ("蜀", "蜀"),
        ("贵州", "黔"),
        ("510000", "蜀"),
        ("陕西省", "陕"),
    ],
)
def test_every_name_of_the_province_agrees_with_its_abbreviation(province: str, abbreviation: str) -> None:
    one = row(entity_number=entity_number(1, abbreviation), service_number=..., province=province)
    assert judged("REC104", one).counts == (1, 0, 0, 0)


def test_another_province_fails() -> None:
    found = judged("REC104", row(province="上海"), row(1, 2))
    finding = found.findings[ONE]
    assert finding.verdict is Verdict.FAIL
    assert finding.severity is Severity.MEDIUM
    assert (finding.expected, finding.observed) == ("北京", "上海")
    assert [cell.cell for cell in finding.cells] == ["F2"]
    assert "属北京" in found.message(ONE)
    assert "上海" in found.message(ONE, "en")


def test_a_word_that_is_no_province_is_unparsed_and_a_blank_is_missing() -> None:
    assert judged("REC104", row(province="火星")).unknown == {ONE: Reason.UNPARSED}
    assert judged("REC104", row(province=None)).unknown == {ONE: Reason.MISSING_VALUE}


def test_a_book_without_a_province_column_has_nothing_to_disagree() -> None:
    assert judged("REC104", row(province=...)).counts == (0, 0, 0, 1)


# REC105


def test_two_names_under_one_number_fail_and_say_how_often() -> None:
    found = judged("REC105", row(1), row(1, 2), row(1, 3, entity_name="别家示例有限公司"))
    finding = found.findings[ONE]
    assert finding.verdict is Verdict.FAIL
    assert finding.severity is Severity.HIGH
    assert (finding.expected, finding.observed) == ("示例科技1有限公司", "别家示例有限公司")
    assert "示例科技1有限公司（2 行）" in found.message(ONE)
    assert "别家示例有限公司 (1 row(s))" in found.message(ONE, "en")
    assert "C4" in {cell.cell for cell in finding.cells}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("示例（北京）科技有限公司", "示例(北京)科技有限公司"),
        ("示例 科技有限公司", "示例科技有限公司"),
        ("Example Co., Ltd.", "EXAMPLE CO LTD"),
    ],
)
def test_mere_spelling_is_one_name(one: str, other: str) -> None:
    assert judged("REC105", row(entity_name=one), row(1, 2, entity_name=other)).counts == (1, 0, 0, 0)


def test_legal_form_variants_are_left_to_a_person() -> None:
    found = judged(
        "REC105", row(entity_name="示例科技有限公司"), row(1, 2, entity_name="示例科技有限责任公司")
    )
    assert found.unknown == {ONE: Reason.VARIANT}
    assert "需确认" in found.message(ONE)


def test_an_english_name_beside_the_chinese_one_is_left_to_a_person() -> None:
    found = judged("REC105", row(), row(1, 2, entity_name="Example Technology One"))
    assert found.unknown == {ONE: Reason.TRANSLITERATED}


def test_two_chinese_names_fail_although_an_english_one_is_open() -> None:
    found = judged(
        "REC105",
        row(),
        row(1, 2, entity_name="Example Technology"),
        row(1, 3, entity_name="别家示例有限公司"),
    )
    assert found.failed == {ONE}


def test_an_alias_of_the_policy_is_one_name() -> None:
    policy = Policy(AS_OF, aliases={"示例科技1有限公司": ("Example One Ltd",)})
    book = portfolio(row(), row(1, 2, entity_name="Example One Ltd"))
    assert judge(CHECK["REC105"], book, policy=policy).counts == (1, 0, 0, 0)


def test_a_blank_name_beside_a_name_is_no_second_name_and_no_name_at_all_is_missing() -> None:
    assert judged("REC105", row(), row(1, 2, entity_name=None)).counts == (1, 0, 0, 0)
    assert judged("REC105", row(entity_name=None)).unknown == {ONE: Reason.MISSING_VALUE}


def test_an_entity_without_a_number_cannot_share_one() -> None:
    assert judged("REC105", row(entity_number=..., service_number=...)).counts == (0, 0, 0, 1)


# REC106


def test_a_domain_under_two_service_numbers_fails_with_all_cells() -> None:
    found = judged("REC106", row(1, 1, domain="example.cn"), row(2, 1, domain="example.cn"))
    finding = found.findings["example.cn"]
    assert finding.verdict is Verdict.FAIL
    assert finding.severity is Severity.HIGH
    assert set(finding.observed) == {service_number(1), service_number(2), ONE, TWO}  # type: ignore[call-overload]
    assert {cell.cell for cell in finding.cells} == {"A2", "B2", "A3", "B3"}
    assert "2 个备案号" in found.message("example.cn")
    assert "2 record numbers" in found.message("example.cn", "en")


def test_a_domain_under_two_services_of_one_entity_fails() -> None:
    found = judged("REC106", row(1, 1, domain="example.cn"), row(1, 2, domain="www.example.cn"))
    assert found.failed == {"example.cn"}


def test_a_domain_under_two_entity_numbers_fails_without_service_numbers() -> None:
    found = judged(
        "REC106",
        row(1, service_number=..., domain="example.cn"),
        row(2, service_number=..., domain="example.cn"),
    )
    assert found.failed == {"example.cn"}


def test_a_row_that_contradicts_itself_is_not_reported_again_for_its_domain() -> None:
    assert judged("REC106", row(1, service_number=service_number(2))).counts == (1, 0, 0, 0)


def test_a_domain_listed_twice_under_its_number_is_fine() -> None:
    assert judged("REC106", row(1, domain="example.cn"), row(1, domain="www.example.cn")).counts == (
        1,
        0,
        0,
        0,
    )


def test_a_domain_without_a_number_is_unknown() -> None:
    found = judged(
        "REC106", row(1, entity_number=..., service_number=..., entity_name=..., domain="example.cn")
    )
    assert found.unknown == {"example.cn": Reason.MISSING_VALUE}
    found = judged("REC106", row(1, domain="example.cn"), row(1, service_number="乱写", domain="example.cn"))
    assert found.unknown == {"example.cn": Reason.UNPARSED}


# REC113


def test_a_service_number_of_two_domains_is_told_as_information() -> None:
    found = judged("REC113", row(1, domain="example.cn、example.com"), row(2))
    finding = found.findings[service_number(1)]
    assert finding.severity is Severity.INFO
    assert finding.verdict is Verdict.FAIL
    assert finding.observed == ("example.cn", "example.com")
    assert [cell.cell for cell in finding.cells] == ["G2"]
    assert "2 个域名：example.cn、example.com" in found.message(service_number(1))
    assert "2 domains" in found.message(service_number(1), "en")


def test_hosts_of_one_domain_are_one_domain() -> None:
    assert judged("REC113", row(1, domain="www.example.cn m.example.cn")).counts == (1, 0, 0, 0)


def test_an_app_may_use_several_domains() -> None:
    assert judged("REC113", row(1, service_number="京ICP备2020000001号-2A", domain="a.cn b.cn")).counts == (
        0,
        0,
        0,
        1,
    )


# REC115


def test_one_certificate_under_two_entity_numbers_fails_on_both() -> None:
    found = judged("REC115", row(1), row(2, entity_certificate_number=credit_code(1)))
    assert found.failed == {ONE, TWO}
    finding = found.findings[ONE]
    assert finding.severity is Severity.MEDIUM
    assert finding.observed == (ONE, TWO)
    assert {cell.cell for cell in finding.cells} == {"A2", "A3"}
    assert credit_code(1) in found.message(ONE)
    assert "besides" in found.message(ONE, "en")


def test_one_name_under_two_entity_numbers_fails_whatever_its_spelling() -> None:
    found = judged(
        "REC115", row(1, entity_name="示例（北京）有限公司"), row(2, entity_name="示例(北京)有限公司")
    )
    assert found.failed == {ONE, TWO}
    assert "名称相同" in found.message(TWO)


def test_a_branch_has_a_name_and_a_filing_of_its_own() -> None:
    found = judged(
        "REC115", row(1, entity_name="示例科技有限公司"), row(2, entity_name="示例科技有限公司上海分公司")
    )
    assert found.counts == (2, 0, 0, 0)


def test_namesakes_are_two_people_unless_the_id_number_is_the_same() -> None:
    person = {"entity_kind": "个人", "entity_name": "甲示例"}
    found = judged(
        "REC115",
        row(1, **person, entity_certificate_number=id_number(1)),
        row(2, **person, entity_certificate_number=id_number(2)),
    )
    assert found.counts == (2, 0, 0, 0)
    found = judged(
        "REC115",
        row(1, **person, entity_certificate_number=id_number(1)),
        row(2, **person, entity_certificate_number=id_number(1)),
    )
    assert found.failed == {ONE, TWO}
    assert id_number(1) not in found.message(ONE)
    assert id_number(1)[:6] in found.message(ONE)


def test_a_rounded_number_shows_no_second_filing() -> None:
    rounded = {"entity_certificate_number": 1.1010119900307e17, "entity_kind": "个人"}
    assert judged("REC115", row(1, **rounded), row(2, **rounded)).counts == (2, 0, 0, 0)


def test_a_slip_in_the_entity_number_is_not_reported_as_a_second_filing() -> None:
    found = judged("REC115", row(1), row(1, 2, entity_number=TWO))
    assert found.counts == (1, 0, 0, 0)


def test_a_book_that_gives_everyone_one_name_is_told_in_bounded_words() -> None:
    found = judged("REC115", *(row(n, entity_name="示例科技有限公司") for n in range(300)))
    assert found.counts == (0, 300, 0, 0)
    assert "等 299 个" in found.message(ONE)
    assert len(found.findings[ONE].cells) < 100


def test_without_name_and_certificate_a_second_filing_cannot_be_seen() -> None:
    found = judged("REC115", row(1, entity_name=..., entity_certificate_number=...))
    assert found.unknown == {ONE: Reason.MISSING_VALUE}


def test_the_order_of_rows_changes_no_finding() -> None:
    book = portfolio(
        row(1), row(1, 2, entity_name="别家示例有限公司"), row(2, entity_certificate_number=credit_code(1)),
        row(3, domain="example1-1.cn"), row(1, 1, province="上海"),
    )  # fmt: skip
    rows = list(book.rows)
    random.Random(3).shuffle(rows)
    for check in CHECKS:
        before, after = judge(check, book), judge(check, assemble(rows))
        assert before.counts == after.counts, check.id
        assert {t: f.fingerprint for t, f in before.findings.items()} == {
            t: f.fingerprint for t, f in after.findings.items()
        }
        assert {t: before.message(t) for t in before.findings} == {
            t: after.message(t) for t in after.findings
        }


def test_sheets_of_one_book_are_judged_together() -> None:
    book = portfolio_of(
        {
            "主体": (SheetRole.ENTITIES, [{"entity_number": ONE, "entity_name": "示例科技1有限公司"}]),
            "台账": (SheetRole.FILINGS, [row(1, entity_name="别家示例有限公司")]),
        }
    )
    assert judge(CHECK["REC105"], book).failed == {ONE}
