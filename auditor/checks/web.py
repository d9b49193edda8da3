"""WEB: what the home page shows, after the recorded page."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.checks.check import NOT_APPLICABLE, Check, NotApplicable, Undecided, Violation, check
from auditor.checks.filing_record import cells_of, entity_numbers, missing, no_service_number, service_numbers
from auditor.checks.host_answers import answers_for
from auditor.checks.page_numbers import links_to_ministry, links_to_retired_address
from auditor.checks.police_number import police_number_agrees
from auditor.checks.runner import evidence_of
from auditor.model.evidence import HomePage, Resolution, Unavailable
from auditor.model.portfolio import FiledDomain
from auditor.model.recordnumber import RecordNumber, read_record_number
from auditor.model.text import Message, say
from auditor.model.verdict import Reason, Severity
from auditor.rules.load import RuleData
from auditor.rules.provinces import FooterNumber
from auditor.rules.regulations import FORM_64, ORDER_33_DISPLAY, ORDER_292_DISPLAY, PROVINCE_RULES


def unopened(page: HomePage) -> Undecided | None:
    """The answer of every check on a page's contents where no page came: whether that is a fault is WEB904's."""
    if page.opened:
        return None
    message = say(
        "首页未能打开 (状态 {status})", "The home page did not open (status {status})", status=page.status
    )
    return Undecided(Reason.ERROR, message, evidence=evidence_of(page))


@check(
    "WEB901",
    title="网站首页标明备案号",
    title_en="The home page shows the record number",
    meaning="网站首页没有标明备案号",
    meaning_en="The home page shows no record number",
    severity=Severity.HIGH,
    cites=(ORDER_292_DISPLAY, ORDER_33_DISPLAY),
    remedy="在首页底部居中标明服务备案号 (广东标明主体备案号), 并链接到 https://beian.miit.gov.cn/",
    remedy_en="Show the service number at the bottom centre of the home page (in Guangdong the entity number) and link it to "
    "https://beian.miit.gov.cn/",
)
def number_shown(domain: FiledDomain, page: HomePage) -> Iterator[Violation | Undecided | NotApplicable]:
    """Only of a page that is wholly at hand can it be said that something is not on it."""
    closed = unopened(page)
    if closed is not None:
        yield closed
    elif not page.record_numbers and not page.complete:
        message = say(
            "页面由脚本生成或不完整, 未看到备案号",
            "The page is built by scripts or incomplete; no record number was seen",
        )
        yield Undecided(Reason.UNPARSED, message, evidence=evidence_of(page))
    elif not page.record_numbers:
        expected = _numbers(service_numbers(domain) or entity_numbers(domain))
        message = say("首页 {url} 没有备案号", "The home page {url} shows no record number", url=page.url)
        cells = cells_of(domain, "service_number")
        yield Violation(message, expected, None, cells, evidence_of(page))


def _numbers(numbers: tuple[RecordNumber, ...]) -> str | None:
    return ", ".join(str(one) for one in numbers) or None


@check(
    "WEB902",
    title="首页标明的备案号与台账一致",
    title_en="The number on the home page is the one on record",
    meaning="首页标明的备案号不是台账上的; 广东应标明主体备案号, 其他省份应标明带序号的服务备案号",
    meaning_en="The home page shows another number than the one on record; Guangdong shows the entity number, the other "
    "provinces the service number with its suffix",
    severity=Severity.HIGH,
    cites=(ORDER_33_DISPLAY, ORDER_292_DISPLAY, PROVINCE_RULES),
    remedy="把首页底部的备案号改为台账 (以工信部查询为准) 上的备案号",
    remedy_en="Put the number on record (the ministry's query decides) at the foot of the home page",
)
def right_number_shown(
    domain: FiledDomain, page: HomePage, rules: RuleData
) -> Iterator[Violation | Undecided | NotApplicable]:
    """A page may show several numbers, such as a partner's; the right one among them is enough."""
    closed = unopened(page)
    if closed is not None:
        yield closed
        return
    if not page.record_numbers:
        yield NOT_APPLICABLE if page.complete else Undecided(Reason.UNPARSED, evidence=evidence_of(page))
        return
    services, entities = service_numbers(domain), entity_numbers(domain)
    if not entities:
        yield missing(domain, "service_number")
        return
    shown = [read.number for one in page.record_numbers if (read := read_record_number(one.raw)) is not None]
    raw = tuple(one.raw for one in page.record_numbers)
    if not shown:
        message = say(
            "首页的备案号 {raw} 无法识别", "The number {raw} on the home page was not recognised", raw=raw
        )
        yield Undecided(
            Reason.UNPARSED, message, _numbers(services or entities), raw, evidence=evidence_of(page)
        )
        return
    rule = _footer_rule(entities, rules)
    # Guangdong asks for the entity number; the service number there says more than is asked, which is no fault.
    accepted = {*services, *(entities if rule is not FooterNumber.SERVICE else ())}
    if accepted.intersection(shown):
        return
    if not services and any(number.is_service and number.entity in entities for number in shown):
        reason, cells = no_service_number(domain)
        message = say(
            "首页标明 {shown}, 主体备案号一致, 台账没有可用的服务备案号可比对",
            "The home page shows {shown}; the entity number agrees, the book gives no usable service number to compare",
            shown=raw,
        )
        yield Undecided(reason, message, _numbers(entities), raw, cells, evidence_of(page))
        return
    expected = entities if rule is FooterNumber.ENTITY or not services else services
    yield Violation(
        _wrong_number(entities, expected, shown, raw),
        expected=_numbers(expected),
        observed=raw[0] if len(raw) == 1 else raw,
        cells=cells_of(domain, "service_number" if services else "entity_number"),
        evidence=evidence_of(page),
        key="|".join(sorted(str(number) for number in shown)),
    )


