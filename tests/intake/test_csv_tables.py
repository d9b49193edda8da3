"""Text tables: encodings, delimiters, quotes, and the ways Excel writes text into CSV."""

from __future__ import annotations

import csv
import io
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rawbooks import read, told

from auditor.errors import InputError
from auditor.intake.table import Limits, LongNumber

if TYPE_CHECKING:
    from pathlib import Path

    from auditor.intake.table import Table

LINES = "域名,备案号\r\nexample.cn,京ICP备12345678号-1\r\n"
ROWS = [["域名", "备案号"], ["example.cn", "京ICP备12345678号-1"]]


def table(tmp_path: Path, content: str | bytes, name: str = "域名表.csv") -> Table:
    return read(tmp_path, content.encode() if isinstance(content, str) else content, name).tables[0]


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "带 BOM"),
        ("gb18030", "GB18030"),
        ("gbk", "GB18030"),
        ("utf-16", "UTF-16 LE"),
        ("utf-16-le", "UTF-16-LE"),
        ("utf-16-be", "UTF-16-BE"),
        ("utf-32", "UTF-32"),
    ],
)
def test_the_encoding_is_found_and_told(tmp_path: Path, encoding: str, name: str) -> None:
    text = LINES if encoding not in {"utf-16-le", "utf-16-be"} else LINES + "a.example.cn,b\r\n" * 20
    found = table(tmp_path, text.encode(encoding))
    assert list(found.rows)[:2] == ROWS
    assert found.sheet == "域名表"
    assert name in told(found.notes)


def test_characters_beyond_gbk_are_read(tmp_path: Path) -> None:
    text = "名称,值\n㐂𠀀公司,1\n"
    assert table(tmp_path, text.encode("gb18030")).rows[1] == ["㐂𠀀公司", "1"]


def test_undecodable_bytes_are_refused_with_line_and_byte(tmp_path: Path) -> None:
    content = "域名,名称\n".encode() + "示例公司".encode() * 20 + b"\n\xff\xfe,x\n"
    with pytest.raises(InputError) as caught:
        table(tmp_path, content)
    assert "第 3 行" in caught.value.zh
    assert "0xFF" in caught.value.en
    assert caught.value.where.endswith(":3")


def test_a_damaged_utf8_file_does_not_become_other_characters(tmp_path: Path) -> None:
    content = ("域名,主办单位\n" + "a.example.cn,示例公司\n" * 30).encode()
    broken = content.replace("示".encode(), "示".encode()[:2], 1)
    with pytest.raises(InputError, match="UTF-8"):
        table(tmp_path, broken)
    with pytest.raises(InputError, match="UTF-8"):
        table(tmp_path, content[:-2])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    rows = [
        ["标题", "", ""],
        ["域名", "备案号", "备注, 说明"],
        ["a.example.cn", "x;y", "1|2"],
        ["b", "c", "d"],
    ]
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows(rows)
    assert list(table(tmp_path, buffer.getvalue()).rows) == [[cell or None for cell in row] for row in rows]


def test_a_declared_separator_is_obeyed_and_is_no_row(tmp_path: Path) -> None:
    found = table(tmp_path, "sep=;\r\na;b,c\r\n")
    assert list(found.rows) == [["a", "b,c"]]


def test_a_single_column_stays_one_column(tmp_path: Path) -> None:
    assert list(table(tmp_path, "域名\na.example.cn\n\nb.example.cn\n").rows) == [
        ["域名"], ["a.example.cn"], [], ["b.example.cn"],
    ]  # fmt: skip


def test_line_breaks_inside_quotes_keep_one_record_one_row(tmp_path: Path) -> None:
    found = table(tmp_path, 'a,b,c\n1,"甲\n乙\r\n丙",3\n4,"说""明",6\n')
    assert list(found.rows) == [["a", "b", "c"], ["1", "甲\n乙\r\n丙", "3"], ["4", '说"明', "6"]]
    assert "引号" not in told(found.notes)


