"""DNS asked live, at little resolvers on 127.0.0.1: what came, what failed, and what may not be taken for "none"."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from auditor.evidence.answer import DnsAnswers
from auditor.evidence.asking import Asked, Signal
from auditor.evidence.dns import read_dns
from auditor.evidence.live_dns import DnsAsker, read_nameserver, system_nameservers
from auditor.evidence.recorded import raw_sha256
from auditor.model.values import DomainName
from tests.servers.dns_server import NODATA, NXDOMAIN, REFUSED, SERVFAIL, SILENT, DnsServer, Fault, Zone
from tests.servers.serving import unused_port

EXAMPLE = DomainName("example.cn", "example.cn")
SITE: dict[str, Zone] = {
    "example.cn": {
        "A": ["192.0.2.2", "192.0.2.1"],
        "AAAA": ["2001:db8::1"],
        "NS": ["ns2.example.net.", "NS1.example.net."],
        "MX": ["20 mx2.example.cn.", "10 mx.example.cn."],
    },
    "www.example.cn": {"CNAME": ["www.example.cn.cdn.example.net."]},
    "www.example.cn.cdn.example.net": {"CNAME": ["edge.example.org."]},
    "edge.example.org": {"A": ["198.51.100.7"]},
}


class FixedClock:
    """Always the same moment."""

    def now(self) -> datetime:
        """Some moment."""
        return datetime(2026, 11, 20, 0, 0, tzinfo=UTC)


def ask(
    zones: Mapping[str, Zone],
    domain: DomainName = EXAMPLE,
    *,
    timeout_s: float = 5.0,
    mail: Sequence[DomainName] = (),
    mail_only: bool = False,
) -> Asked:
    """One look-up at one resolver."""

    async def look_up(server: DnsServer) -> Asked:
        asker = DnsAsker([server.address], FixedClock(), timeout_s=timeout_s, mail_domains=mail)
        (question,) = asker.mail_questions() if mail_only else asker.questions(domain)
        answer = await asker.ask(question)
        await asker.close()
        return answer

    with DnsServer(zones) as server:
        return asyncio.run(look_up(server))


def hosts(asked: Asked) -> dict[str, Any]:
    """The recorded map."""
    raw = asked.observation.raw
    assert isinstance(raw, dict)
    return raw


def read(asked: Asked) -> DnsAnswers:
    """What the recorded map says to its reader."""
    content = read_dns(asked.observation.raw).content
    assert isinstance(content, DnsAnswers)
    return content


def test_apex_and_www_are_recorded_with_chain_name_servers_and_mail_hosts() -> None:
    asked = ask(SITE)
    assert asked.signal is Signal.OK
    assert asked.observation.outcome == "answered"
    assert hosts(asked) == {
        "example.cn": {
            "rcode": "NOERROR",
            "A": ["192.0.2.1", "192.0.2.2"],
            "AAAA": ["2001:db8::1"],
            "NS": ["ns1.example.net", "ns2.example.net"],
            "MX": ["10 mx.example.cn", "20 mx2.example.cn"],
        },
        "www.example.cn": {
            "rcode": "NOERROR",
            "CNAME": ["www.example.cn.cdn.example.net", "edge.example.org"],
            "A": ["198.51.100.7"],
            "AAAA": [],
        },
    }
    www = read(asked).hosts["www.example.cn"]
    assert www.addresses == ("198.51.100.7",)
    assert www.chain == ("www.example.cn.cdn.example.net", "edge.example.org")
    assert read(asked).receives["example.cn"] is True


def test_the_observation_is_stamped_in_beijing_time_and_carries_the_hash_of_what_came() -> None:
    observation = ask(SITE).observation
    assert observation.fetched_at is not None
    assert observation.fetched_at.isoformat() == "2026-11-20T08:00:00+08:00"
    assert observation.sha256 == raw_sha256(observation.raw)
    assert (observation.domain, observation.source) == ("example.cn", "dns")


def test_a_name_that_does_not_exist_is_recorded_with_its_rcode() -> None:
    asked = ask({"example.cn": NXDOMAIN, "www.example.cn": NXDOMAIN})
    assert asked.signal is Signal.OK
    for host in ("example.cn", "www.example.cn"):
        assert hosts(asked)[host]["rcode"] == "NXDOMAIN"
        assert read(asked).hosts[host].empty


def test_a_name_without_addresses_is_told_apart_from_one_that_does_not_exist() -> None:
    asked = ask({"example.cn": NODATA, "www.example.cn": NODATA})
    assert hosts(asked)["example.cn"] == {"rcode": "NOERROR", "A": [], "AAAA": [], "NS": [], "MX": []}
    assert read(asked).hosts["example.cn"].empty


@pytest.mark.parametrize("fault", [SERVFAIL, SILENT, REFUSED, Fault(junk=b"\x00\x01"), Fault(wrong_id=True)])
@pytest.mark.parametrize("kind", ["A", "AAAA"])
def test_the_failure_of_one_address_type_never_looks_like_no_address(fault: Fault, kind: str) -> None:
    asked = ask({"example.cn": NODATA, f"example.cn {kind}": fault, "www.example.cn": NODATA}, timeout_s=0.3)
    assert asked.observation.outcome == "answered"
    apex = hosts(asked)["example.cn"]
    assert kind not in apex
    assert apex["rcode"] == apex["failed"][kind] != "NOERROR"
    answer = read(asked).hosts["example.cn"]
    assert not answer.empty
    assert not answer.addresses
    assert read(asked).receives["example.cn"] is None


def test_a_name_that_does_not_exist_for_one_type_and_fails_for_the_other_is_not_said_to_be_missing() -> None:
    asked = ask({"example.cn A": NXDOMAIN, "example.cn": SERVFAIL, "www.example.cn": NODATA})
    assert hosts(asked)["example.cn"]["rcode"] == "SERVFAIL"
    assert not read(asked).hosts["example.cn"].empty


def test_an_address_counts_although_the_other_type_failed() -> None:
    asked = ask({**SITE, "example.cn AAAA": SERVFAIL})
    assert read(asked).hosts["example.cn"].addresses == ("192.0.2.1", "192.0.2.2")
    assert hosts(asked)["example.cn"]["failed"] == {"AAAA": "SERVFAIL"}


def test_mail_records_that_could_not_be_had_are_no_missing_mail_records() -> None:
    asked = ask({**SITE, "example.cn": NODATA, "example.cn MX": SERVFAIL})
    assert "MX" not in hosts(asked)["example.cn"]
    assert read(asked).receives["example.cn"] is None


def test_a_zone_that_fails_altogether_is_an_answer_that_says_nothing() -> None:
    asked = ask({"example.cn": SERVFAIL, "www.example.cn": SERVFAIL})
    assert asked.observation.outcome == "answered"
    assert asked.signal is Signal.OK
    answer = read(asked).hosts["example.cn"]
    assert answer.rcode == "SERVFAIL"
    assert not answer.empty


def test_a_resolver_that_is_silent_ends_with_the_deadline() -> None:
    start = time.monotonic()
    asked = ask({"example.cn": SILENT, "www.example.cn": SILENT}, timeout_s=0.3)
    assert time.monotonic() - start < 3
    assert (asked.observation.outcome, asked.signal) == ("timeout", Signal.FAILED)
    assert asked.observation.raw is None


def test_a_resolver_that_refuses_asks_to_slow_down() -> None:
    asked = ask({"example.cn": REFUSED, "www.example.cn": REFUSED})
    assert (asked.observation.outcome, asked.signal) == ("refused", Signal.REFUSED)


def test_a_resolver_that_refuses_in_part_is_slowed_down_for_too() -> None:
    asked = ask({**SITE, "example.cn MX": REFUSED})
    assert (asked.observation.outcome, asked.signal) == ("answered", Signal.REFUSED)


def test_nobody_listening_is_a_failure_of_the_resolver() -> None:
    async def look_up() -> Asked:
        asker = DnsAsker([f"127.0.0.1:{unused_port()}"], FixedClock(), timeout_s=0.3)
        return await asker.ask(asker.questions(EXAMPLE)[0])

    asked = asyncio.run(look_up())
    assert asked.observation.outcome in ("timeout", "error")
    assert asked.signal is Signal.FAILED


@pytest.mark.parametrize(
    "fault", [Fault(other_name="example.com."), Fault(wrong_id=True), Fault(junk=b"no message")]
)
def test_a_datagram_that_does_not_answer_the_question_is_passed_over(fault: Fault) -> None:
    zones = {"example.cn": fault, "www.example.cn": fault, "example.com": {"A": ["203.0.113.66"]}}
    asked = ask(zones, timeout_s=0.3)
    assert (asked.observation.outcome, asked.signal) == ("timeout", Signal.FAILED)


def test_an_answer_too_long_for_a_datagram_is_had_by_tcp() -> None:
    full = {"A": [f"192.0.2.{n}" for n in range(1, 41)]}
    asked = ask({**SITE, "example.cn A": Fault(truncated=True, records=full)})
    assert hosts(asked)["example.cn"]["A"] == full["A"]


def test_tcp_that_breaks_off_is_a_failure_of_that_type_alone() -> None:
    broken = Fault(truncated=True, reset=True)
    asked = ask({**SITE, "example.cn A": broken})
    apex = hosts(asked)["example.cn"]
    assert apex["failed"] == {"A": "ERROR"}
    assert apex["AAAA"] == ["2001:db8::1"]


def test_a_stall_after_truncation_ends_with_the_same_deadline() -> None:
    start = time.monotonic()
    asked = ask({**SITE, "example.cn A": Fault(truncated=True, delay_s=0.35)}, timeout_s=0.5)
    assert time.monotonic() - start < 3
    assert hosts(asked)["example.cn"]["failed"] == {"A": "TIMEOUT"}


def test_a_lost_datagram_is_sent_once_more() -> None:
    lost = iter([SILENT])

    def zone(host: str, kind: str) -> Zone | None:
        if (host, kind) == ("example.cn", "A"):
            return next(lost, SITE["example.cn"])
        return SITE.get(host)

    async def look_up(server: DnsServer) -> Asked:
        asker = DnsAsker([server.address], FixedClock(), timeout_s=0.8)
        return await asker.ask(asker.questions(EXAMPLE)[0])

    with DnsServer(zone) as server:
        asked = asyncio.run(look_up(server))
        assert server.queries.count("example.cn A") == 2
    assert hosts(asked)["example.cn"]["A"] == ["192.0.2.1", "192.0.2.2"]
    assert "failed" not in hosts(asked)["example.cn"]


def test_a_loop_of_aliases_is_neither_an_address_nor_proof_that_there_is_none() -> None:
    zones: dict[str, Zone] = {
        "example.cn": {"CNAME": ["a.example.net."]},
        "a.example.net": {"CNAME": ["b.example.net."]},
        "b.example.net": {"CNAME": ["a.example.net."]},
        "www.example.cn": {"CNAME": ["www.example.cn."]},
    }
    asked = ask(zones)
    for host in ("example.cn", "www.example.cn"):
        assert hosts(asked)[host]["rcode"] == "CNAMELOOP"
        assert not read(asked).hosts[host].empty


def test_an_alias_to_a_name_that_is_gone_does_not_make_the_domain_itself_missing() -> None:
    asked = ask({"example.cn": {"CNAME": ["gone.example.net."]}, "www.example.cn": NXDOMAIN})
    apex = hosts(asked)["example.cn"]
    assert apex["rcode"] == "NOERROR"
    assert apex["target_rcode"] == "NXDOMAIN"
    assert apex["CNAME"] == ["gone.example.net"]
    assert read(asked).hosts["example.cn"].empty


def test_a_null_mx_cannot_receive() -> None:
    asked = ask({"example.cn": {"A": ["192.0.2.1"], "MX": ["0 ."]}, "www.example.cn": NODATA})
    assert hosts(asked)["example.cn"]["MX"] == ["0 ."]
    assert read(asked).receives["example.cn"] is False


def test_many_records_are_cut_to_a_bounded_number() -> None:
    many = {"A": [f"198.51.{n // 200}.{n % 200}" for n in range(600)]}
    asked = ask({**SITE, "example.cn A": Fault(truncated=True, records=many)})
    assert len(hosts(asked)["example.cn"]["A"]) == 50


def test_two_resolvers_are_two_questions_with_two_budgets() -> None:
    async def look_up(addresses: list[str]) -> list[Asked]:
        asker = DnsAsker(addresses, FixedClock(), timeout_s=5)
        return [await asker.ask(question) for question in asker.questions(EXAMPLE)]

    with ExitStack() as stack:
        servers = [stack.enter_context(DnsServer(SITE)) for _ in range(2)]
        found = asyncio.run(look_up([server.address for server in servers]))
        assert [one.observation.server for one in found] == [server.address for server in servers]
        assert all(len(server.queries) == 6 for server in servers)
    asker = DnsAsker(["192.0.2.53", "192.0.2.54", "192.0.2.53"], FixedClock(), timeout_s=1)
    assert [one.group for one in asker.questions(EXAMPLE)] == ["dns:192.0.2.53", "dns:192.0.2.54"]


def test_a_mail_host_below_a_domain_is_asked_with_it() -> None:
    mail = DomainName("example.cn", "example.cn", "post.example.cn")
    asked = ask({**SITE, "post.example.cn": {"MX": ["5 mx.example.net."]}}, mail=[mail])
    assert hosts(asked)["post.example.cn"] == {
        "rcode": "NOERROR",
        "MX": ["5 mx.example.net"],
        "A": [],
        "AAAA": [],
    }
    assert read(asked).receives["post.example.cn"] is True


def test_a_mail_domain_of_somebody_else_is_a_question_of_its_own_about_mail_alone() -> None:
    mail = DomainName("example.net", "example.net")
    asked = ask({"example.net": {"A": ["192.0.2.25"]}}, mail=[mail], mail_only=True)
    assert asked.observation.domain == "example.net"
    assert set(hosts(asked)) == {"example.net"}
    assert read(asked).receives["example.net"] is True


def test_a_mail_domain_that_is_asked_about_anyway_is_not_asked_twice() -> None:
    mail = [EXAMPLE, DomainName("example.net", "example.net")]
    asker = DnsAsker(["192.0.2.53"], FixedClock(), timeout_s=1, mail_domains=mail)
    assert [one.domain.ulabel for one in asker.mail_questions({"example.cn"})] == ["example.net"]


def test_a_mail_domain_that_does_not_exist_cannot_receive() -> None:
    mail = DomainName("example.net", "example.net")
    assert read(ask({}, mail=[mail], mail_only=True)).receives["example.net"] is False


def test_an_idn_is_asked_by_its_a_label_and_found_under_both() -> None:
    domain = DomainName("例子.中国", "xn--fsqu00a.xn--fiqs8s")
    asked = ask({"xn--fsqu00a.xn--fiqs8s": {"A": ["192.0.2.3"]}}, domain)
    assert asked.observation.domain == "例子.中国"
    assert read(asked).hosts["例子.中国"].addresses == ("192.0.2.3",)


@pytest.mark.parametrize(
    ("text", "address", "port"),
    [
        ("223.5.5.5", "223.5.5.5", 53),
        ("127.0.0.1:5353", "127.0.0.1", 5353),
        ("2400:3200::1", "2400:3200::1", 53),
        ("[2400:3200::1]:5353", "2400:3200::1", 5353),
        ("[::1]", "::1", 53),
    ],
)
def test_resolvers_are_addresses_with_or_without_a_port(text: str, address: str, port: int) -> None:
    found = read_nameserver(text)
    assert (found.name, found.address, found.port) == (text, address, port)


@pytest.mark.parametrize("text", ["dns.example.com", "127.0.0.1:0", "127.0.0.1:99999", "", "127.0.0.1:x"])
def test_what_is_no_address_is_no_resolver(text: str) -> None:
    with pytest.raises(ValueError):
        read_nameserver(text)


def test_the_resolvers_of_the_system_are_read_and_none_is_made_up(tmp_path: Path) -> None:
    settings = tmp_path / "resolv.conf"
    settings.write_text("nameserver 192.0.2.53\nnameserver 2001:db8::53\nsearch example.cn\n")
    assert system_nameservers(str(settings)) == ("192.0.2.53", "2001:db8::53")
    settings.write_text("search example.cn\n")
    assert system_nameservers(str(settings)) == ()
    assert system_nameservers(str(tmp_path / "none")) == ()
