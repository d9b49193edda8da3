"""SYN: domains that share a record number; here their registrants, expiry dates and registrars, and the family's contents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from auditor.checks import sync_access, sync_change, sync_expiry, sync_rows
from auditor.checks.agreement import compare_owners, enumerated, joined
from auditor.checks.check import NOT_APPLICABLE, NotApplicable, Undecided, Violation, check
from auditor.checks.names import compare_names, name_key
from auditor.model.evidence import Dossier, Stated, Unavailable
from auditor.model.policy import Policy
from auditor.model.portfolio import Entity, FiledDomain
from auditor.model.text import Message, Text, say
from auditor.model.verdict import Reason, Severity
from auditor.rules.regulations import GUIDE, NOTICE_2017_264_OWNER

# An entity's domains have a handful of holders; a book with more is told by the first ones.
_HOLDERS = 40


@dataclass(slots=True)
class _Holder:
    """One registrant under any of its spellings, and the domains that it holds."""

    name: str
    names: list[str]
    domains: list[FiledDomain] = field(default_factory=list)
    stated: list[Stated[str]] = field(default_factory=list)

    @property
    def domain_names(self) -> tuple[str, ...]:
        return tuple(domain.key for domain in self.domains)


@dataclass(slots=True)
class _Holdings:
    """Who holds the domains of an entity, most domains first, and the domains whose holder is not known."""

    holders: list[_Holder]
    unknown: list[tuple[FiledDomain, Reason]]


def _holdings(entity: Entity, dossier: Dossier, aliases: Mapping[str, Sequence[str]]) -> _Holdings:
    by_key: dict[str, _Holder] = {}
    unknown: list[tuple[FiledDomain, Reason]] = []
    for domain in entity.domains:
        answer = dossier.of(domain.key).registrants
        if isinstance(answer, Unavailable):
            unknown.append((domain, answer.reason))
            continue
        name = answer.best.value
        unusable = compare_names(name, (name,)).reason
        if unusable is not None:
            unknown.append((domain, unusable))
            continue
        holder = by_key.setdefault(name_key(name), _Holder(name, [name]))
        holder.domains.append(domain)
        holder.stated.append(answer.best)
    merged: list[_Holder] = []
    for _key, holder in sorted(by_key.items(), key=lambda item: (-len(item[1].domains), item[0])):
        same = next(
            (
                one
                for one in merged[:_HOLDERS]
                if any(compare_owners(holder.name, name, aliases).matched for name in one.names)
            ),
            None,
        )
        if same is None:
            merged.append(holder)
        else:
            same.names.append(holder.name)
            same.domains += holder.domains
            same.stated += holder.stated
    for holder in merged:
        holder.domains.sort(key=lambda domain: domain.name)
    merged.sort(key=lambda holder: (-len(holder.domains), name_key(holder.name)))
    return _Holdings(merged, unknown)


@check(
    "SYN401",
    title="同一主体备案号下的域名注册者一致",
    title_en="The domains under one entity number have the same registrant",
    meaning="同一主体备案号下的各域名注册者（按名称规则比对后）不是同一单位或个人",
    meaning_en="The domains under one entity number do not all have the same registrant, after name matching",
    severity=Severity.HIGH,
    cites=(NOTICE_2017_264_OWNER, GUIDE),
    remedy=(
        "把注册者不一致的域名过户给备案主体",
        "不再属于该主体的域名，从备案中删除或变更到其注册者名下",
    ),
    remedy_en=(
        "Transfer the domains of the odd registrant to the filing entity",
        "Remove domains that no longer belong to the entity from its filing, or have their registrant file them",
    ),
)
def registrants_agree(
    entity: Entity, dossier: Dossier, policy: Policy
) -> Iterator[Violation | Undecided | NotApplicable]:
    """Domains that share a number are brought up to date together; the odd one out is where the next review fails."""
    if entity.number is None or len(entity.domains) < 2:
        yield NOT_APPLICABLE
        return
    found = _holdings(entity, dossier, policy.aliases)
    matches = [
        compare_owners(one.name, other.name, policy.aliases)
        for one, other in combinations(found.holders[:_HOLDERS], 2)
    ]
    if any(match.refuted for match in matches):
        yield _several_holders(entity, found, policy.aliases)
        return
    if len(found.holders) > 1:
        reasons = [match.reason for match in matches if match.reason is not None]
        yield Undecided(
            Reason.VARIANT if Reason.VARIANT in reasons else reasons[0] if reasons else Reason.VARIANT,
            say(
                "各域名注册者写法不同，需确认是否同一主体：{holders}",
                "The registrants differ in form; check whether they are the same: {holders}",
                holders=_told_holders(found.holders),
            ),
            expected=entity.name,
            observed=_observed(found.holders),
            cells=tuple(
                cell for one in found.holders[1:] for domain in one.domains for cell in domain.cells("domain")
            ),
            evidence=tuple(
                dict.fromkeys(stated.evidence for one in found.holders for stated in one.stated[:5])
            ),
        )
    elif found.unknown:
        reason = found.unknown[0][1]
        yield Undecided(
            reason,
            say(
                "{count} 个域名中有 {unknown} 个查不到注册者（{reason}）：{domains}",
                "The registrant of {unknown} of {count} domains is not known ({reason}): {domains}",
                count=len(entity.domains),
                unknown=len(found.unknown),
                reason=reason.text,
                domains=enumerated(tuple(domain.key for domain, _reason in found.unknown)),
            ),
            cells=tuple(cell for domain, _reason in found.unknown[:20] for cell in domain.cells("domain")),
        )


def _several_holders(entity: Entity, found: _Holdings, aliases: Mapping[str, Sequence[str]]) -> Violation:
    """The violation: who holds which, which side is odd, and which kind of sharing binds them."""
    main, why = _main_holder(entity, found.holders, aliases)
    odd = [one for one in found.holders if main and compare_owners(one.name, main.name, aliases).refuted]
    if not odd:
        main, odd = None, found.holders
    parts = [
        say(
            "主体 {number} 下 {count} 个域名的注册者不一致：{holders}",
            "The {count} domains under entity {number} do not have one registrant: {holders}",
            number=str(entity.number),
            count=len(entity.domains),
            holders=_told_holders(found.holders),
        ),
        _told_odd(odd, main, why),
        *_told_sharing(entity, found.holders),
    ]
    if found.unknown:
        parts.append(
            say(
                "另有 {count} 个域名查不到注册者",
                "the registrant of {count} more domain(s) is not known",
                count=len(found.unknown),
            )
        )
    kept = [] if main is None else main.stated[:3]
    return Violation(
        joined(parts),
        expected=entity.name or (main.name if main else None),
        observed=_observed(odd),
        cells=tuple(
            dict.fromkeys(cell for one in odd for domain in one.domains for cell in domain.cells("domain"))
        ),
        evidence=tuple(
            dict.fromkeys(stated.evidence for stated in [*(s for one in odd for s in one.stated), *kept])
        ),
        key="|".join(sorted(name_key(one.name) for one in odd)),
    )


def _main_holder(
    entity: Entity, holders: Sequence[_Holder], aliases: Mapping[str, Sequence[str]]
) -> tuple[_Holder | None, Text | None]:
    """The side that is right, as far as it can be told: the entity's own name, else the larger group."""
    if entity.names:
        against = [compare_names(one.name, entity.names, aliases=aliases) for one in holders]
        own = [one for one, match in zip(holders, against, strict=True) if match.matched]
        if len(own) == 1:
            return own[0], Text("与主办单位名称一致", "which is the entity on record")
        near = [one for one, match in zip(holders, against, strict=True) if match.undecided]
        if not own and len(near) == 1:
            return near[0], Text(
                "与主办单位名称相近，待确认", "whose name may be the entity's in another form"
            )
    if len(holders[0].domains) > len(holders[1].domains):
        return holders[0], Text("占多数", "which holds most of them")
    return None, None


