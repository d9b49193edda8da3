"""The files that a new user starts from: an empty portfolio workbook and a commented policy file."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from io import BytesIO
from typing import Any

BOOK_NAME = "portfolio-template.xlsx"
POLICY_NAME = "audit.toml"
GUIDE_SHEET = "填写说明"
_LAST_ROW = 5000  # drop-downs reach this far
# One moment for all copies: the same version writes the same bytes.
_MADE = datetime(2026, 11, 23, tzinfo=UTC)
_PERSONS = ("leader_", "administrator_", "person_")


def _person(title: str, prefix: str) -> dict[str, str]:
    """The columns about one responsible person of the flat sheet."""
    return {
        title + header: prefix + code
        for header, code in (
            ("姓名", "name"),
            ("证件号码", "id_number"),
            ("手机号码", "mobile"),
            ("应急电话", "emergency_phone"),
            ("邮箱", "email"),
            ("身份证有效期", "id_expiry"),
            ("授权书有效期", "authorisation_letter_expiry"),
        )
    }


_ENTITY = {
    "主办单位名称": "entity_name",
    "主办单位性质": "entity_kind",
    "主体证件类型": "entity_certificate_type",
    "主体证件号码": "entity_certificate_number",
    "营业执照有效期": "entity_certificate_expiry",
    "省份": "province",
    "法定代表人": "legal_representative",
    "股东": "shareholders",
    "高级管理人员": "senior_managers",
}
_SERVICE = {
    "服务类型": "service_kind",
    "接入服务商": "access_provider",
    "备案IP": "filed_ip",
    "公安备案号": "police_number",
    "网站开通时间": "site_open_date",
}
_DOMAIN = {
    "域名持有者": "registrant",
    "域名到期日": "domain_expiry",
    "注册商": "registrar",
    "是否限制接入": "restricted",
    "更新时间": "updated_date",
}
# Sheet → header → the field that the column feeds.
SHEETS: Mapping[str, Mapping[str, str]] = {
    "网站备案": {
        "主体备案号": "entity_number",
        **_ENTITY,
        **_person("主体负责人", "leader_"),
        "网站备案号": "service_number",
        "网站名称": "service_name",
        "域名": "domain",
        **_SERVICE,
        **_person("网站负责人", "administrator_"),
        **_DOMAIN,
        "分组": "group",
        "备注": "remark",
    },
    "主体": {"主体备案号": "entity_number", **_ENTITY, "通信地址": "entity_address", "备注": "remark"},
    "服务": {
        "主体备案号": "entity_number",
        "服务备案号": "service_number",
        "服务名称": "service_name",
        **_SERVICE,
        "首页网址": "home_url",
        "前置审批项": "pre_approval",
        "更新时间": "updated_date",
        "备注": "remark",
    },
    "域名": {"域名": "domain", "服务备案号": "service_number", **_DOMAIN, "分组": "group", "备注": "remark"},
    "负责人": {
        "姓名": "person_name",
        "角色": "role",
        "主体备案号": "entity_number",
        "服务备案号": "service_number",
        "证件类型": "person_id_type",
        "身份证号": "person_id_number",
        "身份证有效期起": "person_id_start",
        "身份证有效期止": "person_id_expiry",
        "手机号码": "person_mobile",
        "应急电话": "person_emergency_phone",
        "电子邮箱": "person_email",
        "授权书有效期": "person_authorisation_letter_expiry",
        "备注": "remark",
    },
    "证照材料": {
        "材料名称": "document_type",
        "主体备案号": "entity_number",
        "持证人": "document_holder",
        "证件号码": "document_number",
        "签发日期": "document_start",
        "有效期至": "document_expiry",
        "附件": "document_file",
        "备注": "remark",
    },
    "变更订单": {
        "订单号": "order_number",
        "主体备案号": "entity_number",
        "网站备案号": "service_number",
        "订单类型": "order_kind",
        "变更内容": "order_changes",
        "变更后负责人": "new_person",
        "涉及域名": "order_domains",
        "当前阶段": "order_stage",
        "计划提交日期": "order_planned",
        "提交时间": "order_submitted",
        "初审通过时间": "order_first_review_done",
        "短信下发时间": "order_sms_sent",
        "短信核验完成时间": "order_sms_done",
        "提交管局时间": "order_bureau_submitted",
        "办结时间": "order_done",
        "已备材料": "order_materials",
        "是否绑定通知": "notification_bound",
        "备注": "remark",
    },
}

_GUIDE = (
    (
        "二选一：只填“网站备案”（一行一个网站，最简单）；或者填主体、服务、域名、负责人、证照材料五张表，用备案号相互对应。",
        "Fill in one of two: the sheet 网站备案 alone (a row a site, the simplest), or the five sheets for entities, "
        "services, domains, persons and documents, which refer to one another by record number.",
    ),
    (
        "“证照材料”与两种填法都能搭配；填了它，程序会核对每个主体缺哪些材料。“变更订单”一行一个在办或计划中的订单。没有用到的工作表留空或删除都可以。",
        "证照材料 (documents) goes with either way; once it is filled in, each entity is checked for missing papers. 变更订单 (change "
        "orders) takes a row for each order under way or planned. Sheets that are not used may stay empty or be deleted.",
    ),
    (
        "表头上的批注说明每一列怎么填。可以增删列、调整顺序；程序按表头文字识别，不认识的列会列出来，不会猜。",
        "The notes on the headers say what belongs in each column. Columns may be added, removed and moved; they are told by "
        "their headers, and a column that is not recognised is listed, not guessed.",
    ),
    (
        "号码一律按文本保存（各列已设好），否则表格软件会把 18 位号码舍入。日期写全年月日，如 2026-11-23；没有期限的写“长期”。",
        "Keep numbers as text (the columns are set so), or the spreadsheet program rounds those of 18 digits. Write dates in full, "
        "such as 2026-11-23; 长期 stands for no end.",
    ),
    (
        "填好后运行：audit validate portfolio-template.xlsx 看识别结果，再运行 audit run portfolio-template.xlsx。",
        "Then run: audit validate portfolio-template.xlsx to see what is recognised, and audit run portfolio-template.xlsx.",
    ),
    (
        "表中的证件号码和电话属个人信息，请妥善保管；报告默认遮盖。",
        "ID numbers and phones are personal data: keep this file safe. The reports mask them unless told otherwise.",
    ),
)


@dataclass(frozen=True, slots=True)
class _Hint:
    """What the template knows of a field: text or date, the words of its drop-down, and its note."""

    is_date: bool
    choices: tuple[str, ...]
    note: str


def policy_text() -> str:
    """The commented policy file: every setting that this version acts on, commented out."""
    return resources.files("auditor.cli").joinpath("starter.toml").read_text(encoding="utf-8")


def template_book() -> bytes:
    """The empty portfolio workbook: instructions, then a sheet for each part, with notes and drop-downs."""
    import xlsxwriter

    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties({"title": "ICP 备案台账模板 · portfolio template", "created": _MADE})
    _write_guide(book)
    hints = _hints()
    for name, columns in SHEETS.items():
        _write_sheet(book, name, columns, hints)
    book.close()
    return target.getvalue()


def _hints() -> dict[str, _Hint]:
    text = resources.files("auditor.cli").joinpath("starter.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return {
        row["field"]: _Hint(
            row["format"] == "date",
            tuple(word for word in row["choices"].split("|") if word),
            f"{row['zh']}\n{row['en']}",
        )
        for row in csv.DictReader(lines)
    }


def _hint_key(field: str) -> str:
    """The line of starter.csv for a field: what is said of a person's field holds in each role."""
    for prefix in _PERSONS:
        field = field.removeprefix(prefix)
    return field


