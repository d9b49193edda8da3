"""What the book puts on record for a domain: names, numbers, and the cells that say so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from auditor.checks.check import Undecided
from auditor.checks.names import normal_name
from auditor.model.place import CellRef
from auditor.model.portfolio import Entity, FiledDomain, Said, Service
from auditor.model.recordnumber import RecordNumber
from auditor.model.text import say
from auditor.model.values import FIELDS
from auditor.model.verdict import Reason

MOST_COMPARED = 40


def cells_of(domain: FiledDomain, *field_codes: str) -> tuple[CellRef, ...]:
    """The domain cells and the cells of some fields, to point a reader at.

    A field counts where the domain's own rows fill it, else in the first cell of the entity or service that says it:
    an entity of a thousand rows must not lend each of its domains a thousand cells.
    """
    found: dict[CellRef, None] = {}
    for code in ("domain", *field_codes):
        own = [cell for said in domain.said(code) for cell in said.cells]
        found.update(dict.fromkeys(own or _first_elsewhere(domain, code)))
    return tuple(found) or tuple(row.cell() for row in domain.rows)


def _first_elsewhere(domain: FiledDomain, code: str) -> list[CellRef]:
    for speaker in (*domain.services, *domain.entities):
        for said in speaker.said(code):
            return [said.cells[0]]
    return []


def speakers(domain: FiledDomain) -> Iterator[FiledDomain | Service | Entity]:
    """The domain, then what it stands under: who may say a field of its filing."""
    yield domain
    yield from domain.services
    yield from domain.entities


def said_of(domain: FiledDomain, field_code: str) -> tuple[Said, ...]:
    """Every value of a field that the domain's rows, else its services', else its entities' give."""
    for level in ((domain,), domain.services, domain.entities):
        said = tuple(one for speaker in level for one in speaker.said(field_code))
        if said:
            return said
    return ()


def listed(domain: FiledDomain, field_code: str) -> bool:
    """True where a sheet that speaks of the domain, its service or its entity has a column for the field."""
    return any(speaker.has_column(field_code) for speaker in speakers(domain))


def missing(domain: FiledDomain, field_code: str) -> Undecided:
    """The answer where a field has no readable value: unparsed where a cell holds something, else missing."""
    said = said_of(domain, field_code)
    name = FIELDS[field_code].text
    if any(not one.readable for one in said):
        message = say("台账中的{field}无法识别", "The {field} in the book could not be read", field=name)
        return Undecided(Reason.UNPARSED, message, cells=tuple(cell for one in said for cell in one.cells))
    return Undecided(Reason.MISSING_VALUE, say("台账未填写{field}", "The book gives no {field}", field=name))


@dataclass(frozen=True, slots=True)
class _EntityNames:
    """The names of one entity, most often said first, and by canonical form."""

    shown: tuple[str, ...]
    by_form: dict[str, str]


_NAMES: WeakKeyDictionary[Entity, _EntityNames] = WeakKeyDictionary()


def _names_of(entity: Entity) -> _EntityNames:
    found = _NAMES.get(entity)
    if found is None:
        shown = entity.names
        found = _NAMES[entity] = _EntityNames(shown, {normal_name(name): name for name in reversed(shown)})
    return found


def entity_names(domain: FiledDomain) -> tuple[str, ...]:
    """Every name that the book gives to the entity on record (several entities: REC106 speaks; any of them counts)."""
    if len(domain.entities) == 1:
        return _names_of(domain.entities[0]).shown
    return tuple(dict.fromkeys(name for entity in domain.entities for name in _names_of(entity).shown))


def comparable_names(domain: FiledDomain, observed: str) -> tuple[str, ...]:
    """The names on record to hold an observed name against: all of them, as long as a person could.

    Where a book gives hundreds of names to one number (REC105 says so), the domain's own rows, the names said most
    and the one that equals the observed name stand for all; else the work would grow with the square of the rows.
    """
    names = entity_names(domain)
    if len(names) <= MOST_COMPARED:
        return names
    form = normal_name(observed)
    equal = (_names_of(entity).by_form.get(form) for entity in domain.entities)
    own = (one.shown for one in domain.readable("entity_name"))
    return tuple(dict.fromkeys([*(name for name in equal if name), *own, *names[:MOST_COMPARED]]))


def entity_numbers(domain: FiledDomain) -> tuple[RecordNumber, ...]:
    """The entity numbers that the domain stands under."""
    numbers = [entity.number for entity in domain.entities if entity.number is not None]
    return tuple(dict.fromkeys([*numbers, *(service.number.entity for service in domain.services)]))


def service_numbers(domain: FiledDomain) -> tuple[RecordNumber, ...]:
    """The service numbers that the domain stands under."""
    return tuple(dict.fromkeys(service.number for service in domain.services))


def no_service_number(domain: FiledDomain) -> tuple[Reason, tuple[CellRef, ...]]:
    """Why a domain with an entity number has no service number: its cell cannot be read, or nothing stands there."""
    unread = [one for one in domain.said("service_number") if not one.readable]
    if unread:
        return Reason.UNPARSED, tuple(cell for one in unread for cell in one.cells)
    return Reason.MISSING_VALUE, ()


def name_on_record(domain: FiledDomain) -> str:
    """The entity's name for a message; "" without one."""
    names = entity_names(domain)
    return names[0] if names else ""
