"""What becomes of findings: the fewest orders, what comes before what, papers, people and warnings."""

from __future__ import annotations

from datetime import date

import pytest

from auditor.checks.catalogue import CATALOGUE
from auditor.model.plan import MaterialState, WorkKind
from auditor.model.verdict import Severity
from auditor.model.words import EntityKind
from auditor.planning.cures import CURES
from auditor.planning.plan import dated, dates_for
from tests.builders import credit_code, entity_number, service_number
from tests.planning.planned import (
    NUMBER,
    S1,
    S2,
    S3,
    book,
    filing,
    found,
    paper,
    planned,
    services_an_order,
    undecided,
)

DAY = date(2026, 6, 1)
ONE = services_an_order(1)
LEADER = f"{NUMBER}/leader"
ADMIN = f"{S1}/administrator"


def warnings(order: object, lang: str = "zh") -> str:
    return " ".join(one.render(lang) for one in order.warnings)  # type: ignore[attr-defined]


def test_every_check_of_the_catalogue_has_its_cure() -> None:
    assert {check.id for check in CATALOGUE} <= set(CURES)


def test_every_cure_says_what_and_why_in_both_languages() -> None:
    for cures in CURES.values():
        for cure in cures:
            assert cure.text.zh != cure.text.en
            assert cure.reason.zh != cure.reason.en


def test_no_findings_make_an_empty_plan() -> None:
    made = planned(book(), as_of=DAY).plan
    assert (made.queues, made.late_first, made.no_order, made.undecided) == ((), (), (), ())


def test_undecided_findings_are_no_work_but_are_kept() -> None:
    made = planned(book(), undecided("OWN201", "shili-1.cn"), as_of=DAY).plan
    assert made.queues == ()
    assert made.undecided == ("OWN201@shili-1.cn",)


def test_a_note_needs_no_work() -> None:
    made = planned(book(), found("DOM308", "台账!2", severity=Severity.INFO), as_of=DAY).plan
    assert made.queues == ()
    assert made.no_order == ("DOM308@台账!2",)
    assert made.dates == {}


def test_a_slip_in_the_book_is_mended_without_an_order() -> None:
    made = planned(book(), found("REC102", "台账!2"), as_of=DAY)
    assert made.kinds == ["preparation"]
    assert made.plan.no_order == ("REC102@台账!2",)


def test_a_check_that_the_table_does_not_know_is_followed_by_its_own_remedy() -> None:
    made = planned(book(), found("WEB999", "shili-1.cn"), as_of=DAY)
    assert made.one(WorkKind.PREPARATION).action == "follow_remedy"


def test_leader_and_administrator_are_amended_in_one_order() -> None:
    order = planned(book(), found("PER503", LEADER), found("PER505", ADMIN), as_of=DAY).one(WorkKind.BOTH)
    assert order.services == (S1,)
    assert [one.name for one in order.who] == ["甲示例", "乙示例"]


def test_all_domains_of_a_shared_number_stand_in_one_order() -> None:
    reading = book(filing(1, "a.cn"), filing(1, "b.cn"), filing(2, "c.cn"))
    order = planned(reading, found("SYN403", S1), found("PER503", ADMIN), as_of=DAY).one(WorkKind.SERVICE)
    assert order.domains == ("a.cn", "b.cn")
    assert "2 个域名" in warnings(order)


def test_an_order_for_the_entity_is_about_every_domain_under_its_number() -> None:
    order = planned(book(filing(1), filing(2)), found("PER503", LEADER), as_of=DAY).one(WorkKind.ENTITY)
    assert order.domains == ("shili-1.cn", "shili-2.cn")


def test_registrar_work_is_one_piece_for_a_shared_number() -> None:
    reading = book(filing(1, "a.cn"), filing(1, "b.cn"))
    made = planned(reading, found("OWN201", "a.cn"), found("OWN203", "b.cn"), as_of=DAY)
    work = made.one(WorkKind.REAL_NAME)
    assert work.domains == ("a.cn", "b.cn")
    assert [step.kind.code for step in work.steps] == ["holder_transfer", "sync"]


def test_the_order_of_a_service_waits_for_its_own_real_name_data_only() -> None:
    reading = book(filing(1), filing(2))
    made = planned(
        reading, found("OWN203", "shili-1.cn"), found("SYN403", S1), found("SYN403", S2), as_of=DAY, rules=ONE
    )
    first, second = made.of(WorkKind.SERVICE)
    assert (first.services, first.earliest_start) == ((S2,), DAY)
    assert second.needs == (made.one(WorkKind.REAL_NAME).id,)
    assert second.earliest_start == first.earliest_finish


