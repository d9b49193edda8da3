"""The log of scheduled runs: its pieces, its rights, its end, and a disk that is full."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.delivery.logfile import LogFile, last_bytes

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def test_the_log_is_turned_over_and_only_the_pieces_asked_for_are_kept(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "audit.log", size=10, keep=3)
    for number in range(6):
        log.write(f"line {number}\n".encode())
    assert names(tmp_path) == ["audit.log", "audit.log.1", "audit.log.2"]
    assert [(tmp_path / name).read_text() for name in names(tmp_path)] == ["line 5\n", "line 4\n", "line 3\n"]
    assert {one.stat().st_mode & 0o777 for one in tmp_path.iterdir()} == {0o600}


def test_one_piece_is_begun_anew_when_it_is_full(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "audit.log", size=10, keep=1)
    log.write(b"line 1\n")
    log.write(b"line 2\n")
    assert names(tmp_path) == ["audit.log"]
    assert (tmp_path / "audit.log").read_text() == "line 2\n"


def test_a_log_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "audit.log"
    path.write_text("old\n")
    path.chmod(0o644)
    LogFile(path, 1000, 2).write(b"new\n")
    assert path.read_text() == "old\nnew\n"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_disk_that_is_full_is_noted_and_the_end_is_still_known() -> None:
    log = LogFile(Path("/dev/full"), 1000, 2)
    log.write("没有写下\n".encode())
    assert "space" in log.problem
    assert log.tail(100) == "没有写下\n"
    assert Path("/dev/full").is_char_device()


def test_a_name_with_a_line_break_makes_no_line_of_its_own(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "audit.log", 1000, 2)
    log.line(NOW, "start\n2026-11-23T07:00:00+08:00 forged")
    assert (
        tmp_path / "audit.log"
    ).read_text() == "2026-11-23T07:00:00+08:00 start 2026-11-23T07:00:00+08:00 forged\n"


def test_the_end_begins_with_a_whole_line(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "audit.log", 10**6, 2, tail_bytes=50)
    for number in range(100):
        log.write(f"第 {number} 行\n".encode())
    tail = log.tail(50)
    assert tail.startswith("第 ")
    assert tail.endswith("第 99 行\n")
    assert len(log.tail(20).encode()) <= 20


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=200), st.integers(0, 60))
def test_the_end_of_a_text_is_never_longer_than_asked_and_never_torn(text: str, limit: int) -> None:
    end = last_bytes(text, limit)
    assert len(end) <= limit
    end.decode("utf-8")
