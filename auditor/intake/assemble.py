"""Rows become a portfolio: entities, services, domains, persons, documents and orders, all linked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from auditor.intake.bindings import CORE_ROLES, NAME_KEY, Bindings, entity_title
from auditor.intake.papers import documents_of
from auditor.intake.people import persons_of
from auditor.model.place import SheetRef
from auditor.model.portfolio import Entity, FiledDomain, Order, Portfolio, Row, Service
from auditor.model.recordnumber import RecordNumber
from auditor.model.values import FIELDS, DomainCell, DomainName, Level
from auditor.model.words import SheetRole

# Registrar exports and ministry results are evidence about filings, not filings.
PORTFOLIO_ROLES = CORE_ROLES | {SheetRole.PERSONS, SheetRole.DOCUMENTS, SheetRole.ORDERS}
_ENTITY_FIELDS = frozenset(
    code for code, one in FIELDS.items() if one.level is Level.ENTITY and code != "entity_number"
)


def assemble(rows: Iterable[Row], sheets: Sequence[SheetRef] = ()) -> Portfolio:
    """Build the portfolio of some rows; rows of sheets that hold evidence are left out.

    sheets: the sheets that were read, so that a column without any filled cell is known too.
    The result does not depend on the order of the rows: every sequence is in canonical order.
    """
    ordered = tuple(
        sorted((row for row in rows if row.role in PORTFOLIO_ROLES), key=lambda row: row.ref.order)
    )
    bindings = Bindings(ordered)
    entities = _entities(ordered, bindings)
    services = _services(ordered, bindings, entities)
    domains = _domains(ordered, bindings, entities, services)
    _link(entities, services, domains, ordered, bindings)
    persons = persons_of(ordered, bindings, entities, services, domains)
    documents = documents_of(ordered, bindings, entities, services, persons)
    orders = _orders(ordered, bindings, entities, services, domains)
    refs = {
        id(ref): ref for ref in (*sheets, *(row.ref.sheet for row in ordered)) if ref.role in PORTFOLIO_ROLES
    }
    return Portfolio(
        rows=ordered,
        entities=tuple(sorted(entities.values(), key=_entity_order)),
        services=tuple(sorted(services.values(), key=lambda service: service.number)),
        domains=tuple(sorted(domains.values(), key=lambda domain: domain.name)),
        persons=persons,
        documents=documents,
        orders=orders,
        # An empty sheet, as templates have them, is no list that something could be missing from.
        roles=frozenset(row.role for row in ordered),
        columns=frozenset(code for ref in refs.values() for code in ref.columns),
    )


def _entity_order(entity: Entity) -> tuple[bool, str]:
    return (entity.number is None, entity.key)


def _entities(rows: Sequence[Row], bindings: Bindings) -> dict[str, Entity]:
    members: dict[str, list[Row]] = {}
    for row in rows:
        binding = bindings.of[row]
        if binding.entity is None:
            continue
        group = members.setdefault(binding.entity, [])
        # A row that merely refers to an entity says nothing of it, unless it states its number and more.
        named_only = binding.entity.startswith(NAME_KEY)
        if row.role in CORE_ROLES or (
            (binding.explicit or named_only) and not _ENTITY_FIELDS.isdisjoint(row.values)
        ):
            group.append(row)
    for key in bindings.service_entity.values():
        members.setdefault(key, [])
    entities: dict[str, Entity] = {}
    for key, group in members.items():
        number = bindings.entity_numbers.get(key)
        title = str(number) if number is not None else entity_title(group) or key.removeprefix(NAME_KEY)
        entities[key] = Entity(number=number, key=title, rows=tuple(group))
    return entities


def _services(
    rows: Sequence[Row], bindings: Bindings, entities: dict[str, Entity]
) -> dict[RecordNumber, Service]:
    members: dict[RecordNumber, list[Row]] = {}
    for row in rows:
        service = bindings.of[row].service
        if service is not None and row.role in CORE_ROLES:
            members.setdefault(service, []).append(row)
    return {
        number: Service(number, entities[bindings.service_entity[number]], tuple(group))
        for number, group in members.items()
    }


def _domains(
    rows: Sequence[Row],
    bindings: Bindings,
    entities: dict[str, Entity],
    services: dict[RecordNumber, Service],
) -> dict[str, FiledDomain]:
    members: dict[str, list[Row]] = {}
    names: dict[str, DomainName] = {}
    for row in rows:
        if row.role in CORE_ROLES:
            for ulabel in dict.fromkeys(name.ulabel for name in row.domains):
                members.setdefault(ulabel, []).append(row)
            for name in row.domains:
                names.setdefault(name.ulabel, DomainName(name.ulabel, name.alabel))
    domains = {}
    for ulabel, group in members.items():
        bound = [bindings.of[row] for row in group]
        keys = {one.entity for one in bound if one.entity is not None}
        numbers = {one.service for one in bound if one.service is not None}
        domains[ulabel] = FiledDomain(
            name=names[ulabel],
            rows=tuple(group),
            entities=tuple(sorted((entities[key] for key in keys), key=_entity_order)),
            services=tuple(services[number] for number in sorted(numbers)),
        )
    return domains


def _link(
    entities: dict[str, Entity],
    services: dict[RecordNumber, Service],
    domains: dict[str, FiledDomain],
    rows: Sequence[Row],
    bindings: Bindings,
) -> None:
    """Fill the links from entities and services to what stands under them."""
    under: dict[str, set[RecordNumber]] = {}
    for number in services:
        under.setdefault(bindings.service_entity[number], set()).add(number)
    for row in rows:
        binding = bindings.of[row]
        # A row that states another entity for the service still lists the service under that entity.
        if binding.entity is not None and binding.service in services:
            under.setdefault(binding.entity, set()).add(binding.service)
    for key, numbers in under.items():
        entities[key].services = tuple(services[number] for number in sorted(numbers))
    of_entity: dict[int, list[FiledDomain]] = {}
    of_service: dict[int, list[FiledDomain]] = {}
    for domain in sorted(domains.values(), key=lambda one: one.name):
        for entity in domain.entities:
            of_entity.setdefault(id(entity), []).append(domain)
        for service in domain.services:
            of_service.setdefault(id(service), []).append(domain)
    for entity in entities.values():
        entity.domains = tuple(of_entity.get(id(entity), ()))
    for service in services.values():
        service.domains = tuple(of_service.get(id(service), ()))


def _orders(
    rows: Sequence[Row],
    bindings: Bindings,
    entities: dict[str, Entity],
    services: dict[RecordNumber, Service],
    domains: dict[str, FiledDomain],
) -> tuple[Order, ...]:
    members: dict[str, list[Row]] = {}
    for row in rows:
        if row.role is SheetRole.ORDERS:
            members.setdefault(row.text("order_number") or row.ref.target, []).append(row)
    orders = []
    for key, group in sorted(members.items()):
        found = sorted({bound for row in group if (bound := bindings.of[row].entity) is not None})
        named = {name.ulabel: name for row in group for name in _order_domains(row)}
        covered = sorted((domains[name] for name in named if name in domains), key=lambda one: one.name)
        numbers = {number for row in group if (number := bindings.of[row].service) is not None}
        numbers |= {service.number for domain in covered for service in domain.services}
        orders.append(
            Order(
                key,
                tuple(group),
                entities[found[0]] if found else None,
                domains=tuple(covered),
                services=tuple(services[number] for number in sorted(numbers & services.keys())),
                unfiled=tuple(
                    sorted(
                        DomainName(name.ulabel, name.alabel)
                        for name in named.values()
                        if name.ulabel not in domains
                    )
                ),
            )
        )
    of_entity: dict[int, list[Order]] = {}
    for order in orders:
        if order.entity is not None:
            of_entity.setdefault(id(order.entity), []).append(order)
    for entity in entities.values():
        entity.orders = tuple(of_entity.get(id(entity), ()))
    return tuple(orders)


def _order_domains(row: Row) -> tuple[DomainName, ...]:
    """The domains that a row of an order names."""
    value = row.values.get("order_domains")
    return value.domains if isinstance(value, DomainCell) else row.domains
