"""The portfolio of a share: the same graph, made of the share's rows alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import TypeVar

from auditor.model.portfolio import (
    Document,
    Entity,
    FiledDomain,
    Order,
    Person,
    Portfolio,
    Row,
    Service,
)
from auditor.model.values import DomainCell, DomainName

_Thing = TypeVar("_Thing")


def portfolio_part(book: Portfolio, rows: frozenset[Row], keys: Collection[str]) -> Portfolio:
    """The things that the rows speak of, linked among themselves; keys: the entities that may be told of.

    Every thing is a new object; the given portfolio stays as it is.
    """
    return _Part(book, rows, keys).portfolio()


class _Part:
    """Old things → their new selves."""

    def __init__(self, book: Portfolio, rows: frozenset[Row], keys: Collection[str]) -> None:
        self._book, self._rows = book, rows
        self._places = {row.ref.order for row in rows}
        self._entities: dict[int, Entity] = {
            id(one): Entity(one.number, one.key, self._own(one.rows))
            for one in book.entities
            if one.key in keys
        }
        self._services: dict[int, Service] = {}
        for service in book.services:
            own = self._own(service.rows)
            entity = self._entity_of(service) if own else None
            if entity is not None:
                self._services[id(service)] = Service(service.number, entity, own)
        self._domains: dict[int, FiledDomain] = {
            id(one): FiledDomain(one.name, spoken) for one in book.domains if (spoken := self._own(one.rows))
        }
        self._persons: dict[int, Person] = {}
        for person in book.persons:
            made = self._person(person)
            if made is not None:
                self._persons[id(person)] = made
        self._documents: dict[int, Document] = {
            id(one): self._document(one)
            for one in book.documents
            if one.row in rows and (one.entity is None or id(one.entity) in self._entities)
        }
        self._orders: dict[int, Order] = {
            id(one): self._order(one, spoken) for one in book.orders if (spoken := self._own(one.rows))
        }

    def portfolio(self) -> Portfolio:
        """The whole of the part."""
        book = self._book
        self._link()
        rows = self._own(book.rows)
        return Portfolio(
            rows=rows,
            entities=_new(book.entities, self._entities),
            services=_new(book.services, self._services),
            domains=_new(book.domains, self._domains),
            persons=_new(book.persons, self._persons),
            documents=_new(book.documents, self._documents),
            orders=_new(book.orders, self._orders),
            roles=frozenset(row.role for row in rows),
            columns=frozenset(code for row in rows for code in row.ref.sheet.columns),
        )

    def _own(self, rows: Iterable[Row]) -> tuple[Row, ...]:
        return tuple(row for row in rows if row in self._rows)

    def _entity_of(self, service: Service) -> Entity | None:
        """The service's entity; where that is another's, the entity of the part under which a row lists it too."""
        found = self._entities.get(id(service.entity))
        if found is not None:
            return found
        listing = (one for one in self._book.entities if service in one.services)
        return next((self._entities[id(one)] for one in listing if id(one) in self._entities), None)

    def _person(self, one: Person) -> Person | None:
        """None for somebody of another entity or service, even where a row of the part names them."""
        statements = tuple((row, prefix) for row, prefix in one.statements if row in self._rows)
        if not statements:
            return None
        entity = self._entities.get(id(one.entity)) if one.entity else None
        service = self._services.get(id(one.service)) if one.service else None
        if (one.entity is not None and entity is None) or (one.service is not None and service is None):
            return None
        return Person(one.role, entity, service, statements, one.key, self._own(one.rows))

    def _document(self, one: Document) -> Document:
        return replace(
            one,
            entity=self._entities[id(one.entity)] if one.entity else None,
            cells=tuple(cell for cell in one.cells if (cell.path, cell.sheet, cell.row) in self._places),
            services=_new(one.services, self._services),
            subject=self._persons.get(id(one.subject)) if one.subject else None,
        )

    def _order(self, one: Order, rows: tuple[Row, ...]) -> Order:
        named = {name.ulabel for row in rows for name in (*row.domains, *_order_domains(row))}
        return Order(
            one.key,
            rows,
            self._entities.get(id(one.entity)) if one.entity else None,
            domains=_new(one.domains, self._domains),
            services=_new(one.services, self._services),
            unfiled=tuple(name for name in one.unfiled if name.ulabel in named),
        )

    def _link(self) -> None:
        for entity in self._book.entities:
            made = self._entities.get(id(entity))
            if made is not None:
                made.services = _new(entity.services, self._services)
                made.domains = _new(entity.domains, self._domains)
                made.persons = _new(entity.persons, self._persons)
                made.documents = _new(entity.documents, self._documents)
                made.orders = _new(entity.orders, self._orders)
        for service in self._book.services:
            own = self._services.get(id(service))
            if own is not None:
                own.domains = _new(service.domains, self._domains)
                own.administrators = _new(service.administrators, self._persons)
        for domain in self._book.domains:
            new = self._domains.get(id(domain))
            if new is not None:
                new.entities = _new(domain.entities, self._entities)
                new.services = _new(domain.services, self._services)


def _new(old: Iterable[object], made: dict[int, _Thing]) -> tuple[_Thing, ...]:
    return tuple(made[id(one)] for one in old if id(one) in made)


def _order_domains(row: Row) -> tuple[DomainName, ...]:
    value = row.values.get("order_domains")
    return value.domains if isinstance(value, DomainCell) else ()
