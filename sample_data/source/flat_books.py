"""The flat workbook as offices keep it, and a branch's CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import xlsxwriter

from source import story
from source.story import Entity, Person, Service
from source.workbook import Book, Cells, card, spelled

# The flat book's columns: the group above (a merged cell), the title, where the value comes from.
_PERSON = (
    ("姓名", lambda p: p.name),
    ("证件号码", lambda p: p.number),
    ("手机号码", lambda p: p.mobile),
    ("应急电话", lambda p: p.emergency),
    ("邮箱", lambda p: p.email),
    ("身份证有效期", lambda p: card(p)),
)
FLAT_COLUMNS: tuple[tuple[str, str], ...] = (
    ("", "序号"),
    ("", "主办单位名称"),
    ("", "主办单位性质"),
    ("", "主体证件类型"),
    ("", "主体证件号码"),
    ("", "营业执照有效期"),
    ("", "主体备案号"),
    ("", "省份"),
    ("", "法定代表人"),
    ("", "股东"),
    *(("主体负责人", title) for title, _value in _PERSON),
    ("", "网站备案号"),
    ("", "网站名称"),
    ("", "域名"),
    ("", "接入商"),
    ("", "备案IP"),
    *(("网站负责人", title) for title, _value in _PERSON),
    ("", "域名持有者"),
    ("", "域名到期日"),
    ("", "公安备案号"),
    ("", "网站开通时间"),
    ("", "更新时间"),
    ("", "备注"),
    ("", "备注2"),
)


def flat_rows() -> Iterator[Cells]:
    """The flat book's rows: one a service, with everything about its entity repeated."""
    turn = 0
    for entity in story.FLAT:
        for service in entity.services:
            turn += 1
            yield flat_row(turn, entity, service)
            if service.name == "仓储系统":  # SYN403: the same service once more, at another provider
                turn += 1
                yield flat_row(turn, entity, replace(service, provider="华为云", name="仓储管理系统"))


def flat_row(turn: int, entity: Entity, service: Service) -> Cells:
    """One row, with the slips that were planted in it."""
    administrator = service.administrator or entity.leader
    # SYN402, SYN404: the row that an amendment forgot still has the leader's old mobile.
    leader = story.FENG_BEFORE if service.updated.year == 2024 else entity.leader
    site = service.sites[0] if service.sites else None
    if service.cell:
        domain = service.cell
    elif site is None:
        domain = ""
    elif site.domain == "xinwen-shili.com.cn":
        domain = "ｘｉｎｗｅｎ－ｓｈｉｌｉ．ｃｏｍ．ｃｎ"
    else:
        domain = site.domain.capitalize() if turn % 9 == 4 else site.domain
    lead: Cells = [value(leader) for _title, value in _PERSON]
    admin: Cells = [value(administrator) for _title, value in _PERSON]
    if service.name == "新闻中心":
        admin[1] = float(administrator.number)  # kept as a number, hence rounded
    if entity.kind == "个人":
        admin[5] = lead[5]
    expiry = (site.listed_expiry or site.expiry) if site else None
    return [
        turn,
        "" if service.name == story.NAMELESS else entity.name,
        entity.kind,
        entity.certificate,
        entity.code,
        entity.licence,
        entity.number,
        entity.province,
        entity.legal,
        entity.shareholders,
        *lead,
        service.number,
        service.name,
        domain,
        service.provider,
        service.filed_ip or (site.ip if site else ""),
        *admin,
        (site.listed_registrant or entity.name) if site else "",
        spelled(expiry, turn) if expiry else "",
        service.police,
        spelled(service.opened, turn + 2) if site else "",
        spelled(service.updated, turn + 4),
        "二期改版中" if turn % 7 == 3 else "",
        "见OA" if turn % 5 == 2 else "",
    ]


def write_portfolio(path: Path) -> None:
    """The flat workbook with its titles, merged header, blank lines, repeated header, totals and hidden rows."""
    book = Book(path, "网站备案台账（虚构示例）")
    sheet = book.book.add_worksheet("网站备案")
    last = len(FLAT_COLUMNS) - 1
    sheet.merge_range(0, 0, 0, last, "星河示例集团网站备案台账（虚构示例）", book.title)
    sheet.merge_range(1, 0, 1, last, "制表：信息安全部　　截止日期：2026年11月20日", book.text)
    top = 3
    _header(book, sheet, top)
    rows = list(flat_rows())
    line = top + 2
    for index, cells in enumerate(rows):
        if index == 8:
            line += 1  # a blank line between two parts
        if index == 20:
            book.write(sheet, line, [title for _group, title in FLAT_COLUMNS])
            line += 1
        book.write(sheet, line, cells)
        if cells[17] in ("新闻中心", "报关助手"):
            sheet.set_row(line, None, None, {"hidden": True})
        line += 1
    sheet.write_string(line, 17, "以下站点已移交")  # a note in the middle of a row: rejected, and told
    line += 2
    book.write(sheet, line, ["合计", f"{len(rows)} 行"])
    book.write(sheet, line + 2, rows[0])  # REC107: the first row once more, below the totals
    sheet.freeze_panes(top + 2, 2)
    sheet.set_column(0, last, 18)
    book.book.close()


def _header(book: Book, sheet: xlsxwriter.worksheet.Worksheet, top: int) -> None:
    column = 0
    while column < len(FLAT_COLUMNS):
        group, title = FLAT_COLUMNS[column]
        if not group:
            sheet.merge_range(top, column, top + 1, column, title, book.bold)
            column += 1
            continue
        width = len(_PERSON)
        sheet.merge_range(top, column, top, column + width - 1, group, book.bold)
        for offset in range(width):
            sheet.write_string(top + 1, column + offset, FLAT_COLUMNS[column + offset][1], book.bold)
        column += width


BRANCH_HEADER = (
    "序号", "主办单位", "单位性质", "证件类型", "统一社会信用代码", "省份", "法定代表人", "主体备案号", "网站备案号", "网站名称", "域名", "接入服务商",
    "主体负责人", "主体负责人证件号码", "主体负责人手机号", "主体负责人应急电话", "主体负责人邮箱",
    "网站负责人", "网站负责人证件号码", "网站负责人手机号", "网站负责人应急电话", "网站负责人邮箱", "域名到期时间", "更新时间", "公安备案号", "网站开通时间",
)  # fmt: skip


def branch_bytes() -> bytes:
    """The branch's CSV: a title line, GB18030, CRLF."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["西南分部备案台账（虚构示例） 2026年11月"])
    writer.writerow(BRANCH_HEADER)
    number = 0
    for entity in story.BRANCH:
        for service in entity.services:
            number += 1
            writer.writerow(_branch_row(number, entity, service))
    return out.getvalue().encode("gb18030")


def _branch_row(number: int, entity: Entity, service: Service) -> Cells:
    site = service.sites[0]
    # REC105: the same number under a second name.
    name = story.QIANSHUI if site.domain == "qianshui-shili.cn" else entity.name
    return [
        number, name, entity.kind, entity.certificate, entity.code, entity.province, entity.legal, entity.number, service.number,
        service.name, site.domain, service.provider, *_contacts(entity.leader), *_contacts(service.administrator or entity.leader),
        f"{site.expiry.year}/{site.expiry.month}/{site.expiry.day}", service.updated.isoformat(),
        service.police, f"{service.opened:%Y%m%d}",
    ]  # fmt: skip


def _contacts(p: Person) -> Cells:
    return [p.name, p.number, p.mobile, p.emergency, p.email]
