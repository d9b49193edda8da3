"""Home pages asked live, at little web servers on 127.0.0.1: which page counts, and what no page may be taken for."""

from __future__ import annotations

import asyncio
import gzip
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from auditor.evidence.addresses import Allowed
from auditor.evidence.answer import Answer
from auditor.evidence.asking import Asked, Signal
from auditor.evidence.interpretation import interpret
from auditor.evidence.live_web import WebAsker
from auditor.evidence.servers import shipped_authorities
from auditor.evidence.web_charset import decode_page
from auditor.evidence.web_fetch import MAX_BODY
from auditor.model.evidence import HomePage, Outcome
from auditor.model.values import DomainName
from tests.servers.http_server import HttpServer, Page, html_page, redirect, too_many
from tests.servers.serving import CLOSED, RESET, STALLED, Ending, Lines, Reply, unused_port
from tests.servers.tls import server_context, trusting_context

# The certificate of the test servers names www.test.example, but not test.example.
TEST = DomainName("test.example", "test.example")
WWW, APEX = "www.test.example", "test.example"
FOOTER = '<a href="https://beian.miit.gov.cn/">京ICP备12345678号-1</a>'
HOME = f"<html><head><title>首页</title></head><body><p>欢迎光临本站</p>{FOOTER}</body></html>"
MISSING = html_page("<p>not found</p>", 404)
Script = Mapping[str, Lines[Reply]]


class FixedClock:
    """Always the same moment."""

    def now(self) -> datetime:
        """Some moment."""
        return datetime(2026, 11, 20, 0, 0, tzinfo=UTC)


@dataclass
class Site:
    """A site: what stands at https and http, None where nobody listens; which of its names have an address."""

    https: Script | None = None
    http: Script | None = None
    names: Sequence[str] = (WWW, APEX)
    addresses: Mapping[str, Sequence[str]] = field(default_factory=dict)
    problem: OSError | None = None
    timeout_s: float = 5.0
    trusted: bool = True
    permitted: Sequence[str] = ()
    seen: list[str] = field(default_factory=list)
    took_s: float = 0.0

    def ask(self) -> Asked:
        """One look-up with these servers running."""
        secure = HttpServer(self.https or {}, tls=server_context())
        plain = HttpServer(self.http or {})
        if self.https is not None:
            with secure:
                return self._plainly(secure, plain)
        secure.port = unused_port()
        return self._plainly(secure, plain)

    def _plainly(self, secure: HttpServer, plain: HttpServer) -> Asked:
        if self.http is not None:
            with plain:
                return self._run(secure, plain)
        plain.port = unused_port()
        return self._run(secure, plain)

    def _run(self, secure: HttpServer, plain: HttpServer) -> Asked:
        start = time.monotonic()
        asked = asyncio.run(self._look_up(secure.port, plain.port))
        self.took_s = time.monotonic() - start
        for server, scheme in ((secure, "https"), (plain, "http")):
            self.seen += [f"{scheme}://{one.headers['host'].partition(':')[0]}" for one in server.seen]
        return asked

    async def _look_up(self, https: int, http: int) -> Asked:
        async def resolve(host: str, port: int) -> Sequence[str]:
            if self.problem is not None:
                raise self.problem
            if host in self.addresses:
                return self.addresses[host]
            if host in self.names:
                return ["127.0.0.1"]
            raise socket.gaierror(socket.EAI_NONAME, "no such name")

        open_to = [f"{host}:{port}" for host in self.names for port in (https, http)]
        asker = WebAsker(
            FixedClock(),
            timeout_s=self.timeout_s,
            allowed=Allowed.of([*open_to, *self.permitted]),
            resolve=resolve,
            tls=trusting_context() if self.trusted else None,
            ports={"https": https, "http": http},
        )
        (question,) = asker.questions(TEST)
        asked = await asker.ask(question)
        await asker.close()
        return asked


def raw_of(asked: Asked) -> dict[str, Any]:
    """The recorded map."""
    raw = asked.observation.raw
    assert isinstance(raw, dict)
    return raw


def answer_of(asked: Asked) -> Answer:
    """What the reader makes of the observation."""
    return interpret(asked.observation, shipped_authorities())


