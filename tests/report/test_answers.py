"""The way back: answer columns read from workbooks as people leave them."""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from auditor.errors import InputError
from auditor.model.answer import Answer, AnswerStatus, StaleAnswer
from auditor.model.text import say
from auditor.report.answers import AnswerBook, read_answers
from auditor.report.answers_headers import _ALSO, HeaderWords
from auditor.report.answers_words import StatusWords, day_of
from auditor.report.labels import LABELS
from auditor.report.write import write_reports
from tests.report.results import sample_result
from tests.report.test_programs import converted

HEADS = {
    "zh": ["检查", "对象", "说明", "处理人", "计划完成", "处理状态", "接受理由", "接受至", "指纹"],
    "en": ["Check", "Target", "What is wrong", "Owner", "Planned for", "Status", "Reason to accept", "Accept until", "Fingerprint"],
}  # fmt: skip
A, B, C = ("0a" * 16, "1b" * 16, "2c" * 16)
FULL = [
    "OWN201",
    "a.cn",
    "不符合",
    "李示例",
    date(2026, 12, 1),
    "接受风险",
    "集团内持有",
    date(2026, 12, 31),
    A,
]


def book(path: Path, *rows: list[Any], heads: list[Any] | None = None, name: str = "待办") -> Path:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = name
    for row in (heads or HEADS["zh"], *rows):
        sheet.append(row)
    made.save(path)
    return path


def changed(path: Path, change: Callable[[Any], None]) -> Path:
    made = openpyxl.load_workbook(path)
    change(made)
    made.save(path)
    return path


def read(path: Path) -> AnswerBook:
    return read_answers(path, path.name)


def heads_of(sheet: Any) -> dict[str, int]:
    return {cell.value: cell.column for cell in sheet[1]}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_typed_into_a_written_report_is_read_back_by_fingerprint(lang: str, tmp_path: Path) -> None:
    path = write_reports(sample_result(), tmp_path, ["xlsx"], lang=lang)[0]
    typed: dict[str, int] = {}

    def fill(made: Any) -> None:
        for key in ("sheet_todo", "sheet_unknown"):
            sheet = made[LABELS[key].in_language(lang)]
            columns = heads_of(sheet)
            for row in (2, 4):
                for label, value in (
                    ("answer_owner", "李示例"),
                    ("answer_planned", date(2026, 12, 1)),
                    ("answer_status", LABELS["status_accepted"].in_language(lang)),
                    ("answer_reason", "集团内持有"),
                    ("answer_until", datetime.combine(date(2026, 12, 31), time())),
                ):
                    sheet.cell(row, columns[LABELS[label].in_language(lang)], value)
                for one in str(
                    sheet.cell(row, columns[LABELS["fingerprint"].in_language(lang)]).value
                ).split():
                    typed[one] = row

    before = read(path)
    assert before.answers == ()
    assert before.problems == ()
    found = read(changed(path, fill))
    assert {one.fingerprint: one.row for one in found.answers} == typed
    assert found.problems == ()
    for one in found.answers:
        assert (one.owner, one.planned, one.status) == ("李示例", date(2026, 12, 1), AnswerStatus.ACCEPTED)
        assert (one.reason, one.until, one.path) == ("集团内持有", date(2026, 12, 31), "report.xlsx")
        assert one.check
        assert one.target
        assert one.message


def test_an_answer_survives_being_written_and_read_again(tmp_path: Path) -> None:
    result = sample_result()
    target = next(one for one in result.failures if one.severity > 1)
    answer = Answer(
        target.fingerprint, "李示例", "下周", AnswerStatus.DOING, "=1+1 _x000D_ 13800138000", date(2027, 1, 1)
    )
    findings = tuple(replace(one, answer=answer if one is target else None) for one in result.findings)
    path = write_reports(replace(result, findings=findings), tmp_path, ["xlsx"])[0]
    [again] = read(path).answers
    assert (again.fingerprint, again.typed) == (answer.fingerprint, answer.typed)


