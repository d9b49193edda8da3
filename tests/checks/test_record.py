"""REC109 to REC112, REC114: certificates, shells and police filings, silent, failing and undecided."""

from __future__ import annotations

from datetime import timedelta

import pytest

from auditor.checks.check import Check
from auditor.checks.record import CHECKS
from auditor.model.verdict import Reason, Severity, Verdict
from auditor.model.words import SheetRole
from tests.builders import credit_code, entity_number, id_number, portfolio, portfolio_of, service_number
from tests.judging import AS_OF, Judged, judge

CHECK: dict[str, Check] = {one.id: one for one in CHECKS}
ONE = entity_number(1)
SITE = service_number(1)


def row(n: int = 1, index: int = 1, **values: object) -> dict[str, object]:
    """One clean filing row."""
    plain: dict[str, object] = {
        "entity_number": entity_number(n),
        "service_number": service_number(n, index),
        "entity_name": f"示例科技{n}有限公司",
        "entity_kind": "企业",
        "entity_certificate_type": "营业执照",
        "entity_certificate_number": credit_code(n),
        "domain": f"example{n}-{index}.cn",
        "police_number": "京公网安备11010502030143号",
        "site_open_date": "2020-01-02",
    }
    return {code: value for code, value in {**plain, **values}.items() if value is not ...}


def judged(check: str, *rows: dict[str, object], **thresholds: object) -> Judged:
    return judge(CHECK[check], portfolio(*rows), **thresholds)


@pytest.mark.parametrize("check", ["REC109", "REC110", "REC111", "REC112", "REC114"])
def test_a_clean_row_is_not_remarked_on(check: str) -> None:
    assert judged(check, row(1), row(2)).counts == (2, 0, 0, 0)


# REC109


def test_a_wrong_check_character_fails_with_its_cell() -> None:
    code = credit_code(1)
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    found = judged("REC109", row(entity_certificate_number=wrong))
    finding = found.findings[ONE]
    assert finding.verdict is Verdict.FAIL
    assert finding.severity is Severity.HIGH
    assert finding.observed == wrong
    assert [cell.cell for cell in finding.cells] == ["F2"]
    assert f"{wrong} 不符合 GB 32100：校验码" in found.message(ONE)
    assert "check character is wrong" in found.message(ONE, "en")


def test_a_masked_certificate_number_is_withheld_and_never_wrong() -> None:
    found = judged("REC109", row(entity_certificate_number="9111**********0012"))
    assert found.unknown == {ONE: Reason.WITHHELD}
    assert [cell.cell for cell in found.findings[ONE].cells] == ["F2"]
    both = [
        row(n, entity_certificate_number="9111**********0012", entity_name=f"示例{n}公司") for n in (1, 2)
    ]
    assert judged("REC115", *both).counts == (2, 0, 0, 0)


def test_a_wrong_length_and_a_forbidden_letter_are_named() -> None:
    assert "应为 18 位，实为 17 位" in judged(
        "REC109", row(entity_certificate_number=credit_code(1)[:-1])
    ).message(ONE)
    assert "I O S V Z" in judged(
        "REC109", row(entity_certificate_number="9" + "I" + credit_code(1)[2:])
    ).message(ONE, "en")


@pytest.mark.parametrize("number", ["110000012345678", "12345678-9"])
def test_an_old_paper_is_told_as_one(number: str) -> None:
    found = judged("REC109", row(entity_certificate_number=number))
    assert found.failed == {ONE}
    assert "三证合一" in found.message(ONE)
    assert "never changed to the credit code" in found.message(ONE, "en")
    assert judged(
        "REC109", row(entity_certificate_number=number, entity_certificate_type="组织机构代码证")
    ).failed == {ONE}


def test_small_letters_and_blanks_are_no_fault_of_the_code() -> None:
    code = credit_code(1)
    assert judged("REC109", row(entity_certificate_number=f" {code[:9].lower()} {code[9:]}")).counts == (
        1,
        0,
        0,
        0,
    )


