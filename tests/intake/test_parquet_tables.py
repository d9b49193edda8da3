"""Parquet files: exact whole numbers, real dates, nothing guessed."""

from __future__ import annotations

import datetime
import decimal
import io
from typing import TYPE_CHECKING

import pandas
import pyarrow
import pytest
from pyarrow import parquet
from rawbooks import moment, read, told

from auditor.errors import InputError
from auditor.intake.table import Limits, LongNumber

if TYPE_CHECKING:
    from pathlib import Path

    from auditor.intake.table import Table


def table(tmp_path: Path, columns: dict[str, object], limits: Limits | None = None) -> Table:
    buffer = io.BytesIO()
    parquet.write_table(pyarrow.table(columns), buffer)
    return read(tmp_path, buffer.getvalue(), "域名.parquet", limits).tables[0]


def test_every_type_comes_out_as_a_cell_value(tmp_path: Path) -> None:
    found = table(
        tmp_path,
        {
            "证件号码": pyarrow.array([110101199003074514, None]),
            "域名": pyarrow.array(["a.example.cn", ""]),
            "电话": pyarrow.array([13800138000.0, float("nan")]),
            "号码": pyarrow.array([1.1010119900307451e17, 0.5]),
            "日期": pyarrow.array([datetime.date(2020, 1, 2), None]),
            "时间": pyarrow.array([moment(2020, 1, 2, 3, 4, 5, 678), None], pyarrow.timestamp("ns")),
            "标准时间": pyarrow.array([moment(2020, 1, 1, 20), None], pyarrow.timestamp("ms", "UTC")),
            "是否": pyarrow.array([True, None]),
            "金额": pyarrow.array([decimal.Decimal("12.50"), decimal.Decimal("3.00")]),
            "域名列表": pyarrow.array([["a.cn", "b.cn"], []]),
            "空": pyarrow.nulls(2),
            "字节": pyarrow.array([b"abc", b"\xff"]),
        },
    )
    assert found.sheet == "域名"
    assert found.rows[0][0] == "证件号码"
    assert list(found.rows[1]) == [
        110101199003074514, "a.example.cn", 13800138000, LongNumber("110101199003074512"), datetime.date(2020, 1, 2),
        moment(2020, 1, 2, 3, 4, 5, 678), moment(2020, 1, 2, 4), True, "12.50", "a.cn、b.cn",
        None, "abc",
    ]  # fmt: skip
    assert list(found.rows[2]) == [None, None, None, 0.5, None, None, None, None, 3, None, None, "\\xff"]
    assert type(found.rows[1][2]) is int
    assert "北京时间" in told(found.notes)


def test_a_frame_with_missing_whole_numbers_keeps_them_exact(tmp_path: Path) -> None:
    frame = pandas.DataFrame({"id": pandas.array([9007199254740993, None], dtype="Int64"), "t": ["NA", None]})
    buffer = io.BytesIO()
    frame.to_parquet(buffer)
    assert [list(row) for row in read(tmp_path, buffer.getvalue(), "a.parquet").tables[0].rows] == [
        ["id", "t"], [9007199254740993, "NA"], [None, None],
    ]  # fmt: skip


def test_a_file_that_unfolds_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="太大"):
        table(tmp_path, {"a": pyarrow.array([1] * 1000)}, Limits(cells=500))


@pytest.mark.parametrize("cut", [8, 50, -1, -9])
def test_a_truncated_file_is_refused(tmp_path: Path, cut: int) -> None:
    buffer = io.BytesIO()
    parquet.write_table(pyarrow.table({"a": [1, 2, 3]}), buffer)
    with pytest.raises(InputError, match="Parquet"):
        read(tmp_path, buffer.getvalue()[:cut], "a.parquet")
