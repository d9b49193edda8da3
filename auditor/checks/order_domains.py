"""Checks on the domains of an order: real-name data before the submission, DNS records during the review."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

from auditor.checks.check import NOT_APPLICABLE, NotApplicable, Undecided, Violation, check
from auditor.checks.names import normal_name
from auditor.checks.order_state import (
    MOST_TOLD,
    covered,
    last_instant,
    missing,
    moment_of,
    order_cells,
    running,
    shown_moment,
    stage_of,
)
from auditor.checks.ownership import domain_registrant
from auditor.checks.real_name import real_name_certificate, real_name_verified
from auditor.model.evidence import Dossier, Evidence, HostAnswer, Registrants, Stated, Unavailable
from auditor.model.policy import Policy
from auditor.model.portfolio import FiledDomain, Order
from auditor.model.text import Message, Text, say
from auditor.model.values import BEIJING
from auditor.model.verdict import Reason, Severity
from auditor.model.words import OrderKind
from auditor.rules.regulations import GUIDE, NOTICE_2017_264_OWNER, PROVIDER_RULES

_RENAMES = re.compile(r"名称|更名|改名|rename|name", re.IGNORECASE)
# An answer from longer before the submission says nothing of the state at that moment.
_BEFORE = timedelta(days=7)
_DEFINITE = ("NOERROR", "NXDOMAIN")


@check(
    "CHG702",
    title="提交前所涉域名的实名信息已与备案一致",
    title_en="The real-name data of the domains agree before the order is submitted",
    meaning="订单在办或计划提交, 而所涉域名的注册者不是备案主体 (或其允许的关联方)、未实名, 或实名证件号码与主体不符",
    meaning_en="The order is under way or planned while the registrant of a domain is not the entity (or an accepted related party), "
    "the domain is not real-name verified, or the certificate behind it is not the entity's",
    severity=Severity.HIGH,
    cites=(NOTICE_2017_264_OWNER, GUIDE),
    remedy=(
        "先在注册商处过户或补办实名认证 (3 至 5 个工作日), 等其同步到工信部 (再 3 至 5 个工作日), 再提交订单",
        "已提交的, 联系接入商确认是否撤回, 以免被驳回",
    ),
    remedy_en=(
        "First transfer or verify the domain at the registrar (3 to 5 working days), let that reach the ministry (3 to 5 more), "
        "then submit the order",
        "Where it is submitted already, ask the provider whether to withdraw it before it is returned",
    ),
)
def real_name_first(
    order: Order, dossier: Dossier, policy: Policy
) -> Iterator[Violation | Undecided | NotApplicable]:
    """A cancellation asks for no real-name data; every other order is held against them when it is submitted."""
    kind = running(order, OrderKind.ENTITY, OrderKind.SERVICE, OrderKind.BOTH, OrderKind.ACCESS)
    if not isinstance(kind, OrderKind):
        yield kind
        return
    domains = covered(order)
    if not domains:
        yield missing(order, "order_domains")
        return
    wrong: list[tuple[FiledDomain, Violation]] = []
    unsettled: list[tuple[FiledDomain, Undecided]] = []
    for domain in domains:
        for found in _disagreement(domain, order, dossier, policy):
            if isinstance(found, Violation):
                wrong.append((domain, found))
            else:
                unsettled.append((domain, found))
    if wrong:
        yield Violation(
            say("{count} 个域名的实名信息与备案不一致: {wrong}", "The real-name data of {count} domains do not agree: {wrong}",
                count=len({domain.key for domain, _found in wrong}),
                wrong=tuple(_about(domain, found.message) for domain, found in wrong[:MOST_TOLD])),
            expected=order.entity.name if order.entity else None,
            observed=tuple(dict.fromkeys(found.observed for _domain, found in wrong[:MOST_TOLD])),
            cells=order_cells(order, "order_domains", "order_stage"),
            evidence=tuple(dict.fromkeys(one for _domain, found in wrong for one in found.evidence)),
            key="|".join(sorted({domain.key for domain, _found in wrong})),
        )  # fmt: skip
    elif unsettled:
        domain, first = unsettled[0]
        text = first.message or Message(first.reason.text)
        yield Undecided(
            first.reason, _about(domain, text), first.expected, first.observed,
            order_cells(order, "order_domains"), first.evidence,
        )  # fmt: skip


def _about(domain: FiledDomain, message: Message) -> Message:
    return say("{domain}: {what}", "{domain}: {what}", domain=domain.target, what=message)


def _disagreement(
    domain: FiledDomain, order: Order, dossier: Dossier, policy: Policy
) -> Iterator[Violation | Undecided]:
    """What OWN201, OWN203 and OWN206 find on one domain; a merely differing type of certificate is let through."""
    known = dossier.of(domain.key)
    registrants = known.registrants
    if isinstance(registrants, Unavailable):
        yield _unavailable(registrants)
    else:
        for found in domain_registrant.judge(domain, registrants, policy):
            if isinstance(found, Violation) and _may_be_new_name(order, registrants):
                yield Undecided(
                    Reason.UNCONFIRMED,
                    say("订单变更主体名称, 无法确认注册者 {registrant} 是否为变更后的名称",
                        "The order changes the entity's name: whether {registrant} is the new one cannot be told",
                        registrant=registrants.best.value),
                    found.expected, found.observed, evidence=found.evidence,
                )  # fmt: skip
            elif isinstance(found, Violation | Undecided) and not _names_registrant(order, registrants):
                yield found
    for found in real_name_verified.judge(domain, known.real_name, known.statuses):
        if isinstance(found, Violation | Undecided):
            yield found
    if not isinstance(known.real_name, Unavailable):
        for found in real_name_certificate.judge(domain, known.real_name, registrants, policy):
            if isinstance(found, Violation) and found.severity is not Severity.LOW:
                yield found


def _unavailable(answer: Unavailable) -> Undecided:
    return Undecided(
        answer.reason, Message(answer.detail) if answer.detail else None, evidence=answer.evidence
    )


def _names_registrant(order: Order, registrants: Registrants) -> bool:
    """True where the order itself gives the registrant as the entity's new name: transferred first, as it should be."""
    changes = order.text("order_changes") or ""
    if not _RENAMES.search(changes):
        return False
    name = normal_name(registrants.best.value)
    return len(name) > 3 and name in normal_name(changes)


