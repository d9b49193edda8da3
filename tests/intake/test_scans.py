"""Scans: what is there and opens is ok; nothing outside the book's folder is ever looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.intake.scans import look_at_scans, scan_state
from auditor.model.policy import scan_key
from auditor.model.words import SheetRole
from tests.builders import PATH, portfolio, service_number

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 16
JPG = b"\xff\xd8\xff\xe0" + b"\x00" * 16
PDF = b"%PDF-1.7\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    home = tmp_path / "台账"
    (home / "扫描件").mkdir(parents=True)
    (home / "扫描件" / "甲 执照.png").write_bytes(PNG)
    (home / "card.JPG").write_bytes(JPG)
    (home / "letter.pdf").write_bytes(b"\xef\xbb\xbf" + PDF)
    (home / "kept.ofd").write_bytes(b"PK")
    (home / "empty.pdf").write_bytes(b"")
    (home / "page.png").write_bytes(b"<html>not a picture</html>")
    (home / "text.pdf").write_bytes(b"no header here")
    (tmp_path / "secret.pdf").write_bytes(PDF)
    return home


@pytest.mark.parametrize(
    "name",
    [
        "扫描件/甲 执照.png",
        "扫描件\\甲 执照.png",
        "./card.JPG",
        "letter.pdf",
        "kept.ofd",
        "card.JPG；letter.pdf",
    ],
)
def test_files_that_open_are_ok(folder: Path, name: str) -> None:
    assert scan_state(folder, name) == "ok"


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("nothing.pdf", "missing"),
        ("扫描件", "missing"),
        ("empty.pdf", "empty"),
        ("page.png", "unreadable"),
        ("text.pdf", "unreadable"),
        ("card.JPG、nothing.pdf", "missing"),
        ("card.JPG\nempty.pdf", "empty"),
        ("x" * 5000, "unreadable"),
    ],
)
def test_what_is_not_there_or_does_not_open_is_told_apart(folder: Path, name: str, state: str) -> None:
    assert scan_state(folder, name) == state


@pytest.mark.parametrize(
    "name",
    [
        "../secret.pdf",
        "扫描件/../../secret.pdf",
        "/etc/hostname",
        "C:\\secret.pdf",
        "\\\\host\\share\\a.pdf",
        "..\\secret.pdf",
    ],
)
def test_nothing_outside_the_books_folder_is_opened(folder: Path, name: str) -> None:
    assert scan_state(folder, name) == "outside"


def test_a_link_that_leads_out_is_outside_and_a_loop_is_unreadable(folder: Path) -> None:
    (folder / "way-out.pdf").symlink_to(folder.parent / "secret.pdf")
    (folder / "loop.pdf").symlink_to(folder / "loop.pdf")
    assert scan_state(folder, "way-out.pdf") == "outside"
    assert scan_state(folder, "loop.pdf") in ("unreadable", "missing")


@pytest.mark.parametrize("cell", ["https://example.cn/scan.pdf", "；", " "])
def test_addresses_and_empty_cells_are_not_judged(folder: Path, cell: str) -> None:
    assert scan_state(folder, cell) is None


def test_every_listed_scan_of_a_known_book_gets_its_state(folder: Path) -> None:
    rows = [
        {"entity_number": service_number(1, 0), "document_type": "营业执照", "document_file": name}
        for name in ("card.JPG", "nothing.pdf", "https://example.cn/a.pdf", None)
    ]
    book = portfolio(*rows, role=SheetRole.DOCUMENTS)
    assert look_at_scans(book, {PATH: folder}) == {
        scan_key(PATH, "card.JPG"): "ok",
        scan_key(PATH, "nothing.pdf"): "missing",
    }
    assert look_at_scans(book, {"别的台账.xlsx": folder}) == {}
