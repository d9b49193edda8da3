"""report.xlsx of a portfolio with a past: answers, waivers, changes, leftovers, and counts that stay live."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from auditor.model.answer import Answer, AnswerStatus, StaleAnswer
from auditor.model.result import AuditResult
from auditor.model.text import say
from auditor.model.verdict import Reason, Severity, Verdict
from auditor.report.answers import read_answers
from auditor.report.excel import write_excel
from auditor.report.view import build_view
from auditor.report.wording import Wording
from tests.report.pasts import answer, comparison, hostile_past, lived_in, waiver
from tests.report.results import AS_OF, ESCAPED, HOSTILE, NUL, PHONE, finding, quiet_result, sample_result

# What a person can type: no control characters, no halves of characters.
CHARACTERS = st.characters(min_codepoint=32, exclude_categories=["Cs"], exclude_characters="\ufffe\uffff")
ANSWERS = ("处理人", "计划完成", "处理状态", "接受理由", "接受至")


def written(result: AuditResult, folder: Path, lang: str = "zh") -> Path:
    path = folder / "report.xlsx"
    write_excel(build_view(result), path, Wording(lang))
    return path


def table(path: Path, name: str) -> list[dict[str, Any]]:
    sheet = openpyxl.load_workbook(path)[name]
    head, *body = [[cell.value for cell in row] for row in sheet.iter_rows()]
    return [dict(zip(map(str, head), row, strict=True)) for row in body]


def summary(path: Path, *, formulas: bool = False) -> list[tuple[Any, Any]]:
    sheet = openpyxl.load_workbook(path, data_only=not formulas)["摘要"]
    return [(row[0].value, row[1].value) for row in sheet.iter_rows()]


def typed(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in ANSWERS)


def test_answers_stand_where_they_were_typed_dates_as_dates_and_other_words_as_they_are(
    tmp_path: Path,
) -> None:
    result = lived_in()
    rows = {row["指纹"]: row for row in table(written(result, tmp_path), "待办")}
    failures = [one for one in result.failures if one.answer is not None]
    assert len(failures) == 2
    assert typed(rows[failures[0].fingerprint]) == ("赵示例", datetime(2026, 12, 1), "处理中", None, None)  # noqa: DTZ001
    assert typed(rows[failures[1].fingerprint]) == ("赵示例", "下周五前", "等法务", None, "长期")


@pytest.mark.parametrize(("status", "zh", "en"), [
    (AnswerStatus.OPEN, "未开始", "open"), (AnswerStatus.DOING, "处理中", "in progress"),
    (AnswerStatus.DONE, "已完成", "done"), (AnswerStatus.ACCEPTED, "接受风险", "accepted"),
])  # fmt: skip
def test_a_status_is_the_readers_word(status: AnswerStatus, zh: str, en: str, tmp_path: Path) -> None:
    one = finding("OWN201", "a.cn")
    one = replace(one, answer=Answer(one.fingerprint, status=status))
    result = replace(quiet_result(), findings=(one,))
    for lang, sheet, head, word in (("zh", "待办", "处理状态", zh), ("en", "To do", "Status", en)):
        (row,) = table(written(result, tmp_path, lang), sheet)
        assert row[head] == word


def test_a_hint_that_somebody_answered_is_on_the_sheet_of_work(tmp_path: Path) -> None:
    hint = finding("REC113", "京ICP备2020000001号-1")
    assert hint.severity is Severity.INFO
    result = replace(quiet_result(), findings=(hint,))
    assert table(written(result, tmp_path), "待办")[0]["指纹"] is None
    result = replace(result, findings=(replace(hint, answer=answer(hint.fingerprint)),))
    assert table(written(result, tmp_path), "待办")[0]["处理人"] == "赵示例"


def test_undecided_checks_of_one_cause_that_were_answered_differently_stand_apart(tmp_path: Path) -> None:
    missing = {"message": (say("没有证据", "there is no evidence"),), "reason": Reason.NO_EVIDENCE}
    one, two, three = (
        finding(check, "a.cn", Verdict.UNKNOWN, **missing) for check in ("OWN201", "OWN205", "DOM302")
    )
    two = replace(two, answer=answer(two.fingerprint))
    rows = table(written(replace(quiet_result(), findings=(one, two, three)), tmp_path), "无法判定")
    assert [(row["检查"], row["处理人"]) for row in rows] == [("DOM302\nOWN201", None), ("OWN205", "赵示例")]
    assert sorted(" ".join(row["指纹"] for row in rows).split()) == sorted(
        each.fingerprint for each in (one, two, three)
    )


def test_a_waived_finding_keeps_its_own_verdict_and_is_counted_nowhere_else(tmp_path: Path) -> None:
    result = lived_in()
    path = written(result, tmp_path)
    rows = table(path, "已豁免")
    assert [(row["豁免状态"], row["结论"], row["豁免备注"]) for row in rows] == [
        ("有效", "不符合", None),
        ("即将到期", "无法判定", None),
        ("不予采用", None, "期限超过策略允许的 180 天"),
        ("已到期", None, "涉及 1 项问题"),
        ("有效", None, "本次未用到"),
    ]
    assert typed(rows[0]) == (
        "赵示例",
        datetime(2026, 12, 1),  # noqa: DTZ001
        "接受风险",
        "迁移期间保留旧域名, 月底前注销",
        datetime(2026, 12, 31),  # noqa: DTZ001
    )
    assert (rows[0]["豁免人"], rows[0]["批准人"]) == ("王示例", "李示例")
    assert rows[0]["豁免至"] == datetime(2026, 12, 31)  # noqa: DTZ001
    marks = {one.fingerprint for one in result.waived}
    assert {row["指纹"] for row in rows} == {*marks, None}
    for name in ("待办", "发现", "无法判定"):
        assert not marks & {row["指纹"] for row in table(path, name)}


def test_no_fingerprint_stands_twice_beside_answer_columns(tmp_path: Path) -> None:
    path = written(lived_in(), tmp_path)
    marks = [
        mark
        for name in ("待办", "无法判定", "已豁免", "未沿用的填写")
        for row in table(path, name)
        for mark in (row["指纹"] or "").split()
    ]
    assert [mark for mark, count in Counter(marks).items() if count > 1] == []


def test_what_changed_since_the_run_before_is_a_sheet_of_its_own(tmp_path: Path) -> None:
    rows = table(written(lived_in(), tmp_path), "变化")
    told = [(row["变化"], row["变化内容"], row["对象"], row["之前"], row["现在"]) for row in rows]
    kinds = [row[0] for row in told]
    assert kinds[:2] == ["豁免到期", "加重"]
    assert told[1][3:] == ("不符合 · 低", "不符合 · 高")
    assert ("本次未判定", "结论", "gone2.cn", "不符合 · 严重", None) in told
    assert ("已解决", "结论", "gone1.cn", "不符合 · 高", None) in told
    assert ("新进入", "备案主体", "京ICP备2020000009号", None, None) in told
    assert ("已移出", "域名", "示例.中国", None, None) in told
    assert ("已变更", "域名持有者", "a-shili.cn", "示例科技有限公司", "别家有限公司") in told
    assert ("已变更", "域名服务器", "b-shili.cn", "未知", "ns1.example.net") in told
    assert "持续" not in kinds


def test_a_first_run_has_nothing_to_compare_with_and_says_so(tmp_path: Path) -> None:
    first = replace(sample_result(), comparison=comparison(since=None))
    path = written(first, tmp_path)
    assert "变化" not in openpyxl.load_workbook(path).sheetnames
    assert "首次审计, 尚无可比较的结果" in {key for key, _value in summary(path)}
    alone = written(sample_result(), tmp_path)
    assert "与上次审计相比" not in {key for key, _value in summary(alone)}


def test_what_was_typed_and_not_carried_over_stands_there_whole(tmp_path: Path) -> None:
    rows = table(written(lived_in(), tmp_path), "未沿用的填写")
    gone, half = rows
    assert typed(gone) == ("赵示例", datetime(2026, 12, 1), "处理中", "已与法务确认\n下次复核", "三月底")  # noqa: DTZ001
    assert (gone["指纹"], gone["填写位置"], gone["为何未沿用"]) == (
        "ab" * 16,
        "上次.xlsx › 待办 › 4",
        "该问题本次不存在",
    )
    assert (half["指纹"], half["接受至"]) == (None, "someday"), "its own row carries the answers"
    assert "未沿用的填写" not in openpyxl.load_workbook(written(sample_result(), tmp_path)).sheetnames


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_answer_of_every_sheet_is_read_back_as_it_was(lang: str, tmp_path: Path) -> None:
    result = lived_in()
    read = read_answers(written(result, tmp_path, lang), "report.xlsx")
    back = {one.fingerprint: one.typed for one in read.answers}
    for one in result.findings:
        if one.answer is not None:
            assert back.pop(one.fingerprint) == one.answer.typed, one.check
    (gone, _half) = result.stale_answers
    assert back == {gone.answer.fingerprint: gone.answer.typed}


def test_answers_are_as_they_were_typed_and_everything_around_them_is_masked(tmp_path: Path) -> None:
    one = finding("OWN201", "a.cn", message=(say("{text}", "{text}", text=f"电话 {PHONE}"),))
    one = replace(one, answer=answer(one.fingerprint, owner=f"王示例 {PHONE}"))
    gone = StaleAnswer(
        answer("cd" * 16, owner=f"李示例 {PHONE}", message=f"电话 {PHONE}"), say("不在", "not here")
    )
    bad = waiver(3, date(2026, 12, 31), reason=f"致电 {PHONE}")
    result = replace(quiet_result(), findings=(one, replace(finding("OWN205", "b.cn"), waiver=bad)), stale_answers=(gone,))  # fmt: skip
    path = written(result, tmp_path)
    (row,) = table(path, "待办")
    assert (row["处理人"], row["说明"]) == (f"王示例 {PHONE}", "电话 138****0138")
    (left,) = table(path, "未沿用的填写")
    assert (left["处理人"], left["说明"]) == (f"李示例 {PHONE}", "电话 138****0138")
    (waived,) = table(path, "已豁免")
    assert waived["豁免理由"] == "致电 138****0138"


@pytest.mark.parametrize("text", HOSTILE)
def test_an_answer_comes_back_as_it_was_typed_whatever_stands_in_it(text: str, tmp_path: Path) -> None:
    one = finding("OWN201", "a.cn")
    one = replace(one, answer=answer(one.fingerprint, owner=text, reason=text, planned=text))
    path = written(replace(quiet_result(), findings=(one,)), tmp_path)
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("待办").to_python()
    read = dict(zip(rows[0], rows[1], strict=True))
    unreadable = "\x00" in text or "\ud800" in text or "\ufffe" in text or "\r" in text
    if not unreadable:  # what no XML holds comes back in Excel's own escapes, which this reader reads in part
        assert (read["处理人"], read["计划完成"], read["接受理由"]) == (text, text, text)
    sheet = openpyxl.load_workbook(path)["待办"]
    for row in sheet.iter_rows():
        assert {cell.data_type for cell in row} <= {"s", "d", "n", "inlineStr"}


@settings(deadline=None, max_examples=30)
@given(st.text(CHARACTERS, max_size=60))
def test_any_text_that_a_person_types_comes_back(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    one = finding("OWN201", "a.cn")
    one = replace(one, answer=answer(one.fingerprint, reason=text))
    path = written(replace(quiet_result(), findings=(one,)), tmp_path_factory.mktemp("typed"))
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("待办").to_python()
    assert dict(zip(rows[0], rows[1], strict=True))["接受理由"] == text


def test_no_cell_of_people_or_of_the_world_is_a_formula_or_hides_anything(tmp_path: Path) -> None:
    path = written(hostile_past(), tmp_path)
    pale = {*ANSWERS}
    for sheet in openpyxl.load_workbook(path).worksheets[1:]:
        head = [cell.value for cell in sheet[1]]
        for row in sheet.iter_rows():
            for name, cell in zip(head, row, strict=True):
                assert cell.data_type != "f", cell
                if isinstance(cell.value, str):
                    assert len(cell.value) <= 32_767
                    if name not in pale:
                        assert not set(cell.value) & set("\x00\x07\x1b\u202e\u2066\u200b\u2028\u3164"), cell
    assert {NUL, ESCAPED} <= set(HOSTILE)


def test_the_summary_counts_with_formulas_that_already_show_their_values(tmp_path: Path) -> None:
    result = lived_in()
    path = written(result, tmp_path)
    shown = summary(path)
    figures = {key: value for key, value in shown if isinstance(value, int)}
    assert figures["无法判定"] == len(result.unknowns)
    assert figures["已豁免"] == len(result.waived) == 2
    assert figures["严重"] == sum(1 for one in result.failures if one.severity is Severity.CRITICAL)
    tasks = [one for one in result.failures if one.severity > Severity.INFO]
    assert figures["未填写"] == len(tasks) - 2
    assert (figures["处理中"], figures["其他状态"], figures["已完成"]) == (1, 1, 0)
    assert figures["30 天内应完成, 尚未完成"] == 1
    assert figures["加重"] == 1
    assert dict(shown)["上次运行"] == "20261116T080000-ffff"
    assert next(value for key, value in shown if key == "未沿用的填写") == 2
    counted = [value for _key, value in summary(path, formulas=True) if str(value).startswith("=")]
    assert len(counted) == 20
    assert counted[0].startswith("=COUNTIF('发现'!$A$2:$A$")


def test_what_is_past_its_day_is_late_unless_it_is_done(tmp_path: Path) -> None:
    days = (22, 21, 1, 0)
    late = [finding("OWN201", f"{n}.cn", due=AS_OF - timedelta(days=n)) for n in days]
    late[0] = replace(late[0], answer=answer(late[0].fingerprint, status=AnswerStatus.DONE))
    late[1] = replace(late[1], answer=answer(late[1].fingerprint, status="done elsewhere"))
    path = written(replace(quiet_result(), findings=tuple(late)), tmp_path)
    figures = dict(summary(path))
    assert (figures["已过应完成日期, 尚未完成"], figures["30 天内应完成, 尚未完成"]) == (2, 1)


def test_the_first_sheet_leads_to_every_other_one(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(written(lived_in(), tmp_path))
    places = [cell.hyperlink.location for (cell, *_rest) in book["摘要"].iter_rows() if cell.hyperlink]
    assert places == [f"'{name}'!A1" for name in book.sheetnames[1:]]


@pytest.mark.parametrize("make", [lived_in, hostile_past])
def test_the_same_result_gives_the_same_bytes(make: Any, tmp_path: Path) -> None:
    first = written(make(), tmp_path).read_bytes()
    assert written(make(), tmp_path).read_bytes() == first
