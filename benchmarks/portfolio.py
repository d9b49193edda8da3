"""A generated portfolio for measuring: a flat book of any size with recorded evidence for every domain."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

from auditor.model.identity import credit_code_check, id_number_check

HEADERS = (
    "序号", "域名", "主体备案号", "网站备案号", "主办单位名称", "单位性质", "统一社会信用代码", "省份", "网站名称",
    "主体负责人", "主体负责人身份证号", "主体负责人手机号", "网站负责人", "网站负责人身份证号", "网站负责人手机号",
    "接入商", "域名到期时间", "域名持有者", "注册商", "审核通过日期",
)  # fmt: skip
_PROVINCES = [("京", "北京"), ("沪", "上海"), ("粤", "广东"), ("蜀", "四川"), ("浙", "浙江"), ("苏", "江苏")]
_BASE = date(2026, 11, 23)
_PER_ENTITY = 4


def _credit_code(number: int) -> str:
    body = f"91110108MA{number:07d}"
    return body + credit_code_check(body)


def _id_number(number: int) -> str:
    born = date(1970, 1, 1) + timedelta(days=number % 10000)
    body = f"110101{born:%Y%m%d}{number % 1000:03d}"
    return body + id_number_check(body)


def _row(number: int) -> tuple[object, ...]:
    owner = number // _PER_ENTITY
    abbreviation, province = _PROVINCES[owner % len(_PROVINCES)]
    entity = f"{abbreviation}ICP备{20 + owner % 6:02d}{owner % 1000000:06d}号"
    expiry = (
        _BASE + timedelta(days=200 + number % 700)
        if number % 20
        else _BASE + timedelta(days=number % 100 - 10)
    )
    name = f"{province}测算{owner}科技有限公司"
    return (
        number + 1, domain_name(number), entity, f"{entity}-{number % _PER_ENTITY + 1}", name, "企业", _credit_code(owner),
        province, f"测算网站{number}", f"测{owner % 97}某", _id_number(owner), f"138{owner % 100000000:08d}",
        f"算{number % 89}某", _id_number(number), f"139{number % 100000000:08d}", "测算云", expiry,
        name if number % 25 else "他人有限公司", "阿里云计算有限公司（万网）", _BASE - timedelta(days=number % 1500),
    )  # fmt: skip


def domain_name(number: int) -> str:
    """The domain of a row; three out of five are .cn."""
    return f"cesuan-{number}.{('cn', 'com', 'cn', 'top', 'cn')[number % 5]}"


def write_book(path: Path, rows: int) -> None:
    """A flat .xlsx of that many domain rows, entities of four domains each."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("备案台账")
    sheet.write_row(0, 0, HEADERS)
    for number in range(rows):
        for column, value in enumerate(_row(number)):
            if isinstance(value, date):
                sheet.write_datetime(number + 1, column, value, day)  # type: ignore[arg-type]
            elif isinstance(value, int):
                sheet.write_number(number + 1, column, value)
            else:
                sheet.write_string(number + 1, column, str(value))
    book.close()


def write_evidence(path: Path, rows: int) -> None:
    """One registration answer and one DNS answer for each domain."""
    with path.open("w", encoding="utf-8") as lines:
        for number in range(rows):
            row = _row(number)
            domain, holder, expiry = row[1], row[17], row[16]
            assert isinstance(domain, str)
            asked = {"domain": domain, "fetched_at": "2026-11-20T08:00:00+08:00", "outcome": "answered"}
            if domain.endswith(".cn"):
                raw = (
                    f"Domain Name: {domain}\r\nROID: 20260101s10001s{number:08d}-cn\r\nDomain Status: ok\r\n"
                    f"Registrant: {holder}\r\nSponsoring Registrar: 阿里云计算有限公司（万网）\r\n"
                    f"Name Server: dns1.example.net\r\nRegistration Time: 2019-01-01 10:00:00\r\n"
                    f"Expiration Time: {expiry} 10:00:00\r\nDNSSEC: unsigned\r\n"
                )
                answer = asked | {"source": "whois", "server": "whois.cnnic.cn", "raw": raw}
            else:
                answer = asked | {
                    "source": "rdap",
                    "server": "https://rdap.example.net/",
                    "raw": _rdap(domain, str(expiry)),
                }
            resolved = {domain: {"A": ["192.0.2.1"]}, f"www.{domain}": {"A": ["192.0.2.1"]}}
            dns = asked | {"source": "dns", "server": "192.0.2.53", "raw": resolved}
            for one in (answer, dns):
                lines.write(json.dumps(one, ensure_ascii=False) + "\n")


def _rdap(domain: str, expiry: str) -> dict[str, object]:
    return {
        "objectClassName": "domain",
        "ldhName": domain.upper(),
        "status": ["active"],
        "events": [
            {"eventAction": "registration", "eventDate": "2019-01-01T02:00:00Z"},
            {"eventAction": "expiration", "eventDate": f"{expiry}T02:00:00Z"},
        ],
        "entities": [
            {"roles": ["registrar"], "vcardArray": ["vcard", [["fn", {}, "text", "阿里云计算有限公司"]]]}
        ],
    }
