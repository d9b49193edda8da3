"""SYN406: whether the domains under one entity number run out together and sit with one registrar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

from auditor.checks.agreement import enumerated, joined
from auditor.checks.check import NOT_APPLICABLE, NotApplicable, Undecided, Violation, check
from auditor.checks.domain_expiry import LastDay, last_day
from auditor.checks.names import compare_names, name_key
from auditor.model.evidence import Dossier, Evidence, RegistrarNames
from auditor.model.place import CellRef
from auditor.model.policy import Policy
from auditor.model.portfolio import Entity, FiledDomain
from auditor.model.text import Message, say
from auditor.model.verdict import Reason, Severity
from auditor.rules.load import RuleData
from auditor.rules.regulations import PROVIDER_RULES

_IANA = re.compile(r"^IANA (\d+)$")


@dataclass(slots=True)
class _Registrar:
    """One registrar, all names it is known by, and its domains. known: it stands in the table."""

    name: str
    names: tuple[str, ...]
    known: bool
    domains: list[str] = field(default_factory=list)
    cells: list[CellRef] = field(default_factory=list)
    evidence: dict[Evidence, None] = field(default_factory=dict)


@dataclass(slots=True)
class _Missing:
    """What is not known of some domains: the domain, what, and why."""

    domains: dict[str, None] = field(default_factory=dict)
    reasons: list[Reason] = field(default_factory=list)

    def add(self, domain: FiledDomain, reason: Reason) -> None:
        self.domains[domain.key] = None
        self.reasons.append(reason)


@check(
    "SYN406",
    title="同一主体备案号下的域名到期日相近、注册商相同",
    title_en="The domains under one entity number run out together and sit with one registrar",
    meaning="同一主体备案号下的域名到期日相差超过策略规定的天数，容易漏续；或分散在多个注册商（仅提示）",
    meaning_en="The expiry dates under one entity number lie more than the policy's days apart, so that a renewal is easily "
    "missed; or the domains sit with several registrars (info only)",
    severity=Severity.LOW,
    cites=PROVIDER_RULES,
    remedy="统一续费年限使到期日相近；条件允许时把域名转入同一注册商",
    remedy_en="Renew so that the domains run out together; move them to one registrar where that is possible",
    thresholds=("expiry_spread_days",),
)
def expiries_and_registrars_together(
    entity: Entity, dossier: Dossier, policy: Policy, rules: RuleData
) -> Iterator[Violation | Undecided | NotApplicable]:
    """Domains renewed on many days in many consoles are the ones forgotten."""
    if entity.number is None or len(entity.domains) < 2:
        yield NOT_APPLICABLE
        return
    missing = _Missing()
    days: list[tuple[FiledDomain, LastDay]] = []
    for domain in entity.domains:
        evidence = dossier.of(domain.key)
        last = last_day(domain, evidence.expiries, evidence.existence)
        if isinstance(last, LastDay):
            days.append((domain, last))
        else:
            missing.add(domain, last.reason)
    registrars = _registrars(entity, dossier, rules, missing)
    spread = _spread(days, policy)
    several = _several(registrars)
    if spread is not None or several is True:
        told = [
            message
            for message in (spread, _told_registrars(registrars) if several is True else None)
            if message
        ]
        ends = _ends(days) if spread is not None else ()
        others = registrars[1:] if several is True else []
        yield Violation(
            joined(told),
            observed=tuple(f"{domain.key}: {last.day.isoformat()}" for domain, last in ends)
            + tuple(f"{one.name}: {', '.join(one.domains[:20])}" for one in registrars if several is True),
            cells=tuple(
                dict.fromkeys(
                    [cell for _domain, last in ends for cell in last.cells]
                    + [cell for one in others for cell in one.cells]
                )
            ),
            evidence=tuple(
                dict.fromkeys(
                    [one for _domain, last in ends for one in last.evidence]
                    + [one for registrar in others for one in registrar.evidence]
                )
            ),
            severity=None if spread is not None else Severity.INFO,
            key="spread" if spread is not None else "registrars",
        )
    elif missing.domains:
        reason = missing.reasons[0]
        yield Undecided(
            reason,
            say(
                "{count} 个域名的到期日或注册商未知（{reason}）：{names}",
                "The expiry date or registrar of {count} domain(s) is not known ({reason}): {names}",
                count=len(missing.domains),
                reason=reason.text,
                names=enumerated(tuple(missing.domains)),
            ),
        )
    elif several is None:
        yield Undecided(
            Reason.NO_RULE_DATA,
            say(
                "无法判断是否同一注册商：{names}",
                "Whether these are one registrar cannot be told: {names}",
                names=tuple(one.name for one in registrars),
            ),
        )


def _ends(days: list[tuple[FiledDomain, LastDay]]) -> tuple[tuple[FiledDomain, LastDay], ...]:
    """The domain that runs out first and the one that runs out last."""
    ordered = sorted(days, key=lambda one: (one[1].day, one[0].name))
    return (ordered[0], ordered[-1])


def _spread(days: list[tuple[FiledDomain, LastDay]], policy: Policy) -> Message | None:
    limit = policy.thresholds.expiry_spread_days
    if len(days) < 2:
        return None
    (first, start), (last, end) = _ends(days)
    apart = (end.day - start.day).days
    if apart <= limit:
        return None
    return say(
        "到期日相差 {apart} 天（上限 {limit} 天）：{first} 于 {start}，{last} 于 {end}",
        "The expiry dates lie {apart} days apart (limit {limit}): {first} on {start}, {last} on {end}",
        apart=apart,
        limit=limit,
        first=first.key,
        start=start.day,
        last=last.key,
        end=end.day,
    )


def _registrars(entity: Entity, dossier: Dossier, rules: RuleData, missing: _Missing) -> list[_Registrar]:
    """The registrars of the domains, most domains first; evidence counts before the book's own column."""
    groups: dict[str, _Registrar] = {}
    for domain in entity.domains:
        answer = dossier.of(domain.key).registrars
        if isinstance(answer, RegistrarNames):
            text = answer.best.value
            cells: tuple[CellRef, ...] = domain.cells("domain")
            evidence: tuple[Evidence, ...] = (answer.best.evidence,)
        elif answer.reason is not Reason.NOT_FOUND and (listed := domain.readable("registrar")):
            text, cells, evidence = listed[0].shown, listed[0].cells, ()
        else:
            missing.add(domain, answer.reason)
            continue
        numbered = _IANA.match(text)
        row = rules.registrars.row(None if numbered else text, int(numbered.group(1)) if numbered else None)
        if row is not None:
            names = tuple(name for name in (row.name_zh, row.name_en, *row.aliases) if name)
            # Several ids of one company are one registrar.
            group = groups.setdefault(name_key(row.name), _Registrar(row.name, names, known=True))
        else:
            group = groups.setdefault("? " + name_key(text), _Registrar(text, (text,), known=False))
        group.domains.append(domain.key)
        group.cells += cells
        group.evidence |= dict.fromkeys(evidence)
    return sorted(groups.values(), key=lambda one: (-len(one.domains), one.name))


def _several(registrars: list[_Registrar]) -> bool | None:
    """True where at least two registrars stand, None where names of unknown registrars leave it open."""
    unclear = False
    for one, other in combinations(registrars[:20], 2):
        if one.known and other.known:
            return True
        if _IANA.match(one.name) or _IANA.match(other.name):
            unclear = True
            continue
        unlisted, names = (one, other.names) if not one.known else (other, one.names)
        match = compare_names(unlisted.name, names)
        if match.refuted:
            return True
        unclear = unclear or match.undecided
    return None if unclear else False


def _told_registrars(registrars: list[_Registrar]) -> Message:
    parts = [
        say("{name}（{names}）", "{name} ({names})", name=one.name, names=enumerated(tuple(one.domains), 5))
        for one in registrars[:8]
    ]
    return say(
        "域名分散在 {count} 个注册商：{registrars}",
        "the domains sit with {count} registrars: {registrars}",
        count=len(registrars),
        registrars=joined(parts, "、", ", "),
    )


CHECKS = (expiries_and_registrars_together,)
