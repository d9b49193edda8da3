"""DNS maps: what is an answer, what is none, and who can receive mail."""

from __future__ import annotations

import pytest
from evidence_replies import dossier_of, facts, seen

from auditor.model.evidence import HostAnswer, MailHost, Outcome, Resolution, Unavailable
from auditor.model.verdict import Reason

RESOLVER = "223.5.5.5"


def host(records: object, name: str = "example.cn") -> HostAnswer | None:
    found = facts(seen("example.cn", "dns", RESOLVER, {name: records}))
    if isinstance(found.resolution, Unavailable):
        return None
    answers = found.resolution.of("example.cn")
    return answers[0].value if answers else None


def test_the_map_of_the_contract_is_read() -> None:
    raw = {
        "example.cn": {"A": ["192.0.2.1"], "NS": ["ns1.example.net"]},
        "www.example.cn": {"rcode": "NXDOMAIN"},
    }
    found = facts(seen("example.cn", "dns", RESOLVER, raw))
    assert isinstance(found.resolution, Resolution)
    assert found.resolution.of("example.cn")[0].value.addresses == ("192.0.2.1",)
    assert found.resolution.of("www.example.cn")[0].value.empty


@pytest.mark.parametrize(
    ("records", "answer"),
    [
        ({"A": "192.0.2.1"}, HostAnswer("NOERROR", ("192.0.2.1",))),
        ({"a": [], "aaaa": []}, HostAnswer("NOERROR")),
        ({"rcode": "NOERROR"}, HostAnswer("NOERROR")),
        ({"rcode": "NODATA"}, HostAnswer("NOERROR")),
        ({"rcode": 3}, HostAnswer("NXDOMAIN")),
        ({"rcode": "ServFail"}, HostAnswer("SERVFAIL")),
        ({"rcode": "timeout"}, HostAnswer("TIMEOUT")),
        (
            {
                "rcode": "NOERROR",
                "CNAME": "CDN.Example.net.",
                "A": ["192.0.2.1", "192.0.2.1"],
                "AAAA": ["2001:DB8::1"],
            },
            HostAnswer("NOERROR", ("192.0.2.1",), ("2001:db8::1",), ("cdn.example.net",)),
        ),
        ({"A": ["!ServFail"]}, None),
        ({"A": ["2001:db8::1"]}, None),
        ({"A": [7]}, None),
        ({"rcode": ["NXDOMAIN"]}, None),
        ("NXDOMAIN", None),
        (None, None),
    ],
)
def test_records_are_taken_as_a_whole_or_not_at_all(records: object, answer: HostAnswer | None) -> None:
    assert host(records) == answer


@pytest.mark.parametrize(
    "records", [{"NS": ["ns1.example.net"]}, {"CNAME": ["cdn.example.net"]}, {"MX": []}, {}]
)
def test_an_address_that_nobody_asked_for_is_not_absent(records: object) -> None:
    answer = host(records)
    assert answer is not None
    assert not answer.empty


@pytest.mark.parametrize("name", ["EXAMPLE.CN", "example.cn.", "ｅｘａｍｐｌｅ.cn"])
def test_host_names_are_brought_to_one_form(name: str) -> None:
    assert host({"A": ["192.0.2.1"]}, name) is not None


@pytest.mark.parametrize("name", ["www.示例.cn", "www.xn--fsq092h.cn", "WWW.示例。cn."])
def test_idn_hosts_are_found_in_both_forms(name: str) -> None:
    found = facts(seen("示例.cn", "dns", RESOLVER, {name: {"A": ["192.0.2.1"]}}))
    assert isinstance(found.resolution, Resolution)
    for form in ("www.示例.cn", "www.xn--fsq092h.cn"):
        assert found.resolution.of(form)


def test_a_torn_host_is_told_and_the_others_stand() -> None:
    found = facts(
        seen(
            "example.cn",
            "dns",
            RESOLVER,
            {"example.cn": {"A": ["no address"]}, "www.example.cn": {"A": ["192.0.2.1"]}},
        )
    )
    assert isinstance(found.resolution, Resolution)
    assert not found.resolution.of("example.cn")
    assert found.outcomes[0][2] is not None
    assert "example.cn" in found.outcomes[0][2].en


@pytest.mark.parametrize("raw", [{}, [], "example.cn", {"bad host": {"A": []}}, {"example.cn": 3}])
def test_what_is_no_map_is_unread(raw: object) -> None:
    found = facts(seen("example.cn", "dns", RESOLVER, raw))
    assert found.outcomes[0][1] is Outcome.UNPARSED
    assert isinstance(found.resolution, Unavailable)
    assert found.resolution.reason is Reason.UNPARSED