def test_an_individual_has_no_credit_code() -> None:
    person = row(entity_kind="个人", entity_certificate_type="身份证", entity_certificate_number=id_number(1))
    assert judged("REC109", person).counts == (0, 0, 0, 1)
    bare = row(entity_kind=..., entity_certificate_type=..., entity_certificate_number=id_number(1))
    assert judged("REC109", bare).counts == (0, 0, 0, 1)


def test_an_enterprise_with_an_id_number_fails_and_the_number_is_masked() -> None:
    number = id_number(1)
    found = judged("REC109", row(entity_certificate_number=number))
    assert found.failed == {ONE}
    assert "居民身份证号码" in found.message(ONE)
    assert number not in found.message(ONE)
    assert number not in found.message(ONE, "en")


def test_a_military_code_is_no_credit_code() -> None:
    unit = row(
        entity_kind="国防机构", entity_certificate_type="部队代号", entity_certificate_number="示例0001"
    )
    assert judged("REC109", unit).counts == (0, 0, 0, 1)


def test_a_rounded_number_is_unparsed_and_a_blank_is_missing() -> None:
    assert judged("REC109", row(entity_certificate_number=9.11101057e17)).unknown == {ONE: Reason.UNPARSED}
    assert judged("REC109", row(entity_certificate_number=None)).unknown == {ONE: Reason.MISSING_VALUE}
    assert judged("REC109", row(entity_certificate_number=...)).unknown == {ONE: Reason.MISSING_VALUE}


# REC110


@pytest.mark.parametrize(
    ("kind", "paper"),
    [
        ("企业", "统一社会信用代码证书"),
        ("事业单位", "事业单位法人证书"),
        ("个人", "身份证"),
        ("政府机关", "组织机构代码证"),
        ("企业", "三证合一营业执照"),
    ],
)
def test_the_certificates_of_a_kind_suit_it(kind: str, paper: str) -> None:
    assert judged("REC110", row(entity_kind=kind, entity_certificate_type=paper)).counts == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("kind", "paper"),
    [("企业", "身份证"), ("个人", "营业执照"), ("事业单位", "营业执照"), ("政府机关", "营业执照")],
)
def test_a_certificate_of_another_kind_fails(kind: str, paper: str) -> None:
    found = judged("REC110", row(entity_kind=kind, entity_certificate_type=paper))
    finding = found.findings[ONE]
    assert finding.verdict is Verdict.FAIL
    assert finding.severity is Severity.MEDIUM
    assert finding.observed == paper
    assert {cell.cell for cell in finding.cells} == {"D2", "E2"}
    assert kind in found.message(ONE)
    assert paper in found.message(ONE, "en")


def test_a_doubtful_pair_has_no_rule() -> None:
    found = judged("REC110", row(entity_kind="企业", entity_certificate_type="医疗机构执业许可证"))
    assert found.unknown == {ONE: Reason.NO_RULE_DATA}


def test_unknown_words_are_unparsed_and_blanks_are_missing() -> None:
    assert judged("REC110", row(entity_certificate_type="一张纸")).unknown == {ONE: Reason.UNPARSED}
    assert judged("REC110", row(entity_kind="某种东西")).unknown == {ONE: Reason.UNPARSED}
    assert judged("REC110", row(entity_kind=None)).unknown == {ONE: Reason.MISSING_VALUE}
    found = judged("REC110", row(entity_kind=..., entity_certificate_type=...))
    assert found.unknown == {ONE: Reason.MISSING_VALUE}
    assert "主办单位性质、证件类型" in found.message(ONE)


# REC111


def test_an_entity_without_any_service_is_a_shell() -> None:
    found = judged("REC111", row(1), row(2, service_number=..., domain=...))
    finding = found.findings[entity_number(2)]
    assert finding.verdict is Verdict.FAIL
    assert finding.severity is Severity.HIGH
    assert "空壳主体" in found.message(entity_number(2))
    assert "empty shell" in found.message(entity_number(2), "en")
    assert [cell.row for cell in finding.cells] == [3]