def test_the_more_urgent_service_goes_first() -> None:
    reading = book(filing(1), filing(2))
    later = found("PER503", f"{S2}/administrator", date(2026, 8, 20))
    made = planned(reading, found("SYN403", S1), later, as_of=DAY, rules=ONE)
    assert [one.services for one in made.of(WorkKind.SERVICE)] == [(S2,), (S1,)]


def test_a_related_party_needs_proof_where_the_province_takes_it_and_a_transfer_where_not() -> None:
    proof = planned(book(), found("OWN202", "shili-1.cn"), as_of=DAY)
    assert proof.kinds == ["preparation"]
    reading = book(
        {**filing(), "entity_number": entity_number(1, "湘"), "service_number": service_number(1, 1, "湘")}
    )
    transfer = planned(reading, found("OWN202", "shili-1.cn"), as_of=DAY)
    assert transfer.kinds == ["real_name"]
    assert "不接受" in warnings(transfer.one(WorkKind.REAL_NAME))


def test_an_administrators_card_changes_the_service_and_a_leaders_the_entity() -> None:
    end = date(2026, 8, 1)
    papers = [paper("网站负责人身份证", "乙示例", end), paper("主体负责人身份证", "甲示例", end), paper("营业执照", "示例科技有限公司", end)]  # fmt: skip
    reading = book(papers=papers)
    assert planned(reading, found("DOC602", "证照!2", end), as_of=DAY).kinds == ["preparation", "service"]
    assert planned(reading, found("DOC602", "证照!3", end), as_of=DAY).kinds == ["preparation", "entity"]
    assert planned(reading, found("DOC602", "证照!4", end), as_of=DAY).kinds == ["preparation", "entity"]


def test_a_letter_is_replaced_without_an_order() -> None:
    reading = book(papers=[paper("网站负责人授权书", "乙示例", date(2026, 7, 1))])
    made = planned(reading, found("DOC602", "证照!2", date(2026, 7, 1)), as_of=DAY)
    assert made.kinds == ["preparation"]
    assert made.one(WorkKind.PREPARATION).due == date(2026, 7, 1)


def test_an_expired_domain_is_renewed_at_once_and_is_late() -> None:
    made = planned(book(), found("DOM301", "shili-1.cn", DAY), as_of=DAY)
    (late,) = made.plan.late
    assert late.action == "renew_domain"
    assert late.latest_start < DAY


def test_domains_with_different_last_days_are_renewed_by_their_own() -> None:
    reading = book(filing(1), filing(2))
    made = planned(reading, found("DOM302", "shili-1.cn", date(2026, 7, 1)), found("DOM302", "shili-2.cn", date(2026, 8, 3)), as_of=DAY)  # fmt: skip
    assert [(one.domains, one.due) for one in made.plan.orders] == [
        (("shili-1.cn",), date(2026, 7, 1)),
        (("shili-2.cn",), date(2026, 8, 3)),
    ]
    # The last working day that still leaves one: Tuesday 06-30; Friday 07-31 before Monday 08-03.
    assert [one.latest_start for one in made.plan.orders] == [date(2026, 6, 30), date(2026, 7, 31)]


def test_cancelling_warns_that_nothing_brings_a_number_back() -> None:
    row = {**filing(1), "domain": None}
    order = planned(book(row), found("REC112", S1), as_of=DAY).one(WorkKind.CANCEL)
    assert "注销不可撤回" in warnings(order)
    assert "cannot be undone" in warnings(order, "en")


def test_cancelling_on_a_suffix_that_cannot_be_filed_again_says_so() -> None:
    reading = book(filing(1, "shili.io"))
    order = planned(reading, found("REC112", S1), as_of=DAY).one(WorkKind.CANCEL)
    assert ".io" in warnings(order)
    assert "无法再次备案" in warnings(order)
    good = planned(book(), found("REC112", S1), as_of=DAY).one(WorkKind.CANCEL)
    assert "无法再次备案" not in warnings(good)


def test_an_unapproved_suffix_is_kept_until_another_domain_is_filed() -> None:
    made = planned(book(filing(1, "shili.io")), found("DOM305", "shili.io"), as_of=DAY)
    assert made.kinds == ["preparation"]
    assert "不要注销" in warnings(made.one(WorkKind.PREPARATION))


@pytest.mark.parametrize(("province", "word"), [("浙", "直接新增服务"), ("鄂", "线下注销")])
def test_a_shell_lives_on_where_the_province_lets_it(province: str, word: str) -> None:
    row = {"entity_number": entity_number(1, province), "entity_name": "空壳示例有限公司"}
    made = planned(book(row), found("REC111", entity_number(1, province)), as_of=DAY)
    assert word in warnings(made.one(WorkKind.CANCEL))


