"""MIT: what the ministry's public query says, after imported results."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.checks.check import Check, NotApplicable, Undecided, Violation, check
from auditor.checks.filing_record import (
    cells_of,
    comparable_names,
    entity_names,
    entity_numbers,
    missing,
    no_service_number,
    said_of,
    service_numbers,
)
from auditor.checks.names import compare_names, normal_name
from auditor.checks.runner import evidence_of
from auditor.model.evidence import Evidence, MinistryRecord, MinistryRecords
from auditor.model.policy import Policy
from auditor.model.portfolio import FiledDomain
from auditor.model.recordnumber import RecordNumber, read_record_number
from auditor.model.text import Text, say
from auditor.model.verdict import Reason, Severity
from auditor.model.words import EntityKind
from auditor.rules.certificates import entity_kind
from auditor.rules.regulations import FORM_64, ORDER_33_CHANGE, ORDER_33_FILE, ORDER_33_TRUTHFUL


def _later_denials(ministry: MinistryRecords) -> tuple[Evidence, ...]:
    """The separate answers that say there is no record and that no found record is newer than."""
    denials = tuple(dict.fromkeys(ministry.absent))
    if not ministry.records:
        return denials
    newest = ministry.records[0].evidence.fetched_at
    if newest is None:
        return ()
    return tuple(one for one in denials if one.fetched_at is not None and one.fetched_at > newest)


def _newest(ministry: MinistryRecords) -> MinistryRecord | Undecided:
    """The record that counts; where the newest answer is that there is none, there is nothing to compare."""
    denials = _later_denials(ministry)
    if not ministry.records or denials:
        nothing = say(
            "工信部公开查询没有该域名的备案记录, 无从比对",
            "The ministry's public query has no record for the domain, so there is nothing to compare",
        )
        return Undecided(Reason.NOT_FOUND, nothing, evidence=denials)
    return ministry.records[0]


@check(
    "MIT951",
    title="工信部公开查询有该域名的备案",
    title_en="The ministry's public query knows a record for the domain",
    meaning="两次独立的查询结果都显示域名没有备案 (只有一次为无法判定)",
    meaning_en="Two separate results say that the domain has no record (one alone is unknown)",
    severity=Severity.HIGH,
    cites=(ORDER_33_FILE, FORM_64),
    remedy=(
        "登录 beian.miit.gov.cn 人工查询确认, 并询问接入服务商备案是否被注销",
        "确无备案的, 停止服务并重新办理首次备案; 已注销的备案号不能恢复",
    ),
    remedy_en=(
        "Confirm by hand at beian.miit.gov.cn and ask the access provider whether the filing was cancelled",
        "Where there is none, take the site down and file anew; a cancelled number cannot be restored",
    ),
)
def record_exists(
    domain: FiledDomain, ministry: MinistryRecords
) -> Iterator[Violation | Undecided | NotApplicable]:
    """The public query bans clients and then answers wrongly, so one denial is never believed."""
    denials = _later_denials(ministry)
    if len(denials) >= 2:
        message = say(
            "{count} 次查询均显示 {domain} 没有备案",
            "{count} queries say that {domain} has no record",
            count=len(denials),
            domain=domain.name.ulabel,
        )
        numbers = service_numbers(domain) or entity_numbers(domain)
        yield Violation(
            message,
            expected=", ".join(map(str, numbers)) or None,
            observed=Text("无备案记录", "no record"),
            cells=cells_of(domain, "service_number", "entity_number"),
            evidence=denials,
        )
    elif denials:
        message = say("一次查询显示没有备案", "One query says that there is no record")
        yield Undecided(Reason.UNCONFIRMED, message, evidence=denials)
    elif not ministry.records:
        yield Undecided(Reason.NO_EVIDENCE)


@check(
    "MIT952",
    title="工信部查询的主办单位与台账一致",
    title_en="The ministry's entity name is the book's",
    meaning="工信部公开查询的主办单位名称与台账不同",
    meaning_en="The ministry's public query names another entity than the book",
    severity=Severity.HIGH,
    cites=(ORDER_33_TRUTHFUL, ORDER_33_CHANGE),
    remedy=("以工信部查询结果更正台账", "单位已更名的, 先变更备案主体名称, 再重做域名实名"),
    remedy_en=(
        "Correct the book after the ministry's result",
        "Where the organisation was renamed, amend the entity's name first, then verify the domains again",
    ),
)
def ministry_entity_name(
    domain: FiledDomain, ministry: MinistryRecords, policy: Policy
) -> Iterator[Violation | Undecided | NotApplicable]:
    """Names are compared as owners are; a person decides about mere variants."""
    record = _newest(ministry)
    if isinstance(record, Undecided):
        yield record
        return
    names = entity_names(domain)
    if not names:
        yield missing(domain, "entity_name")
        return
    if not record.entity_name:
        message = say("查询结果没有主办单位", "The result names no entity")
        yield Undecided(Reason.UNPARSED, message, names[0], evidence=evidence_of(record))
        return
    accepted = comparable_names(domain, record.entity_name)
    match = compare_names(record.entity_name, accepted, aliases=policy.aliases)
    if match.matched:
        return
    cells = cells_of(domain, "entity_name")
    if match.reason is not None:
        message = say(
            "台账的主办单位是 {book}, 工信部查询是 {ministry}: {reason}",
            "The book names {book}, the ministry {ministry}: {reason}",
            book=names[0],
            ministry=record.entity_name,
            reason=match.reason.text,
        )
        yield Undecided(match.reason, message, names[0], record.entity_name, cells, evidence_of(record))
        return
    message = say(
        "台账的主办单位是 {book}, 工信部查询是 {ministry}",
        "The book names {book}, the ministry {ministry}",
        book=names[0],
        ministry=record.entity_name,
    )
    key = normal_name(record.entity_name)
    yield Violation(message, names[0], record.entity_name, cells, evidence_of(record), key=key)


@check(
    "MIT953",
    title="工信部查询的主办单位性质与台账一致",
    title_en="The ministry's kind of entity is the book's",
    meaning="工信部公开查询的主办单位性质与台账不同",
    meaning_en="The ministry's public query gives another kind of entity than the book",
    severity=Severity.MEDIUM,
    cites=ORDER_33_TRUTHFUL,
    remedy="以工信部查询结果更正台账; 备案时填错的, 办理变更备案主体",
    remedy_en="Correct the book after the ministry's result; where the filing itself is wrong, amend the entity",
)
def ministry_entity_kind(
    domain: FiledDomain, ministry: MinistryRecords
) -> Iterator[Violation | Undecided | NotApplicable]:
    """A sole trader files as an enterprise, so both words mean the same kind."""
    record = _newest(ministry)
    if isinstance(record, Undecided):
        yield record
        return
    said = [one for one in said_of(domain, "entity_kind") if isinstance(one.value, EntityKind)]
    if not said:
        yield missing(domain, "entity_kind")
        return
    kind = entity_kind(record.entity_kind) if record.entity_kind else None
    if kind is None:
        message = say(
            "查询结果的主办单位性质 {word} 无法识别",
            "The kind of entity {word} in the result is not recognised",
            word=record.entity_kind or None,
        )
        yield Undecided(Reason.UNPARSED, message, said[0].value, evidence=evidence_of(record))
    elif all(one.value is not kind for one in said):
        message = say(
            "台账的主办单位性质是 {book}, 工信部查询是 {ministry}",
            "The book gives the kind as {book}, the ministry as {ministry}",
            book=said[0].value,
            ministry=kind,
        )
        cells = cells_of(domain, "entity_kind")
        yield Violation(message, said[0].value, kind, cells, evidence_of(record), key=kind.code)


@check(
    "MIT954",
    title="工信部查询的服务备案号与台账一致",
    title_en="The ministry's service number is the book's",
    meaning="工信部公开查询的服务备案号与台账不同, 可能已迁移、重新备案或台账抄错",
    meaning_en="The ministry's public query gives another service number than the book: the filing moved, was made anew, or the "
    "book is wrong",
    severity=Severity.HIGH,
    cites=(ORDER_33_TRUTHFUL, ORDER_33_FILE),
    remedy=("以工信部查询结果更正台账", "同时更正网站首页底部悬挂的备案号"),
    remedy_en=(
        "Correct the book after the ministry's result",
        "Correct the number at the foot of the home page too",
    ),
)
def ministry_service_number(
    domain: FiledDomain, ministry: MinistryRecords
) -> Iterator[Violation | Undecided | NotApplicable]:
    """Numbers are read leniently; another entity number is another service number, whatever the suffix."""
    record = _newest(ministry)
    if isinstance(record, Undecided):
        yield record
        return
    services, entities = service_numbers(domain), entity_numbers(domain)
    if not entities:
        yield missing(domain, "service_number")
        return
    stated = [
        read.number
        for text in (record.service_number, record.entity_number)
        if text and (read := read_record_number(text)) is not None
    ]
    number = next((one for one in stated if one.is_service), stated[0] if stated else None)
    evidence = evidence_of(record)
    if number is None:
        shown = record.service_number or record.entity_number or None
        message = say(
            "查询结果的备案号 {shown} 无法识别",
            "The number {shown} in the result is not recognised",
            shown=shown,
        )
        yield Undecided(Reason.UNPARSED, message, None, shown, evidence=evidence)
    elif number in services:
        return
    elif number.entity in entities and not (services and number.is_service):
        yield _half_known(domain, number, services, evidence)
    else:
        expected = [str(one) for one in services or entities]
        message = say(
            "台账的备案号是 {book}, 工信部查询是 {ministry}",
            "The book gives {book}, the ministry {ministry}",
            book=expected,
            ministry=str(number),
        )
        cells = cells_of(domain, "service_number" if services else "entity_number")
        yield Violation(message, ", ".join(expected), str(number), cells, evidence, key=str(number))


def _half_known(
    domain: FiledDomain,
    number: RecordNumber,
    services: tuple[RecordNumber, ...],
    evidence: tuple[Evidence, ...],
) -> Undecided:
    """The entity numbers agree, and one side does not name the service."""
    if services:
        message = say(
            "查询结果只有主体备案号 {number}, 与台账一致",
            "The result holds the entity number {number} only, which agrees",
            number=str(number),
        )
        return Undecided(Reason.NO_EVIDENCE, message, str(services[0]), str(number), evidence=evidence)
    reason, cells = no_service_number(domain)
    message = say(
        "主体备案号一致, 台账没有可用的服务备案号 (查询结果 {number})",
        "The entity numbers agree; the book gives no usable service number (the result: {number})",
        number=str(number),
    )
    return Undecided(reason, message, None, str(number), cells, evidence)


@check(
    "MIT955",
    title="域名未被限制接入",
    title_en="Access is not restricted",
    meaning="工信部公开查询显示该域名被限制接入",
    meaning_en="The ministry's public query says that access to the domain is restricted",
    severity=Severity.HIGH,
    cites=(ORDER_33_FILE, FORM_64),
    remedy="向接入服务商和当地管局了解限制原因, 整改后申请解除; 期间网站不得恢复接入",
    remedy_en="Ask the access provider and the Administration for the reason, put it right and apply for release; until then the "
    "site must not be given access",
)
def access_unrestricted(
    domain: FiledDomain, ministry: MinistryRecords
) -> Iterator[Violation | Undecided | NotApplicable]:
    """限制接入 是."""
    record = _newest(ministry)
    if isinstance(record, Undecided):
        yield record
    elif record.restricted is None:
        message = say("查询结果没有限制接入一项", "The result does not tell whether access is restricted")
        yield Undecided(Reason.UNPARSED, message, evidence=evidence_of(record))
    elif record.restricted:
        message = say(
            "工信部查询显示 {domain} 被限制接入",
            "The ministry's query says that access to {domain} is restricted",
            domain=domain.name.ulabel,
        )
        yield Violation(
            message,
            expected=Text("否", "no"),
            observed=Text("是", "yes"),
            cells=cells_of(domain),
            evidence=evidence_of(record),
        )


CHECKS: tuple[Check, ...] = (
    record_exists,
    ministry_entity_name,
    ministry_entity_kind,
    ministry_service_number,
    access_unrestricted,
)
