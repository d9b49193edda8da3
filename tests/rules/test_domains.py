"""Domain names by the Public Suffix List, in both forms, and every way a text is none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.model.text import Text
from auditor.model.values import DomainName
from auditor.rules import domains
from auditor.rules.domains import public_suffix, read_domain, registrable


def name(text: str) -> DomainName:
    found = read_domain(text)
    assert isinstance(found, DomainName), found
    return found


@pytest.mark.parametrize(
    ("text", "ulabel", "alabel", "host"),
    [
        ("example.cn", "example.cn", "example.cn", ""),
        ("EXAMPLE.CN.", "example.cn", "example.cn", ""),
        ("www.example.com.cn", "example.com.cn", "example.com.cn", "www.example.com.cn"),
        ("a.b.bj.cn", "b.bj.cn", "b.bj.cn", "a.b.bj.cn"),
        ("例子.中国", "例子.中国", "xn--fsqu00a.xn--fiqs8s", ""),
        ("XN--FSQU00A.XN--FIQS8S", "例子.中国", "xn--fsqu00a.xn--fiqs8s", ""),
        ("例子.公司.cn", "例子.公司.cn", "xn--fsqu00a.xn--55qx5d.cn", ""),
        ("ｅｘａｍｐｌｅ。ｃｎ", "example.cn", "example.cn", ""),
        ("straße.de", "straße.de", "xn--strae-oqa.de", ""),
        ("r3---sn.example.cn", "example.cn", "example.cn", "r3---sn.example.cn"),
        ("site.github.io", "github.io", "github.io", "site.github.io"),
    ],
)
def test_a_name_is_read_in_both_forms(text: str, ulabel: str, alabel: str, host: str) -> None:
    assert name(text) == DomainName(ulabel, alabel, host)


def test_the_state_councils_portal_is_a_domain_of_its_own_below_the_suffix() -> None:
    assert name("www.gov.cn") == DomainName("www.gov.cn", "www.gov.cn")
    assert read_domain("gov.cn") is domains.IS_SUFFIX


def test_a_suffix_that_the_list_does_not_know_leaves_the_last_two_labels() -> None:
    assert name("a.example.notatld").ulabel == "example.notatld"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", domains.EMPTY),
        ("   ", domains.EMPTY),
        ("公司官网", domains.NO_DOT),
        ("localhost", domains.NO_DOT),
        ("com.cn", domains.IS_SUFFIX),
        ("cn", domains.IS_SUFFIX),
        ("公司.cn", domains.IS_SUFFIX),
        ("me@example.cn", domains.IS_MAIL),
        ("192.0.2.1", domains.IS_ADDRESS),
        ("[2001:db8::1]", domains.IS_ADDRESS),
        ("a..cn", domains.EMPTY_LABEL),
        (".cn", domains.EMPTY_LABEL),
        ("a" * 64 + ".cn", domains.TOO_LONG),
        (".".join(["a" * 60] * 5) + ".cn", domains.TOO_LONG),
        ("-a.cn", domains.BAD_HYPHEN),
        ("a-.cn", domains.BAD_HYPHEN),
        ("a_b.cn", domains.BAD_CHARACTER),
        ("a b.cn", domains.BAD_CHARACTER),
        ("goo\ngle.cn", domains.BAD_CHARACTER),
        ("😀.cn", domains.BAD_CHARACTER),
        ("example.123", domains.BAD_SUFFIX),
        ("example.c", domains.BAD_SUFFIX),
    ],
)
def test_what_is_no_domain_is_refused_with_its_reason(text: str, why: Text) -> None:
    assert read_domain(text) is why


@pytest.mark.parametrize("text", ["xn--a.cn", "xn--.cn", "a\u200db.cn", "\u0301a.cn", "xn--例.cn"])
def test_a_broken_idn_is_refused_and_never_raises(text: str) -> None:
    assert isinstance(read_domain(text), Text)


def test_a_joiner_or_a_sharp_s_is_never_mapped_to_another_name() -> None:
    assert name("faß.com").alabel == "xn--fa-hia.com"
    assert name("fass.com").alabel == "fass.com"


def test_the_public_suffix_of_a_domain() -> None:
    assert public_suffix(name("www.example.com.cn")) == "com.cn"
    assert public_suffix(name("例子.公司.cn")) == "公司.cn"


def test_registrable_drops_the_host_and_answers_none_for_what_is_no_domain() -> None:
    assert registrable("www.example.cn") == DomainName("example.cn", "example.cn")
    assert registrable("not a domain") is None


LABELS = st.text("abcdefghijklmnopqrstuvwxyz0123456789例子网站", min_size=1, max_size=12)


@settings(deadline=None, max_examples=150)
@given(st.lists(LABELS, min_size=1, max_size=3), st.sampled_from(["cn", "com.cn", "com", "中国", "公司.cn"]))
def test_reading_what_was_read_changes_nothing(labels: list[str], suffix: str) -> None:
    found = read_domain(".".join([*labels, suffix]))
    if isinstance(found, DomainName):
        again = DomainName(found.ulabel, found.alabel)
        assert read_domain(found.ulabel) == again
        assert read_domain(found.alabel) == again
        if found.host:
            assert read_domain(found.host) == found


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=40))
def test_any_text_is_a_domain_or_a_reason(text: str) -> None:
    found = read_domain(text)
    if isinstance(found, DomainName):
        assert found.alabel.isascii()
        assert "." in found.ulabel
        assert not any(ch.isspace() for ch in found.ulabel)
