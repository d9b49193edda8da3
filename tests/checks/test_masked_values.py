"""Values that the book itself keeps back: never wrong, never right, never equal, in any check of a person or a paper."""

from __future__ import annotations

from datetime import date

import pytest

from auditor.checks import document, person
from auditor.checks.agreement import is_masked
from auditor.checks.check import Check
from auditor.checks.person_identity import compare_people, is_masked_name
from auditor.intake.table import ErrorCell
from auditor.model.identity import mail_addresses
from auditor.model.text import Personal, PersonalKind
from auditor.model.verdict import Reason
from auditor.model.words import SheetRole
from tests.builders import (
    credit_code,
    filing_with_people,
    id_number,
    mobile,
    portfolio,
    portfolio_of,
    service_number,
)
from tests.judging import Judged, judge

CHECK: dict[str, Check] = {one.id: one for one in (*person.CHECKS, *document.CHECKS)}
ENTITY = "京ICP备2020000001号"
LEADER = f"{ENTITY}/leader"
SECOND = "京ICP备2020000002号/leader"
ADMIN = f"{ENTITY}-1/administrator"
PAPER = "证照!2"
MASKED_IDS = (
    "310106********0033",
    "310106＊＊＊＊＊＊＊＊0033",
    "310106××××××××0033",
    "310106●●●●●●●●0033",
    "310106XXXXXXXX0033",
    "310106…0033",
    "某",
)
MASKED_PHONES = (
    "138****8003",
    "138 **** 8003",
    "138＊＊＊＊8003",
    "138××××8003",
    "138xxxx8003",
    "138----8003",
    "138某某某某8003",
)


def leader(check: str, **values: object) -> Judged:
    return judge(CHECK[check], portfolio(filing_with_people(**values)))


def listed(check: str, *papers: dict[str, object], **values: object) -> Judged:
    plain = {"entity_number": service_number(1, 0), "document_expiry": date(2035, 1, 1)}
    book = {
        "台账": (SheetRole.FILINGS, [filing_with_people(**values)]),
        "证照": (SheetRole.DOCUMENTS, [{**plain, **one} for one in papers]),
    }
    return judge(CHECK[check], portfolio_of(book))


# What counts as masked


def test_whole_numbers_and_addresses_are_not_taken_for_masked_ones() -> None:
    for n in range(300):
        assert not is_masked("entity_certificate_number", credit_code(n))
        assert not is_masked("leader_id_number", id_number(n))
    # A credit code may hold crosses of its own.
    assert not is_masked("entity_certificate_number", "91110000MA1XXB123X")
    for phone in ("13800138000", "010-62345678-801", "+86 138-0013-8000", "4008101234"):
        assert not is_masked("leader_mobile", phone)
    for address in ("xx@example.cn", "a-b--c@example.cn", "li@xn--fsqu00a.xn--fiqs8s", "z_h.x@example.cn"):
        assert not is_masked("leader_email", address)


@pytest.mark.parametrize(
    "address", ["z***@example.cn", "zh●●@example.cn", "zxxxx@example.cn", "***", "a@x.cn;b*@x.cn"]
)
def test_a_starred_address_is_masked(address: str) -> None:
    assert is_masked("leader_email", address)


@pytest.mark.parametrize("name", ["张*", "张＊＊", "李某某", "王●", "赵×", "陈××", "买买••"])
def test_a_masked_name_equals_not_even_itself(name: str) -> None:
    assert is_masked_name(name)
    found = compare_people(name, [name])
    assert (found.undecided, found.reason) == (True, Reason.WITHHELD)
    assert compare_people("丁示例", [name, "戊示例"]).reason is Reason.WITHHELD
    assert compare_people("戊示例", [name, "戊示例"]).matched


@pytest.mark.parametrize("name", ["张三", "买买提•艾力", "Zhang San", "A×B设计工作室"])
def test_a_dot_or_a_cross_inside_a_name_masks_nothing(name: str) -> None:
    assert not is_masked_name(name)


# ID numbers


