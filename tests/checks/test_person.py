"""PER: responsible persons, where the checks stay silent, where they fail and where they cannot tell."""

from __future__ import annotations

from datetime import date

import pytest

from auditor.checks.check import Check
from auditor.checks.person import CHECKS
from auditor.model.evidence import MailHost
from auditor.model.verdict import Reason, Severity, Verdict
from auditor.model.words import SheetRole
from tests.builders import filing_with_people, id_number, mobile, portfolio, portfolio_of, service_number
from tests.judging import AS_OF, Judged, judge, seen

CHECK: dict[str, Check] = {one.id: one for one in CHECKS}
LEADER = "京ICP备2020000001号/leader"
ADMIN = "京ICP备2020000001号-1/administrator"


def leader(check: str, **values: object) -> Judged:
    return judge(CHECK[check], portfolio(filing_with_people(**values)))


def columns_of(judged: Judged, target: str) -> set[str]:
    return {cell.cell for cell in judged.findings[target].cells}


def test_the_family_is_whole_and_in_order() -> None:
    assert [one.id for one in CHECKS] == [f"PER{n}" for n in range(501, 511)]


@pytest.mark.parametrize(
    "check", ["PER501", "PER502", "PER503", "PER504", "PER505", "PER506", "PER507", "PER509"]
)
def test_two_people_with_contacts_of_their_own_are_not_remarked_on(check: str) -> None:
    assert judge(CHECK[check], portfolio(filing_with_people())).counts == (2, 0, 0, 0)


# PER501


@pytest.mark.parametrize("kind", ["居民身份证", "身份证", "二代身份证", "SFZ", "临时居民身份证"])
def test_a_right_id_number_passes_whatever_the_card_is_called(kind: str) -> None:
    assert leader("PER501", leader_id_type=kind).counts == (2, 0, 0, 0)


def test_a_lower_case_x_is_no_fault() -> None:
    number = next(id_number(n) for n in range(200) if id_number(n).endswith("X"))
    assert leader("PER501", leader_id_number=number.lower()).failed == set()


@pytest.mark.parametrize(
    ("number", "zh"),
    [
        (id_number(1)[:-1], "不是 18 位"),
        ("99000019850231001A", "字符"),
        ("990000198502310011", "出生日期"),
        (id_number(7, date(2031, 1, 2)), "出生日期"),
        (id_number(1)[:-1] + ("1" if id_number(1)[-1] != "1" else "2"), "校验位"),
        ("990000850517001", "15 位"),
    ],
)
def test_a_wrong_id_number_fails_and_is_told_why(number: str, zh: str) -> None:
    judged = leader("PER501", leader_id_number=number)
    assert judged.failed == {LEADER}
    assert zh in judged.message(LEADER)
    assert columns_of(judged, LEADER) == {"H2"}
    assert judged.findings[LEADER].severity is Severity.HIGH
    assert number not in judged.message(LEADER)


def test_any_wrong_value_of_several_fails_and_names_only_its_cells() -> None:
    judged = judge(
        CHECK["PER501"],
        portfolio(filing_with_people(), filing_with_people(index=2, leader_id_number="123456")),
    )
    assert judged.failed == {LEADER}
    assert columns_of(judged, LEADER) == {"H3"}


@pytest.mark.parametrize(
    "kind", ["护照", "港澳居民来往内地通行证", "台胞证", "外国人永久居留身份证", "港澳台居民居住证", "HZ"]
)
def test_other_papers_have_other_numbers(kind: str) -> None:
    judged = leader("PER501", leader_id_type=kind, leader_id_number="E12345678")
    assert judged.counts == (1, 0, 0, 1)


def test_a_number_like_a_passports_without_a_type_stays_open() -> None:
    assert leader("PER501", leader_id_number="E12345678").unknown == {LEADER: Reason.MISSING_VALUE}


def test_a_number_that_excel_rounded_is_never_called_wrong() -> None:
    judged = leader("PER501", leader_id_number=110101198505170000.0)
    assert judged.unknown == {LEADER: Reason.UNPARSED}
    for check in ("PER502", "PER509"):
        assert leader(check, leader_id_number=110101198505170000.0).unknown == {LEADER: Reason.UNPARSED}


