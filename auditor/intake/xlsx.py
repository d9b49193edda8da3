"""Excel workbooks (.xlsx, .xlsm): the engine reads the plain cells, everything else is read exactly.

The engine never sees the file itself. It gets a package built here from parts that were unpacked within
limits: only sheet data of known shapes, the shared texts, and styles that say no more than number, date or
duration. What it would get wrong is laid over its result.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from auditor.intake.archive import Archive, missing_part
from auditor.intake.engine import EngineError, ask_engine, collector_paused
from auditor.intake.rawvalues import EXACT_BELOW
from auditor.intake.serials import Shape
from auditor.intake.sheet_remarks import hidden_notes
from auditor.intake.table import Note, Table
from auditor.intake.xlsx_exact import ExactSheet, read_shared_strings
from auditor.intake.xlsx_package import read_package
from auditor.intake.xlsx_scan import scan_sheet
from auditor.model.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from python_calamine import CalamineWorkbook

    from auditor.intake.table import CellValue, Limits
    from auditor.intake.xlsx_package import Package, SheetPart
    from auditor.intake.xlsx_scan import SheetScan

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_FORMAT_IDS = {Shape.NUMBER: 0, Shape.DATE: 22, Shape.DURATION: 46}
_STRINGS_HEAD = re.compile(rb"\s*(?:<\?xml[^>]*\?>\s*)?<sst(?:\s[^<>]*)?>")


def read_xlsx(
    archive: Archive, workbook_part: str, limits: Limits
) -> tuple[tuple[Table, ...], tuple[Note, ...]]:
    """All worksheets of a workbook in order, and notes on the sheets that are none."""
    archive.refuse_declarations()
    package = read_package(archive, workbook_part)
    notes = []
    sheets = []
    for sheet in package.sheets:
        if sheet.kind == "worksheet":
            if sheet.part not in archive:
                raise missing_part(archive.where, sheet.part)
            sheets.append(sheet)
        else:
            notes.append(
                Note(
                    Text(
                        f"“{sheet.name}”不是数据工作表（{sheet.kind}），已跳过",
                        f"“{sheet.name}” is not a worksheet ({sheet.kind}) and is skipped",
                    )
                )
            )
    with collector_paused():
        return _Workbook(archive, package, limits).read(sheets), tuple(notes)


class _Workbook:
    """One workbook being read."""

    def __init__(self, archive: Archive, package: Package, limits: Limits) -> None:
        self._archive = archive
        self._package = package
        self._limits = limits
        self._strings: list[str] | None = None

    def read(self, sheets: list[SheetPart]) -> tuple[Table, ...]:
        scans: list[SheetScan | None] = []
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as stand_in:
            for number, sheet in enumerate(sheets, 1):
                data = self._archive.xml(sheet.part)
                scan = scan_sheet(data, self._package.shapes, self._package.date1904, self._limits.cells)
                del data
                if scan is not None:
                    with stand_in.open(_sheet_name(number), "w", force_zip64=True) as target:
                        for piece in _sheet_parts(scan):
                            target.write(piece)
                    scan.pieces.clear()
                scans.append(scan)
            used = [number for number, scan in enumerate(scans, 1) if scan is not None]
            self._write_frame(stand_in, used)
        engine = _open_engine(buffer) if used else None
        del buffer
        tables = []
        for number, (sheet, scan) in enumerate(zip(sheets, scans, strict=True), 1):
            table = None
            if engine is not None and scan is not None:
                table = self._read_by_engine(sheet, scan, engine, used.index(number))
            tables.append(table or self._read_exactly(sheet))
        return tuple(tables)

    def _write_frame(self, stand_in: zipfile.ZipFile, used: list[int]) -> None:
        if self._package.shared_strings is not None:
            stand_in.writestr("xl/sharedStrings.xml", self._plain_strings(self._package.shared_strings))
        for name, text in _frame(used, self._package.shapes, self._package.date1904).items():
            stand_in.writestr(name, text)

    def _plain_strings(self, part: str) -> bytes:
        """The shared texts without what could mislead the engine: counts, comments, CDATA, prefixes."""
        data = self._archive.xml(part)
        head = _STRINGS_HEAD.match(data)
        if head is not None and data.find(b"<!", head.end()) < 0:
            if head.group().endswith(b"/>"):
                return b"<sst/>"
            return b"".join((b"<sst>", memoryview(data)[head.end() :]))
        items = "".join(
            f'<si><t xml:space="preserve">{_escaped(text)}</t></si>' for text in self._shared_strings()
        )
        return f"<sst>{items}</sst>".encode()

    def _shared_strings(self) -> list[str]:
        if self._strings is None:
            part = self._package.shared_strings
            data = None if part is None else self._archive.xml(part)
            self._strings = [] if data is None else read_shared_strings(data, self._archive.where)
        return self._strings

    def _read_by_engine(
        self, sheet: SheetPart, scan: SheetScan, engine: CalamineWorkbook, index: int
    ) -> Table | None:
        try:
            rows = ask_engine(lambda: engine.get_sheet_by_index(index).to_python(skip_empty_area=False))
        except EngineError:
            return None
        cells = settle(rows)
        for row, column, value in scan.overlay:
            while len(cells) < row:
                cells.append([])
            cells[row - 1].extend([None] * (column - len(cells[row - 1])))
            cells[row - 1][column - 1] = value
        rows_hidden = frozenset(row for row in scan.hidden_rows if row <= len(cells))
        return Table(
            path=self._archive.where,
            sheet=sheet.name,
            rows=cells,
            hidden=sheet.hidden,
            hidden_rows=rows_hidden,
            hidden_columns=scan.hidden_columns,
            merged=scan.merged,
            notes=hidden_notes(sheet.hidden, rows_hidden, scan.hidden_columns) + scan.remarks.notes(),
        )

    def _read_exactly(self, sheet: SheetPart) -> Table:
        where = f"{self._archive.where} › {sheet.name}"
        exact = ExactSheet(
            self._archive.xml(sheet.part),
            where,
            self._package.shapes,
            self._package.date1904,
            self._shared_strings(),
            self._limits.cells,
        )
        rows_hidden = frozenset(row for row in exact.hidden_rows if row <= len(exact.rows))
        columns_hidden = exact.hidden_columns
        return Table(
            path=self._archive.where,
            sheet=sheet.name,
            rows=exact.rows,
            hidden=sheet.hidden,
            hidden_rows=rows_hidden,
            hidden_columns=columns_hidden,
            merged=exact.merged,
            notes=hidden_notes(sheet.hidden, rows_hidden, columns_hidden) + exact.remarks.notes(),
        )


def settle(rows: Sequence[list[Any]]) -> list[list[CellValue]]:
    """The engine's rows, in place: blanks become None and whole floats become int."""
    # Rows of one sheet are much alike: which cells are floats is looked up by the row's types.
    floats: dict[tuple[type, ...], list[int]] = {}
    for row in rows:
        types = tuple(map(type, row))
        places = floats.get(types)
        if places is None:
            places = floats[types] = [index for index, kind in enumerate(types) if kind is float]
        for index in places:
            value = row[index]
            if value.is_integer() and -EXACT_BELOW < value < EXACT_BELOW:
                row[index] = int(value)
        if not all(row):
            row[:] = [value if value or value.__class__ is not str else None for value in row]
    return list(rows)