def page_of(asked: Asked) -> HomePage:
    """The page as the checks see it."""
    content = answer_of(asked).content
    assert isinstance(content, HomePage)
    return content


def test_the_first_page_that_opens_is_taken_and_nothing_else_is_asked_for() -> None:
    site = Site(https={"/": HOME}, http={"/": HOME})
    asked = site.ask()
    assert (asked.observation.outcome, asked.signal) == ("answered", Signal.OK)
    assert asked.observation.server == "https://www.test.example/"
    assert raw_of(asked)["tls"] is True
    assert raw_of(asked)["status"] == 200
    assert not raw_of(asked)["truncated"]
    assert site.seen == ["https://www.test.example"]
    page = page_of(asked)
    assert page.opened
    assert page.complete
    assert [one.raw for one in page.record_numbers] == ["京ICP备12345678号-1"]


def test_where_https_is_not_served_http_is_taken() -> None:
    asked = Site(http={"/": HOME}).ask()
    assert raw_of(asked)["tls"] is False
    assert raw_of(asked)["url"].startswith("http://www.test.example:")
    assert page_of(asked).opened


def test_a_certificate_that_nobody_vouches_for_sends_us_to_http_with_a_note() -> None:
    site = Site(https={"/": "<p>secret</p>"}, http={"/": HOME}, trusted=False)
    asked = site.ask()
    assert raw_of(asked)["tls"] is False
    assert "certificate" in raw_of(asked)["certificate_error"]
    assert site.seen == ["http://www.test.example"]


def test_a_certificate_for_another_name_is_not_accepted() -> None:
    asked = Site(https={"/": HOME}, http={"/": HOME}, names=[APEX]).ask()
    assert raw_of(asked)["tls"] is False
    assert "test.example" in raw_of(asked)["certificate_error"]