def test_the_list_of_answers_left_over_does_not_speak_against_a_findings_own_row(tmp_path: Path) -> None:
    result = sample_result()
    target = next(one for one in result.failures if one.severity > 1)
    done = Answer(
        target.fingerprint, "李示例", None, AnswerStatus.DONE, check=target.check, target=target.target
    )
    waiting = Answer(C, "王示例", None, AnswerStatus.OPEN, check="OWN201", target="away.cn")
    below = Answer("", "赵示例", path="report.xlsx", sheet="待办", row=99)
    stale = tuple(StaleAnswer(one, say("甲", "a"), one is done) for one in (done, waiting, below))
    findings = tuple(replace(one, answer=done if one is target else None) for one in result.findings)
    path = write_reports(replace(result, findings=findings, stale_answers=stale), tmp_path, ["xlsx"])[0]
    found = read(path)
    assert sorted((one.fingerprint, one.owner) for one in found.answers) == sorted(
        [("", "赵示例"), (C, "王示例"), (target.fingerprint, "李示例")]
    )
    assert len(found.problems) == 1

    def blank(made: Any) -> None:
        sheet = made["待办"]
        columns = heads_of(sheet)
        for row in range(2, sheet.max_row + 1):
            sheet.cell(row, columns["处理人"], None).value = None
            sheet.cell(row, columns["处理状态"], None).value = None

    found = read(changed(path, blank))
    assert {one.owner for one in found.answers} == {"赵示例", "王示例"}
    assert any("另有一行" in one.zh for one in found.problems)


def test_columns_may_be_moved_renamed_in_part_and_stand_below_a_title(tmp_path: Path) -> None:
    heads = [
        "Fingerprint ",
        None,
        "接受至（含当日）",
        "接受理由",
        "备注",
        "处理人员",
        "Status",
        "ＰＬＡＮＮＥＤ for",
    ]
    row = [A.upper(), "x", "2026/12/31", "理由", "不读", "张三", "OK", "2026年12月1日"]
    path = book(tmp_path / "b.xlsx", heads, row, heads=["2026 年第 4 季度整改"], name="改过")
    [one] = read(path).answers
    assert one == Answer(
        A,
        "张三",
        date(2026, 12, 1),
        AnswerStatus.DONE,
        "理由",
        date(2026, 12, 31),
        path="b.xlsx",
        sheet="改过",
        row=3,
    )


def test_rows_without_a_fingerprint_are_kept_and_told(tmp_path: Path) -> None:
    path = book(
        tmp_path / "b.xlsx", FULL, [None, None, None, "王示例"], ["x", "y", "z"], [None] * 5 + ["done"]
    )
    found = read(path)
    assert [(one.fingerprint, one.row) for one in found.answers] == [(A, 2), ("", 3), ("", 5)]
    assert any("3、5" in one.zh and "3, 5" in one.en for one in found.problems)


def test_without_a_fingerprint_heading_its_cells_are_known_by_their_look(tmp_path: Path) -> None:
    heads = [*HEADS["zh"][:-1], "编号"]
    assert [one.fingerprint for one in read(book(tmp_path / "b.xlsx", FULL, heads=heads)).answers] == [A]


def test_a_row_of_several_findings_answers_each(tmp_path: Path) -> None:
    found = read(book(tmp_path / "b.xlsx", [*FULL[:-1], f"{A} {B}\n{C}"], [*FULL[:-1], f"{A} 甲"]))
    assert [one.fingerprint for one in found.answers] == [A, B, C, A]
    assert len(found.problems) == 1
    assert "无法识别" in found.problems[0].zh


def test_what_is_answered_twice_in_different_words_is_kept_and_told_once(tmp_path: Path) -> None:
    other = [*FULL[:3], "王示例", *FULL[4:]]
    found = read(book(tmp_path / "b.xlsx", FULL, FULL, other))
    assert [one.owner for one in found.answers] == ["李示例", "李示例", "王示例"]
    [told] = found.problems
    assert "第 4 行" in told.zh
    assert "row 4" in told.en
    assert read(book(tmp_path / "c.xlsx", FULL, FULL)).problems == ()


def test_words_that_nobody_can_read_stay_as_they_were_typed(tmp_path: Path) -> None:
    row = [*FULL[:4], "下周", "等律师意见", "理由", "12月31日", A]
    found = read(book(tmp_path / "b.xlsx", row))
    [one] = found.answers
    assert (one.planned, one.status, one.until) == ("下周", "等律师意见", "12月31日")
    assert len(found.problems) == 2


