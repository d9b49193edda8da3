"""Documents: rows of documents sheets, and terms of validity that other sheets list beside their subject."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from auditor.intake.bindings import Bindings
from auditor.intake.inlinepapers import (
    ID_CARD,
    ID_OF_ROLE,
    LETTER_OF_ROLE,
    InlinePaper,
    inline_document,
    inline_papers,
    issued_on,
)
from auditor.model.portfolio import Document, Entity, Person, Row, Service, compare_key
from auditor.model.recordnumber import RecordNumber
from auditor.model.values import Unreadable, Validity, plain
from auditor.model.words import EntityKind, PersonRole, SheetRole

if TYPE_CHECKING:
    from auditor.rules.materials import Materials

_ID_KEYS = frozenset(("leader_id", "administrator_id", ID_CARD))
_LETTER_KEYS = frozenset(("authorisation_letter_leader", "authorisation_letter_administrator"))


@lru_cache(maxsize=1)
def _shipped_materials() -> Materials:
    from auditor.rules.load import RuleData

    return RuleData().materials


class _People:
    """The persons of each entity by name and by ID number, and the services that each administers; made once."""

    def __init__(self, persons: Sequence[Person], entities: Iterable[Entity]) -> None:
        self._by_value: dict[tuple[int, str, str], list[Person]] = {}
        self._alone: dict[tuple[int, tuple[PersonRole, ...]], Person | None] = {}
        self._administered: dict[tuple[int, str], list[Service]] = {}
        for person in persons:
            owner = id(person.entity)
            for code in ("name", "id_number"):
                for said in person.readable(code):
                    self._by_value.setdefault((owner, code, compare_key(said.value)), []).append(person)
        for entity in entities:
            for service in entity.services:
                for name in {plain(one.name or "") for one in service.administrators} - {""}:
                    self._administered.setdefault((id(entity), name), []).append(service)

    def carrying(self, entity: Entity | None, code: str, value: str) -> Sequence[Person]:
        """The persons of an entity with that name or ID number."""
        return self._by_value.get((id(entity), code, plain(value)), ())

    def only(self, entity: Entity, roles: Sequence[PersonRole]) -> Person | None:
        """The one person who has any of the roles under an entity; None where there are several or none."""
        key = (id(entity), tuple(roles))
        if key not in self._alone:
            self._alone[key] = _alone([one for one in entity.persons if one.role in roles])
        return self._alone[key]

    def administered(self, entity: Entity, name: str) -> tuple[Service, ...]:
        """The services of an entity whose administrator has that plain name."""
        return tuple(self._administered.get((id(entity), name), ()))


def documents_of(
    rows: Sequence[Row],
    bindings: Bindings,
    entities: Mapping[str, Entity],
    services: Mapping[RecordNumber, Service],
    persons: Sequence[Person],
) -> tuple[Document, ...]:
    """Every document, by sheet and row; fills the entities' links to them.

    A validity in a column of another sheet makes one inline document for each entity or person, kind and term;
    where a documents sheet lists the same paper, the cells join that document instead.
    """
    listed: list[Document] = []
    by_name = _entities_by_person(persons)
    people = _People(persons, entities.values())
    for row in rows:
        if row.role is SheetRole.DOCUMENTS:
            key = bindings.of[row].entity
            entity = entities.get(key) if key is not None else _by_holder(row, by_name)
            number = bindings.of[row].service
            listed.append(_listed(row, entity, services.get(number) if number is not None else None, people))
    inline = inline_papers(entities, persons)
    documents = sorted(
        (*listed, *_unlisted(inline, listed)),
        key=lambda one: (one.row.ref.order, one.inline, one.kind, one.key),
    )
    of_entity: dict[int, list[Document]] = {}
    for document in documents:
        if document.entity is not None:
            of_entity.setdefault(id(document.entity), []).append(document)
    for entity in entities.values():
        entity.documents = tuple(of_entity.get(id(entity), ()))
    return tuple(documents)


def _entities_by_person(persons: Sequence[Person]) -> dict[str, list[Entity]]:
    """Plain person name → the entities under which a person of that name stands."""
    found: dict[str, list[Entity]] = {}
    for person in persons:
        if person.entity is not None and person.name is not None:
            entities = found.setdefault(plain(person.name), [])
            if person.entity not in entities:
                entities.append(person.entity)
    return found


def _by_holder(row: Row, by_name: Mapping[str, list[Entity]]) -> Entity | None:
    """The entity of a paper that names nothing but its holder, where one entity only knows a person of that name."""
    found = by_name.get(plain(row.text("document_holder") or ""), [])
    return found[0] if len(found) == 1 else None


def _listed(row: Row, entity: Entity | None, service: Service | None, people: _People) -> Document:
    title = row.text("document_type") or ""
    holder = row.text("document_holder")
    kind, subject = _kind_and_subject(title, holder, row, entity, service, people)
    number = row.values.get("document_number")
    codes = ("document_type", "document_holder", "document_number", "document_start", "document_expiry")
    start = row.values.get("document_start")
    validity = row.values.get("document_expiry")
    return Document(
        row=row,
        entity=entity,
        kind=kind,
        title=title,
        holder=holder,
        number=number if isinstance(number, str | Unreadable) else None,
        validity=validity if isinstance(validity, Validity | Unreadable) else None,
        issued=issued_on(start, validity),
        file=row.text("document_file"),
        cells=tuple(row.cell(code) for code in codes if code in row.values),
        services=(service,) if service is not None else _services_of(subject, entity, people),
        subject=subject,
    )


def _kind_and_subject(
    title: str,
    holder: str | None,
    row: Row,
    entity: Entity | None,
    service: Service | None,
    people: _People,
) -> tuple[str, Person | None]:
    """What a listed document is, and whose: the title decides where it can, else the person who has its name."""
    keys = _shipped_materials().document_keys(title) if title else ()
    if not keys:
        return "", None
    individual = entity is not None and entity.kind is EntityKind.INDIVIDUAL
    for family, of_role in ((_ID_KEYS, ID_OF_ROLE), (_LETTER_KEYS, LETTER_OF_ROLE)):
        if not family.issuperset(keys):
            continue
        roles = [role for role, key in of_role.items() if key in keys] if len(keys) == 1 else []
        subject = _subject(roles, title, holder, row, entity, service, people)
        if individual and family is _ID_KEYS:
            return ID_CARD, subject
        if roles:
            return keys[0], subject
        return (of_role[subject.role] if subject is not None else keys[0]), subject
    return keys[0], None


def _subject(
    roles: Sequence[PersonRole],
    title: str,
    holder: str | None,
    row: Row,
    entity: Entity | None,
    service: Service | None,
    people: _People,
) -> Person | None:
    """The person that a paper belongs to: by role where the title tells it, then by name, then by ID number."""

    def suits(one: Person) -> bool:
        return (not roles or one.role in roles) and (service is None or one.service in (None, service))

    number = row.values.get("document_number")
    for code, value in (("name", holder), ("id_number", number)):
        if entity is not None and isinstance(value, str) and value:
            found = next((one for one in people.carrying(entity, code, value) if suits(one)), None)
            if found is not None:
                return found
    # 法人身份证 is the legal representative's, who need not be the leader.
    if not roles or entity is None or (holder and "法" in title):
        return None
    if service is None:
        return people.only(entity, roles)
    return _alone([one for one in entity.persons if suits(one)])


def _alone(persons: Sequence[Person]) -> Person | None:
    """The one person that some persons are, known by name; None where they are several or nobody."""
    return persons[0] if len({plain(one.name or "") for one in persons}) == 1 else None


def _services_of(subject: Person | None, entity: Entity | None, people: _People) -> tuple[Service, ...]:
    """The services whose administrator a person is, known by name."""
    if subject is None or subject.role is not PersonRole.ADMINISTRATOR or entity is None:
        return ()
    found = people.administered(entity, plain(subject.name or ""))
    return found or ((subject.service,) if subject.service is not None else ())


def _unlisted(inline: Sequence[InlinePaper], listed: Sequence[Document]) -> Iterator[Document]:
    """The inline documents that no documents sheet lists; the cells of the others join the listed one."""
    by_paper: dict[tuple[int, str, str], list[Document]] = {}
    for document in listed:
        if document.entity is not None and isinstance(document.validity, Validity):
            key = (id(document.entity), document.kind, compare_key(document.validity))
            by_paper.setdefault(key, []).append(document)
    for paper in inline:
        same = by_paper.get((id(paper.entity), paper.kind, compare_key(paper.validity)), [])
        holders = {plain(holder) for holder in paper.holders}
        twin = next((one for one in same if _same_holder(one, paper, holders)), None)
        if twin is not None:
            twin.cells = (*twin.cells, *sorted(paper.cells - set(twin.cells)))
            continue
        yield inline_document(paper)


def _same_holder(document: Document, paper: InlinePaper, holders: set[str]) -> bool:
    if document.holder:
        return not holders or plain(document.holder) in holders
    return paper.subject is None or document.subject is paper.subject
