"""Rows of registrar exports and ministry results as evidence, in the form of recorded observations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time

from auditor.intake.dates import BEIJING, read_date
from auditor.intake.table import CellValue
from auditor.model.evidence import Observation
from auditor.model.portfolio import Row
from auditor.model.values import Unreadable, Validity, plain
from auditor.model.words import EntityKind, SheetRole

_NO_RECORD = re.compile(
    r"^(?:未备案|无备案|没有备案|无记录|没有记录|无备案信息|未查询到(?:备案(?:信息|记录)?)?|未查到.*|查无.*|否|norecord|notfound)$"
)
_REGISTRAR_KEYS = {
    "registrant": "registrant",
    "certificate_type": "registrant_certificate_type",
    "certificate_number": "registrant_certificate_number",
    "real_name_status": "real_name_status",
    "expires": "domain_expiry",
    "registrar": "registrar",
    "status": "domain_status",
    "created": "domain_created",
}
_MINISTRY_KEYS = {
    "mainLicence": "entity_number",
    "serviceLicence": "service_number",
    "unitName": "entity_name",
    "natureName": "entity_kind",
    "limitAccess": "restricted",
    "updateRecordTime": "updated_date",
}


def observations_of(row: Row, observed: CellValue = None) -> Iterator[Observation]:
    """The observations that a row records, one for each domain it names.

    observed: the cell that says when the export was made or the query asked; None where the sheet has no such column.
    """
    if row.role is SheetRole.REGISTRAR:
        source, raw = "registrar", _registrar(row)
    elif row.role is SheetRole.MINISTRY:
        source, raw = "miit", _ministry(row)
    else:
        return
    codes = [code for code in row.ref.sheet.columns if code in row.raw]
    cells = tuple(sorted(row.cell(code) for code in codes))
    for ulabel in dict.fromkeys(name.ulabel for name in row.domains):
        yield Observation(
            domain=ulabel,
            source=source,
            server=row.ref.sheet.name,
            fetched_at=moment(observed),
            outcome="answered",
            raw={"domain": ulabel, **raw} if source == "miit" else dict(raw),
            cells=cells,
            line=row.ref.target,
        )


def moment(value: CellValue) -> datetime | None:
    """The moment that a cell names, in Beijing time where it says no zone; a bare day counts from its beginning."""
    if isinstance(value, str):
        with suppress(ValueError):
            value = datetime.fromisoformat(value.strip())
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=BEIJING)
    day = read_date(value)
    return datetime.combine(day, time(), tzinfo=BEIJING) if day is not None else None


def _registrar(row: Row) -> dict[str, object]:
    return {key: text for key, code in _REGISTRAR_KEYS.items() if (text := _text(row, code)) is not None}


def _ministry(row: Row) -> dict[str, object]:
    if _says_no_record(row):
        return {"found": False}
    found: dict[str, object] = {}
    for key, code in _MINISTRY_KEYS.items():
        text = _text(row, code)
        if text is None and key == "updateRecordTime":
            text = _text(row, "approved_date")
        if text is not None:
            found[key] = text
    return found


def _says_no_record(row: Row) -> bool:
    """A row says so in so many words where a number or a state would stand, and gives no number beside it."""
    if row.number("service_number") is not None or row.number("entity_number") is not None:
        return False
    codes = ("filing_status", "service_number", "entity_number", "entity_name")
    return any(says_no_record(row.raw.get(code, "")) for code in codes)


def says_no_record(text: str) -> bool:
    """True for the words by which look-ups say that a domain has no record."""
    return bool(_NO_RECORD.match(plain(text)))


def _text(row: Row, code: str) -> str | None:
    value = row.values.get(code)
    if value is None or isinstance(value, Unreadable):
        # A number that cannot be trusted is not handed on as if it were the registrar's word.
        return (
            None
            if value is None or value.problem.value in ("rounded", "error_cell", "no_cached_value")
            else value.raw
        )
    if isinstance(value, Validity):
        return value.end.isoformat() if value.end else str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, EntityKind):
        return row.raw[code]
    return value if isinstance(value, str) else str(value)
