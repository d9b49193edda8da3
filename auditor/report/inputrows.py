"""Every row of every sheet and what became of it, with the findings that touch it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from auditor.model.evidence import Observation
from auditor.model.place import CellRef
from auditor.model.portfolio import Row
from auditor.model.result import AuditResult, Finding
from auditor.model.text import COLON, Text, mask_text
from auditor.model.values import FIELDS
from auditor.model.words import SheetRole
from auditor.report.masking import masked_answer, masked_cell

_Place = tuple[str, str, int]


class Fate(StrEnum):
    """What became of a row."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True, slots=True)
class InputRow:
    """One row as it stands in the book.

    row: an accepted row of the portfolio; observations: what an accepted row of an export or a query result records;
    shown: the text of any other row.
    """

    path: str
    sheet: str
    number: int
    role: SheetRole
    fate: Fate
    reason: Text | None
    findings: tuple[Finding, ...]
    row: Row | None = None
    observations: tuple[Observation, ...] = ()
    shown: str = ""

    def content(self, lang: str, *, show_pii: bool = False) -> str:
        """The cells as "header: text", masked by what each column is for unless `show_pii`."""
        colon = COLON.in_language(lang)
        if self.observations:
            return _recorded(self.observations, colon, show_pii=show_pii)
        if self.row is None:
            return self.shown if show_pii else mask_text(self.shown)
        parts = []
        for code in sorted(self.row.raw, key=lambda code: (_column(self.row, code), code)):
            raw = self.row.raw[code]
            parts.append(
                f"{_header(self.row, code, lang)}{colon}{raw if show_pii else masked_cell(code, raw, self.row)}"
            )
        return " | ".join(parts)


def _column(row: Row | None, code: str) -> int:
    return row.ref.sheet.columns.get(code, 0) if row else 0


def _header(row: Row, code: str, lang: str) -> str:
    """The header as the book has it; the field's name where no column feeds it."""
    own = row.ref.sheet.headers.get(row.ref.sheet.columns.get(code, 0))
    if own:
        return " ".join(own.split())
    field = FIELDS.get(code)
    return field.text.in_language(lang) if field else code


def _recorded(observations: tuple[Observation, ...], colon: str, *, show_pii: bool) -> str:
    """The domains of one row and the answer that it records for them."""
    parts = [" ".join(dict.fromkeys(one.domain for one in observations))]
    answer = observations[0].raw
    if isinstance(answer, Mapping):
        shown = {key: str(value) for key, value in answer.items()} if show_pii else masked_answer(answer)
        parts += [f"{key}{colon}{value}" for key, value in shown.items() if key != "domain"]
    return " | ".join(parts)


def input_rows(result: AuditResult) -> Iterator[InputRow]:
    """The rows in order of file, sheet and row number."""
    touching: dict[_Place, list[Finding]] = {}
    for finding in result.findings:
        for place in dict.fromkeys((cell.path, cell.sheet, cell.row) for cell in finding.cells):
            touching.setdefault(place, []).append(finding)
    roles = {
        (one.path, sheet.ref.name): sheet.ref.role for one in result.reading.inputs for sheet in one.sheets
    }
    fates = _fates(result, roles)
    for place in sorted(fates):
        yield replace(fates[place], findings=tuple(touching.get(place, ())))


def _fates(result: AuditResult, roles: Mapping[tuple[str, str], SheetRole]) -> dict[_Place, InputRow]:
    """The last word on each row: a rejected row stays rejected whatever else speaks of it."""

    def told(cell: CellRef, fate: Fate, reason: Text | None, **more: Any) -> None:
        role = roles.get((cell.path, cell.sheet), SheetRole.UNKNOWN)
        place = (cell.path, cell.sheet, cell.row)
        fates[place] = InputRow(cell.path, cell.sheet, cell.row, role, fate, reason, (), **more)

    fates: dict[_Place, InputRow] = {}
    for cell, observations in _observed(result).items():
        told(cell, Fate.ACCEPTED, None, observations=observations)
    for row in result.reading.portfolio.rows:
        told(row.cell(), Fate.ACCEPTED, None, row=row)
    for file in result.reading.inputs:
        for sheet in file.sheets:
            for aside in sheet.set_aside:
                told(aside.cell, Fate.SET_ASIDE, aside.reason, shown=aside.shown)
    for rejected in result.reading.rejected:
        told(rejected.cell, Fate.REJECTED, rejected.reason, shown=rejected.shown)
    return fates


def _observed(result: AuditResult) -> dict[CellRef, tuple[Observation, ...]]:
    """Registrar and ministry rows: they become evidence, not rows of the portfolio."""
    found: dict[CellRef, tuple[Observation, ...]] = {}
    for one in result.reading.observations:
        if isinstance(one, Observation) and one.cells:
            row = replace(one.cells[0], column=0)
            found[row] = (*found.get(row, ()), one)
    return found
