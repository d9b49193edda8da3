"""The rows of one sheet: which are records, what their cells say, and what became of the others."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from auditor.intake.cells import BLANK, ReadCell, is_blank, read_cell, shown
from auditor.intake.headers import header_key
from auditor.intake.observations import observations_of, says_no_record
from auditor.intake.sheetnotes import evidence_notes, reading_notes
from auditor.intake.table import CellValue, Table
from auditor.model.evidence import Observation
from auditor.model.place import CellRef, RowRef, SheetRef
from auditor.model.portfolio import Row
from auditor.model.recordnumber import ReadNumber
from auditor.model.result import CellProblem, RejectedRow, SetAsideRow, SheetFate
from auditor.model.text import Message, Personal, PersonalKind, Text, mask_text
from auditor.model.values import FIELDS, FieldKind, Unreadable, Value
from auditor.model.words import SheetRole

_TOTALS = re.compile(
    r"^(?:合计|总计|小计|总数|累计|共计|总和|汇总|共\d+[条个项行家].*|grandtotal|total|subtotal|sum)(?:[::]?\d*[条个项行家]?)?$"
)
# A line of its own below the table, not a record: 备注：以上信息截至十月底 / 填表人：某某.
_FOOTNOTE = re.compile(
    r"^\s*[*※]?\s*(?:备注|附注|注释?|说明|填表说明|提示|填表人?|制表人?|编制人?|审核人|审批人|经办人|填报人|统计人|(?:填表|制表|填报|更新)(?:日期|时间)"
    r"|notes?|remarks?)\s*[\d一二三四五六七八九]{0,2}\s*[:：]",
    re.IGNORECASE,
)
_JUST_A_NUMBER = re.compile(r"^\d+(?:\.\d+)?$")
# In these columns 无 is an answer, not a blank.
_ASKS_WHETHER = frozenset(
    (
        "leader_authorisation_letter",
        "administrator_authorisation_letter",
        "person_authorisation_letter",
        "filing_status",
    )
)
_PERSONAL = {
    FieldKind.ID: PersonalKind.ID_NUMBER,
    FieldKind.PHONE: PersonalKind.PHONE,
    FieldKind.EMAIL: PersonalKind.EMAIL,
}
_SHOWN_CELLS = 6  # of a row that is not taken over: enough to know it again

# What a row must name, one of these at least, to be a record of its sheet's part.
_NAMES: Mapping[SheetRole, tuple[str, ...]] = {
    SheetRole.FILINGS: ("domain", "service_number", "entity_number", "entity_name"),
    SheetRole.ENTITIES: ("entity_number", "entity_name", "entity_certificate_number"),
    SheetRole.SERVICES: ("service_number", "entity_number", "domain", "service_name", "entity_name"),
    SheetRole.DOMAINS: ("domain", "service_number", "entity_number", "entity_name"),
    SheetRole.PERSONS: (
        "person_name",
        "person_id_number",
        "person_mobile",
        "leader_name",
        "administrator_name",
    ),
    SheetRole.DOCUMENTS: ("document_type", "document_holder", "document_expiry", "document_number"),
    SheetRole.ORDERS: ("order_number", "order_kind", "order_stage", "order_submitted", "order_planned"),
    SheetRole.REGISTRAR: ("domain",),
    SheetRole.MINISTRY: ("domain", "service_number", "entity_number", "entity_name", "service_name"),
}


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """How a sheet is to be read: its reference, and what the headers could not settle alone.

    shared_number: one column holds entity and service numbers, told apart cell by cell. ignored: headers of columns that
    feed no field. observed: the column (from 1, 0 = none) that says when an export or a query was made.
    """

    ref: SheetRef
    shared_number: bool = False
    ignored: tuple[str, ...] = ()
    observed: int = 0
    notes: tuple[Message, ...] = ()


@dataclass(slots=True)
class SheetReading:
    """What a sheet yielded."""

    fate: SheetFate
    rows: list[Row] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)


class _Column:
    """One column: the fields it feeds, and each distinct cell read once."""

    def __init__(self, number: int, codes: Sequence[str]) -> None:
        self.number = number
        self.codes = codes
        self.kind = FIELDS[codes[0]].kind
        self.keep_placeholder = codes[0] in _ASKS_WHETHER
        self.memo: dict[object, ReadCell] = {}

    def read(self, value: CellValue) -> ReadCell:
        if value is None:
            return BLANK
        # 1, 1.0 and True are equal keys but different cells.
        key: object = value if type(value) is str else (type(value), value)
        found = self.memo.get(key)
        if found is None:
            found = self.memo[key] = read_cell(value, self.kind, keep_placeholder=self.keep_placeholder)
        return found

    def code_of(self, value: Value) -> str:
        """The field that a value feeds: in a shared column an entity number is no service number."""
        if len(self.codes) > 1 and isinstance(value, ReadNumber) and not value.number.is_service:
            return self.codes[0]
        return self.codes[-1]


def read_rows(plan: SheetPlan, table: Table) -> SheetReading:
    """Read every row below the header. rows == accepted + rejected holds for the fate that is returned."""
    ref = plan.ref
    by_column: dict[int, list[str]] = {}
    for code, number in ref.columns.items():
        by_column.setdefault(number, []).append(code)
    columns = [_Column(number, codes) for number, codes in sorted(by_column.items())]
    header = {number: header_key(text) for number, text in ref.headers.items()}
    filled = _filled_down(table, ref.header_row)
    reading = SheetReading(SheetFate(ref, 0, 0, 0, plan.ignored))
    set_aside: list[SetAsideRow] = []
    hidden: list[int] = []
    for index in range(ref.header_row, len(table.rows)):
        cells = table.rows[index]
        number = index + 1
        if all(value is None for value in cells) or all(is_blank(value) for value in cells):
            continue
        aside = _set_aside(cells, header)
        if aside is not None:
            set_aside.append(SetAsideRow(CellRef(ref.path, ref.name, number), aside, _row_text(cells)))
            continue
        if number in table.hidden_rows:
            hidden.append(number)
        _take(reading, plan, columns, number, cells, filled.get(number))
    accepted, rejected = len(reading.rows), len(reading.rejected)
    notes = (
        *plan.notes,
        *reading_notes(table, hidden, filled, list(by_column)),
        *evidence_notes(ref.role, reading.rows),
    )
    reading.fate = replace(
        reading.fate,
        rows=accepted + rejected,
        accepted=accepted,
        rejected=rejected,
        set_aside=tuple(set_aside),
        notes=notes,
    )
    return reading


def _take(
    reading: SheetReading,
    plan: SheetPlan,
    columns: Sequence[_Column],
    number: int,
    cells: Sequence[CellValue],
    filled: Mapping[int, CellValue] | None,
) -> None:
    """Read one record row; it is accepted or rejected, and each bad cell is told."""
    ref = plan.ref
    values: dict[str, Value] = {}
    raw: dict[str, str] = {}
    for column in columns:
        position = column.number - 1
        value = cells[position] if position < len(cells) else None
        if filled is not None and column.number in filled and is_blank(value):
            value = filled[column.number]
        read = column.read(value)
        if read.value is None:
            if read.raw.strip():
                raw[column.codes[-1]] = read.raw
            continue
        code = column.code_of(read.value)
        values[code] = read.value
        raw[code] = read.raw
        if read.fault is not None and not (ref.role is SheetRole.MINISTRY and says_no_record(read.raw)):
            personal = _PERSONAL.get(column.kind)
            stands: object = Personal(personal, read.raw) if personal is not None else read.raw
            cell = CellRef(ref.path, ref.name, number, column.number)
            reading.problems.append(CellProblem(cell, code, read.fault.wrong, read.fault.needed, stands))
    names = _NAMES[ref.role]
    if not any(code in values and not isinstance(values[code], Unreadable) for code in names):
        reading.rejected.append(
            RejectedRow(CellRef(ref.path, ref.name, number), _reason(ref, raw), _row_text(cells))
        )
        return
    row = Row(RowRef(ref, number), values, raw)
    reading.rows.append(row)
    observed = cells[plan.observed - 1] if 0 < plan.observed <= len(cells) else None
    reading.observations.extend(observations_of(row, observed))


def _reason(ref: SheetRef, raw: Mapping[str, str]) -> Text:
    """Why a row is no record: what it would have to name, and what stands there instead."""
    names = _NAMES[ref.role]
    needed = [FIELDS[code].text for code in names if code in ref.columns] or [
        FIELDS[code].text for code in names
    ]
    zh = f"这一行没有可识别的{'、'.join(one.zh for one in needed)}; 至少需要其中一项"
    en = f"the row has no readable {', '.join(one.en for one in needed)}; one of them at least is needed"
    stands = [mask_text(raw[code]) for code in names if code in raw and FIELDS[code].kind not in _PERSONAL][
        :2
    ]
    if stands:
        zh += "; 现有内容: " + "、".join(stands)
        en += "; what stands there: " + ", ".join(stands)
    return Text(zh, en)


def _set_aside(cells: Sequence[CellValue], header: Mapping[int, str]) -> Text | None:
    """Why a row that is not blank holds no record by its form alone; None for any other row."""
    filled = [(number, value) for number, value in enumerate(cells, start=1) if not is_blank(value)]
    first = filled[0][1]
    if isinstance(first, str) and _TOTALS.match(header_key(first)):
        return Text("合计行, 不是记录", "a totals line, not a record")
    if len(filled) == 1:
        lone = shown(first).strip()
        if not isinstance(first, bool) and _JUST_A_NUMBER.match(lone) and len(lone) < 10:
            return Text("除一个数字外全为空, 不是记录", "blank but for a number, not a record")
        if _FOOTNOTE.match(lone):
            return Text("表下的说明, 不是记录", "a remark beside the table, not a record")
    if all(isinstance(value, str) for _number, value in filled):
        same = sum(1 for number, value in filled if header.get(number) == header_key(shown(value)))
        if same >= 2 and same * 2 > len(filled):
            return Text("重复的表头", "the header row once more")
        if same == 1 == len(filled) == len(header):
            return Text("重复的表头", "the header row once more")
    return None


def _filled_down(table: Table, header_row: int) -> dict[int, dict[int, CellValue]]:
    """Row → column → the value that a merged area above it carries; the first column of an area only."""
    found: dict[int, dict[int, CellValue]] = {}
    for first, column, last, _last_column in table.merged:
        if first <= header_row or last <= first or first > len(table.rows):
            continue
        cells = table.rows[first - 1]
        value = cells[column - 1] if column <= len(cells) else None
        if is_blank(value):
            continue
        for number in range(first + 1, min(last, len(table.rows)) + 1):
            found.setdefault(number, {})[column] = value
    return found


def _row_text(cells: Sequence[CellValue]) -> str:
    texts = [shown(value).strip() for value in cells if not is_blank(value)]
    return " | ".join(texts[:_SHOWN_CELLS]) + (" | …" if len(texts) > _SHOWN_CELLS else "")