def test_each_resolver_keeps_its_newest_answer_newest_first() -> None:
    found = facts(
        seen(
            "example.cn",
            "dns",
            "223.5.5.5",
            {"example.cn": {"rcode": "NXDOMAIN"}},
            at="2026-11-19T08:00:00+08:00",
        ),
        seen("example.cn", "dns", "223.5.5.5", {"example.cn": {"A": ["192.0.2.1"]}}),
        seen(
            "example.cn",
            "dns",
            "119.29.29.29",
            {"example.cn": {"A": ["192.0.2.2"]}},
            at="2026-11-21T08:00:00+08:00",
        ),
    )
    assert isinstance(found.resolution, Resolution)
    assert [one.value.a for one in found.resolution.of("example.cn")] == [("192.0.2.2",), ("192.0.2.1",)]


@pytest.mark.parametrize(
    ("records", "receives"),
    [
        ({"MX": ["10 mx.example.net"]}, True),
        ({"MX": [[10, "mx.example.net."]]}, True),
        ({"MX": ["0 ."], "A": ["192.0.2.1"]}, False),
        ({"MX": ["."]}, False),
        ({"MX": [], "A": ["192.0.2.1"]}, True),
        ({"A": ["192.0.2.1"]}, True),
        ({"MX": [], "A": [], "AAAA": []}, False),
        ({"rcode": "NXDOMAIN"}, False),
        ({"rcode": "SERVFAIL"}, None),
        ({"rcode": "TIMEOUT"}, None),
        ({"MX": []}, None),
        ({"A": []}, None),
        ({"A": ["192.0.2.1"], "failed": {"MX": "SERVFAIL"}}, None),
    ],
)
def test_a_mail_host_receives_or_not_or_is_not_known(records: object, receives: bool | None) -> None:
    found = dossier_of(
        seen("example.net", "dns", RESOLVER, {"mail.example.net": records}), domains=("example.cn",)
    )
    assert found.mail_hosts["mail.example.net"].receives is receives
    assert found.unused == 0


@pytest.mark.parametrize(
    ("records", "reason"),
    [
        ({"rcode": "SERVFAIL"}, Reason.ERROR),
        ({"rcode": "TIMEOUT"}, Reason.TIMEOUT),
        ({"rcode": "REFUSED"}, Reason.THROTTLED),
        ({"A": ["192.0.2.1"], "failed": {"MX": "SERVFAIL"}}, Reason.ERROR),
        ({"A": [], "failed": {"MX": "TIMEOUT"}}, Reason.TIMEOUT),
        ({"MX": []}, None),
        ({"MX": ["mx.example.net"]}, None),
        ({"rcode": "NXDOMAIN"}, None),
    ],
)
def test_a_mail_host_asked_in_vain_keeps_the_reason(records: object, reason: Reason | None) -> None:
    found = dossier_of(
        seen("example.net", "dns", RESOLVER, {"mail.example.net": records}), domains=("example.cn",)
    )
    assert found.mail_hosts["mail.example.net"].reason is reason


def test_a_look_up_that_failed_whole_is_the_domains_own_reason_unless_another_resolver_knows() -> None:
    failed = seen("例子.cn", "dns", "a", None, outcome="timeout")
    found = dossier_of(failed, domains=("example.cn",))
    assert found.mail_hosts["例子.cn"].reason is Reason.TIMEOUT
    assert found.mail_hosts["xn--fsqu00a.cn"].reason is Reason.TIMEOUT
    assert found.mail_hosts["例子.cn"].evidence
    known = seen("例子.cn", "dns", "b", {"例子.cn": {"MX": ["mx.example.net"]}})
    both = dossier_of(failed, known, domains=("example.cn",)).mail_hosts["例子.cn"]
    assert (both.receives, both.reason) == (True, None)


def test_a_mail_host_known_only_from_an_old_answer_is_stale() -> None:
    old = seen(
        "example.net", "dns", "a", {"example.net": {"MX": ["mx.example.net"]}}, at="2026-01-01T08:00:00+08:00"
    )
    assert dossier_of(old, domains=("example.cn",)).mail_hosts["example.net"] == MailHost(
        None, (old.evidence,), Reason.STALE
    )


def test_one_resolver_that_sees_a_mail_host_is_enough() -> None:
    found = dossier_of(
        seen("example.net", "dns", "a", {"example.net": {"rcode": "NXDOMAIN"}}),
        seen("example.net", "dns", "b", {"example.net": {"MX": ["mx.example.net"]}}),
    )
    assert found.mail_hosts["example.net"].receives is True
