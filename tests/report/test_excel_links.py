"""Links from the workbook into the page and the annotated copy: only where those are, and never outside."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from auditor.model.place import CellRef
from auditor.report.columns import Link
from auditor.report.excel import write_excel
from auditor.report.links import Links, link
from auditor.report.view import build_view
from auditor.report.wording import Wording
from tests.builders import PATH
from tests.report.pasts import lived_in
from tests.report.results import HOSTILE, finding, quiet_result

BOTH = Links("report.html", {PATH: "台账.annotated.xlsx"})


def cells(path: Path, name: str, head: str, *, shown: bool = False) -> list[object]:
    sheet = openpyxl.load_workbook(path, data_only=shown)[name]
    column = [cell.value for cell in sheet[1]].index(head) + 1
    return [sheet.cell(row, column).value for row in range(2, sheet.max_row + 1)]


@pytest.mark.parametrize("name", ["待办", "发现", "无法判定", "已豁免"])
def test_every_list_of_findings_leads_to_the_page_and_to_the_cell(name: str, tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    write_excel(build_view(lived_in()), path, Wording("zh"), links=BOTH)
    marks = [str(mark or "").split(" ")[0] for mark in cells(path, name, "指纹")]
    pages = cells(path, name, "网页报告")
    assert pages == [f'=HYPERLINK("report.html#f-{mark}","打开")' if mark else None for mark in marks]
    assert {one for one in cells(path, name, "网页报告", shown=True) if one} == {"打开"}
    copies = [one for one in cells(path, name, "批注副本") if one]
    assert copies
    assert all(
        re.fullmatch(r'=HYPERLINK\("台账\.annotated\.xlsx#\'(台账|材料)\'![A-Z]+\d+","[A-Z]+\d+"\)', str(one))
        for one in copies
    )


def test_without_those_reports_there_is_no_column_that_leads_to_them(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    for links, there in (
        (None, set()),
        (Links(html="report.html"), {"网页报告"}),
        (Links(annotated={PATH: "台账.annotated.xlsx"}), {"批注副本"}),
        (Links(annotated={PATH: None}), set()),
    ):
        write_excel(build_view(lived_in()), path, Wording("zh"), links=links)
        head = {cell.value for cell in openpyxl.load_workbook(path)["发现"][1]}
        assert head & {"网页报告", "批注副本"} == there


def test_a_link_is_a_formula_and_no_relation_of_the_package(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    write_excel(build_view(lived_in()), path, Wording("zh"), links=BOTH)
    with zipfile.ZipFile(path) as book:
        assert not [name for name in book.namelist() if b"TargetMode" in book.read(name)]


@pytest.mark.parametrize(
    ("sheet", "target"),
    [
        ("台账", "b.xlsx#'台账'!C2"),
        ("it's", "b.xlsx#'it''s'!C2"),
        ('say "so"', "b.xlsx#'say \"so\"'!C2"),
        ("a#b %41", "b.xlsx#'a#b %41'!C2"),
        ("=1+1", "b.xlsx#'=1+1'!C2"),
    ],
)
def test_a_sheets_name_is_quoted(sheet: str, target: str, tmp_path: Path) -> None:
    one = finding("OWN201", "a.cn", cells=(CellRef(PATH, sheet, 2, 3),))
    links = Links(annotated={PATH: "b.xlsx"})
    assert links.to_cell(one) == Link(target, "C2")
    path = tmp_path / "report.xlsx"
    write_excel(build_view(replace(quiet_result(), findings=(one,))), path, Wording("zh"), links=links)
    (formula,) = cells(path, "发现", "批注副本")
    doubled = target.replace('"', '""')
    assert formula == f'=HYPERLINK("{doubled}","C2")'


@pytest.mark.parametrize("sheet", [*HOSTILE, "a\nb", "x" * 256, "_x0041_", "a:b", "[a]", "a/b"])
def test_a_sheets_name_that_a_formula_cannot_say_safely_gets_no_link(sheet: str) -> None:
    made = Links(annotated={PATH: "b.xlsx"}).to_cell(finding("OWN201", "a.cn", cells=(CellRef(PATH, sheet, 2, 3),)))  # fmt: skip
    assert made is None or (
        isinstance(made, Link) and not re.search("[\x00-\x1f\u202e\u200b\ud800]", made.target)
    )
    if sheet in {"x" * 256, "_x0041_", "a\nb", "a:b", "[a]", "a/b"}:
        assert made is None


@pytest.mark.parametrize(
    "name",
    ["javascript:alert(1).xlsx", "//host/share.xlsx", "..\\up.xlsx", "../up.xlsx", ".hidden", "a|b.xlsx"],
)
def test_what_is_no_plain_file_name_gets_no_link(name: str) -> None:
    one = finding("OWN201", "a.cn")
    assert Links(annotated={PATH: name}).to_cell(one) is None
    assert Links(html=name).to_page(one, "open") is None


def test_a_file_name_keeps_its_own_signs() -> None:
    made = Links(html="50% #1.html").to_page(finding("OWN201", "a.cn"), "open")
    assert isinstance(made, Link)
    assert made.target.startswith("50%25 %231.html#f-")


def test_a_link_longer_than_a_text_in_a_formula_is_only_its_text() -> None:
    assert link("x" * 255, "t") == Link("x" * 255, "t")
    assert link("x" * 256, "t") == "t"
    assert link("😀" * 128, "t") == "t"
