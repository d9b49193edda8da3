"""What people typed into the report that the next run writes over."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from auditor.report.answers import saved_by_somebody
from tests.cli.past_audits import report, run


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def workbook(here: Path) -> Path:
    return here / "audit-report" / "report.xlsx"


def type_owner(path: Path, name: str) -> None:
    made = openpyxl.load_workbook(path)
    sheet = made["待办"]
    heads = [cell.value for cell in sheet[1]]
    sheet.cell(2, heads.index("处理人") + 1).value = name
    made.save(path)


def owners(here: Path) -> list[str]:
    findings = report(here)["findings"]
    assert isinstance(findings, list)
    return [one["answer"]["owner"] for one in findings if one["answer"]]


def test_answers_typed_into_the_last_report_are_carried_on_unasked(here: Path) -> None:
    run(here, "--no-history")
    type_owner(workbook(here), "王某某")
    run(here, "--no-history")
    assert owners(here) == ["王某某"]
    assert openpyxl.load_workbook(workbook(here))["待办"].cell(2, 10).value == "王某某"


def test_the_last_report_may_be_named_though_it_is_written_over(here: Path) -> None:
    run(here, "--no-history")
    type_owner(workbook(here), "王某某")
    assert run(here, "--no-history", "--answers", workbook(here)) == 1
    assert owners(here) == ["王某某"]


def test_only_a_report_that_somebody_saved_is_read_again(here: Path) -> None:
    run(here, "--no-history")
    assert not saved_by_somebody(workbook(here))
    type_owner(workbook(here), "王某某")
    assert saved_by_somebody(workbook(here))


def test_what_cannot_be_read_back_is_kept_aside(here: Path) -> None:
    run(here, "--no-history")
    workbook(here).write_bytes(b"somebody's own file")
    assert run(here, "--no-history") == 1
    kept = list((here / "audit-report").glob("report.kept-*.xlsx"))
    assert [path.read_bytes() for path in kept] == [b"somebody's own file"]
    assert openpyxl.load_workbook(workbook(here)).sheetnames[0] == "摘要"
