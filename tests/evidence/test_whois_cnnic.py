"""CNNIC's answers: three wordings, name pairs, refusals and answers cut short."""

from __future__ import annotations

from datetime import date

import pytest
from evidence_replies import CNNIC, CNNIC_2012, CNNIC_2014, cnnic, facts, seen

from auditor.model.evidence import (
    Existence,
    Expiries,
    Outcome,
    Registrants,
    RegistrarNames,
    Statuses,
    Unavailable,
)
from auditor.model.verdict import Reason


def outcome_of(text: object, domain: str = "example.cn", server: str = CNNIC) -> Outcome:
    return facts(seen(domain, "whois", server, text)).outcomes[0][1]


def test_an_answer_in_todays_wording_gives_holder_expiry_registrar_and_statuses() -> None:
    found = facts(seen("example.cn", "whois", CNNIC, cnnic(status=("serverHold", "clientDeleteProhibited"))))
    assert isinstance(found.registrants, Registrants)
    assert found.registrants.best.value == "北京示例科技有限公司"
    assert isinstance(found.expiries, Expiries)
    assert found.expiries.best.value == date(2027, 3, 17)
    assert isinstance(found.registrars, RegistrarNames)
    assert found.registrars.best.value == "示例域名注册服务有限公司"
    assert isinstance(found.statuses, Statuses)
    assert found.statuses.codes == {"serverHold", "clientDeleteProhibited"}
    assert isinstance(found.existence, Existence)
    assert found.existence.registered[0].server == CNNIC


@pytest.mark.parametrize("text", [CNNIC_2014, CNNIC_2012, CNNIC_2012 + "Dnssec Deployment: N\n"])
def test_the_wordings_of_2012_and_2014_name_the_organisation(text: str) -> None:
    found = facts(seen("example.cn", "whois", CNNIC, text))
    assert isinstance(found.registrants, Registrants)
    assert found.registrants.best.value == "北京示例科技有限公司"
    assert isinstance(found.expiries, Expiries)
    assert found.expiries.best.value.year == 2027


def test_times_of_cnnic_are_beijing_time() -> None:
    found = facts(seen("example.cn", "whois", CNNIC, cnnic(expires="2027-03-17 23:30:00")))
    assert isinstance(found.expiries, Expiries)
    assert found.expiries.best.value == date(2027, 3, 17)


@pytest.mark.parametrize(
    "names",
    [
        ("示例.中国", "示例.中國"),
        ("示例.中國", "xn--fsq092h.xn--fiqz9s", "示例.中国", "xn--fsq092h.xn--fiqs8s"),
    ],
)
def test_an_answer_with_several_name_pairs_is_about_each_of_them(names: tuple[str, ...]) -> None:
    text = cnnic("示例.中国", names=names)
    for asked in ("示例.中国", "示例.中國"):
        assert outcome_of(text, asked) is Outcome.FOUND
    assert outcome_of(text, "样例.中国") is Outcome.WRONG_ANSWER


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends_do_not_matter(newline: str) -> None:
    assert outcome_of(cnnic(newline=newline)) is Outcome.FOUND


def test_an_answer_cut_at_any_place_gives_no_fact() -> None:
    text = cnnic(newline="\n")
    last = text.index("DNSSEC:")
    for end in range(1, last + len("DNSSEC")):
        found = facts(seen("example.cn", "whois", CNNIC, text[:end]))
        assert found.outcomes[0][1] in (Outcome.TRUNCATED, Outcome.UNPARSED), end
        assert isinstance(found.registrants, Unavailable)
        assert isinstance(found.existence, Unavailable)
        assert isinstance(found.expiries, Unavailable)
        assert found.expiries.reason is Reason.UNPARSED


def test_an_old_answer_cut_inside_its_expiry_gives_no_fact() -> None:
    assert outcome_of(CNNIC_2012[:-6]) is Outcome.TRUNCATED


def test_an_answer_about_another_name_is_a_wrong_answer() -> None:
    found = facts(seen("example.cn", "whois", CNNIC, cnnic("other-example.cn")))
    assert found.outcomes[0][1] is Outcome.WRONG_ANSWER
    assert isinstance(found.registrants, Unavailable)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("No matching record.\r\n", Outcome.NOT_FOUND),
        ("no matching record.\n", Outcome.NOT_FOUND),
        ("Queried interval is too short.\n", Outcome.THROTTLED),
        ("The domain you requested is prohibited.\n", Outcome.REFUSED),
        ("Sorry, The domain you requested is in the reserved list.\n", Outcome.RESERVED),
        (
            "the Domain Name you apply can not be registered online, please consult your registrar.\n",
            Outcome.RESERVED,
        ),
        ("", Outcome.UNPARSED),
        (" \r\n", Outcome.UNPARSED),
        ("No matching records found in your search\n", Outcome.UNPARSED),
        ("Sorry: No matching record.\n", Outcome.UNPARSED),
        ("<html><body>No matching record.</body></html>", Outcome.UNPARSED),
        ("Domain Name: example.cn\nDNSSEC: unsigned\n", Outcome.UNPARSED),
    ],
)
def test_only_the_exact_templates_are_understood(text: str, outcome: Outcome) -> None:
    assert outcome_of(text) is outcome


def test_a_template_of_another_registry_says_nothing_at_cnnic() -> None:
    assert outcome_of('No match for "EXAMPLE.CN".') is Outcome.UNPARSED
    assert outcome_of("DOMAIN NOT FOUND") is Outcome.UNPARSED


def test_a_template_from_a_server_that_is_not_the_registrys_does_not_count() -> None:
    found = facts(seen("example.cn", "whois", "whois.registrar.example", "No matching record.\n"))
    assert found.outcomes[0][1] is Outcome.UNPARSED
    assert isinstance(found.existence, Unavailable)


def test_a_stand_in_on_this_machine_counts_as_the_registry() -> None:
    assert outcome_of("No matching record.\n", server="127.0.0.1:4343") is Outcome.NOT_FOUND
    assert outcome_of("No matching record.\n", server="whois.cnnic.cn:43") is Outcome.NOT_FOUND


@pytest.mark.parametrize(
    "hidden", ["4f3a9c0d1e2b3c4d5e6f", "***", "张*", "隐私保护", "张某", "域名管理员", "示例\ufffd公司"]
)
def test_a_hidden_holder_is_withheld_and_never_a_name(hidden: str) -> None:
    found = facts(seen("example.cn", "whois", CNNIC, cnnic(registrant=hidden)))
    assert found.outcomes[0][1] is Outcome.FOUND
    assert isinstance(found.registrants, Unavailable)
    assert found.registrants.reason in (Reason.WITHHELD, Reason.UNPARSED)
    assert isinstance(found.expiries, Expiries)


def test_a_missing_holder_line_is_withheld() -> None:
    found = facts(seen("example.cn", "whois", CNNIC, cnnic(registrant=None)))
    assert isinstance(found.registrants, Unavailable)
    assert found.registrants.reason is Reason.WITHHELD
    assert found.registrants.detail is not None
    assert found.registrants.detail.zh.startswith("whois.cnnic.cn 2026-11-20")


def test_a_privacy_mail_host_hides_the_holder() -> None:
    text = cnnic(registrant="某某控股", email="YuMing@YinSiBaoHu.AliYun.com")
    assert isinstance(facts(seen("example.cn", "whois", CNNIC, text)).registrants, Unavailable)


def test_an_answer_of_the_network_that_is_no_text_is_unread() -> None:
    assert outcome_of({"Domain Name": "example.cn"}) is Outcome.UNPARSED
    assert outcome_of(None) is Outcome.UNPARSED
