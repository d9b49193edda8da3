"""The portfolio: entities, services, domains, persons, documents and orders, each with the rows that speak of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TypeVar

from auditor.model.place import CellRef, RowRef
from auditor.model.recordnumber import ReadNumber, RecordNumber
from auditor.model.values import DomainCell, DomainName, Unreadable, Validity, Value, plain
from auditor.model.words import EntityKind, OrderKind, OrderStage, PersonRole, ServiceKind, SheetRole


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One accepted row: what its cells say, by field.

    values: the read value of each filled cell (an absent field is a blank cell or no column).
    raw: the text of the cell as the user sees it, for the fields in `values`.
    """

    ref: RowRef
    values: Mapping[str, Value]
    raw: Mapping[str, str]

    @property
    def role(self) -> SheetRole:
        """The part of the sheet that the row stands in."""
        return self.ref.sheet.role

    def text(self, field_code: str) -> str | None:
        """The value as text; None where the cell is blank or could not be read."""
        value = self.values.get(field_code)
        if value is None or isinstance(value, Unreadable):
            return None
        return value if isinstance(value, str) else self.raw.get(field_code, str(value))

    def number(self, field_code: str) -> RecordNumber | None:
        """The record number in a field; None where there is none or it cannot be recognised."""
        value = self.values.get(field_code)
        return value.number if isinstance(value, ReadNumber) else None

    def cell(self, field_code: str = "") -> CellRef:
        """The cell that holds a field."""
        return self.ref.cell(field_code)

    @property
    def domains(self) -> tuple[DomainName, ...]:
        """The registrable domains that the domain cell names."""
        value = self.values.get("domain")
        return value.domains if isinstance(value, DomainCell) else ()


@dataclass(frozen=True, slots=True)
class Said:
    """One value of a field, and every cell that says it."""

    value: Value
    shown: str
    cells: tuple[CellRef, ...]

    @property
    def readable(self) -> bool:
        """False where the cell could not be read."""
        return not isinstance(self.value, Unreadable)


def compare_key(value: Value) -> str:
    """Two values with the same key say the same: spelling, width, case and blanks do not matter."""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, ReadNumber):
        return str(value.number)
    if isinstance(value, Validity):
        return value.end.isoformat() if value.end else "long-term"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Unreadable):
        return "unreadable " + plain(value.raw)
    return str(value)


def gather(rows: Iterable[Row], field_code: str) -> tuple[Said, ...]:
    """The distinct values that rows give to a field: most often said first, then by value, whatever the row order."""
    groups: dict[str, list[tuple[CellRef, Value, str]]] = {}
    for row in rows:
        value = row.values.get(field_code)
        if value is not None:
            groups.setdefault(compare_key(value), []).append(
                (row.cell(field_code), value, row.raw.get(field_code, str(value)))
            )
    ranked = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    said = []
    for _key, members in ranked:
        members.sort(key=lambda member: member[0])
        shown = min(member[2] for member in members)
        value = min((member[1] for member in members), key=str)
        said.append(Said(value, shown, tuple(member[0] for member in members)))
    return tuple(said)


class _Spoken:
    """What an object's rows say of it, gathered once for each field."""

    rows: tuple[Row, ...]

    def __repr__(self) -> str:
        # The objects know each other: a full one would print the whole portfolio, personal data included.
        return f"<{type(self).__name__} of {len(self.rows)} rows>"

    @cached_property
    def _memo(self) -> dict[str, tuple[Said, ...]]:
        return {}

    def said(self, field_code: str) -> tuple[Said, ...]:
        """Every distinct value of a field with its cells, most often said first; unreadable ones included."""
        found = self._memo.get(field_code)
        if found is None:
            found = self._memo[field_code] = gather(self.rows, field_code)
        return found

    def readable(self, field_code: str) -> tuple[Said, ...]:
        """The values of a field that could be read."""
        return tuple(one for one in self.said(field_code) if one.readable)

    def value(self, field_code: str) -> Value | None:
        """The value of a field that most rows give; None where no readable one stands."""
        for one in self.said(field_code):
            if one.readable:
                return one.value
        return None

    def text(self, field_code: str) -> str | None:
        """The value of a field as text, as most rows give it."""
        for one in self.said(field_code):
            if one.readable:
                return one.shown
        return None

    def cells(self, *field_codes: str) -> tuple[CellRef, ...]:
        """The cells of some fields; where none is filled, the rows themselves."""
        found = [cell for code in field_codes for one in self.said(code) for cell in one.cells]
        return tuple(found) if found else tuple(row.cell() for row in self.rows)

    def has_column(self, field_code: str) -> bool:
        """True where a column for the field exists in any of the sheets that speak of this."""
        return any(field_code in row.ref.sheet.columns for row in self.rows)


