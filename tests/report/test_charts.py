"""Charts and pictures: their numbers are the counts, nothing that is there is invisible, nothing is drawn outside."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.model.change import TrendPoint
from auditor.model.result import AuditResult, SourceCoverage
from auditor.model.verdict import Severity
from auditor.report.charts import (
    COVERAGE_KEYS,
    PLOT,
    RISE,
    SEVERITY_KEYS,
    SPAN,
    Chart,
    coverage_chart,
    expiry_chart,
    lay_out,
    months_of,
    severity_chart,
    trend_chart,
)
from auditor.report.expiries import ExpiryLine
from auditor.report.html import write_html
from auditor.report.numbers import SharedDomain, SharedNumber, SharedService, Step
from auditor.report.page import Limits, Page
from auditor.report.pictures import COLUMNS, WIDTH, fit, picture
from auditor.report.view import build_view
from auditor.report.wording import Wording
from tests.report.pages import read_page
from tests.report.pasts import hostile_past, lived_in
from tests.report.results import AS_OF, HOSTILE, crowd, sample_result

_COUNT = st.integers(0, 10**6)


@settings(deadline=None, max_examples=80)
@given(st.lists(st.lists(_COUNT, min_size=5, max_size=5), max_size=12))
def test_a_bar_holds_its_counts_and_stays_in_its_chart(rows: list[list[int]]) -> None:
    chart = lay_out(SEVERITY_KEYS, [(str(n), counts, False) for n, counts in enumerate(rows)], PLOT)
    assert chart.total == sum(map(sum, rows))
    for bar, counts in zip(chart.bars, rows, strict=True):
        assert bar.total == sum(counts)
        assert {part.key: part.count for part in bar.parts} == {
            key: count for key, count in zip(SEVERITY_KEYS, counts, strict=True) if count
        }
        assert all(part.size >= 3 for part in bar.parts)
        assert bar.end <= PLOT + 1
        edges = [part.at + part.size for part in bar.parts]
        assert all(part.at >= edge - 0.11 for part, edge in zip(bar.parts[1:], edges, strict=False))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(_COUNT, min_size=3, max_size=3), min_size=1, max_size=6))
def test_more_is_never_drawn_shorter(rows: list[list[int]]) -> None:
    chart = lay_out(COVERAGE_KEYS, [("", counts, False) for counts in rows], PLOT)
    parts = sorted((part.count, part.size) for bar in chart.bars for part in bar.parts)
    assert [size for _count, size in parts] == sorted(size for _count, size in parts)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(-400, 366), max_size=60), st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_every_end_date_stands_in_its_month_once(days: list[int], as_of: date) -> None:
    lines = [
        ExpiryLine("domain" if n % 2 else "document", "", "", as_of + timedelta(n), "", (), "book", n)
        for n in sorted(days)
    ]
    months = months_of(lines, as_of, as_of + timedelta(366))
    assert sum(len(one.lines) for one in months) == len(days)
    assert [one.name for one in months] == sorted(one.name for one in months)
    assert len(months) in (14, 15)
    for month in months:
        assert all((f"{one.day:%Y-%m}" if one.days_left >= 0 else "") == month.name for one in month.lines)
    assert expiry_chart(months).total == len(days)


def test_the_charts_of_a_report_say_what_its_tables_say() -> None:
    for result in (sample_result(), lived_in(), crowd(700, 300)):
        view = build_view(result)
        page = Page(view, Limits())
        assert page.severity_chart.total == view.counts.failed
        by_key = dict.fromkeys(SEVERITY_KEYS, 0)
        for bar in page.severity_chart.bars:
            for part in bar.parts:
                by_key[part.key] += part.count
        assert by_key == {level.code: count for level, count in view.by_severity.items()}
        assert page.coverage_chart.total == sum(
            one.answered + sum(one.failed.values()) + one.not_asked for one in result.coverage
        )
        assert page.expiry_chart.total + page.later == len(view.expiries)
        assert sum(len(one.month.lines) for one in page.calendar) == page.expiring


def test_a_source_that_failed_is_marked() -> None:
    chart = coverage_chart([SourceCoverage("whois", 3, {"timeout": 1}, 0), SourceCoverage("dns", 4, {}, 0)])
    assert [one.mark for one in chart.bars] == [True, False]


def test_a_family_without_failures_has_no_bar() -> None:
    none = dict.fromkeys(Severity, 0)
    assert severity_chart([("REC", none), ("OWN", {**none, Severity.LOW: 2})]).bars[0].name == "OWN"


def test_a_trend_shows_the_last_runs_and_marks_incomplete_ones() -> None:
    points = [
        TrendPoint(f"r{n}", AS_OF + timedelta(n), {Severity.HIGH: n}, unknown=1, waived=0, complete=n != 20)
        for n in range(21)
    ]
    chart = trend_chart(points)
    assert [one.total for one in chart.bars] == [n + 1 for n in range(9, 21)]
    assert [one.mark for one in chart.bars] == [False] * 11 + [True]
    assert all(one.end <= RISE + 1 for one in chart.bars)


def test_columns_stand_within_the_chart() -> None:
    for count in (1, 3, 14, 15):
        chart = Chart((), lay_out(("a",), [("", [1], False)] * count, RISE).bars, RISE)
        assert chart.step * count <= SPAN + 1


def number(count: int, steps: dict[int, Step], registrants: int = 2, services: int = 3) -> SharedNumber:
    """A shared number; domain n under service n % services, held by registrant n % registrants."""
    domains = [
        SharedDomain(f"d{n}.cn", f"持有者{n % registrants}", "whois", steps.get(n, Step.QUIET), ())
        for n in range(count)
    ]
    return SharedNumber(
        "京ICP备2020000001号",
        "示例科技有限公司",
        tuple(
            SharedService(f"京ICP备2020000001号-{n}", "", tuple(domains[n::services]))
            for n in range(services)
        ),
        (),
    )


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 90), st.integers(1, 40), st.integers(1, 30), st.integers(1, 30))
def test_a_picture_draws_or_counts_every_domain(
    count: int, limit: int, registrants: int, services: int
) -> None:
    one = picture(number(count, {}, registrants, services), limit)
    assert len(one.domains) + one.hidden == count
    assert len(one.domains) <= limit
    boxes = (one.entity, *one.services, *one.domains, *one.registrants)
    assert all(box.y - 11 >= 0 and box.y + 11 <= one.height for box in boxes)
    assert all(box.x + box.width <= WIDTH for box in boxes)
    for column in (one.services, one.domains, one.registrants):
        places = sorted(box.y for box in column)
        assert all(after - before >= 22 for before, after in itertools.pairwise(places))


def test_what_is_out_of_step_is_drawn_before_what_is_quiet() -> None:
    one = picture(number(60, {55: Step.OUT, 58: Step.WAIVED, 59: Step.UNKNOWN}), 5)
    assert {box.text for box in one.domains} >= {"d55.cn", "d58.cn", "d59.cn"}
    assert {edge.step for edge in one.edges} == {Step.OUT, Step.WAIVED, Step.UNKNOWN, Step.QUIET}
    assert one.hidden == 55


def test_a_text_is_cut_to_its_box_and_kept_whole_beside() -> None:
    assert fit("短", 100) == ("短", "")
    shown, whole = fit("很长很长很长很长很长很长很长的名称", 100)
    assert shown.endswith("…")
    assert len(shown) < len(whole)
    assert whole.startswith(shown[:-1])


def test_personal_numbers_are_masked_in_pictures() -> None:
    shown, _whole = fit("电话 13800138000", 300)
    assert "13800138000" not in shown


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("made", [sample_result, lived_in, hostile_past])
def test_every_drawing_is_well_formed_and_says_what_it_shows(made: object, lang: str, tmp_path: Path) -> None:
    assert callable(made)
    drawings = drawings_of(made(), tmp_path, lang)
    assert len(drawings) >= 4
    for root in drawings:
        assert root.attrib["role"] == "img"
        title, described = root.attrib["aria-labelledby"].split()
        ids = {one.attrib["id"]: one for one in root.iter() if "id" in one.attrib}
        assert ids[title].tag == "title"
        assert ids[described].tag == "desc"
        assert ids[title].text
        assert ids[described].text
        assert {one.tag for one in root.iter()} <= {
            "svg",
            "title",
            "desc",
            "g",
            "rect",
            "path",
            "line",
            "text",
        }


def drawings_of(result: AuditResult, folder: Path, lang: str) -> list[ElementTree.Element]:
    path = folder / "page.html"
    write_html(build_view(result), path, Wording(lang), limits=Limits())
    source = path.read_text(encoding="utf-8")
    pieces = [piece.split("</svg>")[0] for piece in source.split('<svg class="drawing')[1:]]
    return [ElementTree.fromstring('<svg class="drawing' + piece + "</svg>") for piece in pieces]


def test_no_fill_is_named_that_is_not_drawn_and_no_two_look_alike(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    write_html(build_view(lived_in()), path, Wording("zh"), limits=Limits())
    page = read_page(path.read_text(encoding="utf-8"))
    drawn = {one["id"] for one in page.all("pattern")}
    used = {one["fill"][5:-1] for one in page.all("rect") if one.get("fill", "").startswith("url(#")}
    assert used <= drawn
    for keys in (SEVERITY_KEYS, COVERAGE_KEYS):
        assert {f"p-{key}" for key in keys} <= drawn


def test_out_of_step_is_told_by_word_and_line_in_a_picture(tmp_path: Path) -> None:
    (first, *_rest) = [
        one for one in drawings_of(sample_result(), tmp_path, "zh") if "picture" in one.attrib["class"]
    ]
    words = [one.text or "" for one in first.iter("text")]
    assert any("不一致" in word for word in words)
    assert any(one.attrib["class"] == "edge out" for one in first.iter("path"))
    assert len(COLUMNS) == 5


def test_hostile_registrants_stay_text_in_pictures() -> None:
    domains = tuple(SharedDomain(f"h{n}.cn", text, "whois", Step.OUT, ()) for n, text in enumerate(HOSTILE))
    made = picture(replace(number(1, {}), services=(SharedService("1", HOSTILE[0], domains),)), 40)
    assert len(made.domains) == len(HOSTILE)
    assert all(box.text.isprintable() for box in made.registrants)
