"""Handmade workbooks: what plain readers get wrong comes out right, with its cell."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pytest
from rawbooks import MAIN, filled, moment, parts, read, read_rows, shared, styles, told, worksheet, zipped

from auditor.errors import InputError
from auditor.intake.table import ErrorCell, Limits, LongNumber, NoCachedValue

if TYPE_CHECKING:
    from pathlib import Path

OLD_ERRORS = ["#N/A", "#DIV/0!", "#REF!", "#NAME?", "#VALUE!", "#NUM!", "#NULL!"]
NEW_ERRORS = [
    "#SPILL!",
    "#CALC!",
    "#FIELD!",
    "#BLOCKED!",
    "#BUSY!",
    "#CONNECT!",
    "#UNKNOWN!",
    "#GETTING_DATA",
]


def cell(address: str, content: str, attributes: str = "") -> str:
    return f'<c r="{address}"{attributes}><v>{content}</v></c>'


@pytest.mark.parametrize("code", OLD_ERRORS + NEW_ERRORS)
def test_an_error_cell_is_neither_blank_nor_the_end_of_the_sheet(tmp_path: Path, code: str) -> None:
    table = read_rows(
        tmp_path,
        f'<row r="2">{cell("A2", "1")}<c r="B2" t="e"><f>X1</f><v>{code}</v></c>{cell("C2", "2")}</row>'
        f'<row r="3">{cell("A3", "3")}</row>',
    )
    assert filled(table) == {(2, 1): 1, (2, 2): ErrorCell(code), (2, 3): 2, (3, 1): 3}
    assert "B2" in told(table.notes)
    assert (table.notes[0].row, table.notes[0].column) == (2, 2)


def test_a_long_number_keeps_every_digit_of_the_file(tmp_path: Path) -> None:
    table = read_rows(
        tmp_path,
        '<row r="1">'
        + cell("A1", "110101199003074514")
        + cell("B1", "1.1010119900307457E+17")
        + cell("C1", "9007199254740993")
        + cell("D1", "999999999999999")
        + cell("E1", "45000.123456789012")
        + cell("F1", "1.38E+10")
        + "</row>",
    )
    assert table.rows[0][:3] == [
        LongNumber("110101199003074514"),
        LongNumber("1.1010119900307457E+17"),
        LongNumber("9007199254740993"),
    ]
    assert table.rows[0][3] == 999999999999999
    assert table.rows[0][4] == pytest.approx(45000.123456789012)
    assert table.rows[0][5] == 13800000000
    assert isinstance(table.rows[0][5], int)
    assert "A1" in told(table.notes)


def test_numbers_come_out_as_written_in_every_lexical_form(tmp_path: Path) -> None:
    table = read_rows(
        tmp_path,
        '<row r="1">'
        + cell("A1", "13800138000")
        + cell("B1", "-12")
        + cell("C1", "0.5", ' s="1"')
        + cell("D1", " 7 ")
        + cell("E1", "1e3")
        + cell("F1", "inf")
        + cell("G1", "abc")
        + cell("H1", "1.2.3")
        + cell("I1", "NaN", ' t="n"')
        + "</row>",
        style_part=styles(0, 9),
    )
    assert table.rows[0] == [13800138000, -12, 0.5, 7, 1000, "inf", "abc", "1.2.3", "NaN"]
    assert [type(value) for value in table.rows[0][:2]] == [int, int]


def test_a_formula_without_a_stored_result_is_told_apart_from_a_blank(tmp_path: Path) -> None:
    table = read_rows(
        tmp_path,
        '<row r="1"><c r="A1"><f>B1&amp;"x"</f></c><c r="B1"><f>1+1</f><v></v></c><c r="C1"><f>1+1</f><v/></c>'
        '<c r="D1" t="str"><f>""</f><v></v></c><c r="E1"><f>1+1</f><v>2</v></c>'
        '<c r="F1" t="str"><f>T(1)</f><v>甲&amp;乙</v></c><c r="G1" s="0"/><c r="H1"><f t="shared" si="0"/><v>3</v></c></row>',
    )
    assert filled(table) == {
        (1, 1): NoCachedValue('B1&"x"'),
        (1, 2): NoCachedValue("1+1"),
        (1, 3): NoCachedValue("1+1"),
        (1, 5): 2,
        (1, 6): "甲&乙",
        (1, 8): 3,
    }
    assert "3 个公式单元格" in told(table.notes)


def test_texts_are_decoded_and_kept(tmp_path: Path) -> None:
    table = read_rows(
        tmp_path,
        '<row r="1">'
        + "".join(cell(f"{letter}1", str(index), ' t="s"') for index, letter in enumerate("ABCDEF"))
        + '<c r="G1" t="inlineStr"><is><t>京ICP备_x000D_号</t></is></c>'
        '<c r="H1" t="inlineStr"><is><r><t>甲</t></r><r><t xml:space="preserve"> 乙</t></r></is></c>'
        '<c r="I1" t="str"><v>TRUE</v></c><c r="J1" t="b"><v>1</v></c><c r="K1" t="b"><v>false</v></c></row>',
        strings=shared(
            "<t>a_x000D_b</t>",
            '<t xml:space="preserve"> 两边 </t>',
            "<r><t>富</t></r><r><t>文本</t></r><rPh sb='0' eb='1'><t>fu</t></rPh>",
            "<t>_x005F_x000D_</t>",
            "<t>NA</t>",
            "<t>007</t>",
        ),
    )
    assert table.rows[0] == [
        "a\rb", " 两边 ", "富文本", "_x000D_", "NA", "007", "京ICP备\r号", "甲 乙", "TRUE", True, False,
    ]  # fmt: skip


def test_comments_and_cdata_in_shared_texts_do_not_lose_text(tmp_path: Path) -> None:
    table = read_rows(
        tmp_path,
        '<row r="1">' + cell("A1", "0", ' t="s"') + cell("B1", "1", ' t="s"') + "</row>",
        strings=shared("<t><![CDATA[甲<乙_x000D_]]></t>", "<t>前<!-- 注 -->后_x005F_x000D_</t>"),
    )
    assert table.rows[0] == ["甲<乙\r", "前后_x000D_"]


@pytest.mark.parametrize("format_id", [14, 17, 22, *range(27, 32), 36, *range(50, 59)])
def test_built_in_chinese_date_formats_are_dates(tmp_path: Path, format_id: int) -> None:
    table = read_rows(
        tmp_path, '<row r="1">' + cell("A1", "43831", ' s="1"') + "</row>", style_part=styles(0, format_id)
    )
    assert table.rows[0] == [datetime.date(2020, 1, 1)]


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;", datetime.date(2020, 1, 1)),
        ("[DBNum1][$-804]yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@", datetime.date(2020, 1, 1)),
        ("[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", datetime.date(2020, 1, 1)),
        ("e&quot;年&quot;m&quot;月&quot;", datetime.date(2020, 1, 1)),
        ("[h]:mm:ss", datetime.timedelta(days=43831)),
        ("0.00E+00", 43831),
        ("[Red]0.0", 43831),
        ("0&quot;days&quot;", 43831),
        ("G/通用格式", 43831),
        ("General", 43831),
        ("0.00%", 43831),
        ("@", 43831),
        ("#,##0.00_);\\(#,##0.00\\)", 43831),
    ],
)
def test_custom_formats_say_whether_a_number_is_a_date(tmp_path: Path, code: str, value: object) -> None:
    rows = '<row r="1">' + cell("A1", "43831", ' s="1"') + "</row>"
    assert read_rows(tmp_path, rows, style_part=styles(0, code)).rows[0] == [value]


def test_books_of_the_1904_date_system_are_four_years_later(tmp_path: Path) -> None:
    table = read_rows(
        tmp_path,
        '<row r="1">' + cell("A1", "43831", ' s="1"') + cell("B1", "2957004", ' s="1"') + "</row>",
        style_part=styles(0, 14),
        properties='<workbookPr date1904="1"/>',
    )
    assert table.rows[0] == [datetime.date(2024, 1, 2), 2957004]
    assert "B1" in told(table.notes)


@pytest.mark.parametrize("serial", ["-1", "-0.5", "2958466", "9999999", "13800138000", "20260105"])
@pytest.mark.parametrize("exotic", [False, True])
def test_a_serial_that_is_no_date_stays_a_number_and_is_told(
    tmp_path: Path, serial: str, exotic: bool
) -> None:
    attributes = " s='1'" if exotic else ' s="1"'
    table = read_rows(
        tmp_path, '<row r="3">' + cell("B3", serial, attributes) + "</row>", style_part=styles(0, 14)
    )
    assert filled(table) == {(3, 2): float(serial)}
    assert [(note.row, note.column) for note in table.notes] == [(3, 2)]


def test_an_impossible_duration_stays_a_number(tmp_path: Path) -> None:
    table = read_rows(
        tmp_path,
        '<row r="1">' + cell("A1", "99999999999", ' s="1"') + cell("B1", "1.5", ' s="1"') + "</row>",
        style_part=styles(0, 46),
    )
    assert table.rows[0] == [99999999999, datetime.timedelta(days=1, hours=12)]
    assert "A1" in told(table.notes)


@pytest.mark.parametrize(
    "sheet",
    [
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="2"><x:c r="B2"><x:v>5</x:v></x:c></x:row></x:sheetData></x:worksheet>',
        worksheet("<row/><row><c/><c><v>5</v></c></row>"),
        worksheet("<row r='2'><c r='B2'><v>5</v></c></row>"),
        worksheet('<row r="2"><!-- <c r="A2"><v>9</v></c> --><c r="B2"><v>5</v></c></row>'),
        worksheet('<row r="2"><c r="B2"><v><![CDATA[5]]></v></c></row>'),
        worksheet('<row spans="1:2" r="2"><c s="0" t="n" r="B2"><v>5</v></c></row>'),
        worksheet('\n<row r="2">\n <c r="B2">\n  <v>5</v>\n </c>\n</row>\n'),
        worksheet('<row r="2"><c r="B2" cm="1" vm="1"><v>5</v></c></row>'),
        worksheet('<row r="3"><c r="B2"><v>5</v></c></row>'),
        worksheet('<row r="2"><c r="B2"><v>5</v></c></row>', before='<dimension ref="A1"/>'),
        worksheet('<row r="2"><c r="B2"><v>5</v></c></row>', before='<dimension ref="A1:XFD1048576"/>'),
        '<?xml version="1.0" encoding="gb2312"?>\r\n' + worksheet('<row r="2"><c r="B2"><v>5</v></c></row>'),
        (
            '<?xml version="1.0" encoding="UTF-16"?>' + worksheet('<row r="2"><c r="B2"><v>5</v></c></row>')
        ).encode("utf-16"),
        b"\xef\xbb\xbf" + worksheet('<row r="2"><c r="B2"><v>5</v></c></row>').encode(),
    ],
)
def test_the_shape_of_the_xml_does_not_matter(tmp_path: Path, sheet: str | bytes) -> None:
    assert filled(read(tmp_path, zipped(parts(sheet))).tables[0]) == {(2, 2): 5}


def test_an_odd_cell_does_not_disturb_its_neighbours(tmp_path: Path) -> None:
    table = read_rows(
        tmp_path,
        '<row r="1">' + cell("A1", "1") + cell("B1", "-1") + cell("C1", "2") + cell("AAA1", "3") + "</row>"
        '<row r="2">' + cell("A2", "-2") + "</row>"
        '<row r="3">' + cell("A3", "1") + cell("B3", "110101199003074514") + "</row>"
        '<row r="4" hidden="1"/><row r="5">' + cell("C5", "6") + "</row>",
    )
    assert filled(table) == {
        (1, 1): 1, (1, 2): -1, (1, 3): 2, (1, 703): 3, (2, 1): -2, (3, 1): 1,
        (3, 2): LongNumber("110101199003074514"), (5, 3): 6,
    }  # fmt: skip
    assert table.hidden_rows == {4}


def test_a_shared_text_that_does_not_exist_is_told(tmp_path: Path) -> None:
    table = read_rows(
        tmp_path,
        '<row r="1">' + cell("A1", "0", ' t="s"') + cell("B1", "7", ' t="s"') + "</row>",
        strings=shared("<t>甲</t>"),
    )
    assert table.rows[0][0] == "甲"
    assert isinstance(table.rows[0][1], ErrorCell)
    assert "B1" in told(table.notes)


def test_an_unknown_cell_type_is_read_as_text(tmp_path: Path) -> None:
    assert read_rows(tmp_path, '<row r="1">' + cell("A1", "甲", ' t="zz"') + "</row>").rows[0] == ["甲"]


def test_iso_dates_in_cells_are_dates(tmp_path: Path) -> None:
    table = read_rows(
        tmp_path,
        '<row r="1">'
        + cell("A1", "2020-01-02", ' t="d"')
        + cell("B1", "2020-01-02T03:04:05Z", ' t="d"')
        + cell("C1", "soon", ' t="d"')
        + "</row>",
    )
    assert table.rows[0] == [datetime.date(2020, 1, 2), moment(2020, 1, 2, 3, 4, 5), "soon"]


def test_hidden_sheets_rows_and_columns_are_read_and_told(tmp_path: Path) -> None:
    sheet = worksheet(
        '<row r="1">'
        + cell("A1", "1")
        + cell("B1", "2")
        + '</row><row r="2" hidden="1">'
        + cell("A2", "3")
        + "</row>",
        before='<cols><col min="2" max="16384" width="0" hidden="1"/></cols>',
        after='<mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>',
    )
    book = read(tmp_path, zipped(parts(sheet, sheet, sheet, states=("", "hidden", "veryHidden"))))
    assert [table.hidden for table in book.tables] == [False, True, True]
    assert {table.hidden_rows for table in book.tables} == {frozenset({2})}
    assert {table.hidden_columns for table in book.tables} == {frozenset({2})}
    assert {table.merged for table in book.tables} == {((1, 1, 1, 2),)}
    assert [len(table.notes) for table in book.tables] == [2, 3, 3]
    assert filled(book.tables[2]) == {(1, 1): 1, (1, 2): 2, (2, 1): 3}


def test_sheets_without_cells_are_skipped_aloud(tmp_path: Path) -> None:
    sheet = worksheet('<row r="1">' + cell("A1", "1") + "</row>")
    book = read(tmp_path, zipped(parts(sheet, "<chartsheet/>", sheet, kinds=("worksheet", "chartsheet"))))
    assert [table.sheet for table in book.tables] == ["表1", "表3"]
    assert "表2" in told(book.notes)


def test_an_empty_sheet_has_no_rows(tmp_path: Path) -> None:
    book = read(tmp_path, zipped(parts(f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>', worksheet(""))))
    assert [len(table.rows) for table in book.tables] == [0, 0]


def test_a_cell_in_the_last_corner_costs_no_memory(tmp_path: Path) -> None:
    table = read_rows(
        tmp_path,
        '<row r="1">' + cell("A1", "1") + '</row><row r="1048576">' + cell("XFD1048576", "2") + "</row>",
    )
    assert (len(table.rows), len(table.rows[-1]), table.rows[-1][-1]) == (1048576, 16384, 2)
    assert sum(map(len, table.rows)) == 16385


def test_far_away_formatted_blanks_do_not_count(tmp_path: Path) -> None:
    table = read_rows(
        tmp_path, '<row r="1">' + cell("A1", "1") + '</row><row r="1048576"><c r="XFD1048576" s="0"/></row>'
    )
    assert filled(table) == {(1, 1): 1}
    assert len(table.rows) == 1


def test_two_letter_columns_out_of_order_cannot_reserve_the_whole_sheet(tmp_path: Path) -> None:
    rows = "".join(
        f'<row r="{n}"><c r="ZZ{n}"><v>1</v></c><c r="A{n}"><v>2</v></c></row>' for n in (1, 1000000)
    )
    table = read_rows(tmp_path, rows)
    assert filled(table) == {(1, 702): 1, (1, 1): 2, (1000000, 702): 1, (1000000, 1): 2}


def test_a_sheet_of_far_apart_cells_is_refused_beyond_the_limit(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 200))
    with pytest.raises(InputError, match="太稀疏"):
        read(tmp_path, zipped(parts(worksheet(rows))), limits=Limits(cells=1_000_000))


@pytest.mark.parametrize("address", ["A0", "A1048577", "XFE1", "AAAA1", "甲1", "1A"])
def test_an_impossible_address_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(InputError, match="地址"):
        read_rows(tmp_path, f'<row r="1"><c r="{address}"><v>1</v></c></row>')


@pytest.mark.parametrize("number", ["0", "1048577", "99999999999", "-1", "x"])
def test_an_impossible_row_number_is_refused(tmp_path: Path, number: str) -> None:
    with pytest.raises(InputError, match="地址"):
        read_rows(tmp_path, f'<row r="{number}"><c><v>1</v></c></row>')
