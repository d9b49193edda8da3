"""Old Excel books: values, errors, hidden parts, encryption, and other files in the same container."""

from __future__ import annotations

import datetime
import io
import struct
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rawbooks import filled, moment, read, told

from auditor.errors import InputError
from auditor.intake.biff import BrokenRecordsError, read_records
from auditor.intake.compound import CompoundFile
from auditor.intake.table import ErrorCell, LongNumber

if TYPE_CHECKING:
    from pathlib import Path


def book() -> bytes:
    target = xlwt.Workbook(encoding="utf-8")
    sheet = target.add_sheet("网站备案")
    day = xlwt.easyxf(num_format_str='yyyy"年"m"月"d"日"')
    sheet.write_merge(0, 0, 0, 3, "台账")
    for column, value in enumerate(["域名", 13800138000, 0.5, True, "007", None, 110101199003074514]):
        sheet.write(2, column + 1, value)
    sheet.write(3, 1, datetime.date(2020, 1, 2), day)
    sheet.write(3, 2, moment(2020, 1, 2, 12, 30), day)
    sheet.row(4).set_cell_error(2, 0x2A)
    sheet.row(4).set_cell_error(3, "#REF!")
    sheet.row(2).hidden = True
    sheet.col(5).hidden = True
    hidden = target.add_sheet("旧")
    hidden.write(0, 0, "甲")
    hidden.visibility = 1
    buffer = io.BytesIO()
    target.save(buffer)
    return buffer.getvalue()


def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file with these streams, each padded to at least 4096 bytes."""
    table = [0xFFFFFFFD]
    body = b""
    entries = [("Root Entry", 5, 0xFFFFFFFE, 0)]
    for name, content in streams.items():
        content = content.ljust(4096, b"\0")
        content += b"\0" * (-len(content) % 512)
        first, count = len(table), len(content) // 512
        table += [*range(first + 1, first + count), 0xFFFFFFFE]
        body += content
        entries.append((name, 2, first, len(content)))
    directory = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0")
        + struct.pack(
            "<HBB3I16sI8s8sIII",
            2 * len(name) + 2,
            kind,
            1,
            *[0xFFFFFFFF] * 3,
            b"",
            0,
            b"",
            b"",
            start,
            size,
            0,
        )
        for name, kind, start, size in entries
    )
    directory += b"\0" * (-len(directory) % 512)
    start = len(table)
    table += [*range(start + 1, start + len(directory) // 512), 0xFFFFFFFE]
    assert len(table) <= 128
    sector = struct.pack("<128I", *table, *[0xFFFFFFFF] * (128 - len(table)))
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 16
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + b"\0" * 6
    )
    header += struct.pack("<9I", 0, 1, start, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack(
        "<109I", 0, *[0xFFFFFFFF] * 108
    )
    return header + sector + body + directory


def test_an_old_book_reads_like_a_new_one(tmp_path: Path) -> None:
    tables = read(tmp_path, book(), "台账.xls").tables
    assert [table.sheet for table in tables] == ["网站备案", "旧"]
    assert filled(tables[0]) == {
        (1, 1): "台账",
        (3, 2): "域名",
        (3, 3): 13800138000,
        (3, 4): 0.5,
        (3, 5): True,
        (3, 6): "007",
        (3, 8): LongNumber(str(int(float(110101199003074514)))),
        (4, 2): datetime.date(2020, 1, 2),
        (4, 3): moment(2020, 1, 2, 12, 30),
        (5, 3): ErrorCell("#N/A"),
        (5, 4): ErrorCell("#REF!"),
    }
    assert type(filled(tables[0])[3, 3]) is int


def test_hidden_parts_merged_areas_and_errors_of_an_old_book_are_told(tmp_path: Path) -> None:
    first, second = read(tmp_path, book(), "台账.xls").tables
    assert (first.hidden, second.hidden) == (False, True)
    assert first.hidden_rows == {3}
    assert first.hidden_columns == {6}
    assert first.merged == ((1, 1, 1, 4),)
    assert "C5" in told(first.notes)
    assert "H3" in told(first.notes)


def test_an_encrypted_old_book_is_refused_as_password_protected(tmp_path: Path) -> None:
    content = book().replace(b"\x5c\x00\x70\x00", b"\x2f\x00\x70\x00", 1)
    with pytest.raises(InputError, match="密码"):
        read(tmp_path, content, "台账.xls")


@pytest.mark.parametrize("name", ["台账.xlsx", "台账.et"])
def test_an_encrypted_new_book_is_refused_as_password_protected(tmp_path: Path, name: str) -> None:
    content = compound({"EncryptionInfo": b"x", "EncryptedPackage": b"y"})
    with pytest.raises(InputError, match="密码"):
        read(tmp_path, content, name)


@pytest.mark.parametrize(
    ("stream", "name", "word"),
    [
        ("WordDocument", "a.xls", "Word"),
        ("PowerPoint Document", "a.xlsx", "PowerPoint"),
        ("Something", "a.xls", "没有工作簿"),
    ],
)
def test_other_documents_in_the_same_container_are_named(
    tmp_path: Path, stream: str, name: str, word: str
) -> None:
    with pytest.raises(InputError, match=word):
        read(tmp_path, compound({stream: b"x"}), name)


def test_a_wps_book_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, book(), "台账.et")
    assert "另存为" in caught.value.hint_zh
    assert "Save As" in caught.value.hint_en


def test_an_old_book_named_xlsx_is_read_and_told(tmp_path: Path) -> None:
    found = read(tmp_path, book(), "台账.xlsx")
    assert len(found.tables) == 2
    assert "扩展名" in told(found.notes)


def test_a_far_away_cell_cannot_reserve_the_memory_of_the_machine(tmp_path: Path) -> None:
    number = struct.pack("<HHHHHd", 0x0203, 14, 65535, 65535, 0, 1.0)
    begin = struct.pack("<HHHHIII", 0x0809, 16, 0x0600, 0x0005, 0, 0, 0)
    name = struct.pack("<IBBBB", len(begin) + 4 + 9 + 4, 0, 0, 1, 0) + b"S"
    bounds = struct.pack("<HH", 0x0085, 9) + name
    end = struct.pack("<HH", 0x000A, 0)
    stream = begin + bounds + end + begin + number + end
    with pytest.raises(InputError, match="损坏"):
        read(tmp_path, compound({"Workbook": stream}), "a.xls")


def test_a_sector_chain_in_a_circle_ends(tmp_path: Path) -> None:
    content = bytearray(compound({"Workbook": b"x"}))
    struct.pack_into("<I", content, 512 + 4 * 2, 1)
    with pytest.raises(InputError, match="损坏"):
        read(tmp_path, bytes(content), "a.xls")


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_damaged_containers_are_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(book())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=6)):
        content[place] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.sampled_from([len(content), 600, 2000, len(content) - 500]))]
    with suppress(InputError, BrokenRecordsError):
        read_records(CompoundFile(bytes(content), "a.xls").stream("workbook"))


@pytest.mark.parametrize("place", [0x2C, 0x30, 0x3C, 0x44, 0x4C, 600, 1100, 1600, 2600])
@pytest.mark.parametrize("value", [0xFF, 0x7F])
def test_a_book_that_kills_the_engine_does_not_kill_the_audit(tmp_path: Path, place: int, value: int) -> None:
    content = bytearray(book())
    content[place : place + 4] = bytes([value]) * 4
    with suppress(InputError):
        assert len(read(tmp_path, bytes(content), "a.xls").tables) == 2