@pytest.mark.parametrize("number", MASKED_IDS)
@pytest.mark.parametrize("check", ["PER501", "PER502", "PER509"])
def test_a_masked_id_number_is_withheld(check: str, number: str) -> None:
    judged = leader(check, leader_id_number=number)
    assert judged.unknown == {LEADER: Reason.WITHHELD}
    assert judged.message(LEADER) == "台账中的号码已打码, 无法核对"
    assert {cell.cell for cell in judged.findings[LEADER].cells} == {"H2"}


def test_two_masked_id_numbers_make_nobody_the_same_or_another() -> None:
    same = "310106********0033"
    two_names = portfolio(
        filing_with_people(1, leader_id_number=same), filing_with_people(2, leader_id_number=same)
    )
    assert judge(CHECK["PER509"], two_names).unknown == {LEADER: Reason.WITHHELD, SECOND: Reason.WITHHELD}
    one_name = portfolio(
        filing_with_people(1, leader_id_number=same),
        filing_with_people(1, 2, leader_id_number="310106********0045"),
    )
    assert judge(CHECK["PER509"], one_name).failed == set()
    beside_whole = portfolio(filing_with_people(1), filing_with_people(1, 2, leader_id_number=same))
    assert judge(CHECK["PER509"], beside_whole).unknown == {LEADER: Reason.WITHHELD}


def test_a_masked_number_leaves_the_name_to_tell_who_is_who() -> None:
    shared = {"leader_id_number": "310106********0033", "administrator_id_number": "310106********0033"}
    judged = leader("PER507", **shared, administrator_mobile=mobile(1001))
    assert judged.failed == {LEADER, ADMIN}


@pytest.mark.parametrize("word", ["待补充", "见附件", "暂缺12"])
def test_a_word_in_place_of_an_id_number_is_nobodys_number(word: str) -> None:
    book = portfolio(
        filing_with_people(1, leader_id_number=word), filing_with_people(2, leader_id_number=word)
    )
    assert judge(CHECK["PER509"], book).unknown == {LEADER: Reason.UNPARSED, SECOND: Reason.UNPARSED}
    judged = leader(
        "PER507", leader_id_number=word, administrator_id_number=word, administrator_mobile=mobile(1001)
    )
    assert judged.failed == {LEADER, ADMIN}


# Phones


@pytest.mark.parametrize("number", MASKED_PHONES)
@pytest.mark.parametrize("check", ["PER503", "PER504", "PER506", "PER507"])
def test_a_masked_mobile_is_withheld(check: str, number: str) -> None:
    judged = leader(check, leader_mobile=number)
    assert judged.failed == set()
    assert judged.unknown[LEADER] is Reason.WITHHELD
    assert "台账中的号码已打码" in judged.message(LEADER)


@pytest.mark.parametrize("number", MASKED_PHONES)
@pytest.mark.parametrize("check", ["PER504", "PER507"])
def test_a_masked_emergency_phone_is_withheld(check: str, number: str) -> None:
    assert leader(check, leader_emergency_phone=number).unknown[LEADER] is Reason.WITHHELD


def test_two_masked_phones_that_look_alike_are_not_shared() -> None:
    starred = "138****8003"
    over_entities = portfolio(
        filing_with_people(1, leader_mobile=starred), filing_with_people(2, leader_mobile=starred)
    )
    assert judge(CHECK["PER506"], over_entities).unknown == {LEADER: Reason.WITHHELD, SECOND: Reason.WITHHELD}
    judged = leader("PER507", leader_mobile=starred, administrator_mobile=starred)
    assert judged.unknown == {LEADER: Reason.WITHHELD, ADMIN: Reason.WITHHELD}
    assert leader("PER504", leader_mobile=starred, leader_emergency_phone=starred).unknown == {
        LEADER: Reason.WITHHELD
    }


def test_a_masked_phone_beside_a_wrong_one_does_not_hide_it() -> None:
    judged = leader("PER503", leader_mobile="138****8003/12345")
    assert judged.failed == {LEADER}
    assert "138" not in judged.message(LEADER)
    assert leader("PER503", leader_mobile="138****8003/13800138000").unknown == {LEADER: Reason.WITHHELD}


def test_a_mobile_that_cannot_be_read_in_one_row_may_be_the_emergency_phone() -> None:
    book = portfolio(filing_with_people(1), filing_with_people(1, 2, leader_mobile="1.38E+10"))
    assert judge(CHECK["PER504"], book).unknown[LEADER] is Reason.UNPARSED


