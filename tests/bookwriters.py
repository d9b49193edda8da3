"""Writes a made-up portfolio as the books that people keep: tidy, in several sheets, or in every accustomed disorder."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from auditor.model.values import FIELDS, FieldKind
from tests.builders import credit_code, id_number
from tests.generator import Row, Story, write_evidence


@dataclass(frozen=True)
class Written:
    """The files of one writing, and where each row went: name of the row → `sheet!row`."""

    books: tuple[Path, ...]
    evidence: Path
    places: Mapping[str, str]


Writer = Callable[[Story, Path, random.Random], Written]
_EVIDENCE = "evidence.jsonl"


def header(code: str) -> str:
    """The usual title of a field's column."""
    return FIELDS[code].text.zh


def columns_of(rows: Sequence[Row]) -> list[str]:
    """The fields of some rows in the order of their first appearance, names of rows left out."""
    return list(dict.fromkeys(code for row in rows for code in row if not code.startswith("_")))


def _supply(story: Story, folder: Path) -> Path:
    """The scans and the evidence beside the books."""
    for name, content in story.scans.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    write_evidence(story, folder / _EVIDENCE)
    return folder / _EVIDENCE


def _parts(story: Story) -> list[tuple[str, list[Row]]]:
    """The sheets of a flat book: title and rows; orders only where there are any."""
    parts = [("备案台账", story.filings), ("证照材料", story.documents)]
    return [*parts, ("变更订单", story.orders)] if story.orders else parts


def write_clean(story: Story, folder: Path, draw: random.Random) -> Written:
    """One workbook, a flat sheet and a documents sheet, header in row 1, real dates; rows in any order."""
    from openpyxl import Workbook

    evidence = _supply(story, folder)
    book = Workbook()
    book.remove(book.active)
    places: dict[str, str] = {}
    for title, rows in _parts(story):
        sheet = book.create_sheet(title)
        codes = columns_of(rows)
        sheet.append([header(code) for code in codes])
        for number, row in enumerate(draw.sample(rows, len(rows)), 2):
            sheet.append([row.get(code) for code in codes])
            places[row["_id"]] = f"{title}!{number}"
    path = folder / "台账.xlsx"
    book.save(path)
    return Written((path,), evidence, places)


_LEVELS = {
    "备案主体": ("entity_", "leader_", "province", "legal_representative", "shareholders"),
    "互联网信息服务": (
        "service_",
        "access_provider",
        "filed_ip",
        "police_number",
        "site_open_date",
        "administrator_",
    ),
}


def write_sheets(story: Story, folder: Path, draw: random.Random) -> Written:
    """One workbook with a sheet for each part: what the flat rows repeat stands once, unless they contradict each other."""
    from openpyxl import Workbook

    evidence = _supply(story, folder)
    book = Workbook()
    book.remove(book.active)
    places: dict[str, str] = {}
    codes = columns_of(story.filings)
    parts: dict[str, list[str]] = {
        name: [code for code in codes if code.startswith(prefixes)] for name, prefixes in _LEVELS.items()
    }
    parts["互联网信息服务"].insert(0, "entity_number")
    taken = {code for own in parts.values() for code in own}
    parts["域名"] = ["entity_number", "service_number", *(code for code in codes if code not in taken)]
    for title, own in parts.items():
        sheet = book.create_sheet(title)
        sheet.append([header(code) for code in own])
        seen: set[tuple[Any, ...]] = set()
        number = 1
        for row in draw.sample(story.filings, len(story.filings)):
            values = tuple(row.get(code) for code in own)
            if (title == "域名" and row.get("domain") is None) or (title != "域名" and values in seen):
                continue
            seen.add(values)
            sheet.append(values)
            number += 1
            if title == "域名":
                places[row["_id"]] = f"{title}!{number}"
    for title, rows in _parts(story)[1:]:
        sheet = book.create_sheet(title)
        codes = columns_of(rows)
        sheet.append([header(code) for code in codes])
        for number, row in enumerate(draw.sample(rows, len(rows)), 2):
            sheet.append([row.get(code) for code in codes])
            places[row["_id"]] = f"{title}!{number}"
    path = folder / "台账.xlsx"
    book.save(path)
    return Written((path,), evidence, places)


_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def _date(value: date, draw: random.Random) -> str:
    return draw.choice(
        (
            value.isoformat(),
            f"{value.year}/{value.month}/{value.day}",
            f"{value.year}.{value.month:02d}.{value.day:02d}",
            f"{value.year}年{value.month}月{value.day}日",
            value.strftime("%Y%m%d"),
        )
    )


