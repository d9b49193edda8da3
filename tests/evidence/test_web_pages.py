"""Home pages: which numbers they show, with which link, and when what is missing may only be out of sight."""

from __future__ import annotations

import pytest
from evidence_replies import facts, seen
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.evidence.markup import read_markup
from auditor.model.evidence import HomePage, Outcome, ShownNumber, Unavailable

URL = "https://www.example.cn/"
MIIT = "https://beian.miit.gov.cn/"
NUMBER = "京ICP备12345678号-1"


def page(html: str | None, **more: object) -> HomePage:
    found = facts(seen("example.cn", "web", URL, {"url": URL, "status": 200, "html": html, **more}))
    assert isinstance(found.home_page, HomePage)
    return found.home_page


@pytest.mark.parametrize(
    "markup",
    [
        f'<a href="{MIIT}">京ICP备12345678号-1</a>',
        f"<a class=x href={MIIT} target=_blank>京ICP备12345678号-1</a>",
        f"<A HREF='{MIIT}'><span>京<b>ICP</b>备</span>12345678号-1</A>",
        f'<a href="{MIIT}">&#20140;ICP&#x5907;12345678&#21495;-1</a>',
        f'<p>备案号：<a href="{MIIT}">京ICP备12345678号-1</a></p>',
        f'京ICP备<a href="{MIIT}">12345678号-1</a>',
    ],
)
def test_a_number_is_found_with_its_link_however_it_is_marked_up(markup: str) -> None:
    assert page(f"<html><body>{markup}</body></html>").record_numbers == (ShownNumber(NUMBER, MIIT),)


@pytest.mark.parametrize(
    ("markup", "raw"),
    [
        ("京&nbsp;ICP备&nbsp;12345678号-1", "京 ICP备 12345678号-1"),
        ("京ＩＣＰ备１２３４５６７８号－１", "京ICP备12345678号-1"),
        ("京ICP备12345678", "京ICP备12345678"),
        ("京ICP备12345678-5号", "京ICP备12345678-5号"),
        ("京ICP备12345678号 2024 某公司", "京ICP备12345678号"),
        ("京ICP备12345678号</p><p>-1", "京ICP备12345678号"),
        ("蜀ICP备2026021532号-12A", "蜀ICP备2026021532号-12A"),
        ("京ICP证030173号-1", "京ICP证030173号-1"),
        ("粤B2-20090059-5", "粤B2-20090059-5"),
        ("川ICP备12345678号", "川ICP备12345678号"),
        ("京ICP备xxxxxxxx号", "京ICP备xxxxxxxx号"),
    ],
)
def test_numbers_of_every_shape_are_found(markup: str, raw: str) -> None:
    shown = page(f"<html><body><p>{markup}</p></body></html>").record_numbers
    assert [one.raw for one in shown] == [raw]


def test_comments_do_not_show_anything() -> None:
    found = page(f"<html><body><!-- {NUMBER} --><h1>示例公司</h1></body></html>")
    assert found.record_numbers == ()
    assert found.complete


def test_a_police_number_keeps_the_code_of_its_link() -> None:
    link = "https://beian.mps.gov.cn/#/query/webSearch?code=11010802000002"
    found = page(
        f'<html><body><a href="{link.replace("&", "&amp;")}"><img src="x.png">京公网安备 11010802000001号</a></body></html>'
    )
    assert found.police_numbers == (ShownNumber("京公网安备 11010802000001号", link),)


def test_a_whole_page_without_a_number_is_complete() -> None:
    assert page("<html><body><h1>欢迎光临示例公司</h1><p>关于我们</p></body></html>").complete


@pytest.mark.parametrize(
    "html",
    [
        '<html><body><div id="app"></div><script src="/app.js"></script></body></html>',
        '<html><body><div id="root">加载中</div><script>boot()</script></body></html>',
        f"<html><body><h1>{'示例' * 30}</h1><script>document.write('{NUMBER}')</script></body></html>",
        f'<html><body><h1>{"示例" * 30}</h1><img alt="{NUMBER}" src="x.png"></body></html>',
        f'<html><body><h1>{"示例" * 30}</h1><p style="display: none">{NUMBER}</p></body></html>',
        "<html><frameset><frame src=main.html></frameset></html>",
        '<html><head><meta http-equiv="refresh" content="0;url=/main"></head><body>跳转</body></html>',
        "<html><body><h1>示例公司</h1><p>关于",
        "<html><body><h1>示例公司</h1><!-- ",
        "<html><body><img src=x.png></body></html>",
    ],
)
def test_a_page_that_may_show_more_than_its_markup_is_not_complete(html: str) -> None:
    found = page(html)
    assert found.opened
    assert not found.complete
    assert found.record_numbers == ()


def test_a_page_cut_short_by_the_reader_is_not_complete() -> None:
    assert not page("<html><body>示例公司</body></html>", truncated=True).complete


@pytest.mark.parametrize(("status", "html"), [(404, "<p>not found</p>"), (500, None), (200, " "), (204, "")])
def test_a_page_that_is_not_served_is_not_opened(status: int, html: str | None) -> None:
    found = page(html, status=status)
    assert not found.opened
    assert not found.complete


@pytest.mark.parametrize("raw", [{"status": "200", "html": "x"}, {"status": 200}, {"html": 3}, [], 7])
def test_what_is_no_page_is_unread(raw: object) -> None:
    found = facts(seen("example.cn", "web", URL, raw))
    assert found.outcomes[0][1] is Outcome.UNPARSED
    assert isinstance(found.home_page, Unavailable)


def test_the_address_that_opens_goes_before_the_one_that_does_not() -> None:
    found = facts(
        seen("example.cn", "web", URL, {"url": URL, "status": 200, "html": "<p>示例</p>"}),
        seen("example.cn", "web", "https://example.cn/", {"status": 500}, at="2026-11-21T08:00:00+08:00"),
    )
    assert isinstance(found.home_page, HomePage)
    assert found.home_page.url == URL


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<a ",
        '<a href="',
        "<a b='",
        "<!--",
        "<!",
        "<script>",
        "&#",
        "&#9",
        '="',
        "<p hidden>",
        "京ICP备",
        "</a>",
    ],
)
def test_hostile_repetition_ends(piece: str) -> None:
    read_markup(piece * (400_000 // len(piece)))
    page(piece * (100_000 // len(piece)) or "x")


def test_absurd_character_references_do_no_harm() -> None:
    assert page(f"<html><body>{'&#' + '9' * 9000 + ';'}{NUMBER}</body></html>").record_numbers


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="<>/=\"'!-abAsciptyle &#;x9京ICP备12345678号\n\x00İ", max_size=200))
def test_no_markup_raises(html: str) -> None:
    read_markup(html)