def test_another_certificate_number_is_another_entity() -> None:
    rows = [
        filing(1, entity_certificate_number=credit_code(1)),
        filing(2, entity_certificate_number=credit_code(2)),
    ]
    reading = book(*rows)
    cells = tuple(
        cell
        for said in reading.portfolio.entities[0].said("entity_certificate_number")
        for cell in said.cells
    )
    made = planned(reading, found("SYN402", NUMBER, cells=cells), found("SYN403", S1), as_of=DAY)
    assert made.kinds == ["preparation", "cancel"]
    order = made.one(WorkKind.CANCEL)
    assert {"SYN402@" + NUMBER, "SYN403@" + S1} == set(order.cures)
    # The cancellation and one filing for each of the two services.
    assert [step.kind.code for step in order.steps].count("bureau") == 3


def test_a_persons_filing_never_becomes_an_organisations() -> None:
    finding = found("MIT953", "shili-1.cn", expected=EntityKind.ENTERPRISE, observed=EntityKind.INDIVIDUAL)
    assert planned(book(), finding, as_of=DAY).kinds == ["preparation", "cancel"]
    other = found("MIT953", "shili-1.cn", expected=EntityKind.ENTERPRISE, observed=EntityKind.GOVERNMENT)
    assert planned(book(), other, as_of=DAY).kinds == ["entity"]


def test_an_old_certificate_number_is_amended_and_a_slip_is_corrected() -> None:
    old = planned(
        book(filing(entity_certificate_number="110000001234567")), found("REC109", NUMBER), as_of=DAY
    )
    assert old.kinds == ["entity"]
    slip = planned(
        book(filing(entity_certificate_number="91110000MA00000000")), found("REC109", NUMBER), as_of=DAY
    )
    assert slip.kinds == ["preparation"]


def test_a_dead_phone_is_told_to_whoever_files() -> None:
    order = planned(book(), found("PER503", ADMIN), as_of=DAY).one(WorkKind.SERVICE)
    assert "乙示例" in warnings(order)
    assert "收不到核验短信" in warnings(order)


def test_an_order_under_way_for_the_same_number_is_looked_at_first() -> None:
    under_way = {
        "entity_number": NUMBER, "order_number": "DD-7", "order_kind": "变更网站", "order_stage": "初审",
        "order_submitted": DAY, "order_domains": "shili-1.cn",
    }  # fmt: skip
    made = planned(book(orders=[under_way]), found("PER505", ADMIN), as_of=DAY)
    assert "先看它是否已解决" in warnings(made.one(WorkKind.SERVICE))


@pytest.mark.parametrize(
    ("stage", "fields", "until"),
    [
        # First review 2, 3; SMS 4; bureau 5 (1), 8 to 12 (6), 15 to 18 (10), 22 to 26 (15), 29, 30, 07-01, 02, 03 (20).
        ("初审", {"order_submitted": date(2026, 6, 1)}, date(2026, 7, 3)),
        # Without a day it is counted from today: an estimate.
        ("初审", {}, date(2026, 7, 3)),
        # SMS sent on 06-01: 2; bureau 3, 4, 5 (3), 8 to 12 (8), 15 to 18 (12), 22 to 26 (17), 29, 30, 07-01 (20).
        ("短信核验", {"order_sms_sent": date(2026, 6, 1)}, date(2026, 7, 1)),
        # Past its limit since April: nobody knows; tomorrow at the earliest.
        ("管局审核", {"order_bureau_submitted": date(2026, 3, 2)}, date(2026, 6, 2)),
        ("已驳回", {"order_submitted": date(2026, 5, 1)}, date(2026, 7, 3)),
    ],
)
def test_an_open_order_holds_the_queue_until_its_stage_must_be_over(
    stage: str, fields: dict[str, object], until: date
) -> None:
    row = {
        "entity_number": NUMBER,
        "order_number": "DD-1",
        "order_kind": "变更主体",
        "order_stage": stage,
        **fields,
    }
    made = planned(book(orders=[row]), found("SYN403", S1), as_of=DAY)
    (queue,) = made.plan.queues
    assert queue.occupied_until == until
    assert queue.estimated is (not fields or stage in ("管局审核", "已驳回"))
    assert made.one(WorkKind.SERVICE).earliest_start >= until


