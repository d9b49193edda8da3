"""Generated workbooks read by us and by openpyxl agree cell by cell, but for the lies listed here."""

from __future__ import annotations

import datetime
import io
import warnings
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rawbooks import filled, parts, read, shared, styles, worksheet, zipped
from rawbooks import moment as clock

from auditor.intake.serials import Shape
from auditor.intake.table import ErrorCell, LongNumber, NoCachedValue
from auditor.intake.xlsx_exact import ExactSheet
from auditor.intake.xlsx_scan import scan_sheet

if TYPE_CHECKING:
    from pathlib import Path

ERRORS = ("#N/A", "#DIV/0!", "#REF!", "#NAME?", "#VALUE!", "#NUM!", "#NULL!")
TEXT_CHARACTERS = st.characters(
    blacklist_categories=("Cs", "Cc", "Cn"), blacklist_characters="_\ufffe\uffff", max_codepoint=0x1F64F
)
texts = st.text(TEXT_CHARACTERS, min_size=1, max_size=12).filter(
    lambda text: text.strip() == text and not text.startswith(("=", "#", "{"))
)
days = st.dates(datetime.date(1900, 3, 1), datetime.date(9999, 12, 31))
moments = st.datetimes(clock(1900, 3, 1, 0, 0, 1), clock(9999, 12, 30)).map(
    lambda moment: moment.replace(microsecond=0)
)
values = st.one_of(
    texts,
    st.sampled_from(["TRUE", "NA", "null", "007", "京ICP备12345678号-1", "甲\n乙", "a&<b>\"'", "1e5"]),
    st.integers(-(10**14), 10**14),
    st.floats(-1e9, 1e9).map(lambda number: round(number, 4)),
    st.booleans(),
    days,
    moments,
    st.sampled_from(ERRORS),
)
grids = st.dictionaries(st.tuples(st.integers(1, 12), st.integers(1, 30)), values, max_size=40)
SETTINGS = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def by_openpyxl(grid: dict[tuple[int, int], Any], hidden: set[int]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for (row, column), value in grid.items():
        sheet.cell(row, column).value = value
    for row in hidden:
        sheet.row_dimensions[row].hidden = True
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def by_xlsxwriter(grid: dict[tuple[int, int], Any], hidden: set[int], constant_memory: bool) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"constant_memory": constant_memory, "in_memory": True})
    sheet = book.add_worksheet("表1")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy/m/d hh:mm:ss"})
    for (row, column), value in sorted(grid.items()):
        place = (row - 1, column - 1)
        if isinstance(value, bool):
            sheet.write_boolean(*place, value)
        elif isinstance(value, datetime.datetime):
            sheet.write_datetime(*place, value, moment)
        elif isinstance(value, datetime.date):
            sheet.write_datetime(*place, value, day)
        elif value in ERRORS:
            sheet.write_formula(*place, "=1/0", None, value)
        elif isinstance(value, str):
            sheet.write_string(*place, value)
        else:
            sheet.write_number(*place, value)
    for row in sorted(hidden):
        sheet.set_row(row - 1, None, None, {"hidden": True})
    book.close()
    return buffer.getvalue()


