"""Checks on what an order leaves out: the entity's own change first, every domain under the number, the last step."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from auditor.checks.check import NOT_APPLICABLE, NotApplicable, Undecided, Violation, check
from auditor.checks.order_state import (
    MOST_TOLD,
    entity_of,
    kind_of,
    last_instant,
    missing,
    order_cells,
    queue_of,
    running,
    shown_moment,
    stage_of,
)
from auditor.model.portfolio import Document, Entity, FiledDomain, Order, Portfolio
from auditor.model.text import Text, say
from auditor.model.values import DomainCell, Unreadable
from auditor.model.verdict import Reason, Severity
from auditor.model.words import OrderKind, OrderStage
from auditor.rules.regulations import GUIDE, NOTICE_2019_633, ORDER_33_CHANGE

_RENAMED = "name_change_notice"
_CHANGES = (OrderKind.ENTITY, OrderKind.SERVICE, OrderKind.BOTH)
_PERSON = re.compile(r"负责人|责任人|联系人|管理员|人员变更|person|administrator|leader", re.IGNORECASE)


@check(
    "CHG703",
    title="主体自身的变更先于网站变更办结",
    title_en="The entity's own change is done before its services change",
    meaning="网站变更在办或计划中, 而主体因工商登记变化应办的变更尚未办结",
    meaning_en="A service change is under way or planned while the entity's own change (its business registration changed) is "
    "not done",
    severity=Severity.HIGH,
    cites=(GUIDE, ORDER_33_CHANGE),
    remedy=("先提交并办结变更主体的订单, 再提交网站变更", "可改用“变更备案”, 主体与网站在同一订单内一并变更"),
    remedy_en=(
        "Submit the entity change first and have it done, then submit the service change",
        "Or use one order of the kind 变更备案, which changes entity and services together",
    ),
)
def entity_changes_first(
    order: Order, portfolio: Portfolio
) -> Iterator[Violation | Undecided | NotApplicable]:
    """Told by another order of the entity that is not done, or by a notice of its new name that no order followed."""
    kind = running(order, OrderKind.SERVICE)
    if not isinstance(kind, OrderKind):
        yield kind
        return
    entity = entity_of(order)
    if isinstance(entity, Undecided):
        yield entity
        return
    others = queue_of(entity, portfolio).changes
    changes = [one for one in others if one.kind is not None]
    pending = [one for one in changes if one.stage is not None and not one.stage.is_finished][:MOST_TOLD]
    if pending:
        shown = tuple(
            say("{order} ({stage})", "{order} ({stage})", order=one.target, stage=one.stage)
            for one in pending
        )
        yield Violation(
            say("主体变更订单 {others} 尚未办结", "The entity's own change is not done: {others}", others=shown),
            expected=OrderStage.DONE,
            observed=tuple(dict.fromkeys(one.stage for one in pending)),
            cells=tuple(cell for one in (order, *pending) for cell in order_cells(one, "order_kind", "order_stage")),
        )  # fmt: skip
        return
    renamed = [one for one in entity.documents if one.kind == _RENAMED]
    if renamed:
        yield from _since_notice(order, renamed, changes)
        return
    for one in others:
        if one.stage is None:
            yield missing(one, "order_stage")
            return
        if one.kind is None and not one.stage.is_finished:
            yield missing(one, "order_kind")
            return


def _since_notice(
    order: Order, renamed: list[Document], changes: list[Order]
) -> Iterator[Violation | Undecided]:
    """A notice of a new name asks for an entity change that was finished after it."""
    finished = [one for one in changes if one.stage is OrderStage.DONE]
    issued = [one.issued for one in renamed if isinstance(one.issued, date)]
    cells = (*order_cells(order, "order_kind"), *(cell for one in renamed for cell in one.cells))
    if not finished:
        if any(one.stage is None for one in changes):
            yield missing(next(one for one in changes if one.stage is None), "order_stage")
            return
        yield Violation(
            say("台账列有更名函 {issued}, 但没有办结的主体变更订单",
                "The book lists a notice of a new name {issued}, but no entity change that was done",
                issued=tuple(issued) or Text("(日期未填)", "(without a date)")),
            expected=Text("主体变更已办结", "the entity change done"),
            cells=cells,
        )  # fmt: skip
        return
    ends = [one.done for one in finished if one.done is not None]
    if not issued or len(ends) < len(finished):
        lacking = next((one for one in finished if one.done is None), None)
        if any(last_instant(end).date() >= max(issued) for end in ends if issued):
            return
        if lacking is not None:
            yield missing(lacking, "order_done")
            return
        message = say("更名函未填签发日期", "The notice of the new name gives no date of issue")
        yield Undecided(Reason.MISSING_VALUE, message, cells=cells)
    elif (last := max(ends, key=last_instant)) and last_instant(last).date() < max(issued):
        yield Violation(
            say("更名函签发于 {issued}, 最近的主体变更 {done} 已在此前办结",
                "The notice of the new name is of {issued}; the last entity change was done before, on {done}",
                issued=max(issued), done=shown_moment(last)),
            expected=max(issued),
            observed=shown_moment(last),
            cells=cells,
        )  # fmt: skip


@check(
    "CHG704",
    title="订单覆盖共用备案号下的全部域名",
    title_en="The order covers every domain under the shared number",
    meaning="变更网站的订单没有覆盖同一服务备案号下的全部域名, 或变更主体的订单没有覆盖主体备案号下的全部域名",
    meaning_en="A service change leaves out domains of the same service number, or an entity change domains of the entity number",
    severity=Severity.HIGH,
    cites=(GUIDE, NOTICE_2019_633),
    remedy="把遗漏的域名补入同一订单; 已提交的订单先撤回再补, 或在办结后立即补办",
    remedy_en="Add the domains left out to the same order; withdraw it first where it is submitted, or amend them right after it",
)
def covers_shared_number(order: Order) -> Iterator[Violation | Undecided | NotApplicable]:
    """Cancellations and access filings may be about one service only."""
    kind = running(order, *_CHANGES)
    if not isinstance(kind, OrderKind):
        yield kind
        return
    needed = _needed(order, kind)
    if isinstance(needed, Undecided):
        yield needed
        return
    if not needed:
        yield NOT_APPLICABLE
        return
    if not order.readable("order_domains"):
        yield missing(order, "order_domains")
        return
    named = frozenset(order.domains)
    left = [domain for domain in needed if domain not in named]
    if not left:
        return
    cells = order_cells(order, "order_domains")
    torn = [piece for cell in _domain_cells(order) for piece, _why in cell.problems]
    if torn or any(not one.readable for one in order.said("order_domains")):
        message = say("涉及域名中有一部分无法识别: {pieces}", "A part of the domains could not be read: {pieces}",
                      pieces=tuple(torn) or Text("整格", "a whole cell"))  # fmt: skip
        yield Undecided(Reason.UNPARSED, message, cells=cells)
        return
    number = (
        order.entity.target
        if kind.changes_entity and order.entity
        else tuple(one.target for one in order.services)
    )
    told = tuple(domain.target for domain in left[:MOST_TOLD])
    more = len(left) - len(told)
    message = (
        say("{number} 下共 {all} 个域名, 订单遗漏 {count} 个: {left}",
            "Of the {all} domains under {number} the order leaves out {count}: {left}",
            number=number, all=len(needed), count=len(left), left=told)
        if not more
        else say("{number} 下共 {all} 个域名, 订单遗漏 {count} 个: {left} 等",
                 "Of the {all} domains under {number} the order leaves out {count}: {left} and more",
                 number=number, all=len(needed), count=len(left), left=told)
    )  # fmt: skip
    yield Violation(
        message,
        expected=len(needed),
        observed=len(needed) - len(left),
        cells=cells,
        key="|".join(domain.key for domain in left[:MOST_TOLD]),
    )


def _domain_cells(order: Order) -> list[DomainCell]:
    return [one.value for one in order.readable("order_domains") if isinstance(one.value, DomainCell)]


def _needed(order: Order, kind: OrderKind) -> tuple[FiledDomain, ...] | Undecided:
    """Every domain that shares the number which the order changes."""
    if kind.changes_entity:
        entity: Entity | Undecided = entity_of(order)
        return entity if isinstance(entity, Undecided) else entity.domains
    if not order.services:
        if order.unfiled:
            message = say("涉及域名 {domains} 不在台账中", "The domains {domains} are not in the book",
                          domains=tuple(one.ulabel for one in order.unfiled[:MOST_TOLD]))  # fmt: skip
            return Undecided(Reason.MISSING_VALUE, message, cells=order_cells(order, "order_domains"))
        return missing(order, "order_domains")
    found = {domain: None for service in order.services for domain in service.domains}
    return tuple(sorted(found, key=lambda domain: domain.name))


@check(
    "CHG708",
    title="变更办结后新负责人已绑定通知渠道",
    title_en="After the change the new person has bound a notification channel",
    meaning="变更已办结, 新负责人尚未登录备案系统绑定通知渠道 (公众号等), 收不到核查通知",
    meaning_en="The change is done, but the new person has not signed in and bound a notification channel, and so misses the notices",
    severity=Severity.LOW,
    cites=(GUIDE,),
    remedy="请新负责人登录接入商备案系统, 绑定手机或公众号等通知渠道",
    remedy_en="Have the new person sign in at the access provider and bind a notification channel",
)
def new_person_is_notified(order: Order) -> Iterator[Violation | Undecided | NotApplicable]:
    """Only changes of a person; an order that does not say what it changes may be one."""
    stage = stage_of(order)
    if isinstance(stage, Undecided):
        yield stage
        return
    if stage is not OrderStage.DONE or kind_of(order) in (OrderKind.CANCEL, OrderKind.ACCESS):
        yield NOT_APPLICABLE
        return
    changes = order.text("order_changes")
    if order.new_person is None and changes is not None and not _PERSON.search(changes):
        yield NOT_APPLICABLE
        return
    said = order.readable("notification_bound")
    unbound = [one for one in said if one.value is False]
    if unbound:
        yield Violation(
            say("变更已办结, 新负责人{name}尚未绑定通知渠道",
                "The change is done; the new person {name} has not bound a notification channel",
                name=order.new_person or Text("(未填姓名)", "(not named)")),
            expected=Text("已绑定", "bound"),
            observed=unbound[0].shown,
            cells=(*order_cells(order, "order_stage"), *(cell for one in unbound for cell in one.cells)),
        )  # fmt: skip
    elif not said or any(isinstance(one.value, Unreadable) for one in order.said("notification_bound")):
        yield missing(order, "notification_bound")


CHECKS = (entity_changes_first, covers_shared_number, new_person_is_notified)
