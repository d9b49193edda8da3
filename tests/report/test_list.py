"""The list of findings as people use it, in a real Chromium: filters, order, links, keys, copying and export."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from auditor.model.answer import Answer, AnswerStatus
from auditor.model.result import AuditResult, Finding
from auditor.model.verdict import Severity, Verdict
from auditor.model.waiver import Waiver
from auditor.report.html import write_html
from auditor.report.page import Limits
from auditor.report.view import build_view
from auditor.report.wording import Wording
from auditor.report.write import write_reports
from tests.report.browser import Opened, chromium, opened
from tests.report.results import HOSTILE, LONG, crowd, quiet_result, sample_result

pytestmark = pytest.mark.browser
LANGUAGES = pytest.mark.parametrize("lang", ["zh", "en"])
_PEOPLE = ("王示例", "李示例", "")
_GRID, _DETAIL = "#list-grid", "#list-detail"


def listed_result() -> AuditResult:
    """The sample with provinces, providers, groups, owners and two waivers spread over it; no cell is cut."""
    found = []
    for number, one in enumerate(sample_result().findings):
        if one.observed == LONG:
            continue
        owner = _PEOPLE[number % 3]
        answer = Answer(one.fingerprint, owner=owner, status=AnswerStatus.DOING) if owner else None
        waiver = (
            Waiver("0" * 16, "迁移中", "赵示例", date(2027, 1, 31), one.fingerprint)
            if number in (2, 4)
            else None
        )
        place = {
            "province": "京沪粤"[number % 3],
            "provider": one.provider or "示例云",
            "group": one.group or "华北组",
        }
        found.append(replace(one, answer=answer, waiver=waiver, change=("new", "worse")[number % 2], **place))
    return replace(sample_result(), findings=tuple(found))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    (path,) = write_reports(listed_result(), tmp_path_factory.mktemp("list"), ["html"])
    return path


@pytest.fixture
def shown(browser: Any, report: Path) -> Iterator[Opened]:
    with opened(browser, report) as watched:
        yield watched.ready()


def told(count: int) -> str:
    return f"显示 {count} / {len(listed_result().findings)}"


def status(one: Finding) -> str:
    if one.waiver:
        return "waived"
    return "unknown" if one.verdict is Verdict.UNKNOWN else "failed"


_FILTERS: tuple[tuple[str, str, Callable[[Finding], object]], ...] = (
    ("severity", "high", lambda one: one.severity.code),
    ("status", "waived", status),
    ("status", "unknown", status),
    ("change", "worse", lambda one: one.change),
    ("family", "OWN", lambda one: one.check[:3]),
    ("check", "OWN205", lambda one: one.check),
    ("reason", "timeout", lambda one: one.reason and one.reason.value),
    ("province", "沪", lambda one: one.province),
    ("provider", "示例云", lambda one: one.provider),
    ("owner", "王示例", lambda one: one.answer and one.answer.owner),
    ("owner", "", lambda one: one.answer.owner if one.answer else ""),
    ("group", "华北组", lambda one: one.group),
    ("entity", listed_result().findings[0].entity_number or "", lambda one: one.entity_number),
)  # fmt: skip


@pytest.mark.parametrize(
    ("key", "value", "of"), _FILTERS, ids=[f"{key}={value}" for key, value, _of in _FILTERS]
)
def test_a_link_filters_by_each_thing(
    browser: Any, report: Path, key: str, value: str, of: Callable[[Finding], object]
) -> None:
    expected = sum(1 for one in listed_result().findings if of(one) == value)
    assert 0 < expected < len(listed_result().findings)
    with opened(browser, report, f"#list?{key}={quote(value)}") as watched:
        watched.ready()
        assert watched.count == told(expected)
        assert watched.page.locator("#list-active button").count() == 1
        watched.page.locator("#list-clear").click()
        assert watched.count == told(len(listed_result().findings))
        assert watched.page.locator("#list-clear").is_disabled()
        assert watched.page.evaluate("location.hash") == "#list"


def test_a_link_to_what_no_finding_has_shows_nothing_rather_than_everything(
    browser: Any, report: Path
) -> None:
    with opened(browser, report, "#list?owner=nobody") as watched:
        assert watched.ready().count == told(0)
        assert "nobody" in watched.page.locator("#list-active").inner_text()
        watched.page.locator("#list-active button").click()
        assert watched.count == told(len(listed_result().findings))


def test_boxes_and_menus_filter_together_and_say_how_many_each_choice_has(shown: Opened) -> None:
    findings = listed_result().findings
    page = shown.page
    high = [one for one in findings if one.severity is Severity.HIGH]
    box = page.locator("[data-facet=severity] label", has_text="高")
    assert box.inner_text().split() == ["▲高", str(len(high))]
    box.locator("input").check()
    assert shown.count == told(len(high))
    family = high[0].check[:3]
    both = [one for one in high if one.check[:3] == family]
    menu = page.locator("#list-family")
    option = menu.locator("option", has_text=family)
    assert option.inner_text().endswith(f"({len(both)})")
    menu.select_option(option.get_attribute("value"))
    assert shown.count == told(len(both))
    others = [one for one in findings if one.check[:3] == family and one.severity is Severity.CRITICAL]
    assert page.locator("[data-facet=severity] label", has_text="严重").inner_text().split()[-1] == str(
        len(others)
    )
    page.locator("#list-active button").first.click()
    assert shown.count == told(sum(1 for one in findings if one.check[:3] == family))


@pytest.mark.parametrize(
    ("query", "of"),
    [
        ("A-SHILI.cn", lambda one: "a-shili.cn" in (one.target, one.domain)),
        ("h1.cn", lambda one: "h1.cn" in one.target or "h1.cn" in (one.domain or "")),
        ("own205  H2.cn", lambda one: one.check == "OWN205" and "h2.cn" in one.target),
        ("zzz-nothing", lambda one: False),
        (listed_result().findings[3].fingerprint, lambda one: one.fingerprint == listed_result().findings[3].fingerprint),
    ],
)  # fmt: skip
def test_the_search_finds_words_wherever_they_stand(
    shown: Opened, query: str, of: Callable[[Finding], bool]
) -> None:
    expected = told(sum(1 for one in listed_result().findings if of(one)))
    shown.page.locator("#list-q").fill(query)
    shown.page.wait_for_function(
        "said => document.getElementById('list-count').textContent === said", arg=expected
    )
    assert shown.page.locator("#list-none").is_visible() == expected.startswith("显示 0 ")


def test_a_head_sorts_up_then_down_then_as_the_report_has_it(shown: Opened) -> None:
    page = shown.page
    before = shown.rows("target")
    head = page.get_by_role("columnheader", name="应完成日期")
    states, days = [], []
    for _ in range(3):
        head.get_by_role("button").click()
        states.append(head.get_attribute("aria-sort"))
        days.append([one.split()[0] for one in shown.rows("due") if one.strip()])
    assert states == ["ascending", "descending", "none"]
    assert days[0] == sorted(days[0])
    assert days[1] == sorted(days[0], reverse=True)
    assert shown.rows("target") == before
    page.get_by_role("columnheader", name="严重程度").get_by_role("button").click()
    words = shown.rows("severity")
    order = ["■严重", "▲高", "◆中", "●低", "○提示"]
    assert words == sorted(words, key=order.index)


def test_the_address_restores_filters_order_and_the_open_finding(browser: Any, report: Path) -> None:
    with opened(browser, report) as watched:
        page = watched.ready().page
        page.locator("[data-facet=status] input").first.check()
        page.locator("#list-q").fill("cn")
        page.get_by_role("columnheader", name="对象").get_by_role("button").click()
        page.locator(".list-body .list-row").nth(2).click()
        page.wait_for_selector(_DETAIL)
        address, count, rows = page.evaluate("location.hash"), watched.count, watched.rows("target")
        entry = page.locator("#list-entry").inner_text()
    with opened(browser, report, address) as again:
        page = again.ready().page
        page.wait_for_selector(_DETAIL)
        assert (again.count, again.rows("target")) == (count, rows)
        assert page.locator("#list-entry").inner_text() == entry
        assert page.locator("#list-q").input_value() == "cn"
        assert page.evaluate("location.hash") == address
        assert page.locator(".list-row[aria-selected=true]").count() == 1


def test_a_link_to_a_finding_that_the_page_does_not_show_opens_it_in_the_list(
    browser: Any, tmp_path: Path
) -> None:
    result = crowd(200, 0)
    path = tmp_path / "report.html"
    write_html(build_view(result), path, Wording("zh"), limits=Limits(everything=0, findings=10, of_entity=1))
    last = result.findings[-1]
    with opened(browser, path, f"#f-{last.fingerprint}") as watched:
        page = watched.ready().page
        page.wait_for_selector(_DETAIL)
        assert last.fingerprint in page.locator("#list-entry").inner_text()
        assert page.locator("#list-article").is_hidden()
    stands = result.findings[0]
    with opened(browser, path, f"#f-{stands.fingerprint}") as watched:
        page = watched.ready().page
        assert page.locator(_DETAIL).is_hidden()
        page.locator(".list-body .list-row").first.click()
        page.locator("#list-article").click()
        assert page.evaluate("location.hash") == f"#f-{stands.fingerprint}"
        assert page.locator(_DETAIL).is_hidden()
    with opened(browser, path, "#f-0badc0de") as watched:
        assert "0badc0de" in watched.ready().count


def test_links_that_name_a_filter_show_it_and_lead_somewhere_without_scripts(
    browser: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "templates"
    (folder / "sections").mkdir(parents=True)
    link = '<p><a id="try" href="#list" data-list="status=waived&amp;severity=critical&amp;severity=high">2</a></p>'
    (folder / "sections" / "signature.html.j2").write_text(link, encoding="utf-8")
    (path,) = write_reports(listed_result(), tmp_path, ["html"], templates=folder)
    with opened(browser, path) as watched:
        watched.ready().page.locator("#try").click()
        waived = [one for one in listed_result().findings if one.waiver and one.severity >= Severity.HIGH]
        watched.page.wait_for_function(
            "said => document.getElementById('list-count').textContent === said", arg=told(len(waived))
        )
    with opened(browser, path, java_script_enabled=False) as watched:
        assert watched.page.locator("#try").get_attribute("href") == "#list"


def test_keys_move_through_the_list_open_an_entry_and_come_back(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    write_html(build_view(crowd(3_000, 0)), path, Wording("zh"), limits=Limits(everything=0, findings=5))
    with opened(browser, path) as watched:
        page = watched.ready().page
        page.locator(_GRID).focus()

        def at() -> int:
            row = page.locator(f"#{page.locator(_GRID).get_attribute('aria-activedescendant')}")
            assert row.is_visible()
            return int(row.get_attribute("aria-rowindex")) - 1

        assert page.locator(_GRID).get_attribute("aria-rowcount") == "3001"
        for key, place in (
            ("ArrowDown", 2),
            ("ArrowDown", 3),
            ("ArrowUp", 2),
            ("End", 3_000),
            ("ArrowDown", 3_000),
        ):
            page.keyboard.press(key)
            page.wait_for_function(
                "place => document.getElementById('list-grid').getAttribute('aria-activedescendant') === `list-row-${place - 1}`",
                arg=place,
            )
            assert at() == place
        assert page.locator(".list-body .list-row").count() <= 40
        page.keyboard.press("PageUp")
        assert at() < 3_000
        page.keyboard.press("Home")
        assert at() == 1
        page.keyboard.press("Enter")
        page.wait_for_selector(_DETAIL)
        assert page.evaluate("document.activeElement.id") == "list-detail"
        first = page.locator("#list-entry").inner_text()
        page.locator("#list-next").click()
        page.wait_for_function(
            "before => document.getElementById('list-entry').innerText !== before", arg=first
        )
        page.keyboard.press("Escape")
        assert page.locator(_DETAIL).is_hidden()
        assert page.evaluate("document.activeElement.id") == "list-grid"
        assert at() == 2


def test_an_entry_tells_all_of_a_finding(browser: Any, report: Path) -> None:
    chosen = next(
        one for one in listed_result().findings if one.check == "OWN201" and one.verdict is Verdict.FAIL
    )
    with opened(browser, report, f"#list?f={chosen.fingerprint}") as watched:
        watched.ready().page.wait_for_selector(_DETAIL)
        text = watched.page.locator("#list-entry").inner_text()
        for words in ("备案记载", "证据显示", "别家有限公司", "whois.cnnic.cn", "2026-11-20 08:01", "台账.xlsx › 台账 › C2", "更正台账",
                      "2026-12-07", "2026-11-01", "《管理办法》第五条", chosen.fingerprint, "已过"):  # fmt: skip
            assert words in text
    undecided = next(one for one in listed_result().unknowns if one.reason)
    waived = listed_result().waived[0]
    for one, words in ((undecided, undecided.reason.way_out.zh), (waived, "赵示例, 至 2027-01-31：迁移中")):  # type: ignore[union-attr]
        with opened(browser, report, f"#list?f={one.fingerprint}") as watched:
            watched.ready().page.wait_for_selector(_DETAIL)
            assert words in watched.page.locator("#list-entry").inner_text()


_NO_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', { value: undefined })"
_CATCH = "window.__copied = ''; Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (said) => { window.__copied = said; } } })"
_OLD_WAY = "document.execCommand = () => { window.__copied = String(getSelection()) || document.activeElement.value; return true; }"
_NO_WAY = "document.execCommand = () => false"


@pytest.mark.parametrize("scripts", [(_CATCH,), (_NO_CLIPBOARD, _OLD_WAY)], ids=["clipboard", "the old way"])
def test_the_waiver_command_is_copied_and_said_to_be(shown: Opened, scripts: tuple[str, ...]) -> None:
    page = shown.page
    for script in scripts:
        page.evaluate(script)
    page.locator(".list-body .list-row").first.click()
    page.locator("#list-copy").click()
    page.wait_for_function("() => document.getElementById('list-copied').textContent.includes('已复制')")
    expected = f'audit waive {listed_result().findings[0].fingerprint} --until YYYY-MM-DD --reason "" --by ""'
    assert page.evaluate("window.__copied") == expected


def test_where_copying_is_forbidden_the_command_stands_there_selected(shown: Opened) -> None:
    page = shown.page
    page.evaluate(_NO_CLIPBOARD)
    page.evaluate(_NO_WAY)
    page.locator(".list-body .list-row").first.click()
    page.locator("#list-copy").click()
    page.wait_for_function("() => document.getElementById('list-copied').textContent.includes('手动复制')")
    assert page.locator("#list-command").is_visible()
    assert "audit waive" in page.evaluate("document.activeElement.value")


@LANGUAGES
def test_the_export_of_everything_is_the_programs_own_csv(browser: Any, lang: str, tmp_path: Path) -> None:
    html, own = write_reports(listed_result(), tmp_path, ["html", "csv"], lang=lang)
    with opened(browser, html, accept_downloads=True) as watched:
        page = watched.ready().page
        with page.expect_download() as download:
            page.locator("#list-export").click()
        assert download.value.suggested_filename == "findings-2026-11-23.csv"
        assert Path(download.value.path()).read_bytes() == own.read_bytes()


def test_the_export_holds_what_is_filtered_in_the_order_shown(shown: Opened, report: Path) -> None:
    import csv

    page = shown.page
    page.locator("[data-facet=severity] input").nth(1).check()
    page.get_by_role("columnheader", name="对象").get_by_role("button").click()
    targets = shown.rows("target")
    with page.expect_download() as download:
        page.locator("#list-export").click()
    with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as file:
        head, *rows = list(csv.reader(file))
    assert [row[head.index("对象")] for row in rows] == targets
    assert {row[head.index("严重程度")] for row in rows} == {"高"}


@LANGUAGES
def test_hostile_text_stays_text_and_nothing_is_asked_for(browser: Any, lang: str, tmp_path: Path) -> None:
    (path,) = write_reports(sample_result(), tmp_path, ["html"], lang=lang)
    with opened(browser, path) as watched:
        page = watched.ready().page
        plain = {"section", "h2", "h3", "h4", "noscript", "p", "div", "small", "label", "input", "fieldset", "legend", "select", "option",
                 "span", "b", "ul", "li", "button", "strong", "dl", "dt", "dd", "a", "textarea"}  # fmt: skip
        page.locator("#list-q").fill("h")
        for menu in page.locator("#list select").all():
            menu.focus()
        page.locator(_GRID).focus()
        page.keyboard.press("Home")
        page.keyboard.press("Enter")
        page.wait_for_selector(_DETAIL)
        for _ in range(len(HOSTILE) + 10):
            page.keyboard.press("Tab")
            page.locator("#list-next").click()
            tags = page.evaluate(
                "[...new Set([...document.querySelectorAll('#list, #list *')].map(one => one.localName))]"
            )
            assert set(tags) <= plain
            if page.locator("#list-next").is_disabled():
                break
        links = page.evaluate(
            "[...document.querySelectorAll('#list a')].map(one => one.getAttribute('href'))"
        )
        assert all(link.startswith("#") for link in links)
        assert (
            page.evaluate(
                "document.querySelectorAll('#list [onclick], #list [onerror], #list [onload], #list [style*=url]').length"
            )
            == 0
        )
        shown = page.locator("#list").inner_text()
        assert not set(shown) & set("\x00\u202e\u2066\u200b\uffff")
        assert watched.requests == [path.as_uri()]
        assert watched.complaints == []
        assert watched.violations == []


def test_a_formula_in_a_cell_is_defused_in_the_export(shown: Opened) -> None:
    with shown.page.expect_download() as download:
        shown.page.locator("#list-export").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert "'=HYPERLINK" in text
    assert ",=HYPERLINK" not in text
    assert "'@SUM" in text
    assert "'＝1+1" in text


@LANGUAGES
@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_serious_stands_between_the_list_and_assistive_technology(
    browser: Any, lang: str, width: int, tmp_path: Path
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    (path,) = write_reports(listed_result(), tmp_path, ["html"], lang=lang)
    with opened(browser, path, viewport={"width": width, "height": 900}) as watched:
        page = watched.ready().page
        page.locator("[data-facet=severity] input").first.check()
        for _ in range(2):
            found = Axe().run(page).response["violations"]
            serious = [one for one in found if one["impact"] in ("serious", "critical")]
            assert [(one["id"], [node["html"][:200] for node in one["nodes"]][:3]) for one in serious] == []
            page.locator(_GRID).press("Enter")
            page.wait_for_selector(_DETAIL)
        edge = "Math.max(...[...document.querySelectorAll('#list, #list *')].map(one => one.getBoundingClientRect().right))"
        assert page.evaluate(edge) <= width, "something of the list stands outside the window"


def test_without_scripts_a_sentence_says_where_everything_is(browser: Any, report: Path) -> None:
    with opened(browser, report, java_script_enabled=False) as watched:
        page = watched.page
        assert "Excel" in page.locator("#list noscript").inner_text()
        assert page.locator("#list-app").is_hidden()
        assert page.locator("article.finding").count() >= len(listed_result().failures)


def test_a_browser_that_cannot_unpack_says_so(browser: Any, report: Path) -> None:
    made = browser.new_context()
    made.add_init_script("delete window.DecompressionStream")
    page = made.new_page()
    page.goto(report.as_uri())
    assert page.locator("#list-notice").is_visible()
    assert page.locator("#list-app").is_hidden()
    assert page.locator("article.finding").count() >= len(listed_result().failures)
    made.close()


def test_on_paper_the_list_gives_way_to_the_static_parts(shown: Opened) -> None:
    page = shown.page
    page.emulate_media(media="print")
    assert page.locator("#list").is_hidden()
    assert page.locator("article.finding").first.is_visible()
    assert page.pdf(format="A4", prefer_css_page_size=True).startswith(b"%PDF")


def test_a_result_without_findings_needs_no_script(browser: Any, tmp_path: Path) -> None:
    (path,) = write_reports(quiet_result(), tmp_path, ["html"])
    with opened(browser, path) as watched:
        assert watched.page.evaluate("document.scripts.length") == 0
        assert watched.page.locator("#list").is_visible()
        assert watched.complaints == []
