"""Sound change orders for the made-up portfolio, and what to plant in them; importing this enters the defects with the others."""

from __future__ import annotations

from datetime import date

from tests.defects import DEFECTS, Failure, N, defect
from tests.generator import Row, Story

__all__ = ["DEFECTS", "add_orders"]

UNDER_REVIEW, PLANNED, DONE, WAITING = "BA20261103001", "PLAN-1", "BA20260803002", "BA20261119003"


def add_orders(story: Story) -> None:
    """Four orders, each as it should be: with the bureau, planned, done, and waiting for its SMS."""
    story.orders = [
        _order(
            UNDER_REVIEW, 6, "变更网站", "网站名称", "shenpu-shili.cn", "管局审核",
            order_submitted="2026-11-03 10:05", order_first_review_done=date(2026, 11, 4),
            order_sms_sent="2026-11-04 15:20", order_sms_done="2026-11-04 17:00", order_bureau_submitted=date(2026, 11, 6),
        ),
        _order(
            PLANNED, 0, "变更主体", "主体通信地址", "qinghe-shili.cn、qinghe-mall.com.cn", "待提交",
            order_planned=date(2026, 12, 7),
        ),
        _order(
            DONE, 3, "变更网站", "网站负责人", "jinjiang-shili.cn", "已办结",
            order_submitted=date(2026, 8, 3), order_done=date(2026, 8, 28), new_person="钱示例八", notification_bound="是",
        ),
        _order(
            WAITING, 7, "变更网站", "网站名称", "中原示例.中国", "短信核验",
            order_submitted="2026-11-19 09:00", order_first_review_done="2026-11-20", order_sms_sent="2026-11-22 15:00",
        ),
    ]  # fmt: skip
    for domain, at in (
        ("shenpu-shili.cn", "2026-11-02T09:00:00+08:00"),
        ("中原示例.中国", "2026-11-18T09:00:00+08:00"),
    ):
        facts = story.facts[domain]
        facts.kept = ((at, facts.address),)


def _order(number: str, party: int, kind: str, changes: str, domains: str, stage: str, **more: object) -> Row:
    return {
        "_id": f"order {number}",
        "order_number": number,
        "entity_number": N[party],
        "order_kind": kind,
        "order_changes": changes,
        "order_domains": domains,
        "order_stage": stage,
        **more,
    }


def _of(story: Story, number: str) -> Row:
    """A sound order to spoil; all of them stand in the book."""
    add_orders(story)
    return next(row for row in story.orders if row["order_number"] == number)


@defect()
def a_bureau_that_does_not_answer(story: Story) -> set[Failure]:
    _of(story, UNDER_REVIEW)["order_bureau_submitted"] = date(2026, 10, 15)
    return {("CHG701", UNDER_REVIEW)}


@defect()
def an_sms_that_nobody_answered(story: Story) -> set[Failure]:
    _of(story, WAITING)["order_sms_sent"] = "2026-11-21 23:10"
    return {("CHG701", WAITING)}


@defect()
def an_order_over_a_domain_without_real_name(story: Story) -> set[Failure]:
    _of(story, UNDER_REVIEW)
    story.facts["shenpu-shili.cn"].real_name = "FAILED"
    return {("OWN203", "shenpu-shili.cn"), ("CHG702", UNDER_REVIEW)}


@defect()
def a_site_that_goes_ahead_of_its_entity(story: Story) -> set[Failure]:
    _of(story, UNDER_REVIEW)
    domains = "shenpu-shili.cn、shenpu-data.cn、shenpu-pay.cn"
    story.orders.append(_order("PLAN-2", 6, "变更主体", "主体通信地址", domains, "待提交"))
    return {("CHG703", UNDER_REVIEW)}


@defect()
def an_order_that_leaves_out_a_domain(story: Story) -> set[Failure]:
    _of(story, PLANNED)["order_domains"] = "qinghe-shili.cn"
    return {("CHG704", PLANNED)}


@defect()
def a_server_moved_under_review(story: Story) -> set[Failure]:
    _of(story, UNDER_REVIEW)
    story.facts["shenpu-shili.cn"].kept = (("2026-11-02T09:00:00+08:00", "39.96.200.20"),)
    return {("CHG705", UNDER_REVIEW)}


@defect()
def a_renaming_without_its_notice(story: Story) -> set[Failure]:
    _of(story, PLANNED)["order_changes"] = "主办单位名称"
    return {("CHG706", PLANNED)}


@defect()
def two_orders_open_at_once(story: Story) -> set[Failure]:
    _of(story, UNDER_REVIEW)
    story.orders.append(_order("BA20261110009", 6, "变更网站", "网站名称", "shenpu-data.cn", "驳回"))
    return {("CHG707", UNDER_REVIEW), ("CHG707", "BA20261110009")}


@defect()
def a_new_person_whom_no_notice_reaches(story: Story) -> set[Failure]:
    _of(story, DONE)["notification_bound"] = "否"
    return {("CHG708", DONE)}
