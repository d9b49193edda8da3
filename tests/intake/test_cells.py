"""One cell, one kind of field: what is read, what is blank, what cannot be trusted."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.intake.cells import is_blank, read_cell, shown
from auditor.intake.domaincells import read_domain_cell
from auditor.intake.table import CellValue, ErrorCell, LongNumber, NoCachedValue
from auditor.intake.vocabulary import person_roles
from auditor.model.recordnumber import ReadNumber, RecordNumber
from auditor.model.values import DomainCell, FieldKind, Problem, Unreadable, Validity
from auditor.model.words import EntityKind, PersonRole, ServiceKind
from tests.builders import credit_code, id_number


def value(cell: CellValue, kind: FieldKind) -> object:
    return read_cell(cell, kind).value


def problem(cell: CellValue, kind: FieldKind) -> Problem:
    read = read_cell(cell, kind)
    assert isinstance(read.value, Unreadable), read
    assert read.fault is not None
    return read.value.problem


def names(text: str) -> list[tuple[str, str]]:
    return [(one.ulabel, one.host) for one in read_domain_cell(text).domains]


@pytest.mark.parametrize("cell", [None, "", "  ", "\u3000", "\u200b", "-", "无", "N/A", "暂无", "——", "/"])
def test_a_blank_or_a_placeholder_is_no_value(cell: CellValue) -> None:
    assert all(value(cell, kind) is None for kind in FieldKind if kind is not FieldKind.FLAG)


def test_a_placeholder_is_an_answer_where_the_column_asks_whether() -> None:
    assert read_cell("无", FieldKind.TEXT, keep_placeholder=True).value == "无"
    assert value("无", FieldKind.FLAG) is False


@pytest.mark.parametrize("kind", list(FieldKind))
def test_an_error_cell_is_never_a_blank(kind: FieldKind) -> None:
    assert problem(ErrorCell("#N/A"), kind) is Problem.ERROR_CELL
    assert problem(NoCachedValue("A1&B1"), kind) is Problem.NO_CACHED_VALUE


@pytest.mark.parametrize(
    "cell", [LongNumber("110101198501010011"), LongNumber("1.10101E+17"), 1.10101198501010e17, "1.10101E+17"]
)
def test_a_rounded_number_is_never_used_as_an_id(cell: CellValue) -> None:
    assert problem(cell, FieldKind.ID) is Problem.ROUNDED


def test_a_whole_number_of_fifteen_digits_or_an_exact_one_is_an_id() -> None:
    assert value(110101850101001, FieldKind.ID) == "110101850101001"
    assert value(110101850101001.0, FieldKind.ID) == "110101850101001"
    assert value(110101198501010011, FieldKind.ID) == "110101198501010011"


def test_an_id_is_upper_case_half_width_and_without_blanks() -> None:
    assert value(" １１０１０１ 19850101 001x ", FieldKind.ID) == "11010119850101001X"
    assert value("'" + credit_code(1).lower(), FieldKind.ID) == credit_code(1)


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        (13800138000, "13800138000"),
        (13800138000.0, "13800138000"),
        ("13800138000.0", "13800138000"),
        ("+86 138-0013-8000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("010-82345678", "01082345678"),
        ("0755 2345678 ", "07552345678"),
        ("010-82345678-801", "010-82345678-801"),
        ("abc", "abc"),
    ],
)
def test_a_phone_is_digits_where_it_is_one(cell: CellValue, phone: str) -> None:
    assert value(cell, FieldKind.PHONE) == phone


def test_a_phone_in_scientific_form_has_lost_its_digits() -> None:
    assert problem("1.38E+10", FieldKind.PHONE) is Problem.ROUNDED


def test_names_keep_their_written_form_and_lose_what_cannot_be_seen() -> None:
    read = read_cell("示例\u202e科技（北京）\u200b有限公司\n", FieldKind.NAME)
    assert read.value == "示例科技（北京）有限公司"
    assert read.raw == "示例\u202e科技（北京）\u200b有限公司\n"
    assert read.fault is not None
    assert value("示例科技\n有限公司", FieldKind.NAME) == "示例科技有限公司"
    assert value("Example\nLtd", FieldKind.NAME) == "Example Ltd"
    assert read_cell("示例公司\r\n", FieldKind.NAME).fault is None


def test_a_text_keeps_its_line_breaks() -> None:
    assert value("甲\r\n乙", FieldKind.TEXT) == "甲\n乙"


def test_numbers_and_dates_in_a_text_column_are_shown_as_a_reader_sees_them() -> None:
    assert value(5.0, FieldKind.TEXT) == "5"
    assert value(2.5, FieldKind.TEXT) == "2.5"
    assert value(True, FieldKind.TEXT) == "TRUE"
    assert value(date(2026, 1, 5), FieldKind.TEXT) == "2026-01-05"
    assert shown(datetime.fromisoformat("2026-01-05")) == "2026-01-05"
    assert shown(time(8, 30)) == "08:30:00"
    assert shown(timedelta(days=1)) == "1 day, 0:00:00"


def test_record_numbers_are_read_and_mending_is_told() -> None:
    canonical = read_cell("京ICP备12345678号-1", FieldKind.NUMBER)
    assert isinstance(canonical.value, ReadNumber)
    assert canonical.fault is None
    sloppy = read_cell(" 川icp备12345678－1 ", FieldKind.NUMBER)
    assert isinstance(sloppy.value, ReadNumber)
    assert str(sloppy.value.number) == "蜀ICP备12345678号-1"
    assert sloppy.fault is not None
    assert problem("备案中", FieldKind.NUMBER) is Problem.NOT_A_NUMBER


def test_of_several_numbers_in_a_cell_one_is_taken_and_two_are_refused() -> None:
    twice = read_cell("京ICP备12345678号-1、京ICP备12345678号-1", FieldKind.NUMBER).value
    assert isinstance(twice, ReadNumber)
    with_word = read_cell("备案号待定;京ICP备12345678号-1", FieldKind.NUMBER).value
    assert isinstance(with_word, ReadNumber)
    assert problem("京ICP备12345678号-1\n京ICP备12345678号-2", FieldKind.NUMBER) is Problem.NOT_A_NUMBER


@pytest.mark.parametrize(
    "number",
    [
        RecordNumber("京", "备", "12345678", 1),
        RecordNumber("蜀", "备", "2021032534", 12, "X"),
        RecordNumber("粤", "B2", "20090059", 1626, "X"),
        RecordNumber("京", "证", "030173"),
    ],
)
def test_a_written_number_reads_back(number: RecordNumber) -> None:
    read = value(str(number), FieldKind.NUMBER)
    assert isinstance(read, ReadNumber)
    assert read.number == number


def test_words_are_read_by_their_vocabulary_or_told() -> None:
    assert value("企业", FieldKind.ENTITY_KIND) is EntityKind.ENTERPRISE
    assert value(5, FieldKind.ENTITY_KIND) is EntityKind.INDIVIDUAL
    assert value("APP", FieldKind.SERVICE_KIND) is ServiceKind.APP
    assert value("7", FieldKind.SERVICE_KIND) is ServiceKind.MINI_PROGRAM
    assert value("否", FieldKind.FLAG) is False
    assert value("是", FieldKind.FLAG) is True
    for kind in (FieldKind.ENTITY_KIND, FieldKind.SERVICE_KIND, FieldKind.ROLE, FieldKind.FLAG):
        assert problem("某某", kind) is Problem.NOT_A_WORD


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("主体负责人", (PersonRole.LEADER,)),
        ("单位负责人", (PersonRole.LEADER,)),
        ("法人", (PersonRole.LEADER,)),
        ("网站负责人", (PersonRole.ADMINISTRATOR,)),
        ("App负责人", (PersonRole.ADMINISTRATOR,)),
        ("互联网信息服务负责人", (PersonRole.ADMINISTRATOR,)),
        ("主体及网站负责人", (PersonRole.LEADER, PersonRole.ADMINISTRATOR)),
        ("两者", (PersonRole.LEADER, PersonRole.ADMINISTRATOR)),
        ("主体负责人、网站负责人", (PersonRole.LEADER, PersonRole.ADMINISTRATOR)),
        ("总经理", ()),
    ],
)
def test_roles_are_told_apart(text: str, roles: tuple[PersonRole, ...]) -> None:
    assert person_roles(text) == roles


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Example.CN", [("example.cn", "")]),
        ("http://u:p@www.example.com.cn:8080/a?b#c", [("example.com.cn", "www.example.com.cn")]),
        (
            "a.cn、b.cn，www.c.cn\nd.cn;e.cn f.cn",
            [("a.cn", ""), ("b.cn", ""), ("c.cn", "www.c.cn"), ("d.cn", ""), ("e.cn", ""), ("f.cn", "")],
        ),
        ("a.cn/b.cn", [("a.cn", ""), ("b.cn", "")]),
        ("a.cn/index.html", [("a.cn", "")]),
        ("a.cn:443", [("a.cn", "")]),
        ("*.a.cn", [("a.cn", "")]),
        ("a.cn（主站）", [("a.cn", "")]),
        ("a.cn a.cn", [("a.cn", "")]),
        ("例子.中国 xn--fsqu00a.xn--fiqs8s", [("例子.中国", "")]),
    ],
)
def test_domains_are_found_however_a_cell_writes_them(text: str, found: list[tuple[str, str]]) -> None:
    assert names(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "example.cn",
        "EXAMPLE.cn",
        "ｅｘａｍｐｌｅ。ｃｎ",
        " example.cn ",
        "example.cn.",
        "例子.中国",
        "xn--fsqu00a.xn--fiqs8s",
        "www.gov.cn",
    ],
)
def test_one_registrable_domain_alone_is_plain(text: str) -> None:
    cell = read_cell(text, FieldKind.DOMAIN)
    assert isinstance(cell.value, DomainCell)
    assert cell.value.plain
    assert cell.fault is None


@pytest.mark.parametrize(
    "text",
    [
        "http://example.cn",
        "www.example.cn",
        "a.cn b.cn",
        "*.example.cn",
        "example.cn/",
        "example.cn 见附件",
        "example.cn:80",
    ],
)
def test_anything_more_than_a_domain_is_not_plain_and_is_told(text: str) -> None:
    cell = read_cell(text, FieldKind.DOMAIN)
    assert isinstance(cell.value, DomainCell)
    assert not cell.value.plain
    assert cell.fault is not None


@pytest.mark.parametrize(
    "text",
    [
        "见附件",
        "com.cn",
        "me@example.cn",
        "192.0.2.1",
        "http://[::1]/",
        "a" * 300 + ".cn",
        "😀.cn",
        "a..cn",
        "http://",
    ],
)
def test_a_cell_without_any_domain_is_unreadable_with_its_reason(text: str) -> None:
    assert problem(text, FieldKind.DOMAIN) is Problem.NOT_A_DOMAIN


def test_personal_numbers_in_a_domain_cell_are_masked_in_what_is_told() -> None:
    number = id_number(1)
    fault = read_cell(f"a.cn {number}", FieldKind.DOMAIN).fault
    assert fault is not None
    assert number not in fault.wrong.zh + fault.wrong.en


def test_a_date_column_reads_serials_and_terms() -> None:
    assert value(46027, FieldKind.DATE) == date(2026, 1, 5)
    assert value(datetime.fromisoformat("2026-01-05 08:30"), FieldKind.VALIDITY) == Validity(date(2026, 1, 5))
    assert problem("2026年1月", FieldKind.DATE) is Problem.NOT_A_DATE
    assert problem(True, FieldKind.DATE) is Problem.NOT_A_DATE
    assert problem(LongNumber("1234567890123456"), FieldKind.DATE) is Problem.ROUNDED


CELLS = st.one_of(
    st.none(),
    st.text(max_size=30),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.builds(ErrorCell, st.just("#REF!")),
    st.builds(LongNumber, st.just("1234567890123456")),
)


@settings(deadline=None, max_examples=300)
@given(CELLS, st.sampled_from(list(FieldKind)))
def test_every_cell_is_a_value_a_blank_or_a_told_problem(cell: CellValue, kind: FieldKind) -> None:
    read = read_cell(cell, kind)
    if isinstance(read.value, Unreadable):
        assert read.fault is not None
    if is_blank(cell):
        assert read.value is None


@settings(deadline=None, max_examples=150)
@given(
    st.lists(
        st.sampled_from(["a.cn", "www.b.com.cn", "例子.中国", "见附件", "192.0.2.1"]), min_size=1, max_size=4
    ),
    st.sampled_from(["、", "\n", ",", " ； "]),
)
def test_reading_the_domains_that_were_read_changes_nothing(pieces: list[str], separator: str) -> None:
    first = read_domain_cell(separator.join(pieces))
    again = read_domain_cell("、".join(one.host or one.ulabel for one in first.domains))
    assert again.domains == first.domains
    assert not again.problems
