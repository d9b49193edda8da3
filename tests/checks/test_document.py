"""DOC: documents and their terms, where the checks stay silent, where they fail and where they cannot tell."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from auditor.checks.check import Check
from auditor.checks.document import CHECKS
from auditor.model.policy import Policy, scan_key
from auditor.model.portfolio import Portfolio
from auditor.model.text import Text
from auditor.model.verdict import Reason, Severity
from auditor.model.words import SheetRole
from tests.builders import PATH, id_number, portfolio, portfolio_of, service_number
from tests.judging import AS_OF, Judged, judge

CHECK: dict[str, Check] = {one.id: one for one in CHECKS}
ENTITY = "京ICP备2020000001号"
LEADER = f"{ENTITY}/leader"
ADMIN = f"{ENTITY}-1/administrator"
PAPER = "证照!2"


def filing(**values: object) -> dict[str, object]:
    """A filing with a legal representative who leads and another person who administers."""
    plain: dict[str, object] = {
        "entity_number": service_number(1, 0),
        "service_number": service_number(1, 1),
        "entity_name": "示例科技有限公司",
        "entity_kind": "企业",
        "legal_representative": "甲示例",
        "domain": "example.cn",
        "leader_name": "甲示例",
        "leader_id_number": id_number(1, date(1985, 5, 17)),
        "administrator_name": "乙示例",
        "administrator_id_number": id_number(2, date(1990, 1, 2)),
    }
    return {code: value for code, value in {**plain, **values}.items() if value is not ...}


def paper(
    title: str, holder: str | None = "乙示例", end: object = date(2035, 1, 1), **values: object
) -> dict[str, object]:
    return {
        "entity_number": service_number(1, 0),
        "document_type": title,
        "document_holder": holder,
        "document_expiry": end,
        **values,
    }


def book(*papers: dict[str, object], **values: object) -> Portfolio:
    return portfolio_of(
        {"台账": (SheetRole.FILINGS, [filing(**values)]), "证照": (SheetRole.DOCUMENTS, papers)}
    )


def judged(check: str, *papers: dict[str, object], **values: object) -> Judged:
    return judge(CHECK[check], book(*papers, **values))


def columns_of(one: Judged, target: str) -> set[str]:
    return {cell.cell for cell in one.findings[target].cells}


def after(days: int) -> date:
    return AS_OF + timedelta(days=days)


NEEDED = (
    paper("营业执照", "示例科技有限公司", "长期"),
    paper("主体负责人身份证", "甲示例"),
    paper("网站负责人身份证"),
    paper("域名实名认证截图", "示例科技有限公司", None),
    paper("应急电话缴费凭证", None, None, document_start=after(-10)),
)


def test_the_family_is_whole_and_in_order() -> None:
    assert [one.id for one in CHECKS] == [f"DOC{n}" for n in range(601, 611)]


# DOC601


@pytest.mark.parametrize("end", [AS_OF, after(1), "长期", "2016.05.01-2036.05.01"])
def test_the_last_day_of_a_term_is_still_valid(end: object) -> None:
    assert judged("DOC601", paper("网站负责人身份证", end=end)).counts == (1, 0, 0, 0)


def test_a_document_that_ran_out_yesterday_fails() -> None:
    one = judged("DOC601", paper("网站负责人身份证", end=after(-1)))
    assert one.failed == {PAPER}
    assert one.findings[PAPER].severity is Severity.CRITICAL
    assert one.findings[PAPER].observed == after(-1)
    assert columns_of(one, PAPER) == {"D2"}
    assert "网站负责人身份证" in one.message(PAPER)
    assert "1 days ago" in one.message(PAPER, "en")


def test_a_blank_and_an_unreadable_term_are_unknown() -> None:
    assert judged("DOC601", paper("营业执照", end=None)).unknown == {PAPER: Reason.MISSING_VALUE}
    assert judged("DOC601", paper("营业执照", end="看附件")).unknown == {PAPER: Reason.UNPARSED}
    assert judged("DOC601", paper("不认识的东西", end=None)).unknown == {PAPER: Reason.MISSING_VALUE}


@pytest.mark.parametrize("title", ["手持身份证半身照", "域名实名认证截图", "应急电话缴费凭证", "更名函"])
def test_what_does_not_run_out_is_not_asked_for_a_term(title: str) -> None:
    for check in ("DOC601", "DOC602", "DOC603"):
        assert judged(check, paper(title, end=None)).counts == (0, 0, 0, 1)


def test_a_receipts_date_is_no_day_of_expiry() -> None:
    assert judged("DOC601", paper("应急电话缴费凭证", end=after(-30))).counts == (0, 0, 0, 1)


def test_a_validity_beside_its_subject_is_a_document_too() -> None:
    one = judge(
        CHECK["DOC601"], portfolio(filing(leader_id_expiry=after(-5), entity_certificate_expiry="长期"))
    )
    assert one.counts == (1, 1, 0, 0)
    assert columns_of(one, "台账!2") == {"K2"}


# DOC602


@pytest.mark.parametrize(
    ("days", "severity"),
    [(90, Severity.MEDIUM), (46, Severity.MEDIUM), (45, Severity.HIGH), (0, Severity.HIGH)],
)
def test_a_document_that_runs_out_within_the_window_fails_by_how_near_it_is(
    days: int, severity: Severity
) -> None:
    one = judged("DOC602", paper("营业执照", "示例科技有限公司", after(days)))
    assert one.failed == {PAPER}
    finding = one.findings[PAPER]
    assert (finding.severity, finding.due) == (severity, after(days))
    assert finding.start_by is not None
    assert finding.start_by < after(days)
    assert str(days) in one.message(PAPER)


def test_beyond_the_window_and_without_end_nothing_is_said_and_the_expired_is_not_told_twice() -> None:
    assert judged("DOC602", paper("营业执照", end=after(91)), paper("营业执照", end="长期")).counts == (
        2,
        0,
        0,
        0,
    )
    assert judged("DOC602", paper("营业执照", end=after(-1))).counts == (0, 0, 0, 1)
    assert (
        judge(CHECK["DOC602"], book(paper("营业执照", end=after(60))), document_days=(30, 10)).failed == set()
    )


def test_an_unknown_term_stays_unknown_for_the_window_and_the_change() -> None:
    for check in ("DOC602", "DOC603"):
        assert judged(check, paper("营业执照", end=None)).unknown == {PAPER: Reason.MISSING_VALUE}
        assert judged(check, paper("营业执照", end="见原件")).unknown == {PAPER: Reason.UNPARSED}


# DOC603


def test_a_document_that_outlasts_thirty_three_working_days_passes() -> None:
    day = judge(CHECK["DOC603"], book(paper("营业执照", end=after(20)))).findings[PAPER].expected
    assert isinstance(day, date)
    assert judged("DOC603", paper("营业执照", end=day), paper("营业执照", end="长期")).counts == (2, 0, 0, 0)
    short = judged("DOC603", paper("营业执照", end=day - timedelta(days=1)))
    assert short.failed == {PAPER}
    assert short.findings[PAPER].severity is Severity.HIGH
    assert "估算" in short.message(PAPER)
    assert "estimated" in short.message(PAPER, "en")


def test_an_official_calendar_is_not_called_an_estimate() -> None:
    one = judge(CHECK["DOC603"], book(paper("营业执照", end=date(2026, 9, 20))), as_of=date(2026, 9, 1))
    assert one.findings[PAPER].expected == date(2026, 10, 22)
    assert "估算" not in one.message(PAPER)


def test_papers_that_no_change_is_submitted_with_and_expired_ones_are_not_asked() -> None:
    assert judged("DOC603", paper("域名证书", end=after(10)), paper("营业执照", end=after(-1))).counts == (
        0,
        0,
        0,
        2,
    )


# DOC604


def test_a_company_with_all_its_papers_lacks_nothing() -> None:
    assert judged("DOC604", *NEEDED).counts == (1, 0, 0, 0)


def test_every_missing_paper_is_named_in_one_finding() -> None:
    one = judged("DOC604", NEEDED[0], NEEDED[1])
    assert one.failed == {ENTITY}
    assert one.findings[ENTITY].severity is Severity.MEDIUM
    message = one.message(ENTITY)
    assert all(word in message for word in ("网站负责人身份证", "域名实名认证截图", "应急电话缴费凭证"))
    assert "营业执照" not in message


def test_one_card_serves_one_person_in_both_roles() -> None:
    both = {"administrator_name": "甲示例", "administrator_id_number": id_number(1, date(1985, 5, 17))}
    assert judged("DOC604", *(NEEDED[n] for n in (0, 1, 3, 4)), **both).failed == set()
    assert judged("DOC604", *(NEEDED[n] for n in (0, 1, 3, 4))).failed == {ENTITY}


def test_validity_columns_count_as_a_listing_of_their_papers() -> None:
    columns = {
        "leader_id_expiry": "2036-01-01",
        "administrator_id_expiry": "2036-01-01",
        "entity_certificate_expiry": "长期",
    }
    assert judged("DOC604", NEEDED[3], NEEDED[4], **columns).failed == set()


def test_an_individual_needs_a_card_a_photo_and_the_common_papers() -> None:
    person = {"entity_kind": "个人", "entity_name": "甲示例", "administrator_name": "甲示例"}
    papers = (paper("居民身份证", "甲示例"), paper("手持身份证半身照", "甲示例", None), NEEDED[3], NEEDED[4])
    assert judged("DOC604", *papers, **person).failed == set()
    one = judged("DOC604", papers[0], papers[2], papers[3], **person)
    assert "手持身份证半身照" in one.message(ENTITY)


def test_a_book_without_a_list_of_documents_lacks_none() -> None:
    assert judge(CHECK["DOC604"], portfolio(filing())).unknown == {ENTITY: Reason.MISSING_VALUE}
    assert judged("DOC604", *NEEDED, entity_kind=None).unknown == {ENTITY: Reason.MISSING_VALUE}


# DOC605


def test_the_legal_representative_needs_no_letter_and_a_valid_letter_covers_the_other() -> None:
    assert judged("DOC605", paper("授权委托书", "乙示例", after(100))).counts == (1, 0, 0, 1)
    assert judged("DOC605", paper("网站负责人授权书", "乙示例", "长期")).counts == (1, 0, 0, 1)


@pytest.mark.parametrize("papers", [(), (NEEDED[0],), (paper("授权委托书", "丙示例", after(100)),)])
def test_without_a_letter_for_the_person_it_fails(papers: tuple[dict[str, object], ...]) -> None:
    one = judged("DOC605", *(papers or (paper("营业执照"),)))
    assert one.failed == {ADMIN}
    assert one.findings[ADMIN].severity is Severity.HIGH
    assert (one.findings[ADMIN].expected, one.findings[ADMIN].observed) == ("甲示例", "乙示例")
    assert "乙示例" in one.message(ADMIN)


def test_a_letter_that_ran_out_covers_nobody() -> None:
    one = judged("DOC605", paper("授权委托书", "乙示例", after(-1)))
    assert one.failed == {ADMIN}
    assert "2026-11-22" in one.message(ADMIN)
    assert {cell.sheet for cell in one.findings[ADMIN].cells} == {"台账", "证照"}
    renewed = judged(
        "DOC605", paper("授权委托书", "乙示例", after(-1)), paper("授权委托书", "乙示例", after(300))
    )
    assert renewed.failed == set()


def test_a_letter_without_a_date_stays_open() -> None:
    assert judged("DOC605", paper("授权委托书", "乙示例", None)).unknown == {ADMIN: Reason.MISSING_VALUE}
    assert judged("DOC605", paper("授权委托书", "乙示例", "见附件")).unknown == {ADMIN: Reason.UNPARSED}


def test_a_letter_that_names_nobody_covers_the_only_person_who_needs_one() -> None:
    assert judged("DOC605", paper("授权委托书", None, after(100))).counts == (1, 0, 0, 1)
    assert judged("DOC605", paper("授权委托书", "示例科技有限公司", after(100))).counts == (1, 0, 0, 1)
    assert judged("DOC605", paper("授权委托书", "甲示例", after(100))).counts == (1, 0, 0, 1)
    two = judged("DOC605", paper("授权委托书", None, after(100)), legal_representative="丁示例")
    assert two.unknown == {LEADER: Reason.MISSING_VALUE, ADMIN: Reason.MISSING_VALUE}


def test_each_of_very_many_administrators_needs_a_letter_of_their_own() -> None:
    people = [
        filing(
            service_number=service_number(1, n),
            domain=f"example{n}.cn",
            administrator_name=f"丙示{chr(0x4E00 + n)}",
        )
        | {"administrator_id_number": id_number(n)}
        for n in range(1, 200)
    ]
    letters = [paper("网站负责人授权书", f"丙示{chr(0x4E00 + n)}", after(100)) for n in range(1, 199)]
    whole = portfolio_of({"台账": (SheetRole.FILINGS, people), "证照": (SheetRole.DOCUMENTS, letters)})
    assert judge(CHECK["DOC605"], whole).failed == {f"{ENTITY}-199/administrator"}


def test_columns_beside_the_person_speak_of_letters_too() -> None:
    def flat(**values: object) -> Judged:
        return judge(CHECK["DOC605"], portfolio(filing(**values)))

    assert flat(administrator_authorisation_letter_expiry=after(30)).counts == (1, 0, 0, 1)
    assert flat(administrator_authorisation_letter_expiry=after(-30)).failed == {ADMIN}
    assert flat(administrator_authorisation_letter="有").unknown == {ADMIN: Reason.MISSING_VALUE}
    assert flat(administrator_authorisation_letter="未提供").failed == {ADMIN}
    assert flat(administrator_authorisation_letter=None).failed == {ADMIN}
    assert flat().unknown == {ADMIN: Reason.MISSING_VALUE}


def test_individuals_sign_for_themselves_and_a_missing_representative_is_unknown() -> None:
    assert judged("DOC605", *NEEDED, entity_kind="个人").counts == (0, 0, 0, 2)
    assert set(judged("DOC605", *NEEDED, legal_representative=None).unknown.values()) == {
        Reason.MISSING_VALUE
    }
    foreign = judged("DOC605", *NEEDED, administrator_name="Yi Shili")
    assert foreign.unknown == {ADMIN: Reason.TRANSLITERATED}


# DOC606


def card(born: date, start: object, end: object, **values: object) -> dict[str, object]:
    return paper(
        "网站负责人身份证", document_number=id_number(9, born), document_start=start, end=end, **values
    )


@pytest.mark.parametrize(
    ("born", "start", "end"),
    [
        (date(2010, 3, 1), date(2024, 5, 6), date(2029, 5, 6)),
        (date(2000, 3, 1), date(2016, 3, 1), date(2026, 3, 1)),
        (date(1990, 3, 1), date(2015, 6, 30), date(2025, 6, 30)),
        (date(1990, 3, 1), date(2016, 3, 1), date(2036, 3, 1)),
        (date(1990, 3, 1), date(2020, 2, 29), date(2040, 2, 28)),
        (date(1970, 3, 1), date(2016, 3, 2), "长期"),
        (date(1990, 3, 1), date(2020, 6, 30), date(2040, 6, 29)),
        (date(1970, 3, 1), date(2016, 2, 29), "长期"),
        (date(1990, 3, 1), None, "2020.06.30-2040.06.30"),
    ],
)
def test_the_four_terms_fit_their_ages_to_the_day(born: date, start: object, end: object) -> None:
    assert judged("DOC606", card(born, start, end)).counts == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("born", "start", "end", "needed"),
    [
        (date(1990, 3, 1), date(2020, 6, 30), date(2030, 6, 30), "20 年"),
        (date(1990, 3, 1), date(2020, 6, 30), "长期", "20 年"),
        (date(1970, 3, 1), date(2020, 6, 30), date(2040, 6, 30), "长期"),
        (date(2000, 3, 1), date(2020, 6, 30), date(2040, 6, 30), "10 年"),
        (date(2010, 3, 1), date(2020, 6, 30), date(2030, 6, 30), "5 年"),
        (date(1990, 3, 1), date(2020, 6, 30), date(2040, 7, 3), "20 年"),
    ],
)
def test_a_term_of_another_age_fails(born: date, start: date, end: object, needed: str) -> None:
    one = judged("DOC606", card(born, start, end))
    assert one.failed == {PAPER}
    expected = one.findings[PAPER].expected
    assert isinstance(expected, Text)
    assert expected.zh == needed
    assert columns_of(one, PAPER) == {"D2", "F2"}
    assert one.findings[PAPER].severity is Severity.MEDIUM


def test_the_number_may_stand_with_the_person() -> None:
    one = judged("DOC606", paper("网站负责人身份证", document_start=date(2020, 6, 30), end=date(2030, 6, 30)))
    assert one.failed == {PAPER}


def test_a_missing_start_is_unknown_only_where_the_book_gives_starts() -> None:
    assert judged("DOC606", card(date(1990, 3, 1), None, date(2040, 1, 1))).unknown == {
        PAPER: Reason.MISSING_VALUE
    }
    assert judged("DOC606", paper("网站负责人身份证")).counts == (0, 0, 0, 1)
    assert judged("DOC606", card(date(1990, 3, 1), "待补", date(2040, 1, 1))).unknown == {
        PAPER: Reason.UNPARSED
    }


def test_a_wrong_number_and_no_term_are_unknown() -> None:
    wrong = card(date(1990, 3, 1), date(2020, 6, 30), date(2030, 6, 30)) | {
        "document_number": "990000199003010000"
    }
    assert judged("DOC606", wrong).unknown == {PAPER: Reason.UNPARSED}
    rounded = card(date(1990, 3, 1), date(2020, 6, 30), date(2030, 6, 30)) | {
        "document_number": 110101199003010000.0
    }
    assert judged("DOC606", rounded).unknown == {PAPER: Reason.UNPARSED}
    assert judged("DOC606", card(date(1990, 3, 1), date(2020, 6, 30), None)).unknown == {
        PAPER: Reason.MISSING_VALUE
    }
    nobody = paper("身份证", "戊示例", document_start=date(2020, 6, 30))
    assert judged("DOC606", nobody).unknown == {PAPER: Reason.MISSING_VALUE}


def test_passports_licences_and_temporary_cards_have_other_terms() -> None:
    papers = [paper(title, document_start=date(2020, 1, 1)) for title in ("护照", "营业执照", "临时身份证")]
    assert judged("DOC606", *papers).counts == (0, 0, 0, 3)


# DOC607


def test_the_holders_on_record_pass_however_written() -> None:
    papers = (
        paper("营业执照", "示例 科技有限公司"),
        paper("主体负责人身份证", "甲示例"),
        paper("网站负责人身份证", "乙示例"),
        paper("授权委托书", "示例科技有限公司"),
        paper("法人身份证", "甲示例"),
    )
    assert judged("DOC607", *papers).counts == (5, 0, 0, 0)


@pytest.mark.parametrize(
    ("title", "holder"),
    [
        ("营业执照", "别家示例有限公司"),
        ("网站负责人身份证", "丙示例"),
        ("主体负责人身份证", "乙示例"),
        ("网站负责人身份证", "甲示例"),
        ("法人身份证", "乙示例"),
        ("授权委托书", "丙示例"),
    ],
)
def test_another_holder_fails(title: str, holder: str) -> None:
    one = judged("DOC607", paper(title, holder))
    assert one.failed == {PAPER}
    assert one.findings[PAPER].severity is Severity.HIGH
    assert one.findings[PAPER].observed == holder
    assert columns_of(one, PAPER) == {"C2"}
    assert holder in one.message(PAPER, "en")


def test_an_unclear_name_and_a_missing_holder_are_unknown() -> None:
    assert judged("DOC607", paper("营业执照", "示例科技股份有限公司")).unknown == {PAPER: Reason.VARIANT}
    assert judged("DOC607", paper("网站负责人身份证", "Yi Shili")).unknown == {PAPER: Reason.TRANSLITERATED}
    assert judged("DOC607", paper("营业执照", None)).unknown == {PAPER: Reason.MISSING_VALUE}


def test_a_paper_of_no_known_entity_cannot_be_held_against_anybody() -> None:
    stray = paper("营业执照", "无名示例有限公司") | {"entity_number": None}
    assert judged("DOC607", stray).unknown == {PAPER: Reason.MISSING_VALUE}


def test_receipts_may_bear_any_name_and_an_alias_is_the_same_owner() -> None:
    assert judged(
        "DOC607", paper("应急电话缴费凭证", "丙示例"), paper("域名实名认证截图", "丙示例")
    ).counts == (0, 0, 0, 2)
    policy = Policy(AS_OF, aliases={"示例科技有限公司": ("示例网络有限公司",)})
    assert judge(CHECK["DOC607"], book(paper("营业执照", "示例网络有限公司")), policy=policy).failed == set()


# DOC608


def test_a_receipt_of_ninety_days_is_recent_and_one_of_ninety_one_is_not() -> None:
    assert judged("DOC608", paper("应急电话缴费凭证", end=None, document_start=after(-90))).counts == (
        1,
        0,
        0,
        0,
    )
    one = judged("DOC608", paper("话费发票", end=None, document_start=after(-91)))
    assert one.failed == {PAPER}
    assert one.findings[PAPER].severity is Severity.LOW
    assert columns_of(one, PAPER) == {"D2", "E2"}
    assert (
        judge(
            CHECK["DOC608"], book(paper("话费发票", end=None, document_start=after(-91))), receipt_days=120
        ).failed
        == set()
    )


def test_a_receipts_only_date_counts_whatever_its_column() -> None:
    assert judged("DOC608", paper("应急电话缴费凭证", end=after(-200))).failed == {PAPER}


def test_a_receipt_without_a_readable_date_is_unknown_and_other_papers_are_no_receipts() -> None:
    assert judged("DOC608", paper("应急电话缴费凭证", end=None)).unknown == {PAPER: Reason.MISSING_VALUE}
    assert judged("DOC608", paper("应急电话缴费凭证", end="上月")).unknown == {PAPER: Reason.UNPARSED}
    assert judged("DOC608", paper("营业执照")).counts == (0, 0, 0, 1)


# DOC609


@pytest.mark.parametrize(
    ("state", "failed", "word"),
    [
        ("ok", False, ""),
        ("missing", True, "不存在"),
        ("unreadable", True, "无法打开"),
        ("empty", True, "空文件"),
        ("outside", True, "之内"),
    ],
)
def test_the_state_of_a_scan_decides(state: str, failed: bool, word: str) -> None:
    policy = Policy(AS_OF, scans={scan_key(PATH, "扫描件/1.jpg"): state})
    one = judge(CHECK["DOC609"], book(paper("营业执照", document_file="扫描件/1.jpg")), policy=policy)
    assert one.failed == ({PAPER} if failed else set())
    if failed:
        assert word in one.message(PAPER)
        assert columns_of(one, PAPER) == {"E2"}
        assert one.findings[PAPER].severity is Severity.LOW


def test_a_scan_that_was_not_looked_at_is_unknown_and_a_row_without_one_is_not_asked() -> None:
    assert judged("DOC609", paper("营业执照", document_file="1.jpg")).unknown == {PAPER: Reason.NO_EVIDENCE}
    assert judged("DOC609", paper("营业执照")).counts == (0, 0, 0, 1)


# DOC610


def test_a_regular_card_passes_and_a_residence_permit_is_no_card() -> None:
    assert judged("DOC610", paper("网站负责人身份证"), paper("临时居住证")).counts == (1, 0, 0, 1)


@pytest.mark.parametrize("title", ["临时身份证", "网站负责人临时居民身份证"])
def test_a_temporary_card_fails(title: str) -> None:
    one = judged("DOC610", paper(title))
    assert one.failed == {PAPER}
    assert one.findings[PAPER].severity is Severity.HIGH
    assert columns_of(one, PAPER) == {"B2"}


def test_a_temporary_card_by_the_persons_type_of_certificate_fails() -> None:
    one = judge(
        CHECK["DOC610"], portfolio(filing(leader_id_type="临时居民身份证", leader_id_expiry=after(60)))
    )
    assert one.failed == {"台账!2"}
    assert columns_of(one, "台账!2") == {"K2"}


@pytest.mark.parametrize("check", sorted(CHECK))
def test_the_order_of_rows_changes_nothing(check: str) -> None:
    papers = [
        *NEEDED[:3],
        paper("临时身份证", "乙示例", after(-3)),
        paper("授权委托书", "丙示例", after(20)),
        paper("话费发票", end=after(-300)),
    ]
    forward, backward = judged(check, *papers), judged(check, *reversed(papers))
    assert forward.counts == backward.counts
    assert {one.fingerprint for one in forward.findings.values()} == {
        one.fingerprint for one in backward.findings.values()
    }