def _told_odd(odd: Sequence[_Holder], main: _Holder | None, why: Text | None) -> Message:
    if main is None:
        return say(
            "无法判断哪一方有误（数量相同，且不能用主办单位名称区分）",
            "which side is wrong cannot be told: they are equal in number, and the name on record does not tell them apart",
        )
    return say(
        "不一致的一方是 {odd}（{domains}），其余属 {main}（{why}）",
        "the odd side is {odd} ({domains}); the main side is {main}, {why}",
        odd=tuple(one.name for one in odd),
        domains=enumerated(tuple(name for one in odd for name in one.domain_names)),
        main=main.name,
        why=why,
    )


def _told_sharing(entity: Entity, holders: Sequence[_Holder]) -> list[Message]:
    """The two kinds of sharing apart: services of one entity number, and service numbers of several domains."""
    of: dict[str, int] = {domain.key: index for index, one in enumerate(holders) for domain in one.domains}
    within: list[str] = []
    sides: dict[int, None] = {}
    numbers: dict[str, None] = {}
    for service in entity.services:
        sharing = {of[domain.key] for domain in service.domains if domain.key in of}
        if len(sharing) > 1:
            within.append(str(service.number))
        if sharing:
            numbers[str(service.number)] = None
            sides.update(dict.fromkeys(sharing))
    told = []
    if within:
        told.append(
            say(
                "服务备案号 {numbers} 是一号多域名的历史备案，号内注册者即不一致",
                "service numbers {numbers} are legacy ones with several domains, and their own registrants differ",
                numbers=enumerated(within),
            )
        )
    if len(numbers) > 1 and len(sides) > 1:
        told.append(
            say(
                "服务 {numbers} 共用该主体备案号",
                "services {numbers} share the entity number",
                numbers=enumerated(tuple(numbers)),
            )
        )
    return told


def _told_holders(holders: Sequence[_Holder]) -> Message:
    parts = [
        say(
            "{name} 持有 {domains}",
            "{name} holds {domains}",
            name=one.name,
            domains=enumerated(one.domain_names),
        )
        for one in holders[:8]
    ]
    if len(holders) > 8:
        parts.append(say("另有 {rest} 个注册者", "and {rest} more registrants", rest=len(holders) - 8))
    return joined(parts)


def _observed(holders: Sequence[_Holder]) -> tuple[str, ...]:
    return tuple(f"{one.name}: {', '.join(one.domain_names)}" for one in holders)


CHECKS = (registrants_agree, *sync_rows.CHECKS, *sync_change.CHECKS, *sync_access.CHECKS, *sync_expiry.CHECKS)
