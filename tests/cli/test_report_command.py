"""`audit report`: the reports of an earlier run once more, in other formats or the other language."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import openpyxl
import pytest

from tests.cli.past_audits import audit, document, refused, run, told


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def runs(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The ids of the runs of the only portfolio, newest first."""
    groups = document(capsys, "history")["portfolios"]
    return [one["id"] for one in groups[0]["runs"]]  # type: ignore[index]


def test_the_same_run_gives_the_same_document_again(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(here, as_of="2026-12-31")
    first = (here / "audit-report" / "audit.json").read_bytes()
    run(here, wrong=(2,), as_of="2027-01-01")
    old = runs(capsys)[1]
    said = told(capsys, "report", old, "--format", "json,csv")
    folder = here / f"audit-report-{old}"
    assert str(Path(folder.name) / "audit.json") in said
    assert (folder / "audit.json").read_bytes() == first
    assert sorted(path.name for path in folder.iterdir()) == ["audit.json", "findings.csv"]


def test_another_language_and_the_usual_formats(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(here)
    said = told(capsys, "report", "last", "--lang", "en", "--out", "english")
    assert "Reports" in said
    assert sorted(path.name for path in (here / "english").iterdir()) == [
        "audit.json",
        "report.html",
        "report.xlsx",
    ]
    assert '<html lang="en"' in (here / "english" / "report.html").read_text(encoding="utf-8")
    assert told(capsys, "report", "last", "--out", "quiet", "--format", "csv", "--quiet") == ""


def test_personal_data_stay_masked_unless_asked_for(here: Path) -> None:
    run(here)
    assert audit("report", "last", "--out", "masked", "--format", "json,html,xlsx") == 0
    assert "13800138001" not in (here / "masked" / "report.html").read_text(encoding="utf-8")
    assert audit("report", "last", "--out", "whole", "--format", "html", "--show-pii") == 0


def test_a_report_that_stands_there_is_not_written_over_unasked(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(here)
    filled = here / "audit-report" / "report.xlsx"
    filled.write_bytes(b"filled in by somebody")
    assert "report.xlsx" in refused(capsys, "report", "last", "--out", "audit-report")
    assert "--replace" in refused(
        capsys, "report", "last", "--out", "audit-report", "--format", "xlsx", "--lang", "en"
    )
    assert filled.read_bytes() == b"filled in by somebody"
    assert audit("report", "last", "--out", "audit-report", "--format", "xlsx", "--replace") == 0
    assert openpyxl.load_workbook(filled).sheetnames


def test_a_copy_is_annotated_only_where_the_book_still_stands_as_it_was(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(here)
    assert audit("report", "last", "--out", "same", "--format", "annotated") == 0
    assert [path.name for path in (here / "same").iterdir()] == ["book.annotated.xlsx"]
    assert "book.annotated.xlsx" in refused(
        capsys, "report", "last", "--out", "same", "--format", "annotated"
    )
    book = openpyxl.load_workbook(here / "book.xlsx")
    book.active["Z1"] = "later"
    book.save(here / "book.xlsx")
    capsys.readouterr()
    assert audit("report", "last", "--out", "changed", "--format", "annotated") == 0
    assert "book.xlsx" in capsys.readouterr().err
    assert [path.name for path in (here / "changed").iterdir()] == ["book.notes.xlsx"]
    (here / "book.xlsx").unlink()
    assert audit("report", "last", "--out", "gone", "--format", "annotated") == 0
    assert [path.name for path in (here / "gone").iterdir()] == ["book.notes.xlsx"]


def test_a_book_is_never_written_over(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(here, name="report.xlsx")
    before = (here / "report.xlsx").read_bytes()
    for words in ((), ("--replace",)):
        refused(capsys, "report", "last", "--out", ".", "--format", "xlsx", *words)
    assert (here / "report.xlsx").read_bytes() == before


def test_runs_that_are_unknown_or_not_kept_are_refused_in_words(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "audit run" in refused(capsys, "report", "last")
    run(here, as_of="2026-11-22")
    assert "没有这次审计" in refused(capsys, "report", "19990101")
    assert "no such run" in refused(capsys, "report", "19990101", "--lang", "en")
    refused(capsys, "report")
    refused(capsys, "report", "last", "--format", "pdf")
    refused(capsys, "report", "last", "--portfolio", "无此组")
    assert not list(here.glob("audit-report-*"))


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM {table}", "没有留存"),
        ("UPDATE {table} SET fields = 'other', version = '0.0.1'", "0.0.1"),
        ("UPDATE {table} SET body = x'00'", "损坏"),
    ],
)
def test_a_result_that_is_gone_of_another_version_or_damaged_is_refused(
    here: Path, capsys: pytest.CaptureFixture[str], statement: str, said: str
) -> None:
    from auditor.history.schema import KEPT

    (here / "audit.toml").write_text('[history]\nstore = "past.db"\n', encoding="utf-8")
    run(here)
    with sqlite3.connect(here / "past.db") as connection:
        connection.execute(statement.format(table=KEPT.name))
    connection.close()
    told_of = refused(capsys, "report", "last")
    assert said in told_of
    assert "audit run" in told_of
    assert not list(here.glob("audit-report-*"))


def test_of_several_portfolios_the_last_run_must_say_whose(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(here, "--portfolio", "甲组")
    run(here, "--portfolio", "乙组", wrong=(1, 2))
    assert "--portfolio" in refused(capsys, "report", "last")
    assert audit("report", "last", "--portfolio", "甲组", "--format", "csv", "--out", "a") == 0
    assert "shili-2.cn" not in (here / "a" / "findings.csv").read_text(encoding="utf-8-sig")
