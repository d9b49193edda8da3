"""ACC804: the addresses that DNS gives, against the IP that was filed."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.checks.address_ranges import listed_addresses, read_address
from auditor.checks.check import NOT_APPLICABLE, NotApplicable, Undecided, Violation, Yielded, check
from auditor.checks.filing_record import cells_of, listed, missing, said_of
from auditor.checks.host_answers import answers_for, provider_behind, seen_at, unresolved
from auditor.model.evidence import Evidence, Resolution
from auditor.model.portfolio import FiledDomain
from auditor.model.text import say
from auditor.model.verdict import Reason, Severity
from auditor.rules.load import RuleData
from auditor.rules.regulations import FORM_64, PROVIDER_RULES


@check(
    "ACC804",
    title="域名解析到备案 IP",
    title_en="The domain resolves to the filed IP",
    meaning="域名解析到的地址不是备案时登记的 IP",
    meaning_en="The domain resolves to an address that is not the filed IP",
    severity=Severity.MEDIUM,
    cites=(FORM_64, PROVIDER_RULES),
    remedy="更换过服务器的, 在接入服务商处更新备案 IP (经营性网站必须更新); 未更换的, 把解析改回备案 IP",
    remedy_en="After a move of servers, update the filed IP at the access provider (a must for commercial sites); else point the "
    "name back at the filed IP",
)
def resolves_to_filed_address(
    domain: FiledDomain, resolution: Resolution, rules: RuleData
) -> Iterator[Violation | Undecided | NotApplicable]:
    """Behind a CDN or a protective proxy the filed IP is the origin's, which DNS does not show."""
    said = [one for one in said_of(domain, "filed_ip") if one.readable]
    if not said:
        yield missing(domain, "filed_ip") if listed(domain, "filed_ip") else NOT_APPLICABLE
        return
    filed, refused = listed_addresses(", ".join(one.shown for one in said))
    if not filed.spans:
        message = say(
            "备案 IP {refused} 无法识别", "The filed IP {refused} could not be read", refused=refused
        )
        cells = tuple(cell for one in said for cell in one.cells)
        yield Undecided(Reason.UNPARSED, message, observed=said[0].shown, cells=cells)
        return
    answers = answers_for(domain, resolution)
    found = answers.addresses
    if not found:
        yield unresolved(answers)
        return
    # A filing that lists IPv4 only says nothing about IPv6.
    judged = [a for a in found if (read := read_address(a)) is not None and read.version in filed.versions]
    other = sorted(a for a in judged if not filed.holds(a))
    shown = ", ".join(one.shown for one in said)
    edge = next((edge for name in answers.names if (edge := provider_behind(name, rules)) is not None), None)
    if not judged:
        message = say(
            "备案 IP 是 {filed}, 解析结果 {found} 是另一种 IP 版本",
            "The filed IP is {filed}; the answers {found} are of the other IP version",
            filed=shown,
            found=sorted(found),
        )
        yield Undecided(Reason.NO_EVIDENCE, message, shown, tuple(sorted(found)), evidence=answers.evidence)
    elif other and edge is not None:
        message = say(
            "经 {provider} 加速或防护, 解析结果 {found} 不能说明源站是否为备案 IP {filed}",
            "It is served through {provider}; the answers {found} do not tell whether the origin is the filed IP {filed}",
            provider=edge.name,
            found=other,
            filed=shown,
        )
        yield Undecided(Reason.NO_RULE_DATA, message, shown, tuple(other), evidence=seen_at(found, other))
    elif other:
        yield _not_filed(domain, shown, other, refused, seen_at(found, other))


def _not_filed(
    domain: FiledDomain,
    filed: str,
    other: list[str],
    refused: tuple[str, ...],
    evidence: tuple[Evidence, ...],
) -> Yielded:
    cells = cells_of(domain, "filed_ip")
    if refused:
        # What could not be read may be the address in question.
        message = say(
            "解析到 {found}, 备案 IP 单元格中 {refused} 无法识别",
            "It resolves to {found}; {refused} in the cell of the filed IP could not be read",
            found=other,
            refused=refused,
        )
        return Undecided(Reason.UNPARSED, message, filed, tuple(other), cells, evidence)
    message = say(
        "备案 IP 是 {filed}, 解析到 {found}",
        "The filed IP is {filed}; it resolves to {found}",
        filed=filed,
        found=other,
    )
    return Violation(message, filed, tuple(other), cells, evidence)
