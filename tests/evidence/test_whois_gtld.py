"""Modern gTLD answers: registries, registrars, both in one text, and how holders are hidden in them."""

from __future__ import annotations

from datetime import date

import pytest
from evidence_replies import VERISIGN_THIN, facts, gtld, seen

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

REGISTRAR = "whois.registrar.example"
VERISIGN = "whois.verisign-grs.com"


def whois(text: str, server: str = REGISTRAR, domain: str = "example.com"):
    return facts(seen(domain, "whois", server, text))


def test_a_registrars_answer_names_the_organisation_before_the_person() -> None:
    found = whois(gtld())
    assert isinstance(found.registrants, Registrants)
    assert found.registrants.best.value == "Beijing Shili Technology Co., Ltd."
    assert isinstance(found.expiries, Expiries)
    assert found.expiries.best.value == date(2027, 1, 31)
    assert isinstance(found.statuses, Statuses)
    assert found.statuses.codes == {"ok"}


def test_a_person_without_an_organisation_is_the_holder() -> None:
    for holder in (
        ("Registrant Name: Zhang Shili",),
        ("Registrant Organization: N/A", "Registrant Name: Zhang Shili"),
    ):
        found = whois(gtld(holder=holder))
        assert isinstance(found.registrants, Registrants)
        assert found.registrants.best.value == "Zhang Shili"


@pytest.mark.parametrize(
    "holder",
    [
        (),  # HiChina leaves the lines out
        ("Registrant Name: ", "Registrant Organization: "),
        ("Registrant Email: https://whois.aliyun.com/whois/whoisForm",),
        ("Registrant Name: REDACTED FOR PRIVACY", "Registrant Organization: REDACTED FOR PRIVACY"),
        ("Registrant Name: Zhang Shili", "Registrant Organization: REDACTED FOR PRIVACY"),
        ("Registrant Name: Registration Private", "Registrant Organization: Domains By Proxy, LLC"),
        ("Registrant Name: Zhang Shili", "Registrant Organization: Nexperian Holding Limited"),
        ("Registrant Name: Zhang Shili", "Registrant Email: x@privacyguardian.org"),
        ("Registrant Name: Domain Admin",),
        (
            "Registrant Name: Please query the RDDS service of the Registrar of Record identified in this output",
        ),
        ("Registrant Organization: 北京****公司",),
    ],
)
def test_a_hidden_holder_is_withheld(holder: tuple[str, ...]) -> None:
    found = whois(gtld(holder=holder))
    assert found.outcomes[0][1] is Outcome.FOUND
    assert isinstance(found.registrants, Unavailable)
    assert found.registrants.reason is Reason.WITHHELD
    assert isinstance(found.expiries, Expiries)


@pytest.mark.parametrize(
    "name",
    ["Private joint-stock company Kyivstar", "Redacted Solutions LLC", "Regina", "北京Nonemore科技有限公司"],
)
def test_a_true_name_that_looks_like_a_marker_stays_a_name(name: str) -> None:
    found = whois(gtld(holder=(f"Registrant Organization: {name}",)))
    assert isinstance(found.registrants, Registrants)
    assert found.registrants.best.value == name


def test_a_thin_registry_answer_gives_expiry_but_no_holder() -> None:
    found = whois(VERISIGN_THIN, VERISIGN)
    assert isinstance(found.registrants, Unavailable)
    assert found.registrants.reason is Reason.WITHHELD
    assert isinstance(found.expiries, Expiries)
    assert found.expiries.best.value == date(2027, 2, 1)  # 20:00 UTC is the next day in Beijing


def test_what_failed_at_the_registrar_explains_a_thin_answer() -> None:
    found = facts(
        seen("example.com", "whois", VERISIGN, VERISIGN_THIN),
        seen("example.com", "whois", REGISTRAR, "Quota exceeded, try again later"),
    )
    assert isinstance(found.registrants, Unavailable)
    assert found.registrants.reason is Reason.THROTTLED


