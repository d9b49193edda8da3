"""Books as other people and programs make them: with everything in them that an annotator could break."""

from __future__ import annotations

import datetime
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import openpyxl
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

SHEET = "台账"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def png() -> bytes:
    """A picture of two by two red points."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\x00\xff\x00\x00\xff\x00\x00" * 2)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def moment(day: int) -> datetime.datetime:
    """A day of December 2026, without a zone as workbooks have it."""
    return datetime.datetime.combine(datetime.date(2026, 12, day), datetime.time())


def rich_book(path: Path) -> Path:
    """One book with nearly everything: see the lines below. Cells of interest stand in the sheet 台账."""
    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"title": "集团台账", "author": "李示例", "created": moment(1)})
    sheet = book.add_worksheet(SHEET)
    head = book.add_format({"bold": True, "bg_color": "#17324D", "font_color": "#FFFFFF", "text_wrap": True})
    day = book.add_format({"num_format": "yyyy年m月d日", "border": 1})
    money = book.add_format({"num_format": '#,##0.00 "元"', "font_name": "宋体"})
    unlocked = book.add_format({"locked": False})
    for column, title in enumerate(("备案号", "单位", "到期", "费用", "合计", "备注")):
        sheet.write(0, column, title, head)
    for row in range(1, 12):
        sheet.write(row, 0, f"京ICP备202099{row:04d}号")
        sheet.write(row, 1, f"示例单位{row}", unlocked)
        sheet.write_datetime(row, 2, moment(row), day)
        sheet.write_number(row, 3, row * 100.5, money)
        sheet.write_formula(row, 4, f"=D{row + 1}*2", money, row * 201.0)
    italic, red = book.add_format({"italic": True}), book.add_format({"font_color": "red"})
    sheet.write_rich_string("F2", "普通", italic, "斜体", red, "红字")
    sheet.write_array_formula("F3:F3", "{=SUM(D2:D5*1)}", None, 1005)
    sheet.merge_range("A15:C16", "合并的说明", head)
    sheet.write_url("F4", "https://example.cn/", string="链接")
    sheet.write_comment("B3", "原有批注", {"author": "王示例", "x_scale": 2})
    sheet.set_column("B:B", 31.5)
    sheet.set_column("G:G", 5, None, {"hidden": True})
    sheet.set_row(6, 40)
    sheet.set_row(7, None, None, {"hidden": True})
    sheet.freeze_panes(1, 1)
    sheet.autofilter("A1:F12")
    sheet.data_validation("B2:B12", {"validate": "list", "source": ["甲", "乙"]})
    sheet.conditional_format("D2:D12", {"type": "data_bar", "data_bar_2010": True})
    sheet.add_sparkline("H2", {"range": f"{SHEET}!D2:D12"})
    sheet.insert_image("J2", "dot.png", {"image_data": io.BytesIO(png())})
    sheet.insert_textbox("J8", "一个文本框")
    sheet.insert_button("J14", {"caption": "按钮"})
    sheet.set_landscape()
    sheet.repeat_rows(0)
    sheet.set_header("&C&G", {"image_center": "dot.png", "image_data_center": io.BytesIO(png())})
    sheet.set_h_pagebreaks([8])
    sheet.ignore_errors({"number_stored_as_text": "A1:A9"})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": f"={SHEET}!$D$2:$D$12"})
    sheet.insert_chart("J20", chart)
    other = book.add_worksheet("其他")
    other.add_table("A1:B3", {"name": "表一", "data": [[1, 2], [3, 4]]})
    other.protect("secret")
    other.activate()
    hidden = book.add_worksheet("暗处")
    hidden.hide()
    hidden.write("A1", "=1")
    whole = book.add_chartsheet("图")
    whole.set_chart(_chart(book))
    book.define_name("费率", f"={SHEET}!$D$2")
    book.define_name(f"{SHEET}!本表名", f"={SHEET}!$A$1")
    book.close()
    return path


def _chart(book: xlsxwriter.Workbook) -> object:
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": f"={SHEET}!$D$2:$D$12"})
    return chart


def openpyxl_book(path: Path) -> Path:
    """A book as openpyxl writes it: shared strings, comments with shapes of its own, fills, rules."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = SHEET
    sheet.append(["备案号", "单位"])
    for row in range(2, 9):
        sheet.append([f"京ICP备202099{row:04d}号", f"单位{row}"])
    sheet["A2"].comment = Comment("第一条\n第二行", "赵示例")
    sheet["B4"].fill = PatternFill("solid", fgColor="FF00FF00")
    sheet["B5"].number_format = "@"
    sheet.merge_cells("A10:B11")
    rule = DataValidation(type="whole", operator="between", formula1="1", formula2="9")
    rule.add("B2:B9")
    sheet.add_data_validation(rule)
    sheet.conditional_formatting.add(
        "B2:B9", CellIsRule(operator="equal", formula=['"x"'], fill=PatternFill(bgColor="FFFF0000"))
    )
    book.save(path)
    return path


