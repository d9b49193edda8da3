"""RDAP objects as registries and registrars send them, whole, thin, redacted, torn, and what is no object at all."""

from __future__ import annotations

from datetime import date

import pytest
from evidence_replies import ALIBABA_RDAP, VERISIGN, card, facts, rdap, seen

from auditor.model.evidence import (
    DomainEvidence,
    Existence,
    Expiries,
    Outcome,
    Registrants,
    RegistrarNames,
    Statuses,
    Unavailable,
)
from auditor.model.verdict import Reason


def ask(raw: object, server: str = VERISIGN, domain: str = "example.com") -> DomainEvidence:
    return facts(seen(domain, "rdap", server, raw))


def test_a_thin_object_gives_expiry_registrar_and_statuses() -> None:
    found = ask(rdap())
    assert isinstance(found.expiries, Expiries)
    assert found.expiries.best.value == date(2027, 2, 1)
    assert isinstance(found.registrars, RegistrarNames)
    assert found.registrars.best.value == "Example Registrar (Beijing) Co., Ltd."
    assert isinstance(found.statuses, Statuses)
    assert found.statuses.codes == {"clientTransferProhibited"}
    assert isinstance(found.registrants, Unavailable)
    assert found.registrants.reason is Reason.WITHHELD


def test_the_registrars_object_names_the_holder_that_the_thin_one_lacks() -> None:
    full = rdap(registrant={"vcardArray": card(fn="Li Shili", org="Beijing Shili Technology Co., Ltd.")})
    found = facts(
        seen("example.com", "rdap", VERISIGN, rdap()), seen("example.com", "rdap", ALIBABA_RDAP, full)
    )
    assert isinstance(found.registrants, Registrants)
    assert [one.evidence.server for one in found.registrants.stated] == [ALIBABA_RDAP]
    assert isinstance(found.expiries, Expiries)
    assert [one.evidence.server for one in found.expiries.stated] == [VERISIGN, ALIBABA_RDAP]


@pytest.mark.parametrize(
    ("registrant", "more", "name"),
    [
        ({"vcardArray": card(fn="", org="Wang Shi Li")}, {}, "Wang Shi Li"),
        ({"roles": ["Registrant"], "vcardArray": card(fn="Li Shili")}, {}, "Li Shili"),
        ({"handle": None, "vcardArray": card(fn="Li Shili")}, {"handle": None}, "Li Shili"),
        (
            {"vcardArray": card(fn="", org="Shili Foundation")},
            {
                "redacted": [
                    {
                        "name": {"description": "Registry Domain ID"},
                        "prePath": "$.handle",
                        "method": "removal",
                    },
                    {"name": {"type": "Registrant Name"}, "postPath": "$..fn", "method": "emptyValue"},
                    {"name": {"type": "Registrant Email"}, "method": "removal"},
                ]
            },
            "Shili Foundation",
        ),
        (
            {"vcardArray": ["vcard", ["torn", [], ["org", {}, "text", ["Shili Co.", "Unit"]], 7]]},
            {},
            "Shili Co.",
        ),
        (
            {"vcardArray": card(fn="", org="Shili Co."), "remarks": [{"title": "REDACTED FOR PRIVACY"}]},
            {"redacted": ["torn", {}, {"name": None}, {"name": 3, "method": 4}]},
            "Shili Co.",
        ),
        ({"vcardArray": card(fn="Li Shili")}, {"ldhName": "example.com."}, "Li Shili"),
    ],
)
def test_names_are_read_from_odd_and_half_redacted_objects(
    registrant: dict[str, object], more: dict[str, object], name: str
) -> None:
    found = ask(rdap(registrant=registrant, **more), ALIBABA_RDAP)
    assert isinstance(found.registrants, Registrants)
    assert found.registrants.best.value == name


