"""SYN405: whether the domains of one service number lead to one access provider."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from itertools import combinations

from auditor.checks.agreement import enumerated, joined
from auditor.checks.check import NOT_APPLICABLE, NotApplicable, Undecided, Violation, check
from auditor.model.evidence import Dossier, Evidence, HostAnswer, Unavailable
from auditor.model.policy import Policy
from auditor.model.portfolio import FiledDomain, Service
from auditor.model.text import say
from auditor.model.verdict import Reason, Severity
from auditor.rules.load import RuleData
from auditor.rules.regulations import PROVIDER_RULES

_REASON_OF_RCODE: Mapping[str, Reason] = {
    "TIMEOUT": Reason.TIMEOUT,
    "NOERROR": Reason.NOT_FOUND,
    "NXDOMAIN": Reason.NOT_FOUND,
}


@dataclass(slots=True)
class _Access:
    """Whom a domain leads to: provider id → name; reason: why nobody is known."""

    providers: dict[str, str] = field(default_factory=dict)
    evidence: dict[Evidence, None] = field(default_factory=dict)
    reason: Reason = Reason.NO_RULE_DATA


@lru_cache(maxsize=256)
def _networks(ranges: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    found = []
    for one in ranges:
        try:
            found.append(ip_network(one, strict=False))
        except ValueError:
            continue  # the settings refuse a range that is none; a check must not fall over it
    return tuple(found)


def providers_of(answer: HostAnswer, policy: Policy, rules: RuleData) -> dict[str, str]:
    """The providers that an answer leads to, by id: by the last known CNAME, and by the policy's address ranges.

    A CDN or WAF host only tells who serves the edge; who gives the origin access stays unknown.
    """
    found: dict[str, str] = {}
    for host in reversed(answer.chain):
        provider = rules.providers.by_cname(host)
        if provider is not None:
            if not provider.is_edge:
                found[provider.id] = provider.name
            break
    for address in answer.addresses:
        try:
            number = ip_address(address)
        except ValueError:
            continue
        for access in policy.access:
            if any(number in network for network in _networks(access.ranges)):
                known = next(
                    (one for name in (access.code, *access.names) if (one := rules.providers.by_name(name))),
                    None,
                )
                name = access.names[0] if access.names else access.code
                found[known.id if known else access.code] = known.name if known else name
    return found


def _access(domain: FiledDomain, dossier: Dossier, policy: Policy, rules: RuleData) -> _Access:
    resolution = dossier.of(domain.key).resolution
    if isinstance(resolution, Unavailable):
        return _Access(evidence=dict.fromkeys(resolution.evidence), reason=resolution.reason)
    found = _Access()
    rcodes: list[str] = []
    resolves = False
    for name in dict.fromkeys((domain.name.alabel, domain.name.ulabel)):
        for host in (name, f"www.{name}"):
            for stated in resolution.of(host):
                found.evidence[stated.evidence] = None
                found.providers |= providers_of(stated.value, policy, rules)
                resolves = resolves or bool(stated.value.addresses or stated.value.chain)
                rcodes.append(stated.value.rcode)
    if not resolves:
        found.reason = _REASON_OF_RCODE.get(rcodes[0], Reason.ERROR) if rcodes else Reason.NO_EVIDENCE
    return found


@check(
    "SYN405",
    title="同一服务备案号下的域名由同一接入服务商接入",
    title_en="The domains of one service number resolve to one access provider",
    meaning="同一服务备案号下的域名解析到不同的接入服务商",
    meaning_en="The domains of one service number resolve to different access providers",
    severity=Severity.LOW,
    cites=PROVIDER_RULES,
    remedy="把域名解析到备案所在的接入服务商，或在另一服务商处办理接入备案",
    remedy_en="Point the domains to the access provider of the filing, or file access with the other provider",
)
def service_resolves_to_one_provider(
    service: Service, dossier: Dossier, policy: Policy, rules: RuleData
) -> Iterator[Violation | Undecided | NotApplicable]:
    """A provider whose customer points elsewhere withdraws access."""
    if len(service.domains) < 2:
        yield NOT_APPLICABLE
        return
    found = [(domain, _access(domain, dossier, policy, rules)) for domain in service.domains]
    sets = {frozenset(access.providers) for _domain, access in found if access.providers}
    if any(one.isdisjoint(other) for one, other in combinations(sets, 2)):
        groups: dict[str, list[str]] = {}
        for domain, access in found:
            if access.providers:
                groups.setdefault("/".join(sorted(access.providers.values())), []).append(domain.key)
        ranked = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
        parts = [
            say(
                "{names} 解析到{provider}",
                "{names} leads to {provider}",
                names=enumerated(names),
                provider=provider,
            )
            for provider, names in ranked
        ]
        yield Violation(
            joined(parts),
            expected=service.text("access_provider"),
            observed=tuple(f"{provider}: {', '.join(names)}" for provider, names in ranked),
            cells=service.cells("domain"),
            evidence=tuple(
                dict.fromkeys(one for _domain, access in found if access.providers for one in access.evidence)
            ),
        )
        return
    unknown = [(domain, access) for domain, access in found if not access.providers]
    if unknown:
        reason = unknown[0][1].reason
        yield Undecided(
            reason,
            say(
                "{count} 个域名的接入服务商未知（{reason}）：{names}",
                "The access provider of {count} domain(s) is not known ({reason}): {names}",
                count=len(unknown),
                reason=reason.text,
                names=enumerated(tuple(domain.key for domain, _access in unknown)),
            ),
            evidence=tuple(dict.fromkeys(one for _domain, access in unknown for one in access.evidence)),
        )


CHECKS = (service_resolves_to_one_provider,)
