"""Checks on when an order moves: stages past their limit, two orders of one entity at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from auditor.checks.check import NOT_APPLICABLE, NotApplicable, Undecided, Violation, check
from auditor.checks.order_state import (
    MOST_TOLD,
    entity_of,
    first_instant,
    last_instant,
    missing,
    moment_of,
    order_cells,
    queue_of,
    shown_moment,
    stage_of,
)
from auditor.model.policy import Policy
from auditor.model.portfolio import Order, Portfolio
from auditor.model.text import Text, say
from auditor.model.values import day_of
from auditor.model.verdict import Reason, Severity
from auditor.model.words import OrderStage
from auditor.rules.load import RuleData
from auditor.rules.regulations import ORDER_33_REVIEW, PROVIDER_RULES, SMS_CHECK

# Stage → the fields that its clock may start from, the field that ends it, the stage that follows.
_CLOCKS: dict[OrderStage, tuple[tuple[str, ...], str, OrderStage]] = {
    OrderStage.FIRST_REVIEW: (("order_submitted",), "order_first_review_done", OrderStage.SMS),
    OrderStage.SMS: (("order_sms_sent",), "order_sms_done", OrderStage.BUREAU),
    OrderStage.BUREAU: (("order_bureau_submitted", "order_sms_done"), "order_done", OrderStage.DONE),
}
_ESTIMATED = Text(" (估算, 尚无官方放假安排)", " (estimated, without an official holiday schedule)")


@check(
    "CHG701",
    title="变更订单各阶段未超过时限",
    title_en="No stage of the order has run past its limit",
    meaning="订单停留在当前阶段已超过时限: 初审 2 个工作日, 短信核验 24 小时, 管局审核 20 个工作日",
    meaning_en="The order has been in its present stage for longer than its limit: first review 2 working days, SMS 24 hours, "
    "bureau 20 working days",
    severity=Severity.HIGH,
    cites=(ORDER_33_REVIEW, SMS_CHECK, PROVIDER_RULES),
    remedy=(
        "初审超时: 联系接入商催办并核对订单状态",
        "短信核验超时: 订单会被退回, 确认负责人手机可用后重新提交",
        "管局审核超时: 联系接入商查询, 必要时致电当地通信管理局",
    ),
    remedy_en=(
        "First review: press the access provider and check the order's state there",
        "SMS: the order will be returned; make sure the person's mobile works, then submit again",
        "Bureau: ask the access provider, or call the provincial Administration",
    ),
    thresholds=("first_review_working_days", "sms_hours", "bureau_working_days"),
)
def stage_within_limit(
    order: Order, policy: Policy, rules: RuleData
) -> Iterator[Violation | Undecided | NotApplicable]:
    """Only the present stage counts. A limit that falls on the audit day itself is not yet past."""
    stage = stage_of(order)
    if isinstance(stage, Undecided):
        yield stage
        return
    while stage in _CLOCKS and order.moment(_CLOCKS[stage][1]) is not None:
        # A stage whose end is dated is over, whatever the stage column still says.
        stage = _CLOCKS[stage][2]
    if stage not in _CLOCKS:
        yield NOT_APPLICABLE
        return
    starts = _CLOCKS[stage][0]
    code = next((one for one in starts if order.said(one)), starts[0])
    start = moment_of(order, code)
    if isinstance(start, Undecided):
        yield start
    elif stage is OrderStage.SMS:
        yield from _sms(order, start, policy)
    else:
        yield from _review(order, stage, code, start, policy, rules)


def _review(
    order: Order, stage: OrderStage, code: str, start: date, policy: Policy, rules: RuleData
) -> Iterator[Violation]:
    limits = policy.thresholds
    days = (
        limits.first_review_working_days if stage is OrderStage.FIRST_REVIEW else limits.bureau_working_days
    )
    last = rules.calendar.add_working_days(day_of(start), days)
    if last.date >= policy.as_of:
        return
    values = {
        "stage": stage,
        "start": shown_moment(start),
        "days": days,
        "last": last.date,
        "late": rules.calendar.working_days_between(last.date, policy.as_of),
    }
    if last.estimated:
        message = say(
            "{stage}始于 {start}, {days} 个工作日的时限到 {last} 为止{note}, 已超过 {late} 个工作日",
            "{stage} began on {start}; its limit of {days} working days ended on {last}{note}, {late} working days ago",
            note=_ESTIMATED, **values,
        )  # fmt: skip
    else:
        message = say(
            "{stage}始于 {start}, {days} 个工作日的时限到 {last} 为止, 已超过 {late} 个工作日",
            "{stage} began on {start}; its limit of {days} working days ended on {last}, {late} working days ago",
            **values,
        )
    yield Violation(
        message,
        expected=last.date,
        observed=policy.as_of,
        cells=order_cells(order, "order_stage", code),
        key=stage.code,
    )


def _sms(order: Order, start: date, policy: Policy) -> Iterator[Violation | Undecided]:
    """Hours count, working or not. A day without its time decides only where any time of that day would."""
    hours = timedelta(hours=policy.thresholds.sms_hours)
    today = first_instant(policy.as_of)
    if first_instant(start) + hours >= today:
        return
    cells = order_cells(order, "order_stage", "order_sms_sent")
    if last_instant(start) + hours >= today:
        message = say(
            "短信下发时间只有日期 {start}, 无法确定 {hours} 小时的时限",
            "The SMS has a day only, {start}: the end of its {hours} hours cannot be told",
            start=start,
            hours=policy.thresholds.sms_hours,
        )
        yield Undecided(Reason.MISSING_VALUE, message, cells=cells)
        return
    yield Violation(
        say(
            "短信于 {start} 下发, 超过 {hours} 小时仍未核验",
            "The SMS went out on {start} and has not been answered within {hours} hours",
            start=shown_moment(start),
            hours=policy.thresholds.sms_hours,
        ),
        expected=shown_moment(last_instant(start) + hours),
        observed=policy.as_of,
        cells=cells,
        key=OrderStage.SMS.code,
    )


@check(
    "CHG707",
    title="同一主体同时只有一个在办订单",
    title_en="The entity has one order open at most",
    meaning="同一备案主体有两个或以上订单同时在办 (含被驳回待修改的); 全国范围内后提交的会被拒绝",
    meaning_en="Two or more orders of the entity are open at once (returned ones included); nationwide the later ones are refused",
    severity=Severity.HIGH,
    cites=(PROVIDER_RULES,),
    remedy="保留一个订单, 撤回其余的, 待其办结后再依次提交; 能合并的合并为一个订单",
    remedy_en="Keep one order, withdraw the others and submit them one after another when it is done; join those that can be one",
)
def one_order_at_a_time(
    order: Order, portfolio: Portfolio
) -> Iterator[Violation | Undecided | NotApplicable]:
    """Orders still planned may queue; an order whose stage is not known may be open."""
    stage = stage_of(order)
    if isinstance(stage, Undecided):
        yield stage
        return
    if not stage.is_open:
        yield NOT_APPLICABLE
        return
    entity = entity_of(order)
    if isinstance(entity, Undecided):
        yield entity
        return
    queue = queue_of(entity, portfolio)
    if len(queue.open) > 1:
        others = [one for one in queue.open[: MOST_TOLD + 1] if one is not order][:MOST_TOLD]
        shown = tuple(
            say("{order} ({stage})", "{order} ({stage})", order=one.target, stage=one.stage) for one in others
        )
        yield Violation(
            say("{entity} 有 {count} 个在办订单, 另有: {others}", "{entity} has {count} orders open, besides this one: {others}",
                entity=entity.name or entity.target, count=len(queue.open), others=shown),
            expected=1,
            observed=len(queue.open),
            cells=tuple(cell for one in (order, *others) for cell in order_cells(one, "order_stage")),
        )  # fmt: skip
    elif queue.unclear:
        yield missing(queue.unclear[0], "order_stage")


CHECKS = (stage_within_limit, one_order_at_a_time)
