"""Hostile and broken workbooks are refused in words, within bounded time and memory."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rawbooks import MAIN, filled, parts, read, shared, worksheet, zipped

from auditor.errors import InputError
from auditor.intake.table import Limits

if TYPE_CHECKING:
    from pathlib import Path

GOOD = parts(worksheet('<row r="1"><c r="A1" t="s"><v>0</v></c></row>'), strings=shared("<t>甲</t>"))


def refused(
    tmp_path: Path, content: bytes, limits: Limits | None = None, name: str = "台账.xlsx"
) -> InputError:
    with pytest.raises(InputError) as caught:
        read(tmp_path, content, name, limits)
    error = caught.value
    assert error.exit_status == 2
    assert error.zh
    assert error.en
    assert error.hint_zh
    assert error.hint_en
    assert name in error.where
    return error


def test_a_thousandfold_bomb_is_refused_without_being_unpacked(tmp_path: Path) -> None:
    bomb = dict(GOOD)
    bomb["xl/worksheets/sheet1.xml"] = worksheet(" " * 150_000_000)
    content = zipped(bomb)
    assert len(content) < 300_000
    del bomb
    tracemalloc.start()
    error = refused(tmp_path, content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "压缩炸弹" in error.zh
    assert peak < 20_000_000


def test_a_header_that_understates_the_size_does_not_help_a_bomb(tmp_path: Path) -> None:
    content = bytearray(zipped({**GOOD, "xl/worksheets/sheet1.xml": worksheet(" " * 5_000_000)}))
    size = struct.pack("<I", len(worksheet(" " * 5_000_000).encode()))
    small = struct.pack("<I", 1000)
    refused(tmp_path, bytes(content).replace(size, small))


def test_too_many_parts_are_refused(tmp_path: Path) -> None:
    members = {**GOOD, **{f"xl/media/{n}.bin": b"" for n in range(300)}}
    assert "200" in refused(tmp_path, zipped(members), Limits(members=200)).zh


def test_a_book_beyond_the_size_limits_is_refused(tmp_path: Path) -> None:
    content = zipped({**GOOD, "xl/media/image.bin": bytes(range(256)) * 8000})
    assert "MB" in refused(tmp_path, content, Limits(uncompressed_bytes=1 << 20)).en
    assert "太大" in refused(tmp_path, content, Limits(file_bytes=1000)).zh


def test_overlapping_parts_are_refused(tmp_path: Path) -> None:
    raw = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = raw.compress(b"0" * 1000) + raw.flush()
    crc = zlib.crc32(b"0" * 1000)
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 0, crc, len(body), 1000, 1, 0) + b"a" + body
    central = b"".join(
        struct.pack(
            "<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, crc, len(body), 1000, 1, 0, 0, 0, 0, 0, 0
        )
        + name
        for name in (b"a", b"b")
    )
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 2, 2, len(central), len(local), 0)
    assert "重叠" in refused(tmp_path, local + central + end).zh


@pytest.mark.parametrize(
    "part",
    [
        "xl/workbook.xml",
        "xl/worksheets/sheet1.xml",
        "xl/sharedStrings.xml",
        "_rels/.rels",
        "docProps/app.xml",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_an_entity_declaration_in_any_part_is_refused(tmp_path: Path, part: str, encoding: str) -> None:
    original = GOOD.get(part, f'<Properties xmlns="{MAIN}"/>')
    assert isinstance(original, str)
    hostile = f'<?xml version="1.0"?><!-- <a> -->\n<!DOCTYPE a [<!ENTITY b "c">]>{original}'
    assert "DTD" in refused(tmp_path, zipped({**GOOD, part: hostile.encode(encoding)})).zh


@pytest.mark.parametrize("cut", [5, 30, 100, 0.3, 0.6, 0.9, 0.99])
def test_a_truncated_book_is_refused(tmp_path: Path, cut: float) -> None:
    content = zipped(GOOD)
    length = int(cut if cut > 1 else cut * len(content))
    assert "不完整" in refused(tmp_path, content[:length]).zh


@pytest.mark.parametrize(
    "sheet",
    [
        f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1"><v>1</v></c>',
        worksheet('<row r="1"><c r="A1"><v>1</v></b></c></row>'),
        worksheet('<row r="1"><c r="A1"><v>&nope;</v></c></row>'),
        b'<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>\xff\xfe</v></c></row></sheetData></worksheet>',
        '<?xml version="1.0" encoding="klingon"?>' + worksheet(""),
        b"",
        b"\x00\x01\x02",
    ],
)
def test_broken_xml_is_refused_with_its_place(tmp_path: Path, sheet: str | bytes) -> None:
    assert "XML" in refused(tmp_path, zipped({**GOOD, "xl/worksheets/sheet1.xml": sheet})).zh


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"])
def test_a_missing_part_is_refused(tmp_path: Path, part: str) -> None:
    assert "缺少" in refused(tmp_path, zipped({name: text for name, text in GOOD.items() if name != part})).zh


def test_a_workbook_without_sheets_is_refused(tmp_path: Path) -> None:
    assert (
        "没有任何工作表"
        in refused(tmp_path, zipped({**GOOD, "xl/workbook.xml": f'<workbook xmlns="{MAIN}"/>'})).zh
    )


def test_a_part_named_twice_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO(zipped(GOOD))
    with zipfile.ZipFile(buffer, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("xl/workbook.xml", "<workbook/>")
    refused(tmp_path, buffer.getvalue())


def test_an_encrypted_part_is_refused_as_password_protected(tmp_path: Path) -> None:
    content = bytearray(zipped(GOOD))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert "密码" in refused(tmp_path, bytes(content)).zh


def test_backslashes_case_and_absolute_targets_are_understood(tmp_path: Path) -> None:
    members = {
        name.replace("/", "\\") if name.startswith("xl") else name: text for name, text in GOOD.items()
    }
    relations = members["xl\\_rels\\workbook.xml.rels"]
    assert isinstance(relations, str)
    members["xl\\_rels\\workbook.xml.rels"] = relations.replace('"worksheets/Sheet', '"/xl/worksheets/sheet')
    assert filled(read(tmp_path, zipped(members)).tables[0]) == {(1, 1): "甲"}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_damaged_bytes_are_read_or_refused_but_never_crash(tmp_path: Path, data: st.DataObject) -> None:
    with io.BytesIO() as buffer:
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
            for name, text in GOOD.items():
                archive.writestr(name, text)
        content = bytearray(buffer.getvalue())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=4)):
        content[place] = data.draw(st.integers(0, 255))
    with suppress(InputError):
        read(tmp_path, bytes(content))
