"""Old Excel books (.xls): the engine reads the cells, a look at the records adds what it does not tell."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditor.errors import InputError
from auditor.intake.archive import password_protected
from auditor.intake.biff import BrokenRecordsError, is_encrypted, read_records
from auditor.intake.compound import CompoundFile
from auditor.intake.kinds import not_a_table
from auditor.intake.rawvalues import plain_number
from auditor.intake.sheet_remarks import Oddity, Remarks, hidden_notes
from auditor.intake.table import ErrorCell, LongNumber, Note, Table
from auditor.intake.xlsx import settle
from auditor.model.text import Text

if TYPE_CHECKING:
    from auditor.intake.biff import SheetRecords
    from auditor.intake.table import CellValue, Limits

_WPS_ENDINGS = frozenset({".et", ".ett", ".wps", ".wpt", ".dps"})
# The old format ends at row 65,536 and column IV; a book that says otherwise is made to harm.
_LAST_COLUMN = 256
_ENCRYPTED = 3
_MOST_SECONDS = 300


def read_xls(
    data: bytes, where: str, ending: str, limits: Limits
) -> tuple[tuple[Table, ...], tuple[Note, ...]]:
    """All worksheets of an .xls book, and notes on the sheets that are none.

    Raises InputError for encrypted books, WPS's own formats, other Office documents and damaged files.
    """
    stream = _book_stream(data, where, ending)
    try:
        if is_encrypted(stream):
            raise password_protected(where)
        records = read_records(stream)
    except BrokenRecordsError:
        raise _damaged(where) from None
    for sheet in records:
        if sheet.last_column > _LAST_COLUMN or sheet.last_row * sheet.last_column > limits.cells:
            raise _damaged(where)
    return _tables(_cells_apart(data, where), records, where)


def _cells_apart(data: bytes, where: str) -> list[tuple[str, list[list[Any]] | None]]:
    """The engine's rows by sheet, read in a process of its own that may die over a damaged book."""
    worker = Path(__file__).with_name("xls_worker.py")
    try:
        done = subprocess.run(
            [sys.executable, "-P", str(worker)],
            input=data,
            capture_output=True,
            timeout=_MOST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _damaged(where) from None
    if done.returncode == _ENCRYPTED:
        raise password_protected(where)
    if done.returncode:
        raise _damaged(where)
    sheets: list[tuple[str, list[list[Any]] | None]] = pickle.loads(done.stdout)
    return sheets


def _book_stream(data: bytes, where: str, ending: str) -> bytes:
    container = CompoundFile(data, where)
    names = container.names()
    if "encryptedpackage" in names or "encryptioninfo" in names:
        raise password_protected(where)
    if ending in _WPS_ENDINGS:
        raise InputError(
            f"WPS 的专有格式（{ending}）不能直接读取，需要 .xlsx",
            f"WPS's own format ({ending}) cannot be read directly; .xlsx is needed",
            hint_zh="请在 WPS 表格中打开，选择“文件 → 另存为 → Excel 文件（*.xlsx）”，再审计新文件。",
            hint_en="Open it in WPS Spreadsheets, choose File → Save As → Excel file (*.xlsx), and audit the new file.",
            where=where,
        )
    for name in ("workbook", "book"):
        if name in names:
            return container.stream(name)
    if "worddocument" in names:
        raise not_a_table(where, "Word 文档（.doc）", "a Word document (.doc)")
    if "powerpoint document" in names:
        raise not_a_table(where, "PowerPoint 演示文稿（.ppt）", "a PowerPoint presentation (.ppt)")
    raise not_a_table(
        where, "旧版 Office 容器，但里面没有工作簿", "an old Office container without a workbook"
    )


def _tables(
    sheets: list[tuple[str, list[list[Any]] | None]], records: list[SheetRecords], where: str
) -> tuple[tuple[Table, ...], tuple[Note, ...]]:
    tables = []
    notes = []
    if len(sheets) != len(records):
        raise _damaged(where)
    for (name, rows), record in zip(sheets, records, strict=True):
        if record.kind != 0:
            zh, en = f"“{name}”不是数据工作表，已跳过", f"“{name}” is not a worksheet and is skipped"
            notes.append(Note(Text(zh, en)))
            continue
        if rows is None:
            raise _damaged(where)
        tables.append(_table(name, settle(rows), record, where))
    return tuple(tables), tuple(notes)


def _table(name: str, rows: list[list[CellValue]], record: SheetRecords, where: str) -> Table:
    remarks = Remarks()
    for number, row in enumerate(rows, 1):
        for index, value in enumerate(row):
            if isinstance(value, float) and isinstance(long := plain_number(value), LongNumber):
                row[index] = long
                remarks.add(Oddity.LONG_NUMBER, number, index + 1)
    for (number, column), code in sorted(record.errors.items()):
        while len(rows) < number:
            rows.append([])
        row = rows[number - 1]
        row.extend([None] * (column - len(row)))
        row[column - 1] = ErrorCell(code)
        remarks.add(Oddity.ERROR, number, column)
    width = max(map(len, rows), default=0)
    hidden_rows = frozenset(number for number in record.hidden_rows if number <= len(rows))
    hidden_columns = frozenset(number for number in record.hidden_columns if number <= width)
    return Table(
        path=where,
        sheet=name,
        rows=rows,
        hidden=record.hidden,
        hidden_rows=hidden_rows,
        hidden_columns=hidden_columns,
        merged=tuple(sorted(record.merged)),
        notes=hidden_notes(record.hidden, hidden_rows, hidden_columns) + remarks.notes(),
    )


def _damaged(where: str) -> InputError:
    return InputError(
        "旧版 Excel 工作簿（.xls）不完整或已损坏",
        "The workbook in the old format (.xls) is incomplete or damaged",
        hint_zh="请重新获取原文件；能用 Excel 或 WPS 打开时，另存为 .xlsx。",
        hint_en="Fetch the file again; if Excel or WPS opens it, save it as .xlsx.",
        where=where,
    )
