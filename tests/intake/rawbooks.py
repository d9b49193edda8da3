"""Workbooks made by hand, part by part, for shapes that no writing library produces."""

from __future__ import annotations

import datetime
import io
import zipfile
from typing import TYPE_CHECKING

from auditor.intake.inputs import InputFile
from auditor.intake.table import Limits, read_book

if TYPE_CHECKING:
    from pathlib import Path

    from auditor.intake.table import Book, Table

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def worksheet(rows: str, before: str = "", after: str = "") -> str:
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def styles(*formats: int | str) -> str:
    """A style sheet whose xf number i has the built-in id or the format code given."""
    codes = "".join(
        f'<numFmt numFmtId="{200 + i}" formatCode="{code}"/>'
        for i, code in enumerate(formats)
        if isinstance(code, str)
    )
    xfs = "".join(
        f'<xf numFmtId="{200 + i if isinstance(code, str) else code}"/>' for i, code in enumerate(formats)
    )
    return f'<styleSheet xmlns="{MAIN}"><numFmts>{codes}</numFmts><cellXfs>{xfs}</cellXfs></styleSheet>'


def shared(*items: str) -> str:
    return f'<sst xmlns="{MAIN}" count="9">' + "".join(f"<si>{item}</si>" for item in items) + "</sst>"


def parts(
    *sheets: str | bytes,
    style_part: str | None = None,
    strings: str | bytes | None = None,
    properties: str = "",
    states: tuple[str, ...] = (),
    kinds: tuple[str, ...] = (),
) -> dict[str, str | bytes]:
    """The parts of a workbook with these sheet parts, called 表1, 表2 …"""
    listed = relations = ""
    members: dict[str, str | bytes] = {}
    for number, sheet in enumerate(sheets, 1):
        state = f' state="{states[number - 1]}"' if number <= len(states) and states[number - 1] else ""
        kind = kinds[number - 1] if number <= len(kinds) else "worksheet"
        listed += f'<sheet name="表{number}" sheetId="{number}"{state} r:id="r{number}"/>'
        relations += (
            f'<Relationship Id="r{number}" Type="{DOCUMENT}/{kind}" Target="worksheets/sheet{number}.xml"/>'
        )
        members[f"xl/worksheets/sheet{number}.xml"] = sheet
    if style_part is not None:
        relations += f'<Relationship Id="rs" Type="{DOCUMENT}/styles" Target="styles.xml"/>'
        members["xl/styles.xml"] = style_part
    if strings is not None:
        relations += f'<Relationship Id="rt" Type="{DOCUMENT}/sharedStrings" Target="sharedStrings.xml"/>'
        members["xl/sharedStrings.xml"] = strings
    return {
        "[Content_Types].xml": f'<Types xmlns="{TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{SHEET_TYPE}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="b" Type="{DOCUMENT}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{DOCUMENT}">{properties}<sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{relations}</Relationships>',
        **members,
    }


def zipped(members: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def save(folder: Path, name: str, content: bytes) -> InputFile:
    path = folder / name
    path.write_bytes(content)
    return InputFile(path, name)


def read(folder: Path, content: bytes, name: str = "台账.xlsx", limits: Limits | None = None) -> Book:
    return read_book(save(folder, name, content), limits or Limits())


def read_rows(folder: Path, rows: str, **options: object) -> Table:
    """The table of a one-sheet workbook with these row elements."""
    return read(folder, zipped(parts(worksheet(rows), **options))).tables[0]  # type: ignore[arg-type]


def filled(table: Table) -> dict[tuple[int, int], object]:
    """The cells that hold something, by row and column from 1."""
    return {
        (i, j): value
        for i, row in enumerate(table.rows, 1)
        for j, value in enumerate(row, 1)
        if value is not None
    }


def told(notes: object) -> str:
    """All notes of a table or book as one text, in both languages."""
    return "\n".join(f"{note.text.zh} / {note.text.en}" for note in notes)  # type: ignore[attr-defined]


def moment(
    year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0, microsecond: int = 0
) -> datetime.datetime:
    """A clock time as sheets know it, without a zone."""
    return datetime.datetime.combine(
        datetime.date(year, month, day), datetime.time(hour, minute, second, microsecond)
    )
