"""Column titles: which words mean which field, and how the header row is found."""

from __future__ import annotations

import pytest

from auditor.intake.headerrows import find_header
from auditor.intake.headers import header_key, meaning, owner_of, table
from auditor.intake.table import CellValue, Table
from auditor.model.values import FIELDS


def sheet(*rows: list[CellValue], merged: tuple[tuple[int, int, int, int], ...] = ()) -> Table:
    return Table("b.xlsx", "台账", rows, merged=merged)


def tokens(table: Table) -> tuple[int, list[str | None]]:
    header = find_header(table)
    assert header is not None
    return header.row, [one.token for one in header.headings]


@pytest.mark.parametrize(
    ("title", "field"),
    [
        ("域名", "domain"),
        (" 域 名 ", "domain"),
        ("域名（必填）", "domain"),
        ("*域名", "domain"),
        ("【域名】", "domain"),
        ("Domain Name", "domain"),
        ("DOMAIN_NAME", "domain"),
        ("ＩＣＰ备案主体许可证号", "entity_number"),
        ("主办单位\n名称", "entity_name"),
        ("主体负责人手机号*", "leader_mobile"),
        ("手机号（网站负责人）", "administrator_mobile"),
        ("应急电话(主体负责人)", "leader_emergency_phone"),
        ("网站负责人应急电话", "administrator_emergency_phone"),
        ("网站负责人电子邮箱", "administrator_email"),
        ("主体负责人证件有效期", "leader_id_expiry"),
        ("法定代表人身份证号", "leader_id_number"),
        ("主体负责人授权书有效期", "leader_authorisation_letter_expiry"),
        ("主体证件类型", "entity_certificate_type"),
        ("域名持有者证件号码", "registrant_certificate_number"),
        ("股东", "shareholders"),
        ("高级管理人员", "senior_managers"),
        ("手机号", "person.mobile"),
        ("备案号", "?record_number"),
        ("有效期", "?validity"),
        ("有效期（身份证）", "person.id_expiry"),
        ("域名ID", "-ministry_id"),
    ],
)
def test_a_title_is_known_whatever_its_form(title: str, field: str) -> None:
    assert meaning(title) == field


@pytest.mark.parametrize("title", ["", "某集团域名备案台账", "奇怪列", "x" * 100, "2026", "——"])
def test_an_unknown_title_is_not_guessed(title: str) -> None:
    assert meaning(title) is None


@pytest.mark.parametrize("code", sorted(FIELDS))
def test_every_field_code_and_its_english_name_are_titles(code: str) -> None:
    found = meaning(code)
    assert found == ("?domain_state" if code == "domain_status" else code)
    assert meaning(FIELDS[code].text.en) is not None
    assert meaning(FIELDS[code].text.zh) is not None


def test_the_table_names_only_fields_and_known_tokens() -> None:
    for key, token in table().items():
        assert key == header_key(key)
        assert token in FIELDS or token.startswith(("person.", "?", "-")), (key, token)
        if token.startswith("person."):
            assert "person_" + token.removeprefix("person.") in FIELDS


def test_group_headings_say_whose_columns_stand_below() -> None:
    assert owner_of("主体负责人信息") == "leader_"
    assert owner_of("网站负责人") == "administrator_"
    assert owner_of("域名信息") == "domain_"
    assert owner_of("其他") is None


def test_the_header_row_is_found_under_titles_and_blank_lines() -> None:
    found = tokens(
        sheet(
            ["某集团备案台账"],
            [],
            ["制表日期：2026年11月"],
            ["域名", "主办单位", "备注"],
            ["a.cn", "甲公司", ""],
        )
    )
    assert found == (4, ["domain", "entity_name", "remark"])


def test_a_data_row_full_of_known_words_is_no_header() -> None:
    assert find_header(sheet(["a.cn", "企业", "网站", "主体"])) is None
    assert find_header(sheet(["企业", "网站", "京ICP备12345678号"])) is None


def test_a_lone_title_counts_only_for_a_list_of_domains() -> None:
    assert tokens(sheet(["域名"], ["a.cn"]))[0] == 1
    assert find_header(sheet(["备注"], ["x"])) is None
    assert find_header(sheet(["域名", "怪"], ["a.cn", "x"])) is None


def test_of_repeated_headers_the_first_counts() -> None:
    assert tokens(sheet(["域名", "备案号"], ["a.cn", "x"], ["域名", "备案号"]))[0] == 1


def test_titles_under_merged_group_headings_are_combined() -> None:
    found = tokens(
        sheet(
            ["域名", "主体负责人", None, None, "网站负责人", None],
            [None, "姓名", "手机", "邮箱", "姓名", "手机"],
            merged=((1, 1, 2, 1), (1, 2, 1, 4), (1, 5, 1, 6)),
        )
    )
    expected = [
        "domain",
        "leader_name",
        "leader_mobile",
        "leader_email",
        "administrator_name",
        "administrator_mobile",
    ]
    assert found == (2, expected)


def test_group_headings_reach_to_the_right_where_merges_are_lost() -> None:
    found = tokens(
        sheet(
            ["", "主体负责人", "", "网站负责人", ""],
            ["域名", "姓名", "手机", "姓名", "手机"],
        )
    )
    assert found[1] == [
        "domain",
        "leader_name",
        "leader_mobile",
        "administrator_name",
        "administrator_mobile",
    ]


def test_a_title_over_the_whole_table_names_no_group() -> None:
    found = tokens(sheet(["主体", None, None], ["域名", "证件号码", "有效期"], merged=((1, 1, 1, 3),)))
    assert found == (2, ["domain", "?certificate_number", "?validity"])


def test_the_policy_can_name_the_header_row() -> None:
    raw = sheet(["域名", "备案号"], ["网址", "主体"])
    assert tokens(raw)[0] == 1
    header = find_header(raw, 2)
    assert header is not None
    assert header.row == 2
    assert find_header(raw, 9) is None


def test_the_purchase_state_of_a_registrars_list_is_no_domain_status() -> None:
    assert meaning("BuyStatus") == "-buy_status"


@pytest.mark.parametrize(
    ("title", "field"),
    [
        ("principal_info.name", "leader_name"),
        ("principal_info.mobile", "leader_mobile"),
        ("principal_info.emergency_contact", "leader_emergency_phone"),
        ("principal_info.certificate_number", "leader_id_number"),
        ("principal_info.certificate_validity_date_end", "leader_id_expiry"),
    ],
)
def test_the_keys_of_an_apps_filing_interface_are_the_leaders(title: str, field: str) -> None:
    assert meaning(title) == field
