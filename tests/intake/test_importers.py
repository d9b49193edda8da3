"""What registrars' consoles, ministry query tools and domain managers export, read as it comes, with nothing renamed."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import openpyxl
import pytest

from auditor.evidence.answer import Registration
from auditor.evidence.interpretation import interpret
from auditor.evidence.servers import shipped_authorities
from auditor.intake.read import read_portfolio
from auditor.model.evidence import MinistryRecord, Observation, RealNameState
from auditor.model.result import Reading
from auditor.model.words import SheetRole
from tests.builders import credit_code

Rows = Sequence[Sequence[object]]
LEDGER: Rows = [
    ["域名", "主办单位", "主体备案号", "网站备案号"],
    ["example.cn", "示例科技有限公司", "京ICP备12345678号", "京ICP备12345678号-1"],
    ["example.com", "示例科技有限公司", "京ICP备12345678号", "京ICP备12345678号-2"],
]
ICP_QUERY = [
    "内容类型", "域名", "域名ID", "负责人", "限制访问", "主体ID", "主体许可证号", "单位性质", "服务ID", "服务许可证号", "主办单位", "更新时间",
]  # fmt: skip
ICP_QUERY_APP = [
    "负责人", "主体ID", "主体许可证号", "单位性质", "服务ID", "服务许可证号", "主办单位", "更新时间", "主体地址", "主体证件号",
    "主体证件类型", "服务名称", "服务类型", "版本",
]  # fmt: skip
ICP_CHECKER = [
    "域名主办方", "域名", "备案许可证号", "网站备案号", "域名类型", "网站前置审批项", "是否限制接入", "审核通过日期",
]  # fmt: skip
CHINAZ = ["域名", "主办单位名称", "单位性质", "网站备案/许可证号", "网站名称", "网站首页网址", "审核时间"]
MIIT_KEYS = [
    "contentTypeName", "domain", "domainId", "leaderName", "limitAccess", "mainId", "mainLicence", "natureName", "serviceId",
    "serviceLicence", "unitName", "updateRecordTime",
]  # fmt: skip
DOMAIN_ADMIN = [
    "域名",
    "注册时间",
    "到期时间",
    "剩余天数",
    "分组",
    "标签",
    "主办单位名称",
    "ICP备案/许可证号",
    "备注",
]
ALIYUN_KEYS = [
    "DomainName", "RegistrationDate", "ExpirationDate", "ExpirationCurrDateDiff", "RegistrantType", "DomainAuditStatus",
    "DomainStatus", "DomainGroupName", "Remark",
]  # fmt: skip
TENCENT_KEYS = [
    "DomainName", "CreationDate", "ExpirationDate", "AutoRenew", "BuyStatus", "RealNameAuditStatus", "DomainNameAuditStatus",
    "DomainStatus", "RegistrarType", "RegistrantType", "OrganizationNameCN", "RegistrantNameCN",
]  # fmt: skip
HUAWEI_KEYS = ["domain_name", "register_date", "expire_date", "status"]
WEST_KEYS = ["domain", "regdate", "expdate", "dns1", "dns2", "clienthold", "registrars"]
CONSOLE = ["域名", "域名持有者", "实名认证状态", "注册时间", "到期时间", "注册商", "域名状态"]


def write(folder: Path, sheets: Mapping[str, Rows], name: str = "book.xlsx") -> Path:
    """A workbook of some sheets."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    path = folder / name
    book.save(path)
    return path


def write_csv(folder: Path, rows: Rows, encoding: str, name: str) -> Path:
    """A CSV file."""
    path = folder / name
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows(rows)
    return path


def read(*paths: Path) -> Reading:
    """The reading of some files."""
    return read_portfolio([str(path) for path in paths])


def roles(reading: Reading) -> dict[str, SheetRole]:
    """Sheet → the part it plays."""
    return {fate.ref.name: fate.ref.role for one in reading.inputs for fate in one.sheets}


def of_source(reading: Reading, source: str) -> list[Observation]:
    """The observations of one source."""
    return [one for one in reading.observations if one.source == source]


def records(observation: Observation) -> tuple[MinistryRecord, ...]:
    """The ministry's records in an observation."""
    content = interpret(observation, shipped_authorities()).content
    assert isinstance(content, tuple)
    return content


def registration(observation: Observation) -> Registration:
    """The registrar's record in an observation."""
    content = interpret(observation, shipped_authorities()).content
    assert isinstance(content, Registration)
    return content


def query(domain: str, number: str = "1") -> list[object]:
    """A row of ICP_Query about a domain."""
    return [
        "", domain, 1, "", "否", 2, "京ICP备12345678号", "企业", 3, f"京ICP备12345678号-{number}", "示例科技有限公司",
        "2026-01-05 10:00:00",
    ]  # fmt: skip