def test_a_blank_id_number_and_a_missing_column_are_unknown() -> None:
    assert leader("PER501", leader_id_number=None).unknown == {LEADER: Reason.MISSING_VALUE}
    assert leader("PER501", leader_id_number=...).unknown == {LEADER: Reason.MISSING_VALUE}


# PER502


def test_eighteen_on_the_audit_date_is_old_enough() -> None:
    born = AS_OF.replace(year=AS_OF.year - 18)
    assert leader("PER502", leader_id_number=id_number(3, born)).failed == set()


def test_one_day_short_of_eighteen_fails_and_the_province_is_mentioned() -> None:
    born = date(AS_OF.year - 18, AS_OF.month, AS_OF.day + 1)
    judged = judge(
        CHECK["PER502"], portfolio(filing_with_people(province="粤", leader_id_number=id_number(3, born)))
    )
    target = "粤ICP备2020000001号/leader"
    assert judged.failed == {target}
    assert "17" in judged.message(target)
    assert "广东" in judged.message(target)
    assert "16" in judged.message(target, "en")
    assert (judged.findings[target].expected, judged.findings[target].observed) == (18, 17)


def test_the_policy_sets_the_age() -> None:
    born = date(AS_OF.year - 20, 1, 1)
    assert judge(
        CHECK["PER502"], portfolio(filing_with_people(leader_id_number=id_number(3, born))), minimum_age=21
    ).failed == {LEADER}
    young = date(AS_OF.year - 17, 1, 1)
    assert (
        judge(
            CHECK["PER502"],
            portfolio(filing_with_people(leader_id_number=id_number(3, young))),
            minimum_age=16,
        ).failed
        == set()
    )


def test_a_wrong_number_and_a_passport_tell_no_age() -> None:
    assert leader("PER502", leader_id_number="990000201505170011").unknown == {LEADER: Reason.UNPARSED}
    passport = leader("PER502", leader_id_type="护照", leader_id_number="E12345678")
    assert passport.unknown == {LEADER: Reason.MISSING_VALUE}
    assert leader("PER502", leader_id_number=None).unknown == {LEADER: Reason.MISSING_VALUE}


# PER503


@pytest.mark.parametrize(
    "number",
    [
        "138 0013 8000",
        "+86 138-0013-8000",
        "１３８００１３８０００",
        "8613800138000",
        13800138000,
        13800138000.0,
    ],
)
def test_a_mobile_may_be_written_in_many_ways(number: object) -> None:
    assert leader("PER503", leader_mobile=number).counts == (2, 0, 0, 0)


@pytest.mark.parametrize(
    "number",
    ["1380013800", "12800138000", "010-62345678", "00852 61234567", "13800138000/1390013900", "待定"],
)
def test_what_is_no_mainland_mobile_fails(number: str) -> None:
    judged = leader("PER503", leader_mobile=number)
    assert judged.failed == {LEADER}
    assert columns_of(judged, LEADER) == {"I2"}


def test_two_mobiles_in_one_cell_are_judged_each() -> None:
    assert leader("PER503", leader_mobile="13800138000、13900139000").failed == set()


def test_a_blank_mobile_is_unknown() -> None:
    assert leader("PER503", leader_mobile=None).unknown == {LEADER: Reason.MISSING_VALUE}
    assert leader("PER503", leader_mobile=...).unknown == {LEADER: Reason.MISSING_VALUE}


# PER504


@pytest.mark.parametrize("number", ["010-62345678", "0755-22345678-801", "13900139000", "400-810-1234"])
def test_a_landline_or_another_mobile_will_do_in_an_emergency(number: str) -> None:
    assert leader("PER504", leader_emergency_phone=number).failed == set()


def test_a_blank_emergency_phone_fails_where_the_book_has_the_column() -> None:
    judged = leader("PER504", leader_emergency_phone=None)
    assert judged.failed == {LEADER}
    assert columns_of(judged, LEADER) == {"J2"}
    assert judged.findings[LEADER].severity is Severity.MEDIUM


def test_a_book_without_the_column_says_nothing_of_emergency_phones() -> None:
    assert leader("PER504", leader_emergency_phone=...).unknown == {LEADER: Reason.MISSING_VALUE}


def test_the_mobile_itself_is_no_emergency_phone_however_spaced() -> None:
    judged = leader("PER504", leader_mobile="13800138000", leader_emergency_phone="+86 138 0013 8000")
    assert judged.failed == {LEADER}
    assert columns_of(judged, LEADER) == {"I2", "J2"}