def test_numbers_where_days_belong_are_days(tmp_path: Path) -> None:
    path = book(tmp_path / "b.xlsx", [*FULL[:4], 20261231, "done", 12, 46387, A])

    def style(made: Any) -> None:
        made["待办"]["E2"].number_format = "yyyy-mm-dd"  # Excel shows ##### for such a number
        made["待办"]["G2"].number_format = "#,##0"

    [one] = read(changed(path, style)).answers
    assert (one.planned, one.reason, one.until) == (date(2026, 12, 31), "12", date(2026, 12, 31))


def test_the_epoch_of_old_mac_books_is_heeded(tmp_path: Path) -> None:
    path = book(tmp_path / "b.xlsx", FULL)

    def older(made: Any) -> None:
        made.epoch = CALENDAR_MAC_1904

    [one] = read(changed(path, older)).answers
    assert one.until == date(2026, 12, 31)


def test_a_cell_merged_over_rows_answers_all_of_them(tmp_path: Path) -> None:
    bare = [None] * 8
    path = book(tmp_path / "b.xlsx", FULL, [*bare, B], [*bare, C], [*bare, None])

    def merge(made: Any) -> None:
        made["待办"].merge_cells("D2:D3")
        made["待办"].merge_cells("F2:F5")

    found = read(changed(path, merge)).answers
    assert [(one.fingerprint, one.owner, one.status) for one in found] == [
        (A, "李示例", AnswerStatus.ACCEPTED),
        (B, "李示例", AnswerStatus.ACCEPTED),
        (C, "", AnswerStatus.ACCEPTED),
    ]


def test_a_formula_gives_its_stored_value_and_else_its_text(tmp_path: Path) -> None:
    path = book(tmp_path / "b.xlsx", [*FULL[:3], "=CONCAT(1)", "=DATE(2026,12,31)", None, None, None, A])
    [one] = read(path).answers
    assert (one.owner, one.planned) == ("=CONCAT(1)", "=DATE(2026,12,31)")
    parts = {name: zipfile.ZipFile(path).read(name) for name in zipfile.ZipFile(path).namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].replace(b"<v />", b"<v/>").replace(b"<v></v>", b"<v/>")
    sheet = sheet.replace(b"<f>DATE(2026,12,31)</f><v/>", b"<f>DATE(2026,12,31)</f><v>46387</v>")
    assert b"46387" in sheet
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as again:
        for name, data in parts.items():
            again.writestr(name, sheet if name.endswith("sheet1.xml") else data)
    [one] = read(path).answers
    assert one.planned == date(2026, 12, 31)


