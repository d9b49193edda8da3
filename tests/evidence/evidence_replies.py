"""Made-up raw answers in the layouts that registries, registrars and the ministry use."""

from __future__ import annotations

from datetime import date, datetime

from auditor.evidence.dossier import build_dossier
from auditor.evidence.recorded import raw_sha256
from auditor.model.evidence import DomainEvidence, Dossier, Observation

AS_OF = date(2026, 11, 23)
CNNIC = "whois.cnnic.cn"
VERISIGN = "https://rdap.verisign.com/com/v1/"
ALIBABA_RDAP = "https://whois.aliyun.example/rdap/"


def seen(
    domain: str,
    source: str,
    server: str,
    raw: object,
    *,
    at: str | None = "2026-11-20T08:00:00+08:00",
    outcome: str = "answered",
) -> Observation:
    """One observation, as a recorded line would give it."""
    moment = None if at is None else datetime.fromisoformat(at)
    return Observation(domain, source, server, moment, outcome, raw, raw_sha256(raw))


def dossier_of(*observations: Observation, domains: tuple[str, ...] = (), max_age_days: int = 7) -> Dossier:
    """The dossier of some observations about their own domains."""
    names = domains or tuple(one.domain for one in observations)
    return build_dossier(observations, as_of=AS_OF, max_age_days=max_age_days, domains=names)


def facts(*observations: Observation, max_age_days: int = 7) -> DomainEvidence:
    """The evidence for the domain of the first observation."""
    return dossier_of(*observations, max_age_days=max_age_days).of(observations[0].domain)


def cnnic(
    domain: str = "example.cn",
    *,
    registrant: str | None = "北京示例科技有限公司",
    status: tuple[str, ...] = ("ok",),
    expires: str = "2027-03-17 12:48:36",
    names: tuple[str, ...] = (),
    email: str = "dns@example.cn",
    newline: str = "\r\n",
) -> str:
    """Today's CNNIC layout."""
    lines = [f"Domain Name: {name}" for name in names or (domain,)]
    lines.append("ROID: 20030311s10001s00033735-cn")
    lines += [f"Domain Status: {one}" for one in status]
    if registrant is not None:
        lines.append(f"Registrant: {registrant}")
    lines += [
        f"Registrant Contact Email: {email}",
        "Sponsoring Registrar: 示例域名注册服务有限公司",
        "Name Server: ns1.example.net",
        "Name Server: ns2.example.net",
        "Registration Time: 2003-03-17 12:20:05",
        f"Expiration Time: {expires}",
        "DNSSEC: unsigned",
    ]
    return newline.join(lines) + newline


CNNIC_2014 = """Domain Name: example.cn
ROID: 20090825s10001s91994755-cn
Domain Status: ok
Registrant ID: hc000000000-cn
Registrant: 北京示例科技有限公司
Registrant Contact Email: dns@example.cn
Sponsoring Registrar: 示例域名注册服务有限公司
Name Server: ns1.example.net
Registration Date: 2009-08-25 00:40:26
Expiration Date: 2027-08-25 00:40:26
DNSSEC: unsigned
"""

CNNIC_2012 = """Domain Name: example.cn
ROID: 20030311s10001s00033735-cn
Domain Status: clientTransferProhibited
Registrant ID: example-0001
Registrant Organization: 北京示例科技有限公司
Registrant Name: 张示例
Administrative Email: dns@example.cn
Sponsoring Registrar: 示例域名注册服务有限公司
Name Server:ns1.example.net
Registration Date: 2003-03-17 12:20
Expiration Date: 2027-03-17 12:48
"""


