"""What is no readable table is refused with what is wrong, what is needed and what stands there."""

from __future__ import annotations

import gzip
import hashlib
import io
import zipfile
from typing import TYPE_CHECKING

import pytest
from rawbooks import filled, parts, read, save, told, worksheet, zipped

from auditor.errors import InputError
from auditor.intake.inputs import InputFile
from auditor.intake.table import read_book

if TYPE_CHECKING:
    from pathlib import Path

BOOK = zipped(parts(worksheet('<row r="1"><c r="A1"><v>1</v></c></row>')))
HTML = "<html><head><meta charset='gbk'></head><body><table><tr><td>域名</td></tr></table></body></html>"


def archive(**members: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for name, text in members.items():
            target.writestr(name.replace("__", "/"), text)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "zh", "en"),
    [
        ("a.xlsx", b"", "空的", "empty"),
        ("a.csv", b"", "空的", "empty"),
        ("a.xlsx", b"\x00" * 4096, "空的", "empty"),
        ("a.csv", b" \r\n", "空的", "empty"),
        ("a.xlsx", b"MZ\x90\x00" + b"\x00" * 60, "Windows 程序", "program"),
        ("a.csv", b"\x7fELF\x02\x01\x01", "Linux 程序", "program"),
        ("a.xlsx", HTML.encode("gbk"), "HTML", "HTML"),
        ("a.xls", b"\xef\xbb\xbf\r\n" + HTML.encode(), "HTML", "HTML"),
        ("a.csv", HTML.encode("utf-16"), "HTML", "HTML"),
        (
            "a.xls",
            b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
            b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
            "Excel 2003",
            "SpreadsheetML",
        ),
        ("a.xlsx", b'<?xml version="1.0"?><data/>', "XML", "XML"),
        ("a.xls", "域名,备案号\nexample.cn,1\n".encode(), "纯文本", "plain text"),
        ("a.xlsx", "域名\t备案号\n".encode("gbk"), "纯文本", "plain text"),
        ("a.xls", b"MIME-Version: 1.0\nContent-Type: multipart/related", "MHTML", "MHTML"),
        ("a.xlsx", b"%PDF-1.7 ...", "PDF", "PDF"),
        ("a.csv", b"\x89PNG\r\n\x1a\n", "PNG", "PNG"),
        ("a.csv", gzip.compress(b"a,b", mtime=0), "gzip", "gzip"),
        ("a.xlsx", b"Rar!\x1a\x07\x00", "RAR", "RAR"),
        ("a.xlsx", archive(word__document="<x/>"), "Word", "Word"),
        ("a.xlsx", archive(**{"META-INF__MANIFEST.MF": "x"}), "Java", "Java"),
        ("a.xlsx", archive(**{"台账.csv": "a,b"}), "普通压缩包", "zip archive"),
        ("a.xlsb", archive(**{"xl__workbook.bin": "x"}), ".xlsb", ".xlsb"),
        ("a.ods", archive(mimetype="application/vnd.oasis.opendocument.text"), "普通压缩包", "zip"),
        ("a.parquet", b"not parquet", "Parquet", "Parquet"),
        ("a.parquet", b"PAR1 cut short", "Parquet", "Parquet"),
        ("a.xls", b"\x09\x00\x04\x00\x02\x00\x10\x00", "Excel 4.0", "Excel 4.0"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 600, "损坏", "damaged"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "损坏", "damaged"),
        ("a.csv", bytes(range(256)) * 20, "", ""),
    ],
)
def test_what_is_no_table_is_refused_by_its_content(
    tmp_path: Path, name: str, content: bytes, zh: str, en: str
) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, content, name)
    error = caught.value
    assert zh in error.zh
    assert en in error.en
    assert error.hint_zh
    assert error.hint_en
    assert error.where.startswith(name)


@pytest.mark.parametrize("name", ["a.csv", "a.xls", "a.ods", "a.dat"])
def test_a_workbook_under_a_wrong_name_is_read_and_told(tmp_path: Path, name: str) -> None:
    book = read(tmp_path, BOOK, name)
    assert filled(book.tables[0]) == {(1, 1): 1}
    assert ("扩展名" in told(book.notes)) is not (name == "a.ods")


def test_a_missing_or_special_file_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.csv", tmp_path):
        with pytest.raises(InputError, match="打不开"):
            read_book(InputFile(path, path.name))


def test_the_hash_is_of_the_bytes_and_the_file_stays_as_it_was(tmp_path: Path) -> None:
    source = save(tmp_path, "a.csv", b"a,b\n1,2\n")
    before = source.path.stat()
    book = read_book(source)
    assert book.sha256 == hashlib.sha256(b"a,b\n1,2\n").hexdigest()
    assert book.size == 8
    assert source.path.read_bytes() == b"a,b\n1,2\n"
    assert source.path.stat().st_mtime_ns == before.st_mtime_ns
