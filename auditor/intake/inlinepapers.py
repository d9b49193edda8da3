"""Terms of validity that stand beside their subject in other sheets, gathered into one paper each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from auditor.model.place import CellRef
from auditor.model.portfolio import Document, Entity, Person, Row, Service, compare_key
from auditor.model.values import Unreadable, Validity, Value, plain
from auditor.model.words import EntityKind, PersonRole

ENTITY_CERTIFICATE = "entity_certificate"
ID_CARD = "id_card"
ID_OF_ROLE = {PersonRole.LEADER: "leader_id", PersonRole.ADMINISTRATOR: "administrator_id"}
LETTER_OF_ROLE = {
    PersonRole.LEADER: "authorisation_letter_leader",
    PersonRole.ADMINISTRATOR: "authorisation_letter_administrator",
}


@dataclass(slots=True)
class InlinePaper:
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


_Papers = dict[tuple[str, str, str, str], InlinePaper]


def inline_papers(entities: Mapping[str, Entity], persons: Sequence[Person]) -> list[InlinePaper]:
    """The papers whose terms stand beside entities and persons, in canonical order."""
    papers: _Papers = {}
    for _key, entity in sorted(entities.items()):
        kind = ID_CARD if entity.kind is EntityKind.INDIVIDUAL else ENTITY_CERTIFICATE
        for row in entity.rows:
            _gather(papers, row, _Source(entity, kind, None, _ENTITY_CODES, "主体证件"))
    for person in persons:
        id_kind = ID_OF_ROLE[person.role]
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
                _Source(person.entity, LETTER_OF_ROLE[person.role], person, letter, "授权委托书"),
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
        InlinePaper(source.entity, source.kind, source.subject, validity),
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


def issued_on(start: Value | None, validity: Value | None) -> date | Unreadable | None:
    """The day of issue: as listed, else the beginning of the term."""
    if isinstance(start, date | Unreadable):
        return start
    return validity.start if isinstance(validity, Validity) else None


def inline_document(paper: InlinePaper) -> Document:
    """A gathered paper as a document; its row is the first that lists it."""
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
        issued=issued_on(start, paper.validity),
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