def _footer_rule(entities: tuple[RecordNumber, ...], rules: RuleData) -> FooterNumber | None:
    province = rules.provinces.by_icp(entities[0].province)
    return province.footer_number if province else None


def _wrong_number(
    entities: tuple[RecordNumber, ...],
    expected: tuple[RecordNumber, ...],
    shown: list[RecordNumber],
    raw: tuple[str, ...],
) -> Message:
    if any(number in entities for number in shown):
        return say(
            "首页标明的是主体备案号 {shown}, 应标明服务备案号 {expected}",
            "The home page shows the entity number {shown}; it should show the service number {expected}",
            shown=raw,
            expected=_numbers(expected) or say("(带 -序号)", "(with its suffix)"),
        )
    return say(
        "首页标明的备案号是 {shown}, 台账是 {expected}",
        "The home page shows {shown}, the book has {expected}",
        shown=raw,
        expected=_numbers(expected),
    )


@check(
    "WEB903",
    title="备案号链接到工信部备案系统",
    title_en="The record number links to the ministry's filing system",
    meaning="首页的备案号没有链接到 beian.miit.gov.cn, 或链接到已停用的地址",
    meaning_en="The record number on the home page does not link to beian.miit.gov.cn, or links to a retired address",
    severity=Severity.MEDIUM,
    cites=ORDER_33_DISPLAY,
    remedy="把备案号链接到 https://beian.miit.gov.cn/",
    remedy_en="Link the record number to https://beian.miit.gov.cn/",
)
def number_linked(domain: FiledDomain, page: HomePage) -> Iterator[Violation | Undecided | NotApplicable]:
    """One right link is enough: a number is often shown twice, once as plain text."""
    closed = unopened(page)
    if closed is not None:
        yield closed
        return
    if not page.record_numbers:
        yield NOT_APPLICABLE if page.complete else Undecided(Reason.UNPARSED, evidence=evidence_of(page))
        return
    links = tuple(dict.fromkeys(one.link for one in page.record_numbers if one.link))
    if any(links_to_ministry(link) for link in links):
        return
    if not links and not page.complete:
        message = say(
            "页面由脚本生成或不完整, 未看到备案号的链接",
            "The page is built by scripts or incomplete; no link of the number was seen",
        )
        yield Undecided(Reason.UNPARSED, message, evidence=evidence_of(page))
        return
    number = page.record_numbers[0].raw
    if not links:
        message = say("备案号 {number} 没有链接", "The record number {number} carries no link", number=number)
    elif any(links_to_retired_address(link) for link in links):
        message = say(
            "备案号 {number} 链接到已停用的地址 {links}",
            "The record number {number} links to the retired address {links}",
            number=number,
            links=links,
        )
    else:
        message = say(
            "备案号 {number} 链接到 {links}",
            "The record number {number} links to {links}",
            number=number,
            links=links,
        )
    yield Violation(
        message,
        expected="https://beian.miit.gov.cn/",
        observed=links or None,
        cells=cells_of(domain),
        evidence=evidence_of(page),
    )


@check(
    "WEB904",
    title="网站首页可以打开",
    title_en="The home page opens",
    meaning="网站首页打不开 (服务器返回错误); 打不开的网站会使同一主体的新增备案被驳回",
    meaning_en="The home page cannot be opened (the server answers with an error); one such site blocks new filings of the whole "
    "entity",
    severity=Severity.MEDIUM,
    cites=FORM_64,
    remedy=("修复网站, 使首页可正常访问", "网站已停用的, 注销该服务"),
    remedy_en=("Repair the site so that its home page opens", "Where it is closed, cancel the service"),
)
def page_opens(
    domain: FiledDomain, page: HomePage | Unavailable, resolution: Resolution | Unavailable
) -> Iterator[Violation | Undecided | NotApplicable]:
    """Only a server's own answer proves it; a time-out may be ours. A domain without an address is ACC801's."""
    if isinstance(page, Unavailable):
        if isinstance(resolution, Resolution) and answers_for(domain, resolution).absent:
            yield NOT_APPLICABLE
            return
        detail = Message(page.detail) if page.detail else None
        yield Undecided(page.reason, detail, evidence=page.evidence)
        return
    if page.opened:
        return
    evidence = evidence_of(page)
    if page.status in (408, 429):
        message = say(
            "服务器暂拒访问 (状态 {status})", "The server put us off (status {status})", status=page.status
        )
        yield Undecided(Reason.THROTTLED, message, evidence=evidence)
    elif page.status >= 400 or 200 <= page.status < 300:
        message = say(
            "首页 {url} 返回状态 {status}, 没有可显示的页面",
            "The home page {url} answers with status {status} and no page",
            url=page.url,
            status=page.status,
        )
        yield Violation(message, None, page.status, cells_of(domain), evidence)
    else:
        message = say(
            "首页 {url} 未取得页面 (状态 {status})",
            "No page was had from {url} (status {status})",
            url=page.url,
            status=page.status,
        )
        yield Undecided(Reason.ERROR, message, observed=page.status, evidence=evidence)


CHECKS: tuple[Check, ...] = (
    number_shown,
    right_number_shown,
    number_linked,
    page_opens,
    police_number_agrees,
)
