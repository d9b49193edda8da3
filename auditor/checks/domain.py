"""DOM: the domain itself, its registration, its status and how the book writes it."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.checks.check import NOT_APPLICABLE, Check, NotApplicable, Undecided, Violation, check
from auditor.checks.domain_approval import public_suffix, registrar_approved, suffix_approved
from auditor.checks.domain_expiry import listed_expiry, not_expired, not_expiring
from auditor.checks.filing_record import cells_of
from auditor.checks.real_name import is_cn
from auditor.model.evidence import Existence, Statuses
from auditor.model.portfolio import FiledDomain, Row
from auditor.model.text import Text, say
from auditor.model.values import DomainCell, Unreadable, plain
from auditor.model.verdict import Reason, Severity
from auditor.rules.regulations import (
    CNNIC_REAL_NAME,
    FORM_64,
    NOTICE_2017_264_IDENTITY,
    ORDER_33_TRUTHFUL,
    PROVIDER_RULES,
)


@check(
    "DOM303",
    title="域名处于注册状态",
    title_en="The domain is registered",
    meaning="注册局答复域名未注册, 且另一次答复或 DNS 的 NXDOMAIN 与之一致",
    meaning_en="The registry answers that the domain is not registered, and a second answer or NXDOMAIN in DNS agrees",
    severity=Severity.CRITICAL,
    cites=(NOTICE_2017_264_IDENTITY, FORM_64),
    remedy=(
        "核对域名写法; 确已释放的, 立即尝试重新注册并实名",
        "无法取回的, 从备案中移除该域名或注销服务, 以免被他人注册后冒用备案",
    ),
    remedy_en=(
        "Check the spelling; where the name was really released, try at once to register it again with a verified identity",
        "Where it cannot be had back, take it out of the filing or cancel the service, so that nobody abuses the record",
    ),
)
def registered(domain: FiledDomain, existence: Existence) -> Iterator[Violation | Undecided | NotApplicable]:
    """Only a registry's own template or an RDAP 404 says so, and one answer alone is not believed."""
    denying = existence.absent + existence.nxdomain
    if existence.registered:
        if existence.absent:
            message = say(
                "来源互相矛盾: 有的称已注册, 有的称未注册",
                "The sources contradict each other: some say registered, some say not",
            )
            yield Undecided(Reason.UNCONFIRMED, message, evidence=existence.registered + existence.absent)
    elif existence.confirmed_absent:
        message = say(
            "{domain} 未注册: {count} 次独立结果一致",
            "{domain} is not registered: {count} independent answers agree",
            domain=domain.name.ulabel,
            count=len(denying),
        )
        yield Violation(
            message,
            expected=Text("已注册", "registered"),
            observed=Text("未注册", "not registered"),
            cells=cells_of(domain),
            evidence=denying,
        )
    elif denying:
        message = say("一次结果显示域名未注册", "One answer says that the domain is not registered")
        yield Undecided(Reason.UNCONFIRMED, message, evidence=denying)
    elif existence.reserved:
        message = say("注册局称该名称为保留名称", "The registry calls the name reserved")
        yield Undecided(Reason.UNCONFIRMED, message, evidence=existence.reserved)
    else:
        yield Undecided(Reason.NO_EVIDENCE)


_STATUSES: dict[str, Text] = {
    "serverhold": Text(
        "注册局暂停解析 (.cn 多因未实名)",
        "the registry has stopped resolution (.cn: mostly for want of a verified identity)",
    ),
    "clienthold": Text("注册商暂停解析", "the registrar has stopped resolution"),
    "pendingverification": Text(
        "实名待审, 逾期将被暂停解析", "real-name verification is due; resolution stops when it is late"
    ),
    "redemptionperiod": Text("已进入赎回期", "it is in redemption"),
    "pendingdelete": Text("即将删除", "it is about to be deleted"),
    "inactive": Text("未设置 DNS 服务器", "it has no name servers"),
}
_REDEMPTION = Text(
    "已进入赎回期 (.cn 以此状态表示赎回期)", "it is in redemption (which .cn shows by this status)"
)


