"""The three books: a flat workbook as offices keep it, one of several sheets, and a branch's CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import answers
import story
import xlsxwriter
from story import Entity, Person, Service

MADE = datetime(2026, 11, 20, 1, tzinfo=UTC)
Cells = list[object]

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


def card(person: Person) -> str:
    """A card's term as people copy it from the card."""
    start, end = person.card
    return f"{start:%Y.%m.%d}-{end:%Y.%m.%d}" if end else f"{start:%Y.%m.%d}-长期"


# One day in the spellings that people use; a date object becomes a real Excel date.
_SPELLINGS: tuple[Callable[[date], object], ...] = (
    lambda day: day,
    lambda day: f"{day.year}-{day.month}-{day.day}",
    lambda day: f"{day.year}/{day.month}/{day.day}",
    lambda day: f"{day:%Y.%m.%d}",
    lambda day: f"{day:%Y%m%d}",
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    lambda day: f"{day:%b %d,%Y} 04:00:45",
)


def spelled(day: date, turn: int) -> object:
    """A day in one of the spellings, by turns."""
    return _SPELLINGS[turn % len(_SPELLINGS)](day)


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


class Book:
    """An Excel workbook that comes out the same each time."""

    def __init__(self, path: Path, title: str) -> None:
        self.book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"})
        self.book.set_properties({"title": title, "author": "示例", "created": MADE})
        self.bold = self.book.add_format(
            {"bold": True, "bg_color": "#DDEBF7", "border": 1, "align": "center"}
        )
        self.title = self.book.add_format({"bold": True, "font_size": 16, "align": "center"})
        self.text = self.book.add_format({"num_format": "@"})
        self.day = self.book.add_format({"num_format": "yyyy-mm-dd"})

    def write(self, sheet: xlsxwriter.worksheet.Worksheet, row: int, cells: Sequence[object]) -> None:
        """Write one row: days as real dates, whole numbers as numbers, everything else as text."""
        for column, cell in enumerate(cells):
            if isinstance(cell, date):
                sheet.write_datetime(row, column, cell, self.day)
            elif isinstance(cell, int | float):
                sheet.write_number(row, column, cell)
            elif cell:
                sheet.write_string(row, column, str(cell), self.text)

    def table(self, name: str, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """A plain sheet: header in the first row."""
        sheet = self.book.add_worksheet(name)
        for column, title in enumerate(header):
            sheet.write_string(0, column, title, self.bold)
        for index, cells in enumerate(rows, start=1):
            self.write(sheet, index, cells)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(header) - 1, 20)


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


def write_subsidiaries(path: Path) -> None:
    """The workbook of several sheets."""
    book = Book(path, "子公司备案台账（虚构示例）")
    _entity_sheets(book)
    book.table(
        "证件材料",
        ("材料名称", "主体备案号", "持证人", "证件号码", "签发日期", "有效期至", "附件", "备注"),
        list(document_rows()),
    )
    book.table(
        "注册商导出",
        (
            "域名",
            "域名持有者",
            "持有者证件类型",
            "持有者证件号码",
            "实名认证状态",
            "域名到期时间",
            "注册商",
            "导出日期",
        ),
        list(answers.export_rows()),
    )
    book.table(
        "工信部查询",
        ("域名", "主体许可证号", "服务许可证号", "主办单位", "单位性质", "限制访问", "更新时间", "查询时间"),
        list(_ministry_rows()),
    )
    book.table(
        "值班表",
        ("周次", "白班", "夜班"),
        [("第47周", "值班员甲", "值班员乙"), ("第48周", "值班员丙", "值班员甲")],
    )
    book.book.close()