def test_cells_without_an_address_and_prefixed_names_are_read_in_order(tmp_path: Path) -> None:
    path = book(tmp_path / "b.xlsx", FULL)
    parts = {name: zipfile.ZipFile(path).read(name) for name in zipfile.ZipFile(path).namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    bare = re.sub(r'<(c|row) r="(?!B)[A-Z]*[0-9]+"', r"<\1", sheet)
    prefixed = re.sub(r"<(/?)(?=[a-z])", r"<\1x:", sheet).replace("xmlns=", "xmlns:x=")
    for changed_sheet in (bare, prefixed):
        with zipfile.ZipFile(path, "w") as again:
            for name, data in parts.items():
                again.writestr(name, changed_sheet if name.endswith("sheet1.xml") else data)
        [one] = read(path).answers
        assert (one.fingerprint, one.target, one.until) == (A, "a.cn", date(2026, 12, 31))


def test_a_heading_that_stands_twice_loses_nothing(tmp_path: Path) -> None:
    heads = [*HEADS["zh"], "处理人", "处理状态"]
    [one] = read(book(tmp_path / "b.xlsx", [*FULL, "王示例", "接受风险"], heads=heads)).answers
    assert (one.owner, one.status) == ("李示例 / 王示例", AnswerStatus.ACCEPTED)


def test_a_second_table_below_the_first_is_read_by_its_own_headings(tmp_path: Path) -> None:
    path = book(tmp_path / "b.xlsx", FULL, HEADS["en"][::-1], [B, None, None, "done", None, "Wang"])
    assert [(one.fingerprint, one.owner) for one in read(path).answers] == [(A, "李示例"), (B, "Wang")]


def test_a_missing_answer_column_is_told(tmp_path: Path) -> None:
    path = book(tmp_path / "b.xlsx", [*FULL], heads=[*HEADS["zh"][:5], "进展", *HEADS["zh"][6:]])
    [told] = read(path).problems
    assert "处理状态" in told.zh
    assert "Status" in told.en


def test_a_sheet_exported_as_csv_is_read(tmp_path: Path) -> None:
    text = "\r\n".join((",".join(HEADS["zh"]), f'OWN201,a.cn,"甲,\n乙",张三,2026/12/1,完成,,,{A}'))
    for encoding in ("utf-8-sig", "utf-16", "gb18030"):
        path = tmp_path / f"{encoding}.csv"
        path.write_bytes(text.encode(encoding))
        [one] = read(path).answers
        assert (one.owner, one.planned, one.status) == ("张三", date(2026, 12, 1), AnswerStatus.DONE)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("gone.xlsx", None, "没有这个文件"),
        ("empty.xlsx", b"", "没有找到答复列"),
        ("text.xlsx", "甲,乙\n".encode(), "没有找到答复列"),
        ("noise.bin", b"\x00\x01\x02" * 99, "这不是"),
        ("cut.xlsx", b"PK\x03\x04" + b"x" * 99, "不完整"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 999, "这不是"),
        ("locked.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "加密"),
    ],
)  # fmt: skip
def test_what_is_no_filled_in_report_is_refused_in_both_languages(
    name: str, data: bytes | None, said: str, tmp_path: Path
) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError) as error:
        read(tmp_path / name)
    assert said in error.value.zh
    assert error.value.en
    assert error.value.hint_zh
    assert error.value.hint_en
    assert error.value.where == name


def test_a_folder_and_a_book_without_answer_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="这不是"):
        read(tmp_path)
    with pytest.raises(InputError, match="没有找到答复列"):
        read(book(tmp_path / "b.xlsx", ["a.cn"], heads=["域名", "Owner", "Status"]))


def test_a_bomb_and_an_entity_declaration_are_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "b.xlsx", FULL)
    whole = path.read_bytes()
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/zero.bin", bytes(120 << 20))
    with pytest.raises(InputError, match="压缩炸弹"):
        read(path)
    path.write_bytes(whole)
    parts = {name: zipfile.ZipFile(path).read(name) for name in zipfile.ZipFile(path).namelist()}
    parts["xl/workbook.xml"] = (
        b'<!DOCTYPE x [<!ENTITY a "b">]>' + parts["xl/workbook.xml"].partition(b"?>")[2]
    )
    with zipfile.ZipFile(path, "w") as made:
        for name, data in parts.items():
            made.writestr(name, data)
    with pytest.raises(InputError, match="损坏"):
        read(path)


def test_the_filled_in_file_is_not_touched(tmp_path: Path) -> None:
    path = book(tmp_path / "b.xlsx", FULL)
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    read(path)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert [one.name for one in tmp_path.iterdir()] == ["b.xlsx"]