def test_plain_http_on_the_https_port_is_noted_as_broken_tls() -> None:
    async def blunt(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    async def look_up(http: int) -> Asked:
        async with await asyncio.start_server(blunt, "127.0.0.1", 0) as wrong:
            return await Site()._look_up(wrong.sockets[0].getsockname()[1], http)

    with HttpServer({"/": HOME}) as plain:
        asked = asyncio.run(look_up(plain.port))
    assert raw_of(asked)["tls"] is False
    assert raw_of(asked)["tls_error"]


def test_where_only_the_bad_certificate_stands_no_page_is_claimed() -> None:
    asked = Site(https={"/": HOME}, trusted=False).ask()
    assert (asked.observation.outcome, asked.signal) == ("error", Signal.OK)
    assert raw_of(asked)["error"] == "certificate"
    assert answer_of(asked).outcome is Outcome.ERROR


def test_the_apex_is_asked_where_www_does_not_open() -> None:
    site = Site(http={f"{WWW} /": MISSING, f"{APEX} /": HOME})
    asked = site.ask()
    assert site.seen == ["http://www.test.example", "http://test.example"]
    assert raw_of(asked)["url"].startswith("http://test.example:")


def test_a_name_without_an_address_is_not_tried_twice() -> None:
    asked = Site(http={"/": HOME}, names=[APEX]).ask()
    assert page_of(asked).opened


def test_a_domain_without_any_address_has_no_page_and_no_server_is_blamed() -> None:
    asked = Site(names=()).ask()
    assert (asked.observation.outcome, asked.signal) == ("answered", Signal.OK)
    assert raw_of(asked)["error"] == "no_address"
    assert answer_of(asked).outcome is Outcome.NOT_FOUND


def test_a_resolver_that_cannot_say_is_a_failure() -> None:
    asked = Site(problem=socket.gaierror(socket.EAI_AGAIN, "try again")).ask()
    assert (asked.observation.outcome, asked.signal) == ("error", Signal.FAILED)
    assert raw_of(asked)["error"] == "unresolved"


def test_an_error_status_from_every_door_is_the_servers_own_word() -> None:
    asked = Site(http={"/": html_page("<p>出错了</p>", 502)}).ask()
    assert (asked.observation.outcome, asked.signal) == ("answered", Signal.OK)
    page = page_of(asked)
    assert page.status == 502
    assert not page.opened


def test_an_error_status_settles_nothing_while_another_door_did_not_answer() -> None:
    asked = Site(https={"/": STALLED}, http={"/": html_page("<p>x</p>", 404)}, timeout_s=1.0).ask()
    assert (asked.observation.outcome, asked.signal) == ("timeout", Signal.FAILED)
    assert raw_of(asked)["statuses"] == [404, 404]
    assert answer_of(asked).outcome is Outcome.TIMEOUT


def test_a_stalling_server_does_not_keep_http_from_being_tried() -> None:
    site = Site(https={"/": STALLED}, http={"/": HOME}, timeout_s=1.0)
    assert page_of(site.ask()).opened


def test_a_server_that_stalls_everywhere_ends_with_the_deadline() -> None:
    site = Site(https={"/": STALLED}, http={"/": STALLED}, timeout_s=0.5)
    asked = site.ask()
    assert (asked.observation.outcome, asked.signal) == ("timeout", Signal.FAILED)
    assert site.took_s < 4


def test_a_page_that_trickles_is_cut_at_the_deadline_and_says_so() -> None:
    slow = html_page(HOME, cuts=tuple(range(60, 200, 2)), pause_s=0.2)
    site = Site(http={f"{WWW} /": slow}, timeout_s=0.8)
    asked = site.ask()
    assert site.took_s < 4
    assert raw_of(asked)["truncated"] is True
    assert raw_of(asked)["html"].startswith("<html>")
    assert page_of(asked).opened
    assert not page_of(asked).complete


@pytest.mark.parametrize("ending", [RESET, CLOSED])
def test_a_connection_that_breaks_is_an_error(ending: Reply) -> None:
    asked = Site(http={"/": ending}).ask()
    assert (asked.observation.outcome, asked.signal) == ("error", Signal.FAILED)
    assert raw_of(asked)["error"] == "connection_broken"


def test_nobody_listening_is_an_error_and_no_page() -> None:
    asked = Site().ask()
    assert (asked.observation.outcome, asked.signal) == ("error", Signal.FAILED)
    assert raw_of(asked)["error"] == "connection_refused"


@pytest.mark.parametrize("ending", [Ending.RESET, Ending.CLOSE, Ending.STALL])
def test_a_page_that_breaks_off_is_kept_as_incomplete(ending: Ending) -> None:
    half = html_page("<html><body><p>欢迎光临本站</p>", length=5000, ending=ending)
    asked = Site(http={f"{WWW} /": half}, timeout_s=1.0).ask()
    assert raw_of(asked)["truncated"] is True
    assert page_of(asked).opened
    assert not page_of(asked).complete


def test_ten_megabytes_are_cut_to_one() -> None:
    body = b"<html><body>" + b"<p>more and more</p>" * 500_000
    page = Page(body, headers={"Content-Type": "text/html; charset=utf-8"}, length=-1, ending=Ending.CLOSE)
    asked = Site(http={"/": page}).ask()
    assert len(raw_of(asked)["html"]) == MAX_BODY
    assert raw_of(asked)["truncated"] is True
    assert not page_of(asked).complete


def test_a_packed_page_is_unpacked() -> None:
    page = Page(
        gzip.compress(HOME.encode()), headers={"Content-Type": "text/html", "Content-Encoding": "gzip"}
    )
    assert raw_of(Site(http={"/": page}).ask())["html"] == HOME


def test_a_small_body_that_unpacks_to_a_flood_is_cut() -> None:
    packed = gzip.compress(b"<p>" + b"a" * 200_000_000, 1)
    page = Page(packed, headers={"Content-Type": "text/html", "Content-Encoding": "gzip"})
    asked = Site(http={"/": page}).ask()
    assert len(raw_of(asked)["html"]) == MAX_BODY
    assert raw_of(asked)["truncated"] is True


def test_a_packed_page_that_is_broken_is_no_page() -> None:
    page = Page(b"<p>not packed</p>", headers={"Content-Type": "text/html", "Content-Encoding": "gzip"})
    asked = Site(http={"/": page}).ask()
    assert asked.observation.outcome == "error"


@pytest.mark.parametrize("declared", [True, False])
def test_a_gbk_page_is_read_by_its_header_or_its_markup(declared: bool) -> None:
    markup = HOME.replace("<head>", "<head><meta charset=gb2312>")
    asked = Site(http={"/": html_page(markup, charset="gbk", declared=declared)}).ask()
    assert raw_of(asked)["charset"] == "gb18030"
    assert [one.raw for one in page_of(asked).record_numbers] == ["京ICP备12345678号-1"]


def test_a_character_split_between_packets_stays_whole() -> None:
    page = html_page(HOME)
    cut = HOME.encode().index("备".encode()) + 1
    split = html_page(HOME, cuts=(cut,))
    assert split.body == page.body
    assert raw_of(Site(http={"/": split}).ask())["html"] == HOME


def test_a_redirect_to_another_domain_is_followed_and_recorded() -> None:
    with HttpServer({"/welcome": HOME}) as other:
        site = Site(
            http={"/": redirect(f"http://www.other.example:{other.port}/welcome", 301)},
            addresses={"www.other.example": ["127.0.0.1"]},
            permitted=[f"www.other.example:{other.port}"],
        )
        asked = site.ask()
    raw = raw_of(asked)
    assert raw["final_url"] == f"http://www.other.example:{other.port}/welcome"
    assert len(raw["redirects"]) == 1
    assert raw["url"].startswith("http://www.test.example")
    assert page_of(asked).opened


def test_a_redirect_within_the_site_is_followed() -> None:
    asked = Site(http={"/": redirect("/index.html"), "/index.html": HOME}).ask()
    assert raw_of(asked)["final_url"].endswith("/index.html")


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:{port}/",
        "http://[::1]:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://localhost:{port}/",
        "http://inside.example:{port}/",
        "http://2130706433:{port}/",
        "http://169.254.169.254/latest/meta-data/",
        "//10.0.0.1/",
    ],
)
def test_a_redirect_to_a_private_address_is_never_followed(target: str) -> None:
    with HttpServer({"*": HOME}) as inside:
        site = Site(
            http={"/": redirect(target.format(port=inside.port))},
            addresses={
                "inside.example": ["127.0.0.1", "::1"],
                "localhost": ["127.0.0.1"],
                "2130706433": ["127.0.0.1"],  # as the C library reads it
            },
        )
        asked = site.ask()
        assert inside.queries == []
    assert (asked.observation.outcome, asked.signal) == ("error", Signal.OK)
    assert raw_of(asked)["error"] in ("private_address", "no_address")


