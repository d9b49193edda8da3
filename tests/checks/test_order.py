"""CHG: orders planned and under way, judged from the book, the registrant and the kept DNS answers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from auditor.checks.order import CHECKS
from auditor.model.evidence import (
    DomainEvidence,
    Evidence,
    HostAnswer,
    RealName,
    RealNameState,
    Stated,
    Unavailable,
)
from auditor.model.portfolio import Portfolio
from auditor.model.verdict import Reason, Severity
from auditor.model.words import SheetRole
from tests.builders import RowDict, credit_code, entity_number, portfolio_of, service_number
from tests.judging import Judged, evidence_for, judge, registrants, seen

BY_ID = {check.id: check for check in CHECKS}
OWNER = "示例科技有限公司"
FILED: list[RowDict] = [
    {"domain": "a-shili.cn", "service_number": service_number(1, 1)},
    {"domain": "b-shili.cn", "service_number": service_number(1, 1)},
    {"domain": "c-shili.cn", "service_number": service_number(1, 2)},
]
OF_ENTITY: RowDict = {
    "entity_number": entity_number(1),
    "entity_name": OWNER,
    "entity_kind": "企业",
    "entity_certificate_number": credit_code(1),
    "entity_certificate_expiry": "长期",
    "legal_representative": "周示范",
    "leader_name": "周示范",
    "leader_id_expiry": "长期",
    "administrator_name": "吴试样",
    "administrator_id_expiry": "2036-05-01",
}
SERVICE: RowDict = {
    "order_number": "D1", "entity_number": entity_number(1), "order_kind": "变更网站", "order_stage": "初审",
    "order_submitted": "2026-11-20", "order_domains": "a-shili.cn、b-shili.cn",
}  # fmt: skip


def order(**fields: object) -> RowDict:
    return {**SERVICE, **fields}


def book(
    *orders: RowDict,
    documents: list[RowDict] | None = None,
    filed: list[RowDict] | None = None,
    **entity: object,
) -> Portfolio:
    rows = [{**OF_ENTITY, **entity, **row} for row in (FILED if filed is None else filed)]
    sheets: dict[str, tuple[SheetRole, list[RowDict]]] = {
        "台账": (SheetRole.FILINGS, rows),
        "变更订单": (SheetRole.ORDERS, list(orders)),
    }
    if documents is not None:
        sheets["证照"] = (
            SheetRole.DOCUMENTS,
            [{"entity_number": entity_number(1), **row} for row in documents],
        )
    return portfolio_of(sheets)


def run(check_id: str, made: Portfolio, *known: DomainEvidence, **more: Any) -> Judged:
    return judge(BY_ID[check_id], made, *known, **more)


def test_the_family_is_whole_and_in_order() -> None:
    assert [check.id for check in CHECKS] == [f"CHG70{number}" for number in range(1, 9)]


# CHG701


@pytest.mark.parametrize(
    ("fields", "as_of"),
    [
        # Friday to Tuesday is two working days; the limit's own day is not yet past.
        ({"order_submitted": "2026-11-20"}, date(2026, 11, 24)),
        ({"order_submitted": "2026-11-20 23:30"}, date(2026, 11, 24)),
        # National Day: 1 to 7 October are off, Saturday the 10th is worked.
        ({"order_submitted": "2026-09-30"}, date(2026, 10, 9)),
        ({"order_submitted": "2026-10-09"}, date(2026, 10, 12)),
        ({"order_submitted": "2026-12-01"}, date(2026, 11, 23)),
        ({"order_stage": "短信核验", "order_sms_sent": "2026-11-22 00:30"}, date(2026, 11, 23)),
        ({"order_stage": "短信核验", "order_sms_sent": "2026-11-22"}, date(2026, 11, 23)),
        ({"order_stage": "管局审核", "order_bureau_submitted": "2026-10-26"}, date(2026, 11, 23)),
        # The stage column lags behind the dates: the SMS is the stage that counts.
        (
            {"order_submitted": "2026-11-02", "order_first_review_done": "2026-11-21", "order_sms_sent": "2026-11-22 10:00"},
            date(2026, 11, 23),
        ),
    ],
)  # fmt: skip
def test_a_stage_within_its_limit_is_silent(fields: dict[str, object], as_of: date) -> None:
    assert run("CHG701", book(order(**fields)), as_of=as_of).counts == (1, 0, 0, 0)


def test_a_first_review_past_two_working_days_fails() -> None:
    made = run("CHG701", book(order(order_submitted="2026-11-18")))
    found = made.findings["D1"]
    assert made.failed == {"D1"}
    assert found.severity is Severity.HIGH
    assert found.expected == date(2026, 11, 20)
    assert [cell.cell for cell in found.cells] == ["D2", "E2"]
    assert "2026-11-20" in made.message("D1")
    assert "估算" not in made.message("D1")
    assert "First review" in made.message("D1", "en") or "first review" in made.message("D1", "en")


def test_an_sms_counts_hours_and_no_working_days() -> None:
    for sent in ("2026-11-21 09:00", "2026-11-21", "2026-11-21 23:59"):
        made = run("CHG701", book(order(order_stage="短信核验", order_sms_sent=sent)))
        assert made.failed == {"D1"}, sent


def test_a_day_without_its_time_decides_only_where_every_time_would() -> None:
    made = book(order(order_stage="短信核验", order_sms_sent="2026-11-21"))
    assert run("CHG701", made, sms_hours=36).unknown == {"D1": Reason.MISSING_VALUE}
    timed = book(order(order_stage="短信核验", order_sms_sent="2026-11-21 11:59"))
    assert run("CHG701", timed, sms_hours=36).failed == {"D1"}


def test_a_bureau_review_counts_from_the_sms_where_nothing_else_is_dated() -> None:
    made = run("CHG701", book(order(order_stage="管局审核", order_sms_done="2026-10-20 10:00")))
    assert made.failed == {"D1"}
    assert made.findings["D1"].expected == date(2026, 11, 17)


def test_a_limit_counted_over_a_year_without_a_schedule_is_marked_as_estimated() -> None:
    late = book(order(order_stage="管局审核", order_bureau_submitted="2026-12-10"))
    made = run("CHG701", late, as_of=date(2027, 3, 1))
    assert "估算" in made.message("D1")
    assert "estimated" in made.message("D1", "en")


def test_the_limits_are_the_policys() -> None:
    made = book(order(order_submitted="2026-11-18"))
    assert run("CHG701", made, first_review_working_days=5).counts == (1, 0, 0, 0)
    bureau = book(order(order_stage="管局审核", order_bureau_submitted="2026-11-16"))
    assert run("CHG701", bureau, bureau_working_days=4).failed == {"D1"}


@pytest.mark.parametrize("stage", ["待提交", "已办结", "已驳回", "已取消"])
def test_a_stage_without_a_limit_is_not_judged(stage: str) -> None:
    assert run("CHG701", book(order(order_stage=stage))).counts == (0, 0, 0, 1)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"order_submitted": None}, Reason.MISSING_VALUE),
        ({"order_submitted": "上周"}, Reason.UNPARSED),
        ({"order_stage": None}, Reason.MISSING_VALUE),
        ({"order_stage": "办理中"}, Reason.UNPARSED),
        ({"order_stage": "短信核验"}, Reason.MISSING_VALUE),
        ({"order_stage": "管局审核"}, Reason.MISSING_VALUE),
    ],
)
def test_a_stage_or_date_that_is_not_known_leaves_the_limit_open(
    fields: dict[str, object], reason: Reason
) -> None:
    assert run("CHG701", book(order(**fields))).unknown == {"D1": reason}


def test_rows_of_one_order_that_differ_on_the_stage_leave_it_open() -> None:
    made = run("CHG701", book(order(), order(order_stage="管局审核")))
    assert made.unknown == {"D1": Reason.UNPARSED}


# CHG702


def real_name(state: RealNameState = RealNameState.VERIFIED, number: str | None = None) -> RealName:
    return RealName(state, str(state), None, number, seen("registrar", "aliyun"))


def agreeing(domain: str, name: str = OWNER, **more: Any) -> DomainEvidence:
    return evidence_for(domain, **{"registrants": registrants(name), "real_name": real_name(), **more})


A, B = agreeing("a-shili.cn"), agreeing("b-shili.cn")


@pytest.mark.parametrize("stage", ["待提交", "初审", "管局审核", "已驳回"])
def test_domains_whose_data_agree_are_silent(stage: str) -> None:
    assert run("CHG702", book(order(order_stage=stage)), A, B).counts == (1, 0, 0, 0)


def test_an_accepted_related_party_and_the_certificate_of_the_entity_are_silent() -> None:
    other = agreeing("b-shili.cn", "周示范")
    mine = agreeing("a-shili.cn", real_name=real_name(number=credit_code(1)))
    assert run("CHG702", book(order()), mine, other).counts == (1, 0, 0, 0)


def test_a_strange_registrant_fails_a_planned_and_a_submitted_order() -> None:
    for stage in ("待提交", "管局审核"):
        made = run("CHG702", book(order(order_stage=stage)), A, agreeing("b-shili.cn", "别家贸易有限公司"))
        assert made.failed == {"D1"}
        assert made.findings["D1"].severity is Severity.HIGH
        assert "b-shili.cn" in made.message("D1")
        assert "别家贸易有限公司" in made.message("D1", "en")
        assert "a-shili.cn" not in made.message("D1")
        assert made.findings["D1"].evidence


def test_a_domain_that_is_not_verified_fails() -> None:
    bad = agreeing("b-shili.cn", real_name=real_name(RealNameState.NOT_VERIFIED))
    assert run("CHG702", book(order()), A, bad).failed == {"D1"}


def test_another_certificate_behind_the_real_name_record_fails() -> None:
    bad = agreeing("b-shili.cn", real_name=real_name(number=credit_code(9)))
    assert run("CHG702", book(order()), A, bad).failed == {"D1"}


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        (agreeing("b-shili.cn", "Shili Technology Co., Ltd."), Reason.TRANSLITERATED),
        (agreeing("b-shili.cn", registrants=Unavailable(Reason.WITHHELD)), Reason.WITHHELD),
        (agreeing("b-shili.cn", real_name=Unavailable(Reason.NO_EVIDENCE)), Reason.NO_EVIDENCE),
        (evidence_for("b-shili.cn"), Reason.NO_EVIDENCE),
    ],
)
def test_what_is_hidden_or_unclear_is_never_a_disagreement(known: DomainEvidence, reason: Reason) -> None:
    assert run("CHG702", book(order()), A, known).unknown == {"D1": reason}


def test_an_order_that_renames_the_entity_may_come_after_the_transfer() -> None:
    kind = {"order_kind": "变更主体", "order_domains": "a-shili.cn"}
    moved = agreeing("a-shili.cn", "示例新名科技有限公司")
    told = book(order(**kind, order_changes=f"主办单位名称: {OWNER} → 示例新名科技有限公司"))
    assert run("CHG702", told, moved).counts == (1, 0, 0, 0)
    untold = book(order(**kind, order_changes="主办单位名称"))
    assert run("CHG702", untold, moved).unknown == {"D1": Reason.UNCONFIRMED}
    # A change of the address explains no other holder.
    assert run("CHG702", book(order(**kind, order_changes="地址")), moved).failed == {"D1"}


def test_finished_orders_and_cancellations_are_not_held_against_real_name_data() -> None:
    done = book(order(order_stage="已办结"), order(order_number="D2", order_kind="注销网站"))
    assert run("CHG702", done).counts == (0, 0, 0, 2)


def test_without_domains_or_kind_the_real_name_data_are_open() -> None:
    assert run("CHG702", book(order(order_domains=None))).unknown == {"D1": Reason.MISSING_VALUE}
    assert run("CHG702", book(order(order_kind="变更"))).unknown == {"D1": Reason.UNPARSED}


def test_an_order_that_numbers_its_service_is_judged_on_the_services_domains() -> None:
    made = book(order(order_domains=None, service_number=service_number(1, 2)))
    assert run("CHG702", made, agreeing("c-shili.cn")).counts == (1, 0, 0, 0)


# CHG703


def entity_order(**fields: object) -> RowDict:
    return order(**{"order_number": "D2", "order_kind": "变更主体", "order_stage": "待提交", **fields})


NOTICE: list[RowDict] = [{"document_type": "更名函", "document_start": "2026-09-01"}]


@pytest.mark.parametrize(
    "others",
    [
        (),
        (entity_order(order_stage="已办结"),),
        (entity_order(order_stage="已取消"),),
        (entity_order(order_kind="变更网站"),),
        (entity_order(order_kind="注销网站"),),
    ],
)
def test_a_service_change_alone_or_after_the_entitys_is_silent(others: tuple[RowDict, ...]) -> None:
    assert "D1" not in run("CHG703", book(order(), *others)).findings


@pytest.mark.parametrize(
    ("kind", "stage"), [("变更主体", "待提交"), ("变更主体", "管局审核"), ("变更备案", "已驳回")]
)
def test_a_service_change_before_the_entitys_own_is_done_fails(kind: str, stage: str) -> None:
    made = run("CHG703", book(order(), entity_order(order_kind=kind, order_stage=stage)))
    assert made.failed == {"D1"}
    assert made.findings["D1"].severity is Severity.HIGH
    assert "D2" in made.message("D1")
    assert made.counts == (0, 1, 0, 1)


def test_a_planned_service_change_fails_as_well() -> None:
    made = book(order(order_stage="待提交"), entity_order(order_stage="初审"))
    assert run("CHG703", made).failed == {"D1"}


def test_a_notice_of_a_new_name_asks_for_an_entity_change_after_it() -> None:
    made = run("CHG703", book(order(), documents=NOTICE))
    assert made.failed == {"D1"}
    assert "2026-09-01" in made.message("D1", "en")
    before = entity_order(order_stage="已办结", order_done="2026-03-01")
    assert run("CHG703", book(order(), before, documents=NOTICE)).failed == {"D1"}
    after = entity_order(order_stage="已办结", order_done="2026-10-12 09:00")
    assert run("CHG703", book(order(), after, documents=NOTICE)).failed == set()


def test_a_notice_or_a_change_without_a_date_leaves_the_order_of_things_open() -> None:
    undated = entity_order(order_stage="已办结", order_done=None)
    assert run("CHG703", book(order(), undated, documents=NOTICE)).unknown == {"D1": Reason.MISSING_VALUE}
    done = entity_order(order_stage="已办结", order_done="2026-10-12")
    nameless: list[RowDict] = [{"document_type": "更名函"}]
    assert run("CHG703", book(order(), done, documents=nameless)).unknown == {"D1": Reason.MISSING_VALUE}


def test_another_order_of_unknown_kind_or_stage_leaves_the_service_change_open() -> None:
    for other, reason in (
        (entity_order(order_stage=None), Reason.MISSING_VALUE),
        (entity_order(order_kind="变更", order_stage="初审"), Reason.UNPARSED),
    ):
        assert run("CHG703", book(order(), other)).unknown["D1"] is reason


def test_only_service_changes_wait_for_the_entity() -> None:
    made = book(order(order_kind="变更备案"), entity_order(), order(order_number="D3", order_stage="已办结"))
    assert run("CHG703", made).counts == (0, 0, 0, 3)


# CHG704


def test_an_order_over_every_domain_of_the_number_is_silent() -> None:
    whole = "a-shili.cn, b-shili.cn；c-shili.cn"
    made = book(order(), order(order_number="D2", order_kind="变更主体", order_domains=whole))
    assert run("CHG704", made).counts == (2, 0, 0, 0)


def test_rows_of_one_order_cover_their_domains_together() -> None:
    made = book(order(order_domains="a-shili.cn"), order(order_domains="www.b-shili.cn"))
    assert run("CHG704", made).counts == (1, 0, 0, 0)


def test_a_service_change_that_leaves_out_a_domain_of_its_number_fails() -> None:
    made = run("CHG704", book(order(order_domains="a-shili.cn")))
    found = made.findings["D1"]
    assert made.failed == {"D1"}
    assert (found.expected, found.observed, found.severity) == (2, 1, Severity.HIGH)
    assert "b-shili.cn" in made.message("D1")
    assert "c-shili.cn" not in made.message("D1")
    assert [cell.cell for cell in found.cells] == ["F2"]


def test_an_entity_change_covers_every_domain_of_the_entity() -> None:
    for kind in ("变更主体", "变更备案"):
        made = run("CHG704", book(order(order_kind=kind)))
        assert made.failed == {"D1"}
        assert "c-shili.cn" in made.message("D1", "en")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"order_domains": None}, Reason.MISSING_VALUE),
        ({"order_domains": None, "service_number": service_number(1, 1)}, Reason.MISSING_VALUE),
        ({"order_domains": "见附件"}, Reason.UNPARSED),
        ({"order_domains": "a-shili.cn、另一个域名"}, Reason.UNPARSED),
        ({"order_domains": "elsewhere-shili.cn"}, Reason.MISSING_VALUE),
        ({"order_kind": None}, Reason.MISSING_VALUE),
    ],
)
def test_domains_that_are_not_told_leave_the_cover_open(fields: dict[str, object], reason: Reason) -> None:
    assert run("CHG704", book(order(**fields))).unknown == {"D1": reason}


def test_cancellations_access_filings_and_finished_orders_may_be_about_one_service() -> None:
    made = book(
        order(order_kind="注销网站", order_domains="a-shili.cn"),
        order(order_number="D2", order_kind="新增接入", order_domains="a-shili.cn"),
        order(order_number="D3", order_stage="已办结", order_domains="a-shili.cn"),
    )
    assert run("CHG704", made).counts == (0, 0, 0, 3)


# CHG705


def dns(day: int, answer: HostAnswer, server: str = "192.0.2.53", domain: str = "a-shili.cn") -> Any:
    where = Evidence("dns", server, datetime(2026, 11, day, 2, tzinfo=UTC), f"{day:064x}")
    return Stated({domain: answer}, where)


def to(*addresses: str, chain: tuple[str, ...] = (), ns: tuple[str, ...] = ()) -> HostAnswer:
    return HostAnswer("NOERROR", addresses, (), chain, ns)


ONE, TWO = to("192.0.2.1"), to("192.0.2.2")
REVIEWED = order(order_submitted="2026-11-10", order_stage="管局审核", order_domains="a-shili.cn")


def watched(*snapshots: Any, row: RowDict = REVIEWED) -> Judged:
    return run("CHG705", book(row), evidence_for("a-shili.cn", dns_history=tuple(snapshots)))


@pytest.mark.parametrize(
    "snapshots",
    [
        (dns(9, ONE), dns(20, ONE)),
        (dns(9, to("192.0.2.1", "192.0.2.9")), dns(20, to("192.0.2.9", "192.0.2.1"))),
        # A change before the submission, and one that another resolver merely sees otherwise.
        (dns(4, TWO), dns(9, ONE), dns(20, ONE)),
        (dns(9, ONE), dns(20, ONE), dns(20, TWO, "198.51.100.53")),
        # Behind one CNAME the provider turns its addresses over.
        (dns(9, to("192.0.2.1", chain=("x.cdn.example.",))), dns(20, to("192.0.2.7", chain=("x.cdn.example.",)))),
        (dns(9, ONE), dns(15, HostAnswer("SERVFAIL")), dns(20, ONE)),
        (dns(9, to("192.0.2.1", ns=("ns1.example.net",))), dns(20, ONE)),
    ],
)  # fmt: skip
def test_records_that_stay_as_they_were_are_silent(snapshots: tuple[Any, ...]) -> None:
    assert watched(*snapshots).counts == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (ONE, TWO, "A"),
        (ONE, HostAnswer("NXDOMAIN"), "A"),
        (HostAnswer("NOERROR", (), ("2001:db8::1",)), HostAnswer("NOERROR", (), ("2001:db8::2",)), "AAAA"),
        (to(chain=("a.example.",)), to(chain=("b.example.",)), "CNAME"),
        (to("192.0.2.1", ns=("ns1.example.net",)), to("192.0.2.1", ns=("ns1.example.org",)), "NS"),
    ],
)
def test_records_that_change_under_review_fail(before: HostAnswer, after: HostAnswer, kind: str) -> None:
    made = watched(dns(9, before), dns(20, after))
    assert made.failed == {"D1"}
    assert made.findings["D1"].severity is Severity.MEDIUM
    assert f"a-shili.cn {kind} " in made.message("D1")
    assert "2026-11-20" in made.message("D1", "en")
    assert len(made.findings["D1"].evidence) == 2


def test_a_change_between_two_answers_of_the_review_itself_is_one_too() -> None:
    assert watched(dns(12, ONE), dns(20, TWO)).failed == {"D1"}


@pytest.mark.parametrize(
    "snapshots",
    [
        (),
        (dns(20, ONE),),
        (dns(9, ONE),),
        (dns(9, ONE), dns(20, ONE, "198.51.100.53")),
        # Too long before the submission to speak for it.
        (dns(1, TWO), dns(20, ONE)),
    ],
)
def test_without_an_answer_from_the_submission_a_change_cannot_be_told(snapshots: tuple[Any, ...]) -> None:
    assert watched(*snapshots).unknown == {"D1": Reason.NO_EVIDENCE}


def test_an_order_that_is_not_under_review_may_change_its_records() -> None:
    for stage in ("待提交", "已办结", "已驳回", "已取消"):
        made = watched(dns(9, ONE), dns(20, TWO), row={**REVIEWED, "order_stage": stage})
        assert made.counts == (0, 0, 0, 1)


def test_an_order_without_its_date_of_submission_or_domains_is_open() -> None:
    for field in ("order_submitted", "order_domains"):
        made = watched(dns(9, ONE), dns(20, TWO), row={**REVIEWED, field: None})
        assert made.unknown == {"D1": Reason.MISSING_VALUE}


# CHG706

SITE_PAPERS = "网站负责人身份证、域名实名认证截图、应急电话缴费凭证"
PAPERS: list[RowDict] = [
    {"document_type": "域名实名认证截图"},
    {"document_type": "应急电话缴费凭证", "document_start": "2026-10-20"},
]


def test_papers_that_the_cell_or_the_documents_list_are_silent() -> None:
    assert run("CHG706", book(order(order_materials=SITE_PAPERS))).counts == (1, 0, 0, 0)
    assert run("CHG706", book(order(), documents=PAPERS)).counts == (1, 0, 0, 0)
    mixed = book(order(order_materials="缴费凭证"), documents=PAPERS[:1])
    assert run("CHG706", mixed).counts == (1, 0, 0, 0)


def test_an_entity_change_asks_for_the_entitys_papers() -> None:
    made = book(
        order(order_kind="变更主体", order_materials="营业执照；法人身份证；域名实名截图；话费缴费凭证")
    )
    assert run("CHG706", made).counts == (1, 0, 0, 0)
    bare = book(order(order_kind="变更主体", order_materials="缴费凭证", order_changes="主办单位名称"))
    judged = run("CHG706", bare)
    assert judged.failed == {"D1"}
    for word in ("更名函", "域名实名认证截图"):
        assert word in judged.message("D1")


def test_a_missing_paper_fails() -> None:
    made = run("CHG706", book(order(order_materials="网站负责人身份证、缴费凭证（缺）")))
    assert made.failed == {"D1"}
    assert made.findings["D1"].severity is Severity.MEDIUM
    assert "应急电话缴费凭证" in made.message("D1")
    assert "screenshot" in made.message("D1", "en")
    assert "身份证" not in made.message("D1")


def test_a_new_person_needs_a_card_and_a_letter_of_their_own() -> None:
    change = order(order_materials="实名截图、缴费凭证", new_person="郑演示", order_changes="负责人")
    made = run("CHG706", book(change))
    assert made.failed == {"D1"}
    assert "网站负责人身份证" in made.message("D1")
    assert "网站负责人授权书" in made.message("D1")
    papers: list[RowDict] = [
        {"document_type": "网站负责人身份证", "document_holder": "郑演示", "document_expiry": "长期"},
        {"document_type": "授权委托书", "document_holder": "郑演示", "document_expiry": "2028-01-01"},
    ]
    assert run("CHG706", book(change, documents=papers)).counts == (1, 0, 0, 0)
    # The legal representative needs no letter.
    own = {**change, "new_person": "周示范", "order_materials": "实名截图、缴费凭证、新负责人身份证"}
    card: list[RowDict] = [
        {"document_type": "身份证", "document_holder": "周示范", "document_expiry": "长期"}
    ]
    assert run("CHG706", book(own, documents=card)).counts == (1, 0, 0, 0)


def test_a_paper_that_runs_out_within_three_months_fails() -> None:
    row = order(order_materials=SITE_PAPERS)
    soon = run("CHG706", book(row, administrator_id_expiry="2027-02-21"))
    assert soon.failed == {"D1"}
    assert "2027-02-21" in soon.message("D1")
    assert run("CHG706", book(row, administrator_id_expiry="2027-02-22")).counts == (1, 0, 0, 0)
    assert run("CHG706", book(row, administrator_id_expiry="2027-03-22"), document_days=(120, 45)).failed == {
        "D1"
    }


def test_of_two_papers_of_a_kind_the_longer_one_counts() -> None:
    cards: list[RowDict] = [
        {"document_type": "网站负责人身份证", "document_holder": "吴试样", "document_expiry": end}
        for end in ("2026-12-31", "2046-12-31")
    ]
    made = book(order(order_materials=SITE_PAPERS), documents=cards, administrator_id_expiry=None)
    assert run("CHG706", made).counts == (1, 0, 0, 0)


def test_an_individual_needs_a_card_and_a_photo() -> None:
    made = book(
        order(order_materials="身份证、实名截图、缴费凭证"),
        entity_kind="个人", entity_certificate_expiry="长期", legal_representative=None,
    )  # fmt: skip
    judged = run("CHG706", made)
    assert judged.failed == {"D1"}
    assert "半身照" in judged.message("D1")


@pytest.mark.parametrize(
    ("fields", "entity", "reason"),
    [
        ({}, {}, Reason.MISSING_VALUE),
        ({"order_materials": SITE_PAPERS}, {"entity_kind": None}, Reason.MISSING_VALUE),
        ({"order_materials": SITE_PAPERS}, {"administrator_id_expiry": None}, Reason.MISSING_VALUE),
        ({"order_materials": SITE_PAPERS}, {"administrator_id_expiry": "2027年13月"}, Reason.UNPARSED),
        ({"order_kind": None, "order_materials": SITE_PAPERS}, {}, Reason.MISSING_VALUE),
        ({"order_materials": "网站负责人身份证、缴费凭证、那份文件"}, {}, Reason.UNPARSED),
    ],
)
def test_papers_or_terms_that_are_not_told_leave_the_order_open(
    fields: dict[str, object], entity: dict[str, object], reason: Reason
) -> None:
    assert run("CHG706", book(order(**fields), **entity)).unknown == {"D1": reason}


def test_cancellations_and_finished_orders_ask_for_no_papers() -> None:
    made = book(order(order_kind="注销主体"), order(order_number="D2", order_stage="已办结"))
    assert run("CHG706", made).counts == (0, 0, 0, 2)


# CHG707


def test_one_open_order_beside_planned_and_finished_ones_is_silent() -> None:
    others = [
        order(order_number=f"D{n}", order_stage=stage)
        for n, stage in enumerate(("待提交", "已办结", "已取消"), 2)
    ]
    assert run("CHG707", book(order(), *others)).counts == (1, 0, 0, 3)


def test_two_open_orders_of_one_entity_fail_both() -> None:
    made = run("CHG707", book(order(), order(order_number="D2", order_stage="已驳回")))
    assert made.failed == {"D1", "D2"}
    assert made.findings["D1"].severity is Severity.HIGH
    assert made.findings["D1"].observed == 2
    assert "D2" in made.message("D1")
    assert "D1" in made.message("D2", "en")
    assert {cell.row for cell in made.findings["D1"].cells} == {2, 3}


def test_open_orders_of_two_entities_do_not_meet() -> None:
    filed = [
        *FILED,
        {"domain": "z-shili.cn", "entity_number": entity_number(2), "service_number": service_number(2)},
    ]
    made = book(
        order(),
        order(order_number="D2", entity_number=entity_number(2), order_domains="z-shili.cn"),
        filed=filed,
    )
    assert run("CHG707", made).counts == (2, 0, 0, 0)


def test_an_order_whose_stage_or_entity_is_not_known_leaves_the_queue_open() -> None:
    made = run("CHG707", book(order(), order(order_number="D2", order_stage=None)))
    assert made.unknown == {"D1": Reason.MISSING_VALUE, "D2": Reason.MISSING_VALUE}
    lost = run("CHG707", book(order(entity_number=None, order_domains=None)))
    assert lost.unknown == {"D1": Reason.MISSING_VALUE}


# CHG708

DONE = order(order_stage="已办结", new_person="郑演示", notification_bound="是")


def test_a_new_person_with_a_channel_is_silent() -> None:
    assert run("CHG708", book(DONE)).counts == (1, 0, 0, 0)


def test_a_new_person_without_a_channel_fails() -> None:
    made = run("CHG708", book({**DONE, "notification_bound": "否"}))
    assert made.failed == {"D1"}
    assert made.findings["D1"].severity is Severity.LOW
    assert "郑演示" in made.message("D1")
    assert "bound" in made.message("D1", "en")


@pytest.mark.parametrize(("said", "reason"), [(None, Reason.MISSING_VALUE), ("稍后", Reason.UNPARSED)])
def test_a_channel_that_nobody_told_of_is_open(said: str | None, reason: Reason) -> None:
    assert run("CHG708", book({**DONE, "notification_bound": said})).unknown == {"D1": reason}


def test_a_book_without_the_column_leaves_the_channel_open() -> None:
    assert run("CHG708", book(order(order_stage="已办结"))).unknown == {"D1": Reason.MISSING_VALUE}


@pytest.mark.parametrize(
    "fields",
    [
        {"order_stage": "管局审核"},
        {"order_stage": "已取消"},
        {"order_kind": "注销网站"},
        {"new_person": None, "order_changes": "通信地址"},
    ],
)
def test_only_a_finished_change_of_a_person_asks_for_a_channel(fields: dict[str, object]) -> None:
    assert run("CHG708", book({**DONE, "notification_bound": "否", **fields})).counts == (0, 0, 0, 1)


def test_the_order_of_rows_changes_nothing() -> None:
    rows = [order(), order(order_number="D2", order_kind="变更主体"), {**DONE, "order_number": "D3"}]
    for check in CHECKS:
        one, other = judge(check, book(*rows), A, B), judge(check, book(*reversed(rows)), A, B)
        assert one.counts == other.counts
        assert {key: value.fingerprint for key, value in one.findings.items()} == {
            key: value.fingerprint for key, value in other.findings.items()
        }
