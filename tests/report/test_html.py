"""report.html: complete, self-contained, and deaf to whatever foreign text asks of it."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from auditor.model.result import AuditResult
from auditor.model.text import say
from auditor.report.html import write_html
from auditor.report.page import Limits
from auditor.report.view import build_view
from auditor.report.wording import Wording
from auditor.report.write import write_reports
from tests.report.pages import Page, read_page
from tests.report.pasts import hostile_past, lived_in
from tests.report.results import HOSTILE, LONG, crowd, finding, quiet_result, sample_result

LANGUAGES = pytest.mark.parametrize("lang", ["zh", "en"])
_ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "a", "div", "nav", "p", "ol", "ul", "li", "main", "header", "section",
    "h1", "h2", "h3", "h4", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "code", "small", "span", "strong", "b",
    "br", "article", "dl", "dt", "dd", "details", "summary", "time", "figure", "figcaption",
}  # fmt: skip
_DRAWN = {"svg", "desc", "defs", "pattern", "rect", "path", "circle", "line", "text", "g"}
_OF_THE_LIST = {
    "noscript",
    "label",
    "input",
    "button",
    "fieldset",
    "legend",
    "select",
    "option",
    "textarea",
    "script",
}
_ATTRIBUTES = {
    "lang", "charset", "http-equiv", "content", "name", "class", "href", "id", "aria-label", "aria-labelledby", "aria-hidden",
    "role", "tabindex", "scope", "colspan", "rowspan", "rel", "datetime", "title", "open", "focusable", "data-list",
}  # fmt: skip
_OF_DRAWINGS = {
    "viewbox", "width", "height", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "rx", "d", "fill", "patternunits",
}  # fmt: skip


def source_of(result: AuditResult, folder: Path, lang: str = "zh") -> str:
    (path,) = write_reports(result, folder, ["html"], lang=lang)
    return path.read_text(encoding="utf-8")


def page_of(result: AuditResult, folder: Path, lang: str = "zh") -> Page:
    return read_page(source_of(result, folder, lang))


def static_part(source: str) -> Page:
    """The page without the list that scripts fill."""
    start = source.index('<section id="list">')
    end = source.index("</section>", start)
    return read_page(re.sub(r"<script\b.*?</script>", "", source[:start] + source[end:], flags=re.DOTALL))


def rows_of(page: Page) -> list[str]:
    """The anchors of the findings that stand in rows."""
    return [one["id"] for one in page.all("tr") if one.get("id", "").startswith("f-")]


def whole_page(result: AuditResult, folder: Path, lang: str = "zh", limits: Limits | None = None) -> str:
    path = folder / "whole.html"
    write_html(build_view(result), path, Wording(lang), limits=limits or Limits())
    return path.read_text(encoding="utf-8")


@LANGUAGES
def test_the_page_is_well_formed_and_names_its_language(lang: str, tmp_path: Path) -> None:
    source = source_of(sample_result(), tmp_path, lang)
    page = read_page(source)
    assert source.startswith("<!DOCTYPE html>")
    assert (page.unclosed, page.left_open) == ([], [])
    assert page.all("html") == [{"lang": {"zh": "zh-CN", "en": "en"}[lang]}]
    assert len(page.ids) == len(set(page.ids))


@LANGUAGES
def test_foreign_text_makes_no_element_and_no_attribute(lang: str, tmp_path: Path) -> None:
    for number, result in enumerate((sample_result(), hostile_past())):
        page = static_part(source_of(result, tmp_path / str(number), lang))
        assert {one.tag for one in page.elements} <= _ALLOWED | _DRAWN
        for one in page.elements:
            assert set(one.attributes) <= (_ATTRIBUTES | _OF_DRAWINGS if one.tag in _DRAWN else _ATTRIBUTES)
            assert not set(one.attributes) & {"style", "onload", "onerror", "onclick", "onmouseover", "src"}


def test_the_list_adds_only_what_a_list_needs(tmp_path: Path) -> None:
    page = page_of(hostile_past(), tmp_path)
    assert {one.tag for one in page.elements} <= _ALLOWED | _DRAWN | _OF_THE_LIST
    assert not any(
        key.startswith("on") or key in ("style", "src") for one in page.elements for key in one.attributes
    )


def test_foreign_text_is_shown_letter_by_letter(tmp_path: Path) -> None:
    text = page_of(sample_result(), tmp_path).text
    for one in HOSTILE:
        plain = one.replace("\r\n", "\n")
        if all(character.isprintable() or character in "\n" for character in plain) and "\u3164" not in plain:
            assert plain in text
    for shown in ("⟦U+202E⟧", "⟦U+0000⟧", "⟦U+D800⟧", "⟦U+200B⟧", "⟦U+FFFE⟧", "⟦U+2028⟧"):
        assert shown in text


def test_a_cell_of_forty_thousand_characters_is_cut_aloud(tmp_path: Path) -> None:
    source = source_of(sample_result(), tmp_path)
    assert LONG[:1_900] in source
    assert LONG[:2_001] not in source
    assert "全文共 40,000 个字符" in source


def test_nothing_is_loaded_and_only_web_addresses_are_linked(tmp_path: Path) -> None:
    page = page_of(sample_result(), tmp_path)
    links = [one["href"] for one in page.all("a")]
    outside = [link for link in links if not link.startswith("#")]
    assert outside
    assert all(re.fullmatch(r"https?://[^\s\"'<>]+", link) for link in outside)
    assert all(
        "noopener" in one["rel"] and "noreferrer" in one["rel"]
        for one in page.all("a")
        if one["href"] in outside
    )
    assert "url(" not in page.style
    assert "@import" not in page.style


@LANGUAGES
def test_every_link_within_the_page_leads_somewhere(lang: str, tmp_path: Path) -> None:
    for number, result in enumerate(
        (sample_result(), quiet_result(), lived_in(), crowd(900, 40), crowd(6_000, 60))
    ):
        (tmp_path / str(number)).mkdir()
        page = read_page(whole_page(result, tmp_path / str(number), lang))
        inside = {one["href"][1:] for one in page.all("a") if one["href"].startswith("#")}
        assert inside <= set(page.ids)
        assert len(page.ids) == len(set(page.ids))
        named = {name for one in page.elements for name in one.attributes.get("aria-labelledby", "").split()}
        assert named <= set(page.ids)


def test_the_content_policy_allows_these_style_sheets_and_this_script_and_nothing_else(
    tmp_path: Path,
) -> None:
    source = source_of(lived_in(), tmp_path)
    page = read_page(source)
    policy = next(
        one["content"] for one in page.all("meta") if one.get("http-equiv") == "Content-Security-Policy"
    )
    styles = [digest(one) for one in re.findall(r"<style>(.*?)</style>", source, re.DOTALL)]
    (script,) = re.findall(r"<script>(.*?)</script>", source, re.DOTALL)
    assert policy == (
        f"default-src 'none'; script-src {digest(script)}; style-src {' '.join(styles)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    assert not re.search(r"<[^>]*\sstyle=", re.sub(r"<script\b.*?</script>", "", source, flags=re.DOTALL))


def digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@LANGUAGES
def test_headings_go_down_one_step_at_a_time(lang: str, tmp_path: Path) -> None:
    for number, result in enumerate((lived_in(), crowd(900, 40), quiet_result())):
        (tmp_path / str(number)).mkdir()
        page = read_page(whole_page(result, tmp_path / str(number), lang))
        levels = [int(one.tag[1]) for one in page.elements if re.fullmatch("h[1-6]", one.tag)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))


@LANGUAGES
def test_every_table_has_a_caption_and_every_head_a_scope(lang: str, tmp_path: Path) -> None:
    page = read_page(whole_page(lived_in(), tmp_path, lang))
    assert len(page.all("table")) == len(page.all("caption"))
    assert all(one.get("scope") for one in page.all("th"))


@LANGUAGES
def test_what_was_audited_and_how_completely_stands_before_the_verdict(lang: str, tmp_path: Path) -> None:
    ids = page_of(sample_result(), tmp_path, lang).ids
    order = ["audited", "coverage", "conclusion", "changes", "counts", "entities", "plan", "glance", "findings", "unknown",
             "waived", "stale", "shared", "expiry", "rows", "checks", "run", "signature"]  # fmt: skip
    assert [one for one in ids if one in order] == order


@LANGUAGES
def test_every_finding_stands_on_the_page_with_its_fingerprint(lang: str, tmp_path: Path) -> None:
    result = sample_result()
    page = page_of(result, tmp_path, lang)
    articles = page.all("article")
    assert len(articles) == len(result.failures)
    for one in result.failures:
        assert one.fingerprint in page.text


def test_filing_and_evidence_stand_side_by_side(tmp_path: Path) -> None:
    text = page_of(sample_result(), tmp_path).text
    for words in (
        "备案记载",
        "证据显示",
        "别家有限公司",
        "WHOIS",
        "2026-11-20 08:01",
        "台账.xlsx › 台账 › C2",
        "更正台账",
        "2026-12-07",
    ):
        assert words in text
    assert "2027-02-09 (估算)" in text


def test_severity_is_told_by_word_and_shape(tmp_path: Path) -> None:
    text = page_of(sample_result(), tmp_path).text
    for shape, word in (("■", "严重"), ("▲", "高"), ("◆", "中"), ("●", "低"), ("○", "提示")):
        assert f"{shape}\n{word}" in text


def test_an_unknown_reason_comes_with_its_way_out(tmp_path: Path) -> None:
    text = page_of(sample_result(), tmp_path).text
    for one in sample_result().unknowns:
        assert one.reason is not None
        assert one.reason.text.zh in text
        assert one.reason.way_out.zh in text


def test_the_english_page_has_no_chinese_words_of_its_own(tmp_path: Path) -> None:
    result = replace(quiet_result(), reading=replace(quiet_result().reading, inputs=()))
    plain = page_of(replace(result, tallies=()), tmp_path, "en").text
    assert not re.search(r"[\u3400-\u9fff]", plain)


def test_a_clean_audit_says_so_and_an_unfinished_one_does_not(tmp_path: Path) -> None:
    clean = source_of(quiet_result(), tmp_path / "1")
    assert 'class="conclusion clear"' in clean
    blind = source_of(quiet_result(coverage=()), tmp_path / "2")
    assert 'class="conclusion open"' in blind
    assert "不能视为合规" in blind


def test_many_findings_stand_in_rows_with_remedy_and_basis_once_for_each_check(tmp_path: Path) -> None:
    result = crowd(900, 200)
    page = read_page(whole_page(result, tmp_path))
    assert page.all("article") == []
    rows = rows_of(page)
    assert {f"f-{one.fingerprint}" for one in result.failures} <= set(rows)
    assert page.text.count("更正台账") == 1
    assert page.text.count("《管理办法》第五条") == 1
    assert sum(1 for one in page.all("a") if one["href"] == "#how-OWN205") == 900


def test_counts_lead_to_their_place_and_with_scripts_to_their_list(tmp_path: Path) -> None:
    result = lived_in()
    page = read_page(whole_page(result, tmp_path))
    lists = {one["data-list"]: one["href"] for one in page.all("a") if "data-list" in one}
    assert lists["severity=critical&status=failed"] == "#severity-critical"
    assert lists["family=OWN&status=unknown"] == "#unknown"
    assert lists["status=waived"] == "#waived"
    assert lists["change=worse&status=failed&status=unknown"] == "#changes-worse"
    assert any(one.startswith("entity=%E4%BA%AC") for one in lists)


def test_a_row_repeats_nothing_that_its_message_says(tmp_path: Path) -> None:
    said = replace(
        finding("OWN205", "a.cn"), message=(say("甲 与 乙", "甲 and 乙"),), expected="甲", observed="乙"
    )
    bare = replace(finding("OWN205", "b.cn"), expected="丙", observed=None)
    result = quiet_result(findings=(said, bare))
    text = read_page(whole_page(result, tmp_path, limits=Limits(cards=0))).text
    assert "甲 → 乙" not in text.replace("\n", " ")
    assert "丙" in text


def test_five_thousand_findings_stand_whole_within_the_budget(tmp_path: Path) -> None:
    result = crowd(2_500, 2_500)
    source = whole_page(result, tmp_path)
    page = read_page(source)
    assert len(rows_of(page)) == 5_000
    assert "项未显示" not in page.text
    assert len(source.encode()) < 2_500_000


def test_a_crowd_of_findings_is_cut_with_a_plain_statement(tmp_path: Path) -> None:
    result = crowd(2_500, 3_000)
    source = whole_page(result, tmp_path)
    page = read_page(source)
    shown = {f"f-{one.fingerprint}" for one in result.failures} & set(rows_of(page))
    assert len(shown) == 300
    assert "此处显示 300 项, 另有 2,200 项未显示" in source
    assert "此处显示 5 项, 另有 1,495 项未显示" in source
    assert "2,500" in page.text
    assert len(source) < 1_000_000


def test_undecided_verdicts_by_the_ten_thousand_do_not_swell_the_static_page(tmp_path: Path) -> None:
    sizes = []
    for count in (6_000, 30_000):
        source = whole_page(crowd(0, count), tmp_path)
        sizes.append(len(re.sub(r"<script\b.*?</script>", "", source, flags=re.DOTALL)))
    assert sizes[1] < sizes[0] * 1.1


def test_limits_hold_for_each_entity(tmp_path: Path) -> None:
    limits = Limits(everything=10, findings=30, of_entity=2)
    page = read_page(whole_page(crowd(200, 0), tmp_path, limits=limits))
    assert len(page.all("article")) + len(rows_of(page)) == 30


def test_the_same_result_gives_the_same_bytes(tmp_path: Path) -> None:
    assert source_of(sample_result(), tmp_path / "1") == source_of(sample_result(), tmp_path / "2")
