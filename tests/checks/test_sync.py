"""SYN401, SYN405, SYN406: domains that share a number, against the evidence: silent, failing and undecided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from auditor.checks.check import Check
from auditor.checks.sync import CHECKS
from auditor.model import evidence as ev
from auditor.model.evidence import DomainEvidence, HostAnswer, Stated, Unavailable
from auditor.model.policy import AccessRanges, Policy, Thresholds
from auditor.model.portfolio import Portfolio
from auditor.model.verdict import Reason, Severity, Verdict
from tests.builders import entity_number, portfolio, service_number
from tests.judging import AS_OF, Judged, evidence_for, judge, registrants, seen

CHECK: dict[str, Check] = {one.id: one for one in CHECKS}
ONE = entity_number(1)
SITE = service_number(1)
OWNER = "示例科技1有限公司"
OTHER = "别家示例有限公司"
WITHHELD = Unavailable(Reason.WITHHELD)


def row(domain: str, index: int = 1, **values: object) -> dict[str, object]:
    """One filing row of the first entity."""
    plain: dict[str, object] = {
        "entity_number": ONE,
        "service_number": service_number(1, index),
        "entity_name": OWNER,
        "domain": domain,
    }
    return {code: value for code, value in {**plain, **values}.items() if value is not ...}


def three() -> Portfolio:
    return portfolio(row("a.cn", 1), row("b.cn", 2), row("c.cn", 3))


def holders(
    names: Mapping[str, str | Unavailable], book: Portfolio | None = None, policy: Policy | None = None
) -> Judged:
    """SYN401 on three domains with the registrants given."""
    facts = [
        evidence_for(domain, registrants=one if isinstance(one, Unavailable) else registrants(one))
        for domain, one in names.items()
    ]
    return judge(CHECK["SYN401"], book or three(), *facts, policy=policy)


def test_the_family_is_whole_and_in_order() -> None:
    assert [one.id for one in CHECKS] == [f"SYN{n}" for n in range(401, 407)]


# SYN401


def test_one_registrant_in_several_spellings_is_one() -> None:
    book = portfolio(
        row("a.cn", entity_name="示例（北京）有限公司"), row("b.cn", 2, entity_name="示例（北京）有限公司")
    )
    assert holders({"a.cn": "示例（北京）有限公司", "b.cn": "示例(北京)有限公司"}, book).counts == (
        1,
        0,
        0,
        0,
    )
    assert holders({"a.cn": OWNER, "b.cn": OWNER, "c.cn": OWNER}).counts == (1, 0, 0, 0)


def test_the_same_stranger_everywhere_is_not_out_of_sync() -> None:
    assert holders({"a.cn": OTHER, "b.cn": OTHER, "c.cn": OTHER}).counts == (1, 0, 0, 0)


def test_a_single_domain_has_nothing_to_agree_with() -> None:
    assert holders({"a.cn": OWNER}, portfolio(row("a.cn"))).counts == (0, 0, 0, 1)


def test_the_side_that_is_not_the_entity_is_the_odd_one_however_many_it_holds() -> None:
    found = holders({"a.cn": OWNER, "b.cn": OTHER, "c.cn": OTHER})
    finding = found.findings[ONE]
    assert finding.verdict is Verdict.FAIL
    assert finding.severity is Severity.HIGH
    assert finding.expected == OWNER
    assert finding.observed == (f"{OTHER}: b.cn, c.cn",)
    assert {cell.cell for cell in finding.cells} == {"D3", "D4"}
    assert finding.evidence
    zh, en = found.message(ONE), found.message(ONE, "en")
    assert f"{OTHER} 持有 b.cn、c.cn" in zh
    assert f"{OWNER} 持有 a.cn" in zh
    assert f"不一致的一方是 {OTHER}（b.cn、c.cn），其余属 {OWNER}（与主办单位名称一致）" in zh
    assert f"the odd side is {OTHER} (b.cn, c.cn)" in en


def test_without_the_entity_among_them_the_smaller_group_is_odd() -> None:
    found = holders({"a.cn": OTHER, "b.cn": OTHER, "c.cn": "又一示例有限公司"})
    assert "不一致的一方是 又一示例有限公司（c.cn）" in found.message(ONE)
    assert "占多数" in found.message(ONE)


def test_equal_strangers_are_not_ranked() -> None:
    found = holders({"a.cn": OTHER, "b.cn": "又一示例有限公司"}, portfolio(row("a.cn"), row("b.cn", 2)))
    assert found.failed == {ONE}
    assert "无法判断哪一方有误" in found.message(ONE)
    assert "cannot be told" in found.message(ONE, "en")


def test_a_refuted_pair_fails_although_another_domain_is_hidden() -> None:
    found = holders({"a.cn": OWNER, "b.cn": OTHER, "c.cn": WITHHELD})
    assert found.failed == {ONE}
    assert "另有 1 个域名查不到注册者" in found.message(ONE)


def test_hidden_registrants_are_unknown_and_counted() -> None:
    found = holders({"a.cn": OWNER, "b.cn": WITHHELD, "c.cn": WITHHELD})
    assert found.unknown == {ONE: Reason.WITHHELD}
    assert "3 个域名中有 2 个查不到注册者" in found.message(ONE)
    assert "b.cn, c.cn" in found.message(ONE, "en")


@pytest.mark.parametrize(
    ("absent", "reason"),
    [
        (Unavailable(Reason.THROTTLED), Reason.THROTTLED),
        (Unavailable(Reason.NOT_FOUND), Reason.NOT_FOUND),
        ("REDACTED FOR PRIVACY", Reason.WITHHELD),
        ("张**", Reason.WITHHELD),
    ],
)
def test_what_is_no_name_never_accuses(absent: str | Unavailable, reason: Reason) -> None:
    assert holders({"a.cn": OWNER, "b.cn": OWNER, "c.cn": absent}).unknown == {ONE: reason}


def test_nothing_looked_up_is_unknown() -> None:
    assert holders({}).unknown == {ONE: Reason.NO_EVIDENCE}


@pytest.mark.parametrize(
    ("other", "reason"),
    [("示例科技1有限责任公司", Reason.VARIANT), ("Example Technology One Ltd", Reason.TRANSLITERATED)],
)
def test_forms_that_may_be_the_same_are_left_to_a_person(other: str, reason: Reason) -> None:
    found = holders({"a.cn": OWNER, "b.cn": other, "c.cn": OWNER})
    assert found.unknown == {ONE: reason}
    assert other in found.message(ONE)


def test_an_alias_joins_two_names() -> None:
    policy = Policy(AS_OF, aliases={OWNER: ("Example One Ltd",)})
    names = {"a.cn": OWNER, "b.cn": "Example One Ltd", "c.cn": OWNER}
    assert holders(names, policy=policy).counts == (1, 0, 0, 0)


def test_services_that_share_an_entity_number_are_named() -> None:
    zh = holders({"a.cn": OWNER, "b.cn": OTHER, "c.cn": OWNER}).message(ONE)
    assert f"服务 {SITE}、{service_number(1, 2)}、{service_number(1, 3)} 共用该主体备案号" in zh
    assert "一号多域名" not in zh


def test_a_legacy_service_number_of_several_domains_is_told_apart() -> None:
    book = portfolio(row("a.cn b.cn"))
    found = holders({"a.cn": OWNER, "b.cn": OTHER}, book)
    assert f"服务备案号 {SITE} 是一号多域名的历史备案" in found.message(ONE)
    assert "共用该主体备案号" not in found.message(ONE)
    assert "legacy ones with several domains" in found.message(ONE, "en")


def test_another_odd_holder_is_another_wrong() -> None:
    first = holders({"a.cn": OWNER, "b.cn": OTHER, "c.cn": OWNER}).findings[ONE]
    second = holders({"a.cn": OWNER, "b.cn": "又一示例有限公司", "c.cn": OWNER}).findings[ONE]
    assert first.fingerprint != second.fingerprint


# SYN405


def dns(
    domain: str, *, chain: tuple[str, ...] = (), a: tuple[str, ...] = (), rcode: str = "NOERROR"
) -> DomainEvidence:
    answer: Mapping[str, HostAnswer] = {domain: HostAnswer(rcode, a=a, chain=chain)}
    return evidence_for(domain, resolution=ev.Resolution((Stated(answer, seen("dns", "223.5.5.5")),)))


LEGACY = ("a.cn b.cn", 1)
ALIYUN = ("a.cn.w.alikunlun.com",)
TENCENT = ("b.cn.cdn.dnsv1.com",)


def test_domains_behind_one_provider_pass() -> None:
    book = portfolio(row(*LEGACY))
    assert judge(
        CHECK["SYN405"], book, dns("a.cn", chain=ALIYUN), dns("b.cn", chain=("b.cn.kunlunaq.com",))
    ).counts == (1, 0, 0, 0)


def test_domains_behind_two_providers_fail() -> None:
    found = judge(
        CHECK["SYN405"], portfolio(row(*LEGACY)), dns("a.cn", chain=ALIYUN), dns("b.cn", chain=TENCENT)
    )
    finding = found.findings[SITE]
    assert finding.verdict is Verdict.FAIL
    assert finding.severity is Severity.LOW
    assert finding.observed == ("腾讯云: b.cn", "阿里云: a.cn")
    assert [cell.cell for cell in finding.cells] == ["D2"]
    assert len(finding.evidence) == 1
    assert "a.cn 解析到阿里云" in found.message(SITE)
    assert "b.cn leads to 腾讯云" in found.message(SITE, "en")


def test_the_policy_knows_providers_by_address() -> None:
    policy = Policy(
        AS_OF,
        access=(
            AccessRanges("aliyun", ("阿里云",), ("203.0.113.0/25",)),
            AccessRanges("own", ("自建机房",), ("203.0.113.128/25", "2001:db8::/32")),
        ),
    )
    book = portfolio(row(*LEGACY))
    found = judge(
        CHECK["SYN405"],
        book,
        dns("a.cn", a=("203.0.113.9",)),
        dns("b.cn", a=("203.0.113.200",)),
        policy=policy,
    )
    assert found.failed == {SITE}
    assert "b.cn 解析到自建机房" in found.message(SITE)
    assert judge(
        CHECK["SYN405"], book, dns("a.cn", a=("203.0.113.9",)), dns("b.cn", chain=ALIYUN), policy=policy
    ).counts == (1, 0, 0, 0)


def test_an_edge_does_not_tell_the_provider_behind_it() -> None:
    edge = dns("b.cn", chain=("b.cn.wscdns.com",))
    assert judge(CHECK["SYN405"], portfolio(row(*LEGACY)), dns("a.cn", chain=ALIYUN), edge).unknown == {
        SITE: Reason.NO_RULE_DATA
    }


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (dns("b.cn", a=("203.0.113.9",)), Reason.NO_RULE_DATA),
        (dns("b.cn", rcode="SERVFAIL"), Reason.ERROR),
        (dns("b.cn", rcode="TIMEOUT"), Reason.TIMEOUT),
        (dns("b.cn", rcode="NXDOMAIN"), Reason.NOT_FOUND),
        (evidence_for("b.cn", resolution=Unavailable(Reason.THROTTLED)), Reason.THROTTLED),
        (evidence_for("b.cn"), Reason.NO_EVIDENCE),
    ],
)
def test_a_provider_that_is_not_known_is_unknown(answer: DomainEvidence, reason: Reason) -> None:
    found = judge(CHECK["SYN405"], portfolio(row(*LEGACY)), dns("a.cn", chain=ALIYUN), answer)
    assert found.unknown == {SITE: reason}
    assert "b.cn" in found.message(SITE)


def test_a_service_of_one_domain_has_one_provider() -> None:
    assert judge(CHECK["SYN405"], portfolio(row("a.cn"))).counts == (0, 0, 0, 1)


# SYN406


def held(
    domain: str, day: date | None, registrar: str | None = "阿里云计算有限公司（万网）"
) -> DomainEvidence:
    facts: dict[str, object] = {}
    if day:
        facts["expiries"] = ev.Expiries((Stated(day, seen()),))
    if registrar:
        facts["registrars"] = ev.RegistrarNames((Stated(registrar, seen()),))
    return evidence_for(domain, **facts)


TWO = (row("a.cn"), row("b.cn", 2))


def test_domains_that_run_out_together_at_one_registrar_pass() -> None:
    found = judge(
        CHECK["SYN406"],
        portfolio(*TWO),
        held("a.cn", date(2027, 1, 1)),
        held("b.cn", date(2027, 6, 30), "万网"),
    )
    assert found.counts == (1, 0, 0, 0)


def test_expiry_dates_too_far_apart_fail() -> None:
    facts = (held("a.cn", date(2027, 1, 1)), held("b.cn", date(2027, 7, 1)))
    found = judge(CHECK["SYN406"], portfolio(*TWO), *facts)
    finding = found.findings[ONE]
    assert finding.verdict is Verdict.FAIL
    assert finding.severity is Severity.LOW
    assert finding.observed == ("a.cn: 2027-01-01", "b.cn: 2027-07-01")
    assert {cell.cell for cell in finding.cells} == {"D2", "D3"}
    assert finding.evidence
    assert "相差 181 天（上限 180 天）：a.cn 于 2027-01-01，b.cn 于 2027-07-01" in found.message(ONE)
    assert "181 days apart" in found.message(ONE, "en")
    assert judge(CHECK["SYN406"], portfolio(*TWO), *facts, expiry_spread_days=200).counts == (1, 0, 0, 0)


def test_several_registrars_are_told_as_information() -> None:
    found = judge(
        CHECK["SYN406"],
        portfolio(*TWO),
        held("a.cn", date(2027, 1, 1)),
        held("b.cn", date(2027, 1, 1), "厦门易名科技股份有限公司"),
    )
    finding = found.findings[ONE]
    assert finding.verdict is Verdict.FAIL
    assert finding.severity is Severity.INFO
    assert "2 个注册商" in found.message(ONE)
    assert "厦门易名科技股份有限公司（b.cn）" in found.message(ONE)
    assert "2 registrars" in found.message(ONE, "en")


def test_both_are_told_with_the_weight_of_the_spread() -> None:
    found = judge(
        CHECK["SYN406"],
        portfolio(*TWO),
        held("a.cn", date(2027, 1, 1)),
        held("b.cn", date(2029, 1, 1), "厦门易名科技股份有限公司"),
    )
    assert found.findings[ONE].severity is Severity.LOW
    assert "相差 731 天" in found.message(ONE)
    assert "2 个注册商" in found.message(ONE)


@pytest.mark.parametrize("name", ["Alibaba Cloud Computing (Beijing) Co., Ltd.", "IANA 420", "HiChina"])
def test_a_registrar_is_known_by_any_of_its_names(name: str) -> None:
    found = judge(
        CHECK["SYN406"], portfolio(*TWO), held("a.cn", date(2027, 1, 1)), held("b.cn", date(2027, 1, 1), name)
    )
    assert found.counts == (1, 0, 0, 0)


def test_the_book_answers_where_no_evidence_does() -> None:
    book = portfolio(
        row("a.cn", domain_expiry="2027-01-01", registrar="万网"),
        row("b.cn", 2, domain_expiry="2029-01-01", registrar="万网"),
    )
    found = judge(CHECK["SYN406"], book)
    assert found.failed == {ONE}
    assert {cell.cell for cell in found.findings[ONE].cells} >= {"E2", "E3"}
    assert judge(CHECK["SYN406"], book, held("b.cn", date(2027, 2, 1))).counts == (1, 0, 0, 0)


def test_what_is_not_known_of_some_domain_leaves_it_open() -> None:
    found = judge(CHECK["SYN406"], portfolio(*TWO), held("a.cn", date(2027, 1, 1)))
    assert found.unknown == {ONE: Reason.NO_EVIDENCE}
    assert "b.cn" in found.message(ONE)
    gone = evidence_for(
        "b.cn", expiries=Unavailable(Reason.NOT_FOUND), registrars=Unavailable(Reason.NOT_FOUND)
    )
    assert judge(CHECK["SYN406"], portfolio(*TWO), held("a.cn", date(2027, 1, 1)), gone).unknown == {
        ONE: Reason.NOT_FOUND
    }


def test_unlisted_registrars_in_two_scripts_are_not_told_apart() -> None:
    day = date(2027, 1, 1)
    found = judge(
        CHECK["SYN406"],
        portfolio(*TWO),
        held("a.cn", day, "示例域名注册有限公司"),
        held("b.cn", day, "Fictional Names Registrar"),
    )
    assert found.unknown == {ONE: Reason.NO_RULE_DATA}
    found = judge(
        CHECK["SYN406"],
        portfolio(*TWO),
        held("a.cn", day, "示例域名注册有限公司"),
        held("b.cn", day, "别家域名注册有限公司"),
    )
    assert found.failed == {ONE}


def test_a_single_domain_runs_out_alone() -> None:
    assert judge(CHECK["SYN406"], portfolio(row("a.cn")), held("a.cn", date(2027, 1, 1))).counts == (
        0,
        0,
        0,
        1,
    )


def test_an_entity_without_a_number_shares_none() -> None:
    book = portfolio(
        row("a.cn", entity_number=..., service_number=...), row("b.cn", entity_number=..., service_number=...)
    )
    for check in ("SYN401", "SYN406"):
        assert judge(CHECK[check], book).counts == (0, 0, 0, 1)


def test_a_thousand_holders_of_one_number_are_told_in_bounded_words() -> None:
    book = portfolio(*(row(f"a{n}.cn", n + 1) for n in range(300)))
    found = holders({f"a{n}.cn": f"第{n}示例有限公司" for n in range(300)}, book, Policy(AS_OF, Thresholds()))
    assert found.failed == {ONE}
    assert len(found.message(ONE)) < 2000