@pytest.mark.parametrize(
    ("registrant", "more"),
    [
        ({"vcardArray": card(fn="REDACTED FOR PRIVACY", org="REDACTED FOR PRIVACY")}, {}),
        ({"vcardArray": card(fn=""), "remarks": [{"type": "object truncated due to authorization"}]}, {}),
        ({}, {}),
        ({"vcardArray": "torn"}, {}),
        (
            {"vcardArray": card(fn="Some Replacement")},
            {"redacted": [{"name": {"type": "Registrant Name"}, "method": "replacementValue"}]},
        ),
        (
            {"vcardArray": card(fn="Li")},
            {"redacted": [{"name": {"type": "Registrant Name"}, "method": "partialValue"}]},
        ),
        (
            {"vcardArray": card(fn="Li Shili")},
            {"redacted": [{"name": {"type": "Registrant Organization"}, "method": "removal"}]},
        ),
        ({"vcardArray": card(fn="Li Shili", org="Domains By Proxy, LLC")}, {}),
    ],
)
def test_a_redacted_holder_is_withheld(registrant: dict[str, object], more: dict[str, object]) -> None:
    found = ask(rdap(registrant=registrant, **more), ALIBABA_RDAP)
    assert found.outcomes[0][1] is Outcome.FOUND
    assert isinstance(found.registrants, Unavailable)
    assert found.registrants.reason is Reason.WITHHELD


@pytest.mark.parametrize(
    ("raw", "outcome"),
    [
        ({"errorCode": 404, "title": "Object not found"}, Outcome.NOT_FOUND),
        ({"errorCode": "404"}, Outcome.NOT_FOUND),
        ({"errorCode": 429, "title": "Too many requests"}, Outcome.THROTTLED),
        ({"errorCode": 403}, Outcome.REFUSED),
        ({"errorCode": 500}, Outcome.ERROR),
        ({"errorCode": 501}, Outcome.UNSUPPORTED),
        ({"errorCode": 400}, Outcome.UNPARSED),
        ({"notices": [{"title": "Quota", "description": ["Quota exceeded (31/30)"]}]}, Outcome.THROTTLED),
        (rdap(notices=[{"description": ["rate limit applies"]}]), Outcome.FOUND),
        ({"objectClassName": "domain"}, Outcome.UNPARSED),
        ({"objectClassName": "domain", "ldhName": "example.com"}, Outcome.UNPARSED),
        ({"objectClassName": "entity", "handle": "x"}, Outcome.UNPARSED),
        (rdap("other-example.com"), Outcome.WRONG_ANSWER),
        ("<html><body>404 Not Found</body></html>", Outcome.UNPARSED),
        ("not found", Outcome.UNPARSED),
        ({}, Outcome.UNPARSED),
        ([], Outcome.UNPARSED),
        (404, Outcome.UNPARSED),
        ({"errorCode": True}, Outcome.UNPARSED),
    ],
)
def test_every_kind_of_answer_has_its_outcome(raw: object, outcome: Outcome) -> None:
    assert ask(raw).outcomes[0][1] is outcome


def test_an_object_without_ldhname_is_known_by_its_own_address() -> None:
    raw = rdap(links=[{"rel": "self", "href": "https://rdap.verisign.com/com/v1/domain/EXAMPLE.COM"}])
    del raw["ldhName"]
    assert ask(raw).outcomes[0][1] is Outcome.FOUND


def test_404_counts_only_from_the_registry() -> None:
    gone = {"errorCode": 404}
    assert isinstance(ask(gone).existence, Existence)
    for server in (ALIBABA_RDAP, "https://rdap.org/", ""):
        found = ask(gone, server)
        assert found.outcomes[0][1] is Outcome.UNPARSED
        assert isinstance(found.existence, Unavailable)
    # .cn has no RDAP service: nobody's 404 says anything about it.
    assert ask(gone, "http://127.0.0.1:8080/", "example.cn").outcomes[0][1] is Outcome.UNPARSED


def test_a_registrars_expiry_is_not_taken_for_the_registrys() -> None:
    raw = rdap(
        events=[
            {"eventAction": "Expiration", "eventDate": "2027-01-31T20:00:00Z"},
            {"eventAction": "registrar expiration", "eventDate": "2028-01-31T02:00:00Z"},
        ]
    )
    at_registrar, at_registry = ask(raw, ALIBABA_RDAP), ask(raw)
    assert isinstance(at_registrar.expiries, Expiries)
    assert [one.value for one in at_registrar.expiries.stated] == [date(2028, 1, 31)]
    assert isinstance(at_registry.expiries, Expiries)
    assert [one.value for one in at_registry.expiries.stated] == [date(2027, 2, 1), date(2028, 1, 31)]
