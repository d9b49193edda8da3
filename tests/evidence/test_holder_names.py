"""Dates, statuses and server names of answers, brought to one form."""

from __future__ import annotations

from datetime import date

import pytest

from auditor.evidence.hostnames import same_name
from auditor.evidence.servers import server_host, shipped_authorities
from auditor.evidence.statuses import known_codes, status_code, status_codes
from auditor.evidence.times import beijing_day


@pytest.mark.parametrize(
    ("text", "zone", "day"),
    [
        ("2027-01-31T16:00:00Z", "UTC", date(2027, 2, 1)),
        ("2027-01-31T15:59:59Z", "UTC", date(2027, 1, 31)),
        ("2027-01-31T23:30:00", "Asia/Shanghai", date(2027, 1, 31)),
        ("2027-01-31T23:30:00", "UTC", date(2027, 2, 1)),
        ("2027-01-31T23:30:00+08:00", "UTC", date(2027, 1, 31)),
        ("2027-01-31T23:30:00.123456Z", "UTC", date(2027, 2, 1)),
        ("2020-06-14-T10:32:43Z", "UTC", date(2020, 6, 14)),
        ("2027-01-31 12:48", "Asia/Shanghai", date(2027, 1, 31)),
        ("2027/01/31 00:30:00", "Asia/Tokyo", date(2027, 1, 30)),
        ("20270131", "UTC", date(2027, 1, 31)),
        ("31-Jan-2027", "UTC", date(2027, 1, 31)),
        ("Jan 31, 2027", "UTC", date(2027, 1, 31)),
        ("2027-1-5", "UTC", date(2027, 1, 5)),
        ("05/01/2027", "UTC", None),
        ("2027-02-30", "UTC", None),
        ("0000-00-00", "UTC", None),
        ("2027-01-31T25:00:00Z", "UTC", None),
        ("soon", "UTC", None),
        ("", "UTC", None),
        ("2027-01-31 and more", "UTC", None),
    ],
)
def test_dates_become_beijing_days(text: str, zone: str, day: date | None) -> None:
    assert beijing_day(text, zone) == day


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ok https://icann.org/epp#ok", "ok"),
        ("active", "ok"),
        ("server hold", "serverHold"),
        ("SERVERHOLD", "serverHold"),
        ("client transfer prohibited", "clientTransferProhibited"),
        ("pendingDelete (https://www.icann.org/epp#pendingDelete)", "pendingDelete"),
        ("redemption period", "redemptionPeriod"),
        ("pendingVerification", "pendingVerification"),
        ("some new word", "someNewWord"),
        ("", None),
        (" https://icann.org/epp#ok", None),
    ],
)
def test_statuses_become_epp_codes(text: str, code: str | None) -> None:
    assert status_code(text) == code


def test_values_that_are_no_status_are_left_out() -> None:
    assert status_codes([None, 3, ""]) is None
    assert known_codes(["正常", "serverHold"]) == {"serverHold"}
    assert known_codes(["3"]) is None


@pytest.mark.parametrize(
    ("server", "host"),
    [
        ("https://RDAP.verisign.com/com/v1/", "rdap.verisign.com"),
        ("whois.cnnic.cn:43", "whois.cnnic.cn"),
        ("[::1]:4343", "::1"),
        ("whois.cnnic.cn.", "whois.cnnic.cn"),
        ("http://[broken", ""),
        ("", ""),
    ],
)
def test_servers_are_known_by_their_host(server: str, host: str) -> None:
    assert server_host(server) == host


def test_only_the_registrys_servers_speak_for_it() -> None:
    own = shipped_authorities()
    assert own.speaks_whois("example.cn", "whois.cnnic.cn")
    assert own.speaks_whois("示例.中国", "cwhois.cnnic.cn")
    assert not own.speaks_whois("example.cn", "whois.verisign-grs.com")
    assert not own.speaks_whois("example.unknowntld", "whois.cnnic.cn")
    assert own.speaks_rdap("example.com", "https://rdap.verisign.com/com/v1/")
    assert not own.speaks_rdap("example.com", "https://rdap.org/")
    assert not own.speaks_rdap("example.cn", "https://rdap.verisign.com/com/v1/")


@pytest.mark.parametrize("name", ["", "a b.cn", "a/b.cn", "." * 5, "x" * 300, "\x00.cn", "xn--\x80.cn"])
def test_what_is_no_host_name_is_the_same_as_nothing(name: str) -> None:
    assert not same_name(name, "example.cn")
    assert not same_name(name, name)