def test_an_invalid_emergency_phone_fails() -> None:
    assert leader("PER504", leader_emergency_phone="12345").failed == {LEADER}


def test_without_a_mobile_nobody_can_say_that_the_two_differ() -> None:
    assert leader("PER504", leader_mobile=None).unknown == {LEADER: Reason.MISSING_VALUE}
    assert leader("PER504", leader_mobile="12").unknown == {LEADER: Reason.UNPARSED}


# PER505


@pytest.mark.parametrize("address", ["zhang.san+icp@mail.example.com.cn", "ZHANG@EXAMPLE.CN", "li@例子.中国"])
def test_a_plain_address_passes_on_the_book_alone(address: str) -> None:
    assert leader("PER505", leader_email=address).counts == (2, 0, 0, 0)


@pytest.mark.parametrize(
    "address",
    ["zhangsan", "zhang@", "@example.cn", "zhang..san@example.cn", "zhang@example", "a b@example.cn"],
)
def test_what_is_no_address_fails(address: str) -> None:
    judged = leader("PER505", leader_email=address)
    assert judged.failed == {LEADER}
    assert columns_of(judged, LEADER) == {"K2"}


def test_a_domain_that_cannot_receive_fails_with_its_evidence() -> None:
    proof = seen("dns", "223.5.5.5")
    hosts = {"example.cn": MailHost(True), "xn--fsqu00a.xn--fiqs8s": MailHost(False, (proof,))}
    judged = judge(
        CHECK["PER505"], portfolio(filing_with_people(leader_email="li@例子.中国")), mail_hosts=hosts
    )
    assert judged.failed == {LEADER}
    assert judged.findings[LEADER].evidence == (proof,)


def test_where_hosts_were_asked_a_host_without_an_answer_stays_open() -> None:
    hosts = {"example.cn": MailHost(None)}
    assert judge(CHECK["PER505"], portfolio(filing_with_people()), mail_hosts=hosts).unknown == {
        LEADER: Reason.NO_EVIDENCE,
        ADMIN: Reason.NO_EVIDENCE,
    }
    other = {"elsewhere.example": MailHost(True)}
    assert set(judge(CHECK["PER505"], portfolio(filing_with_people()), mail_hosts=other).unknown) == {
        LEADER,
        ADMIN,
    }


@pytest.mark.parametrize("reason", [Reason.ERROR, Reason.TIMEOUT, Reason.THROTTLED, Reason.STALE])
def test_a_host_that_was_asked_in_vain_says_why_and_by_what(reason: Reason) -> None:
    proof = seen("dns", "223.5.5.5")
    hosts = {"example.cn": MailHost(None, (proof,), reason)}
    judged = judge(CHECK["PER505"], portfolio(filing_with_people()), mail_hosts=hosts)
    assert judged.unknown == {LEADER: reason, ADMIN: reason}
    assert judged.findings[LEADER].evidence == (proof,)
    both = judge(
        CHECK["PER505"],
        portfolio(filing_with_people(leader_email="a@unasked.cn;b@example.cn")),
        mail_hosts=hosts,
    )
    assert both.unknown[LEADER] is reason


@pytest.mark.parametrize("between", [";", "；", ",", "，", "、", " ", "\n", " / "])
def test_two_addresses_in_one_cell_are_judged_one_by_one(between: str) -> None:
    cell = f"zhang@example.cn{between}li@gone.cn"
    assert leader("PER505", leader_email=cell).counts == (2, 0, 0, 0)
    hosts = {"example.cn": MailHost(True), "gone.cn": MailHost(False)}
    judged = judge(CHECK["PER505"], portfolio(filing_with_people(leader_email=cell)), mail_hosts=hosts)
    assert judged.failed == {LEADER}
    assert "l***@gone.cn" in judged.message(LEADER)
    assert "zhang" not in judged.message(LEADER)
    assert "example.cn" not in judged.message(LEADER)
    wrong = leader("PER505", leader_email=f"zhang@example.cn{between}li@gone")
    assert wrong.failed == {LEADER}
    assert "example.cn" not in wrong.message(LEADER)