def _write_guide(book: Any) -> None:
    sheet = book.add_worksheet(GUIDE_SHEET)
    title = book.add_format({"bold": True, "font_size": 14})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 110, wrapped)
    sheet.write_string(0, 0, "怎样填写本工作簿 · How to fill in this workbook", title)
    # One column: two texts side by side would look like the header of a table.
    for number, (zh, en) in enumerate(_GUIDE, start=1):
        sheet.write_string(number + 1, 0, f"{number}. {zh}\n{en}", wrapped)
        sheet.set_row(number + 1, 64)
    sheet.hide_gridlines(2)


def _write_sheet(book: Any, name: str, columns: Mapping[str, str], hints: Mapping[str, _Hint]) -> None:
    sheet = book.add_worksheet(name)
    header = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True})
    text = book.add_format({"num_format": "@"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for column, (title, field) in enumerate(columns.items()):
        hint = hints[_hint_key(field)]
        sheet.set_column(column, column, max(12, 2 * len(title) + 4), day if hint.is_date else text)
        sheet.write_string(0, column, title, header)
        sheet.write_comment(0, column, hint.note, {"x_scale": 2, "y_scale": 1.2, "author": "audit"})
        if hint.choices:
            sheet.data_validation(
                1,
                column,
                _LAST_ROW,
                column,
                {
                    "validate": "list",
                    "source": list(hint.choices),
                    # Another word is allowed after a question: the lists are not complete.
                    "error_type": "warning",
                    "error_title": "不在列表中",
                    "error_message": "列表中没有这一项，仍要填写吗？ Not on the list; keep it?",
                },
            )
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, _LAST_ROW, len(columns) - 1)
