"""REC111, REC112 and REC114: shell filings, and the police filing of each site."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import islice
from weakref import WeakKeyDictionary

from auditor.checks.check import NOT_APPLICABLE, NotApplicable, Undecided, Violation, check
from auditor.model.identity import read_police_number
from auditor.model.place import CellRef
from auditor.model.policy import Policy
from auditor.model.portfolio import Entity, Portfolio, Service
from auditor.model.recordnumber import PROVINCES
from auditor.model.text import Text, say
from auditor.model.values import Unreadable, plain
from auditor.model.verdict import Reason, Severity
from auditor.model.words import ServiceKind, SheetRole
from auditor.rules.regulations import ORDER_33_CANCEL, POLICE_33, POLICE_DISPLAY, PROVIDER_RULES

# What a row says of a service even where its number is missing.
_OF_A_SERVICE = ("service_name", "home_url")


@check(
    "REC111",
    title="主体下有服务",
    title_en="A service is listed under the entity",
    meaning="空壳主体：主体备案号下没有任何服务，会被管局清理注销",
    meaning_en="An empty-shell entity: no service is listed under it; the Administration cancels such filings",
    severity=Severity.HIGH,
    cites=(ORDER_33_CANCEL, PROVIDER_RULES),
    remedy="补列该主体的服务；确无服务的，新增服务或注销主体",
    remedy_en="List the entity's services; where there is none, add one or cancel the entity",
)
def entity_has_services(
    entity: Entity, portfolio: Portfolio
) -> Iterator[Violation | Undecided | NotApplicable]:
    """空壳主体."""
    if entity.services:
        return
    unread = [
        row.cell("service_number")
        for row in entity.rows
        if isinstance(row.values.get("service_number"), Unreadable)
    ]
    if unread:
        yield Undecided(
            Reason.UNPARSED,
            say("该主体的服务备案号无法识别", "The entity's service number cannot be recognised"),
            cells=tuple(unread),
        )
    elif entity.number is None:
        yield Undecided(Reason.MISSING_VALUE, say("没有可用的主体备案号", "There is no usable entity number"))
    elif not portfolio.services and not (
        portfolio.lists("service_number") or SheetRole.SERVICES in portfolio.roles
    ):
        yield Undecided(
            Reason.MISSING_VALUE, say("台账不列服务备案号", "The book lists no service numbers at all")
        )
    elif entity.domains:
        names = tuple(domain.key for domain in entity.domains)[:5]
        yield Undecided(
            Reason.MISSING_VALUE,
            say(
                "主体下有域名（{names}），但没有服务备案号",
                "Domains stand under the entity ({names}), but no service number",
                names=names,
            ),
        )
    elif described := [row.cell(code) for row in entity.rows for code in _OF_A_SERVICE if row.text(code)]:
        yield Undecided(
            Reason.MISSING_VALUE,
            say(
                "主体下写有网站名称或网址，但没有服务备案号",
                "A name or an address of a site stands under the entity, but no service number",
            ),
            cells=tuple(described),
        )
    else:
        yield Violation(
            say(
                "主体 {number} 下没有任何服务，属空壳主体",
                "No service is listed under entity {number}: an empty shell",
                number=str(entity.number),
            ),
            expected=Text("至少一个服务备案号", "at least one service number"),
        )


_SHOWN_ADRIFT = 5
_LOOSE: WeakKeyDictionary[Entity, tuple[str, ...]] = WeakKeyDictionary()


def _domains_without_service(entity: Entity) -> tuple[str, ...]:
    """A few domains of an entity of which no row says the service; looked for once an entity, not once a service."""
    found = _LOOSE.get(entity)
    if found is None:
        loose = (domain.key for domain in entity.domains if not domain.services)
        found = _LOOSE[entity] = tuple(islice(loose, 5))
    return found


_ADRIFT: WeakKeyDictionary[Portfolio, tuple[tuple[CellRef, str], ...]] = WeakKeyDictionary()


def _domains_adrift(portfolio: Portfolio, service: Service) -> tuple[CellRef, ...]:
    """Cells of domains that stand under no service and no entity, because no number of theirs can be read.

    Each may be the domain that a service misses, unless its number begins with another province.
    """
    found = _ADRIFT.get(portfolio)
    if found is None:
        found = _ADRIFT[portfolio] = tuple(
            (row.cell("service_number"), row.raw.get("service_number", ""))
            for domain in portfolio.domains
            if not domain.services and not domain.entities
            for row in domain.rows
        )
    own = service.number.province
    others = PROVINCES.replace(own, "")
    return tuple(cell for cell, raw in found if not raw or raw.lstrip()[:1] not in others)


@check(
    "REC112",
    title="服务下有域名或 App",
    title_en="A domain or an App is listed under the service",
    meaning="空壳服务：服务备案号下没有域名，也不是 App、小程序或快应用",
    meaning_en="An empty-shell service: no domain is listed under it, and it is no App, mini-program or quick app",
    severity=Severity.HIGH,
    cites=(ORDER_33_CANCEL, PROVIDER_RULES),
    remedy="补列该服务的域名；域名已不用的，注销该服务",
    remedy_en="List the service's domain; where it is no longer used, cancel the service",
)
def service_has_domain(
    service: Service, portfolio: Portfolio
) -> Iterator[Violation | Undecided | NotApplicable]:
    """空壳网站."""
    if service.kind is not ServiceKind.SITE:
        yield NOT_APPLICABLE
        return
    if service.domains:
        return
    unread = [row.cell("domain") for row in service.rows if isinstance(row.values.get("domain"), Unreadable)]
    loose = _domains_without_service(service.entity)
    if unread:
        yield Undecided(
            Reason.UNPARSED,
            say("该服务的域名无法识别", "The service's domain cannot be recognised"),
            cells=tuple(unread),
        )
    elif not portfolio.lists("domain"):
        yield Undecided(Reason.MISSING_VALUE, say("台账不列域名", "The book lists no domains at all"))
    elif loose or service.said("home_url"):
        yield Undecided(
            Reason.MISSING_VALUE,
            say(
                "{number} 未列域名，但另有线索：{hints}",
                "No domain is listed under {number}, but there are hints: {hints}",
                number=str(service.number),
                hints=loose or tuple(said.shown for said in service.said("home_url"))[:5],
            ),
            cells=service.cells("service_number", "home_url"),
        )
    elif adrift := _domains_adrift(portfolio, service):
        yield Undecided(
            Reason.UNPARSED,
            say(
                "{number} 未列域名，但有域名的备案号缺失或无法识别，可能属于该服务",
                "No domain is listed under {number}, but the numbers of some domains are missing or cannot be "
                "recognised; one of them may belong to it",
                number=str(service.number),
            ),
            cells=(*service.cells("service_number"), *adrift[:_SHOWN_ADRIFT]),
        )
    else:
        yield Violation(
            say(
                "{number} 下没有域名，属空壳服务",
                "No domain is listed under {number}: an empty shell",
                number=str(service.number),
            ),
            expected=Text("一个域名", "a domain"),
            cells=service.cells("service_number"),
        )


_NO_POLICE_NUMBER = frozenset(
    {"无", "没有", "暂无", "未备案", "未办理", "未填", "否", "none", "no", "n/a", "na", "-", "--", "/", "0"}
)


@check(
    "REC114",
    title="公安备案号齐全且格式正确",
    title_en="The police filing number is present and well-formed",
    meaning="公安备案号格式错误（应为 X公网安备 14 位数字号），或网站开通超过规定天数仍无公安备案号",
    meaning_en="The police filing number is malformed (needed: X公网安备, 14 digits, 号), or is missing although the site has been "
    "open for longer than the policy's days",
    severity=Severity.LOW,
    cites=(POLICE_33, POLICE_DISPLAY),
    remedy="登录 beian.mps.gov.cn 核对号码；尚未办理的尽快办理公安联网备案",
    remedy_en="Check the number at beian.mps.gov.cn; where there is none yet, file with the police soon",
    thresholds=("police_days",),
)
def police_number_present(
    service: Service, policy: Policy, portfolio: Portfolio
) -> Iterator[Violation | Undecided | NotApplicable]:
    """The area and the province may differ from the filing's: the site registers where its operator sits."""
    if service.kind is not ServiceKind.SITE:
        yield NOT_APPLICABLE
        return
    said = service.said("police_number")
    filled = [one for one in said if not one.readable or plain(one.shown) not in _NO_POLICE_NUMBER]
    wrong = [one for one in filled if one.readable and read_police_number(one.shown) is None]
    if wrong:
        raws = tuple(one.shown for one in wrong)
        yield Violation(
            say("公安备案号格式错误：{raws}", "The police filing number is malformed: {raws}", raws=raws),
            expected=Text("如 京公网安备11010502030143号", "such as 京公网安备11010502030143号"),
            observed=raws if len(raws) > 1 else raws[0],
            cells=tuple(cell for one in wrong for cell in one.cells),
            key="|".join(raws),
        )
        return
    if filled:
        if any(not one.readable for one in filled):
            yield Undecided(Reason.UNPARSED, cells=service.cells("police_number"))
        return
    yield from _police_number_due(service, policy, listed=portfolio.lists("police_number"))