def _may_be_new_name(order: Order, registrants: Registrants) -> bool:
    changes = order.text("order_changes") or ""
    renames = "主体" in changes or "主办" in changes or "单位" in changes or "公司" in changes
    changing = order.kind is not None and order.kind.changes_entity
    return (
        changing and bool(_RENAMES.search(changes)) and renames and not _names_registrant(order, registrants)
    )


@check(
    "CHG705",
    title="审核期间未改动域名解析",
    title_en="The DNS records stay as they are under review",
    meaning="订单审核期间, 所涉域名的 A、AAAA、CNAME 或 NS 记录有变化 (同一解析服务器前后两次应答不同)",
    meaning_en="A, AAAA, CNAME or NS records of a domain changed while the order was under review (one resolver's answers differ)",
    severity=Severity.MEDIUM,
    cites=(GUIDE, PROVIDER_RULES),
    remedy=(
        "把解析恢复为提交时的记录, 审核办结前不再改动服务器与解析",
        "确需改动的, 先与接入商确认, 必要时撤回订单重新提交",
    ),
    remedy_en=(
        "Put the records back as they were at the submission and leave server and DNS alone until the order is done",
        "Where a change cannot wait, agree it with the access provider, or withdraw the order and submit it again",
    ),
)
def dns_unchanged(
    order: Order, dossier: Dossier, policy: Policy
) -> Iterator[Violation | Undecided | NotApplicable]:
    """Compares the answer kept at the submission with later ones of the same resolver."""
    stage = stage_of(order)
    if isinstance(stage, Undecided):
        yield stage
        return
    if not stage.under_review:
        yield NOT_APPLICABLE
        return
    submitted = moment_of(order, "order_submitted")
    if isinstance(submitted, Undecided):
        yield submitted
        return
    domains = covered(order)
    if not domains:
        yield missing(order, "order_domains")
        return
    changed: list[Message] = []
    evidence: dict[Evidence, None] = {}
    unseen: list[str] = []
    for domain in domains:
        differing, compared = _compare(domain, dossier.of(domain.key).dns_history, submitted, policy)
        for message, first, second in differing:
            changed.append(message)
            evidence |= {first: None, second: None}
        if not compared and not differing:
            unseen.append(domain.target)
    cells = order_cells(order, "order_submitted", "order_domains")
    if changed:
        yield Violation(
            say("审核期间解析有变化: {changed}", "Records changed under review: {changed}", changed=tuple(changed[:MOST_TOLD])),
            expected=Text("与提交时相同", "as at the submission"),
            cells=cells,
            evidence=tuple(evidence),
        )  # fmt: skip
    elif unseen:
        message = say(
            "{domains} 没有提交时 ({day}) 与审核期间的解析记录可比对",
            "For {domains} there are no DNS answers from the submission ({day}) and from the review to compare",
            domains=tuple(unseen[:MOST_TOLD]),
            day=shown_moment(submitted),
        )
        yield Undecided(Reason.NO_EVIDENCE, message, cells=cells)