@check(
    "DOM304",
    title="域名状态正常",
    title_en="The domain has no status that stops service",
    meaning="域名处于会中断服务或即将失去的状态: serverHold、clientHold、pendingVerification、redemptionPeriod、"
    "pendingDelete、inactive",
    meaning_en="The domain has a status that stops service or precedes loss: serverHold, clientHold, pendingVerification, "
    "redemptionPeriod, pendingDelete, inactive",
    severity=Severity.HIGH,
    cites=(NOTICE_2017_264_IDENTITY, CNNIC_REAL_NAME, PROVIDER_RULES),
    remedy=(
        "serverHold、pendingVerification: 在注册商处完成实名认证, 通过后 1 至 2 个工作日解除",
        "clientHold: 联系注册商了解暂停原因; inactive: 设置 DNS 服务器; redemptionPeriod、pendingDelete: 立即赎回",
    ),
    remedy_en=(
        "serverHold, pendingVerification: verify the identity at the registrar; the hold ends 1 to 2 working days later",
        "clientHold: ask the registrar why; inactive: set name servers; redemptionPeriod, pendingDelete: redeem it at once",
    ),
)
def statuses_in_order(
    domain: FiledDomain, statuses: Statuses
) -> Iterator[Violation | Undecided | NotApplicable]:
    """Statuses such as ok, clientTransferProhibited or addPeriod do no harm."""
    bad = sorted(code for code in statuses.codes if _status_key(code) in _STATUSES)
    if not bad:
        return
    said = [
        say("{code} ({what})", "{code} ({what})", code=code, what=_status_text(code, domain)) for code in bad
    ]
    yield Violation(
        say("域名状态: {statuses}", "The status of the domain: {statuses}", statuses=said),
        observed=tuple(bad),
        cells=cells_of(domain),
        evidence=statuses.evidence,
        key=",".join(sorted(_status_key(code) for code in bad)),
    )


def _status_key(code: str) -> str:
    return plain(code).replace("_", "").replace("-", "")


def _status_text(code: str, domain: FiledDomain) -> Text:
    key = _status_key(code)
    return _REDEMPTION if key == "pendingdelete" and is_cn(domain) else _STATUSES[key]


@check(
    "DOM308",
    title="域名单元格只写一个注册域名",
    title_en="The domain cell holds one registrable domain",
    meaning="域名单元格写的是网址、主机名或多个域名; 给出从中取出的域名",
    meaning_en="The domain cell holds a URL, a host or several names; what was taken from it is shown",
    severity=Severity.INFO,
    cites=ORDER_33_TRUTHFUL,
    remedy="一行只写一个注册域名 (如 example.cn), 网址另列一栏",
    remedy_en="Write one registrable domain a row (such as example.cn) and keep addresses in a column of their own",
)
def plain_domain_cell(row: Row) -> Iterator[Violation | Undecided | NotApplicable]:
    """The audit goes on with what was taken; the reader must be able to see that it is what was meant."""
    cell = row.values.get("domain")
    if cell is None:
        yield NOT_APPLICABLE
        return
    place = (row.cell("domain"),)
    if not isinstance(cell, DomainCell):
        raw = cell.raw if isinstance(cell, Unreadable) else row.raw.get("domain", str(cell))
        message = say("域名单元格无法识别: {raw}", "The domain cell could not be read: {raw}", raw=raw)
        yield Undecided(Reason.UNPARSED, message, observed=raw, cells=place)
        return
    refused = [
        say("{piece} ({why})", "{piece} ({why})", piece=piece, why=why) for piece, why in cell.problems
    ]
    taken = list(dict.fromkeys(str(one) for one in cell.domains))
    if not taken:
        message = say(
            "域名单元格中没有域名: {refused}",
            "The domain cell names no domain: {refused}",
            refused=refused or cell.raw,
        )
        yield Undecided(Reason.UNPARSED, message, observed=cell.raw, cells=place)
    elif refused:
        message = say(
            "从 {raw} 中取出域名 {taken}, 未采用 {refused}",
            "From {raw} the domain {taken} was taken, {refused} was not",
            raw=cell.raw,
            taken=taken,
            refused=refused,
        )
        yield Violation(message, tuple(taken), cell.raw, place)
    elif not cell.plain:
        message = say(
            "从 {raw} 中取出域名 {taken}",
            "From {raw} the domain {taken} was taken",
            raw=cell.raw,
            taken=taken,
        )
        yield Violation(message, tuple(taken), cell.raw, place)


CHECKS: tuple[Check, ...] = (
    not_expired,
    not_expiring,
    registered,
    statuses_in_order,
    suffix_approved,
    registrar_approved,
    listed_expiry,
    plain_domain_cell,
    public_suffix,
)