def _police_number_due(
    service: Service, policy: Policy, *, listed: bool
) -> Iterator[Violation | Undecided | NotApplicable]:
    """No number: due once the site has been open for the policy's days."""
    opened = service.value("site_open_date")
    days = policy.thresholds.police_days
    if not isinstance(opened, date):
        unread = service.said("site_open_date")
        yield Undecided(
            Reason.UNPARSED if unread else Reason.MISSING_VALUE,
            say(
                "没有公安备案号，开通日期{state}，无法判断是否逾期",
                "There is no police filing number; whether it is overdue cannot be told: the opening date is {state}",
                state=Text("无法识别", "not readable") if unread else Text("未填", "not given"),
            ),
            cells=tuple(cell for one in unread for cell in one.cells),
        )
        return
    age = (policy.as_of - opened).days
    if age <= days:
        return
    if not listed:
        yield Undecided(
            Reason.MISSING_VALUE,
            say(
                "网站已开通 {age} 天，但台账没有公安备案号一栏",
                "The site has been open for {age} days, but the book has no column for the police filing number",
                age=age,
            ),
            cells=service.cells("site_open_date"),
        )
        return
    yield Violation(
        say(
            "网站于 {opened} 开通，已 {age} 天，仍无公安备案号（应在 {days} 天内办理）",
            "The site opened on {opened}, {age} days ago, and has no police filing number (due within {days} days)",
            opened=opened,
            age=age,
            days=days,
        ),
        expected=Text("公安备案号", "a police filing number"),
        cells=service.cells("police_number", "site_open_date"),
    )


CHECKS = (entity_has_services, service_has_domain, police_number_present)