def messy(code: str, value: Any, draw: random.Random) -> Any:
    """Another spelling of a value that means the same."""
    kind = FIELDS[code].kind
    if isinstance(value, date):
        return _date(value, draw)
    if not isinstance(value, str):
        return value
    if kind is FieldKind.NUMBER and value.endswith("号"):
        return draw.choice((value, value[:-1], f" {value} ", value.replace("ICP", "icp ")))
    if kind is FieldKind.NUMBER:
        return draw.choice(
            (value, value.replace("ICP", "ＩＣＰ"), value.replace("号-", " 号 - "), f"{value} ")
        )
    if kind is FieldKind.DOMAIN and value.isascii():
        return draw.choice(
            (value.upper(), f"https://www.{value}/index.html", f" {value}", value.replace(".", "．"))
        )
    if kind is FieldKind.PHONE and len(value) == 11:
        return draw.choice(
            (f"{value[:3]} {value[3:7]} {value[7:]}", f"+86 {value}", value.translate(_FULL_WIDTH), value)
        )
    if kind is FieldKind.NAME:
        blank = 1 if len(value) < 5 else 2
        spaced = f"{value[:blank]} {value[blank:]}"
        return draw.choice((value, f" {value}", value.replace("（", "(").replace("）", ")"), spaced))
    if kind is FieldKind.ID:
        return draw.choice((value, f" {value} ", value.lower()))
    if kind is FieldKind.VALIDITY and value == "长期":
        return draw.choice(("长期", "永久", "至长期"))
    return value


def _disorder(rows: Sequence[Row], draw: random.Random) -> tuple[list[str], list[Row]]:
    codes = columns_of(rows)
    draw.shuffle(codes)
    shuffled = []
    for row in draw.sample(list(rows), len(rows)):
        kept = row.get("_verbatim", ())
        shuffled.append(
            {
                code: value if code in kept or code.startswith("_") else messy(code, value, draw)
                for code, value in row.items()
            }
        )
    return codes, shuffled


def write_messy(story: Story, folder: Path, draw: random.Random) -> Written:
    """A workbook with titles, merged cells, blank rows, a repeated header, totals and columns nobody knows."""
    from openpyxl import Workbook

    evidence = _supply(story, folder)
    book = Workbook()
    book.remove(book.active)
    book.create_sheet("说明").append(["本工作簿为虚构示例, 仅供测试"])
    places: dict[str, str] = {}
    for title, rows in _parts(story):
        sheet = book.create_sheet(title)
        codes, shuffled = _disorder(rows, draw)
        titles = ["序号", *(f" {header(code)} " for code in codes), "内部评分", "经办意见"]
        sheet.append([f"示例集团{title} (2026 年)"])
        sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(titles))
        sheet.append([])
        sheet.append(titles)
        number = 3
        for count, row in enumerate(shuffled, 1):
            if draw.random() < 0.2:
                sheet.append([])
                number += 1
            if count == len(shuffled) // 2:
                sheet.append(titles)
                number += 1
            sheet.append([count, *(row.get(code) for code in codes), draw.randint(1, 5), "已阅"])
            number += 1
            places[row["_id"]] = f"{title}!{number}"
        sheet.append(["合计", len(shuffled)])
    path = folder / "2026 备案台账 (终稿).xlsx"
    book.save(path)
    return Written((path,), evidence, places)


def write_gb18030(story: Story, folder: Path, draw: random.Random) -> Written:
    """Two GB18030 text files, every value as text, columns and rows shuffled."""
    evidence = _supply(story, folder)
    places: dict[str, str] = {}
    books = []
    for title, rows in _parts(story):
        codes, shuffled = _disorder(rows, draw)
        path = folder / f"{title}.csv"
        with path.open("w", encoding="gb18030", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([header(code) for code in codes])
            for number, row in enumerate(shuffled, 2):
                writer.writerow(["" if row.get(code) is None else str(row[code]) for code in codes])
                places[row["_id"]] = f"{title}!{number}"
        books.append(path)
    return Written(tuple(books), evidence, places)


WRITERS: Mapping[str, Writer] = {
    "clean": write_clean,
    "sheets": write_sheets,
    "messy": write_messy,
    "gb18030": write_gb18030,
}


FILING_HEADERS = (
    "域名",
    "网站备案号",
    "主办单位名称",
    "单位性质",
    "统一社会信用代码",
    "主体负责人",
    "主体负责人身份证号",
)
"""The columns of a small sheet of filings."""


def write_one_filing(path: Path) -> None:
    """A workbook with one filing of a made-up company."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(list(FILING_HEADERS))
    filing = ("shili-1.cn", "京ICP备20260001号-1", "北京示例测试有限公司", "企业", credit_code(1), "甲某某", id_number(1))  # fmt: skip
    sheet.append(list(filing))
    book.save(path)
