"""What registries and registrars answered, word for word, and where nobody could be asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from source import story
from source.evidence_lines import Clock, Line, line
from source.story import AS_OF, Entity, Site

ALIYUN_ZH = "阿里云计算有限公司（万网）"
ALIYUN_EN = "Alibaba Cloud Computing Ltd. d/b/a HiChina (www.net.cn)"
ALIYUN_RDAP = "https://whois.aliyun.com/rdap/"
REGISTRY_RDAP = {
    "com": "https://rdap.verisign.com/com/v1/",
    "net": "https://rdap.verisign.com/net/v1/",
    "top": "https://rdap.zdnsgtld.com/top/",
    "vip": "https://rdap.nic.vip/",
    "app": "https://pubapi.registry.google/rdap/",
    "政务": "https://rdap.conac.cn/",
}


# Whom .cn WHOIS and registrar RDAP name where it is not the entity.
HOLDERS = {
    "kaifang-shili.cn": "川云示例信息有限公司",  # OWN205: the registrar's export already names the new holder
    "chayun-shili.cn": "云川示例科技有限责任公司",  # variant
    "dingpiao-shili.cn": "冯杜撰",  # OWN201, SYN401: a stranger
    "chashan-shili.cn": "何*",  # withheld in part
    "qianshui-shili.cn": story.QIANSHUI,
    "gudong-shili.cn": "许股东",  # OWN202: a shareholder without proof
    "xinghe-shili.com": "Xinghe Shili Group Co., Ltd.",  # an alias of the policy file
    "xinghe-shili.net": "Xinghe Shili Group Co., Ltd.",
    "yuehai-shili.com": "Yuehai Sample Trading Limited",  # transliterated
    "heshili-photo.vip": story.XINGHE,  # OWN201: an individual's domain in a company's hands
    "xiangjiang-shili.com": "孙假设",  # OWN202: refused in Hunan
}
STATUSES = {"yuedu-shili.cn": ("serverHold",), "cangchu-shili.cn": ("clientTransferProhibited",)}
SPONSORS = {"caiyun-shili.cn": "示例域名注册有限公司"}


def registrations(entity: Entity, site: Site, registry: Clock, registrar: Clock) -> Iterator[Line]:
    """What registry and registrar say of a domain, and where nobody could be asked."""
    name, suffix = site.domain, site.domain.rpartition(".")[2]
    if name in _SPECIAL:
        yield from _SPECIAL[name](entity, site, registry)
        return
    if suffix in ("cn", "中国"):
        yield line(name, "whois", "whois.cnnic.cn", registry(), cnnic(entity, site))
        return
    yield line(name, "rdap", REGISTRY_RDAP[suffix], registry(), thin(site))
    if name == "shilishi-fuwu.com":
        yield line(name, "whois", "grs-whois.hichina.com", registrar(), omitted(site))
    elif name == "erp-shili.com":
        yield line(name, "rdap", "https://rdap.godaddy.com/v1/", registrar(), redacted(site))
    elif name != "zhuke-shili.app":
        yield line(name, "rdap", ALIYUN_RDAP, registrar(), full(entity, site))


def holder(entity: Entity, site: Site) -> str:
    """The holder that the registration names."""
    return HOLDERS.get(site.domain, entity.name)


def cnnic(entity: Entity, site: Site) -> str:
    """A .cn answer in today's wording; for .中国 with its name pairs."""
    names = [f"Domain Name: {site.domain}"]
    if site.domain.endswith(".中国"):
        label = site.domain.removesuffix(".中国")
        puny = label.encode("idna").decode()
        names = [
            f"Domain Name: {label}.中国",
            f"Punycode Domain Name: {puny}.xn--fiqs8s",
            f"Domain Name: {label}.中國",
            f"Punycode Domain Name: {puny}.xn--fiqz9s",
        ]
    start = site.expiry.replace(year=2020)
    found = [
        *names,
        f"ROID: {start:%Y%m%d}s10001s{sum(map(ord, site.domain)):08d}-cn",
        *(f"Domain Status: {status}" for status in STATUSES.get(site.domain, ("ok",))),
        f"Registrant: {holder(entity, site)}",
        f"Registrant Contact Email: {entity.leader.email}",
        f"Sponsoring Registrar: {SPONSORS.get(site.domain, ALIYUN_ZH)}",
        "Name Server: dns9.hichina.com",
        "Name Server: dns10.hichina.com",
        f"Registration Time: {start.isoformat()} 10:31:08",
        f"Expiration Time: {site.expiry.isoformat()} 10:31:08",
        "DNSSEC: unsigned",
        "",
    ]
    return "\r\n".join(found)


