"""Writing: every file whole or not at all, all together, and never over an input."""

from __future__ import annotations

import os
import signal
import stat
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest

from auditor.errors import OutputError, UsageError
from auditor.report.staging import write_together
from auditor.report.write import FORMATS, write_reports
from tests.report.results import quiet_result


def words(text: str) -> Callable[[Path], object]:
    return lambda path: path.write_text(text, encoding="utf-8")


def full_disk(path: Path) -> None:
    path.write_text("half", encoding="utf-8")
    raise OSError(28, "No space left on device")


def test_all_formats_are_written_under_their_names(tmp_path: Path) -> None:
    out = tmp_path / "new" / "folder"
    paths = write_reports(quiet_result(), out, list(FORMATS))
    assert [path.name for path in paths] == ["report.html", "report.xlsx", "audit.json", "findings.csv"]
    assert sorted(path.name for path in out.iterdir()) == sorted(path.name for path in paths)


def test_a_format_asked_for_twice_is_written_once(tmp_path: Path) -> None:
    assert len(write_reports(quiet_result(), tmp_path, ["json", "json"])) == 1


def test_an_unknown_format_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="docx"):
        write_reports(quiet_result(), tmp_path, ["json", "docx"])
    assert list(tmp_path.iterdir()) == []


def test_a_failure_in_one_file_leaves_all_the_others_untouched(tmp_path: Path) -> None:
    first, second = tmp_path / "a.txt", tmp_path / "b.txt"
    first.write_text("before", encoding="utf-8")
    with pytest.raises(OutputError) as caught:
        write_together([(first, words("after")), (second, full_disk)])
    assert str(second) in caught.value.describe("zh")
    assert "No space left" in caught.value.describe("en")
    assert first.read_text(encoding="utf-8") == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_an_interruption_leaves_no_temporary_file(tmp_path: Path) -> None:
    def interrupted(path: Path) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_together([(tmp_path / "a.txt", words("a")), (tmp_path / "b.txt", interrupted)])
    assert list(tmp_path.iterdir()) == []


def test_a_request_to_end_between_two_renames_waits_for_both(tmp_path: Path) -> None:
    first = tmp_path / "first.txt"

    class Second(type(tmp_path)):  # type: ignore[misc]
        """A path at whose renaming somebody asks the program to end."""

        def __fspath__(self) -> str:
            if first.exists() and first.read_text(encoding="utf-8") == "new":
                signal.raise_signal(signal.SIGTERM)
            return str(super().__fspath__())

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    second = Second(tmp_path / "second.txt")
    for path in (first, tmp_path / "second.txt"):
        path.write_text("old", encoding="utf-8")
    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        with pytest.raises(KeyboardInterrupt):
            write_together([(first, words("new")), (second, words("new"))])
    finally:
        signal.signal(signal.SIGTERM, before)
    assert [path.read_text(encoding="utf-8") for path in sorted(tmp_path.iterdir())] == ["new", "new"]


def test_a_folder_in_the_place_of_a_report_is_named(tmp_path: Path) -> None:
    (tmp_path / "report.html").mkdir()
    with pytest.raises(OutputError, match="目录"):
        write_reports(quiet_result(), tmp_path, ["json", "html"])
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    with pytest.raises(OutputError) as caught:
        write_reports(quiet_result(), tmp_path / "out", ["json"])
    assert "audit.json" in caught.value.where


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the administrator may write anywhere")
def test_a_folder_without_permission_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        with pytest.raises(OutputError):
            write_reports(quiet_result(), tmp_path, ["json"])
    finally:
        tmp_path.chmod(stat.S_IRWXU)


def test_an_input_book_is_never_written_over_whatever_link_leads_to_it(tmp_path: Path) -> None:
    book = tmp_path / "report.xlsx"
    book.write_text("the book", encoding="utf-8")
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / "report.xlsx").symlink_to(book)
    hard = tmp_path / "hard"
    hard.mkdir()
    os.link(book, hard / "report.xlsx")
    for folder in (tmp_path, linked, hard):
        with pytest.raises(OutputError, match="输入台账"):
            write_reports(quiet_result(), folder, ["json", "xlsx"], protect=[book])
    assert book.read_text(encoding="utf-8") == "the book"
    assert not (tmp_path / "audit.json").exists()


def test_a_leftover_of_a_run_that_died_is_not_in_the_way(tmp_path: Path) -> None:
    left = tmp_path / f".a.txt.{os.getpid()}-0.part"
    left.write_text("left", encoding="utf-8")
    write_together([(tmp_path / "a.txt", words("a"))])
    assert left.read_text(encoding="utf-8") == "left"


def test_a_new_report_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_text("x", encoding="utf-8")
    (path,) = write_together([(tmp_path / "a.txt", words("a"))])
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)
