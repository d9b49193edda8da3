"""Findings of one entity gathered into the fewest pieces of work that cure them, still without dates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from hashlib import blake2b

from auditor.model.plan import WorkKind
from auditor.model.portfolio import Entity, FiledDomain, Service
from auditor.model.text import Text
from auditor.planning.cases import Case
from auditor.planning.choice import services_of_holder
from auditor.planning.cures import Cure


@dataclass(slots=True)
class Draft:
    """One piece of work in the making. key: what it is about, beside its kind and action; part of its identity.

    fixed_due: the earliest day that facts set; soft: some finding has only the policy's working days.
    filings: how many filings follow a cancellation. registration, blocks: as its cures say.
    """

    kind: WorkKind
    action: str
    key: str
    services: dict[str, Service | None] = field(default_factory=dict)
    domains: dict[str, FiledDomain | None] = field(default_factory=dict)
    targets: set[str] = field(default_factory=set)
    cures: dict[str, None] = field(default_factory=dict)
    texts: dict[Text, None] = field(default_factory=dict)
    reasons: dict[Text, None] = field(default_factory=dict)
    warnings: dict[Text, None] = field(default_factory=dict)
    actions: set[str] = field(default_factory=set)
    lead: str = "own_work"
    fixed_due: date | None = None
    soft: bool = False
    blocks: bool = False
    registration: bool = False
    filings: int = 0

    def take(self, cure: Cure, case: Case, fixed: date | None) -> None:
        """One more finding that this cures; the finding's services and domains become its own."""
        self.cures[case.finding.fingerprint] = None
        self.targets.add(case.finding.target)
        self.texts[cure.text] = None
        self.reasons[cure.reason] = None
        self.warnings.update(dict.fromkeys(cure.warnings))
        self.actions.add(cure.action)
        self.blocks = self.blocks or cure.blocks
        self.registration = self.registration or cure.registration
        if fixed is None:
            self.soft = True
        else:
            self.fixed_due = fixed if self.fixed_due is None else min(fixed, self.fixed_due)

    def absorb(self, other: Draft) -> None:
        """What the other would cure is cured by this."""
        self.cures.update(other.cures)
        self.targets |= other.targets
        self.texts.update(other.texts)
        self.reasons.update(other.reasons)
        self.warnings.update(other.warnings)
        self.services.update(other.services)
        self.domains.update(other.domains)
        self.blocks = self.blocks or other.blocks
        self.registration = self.registration or other.registration
        self.soft = self.soft or other.soft
        dues = [one for one in (self.fixed_due, other.fixed_due) if one is not None]
        self.fixed_due = min(dues, default=None)

    def cover(self, service: Service) -> None:
        """Take in a service number with every domain under it: they are brought up to date together."""
        self.services[service.key] = service
        self.domains.update({domain.key: domain for domain in service.domains})

    def identity(self, entity_key: str) -> str:
        """16 hex digits over the entity, the kind of work and what it is about; dates and wording change nothing."""
        parts = (entity_key, self.kind.code, self.action, self.key)
        return blake2b("\x1e".join(parts).encode(), digest_size=8).hexdigest()


