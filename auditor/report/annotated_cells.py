"""Which cells of a sheet the marks mean, and the edits of its XML that give them their new styles."""

from __future__ import annotations

from collections.abc import Callable

from auditor.model.place import column_letters
from auditor.report.annotated_scan import FoundRow, FoundSheet, Merges
from auditor.report.annotation_marks import CellMark, Marks
from auditor.report.ooxml_xml import Splice, attribute

# The style a cell gets: from the style it has now and its mark.
Restyle = Callable[[int, CellMark], int]


def settled_marks(marks: Marks, sheet: FoundSheet, merges: Merges) -> tuple[Marks, int]:
    """The marks by the cells that show them, and how many places the sheet does not have.

    A whole row is shown by its first cell with a value, a merged cell by the top left one of its range.
    """
    settled: Marks = {}
    lost = 0
    for (row, column), mark in sorted(marks.items(), key=lambda one: one[0]):
        found = sheet.rows.get(row)
        if found is None:
            lost += 1
            continue
        at = merges.corner(row, column or found.first_value)
        if at[0] not in sheet.rows:
            at = (row, column or found.first_value)
        settled.setdefault(at, CellMark()).take(mark)
    return settled, lost


def restyled(data: bytes, sheet: FoundSheet, marks: Marks, restyle: Restyle) -> list[Splice]:
    """The splices that give the marked cells their fills; cells that stand nowhere yet are put in."""
    by_row: dict[int, list[tuple[int, CellMark]]] = {}
    for (line, column), mark in sorted(marks.items(), key=lambda one: one[0]):
        if mark.severity is not None or mark.undecided:
            by_row.setdefault(line, []).append((column, mark))
    splices: list[Splice] = []
    for number, own in by_row.items():
        row = sheet.rows[number]
        missing: dict[int, list[bytes]] = {}
        for column, mark in own:
            cell = row.cells.get(column)
            if cell is not None:
                style = str(restyle(cell.style, mark))
                splices.append(attribute(data, cell.start, cell.inner, "s", style))
                continue
            style = str(restyle(sheet.column_style(column) if row.style is None else row.style, mark))
            at = next((one.start for one in row.cells.values() if one.column > column), row.close)
            blank = f'<{sheet.prefix}c r="{column_letters(column)}{number}" s="{style}"/>'
            missing.setdefault(at, []).append(blank.encode())
        splices += _put_in(data, row, sheet.prefix, missing, [column for column, _mark in own])
    return splices


def _put_in(
    data: bytes, row: FoundRow, prefix: str, missing: dict[int, list[bytes]], columns: list[int]
) -> list[Splice]:
    """The splices for new cells of a row, the row's hint on its columns kept true."""
    splices = []
    if missing:
        splices += _wider(data, row, columns)
    for at, blanks in missing.items():
        content = b"".join(blanks)
        if row.closed:
            slash = data.rindex(b"/", row.start, row.inner)
            splices.append(Splice(slash, row.inner, b">" + content + f"</{prefix}row>".encode()))
        else:
            splices.append(Splice(at, at, content))
    return splices


def _wider(data: bytes, row: FoundRow, columns: list[int]) -> list[Splice]:
    first, colon, last = row.spans.partition(":")
    if not colon or not first.isdigit() or not last.isdigit():
        return []
    low, high = min(int(first), *columns), max(int(last), *columns)
    if (low, high) == (int(first), int(last)):
        return []
    return [attribute(data, row.start, row.inner, "spans", f"{low}:{high}")]
