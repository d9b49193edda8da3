"""Books end to end: the fate of every sheet, row and cell, and the evidence that stands in sheets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.errors import InputError
from auditor.intake.mapping import Mapping, SheetRule
from auditor.intake.read import read_books, read_portfolio, read_tables
from auditor.intake.table import Book, CellValue, ErrorCell, LongNumber, NoCachedValue, Note, Table
from auditor.model.evidence import Observation
from auditor.model.place import CellRef
from auditor.model.result import Reading
from auditor.model.text import Text, show
from auditor.model.values import Problem, Unreadable
from auditor.model.words import SheetRole
from tests.builders import credit_code, id_number, mobile

TITLES: list[CellValue] = [
    "域名",
    "主办单位",
    "主体备案号",
    "网站备案号",
    "主体负责人",
    "手机号",
    "身份证号",
    "到期时间",
    "怪列",
]
A, A1, A2 = "京ICP备12345678号", "京ICP备12345678号-1", "京ICP备12345678号-2"


def row(domain: CellValue, service: CellValue = A1, **others: CellValue) -> list[CellValue]:
    values: list[CellValue] = [
        domain,
        "甲公司",
        A,
        service,
        "张三",
        mobile(1),
        id_number(1),
        "2027-01-01",
        "x",
    ]
    for title, value in others.items():
        values[TITLES.index(title)] = value
    return values


def reading(*tables: Table, mapping: Mapping | None = None) -> Reading:
    return read_tables([Book("b.xlsx", "0" * 64, 1, tables)], mapping=mapping)


def table(rows: Sequence[Sequence[CellValue]], name: str = "台账", **others: Any) -> Table:
    return Table("b.xlsx", name, rows, **others)


def observed(made: Reading) -> list[Observation]:
    return [one for one in made.observations if isinstance(one, Observation)]


def notes(made: Reading, lang: str = "en") -> list[str]:
    return [note.render(lang) for sheet in made.inputs[0].sheets for note in sheet.notes]


def test_blank_rows_are_no_rows_and_repeated_headers_and_totals_are_set_aside() -> None:
    made = reading(
        table(
            [
                ["某集团台账"],
                TITLES,
                row("a.cn"),
                [None, " ", ""],
                TITLES,
                row("b.cn", A2),
                ["合计", 2],
                [7],
                ["共2条"],
            ]
        )
    )
    fate = made.inputs[0].sheets[0]
    assert (fate.ref.header_row, fate.rows, fate.accepted, fate.rejected) == (2, 2, 2, 0)
    assert [(one.cell.row, one.reason.en) for one in fate.set_aside] == [
        (5, "the header row once more"),
        (7, "a totals line, not a record"),
        (8, "blank but for a number, not a record"),
        (9, "a totals line, not a record"),
    ]
    assert fate.ignored == ("怪列",)


def test_a_row_that_names_nothing_is_rejected_with_what_is_needed_and_what_stands_there() -> None:
    made = reading(table([TITLES, row("a.cn"), ["见附件", None, None, "备案中", None, mobile(2)]]))
    fate = made.inputs[0].sheets[0]
    assert (fate.rows, fate.accepted, fate.rejected) == (2, 1, 1)
    rejected = made.rejected[0]
    assert rejected.cell == CellRef("b.xlsx", "台账", 3)
    assert "域名" in rejected.reason.zh
    assert "备案中" in rejected.reason.zh
    assert "备案中" in rejected.reason.en


def test_what_is_told_of_a_rejected_row_masks_personal_numbers() -> None:
    persons = table(
        [["角色", "姓名", "手机号", "邮箱"], ["网站负责人", None, None, f"{id_number(1)}"]], "负责人"
    )
    made = reading(persons)
    assert made.rejected
    assert id_number(1) not in made.rejected[0].reason.zh
    assert id_number(1) not in show(made.rejected[0].shown, "zh")


def test_a_row_with_an_unreadable_cell_is_accepted_and_the_cell_is_told_in_three_facts() -> None:
    made = reading(
        table(
            [
                TITLES,
                row(
                    "a.cn",
                    身份证号=LongNumber("110101198501010011"),
                    到期时间=ErrorCell("#N/A"),
                    主办单位=NoCachedValue("B1"),
                ),
            ]
        )
    )
    assert made.inputs[0].sheets[0].accepted == 1
    told = {one.field: one for one in made.problems}
    assert set(told) == {"leader_id_number", "domain_expiry", "entity_name"}
    assert told["leader_id_number"].cell == CellRef("b.xlsx", "台账", 2, 7)
    assert all(one.wrong.zh and one.wrong.en and one.needed.zh and one.needed.en for one in made.problems)
    assert show(told["leader_id_number"].stands, "zh") == "110101********0011"
    value = made.portfolio.rows[0].values["leader_id_number"]
    assert isinstance(value, Unreadable)
    assert value.problem is Problem.ROUNDED


def test_merged_cells_count_for_every_row_they_cover_and_nothing_else_is_filled_down() -> None:
    rows = [TITLES, row("a.cn"), ["b.cn", None, None, A2], ["c.cn", None, None, A2], [None] * 4]
    made = reading(table(rows, merged=((2, 2, 3, 2), (2, 5, 5, 5))))
    by_domain = {one.key: one.rows[0] for one in made.portfolio.domains}
    assert by_domain["b.cn"].text("entity_name") == "甲公司"
    assert by_domain["c.cn"].text("entity_name") is None
    assert by_domain["c.cn"].text("leader_name") == "张三"
    assert made.inputs[0].sheets[0].rows == 3
    assert any("merged cells" in note for note in notes(made))


def test_hidden_sheets_rows_and_columns_are_read_and_told() -> None:
    made = reading(
        table(
            [TITLES, row("a.cn"), row("b.cn", A2)],
            hidden=True,
            hidden_rows=frozenset({3}),
            hidden_columns=frozenset({7, 99}),
        )
    )
    assert [one.key for one in made.portfolio.domains] == ["a.cn", "b.cn"]
    assert sorted(note for note in notes(made) if "idden" in note) == [
        "Hidden columns were read like any other: 7",
        "Hidden rows were read like any other (1): 3",
        "This sheet is hidden; it was read like any other",
    ]


def test_the_readers_own_notes_are_handed_on_with_their_place() -> None:
    note = Text("单元格有误", "a cell is wrong")
    made = reading(table([TITLES, row("a.cn")], notes=(Note(note), Note(note, 2, 3))))
    assert "a cell is wrong" in notes(made)
    assert "C2: a cell is wrong" in notes(made)


def test_a_column_without_a_title_is_told() -> None:
    made = reading(table([TITLES, [*row("a.cn"), "孤"]]))
    assert any("J (1)" in note for note in notes(made))


def test_one_column_may_hold_entity_and_service_numbers_told_apart_cell_by_cell() -> None:
    made = reading(table([["域名", "主办单位", "备案号"], ["a.cn", "甲公司", A1], ["b.cn", "甲公司", A]]))
    ref = made.inputs[0].sheets[0].ref
    assert ref.columns["entity_number"] == ref.columns["service_number"] == 3
    first, second = made.portfolio.rows
    assert (first.number("entity_number"), str(first.number("service_number"))) == (None, A1)
    assert (str(second.number("entity_number")), second.number("service_number")) == (A, None)
    assert second.cell("entity_number").cell == "C3"
    assert [one.target for one in made.portfolio.entities] == [A]


def test_the_policy_names_columns_that_the_words_do_not_tell() -> None:
    rows = [["网站主地址", "编码甲", "谁的"], ["a.cn", A1, "甲公司"]]
    mapping = Mapping(
        columns={"谁的": "entity_name", "别处的列": "remark"},
        sheets={
            "台账": SheetRule(
                role="filings",
                columns={"网站主地址": "domain", "编码甲": "service_number", "没有的列": "remark"},
            ),
            "没有的表": SheetRule(),
        },
    )
    made = reading(table(rows), mapping=mapping)
    assert made.inputs[0].sheets[0].ref.columns == {"domain": 1, "service_number": 2, "entity_name": 3}
    assert [one.target for one in made.portfolio.services] == [A1]
    assert ["没有的列" in note for note in notes(made)] == [True]
    assert ["没有的表" in note.render("zh") for note in made.inputs[0].notes] == [True]


def test_the_policy_wins_over_the_words() -> None:
    mapping = Mapping(
        columns={"网站备案号": "ignore", "怪列": "group"}, sheets={"杂": SheetRule(role="ignore")}
    )
    made = reading(table([TITLES, row("a.cn")]), table([TITLES, row("b.cn")], "杂"), mapping=mapping)
    first, second = made.inputs[0].sheets
    assert first.ignored == ("网站备案号",)
    assert first.ref.columns["group"] == 9
    assert (second.ref.role, second.rows) == (SheetRole.UNKNOWN, 0)
    assert [one.key for one in made.portfolio.domains] == ["a.cn"]


def test_a_registrar_export_becomes_observations_and_no_part_of_the_portfolio() -> None:
    export = table(
        [["域名", "所有者", "证件类型", "证件号码", "实名认证状态", "到期日期", "注册商", "注册日期", "导出时间"],
         ["a.cn", "甲公司", "营业执照", credit_code(1), "已实名认证", datetime.fromisoformat("2027-01-31"), "阿里云", "2020-01-05", "2026-11-20 08:00:00"],
         [None, "甲公司"]],
        "注册商导出",
    )  # fmt: skip
    made = reading(table([TITLES, row("a.cn")]), export)
    found = observed(made)[0]
    assert (found.domain, found.source, found.server, found.outcome) == (
        "a.cn",
        "registrar",
        "注册商导出",
        "answered",
    )
    assert found.fetched_at == datetime(2026, 11, 20, 8, tzinfo=timezone(timedelta(hours=8)))
    assert found.raw == {
        "registrant": "甲公司",
        "certificate_type": "营业执照",
        "certificate_number": credit_code(1),
        "real_name_status": "已实名认证",
        "expires": "2027-01-31",
        "registrar": "阿里云",
        "created": "2020-01-05",
    }
    assert CellRef("b.xlsx", "注册商导出", 2, 1) in found.cells
    fate = made.inputs[0].sheets[1]
    assert (fate.rows, fate.accepted, fate.rejected) == (2, 1, 1)
    assert [one.role for one in made.portfolio.rows] == [SheetRole.FILINGS]
    assert SheetRole.REGISTRAR not in made.portfolio.roles


def test_a_number_that_cannot_be_trusted_is_not_handed_on_as_the_registrars_word() -> None:
    export = table(
        [
            ["域名", "持有者", "证件号码", "实名认证状态"],
            ["a.cn", "张三", LongNumber("110101198501010011"), "通过"],
        ],
        "注册商导出",
    )
    found = observed(reading(table([TITLES, row("a.cn")]), export))[0]
    assert isinstance(found.raw, dict)
    assert "certificate_number" not in found.raw


def test_ministry_results_become_observations_and_no_record_says_so() -> None:
    titles: list[CellValue] = [
        "domain",
        "mainLicence",
        "serviceLicence",
        "unitName",
        "natureName",
        "limitAccess",
        "updateRecordTime",
    ]
    results = table(
        [
            titles,
            ["a.cn", A, A1, "甲公司", "企业", "否", "2026-01-05 10:00:00"],
            ["b.cn", None, "未备案"],
            ["c.cn"],
            [None, A, A1 + "A", "甲公司"],
        ],
        "a.cn",
    )
    made = reading(table([TITLES, row("a.cn")]), results)
    assert [one.raw for one in observed(made)] == [
        {
            "domain": "a.cn",
            "mainLicence": A,
            "serviceLicence": A1,
            "unitName": "甲公司",
            "natureName": "企业",
            "limitAccess": "否",
            "updateRecordTime": "2026-01-05",
        },
        {"domain": "b.cn", "found": False},
        {"domain": "c.cn"},
    ]
    assert made.inputs[0].sheets[1].accepted == 4
    assert any("no evidence of any domain" in note for note in notes(made))
    assert not made.problems


def test_an_empty_sheet_and_a_sheet_of_remarks_are_told() -> None:
    made = reading(table([], "空"), table([["说明：请勿修改"]], "说明"))
    assert [sheet.ref.role for sheet in made.inputs[0].sheets] == [SheetRole.UNKNOWN] * 2
    assert len(notes(made)) == 2
    assert made.portfolio.rows == ()


MESS = st.one_of(
    st.none(),
    st.sampled_from(
        [
            "a.cn",
            "www.b.cn、c.cn",
            "域名",
            "合计",
            A,
            A1,
            "备案中",
            "甲公司",
            "张三",
            "2027-01-01",
            "长期",
            "1",
            "注：",
            "\u202e",
        ]
    ),
    st.integers(0, 10**12),
    st.floats(allow_nan=False),
    st.booleans(),
    st.dates(date(1990, 1, 1), date(2040, 1, 1)),
    st.builds(ErrorCell, st.just("#REF!")),
    st.text(max_size=8),
)
HEADS = st.lists(
    st.sampled_from(
        [
            "域名",
            "备案号",
            "主办单位",
            "负责人",
            "手机号",
            "有效期",
            "证件号码",
            "材料名称",
            "订单号",
            "角色",
            "怪列",
            "",
            "注册商",
        ]
    ),
    min_size=1,
    max_size=8,
)


@settings(deadline=None, max_examples=150)
@given(
    HEADS,
    st.lists(st.lists(MESS, max_size=9), max_size=8),
    st.lists(st.tuples(st.integers(1, 8), st.integers(1, 8), st.integers(0, 3)), max_size=2),
)
def test_no_row_of_any_messy_table_is_dropped_without_a_word(
    head: list[str], rows: list[list[CellValue]], spans: list[tuple[int, int, int]]
) -> None:
    merged = tuple((top, left, top + down, left) for top, left, down in spans)
    made = reading(table([head, *rows], merged=merged))
    fate = made.inputs[0].sheets[0]
    assert fate.rows == fate.accepted + fate.rejected
    assert fate.rejected == len(made.rejected)
    if fate.ref.role is not SheetRole.UNKNOWN:
        below = [
            cells
            for cells in [head, *rows][fate.ref.header_row :]
            if any(value is not None and str(value).strip(" \u202e\n\t\r") for value in cells)
        ]
        assert fate.rows + len(fate.set_aside) <= len(below)
        titles = len([text for text in head if text.strip()])
        assert len(set(fate.ref.columns.values())) + len(fate.ignored) >= min(titles, 1)


def messy_book(path: Path) -> None:
    """A workbook as people keep them: titles, merged cells, blanks, odd spellings, a hidden sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "域名台账"
    sheet.append(["某集团备案台账（内部）"])
    sheet.merge_cells("A1:J1")
    sheet.append([])
    sheet.append(
        [
            "序号",
            "域名（必填）",
            "主办单位",
            "备案号",
            "主体负责人",
            None,
            "网站负责人",
            None,
            "域名到期时间",
            "说明栏",
        ]
    )
    sheet.append([None, None, None, None, "姓名", "手机号", "姓名", "身份证号", None, None])
    for area in ("A3:A4", "B3:B4", "C3:C4", "D3:D4", "E3:F3", "G3:H3", "I3:I4", "J3:J4"):
        sheet.merge_cells(area)
    sheet.append(
        [
            1,
            "HTTPS://WWW.EXAMPLE.CN/index.html",
            "示例科技（北京）有限公司",
            "京icp备12345678-1",
            "张三",
            13800000001,
            "李四",
            id_number(1),
            datetime.fromisoformat("2027-01-31"),
            None,
        ]
    )
    sheet.append(
        [
            2,
            "例子.中国\nexample.com.cn",
            None,
            "京ICP备12345678号－2",
            None,
            None,
            "李四",
            int(id_number(2)[:17]) * 10 + 1,
            "2027.1.31",
            "x",
        ]
    )
    sheet.merge_cells("C5:C6")
    sheet.append(
        [3, "example.net", "示例科技(北京)有限公司", "京ICP备12345678号", None, None, None, None, 46400, None]
    )
    sheet.append(["合计", 3])
    sheet.row_dimensions[7].hidden = True
    materials = book.create_sheet("证件材料")
    materials.append(["单位名称", "材料名称", "证件号码", "有效期"])
    materials.append(["示例科技（北京）有限公司", "营业执照", credit_code(1), "2016年5月1日至长期"])
    materials.sheet_state = "hidden"
    book.create_sheet("说明").append(["请勿修改"])
    book.save(path)


