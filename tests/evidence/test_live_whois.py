"""WHOIS asked on loopback: every fault gets its outcome, in time, and none becomes a finding about the domain."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace

import pytest
from evidence_replies import cnnic, gtld
from live_asking import NOW, SETTLED, StillClock, ask, meaning, name, put, registries, shipped

from auditor.evidence.addresses import Allowed
from auditor.evidence.asking import Question, Signal
from auditor.evidence.live_whois import WhoisAsker
from auditor.evidence.registrar_hosts import RegistrarHosts
from auditor.evidence.whois_exchange import MAX_REPLY, endpoint, is_clean
from auditor.model.evidence import Outcome
from auditor.model.values import DomainName
from auditor.rules.files import RuleFile
from tests.servers.serving import (
    CLOSED,
    RESET,
    STALLED,
    Ending,
    Patience,
    Reply,
    flood,
    gbk,
    text,
    unused_port,
)
from tests.servers.whois_server import WhoisServer

DEADLINE_S = 0.3
WHOLE = cnnic("example.cn")
FLOOD = flood(head=WHOLE.encode())


def asker(server: WhoisServer | str, **more: object) -> WhoisAsker:
    address = server if isinstance(server, str) else server.address
    settings: dict[str, object] = {
        "timeout_s": DEADLINE_S,
        "servers": {"cn": address, "中国": address},
        **more,
    }
    return WhoisAsker(shipped(), StillClock(), **settings)  # type: ignore[arg-type]


def test_an_answer_is_recorded_as_it_came_with_server_moment_and_hash() -> None:
    with WhoisServer({"example.cn": WHOLE}) as server:
        asked = ask(asker(server), "example.cn")
    one = asked.observation
    assert (one.outcome, one.raw, one.server, one.fetched_at) == ("answered", WHOLE, server.address, NOW)
    assert (asked.signal, asked.wait_s, len(one.sha256)) == (Signal.OK, None, 64)
    assert meaning(asked, shipped()) is Outcome.FOUND


def test_a_query_is_the_a_label_and_a_line_end_on_a_connection_of_its_own() -> None:
    with WhoisServer({"*": WHOLE}) as server:
        one = asker(server)
        put(one, *one.questions(name("例子.中国")), *one.questions(name("example.cn")))
    assert server.raw_queries == [b"xn--fsqu00a.xn--fiqs8s\r\n", b"example.cn\r\n"]


# fault → (what the server does, outcome, signal, what it means)
FAULTS = {
    "stalls": (STALLED, "timeout", Signal.FAILED, Outcome.TIMEOUT),
    "stalls in the middle": (text(WHOLE).truncated(60, Ending.STALL), "timeout", Signal.FAILED, Outcome.TIMEOUT),
    "is slower than the deadline": (text(WHOLE).late(5), "timeout", Signal.FAILED, Outcome.TIMEOUT),
    "drips": (text(WHOLE).in_packets(*range(1, 200), pause_s=0.05), "timeout", Signal.FAILED, Outcome.TIMEOUT),
    "resets": (RESET, "error", Signal.FAILED, Outcome.ERROR),
    "resets in the middle": (text(WHOLE).truncated(60, Ending.RESET), "error", Signal.FAILED, Outcome.ERROR),
    "resets after all of it": (text(WHOLE, ending=Ending.RESET), "error", Signal.FAILED, Outcome.ERROR),
    "hangs up": (CLOSED, "answered", Signal.REFUSED, Outcome.UNPARSED),
    "sends blanks": (text("\r\n \r\n"), "answered", Signal.REFUSED, Outcome.UNPARSED),
    "sends 10 MB": (FLOOD, "error", Signal.FAILED, Outcome.ERROR),
    "cuts off": (text(WHOLE).truncated(len(WHOLE) // 2), "answered", Signal.FAILED, Outcome.TRUNCATED),
    "answers for another name": (cnnic("other.cn"), "answered", Signal.OK, Outcome.WRONG_ANSWER),
    "throttles": ("Queried interval is too short.\r\n", "answered", Signal.REFUSED, Outcome.THROTTLED),
    "refuses": ("The domain you requested is prohibited.\r\n", "answered", Signal.REFUSED, Outcome.REFUSED),
    "sends a web page": ("<html>404 Not Found</html>", "answered", Signal.OK, Outcome.UNPARSED),
    "sends noise": (Reply(bytes(range(256)) * 8), "answered", Signal.OK, Outcome.UNPARSED),
    "says not found in free words": ("No records found here, maybe\r\n", "answered", Signal.OK, Outcome.UNPARSED),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_gets_its_outcome_in_time_and_settles_nothing(fault: str) -> None:
    reply, outcome, signal, means = FAULTS[fault]
    started = time.monotonic()
    with WhoisServer({"example.cn": reply}) as server:
        asked = ask(asker(server), "example.cn")
        lasted = time.monotonic() - started
    assert (asked.observation.outcome, asked.signal) == (outcome, signal)
    assert meaning(asked, shipped()) is means
    assert means not in SETTLED
    assert lasted < DEADLINE_S + 2
    assert asked.follow_ups == ()


def test_a_server_that_is_not_there_is_an_error() -> None:
    asked = ask(asker(f"127.0.0.1:{unused_port()}"), "example.cn")
    assert (asked.observation.outcome, asked.observation.raw, asked.signal) == ("error", None, Signal.FAILED)


@pytest.mark.parametrize(
    ("words", "wait_s"),
    [
        ("Too many requests, go away for 13 Seconds\r\n", 13.0),
        ("Quota for your address is used up, it will be replenished in 50 seconds\r\n", 50.0),
        ("Rate limit exceeded. Try again after: 24h0m0s\r\n", 86_400.0),
        ("Quota exceeded\r\n", None),
    ],
)
def test_a_wait_is_read_from_the_words(words: str, wait_s: float | None) -> None:
    with WhoisServer({"example.cn": words}) as server:
        asked = ask(asker(server), "example.cn")
    assert (asked.signal, asked.wait_s) == (Signal.REFUSED, wait_s)
    assert asked.observation.outcome == "answered"
    assert meaning(asked, shipped()) not in SETTLED


def test_a_long_answer_with_words_like_a_refusal_is_no_refusal() -> None:
    notice = "Remark: please wait 30 seconds and try again later if you are over quota\r\n"
    with WhoisServer({"example.cn": WHOLE + notice}) as server:
        asked = ask(asker(server), "example.cn")
    assert (asked.signal, asked.wait_s) == (Signal.OK, None)


def test_a_character_split_between_packets_is_whole_again() -> None:
    for cut in range(1, len("谷".encode())):
        body = cnnic("example.cn", registrant="北京谷翔信息技术有限公司")
        at = body.encode().index("谷".encode()) + cut
        with WhoisServer({"example.cn": text(body).in_packets(at)}) as server:
            assert ask(asker(server), "example.cn").observation.raw == body


def test_gbk_is_read_whole_whatever_the_packets() -> None:
    body = cnnic("example.cn", registrant="北京谷翔信息技术有限公司")
    with WhoisServer({"example.cn": gbk(body).split_inside("谷", "gbk")}) as server:
        asked = ask(asker(server), "example.cn")
    assert asked.observation.raw == body
    assert meaning(asked, shipped()) is Outcome.FOUND


def test_an_answer_up_to_the_cap_is_taken_and_one_beyond_it_is_not() -> None:
    filler = "Remark: x\r\n"
    room = MAX_REPLY - len(WHOLE.encode())
    fits = WHOLE + filler * (room // len(filler))
    with WhoisServer({"example.cn": [fits, fits + filler]}) as server:
        assert ask(asker(server, timeout_s=5.0), "example.cn").observation.raw == fits
        assert ask(asker(server, timeout_s=5.0), "example.cn").observation.outcome == "error"


def test_a_banned_asker_is_told_so_and_no_ban_settles_anything() -> None:
    patience = Patience(per_window=(1, 3600.0), ban_after=2)
    with WhoisServer({"*": WHOLE}, patience=patience, banned=CLOSED) as server:
        one = asker(server)
        (question,) = one.questions(name("example.cn"))
        signals = [asked.signal for asked in put(one, *[question] * 4)]
    assert signals == [Signal.OK, Signal.REFUSED, Signal.REFUSED, Signal.REFUSED]
    assert [visit.verdict for visit in server.requests] == ["ok", "throttled", "throttled", "banned"]


@pytest.mark.parametrize(
    "key",
    ["example.cn\r\n-T evil", "example.cn\n", " example.cn", "-T dn,ace example.cn", "例子.cn", "EXAMPLE.CN", "cn",
     "", "x" * 300 + ".cn", "1\x00.cn", "a..cn", "other.cn"],
)  # fmt: skip
def test_nothing_but_the_domains_clean_a_label_is_ever_sent(key: str) -> None:
    with WhoisServer({"*": WHOLE}) as server:
        one = asker(server)
        (question,) = one.questions(name("example.cn"))
        (asked,) = put(one, replace(question, key=key))
    assert server.raw_queries == []
    assert (asked.observation.outcome, asked.signal) == ("unsupported", Signal.OK)


def test_a_domain_that_is_none_gets_no_question() -> None:
    for label in ("evil.cn\r\n-T x", "bad domain.cn", "1.2.3.4\n", "😀.cn"):
        assert asker("127.0.0.1:1").questions(DomainName(label, label)) == ()
        assert not is_clean(label)


def test_suffixes_without_rdap_are_asked_and_those_with_it_only_where_rdap_is_no_source() -> None:
    one = WhoisAsker(shipped(), StillClock(), timeout_s=1)
    (cn,) = one.questions(name("example.cn"))
    assert cn == Question(name("example.cn"), "whois", "whois.cnnic.cn", "cnnic", "example.cn")
    assert [q.server for q in one.questions(name("例子.中国"))] == ["whois.cnnic.cn"]
    assert [q.server for q in one.questions(name("example.hk"))] == ["whois.hkirc.hk"]
    assert one.questions(name("example.com")) == ()
    assert one.questions(name("example.zz")) == ()
    every = WhoisAsker(shipped(), StillClock(), timeout_s=1, everywhere=True)
    assert [(q.server, q.group) for q in every.questions(name("example.com"))] == [
        ("whois.verisign-grs.com", "verisign")
    ]
    assert every.questions(name("example.info")) == ()  # no port 43 any more


def test_the_policys_server_is_asked_rdap_or_not_and_the_longest_suffix_wins() -> None:
    servers = {
        "cn": "whois.cnnic.cn:43",
        "com.cn": "127.0.0.1:4343",
        ".com": "WHOIS.Example.net",
        "中国": "[::1]:43",
    }
    one = WhoisAsker(shipped(), StillClock(), timeout_s=1, servers=servers)
    found = {
        domain: [(q.server, q.group) for q in one.questions(name(domain))]
        for domain in ("example.cn", "example.com.cn", "example.com", "例子.中国")
    }
    assert found == {
        "example.cn": [("whois.cnnic.cn", "cnnic")],
        "example.com.cn": [("127.0.0.1:4343", "whois:127.0.0.1:4343")],
        "example.com": [("whois.example.net", "whois:whois.example.net")],
        "例子.中国": [("[::1]", "whois:[::1]")],
    }


@pytest.mark.parametrize(
    ("server", "place"),
    [
        ("whois.cnnic.cn", ("whois.cnnic.cn", 43)),
        ("127.0.0.1:4343", ("127.0.0.1", 4343)),
        ("[::1]:4343", ("::1", 4343)),
        ("[::1]", ("::1", 43)),
        ("", None),
        ("host:", None),
        ("host:0", None),
        ("host:99999", None),
        ("host:4x", None),
        ("a:b:c", None),
    ],
)
def test_a_server_is_a_host_with_or_without_a_port(server: str, place: tuple[str, int] | None) -> None:
    assert endpoint(server) == place


THIN = (
    "   Domain Name: EXAMPLE.COM\r\n   Registrar WHOIS Server: {server}\r\n   Registrar: Example Registrar\r\n"
    "   Creation Date: 2020-01-01T00:00:00Z\r\n   Registry Expiry Date: 2027-01-01T00:00:00Z\r\n"
    "   Name Server: NS1.EXAMPLE.COM\r\n>>> Last update of whois database: 2026-11-23T00:00:00Z <<<\r\n"
)


def thin_asker(
    registry: WhoisServer, registrar: str, *listed: str, allowed: Allowed | None = None
) -> WhoisAsker:
    return WhoisAsker(
        registries(),
        StillClock(),
        timeout_s=DEADLINE_S,
        servers={"com": registry.address},
        registrars=RegistrarHosts().with_whois(listed),
        allowed=allowed or Allowed.of(["127.0.0.1"]),
    )


def test_behind_a_thin_answer_the_registrars_listed_server_is_asked_in_its_own_group() -> None:
    with (
        WhoisServer({"example.com": gtld("example.com")}) as registrar,
        WhoisServer({"example.com": THIN.format(server=registrar.address)}) as registry,
    ):
        one = thin_asker(registry, registrar.address, registrar.address)
        first = ask(one, "example.com")
        (follow,) = first.follow_ups
        assert (follow.server, follow.group) == (registrar.address, f"registrar:{registrar.address}")
        (second,) = put(one, follow)
    assert second.observation.raw == gtld("example.com")
    assert second.follow_ups == ()
    assert registrar.queries == ["example.com"]


@pytest.mark.parametrize(
    "server",
    ["whois.evil.example", "127.0.0.1:4343", "localhost", "169.254.169.254", "", "whois://x/", "a b"],
)
def test_a_referral_to_a_host_that_is_not_listed_leads_nowhere(server: str) -> None:
    with WhoisServer({"example.com": THIN.format(server=server)}) as registry:
        assert ask(thin_asker(registry, "", "grs-whois.example.net"), "example.com").follow_ups == ()


def test_a_server_that_is_on_no_table_is_never_asked_even_if_a_question_names_it() -> None:
    with WhoisServer({"*": WHOLE}) as stranger:
        one = asker("127.0.0.1:1")
        (question,) = one.questions(name("example.cn"))
        (asked,) = put(one, replace(question, server=stranger.address))
    assert stranger.requests == []
    assert asked.observation.outcome == "unsupported"


def test_a_listed_registrar_that_resolves_to_a_private_address_is_not_asked() -> None:
    async def inside(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    with WhoisServer({"*": gtld("example.com")}) as server:
        listed = f"grs-whois.example.net:{server.port}"
        one = WhoisAsker(
            registries(),
            StillClock(),
            timeout_s=DEADLINE_S,
            servers={"com": "127.0.0.1:1"},
            registrars=RegistrarHosts().with_whois([listed]),
            resolve=inside,
        )
        question = Question(name("example.com"), "whois", listed, "registrar", "example.com")
        (asked,) = put(one, question)
    assert server.requests == []
    assert (asked.observation.outcome, asked.signal) == ("error", Signal.FAILED)


def test_a_resolver_that_hangs_ends_at_the_deadline() -> None:
    async def hanging(host: str, port: int) -> Sequence[str]:
        await asyncio.Event().wait()
        return []

    one = WhoisAsker(shipped(), StillClock(), timeout_s=0.1, resolve=hanging)
    asked = ask(one, "example.cn")
    assert (asked.observation.outcome, asked.signal) == ("timeout", Signal.FAILED)


def test_an_address_that_cannot_be_reached_gives_way_to_the_next() -> None:
    async def two(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.2", "127.0.0.1"]

    with WhoisServer({"example.cn": WHOLE}) as server:
        one = WhoisAsker(
            shipped(),
            StillClock(),
            timeout_s=1.0,
            servers={"cn": f"whois.test.example:{server.port}"},
            resolve=two,
        )
        assert ask(one, "example.cn").observation.raw == WHOLE


def test_many_look_ups_at_once_each_get_their_own_answer() -> None:
    with WhoisServer(lambda query: cnnic(query), latency_s=0.05) as server:
        one = asker(server, timeout_s=5.0)

        async def run() -> list[object]:
            questions = [one.questions(name(f"example{number}.cn"))[0] for number in range(60)]
            return [asked.observation.raw for asked in await asyncio.gather(*map(one.ask, questions))]

        assert asyncio.run(run()) == [cnnic(f"example{number}.cn") for number in range(60)]
    assert server.most_at_once > 10


def test_the_shipped_registrar_table_names_hosts_of_both_kinds() -> None:
    hosts = RegistrarHosts.read(RuleFile.packaged("registrars.csv"))
    assert (
        hosts.whois["grs-whois.hichina.com"] == hosts.rdap["whois.aliyun.com"] == "registrar:whois.aliyun.com"
    )
    assert "rdap.dnspod.cn" in hosts.rdap
