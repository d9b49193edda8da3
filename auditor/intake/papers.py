"""Documents: rows of documents sheets, and terms of validity that other sheets list beside their subject."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from auditor.intake.bindings import Bindings
from auditor.model.place import CellRef
from auditor.model.portfolio import Document, Entity, Person, Row, Service, compare_key
from auditor.model.recordnumber import RecordNumber
from auditor.model.values import Unreadable, Validity, Value, plain
from auditor.model.words import EntityKind, PersonRole, SheetRole

if TYPE_CHECKING:
    from auditor.rules.materials import Materials

ENTITY_CERTIFICATE = "entity_certificate"
ID_CARD = "id_card"
_ID_KEYS = frozenset(("leader_id", "administrator_id", ID_CARD))
_LETTER_KEYS = frozenset(("authorisation_letter_leader", "authorisation_letter_administrator"))
_ID_OF_ROLE = {PersonRole.LEADER: "leader_id", PersonRole.ADMINISTRATOR: "administrator_id"}
_LETTER_OF_ROLE = {
    PersonRole.LEADER: "authorisation_letter_leader",
    PersonRole.ADMINISTRATOR: "authorisation_letter_administrator",
}


@lru_cache(maxsize=1)
def _shipped_materials() -> Materials:
    from auditor.rules.load import RuleData

    return RuleData().materials


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
    for row in rows:
        if row.role is SheetRole.DOCUMENTS:
            key = bindings.of[row].entity
            entity = entities.get(key) if key is not None else _by_holder(row, by_name)
            number = bindings.of[row].service
            listed.append(_listed(row, entity, services.get(number) if number is not None else None))
    inline = _inline(entities, persons)
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


def _listed(row: Row, entity: Entity | None, service: Service | None) -> Document:
    title = row.text("document_type") or ""
    holder = row.text("document_holder")
    kind, subject = _kind_and_subject(title, holder, row, entity, service)
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
        issued=_issued(start, validity),
        file=row.text("document_file"),
        cells=tuple(row.cell(code) for code in codes if code in row.values),
        services=(service,) if service is not None else _services_of(subject, entity),
        subject=subject,
    )


def _kind_and_subject(
    title: str, holder: str | None, row: Row, entity: Entity | None, service: Service | None
) -> tuple[str, Person | None]:
    """What a listed document is, and whose: the title decides where it can, else the person who has its name."""
    keys = _shipped_materials().document_keys(title) if title else ()
    if not keys:
        return "", None
    individual = entity is not None and entity.kind is EntityKind.INDIVIDUAL
    for family, of_role in ((_ID_KEYS, _ID_OF_ROLE), (_LETTER_KEYS, _LETTER_OF_ROLE)):
        if not family.issuperset(keys):
            continue
        roles = [role for role, key in of_role.items() if key in keys] if len(keys) == 1 else []
        subject = _subject(roles, title, holder, row, entity, service)
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
) -> Person | None:
    """The person that a paper belongs to: by role where the title tells it, then by name, then by ID number."""
    persons = [
        one
        for one in (entity.persons if entity is not None else ())
        if (not roles or one.role in roles) and (service is None or one.service in (None, service))
    ]
    named = [one for one in persons if holder and _carries(one, "name", holder)]
    if named:
        return named[0]
    number = row.values.get("document_number")
    if isinstance(number, str):
        numbered = [one for one in persons if _carries(one, "id_number", number)]
        if numbered:
            return numbered[0]
    # 法人身份证 is the legal representative's, who need not be the leader.
    if not roles or (holder and "法" in title):
        return None
    return persons[0] if len({plain(one.name or "") for one in persons}) == 1 else None


def _carries(person: Person, code: str, value: str) -> bool:
    return any(compare_key(one.value) == plain(value) for one in person.readable(code))


def _services_of(subject: Person | None, entity: Entity | None) -> tuple[Service, ...]:
    """The services whose administrator a person is, known by name."""
    if subject is None or subject.role is not PersonRole.ADMINISTRATOR or entity is None:
        return ()
    name = plain(subject.name or "")
    return tuple(
        service
        for service in entity.services
        if any(one is subject or (name and plain(one.name or "") == name) for one in service.administrators)
    )


def _issued(start: Value | None, validity: Value | None) -> date | Unreadable | None:
    if isinstance(start, date | Unreadable):
        return start
    return validity.start if isinstance(validity, Validity) else None


@dataclass(slots=True)
class _Inline:
    """One inline document while its cells are being gathered."""

    entity: Entity | None
    kind: str
    subject: Person | None
    validity: Validity | Unreadable
    holders: set[str] = field(default_factory=set)
    titles: set[str] = field(default_factory=set)
    rows: list[Row] = field(default_factory=list)
    numbers: list[Value] = field(default_factory=list)
    starts: list[Value] = field(default_factory=list)
    cells: set[CellRef] = field(default_factory=set)
    services: dict[str, Service] = field(default_factory=dict)


_Papers = dict[tuple[str, str, str, str], _Inline]


def _inline(entities: Mapping[str, Entity], persons: Sequence[Person]) -> list[_Inline]:
    papers: _Papers = {}
    for _key, entity in sorted(entities.items()):
        kind = ID_CARD if entity.kind is EntityKind.INDIVIDUAL else ENTITY_CERTIFICATE
        for row in entity.rows:
            _gather(papers, row, _Source(entity, kind, None, _ENTITY_CODES, "主体证件"))
    for person in persons:
        id_kind = _ID_OF_ROLE[person.role]
        if person.entity is not None and person.entity.kind is EntityKind.INDIVIDUAL:
            id_kind = ID_CARD
        for row, prefix in person.statements:
            codes = _Codes(
                prefix + "id_expiry",
                prefix + "id_start",
                prefix + "id_number",
                prefix + "id_type",
                prefix + "name",
            )
            _gather(papers, row, _Source(person.entity, id_kind, person, codes, "身份证"))
            letter = _Codes(prefix + "authorisation_letter_expiry", "", "", "", prefix + "name")
            _gather(
                papers,
                row,
                _Source(person.entity, _LETTER_OF_ROLE[person.role], person, letter, "授权委托书"),
            )
    return [papers[key] for key in sorted(papers)]


@dataclass(frozen=True, slots=True)
class _Codes:
    """The fields that an inline document is read from; "" where there is none."""

    expiry: str
    start: str
    number: str
    title: str
    holder: str


_ENTITY_CODES = _Codes(
    "entity_certificate_expiry", "", "entity_certificate_number", "entity_certificate_type", "entity_name"
)


@dataclass(frozen=True, slots=True)
class _Source:
    """Whose paper a row lists, and by which fields."""

    entity: Entity | None
    kind: str
    subject: Person | None
    codes: _Codes
    title: str


def _gather(papers: _Papers, row: Row, source: _Source) -> None:
    codes = source.codes
    validity = row.values.get(codes.expiry)
    if not isinstance(validity, Validity | Unreadable):
        return
    holder = row.text(codes.holder)
    # One paper of one person is one document, in however many rows and services it stands.
    owner = source.entity.key if source.entity is not None else source.subject.key if source.subject else ""
    who = plain(holder or "") if source.subject is not None else ""
    paper = papers.setdefault(
        (owner, source.kind, who, compare_key(validity)),
        _Inline(source.entity, source.kind, source.subject, validity),
    )
    paper.rows.append(row)
    paper.cells.add(row.cell(codes.expiry))
    paper.titles.add(row.text(codes.title) or source.title if codes.title else source.title)
    if holder:
        paper.holders.add(holder)
    for code, found in ((codes.number, paper.numbers), (codes.start, paper.starts)):
        value = row.values.get(code) if code else None
        if value is not None:
            found.append(value)
    if source.subject is not None and source.subject.service is not None:
        paper.services[source.subject.service.key] = source.subject.service


def _unlisted(inline: Sequence[_Inline], listed: Sequence[Document]) -> Iterator[Document]:
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
        yield _document(paper)


def _same_holder(document: Document, paper: _Inline, holders: set[str]) -> bool:
    if document.holder:
        return not holders or plain(document.holder) in holders
    return paper.subject is None or document.subject is paper.subject


def _document(paper: _Inline) -> Document:
    rows = sorted(paper.rows, key=lambda row: row.ref.order)
    number = _most_said(paper.numbers, lambda value: isinstance(value, str | Unreadable))
    start = _most_said(paper.starts, lambda value: isinstance(value, date | Unreadable))
    return Document(
        row=rows[0],
        entity=paper.entity,
        kind=paper.kind,
        title=min(paper.titles),
        holder=min(paper.holders, default=None),
        number=number if isinstance(number, str | Unreadable) else None,
        validity=paper.validity,
        issued=_issued(start, paper.validity),
        file=None,
        cells=tuple(sorted(paper.cells)),
        inline=True,
        services=tuple(paper.services[key] for key in sorted(paper.services)),
        subject=paper.subject,
    )


def _most_said(values: Sequence[Value], fits: Callable[[Value], bool]) -> Value | None:
    """The value that stands most often, readable ones first; the smallest of equals."""
    counts: dict[str, list[Value]] = {}
    for value in values:
        if fits(value):
            counts.setdefault(compare_key(value), []).append(value)
    if not counts:
        return None
    best = min(counts, key=lambda key: (isinstance(counts[key][0], Unreadable), -len(counts[key]), key))
    return counts[best][0]
