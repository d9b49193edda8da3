"""The state in a few lines: what a person at a terminal or a log keeps."""

from __future__ import annotations

from pathlib import Path

from auditor.report.summary import summary_lines
from tests.report.results import PHONE, quiet_result, sample_result


def test_the_lines_tell_what_was_audited_how_completely_and_what_was_found() -> None:
    lines = summary_lines(sample_result(), "zh", [Path("out/report.html")])
    text = "\n".join(lines)
    assert lines[0] == "已审计 1 个文件, 3 张表, 30 行：采用 29, 拒绝 1"
    assert lines[1] == "审计不完整"
    assert "发现 " in text
    assert "无法判定：16" in text
    assert "1. [严重] DOC601" in text
    assert lines[-1].endswith("report.html")
    assert len(lines) < 16


def test_the_lines_stand_in_english_too() -> None:
    lines = summary_lines(quiet_result(), "en")
    assert lines[:3] == [
        "Audited: files 1, sheets 1, rows 1 (1 accepted, 0 rejected)",
        "The audit is complete",
        "No problem found",
    ]


def test_the_lines_hide_nothing_and_show_no_personal_data() -> None:
    text = "\n".join(summary_lines(sample_result(), "zh"))
    assert PHONE not in text
    assert all(character.isprintable() or character == "\n" for character in text)
