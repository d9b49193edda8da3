"""ACC: where recorded DNS answers lead, and what one resolver alone does not prove."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.checks.access import CHECKS
from auditor.checks.address_ranges import listed_addresses, own_ranges, ranges_of
from auditor.model.evidence import Existence, HostAnswer, Resolution, Stated, Unavailable
from auditor.model.policy import AccessRanges, Policy
from auditor.model.verdict import Reason, Severity
from tests.builders import portfolio, service_number
from tests.judging import AS_OF, Judged, evidence_for, judge, rule_data, seen

BY_ID = {check.id: check for check in CHECKS}
DOMAIN = "example.cn"
WWW = "www.example.cn"
MAINLAND = "114.114.114.114"
NXDOMAIN = HostAnswer("NXDOMAIN")
SERVFAIL = HostAnswer("SERVFAIL")
TIMEOUT = HostAnswer("TIMEOUT")
NODATA = HostAnswer("NOERROR")
RANGES = Policy(AS_OF, access=(AccessRanges("aliyun", ("阿里云",), ("47.92.0.0/14", "2408:4000::/22")),))
TWO_RANGES = Policy(
    AS_OF,
    access=(
        AccessRanges("aliyun", ("阿里云",), ("47.92.0.0/14",)),
        AccessRanges("tencent", ("腾讯云",), ("119.28.0.0/15",)),
    ),
)


def to(*addresses: str, chain: tuple[str, ...] = ()) -> HostAnswer:
    v6 = tuple(one for one in addresses if ":" in one)
    return HostAnswer("NOERROR", tuple(one for one in addresses if one not in v6), v6, chain)


def asked(
    *answers: dict[str, HostAnswer], servers: tuple[str, ...] = ("223.5.5.5", "119.29.29.29", "9.9.9.9")
) -> Resolution:
    stated = [Stated(one, seen("dns", server)) for one, server in zip(answers, servers, strict=False)]
    return Resolution(tuple(stated))


def both(answer: HostAnswer) -> dict[str, HostAnswer]:
    return {DOMAIN: answer, WWW: answer}


def row(**more: object) -> dict[str, object]:
    return {
        "domain": DOMAIN,
        "entity_name": "青禾示例科技有限公司",
        "service_number": service_number(1),
    } | more


def run(
    check_id: str, resolution: Resolution | Unavailable | None, filed: dict[str, object] | None = None,
    policy: Policy | None = None, **facts: Any,
) -> Judged:  # fmt: skip
    filed = filed or row()
    if resolution is not None:
        facts["resolution"] = resolution
    return judge(
        BY_ID[check_id], portfolio(filed), evidence_for(str(filed["domain"]), **facts), policy=policy
    )


def test_the_family_holds_its_checks_in_order() -> None:
    assert list(BY_ID) == ["ACC801", "ACC802", "ACC803", "ACC804"]


# ACC801


@pytest.mark.parametrize(
    "answers",
    [
        both(to(MAINLAND)),
        {DOMAIN: NXDOMAIN, WWW: to(MAINLAND)},
        {DOMAIN: to("2408:4000::1"), WWW: SERVFAIL},
    ],
)
def test_one_name_that_resolves_is_enough(answers: dict[str, HostAnswer]) -> None:
    assert run("ACC801", asked(answers)).counts == (1, 0, 0, 0)


def test_an_address_from_any_resolver_is_enough() -> None:
    assert run("ACC801", asked(both(NXDOMAIN), both(to(MAINLAND)))).counts == (1, 0, 0, 0)


def test_hosts_recorded_as_a_labels_are_found() -> None:
    answers = asked({"www.xn--fsq092h.xn--fiqs8s": to(MAINLAND)})
    assert run("ACC801", answers, row(domain="示例.中国")).counts == (1, 0, 0, 0)


@pytest.mark.parametrize("answer", [NXDOMAIN, NODATA])
def test_two_resolvers_that_agree_on_no_address_fail(answer: HostAnswer) -> None:
    judged = run("ACC801", asked(both(answer), both(NXDOMAIN)))
    assert judged.failed == {DOMAIN}
    finding = judged.findings[DOMAIN]
    assert finding.severity is Severity.HIGH
    assert len(finding.evidence) == 2
    assert [cell.cell for cell in finding.cells] == ["A2"]
    for part in (WWW, "223.5.5.5", "119.29.29.29"):
        assert part in judged.message(DOMAIN, "en")


def test_nothing_exists_below_a_name_that_does_not_exist() -> None:
    assert run("ACC801", asked({DOMAIN: NXDOMAIN}, {DOMAIN: NXDOMAIN})).failed == {DOMAIN}


def test_two_that_agree_outweigh_a_third_that_failed() -> None:
    assert run("ACC801", asked(both(TIMEOUT), both(NXDOMAIN), both(NXDOMAIN))).failed == {DOMAIN}


def test_one_resolver_alone_is_unconfirmed_however_often_asked() -> None:
    assert run("ACC801", asked(both(NXDOMAIN))).unknown == {DOMAIN: Reason.UNCONFIRMED}
    twice = asked(both(NXDOMAIN), both(NXDOMAIN), servers=("223.5.5.5", "223.5.5.5"))
    assert run("ACC801", twice).unknown == {DOMAIN: Reason.UNCONFIRMED}


def test_the_newest_answer_of_a_resolver_replaces_its_older_one() -> None:
    older = asked(both(NXDOMAIN), both(to(MAINLAND)), servers=("223.5.5.5", "223.5.5.5"))
    assert run("ACC801", older).unknown == {DOMAIN: Reason.UNCONFIRMED}


@pytest.mark.parametrize(("answer", "reason"), [(SERVFAIL, Reason.ERROR), (TIMEOUT, Reason.TIMEOUT)])
def test_a_failed_look_up_proves_nothing(answer: HostAnswer, reason: Reason) -> None:
    assert run("ACC801", asked(both(answer))).unknown == {DOMAIN: reason}
    assert run("ACC801", asked(both(answer), both(NXDOMAIN))).unknown == {DOMAIN: reason}


def test_names_that_were_not_asked_are_no_evidence() -> None:
    assert run("ACC801", None).unknown == {DOMAIN: Reason.NO_EVIDENCE}
    assert run("ACC801", asked({DOMAIN: NODATA}, {DOMAIN: NODATA})).unknown == {DOMAIN: Reason.NO_EVIDENCE}
    assert run("ACC801", asked({"mail.example.cn": NODATA})).unknown == {DOMAIN: Reason.NO_EVIDENCE}


def test_an_unregistered_domain_is_not_reported_again() -> None:
    gone = Existence(absent=(seen(),), nxdomain=(seen("dns", "223.5.5.5"),))
    judged = run("ACC801", asked(both(NXDOMAIN), both(NXDOMAIN)), existence=gone)
    assert judged.unknown == {DOMAIN: Reason.NOT_FOUND}


# ACC802


def test_an_address_on_the_mainland_list_passes() -> None:
    assert run("ACC802", asked(both(to(MAINLAND)))).counts == (1, 0, 0, 0)


def test_an_address_in_the_providers_own_ranges_passes_though_no_list_has_it() -> None:
    filed = row(access_provider="阿里云")
    assert run("ACC802", asked(both(to("47.92.1.1", "2408:4000::5"))), filed, RANGES).counts == (1, 0, 0, 0)
    named = row(access_provider="阿里云计算有限公司")
    assert run("ACC802", asked(both(to("47.95.255.255"))), named, RANGES).counts == (1, 0, 0, 0)


def test_an_address_outside_the_providers_ranges_fails() -> None:
    judged = run("ACC802", asked(both(to("47.92.1.1", "203.0.113.9"))), row(access_provider="阿里云"), RANGES)
    assert judged.failed == {DOMAIN}
    finding = judged.findings[DOMAIN]
    assert (finding.severity, finding.expected, finding.observed) == (
        Severity.HIGH,
        "阿里云",
        ("203.0.113.9",),
    )
    assert "D2" in {cell.cell for cell in finding.cells}
    assert "203.0.113.9" in judged.message(DOMAIN, "en")


def test_a_cname_to_a_foreign_provider_fails() -> None:
    answer = to("203.0.113.9", chain=("example.cn.cdn.cloudflare.net",))
    judged = run("ACC802", asked(both(answer)))
    assert judged.failed == {DOMAIN}
    assert judged.findings[DOMAIN].observed == "Cloudflare"
    assert "cdn.cloudflare.net" in judged.message(DOMAIN)


@pytest.mark.parametrize("address", ["47.242.0.1", "8.8.8.8", "192.0.2.1", "10.0.0.1"])
def test_an_address_on_no_list_is_never_an_accusation(address: str) -> None:
    judged = run("ACC802", asked(both(to(address))), row(access_provider="腾讯云"), RANGES)
    assert judged.unknown == {DOMAIN: Reason.NO_RULE_DATA}
    assert address in judged.message(DOMAIN)


def test_a_domain_that_does_not_resolve_is_another_checks() -> None:
    for check_id in ("ACC802", "ACC803", "ACC804"):
        filed = row(filed_ip="47.92.1.1")
        gone = asked(both(NXDOMAIN), both(NXDOMAIN))
        assert run(check_id, gone, filed).counts == (0, 0, 0, 1)
        assert run(check_id, asked(both(NXDOMAIN)), filed).unknown == {DOMAIN: Reason.UNCONFIRMED}
        assert run(check_id, asked(both(TIMEOUT)), filed).unknown == {DOMAIN: Reason.TIMEOUT}
        assert run(check_id, None, filed).unknown == {DOMAIN: Reason.NO_EVIDENCE}


# ACC803


def test_names_that_share_an_address_or_a_provider_pass() -> None:
    assert run("ACC803", asked(both(to("192.0.2.1")))).counts == (1, 0, 0, 0)
    edges = {
        DOMAIN: to("192.0.2.1", chain=("a.kunlunaq.com",)),
        WWW: to("192.0.2.2", chain=("b.alikunlun.com",)),
    }
    assert run("ACC803", asked(edges)).counts == (1, 0, 0, 0)
    mixed = {DOMAIN: to("47.92.1.1"), WWW: to("192.0.2.2", chain=("b.alikunlun.com",))}
    assert run("ACC803", asked(mixed), policy=TWO_RANGES).counts == (1, 0, 0, 0)


@pytest.mark.parametrize("www", [to("119.28.1.1"), to("192.0.2.2", chain=("www.example.cn.dnsv1.com",))])
def test_names_at_two_providers_fail(www: HostAnswer) -> None:
    judged = run("ACC803", asked({DOMAIN: to("47.92.1.1"), WWW: www}), policy=TWO_RANGES)
    assert judged.failed == {DOMAIN}
    assert judged.findings[DOMAIN].severity is Severity.LOW
    assert "阿里云" in judged.message(DOMAIN)
    assert "腾讯云" in judged.message(DOMAIN, "en")


def test_addresses_that_tell_no_provider_are_unknown() -> None:
    answers = asked({DOMAIN: to("192.0.2.1"), WWW: to("192.0.2.2")})
    assert run("ACC803", answers).unknown == {DOMAIN: Reason.NO_RULE_DATA}


def test_a_name_that_does_not_exist_leaves_nothing_to_compare() -> None:
    one_missing = {DOMAIN: to("192.0.2.1"), WWW: NXDOMAIN}
    assert run("ACC803", asked(one_missing, one_missing)).counts == (0, 0, 0, 1)
    assert run("ACC803", asked(one_missing)).unknown == {DOMAIN: Reason.UNCONFIRMED}


# ACC804


@pytest.mark.parametrize(
    "filed", ["192.0.2.1", "192.0.2.7、192.0.2.1", "192.0.2.0/24", "192.0.2.1-192.0.2.9", "192.0.2.1（主）"]
)
def test_an_address_that_was_filed_passes(filed: str) -> None:
    assert run("ACC804", asked(both(to("192.0.2.1"))), row(filed_ip=filed)).counts == (1, 0, 0, 0)


def test_a_filing_of_one_ip_version_says_nothing_about_the_other() -> None:
    answers = asked(both(to("192.0.2.1", "2001:db8::1")))
    assert run("ACC804", answers, row(filed_ip="192.0.2.1")).counts == (1, 0, 0, 0)
    judged = run("ACC804", asked(both(to("2001:db8::1"))), row(filed_ip="192.0.2.1"))
    assert judged.unknown == {DOMAIN: Reason.NO_EVIDENCE}


def test_an_address_that_was_not_filed_fails() -> None:
    judged = run("ACC804", asked(both(to("192.0.2.1", "198.51.100.7"))), row(filed_ip="192.0.2.1"))
    assert judged.failed == {DOMAIN}
    finding = judged.findings[DOMAIN]
    assert (finding.severity, finding.expected, finding.observed) == (
        Severity.MEDIUM,
        "192.0.2.1",
        ("198.51.100.7",),
    )
    assert "D2" in {cell.cell for cell in finding.cells}
    assert "198.51.100.7" in judged.message(DOMAIN, "en")


def test_behind_a_cdn_the_origin_is_not_seen() -> None:
    answer = to("198.51.100.7", chain=("example.cn.wscdns.com",))
    judged = run("ACC804", asked(both(answer)), row(filed_ip="192.0.2.1"))
    assert judged.unknown == {DOMAIN: Reason.NO_RULE_DATA}
    assert "网宿" in judged.message(DOMAIN)


def test_no_filed_address_is_missing_where_the_book_has_the_column() -> None:
    answers = asked(both(to("192.0.2.1")))
    assert run("ACC804", answers).counts == (0, 0, 0, 1)
    judged = judge(
        BY_ID["ACC804"], portfolio(row(), columns=["filed_ip"]), evidence_for(DOMAIN, resolution=answers)
    )
    assert judged.unknown == {DOMAIN: Reason.MISSING_VALUE}


def test_a_filed_address_that_cannot_be_read_is_unparsed() -> None:
    answers = asked(both(to("198.51.100.7")))
    assert run("ACC804", answers, row(filed_ip="见合同")).unknown == {DOMAIN: Reason.UNPARSED}
    assert run("ACC804", answers, row(filed_ip="192.0.2.1、300.1.1.1")).unknown == {DOMAIN: Reason.UNPARSED}


# ranges


def test_ranges_hold_what_lies_inside_them() -> None:
    ranges = ranges_of(("10.0.0.0/8", "10.1.0.0/16", "192.0.2.4", "2001:db8::/32"))
    for inside in ("10.200.0.1", "10.1.2.3", "192.0.2.4", "::ffff:10.9.9.9", "2001:db8::9"):
        assert ranges.holds(inside)
    for outside in ("11.0.0.1", "192.0.2.5", "2001:db9::1", "not an address"):
        assert not ranges.holds(outside)


def test_a_cell_of_addresses_is_read_piece_by_piece() -> None:
    found, refused = listed_addresses("IP:192.0.2.1/192.0.2.2；198.51.100.0/30  x")
    assert all(found.holds(one) for one in ("192.0.2.1", "192.0.2.2", "198.51.100.3"))
    assert refused == ("x",)


def test_only_the_provider_that_the_book_names_lends_its_ranges() -> None:
    providers = rule_data().providers
    found = own_ranges(["腾讯云计算（北京）有限责任公司"], TWO_RANGES, providers)
    assert found is not None
    assert found.code == "tencent"
    assert own_ranges(["华为云"], TWO_RANGES, providers) is None
    assert own_ranges([], TWO_RANGES, providers) is None
