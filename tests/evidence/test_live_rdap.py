"""RDAP asked on loopback: every fault gets its outcome, in time, and none becomes a finding about the domain."""

from __future__ import annotations

import asyncio
import gzip
import json
import time
from collections.abc import Sequence
from dataclasses import replace

import httpx
import pytest
from evidence_replies import rdap
from live_asking import NOW, SETTLED, StillClock, ask, meaning, name, put, registries, shipped

from auditor.evidence.addresses import Allowed
from auditor.evidence.asking import Question, Signal
from auditor.evidence.guarded_http import GuardedTransport
from auditor.evidence.live_rdap import MAX_BODY, RdapAsker
from auditor.evidence.registrar_hosts import RegistrarHosts
from auditor.model.evidence import Outcome
from tests.servers.http_server import RDAP_TYPE, HttpServer, Page, html_page, json_page, redirect, too_many
from tests.servers.serving import CLOSED, RESET, STALLED, Ending, Patience, Reply, unused_port
from tests.servers.tls import server_context, trusting_context

DEADLINE_S = 0.4
PATH = "/com/v1/domain/example.com"
OBJECT = rdap("example.com")
LOOPBACK = Allowed.of(["127.0.0.1"])


def asker(base: str, *, timeout_s: float = DEADLINE_S, **more: object) -> RdapAsker:
    tables = registries({"com": base})
    return RdapAsker(tables, StillClock(), timeout_s=timeout_s, **more)  # type: ignore[arg-type]


def base_of(server: HttpServer) -> str:
    return f"{server.url}/com/v1/"


def test_an_object_is_recorded_as_it_came_under_the_services_base_address() -> None:
    with HttpServer({PATH: json_page(OBJECT)}) as server:
        asked = ask(asker(base_of(server)), "example.com")
        tables = registries({"com": base_of(server)})
    one = asked.observation
    assert (one.outcome, one.raw, one.server, one.fetched_at) == ("answered", OBJECT, base_of(server), NOW)
    assert (asked.signal, asked.wait_s, asked.follow_ups) == (Signal.OK, None, ())
    assert meaning(asked, tables) is Outcome.FOUND
    assert server.seen[0].headers["accept"].startswith(RDAP_TYPE)


def test_the_registrys_404_says_that_there_is_no_such_domain_with_or_without_a_body() -> None:
    bodies = [
        json_page({"errorCode": 404, "title": "Not Found"}, 404),
        json_page({"rdapConformance": ["rdap_level_0"], "title": "no such name"}, 404),
        Page(status=404, headers={"Content-Type": RDAP_TYPE}),
    ]
    for body in bodies:
        with HttpServer({PATH: body}) as server:
            asked = ask(asker(base_of(server)), "example.com")
        assert (asked.observation.outcome, asked.signal) == ("answered", Signal.OK)
        assert isinstance(asked.observation.raw, dict)
        assert asked.observation.raw["errorCode"] == 404
        assert meaning(asked, registries({"com": base_of(server)})) is Outcome.NOT_FOUND


BOMB = Page(gzip.compress(b" " * 50_000_000), headers={"Content-Encoding": "gzip"})
QUOTA = {
    "rdapConformance": ["rdap_level_0"],
    "notices": [{"title": "Quota exceeded", "description": ["(31/30)"]}],
}
WHOLE = json.dumps(OBJECT).encode()

