"""A made-up group's portfolio with evidence that agrees with it in everything: what the planted defects are planted in."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.builders import credit_code, id_number

AS_OF = date(2026, 11, 23)
FIRST_LOOK, SECOND_LOOK = "2026-11-20T09:00:00+08:00", "2026-11-21T09:30:00+08:00"
RESOLVERS = ("223.5.5.5", "119.29.29.29")
REGISTRAR = "阿里云计算有限公司（万网）"
MAIL_HOST = "shili-mail.cn"
POLICE_ABBREVIATIONS = {"蜀": "川", "黔": "贵", "滇": "云", "陇": "甘"}
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32

Row = dict[str, Any]


@dataclass(frozen=True)
class Party:
    """What tells one entity of the group from another. services: the domains, one service each; None is an App."""

    province: str
    province_name: str
    name: str
    kind: str
    services: tuple[str | None, ...]
    one_person: bool = False


PARTIES = (
    Party("京", "北京市", "青禾示例科技（北京）有限公司", "企业", ("qinghe-shili.cn", "qinghe-mall.com.cn")),
    Party("粤", "广东", "南浦示例贸易有限公司", "企业", ("nanpu-shili.cn", "nanpu-port.cn", None)),
    Party("浙", "浙江省", "越溪示例网络有限公司", "企业", ("yuexi-shili.com",), one_person=True),
    Party("蜀", "四川", "锦江示例水文站", "事业单位", ("jinjiang-shili.cn",)),
    Party("晋", "山西", "汾河示例县档案局", "政府机关", ("fenhe-shili.gov.cn",), one_person=True),
    Party("鲁", "山东省", "林示例", "个人", ("linshili.cn",), one_person=True),
    Party(
        "沪",
        "上海",
        "申浦示例信息服务有限公司",
        "企业",
        ("shenpu-shili.cn", "shenpu-data.cn", "shenpu-pay.cn"),
    ),
    Party("豫", "河南", "中原示例文化传媒有限公司", "企业", ("中原示例.中国", "zhongyuan-shili.com.cn")),
)
_CERTIFICATES = {
    "企业": "营业执照",
    "事业单位": "事业单位法人证书",
    "政府机关": "统一社会信用代码证书",
    "个人": "居民身份证",
}
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张"


@dataclass
class Facts:
    """What the outside world says of one domain; every field may be changed by a defect before the lines are written."""

    holder: str
    certificate_type: str
    certificate_number: str
    expires: date
    entity_number: str
    service_number: str
    entity_name: str
    nature: str
    footer: str
    police: str
    address: str
    whois_holder: str = ""
    whois_expires: date | None = None
    registrar: str = REGISTRAR
    statuses: tuple[str, ...] = ("ok",)
    real_name: str = "SUCCEED"
    registered: bool = True
    resolves: bool = True
    www_address: str = ""
    chain: str = ""
    www_chain: str = ""
    link: str = "https://beian.miit.gov.cn/"
    police_shown: str = ""
    page_status: int = 200
    filed: bool = True
    restricted: str = "否"
    kept: tuple[tuple[str, str], ...] = ()  # earlier DNS answers: moment and address


@dataclass
class Story:
    """The whole portfolio: rows as field → value, and the facts by domain. Every row carries a name under "_id"."""

    filings: list[Row] = field(default_factory=list)
    documents: list[Row] = field(default_factory=list)
    orders: list[Row] = field(default_factory=list)
    facts: dict[str, Facts] = field(default_factory=dict)
    mail: dict[str, Any] = field(default_factory=dict)
    scans: dict[str, bytes] = field(default_factory=dict)

    def copy(self) -> Story:
        """A deep copy to plant a defect in."""
        return deepcopy(self)

    def of(self, domain: str) -> Row:
        """The filing row of a domain."""
        return next(row for row in self.filings if row["domain"] == domain)

    def rows_of(self, entity_number: str) -> list[Row]:
        """The filing rows of an entity."""
        return [row for row in self.filings if row["entity_number"] == entity_number]

    def paper(self, entity_number: str, title: str) -> Row:
        """The document of an entity with a title."""
        return next(
            row
            for row in self.documents
            if (row["entity_number"], row["document_type"]) == (entity_number, title)
        )


def entity_number(index: int) -> str:
    """The entity number of the index-th party."""
    return f"{PARTIES[index].province}ICP备{2021000100 + index}号"


def _person(draw: random.Random, n: int, born_year: int) -> Row:
    name = f"{_SURNAMES[n % len(_SURNAMES)]}示例{'一二三四五六七八九'[n % 9]}"
    born = date(born_year, draw.randint(1, 12), draw.randint(1, 28))
    return {
        "name": name,
        "id_type": "居民身份证",
        "id_number": id_number(100 + n, born),
        "mobile": f"139{draw.randint(1000, 9999)}{n:04d}",
        "emergency_phone": f"137{draw.randint(1000, 9999)}{n:04d}",
        "email": f"person{n}@{MAIL_HOST}",
        "_start": date(2019, 5, 6),
        "_end": date(2039, 5, 6),
    }


def make_story(seed: int = 0) -> Story:
    """The portfolio of one seed: the same seed gives the same story."""
    draw = random.Random(seed)
    story = Story()
    for index, party in enumerate(PARTIES):
        _add_party(story, draw, index, party)
    story.mail[MAIL_HOST] = {MAIL_HOST: {"MX": [f"10 mx.{MAIL_HOST}"]}}
    return story


def _add_party(story: Story, draw: random.Random, index: int, party: Party) -> None:
    number = entity_number(index)
    # Aged 26 to 45 when the card was issued in 2019: a term of twenty years.
    leader = _person(draw, 2 * index, draw.randint(1975, 1990))
    administrator = leader if party.one_person else _person(draw, 2 * index + 1, draw.randint(1978, 1991))
    if party.kind == "个人":
        leader["name"] = party.name
    certificate = leader["id_number"] if party.kind == "个人" else credit_code(index + 1)
    entity: Row = {
        "entity_number": number,
        "entity_name": party.name,
        "entity_kind": party.kind,
        "entity_certificate_type": _CERTIFICATES[party.kind],
        "entity_certificate_number": certificate,
        "province": party.province_name,
        "entity_address": f"{party.province_name}示例区示例路{index + 1}号",
        "legal_representative": None if party.kind == "个人" else leader["name"],
        "shareholders": "褚示例股" if party.kind == "企业" else None,
    }
    entity |= {f"leader_{code}": value for code, value in leader.items() if not code.startswith("_")}
    expiry = date(2027, draw.randint(6, 9), draw.randint(1, 28))
    for place, domain in enumerate(party.services, 1):
        _add_service(story, draw, index, place, domain, entity, administrator, expiry + timedelta(days=place))
    _add_documents(story, party, number, leader, administrator)


def _add_service(
    story: Story,
    draw: random.Random,
    index: int,
    place: int,
    domain: str | None,
    entity: Row,
    administrator: Row,
    expiry: date,
) -> None:
    party = PARTIES[index]
    service = f"{entity['entity_number']}-{place}" + ("" if domain else "A")
    abbreviation = POLICE_ABBREVIATIONS.get(party.province, party.province)
    police = f"{abbreviation}公网安备{99010002000000 + index * 100 + place}号" if domain else None
    address = f"39.96.{index + 1}.{place}"
    row: Row = {
        "_id": f"filing {index}.{place}",
        **entity,
        "service_number": service,
        "service_name": f"{party.name[:4]}服务{place}",
        "service_kind": "网站" if domain else "App",
        "access_provider": "阿里云",
        "filed_ip": address if domain else None,
        "police_number": police,
        "site_open_date": date(2021, 3, place) if domain else None,
        "domain": domain,
        "registrant": party.name if domain else None,
        "registrar": REGISTRAR if domain else None,
        "domain_expiry": expiry if domain else None,
        "updated_date": date(2026, draw.randint(1, 5), draw.randint(1, 28)),
    }
    row |= {
        f"administrator_{code}": value for code, value in administrator.items() if not code.startswith("_")
    }
    story.filings.append(row)
    if domain is not None and police is not None:
        story.facts[domain] = Facts(
            holder=party.name,
            certificate_type=entity["entity_certificate_type"],
            certificate_number=entity["entity_certificate_number"],
            expires=expiry,
            entity_number=entity["entity_number"],
            service_number=service,
            entity_name=party.name,
            nature=party.kind,
            footer=entity["entity_number"] if party.province == "粤" else service,
            police=police,
            address=address,
        )


def _add_documents(story: Story, party: Party, number: str, leader: Row, administrator: Row) -> None:
    individual = party.kind == "个人"

    def add(title: str, holder: str | None, start: date | None, end: object, **more: object) -> None:
        story.documents.append(
            {
                "_id": f"paper {number} {title}",
                "entity_number": number,
                "document_type": title,
                "document_holder": holder,
                "document_number": more.get("number"),
                "document_start": start,
                "document_expiry": end,
                "document_file": more.get("file"),
            }
        )

    if individual:
        add("身份证", leader["name"], leader["_start"], leader["_end"], number=leader["id_number"])
        add("手持身份证半身照", leader["name"], None, None)
    else:
        scan = f"扫描件/{number}.png"
        story.scans[scan] = PNG
        title = _CERTIFICATES[party.kind]
        add(title, party.name, date(2015, 1, 5), "长期", file=scan)
        add("主体负责人身份证", leader["name"], leader["_start"], leader["_end"], number=leader["id_number"])
    if administrator is not leader:
        add(
            "网站负责人身份证", administrator["name"], administrator["_start"], administrator["_end"],
            number=administrator["id_number"],
        )  # fmt: skip
        add("网站负责人授权书", administrator["name"], date(2026, 1, 5), date(2028, 1, 5))
    add("域名实名认证截图", party.name, date(2026, 11, 2), None)
    add("应急电话缴费凭证", None, date(2026, 10, 8), None)


# The evidence


def alabel(domain: str) -> str:
    """The domain as it is sent to a server."""
    return domain.encode("idna").decode("ascii")


def evidence_lines(story: Story) -> Iterator[Mapping[str, Any]]:
    """Recorded observations of every source for every domain, and of the mail hosts."""
    for domain, facts in sorted(story.facts.items()):
        yield from _registration(domain, facts)
        yield from _network(domain, facts)
        yield from _ministry(domain, facts)
    for host, raw in sorted(story.mail.items()):
        yield _line(host, "dns", RESOLVERS[0], raw)


def write_evidence(story: Story, path: Path) -> None:
    """The lines as a file of recorded evidence."""
    path.write_text(
        "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in evidence_lines(story)),
        encoding="utf-8",
    )


def _line(domain: str, source: str, server: str, raw: object, at: str = FIRST_LOOK) -> Mapping[str, Any]:
    return {
        "domain": domain,
        "source": source,
        "server": server,
        "fetched_at": at,
        "outcome": "answered",
        "raw": raw,
    }


def _registration(domain: str, facts: Facts) -> Iterator[Mapping[str, Any]]:
    if not facts.registered:
        for at in (FIRST_LOOK, SECOND_LOOK):
            yield _line(domain, "whois", "whois.cnnic.cn", "No matching record.\r\n", at)
        return
    yield _line(
        domain, "registrar", "aliyun",
        {
            "registrant": facts.holder,
            "certificate_type": facts.certificate_type,
            "certificate_number": facts.certificate_number,
            "real_name_status": facts.real_name,
            "expires": facts.expires.isoformat(),
            "registrar": facts.registrar,
        },
    )  # fmt: skip
    expires = facts.whois_expires or facts.expires
    if domain.endswith((".cn", ".中国")):
        yield _line(domain, "whois", "whois.cnnic.cn", _cnnic(domain, facts, expires))
    else:
        yield _line(domain, "rdap", "https://rdap.verisign.com/com/v1/", _rdap(domain, facts, expires))


def _cnnic(domain: str, facts: Facts, expires: date) -> str:
    names = (domain,) if domain.isascii() else (domain, alabel(domain))
    lines = [f"Domain Name: {name}" for name in names]
    lines.append("ROID: 20210101s10001s00000001-cn")
    lines += [f"Domain Status: {status}" for status in facts.statuses]
    lines += [
        f"Registrant: {facts.whois_holder or facts.holder}",
        f"Registrant Contact Email: dns@{MAIL_HOST}",
        f"Sponsoring Registrar: {facts.registrar}",
        "Name Server: ns1.example.net",
        "Registration Time: 2015-03-01 10:00:00",
        f"Expiration Time: {expires.isoformat()} 10:00:00",
        "DNSSEC: unsigned",
    ]
    return "\r\n".join(lines) + "\r\n"


def _rdap(domain: str, facts: Facts, expires: date) -> Mapping[str, Any]:
    """The registry's thin object."""
    return {
        "objectClassName": "domain",
        "ldhName": alabel(domain).upper(),
        "status": ["active" if facts.statuses == ("ok",) else status for status in facts.statuses],
        "events": [
            {"eventAction": "registration", "eventDate": "2015-03-01T02:00:00Z"},
            {"eventAction": "expiration", "eventDate": f"{expires.isoformat()}T02:00:00Z"},
        ],
        "entities": [
            {
                "objectClassName": "entity",
                "handle": "420",
                "roles": ["registrar"],
                "publicIds": [{"type": "IANA Registrar ID", "identifier": "420"}],
                "vcardArray": [
                    "vcard",
                    [
                        ["version", {}, "text", "4.0"],
                        ["fn", {}, "text", "Alibaba Cloud Computing (Beijing) Co., Ltd."],
                    ],
                ],
            }
        ],
        "nameservers": [{"objectClassName": "nameserver", "ldhName": "NS1.EXAMPLE.NET"}],
    }