def test_a_book_without_service_numbers_shows_no_shells() -> None:
    found = judged("REC111", row(1, service_number=..., domain=...), row(2, service_number=...))
    assert found.unknown == {ONE: Reason.MISSING_VALUE, entity_number(2): Reason.MISSING_VALUE}


def test_an_entity_with_domains_but_no_service_number_is_unknown() -> None:
    found = judged("REC111", row(1), row(2, service_number=...))
    assert found.unknown == {entity_number(2): Reason.MISSING_VALUE}


@pytest.mark.parametrize("code", ["service_name", "home_url"])
def test_a_site_without_a_number_does_not_make_its_entity_a_shell(code: str) -> None:
    plain = {"service_number": ..., "domain": ..., "service_name": ..., "home_url": ...}
    found = judged("REC111", row(1), row(2, **{**plain, code: "https://www.shili-2.cn/"}))
    assert found.unknown == {entity_number(2): Reason.MISSING_VALUE}
    assert not found.failed


def test_an_unreadable_service_number_is_no_proof_of_a_shell() -> None:
    assert judged("REC111", row(1), row(2, service_number="乱写")).unknown == {
        entity_number(2): Reason.UNPARSED
    }


def test_an_entity_known_by_name_only_is_unknown() -> None:
    found = judged("REC111", row(1), row(2, entity_number=..., service_number=...))
    assert found.unknown == {"示例科技2有限公司": Reason.MISSING_VALUE}


def test_a_service_of_another_sheet_fills_the_entity() -> None:
    book = portfolio_of(
        {
            "主体": (
                SheetRole.ENTITIES,
                [
                    {"entity_number": ONE, "entity_name": "示例"},
                    {"entity_number": entity_number(2), "entity_name": "空壳"},
                ],
            ),
            "服务": (SheetRole.SERVICES, [{"service_number": SITE, "service_name": "示例网"}]),
            "域名": (SheetRole.DOMAINS, [{"domain": "example.cn", "service_number": SITE}]),
        }
    )
    assert judge(CHECK["REC111"], book).failed == {entity_number(2)}
    assert judge(CHECK["REC112"], book).counts == (1, 0, 0, 0)


# REC112


def test_a_service_without_a_domain_is_a_shell() -> None:
    found = judged("REC112", row(1), row(1, 2, domain=None))
    finding = found.findings[service_number(1, 2)]
    assert finding.verdict is Verdict.FAIL
    assert finding.severity is Severity.HIGH
    assert [cell.cell for cell in finding.cells] == ["B3"]
    assert "空壳服务" in found.message(service_number(1, 2))
    assert "empty shell" in found.message(service_number(1, 2), "en")


@pytest.mark.parametrize("letter", ["A", "X", "K"])
def test_an_app_needs_no_domain(letter: str) -> None:
    found = judged("REC112", row(1), row(1, service_number=f"京ICP备2020000001号-2{letter}", domain=None))
    assert found.counts == (1, 0, 0, 1)


def test_a_listed_kind_tells_an_app_too() -> None:
    assert judged("REC112", row(1), row(1, 2, service_kind="App", domain=None)).counts == (1, 0, 0, 1)


def test_a_book_without_domains_shows_no_shells() -> None:
    assert judged("REC112", row(domain=...)).unknown == {SITE: Reason.MISSING_VALUE}


def test_an_unreadable_domain_or_a_home_page_is_no_proof_of_a_shell() -> None:
    assert judged("REC112", row(domain="???")).unknown == {SITE: Reason.UNPARSED}
    found = judged("REC112", row(2), row(domain=None, home_url="www.example.cn"))
    assert found.unknown == {SITE: Reason.MISSING_VALUE}


