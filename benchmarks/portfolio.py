"""A generated portfolio for measuring: a book of any size, nearly in order, with a whole set of recorded evidence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from auditor.model.identity import credit_code_check, id_number_check

FILING_HEADERS = (
    "序号", "域名", "主体备案号", "网站备案号", "主办单位名称", "单位性质", "主体证件类型", "统一社会信用代码", "省份",
    "网站名称", "主体负责人", "主体负责人身份证号", "主体负责人手机号", "网站负责人", "网站负责人身份证号",
    "网站负责人手机号", "接入商", "域名到期时间", "域名持有者", "注册商", "审核通过日期",
)  # fmt: skip
DOCUMENT_HEADERS = ("主体备案号", "材料名称", "持证人", "证件号码", "有效期至")
AS_OF = date(2026, 11, 23)

_PROVINCES = (
    ("京", "北京", "110101"), ("沪", "上海", "310101"), ("粤", "广东", "440103"), ("蜀", "四川", "510104"),
    ("浙", "浙江", "330102"), ("苏", "江苏", "320102"),
)  # fmt: skip
_SURNAMES, _GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", "一二三四五六七八九十百千安平明文"
_PER_ENTITY = 4
_REGISTRAR = "阿里云计算有限公司（万网）"
_MOMENTS = ("2026-11-18T08:00:00+08:00", "2026-11-20T09:30:00+08:00")
_PAGE = (
    "<!doctype html><html lang=zh><head><meta charset=utf-8><title>{name}</title><style>p{{margin:0}}</style></head>"
    "<body><header><h1>{name}</h1><nav><a href=/a>产品</a><a href=/b>服务</a><a href=/c>联系我们</a></nav></header>"
    "<main><p>{owner}为测量程序而虚构, 本页没有真实的内容。这里的文字只为让页面有平常的长度和结构。</p><ul>{items}</ul></main>"
    "<footer><a href='https://beian.miit.gov.cn/'>{number}</a></footer></body></html>"
)
_ITEMS = "".join(f"<li><a href='/news/{n}'>第 {n} 条虚构的消息, 用来占据位置</a></li>" for n in range(20))


def _credit_code(owner: int) -> str:
    body = f"91{_PROVINCES[owner % 6][2]}MA{owner:07d}"
    return body + credit_code_check(body)


def _id_number(number: int) -> str:
    """A resident ID number with a right check digit; the same number for the same argument, never twice otherwise."""
    born = date(1960, 1, 1) + timedelta(days=number % 14_000)
    body = f"110101{born:%Y%m%d}{number // 14_000 % 1000:03d}"
    return body + id_number_check(body)


def _person(number: int) -> str:
    return _SURNAMES[number % 16] + _GIVEN[number // 16 % 16] + _GIVEN[number // 256 % 16]


def domain_name(number: int) -> str:
    """The domain of a row; three out of five are .cn."""
    return f"cesuan-{number}.{('cn', 'com', 'cn', 'net', 'cn')[number % 5]}"


class _Filing:
    """One row's facts; every twenty-fifth has another holder, every twentieth runs out about now."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.owner = owner = number // _PER_ENTITY
        self.abbreviation, self.province, _code = _PROVINCES[owner % 6]
        self.domain = domain_name(number)
        self.entity_number = f"{self.abbreviation}ICP备{2020 + owner % 6}{owner % 1_000_000:06d}号"
        self.service_number = f"{self.entity_number}-{number % _PER_ENTITY + 1}"
        self.entity = f"{self.province}测算{owner}科技有限公司"
        self.holder = self.entity if number % 25 else "他人测算有限公司"
        days = 200 + number % 700 if number % 20 else number % 100 - 10
        self.expiry = AS_OF + timedelta(days=days)

    @property
    def row(self) -> tuple[object, ...]:
        """The cells of the filings sheet."""
        owner, number = self.owner, self.number
        return (
            number + 1, self.domain, self.entity_number, self.service_number, self.entity, "企业", "营业执照",
            _credit_code(owner), self.province, f"测算{number}资讯", _person(owner), _id_number(2 * owner),
            f"138{owner:08d}", _person(owner + 7), _id_number(2 * owner + 1), f"139{owner:08d}", "阿里云", self.expiry,
            self.holder, _REGISTRAR, AS_OF - timedelta(days=400 + number % 1500),
        )  # fmt: skip

    @property
    def documents(self) -> tuple[tuple[object, ...], ...]:
        """The rows of the documents sheet for the entity: its licence and its leader's ID card."""
        owner = self.owner
        licence: object = AS_OF + timedelta(days=30 + owner % 3000) if owner % 3 else "长期"
        card = AS_OF + timedelta(days=owner % 4000 - 20)
        return (
            (self.entity_number, "营业执照", self.entity, _credit_code(owner), licence),
            (self.entity_number, "主体负责人身份证", _person(owner), _id_number(2 * owner), card),
        )

    def evidence(self) -> Iterator[dict[str, Any]]:
        """Registration (four entities out of five with the registrar's own word), DNS, page and ministry query."""
        if self.domain.endswith(".cn"):
            yield self._answer("whois", "whois.cnnic.cn", 1, self._cnnic())
        else:
            zone = self.domain.rpartition(".")[2]
            yield self._answer("rdap", f"https://rdap.verisign.com/{zone}/v1/", 1, self._rdap())
        if self.owner % 5:
            yield self._answer("registrar", "aliyun", 1, self._export())
        hosts = {self.domain: self._host(), f"www.{self.domain}": self._host()}
        yield self._answer("dns", "223.5.5.5", 0, hosts)
        yield self._answer("dns", "119.29.29.29", 1, hosts)
        url = f"https://www.{self.domain}/"
        page = _PAGE.format(
            name=f"测算{self.number}资讯", owner=self.entity, items=_ITEMS, number=self.service_number
        )
        yield self._answer("web", url, 1, {"url": url, "status": 200, "html": page})
        for moment in (0, 1):
            yield self._answer("miit", "beian.miit.gov.cn", moment, self._query())

    def _answer(self, source: str, server: str, moment: int, raw: object) -> dict[str, Any]:
        return {
            "domain": self.domain, "source": source, "server": server, "fetched_at": _MOMENTS[moment],
            "outcome": "answered", "raw": raw,
        }  # fmt: skip

    def _host(self) -> dict[str, list[str]]:
        return {"A": [f"47.92.{self.number // 250 % 250}.{self.number % 250 + 1}"], "AAAA": []}

    def _cnnic(self) -> str:
        return (
            f"Domain Name: {self.domain}\r\nROID: 20190101s10001s{self.number:08d}-cn\r\nDomain Status: ok\r\n"
            f"Registrant: {self.holder}\r\nSponsoring Registrar: {_REGISTRAR}\r\nName Server: dns9.hichina.com\r\n"
            f"Name Server: dns10.hichina.com\r\nRegistration Time: 2019-01-01 10:00:00\r\n"
            f"Expiration Time: {self.expiry} 10:00:00\r\nDNSSEC: unsigned\r\n"
        )

    def _rdap(self) -> dict[str, object]:
        registrar = {
            "objectClassName": "entity",
            "roles": ["registrar"],
            "publicIds": [{"type": "IANA Registrar ID", "identifier": "420"}],
            "vcardArray": ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", _REGISTRAR]]],
        }
        return {
            "objectClassName": "domain",
            "ldhName": self.domain.upper(),
            "status": ["active"],
            "events": [
                {"eventAction": "registration", "eventDate": "2019-01-01T02:00:00Z"},
                {"eventAction": "expiration", "eventDate": f"{self.expiry}T02:00:00Z"},
            ],
            "entities": [registrar],
            "nameservers": [{"objectClassName": "nameserver", "ldhName": "DNS9.HICHINA.COM"}],
        }

    def _export(self) -> dict[str, str]:
        return {
            "registrant": self.holder,
            "certificate_type": "营业执照",
            "certificate_number": _credit_code(self.owner),
            "real_name_status": "SUCCEED",
            "expires": self.expiry.isoformat(),
            "registrar": _REGISTRAR,
        }

    def _query(self) -> dict[str, str]:
        return {
            "domain": self.domain,
            "mainLicence": self.entity_number,
            "serviceLicence": self.service_number,
            "unitName": self.entity,
            "natureName": "企业",
            "limitAccess": "否",
            "updateRecordTime": "2026-01-05 10:00:00",
        }


def write_book(path: Path, rows: int) -> None:
    """A workbook of that many domain rows, entities of four domains each, and two documents for every entity."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    filings = [_Filing(number) for number in range(rows)]
    documents = [line for one in filings[::_PER_ENTITY] for line in one.documents]
    _write_sheet(book.add_worksheet("备案台账"), day, FILING_HEADERS, [one.row for one in filings])
    _write_sheet(book.add_worksheet("证照材料"), day, DOCUMENT_HEADERS, documents)
    book.close()


def _write_sheet(sheet: Any, day: Any, heads: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    sheet.write_row(0, 0, heads)
    for row, values in enumerate(rows, 1):
        for column, value in enumerate(values):
            if isinstance(value, date):
                sheet.write_datetime(row, column, value, day)
            elif isinstance(value, int):
                sheet.write_number(row, column, value)
            else:
                sheet.write_string(row, column, str(value))


def write_evidence(path: Path, rows: int) -> None:
    """Six or seven observations of each domain, as JSON Lines."""
    with path.open("w", encoding="utf-8") as lines:
        for number in range(rows):
            for one in _Filing(number).evidence():
                lines.write(json.dumps(one, ensure_ascii=False) + "\n")