def test_two_mobiles_with_a_blank_or_a_line_break_between_them_are_two() -> None:
    for cell in ("13800138000 13900139000", "13800138000\n13900139000"):
        assert leader("PER503", leader_mobile=cell).counts == (2, 0, 0, 0)
        assert leader("PER504", leader_mobile=cell, leader_emergency_phone="13900139000").failed == {LEADER}


def test_a_mobile_of_two_nameless_people_is_open_for_both() -> None:
    nameless = {
        "administrator_name": None,
        "administrator_id_number": None,
        "administrator_mobile": mobile(7),
    }
    judged = judge(
        CHECK["PER506"], portfolio(filing_with_people(1, 1, **nameless), filing_with_people(1, 2, **nameless))
    )
    assert judged.unknown == {ADMIN: Reason.MISSING_VALUE, f"{ENTITY}-2/administrator": Reason.MISSING_VALUE}


def test_a_mobile_shared_by_people_with_masked_names_says_why_it_is_open() -> None:
    starred = {
        "administrator_name": "张*",
        "administrator_id_number": None,
        "administrator_mobile": mobile(7),
    }
    judged = judge(
        CHECK["PER506"], portfolio(filing_with_people(1, 1, **starred), filing_with_people(1, 2, **starred))
    )
    assert judged.unknown == {ADMIN: Reason.WITHHELD, f"{ENTITY}-2/administrator": Reason.WITHHELD}


# E-mail addresses


def test_a_masked_address_is_withheld_and_shared_with_nobody() -> None:
    judged = leader("PER505", leader_email="z***@example.cn")
    assert judged.unknown == {LEADER: Reason.WITHHELD}
    assert judged.message(LEADER) == "台账中的邮箱已打码, 无法核对"
    both = leader("PER507", leader_email="z***@example.cn", administrator_email="z***@example.cn")
    assert both.unknown == {LEADER: Reason.WITHHELD, ADMIN: Reason.WITHHELD}


def test_a_wrong_address_beside_a_masked_one_still_fails() -> None:
    judged = leader("PER505", leader_email="z***@example.cn; zhang@")
    assert judged.failed == {LEADER}


def test_every_address_of_a_cell_is_masked_when_shown() -> None:
    cell = Personal(PersonalKind.EMAIL, "zhang@example.cn; li@example.cn、wang@example.cn")
    assert cell.masked() == "z***@example.cn; l***@example.cn、w***@example.cn"
    assert Personal(PersonalKind.EMAIL, "a b@example.cn").masked() == "a***@example.cn"


@pytest.mark.parametrize(
    ("cell", "apart"),
    [
        ("a@x.cn", ("a@x.cn",)),
        ("a@x.cn; b@x.cn ,c@x.cn、d@x.cn e@x.cn\nf@x.cn/g@x.cn；", tuple(f"{ch}@x.cn" for ch in "abcdefg")),
        ("a b@x.cn", ("a b@x.cn",)),
        ("a/b@x.cn", ("a/b@x.cn",)),
        ("a@x.cn; 待补", ("a@x.cn", "待补")),
        (" ", ()),
    ],
)
def test_a_cell_is_cut_only_where_an_address_stands_on_either_side(cell: str, apart: tuple[str, ...]) -> None:
    assert mail_addresses(cell) == apart


# Names


@pytest.mark.parametrize("name", ["张*", "张●", "张×", "张某某"])
def test_a_masked_name_is_neither_the_representative_nor_somebody_else(name: str) -> None:
    for check in ("PER508", "DOC605"):
        book = portfolio(
            filing_with_people(
                entity_number=service_number(1, 0, "冀"), service_number=service_number(1, 1, "冀"),
                leader_name=name, administrator_name="甲示例1",
            )
        )  # fmt: skip
        assert judge(CHECK[check], book).unknown == {"冀ICP备2020000001号/leader": Reason.WITHHELD}


def test_one_masked_name_with_two_id_numbers_may_be_two_people() -> None:
    book = portfolio(
        filing_with_people(1, leader_name="张*"),
        filing_with_people(1, 2, leader_name="张*", leader_id_number=id_number(88)),
    )
    assert judge(CHECK["PER509"], book).unknown == {LEADER: Reason.WITHHELD}