@pytest.mark.parametrize(
    ("content", "rows", "row"),
    [
        ('a,b\n1,"x\n2,y\n3,z\n', [["a", "b"], ["1", '"x'], ["2", "y"], ["3", "z"]], 2),
        ('a,b,c\n1,"x,2\n3,4,5\n6,"y,7\n8,9,10\n', [["a", "b", "c"], ["1", '"x', "2"], ["3", "4", "5"], ["6", '"y', "7"], ["8", "9", "10"]], 2),
        ('a,b\n1,"x"y\n2,z\n', [["a", "b"], ["1", "xy"], ["2", "z"]], 2),
        ('a,b\n1,"', [["a", "b"], ["1", '"']], 2),
    ],
)  # fmt: skip
def test_an_unclosed_quote_does_not_swallow_the_rows_after_it(
    tmp_path: Path, content: str, rows: list[list[str]], row: int
) -> None:
    found = table(tmp_path, content)
    assert list(found.rows) == rows
    assert next(note.row for note in found.notes if note.row is not None) == row


def test_many_unclosed_quotes_take_no_long_time(tmp_path: Path) -> None:
    found = table(tmp_path, "a,b,c\n" + '1,"x,2\n' * 5000)
    assert len(found.rows) == 5001


def test_text_forms_of_excel_are_unwrapped(tmp_path: Path) -> None:
    found = table(
        tmp_path, 'a,b,c,d,e,f\n="0012","=""00""""34""",\t110101199003070000,\'13800138000,O\'Neil,=SUM(A1)\n'
    )
    assert found.rows[1] == ["0012", '00"34', "110101199003070000", "13800138000", "O'Neil", "=SUM(A1)"]


def test_exponent_forms_are_long_numbers_and_all_else_is_text(tmp_path: Path) -> None:
    found = table(tmp_path, "a,b,c,d,e,f\n1.10101E+17,1E+15,1.38E+10,007,TRUE,1.10101E+17号\n")
    assert found.rows[1] == [
        LongNumber("1.10101E+17"),
        LongNumber("1E+15"),
        "1.38E+10",
        "007",
        "TRUE",
        "1.10101E+17号",
    ]


def test_nul_characters_are_removed_and_told(tmp_path: Path) -> None:
    found = table(tmp_path, LINES.replace("example", "exam\x00ple") * 4)
    assert found.rows[1] == ROWS[1]
    assert "NUL" in told(found.notes)


def test_a_cell_may_be_longer_than_the_csv_module_likes(tmp_path: Path) -> None:
    found = table(tmp_path, f"a,b\n1,{'x' * 200_000}\n")
    assert len(str(found.rows[1][1])) == 200_000


def test_a_table_beyond_the_cell_limit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="太大"):
        read(tmp_path, b"a,b\n" * 100, "a.csv", Limits(cells=50))


def test_a_tsv_or_txt_is_read_as_text_table(tmp_path: Path) -> None:
    for name in ("a.tsv", "a.txt"):
        assert list(table(tmp_path, "域名\t备案号\n1\t2\n", name).rows) == [["域名", "备案号"], ["1", "2"]]


plain = st.text(st.characters(codec="gb18030", exclude_categories=("Cc", "Cs", "Cn")), max_size=8).filter(
    lambda text: not text.startswith(("=", "'", "’")) and "E+" not in text.upper() and text.strip() == text
)
cells = st.one_of(plain, plain.map(lambda text: f'{text}"\n,{text}'))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=6),
    st.sampled_from(["utf-8-sig", "gb18030"]),
)
def test_what_a_csv_writer_quotes_comes_back(tmp_path: Path, rows: list[list[str]], encoding: str) -> None:
    rows = [["编号", "域名", "备案号"], *rows, ["末", "行", "了"]]
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_ALL).writerows(rows)
    found = table(tmp_path, buffer.getvalue().encode(encoding))
    if "引号" not in told(found.notes):
        assert list(found.rows) == [[cell or None for cell in row] for row in rows]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes) -> None:
    with suppress(InputError):
        read(tmp_path, content, "a.csv")