def test_a_redirect_to_a_private_address_is_followed_where_the_policy_permits_it() -> None:
    with HttpServer({"/": HOME}) as inside:
        site = Site(http={"/": redirect(f"http://127.0.0.1:{inside.port}/")}, permitted=["127.0.0.0/8"])
        assert page_of(site.ask()).opened


def test_a_domain_that_leads_to_a_private_address_is_not_asked() -> None:
    with HttpServer({"*": HOME}) as inside:

        async def look_up() -> Asked:
            async def resolve(host: str, port: int) -> Sequence[str]:
                return ["127.0.0.1"]

            ports = {"https": inside.port, "http": inside.port}
            asker = WebAsker(FixedClock(), timeout_s=2, resolve=resolve, tls=trusting_context(), ports=ports)
            asked = await asker.ask(asker.questions(TEST)[0])
            await asker.close()
            return asked

        asked = asyncio.run(look_up())
        assert inside.queries == []
    assert (asked.observation.outcome, asked.signal) == ("error", Signal.OK)
    assert raw_of(asked)["error"] == "private_address"


def test_redirects_without_end_are_given_up_without_a_verdict_on_the_page() -> None:
    site = Site(http={"/": redirect("/")})
    asked = site.ask()
    assert raw_of(asked)["status"] == 302
    assert len(raw_of(asked)["redirects"]) == 5
    assert not page_of(asked).opened
    assert len(site.seen) == 12


@pytest.mark.parametrize("target", ["ftp://www.test.example/", "javascript:alert(1)", "weixin://x"])
def test_a_redirect_to_what_is_no_web_address_is_an_error(target: str) -> None:
    asked = Site(http={"/": redirect(target)}).ask()
    assert asked.observation.outcome == "error"
    assert raw_of(asked)["error"] == "bad_redirect"