def _network(domain: str, facts: Facts) -> Iterator[Mapping[str, Any]]:
    host = alabel(domain)
    for at, address in facts.kept:
        for resolver in RESOLVERS:
            answer = {"rcode": "NOERROR", "A": [address]}
            yield _line(domain, "dns", resolver, {host: answer, f"www.{host}": answer}, at)
    for resolver in RESOLVERS:
        if not facts.registered or not facts.resolves:
            raw: dict[str, Any] = {name: {"rcode": "NXDOMAIN"} for name in (host, f"www.{host}")}
        else:
            raw = {host: {"rcode": "NOERROR", "A": [facts.address]}}
            raw[f"www.{host}"] = {"rcode": "NOERROR", "A": [facts.www_address or facts.address]}
            if facts.chain:
                raw[host]["CNAME"] = [facts.chain]
            if facts.www_chain or facts.chain:
                raw[f"www.{host}"]["CNAME"] = [facts.www_chain or facts.chain]
        yield _line(domain, "dns", resolver, raw)
    url = f"https://www.{host}/"
    yield _line(domain, "web", url, {"url": url, "status": facts.page_status, "html": _page(facts)})


def _page(facts: Facts) -> str:
    if facts.page_status != 200:
        return ""
    shown = facts.police_shown or facts.police
    digits = "".join(ch for ch in shown if ch.isdigit())
    number = f'<a href="{facts.link}">{facts.footer}</a>' if facts.footer else ""
    police = f'<a href="https://beian.mps.gov.cn/#/query/webSearch?code={digits}">{shown}</a>'
    words = "本站为示例站点, 提供示例内容与联系方式, 所有名称均为虚构。" * 3
    return f"<!doctype html><html><head><title>示例</title></head><body><p>{words}</p><footer>{number} {police}</footer></body></html>"


def _ministry(domain: str, facts: Facts) -> Iterator[Mapping[str, Any]]:
    for at in (FIRST_LOOK, SECOND_LOOK):
        raw: Mapping[str, Any] = {"found": False}
        if facts.filed:
            raw = {
                "domain": domain,
                "mainLicence": facts.entity_number,
                "serviceLicence": facts.service_number,
                "unitName": facts.entity_name,
                "natureName": facts.nature,
                "limitAccess": facts.restricted,
                "updateRecordTime": "2026-01-05 10:00:00",
            }
        yield _line(domain, "miit", "beian.miit.gov.cn", raw, at)
