"""Annotated copies: everything of the user's book is there as it was, and the audit's colours and notes on top."""

from __future__ import annotations

import hashlib
import re
import subprocess
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from auditor.model.result import RejectedRow
from auditor.model.text import Text, say
from auditor.model.verdict import Reason, Severity, Verdict
from auditor.report.annotation_labels import ANNOTATION_LABELS
from auditor.report.sheet_formats import FILLS, SEVERITY_TONES
from tests.report.annotating import WAIVER, annotated, at, loaded, parts, wrong
from tests.report.foreignbooks import (
    SHEET,
    bare_book,
    edited,
    macro_book,
    openpyxl_book,
    rich_book,
    threaded_book,
)
from tests.report.results import HOSTILE, LONG, quiet_result
from tests.report.test_programs import program


def plain(value: object) -> str:
    return str(vars(value)) if type(value).__name__ == "ArrayFormula" else repr(value)


_LOOKS = ("value", "number_format", "font", "border", "alignment", "protection", "hyperlink", "data_type")


def assert_same_but_marked(source: Path, copy: Path, marked: set[tuple[str, str]]) -> None:
    """Every cell is the same for openpyxl and calamine; fills and notes differ on the marked cells alone."""
    before, after = loaded(source), loaded(copy)
    assert after.sheetnames[:-1] == before.sheetnames
    assert after.active.title == before.active.title
    for sheet in before.worksheets:
        other = after[sheet.title]
        for row in sheet.iter_rows():
            for cell in row:
                now = other[cell.coordinate]
                for look in _LOOKS:
                    assert plain(getattr(now, look)) == plain(getattr(cell, look)), (cell.coordinate, look)
                if (sheet.title, cell.coordinate) not in marked:
                    assert repr(now.fill) == repr(cell.fill)
                    assert (now.comment and now.comment.text) == (cell.comment and cell.comment.text)
        assert sorted(map(str, other.merged_cells.ranges)) == sorted(map(str, sheet.merged_cells.ranges))
        assert other.freeze_panes == sheet.freeze_panes
        assert other.sheet_state == sheet.sheet_state
        for letter, column in sheet.column_dimensions.items():
            assert other.column_dimensions[letter].width == column.width
        assert {n: d.height for n, d in other.row_dimensions.items() if d.height} == {
            n: d.height for n, d in sheet.row_dimensions.items() if d.height
        }
    calamine, now = CalamineWorkbook.from_path(source), CalamineWorkbook.from_path(copy)
    for name in (one.title for one in before.worksheets):
        mine = [row for row in calamine.get_sheet_by_name(name).to_python(skip_empty_area=False) if any(row)]
        theirs = [row for row in now.get_sheet_by_name(name).to_python(skip_empty_area=False) if any(row)]
        assert [[v for v in row if v != ""] for row in theirs] == [
            [v for v in row if v != ""] for row in mine
        ]


def without_marks(source: bytes, copy: bytes) -> None:
    """The copy of a sheet is the source but for styles of cells, new cells without content and one drawing link."""
    drop = re.compile(
        rb'<c r="[A-Z]+[0-9]+" s="[0-9]+"/>| s="[0-9]+"| spans="[0-9:]+"|<legacyDrawing xmlns:r="[^"]*" r:id="[^"]*"/>'
    )
    assert drop.sub(b"", copy) == drop.sub(b"", source)


def test_everything_in_a_rich_book_survives_and_only_the_marked_cells_change(tmp_path: Path) -> None:
    source = rich_book(tmp_path / "book.xlsx")
    copy, plan = annotated(
        source,
        wrong(at(2, 5), severity=Severity.HIGH, due=date(2026, 12, 7)),
        wrong(at(4, 2), severity=Severity.CRITICAL),
        wrong(at(16, 3)),
        wrong(at(2, 1, "其他")),
    )
    assert plan.whys == ()
    assert plan.ending == ".annotated.xlsx"
    assert_same_but_marked(source, copy, {(SHEET, "E2"), (SHEET, "B4"), (SHEET, "A15"), ("其他", "A2")})
    before, after = parts(source), parts(copy)
    changed = {name for name in before if after[name] != before[name]}
    assert changed == {
        "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/comments1.xml",
        "xl/drawings/vmlDrawing1.vml", "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml",
        "xl/worksheets/_rels/sheet2.xml.rels",
    }  # fmt: skip
    without_marks(before["xl/worksheets/sheet1.xml"], after["xl/worksheets/sheet1.xml"])
    without_marks(before["xl/worksheets/sheet2.xml"], after["xl/worksheets/sheet2.xml"])
    assert b"<v>201</v>" in after["xl/worksheets/sheet1.xml"], "the stored result of a formula is gone"
    for name, data in after.items():
        if name.endswith((".xml", ".rels", ".vml")):
            ElementTree.fromstring(data)


