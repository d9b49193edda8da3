"""The plan in the main report: late work first, a queue for each entity, bounded on the page and whole in the workbook."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from auditor.model.plan import ChangeOrder, WorkKind
from auditor.model.result import AuditResult
from auditor.model.text import Personal, PersonalKind, say
from auditor.model.words import SheetRole
from auditor.report.html import write_html
from auditor.report.labels import LABELS
from auditor.report.page import Limits
from auditor.report.plan_page import PlanLimits, lacks
from auditor.report.plan_rows import PLAN_COLUMNS
from auditor.report.summary import summary_lines
from auditor.report.view import build_view
from auditor.report.wording import Wording
from auditor.report.write import write_reports
from tests.builders import entity_number, id_number, reading_of, service_number
from tests.planning.planned import NUMBER, S1, book, filing, found, paper, planned
from tests.report.pages import Page, read_page
from tests.report.results import HOSTILE, crowd, finding, quiet_result, sample_result, sample_run, with_plan

LANGUAGES = pytest.mark.parametrize("lang", ["zh", "en"])
ID = id_number(7)
DAY = date(2026, 11, 23)


@cache
def made() -> AuditResult:
    """A late renewal, a cancellation, an order for entity and service that lacks papers and touches 2027."""
    rows = [filing(1, administrator_id_number=ID), filing(2, "shili-2.cn"), filing(1, "er-shili.cn", 2)]
    reading = book(*rows, papers=[paper("网站负责人身份证", "乙示例", date(2026, 12, 1))])
    own = {"entity_number": NUMBER}
    done = planned(
        reading,
        found("DOM301", "shili-2.cn", DAY, **own),
        found("OWN203", "shili-1.cn", **own),
        found("PER503", f"{NUMBER}/leader", message=(say("证件 {n}", "ID {n}", n=Personal(PersonalKind.ID_NUMBER, ID)),), **own),
        found("SYN403", S1, **own),
        found("REC111", entity_number(2), entity_number=entity_number(2)),
        found("WEB901", "shili-2.cn", **own),
        as_of=DAY,
    )  # fmt: skip
    return replace(done.result, plan=done.plan)


def orders(result: AuditResult) -> list[ChangeOrder]:
    assert result.plan is not None
    return list(result.plan.orders)


def page_of(result: AuditResult, folder: Path, lang: str = "zh", limits: Limits | None = None) -> Page:
    path = folder / f"{lang}.html"
    write_html(build_view(result), path, Wording(lang), limits=limits)
    return read_page(path.read_text(encoding="utf-8"))


def sheet_of(result: AuditResult, folder: Path, lang: str = "zh") -> Any:
    (path,) = write_reports(result, folder, ["xlsx"], lang=lang)
    return openpyxl.load_workbook(path)[{"zh": "变更计划", "en": "Change plan"}[lang]]


def table(sheet: Any) -> list[dict[str, Any]]:
    head, *body = [[cell.value for cell in row] for row in sheet.iter_rows()]
    return [dict(zip(head, row, strict=True)) for row in body]


def work_on(page: Page) -> list[str]:
    return [one["id"] for one in page.all("details") if one["class"].startswith("work")]


@LANGUAGES
def test_every_piece_of_work_stands_on_the_page_once(lang: str, tmp_path: Path) -> None:
    page = page_of(made(), tmp_path, lang)
    assert sorted(work_on(page)) == sorted(f"work-{one.id}" for one in orders(made()))
    assert (page.unclosed, page.left_open) == ([], [])
    inside = {one["href"][1:] for one in page.all("a") if one["href"].startswith("#")}
    assert inside <= set(page.ids)


def test_late_work_is_told_first_and_its_details_are_open(tmp_path: Path) -> None:
    result = made()
    assert result.plan is not None
    late = result.plan.late
    assert late
    page = page_of(result, tmp_path)
    opened = [one["id"] for one in page.all("details") if one["class"] == "work overdue" and "open" in one]
    assert sorted(opened) == sorted(f"work-{one.id}" for one in late)
    text = page.text
    assert text.index("来不及的 (先看)") < text.index("办理步骤")
    assert "已过" in text
    assert re.search(r"晚 \d+ 个工作日", text)
    assert work_on(page)[0] in opened, "the queue with late work stands first"


def test_an_order_tells_steps_papers_people_and_what_cannot_be_undone(tmp_path: Path) -> None:
    text = page_of(made(), tmp_path).text
    for words in (
        "管局审核",
        "20 个工作日",
        "有效期不足",
        "缺少",
        "乙示例",
        "注销不可撤回",
        "(估算)",
        "余量",
        "须先办完",
    ):
        assert words in text


def test_work_and_findings_link_to_each_other(tmp_path: Path) -> None:
    page = page_of(made(), tmp_path)
    targets = {one["href"] for one in page.all("a")}
    assert {f"#work-{one.id}" for one in orders(made()) if one.cures} <= targets
    articles = {one["id"] for one in page.all("article")}
    assert {f"#{one}" for one in articles} <= targets


def test_the_english_plan_has_no_chinese_words_of_its_own(tmp_path: Path) -> None:
    page = page_of(made(), tmp_path, "en")
    own = [text for text in page.texts if re.search(r"[㐀-鿿]", text)]
    names = re.compile(r"示例|ICP备|台账|证照|[甲乙]|\.cn|号|北京")
    assert [text for text in own if not names.search(text)] == []


def test_an_empty_plan_says_that_nothing_is_to_be_done(tmp_path: Path) -> None:
    page = page_of(quiet_result(), tmp_path)
    assert "plan" in page.ids
    assert "没有需要办理的事项" in page.text
    rows = table(sheet_of(quiet_result(), tmp_path))
    assert [next(iter(row.values())) for row in rows] == ["本表没有内容"]
    assert not [line for line in summary_lines(quiet_result(), "zh") if "来不及" in line]


def test_a_result_that_was_not_planned_has_no_section_and_no_sheet(tmp_path: Path) -> None:
    assert "plan" not in page_of(crowd(3, 0), tmp_path).ids
    (path,) = write_reports(crowd(3, 0), tmp_path, ["xlsx"])
    book = openpyxl.load_workbook(path)
    assert "变更计划" not in book.sheetnames
    assert "变更计划" not in [cell.value for cell in book["摘要"]["A"]]


def many(entities: int) -> AuditResult:
    """Entities with two services each and a change of both."""
    rows = [
        {
            "entity_number": entity_number(n),
            "entity_name": f"示例{n}有限公司",
            "service_number": service_number(n, s),
            "domain": f"d{n}-{s}.cn",
        }
        for n in range(1, entities + 1)
        for s in (1, 2)
    ]
    findings = [
        finding("SYN401", entity_number(n), fingerprint=f"{n:032x}", entity_number=entity_number(n))
        for n in range(1, entities + 1)
    ]
    base = quiet_result()
    reading = reading_of({"台账": (SheetRole.FILINGS, rows)})
    return with_plan(replace(base, reading=reading, findings=tuple(findings), run=sample_run()))


def test_a_long_plan_is_cut_with_a_plain_statement_and_whole_in_the_workbook(tmp_path: Path) -> None:
    result = many(30)
    total = len(orders(result))
    limits = Limits(plan=PlanLimits(queues=5, work=8, of_queue=2, late=1, cures=1, names=1))
    page = page_of(result, tmp_path, limits=limits)
    shown = len(work_on(page))
    assert 0 < shown <= 8
    assert f"此处显示 {shown} 项, 另有 {total - shown} 项见 Excel 报告的“变更计划”表" in page.text
    inside = {one["href"][1:] for one in page.all("a") if one["href"].startswith("#")}
    assert inside <= set(page.ids)
    assert len(table(sheet_of(result, tmp_path))) == total


@LANGUAGES
def test_the_sheet_has_a_row_for_each_piece_of_work(lang: str, tmp_path: Path) -> None:
    sheet = sheet_of(made(), tmp_path, lang)
    label = {column.label: LABELS[column.label].in_language(lang) for column in PLAN_COLUMNS}
    rows = table(sheet)
    assert list(rows[0]) == list(label.values())
    by_id = {row[label["plan_order_id"]]: row for row in rows}
    assert sorted(by_id) == sorted(one.id for one in orders(made()))
    for order in orders(made()):
        row = by_id[order.id]
        for key, day in (
            ("plan_latest_start", order.latest_start),
            ("plan_earliest_finish", order.earliest_finish),
            ("plan_due", order.due),
        ):
            assert row[label[key]] == datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a workbook knows no zones
        assert row[label["plan_cures"]] == len(order.cures)
        assert row[label["plan_slack"]] == order.slack_working_days
        assert bool(row[label["plan_late_column"]]) is order.late
        assert bool(row[label["plan_estimated_days"]]) is bool(order.estimated)
        assert bool(row[label["plan_lacking"]]) is any(lacks(one) for one in order.materials)
    assert next(iter(sheet.tables.values())).autoFilter.ref
    assert sheet.freeze_panes == "A2"


def test_the_sheet_names_checks_papers_and_warnings(tmp_path: Path) -> None:
    rows = {row["工作单号"]: row for row in table(sheet_of(made(), tmp_path))}
    both = next(one for one in orders(made()) if one.kind is WorkKind.BOTH)
    assert rows[both.id]["所涉检查"].split(" ") == ["PER503", "SYN403"]
    assert "有效期不足" in rows[both.id]["缺少或临期的材料"]
    assert "管局审核" in rows[both.id]["办理步骤"]
    cancel = next(one for one in orders(made()) if one.kind is WorkKind.CANCEL)
    assert "注销不可撤回" in rows[cancel.id]["注意"]


def test_hostile_names_stay_text_in_plan_and_sheet(tmp_path: Path) -> None:
    result = sample_result()
    assert orders(result)
    page = page_of(result, tmp_path)
    assert (page.unclosed, page.left_open) == ([], [])
    assert "img" not in {one.tag for one in page.elements}
    assert not any(key.startswith("on") for one in page.elements for key in one.attributes)
    names = [one.entity_name for one in orders(result) if one.entity_name in HOSTILE]
    assert names
    for row in sheet_of(result, tmp_path).iter_rows():
        for cell in row:
            assert cell.data_type != "f", cell
            assert cell.hyperlink is None, cell


@LANGUAGES
def test_personal_numbers_stay_masked_in_the_plan(lang: str, tmp_path: Path) -> None:
    for path in write_reports(made(), tmp_path, ["html", "xlsx"], lang=lang):
        if path.suffix == ".html":
            assert ID not in path.read_text(encoding="utf-8")
    for row in sheet_of(made(), tmp_path / "2", lang).iter_rows(values_only=True):
        assert all(ID not in str(value) for value in row)


def test_an_entity_with_an_estimated_day_is_marked_so() -> None:
    early = finding("SYN401", entity_number(1), due=date(2026, 12, 7), start_by=date(2026, 11, 24))
    later = finding("PER503", "x", due=date(2027, 2, 9), start_by=date(2026, 11, 24), estimated=True)
    (work,) = build_view(replace(quiet_result(), findings=(early, later))).entities
    assert (work.due, work.start_by, work.estimated) == (date(2026, 12, 7), date(2026, 11, 24), ("start_by",))


def test_one_line_of_the_summary_tells_of_late_work() -> None:
    (line,) = [line for line in summary_lines(made(), "zh") if "来不及" in line]
    assert line == "来不及按期完成的工作：1 项, 见报告的“变更计划”"
    assert "Work that cannot be done in time: 1; see Change plan in the report" in summary_lines(made(), "en")


def test_the_same_plan_gives_the_same_bytes(tmp_path: Path) -> None:
    first = write_reports(made(), tmp_path / "1", ["html", "xlsx"])
    second = write_reports(made(), tmp_path / "2", ["html", "xlsx"])
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
