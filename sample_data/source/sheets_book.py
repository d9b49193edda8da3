"""The workbook of several sheets: entities, services, domains, people, papers, and two sheets of evidence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from source import answers, orders, registrations, story
from source.story import Entity, Person
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
    book.table("变更订单", orders.HEADER, list(orders.rows()))
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
    def paper(
        title: str, entity: Entity, holder: str, number: str, start: date, end: object, file: str = ""
    ) -> Cells:
        return [title, entity.number, holder, number, start, end, file, ""]

    def card_of(title: str, entity: Entity, person: Person) -> Cells:
        return paper(title, entity, person.name, person.number, *person.card)

    e7, e8, e11, e12, e13 = story.E7, story.E8, story.E11, story.E12, story.E13
    # DOC607: another body's paper.
    yield paper("统一社会信用代码证书", e7, "示例市示范信息中心", e7.code, date(2021, 1, 8), "长期")
    # DOC609: nobody put the scan there.
    yield paper("营业执照", e8, e8.name, e8.code, date(2022, 2, 1), "长期", "scans/licence-8.png")
    # DOC601: the licence has run out.
    yield paper("营业执照", e11, e11.name, e11.code, date(2020, 6, 1), date(2026, 10, 31))
    yield card_of("主体负责人身份证", e11, story.YANG)
    yield card_of("网站负责人身份证", e11, story.LIU)
    yield paper("营业执照", e12, e12.name, e12.code, date(2021, 8, 1), "长期")
    # DOC610, and for its short term DOC602 and DOC603.
    yield paper("主体负责人临时身份证", e12, "马演练", story.MA.number, date(2026, 10, 1), date(2026, 12, 31))
    yield card_of("网站负责人身份证", e12, story.ZHU)
    # Unknown: no calendar has that day.
    yield paper("授权委托书", e13, "杨示忆", "", date(2026, 1, 1), "2027年13月1日")


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
