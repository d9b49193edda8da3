"""The dossier: which observation counts, in which order sources speak, and why a fact is missing."""

from __future__ import annotations

import random
from datetime import date, datetime

import pytest
from evidence_replies import (
    ALIBABA_RDAP,
    AS_OF,
    CNNIC,
    VERISIGN,
    VERISIGN_THIN,
    card,
    cnnic,
    dossier_of,
    facts,
    gtld,
    ministry,
    rdap,
    seen,
)

from auditor.evidence.dossier import build_dossier, coverage
from auditor.evidence.selection import is_stale
from auditor.evidence.times import BEIJING
from auditor.model.evidence import (
    Existence,
    Expiries,
    Observation,
    Outcome,
    Registrants,
    RegistrarNames,
    Resolution,
    Statuses,
    Unavailable,
)
from auditor.model.verdict import Reason

ABSENT = "No matching record.\n"
OLD = "2026-11-01T08:00:00+08:00"
EARLIER = "2026-11-18T08:00:00+08:00"


def test_sources_speak_for_the_holder_in_their_order() -> None:
    found = facts(
        seen(
            "example.com",
            "whois",
            "whois.registrar.example",
            gtld(holder=("Registrant Organization: Whois Co.",)),
        ),
        seen("example.com", "rdap", VERISIGN, rdap(registrant={"vcardArray": card(org="Registry Co.")})),
        seen("example.com", "rdap", ALIBABA_RDAP, rdap(registrant={"vcardArray": card(org="Registrar Co.")})),
        seen("example.com", "registrar", "aliyun", {"registrant": "示例公司"}),
    )
    assert isinstance(found.registrants, Registrants)
    assert [one.value for one in found.registrants.stated] == [
        "示例公司",
        "Registrar Co.",
        "Registry Co.",
        "Whois Co.",
    ]


def test_an_export_speaks_before_cnnic_and_both_are_kept() -> None:
    found = facts(
        seen("example.cn", "whois", CNNIC, cnnic(registrant="某乙公司科技")),
        seen("example.cn", "registrar", "aliyun", {"registrant": "示例公司"}, at=None),
    )
    assert isinstance(found.registrants, Registrants)
    assert found.registrants.best.value == "示例公司"


def test_the_registrys_expiry_goes_before_the_registrars() -> None:
    found = facts(
        seen("example.com", "registrar", "aliyun", {"expires": "2027-01-30"}),
        seen("example.com", "whois", "whois.registrar.example", gtld()),
        seen("example.com", "rdap", VERISIGN, rdap()),
    )
    assert isinstance(found.expiries, Expiries)
    assert [one.value for one in found.expiries.stated] == [
        date(2027, 2, 1),
        date(2027, 1, 30),
        date(2027, 1, 31),
    ]
    assert isinstance(found.registrars, RegistrarNames)
    assert found.registrars.best.evidence.server == VERISIGN


def test_the_newest_statuses_of_the_registry_count() -> None:
    found = facts(
        seen(
            "example.com",
            "whois",
            "whois.verisign-grs.com",
            VERISIGN_THIN.replace("clientTransferProhibited", "serverHold"),
            at=EARLIER,
        ),
        seen("example.com", "rdap", VERISIGN, rdap()),
    )
    assert isinstance(found.statuses, Statuses)
    assert found.statuses.codes == {"clientTransferProhibited"}


@pytest.mark.parametrize("failed", ["timeout", "throttled", "refused", "error"])
def test_an_older_answer_stands_where_the_newest_asking_failed(failed: str) -> None:
    found = facts(
        seen("example.cn", "whois", CNNIC, cnnic(), at=EARLIER),
        seen("example.cn", "whois", CNNIC, None, outcome=failed),
        seen("example.cn", "whois", CNNIC, "Domain Name: example.cn\n", at="2026-11-21T08:00:00+08:00"),
    )
    assert isinstance(found.registrants, Registrants)
    assert {outcome for _ref, outcome, _detail in found.outcomes} >= {Outcome.FOUND}
    assert len(found.outcomes) == 3


def test_a_stale_answer_gives_no_fact() -> None:
    found = facts(seen("example.cn", "whois", CNNIC, cnnic(), at=OLD))
    for fact in (found.registrants, found.expiries, found.existence, found.statuses, found.registrars):
        assert isinstance(fact, Unavailable)
        assert fact.reason is Reason.STALE
    assert found.outcomes[0][2] is not None


def test_what_is_reserved_stays_so_longer_than_what_was_found() -> None:
    reserved = "Sorry, The domain you requested is in the reserved list."
    kept = facts(seen("example.cn", "whois", CNNIC, reserved, at="2026-11-01T08:00:00+08:00"))
    assert isinstance(kept.existence, Existence)
    old = facts(seen("example.cn", "whois", CNNIC, reserved, at="2026-10-01T08:00:00+08:00"))
    assert isinstance(old.existence, Unavailable)


def test_an_undated_record_is_never_stale_and_a_later_one_counts() -> None:
    undated = facts(seen("example.cn", "registrar", "aliyun", {"registrant": "示例公司"}, at=None))
    later = facts(seen("example.cn", "whois", CNNIC, cnnic(), at="2026-12-20T08:00:00+08:00"))
    assert isinstance(undated.registrants, Registrants)
    assert isinstance(later.registrants, Registrants)


