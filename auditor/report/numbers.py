"""Shared record numbers: which services and domains stand under one entity number, and which are out of step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from auditor.model.evidence import Dossier, Registrants
from auditor.model.portfolio import Entity, FiledDomain
from auditor.model.result import AuditResult, Finding
from auditor.model.verdict import Verdict
from auditor.model.words import Source

# The checks whose failure says of one domain that it is out of step with the number it stands under.
_ONE_DOMAIN = ("OWN201", "OWN202", "OWN204", "OWN205", "OWN206", "REC106", "MIT952", "MIT954")
_FAMILY = "SYN"


class Step(StrEnum):
    """Whether a domain keeps step with its number, as far as findings say."""

    OUT = "out"
    WAIVED = "waived"  # out of step, and somebody has accepted it for a time
    UNKNOWN = "unknown"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class SharedDomain:
    """One domain under a shared number. source: who names the registrant; "" where nobody does."""

    domain: str
    registrant: str
    source: str
    step: Step
    findings: tuple[Finding, ...]

    @property
    def checks(self) -> tuple[str, ...]:
        """The ids of the checks that speak of it, each once."""
        return tuple(dict.fromkeys(one.check for one in self.findings))


NO_DOMAIN = SharedDomain("", "", "", Step.QUIET, ())  # stands for a service without any


@dataclass(frozen=True, slots=True)
class SharedService:
    """One service number; number "" gathers domains that stand under the entity alone."""

    number: str
    name: str
    domains: tuple[SharedDomain, ...]


@dataclass(frozen=True, slots=True)
class SharedNumber:
    """One entity number with two or more services or domains. findings: SYN findings about the number itself."""

    number: str
    name: str
    services: tuple[SharedService, ...]
    findings: tuple[Finding, ...]

    @property
    def domains(self) -> tuple[SharedDomain, ...]:
        """Every domain once, in order of service."""
        found = {one.domain: one for service in self.services for one in service.domains}
        return tuple(found.values())

    @property
    def registrants(self) -> tuple[str, ...]:
        """The registrants named, most domains first."""
        held: dict[str, int] = {}
        for one in self.domains:
            if one.registrant:
                held[one.registrant] = held.get(one.registrant, 0) + 1
        return tuple(sorted(held, key=lambda name: (-held[name], name)))

    @property
    def out_of_step(self) -> bool:
        """True where a check found the number or one of its domains out of step and nobody has accepted it."""
        failed = any(one.verdict is Verdict.FAIL and one.waiver is None for one in self.findings)
        return failed or any(one.step is Step.OUT for one in self.domains)

    @property
    def step(self) -> Step:
        """The number as a whole."""
        if self.out_of_step:
            return Step.OUT
        steps = {one.step for one in self.domains}
        if Step.WAIVED in steps or any(one.verdict is Verdict.FAIL for one in self.findings):
            return Step.WAIVED
        return Step.UNKNOWN if self.findings or Step.UNKNOWN in steps else Step.QUIET


def shared_numbers(result: AuditResult) -> tuple[SharedNumber, ...]:
    """Entity numbers that carry at least two services or two domains; those out of step first."""
    known = _holders(result.dossier)
    by_domain: dict[str, list[Finding]] = {}
    by_number: dict[str, list[Finding]] = {}
    for finding in result.findings:
        if finding.check in _ONE_DOMAIN and finding.domain:
            by_domain.setdefault(finding.domain, []).append(finding)
        elif finding.check.startswith(_FAMILY) and finding.entity_number:
            by_number.setdefault(finding.entity_number, []).append(finding)
    found = []
    for entity in result.reading.portfolio.entities:
        if entity.number is None or max(len(entity.services), len(entity.domains)) < 2:
            continue
        number = str(entity.number)
        services = _services(entity, known, by_domain)
        found.append(SharedNumber(number, entity.name or "", services, tuple(by_number.get(number, ()))))
    found.sort(key=lambda one: (not one.out_of_step, -len(one.findings), one.number))
    return tuple(found)


def _holders(dossier: Dossier) -> dict[str, tuple[str, str]]:
    """Domain → the registrant that counts and the source that names it."""
    return {
        domain: (one.registrants.best.value, one.registrants.best.evidence.source)
        for domain, one in dossier.domains.items()
        if isinstance(one.registrants, Registrants)
    }


def _services(
    entity: Entity, known: Mapping[str, tuple[str, str]], by_domain: Mapping[str, list[Finding]]
) -> tuple[SharedService, ...]:
    listed: set[str] = set()
    services = []
    for service in entity.services:
        domains = tuple(_domain(one, known, by_domain) for one in service.domains)
        listed.update(one.domain for one in domains)
        services.append(SharedService(str(service.number), service.name or "", domains))
    loose = tuple(_domain(one, known, by_domain) for one in entity.domains if one.key not in listed)
    if loose:
        services.append(SharedService("", "", loose))
    return tuple(services)


def _domain(
    domain: FiledDomain, known: Mapping[str, tuple[str, str]], by_domain: Mapping[str, list[Finding]]
) -> SharedDomain:
    findings = tuple(by_domain.get(domain.key, ()))
    failed = [one for one in findings if one.verdict is Verdict.FAIL]
    if failed:
        step = Step.WAIVED if all(one.waiver is not None for one in failed) else Step.OUT
    else:
        step = Step.UNKNOWN if findings else Step.QUIET
    stated = known.get(domain.key)
    if stated is not None:
        return SharedDomain(domain.key, *stated, step, findings)
    own = domain.text("registrant") or ""
    return SharedDomain(domain.key, own, Source.BOOK.value if own else "", step, findings)