def nothing_lost(reading: Reading) -> bool:
    """Every row was taken or refused with a reason."""
    return all(fate.rows == fate.accepted + fate.rejected for one in reading.inputs for fate in one.sheets)


def test_icp_query_writes_one_sheet_a_query_and_each_is_ministry_evidence(tmp_path: Path) -> None:
    sheets = {
        "台账": LEDGER,
        "示例科技有限公司": [ICP_QUERY, query("example.cn"), query("example.com", "2")],
        "example.com": [ICP_QUERY, query("example.com", "2")],
    }
    reading = read(write(tmp_path, sheets))
    assert roles(reading) == {
        "台账": SheetRole.FILINGS,
        "示例科技有限公司": SheetRole.MINISTRY,
        "example.com": SheetRole.MINISTRY,
    }
    found = of_source(reading, "miit")
    assert [one.domain for one in found] == ["example.cn", "example.com", "example.com"]
    (record,) = records(found[0])
    assert record.entity_number == "京ICP备12345678号"
    assert record.service_number == "京ICP备12345678号-1"
    assert record.entity_name == "示例科技有限公司"
    assert record.entity_kind == "企业"
    assert record.restricted is False
    assert record.updated.startswith("2026-01-05")
    assert nothing_lost(reading)
    assert not reading.rejected


def test_an_empty_result_sheet_of_icp_query_loses_nothing(tmp_path: Path) -> None:
    reading = read(write(tmp_path, {"台账": LEDGER, "nothing.cn": [ICP_QUERY]}))
    assert of_source(reading, "miit") == []
    assert nothing_lost(reading)


def test_app_results_of_icp_query_have_no_domain_and_are_told_not_dropped(tmp_path: Path) -> None:
    row = [
        "", 2, "京ICP备12345678号", "企业", 3, "京ICP备12345678号-3A", "示例科技有限公司", "2026-01-05 10:00:00", "", credit_code(1),
        "营业执照", "示例应用", "6", "1.0",
    ]  # fmt: skip
    reading = read(write(tmp_path, {"台账": LEDGER, "示例应用": [ICP_QUERY_APP, row]}))
    assert roles(reading)["示例应用"] is SheetRole.MINISTRY
    assert nothing_lost(reading)


def test_icp_checker_calls_the_nature_a_domain_type_and_is_understood(tmp_path: Path) -> None:
    row = [
        "示例科技有限公司", "example.cn", "京ICP备12345678号", "京ICP备12345678号-1", "企业", "", "是", "2025-06-01 09:30:00",
    ]  # fmt: skip
    reading = read(write(tmp_path, {"台账": LEDGER, "查询结果": [ICP_CHECKER, row]}))
    assert roles(reading)["查询结果"] is SheetRole.MINISTRY
    (record,) = records(of_source(reading, "miit")[0])
    assert record.entity_number == "京ICP备12345678号"
    assert record.service_number == "京ICP备12345678号-1"
    assert record.entity_kind == "企业"
    assert record.restricted is True
    assert record.updated.startswith("2025-06-01")


def test_the_ministrys_own_keys_are_understood(tmp_path: Path) -> None:
    reading = read(write(tmp_path, {"台账": LEDGER, "Sheet1": [MIIT_KEYS, query("example.cn")]}))
    assert roles(reading)["Sheet1"] is SheetRole.MINISTRY
    (record,) = records(of_source(reading, "miit")[0])
    assert record.service_number == "京ICP备12345678号-1"
    assert record.restricted is False


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk"])
def test_a_chinaz_list_beside_a_ledger_is_what_the_look_up_said(tmp_path: Path, encoding: str) -> None:
    rows = [
        CHINAZ,
        [
            "example.cn",
            "示例科技有限公司",
            "企业",
            "京ICP备12345678号-1",
            "示例网",
            "www.example.cn",
            "2025-06-01",
        ],
    ]
    reading = read(write(tmp_path, {"台账": LEDGER}), write_csv(tmp_path, rows, encoding, "chinaz.csv"))
    (observation,) = of_source(reading, "miit")
    (record,) = records(observation)
    assert record.service_number == "京ICP备12345678号-1"
    assert record.entity_name == "示例科技有限公司"


def test_a_newer_chinaz_page_is_what_the_look_up_said_too(tmp_path: Path) -> None:
    rows = [
        [
            "网站域名",
            "主办单位名称",
            "主办单位性质",
            "ICP备案/许可证号",
            "网站名称",
            "审核日期",
            "域名过期时间",
        ],
        [
            "example.cn",
            "示例科技有限公司",
            "企业",
            "京ICP备12345678号-1",
            "示例网",
            "2025-06-01",
            "2027-01-31",
        ],
    ]
    reading = read(write(tmp_path, {"台账": LEDGER, "chinaz": rows}))
    (observation,) = of_source(reading, "miit")
    assert records(observation)[0].service_number == "京ICP备12345678号-1"