def test_a_book_of_openpyxl_survives_too(tmp_path: Path) -> None:
    source = openpyxl_book(tmp_path / "book.xlsx")
    copy, plan = annotated(source, wrong(at(2, 1)), wrong(at(4, 2)), wrong(at(11, 2)))
    assert plan.whys == ()
    assert_same_but_marked(source, copy, {(SHEET, "A2"), (SHEET, "B4"), (SHEET, "A10")})
    note = loaded(copy)[SHEET]["A2"].comment.text
    assert note.startswith("第一条\n第二行\n")
    assert "REC102" in note


def test_a_cell_takes_the_colour_of_its_worst_finding_and_names_them_worst_first(tmp_path: Path) -> None:
    source = rich_book(tmp_path / "book.xlsx")
    worst = wrong(at(2, 1), check="OWN201", severity=Severity.CRITICAL, due=date(2026, 12, 7))
    copy, _plan = annotated(source, worst, wrong(at(2, 1)), wrong(at(5, 1), severity=Severity.INFO))
    sheet = loaded(copy)[SHEET]
    assert sheet["A2"].fill.fgColor.rgb == "FF" + FILLS[SEVERITY_TONES[Severity.CRITICAL]].paper[1:]
    assert sheet["A5"].fill.fgColor.rgb == "FF" + FILLS[SEVERITY_TONES[Severity.INFO]].paper[1:]
    lines = sheet["A2"].comment.text.split("\n")
    assert lines[0] == "【备案审计 2026-11-23】"
    assert lines[1].startswith("OWN201 严重 ")
    assert lines[1].endswith(" · 期限 2026-12-07")
    assert lines[2].startswith("REC102 低 ")


def test_an_undecided_cell_is_hatched_and_a_waived_one_is_only_noted(tmp_path: Path) -> None:
    source = rich_book(tmp_path / "book.xlsx")
    open_ = [
        wrong(at(3, 1), check=check, verdict=Verdict.UNKNOWN, reason=Reason.TIMEOUT)
        for check in ("OWN201", "OWN205")
    ]
    copy, _plan = annotated(source, *open_, wrong(at(4, 1), waiver=WAIVER), wrong(at(4, 9), waiver=WAIVER))
    sheet, before = loaded(copy)[SHEET], loaded(source)[SHEET]
    assert sheet["A3"].fill.patternType == "lightUp"
    assert sheet["A3"].comment.text.split("\n")[1] == "无法判定 · 查询超时：OWN201, OWN205"
    assert repr(sheet["A4"].fill) == repr(before["A4"].fill)
    assert "已豁免至 2027-01-31" in sheet["A4"].comment.text
    assert "已豁免" in sheet["I4"].comment.text


def test_a_whole_row_is_noted_on_its_first_value_and_a_rejected_row_says_why(tmp_path: Path) -> None:
    source = bare_book(
        tmp_path / "b.xlsx",
        '<sheetData><row r="3"><c r="A3"/><c r="C3"><v>1</v></c></row><row r="4"/></sheetData>',
    )
    gone = RejectedRow(at(4, 0), Text("这一行是空的", "the row is empty"))
    copy, plan = annotated(source, wrong(at(3, 0)), rejected=(gone,))
    assert plan.whys == ()
    sheet = loaded(copy)[SHEET]
    assert "REC102" in sheet["C3"].comment.text
    assert sheet["A3"].comment is None
    assert "本行未纳入审计：这一行是空的" in sheet["A4"].comment.text
    assert sheet["A4"].fill.patternType == "lightUp"


