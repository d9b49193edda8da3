"""Responsible persons: who the rows name as entity leaders and as service administrators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from auditor.intake.bindings import CORE_ROLES, Bindings
from auditor.intake.vocabulary import person_roles
from auditor.model.portfolio import Entity, FiledDomain, Person, Row, Service
from auditor.model.recordnumber import RecordNumber
from auditor.model.values import FIELDS, plain
from auditor.model.words import PersonRole, SheetRole

LEADER = "leader_"
ADMINISTRATOR = "administrator_"
PERSON = "person_"
_PREFIXES = (LEADER, ADMINISTRATOR, PERSON)
_FIELDS = {prefix: frozenset(code for code in FIELDS if code.startswith(prefix)) for prefix in _PREFIXES}


@dataclass(slots=True)
class _Draft:
    """A person while its statements are being gathered."""

    role: PersonRole
    entity: Entity | None
    service: Service | None
    statements: list[tuple[Row, str]] = field(default_factory=list)

    def names(self) -> set[str]:
        found = (row.text(prefix + "name") for row, prefix in self.statements)
        return {plain(name) for name in found if name}


class _People:
    """Gathers the statements of all rows about persons."""

    def __init__(
        self,
        bindings: Bindings,
        entities: Mapping[str, Entity],
        services: Mapping[RecordNumber, Service],
        domains: Mapping[str, FiledDomain],
    ) -> None:
        self.bindings = bindings
        self.entities = entities
        self.services = services
        self.domains = domains
        self.drafts: dict[str, _Draft] = {}

    def entity_of(self, row: Row) -> Entity | None:
        key = self.bindings.of[row].entity
        return self.entities.get(key) if key is not None else None

    def services_of(self, row: Row) -> list[Service]:
        """The service that a row names, else those of the domains it names."""
        number = self.bindings.of[row].service
        if number is not None:
            return [self.services[number]] if number in self.services else []
        known = [self.domains[name.ulabel] for name in row.domains if name.ulabel in self.domains]
        found = {service.key: service for domain in known for service in domain.services}
        return [found[key] for key in sorted(found)]

    def state(
        self,
        key: str,
        role: PersonRole,
        entity: Entity | None,
        service: Service | None,
        row: Row,
        prefix: str,
    ) -> None:
        draft = self.drafts.setdefault(key, _Draft(role, entity, service))
        draft.statements.append((row, prefix))

    def leader(self, row: Row, prefix: str) -> None:
        entity = self.entity_of(row)
        owner = entity.key if entity is not None else _fallback(row)
        self.state(f"{owner}/leader", PersonRole.LEADER, entity, None, row, prefix)

    def administrator(self, row: Row, prefix: str) -> None:
        entity = self.entity_of(row)
        services = self.services_of(row)
        for service in services:
            self.administrator_of(service, row, prefix)
        if not services:
            number = self.bindings.of[row].service
            owner = (
                str(number) if number is not None else entity.key if entity is not None else _fallback(row)
            )
            self.state(f"{owner}/administrator", PersonRole.ADMINISTRATOR, entity, None, row, prefix)

    def administrator_of(self, service: Service, row: Row, prefix: str) -> None:
        key = f"{service.key}/administrator"
        self.state(key, PersonRole.ADMINISTRATOR, service.entity, service, row, prefix)


def persons_of(
    rows: Sequence[Row],
    bindings: Bindings,
    entities: Mapping[str, Entity],
    services: Mapping[RecordNumber, Service],
    domains: Mapping[str, FiledDomain],
) -> tuple[Person, ...]:
    """Every person in every role, in canonical order; fills the links of entities and services to them.

    One leader an entity, one administrator a service. Rows of a persons sheet find their object by service number,
    entity number, domain or entity name; an administrator of whom only the entity is known belongs to its services
    whose administrator has the same name, else to its only service, else to the entity itself.
    """
    people = _People(bindings, entities, services, domains)
    for row in rows:
        if row.role in CORE_ROLES:
            if not _FIELDS[LEADER].isdisjoint(row.values):
                people.leader(row, LEADER)
            if not _FIELDS[ADMINISTRATOR].isdisjoint(row.values):
                people.administrator(row, ADMINISTRATOR)
    listed = [row for row in rows if row.role is SheetRole.PERSONS]
    known = {key: draft.names() for key, draft in people.drafts.items()}
    unplaced: dict[str, list[Row]] = {}
    for row in listed:
        _place(people, known, row, unplaced)
    _place_rest(people, unplaced)
    persons = [
        Person(
            role=draft.role,
            entity=draft.entity,
            service=draft.service,
            statements=tuple(sorted(draft.statements, key=lambda one: (one[0].ref.order, one[1]))),
            key=key,
            rows=tuple(sorted({row for row, _prefix in draft.statements}, key=lambda row: row.ref.order)),
        )
        for key, draft in sorted(people.drafts.items())
    ]
    _link(persons)
    return tuple(persons)


def _fallback(row: Row) -> str:
    """What stands for the owner of a person whose row names neither entity nor service."""
    return row.domains[0].ulabel if row.domains else row.ref.target


def _place(people: _People, known: Mapping[str, set[str]], row: Row, unplaced: dict[str, list[Row]]) -> None:
    """Give a row of a persons sheet to the persons it is about."""
    for prefix, place in ((LEADER, people.leader), (ADMINISTRATOR, people.administrator)):
        if not _FIELDS[prefix].isdisjoint(row.values):
            place(row, prefix)
    if "person_name" not in row.values and _FIELDS[PERSON].isdisjoint(row.values):
        return
    for role in _roles(people, known, row):
        if role is PersonRole.LEADER:
            people.leader(row, PERSON)
        elif people.bindings.of[row].service is not None or people.services_of(row):
            people.administrator(row, PERSON)
        else:
            _administrator_of_entity(people, known, row, unplaced)


def _roles(people: _People, known: Mapping[str, set[str]], row: Row) -> tuple[PersonRole, ...]:
    """The roles that a row states; where it states none, those in which its name is known, else the likeliest."""
    stated = person_roles(row.raw["role"]) if "role" in row.raw else ()
    if stated:
        return stated
    entity = people.entity_of(row)
    name = plain(row.text("person_name") or "")
    found: list[PersonRole] = []
    if entity is not None and name and name in known.get(f"{entity.key}/leader", ()):
        found.append(PersonRole.LEADER)
    under = people.services_of(row) or (list(entity.services) if entity is not None else [])
    if name and any(name in known.get(f"{service.key}/administrator", ()) for service in under):
        found.append(PersonRole.ADMINISTRATOR)
    if found:
        return tuple(found)
    if people.bindings.of[row].service is not None:
        return (PersonRole.ADMINISTRATOR,)
    has_leader = entity is not None and f"{entity.key}/leader" in people.drafts
    return (PersonRole.ADMINISTRATOR,) if has_leader else (PersonRole.LEADER,)


def _administrator_of_entity(
    people: _People, known: Mapping[str, set[str]], row: Row, unplaced: dict[str, list[Row]]
) -> None:
    entity = people.entity_of(row)
    services = entity.services if entity is not None else ()
    name = plain(row.text("person_name") or "")
    same = [one for one in services if name and name in known.get(f"{one.key}/administrator", ())]
    if not same and len(services) == 1:
        same = list(services)
    for service in same:
        people.administrator_of(service, row, PERSON)
    if not same:
        owner = entity.key if entity is not None else _fallback(row)
        unplaced.setdefault(owner, []).append(row)


def _place_rest(people: _People, unplaced: Mapping[str, list[Row]]) -> None:
    """Administrators of whom only the entity is known: several names are several persons, told apart by number."""
    for owner, rows in sorted(unplaced.items()):
        names = sorted({plain(row.text("person_name") or "") for row in rows})
        for row in rows:
            index = names.index(plain(row.text("person_name") or ""))
            key = f"{owner}/administrator" + (f"#{index + 1}" if index else "")
            people.state(key, PersonRole.ADMINISTRATOR, people.entity_of(row), None, row, PERSON)


def _link(persons: Sequence[Person]) -> None:
    of_entity: dict[int, list[Person]] = {}
    of_service: dict[int, list[Person]] = {}
    for person in persons:
        if person.entity is not None:
            of_entity.setdefault(id(person.entity), []).append(person)
        if person.service is not None:
            of_service.setdefault(id(person.service), []).append(person)
    for members in of_entity.values():
        entity = members[0].entity
        if entity is not None:
            entity.persons = tuple(members)
    for members in of_service.values():
        service = members[0].service
        if service is not None:
            service.administrators = tuple(members)
