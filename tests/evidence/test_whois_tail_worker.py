"""Rare WHOIS layouts in a worker process: right fields, and nothing that a text can do to it stops the audit."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from datetime import date

import pytest
from evidence_replies import AS_OF, seen

from auditor.evidence.dossier import build_dossier
from auditor.evidence.whois_tail import TailReader
from auditor.model.evidence import DomainEvidence, Expiries, Outcome, Registrants, Unavailable

TW = """Domain Name: example.tw
   Domain Status: ok
   Registrant:
      示例股份有限公司
      Shili Co., Ltd.
      Li Shili  dns@example.tw

   Record expires on 2027-05-31 00:00:00 (UTC+8)
   Record created on 2010-05-31 00:00:00 (UTC+8)

   Domain servers in listed order:
      ns1.example.net

Registration Service Provider: Example Registrar
"""
JP = """[ JPRS database provides information on network administration. ]
Domain Information:
[Domain Name]                   EXAMPLE.JP

[Registrant]                    Shili Technology K.K.

[Name Server]                   ns1.example.net

[Created on]                    2010/01/31
[Expires on]                    2027/01/31
[Status]                        Active
"""


def hang(domain: str, text: str) -> dict[str, list[str]]:
    if "hang" in text:
        threading.Event().wait()
    if "crash" in text:
        os._exit(3)
    if "fault" in text:
        raise ValueError(text)
    return {
        "domain_name": [domain],
        "registrar": ["Example Registrar"],
        "expiration_date": ["2027-05-31T00:00:00"],
    }


@pytest.fixture(scope="module")
def library() -> Iterator[TailReader]:
    with TailReader(deadline_s=30) as reader:
        yield reader


def read(tail: TailReader, domain: str, server: str, text: str) -> DomainEvidence:
    one = seen(domain, "whois", server, text)
    return build_dossier([one], as_of=AS_OF, max_age_days=7, domains=[domain], tail=tail).of(domain)


def test_a_japanese_answer_gives_holder_and_expiry(library: TailReader) -> None:
    found = read(library, "example.jp", "whois.jprs.jp", JP)
    assert isinstance(found.registrants, Registrants)
    assert found.registrants.best.value == "Shili Technology K.K."
    assert isinstance(found.expiries, Expiries)
    assert found.expiries.best.value == date(2027, 1, 31)


def test_a_date_with_two_readings_is_not_taken(library: TailReader) -> None:
    text = "domain: example.ru\nregistrar: EXAMPLE-RU\nnserver: ns1.example.net.\npaid-till: 2027-02-01T21:00:00Z\n"
    found = read(library, "example.ru", "whois.tcinet.ru", text)
    assert isinstance(found.expiries, Expiries)
    ambiguous = read(
        library, "example.ru", "whois.tcinet.ru", text.replace("2027-02-01T21:00:00Z", "01/02/2027")
    )
    assert isinstance(ambiguous.expiries, Unavailable)


def test_a_text_without_fields_is_unread(library: TailReader) -> None:
    for text in ("nothing about example.jp here", "[Domain Name] EXAMPLE.JP", "No match!! example.jp"):
        assert read(library, "example.jp", "whois.jprs.jp", text).outcomes[0][1] is Outcome.UNPARSED


def test_hanging_and_crashing_texts_are_unread_and_the_next_one_is_read() -> None:
    with TailReader(deadline_s=0.5, parse=hang) as tail:
        assert tail.read("example.de", "hang") == "hung"
        assert tail.read("example.de", "crash") == "crashed"
        assert tail.read("example.de", "fault") == "failed"
        assert tail.read("example.de", "x" * 100_000) == "too_long"
        record = tail.read("example.de", "fine")
        assert isinstance(record, dict)
        assert tail.read("example.de", "hang") == "hung"  # remembered, not tried again
        found = read(tail, "example.de", "whois.denic.de", "hang example.de")
        assert found.outcomes[0][1] is Outcome.UNPARSED
        assert found.outcomes[0][2] is not None


def test_after_enough_lost_processes_no_more_are_risked() -> None:
    with TailReader(parse=hang, most_kills=1) as tail:
        assert tail.read("example.de", "crash") == "crashed"
        assert tail.read("example.de", "fine") == "given_up"


def test_fragments_of_a_known_layout_are_not_read_more_loosely() -> None:
    with TailReader(parse=hang) as tail:
        for domain, server in (("example.cn", "whois.cnnic.cn"), ("example.com", "whois.verisign-grs.com")):
            found = read(tail, domain, server, f"x Domain Name: {domain} Registrar: Example")
            assert found.outcomes[0][1] is Outcome.UNPARSED
            assert isinstance(found.existence, Unavailable)