def test_existing_comments_keep_their_words_and_get_ours_behind(tmp_path: Path) -> None:
    source = rich_book(tmp_path / "book.xlsx")
    copy, _plan = annotated(source, wrong(at(3, 2)), wrong(at(3, 1)))
    sheet = loaded(copy)[SHEET]
    assert sheet["B3"].comment.author == "王示例"
    assert sheet["B3"].comment.text.startswith("原有批注\n————")
    assert sheet["B3"].comment.text.count("REC102") == 1
    assert sheet["A3"].comment.author == "备案审计"
    drawing = parts(copy)["xl/drawings/vmlDrawing1.vml"].decode()
    numbers = re.findall(r'id="_x0000_s(\d+)"', drawing)
    assert len(numbers) == len(set(numbers)) == 3, "a button, the old note, the new one"
    bottoms = [
        int(anchor.split(",")[6])
        for anchor in re.findall(r"<x:Anchor>([^<]*)</x:Anchor><x:AutoFill>", drawing)
    ]
    before = parts(source)["xl/drawings/vmlDrawing1.vml"].decode()
    assert bottoms[0] > int(re.findall(r"<x:Anchor>([^<]*)</x:Anchor><x:AutoFill>", before)[0].split(",")[6])


def test_the_added_sheet_stands_last_under_a_name_of_its_own_with_links_to_the_cells(tmp_path: Path) -> None:
    plain = bare_book(tmp_path / "p.xlsx", '<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>')
    source = edited(
        plain, tmp_path / "b.xlsx", lambda name, data: data.replace(SHEET.encode(), "审计说明".encode())
    )
    copy, _plan = annotated(source, wrong(at(1, 1, "审计说明")))
    book = loaded(copy)
    assert book.sheetnames == ["审计说明", "审计说明 (2)"]
    sheet = book.worksheets[-1]
    links = {
        cell.value: cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink
    }
    assert links == {"审计说明!A1": "'审计说明'!A1"}
    text = {str(cell.value) for row in sheet.iter_rows() for cell in row}
    assert hashlib.sha256(source.read_bytes()).hexdigest() in text
    assert quiet_result().run.id in text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_book_without_findings_gets_the_sheet_alone(lang: str, tmp_path: Path) -> None:
    source = rich_book(tmp_path / "book.xlsx")
    copy, plan = annotated(source, lang=lang)
    assert plan.whys == ()
    assert_same_but_marked(source, copy, set())
    assert loaded(copy).sheetnames[-1] == ANNOTATION_LABELS["annotation_sheet"].in_language(lang)


def test_macros_stay_and_the_copy_is_named_for_them(tmp_path: Path) -> None:
    source = macro_book(tmp_path / "book.xlsm")
    copy, plan = annotated(source, wrong(at(2, 1)))
    assert plan.ending == ".annotated.xlsm"
    assert parts(copy)["xl/vbaProject.bin"] == parts(source)["xl/vbaProject.bin"]
    assert any("宏工程 1 个" in str(row) for row in loaded(copy).worksheets[-1].values)


def test_a_template_becomes_a_workbook(tmp_path: Path) -> None:
    plain = rich_book(tmp_path / "p.xlsx")
    source = edited(
        plain,
        tmp_path / "b.xltx",
        lambda name, data: data.replace(b"spreadsheetml.sheet.main+xml", b"spreadsheetml.template.main+xml"),
    )
    copy, plan = annotated(source, wrong(at(2, 1)))
    assert plan.ending == ".annotated.xlsx"
    assert b"template" not in parts(copy)["[Content_Types].xml"]


def test_a_thread_of_comments_is_left_alone_and_told(tmp_path: Path) -> None:
    source = threaded_book(tmp_path / "book.xlsx")
    copy, plan = annotated(source, wrong(at(3, 2)), wrong(at(4, 2)))
    assert plan.whys == ()
    sheet = loaded(copy)[SHEET]
    assert sheet["B3"].comment.text == "原有批注"
    assert sheet["B3"].fill.patternType == "solid"
    assert "REC102" in sheet["B4"].comment.text
    assert any(
        "1 个单元格" in str(row) and "无法追加" in str(row) for row in loaded(copy).worksheets[-1].values
    )