# fault → (what the server does, outcome, signal, what it means)
FAULTS = {
    "stalls": (STALLED, "timeout", Signal.FAILED, Outcome.TIMEOUT),
    "stalls in the middle": (
        Page(WHOLE[:50], length=len(WHOLE), ending=Ending.STALL), "timeout", Signal.FAILED, Outcome.TIMEOUT),
    "is slower than the deadline": (json_page(OBJECT).late(5), "timeout", Signal.FAILED, Outcome.TIMEOUT),
    "drips": (
        json_page(OBJECT).in_packets(*range(1, 300), pause_s=0.05), "timeout", Signal.FAILED, Outcome.TIMEOUT),
    "resets": (RESET, "error", Signal.FAILED, Outcome.ERROR),
    "hangs up": (CLOSED, "error", Signal.FAILED, Outcome.ERROR),
    "cuts off": (Page(WHOLE[:50], length=len(WHOLE)), "error", Signal.FAILED, Outcome.ERROR),
    "cuts off without a length": (Page(WHOLE[:50], length=-1), "answered", Signal.OK, Outcome.UNPARSED),
    "resets in the middle": (
        Page(WHOLE[:50], length=len(WHOLE), ending=Ending.RESET), "error", Signal.FAILED, Outcome.ERROR),
    "sends 10 MB": (Page(b'{"a":"' + b"x" * 10_000_000 + b'"}'), "error", Signal.FAILED, Outcome.ERROR),
    "sends 10 MB in chunks": (Page(b"x" * 10_000_000, chunked=True), "error", Signal.FAILED, Outcome.ERROR),
    "sends a zip bomb": (BOMB, "error", Signal.FAILED, Outcome.ERROR),
    "sends broken gzip": (
        Page(b"no gzip", headers={"Content-Encoding": "gzip"}), "error", Signal.FAILED, Outcome.ERROR),
    "sends half a gzip": (
        Page(gzip.compress(WHOLE)[:-12], headers={"Content-Encoding": "gzip"}), "error", Signal.FAILED,
        Outcome.ERROR),
    "packs in an unknown way": (
        Page(b"??", headers={"Content-Encoding": "br"}), "error", Signal.FAILED, Outcome.ERROR),
    "speaks no HTTP": (Reply(b"220 mail.example ESMTP\r\n\r\n"), "error", Signal.FAILED, Outcome.ERROR),
    "sends a web page": (html_page("<html>登录</html>"), "answered", Signal.OK, Outcome.UNPARSED),
    "sends a web page with 404": (html_page("<html>404</html>", 404), "answered", Signal.OK, Outcome.UNPARSED),
    "is a gateway without this route": (
        json_page({"message": "no Route matched", "status": 404}, 404), "answered", Signal.OK, Outcome.UNPARSED),
    "is a gateway that says 404 with 200": (
        json_page({"error": "Not Found", "status": 404}), "answered", Signal.OK, Outcome.UNPARSED),
    "sends an object with 404": (json_page(OBJECT, 404), "answered", Signal.OK, Outcome.UNPARSED),
    "sends a list": (json_page([OBJECT]), "answered", Signal.OK, Outcome.UNPARSED),
    "sends nothing": (Page(status=200), "answered", Signal.OK, Outcome.UNPARSED),
    "sends NaN": (Page(b'{"objectClassName":"domain","a":NaN}'), "answered", Signal.OK, Outcome.UNPARSED),
    "sends a number beyond all": (Page(b'{"a":1e999}'), "answered", Signal.OK, Outcome.UNPARSED),
    "nests without end": (Page(b'{"a":' + b"[" * 100_000), "answered", Signal.OK, Outcome.UNPARSED),
    "sends GBK": (
        Page(json.dumps({"ldhName": "例子"}, ensure_ascii=False).encode("gbk")), "answered", Signal.OK,
        Outcome.UNPARSED),
    "answers for another name": (
        json_page(rdap("other.com")), "answered", Signal.OK, Outcome.WRONG_ANSWER),
    "sends a quota notice with 200": (json_page(QUOTA), "answered", Signal.REFUSED, Outcome.THROTTLED),
    "says 400": (json_page({"errorCode": 400}, 400), "answered", Signal.OK, Outcome.UNPARSED),
    "says 401": (Page(status=401), "refused", Signal.REFUSED, Outcome.REFUSED),
    "says 403": (html_page("blocked", 403), "refused", Signal.REFUSED, Outcome.REFUSED),
    "says 429": (too_many(), "throttled", Signal.REFUSED, Outcome.THROTTLED),
    "says 500": (Page(status=500), "error", Signal.FAILED, Outcome.ERROR),
    "says 501": (Page(status=501), "unsupported", Signal.OK, Outcome.UNSUPPORTED),
    "says 503": (html_page("busy", 503), "error", Signal.FAILED, Outcome.ERROR),
    "redirects to itself": (redirect(PATH), "error", Signal.FAILED, Outcome.ERROR),
    "redirects nowhere": (Page(status=302), "error", Signal.FAILED, Outcome.ERROR),
    "redirects to a stranger": (
        redirect("https://rdap.evil.example/domain/example.com"), "error", Signal.FAILED, Outcome.ERROR),
    "redirects to a private address": (
        redirect("http://169.254.169.254/domain/example.com"), "error", Signal.FAILED, Outcome.ERROR),
    "redirects to a file": (redirect("file:///etc/domain/example.com"), "error", Signal.FAILED, Outcome.ERROR),
    "redirects to another name": (
        redirect("/com/v1/domain/other.com"), "error", Signal.FAILED, Outcome.ERROR),
    "redirects to nonsense": (redirect("http://[/domain/example.com"), "error", Signal.FAILED, Outcome.ERROR),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_gets_its_outcome_in_time_and_settles_nothing(fault: str) -> None:
    page, outcome, signal, means = FAULTS[fault]
    slow = "10 MB" in fault or "bomb" in fault
    started = time.monotonic()
    with HttpServer({PATH: page, "*": json_page(rdap("other.com"))}) as server:
        asked = ask(asker(base_of(server), timeout_s=5.0 if slow else DEADLINE_S), "example.com")
        lasted = time.monotonic() - started
        tables = registries({"com": base_of(server)})
    assert (asked.observation.outcome, asked.signal) == (outcome, signal)
    assert meaning(asked, tables) is means
    assert means not in SETTLED
    assert lasted < DEADLINE_S + 3
    assert asked.follow_ups == ()
    assert len(server.requests) <= 4


def test_a_server_that_is_not_there_is_an_error() -> None:
    asked = ask(asker(f"http://127.0.0.1:{unused_port()}/"), "example.com")
    assert (asked.observation.outcome, asked.observation.raw, asked.signal) == ("error", None, Signal.FAILED)


@pytest.mark.parametrize(
    ("page", "wait_s"),
    [
        (too_many("120"), 120.0),
        (too_many("Mon, 23 Nov 2026 00:02:00 GMT"), 120.0),
        (too_many(None, b'{"description":["please wait 13 Seconds"]}'), 13.0),
        (too_many("soon"), None),
        (Page(status=503, headers={"Retry-After": "30"}), 30.0),
        (Page(status=403, headers={"Retry-After": "3600"}), 3600.0),
        (json_page({"notices": [{"description": ["Quota exceeded. Try again after: 24h0m0s"]}]}), 86_400.0),
    ],
)
def test_a_wait_is_read_from_header_or_words(page: Page, wait_s: float | None) -> None:
    with HttpServer({PATH: page}) as server:
        asked = ask(asker(base_of(server)), "example.com")
    assert (asked.signal, asked.wait_s) == (Signal.REFUSED, wait_s)
    assert meaning(asked, registries({"com": base_of(server)})) not in SETTLED


def test_a_packed_answer_is_unpacked_and_a_lone_surrogate_does_no_harm() -> None:
    packed = Page(gzip.compress(WHOLE), headers={"Content-Encoding": "gzip"})
    odd = Page(WHOLE[:-1] + b', "remark": "\\ud800"}')
    with HttpServer({PATH: [packed, odd]}) as server:
        one = asker(base_of(server))
        (question,) = one.questions(name("example.com"))
        first, second = put(one, question, question)
    assert first.observation.raw == OBJECT
    assert second.observation.raw == {**OBJECT, "remark": "?"}
    assert len(second.observation.sha256) == 64


def test_a_body_up_to_the_cap_is_taken() -> None:
    fill = MAX_BODY - len(json.dumps({**OBJECT, "fill": ""}))
    page = json_page({**OBJECT, "fill": "x" * fill})
    with HttpServer({PATH: [page, json_page({**OBJECT, "fill": "x" * (fill + 1)})]}) as server:
        one = asker(base_of(server), timeout_s=5.0)
        (question,) = one.questions(name("example.com"))
        outcomes = [asked.observation.outcome for asked in put(one, question, question)]
    assert outcomes == ["answered", "error"]


def test_a_redirect_within_the_service_is_followed() -> None:
    moved = redirect("/v2/domain/EXAMPLE.COM", 301)
    with HttpServer({PATH: moved, "/v2/domain/EXAMPLE.COM": json_page(OBJECT)}) as server:
        asked = ask(asker(base_of(server)), "example.com")
    assert asked.observation.raw == OBJECT
    assert asked.observation.server == base_of(server)


def test_a_registrys_redirect_to_a_registrar_is_not_followed_so_its_404_cannot_count() -> None:
    with (
        HttpServer({}) as registrar,
        HttpServer({PATH: redirect(f"{registrar.url}/domain/example.com")}) as registry,
    ):
        hosts = RegistrarHosts().with_rdap([registrar.address])
        asked = ask(asker(base_of(registry), registrars=hosts, allowed=LOOPBACK), "example.com")
    assert registrar.requests == []
    assert asked.observation.outcome == "error"


def linked(address: object, rel: str = "related") -> dict[str, object]:
    return {**OBJECT, "links": ["junk", {"rel": "self", "href": "x"}, {"rel": rel, "href": address}]}


def test_the_registrars_link_is_a_question_of_its_own_in_its_own_group() -> None:
    with (
        HttpServer({"/r/domain/EXAMPLE.COM": json_page(OBJECT)}) as registrar,
        HttpServer({PATH: json_page(linked(f"{registrar.url}/r/domain/EXAMPLE.COM", "Related"))}) as registry,
    ):
        hosts = RegistrarHosts().with_rdap([registrar.address])
        one = asker(base_of(registry), registrars=hosts, allowed=LOOPBACK)
        (question,) = one.questions(name("example.com"))

        async def both() -> list[object]:
            first = await one.ask(question)
            (follow,) = first.follow_ups
            second = await one.ask(follow)
            await one.close()
            return [
                follow.server,
                follow.group,
                second.observation.raw,
                second.observation.server,
                second.follow_ups,
            ]

        found = asyncio.run(both())
    server = f"{registrar.url}/r/"
    assert found == [server, f"registrar:{registrar.address}", OBJECT, server, ()]


@pytest.mark.parametrize(
    "address",
    [
        "https://rdap.evil.example/domain/example.com",
        "http://rdap.registrar.example/domain/example.com",
        "https://rdap.registrar.example/domain/other.com",
        "https://rdap.registrar.example/entity/example.com",
        "https://rdap.registrar.example/domain/example.com?x=1",
        "https://rdap.registrar.example:8443/domain/example.com",
        "https://user@rdap.registrar.example/domain/example.com",
        "https://rdap.registrar.example@evil.example/domain/example.com",
        "https://rdap.registrar.example\\@evil.example/domain/example.com",
        "https://127.0.0.1/domain/example.com",
        "https://169.254.169.254/domain/example.com",
        "https://rdap.registrar.example/domain/example.com\r\nX: y",
        "ftp://rdap.registrar.example/domain/example.com",
        "https://[/domain/example.com",
        "",
        None,
        7,
    ],
)
def test_a_link_off_the_list_in_the_clear_or_about_another_name_leads_nowhere(address: object) -> None:
    secure = RegistrarHosts().with_rdap(["rdap.registrar.example"])
    with HttpServer({PATH: json_page(linked(address))}, tls=server_context()) as server:
        transport = GuardedTransport(tls=trusting_context())
        one = asker(base_of(server), registrars=secure, transport=transport, timeout_s=5.0)
        asked = ask(one, "example.com")
    assert asked.observation.outcome == "answered"
    assert asked.follow_ups == ()


def test_a_listed_https_link_is_taken() -> None:
    address = "https://rdap.registrar.example/rdap/domain/example.com"
    hosts = RegistrarHosts().with_rdap(["rdap.registrar.example"])
    with HttpServer({PATH: json_page(linked(address))}, tls=server_context()) as server:
        transport = GuardedTransport(tls=trusting_context())
        asked = ask(
            asker(base_of(server), registrars=hosts, transport=transport, timeout_s=5.0), "example.com"
        )
    assert [(one.server, one.key) for one in asked.follow_ups] == [
        ("https://rdap.registrar.example/rdap/", address)
    ]


def test_a_listed_registrar_that_resolves_to_a_private_address_is_not_asked() -> None:
    async def inside(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    with HttpServer({"*": json_page(OBJECT)}) as server:
        place = f"rdap.registrar.example:{server.port}"
        hosts = RegistrarHosts().with_rdap([place])
        one = asker("https://rdap.example/", registrars=hosts, resolve=inside)
        link = f"https://{place}/domain/example.com"
        question = Question(name("example.com"), "rdap", f"https://{place}/", "registrar", link)
        (asked,) = put(one, question)
    assert server.requests == []
    assert server.most_at_once == 0
    assert (asked.observation.outcome, asked.signal) == ("error", Signal.FAILED)


@pytest.mark.parametrize(
    "key",
    [
        "http://127.0.0.1:1/domain/example.com",
        "{base}domain/other.com",
        "{base}domain/example.com?x",
        "{base}domain/example.com#x",
        "{base}domain/example.com\r\nX: y",
        "{base}domain/example.com/../../x",
        "{base}",
        "",
    ],
)
def test_nothing_but_the_domains_own_object_on_a_listed_service_is_ever_asked_for(key: str) -> None:
    with HttpServer({"*": json_page(OBJECT)}) as server:
        one = asker(base_of(server))
        (question,) = one.questions(name("example.com"))
        (asked,) = put(one, replace(question, key=key.replace("{base}", base_of(server))))
    assert server.requests == []
    assert (asked.observation.outcome, asked.signal) == ("unsupported", Signal.OK)


def test_a_certificate_that_nobody_vouches_for_is_refused() -> None:
    with HttpServer({PATH: json_page(OBJECT)}, tls=server_context()) as server:
        refused = ask(asker(base_of(server), timeout_s=5.0), "example.com")
        transport = GuardedTransport(tls=trusting_context())
        taken = ask(asker(base_of(server), transport=transport, timeout_s=5.0), "example.com")
    assert (refused.observation.outcome, refused.signal) == ("error", Signal.FAILED)
    assert taken.observation.raw == OBJECT


def test_tls_is_checked_for_the_host_and_not_for_the_address_behind_it() -> None:
    async def here(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    with HttpServer({"*": json_page(OBJECT)}, tls=server_context()) as server:
        outcomes = {}
        for host in ("rdap.test.example", "another.test.example"):
            transport = GuardedTransport(resolve=here, tls=trusting_context(), keep_alive=True)
            one = asker(f"https://{host}:{server.port}/com/v1/", transport=transport, timeout_s=5.0)
            outcomes[host] = ask(one, "example.com").observation.outcome
    assert outcomes == {"rdap.test.example": "answered", "another.test.example": "error"}
    assert server.seen[0].headers["host"] == f"rdap.test.example:{server.port}"


def test_two_hosts_at_one_address_never_share_a_connection() -> None:
    async def here(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    async def run(server: HttpServer, keep_alive: bool) -> list[str]:
        allowed = Allowed.of(["127.0.0.0/8"])
        transport = GuardedTransport(allowed, resolve=here, tls=trusting_context(), keep_alive=keep_alive)
        found = []
        async with httpx.AsyncClient(transport=transport) as client:
            for host in ("rdap.test.example", "another.test.example"):
                try:
                    found.append(str((await client.get(f"https://{host}:{server.port}/")).status_code))
                except httpx.ConnectError:
                    found.append("refused")
        return found

    with HttpServer({"*": json_page(OBJECT)}, tls=server_context()) as server:
        for keep_alive in (True, False):
            assert asyncio.run(run(server, keep_alive)) == ["200", "refused"]


def test_connections_to_a_registry_are_kept() -> None:
    with HttpServer({"*": json_page(OBJECT)}) as server:
        one = asker(base_of(server))
        (question,) = one.questions(name("example.com"))
        put(one, *[question] * 5)
    assert len(server.requests) == 5
    assert server.most_at_once == 1


def test_a_banned_asker_is_told_so() -> None:
    patience = Patience(per_window=(1, 3600.0), ban_after=2)
    with HttpServer({"*": json_page(OBJECT)}, patience=patience) as server:
        one = asker(base_of(server))
        (question,) = one.questions(name("example.com"))
        outcomes = [asked.observation.outcome for asked in put(one, *[question] * 4)]
    assert outcomes == ["answered", "throttled", "throttled", "refused"]


def test_cn_has_no_rdap_and_com_has_the_shipped_service_and_group() -> None:
    one = RdapAsker(shipped(), StillClock(), timeout_s=1)
    assert one.questions(name("example.cn")) == one.questions(name("例子.中国")) == ()
    assert one.questions(name("example.zz")) == ()
    (com,) = one.questions(name("example.com"))
    base = "https://rdap.verisign.com/com/v1/"
    assert com == Question(name("example.com"), "rdap", base, "verisign", base + "domain/example.com")
    (idn,) = one.questions(name("例子.公司"))
    assert idn.key.endswith("/domain/xn--fsqu00a.xn--55qx5d")