@dataclass(eq=False, repr=False)
class Entity(_Spoken):
    """备案主体: one filing entity. number is None where no row gives one that can be recognised."""

    number: RecordNumber | None
    key: str
    rows: tuple[Row, ...]
    services: tuple[Service, ...] = ()
    domains: tuple[FiledDomain, ...] = ()
    persons: tuple[Person, ...] = ()
    documents: tuple[Document, ...] = ()
    orders: tuple[Order, ...] = ()

    @property
    def target(self) -> str:
        """The entity number in canonical form; the entity's name where it has none."""
        return self.key

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that rows give to the entity, most often said first."""
        return tuple(one.shown for one in self.readable("entity_name"))

    @property
    def name(self) -> str | None:
        """The entity's name, as most rows give it."""
        return self.text("entity_name")

    @property
    def kind(self) -> EntityKind | None:
        """The kind of entity; None where it is not listed or not recognised."""
        value = self.value("entity_kind")
        return value if isinstance(value, EntityKind) else None

    @property
    def province(self) -> str:
        """The abbreviation in the entity number, "" without one."""
        return self.number.province if self.number else ""

    @property
    def leader(self) -> Person | None:
        """The entity leader, where the book names one."""
        return next((person for person in self.persons if person.role is PersonRole.LEADER), None)


@dataclass(eq=False, repr=False)
class Service(_Spoken):
    """互联网信息服务: one service number."""

    number: RecordNumber
    entity: Entity
    rows: tuple[Row, ...]
    domains: tuple[FiledDomain, ...] = ()
    administrators: tuple[Person, ...] = ()

    @property
    def target(self) -> str:
        """The service number in canonical form."""
        return str(self.number)

    @property
    def key(self) -> str:
        """The same as target."""
        return str(self.number)

    @property
    def name(self) -> str | None:
        """The service's name."""
        return self.text("service_name")

    @property
    def kind(self) -> ServiceKind:
        """The kind that the number's letter tells; a listed kind that is no site wins over a bare number."""
        listed = self.value("service_kind")
        if self.number.kind is ServiceKind.SITE and isinstance(listed, ServiceKind):
            return listed
        return self.number.kind


@dataclass(eq=False, repr=False)
class FiledDomain(_Spoken):
    """备案域名: one registrable domain and the filing it stands under.

    entities, services: all that the rows name, in canonical order (more than one is REC106's business).
    """

    name: DomainName
    rows: tuple[Row, ...]
    entities: tuple[Entity, ...] = ()
    services: tuple[Service, ...] = ()

    @property
    def target(self) -> str:
        """The registrable domain as U-label."""
        return self.name.ulabel

    @property
    def key(self) -> str:
        """The same as target."""
        return self.name.ulabel

    @property
    def entity(self) -> Entity | None:
        """The entity on record; the first in canonical order where rows disagree."""
        return self.entities[0] if self.entities else None

    @property
    def service(self) -> Service | None:
        """The service on record; the first in canonical order where rows disagree."""
        return self.services[0] if self.services else None

    @property
    def hosts(self) -> tuple[str, ...]:
        """Host names below the domain that the cells hold."""
        return tuple(
            sorted(
                {d.host for row in self.rows for d in row.domains if d.ulabel == self.name.ulabel and d.host}
            )
        )


@dataclass(eq=False, repr=False)
class Person(_Spoken):
    """One responsible person in one role; rows state the person's fields under a prefix each.

    statements: (row, prefix): prefix is "leader_", "administrator_" or "person_".
    """

    role: PersonRole
    entity: Entity | None
    service: Service | None
    statements: tuple[tuple[Row, str], ...]
    key: str
    rows: tuple[Row, ...] = ()

    @property
    def target(self) -> str:
        """`<entity number>/leader` or `<service number>/administrator`."""
        return self.key

    def said(self, field_code: str) -> tuple[Said, ...]:
        """Every distinct value of a field ("mobile", "id_number", …) with its cells."""
        found = self._memo.get(field_code)
        if found is None:
            parts: dict[str, list[Said]] = {}
            for prefix in sorted({prefix for _row, prefix in self.statements}):
                rows = [row for row, own in self.statements if own == prefix]
                for one in gather(rows, prefix + field_code):
                    parts.setdefault(compare_key(one.value), []).append(one)
            merged = [
                Said(ones[0].value, ones[0].shown, tuple(sorted(cell for one in ones for cell in one.cells)))
                for ones in parts.values()
            ]
            merged.sort(key=lambda one: (-len(one.cells), compare_key(one.value)))
            found = self._memo[field_code] = tuple(merged)
        return found

    def has_column(self, field_code: str) -> bool:
        """True where a column for the person's field exists in any of the sheets that speak of the person."""
        return any(prefix + field_code in row.ref.sheet.columns for row, prefix in self.statements)

    @property
    def name(self) -> str | None:
        """The person's name, as most rows give it."""
        return self.text("name")