@pytest.mark.parametrize("kind", ["application/json", "image/png", "application/octet-stream"])
def test_what_is_no_page_is_not_kept_and_not_taken_for_an_empty_page(kind: str) -> None:
    page = Page(b"\x89PNG secret", headers={"Content-Type": kind})
    asked = Site(http={"/": page}).ask()
    assert raw_of(asked)["html"] is None
    assert raw_of(asked)["content_type"] == kind
    assert answer_of(asked).outcome is Outcome.UNPARSED


def test_markup_without_a_type_is_taken_for_a_page() -> None:
    assert page_of(Site(http={"/": Page(HOME.encode())}).ask()).opened
    assert raw_of(Site(http={"/": Page(b"\x00\x01binary")}).ask())["html"] is None


def test_a_site_that_puts_us_off_is_throttled_with_the_wait_it_asks_for() -> None:
    asked = Site(http={"/": too_many("120")}).ask()
    assert (asked.observation.outcome, asked.signal, asked.wait_s) == ("throttled", Signal.REFUSED, 120)
    assert answer_of(asked).outcome is Outcome.THROTTLED


def test_an_empty_page_is_an_answer_but_did_not_open() -> None:
    page = page_of(Site(http={"/": html_page("")}).ask())
    assert not page.opened
    assert page.status == 200


def test_two_names_at_one_address_do_not_share_a_verified_connection() -> None:
    # www opens by a good certificate with an error status; the apex is not named in that certificate.
    site = Site(https={f"{WWW} /": MISSING, f"{APEX} /": HOME}, http={"/": MISSING})
    asked = site.ask()
    assert "https://test.example" not in site.seen
    assert page_of(asked).status == 404


def test_no_cookie_and_no_name_but_the_asked_one_is_sent() -> None:
    with HttpServer({"/": html_page(HOME).with_headers(Set_Cookie="a=b")}) as server:
        asyncio.run(Site()._look_up(unused_port(), server.port))
        (request,) = server.seen
    assert request.method == "GET"
    assert request.headers["host"] == f"www.test.example:{server.port}"
    assert "cookie" not in request.headers
    assert "authorization" not in request.headers


@pytest.mark.parametrize(
    ("body", "header", "text", "charset"),
    [
        ("京ICP备".encode(), "text/html", "京ICP备", "utf-8"),
        ("京ICP备".encode("gbk"), "text/html; charset=GBK", "京ICP备", "gb18030"),
        ("京ICP备".encode("gbk"), "text/html", "京ICP备", "gb18030"),
        ("京ICP备".encode("gbk"), "text/html; charset=iso-8859-1", "京ICP备", "gb18030"),
        ("京ICP备".encode("gbk"), "text/html; charset=utf-8", "京ICP备", "gb18030"),
        ("京ICP备".encode(), "text/html; charset=gbk", "京ICP备", "utf-8"),
        ("京ICP備".encode("big5"), "text/html; charset=Big5", "京ICP備", "big5hkscs"),
        (b"\xef\xbb\xbf" + "京ICP备".encode(), "text/html; charset=gbk", "京ICP备", "utf-8"),
        ("京ICP备".encode("utf-16"), "text/html", "京ICP备", "utf-16"),
        (
            "京".encode("gbk") + b'<?xml version="1.0" encoding="gbk"?>',
            "x; charset=hex",
            "京<?xml",
            "gb18030",
        ),
        (("京ICP备案信息" * 9).encode() + b"\xff", "text/html", "京ICP备案信息" * 9 + "\ufffd", "utf-8"),
        (b"", "", "", "utf-8"),
    ],
)
def test_the_encoding_of_a_page_is_found(body: bytes, header: str, text: str, charset: str) -> None:
    found, codec = decode_page(body, header, cut=False)
    assert found.startswith(text)
    assert codec == charset


@pytest.mark.parametrize("codec", ["utf-8", "gbk"])
def test_a_page_cut_inside_a_character_keeps_its_encoding(codec: str) -> None:
    body = "<p>京ICP备</p>备".encode(codec)[:-1]
    found, _charset = decode_page(body, f"text/html; charset={codec}", cut=True)
    assert found == "<p>京ICP备</p>"