def test_the_last_fresh_day_is_as_old_as_the_policy_allows() -> None:
    assert isinstance(
        facts(seen("example.cn", "whois", CNNIC, cnnic(), at="2026-11-16T00:00:00+08:00")).expiries, Expiries
    )
    assert isinstance(
        facts(seen("example.cn", "whois", CNNIC, cnnic(), at="2026-11-15T23:59:59+08:00")).expiries,
        Unavailable,
    )


def test_absence_is_confirmed_by_two_answers_or_by_dns() -> None:
    once = facts(seen("example.cn", "whois", CNNIC, ABSENT))
    twice = facts(
        seen("example.cn", "whois", CNNIC, ABSENT), seen("example.cn", "whois", CNNIC, ABSENT, at=EARLIER)
    )
    dns = facts(
        seen("example.cn", "whois", CNNIC, ABSENT),
        seen("example.cn", "dns", "223.5.5.5", {"example.cn": {"rcode": "NXDOMAIN"}}),
    )
    for found, confirmed in ((once, False), (twice, True), (dns, True)):
        assert isinstance(found.existence, Existence)
        assert found.existence.confirmed_absent is confirmed
        assert isinstance(found.registrants, Unavailable)
        assert found.registrants.reason is Reason.NOT_FOUND
        assert isinstance(found.expiries, Unavailable)
        assert found.expiries.reason is Reason.NOT_FOUND


def test_one_answer_copied_under_another_name_confirms_nothing() -> None:
    found = facts(
        seen("example.cn", "whois", "whois.cnnic.cn", ABSENT),
        seen("example.cn", "whois", "whois.cnnic.cn:43", ABSENT),
    )
    assert isinstance(found.existence, Existence)
    assert not found.existence.confirmed_absent


def test_an_absence_that_another_registry_answer_denies_is_not_confirmed() -> None:
    found = facts(
        seen("example.com", "whois", "whois.verisign-grs.com", 'No match for "EXAMPLE.COM".'),
        seen("example.com", "whois", "whois.verisign-grs.com", 'No match for "EXAMPLE.COM".', at=EARLIER),
        seen("example.com", "rdap", VERISIGN, rdap(), at=EARLIER),
    )
    assert isinstance(found.existence, Existence)
    assert not found.existence.confirmed_absent
    assert isinstance(found.expiries, Expiries)


def test_an_export_older_than_the_absence_does_not_deny_it() -> None:
    absent = (
        seen("example.cn", "whois", CNNIC, ABSENT),
        seen("example.cn", "whois", CNNIC, ABSENT, at=EARLIER),
    )
    undated = facts(*absent, seen("example.cn", "registrar", "aliyun", {"expires": "2027-01-30"}, at=None))
    newer = facts(
        *absent,
        seen("example.cn", "registrar", "aliyun", {"expires": "2027-01-30"}, at="2026-11-21T08:00:00+08:00"),
    )
    assert isinstance(undated.existence, Existence)
    assert undated.existence.confirmed_absent
    assert isinstance(newer.existence, Existence)
    assert not newer.existence.confirmed_absent


def test_a_domain_registered_again_is_registered() -> None:
    found = facts(
        seen("example.cn", "whois", CNNIC, ABSENT, at=EARLIER), seen("example.cn", "whois", CNNIC, cnnic())
    )
    assert isinstance(found.existence, Existence)
    assert found.existence.registered
    assert found.existence.absent == ()


def test_a_reserved_name_has_no_holder() -> None:
    found = facts(
        seen("example.cn", "whois", CNNIC, "Sorry, The domain you requested is in the reserved list.")
    )
    assert isinstance(found.existence, Existence)
    assert found.existence.reserved
    assert isinstance(found.registrants, Unavailable)
    assert found.registrants.reason is Reason.NOT_FOUND


def test_nxdomain_alone_says_nothing_about_registration() -> None:
    found = facts(seen("example.cn", "dns", "223.5.5.5", {"example.cn": {"rcode": "NXDOMAIN"}}))
    assert isinstance(found.existence, Unavailable)
    assert found.existence.reason is Reason.NO_EVIDENCE


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        ("throttled", Reason.THROTTLED),
        ("refused", Reason.THROTTLED),
        ("timeout", Reason.TIMEOUT),
        ("error", Reason.ERROR),
        ("unsupported", Reason.UNSUPPORTED),
    ],
)
def test_a_failed_asking_gives_its_reason_for_every_fact(outcome: str, reason: Reason) -> None:
    found = facts(seen("example.cn", "whois", CNNIC, None, outcome=outcome))
    for fact in (found.registrants, found.expiries, found.existence, found.statuses, found.registrars):
        assert isinstance(fact, Unavailable)
        assert fact.reason is reason
        assert fact.evidence
        assert fact.detail is not None
    assert isinstance(found.real_name, Unavailable)
    assert found.real_name.reason is Reason.NO_EVIDENCE


