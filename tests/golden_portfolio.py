"""The small made-up portfolio of the golden documents: two audits of it, answers typed in between, and a waiver."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl

from auditor.history.store import History
from auditor.model.values import BEIJING
from auditor.model.waiver import Waiver
from auditor.past import Wanted
from auditor.pipeline import Audit, Request, audit
from auditor.report.answers import read_answers
from auditor.report.write import write_reports
from auditor.settings.policy_file import Settings, read_settings
from tests.bookwriters import columns_of, header
from tests.builders import credit_code, entity_number, id_number, mobile, service_number
from tests.intake.rawbooks import MAIN, parts, worksheet

Row = Mapping[str, str]
BOOK, EVIDENCE, PORTFOLIO = "台账.xlsx", "evidence.jsonl", "示例集团"
EARLIER, LATER = date(2026, 10, 26), date(2026, 11, 23)
JIA, YI, BING = "示例甲科技有限公司", "示例乙贸易有限公司", "示例丙文化有限公司"
# One check of each kind: the documents stay small enough to be read when they change.
_CHECKS = ("REC102", "OWN201", "DOM302", "DOM304", "SYN401", "PER506", "DOC601", "WEB901")
_STYLES = (
    f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="1"><xf xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_VERSION = "0.0.0"  # the program's own would change every document with each release
_POLICY = """
[evidence]
sources = ["whois", "web"]
max_age_days = 45