def test_an_address_shared_out_of_a_cell_of_two_is_found_and_told_alone() -> None:
    judged = leader("PER507", administrator_email="other@example.cn; Leader1@example.cn")
    assert judged.failed == {LEADER, ADMIN}
    assert "other" not in judged.message(LEADER)
    assert "o***" not in judged.message(LEADER)


def test_a_blank_address_is_unknown() -> None:
    assert leader("PER505", leader_email=None).unknown == {LEADER: Reason.MISSING_VALUE}


# PER506


def test_one_person_in_both_roles_may_use_one_mobile() -> None:
    both = {
        "administrator_name": "甲示例1",
        "administrator_id_number": id_number(1),
        "administrator_mobile": mobile(1001),
    }
    judged = judge(
        CHECK["PER506"], portfolio(filing_with_people(**both), filing_with_people(index=2, **both))
    )
    assert judged.counts == (3, 0, 0, 0)


def test_a_mobile_of_persons_of_two_entities_fails_for_both_even_for_one_person() -> None:
    book = portfolio(
        filing_with_people(1),
        filing_with_people(
            2, leader_name="甲示例1", leader_id_number=id_number(1), leader_mobile="138 0000 1001"
        ),
    )
    judged = judge(CHECK["PER506"], book)
    second = "京ICP备2020000002号/leader"
    assert judged.failed == {LEADER, second}
    assert second in judged.message(LEADER)
    assert judged.findings[LEADER].severity is Severity.MEDIUM
    assert columns_of(judged, LEADER) == {"I2", "I3"}


def test_two_people_of_one_role_under_one_entity_must_not_share_a_mobile() -> None:
    book = portfolio(
        filing_with_people(),
        filing_with_people(index=2, administrator_name="丙示例", administrator_id_number=id_number(77)),
    )
    assert judge(CHECK["PER506"], book).failed == {ADMIN, "京ICP备2020000001号-2/administrator"}


def test_leader_and_administrator_who_share_are_left_to_the_next_check() -> None:
    book = portfolio(filing_with_people(administrator_mobile=mobile(1001)))
    assert judge(CHECK["PER506"], book).failed == set()
    assert judge(CHECK["PER507"], book).failed == {LEADER, ADMIN}


def test_an_emergency_phone_may_be_a_colleagues_mobile() -> None:
    assert (
        judge(
            CHECK["PER506"],
            portfolio(filing_with_people(1), filing_with_people(2, leader_emergency_phone=mobile(1001))),
        ).failed
        == set()
    )


def test_a_shared_mobile_of_nameless_people_stays_open() -> None:
    nameless = {"administrator_name": None, "administrator_id_number": None}
    book = portfolio(filing_with_people(), filing_with_people(index=2, **nameless))
    assert judge(CHECK["PER506"], book).unknown == {
        ADMIN: Reason.MISSING_VALUE,
        "京ICP备2020000001号-2/administrator": Reason.MISSING_VALUE,
    }


def test_words_in_the_mobile_column_are_nobodys_shared_number() -> None:
    book = portfolio(filing_with_people(1, leader_mobile="待定"), filing_with_people(2, leader_mobile="待定"))
    assert judge(CHECK["PER506"], book).unknown == {
        LEADER: Reason.UNPARSED,
        "京ICP备2020000002号/leader": Reason.UNPARSED,
    }
    assert leader("PER506", leader_mobile=None).unknown == {LEADER: Reason.MISSING_VALUE}


def test_a_phone_of_very_many_entities_is_told_in_few_words_and_little_time() -> None:
    book = portfolio(*(filing_with_people(n, leader_mobile=mobile(9)) for n in range(1, 400)))
    judged = judge(CHECK["PER506"], book)
    assert judged.tally.failed == 399
    assert len(judged.message(LEADER)) < 300


# PER507


def test_one_person_in_both_roles_is_no_matter_of_shared_contacts() -> None:
    both = {
        "administrator_name": "甲示例1",
        "administrator_id_number": id_number(1),
        "administrator_mobile": mobile(1001),
    }
    assert leader("PER507", **both).counts == (0, 0, 0, 2)


def test_an_entity_with_one_role_only_has_nobody_to_share_with() -> None:
    alone = {code: ... for code in filing_with_people() if code.startswith("administrator_")}
    assert leader("PER507", **alone).counts == (0, 0, 0, 1)


