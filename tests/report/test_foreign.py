"""Foreign text: what hides is shown, what is long is cut aloud, what would run as a formula is defused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.report.foreign import cut, cut_utf16, defused, encodable, visible

ANY = st.text(st.characters(codec=None, exclude_categories=()))


@pytest.mark.parametrize("text", ["示例科技（北京）有限公司", "café №1 — 50 %", "a\tb\nc", "🙂", "Ω≈ç"])
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(
    "character",
    ["\x00", "\x1b", "\x7f", "\x85", "\u200b", "\u200f", "\u202e", "\u2066", "\u2028", "\ufeff", "\u00ad", "\u3164",
     "\ud800", "\ufffe", "\uffff", "\U000e0041", "\U0001fffe", "\U0010ffff"],
)  # fmt: skip
def test_a_character_that_hides_is_named(character: str) -> None:
    assert visible(f"a{character}b") == f"a⟦U+{ord(character):04X}⟧b"


def test_line_ends_of_every_system_become_one() -> None:
    assert visible("a\r\nb") == "a\nb"
    assert visible("a\rb") == "a⟦U+000D⟧b"


@settings(deadline=None, max_examples=150)
@given(ANY)
def test_visible_text_can_be_encoded_and_stays_visible(text: str) -> None:
    shown = visible(text)
    shown.encode("utf-8")
    assert visible(shown) == shown


@settings(deadline=None, max_examples=100)
@given(ANY)
def test_encodable_text_differs_only_where_utf8_could_not_hold_it(text: str) -> None:
    shown = encodable(text)
    shown.encode("utf-8")
    if not any("\ud800" <= character <= "\udfff" for character in text):
        assert shown == text


def test_a_cut_text_says_how_long_it_was() -> None:
    assert cut("长" * 100, 100, "zh") == "长" * 100
    assert "101" in cut("长" * 101, 100, "zh")
    assert "101" in cut("长" * 101, 100, "en")
    assert len(cut("长" * 101, 100, "zh")) == 100


@settings(deadline=None, max_examples=100)
@given(ANY, st.integers(min_value=60, max_value=200))
def test_a_cut_for_excel_never_has_more_units_than_allowed(text: str, limit: int) -> None:
    shown = cut_utf16(text * 20, limit, "zh")
    assert len(shown.encode("utf-16-le", "surrogatepass")) // 2 <= limit


@pytest.mark.parametrize(
    "text", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "-", "+86 138"]
)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert defused(text) == "'" + text


@pytest.mark.parametrize(
    "text", ["-5", "-5.25", "-3%", "2026-11-23", "京ICP备12345678号", "", "a=b", "— 没有"]
)
def test_numbers_dates_and_words_stay_as_they_are(text: str) -> None:
    assert defused(text) == text