def test_a_chinaz_list_that_stands_alone_is_the_portfolio(tmp_path: Path) -> None:
    rows = [
        CHINAZ,
        [
            "example.cn",
            "示例科技有限公司",
            "企业",
            "京ICP备12345678号-1",
            "示例网",
            "www.example.cn",
            "2025-06-01",
        ],
    ]
    reading = read(write_csv(tmp_path, rows, "utf-8-sig", "chinaz.csv"))
    assert list(roles(reading).values()) == [SheetRole.FILINGS]
    assert [one.name.ulabel for one in reading.portfolio.domains] == ["example.cn"]


def test_a_look_up_that_found_nothing_says_so(tmp_path: Path) -> None:
    row = ["example.cn", "", "", "未备案", "", "", ""]
    reading = read(write(tmp_path, {"台账": LEDGER, "查询结果": [CHINAZ, row]}))
    (observation,) = of_source(reading, "miit")
    assert observation.raw == {"domain": "example.cn", "found": False}


def test_a_domain_admin_export_is_a_list_of_filings_with_the_domains_dates(tmp_path: Path) -> None:
    row = [
        "example.cn", "2020-01-31", "2027-01-31", 434, "默认", "官网", "示例科技有限公司", "京ICP备12345678号-1", "",
    ]  # fmt: skip
    reading = read(write(tmp_path, {"域名": [DOMAIN_ADMIN, row]}))
    assert roles(reading) == {"域名": SheetRole.FILINGS}
    (fate,) = reading.inputs[0].sheets
    fields = {fate.ref.headers[column]: code for code, column in fate.ref.columns.items()}
    assert fields["到期时间"] == "domain_expiry"
    assert fields["注册时间"] == "domain_created"
    assert fields["主办单位名称"] == "entity_name"
    assert fields["ICP备案/许可证号"] == "service_number"
    assert not reading.rejected
    assert not reading.problems


def test_a_registrars_console_export_is_the_registrars_word(tmp_path: Path) -> None:
    row = [
        "example.cn", "示例科技有限公司", "已实名认证", "2020-01-31 10:00:00", "2027-01-31 10:00:00", "阿里云计算有限公司（万网）", "正常",
    ]  # fmt: skip
    reading = read(write(tmp_path, {"台账": LEDGER, "域名列表": [CONSOLE, row]}))
    assert roles(reading)["域名列表"] is SheetRole.REGISTRAR
    (observation,) = of_source(reading, "registrar")
    found = registration(observation)
    assert found.registrant == "示例科技有限公司"
    assert found.registrar_expiry == date(2027, 1, 31)
    assert found.registrar == "阿里云计算有限公司（万网）"
    assert found.real_name is not None
    assert found.real_name.state is RealNameState.VERIFIED


def test_a_console_export_may_have_a_title_above_and_come_in_gbk(tmp_path: Path) -> None:
    rows = [
        ["域名列表导出", "", "", "", "", "", ""],
        CONSOLE,
        [
            "example.cn",
            "示例科技有限公司",
            "未实名认证",
            "2020-01-31",
            "2027-01-31",
            "某注册商",
            "serverHold",
        ],
    ]
    reading = read(write(tmp_path, {"台账": LEDGER}), write_csv(tmp_path, rows, "gbk", "域名导出.csv"))
    (observation,) = of_source(reading, "registrar")
    found = registration(observation)
    assert found.real_name is not None
    assert found.real_name.state is RealNameState.NOT_VERIFIED
    assert found.statuses == {"serverHold"}


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("SUCCEED", RealNameState.VERIFIED),
        ("FAILED", RealNameState.NOT_VERIFIED),
        ("NONAUDIT", RealNameState.NOT_VERIFIED),
        ("AUDITING", RealNameState.IN_REVIEW),
    ],
)
def test_an_aliyun_list_by_its_interface_is_the_registrars_word(
    tmp_path: Path, word: str, state: RealNameState
) -> None:
    row = ["example.cn", "Jan 31,2020 10:00:00", "Jan 31,2027 10:00:00", 434, 2, word, 3, "默认", ""]
    reading = read(write(tmp_path, {"台账": LEDGER, "Sheet1": [ALIYUN_KEYS, row]}))
    assert roles(reading)["Sheet1"] is SheetRole.REGISTRAR
    (observation,) = of_source(reading, "registrar")
    found = registration(observation)
    assert found.registrar_expiry == date(2027, 1, 31)
    assert found.real_name is not None
    assert found.real_name.state is state


