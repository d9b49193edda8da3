"""REC103, REC104, REC106 and REC113: how record numbers, provinces and domains hang together."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.checks.agreement import (
    enumerated,
)
from auditor.checks.check import NOT_APPLICABLE, NotApplicable, Undecided, Violation, check
from auditor.model.portfolio import Entity, FiledDomain, Said, Service
from auditor.model.text import say
from auditor.model.values import Unreadable
from auditor.model.verdict import Reason, Severity
from auditor.model.words import ServiceKind
from auditor.rules.load import RuleData
from auditor.rules.regulations import NOTICE_2019_633, ORDER_33_TRUTHFUL


@check(
    "REC103",
    title="服务备案号属于同一行的主体备案号",
    title_en="The service number belongs to the entity number on its row",
    meaning="服务备案号去掉后缀后，与同一行的主体备案号不一致",
    meaning_en="The service number without its suffix is not the entity number that stands on the same row",
    severity=Severity.HIGH,
    cites=ORDER_33_TRUTHFUL,
    remedy="对照 beian.miit.gov.cn 的查询结果，更正主体备案号或服务备案号",
    remedy_en="Correct the entity number or the service number by what beian.miit.gov.cn shows",
)
def service_under_its_entity(service: Service) -> Iterator[Violation | Undecided | NotApplicable]:
    """A service number is the entity number with a suffix."""
    own = service.number.entity
    stated = [row for row in service.rows if row.number("entity_number") and row.number("service_number")]
    wrong = [row for row in stated if (number := row.number("entity_number")) and number.entity != own]
    if wrong:
        others = tuple(
            sorted({str(number.entity) for row in wrong if (number := row.number("entity_number"))})
        )
        yield Violation(
            say(
                "服务备案号 {service} 属于主体 {own}，但有 {count} 行写的主体备案号是 {others}",
                "Service number {service} belongs to entity {own}, but {count} row(s) give the entity number {others}",
                service=str(service.number),
                own=str(own),
                count=len(wrong),
                others=others,
            ),
            expected=str(own),
            observed=others if len(others) > 1 else others[0],
            cells=tuple(row.cell(code) for row in wrong for code in ("entity_number", "service_number")),
            key="|".join(others),
        )
        return
    unread = [row for row in service.rows if isinstance(row.values.get("entity_number"), Unreadable)]
    if unread:
        yield Undecided(
            Reason.UNPARSED,
            say(
                "同一行的主体备案号无法识别",
                "The entity number on the same row cannot be recognised",
            ),
            cells=tuple(row.cell("entity_number") for row in unread),
        )
    elif not stated:
        yield NOT_APPLICABLE


@check(
    "REC104",
    title="省份与备案号的省份简称一致",
    title_en="The province agrees with the number's abbreviation",
    meaning="省份一栏与备案号开头的省份简称不是同一省份",
    meaning_en="The province column and the abbreviation at the head of the record number name different provinces",
    severity=Severity.MEDIUM,
    cites=ORDER_33_TRUTHFUL,
    remedy="更正省份一栏；若主体已迁至外省，应在新省份重新备案",
    remedy_en="Correct the province; an entity that has moved to another province files anew there",
)
def province_of_number(entity: Entity, rules: RuleData) -> Iterator[Violation | Undecided | NotApplicable]:
    """The abbreviation is that of the Administration that keeps the filing."""
    if entity.number is None or not entity.has_column("province"):
        yield NOT_APPLICABLE
        return
    own = rules.provinces.by_icp(entity.number.province)
    if own is None:
        yield Undecided(Reason.NO_RULE_DATA)
        return
    unknown: list[Said] = []
    other: list[Said] = []
    for said in entity.said("province"):
        found = rules.provinces.by_name(said.shown) if said.readable else None
        if found is None:
            unknown.append(said)
        elif found.icp_abbr != own.icp_abbr:
            other.append(said)
    if other:
        shown = tuple(said.shown for said in other)
        yield Violation(
            say(
                "备案号 {number} 属{own}，省份一栏写的是{shown}",
                "Record number {number} is of {own}, the province column says {shown}",
                number=str(entity.number),
                own=own.name,
                shown=shown,
            ),
            expected=own.name,
            observed=shown if len(shown) > 1 else shown[0],
            cells=tuple(cell for said in other for cell in said.cells),
        )
    elif unknown:
        yield Undecided(
            Reason.UNPARSED,
            say("省份“{shown}”无法识别", "The province “{shown}” is not recognised", shown=unknown[0].shown),
            expected=own.name,
            observed=unknown[0].shown,
            cells=tuple(cell for said in unknown for cell in said.cells),
        )
    elif not entity.said("province"):
        yield Undecided(Reason.MISSING_VALUE, say("未填写省份", "The province is not filled in"))


@check(
    "REC106",
    title="一个域名只在一个备案号下",
    title_en="A domain stands under one record number",
    meaning="同一域名出现在两个或以上的服务备案号或主体备案号下",
    meaning_en="A domain stands under two or more service numbers or entity numbers",
    severity=Severity.HIGH,
    cites=NOTICE_2019_633,
    remedy="核对域名实际所属的备案号，更正台账；确有重复备案的，在多余的一方变更或注销",
    remedy_en="Find the number that the domain really stands under and correct the book; where it is filed twice, remove it "
    "from the other filing",
)
def domain_under_one_number(domain: FiledDomain) -> Iterator[Violation | Undecided | NotApplicable]:
    """633号: one domain, one service number."""
    services = tuple(str(service.number) for service in domain.services)
    entities = tuple(str(entity.number) for entity in domain.entities if entity.number is not None)
    numbers = services if len(services) > 1 else entities if len(entities) > 1 else ()
    if numbers:
        both = tuple(dict.fromkeys((*services, *entities))) if len(entities) > 1 else numbers
        yield Violation(
            say(
                "{domain} 出现在 {count} 个备案号下：{numbers}",
                "{domain} stands under {count} record numbers: {numbers}",
                domain=domain.key,
                count=len(numbers),
                numbers=numbers,
            ),
            observed=both,
            cells=domain.cells("service_number", "entity_number"),
            key="|".join(both),
        )
        return
    unread = [
        row.cell(code)
        for row in domain.rows
        for code in ("service_number", "entity_number")
        if isinstance(row.values.get(code), Unreadable)
    ]
    if unread:
        yield Undecided(
            Reason.UNPARSED,
            say(
                "{domain} 有备案号无法识别",
                "A record number of {domain} cannot be recognised",
                domain=domain.key,
            ),
            cells=tuple(unread),
        )
    elif not services and not entities:
        yield Undecided(
            Reason.MISSING_VALUE,
            say(
                "台账未给出 {domain} 的备案号",
                "The book gives no record number for {domain}",
                domain=domain.key,
            ),
        )


@check(
    "REC113",
    title="一个服务备案号对应一个域名",
    title_en="A service number holds one domain",
    meaning="该服务备案号下有多个域名，属 633 号文（2019 年）之前的历史备案；只能保留或删除域名，不能新增或替换",
    meaning_en="Several domains stand under the service number: a filing from before notice 633 (2019), whose domains can "
    "be kept or dropped but not added or replaced",
    severity=Severity.INFO,
    cites=NOTICE_2019_633,
    remedy="各域名的注册者和负责人信息须一并更新；有条件时拆分为一域名一备案号",
    remedy_en="Bring all its domains up to date together; split them into one number each where that is possible",
)
def one_domain_for_service_number(service: Service) -> Iterator[Violation | Undecided | NotApplicable]:
    """Shared service numbers are legacy since 2019-04-22; Apps may use several domains."""
    if not service.domains or service.kind is not ServiceKind.SITE:
        yield NOT_APPLICABLE
        return
    names = tuple(domain.key for domain in service.domains)
    if len(names) > 1:
        yield Violation(
            say(
                "{number} 下有 {count} 个域名：{names}",
                "{count} domains stand under {number}: {names}",
                number=str(service.number),
                count=len(names),
                names=enumerated(names),
            ),
            observed=names,
            cells=service.cells("domain"),
        )


CHECKS = (
    service_under_its_entity,
    province_of_number,
    domain_under_one_number,
    one_domain_for_service_number,
)
