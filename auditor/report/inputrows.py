"""Every row of every sheet and what became of it, with the findings that touch it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from auditor.model.evidence import Observation
from auditor.model.place import SheetRef
from auditor.model.portfolio import Row
from auditor.model.result import AuditResult, Finding
from auditor.model.text import Text, mask_text
from auditor.model.values import FIELDS
from auditor.model.words import SheetRole
from auditor.report.masking import masked_cell

_Place = tuple[str, str, int]


class Fate(StrEnum):
    """What became of a row."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True, slots=True)
class InputRow:
    """One row as it stands in the book. row: the accepted row where there is one; shown: else its text."""

    path: str
    sheet: str
    number: int
    role: SheetRole
    fate: Fate
    reason: Text | None
    findings: tuple[Finding, ...]
    row: Row | None = None
    shown: str = ""

    def content(self, lang: str, *, show_pii: bool = False) -> str:
        """The cells as "header: text", masked by what each column is for unless `show_pii`."""
        if self.row is None:
            return self.shown if show_pii else mask_text(self.shown)
        colon = ": " if lang == "en" else "："
        parts = []
        for code in sorted(self.row.raw, key=lambda code: (_column(self.row, code), code)):
            raw = self.row.raw[code]
            parts.append(f"{_header(self.row, code, lang)}{colon}{raw if show_pii else masked_cell(code, raw, self.row)}")
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


def input_rows(result: AuditResult) -> Iterator[InputRow]:
    """The rows in order of file, sheet and row number."""
    touching: dict[_Place, list[Finding]] = {}
    for finding in result.findings:
        for place in dict.fromkeys((cell.path, cell.sheet, cell.row) for cell in finding.cells):
            touching.setdefault(place, []).append(finding)
    fates = _fates(result)
    sheets = {(one.path, sheet.ref.name): sheet.ref for one in result.reading.inputs for sheet in one.sheets}
    for place in sorted(fates):
        fate, reason, row, shown = fates[place]
        yield InputRow(
            path=place[0],
            sheet=place[1],
            number=place[2],
            role=_role(row, sheets.get(place[:2])),
            fate=fate,
            reason=reason,
            findings=tuple(touching.get(place, ())),
            row=row,
            shown=shown,
        )


def _role(row: Row | None, sheet: SheetRef | None) -> SheetRole:
    if row is not None:
        return row.role
    return sheet.role if sheet else SheetRole.UNKNOWN


def _fates(result: AuditResult) -> dict[_Place, tuple[Fate, Text | None, Row | None, str]]:
    """The last word on each row: a rejected row stays rejected whatever else speaks of it."""
    fates: dict[_Place, tuple[Fate, Text | None, Row | None, str]] = {}
    for one in result.reading.observations:
        # Registrar and ministry rows become evidence; where they are not rows of the portfolio they are told here.
        if isinstance(one, Observation):
            for cell in one.cells:
                fates.setdefault((cell.path, cell.sheet, cell.row), (Fate.ACCEPTED, None, None, one.domain))
    for row in result.reading.portfolio.rows:
        fates[row.ref.order] = (Fate.ACCEPTED, None, row, "")
    for file in result.reading.inputs:
        for sheet in file.sheets:
            for aside in sheet.set_aside:
                place = (aside.cell.path, aside.cell.sheet, aside.cell.row)
                fates[place] = (Fate.SET_ASIDE, aside.reason, None, aside.shown)
    for rejected in result.reading.rejected:
        place = (rejected.cell.path, rejected.cell.sheet, rejected.cell.row)
        fates[place] = (Fate.REJECTED, rejected.reason, None, rejected.shown)
    return fates