def _open_engine(buffer: io.BytesIO) -> CalamineWorkbook | None:
    from python_calamine import CalamineWorkbook

    buffer.seek(0)
    try:
        return ask_engine(lambda: CalamineWorkbook.from_filelike(buffer))
    except EngineError:
        return None


def _sheet_name(number: int) -> str:
    return f"xl/worksheets/sheet{number}.xml"


def _sheet_parts(scan: SheetScan) -> Iterable[bytes | memoryview]:
    yield b"<worksheet><sheetData>"
    yield from scan.pieces
    yield b"</sheetData></worksheet>"


def _escaped(text: str) -> str:
    # The engine decodes `_x000D_`, so what is already decoded must survive one more decoding.
    return escape(text.replace("_x", "_x005F_x"), {"\r": "&#13;"})


def _frame(used: list[int], shapes: tuple[Shape, ...], date1904: bool) -> dict[str, str]:
    """The small parts of the stand-in package by name."""
    sheets = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="s{n}"/>' for n in used)
    overrides = "".join(
        f'<Override PartName="/{_sheet_name(n)}" ContentType="{_SPREADSHEET}.worksheet+xml"/>' for n in used
    )
    relations = "".join(
        f'<Relationship Id="s{n}" Type="{_DOCUMENT}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in used
    )
    formats = "".join(f'<xf numFmtId="{_FORMAT_IDS[shape]}"/>' for shape in shapes or (Shape.NUMBER,))
    return {
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}"><Default Extension="rels" ContentType="application/'
        'vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_SPREADSHEET}.sheet.main+xml"/>{overrides}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="b" Type="{_DOCUMENT}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}"><workbookPr date1904="{int(date1904)}"/>'
        f"<sheets>{sheets}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELATIONS}">{relations}'
        f'<Relationship Id="t" Type="{_DOCUMENT}/styles" Target="styles.xml"/>'
        f'<Relationship Id="u" Type="{_DOCUMENT}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><cellXfs>{formats}</cellXfs></styleSheet>',
    }