[history]
store = "history.sqlite3"
portfolio = "示例集团"
"""
_ANSWERS = {
    # check: what is typed into the answer columns of its first row in 待办 of the earlier report
    "DOM302": ("赵示例", date(2026, 11, 30), "处理中", "", ""),
    "DOC601": ("钱示例", "", "接受风险", "新证照已在办理, 月底取得", date(2026, 12, 20)),
    "REC102": ("孙示例", "下周", "", "", ""),
}


def _filing(number: int, index: int, name: str, domain: str, **changes: str) -> dict[str, str]:
    return {
        "entity_name": name,
        "entity_kind": "企业",
        "entity_certificate_type": "营业执照",
        "entity_certificate_number": credit_code(number),
        "province": "北京",
        "entity_number": entity_number(number),
        "service_number": service_number(number, index),
        "service_name": f"示例服务{number}{index}",
        "domain": domain,
        "access_provider": "示例云",
        "leader_name": f"张示例{'甲乙丙'[number - 1]}",
        "leader_id_type": "身份证",
        "leader_id_number": id_number(number),
        "leader_mobile": mobile(13800 + number),
        "leader_email": f"leader{number}@example.com",
        "domain_expiry": "2028-06-30",
        "updated_date": "2026-06-01",
        **changes,
    }


def _filings(later: bool) -> list[dict[str, str]]:
    rows = [
        _filing(1, 1, JIA, "jia-shili.cn"),
        _filing(1, 2, JIA, "jia-two-shili.cn", domain_expiry="2026-12-10"),
        _filing(2, 1, YI, "yi-shili.cn", entity_number=entity_number(2).replace("号", " 号").lower()),
        _filing(2, 2, YI, "yi-two-shili.cn", leader_mobile=mobile(13801)),
    ]
    # What was there at first and what came later: two rows that make up the changes of the book.
    rows.append(
        _filing(3, 1, BING, "bing-shili.cn")
        if later
        else _filing(2, 3, YI, "yi-three-shili.cn", domain_expiry="2026-10-30")
    )
    return rows


_DOCUMENTS: tuple[Row, ...] = (
    {"entity_number": entity_number(1), "document_type": "营业执照", "document_holder": JIA,
     "document_number": credit_code(1), "document_expiry": "2026-10-10"},
    {"entity_number": entity_number(2), "document_type": "营业执照", "document_holder": YI,
     "document_number": credit_code(2), "document_expiry": "长期"},
)  # fmt: skip


def write_book(path: Path, sheets: Mapping[str, Sequence[Row]]) -> Path:
    """A workbook of text cells whose bytes depend on nothing but its rows: no library, no packing, no clock."""
    members = parts(*(worksheet(_rows(rows)) for rows in sheets.values()), style_part=_STYLES)
    named = members["xl/workbook.xml"]
    assert isinstance(named, str)
    for number, name in enumerate(sheets, 1):
        named = named.replace(f'name="表{number}"', f'name="{name}"')
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as package:
        for name, content in {**members, "xl/workbook.xml": named}.items():
            package.writestr(zipfile.ZipInfo(name), content)
    return path


def _rows(rows: Sequence[Row]) -> str:
    codes = columns_of(rows)  # type: ignore[arg-type]
    table = [[header(code) for code in codes], *([row.get(code, "") for code in codes] for row in rows)]
    return "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in table)


def _cell(text: str) -> str:
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>' if text else "<c/>"


def _whois(domain: str, day: date, registrant: str, expires: str) -> dict[str, Any]:
    raw = (
        f"Domain Name: {domain}\r\nROID: 20200630s10001s00000001-cn\r\nDomain Status: ok\r\nRegistrant: {registrant}\r\nSponsoring Registrar: 示例注册商有限公司\r\n"
        f"Name Server: ns1.example.com\r\nRegistration Time: 2020-06-30 10:00:00\r\nExpiration Time: {expires} 10:00:00\r\nDNSSEC: unsigned\r\n"
    )
    return _observed(domain, "whois", "whois.cnnic.cn", day, raw=raw)


def _observed(domain: str, source: str, server: str, day: date, **more: Any) -> dict[str, Any]:
    at = f"{day}T09:00:00+08:00"
    return {
        "domain": domain,
        "source": source,
        "server": server,
        "fetched_at": at,
        "outcome": "answered",
        **more,
    }


def _evidence(later: bool) -> list[dict[str, Any]]:
    day = date(2026, 11, 20) if later else date(2026, 10, 23)
    page = f"<html><body>{JIA} <a href='https://beian.miit.gov.cn/'>{service_number(1, 1)}</a></body></html>"
    url = "https://www.jia-shili.cn/"
    found = [
        _whois("jia-shili.cn", day, "别家示例有限公司" if later else JIA, "2028-06-30"),
        _whois("jia-two-shili.cn", day, JIA, "2026-12-10"),
        _whois("yi-shili.cn", day, YI, "2028-06-30"),
        _observed("jia-shili.cn", "web", url, day, raw={"url": url, "status": 200, "html": page}),
        {**_observed("yi-two-shili.cn", "whois", "whois.cnnic.cn", day), "outcome": "timeout"},
    ]
    return found if later else [*found, _whois("yi-three-shili.cn", day, YI, "2026-10-30")]


def _write_inputs(folder: Path, later: bool) -> None:
    folder.mkdir(exist_ok=True)
    write_book(folder / BOOK, {"备案台账": _filings(later), "证照材料": _DOCUMENTS})
    lines = [json.dumps(one, ensure_ascii=False) for one in _evidence(later)]
    (folder / EVIDENCE).write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def _audited(folder: Path, settings: Settings, as_of: date, answers: tuple[Path, ...] = ()) -> Audit:
    request = Request(
        only=_CHECKS,
        books=(str(folder / BOOK),),
        settings=settings,
        evidence=(folder / EVIDENCE,),
        as_of=as_of,
        past=Wanted(answers=tuple(read_answers(path, path.name) for path in answers)),
    )
    made = audit(request, clock=lambda: datetime(as_of.year, as_of.month, as_of.day, 8, tzinfo=BEIJING))
    return replace(made, result=replace(made.result, run=replace(made.result.run, version=_VERSION)))


def _type_answers(path: Path) -> None:
    """Fill in the answer columns as a person would."""
    book = openpyxl.load_workbook(path)
    sheet = book["待办"]
    rows = sheet.iter_rows()
    head = next(row for row in rows if "处理人" in [cell.value for cell in row])
    columns = {cell.value: cell.column for cell in head}
    first = [columns[name] for name in ("处理人", "计划完成", "处理状态", "接受理由", "接受至")]
    left = dict(_ANSWERS)
    for row in rows:
        typed = left.pop(str(row[columns["检查"] - 1].value), None)
        for column, value in zip(first, typed or (), strict=False):
            sheet.cell(row[0].row, column, value or None)
    assert not left, f"the earlier run has no finding of {sorted(left)}"
    book.save(path)


def audited_twice(folder: Path) -> Audit:
    """The later audit: an earlier run, waivers in three states and answers, taken over and left over, are its past."""
    policy = folder / "audit.toml"
    policy.write_text(_POLICY, encoding="utf-8")
    settings = read_settings(policy)
    _write_inputs(folder / "earlier", later=False)
    earlier = _audited(folder / "earlier", settings, EARLIER)
    with earlier.recorded():
        (report,) = write_reports(earlier.result, folder / "earlier", ["xlsx"])
    _type_answers(report)
    at = datetime(2026, 10, 27, 9, tzinfo=BEIJING)
    spelling = next(one for one in earlier.result.failures if one.check == "REC102")
    with History.open(f"sqlite:///{folder / 'history.sqlite3'}", _Standing(at)) as history:
        for waiver in (
            Waiver("a" * 16, "书写差异不影响核验", "李示例", date(2026, 12, 10), spelling.fingerprint,
                   approver="王示例", made_at=at),
            Waiver("b" * 16, "续费在途", "李示例", date(2026, 11, 10), check="DOM302", target="jia-two-shili.cn", made_at=at),
            Waiver("c" * 16, "已注销", "李示例", date(2027, 1, 31), check="OWN201", target="gone-shili.cn", made_at=at),
        ):  # fmt: skip
            history.waive(waiver, PORTFOLIO)
    _write_inputs(folder / "later", later=True)
    return _audited(folder / "later", settings, LATER, (report,))


class _Standing:
    """A clock that stands."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """Its only moment."""
        return self._at