def test_damage_anywhere_is_a_refusal_and_never_a_crash(tmp_path: Path) -> None:
    path = book(tmp_path / "b.xlsx", FULL)
    whole = path.read_bytes()
    chance = random.Random(7)
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(chance.randrange(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(bytes(data[: chance.randrange(len(data))]) if chance.random() < 0.2 else bytes(data))
        with suppress(InputError):
            read(path)


def test_no_other_heading_of_a_report_is_taken_for_an_answer_column() -> None:
    words = HeaderWords()
    own = {
        LABELS[key].in_language(lang)
        for lang in ("zh", "en")
        for key in ("answer_owner", "answer_planned", "answer_status", "answer_reason", "answer_until")
    }
    others = {text.in_language(lang) for text in LABELS.values() for lang in ("zh", "en")} - own
    assert [text for text in others if (words.key(text) or "").startswith("answer_")] == []
    assert not {word for many in _ALSO.values() for word in many} & others


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026/12/31", date(2026, 12, 31)), ("２０２６－１２－３１", date(2026, 12, 31)), ("2026.1.2", date(2026, 1, 2)),
        ("2026年12月31日", date(2026, 12, 31)), ("20261231", date(2026, 12, 31)), ("46387", date(2026, 12, 31)),
        ("31/12/2026", date(2026, 12, 31)), ("Dec 31, 2026", date(2026, 12, 31)), ("31-Dec-2026", date(2026, 12, 31)),
        ("2026-12-31 00:00:00", date(2026, 12, 31)), ("至2026年12月31日止", date(2026, 12, 31)), ("2026-12-31（周四）", date(2026, 12, 31)),
        ("12月31日", "12月31日"), ("12/31", "12/31"), ("下周", "下周"), ("01/02/2026", "01/02/2026"), ("26-12-31", "26-12-31"),
        ("2026-02-30", "2026-02-30"), ("2026年12月", "2026年12月"), ("长期", "长期"), ("2026-12-31或更晚", "2026-12-31或更晚"),
        ("  ", None), (None, None), (True, "TRUE"), (3.0, "3"), (46387.5, date(2026, 12, 31)),
    ],
)  # fmt: skip
def test_a_day_is_read_in_every_whole_spelling_and_never_guessed(typed: Any, day: date | str | None) -> None:
    assert day_of(typed) == day


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ("已完成", "done"), ("完成", "done"), ("Done", "done"), ("ＯＫ", "done"), ("✅", "done"), ("处理中", "doing"), ("in progress", "doing"),
        ("In-Progress", "doing"), ("未开始", "open"), ("接受风险", "accepted"), ("accepted", "accepted"), ("豁免", "accepted"),
        ("不接受", "不接受"), ("未完成", "未完成"), ("not done", "not done"), ("完成一半", "完成一半"), ("", ""), (None, ""), (1.0, "1"),
    ],
)  # fmt: skip
def test_a_state_is_read_in_the_usual_words_and_never_guessed(typed: Any, status: str) -> None:
    assert StatusWords().status(typed) == status


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from([A, B, C, "", "甲"]),
            st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), max_size=6),
            st.one_of(st.none(), st.dates(date(2000, 1, 1)), st.sampled_from(["下周", "12/31"])),
            st.sampled_from(["", "done", "接受风险", "再议"]),
        ),
        max_size=8,
    )
)
def test_nothing_typed_is_lost(tmp_path: Path, rows: list[tuple[str, str, date | str | None, str]]) -> None:
    cells = [
        ["OWN201", "a.cn", "甲", None, planned, status, f"'{reason}", None, key]
        for key, reason, planned, status in rows
    ]
    found = read(book(tmp_path / "b.xlsx", *cells))
    assert [one.row for one in found.answers] == list(range(2, len(rows) + 2))
    for one, (key, reason, planned, status) in zip(found.answers, rows, strict=True):
        assert one.fingerprint == (key if len(key) == 32 else "")
        assert one.reason == f"'{reason}".strip().strip("\ufeff\u200b\u3000").strip()
        assert one.planned == planned
        assert status in ("接受风险", one.status)


@pytest.mark.office
def test_a_report_that_an_office_suite_has_saved_says_the_same(tmp_path: Path) -> None:
    path = write_reports(sample_result(), tmp_path, ["xlsx"])[0]

    def fill(made: Any) -> None:
        for name in ("待办", "无法判定"):
            sheet = made[name]
            columns = heads_of(sheet)
            sheet.cell(2, columns["处理人"], "李示例")
            sheet.cell(2, columns["计划完成"], date(2026, 12, 1))
            sheet.cell(3, columns["处理状态"], "完成")
            sheet.cell(3, columns["接受至"], "12月31日")
            sheet.cell(4, columns["计划完成"], 20261231)

    before = read(changed(path, fill))
    (saved,) = converted(path, "xlsx", tmp_path / "saved")
    after = read(saved)
    assert [replace(one, message="") for one in after.answers] == [
        replace(one, message="") for one in before.answers
    ]
    assert after.problems == before.problems