@pytest.mark.parametrize("stage", ["待提交", "已办结", "已取消"])
def test_an_order_that_is_not_open_holds_nothing(stage: str) -> None:
    row = {"entity_number": NUMBER, "order_number": "DD-1", "order_kind": "变更主体", "order_stage": stage}
    made = planned(book(orders=[row]), found("SYN403", S1), as_of=DAY)
    assert made.plan.queues[0].occupied_by == ()


def test_papers_are_listed_missing_short_or_out() -> None:
    papers = [
        paper("营业执照", "示例科技有限公司", "长期"),
        paper("网站负责人身份证", "乙示例", date(2026, 8, 15)),
        paper("网站负责人授权书", "乙示例", date(2026, 5, 1)),
    ]
    order = planned(book(papers=papers), found("SYN403", S1), as_of=DAY).one(WorkKind.SERVICE)
    states = {one.key: one.state for one in order.materials}
    assert states["entity_certificate"] is MaterialState.LISTED
    assert states["administrator_id"] is MaterialState.SHORT
    assert states["authorisation_letter_administrator"] is MaterialState.EXPIRED
    assert states["leader_id"] is MaterialState.MISSING
    assert "authorisation_letter_leader" not in states  # the leader is the legal representative
    listed = next(one for one in order.materials if one.key == "administrator_id")
    assert listed.document is not None
    assert listed.ends == date(2026, 8, 15)


def test_without_a_list_of_papers_nothing_is_said_to_be_missing() -> None:
    order = planned(book(), found("SYN403", S1), as_of=DAY).one(WorkKind.SERVICE)
    assert {one.state for one in order.materials} == {MaterialState.NOT_KNOWN}


def test_an_old_receipt_is_out() -> None:
    receipt = paper("应急电话缴费凭证", "", None, document_start=date(2026, 1, 5))
    order = planned(book(papers=[receipt]), found("SYN403", S1), as_of=DAY).one(WorkKind.SERVICE)
    assert next(one.state for one in order.materials if one.key == "phone_receipt") is MaterialState.EXPIRED


def test_an_individual_files_with_another_list() -> None:
    reading = book(filing(1, entity_kind="个人"))
    order = planned(reading, found("SYN403", S1), as_of=DAY).one(WorkKind.SERVICE)
    assert {"id_card", "holding_photo"} <= {one.key for one in order.materials}
    assert "entity_certificate" not in {one.key for one in order.materials}


def test_a_finding_that_belongs_to_nobody_has_its_own_queue() -> None:
    made = planned(book(), found("REC101", "别处!9"), as_of=DAY).plan
    assert [(one.entity_key, one.entity_name) for one in made.queues] == [("", None)]


def test_a_finding_takes_its_dates_from_the_work_that_cures_it() -> None:
    finding = found("OWN203", "shili-1.cn", date(2026, 6, 15))  # the policy's tenth working day
    made = planned(book(), finding, found("REC108", "台账!2", date(2026, 6, 15)), as_of=DAY)
    own = dates_for(made.plan)[finding.fingerprint]
    # Begun on 06-15: 16, 17, 18, 22, 23; then 24, 25, 26, 29, 30.
    assert (own.due, own.start_by) == (date(2026, 6, 30), date(2026, 6, 15))
    refined = {one.check: one for one in dated(made.result.findings, made.plan)}
    assert refined["OWN203"].due == date(2026, 6, 30)
    assert (refined["REC108"].due, refined["REC108"].start_by) == (date(2026, 6, 15), date(2026, 6, 12))


def test_a_smaller_number_of_services_an_order_makes_a_longer_queue() -> None:
    reading = book(filing(1), filing(2), filing(3))
    findings = [found("SYN403", number) for number in (S1, S2, S3)]
    assert planned(reading, *findings, as_of=DAY, rules=services_an_order(1)).kinds == ["service"] * 3
    (order,) = planned(reading, *findings, as_of=DAY).plan.orders
    assert order.services == (S1, S2, S3)


def test_where_several_services_wait_joining_them_is_suggested() -> None:
    made = planned(book(filing(1), filing(2)), found("SYN403", S1), found("SYN403", S2), as_of=DAY, rules=ONE)
    assert all("合并提交" in warnings(one) for one in made.plan.orders)
    alone = planned(book(filing(1), filing(2)), found("SYN403", S1), as_of=DAY)
    assert "合并提交" not in warnings(alone.one(WorkKind.SERVICE))


def test_work_keeps_its_identity_from_day_to_day() -> None:
    first = planned(book(), found("SYN403", S1), as_of=DAY).one(WorkKind.SERVICE)
    later = planned(book(), found("SYN403", S1), found("PER503", ADMIN), as_of=date(2026, 6, 9)).one(
        WorkKind.SERVICE
    )
    assert first.id == later.id
    assert len(first.id) == 16
