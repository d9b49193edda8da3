"""Whom and what a finding is about: its entity, services, domains, person, document and fields in the book."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from auditor.model.place import CellRef
from auditor.model.portfolio import Document, Entity, FiledDomain, Order, Person, Portfolio, Row, Service
from auditor.model.result import Finding
from auditor.model.verdict import Scope

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Case:
    """A finding and what stands behind it. entity_key: "" where it belongs to no entity; fields: of its cells.

    services, domains: those that the finding is about, in canonical order; an entity's finding is about none of
    its services in particular. domain_names holds the domain also where the portfolio does not know it.
    """

    finding: Finding
    entity: Entity | None
    entity_key: str
    services: tuple[Service, ...] = ()
    domains: tuple[FiledDomain, ...] = ()
    person: Person | None = None
    document: Document | None = None
    order: Order | None = None
    fields: frozenset[str] = frozenset()

    @property
    def service_names(self) -> tuple[str, ...]:
        """The service numbers, also where only the finding names one."""
        if self.services:
            return tuple(one.key for one in self.services)
        return (self.finding.service_number,) if self.finding.service_number else ()

    @property
    def domain_names(self) -> tuple[str, ...]:
        """The domains, also where only the finding names one."""
        if self.domains:
            return tuple(one.key for one in self.domains)
        return (self.finding.domain,) if self.finding.domain else ()

    @property
    def province(self) -> str:
        """The abbreviation of the province; "" where it is not known."""
        return self.entity.province if self.entity is not None else self.finding.province


class Docket:
    """The portfolio by every name that a finding may use."""

    def __init__(self, portfolio: Portfolio) -> None:
        self.portfolio = portfolio
        self.entities = {one.key: one for one in portfolio.entities}
        self._by_name: dict[str, Entity] = {}
        for entity in portfolio.entities:
            for name in entity.names:
                self._by_name.setdefault(name, entity)
        self.services = {one.key: one for one in portfolio.services}
        self._domains = {one.key: one for one in portfolio.domains}
        self._persons = {one.key: one for one in portfolio.persons}
        self._orders = {one.key: one for one in portfolio.orders}
        self._documents: dict[str, list[Document]] = {}
        for document in portfolio.documents:
            self._documents.setdefault(document.target, []).append(document)
        self._rows = {row.ref.order: row for row in portfolio.rows}

    def case(self, finding: Finding) -> Case:
        """What stands behind a finding; whatever the portfolio does not know is left out, never guessed."""
        person = document = order = None
        services: Sequence[Service] = ()
        domains: Sequence[FiledDomain] = ()
        entity: Entity | None = None
        match finding.scope:
            case Scope.ENTITY:
                entity = self.entities.get(finding.target)
                domains = self._domains_of(finding.cells, entity)
            case Scope.SERVICE:
                services = _one(self.services.get(finding.target))
                domains = services[0].domains if services else ()
                entity = services[0].entity if services else None
            case Scope.DOMAIN:
                domains = _one(self._domains.get(finding.target))
                services = domains[0].services[:1] if domains else ()
                entity = domains[0].entity if domains else None
            case Scope.PERSON:
                person = self._persons.get(finding.target)
                if person is not None:
                    entity, services = person.entity, _one(person.service)
            case Scope.DOCUMENT:
                document = self._document(finding)
                if document is not None:
                    entity, services = document.entity, _services_of(document)
            case Scope.ORDER:
                order = self._orders.get(finding.target)
                if order is not None:
                    entity, services, domains = order.entity, order.services, order.domains
            case Scope.ROW:
                row = next(iter(self._rows_of(finding.cells)), None)
                domains = self._known(row.domains) if row is not None else ()
                services = _one(self.services.get(finding.service_number or ""))
        entity = entity or self._entity(finding)
        return Case(
            finding=finding,
            entity=entity,
            entity_key=entity.key if entity is not None else finding.entity_number or "",
            services=tuple(services),
            domains=tuple(domains),
            person=person,
            document=document,
            order=order,
            fields=self._fields(finding.cells),
        )

    def _entity(self, finding: Finding) -> Entity | None:
        if finding.entity_number:
            return self.entities.get(finding.entity_number)
        return self._by_name.get(finding.entity_name) if finding.entity_name else None

    def _document(self, finding: Finding) -> Document | None:
        found = self._documents.get(finding.target, [])
        if len(found) > 1:
            # Papers that stand in columns of one row share its name; the cell tells them apart.
            cells = set(finding.cells)
            own = [one for one in found if cells & set(one.cells)]
            found = own or found
        return found[0] if found else None

    def _rows_of(self, cells: Iterable[CellRef]) -> list[Row]:
        keys = dict.fromkeys((cell.path, cell.sheet, cell.row) for cell in cells)
        return [self._rows[key] for key in keys if key in self._rows]

    def _known(self, names: Iterable[object]) -> tuple[FiledDomain, ...]:
        found = {str(name): self._domains[str(name)] for name in names if str(name) in self._domains}
        return tuple(found[key] for key in sorted(found))

    def _domains_of(self, cells: Iterable[CellRef], entity: Entity | None) -> tuple[FiledDomain, ...]:
        """The entity's domains that the cells of an entity's finding stand beside."""
        own = {domain.key for domain in entity.domains} if entity is not None else set()
        named = (name for row in self._rows_of(cells) for name in row.domains if name.ulabel in own)
        return self._known(named)

    def _fields(self, cells: Iterable[CellRef]) -> frozenset[str]:
        """The fields that the cells of a finding feed."""
        found: set[str] = set()
        for cell in cells:
            row = self._rows.get((cell.path, cell.sheet, cell.row))
            if row is not None and cell.column:
                found.update(code for code, column in row.ref.sheet.columns.items() if column == cell.column)
        return frozenset(found)


def _one(found: _T | None) -> tuple[_T, ...]:
    return () if found is None else (found,)


def _services_of(document: Document) -> tuple[Service, ...]:
    """The services whose administrator a paper belongs to; none for the entity's and the leader's own."""
    if document.services or document.subject is None:
        return document.services
    return _one(document.subject.service)