def test_hostile_text_stays_text_and_short(tmp_path: Path) -> None:
    source = rich_book(tmp_path / "book.xlsx")
    found = [
        wrong(at(2 + number, 1), message=(say("写着 {text}", "It says {text}", text=text),))
        for number, text in enumerate((*HOSTILE, LONG))
        if number < 9
    ]
    found += [wrong(at(2, 2), message=(say("{text}", "{text}", text=text),)) for text in (*HOSTILE, LONG)]
    copy, plan = annotated(source, *found)
    assert plan.whys == ()
    book = loaded(copy)
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.comment is not None:
                    assert len(cell.comment.text) < 2_500
                    assert "\u202e" not in cell.comment.text
    assert book[SHEET]["B2"].comment.text.split("\n")[-1].startswith("另有 13 项")
    for row in book.worksheets[-1].iter_rows():
        for cell in row:
            assert cell.data_type != "f"


def test_prefixed_and_unnumbered_cells_and_books_without_styles_are_marked_where_they_stand(
    tmp_path: Path,
) -> None:
    rows = "<x:sheetData><x:row><x:c><x:v>1</x:v></x:c><x:c><x:v>2</x:v></x:c></x:row><x:row/></x:sheetData>"
    source = bare_book(tmp_path / "b.xlsx", rows, prefix="x", after="<x:pageMargins/><x:tableParts/>")
    copy, plan = annotated(source, wrong(at(1, 2)), wrong(at(1, 4)), wrong(at(2, 3)), wrong(at(9, 9)))
    assert plan.whys == ()
    sheet = parts(copy)["xl/worksheets/sheet1.xml"].decode()
    tags = re.findall(r"<([\w:]+)", sheet)
    assert tags[-3:] == ["x:pageMargins", "x:legacyDrawing", "x:tableParts"]
    book = loaded(copy)
    assert all(book[SHEET][cell].fill.patternType == "solid" for cell in ("B1", "D1", "C2"))
    assert book[SHEET]["A1"].fill.patternType is None
    assert any("1 处位置" in str(row) for row in book.worksheets[-1].values)


def test_an_empty_cell_keeps_the_look_of_its_row_or_column(tmp_path: Path) -> None:
    import xlsxwriter

    source = tmp_path / "b.xlsx"
    made = xlsxwriter.Workbook(str(source))
    sheet = made.add_worksheet(SHEET)
    sheet.set_column("C:C", 20, made.add_format({"num_format": "0.000"}))
    sheet.set_row(2, 20, made.add_format({"num_format": "0.00%"}))
    sheet.write("A2", 1)
    sheet.write("A3", 1)
    made.close()
    copy, _plan = annotated(source, wrong(at(2, 3)), wrong(at(3, 4)))
    after = loaded(copy)[SHEET]
    assert after["C2"].number_format == "0.000"
    assert after["D3"].number_format == "0.00%"
    assert after["C2"].fill.patternType == after["D3"].fill.patternType == "solid"


@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    places=st.lists(
        st.tuples(st.integers(1, 20), st.integers(0, 12), st.sampled_from(list(Severity))), max_size=12
    )
)
def test_whatever_is_marked_nothing_else_changes(
    places: list[tuple[int, int, Severity]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("law")
    source = rich_book(folder / "book.xlsx")
    copy, plan = annotated(source, *(wrong(at(row, column), severity=how) for row, column, how in places))
    assert plan.whys == ()
    without_marks(parts(source)["xl/worksheets/sheet1.xml"], parts(copy)["xl/worksheets/sheet1.xml"])
    assert b"<v>201</v>" in parts(copy)["xl/worksheets/sheet1.xml"]


@pytest.mark.office
def test_an_office_suite_opens_an_annotated_book_and_shows_its_notes(tmp_path: Path) -> None:
    suite = program("soffice", "libreoffice")
    source = rich_book(tmp_path / "book.xlsx")
    copy, _plan = annotated(source, wrong(at(2, 2)), wrong(at(3, 2)))
    command = [suite, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", "fods", "--outdir", str(tmp_path), str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "copy.fods").read_text(encoding="utf-8")
    text = re.sub(r"</?text:span[^>]*>", "", page)
    assert text.count("<office:annotation ") == 2
    assert text.count("【备案审计 2026-11-23】") == 2
    assert "原有批注" in text
    assert f'table:name="{ANNOTATION_LABELS["annotation_sheet"].zh}"' in text
    assert "draw:image" in text