class Desk:
    """The drafts of one entity. entity: None for findings that belong to none the portfolio knows."""

    def __init__(self, entity_key: str, entity: Entity | None) -> None:
        self.entity_key = entity_key
        self.entity = entity
        self._drafts: dict[tuple[WorkKind, str, str], Draft] = {}
        self._services = {one.key: one for one in entity.services} if entity is not None else {}

    def take(self, case: Case, cures: Iterable[Cure], fixed: date | None) -> None:
        """Put a failed finding to the drafts that cure it. fixed: the day that facts set for it."""
        for cure in cures:
            match cure.kind:
                case WorkKind.PREPARATION:
                    self._prepare(cure, case, fixed)
                case WorkKind.REAL_NAME:
                    self._verify(cure, case, fixed)
                case WorkKind.SERVICE:
                    self._change_services(cure, case, fixed)
                case WorkKind.ACCESS:
                    self._file(cure, case, fixed)
                case WorkKind.CANCEL if cure.action == "service":
                    for number in case.service_names:
                        draft = self._draft(WorkKind.CANCEL, "service", number)
                        self._cover(draft, number, case)
                        draft.take(cure, case, fixed)
                case _:
                    draft = self._draft(cure.kind, cure.action, "")
                    draft.take(cure, case, fixed)
                    if cure.refile:
                        draft.filings = 1

    def _draft(self, kind: WorkKind, action: str, key: str) -> Draft:
        return self._drafts.setdefault((kind, action, key), Draft(kind, action, key))

    def _prepare(self, cure: Cure, case: Case, fixed: date | None) -> None:
        """Preparations of one kind with one deadline are one piece of work; a fixed day keeps its targets apart."""
        draft = self._draft(WorkKind.PREPARATION, cure.action, case.finding.target if fixed else "")
        draft.lead = cure.lead
        draft.services.update({one.key: one for one in case.services})
        draft.domains.update({one.key: one for one in case.domains})
        draft.take(cure, case, fixed)

    def _verify(self, cure: Cure, case: Case, fixed: date | None) -> None:
        """Registrar work, one piece for each shared number; a domain without a number is its own."""
        names = case.domain_names
        domains: Mapping[str, FiledDomain | None] = {one.key: one for one in case.domains}
        if not names and self.entity is not None:
            domains = {one.key: one for one in self.entity.domains}
            names = tuple(domains)
        for name in names or ("",):
            domain = domains.get(name)
            service = domain.service if domain is not None else None
            number = service.key if service is not None else case.finding.service_number or name
            draft = self._draft(WorkKind.REAL_NAME, "", number)
            if service is not None:
                draft.services[service.key] = service
            if name:
                draft.domains[name] = domain
            draft.take(cure, case, fixed)

    def _change_services(self, cure: Cure, case: Case, fixed: date | None) -> None:
        numbers = dict.fromkeys(case.service_names)
        if case.document is not None:
            numbers.update(dict.fromkeys(one.key for one in services_of_holder(case.document)))
        if not case.service_names:
            numbers.update(dict.fromkeys(one.key for domain in case.domains for one in domain.services[:1]))
        if not numbers:
            self._draft(WorkKind.ENTITY, "", "").take(cure, case, fixed)
        for number in numbers:
            draft = self._draft(WorkKind.SERVICE, "", number)
            self._cover(draft, number, case)
            draft.take(cure, case, fixed)

    def _file(self, cure: Cure, case: Case, fixed: date | None) -> None:
        number = next(iter(case.service_names), "")
        draft = self._draft(WorkKind.ACCESS, "", number or case.finding.target)
        if number:
            self._cover(draft, number, case)
        draft.domains.update(dict.fromkeys(case.domain_names) | {one.key: one for one in case.domains})
        draft.take(cure, case, fixed)

    def _cover(self, draft: Draft, number: str, case: Case) -> None:
        service = self._services.get(number) or next(
            (one for one in case.services if one.key == number), None
        )
        if service is not None:
            draft.cover(service)
        else:
            draft.services.setdefault(number, None)
            draft.domains.update(dict.fromkeys(case.domain_names))

    def finished(self, services_per_order: int = 1) -> list[Draft]:
        """The fewest pieces of work: what another one does anyway is taken in by it; canonical order."""
        self._end_what_is_cancelled()
        self._join(max(1, services_per_order))
        self._cover_the_entity()
        return [self._drafts[key] for key in sorted(self._drafts, key=_rank)]

    def _of(self, kind: WorkKind) -> Iterator[Draft]:
        for key in sorted(self._drafts, key=_rank):
            if key[0] is kind:
                yield self._drafts[key]

    def _drop(self, draft: Draft) -> None:
        del self._drafts[draft.kind, draft.action, draft.key]

    def _end_what_is_cancelled(self) -> None:
        """An entity or a service that is cancelled, or filed anew, is not amended as well."""
        whole = self._drafts.get((WorkKind.CANCEL, "entity", ""))
        if whole is not None:
            ended = [WorkKind.ENTITY]
            if whole.filings:
                ended += [WorkKind.SERVICE, WorkKind.ACCESS, WorkKind.CANCEL]
                services = set(self.entity.services if self.entity is not None else ())
                loose = [one for one in self._of(WorkKind.ACCESS) if not any(one.services.values())]
                whole.filings = max(1, len(services) + len(loose))
            for kind in ended:
                for draft in list(self._of(kind)):
                    if draft is not whole:
                        whole.absorb(draft)
                        self._drop(draft)
            return
        for ending in (WorkKind.CANCEL, WorkKind.ACCESS):
            for draft in list(self._of(ending)):
                for kind in (WorkKind.ACCESS, WorkKind.SERVICE):
                    other = self._drafts.get((kind, "", draft.key))
                    if other is not None and other is not draft:
                        draft.absorb(other)
                        self._drop(other)

    def _join(self, per_order: int) -> None:
        """As many service numbers as an order may carry go into one; the first of them with the entity's own change.

        One 变更备案 order amends the entity and services at once, but where registered data change the entity comes
        first and alone.
        """
        entity = self._drafts.get((WorkKind.ENTITY, "", ""))
        services = sorted(
            self._of(WorkKind.SERVICE), key=lambda one: (one.fixed_due or date.max, number_key(one.key))
        )
        batches = [services[at : at + per_order] for at in range(0, len(services), per_order)]
        for index, batch in enumerate(batches):
            with_entity = index == 0 and entity is not None and not entity.registration
            if len(batch) == 1 and not with_entity:
                continue
            for one in batch:
                self._drop(one)
            kind = WorkKind.BOTH if with_entity else WorkKind.SERVICE
            joined = self._draft(kind, "", "|".join(one.key for one in batch))
            if with_entity and entity is not None:
                self._drop(entity)
                joined.absorb(entity)
            for one in batch:
                joined.absorb(one)

    def _cover_the_entity(self) -> None:
        """An order for the entity is about every domain under its number."""
        if self.entity is not None:
            for kind in (WorkKind.ENTITY, WorkKind.BOTH):
                for draft in self._of(kind):
                    draft.domains.update({domain.key: domain for domain in self.entity.domains})


_KIND_RANK = {kind: index for index, kind in enumerate(WorkKind)}


def _rank(key: tuple[WorkKind, str, str]) -> tuple[int, str, tuple[str, int, str]]:
    return _KIND_RANK[key[0]], key[1], number_key(key[2])


@lru_cache(maxsize=65536)
def number_key(number: str) -> tuple[str, int, str]:
    """A service number so that -2 stands before -10."""
    head, _dash, tail = number.rpartition("-")
    digits = "".join(ch for ch in tail if ch.isdigit())
    return (head or number, int(digits[:9]) if digits else 0, tail)
