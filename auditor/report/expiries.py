"""What runs out when: domains and documents in the order of their last day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from auditor.model.place import CellRef
from auditor.model.result import AuditResult
from auditor.model.text import Text
from auditor.model.values import Validity
from auditor.model.words import Source


@dataclass(frozen=True, slots=True)
class Expiry:
    """One thing that runs out. kind: "domain" or "document"; days_left: negative once it has run out.

    source: who says so, as Text or as the code of a source of evidence.
    """

    kind: str
    label: Text | str
    target: str
    day: date
    entity_name: str
    cells: tuple[CellRef, ...]
    source: Text | str
    days_left: int


def expiries_of(result: AuditResult) -> tuple[Expiry, ...]:
    """The expiries that the run worked out from evidence and book; else what the book's own columns say."""
    given = result.facts.get("expiries")
    found = _given(given, result) if isinstance(given, Iterable) else _from_the_book(result)
    return tuple(sorted(found, key=lambda one: (one.day, one.kind, one.target, str(one.label), one.cells)))


def _given(items: Iterable[tuple[object, ...]], result: AuditResult) -> list[Expiry]:
    found = []
    for kind, label, target, day, entity_name, cells, source in items:
        if not isinstance(day, date):
            continue
        found.append(
            Expiry(
                kind=str(kind),
                label=label if isinstance(label, Text) else str(label),
                target=str(target),
                day=day,
                entity_name=str(entity_name or ""),
                cells=tuple(cells) if isinstance(cells, tuple) else (),
                source=source if isinstance(source, Text) else str(source),
                days_left=(day - result.run.as_of).days,
            )
        )
    return found


def _from_the_book(result: AuditResult) -> list[Expiry]:
    book = result.reading.portfolio
    found = []
    for domain in book.domains:
        value = domain.value("domain_expiry")
        end = value.end if isinstance(value, Validity) else None
        if end is not None:
            owner = domain.entity.name if domain.entity else ""
            cells = domain.cells("domain_expiry")
            found.append(_said("domain", domain.target, domain.target, end, owner, cells, result))
    for document in book.documents:
        if document.end is not None:
            owner = document.entity.name if document.entity else ""
            label = document.title or document.target
            found.append(_said("document", label, document.target, document.end, owner, document.cells, result))
    return found


def _said(
    kind: str,
    label: str,
    target: str,
    end: date,
    owner: str | None,
    cells: tuple[CellRef, ...],
    result: AuditResult,
) -> Expiry:
    left = (end - result.run.as_of).days
    return Expiry(kind, label, target, end, owner or "", cells, Source.BOOK.value, left)
