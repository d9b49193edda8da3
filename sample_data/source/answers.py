"""The recorded evidence: what registries, registrars, resolvers, sites and the ministry answered, word for word."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model.recordnumber import read_record_number
from source import orders, story
from source.evidence_lines import Clock, Line, line
from source.registrations import registrations
from source.story import Entity, Service, Site

RESOLVERS = ("192.0.2.53", "192.0.2.153")


def lines() -> Iterator[Line]:
    """Every line of evidence.jsonl."""
    registry, registrar, dns, web, miit = (
        Clock(18, 9),
        Clock(19, 10),
        Clock(20, 8),
        Clock(21, 14),
        Clock(22, 9),
    )
    for entity, _service, site in story.sites():
        yield from registrations(entity, site, registry, registrar)
    yield from orders.kept_answers()
    for entity, service, site in story.sites():
        yield from resolutions(entity, service, site, dns)
    yield line("youxiang-shili.cn", "dns", RESOLVERS[0], dns(), {"youxiang-shili.cn": {"rcode": "NXDOMAIN"}})
    for entity, service, site in story.sites():
        yield from pages(entity, service, site, web)
    for entity, service, site in story.sites():
        if entity not in story.SHEETS:
            yield from ministry(entity, service, site, miit)


def resolutions(entity: Entity, service: Service, site: Site, at: Clock) -> Iterator[Line]:
    """Two resolvers' answers for the domain and its www name."""
    name = site.domain.encode("idna").decode()
    address = {"rcode": "NOERROR", "A": [site.ip]}
    apex: Line = {**address, "NS": ["dns9.hichina.com", "dns10.hichina.com"], "MX": [f"10 mx1.{name}"]}
    hosts: Line = {name: apex, f"www.{name}": address}
    if site.domain in ("duanxun-shili.cn", "yuedu-shili.cn"):
        hosts = {name: {"rcode": "NXDOMAIN"}, f"www.{name}": {"rcode": "NXDOMAIN"}}
    elif site.domain == "chuanmei-shili.cn":  # ACC803
        edge = {"rcode": "NOERROR", "CNAME": [f"www.{name}.cdn.dnsv1.com"], "A": ["203.0.113.64"]}
        hosts = {name: {**apex, "CNAME": [f"{name}.w.kunlunca.com"]}, f"www.{name}": edge}
    elif site.domain == "kuajing-shili.top":  # ACC802: abroad
        hosts = {
            name: {**apex, "CNAME": ["cname.vercel-dns.com"]},
            f"www.{name}": {**address, "CNAME": ["cname.vercel-dns.com"]},
        }
    elif site.domain == "zhuke-shili.app":
        hosts = {name: {"rcode": "SERVFAIL"}, f"www.{name}": {"rcode": "SERVFAIL"}}
    for resolver in RESOLVERS:
        yield line(site.domain, "dns", resolver, at(), hosts)


def pages(entity: Entity, service: Service, site: Site, at: Clock) -> Iterator[Line]:
    """The home page as fetched."""
    name = site.domain.encode("idna").decode()
    url = f"https://www.{name}/"
    if site.domain in ("duanxun-shili.cn", "yuedu-shili.cn", "zhuke-shili.app"):
        yield line(site.domain, "web", url, at(), None, "error")
    elif site.domain == "huiyuan-shili.cn":
        yield line(site.domain, "web", url, at(), None, "timeout")
    elif site.domain == "sucai-shili.cn":  # WEB904
        yield line(
            site.domain, "web", url, at(), {"url": url, "status": 503, "html": "<h1>Service Unavailable</h1>"}
        )
    else:
        yield line(
            site.domain, "web", url, at(), {"url": url, "status": 200, "html": page(entity, service, site)}
        )


def shown_number(entity: Entity, service: Service, site: Site) -> str:
    """The number in the page's foot: the service's, in Guangdong the entity's; some show a wrong one."""
    read = read_record_number(service.number)
    number = read.number if read is not None else None
    if site.domain == "kefu-shili.cn":  # WEB902
        return "浙ICP备2019990004号-9"
    if number is None:
        return "滇ICP备2021990013号-2"
    if site.domain == "zheli-shili.com":
        return "浙ICP备2019990004号-2"
    if number.province == "粤" or site.domain == "gudong-shili.cn":  # right in Guangdong, WEB902 elsewhere
        return str(number.entity)
    return str(number)


def page(entity: Entity, service: Service, site: Site) -> str:
    """A small home page with its foot."""
    number = shown_number(entity, service, site)
    link = "https://beian.miit.gov.cn/"
    if site.domain == "xinwen-shili.com.cn":  # WEB903: retired address
        link = "http://www.miitbeian.gov.cn/"
    foot = f'<a href="{link}" target="_blank">{number}</a>'
    if site.domain == "wendang-shili.cn":  # WEB903: no link
        foot = f"<span>{number}</span>"
    elif site.domain == "zhaopin-shili.cn":  # WEB901
        foot = ""
    police = service.police
    if police and (entity is not story.E1 or police.endswith("001号")):
        digits = "".join(ch for ch in police if ch.isdigit())
        if site.domain == "guancang-shili.cn":  # WEB905
            digits = digits[:-1] + "9"
        foot += f' <a href="https://beian.mps.gov.cn/#/query/webSearch?code={digits}">{police[0]}公网安备{digits}号</a>'
    elif police and len(police) == 20:
        foot += f" {police}"
    body = f"<h1>{service.name}</h1><p>这是虚构的示例网站, 仅用于演示备案审计; nothing here is real.</p>"
    if site.domain == "kaifang-shili.cn":
        # Built by scripts: what is not in the markup is not known.
        return '<!doctype html><html><head><title>App</title></head><body><div id="app"></div><script src="/app.js"></script></body></html>'
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{service.name}</title></head>'
        f"<body>{body}<footer>© 2026 {entity.name} {foot}</footer></body></html>"
    )


def ministry(entity: Entity, service: Service, site: Site, at: Clock) -> Iterator[Line]:
    """The public query's answer; two separate "no record" for one domain, one for another."""
    server = "beian.miit.gov.cn"
    if site.domain in ("dingpiao-shili.cn", "chashan-shili.cn", "duanxun-shili.cn"):
        yield line(site.domain, "miit", server, at(), {"found": False})
        if site.domain != "chashan-shili.cn":  # MIT951
            yield line(site.domain, "miit", server, at(), {"found": False})
        return
    yield line(site.domain, "miit", server, at(), ministry_record(entity, service, site))


def ministry_record(entity: Entity, service: Service, site: Site) -> Line:
    """One record as the query gives it."""
    number = "浙ICP备2019990004号-2" if site.domain == "zheli-shili.com" else service.number
    read = read_record_number(number)
    assert read is not None
    return {
        "domain": site.domain,
        "mainLicence": str(read.number.entity),
        "serviceLicence": "粤ICP备2021990002号-9"
        if site.domain == "cangchu-shili.cn"
        else str(read.number),  # MIT954
        "unitName": "浙外示例网络有限公司" if site.domain == "zhibo-shili.cn" else entity.name,  # MIT952
        "natureName": "企业" if site.domain == "guancang-shili.cn" else entity.kind,  # MIT953
        "limitAccess": "是" if site.domain == "wendang-shili.cn" else "否",  # MIT955
        "updateRecordTime": f"{service.updated.isoformat()} 10:00:00",
    }