def _sheets(number: object) -> Judged:
    services = [
        {"entity_number": entity_number(n), "service_number": service_number(n), "entity_name": "甲"}
        for n in (1, 2)
    ]
    domains = [
        {"service_number": number, "domain": "example1.cn"},
        {"service_number": service_number(2), "domain": "example2.cn"},
    ]
    sheets = {"网站": (SheetRole.SERVICES, services), "域名": (SheetRole.DOMAINS, domains)}
    return judge(CHECK["REC112"], portfolio_of(sheets))


@pytest.mark.parametrize("number", ["京网备第1号", None])
def test_a_domain_whose_number_cannot_be_read_may_be_the_one_that_a_service_misses(number: object) -> None:
    found = _sheets(number)
    assert found.unknown == {SITE: Reason.UNPARSED}
    assert [cell.sheet for cell in found.findings[SITE].cells] == ["网站", "域名"]


def test_an_unreadable_number_of_another_province_hides_no_shell() -> None:
    assert _sheets("沪网备第1号").failed == {SITE}


def test_domains_of_the_entity_without_a_service_number_leave_it_open() -> None:
    found = judged("REC112", row(1, domain=None), row(1, service_number=..., domain="example.cn"))
    assert found.unknown == {SITE: Reason.MISSING_VALUE}


# REC114


def opened(days: int) -> str:
    return (AS_OF - timedelta(days=days)).isoformat()


@pytest.mark.parametrize(
    "number",
    [
        "川公网安备51012402001673号",
        "京公网安备 11010502030143 号",
        "京公网安备11010502030143",
        "渝公网安备50010302001234号",
    ],
)
def test_a_well_formed_number_passes_whatever_the_province(number: str) -> None:
    assert judged("REC114", row(police_number=number)).counts == (1, 0, 0, 0)


@pytest.mark.parametrize(
    "number", ["蜀公网安备51012402001673号", "京公网安备1101050203014号", "京ICP备12345678号"]
)
def test_a_malformed_number_fails(number: str) -> None:
    found = judged("REC114", row(police_number=number))
    finding = found.findings[SITE]
    assert finding.verdict is Verdict.FAIL
    assert finding.severity is Severity.LOW
    assert finding.observed == number
    assert [cell.cell for cell in finding.cells] == ["H2"]
    assert "格式错误" in found.message(SITE)
    assert "malformed" in found.message(SITE, "en")


def test_a_site_open_for_more_than_thirty_days_needs_a_number() -> None:
    assert judged("REC114", row(police_number=None, site_open_date=opened(30))).counts == (1, 0, 0, 0)
    found = judged("REC114", row(police_number=None, site_open_date=opened(31)))
    assert found.failed == {SITE}
    assert "已 31 天" in found.message(SITE)
    assert "31 days ago" in found.message(SITE, "en")
    assert [cell.cell for cell in found.findings[SITE].cells] == ["I2"]
    assert judged("REC114", row(police_number=None, site_open_date=opened(31)), police_days=60).counts == (
        1,
        0,
        0,
        0,
    )


@pytest.mark.parametrize("word", ["无", "未备案", "/"])
def test_a_word_for_none_is_a_missing_number(word: str) -> None:
    found = judged("REC114", row(police_number=word))
    assert "仍无公安备案号" in found.message(SITE)


def test_without_an_opening_date_or_a_column_it_is_unknown() -> None:
    assert judged("REC114", row(police_number=None, site_open_date=None)).unknown == {
        SITE: Reason.MISSING_VALUE
    }
    assert judged("REC114", row(police_number=None, site_open_date="不详的日子")).unknown == {
        SITE: Reason.UNPARSED
    }
    assert judged("REC114", row(police_number=...)).unknown == {SITE: Reason.MISSING_VALUE}
    assert judged("REC114", row(police_number=..., site_open_date=...)).unknown == {
        SITE: Reason.MISSING_VALUE
    }


def test_an_app_files_with_the_police_elsewhere() -> None:
    assert judged("REC114", row(service_number="京ICP备2020000001号-1A", police_number=None)).counts == (
        0,
        0,
        0,
        1,
    )