def bare_book(path: Path, rows: str, *, after: str = "", prefix: str = "", styles: bool = False) -> Path:
    """The least that is a workbook: the content of sheetData and what stands after it are given, no styles part."""
    p = f"{prefix}:" if prefix else ""
    space = f'xmlns:{prefix}="{MAIN}"' if prefix else f'xmlns="{MAIN}"'
    parts = {
        "[Content_Types].xml": (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
            '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
            "</Types>"
        ),
        "_rels/.rels": f'<Relationships xmlns="{_RELS}"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<{p}workbook {space} xmlns:r="{_OFFICE}"><{p}sheets><{p}sheet name="{SHEET}" sheetId="1" r:id="rId1"/></{p}sheets></{p}workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELS}"><Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f"<{p}worksheet {space}>{rows}{after}</{p}worksheet>",
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in parts.items():
            book.writestr(name, text)
    return path


def edited(source: Path, target: Path, edit: Callable[[str, bytes], bytes], **added: bytes) -> Path:
    """A copy of a book with some parts changed and others added; `__` in an added name stands for a slash."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, edit(name, old.read(name)))
        for name, data in added.items():
            new.writestr(name.replace("__", "/"), data)
    return target


def with_part(source: Path, target: Path, name: str, data: bytes, *, kind: str = "", of: str = "") -> Path:
    """A copy with one part more, related to the part `of` ("" = the package) where a kind is given."""
    folder, _slash, last = of.rpartition("/")
    rels = f"{folder}/_rels/{last}.rels" if folder else "_rels/.rels"
    link = f'<Relationship Id="rIdNew" Type="http://example.cn/{kind}" Target="/{name}"/></Relationships>'

    def edit(part: str, old: bytes) -> bytes:
        return old.replace(b"</Relationships>", link.encode()) if kind and part == rels else old

    return edited(source, target, edit, **{name.replace("/", "__"): data})


def threaded_book(path: Path) -> Path:
    """A book whose B3 holds a thread of comments, as newer Excel keeps them beside a placeholder note."""
    plain = path.with_name("plain.xlsx")
    rich_book(plain)
    thread = (
        '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
        '<threadedComment ref="B3" dT="2026-01-01T00:00:00.00" personId="{1}" id="{2}"><text>线程</text></threadedComment>'
        "</ThreadedComments>"
    )
    return with_part(
        plain, path, "xl/threadedComments/threadedComment1.xml", thread.encode(),
        kind="threadedComment", of="xl/worksheets/sheet1.xml",
    )  # fmt: skip


def macro_book(path: Path) -> Path:
    """A macro workbook with a project that nobody runs."""
    plain = path.with_name("plain-macro.xlsx")
    rich_book(plain)

    def edit(name: str, data: bytes) -> bytes:
        if name == "[Content_Types].xml":
            data = data.replace(
                b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
            )
            return re.sub(
                rb"</Types>",
                b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>',
                data,
            )
        return data

    half = edited(plain, path.with_name("half.xlsm"), edit)
    return with_part(
        half,
        path,
        "xl/vbaProject.bin",
        b"\xd0\xcf\x11\xe0 no real project",
        kind="vbaProject",
        of="xl/workbook.xml",
    )