def test_a_messy_workbook_is_read_from_end_to_end(tmp_path: Path) -> None:
    messy_book(tmp_path / "台账.xlsx")
    seen: list[str] = []
    books = read_books([str(tmp_path / "台账.xlsx")], progress=seen.append)
    made = books.reading
    assert seen == ["台账.xlsx"]
    assert books.paths == ((tmp_path / "台账.xlsx").resolve(),)
    ledger, materials, remarks = made.inputs[0].sheets
    assert (ledger.ref.role, ledger.ref.header_row, ledger.rows, ledger.accepted) == (
        SheetRole.FILINGS,
        4,
        3,
        3,
    )
    assert (materials.ref.role, materials.rows) == (SheetRole.DOCUMENTS, 1)
    assert remarks.ref.role is SheetRole.UNKNOWN
    assert dict(ledger.ref.columns) == {
        "row_number": 1,
        "domain": 2,
        "entity_name": 3,
        "entity_number": 4,
        "service_number": 4,
        "leader_name": 5,
        "leader_mobile": 6,
        "administrator_name": 7,
        "administrator_id_number": 8,
        "domain_expiry": 9,
    }
    assert ledger.ignored == ("说明栏",)
    portfolio = made.portfolio
    assert [one.target for one in portfolio.entities] == [A]
    assert [one.target for one in portfolio.services] == [A1, A2]
    assert [one.target for one in portfolio.domains] == [
        "example.cn",
        "example.com.cn",
        "example.net",
        "例子.中国",
    ]
    assert {str(one.value("domain_expiry")) for one in portfolio.domains} == {"2027-01-31", "2027-01-13"}
    assert portfolio.entities[0].leader is not None
    assert portfolio.entities[0].leader.text("mobile") == "13800000001"
    rounded = [one for one in made.problems if one.field == "administrator_id_number"]
    assert [one.cell.cell for one in rounded] == ["H6"]
    assert [one.kind for one in portfolio.entities[0].documents] == ["entity_certificate"]
    told = notes(made)
    assert any("hidden" in note for note in told)
    assert any("merged cells" in note for note in told)


