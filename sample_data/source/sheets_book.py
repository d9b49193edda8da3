"""The workbook of several sheets: entities, services, domains, people, papers, and two sheets of evidence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from source import answers, registrations, story
from source.story import Person
from source.workbook import Book, Cells, card, spelled


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
        list(registrations.export_rows()),
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