def test_two_answers_in_one_text_keep_their_own_expiry() -> None:
    text = VERISIGN_THIN + "\n" + gtld(expiry="Registrar Registration Expiration Date: 2027-01-30T10:00:00Z")
    found = whois(text, VERISIGN)
    assert isinstance(found.expiries, Expiries)
    assert [one.value for one in found.expiries.stated] == [date(2027, 2, 1), date(2027, 1, 30)]
    assert isinstance(found.registrants, Registrants)
    assert isinstance(found.statuses, Statuses)
    assert found.statuses.codes == {"clientTransferProhibited"}


def test_an_odd_date_with_a_dash_before_its_time_is_read() -> None:
    found = whois(gtld(expiry="Registry Expiry Date: 2027-06-14-T20:32:43Z"))
    assert isinstance(found.expiries, Expiries)
    assert found.expiries.best.value == date(2027, 6, 15)


def test_a_holder_line_cut_short_names_nobody() -> None:
    text = gtld()
    end = text.index("Shili Technology") + 5
    found = whois(text[:end])
    assert isinstance(found.registrants, Unavailable)


def test_an_expiry_cut_short_is_not_a_date() -> None:
    text = gtld()
    end = text.index("2027-01-31") + 9
    assert isinstance(whois(text[:end]).expiries, Unavailable)


@pytest.mark.parametrize(
    ("domain", "server", "text", "outcome"),
    [
        (
            "example.com",
            VERISIGN,
            'No match for "EXAMPLE.COM".\r\n>>> Last update of whois database <<<\n',
            Outcome.NOT_FOUND,
        ),
        ("example.com", VERISIGN, 'No match for "OTHER.COM".\r\n', Outcome.WRONG_ANSWER),
        ("example.com", VERISIGN, "No match for domain\r\n", Outcome.UNPARSED),
        ("example.com", REGISTRAR, 'No match for "EXAMPLE.COM".\r\n', Outcome.UNPARSED),
        (
            "example.top",
            "whois.nic.top",
            "The queried object does not exist: example.top\n",
            Outcome.NOT_FOUND,
        ),
        (
            "example.top",
            "whois.nic.top",
            "The queried object does not exist: other.top\n",
            Outcome.WRONG_ANSWER,
        ),
        (
            "example.top",
            "whois.nic.top",
            "Your access is too fast,please try again later.\n",
            Outcome.THROTTLED,
        ),
        ("example.vip", "whois.nic.vip", "This domain name has not been registered.\n", Outcome.NOT_FOUND),
        ("example.xyz", "whois.nic.xyz", "DOMAIN NOT FOUND\n", Outcome.NOT_FOUND),
        (
            "example.site",
            "whois.nic.site",
            "DOMAIN NOT FOUND\n",
            Outcome.UNPARSED,
        ),  # recorded for a sister only
        ("example.hk", "whois.hkirc.hk", "The domain has not been registered.\n", Outcome.NOT_FOUND),
        ("example.tw", "whois.twnic.net.tw", "No Found\n", Outcome.NOT_FOUND),
        (
            "example.com",
            VERISIGN,
            "Maximum daily connection limit reached. Lookup refused.",
            Outcome.THROTTLED,
        ),
        ("example.com", VERISIGN, "DOMAIN NOT FOUND\n", Outcome.UNPARSED),
        ("example.unknowntld", "whois.nic.unknowntld", "DOMAIN NOT FOUND\n", Outcome.UNPARSED),
    ],
)
def test_templates_hold_for_their_own_server_only(
    domain: str, server: str, text: str, outcome: Outcome
) -> None:
    assert whois(text, server, domain).outcomes[0][1] is outcome


def test_an_answer_about_another_name_is_a_wrong_answer() -> None:
    found = whois(gtld("other-example.com"))
    assert found.outcomes[0][1] is Outcome.WRONG_ANSWER
    assert isinstance(found.existence, Unavailable)


def test_only_an_iana_number_stands_for_a_nameless_registrar() -> None:
    text = gtld().replace("Registrar: Example Registrar (Beijing) Co., Ltd.", "Registrar: ")
    found = whois(text)
    assert isinstance(found.registrars, RegistrarNames)
    assert found.registrars.best.value == "IANA 9999"


def test_an_idn_is_recognised_in_either_form() -> None:
    found = whois(gtld("xn--fsq092h.com"), domain="示例.com")
    assert isinstance(found.existence, Existence)
