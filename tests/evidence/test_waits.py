"""How long a server asks to be left alone."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from live_asking import NOW

from auditor.evidence.waits import LONGEST_WAIT_S, retry_after, wait_in_text


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Too many queries, go away for 13 Seconds", 13),
        ("The quota is used up and will be replenished in 50 seconds", 50),
        ("Rate limit. Try again after: 24h0m0s", 86_400),
        ("please wait 2 minutes", 120),
        ("try again in 1h30m", 5400),
        ("Slow down.\r\nWait:\r\n45s\r\n", 45),
        ("查询过于频繁，请 30 秒后重试", 30),
        ("请 5 分钟后再试", 300),
        ("Try again after: 2026-11-23T00:10:00Z", 600),
        ("Try again after: 2026-11-22T00:10:00Z", 0),
        ("wait 10 seconds or wait 20 seconds", 20),
        ("blocked for 400 days, try again", LONGEST_WAIT_S),
    ],
)
def test_a_wait_is_read_from_the_words_of_a_refusal(text: str, seconds: float) -> None:
    assert wait_in_text(text, NOW) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Your access is too fast,please try again later.",
        "Quota exceeded (31/30)",
        "Registry Expiry Date: 2027-01-31T00:00:00Z",
        "Contact us within 30 days",
        "try again: version 1.2.3s",
        "try again after 2026-13-45T99:00:00Z",
    ],
)
def test_where_no_time_is_named_there_is_no_wait(text: str) -> None:
    assert wait_in_text(text, NOW) is None


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("99999999999999", LONGEST_WAIT_S),
        ("Mon, 23 Nov 2026 00:02:00 GMT", 120.0),
        ("Sun, 22 Nov 2026 00:00:00 GMT", 0.0),
        ("13 seconds", 13.0),
        ("24h0m0s", 86_400.0),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, NOW) == seconds


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=200))
def test_no_text_breaks_the_reading_and_no_wait_is_negative_or_endless(text: str) -> None:
    for wait in (wait_in_text("again " + text, NOW), retry_after(text, NOW)):
        assert wait is None or 0 <= wait <= LONGEST_WAIT_S


def test_reading_64_kib_of_anything_is_quick() -> None:
    for piece in ("1", "1 ", "1h", "again ", "again\n", " ", "9999s ", "2026-"):
        started = time.process_time()
        wait_in_text("wait " + piece * (65_536 // len(piece)), NOW)
        assert time.process_time() - started < 0.5