def _entity_sheets(book: Book) -> None:
    book.table(
        "主体",
        ("主体备案号", "主办单位名称", "主办单位性质", "主体证件类型", "统一社会信用代码", "营业执照有效期", "省份", "通信地址", "法定代表人"),
        [
            (e.number, e.name, e.kind, e.certificate, e.code, e.licence, e.province, e.address, e.legal)
            for e in story.SHEETS
        ],
    )  # fmt: skip
    book.table(
        "网站",
        ("主体备案号", "网站备案号", "网站名称", "服务类型", "接入商", "备案IP", "公安备案号", "网站开通时间"),
        [
            (e.number, s.number, s.name, "网站", s.provider, s.filed_ip or (s.sites[0].ip if s.sites else ""), s.police, s.opened)
            for e in story.SHEETS
            for s in e.services
        ],
    )  # fmt: skip
    book.table(
        "域名",
        ("域名", "网站备案号", "主办单位", "域名到期日", "更新时间"),
        [
            (site.domain, s.number, e.name, spelled(site.expiry, index), s.updated)
            for e in story.SHEETS
            for index, s in enumerate(e.services)
            for site in s.sites
        ],
    )
    book.table(
        "负责人",
        (
            "姓名",
            "角色",
            "主体备案号",
            "网站备案号",
            "身份证号",
            "身份证有效期",
            "手机号",
            "应急电话",
            "电子邮箱",
        ),
        list(_people()),
    )


def _people() -> Iterator[Cells]:
    for entity in story.SHEETS:
        yield _person_row(entity.leader, "主体负责人", entity.number, "")
        for service in entity.services:
            if service.administrator is not None:
                yield _person_row(service.administrator, "网站负责人", entity.number, service.number)


def _person_row(p: Person, role: str, entity: str, service: str) -> Cells:
    return [p.name, role, entity, service, p.number, card(p), p.mobile, p.emergency, p.email]


def document_rows() -> Iterator[Cells]:
    """The papers of all entities of the group, and what is wrong with some of them."""
    for entity in story.ENTITIES:
        for holder, end in entity.letters:
            role = "主体负责人授权书" if holder == entity.leader.name else "网站负责人授权书"
            yield [role, entity.number, holder, "", end - timedelta(days=730), end, "", ""]
        if "screenshot" in entity.papers:
            file = {story.E1.number: "scans/realname.png", story.E6.number: "scans/broken.pdf"}.get(
                entity.number, ""
            )
            yield ["域名实名认证截图", entity.number, entity.name, "", date(2026, 11, 2), "", file, ""]
        if any("receipt" in one for one in entity.papers):
            taken = date(2026, 5, 10) if "old receipt" in entity.papers else date(2026, 10, 15)  # DOC608
            yield ["应急电话缴费凭证", entity.number, entity.leader.name, "", taken, "", "", ""]
    yield from _single_papers()


def _single_papers() -> Iterator[Cells]:
    term = (date(2016, 5, 1), date(2036, 5, 1))
    # DOC607: another body's paper; DOC609: a scan that nobody put there; DOC610: a temporary card.
    yield [
        "统一社会信用代码证书",
        story.E7.number,
        "示例市示范信息中心",
        story.E7.code,
        date(2021, 1, 8),
        "长期",
        "",
        "",
    ]
    yield [
        "营业执照",
        story.E8.number,
        story.LIBRARY,
        story.E8.code,
        date(2022, 2, 1),
        "长期",
        "scans/licence-8.png",
        "",
    ]
    yield [
        "主体负责人临时身份证",
        story.E12.number,
        "马演练",
        story.MA.number,
        date(2026, 10, 1),
        date(2026, 12, 31),
        "",
        "",
    ]
    yield ["网站负责人身份证", story.E12.number, "马演练", story.MA.number, *term, "", ""]
    for entity in (story.E11,):  # DOC601: its licence
        person = entity.leader
        yield [
            "营业执照",
            entity.number,
            entity.name,
            entity.code,
            date(2020, 6, 1),
            date(2026, 10, 31),
            "",
            "",
        ]
        yield ["主体负责人身份证", entity.number, person.name, person.number, *term, "", ""]
        yield ["网站负责人身份证", entity.number, person.name, person.number, *term, "", ""]
    yield ["营业执照", story.E12.number, story.QIONGYA, story.E12.code, date(2021, 8, 1), "长期", "", ""]
    yield ["授权委托书", story.E13.number, "杨示忆", "", date(2026, 1, 1), "2027年13月1日", "", "日期写错"]


def _ministry_rows() -> Iterator[Cells]:
    for entity in story.SHEETS:
        for service in entity.services:
            for site in service.sites:
                record = answers.ministry_record(entity, service, site)
                keys = (
                    "domain",
                    "mainLicence",
                    "serviceLicence",
                    "unitName",
                    "natureName",
                    "limitAccess",
                    "updateRecordTime",
                )
                yield [*(record[key] for key in keys), date(2026, 11, 21)]


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
