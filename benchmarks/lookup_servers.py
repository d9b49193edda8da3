"""The WHOIS servers that the look-up benchmark asks, each made in a process of its own."""

from __future__ import annotations

import random

from tests.servers.dns_server import DnsServer, Zone
from tests.servers.http_server import HttpServer, json_page
from tests.servers.serving import Patience, Reply, text
from tests.servers.whois_server import WhoisServer

LATENCY_S = (0.05, 0.3)
HOLDER = "北京测速示例科技有限公司"


def whois_text(name: str, number: int = 0) -> str:
    """An answer as long as CNNIC's, made up."""
    return (
        f"Domain Name: {name}\r\nROID: 2019{number:010d}s10001s{number:08d}-cn\r\nDomain Status: ok\r\n"
        f"Registrant: {HOLDER}\r\nRegistrant Contact Email: dns@{name}\r\n"
        "Sponsoring Registrar: 阿里云计算有限公司（万网）\r\n"
        "Name Server: dns1.example.net\r\nName Server: dns2.example.net\r\n"
        f"Registration Time: 2019-01-01 10:00:{number % 60:02d}\r\nExpiration Time: 2090-03-01 10:00:00\r\n"
        "DNSSEC: unsigned\r\n"
    )


def rdap_object(name: str, number: int = 0) -> dict[str, object]:
    """A registry's object about a domain, made up."""
    card = [
        "vcard",
        [["version", {}, "text", "4.0"], ["fn", {}, "text", ""], ["org", {}, "text", f"{HOLDER}{number}"]],
    ]
    return {
        "objectClassName": "domain",
        "handle": f"{number:010d}_DOMAIN_COM-VRSN",
        "ldhName": name.upper(),
        "status": ["client transfer prohibited"],
        "entities": [{"objectClassName": "entity", "roles": ["registrant"], "vcardArray": card}],
        "events": [
            {"eventAction": "registration", "eventDate": "2010-01-31T10:00:00Z"},
            {"eventAction": "expiration", "eventDate": "2090-01-31T20:00:00Z"},
        ],
        "nameservers": [{"objectClassName": "nameserver", "ldhName": f"NS{n}.EXAMPLE.NET"} for n in (1, 2)],
        "notices": [{"title": "Terms of Use", "description": ["Service subject to Terms of Use."]}],
    }


def _answer(query: str) -> Reply:
    # A suffix alone is what is asked of IANA: which server speaks for it.
    return text(whois_text(query) if "." in query else "domain: CN\nwhois:        whois.cnnic.cn\n")


def slow(seed: int) -> WhoisServer:
    """Answers after 50 to 300 ms, evenly drawn."""
    draw = random.Random(seed)
    return WhoisServer(_answer, latency_s=lambda: draw.uniform(*LATENCY_S))


def patient(min_gap_s: float, ban_after: int, slack_s: float) -> WhoisServer:
    """Takes one question every so many seconds; earlier ones are refused, and too many of them end in a ban."""
    return WhoisServer(
        _answer,
        latency_s=0.02,
        patience=Patience(min_gap_s, ban_after=ban_after, slack_s=slack_s),
        banned=text("Your access is too fast,please try again later.\r\n"),
    )


def prompt() -> WhoisServer:
    """Answers at once."""
    return WhoisServer(_answer)


def registry() -> HttpServer:
    """An RDAP service that answers at once."""
    return HttpServer(lambda target: json_page(rdap_object(target.rpartition("/")[2])))


def _zone(_host: str, _kind: str) -> Zone:
    return {
        "A": ["198.51.100.7"],
        "NS": ["ns1.example.net.", "ns2.example.net."],
        "MX": ["10 mx.example.net."],
    }


def resolver() -> DnsServer:
    """A resolver that answers at once."""
    return DnsServer(_zone)
