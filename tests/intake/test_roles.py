"""Which part a sheet plays, and what its ambiguous columns feed."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from auditor.intake.read import read_tables
from auditor.intake.table import Book, CellValue, Table
from auditor.model.result import Reading, SheetFate
from auditor.model.words import EntityKind, SheetRole
from tests.builders import credit_code, id_number

FILINGS = Table(
    "b.xlsx",
    "台账",
    [
        ["域名", "主办单位", "主体备案号", "网站备案号"],
        ["a.cn", "甲公司", "京ICP备12345678号", "京ICP备12345678号-1"],
    ],
)


def reading(*tables: Table) -> Reading:
    return read_tables([Book("b.xlsx", "0" * 64, 1, tables)])


def fate(titles: list[str], *rows: list[CellValue], name: str = "Sheet1", beside: bool = True) -> SheetFate:
    """The fate of one sheet, beside a list of filings or alone."""
    table = Table("b.xlsx", name, [titles, *rows])
    return reading(table, *((FILINGS,) if beside else ())).inputs[0].sheets[0]


def feeds(found: SheetFate) -> Mapping[str, str]:
    """Title → field."""
    return {found.ref.headers[column]: code for code, column in found.ref.columns.items()}


@pytest.mark.parametrize(
    ("titles", "name", "role"),
    [
        (["域名", "主办单位", "备案号"], "Sheet1", SheetRole.FILINGS),
        (
            [
                "域名",
                "注册时间",
                "到期时间",
                "剩余天数",
                "分组",
                "标签",
                "主办单位名称",
                "ICP备案/许可证号",
                "备注",
            ],
            "域名",
            SheetRole.FILINGS,
        ),
        (
            [
                "主办单位名称",
                "网站负责人姓名",
                "网站首页网址",
                "网站域名列表",
                "IP地址列表",
                "导入日期",
                "审批结果",
            ],
            "ICP",
            SheetRole.FILINGS,
        ),
        (["主体备案号", "主办单位名称", "单位性质", "统一社会信用代码"], "主体", SheetRole.ENTITIES),
        (["备案号", "主办单位名称", "主体负责人", "手机号"], "Sheet2", SheetRole.ENTITIES),
        (["服务备案号", "网站名称", "网站负责人", "手机号"], "网站", SheetRole.SERVICES),
        (["网站备案号", "网站名称", "域名", "网站负责人"], "网站备案", SheetRole.SERVICES),
        (["域名", "服务备案号", "到期日期", "注册商"], "域名", SheetRole.DOMAINS),
        (["域名"], "清单", SheetRole.DOMAINS),
        (["角色", "姓名", "身份证号", "手机号", "主办单位"], "负责人", SheetRole.PERSONS),
        (["姓名", "手机号", "邮箱", "网站备案号"], "人员", SheetRole.PERSONS),
        (["材料名称", "持证人", "有效期至"], "材料", SheetRole.DOCUMENTS),
        (["单位名称", "证件名称", "证件号码", "有效期至"], "证件", SheetRole.DOCUMENTS),
        (["订单号", "订单类型", "主体备案号", "当前状态", "提交时间"], "变更订单", SheetRole.ORDERS),
        (["域名", "域名持有者", "实名认证状态", "到期时间"], "Sheet9", SheetRole.REGISTRAR),
        (
            ["DomainName", "RegistrationDate", "ExpirationDate", "DomainAuditStatus"],
            "Sheet9",
            SheetRole.REGISTRAR,
        ),
        (["域名", "注册日期", "到期日期"], "阿里云导出", SheetRole.REGISTRAR),
        (
            ["domain", "mainLicence", "serviceLicence", "unitName", "natureName", "limitAccess"],
            "x",
            SheetRole.MINISTRY,
        ),
        (
            [
                "内容类型",
                "域名",
                "域名ID",
                "负责人",
                "限制访问",
                "主体ID",
                "主体许可证号",
                "单位性质",
                "服务ID",
                "服务许可证号",
                "主办单位",
                "更新时间",
            ],
            "a.cn",
            SheetRole.MINISTRY,
        ),
        (
            [
                "域名主办方",
                "域名",
                "备案许可证号",
                "网站备案号",
                "域名类型",
                "网站前置审批项",
                "是否限制接入",
                "审核通过日期",
            ],
            "x",
            SheetRole.MINISTRY,
        ),
        (
            ["域名", "主办单位名称", "单位性质", "网站备案/许可证号", "网站名称", "网站首页网址", "审核时间"],
            "x",
            SheetRole.MINISTRY,
        ),
        (["域名", "备案号", "主办单位"], "工信部查询结果", SheetRole.MINISTRY),
        (["日期", "天气"], "杂项", SheetRole.UNKNOWN),
        (["备注", "说明"], "说明", SheetRole.UNKNOWN),
    ],
)
def test_a_sheet_is_known_by_its_titles(titles: list[str], name: str, role: SheetRole) -> None:
    assert fate(titles, ["x"] * len(titles), name=name).ref.role is role


@pytest.mark.parametrize(
    ("titles", "role"),
    [
        (["域名", "域名持有者", "注册商", "到期时间"], SheetRole.DOMAINS),
        (["域名", "主办单位名称", "单位性质", "网站备案/许可证号", "审核时间"], SheetRole.FILINGS),
        (["域名", "网站备案号"], SheetRole.FILINGS),
    ],
)
def test_what_would_be_evidence_is_the_list_itself_where_nothing_else_lists_filings(
    titles: list[str], role: SheetRole
) -> None:
    assert fate(titles, beside=False).ref.role is role


@pytest.mark.parametrize(
    ("titles", "cells"),
    [
        (
            ["域名主办方", "域名", "备案许可证号", "网站备案号", "域名类型", "网站前置审批项", "是否限制接入", "审核通过日期"],
            ["甲公司", "a.cn", "京ICP备12345678号", "京ICP备12345678号-1", "企业", "无", "否", "2022-01-05"],
        ),
        (
            ["domain", "mainLicence", "serviceLicence", "unitName", "natureName", "limitAccess", "updateRecordTime"],
            ["a.cn", "京ICP备12345678号", "京ICP备12345678号-1", "甲公司", "企业", "否", "2022-01-05 10:00:00"],
        ),
    ],
)  # fmt: skip
def test_ministry_results_that_stand_alone_are_the_list_of_filings(
    titles: list[str], cells: list[CellValue]
) -> None:
    found = reading(Table("b.xlsx", "Sheet1", [titles, cells]))
    assert found.inputs[0].sheets[0].ref.role is SheetRole.FILINGS
    assert [(one.key, one.entity.kind) for one in found.portfolio.domains if one.entity] == [
        ("a.cn", EntityKind.ENTERPRISE)
    ]
    assert [one.key for one in found.portfolio.services] == ["京ICP备12345678号-1"]


def test_a_ledger_that_borrows_the_ministrys_titles_is_still_a_ledger() -> None:
    titles = [
        "域名",
        "主办单位",
        "主体许可证号",
        "服务许可证号",
        "限制访问",
        "网站负责人",
        "手机号",
        "域名到期日",
    ]
    assert fate(titles).ref.role is SheetRole.FILINGS


def test_an_unknown_sheet_is_told_with_its_titles_and_counts_no_rows() -> None:
    found = fate(["日期", "天气"], ["2026-01-01", "晴"], name="杂项")
    assert (found.rows, found.accepted, found.rejected) == (0, 0, 0)
    assert found.ignored == ("日期", "天气")
    assert found.notes


def test_general_titles_belong_to_the_person_named_last_to_the_left() -> None:
    titles = [
        "域名",
        "主办单位",
        "备案号",
        "主体负责人",
        "手机号",
        "邮箱",
        "网站负责人",
        "手机号码",
        "应急电话",
        "身份证号",
        "有效期至",
        "到期时间",
    ]
    assert feeds(fate(titles)) == {
        "域名": "domain",
        "主办单位": "entity_name",
        "备案号": "service_number",
        "主体负责人": "leader_name",
        "手机号": "leader_mobile",
        "邮箱": "leader_email",
        "网站负责人": "administrator_name",
        "手机号码": "administrator_mobile",
        "应急电话": "administrator_emergency_phone",
        "身份证号": "administrator_id_number",
        "有效期至": "administrator_id_expiry",
        "到期时间": "domain_expiry",
    }


def test_a_general_person_in_charge_is_the_one_the_sheet_is_about() -> None:
    assert feeds(fate(["服务备案号", "网站名称", "负责人", "手机号"]))["负责人"] == "administrator_name"
    assert (
        feeds(fate(["主体备案号", "主办单位", "单位性质", "负责人", "手机号"]))["手机号"] == "leader_mobile"
    )
    beside_leader = feeds(fate(["域名", "主办单位", "主体负责人", "网站名称", "负责人"]))
    assert beside_leader["负责人"] == "administrator_name"


def test_an_ambiguous_validity_is_settled_by_the_sheets_part() -> None:
    assert feeds(fate(["域名", "备案号", "主办单位", "有效期"]))["有效期"] == "domain_expiry"
    assert feeds(fate(["材料名称", "持证人", "有效期"]))["有效期"] == "document_expiry"
    assert feeds(fate(["角色", "姓名", "身份证号", "手机号", "有效期"]))["有效期"] == "person_id_expiry"
    assert (
        feeds(fate(["主体备案号", "主办单位", "统一社会信用代码", "有效期"]))["有效期"]
        == "entity_certificate_expiry"
    )
    assert (
        feeds(fate(["域名", "主办单位", "统一社会信用代码", "有效期"]))["有效期"]
        == "entity_certificate_expiry"
    )


def test_a_certificate_number_is_settled_by_neighbours_and_by_what_stands_in_the_cells() -> None:
    titles = ["域名", "主办单位", "证件类型", "证件号码", "网站负责人", "证件号"]
    row: list[CellValue] = ["a.cn", "甲公司", "营业执照", credit_code(1), "李四", id_number(1)]
    found = feeds(fate(titles, row))
    assert found["证件类型"] == "entity_certificate_type"
    assert found["证件号码"] == "entity_certificate_number"
    assert found["证件号"] == "administrator_id_number"
    moved = feeds(
        fate(["域名", "网站负责人", "证件号码", "主办单位"], ["a.cn", "李四", credit_code(1), "甲公司"])
    )
    assert moved["证件号码"] == "entity_certificate_number"


def test_a_kind_of_entity_in_域名类型_is_told_by_its_cells() -> None:
    titles = ["域名", "主办单位", "备案号", "域名类型"]
    assert feeds(fate(titles, ["a.cn", "甲公司", "x", "企业"]))["域名类型"] == "entity_kind"
    assert fate(titles, ["a.cn", "甲公司", "x", "英文域名"]).ignored == ("域名类型",)


def test_domain_status_is_a_flag_where_its_cells_say_yes_and_no() -> None:
    titles = ["域名", "主办单位", "备案号", "domain_status"]
    assert feeds(fate(titles, ["a.cn", "甲公司", "x", "否"]))["domain_status"] == "restricted"
    assert feeds(fate(titles, ["a.cn", "甲公司", "x", "ok"]))["domain_status"] == "domain_status"


def test_of_two_columns_for_one_field_the_first_counts_and_the_other_is_told() -> None:
    found = fate(["域名", "网站域名", "主办单位", "奇怪列", "备注"])
    assert found.ref.columns["domain"] == 1
    assert found.ignored == ("网站域名", "奇怪列")


def test_a_company_name_is_the_registrant_in_a_registrars_list() -> None:
    assert feeds(fate(["域名", "单位名称", "实名认证状态", "注册商"]))["单位名称"] == "registrant"
    assert feeds(fate(["域名", "单位名称", "备案号"]))["单位名称"] == "entity_name"
