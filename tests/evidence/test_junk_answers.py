"""Whatever stands in an answer: nothing raises, and junk is never taken for a domain's data or for its absence."""

from __future__ import annotations

import pytest
from evidence_replies import CNNIC, VERISIGN, cnnic, gtld, rdap, seen
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.evidence.interpretation import interpret
from auditor.evidence.servers import shipped_authorities
from auditor.model.evidence import Outcome

ABOUT_NOTHING = {Outcome.FOUND, Outcome.NOT_FOUND, Outcome.RESERVED}
ASKED = [
    ("example.cn", "whois", CNNIC),
    ("example.com", "whois", "whois.verisign-grs.com"),
    ("example.top", "whois", "whois.nic.top"),
    ("example.com", "rdap", VERISIGN),
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from(
    [
        "objectClassName",
        "ldhName",
        "entities",
        "events",
        "status",
        "notices",
        "redacted",
        "vcardArray",
        "roles",
        "links",
        "errorCode",
        "nameservers",
        "remarks",
        "A",
        "AAAA",
        "CNAME",
        "MX",
        "NS",
        "rcode",
        "url",
        "html",
        "registrant",
        "expires",
        "real_name_status",
        "params",
        "list",
        "data",
        "found",
        "mainLicence",
        "domain",
    ]
)
SHAPED = st.recursive(
    st.none() | st.integers(-1, 600) | st.sampled_from(["registrant", "domain", "vcard", "fn", "org", ""]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=15,
)


def outcome_of(domain: str, source: str, server: str, raw: object) -> Outcome:
    return interpret(seen(domain, source, server, raw), shipped_authorities()).outcome


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300), st.sampled_from(ASKED))
def test_junk_text_is_neither_found_nor_absent(text: str, asked: tuple[str, str, str]) -> None:
    assert outcome_of(*asked, text) not in ABOUT_NOTHING


@settings(max_examples=200, deadline=None)
@given(JSON | SHAPED, st.sampled_from(["whois", "rdap", "dns", "web", "registrar", "miit"]))
def test_no_json_raises(raw: object, source: str) -> None:
    outcome = outcome_of("example.com", source, VERISIGN, raw)
    if source in ("whois", "rdap") and not (isinstance(raw, dict) and raw.get("errorCode") == 404):
        assert outcome not in ABOUT_NOTHING


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 700), st.text(max_size=5), st.sampled_from(["cnnic", "gtld"]))
def test_a_text_hit_anywhere_still_gives_an_outcome(at: int, noise: str, layout: str) -> None:
    text = cnnic() if layout == "cnnic" else gtld()
    asked = ASKED[0] if layout == "cnnic" else ASKED[1]
    assert outcome_of(*asked, text[:at] + noise + text[at + len(noise) :]) is not Outcome.NOT_FOUND


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(rdap(registrant={}))), JSON | SHAPED)
def test_an_object_with_any_part_torn_gives_an_outcome(key: str, part: object) -> None:
    assert outcome_of(*ASKED[3], {**rdap(registrant={}), key: part}) is not Outcome.NOT_FOUND


@pytest.mark.parametrize(
    "piece",
    [
        *list(" \t\r\n:.-/,;()<>[]{}%#*|_=\"'&?@+~^`\\\x00\x0b\u2028\ufeff0a某ＡX"),
        "\r\n",
        "Domain Name: ",
        ": ",
    ],
)
@pytest.mark.parametrize("asked", [*ASKED, ("example.com", "web", "x"), ("example.com", "miit", "x")])
def test_64_kib_of_any_separator_ends_and_says_nothing(piece: str, asked: tuple[str, str, str]) -> None:
    text = piece * (65_536 // len(piece))
    assert outcome_of(*asked, text) not in ABOUT_NOTHING or asked[1] == "web"
    assert outcome_of(*asked, f"{cnnic(asked[0])[:40]}{text}") is not Outcome.NOT_FOUND
