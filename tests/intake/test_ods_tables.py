"""OpenDocument spreadsheets made by hand."""

from __future__ import annotations

import datetime
import io
from typing import TYPE_CHECKING

import pytest
from rawbooks import filled, moment, read, told, zipped

from auditor.errors import InputError
from auditor.intake.table import ErrorCell, LongNumber, NoCachedValue

if TYPE_CHECKING:
    from pathlib import Path

    from auditor.intake.table import Book

NAMES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in [("office", "office"), ("table", "table"), ("text", "text"), ("style", "style")]
)
MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"


def document(tables: str, styles: str = "", manifest: str = "") -> bytes:
    content = (
        f'<office:document-content {NAMES} xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    members: dict[str, str | bytes] = {"mimetype": MIMETYPE, "content.xml": content}
    if manifest:
        members["META-INF/manifest.xml"] = manifest
    return zipped(members)


def sheet(rows: str, name: str = "表1", style: str = "ta1") -> str:
    return f'<table:table table:name="{name}" table:style-name="{style}">{rows}</table:table>'


def cell(kind: str, value: str = "", text: str = "", more: str = "") -> str:
    attribute = {"date": "date-value", "time": "time-value", "boolean": "boolean-value"}.get(kind, "value")
    stands = f' office:{attribute}="{value}"' if value else ""
    return f'<table:table-cell office:value-type="{kind}"{stands}{more}><text:p>{text}</text:p></table:table-cell>'


def read_ods(tmp_path: Path, tables: str, **options: str) -> Book:
    return read(tmp_path, document(tables, **options), "台账.ods")


def test_values_of_every_type_are_read(tmp_path: Path) -> None:
    row = (
        cell("string", text="域名<text:s text:c='2'/>甲<text:line-break/>乙")
        + cell("float", "13800138000", "13800138000")
        + cell("float", "110101199003074514", "1.1E17")
        + cell("percentage", "0.5", "50%")
        + cell("date", "2020-01-02", "2020年1月2日")
        + cell("date", "2020-01-02T03:04:05", "x")
        + cell("time", "PT12H30M00S", "12:30")
        + cell("time", "PT36H00M00S", "36:00")
        + cell("boolean", "true", "TRUE")
        + cell("string", text="#N/A", more=' table:formula="of:=NA()" calcext:value-type="error"')
        + '<table:table-cell table:formula="of:=A1"/>'
        + cell("string", text="a</text:p><text:p>b")
        + '<table:table-cell office:value-type="string"><office:annotation><text:p>批注</text:p></office:annotation>'
        + "<text:p>有批注</text:p></table:table-cell>"
    )
    table = read_ods(tmp_path, sheet(f"<table:table-row>{row}</table:table-row>")).tables[0]
    assert table.rows[0] == [
        "域名  甲\n乙",
        13800138000,
        LongNumber("110101199003074514"),
        0.5,
        datetime.date(2020, 1, 2),
        moment(2020, 1, 2, 3, 4, 5),
        datetime.time(12, 30),
        datetime.timedelta(hours=36),
        True,
        ErrorCell("#N/A"),
        NoCachedValue("of:=A1"),
        "a\nb",
        "有批注",
    ]
    assert "C1" in told(table.notes)


def test_repeated_rows_and_columns_stand_at_their_addresses(tmp_path: Path) -> None:
    table = read_ods(
        tmp_path,
        sheet(
            '<table:table-column table:number-columns-repeated="2"/><table:table-column table:visibility="collapse"/>'
            '<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
            '<table:table-row table:visibility="collapse"><table:table-cell table:number-columns-repeated="2"/>'
            + cell("float", "7", "7", ' table:number-columns-repeated="2" table:number-columns-spanned="2"')
            + "</table:table-row>"
            '<table:table-row table:number-rows-repeated="2">'
            + cell("float", "1", "1")
            + "</table:table-row>"
            '<table:table-row table:number-rows-repeated="1048571"><table:table-cell/></table:table-row>'
        ),
    ).tables[0]
    assert filled(table) == {(3, 3): 7, (3, 4): 7, (4, 1): 1, (5, 1): 1}
    assert len(table.rows) == 5
    assert table.hidden_rows == {3}
    assert table.hidden_columns == {3}
    assert table.merged == ((3, 3, 3, 4),)


def test_hidden_sheets_are_read_and_told(tmp_path: Path) -> None:
    styles = '<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style>'
    row = f"<table:table-row>{cell('float', '1', '1')}</table:table-row>"
    book = read_ods(tmp_path, sheet(row) + sheet(row, "旧", "ta2"), styles=styles)
    assert [(table.sheet, table.hidden) for table in book.tables] == [("表1", False), ("旧", True)]
    assert "隐藏" in told(book.tables[1].notes)


@pytest.mark.parametrize(
    ("rows", "columns"), [(1048576, 16384), (1048577, 1), (1, 16385), (999999999, 999999999)]
)
def test_repeat_bombs_are_refused(tmp_path: Path, rows: int, columns: int) -> None:
    bomb = cell("float", "1", "1", f' table:number-columns-repeated="{columns}"')
    with pytest.raises(InputError, match="太大"):
        read_ods(
            tmp_path, sheet(f'<table:table-row table:number-rows-repeated="{rows}">{bomb}</table:table-row>')
        )


def test_an_encrypted_document_is_refused_as_password_protected(tmp_path: Path) -> None:
    manifest = "<m:manifest xmlns:m='m'><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>"
    with pytest.raises(InputError, match="密码"):
        read_ods(tmp_path, "", manifest=manifest)


def test_a_document_without_content_or_with_broken_content_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="缺少"):
        read(tmp_path, zipped({"mimetype": MIMETYPE}), "a.ods")
    with pytest.raises(InputError, match="XML"):
        read(tmp_path, zipped({"mimetype": MIMETYPE, "content.xml": "<a><b></a>"}), "a.ods")


def test_the_engine_agrees_on_an_ordinary_document(tmp_path: Path) -> None:
    from python_calamine import load_workbook

    rows = "".join(
        f"<table:table-row>{cell('string', text=f'a{n}.example.cn')}{cell('float', str(n), str(n))}"
        f"{cell('date', f'2020-01-{n:02d}', 'x')}{cell('boolean', 'true', 'TRUE')}</table:table-row>"
        for n in range(1, 20)
    )
    content = document(sheet(rows), manifest="<m:manifest xmlns:m='m'/>")
    other = load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert list(read(tmp_path, content, "a.ods").tables[0].rows) == other
