"""ACC: where the domain leads, after recorded DNS answers."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.checks.address_ranges import own_ranges, provider_named, ranges_of
from auditor.checks.check import NOT_APPLICABLE, Check, NotApplicable, Undecided, Violation, check
from auditor.checks.filed_address import resolves_to_filed_address
from auditor.checks.filing_record import cells_of, said_of
from auditor.checks.host_answers import NameAnswers, answers_for, provider_behind, seen_at, unresolved
from auditor.model.evidence import Evidence, Existence, Resolution, Unavailable
from auditor.model.policy import Policy
from auditor.model.portfolio import FiledDomain
from auditor.model.text import Text, say
from auditor.model.verdict import Reason, Severity
from auditor.rules.load import RuleData
from auditor.rules.mainland import AddressKind
from auditor.rules.providers import ProviderKind
from auditor.rules.regulations import FORM_64, ORDER_33_FILE, PROVIDER_RULES


@check(
    "ACC801",
    title="域名或其 www 名称可以解析",
    title_en="The domain or its www name resolves",
    meaning="域名及其 www 名称均无解析 (至少两台解析服务器一致); 长期无解析的备案可能被认定为空壳",
    meaning_en="Neither the domain nor its www name resolves, as two resolvers agree; a filing that stays unresolved may be taken "
    "for a shell",
    severity=Severity.HIGH,
    cites=(PROVIDER_RULES, FORM_64),
    remedy=("恢复解析到接入服务商的大陆节点", "网站已停用的, 注销服务或从备案中移除该域名"),
    remedy_en=(
        "Point it at the access provider's mainland nodes again",
        "Where the site is closed, cancel the service or take the domain out of the filing",
    ),
)
def resolves(
    domain: FiledDomain, resolution: Resolution, existence: Existence | Unavailable
) -> Iterator[Violation | Undecided | NotApplicable]:
    """NXDOMAIN or no address from two resolvers; SERVFAIL and time-outs prove nothing."""
    answers = answers_for(domain, resolution)
    if answers.addresses:
        return
    if isinstance(existence, Existence) and existence.confirmed_absent:
        # That the domain is not registered is DOM303's finding; it is not told twice.
        yield Undecided(Reason.NOT_FOUND, evidence=existence.absent + existence.nxdomain)
    elif answers.absent:
        servers = sorted({server for name in answers.names for server in name.denying})
        message = say(
            "{apex} 和 {www} 均无解析, {servers} 结果一致",
            "Neither {apex} nor {www} resolves; {servers} agree",
            apex=answers.apex.host,
            www=answers.www.host,
            servers=servers,
        )
        yield Violation(
            message,
            expected=Text("有解析", "an address"),
            observed=Text("无解析", "none"),
            cells=cells_of(domain),
            evidence=answers.evidence,
        )
    else:
        yield answers.open_question()


@check(
    "ACC802",
    title="域名解析到接入服务商的大陆节点",
    title_en="The domain resolves to mainland nodes of the access provider",
    meaning="域名解析到中国大陆以外, 或在策略文件给出接入服务商地址段时解析到地址段以外",
    meaning_en="The domain resolves outside mainland China, or outside the access provider's ranges where the policy gives those",
    severity=Severity.HIGH,
    cites=(ORDER_33_FILE, PROVIDER_RULES),
    remedy=(
        "把解析改回接入服务商的大陆节点; 已换服务商的, 在新服务商处办理接入备案",
        "服务商会取消不在其节点上的接入, 无接入的备案将被当作空壳注销",
    ),
    remedy_en=(
        "Point it at the access provider's mainland nodes again; after a move, file the access with the new provider",
        "Providers drop a filing that does not lead to their nodes, and one without access is cancelled as a shell",
    ),
)
def resolves_to_mainland(
    domain: FiledDomain, resolution: Resolution, policy: Policy, rules: RuleData
) -> Iterator[Violation | Undecided | NotApplicable]:
    """Given ranges decide; else the shipped list can only say yes, and a CNAME of a foreign provider says no."""
    answers = answers_for(domain, resolution)
    found = answers.addresses
    if not found:
        yield unresolved(answers)
        return
    providers = [one.shown for one in said_of(domain, "access_provider") if one.readable]
    access = own_ranges(providers, policy, rules.providers)
    if access is not None:
        ranges = ranges_of(access.ranges)
        outside = sorted(address for address in found if not ranges.holds(address))
        if outside:
            message = say(
                "解析到 {addresses}, 不在 {provider} 的地址段内",
                "It resolves to {addresses}, outside the ranges of {provider}",
                addresses=outside,
                provider=providers[0],
            )
            yield Violation(
                message,
                providers[0],
                tuple(outside),
                cells_of(domain, "access_provider"),
                seen_at(found, outside),
            )
        return
    for name in answers.names:
        foreign = provider_behind(name, rules)
        if foreign is not None and foreign.kind is ProviderKind.FOREIGN:
            message = say(
                "{host} 经 {chain} 解析到境外服务商 {provider}",
                "{host} leads by {chain} to {provider}, a provider outside the mainland",
                host=name.host,
                chain=name.chain[-1],
                provider=foreign.name,
            )
            yield Violation(
                message,
                providers[0] if providers else None,
                foreign.name,
                cells_of(domain, "access_provider"),
                tuple(dict.fromkeys(name.addresses.values())),
            )
            return
    unlisted = sorted(a for a in found if rules.mainland.kind(a) is not AddressKind.MAINLAND)
    if unlisted:
        yield _unlisted(unlisted, rules, seen_at(found, unlisted))


def _unlisted(addresses: list[str], rules: RuleData, evidence: tuple[Evidence, ...]) -> Undecided:
    reserved = [a for a in addresses if rules.mainland.kind(a) is AddressKind.RESERVED]
    if reserved:
        message = say(
            "解析到 {addresses}, 其中 {reserved} 不是公网地址",
            "It resolves to {addresses}, of which {reserved} is no public address",
            addresses=addresses,
            reserved=reserved,
        )
    else:
        message = say(
            "解析到 {addresses}, 不在所附的大陆地址表中; 该表不全, 不能据此认定在境外",
            "It resolves to {addresses}, which the shipped mainland list lacks; the list is incomplete and does not prove that it "
            "lies outside",
            addresses=addresses,
        )
    return Undecided(Reason.NO_RULE_DATA, message, None, tuple(addresses), evidence=evidence)


@check(
    "ACC803",
    title="域名与其 www 名称指向同一服务商",
    title_en="The apex and the www name lead to the same provider",
    meaning="域名与其 www 名称解析到不同的服务商",
    meaning_en="The apex and the www name lead to different providers",
    severity=Severity.LOW,
    cites=(PROVIDER_RULES, FORM_64),
    remedy="把两个名称指向同一接入服务商; 确需分开的, 在两家都办理接入备案",
    remedy_en="Point both names at one access provider; where they must differ, file the access with both",
)
def apex_and_www_together(
    domain: FiledDomain, resolution: Resolution, policy: Policy, rules: RuleData
) -> Iterator[Violation | Undecided | NotApplicable]:
    """By address where they share one, by the policy's ranges, by the provider behind the CNAME."""
    answers = answers_for(domain, resolution)
    if not all(name.addresses for name in answers.names):
        # Where one name is known not to exist there is nothing to compare.
        if answers.absent or any(len(name.denying) >= 2 for name in answers.names if not name.addresses):
            yield NOT_APPLICABLE
        else:
            yield answers.open_question()
        return
    apex, www = answers.names
    if apex.addresses.keys() & www.addresses.keys():
        return
    one, other = _provider(apex, policy, rules), _provider(www, policy, rules)
    shown = [
        say(
            "{host} → {to}",
            "{host} → {to}",
            host=name.host,
            to=(provider[1] if provider else sorted(name.addresses)),
        )
        for name, provider in ((apex, one), (www, other))
    ]
    evidence = answers.evidence
    if one is None or other is None:
        message = say(
            "无法从地址判断服务商: {shown}", "The addresses do not tell the provider: {shown}", shown=shown
        )
        yield Undecided(Reason.NO_RULE_DATA, message, observed=tuple(shown), evidence=evidence)
    elif one[0] != other[0]:
        message = say("指向不同的服务商: {shown}", "They lead to different providers: {shown}", shown=shown)
        yield Violation(message, None, tuple(shown), cells_of(domain, "access_provider"), evidence)


def _provider(name: NameAnswers, policy: Policy, rules: RuleData) -> tuple[str, str] | None:
    """The id and name of the provider that a name leads to; None where neither CNAME nor ranges tell."""
    edge = provider_behind(name, rules)
    if edge is not None:
        return edge.id, edge.name
    for access in policy.access:
        ranges = ranges_of(access.ranges)
        if all(ranges.holds(address) for address in name.addresses):
            known = next(
                (
                    row
                    for text in (access.code, *access.names)
                    if (row := provider_named(text, rules.providers))
                ),
                None,
            )
            shown = access.names[0] if access.names else access.code
            return (known.id if known else access.code), shown
    return None


CHECKS: tuple[Check, ...] = (
    resolves,
    resolves_to_mainland,
    apex_and_www_together,
    resolves_to_filed_address,
)