def second_opinion(content: bytes) -> dict[tuple[int, int], Any]:
    sheet = openpyxl.load_workbook(io.BytesIO(content), data_only=True).worksheets[0]
    return {
        (cell.row, cell.column): agreed(cell.value)
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def agreed(value: Any) -> Any:
    """A value in the one form both readers can be compared in."""
    if isinstance(value, ErrorCell):
        return ("error", value.code)
    if isinstance(value, str) and value in ERRORS:
        return ("error", value)
    if isinstance(value, bool):
        return ("bool", value)
    if isinstance(value, datetime.datetime):
        return ("moment", value)
    if isinstance(value, datetime.date):
        return ("moment", datetime.datetime.combine(value, datetime.time()))
    if isinstance(value, (int, float)):
        return ("number", pytest.approx(float(value), rel=1e-12))
    return value


def ours(tmp_path: Path, content: bytes) -> dict[tuple[int, int], Any]:
    return {place: agreed(value) for place, value in filled(read(tmp_path, content).tables[0]).items()}


@SETTINGS
@given(grids, st.sets(st.integers(1, 12), max_size=3))
def test_books_by_openpyxl_read_the_same(
    tmp_path: Path, grid: dict[tuple[int, int], Any], hidden: set[int]
) -> None:
    content = by_openpyxl(grid, hidden)
    assert ours(tmp_path, content) == second_opinion(content)
    table = read(tmp_path, content).tables[0]
    assert table.hidden_rows == {row for row in hidden if row <= len(table.rows)}


@SETTINGS
@given(grids, st.sets(st.integers(1, 12), max_size=3), st.booleans())
def test_books_by_xlsxwriter_read_the_same(
    tmp_path: Path, grid: dict[tuple[int, int], Any], hidden: set[int], constant_memory: bool
) -> None:
    content = by_xlsxwriter(grid, set() if constant_memory else hidden, constant_memory)
    assert ours(tmp_path, content) == second_opinion(content)


LETTERS = "ABCDEFGH"
raw_cells = st.one_of(
    st.sampled_from(
        [
            ' t="s"><v>0</v>', ' t="s"><v>1</v>', ' t="s"><v>2</v>', ' t="e"><v>#SPILL!</v>', ' t="e"><v>#N/A</v>',
            ' t="b"><v>1</v>', ' t="b"><v>0</v>', "><v>abc</v>", ' t="d"><v>2020-01-02</v>', "><f>A1</f>", "><f/>",
            ' t="str"><f>A1</f><v>_x0041_ &amp; 乙 </v>', ' t="str"><f>A1</f><v></v>', "><f>A1</f><v>12</v>", ">", "><v/>",
            ' t="inlineStr"><is><t> 甲 </t></is>', ' t="inlineStr"><is><t xml:space="preserve"> 甲 </t></is>',
            ' t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is>', ' t="str"><v>123</v>', ' t="n"><v>0.1</v>',
        ]
    ),
    st.tuples(
        st.sampled_from(["", ' s="0"', ' s="1"', ' s="2"']),
        st.one_of(
            st.integers(-5, 3_000_000), st.integers(0, 10**18), st.floats(0, 3e6).map(lambda number: round(number, 5))
        ),
    ).map(lambda pair: f"{pair[0]}><v>{pair[1]!r}</v>"),
)  # fmt: skip


@SETTINGS
@given(st.lists(st.dictionaries(st.sampled_from(LETTERS), raw_cells, max_size=6), max_size=6))
def test_the_fast_way_and_the_exact_way_read_the_same(tmp_path: Path, rows: list[dict[str, str]]) -> None:
    body = "".join(
        f'<row r="{n}">'
        + "".join(f'<c r="{letter}{n}"{row[letter]}</c>' for letter in sorted(row))
        + "</row>"
        for n, row in enumerate(rows, 1)
    )
    strings = ["甲", "a\rb", " x "]
    items = shared("<t>甲</t>", "<t>a_x000D_b</t>", '<t xml:space="preserve"> x </t>')
    sheet = worksheet(body)
    shapes = (Shape.NUMBER, Shape.DATE, Shape.DURATION)
    exact = ExactSheet(sheet.encode(), "x", shapes, False, strings, 10**6)
    table = read(tmp_path, zipped(parts(sheet, strings=items, style_part=styles(0, 14, 46)))).tables[0]
    wanted = {
        (i, j): value
        for i, row in enumerate(exact.rows, 1)
        for j, value in enumerate(row, 1)
        if value is not None
    }
    assert filled(table) == wanted
    assert {place: type(value) for place, value in filled(table).items()} == {
        place: type(value) for place, value in wanted.items()
    }
    assert table.notes == exact.remarks.notes()


def test_ordinary_books_go_the_fast_way() -> None:
    grid = {
        (1, 1): "甲",
        (2, 2): 5,
        (3, 3): datetime.date(2020, 1, 1),
        (4, 4): -1.5,
        (5, 5): "#N/A",
        (6, 28): True,
    }
    for content in (
        by_openpyxl(grid, {2}),
        by_xlsxwriter(grid, {2}, False),
        by_xlsxwriter(grid, set(), True),
    ):
        data = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
        assert scan_sheet(data, (Shape.NUMBER, Shape.DATE), False, 10**6) is not None


def known_lies(tmp_path: Path) -> tuple[dict[tuple[int, int], Any], dict[tuple[int, int], Any]]:
    body = (
        '<row r="1"><c r="A1"><v>110101199003074514</v></c><c r="B1" s="1"><v>43831</v></c>'
        '<c r="C1" s="2"><v>9999999</v></c><c r="D1"><f>1+1</f></c><c r="E1" s="2"><v>-1</v></c>'
        '<c r="F1" t="str"><f>A1</f><v>a_x000D_b</v></c></row>'
    )
    content = zipped(parts(worksheet(body), style_part=styles(0, 31, 14)))
    with warnings.catch_warnings():
        # The second reader warns about the missing default style and the impossible date.
        warnings.simplefilter("ignore")
        other = second_opinion(content)
    return filled(read(tmp_path, content).tables[0]), other


def test_the_known_lies_of_the_second_reader(tmp_path: Path) -> None:
    mine, other = known_lies(tmp_path)
    assert mine == {
        (1, 1): LongNumber("110101199003074514"),
        (1, 2): datetime.date(2020, 1, 1),
        (1, 3): 9999999,
        (1, 4): NoCachedValue("1+1"),
        (1, 5): -1,
        (1, 6): "a\rb",
    }
    # openpyxl: built-in Chinese dates are plain numbers, impossible dates are errors, escapes stay.
    assert other[1, 2] == ("number", 43831.0)
    assert other[1, 3] == ("error", "#VALUE!")
    assert (1, 4) not in other
    assert other[1, 6] == "a_x000D_b"