def test_the_best_reason_is_given_and_all_that_was_tried_is_told() -> None:
    found = facts(
        seen("example.com", "rdap", VERISIGN, None, outcome="timeout"),
        seen("example.com", "whois", "whois.registrar.example", gtld(holder=())),
        seen("example.com", "registrar", "aliyun", None, outcome="error"),
    )
    assert isinstance(found.registrants, Unavailable)
    assert found.registrants.reason is Reason.WITHHELD
    assert len(found.registrants.evidence) == 3
    assert found.registrants.detail is not None
    assert "timed out" in found.registrants.detail.en
    assert "查询超时" in found.registrants.detail.zh


def test_an_export_without_holder_does_not_hide_why_the_others_failed() -> None:
    found = facts(
        seen("example.com", "registrar", "aliyun", {"expires": "2027-01-30"}),
        seen("example.com", "rdap", VERISIGN, None, outcome="timeout"),
    )
    assert isinstance(found.registrants, Unavailable)
    assert found.registrants.reason is Reason.TIMEOUT


def everything() -> list:
    return [
        seen("example.cn", "whois", CNNIC, cnnic()),
        seen("example.cn", "whois", CNNIC, cnnic(registrant="上海示例有限公司"), at=EARLIER),
        seen("example.cn", "whois", CNNIC, None, outcome="timeout", at="2026-11-21T08:00:00+08:00"),
        seen("example.cn", "dns", "a", {"example.cn": {"A": ["192.0.2.1"]}}),
        seen("example.cn", "dns", "b", {"example.cn": {"MX": ["mx.example.cn"]}}),
        seen("example.cn", "miit", "beian.miit.gov.cn", ministry()),
        seen(
            "example.cn", "web", "https://example.cn/", {"status": 200, "html": "<p>京ICP备12345678号-1</p>"}
        ),
        seen("example.com", "rdap", VERISIGN, rdap()),
        seen("example.com", "rdap", ALIBABA_RDAP, rdap(registrant={"vcardArray": card(org="Shili Co.")})),
        seen(
            "example.com",
            "registrar",
            "aliyun",
            {"registrant": "示例公司", "real_name_status": "SUCCEED"},
            at=None,
        ),
        seen("example.com", "registrar", "tencent", {"real_name_status": "未实名"}, at=None),
        seen("example.top", "whois", "whois.nic.top", "The queried object does not exist: example.top"),
        seen("unlisted.cn", "whois", CNNIC, cnnic("unlisted.cn")),
    ]


def test_the_order_of_observations_changes_nothing() -> None:
    domains = ("example.cn", "example.com", "example.top")
    first = dossier_of(*everything(), domains=domains)
    for seed in range(8):
        shuffled = everything() + everything()[:3]
        random.Random(seed).shuffle(shuffled)
        again = dossier_of(*shuffled, domains=tuple(reversed(domains)))
        assert again == first
        assert list(again.domains) == list(first.domains)
    assert (first.observations, first.unused) == (13, 1)


def test_coverage_counts_every_domain_once_for_every_source() -> None:
    domains = ("example.cn", "example.com", "example.top", "never-asked.cn")
    dossier = build_dossier(
        [*everything(), seen("example.com", "whois", "whois.verisign-grs.com", None, outcome="throttled")],
        as_of=AS_OF,
        max_age_days=7,
        domains=domains,
    )
    found = {one.source: one for one in coverage(dossier, domains, AS_OF, max_age_days=7)}
    assert list(found) == ["registrar", "rdap", "whois", "dns", "web", "miit"]
    for one in found.values():
        assert one.answered + sum(one.failed.values()) + one.not_asked == len(domains)
    assert (found["whois"].answered, dict(found["whois"].failed), found["whois"].not_asked) == (
        2,
        {"throttled": 1},
        1,
    )
    assert found["registrar"].newest is None
    stale = {one.source: one for one in coverage(dossier, domains, date(2027, 3, 1), max_age_days=7)}
    assert dict(stale["whois"].failed) == {"stale": 2, "throttled": 1}


def test_the_first_day_of_the_calendar_is_an_audit_date_like_any_other() -> None:
    assert not is_stale(datetime(2026, 11, 20, tzinfo=BEIJING), date.min, 7)
    assert is_stale(datetime(2026, 11, 20, tzinfo=BEIJING), date.max, 7)


def test_every_dns_answer_is_kept_oldest_first_however_old() -> None:
    def answered(address: str, at: str, server: str = "192.0.2.53") -> Observation:
        return seen("example.cn", "dns", server, {"example.cn": {"A": [address]}}, at=at)

    found = facts(
        answered("198.51.100.3", EARLIER),
        answered("198.51.100.1", "2026-05-01T08:00:00+08:00"),
        answered("198.51.100.2", OLD, "192.0.2.153"),
        seen("example.cn", "dns", "192.0.2.53", None, at=OLD, outcome="timeout"),
    )
    assert [one.value["example.cn"].a for one in found.dns_history] == [
        ("198.51.100.1",),
        ("198.51.100.2",),
        ("198.51.100.3",),
    ]
    assert isinstance(found.resolution, Resolution)
    assert len(found.resolution.answers) == 1
