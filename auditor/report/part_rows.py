"""Whose a finding and whose a row is: what one owner, tag or entity may see of a result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from auditor.model.place import CellRef
from auditor.model.portfolio import Entity, Portfolio, Row
from auditor.model.recordnumber import RecordNumber, read_record_number
from auditor.model.result import AuditResult, Finding
from auditor.model.values import plain

Kind = Literal["owner", "tag", "entity"]
Place = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Share:
    """Whose share is asked for.

    owner: the person in charge typed into a report, the group, or the owner on record; tag: the group; entity: an
    entity number in any spelling, or the owner on record.
    """

    kind: Kind
    value: str


def place_of(cell: CellRef) -> Place:
    """File, sheet and row of a cell."""
    return (cell.path, cell.sheet, cell.row)


def entity_number_in(text: str) -> RecordNumber | None:
    """The entity number that a text is, or that the service number in it belongs to; None for any other text."""
    found = read_record_number(text) if text else None
    return found.number.entity if found else None


class Owners:
    """Which entity each row of a portfolio speaks for, worked out once for all shares of a result."""

    def __init__(self, book: Portfolio) -> None:
        self.entities: dict[str, Entity] = {one.key: one for one in book.entities}
        self.rows: dict[Place, Row] = {row.ref.order: row for row in book.rows}
        self._by_name: dict[str, list[str]] = {}
        for entity in book.entities:
            if entity.number is None:
                self._by_name.setdefault(plain(entity.name or entity.key), []).append(entity.key)
        linked: dict[Row, dict[str, None]] = {}
        for key, rows in _linked(book):
            for row in rows:
                linked.setdefault(row, {})[key] = None
        self.of: dict[Row, frozenset[str]] = {
            row: self._owners(row, linked.get(row, {})) for row in book.rows
        }

    def _stated(self, row: Row) -> frozenset[str]:
        """The entities of the book that the row numbers: its own, and that of its service number."""
        numbers = (row.number("entity_number"), row.number("service_number"))
        return frozenset(str(one.entity) for one in numbers if one) & self.entities.keys()

    def _owners(self, row: Row, linked: Iterable[str]) -> frozenset[str]:
        """The entities that the row numbers; where it numbers none that the book knows, those that the graph links."""
        return self._stated(row) or frozenset(linked)

    def torn(self, row: Row) -> bool:
        """Whether the row itself numbers two entities, so that all it says may be the other's."""
        return len(self.of[row]) > 1 and self._stated(row) == self.of[row]

    def keys(self, finding: Finding) -> frozenset[str]:
        """The entity that a finding speaks of, by number, else by name."""
        if finding.entity_number:
            return frozenset((finding.entity_number,))
        return (
            frozenset(self._by_name.get(plain(finding.entity_name), ()))
            if finding.entity_name
            else frozenset()
        )


def _linked(book: Portfolio) -> Iterator[tuple[str, Iterable[Row]]]:
    for entity in book.entities:
        yield entity.key, entity.rows
    for service in book.services:
        yield service.entity.key, service.rows
    for person in book.persons:
        if person.entity is not None:
            yield person.entity.key, [row for row, _prefix in person.statements]
    for document in book.documents:
        if document.entity is not None:
            yield document.entity.key, (document.row,)
    for order in book.orders:
        if order.entity is not None:
            yield order.entity.key, order.rows


class Claim:
    """What one share lays claim to. entities: keys of the entities that are wholly its own."""

    def __init__(self, share: Share, owners: Owners) -> None:
        self.share = share
        self.name = plain(share.value)
        self.number = entity_number_in(share.value) if share.kind == "entity" else None
        self._owners = owners
        self.entities = frozenset(key for key, one in owners.entities.items() if self._is(one))
        self.numbers = frozenset(
            str(one.number) for key, one in owners.entities.items() if key in self.entities and one.number
        ) | ({str(self.number)} if self.number else set())

    def _is(self, entity: Entity) -> bool:
        if self.share.kind == "tag":
            return False
        if self.number is not None:
            return entity.number == self.number
        known = entity.name or ("" if entity.number else entity.key)
        return self._names(known)

    def _names(self, text: str | None) -> bool:
        return bool(self.name) and bool(text) and plain(text or "") == self.name

    def on_record(self, number: str | None, name: str | None) -> bool:
        """Whether what stands under an entity number or under the name of an owner belongs to the share."""
        if self.share.kind == "tag":
            return False
        if number and number in self.numbers:
            return True
        return self.number is None and self._names(name)

    def assigned(self, finding: Finding) -> bool:
        """Whether somebody made the owner of this share responsible for the finding."""
        return self.share.kind == "owner" and finding.answer is not None and self._names(finding.answer.owner)

    def typed(self, owner: str) -> bool:
        """Whether an answer names the owner of this share."""
        return self.share.kind == "owner" and self._names(owner)

    def holds(self, finding: Finding) -> bool:
        """Whether a finding belongs to the share."""
        if self.on_record(finding.entity_number, finding.entity_name) or self.assigned(finding):
            return True
        return self.share.kind != "entity" and self._names(finding.group)

    def rows(self, findings: Iterable[Finding]) -> frozenset[Row]:
        """The rows of the share: its own, and those of the same entity that its findings point at.

        A row of another entity, or of another group, never comes along because a finding names its cell. A row that
        numbers two entities comes along only where a finding of the share is about it.
        """
        found = {row for row in self._owners.of if self._own(row)}
        for finding in findings:
            keys, assigned = self._owners.keys(finding), self.assigned(finding)
            for place in dict.fromkeys(map(place_of, finding.cells)):
                row = self._owners.rows.get(place)
                if row is not None and row not in found and not self._foreign(row, keys, assigned=assigned):
                    found.add(row)
        return frozenset(found)

    def _own(self, row: Row) -> bool:
        keys = self._owners.of[row]
        if keys & self.entities and (keys <= self.entities or not self._owners.torn(row)):
            return True
        if self.share.kind != "entity" and self._names(row.text("group")):
            return True
        return not keys and self.on_record(None, row.text("entity_name"))

    def _foreign(self, row: Row, keys: frozenset[str], *, assigned: bool) -> bool:
        own = self._owners.of[row]
        if own and own.isdisjoint(keys):
            return True
        group = row.text("group")
        return self.share.kind != "entity" and not assigned and bool(group) and not self._names(group)


def values_of(result: AuditResult, kind: Kind) -> Iterator[str]:
    """Every value of a kind that a finding or a row of the book bears, in no order."""
    book = result.reading.portfolio
    if kind == "entity":
        for entity in book.entities:
            yield entity.key
        for finding in result.findings:
            yield finding.entity_number or ""
    if kind in ("entity", "owner"):
        for entity in book.entities:
            yield entity.name or ""
        for finding in result.findings:
            yield finding.entity_name or ""
    if kind in ("tag", "owner"):
        for row in book.rows:
            yield row.text("group") or ""
        for finding in result.findings:
            yield finding.group
    if kind == "owner":
        for finding in result.findings:
            if finding.answer is not None:
                yield finding.answer.owner
