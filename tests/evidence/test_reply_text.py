"""From the bytes of a WHOIS reply to its text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.evidence.reply_text import REPLACEMENT, decode_reply

HOLDER = "Registrant: 北京示例科技有限公司\r\n"


def test_utf8_is_read_as_it_is() -> None:
    found = decode_reply(HOLDER.encode())
    assert (found.text, found.encoding, found.exact) == (HOLDER, "utf-8", True)


@pytest.mark.parametrize("text", [HOLDER, "Registrant: 陈喆\r\n" + HOLDER, HOLDER * 200])
def test_gbk_is_recognised(text: str) -> None:
    found = decode_reply(text.encode("gbk"))
    assert (found.text, found.encoding, found.exact) == (text, "gb18030", True)


def test_gbk_cut_inside_its_last_character_loses_that_character_only() -> None:
    found = decode_reply("Registrant: 北京示例科技".encode("gbk")[:-1])
    assert found.text == "Registrant: 北京示例科" + REPLACEMENT
    assert not found.exact


def test_damaged_utf8_never_turns_into_other_chinese_characters() -> None:
    whole = HOLDER.encode()
    for at in range(len(whole)):
        for damaged in (whole[:at] + b"\xff" + whole[at + 1 :], whole[:at] + whole[at + 1 :], whole[:at]):
            found = decode_reply(damaged)
            assert found.encoding == "utf-8", (at, found)


@pytest.mark.parametrize(
    "text", ["Registrant: Müller GmbH", "Registrant: Société Générale", "Größe: übergroß Ärzte"]
)
def test_latin_letters_never_turn_into_chinese_ones(text: str) -> None:
    found = decode_reply(text.encode("latin-1"))
    assert not found.exact
    assert REPLACEMENT in found.text
    assert not any("\u3400" <= ch <= "\u9fff" for ch in found.text)


def test_one_damaged_character_alone_is_replaced_and_never_read_as_gbk() -> None:
    for character in "京浜科谷例":
        for rest in ("", "\r\nRegistrar: Example\r\n"):
            assert decode_reply(b"Registrant: " + character.encode()[:2] + rest.encode()).encoding == "utf-8"


def test_a_registry_of_another_charset_is_read_in_it() -> None:
    assert decode_reply("Müller".encode("latin-1"), "iso-8859-1").text == "Müller"


def test_a_charset_nobody_knows_is_as_good_as_none() -> None:
    assert decode_reply(HOLDER.encode(), "klingon").text == HOLDER


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=300))
def test_any_bytes_become_text_that_can_be_stored(data: bytes) -> None:
    decode_reply(data).text.encode("utf-8")


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=100))
def test_whatever_was_sent_in_utf8_comes_back(text: str) -> None:
    clean = text.encode("utf-8", "ignore").decode()
    assert decode_reply(clean.encode()).text == clean