def cnnic_2014(entity: Entity, site: Site, at: Clock) -> Iterator[Line]:
    """The wording of 2014, as an old resale server still gives it."""
    text = [
        f"Domain Name: {site.domain}",
        "ROID: 20140901s10001s00009901-cn",
        "Domain Status: ok",
        "Registrant ID: hc990105-cn",
        f"Registrant: {holder(entity, site)}",
        f"Registrant Contact Email: {entity.leader.email}",
        f"Sponsoring Registrar: {ALIYUN_ZH}",
        "Name Server: dns9.hichina.com",
        "Name Server: dns10.hichina.com",
        "Registration Date: 2014-09-01 20:15:00",
        f"Expiration Date: {site.expiry.isoformat()} 20:15:00",
        "DNSSEC: unsigned",
        "",
    ]
    yield line(site.domain, "whois", "whois.cnnic.cn", at(), "\n".join(text))


def thin(site: Site) -> Line:
    """A registry's RDAP object: registrar, dates, status and the way to the registrar."""
    foreign = "GoDaddy" in site.registrar
    name = "GoDaddy.com, LLC" if foreign else ALIYUN_EN
    return {
        "objectClassName": "domain",
        "ldhName": site.domain.encode("idna").decode().upper(),
        "status": ["client transfer prohibited"],
        "events": [
            {
                "eventAction": "registration",
                "eventDate": f"{site.expiry.replace(year=2020).isoformat()}T02:31:08Z",
            },
            {"eventAction": "expiration", "eventDate": f"{site.expiry.isoformat()}T02:31:08Z"},
        ],
        "entities": [
            {
                "objectClassName": "entity",
                "roles": ["registrar"],
                "publicIds": [{"type": "IANA Registrar ID", "identifier": "146" if foreign else "1599"}],
                "vcardArray": ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", name]]],
            }
        ],
        "links": [
            {"rel": "related", "href": f"{ALIYUN_RDAP}domain/{site.domain}", "type": "application/rdap+json"}
        ],
        "nameservers": [{"objectClassName": "nameserver", "ldhName": "DNS9.HICHINA.COM"}],
    }


def full(entity: Entity, site: Site) -> Line:
    """A registrar's RDAP object that names the holder; roles in capitals and no handle, as some have it."""
    found = thin(site)
    registrant: Line = {
        "objectClassName": "entity",
        "handle": None,
        "roles": ["Registrant"],
        "vcardArray": [
            "vcard",
            [
                ["version", {}, "text", "4.0"],
                ["fn", {}, "text", ""],
                ["org", {}, "text", holder(entity, site)],
            ],
        ],
    }
    registrar = found["entities"]
    assert isinstance(registrar, list)
    return {**found, "entities": [registrant, *registrar]}


def redacted(site: Site) -> Line:
    """A registrar's RDAP object that hides the holder by RFC 9537."""
    return {
        **thin(site),
        "redacted": [
            {
                "name": {"description": "Registrant Name"},
                "postPath": "$.entities[?(@.roles[0]=='registrant')].vcardArray[1][?(@[0]=='fn')][3]",
                "pathLang": "jsonpath",
                "method": "emptyValue",
                "reason": {"description": "Server policy"},
            },
            {"name": {"description": "Registrant Organization"}, "method": "removal"},
        ],
    }


def omitted(site: Site) -> str:
    """A registrar's gTLD WHOIS answer that leaves the holder's lines out."""
    text = [
        f"Domain Name: {site.domain}",
        "Registry Domain ID: 9900000072_DOMAIN_COM-VRSN",
        "Registrar WHOIS Server: grs-whois.hichina.com",
        f"Registrar: {ALIYUN_EN}",
        "Registrar IANA ID: 1599",
        f"Registrar Registration Expiration Date: {site.expiry.isoformat()}T02:31:08Z",
        "Domain Status: ok https://icann.org/epp#ok",
        "Registrant City:",
        "Registrant Country: CN",
        "Registrant Email: https://whois.aliyun.com/whois/whoisForm",
        "Name Server: DNS9.HICHINA.COM",
        "DNSSEC: unsigned",
        "",
    ]
    return "\r\n".join(text)