@pytest.mark.parametrize(
    ("values", "cells"),
    [
        ({"administrator_mobile": mobile(1001)}, {"I2", "N2"}),
        ({"administrator_emergency_phone": mobile(2001)}, {"J2", "O2"}),
        ({"administrator_emergency_phone": mobile(1001)}, {"I2", "O2"}),
        ({"administrator_email": "LEADER1@example.cn"}, {"K2", "P2"}),
    ],
)
def test_two_people_who_share_a_phone_or_an_address_fail_both(
    values: dict[str, object], cells: set[str]
) -> None:
    judged = leader("PER507", **values)
    assert judged.failed == {LEADER, ADMIN}
    assert columns_of(judged, LEADER) == columns_of(judged, ADMIN) == cells
    assert ADMIN in judged.message(LEADER)
    assert judged.findings[LEADER].severity is Severity.MEDIUM


def test_people_of_whom_only_the_contact_is_known_may_be_one() -> None:
    judged = leader(
        "PER507", administrator_name=None, administrator_id_number=None, administrator_mobile=mobile(1001)
    )
    assert judged.unknown == {LEADER: Reason.MISSING_VALUE, ADMIN: Reason.MISSING_VALUE}


def test_a_blank_contact_of_two_people_is_unknown() -> None:
    assert leader("PER507", administrator_email=None).unknown == {
        LEADER: Reason.MISSING_VALUE,
        ADMIN: Reason.MISSING_VALUE,
    }


# PER508


def test_the_legal_representative_as_leader_passes_and_administrators_are_not_asked() -> None:
    assert judge(CHECK["PER508"], portfolio(filing_with_people(province="冀"))).counts == (1, 0, 0, 1)


def test_another_leader_fails_where_the_province_asks_for_it() -> None:
    judged = judge(
        CHECK["PER508"], portfolio(filing_with_people(province="冀", legal_representative="丁示例"))
    )
    target = "冀ICP备2020000001号/leader"
    assert judged.failed == {target}
    assert judged.findings[target].severity is Severity.LOW
    assert (judged.findings[target].expected, judged.findings[target].observed) == ("丁示例", "甲示例1")
    assert columns_of(judged, target) == {"E2", "G2"}


@pytest.mark.parametrize("province", ["吉", "皖", "辽"])
def test_where_a_letter_will_do_or_anybody_may_lead_nothing_is_said(province: str) -> None:
    judged = judge(
        CHECK["PER508"], portfolio(filing_with_people(province=province, legal_representative="丁示例"))
    )
    assert judged.counts == (0, 0, 0, 2)


def test_where_sources_disagree_the_province_never_fails_anybody() -> None:
    judged = leader("PER508", legal_representative="丁示例")
    assert judged.unknown == {LEADER: Reason.NO_RULE_DATA}
    assert leader("PER508").counts == (1, 0, 0, 1)


def test_a_missing_representative_and_a_name_in_other_letters_are_unknown() -> None:
    assert leader("PER508", legal_representative=None).unknown == {LEADER: Reason.MISSING_VALUE}
    foreign = judge(
        CHECK["PER508"], portfolio(filing_with_people(province="冀", legal_representative="John Sample"))
    )
    assert foreign.unknown == {"冀ICP备2020000001号/leader": Reason.TRANSLITERATED}


def test_individuals_lead_themselves() -> None:
    judged = judge(
        CHECK["PER508"],
        portfolio(filing_with_people(province="冀", entity_kind="个人", legal_representative="丁示例")),
    )
    assert judged.counts == (0, 0, 0, 2)


# PER509


def test_the_same_name_with_the_same_number_anywhere_is_no_fault() -> None:
    book = portfolio(
        filing_with_people(1), filing_with_people(2, leader_name="甲 示例1", leader_id_number=id_number(1))
    )
    assert judge(CHECK["PER509"], book).failed == set()


def test_one_number_with_two_names_fails_for_all_it_stands_with() -> None:
    book = portfolio(filing_with_people(1), filing_with_people(2, administrator_id_number=id_number(1)))
    judged = judge(CHECK["PER509"], book)
    other = "京ICP备2020000002号-1/administrator"
    assert judged.failed == {LEADER, other}
    assert judged.findings[LEADER].severity is Severity.HIGH
    assert "乙示例2" in judged.message(LEADER)
    assert columns_of(judged, LEADER) == {"G2", "H2", "L3", "M3"}
    assert id_number(1) not in judged.message(LEADER)