_Differing = list[tuple[Message, Evidence, Evidence]]
_Snapshot = Stated[Mapping[str, HostAnswer]]


def _compare(
    domain: FiledDomain, history: Sequence[_Snapshot], submitted: date, policy: Policy
) -> tuple[_Differing, bool]:
    """The changes that one resolver's answers show, and whether any resolver was heard both before and during the review."""
    start, end = last_instant(submitted), last_instant(policy.as_of)
    by_server: dict[str, list[_Snapshot]] = {}
    for one in history:
        if one.evidence.fetched_at is not None and one.evidence.fetched_at <= end:
            by_server.setdefault(one.evidence.server, []).append(one)
    compared = False
    found: dict[tuple[str, str], tuple[Message, Evidence, Evidence]] = {}
    for _server, snapshots in sorted(by_server.items()):
        before = [one for one in snapshots if start - _BEFORE <= _moment(one) <= start]
        during = [one for one in snapshots if _moment(one) > start]
        compared = compared or bool(before and during)
        line = [*before[-1:], *during]
        for first, second in pairwise(line):
            for host in sorted(first.value.keys() & second.value.keys()):
                # Internationalised names stand under both their forms.
                if host != domain.name.alabel and not host.endswith("." + domain.name.alabel):
                    continue
                for kind, old, new in _changes(first.value[host], second.value[host]):
                    day = _moment(second).astimezone(BEIJING).date()
                    message = say("{host} {kind} {old} → {new} ({day})", "{host} {kind} {old} → {new} ({day})",
                                  host=host, kind=kind, old=old or _NONE, new=new or _NONE, day=day)  # fmt: skip
                    found.setdefault((host, kind), (message, first.evidence, second.evidence))
    return [found[key] for key in sorted(found)], compared


_NONE = Text("(无)", "(none)")


def _moment(snapshot: _Snapshot) -> datetime:
    assert snapshot.evidence.fetched_at is not None
    return snapshot.evidence.fetched_at


def _changes(old: HostAnswer, new: HostAnswer) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """What differs between two answers; a type that one of them may not have asked for is not compared."""
    if old.rcode not in _DEFINITE or new.rcode not in _DEFINITE:
        return
    if old.chain and new.chain and old.chain != new.chain:
        yield "CNAME", old.chain, new.chain
    # Behind one and the same CNAME the provider turns addresses over by itself.
    if not (old.chain and old.chain == new.chain):
        if set(old.a) != set(new.a):
            yield "A", tuple(sorted(old.a)), tuple(sorted(new.a))
        if old.aaaa and new.aaaa and set(old.aaaa) != set(new.aaaa):
            yield "AAAA", tuple(sorted(old.aaaa)), tuple(sorted(new.aaaa))
    if old.ns and new.ns and set(old.ns) != set(new.ns):
        yield "NS", tuple(sorted(old.ns)), tuple(sorted(new.ns))


CHECKS = (real_name_first, dns_unchanged)
