"""report.xlsx, read back by a second library: every sheet, every row, and no formula from outside."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from auditor.model.result import AuditResult
from auditor.model.text import say
from auditor.model.verdict import Reason, Severity, Verdict
from auditor.report.columns import LISTED_COLUMNS
from auditor.report.excel import write_excel
from auditor.report.heads import Head, display_width
from auditor.report.labels import LABELS
from auditor.report.view import build_view
from auditor.report.wording import Wording
from auditor.report.workbook import Book
from auditor.report.write import write_reports
from tests.report.results import RICH, crowd, finding, quiet_result, sample_result, seen

SHEETS = {
    "zh": [
        "摘要",
        "待办",
        "发现",
        "无法判定",
        "共用备案号",
        "到期日历",
        "变更计划",
        "已豁免",
        "输入行",
        "规则",
        "运行信息",
    ],
    "en": [
        "Summary",
        "To do",
        "Findings",
        "Undecided",
        "Shared numbers",
        "Expiry",
        "Change plan",
        "Waived",
        "Input rows",
        "Checks",
        "Run",
    ],
}


# A count on the first sheet: functions over ranges of sheets of ours, criteria that are words of ours or days.
OURS = re.compile(r"=(?:COUNTIFS?|SUM|COUNTBLANK|ROWS)\('")


def written(result: AuditResult, folder: Path, lang: str = "zh") -> Path:
    return write_reports(result, folder, ["xlsx"], lang=lang)[0]


def opened(path: Path) -> Any:
    return openpyxl.load_workbook(path)


def table(sheet: Any) -> tuple[list[str], list[list[Any]]]:
    head, *body = [[cell.value for cell in row] for row in sheet.iter_rows()]
    return head, body


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_workbook_has_its_sheets_in_the_readers_language(lang: str, tmp_path: Path) -> None:
    assert opened(written(sample_result(), tmp_path, lang)).sheetnames == SHEETS[lang]


def test_no_cell_but_our_own_counts_is_a_formula_and_no_cell_hides_anything(tmp_path: Path) -> None:
    path = written(sample_result(), tmp_path)
    for sheet in opened(path):
        for row in sheet.iter_rows():
            for cell in row:
                if sheet.title == "摘要":
                    assert cell.data_type != "f" or OURS.match(cell.value), cell
                    assert cell.hyperlink is None or cell.hyperlink.target is None, cell
                    continue
                assert cell.data_type != "f", cell
                assert cell.hyperlink is None, cell
                if isinstance(cell.value, str):
                    assert not re.search("[\x00-\x08\x0b-\x1f\u202e\u200b\u2028]", cell.value), cell
    with zipfile.ZipFile(path) as book:
        assert not [name for name in book.namelist() if "externalLink" in name or "vba" in name]
        for name in book.namelist():
            part = book.read(name).decode("utf-8")
            assert "<f>" not in part or name == "xl/worksheets/sheet1.xml", name
            assert "TargetMode" not in part, name


def test_every_finding_stands_once_with_its_fingerprint(tmp_path: Path) -> None:
    result = sample_result()
    book = opened(written(result, tmp_path))
    head, body = table(book["发现"])
    assert head == [LABELS[column.label].zh for column in LISTED_COLUMNS]
    assert sorted(row[-1] for row in body) == sorted(one.fingerprint for one in result.failures)
    _head, todo = table(book["待办"])
    assert sorted(row[-1] for row in todo) == sorted(
        one.fingerprint for one in result.failures if one.severity > Severity.INFO
    )


def test_what_is_undecided_for_one_cause_on_one_target_is_one_row_that_names_every_check(
    tmp_path: Path,
) -> None:
    missing = {"message": (say("没有证据", "there is no evidence"),), "reason": Reason.NO_EVIDENCE}
    undecided = [
        finding("OWN201", "a-shili.cn", Verdict.UNKNOWN, **missing),
        finding("OWN205", "a-shili.cn", Verdict.UNKNOWN, **missing, evidence=(seen(),)),
        finding("DOM302", "a-shili.cn", Verdict.UNKNOWN, reason=Reason.WITHHELD),
        finding("OWN201", "b-shili.cn", Verdict.UNKNOWN, **missing),
    ]
    result = replace(sample_result(), findings=tuple(undecided))
    head, body = table(opened(written(result, tmp_path))["无法判定"])
    told = [
        (
            row[head.index("对象")],
            row[head.index("检查")].split("\n"),
            row[head.index("无法判定")],
            row[head.index("检查项")].split("\n"),
            row[head.index("严重程度")],
        )
        for row in body
    ]
    assert told == [
        ("a-shili.cn", ["OWN201", "OWN205"], 2, ["域名注册者为备案主体", "来源一致"], "严重"),
        ("b-shili.cn", ["OWN201"], 1, ["域名注册者为备案主体"], "严重"),
        ("a-shili.cn", ["DOM302"], 1, ["域名未临近到期"], "中"),
    ]
    assert "whois.cnnic.cn" in body[0][head.index("证据")]
    assert body[0][head.index("处理办法")] == "更正台账"


def test_every_undecided_verdict_is_counted_and_named_on_its_sheet(tmp_path: Path) -> None:
    result = sample_result()
    head, body = table(opened(written(result, tmp_path))["无法判定"])
    named = [one for row in body for one in row[head.index("指纹")].split(" ")]
    assert sorted(named) == sorted(one.fingerprint for one in result.unknowns)
    assert sum(row[head.index("无法判定")] for row in body) == len(result.unknowns)


def test_dates_are_dates_and_numbers_of_records_are_text(tmp_path: Path) -> None:
    book = opened(written(sample_result(), tmp_path))
    head, body = table(book["发现"])
    row = next(
        row for row in body if row[head.index("域名")] == "a-shili.cn" and row[head.index("检查")] == "OWN201"
    )
    assert row[head.index("应完成日期")] == datetime(2026, 12, 7)  # noqa: DTZ001 - a workbook knows no zones
    assert row[head.index("主体备案号")] == "京ICP备2020000001号"
    sheet = book["发现"]
    assert sheet.cell(2, head.index("应完成日期") + 1).number_format == "yyyy-mm-dd"
    assert sheet.cell(2, head.index("指纹") + 1).number_format == "@"
    head, body = table(book["到期日历"])
    assert [row[1] for row in body] == [-13, 0, 98, 1194]


def test_every_list_is_a_real_table_with_filter_frozen_head_and_a_print_set_up(tmp_path: Path) -> None:
    for sheet in opened(written(sample_result(), tmp_path)).worksheets[1:]:
        (made,) = sheet.tables.values()
        assert made.ref == sheet.dimensions, sheet.title
        assert made.autoFilter.ref == made.ref
        assert [one.name for one in made.tableColumns] == [cell.value for cell in sheet[1]]
        assert sheet.freeze_panes == "A2", sheet.title
        assert sheet.print_title_rows in ("1:1", "$1:$1"), sheet.title
        assert sheet.page_setup.orientation == "landscape"
        assert str(sheet.page_setup.paperSize) == "9", "A4"
        assert sheet.page_setup.fitToHeight == 0
        assert "20261123T080000-abcd" in sheet.oddHeader.right.text
        assert "&P" in str(sheet.HeaderFooter.oddFooter.right.text) or "Page" in str(
            sheet.oddFooter.right.text
        )
        widths: dict[int, float] = {}
        for group in sheet.column_dimensions.values():
            widths |= dict.fromkeys(range(group.min, group.max + 1), group.width)
        for number, cell in enumerate(sheet[1], 1):
            assert widths[number] >= min(display_width(cell.value), 40), (sheet.title, cell.value)


@pytest.mark.parametrize(("lang", "name"), [("zh", "发现"), ("en", "Findings")])
def test_a_column_that_does_not_wrap_is_as_wide_as_its_texts(lang: str, name: str, tmp_path: Path) -> None:
    sheet = opened(written(crowd(30, 0), tmp_path, lang))[name]
    head = [cell.value for cell in sheet[1]]
    letter = sheet.cell(1, head.index(LABELS["entity_number"].in_language(lang)) + 1).column_letter
    assert sheet.column_dimensions[letter].width >= display_width("京ICP备00000001号")


def test_answer_columns_are_empty_and_offer_a_choice(tmp_path: Path) -> None:
    sheet = opened(written(sample_result(), tmp_path))["待办"]
    head, body = table(sheet)
    for label in ("处理人", "计划完成", "处理状态", "接受理由", "接受至"):
        assert {row[head.index(label)] for row in body} == {None}
    lists = [one for one in sheet.data_validations.dataValidation if one.type == "list"]
    assert [one.formula1 for one in lists] == ['"未开始,处理中,已完成,接受风险"']
    assert min(one.min_col for one in lists[0].sqref.ranges) == head.index("处理状态") + 1


def test_words_and_days_are_filled_by_what_they_say(tmp_path: Path) -> None:
    sheet = opened(written(sample_result(), tmp_path))["发现"]
    head = [cell.value for cell in sheet[1]]
    rules = {
        str(ranges.sqref).rstrip("0123456789").split(":")[0].rstrip("0123456789"): [
            rule.formula[0] for rule in ranges.rules
        ]
        for ranges in sheet.conditional_formatting
    }
    assert rules["A"] == ['"严重"', '"高"', '"中"', '"低"', '"提示"']
    assert rules["B"] == ['"不符合"', '"无法判定"']
    due = sheet.cell(1, head.index("应完成日期") + 1).column_letter
    assert rules[due] == [
        f"AND(ISNUMBER({due}2),{due}2<DATE(2026,11,23))",
        f"AND(ISNUMBER({due}2),{due}2>=DATE(2026,11,23),{due}2<=DATE(2026,12,23))",
    ]


def test_a_day_is_past_or_near_by_the_audit_date_and_not_by_today(tmp_path: Path) -> None:
    with zipfile.ZipFile(written(sample_result(), tmp_path)) as book:
        for name in book.namelist():
            assert b"TODAY(" not in book.read(name), name
            assert b"NOW(" not in book.read(name), name


def test_a_cell_of_forty_thousand_characters_is_cut_aloud(tmp_path: Path) -> None:
    head, body = table(opened(written(sample_result(), tmp_path))["发现"])
    longest = max((row[head.index("证据显示／现状")] or "" for row in body), key=len)
    assert len(longest) == 32_767
    assert "全文共 40,000 个字符" in longest


def test_markup_of_the_writer_in_a_cell_is_text(tmp_path: Path) -> None:
    head, body = table(opened(written(sample_result(), tmp_path))["发现"])
    assert RICH in {(row[head.index("备案记载／要求")] or "").rstrip() for row in body}


def test_every_input_row_stands_there_with_its_fate(tmp_path: Path) -> None:
    result = sample_result()
    head, body = table(opened(written(result, tmp_path))["输入行"])
    fates = [row[head.index("处理结果")] for row in body]
    sheets = result.reading.inputs[0].sheets
    assert fates.count("采用") == sum(sheet.accepted for sheet in sheets)
    assert fates.count("拒绝") == sum(sheet.rejected for sheet in sheets)
    assert fates.count("未计入") == 1
    assert {type(row[head.index("行号")]) for row in body} == {int}


def test_a_table_longer_than_a_sheet_goes_on_in_a_second_one(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    write_excel(build_view(crowd(25, 0)), path, Wording("zh"), max_rows=11)
    book = opened(path)
    assert [name for name in book.sheetnames if name.startswith("发现")] == ["发现", "发现(2)", "发现(3)"]
    parts = [table(book[name])[1] for name in ("发现", "发现(2)", "发现(3)")]
    assert [len(part) for part in parts] == [10, 10, 5]
    assert len({row[-1] for part in parts for row in part}) == 25


def test_an_empty_table_says_so(tmp_path: Path) -> None:
    head, body = table(opened(written(quiet_result(), tmp_path))["发现"])
    assert body[0][0] == "本表没有内容"
    assert len(head) == len(LISTED_COLUMNS)


@pytest.mark.parametrize("large", [False, True])
def test_both_ways_of_writing_give_the_same_cells(large: bool, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    book = Book(path, Wording("zh"), created=date(2026, 11, 23), large=large)
    book.table(
        "t",
        "表",
        [Head("甲", 10), Head("乙", 10)],
        [["=1+1", date(2026, 1, 5)], [RICH, date(1899, 1, 1)], ["x", 5]],
    )
    book.close()
    _head, body = table(opened(path)["表"])
    assert body == [["=1+1", datetime(2026, 1, 5)], [RICH, "1899-01-01"], ["x", 5]]  # noqa: DTZ001


def test_text_comes_back_as_it_was_whatever_stands_in_it(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    texts = ["<&>\"'", " led and trailed ", "two\nlines", "😀 長", "]]>", "\t."]
    book = Book(path, Wording("zh"), created=date(2026, 11, 23), large=True)
    book.table("t", "表", [Head("甲", 10)], [[text] for text in texts])
    book.close()
    sheet = opened(path)["表"]
    assert [sheet.cell(row, 1).value for row in range(2, len(texts) + 2)] == texts
    assert {sheet.cell(row, 1).number_format for row in range(2, len(texts) + 2)} == {"@"}
    assert sheet.dimensions == f"A1:A{len(texts) + 1}"


def test_a_text_that_looks_like_an_escape_is_itself_escaped(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    text = "_x0041_x0042_ and _x005F_, but not _x00 or _xyz1_"
    book = Book(path, Wording("zh"), created=date(2026, 11, 23), large=False)
    book.table("t", "表", [Head("甲", 10)], [[text]])
    book.close()
    written = zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml").decode()
    assert "_x005F_x0041_x005F_x0042_ and _x005F_x005F_, but not _x00 or _xyz1_" in written
    assert CalamineWorkbook.from_path(str(path)).get_sheet_by_name("表").to_python()[1] == [text]


def test_what_no_xml_can_hold_is_escaped_and_the_book_stays_readable(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    book = Book(path, Wording("zh"), created=date(2026, 11, 23), large=False)
    book.table("t", "表", [Head("甲", 10)], [["a\x00b\x01c\ud800d\ufffe"]])
    book.close()
    assert (
        "_x0000_b_x0001_c_xD800_d_xFFFE_" in zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml").decode()
    )
    assert opened(path)["表"]["A2"].value is not None


def test_a_workbook_left_unfinished_leaves_no_file_behind(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    book = Book(path, Wording("zh"), created=date(2026, 11, 23), large=True)
    book.table("t", "表", [Head("甲", 10)], [["x"]])
    book.discard()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("result", [sample_result(), crowd(100, 0)], ids=["sample", "crowd"])
def test_the_same_result_gives_the_same_bytes(result: AuditResult, tmp_path: Path) -> None:
    assert written(result, tmp_path / "1").read_bytes() == written(result, tmp_path / "2").read_bytes()


def test_a_large_workbook_gives_the_same_bytes_too(tmp_path: Path) -> None:
    result = crowd(11_000, 0)
    assert written(result, tmp_path / "1").read_bytes() == written(result, tmp_path / "2").read_bytes()