@dataclass(eq=False, repr=False)
class Document:
    """One document: a row of a documents sheet, or a validity that another sheet lists beside its subject.

    kind: the key of the list of materials ("entity_certificate", "leader_id", …), "" where the name is not known.
    holder: the name on the document as the row gives it. validity: None where no date is listed.
    cells: every cell that lists it. inline: it stands in a column of another sheet, not in a row of its own.
    """

    row: Row
    entity: Entity | None
    kind: str
    title: str
    holder: str | None
    number: str | Unreadable | None
    validity: Validity | Unreadable | None
    issued: date | Unreadable | None
    file: str | None
    cells: tuple[CellRef, ...]
    inline: bool = False
    services: tuple[Service, ...] = ()
    subject: Person | None = None

    @property
    def target(self) -> str:
        """`sheet!row`."""
        return self.row.ref.target

    @property
    def key(self) -> str:
        """What identifies the document whatever its row: entity, kind, title, holder."""
        owner = self.entity.key if self.entity else ""
        subject = self.subject.key if self.subject else ""
        number = compare_key(self.number) if self.number else ""
        return "|".join((owner, self.kind, plain(self.title), plain(self.holder or ""), subject, number))

    @property
    def end(self) -> date | None:
        """The last valid day; None for 长期, for a blank and for an unreadable one."""
        return self.validity.end if isinstance(self.validity, Validity) else None


@dataclass(eq=False, repr=False)
class Order(_Spoken):
    """变更订单: one change order, one or more rows.

    domains: the filed domains that its rows name; services: those that its rows number and those of its domains;
    unfiled: domains named that stand nowhere else in the books. All in canonical order.
    """

    key: str
    rows: tuple[Row, ...]
    entity: Entity | None = None
    domains: tuple[FiledDomain, ...] = ()
    services: tuple[Service, ...] = ()
    unfiled: tuple[DomainName, ...] = ()

    @property
    def target(self) -> str:
        """The order number."""
        return self.key

    @property
    def kind(self) -> OrderKind | None:
        """What it changes; None where it is not listed or not recognised."""
        value = self.value("order_kind")
        return value if isinstance(value, OrderKind) else None

    @property
    def stage(self) -> OrderStage | None:
        """How far it has come; None where it is not listed or not recognised."""
        value = self.value("order_stage")
        return value if isinstance(value, OrderStage) else None

    @property
    def is_open(self) -> bool:
        """True where it takes the entity's one place for an order: under review, or returned to be mended."""
        return self.stage is not None and self.stage.is_open

    @property
    def is_planned(self) -> bool:
        """True where it is still to be submitted."""
        return self.stage is OrderStage.DRAFT

    def moment(self, field_code: str) -> date | None:
        """A day, or an aware Beijing datetime where the hour is known; None where blank or unreadable."""
        value = self.value(field_code)
        return value if isinstance(value, date) else None

    @property
    def planned(self) -> date | None:
        """The day on which it is to be submitted."""
        return self.moment("order_planned")

    @property
    def submitted(self) -> date | None:
        """When it was submitted to the access provider."""
        return self.moment("order_submitted")

    @property
    def first_review_done(self) -> date | None:
        """When the provider's first review was passed."""
        return self.moment("order_first_review_done")

    @property
    def sms_sent(self) -> date | None:
        """When the ministry's SMS went out."""
        return self.moment("order_sms_sent")

    @property
    def sms_done(self) -> date | None:
        """When the SMS was answered."""
        return self.moment("order_sms_done")

    @property
    def bureau_submitted(self) -> date | None:
        """When it was passed on to the provincial bureau."""
        return self.moment("order_bureau_submitted")

    @property
    def done(self) -> date | None:
        """When it was finished."""
        return self.moment("order_done")

    @property
    def new_person(self) -> str | None:
        """The person in charge after the change."""
        return self.text("new_person")

    @property
    def notification_bound(self) -> bool | None:
        """Whether the new person has bound a notification channel; None where it is not said."""
        value = self.value("notification_bound")
        return value if isinstance(value, bool) else None


@dataclass(eq=False, repr=False)
class Portfolio:
    """All that the books say, as a graph; every sequence is in canonical order."""

    rows: tuple[Row, ...]
    entities: tuple[Entity, ...]
    services: tuple[Service, ...]
    domains: tuple[FiledDomain, ...]
    persons: tuple[Person, ...]
    documents: tuple[Document, ...]
    orders: tuple[Order, ...]
    roles: frozenset[SheetRole] = frozenset()
    columns: frozenset[str] = field(default_factory=frozenset)

    def lists(self, *field_codes: str) -> bool:
        """True where some sheet has a column for any of the fields."""
        return any(code in self.columns for code in field_codes)

    @cached_property
    def entities_by_certificate(self) -> Mapping[str, tuple[Entity, ...]]:
        """Certificate number (plain, readable ones only) → the entities that carry it."""
        return _index(self.entities, "entity_certificate_number")

    @cached_property
    def persons_by_mobile(self) -> Mapping[str, tuple[Person, ...]]:
        """Mobile number (digits) → the persons that give it."""
        return _index(self.persons, "mobile")

    @cached_property
    def persons_by_id(self) -> Mapping[str, tuple[Person, ...]]:
        """ID number (plain, readable ones only) → the persons that carry it."""
        return _index(self.persons, "id_number")


_Speaker = TypeVar("_Speaker", bound=_Spoken)


def _index(objects: Iterable[_Speaker], field_code: str) -> dict[str, tuple[_Speaker, ...]]:
    found: dict[str, list[_Speaker]] = {}
    for one in objects:
        for said in one.readable(field_code):
            found.setdefault(compare_key(said.value), []).append(one)
    return {key: tuple(members) for key, members in sorted(found.items())}
