"""What runs out when: domains and documents in the order of their last day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from auditor.model.place import CellRef
from auditor.model.result import AuditResult
from auditor.model.words import Source


@dataclass(frozen=True, slots=True)
class ExpiryLine:
    """One thing that runs out. kind: "domain" or "document"; days_left: negative once it has run out.

    source: the code of the source of evidence that says so; "book" where the book alone does.
    """

    kind: str
    label: str
    target: str
    day: date
    entity_name: str
    cells: tuple[CellRef, ...]
    source: str
    days_left: int


def expiry_lines(result: AuditResult) -> tuple[ExpiryLine, ...]:
    """Everything with an end date, earliest first."""
    lines = [
        ExpiryLine(
            kind=one.kind,
            label=one.label,
            target=one.target,
            day=one.day,
            entity_name=one.entity_name or "",
            cells=one.cells,
            source=str(one.evidence.source) if one.evidence else Source.BOOK.value,
            days_left=(one.day - result.run.as_of).days,
        )
        for one in result.expiries
    ]
    return tuple(sorted(lines, key=lambda one: (one.day, one.kind, one.target, one.label, one.cells)))