def _not_found_twice(entity: Entity, site: Site, at: Clock) -> Iterator[Line]:
    yield line(site.domain, "whois", "whois.cnnic.cn", "2026-11-18T09:30:00+08:00", "No matching record.\r\n")
    yield line(site.domain, "whois", "whois.cnnic.cn", "2026-11-20T09:30:00+08:00", "No matching record.\r\n")


def _not_found_once(entity: Entity, site: Site, at: Clock) -> Iterator[Line]:
    yield line(site.domain, "whois", "whois.cnnic.cn", at(), "No matching record.\r\n")


def _throttled(entity: Entity, site: Site, at: Clock) -> Iterator[Line]:
    yield line(site.domain, "rdap", REGISTRY_RDAP["top"], at(), None, "timeout")
    yield line(
        site.domain, "whois", "whois.nic.top", at(), "Your access is too fast,please try again later.\r\n"
    )


def _timeout(entity: Entity, site: Site, at: Clock) -> Iterator[Line]:
    yield line(site.domain, "whois", "whois.cnnic.cn", at(), None, "timeout")


def _unsupported(entity: Entity, site: Site, at: Clock) -> Iterator[Line]:
    yield line(site.domain, "rdap", "", at(), None, "unsupported")


def _error(entity: Entity, site: Site, at: Clock) -> Iterator[Line]:
    yield line(site.domain, "rdap", REGISTRY_RDAP["政务"], at(), None, "error")


def _truncated(entity: Entity, site: Site, at: Clock) -> Iterator[Line]:
    whole = cnnic(entity, site)
    yield line(site.domain, "whois", "whois.cnnic.cn", at(), whole[: whole.index("Sponsoring")])


def _stale(entity: Entity, site: Site, at: Clock) -> Iterator[Line]:
    yield line(site.domain, "whois", "whois.cnnic.cn", "2026-10-08T16:20:00+08:00", cnnic(entity, site))


_SPECIAL = {
    "duanxun-shili.cn": _not_found_twice,
    "baoguan-shili.com.cn": _not_found_once,
    "kuajing-shili.top": _throttled,
    "zhuoyue-shili.cn": _timeout,
    "shiyan-shili.so": _unsupported,
    "示例大厅.政务": _error,
    "qiongya-shili.cn": _truncated,
    "jiuzhan-shili.cn": _stale,
    "heshili-blog.cn": cnnic_2014,
}


def export_rows() -> Iterator[tuple[object, ...]]:
    """Domain, holder, certificate type and number, real-name state, expiry, registrar, day of the export."""
    stranger = story.code("91110101", 99)
    for entity, _service, site in story.sites():
        if not site.in_export:
            continue
        name, certificate, number, state = entity.name, entity.certificate, entity.code, "SUCCEED"
        if site.domain == "huiyuan-shili.cn":  # OWN203
            state = "NONAUDIT"
        elif site.domain == "cangchu-shili.cn":
            state = "AUDITING"
        elif site.domain == "xinwen-shili.com.cn":  # OWN206
            number = stranger
        elif site.domain == "sucai-shili.cn":  # OWN206, low
            certificate = "统一社会信用代码证书"
        elif site.domain == "baoguan-shili.com.cn":
            number = number[:4] + "**********" + number[-4:]
        elif site.domain in HOLDERS and site.domain not in (
            "kaifang-shili.cn",
            "xinghe-shili.com",
            "xinghe-shili.net",
        ):
            name = HOLDERS[site.domain]
            if name == "许股东":
                certificate, number = "居民身份证", "110101198202020032"
        yield (
            name_cell(site.domain),
            name,
            certificate,
            number,
            state,
            site.expiry,
            "阿里云",
            AS_OF - timedelta(days=1),
        )


def name_cell(domain: str) -> str:
    """The domain as the export writes it."""
    return domain if not domain.endswith(".com") else domain.upper()