# Documents


@pytest.mark.parametrize("number", MASKED_IDS)
def test_a_card_with_a_masked_number_takes_the_birth_date_from_its_person_or_stays_open(number: str) -> None:
    card = {
        "document_type": "主体负责人身份证", "document_holder": "甲示例1", "document_number": number,
        "document_start": date(2020, 1, 1), "document_expiry": date(2040, 1, 1),
    }  # fmt: skip
    assert listed("DOC606", card, leader_id_number=number).unknown == {PAPER: Reason.WITHHELD}
    inline = filing_with_people(
        leader_id_number=number, leader_id_start=date(2020, 1, 1), leader_id_expiry=date(2030, 1, 1)
    )
    assert judge(CHECK["DOC606"], portfolio(inline)).unknown == {"台账!2": Reason.WITHHELD}


@pytest.mark.parametrize("holder", ["甲*", "甲●", "甲某某"])
def test_a_masked_holder_is_not_told_from_a_masked_person_nor_from_a_whole_one(holder: str) -> None:
    card = {"document_type": "主体负责人身份证", "document_holder": holder}
    assert listed("DOC607", card).unknown == {PAPER: Reason.WITHHELD}
    assert listed("DOC607", card, leader_name=holder).unknown == {PAPER: Reason.WITHHELD}


def test_a_holder_that_cannot_be_read_is_no_blank() -> None:
    card = {"document_type": "主体负责人身份证", "document_holder": ErrorCell("#N/A")}
    assert listed("DOC607", card).unknown == {PAPER: Reason.UNPARSED}


def test_a_card_whose_holder_is_masked_may_be_the_one_that_is_needed() -> None:
    papers = [
        {"document_type": title, "document_holder": holder}
        for title, holder in (
            ("营业执照", "示例科技1有限公司"),
            ("身份证", "甲示例1"),
            ("身份证", "乙**"),
            ("域名实名认证截图", "示例科技1有限公司"),
            ("应急电话缴费凭证", None),
        )
    ]
    assert listed("DOC604", *papers).unknown == {ENTITY: Reason.WITHHELD}
    papers[2]["document_holder"] = "丙示例"
    assert listed("DOC604", *papers).failed == {ENTITY}


def test_a_letter_for_a_masked_name_neither_covers_nor_is_missing() -> None:
    letter = {"document_type": "授权委托书", "document_holder": "乙**"}
    assert listed("DOC605", letter).unknown == {ADMIN: Reason.WITHHELD}
    assert listed("DOC605", letter, administrator_name="乙**").unknown == {ADMIN: Reason.WITHHELD}
    expired = {**letter, "document_expiry": date(2020, 1, 1)}
    assert listed("DOC605", expired).failed == {ADMIN}


def test_a_letter_in_pinyin_may_be_the_persons() -> None:
    letter = {"document_type": "授权委托书", "document_holder": "Wang Wei"}
    assert listed("DOC605", letter, administrator_name="王伟").unknown == {ADMIN: Reason.TRANSLITERATED}


def test_an_open_letter_is_nobodys_while_a_person_without_a_name_may_need_it() -> None:
    letter = {"document_type": "授权委托书", "document_holder": None}
    assert listed("DOC605", letter).counts == (1, 0, 0, 1)
    judged = listed("DOC605", letter, leader_name=None)
    assert judged.unknown == {LEADER: Reason.MISSING_VALUE, ADMIN: Reason.MISSING_VALUE}


def test_a_letter_cell_that_cannot_be_read_is_no_missing_letter() -> None:
    judged = leader("DOC605", administrator_authorisation_letter=ErrorCell("#REF!"))
    assert judged.unknown == {ADMIN: Reason.UNPARSED}


def test_a_certificate_type_that_cannot_be_read_does_not_rule_out_a_temporary_card() -> None:
    book = portfolio(filing_with_people(leader_id_type=ErrorCell("#N/A"), leader_id_expiry=date(2030, 1, 1)))
    assert judge(CHECK["DOC610"], book).unknown == {"台账!2": Reason.UNPARSED}