def test_a_tencent_list_by_its_interface_is_the_registrars_word(tmp_path: Path) -> None:
    row = [
        "example.cn", "2020-01-31 10:00:00", "2027-01-31 10:00:00", 1, "ok", "Approved", "Approved", "ok", "qcloud", "E",
        "示例科技有限公司", "示例联系人",
    ]  # fmt: skip
    reading = read(write(tmp_path, {"台账": LEDGER, "Sheet1": [TENCENT_KEYS, row]}))
    assert roles(reading)["Sheet1"] is SheetRole.REGISTRAR
    (observation,) = of_source(reading, "registrar")
    found = registration(observation)
    assert found.registrant == "示例科技有限公司"
    assert found.registrar_expiry == date(2027, 1, 31)
    assert found.real_name is not None
    assert found.real_name.state is RealNameState.VERIFIED


@pytest.mark.parametrize("first", [True, False])
def test_the_contact_of_a_tencent_list_is_never_taken_for_the_holder(tmp_path: Path, first: bool) -> None:
    columns = {
        "DomainName": "example.cn",
        "RegistrantNameCN": "甲联系人",
        "OrganizationNameCN": "示例科技有限公司",
    }
    names = list(columns) if first else ["DomainName", "OrganizationNameCN", "RegistrantNameCN"]
    table = [
        [*names, "RealNameAuditStatus", "ExpirationDate"],
        [*(columns[name] for name in names), "Approve", "2027-01-31"],
    ]
    reading = read(write(tmp_path, {"台账": LEDGER, "Sheet1": table}))
    (observation,) = of_source(reading, "registrar")
    assert registration(observation).registrant == "示例科技有限公司"


def test_a_huawei_list_by_its_interface_is_the_registrars_word(tmp_path: Path) -> None:
    row = ["example.cn", "2020-01-31", "2027-01-31", "REDEEM"]
    reading = read(write(tmp_path, {"台账": LEDGER, "Sheet1": [HUAWEI_KEYS, row]}))
    assert roles(reading)["Sheet1"] is SheetRole.REGISTRAR
    (observation,) = of_source(reading, "registrar")
    assert registration(observation).registrar_expiry == date(2027, 1, 31)


def test_a_west_cn_list_in_gbk_is_the_registrars_word(tmp_path: Path) -> None:
    rows = [
        WEST_KEYS,
        ["example.cn", "2020-01-31", "2027-01-31", "ns1.example.net", "ns2.example.net", "0", "西部数码"],
    ]
    reading = read(write(tmp_path, {"台账": LEDGER}), write_csv(tmp_path, rows, "gbk", "west.csv"))
    (observation,) = of_source(reading, "registrar")
    found = registration(observation)
    assert found.registrar_expiry == date(2027, 1, 31)
    assert found.registrar == "西部数码"


def test_the_moment_of_an_export_is_taken_from_its_column(tmp_path: Path) -> None:
    titles = [*CONSOLE, "导出时间"]
    row = [
        "example.cn",
        "示例科技有限公司",
        "已实名",
        "2020-01-31",
        "2027-01-31",
        "某注册商",
        "正常",
        "2026-11-20 08:00:00",
    ]
    reading = read(write(tmp_path, {"台账": LEDGER, "域名导出": [titles, row]}))
    (observation,) = of_source(reading, "registrar")
    beijing = timezone(timedelta(hours=8))
    assert observation.fetched_at == datetime(2026, 11, 20, 8, tzinfo=beijing)


def test_an_export_about_a_domain_that_no_ledger_has_is_kept_as_evidence(tmp_path: Path) -> None:
    row = ["other.cn", "示例科技有限公司", "已实名", "2020-01-31", "2027-01-31", "某注册商", "正常"]
    reading = read(write(tmp_path, {"台账": LEDGER, "域名导出": [CONSOLE, row]}))
    assert [one.domain for one in of_source(reading, "registrar")] == ["other.cn"]
    assert [one.name.ulabel for one in reading.portfolio.domains] == ["example.cn", "example.com"]


def test_a_name_that_is_no_domain_is_rejected_with_its_row_in_an_export_too(tmp_path: Path) -> None:
    rows = [
        CONSOLE,
        ["192.0.2.1", "示例科技有限公司", "已实名", "2020-01-31", "2027-01-31", "某注册商", "正常"],
        ["example.cn", "示例科技有限公司", "已实名", "2020-01-31", "2027-01-31", "某注册商", "正常"],
    ]
    reading = read(write(tmp_path, {"台账": LEDGER, "域名导出": rows}))
    assert [one.domain for one in of_source(reading, "registrar")] == ["example.cn"]
    assert nothing_lost(reading)
    assert reading.rejected or reading.problems
