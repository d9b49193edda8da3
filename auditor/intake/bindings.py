"""Which entity, service and domains each row speaks of: by number first, then by domain, then by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from auditor.model.portfolio import Row, gather
from auditor.model.recordnumber import RecordNumber
from auditor.model.values import DomainCell, plain
from auditor.model.words import SheetRole

# The parts that list filings themselves; the other parts refer to what these list.
CORE_ROLES = frozenset((SheetRole.FILINGS, SheetRole.ENTITIES, SheetRole.SERVICES, SheetRole.DOMAINS))


@dataclass(frozen=True, slots=True)
class Binding:
    """What one row speaks of. entity: the entity's key; explicit: the row names the entity by number itself."""

    entity: str | None
    service: RecordNumber | None
    explicit: bool


def row_numbers(row: Row) -> tuple[RecordNumber | None, RecordNumber | None]:
    """The entity number that a row states or implies by its entity column, and its service number.

    An entity-number cell that holds a service number still names the entity; it names the service too where the row
    has nothing in a service-number cell. A service-number cell that holds an entity number names the entity.
    """
    first, second = row.number("entity_number"), row.number("service_number")
    service = second if second is not None and second.is_service else None
    if service is None and first is not None and first.is_service and "service_number" not in row.values:
        service = first
    if first is not None:
        return first.entity, service
    if second is not None and not second.is_service:
        return second, None
    return None, service


class Bindings:
    """The binding of every row, and what the keys stand for."""

    def __init__(self, rows: Sequence[Row]) -> None:
        """Bind rows, which stand in canonical order."""
        self.entity_numbers: dict[str, RecordNumber] = {}
        self.service_entity: dict[RecordNumber, str] = {}
        self.of: dict[Row, Binding] = {}
        self._entity_of: dict[Row, RecordNumber | None] = {}
        core = [row for row in rows if row.role in CORE_ROLES]
        others = [row for row in rows if row.role not in CORE_ROLES]
        self._settle_contradictions(rows)
        self._settle_services(core)
        for row in rows:
            self._bind_by_number(row)
        by_domain = self._index(core, _domain_keys)
        by_name = self._index(rows, _name_keys)
        waiting = [row for row in core if self.of[row].entity is None]
        for row in waiting:
            found = self._by_reference(row, by_domain, by_name, name_first=row.role is SheetRole.FILINGS)
            self.of[row] = Binding(found or _named_key(row), self.of[row].service, explicit=False)
        # What the core rows could only name may be referred to by name as well.
        by_domain, by_name = self._index(core, _domain_keys), self._index(rows, _name_keys)
        for row in others:
            if self.of[row].entity is None:
                found = self._by_reference(row, by_domain, by_name, name_first=False)
                if found is None and not core:
                    found = _named_key(row)
                self.of[row] = Binding(found, self.of[row].service, explicit=False)

    def _settle_contradictions(self, rows: Sequence[Row]) -> None:
        """The entity number that counts for each row.

        Where a row's own two numbers contradict each other, one of them is a slip (REC103 says so); the row belongs
        to the entity that other rows of the same name know, so that the slip does not make an entity of its own. The
        entity number that the row states counts where nothing else tells.
        """
        known: dict[RecordNumber, set[str]] = {}
        open_rows = []
        for row in rows:
            entity, service = row_numbers(row)
            self._entity_of[row] = entity
            implied = service.entity if service is not None else None
            if entity is not None and implied is not None and entity != implied:
                open_rows.append((row, implied))
            elif row.role in CORE_ROLES and (number := entity or implied) is not None:
                known.setdefault(number, set()).update(_name_keys(row))
        for row, implied in open_rows:
            stated = self._entity_of[row]
            names = _name_keys(row)
            if _knows(known, implied, names) and not (stated is not None and _knows(known, stated, names)):
                self._entity_of[row] = implied

    def _settle_services(self, core: Iterable[Row]) -> None:
        """The entity of a service is the one that its rows state; where they differ, the one that most state."""
        stated: dict[RecordNumber, Counter[RecordNumber]] = {}
        for row in core:
            entity, (_stated, service) = self._entity_of[row], row_numbers(row)
            if service is not None and entity is not None:
                stated.setdefault(service, Counter())[entity] += 1
        for service, counts in stated.items():
            best = min(counts, key=lambda number: (-counts[number], number != service.entity, str(number)))
            self.service_entity[service] = str(best)
            self.entity_numbers[str(best)] = best

    def _bind_by_number(self, row: Row) -> None:
        entity, (_stated, service) = self._entity_of[row], row_numbers(row)
        key = str(entity) if entity is not None else None
        if key is not None and entity is not None:
            self.entity_numbers[key] = entity
        elif service is not None:
            key = self.service_entity.get(service)
            if key is None:
                key = str(service.entity)
                self.entity_numbers[key] = service.entity
        if service is not None and key is not None and row.role in CORE_ROLES:
            self.service_entity.setdefault(service, key)
        self.of[row] = Binding(key, service, explicit=entity is not None)

    def _index(self, rows: Iterable[Row], keys: Callable[[Row], tuple[str, ...]]) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for row in rows:
            entity = self.of[row].entity
            if entity is not None:
                for key in keys(row):
                    found.setdefault(key, set()).add(entity)
        return found

    def _by_reference(
        self, row: Row, by_domain: dict[str, set[str]], by_name: dict[str, set[str]], *, name_first: bool
    ) -> str | None:
        ways = [(by_domain, _domain_keys(row)), (by_name, _name_keys(row))]
        for index, keys in reversed(ways) if name_first else ways:
            found = {entity for key in keys for entity in index.get(key, ())}
            if len(found) == 1:
                return found.pop()
        return None


def _knows(known: dict[RecordNumber, set[str]], number: RecordNumber, names: tuple[str, ...]) -> bool:
    """Whether rows without a contradiction list the number, under the same name where the row gives one."""
    return number in known and (not names or not known[number].isdisjoint(names))


def _domain_keys(row: Row) -> tuple[str, ...]:
    covered = row.values.get("order_domains")
    names = covered.domains if isinstance(covered, DomainCell) else row.domains
    return tuple(name.ulabel for name in names)


def _name_keys(row: Row) -> tuple[str, ...]:
    name = row.text("entity_name")
    if name is None and row.role is SheetRole.DOCUMENTS:
        # A licence without any other reference belongs to the party whose name it bears.
        name = row.text("document_holder")
    return (plain(name),) if name else ()


def _named_key(row: Row) -> str | None:
    """The key of an entity that has a name only; spellings of one name that differ in width or blanks share it."""
    name = row.text("entity_name")
    return NAME_KEY + plain(name) if name else None


# Marks the keys of entities without a number until their names are known.
NAME_KEY = "name:"


def entity_title(rows: Sequence[Row]) -> str:
    """The name that most rows give to an entity."""
    said = [one for one in gather(rows, "entity_name") if one.readable]
    return str(said[0].value) if said else ""