def gtld(
    domain: str = "example.com",
    *,
    holder: tuple[str, ...] = (
        "Registrant Name: Li Shili",
        "Registrant Organization: Beijing Shili Technology Co., Ltd.",
    ),
    expiry: str = "Registrar Registration Expiration Date: 2027-01-31T10:00:00Z",
    status: tuple[str, ...] = ("ok https://icann.org/epp#ok",),
) -> str:
    """The modern layout as a registrar sends it."""
    lines = [
        f"Domain Name: {domain}",
        "Registry Domain ID: 0000000_DOMAIN_COM-VRSN",
        "Registrar WHOIS Server: whois.registrar.example",
        "Updated Date: 2025-01-01T00:00:00Z",
        "Creation Date: 2010-01-31T10:00:00Z",
        expiry,
        "Registrar: Example Registrar (Beijing) Co., Ltd.",
        "Registrar IANA ID: 9999",
        *(f"Domain Status: {one}" for one in status),
        *holder,
        "Registrant City:",
        "Registrant State/Province: Bei Jing",
        "Registrant Country: CN",
        "Name Server: NS1.EXAMPLE.NET",
        "DNSSEC: unsigned",
        "URL of the ICANN WHOIS Data Problem Reporting System: http://wdprs.example.net/",
        ">>> Last update of WHOIS database: 2026-11-20T00:00:00Z <<<",
        "",
        "For more information on Whois status codes: see the list.",
    ]
    return "\r\n".join(lines) + "\r\n"


VERISIGN_THIN = """   Domain Name: EXAMPLE.COM
   Registry Domain ID: 0000000_DOMAIN_COM-VRSN
   Registrar WHOIS Server: whois.registrar.example
   Registrar URL: http://registrar.example
   Updated Date: 2025-01-01T00:00:00Z
   Creation Date: 2010-01-31T10:00:00Z
   Registry Expiry Date: 2027-01-31T20:00:00Z
   Registrar: Example Registrar (Beijing) Co., Ltd.
   Registrar IANA ID: 9999
   Domain Status: clientTransferProhibited https://icann.org/epp#clientTransferProhibited
   Name Server: NS1.EXAMPLE.NET
   DNSSEC: unsigned
>>> Last update of whois database: 2026-11-20T00:00:00Z <<<

NOTICE: The expiration date displayed in this record is the date the
registrar's sponsorship of the domain name registration ends.
"""


def card(**words: str) -> list[object]:
    """A jCard."""
    return [
        "vcard",
        [["version", {}, "text", "4.0"], *([word, {}, "text", text] for word, text in words.items())],
    ]


def rdap(
    domain: str = "example.com",
    *,
    registrant: dict[str, object] | None = None,
    expiration: str = "2027-01-31T20:00:00Z",
    **more: object,
) -> dict[str, object]:
    """A domain object of RFC 9083; thin unless a registrant is given."""
    entities: list[object] = [
        {
            "objectClassName": "entity",
            "handle": "9999",
            "roles": ["registrar"],
            "publicIds": [{"type": "IANA Registrar ID", "identifier": "9999"}],
            "vcardArray": card(fn="Example Registrar (Beijing) Co., Ltd."),
        }
    ]
    if registrant is not None:
        entities.append({"objectClassName": "entity", "roles": ["registrant"], **registrant})
    return {
        "objectClassName": "domain",
        "handle": "0000000_DOMAIN_COM-VRSN",
        "ldhName": domain.upper(),
        "status": ["client transfer prohibited"],
        "entities": entities,
        "events": [
            {"eventAction": "registration", "eventDate": "2010-01-31T10:00:00Z"},
            {"eventAction": "expiration", "eventDate": expiration},
        ],
        "links": [
            {"rel": "related", "type": "application/rdap+json", "href": f"{ALIBABA_RDAP}domain/{domain}"}
        ],
        **more,
    }


def ministry(domain: str = "example.cn", **more: object) -> dict[str, object]:
    """One row of the ministry's query."""
    return {
        "domain": domain,
        "mainLicence": "京ICP备12345678号",
        "serviceLicence": "京ICP备12345678号-1",
        "unitName": "北京示例科技有限公司",
        "natureName": "企业",
        "limitAccess": "否",
        "updateRecordTime": "2026-01-05 10:00:00",
        **more,
    }