def test_a_csv_in_gb18030_is_read_like_any_other(tmp_path: Path) -> None:
    path = tmp_path / "备案.csv"
    path.write_bytes("域名,主办单位,备案号\r\na.cn,甲公司,京ICP备12345678号-1\r\n".encode("gb18030"))
    made = read_portfolio([str(path)])
    assert [one.target for one in made.portfolio.services] == [A1]
    assert any("GB" in note for note in notes(made))


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(b"<html>no workbook</html>")
    with pytest.raises(InputError):
        read_books([str(path)])


@pytest.mark.parametrize(
    "text", ["备注：以上信息截至十月底", "填表人：某某", "※ 说明: 仅供内部使用", "Note: as of October"]
)
def test_a_remark_below_the_table_is_set_aside_and_names_no_entity(text: str) -> None:
    made = reading(table([TITLES, row("a.cn"), [], [None, text]]))
    fate = made.inputs[0].sheets[0]
    assert (fate.rows, fate.accepted, fate.rejected) == (1, 1, 0)
    assert [(one.cell.row, one.reason.en) for one in fate.set_aside] == [
        (4, "a remark beside the table, not a record")
    ]
    assert [one.name for one in made.portfolio.entities] == ["甲公司"]


def test_a_lone_name_that_is_no_remark_is_still_a_row() -> None:
    made = reading(table([TITLES, row("a.cn"), [None, "说明文化传播有限公司"]]))
    assert made.inputs[0].sheets[0].rows == 2