def test_one_name_in_one_role_with_two_numbers_fails_under_one_entity_only() -> None:
    one_entity = portfolio(filing_with_people(1), filing_with_people(1, 2, leader_id_number=id_number(88)))
    assert judge(CHECK["PER509"], one_entity).failed == {LEADER}
    namesakes = portfolio(filing_with_people(1), filing_with_people(2, leader_name="甲示例1"))
    assert judge(CHECK["PER509"], namesakes).failed == set()


def test_administrators_of_two_services_are_one_role_of_the_entity() -> None:
    book = portfolio(filing_with_people(1), filing_with_people(1, 2, administrator_id_number=id_number(88)))
    assert judge(CHECK["PER509"], book).failed == {ADMIN, "京ICP备2020000001号-2/administrator"}


def test_a_name_in_pinyin_under_the_same_number_stays_open() -> None:
    book = portfolio(
        filing_with_people(1, leader_name="张伟"),
        filing_with_people(2, leader_name="Zhang Wei", leader_id_number=id_number(1)),
    )
    assert set(judge(CHECK["PER509"], book).unknown.values()) == {Reason.TRANSLITERATED}


def test_without_a_number_there_is_nothing_to_hold_together() -> None:
    assert leader("PER509", leader_id_number=None).unknown == {LEADER: Reason.MISSING_VALUE}


# PER510


def test_only_where_a_local_number_is_asked_for_somebody_must_look() -> None:
    judged = judge(CHECK["PER510"], portfolio(filing_with_people(province="桂")))
    assert set(judged.unknown.values()) == {Reason.NO_RULE_DATA}
    assert "广西" in judged.message("桂ICP备2020000001号/leader")
    assert judge(CHECK["PER510"], portfolio(filing_with_people(province="鲁"))).counts == (0, 0, 0, 2)
    assert judge(CHECK["PER510"], portfolio(filing_with_people())).counts == (0, 0, 0, 2)


def test_a_rule_for_individuals_does_not_bind_companies() -> None:
    assert judge(CHECK["PER510"], portfolio(filing_with_people(province="陇"))).counts == (0, 0, 0, 2)
    individual = judge(CHECK["PER510"], portfolio(filing_with_people(province="陇", entity_kind="个人")))
    assert set(individual.unknown.values()) == {Reason.NO_RULE_DATA}
    blank = judge(CHECK["PER510"], portfolio(filing_with_people(province="桂", leader_mobile=None)))
    assert blank.unknown["桂ICP备2020000001号/leader"] is Reason.MISSING_VALUE


def test_persons_of_a_sheet_of_their_own_are_judged_by_its_columns() -> None:
    filing = {
        code: value
        for code, value in filing_with_people().items()
        if not code.startswith(("leader_", "administrator_"))
    }
    person = {
        "entity_number": service_number(1, 0),
        "person_name": "甲示例1",
        "role": "主体负责人",
        "person_id_number": id_number(1)[:-1],
        "person_mobile": mobile(1),
        "person_emergency_phone": None,
    }
    book = portfolio_of({"台账": (SheetRole.FILINGS, [filing]), "负责人": (SheetRole.PERSONS, [person])})
    judged = judge(CHECK["PER501"], book)
    assert judged.failed == {LEADER}
    assert judged.findings[LEADER].cells[0].sheet == "负责人"
    assert judge(CHECK["PER504"], book).failed == {LEADER}
    assert judge(CHECK["PER503"], book).tally.passed == 1


@pytest.mark.parametrize("check", sorted(CHECK))
def test_the_order_of_rows_changes_nothing(check: str) -> None:
    rows = [
        filing_with_people(1),
        filing_with_people(2, leader_mobile=mobile(1001)),
        filing_with_people(1, 2, leader_id_number="123"),
        filing_with_people(3, administrator_mobile=mobile(1003)),
    ]
    forward, backward = judge(CHECK[check], portfolio(*rows)), judge(CHECK[check], portfolio(*reversed(rows)))
    assert forward.counts == backward.counts
    assert {key: one.fingerprint for key, one in forward.findings.items()} == {
        key: one.fingerprint for key, one in backward.findings.items()
    }
    assert all(one.verdict in (Verdict.FAIL, Verdict.UNKNOWN) for one in forward.findings.values())
