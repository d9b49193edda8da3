"""What is told of a sheet beside its rows: hidden parts, merged cells, rows of no use, the file reader's remarks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from auditor.intake.table import CellValue, Table
from auditor.model.place import CellRef
from auditor.model.portfolio import Row
from auditor.model.text import Message, say
from auditor.model.words import SheetRole


def reading_notes(
    table: Table,
    hidden: Sequence[int],
    filled: Mapping[int, Mapping[int, CellValue]],
    columns: Collection[int],
) -> list[Message]:
    """What is told of a sheet beside its rows."""
    notes = table_notes(table)
    if hidden:
        notes.append(
            say(
                "隐藏行已照常读取 ({count} 行): {rows}",
                "Hidden rows were read like any other ({count}): {rows}",
                count=len(hidden),
                rows=_ranges(hidden),
            )
        )
    own = sorted(set(columns) & table.hidden_columns)
    if own:
        notes.append(
            say(
                "隐藏列已照常读取: 第 {columns} 列",
                "Hidden columns were read like any other: {columns}",
                columns=_ranges(own),
            )
        )
    rows = sorted(number for number, values in filled.items() if not set(columns).isdisjoint(values))
    if rows:
        notes.append(
            say(
                "合并单元格的内容已用于其覆盖的各行: 第 {rows} 行",
                "The content of merged cells counts for every row they cover: rows {rows}",
                rows=_ranges(rows),
            )
        )
    return notes


def evidence_notes(role: SheetRole, rows: Sequence[Row]) -> list[Message]:
    """Rows of an evidence sheet that name no domain (Apps, mini-programs) bear on no filed domain."""
    if role not in (SheetRole.REGISTRAR, SheetRole.MINISTRY):
        return []
    without = [row.ref.row for row in rows if not row.domains]
    if not without:
        return []
    return [
        say(
            "没有域名的行不能作为域名的证据: 第 {rows} 行",
            "Rows without a domain are no evidence of any domain: rows {rows}",
            rows=_ranges(without),
        )
    ]


def table_notes(table: Table) -> list[Message]:
    """What the reader of the file told of a sheet, and that it is hidden."""
    notes = []
    if table.hidden:
        notes.append(say("这是隐藏的工作表, 已照常读取", "This sheet is hidden; it was read like any other"))
    for note in table.notes:
        place = CellRef(table.path, table.sheet, note.row or 0, note.column or 0)
        if note.row is None:
            notes.append(Message(note.text))
        else:
            notes.append(say("{cell}: {note}", "{cell}: {note}", cell=place.cell, note=note.text))
    return notes


def _ranges(numbers: Sequence[int]) -> str:
    """3, 4, 5, 9 as `3-5, 9`."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and parts[-1][1] == number - 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in parts)
