"""report.html: complete, self-contained, and deaf to whatever foreign text asks of it."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest

from auditor.model.result import AuditResult
from auditor.report.html import write_html
from auditor.report.page import Limits
from auditor.report.view import build_view
from auditor.report.wording import Wording
from auditor.report.write import write_reports
from tests.report.pages import Page, read_page
from tests.report.results import HOSTILE, LONG, crowd, quiet_result, sample_result

LANGUAGES = pytest.mark.parametrize("lang", ["zh", "en"])
_ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "a", "div", "nav", "p", "ol", "ul", "li", "main", "header", "section",
    "h1", "h2", "h3", "h4", "table", "thead", "tbody", "tfoot", "tr", "th", "td", "code", "small", "span", "strong", "b", "br",
    "article", "dl", "dt", "dd", "details", "summary", "time",
}  # fmt: skip
_ATTRIBUTES = {
    "lang", "charset", "http-equiv", "content", "name", "class", "href", "id", "aria-label", "aria-hidden", "role", "tabindex",
    "scope", "colspan", "rowspan", "rel", "datetime", "title", "open",
}  # fmt: skip


def source_of(result: AuditResult, folder: Path, lang: str = "zh") -> str:
    (path,) = write_reports(result, folder, ["html"], lang=lang)
    return path.read_text(encoding="utf-8")


def page_of(result: AuditResult, folder: Path, lang: str = "zh") -> Page:
    return read_page(source_of(result, folder, lang))


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
    page = page_of(sample_result(), tmp_path, lang)
    assert {one.tag for one in page.elements} <= _ALLOWED
    assert {key for one in page.elements for key in one.attributes} <= _ATTRIBUTES


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
    for result in (sample_result(), quiet_result()):
        page = page_of(result, tmp_path, lang)
        inside = {one["href"][1:] for one in page.all("a") if one["href"].startswith("#")}
        assert inside <= set(page.ids)


def test_the_content_policy_allows_this_style_sheet_and_nothing_else(tmp_path: Path) -> None:
    page = page_of(sample_result(), tmp_path)
    policy = next(
        one["content"] for one in page.all("meta") if one.get("http-equiv") == "Content-Security-Policy"
    )
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    )


@LANGUAGES
def test_what_was_audited_and_how_completely_stands_before_the_verdict(lang: str, tmp_path: Path) -> None:
    ids = page_of(sample_result(), tmp_path, lang).ids
    order = ["audited", "coverage", "conclusion", "counts", "entities", "plan", "glance", "findings", "unknown", "shared", "expiry",
             "rows", "checks", "run"]  # fmt: skip
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


def test_a_crowd_of_findings_is_cut_with_a_plain_statement(tmp_path: Path) -> None:
    result = crowd(2_500, 3_000)
    source = source_of(result, tmp_path)
    page = read_page(source)
    shown = len(page.all("article"))
    assert shown == 1_000
    assert "此处显示 1,000 项, 另有 1,500 项未显示" in source
    assert "此处显示 20 项, 另有 1,480 项未显示" in source
    assert "2,500" in page.text
    assert len(source) < 3_000_000


def test_undecided_verdicts_by_the_ten_thousand_do_not_swell_the_page(tmp_path: Path) -> None:
    small = len(source_of(crowd(0, 3_000), tmp_path / "1"))
    large = len(source_of(crowd(0, 30_000), tmp_path / "2"))
    assert large < small * 1.1


def test_limits_hold_for_each_entity(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    limits = Limits(everything=10, findings=30, of_entity=2)
    write_html(build_view(crowd(200, 0)), path, Wording("zh"), limits=limits)
    page = read_page(path.read_text(encoding="utf-8"))
    assert len(page.all("article")) == 30


def test_the_same_result_gives_the_same_bytes(tmp_path: Path) -> None:
    assert source_of(sample_result(), tmp_path / "1") == source_of(sample_result(), tmp_path / "2")
