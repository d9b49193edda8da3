"""How `audit run` looks back, records itself, and what it does where it cannot."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.cli.past_audits import FAR, OTHER, audit, book, document, fingerprints, report, run, told, whois

WORDS = ("--offline", "--as-of", "2026-11-24", "--only", "OWN201", "--quiet")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def changes(here: Path) -> dict[str, str]:
    """Target → what became of it, in the newest report."""
    return {one["target"]: one["change"] for one in report(here)["findings"]}  # type: ignore[attr-defined]


def recorded(capsys: pytest.CaptureFixture[str]) -> dict[str, list[str]]:
    """Portfolio → audit dates, newest first."""
    found: Any = document(capsys, "history")["portfolios"]
    return {one["name"]: [each["as_of"] for each in one["runs"]] for one in found}


def content(here: Path) -> dict[str, Any]:
    """The newest report without what differs in each run."""
    loaded = report(here)
    plain: Any = loaded["run"]
    return {**loaded, "run": {key: value for key, value in plain.items() if key not in ("id", "started_at", "finished_at")}}  # fmt: skip


def test_a_first_run_is_compared_with_nothing_and_recorded(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(here) == 1
    assert changes(here) == {"shili-1.cn": "new"}
    assert list(recorded(capsys).values()) == [["2026-11-23"]]


def test_a_second_run_tells_what_is_new_and_what_stays(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(here, wrong=(1, 2), rows=(1, 2, 3))
    run(here, wrong=(2, 3), rows=(1, 2, 3), as_of="2026-11-30")
    assert changes(here) == {"shili-2.cn": "persisting", "shili-3.cn": "new"}
    assert list(recorded(capsys).values()) == [["2026-11-30", "2026-11-23"]]


def test_another_run_than_the_last_may_be_looked_back_to(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(here, wrong=(1,))
    run(here, wrong=(2,), as_of="2026-11-24")
    groups: Any = document(capsys, "history")["portfolios"]
    first = groups[0]["runs"][1]["id"]
    run(here, wrong=(1,), as_of="2026-11-25")
    assert changes(here) == {"shili-1.cn": "new"}
    run(here, "--since", first, wrong=(1,), as_of="2026-11-26")
    assert changes(here) == {"shili-1.cn": "persisting"}
    assert run(here, "--since", "19990101T", as_of="2026-11-27") == 2
    assert run(here, "--since", first, "--no-history", as_of="2026-11-27") == 2


def test_new_only_counts_what_is_new_and_what_nobody_could_compare(here: Path) -> None:
    assert run(here, "--new-only") == 1
    assert run(here, "--new-only", as_of="2026-11-24") == 0
    assert run(here, "--new-only", wrong=(1, 2), as_of="2026-11-25") == 1
    assert run(here, "--new-only", "--no-history", wrong=(1, 2), as_of="2026-11-26") == 1


def test_new_only_counts_what_a_lapsed_waiver_no_longer_covers(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "audit.toml").write_text("[audit]\nas_of = 2026-12-30\n", encoding="utf-8")
    run(here, as_of="2026-12-30")
    (fingerprint,) = fingerprints(here).values()
    words = ("--reason", "迁移中", "--by", "王示例", "--until", "2026-12-31")
    told(capsys, "waive", fingerprint, *words)
    assert run(here, as_of="2026-12-31") == 0
    assert run(here, "--new-only", as_of="2027-01-01") == 1
    assert changes(here) == {"shili-1.cn": "lapsed"}


def test_without_history_nothing_is_compared_kept_or_made(here: Path) -> None:
    assert run(here, "--no-history") == 1
    assert run(here, "--no-history") == 1
    assert changes(here) == {"shili-1.cn": "new"}
    assert not list(Path(os.environ["XDG_DATA_HOME"]).rglob("history*"))
    (here / "audit.toml").write_text("[history]\nenabled = false\n", encoding="utf-8")
    assert run(here) == 1
    assert not list(Path(os.environ["XDG_DATA_HOME"]).rglob("history*"))


def test_runs_belong_together_by_name_or_by_book(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(here, "--portfolio", "集团")
    run(here, name="other.xlsx", as_of="2026-11-24")
    run(here, "--portfolio", "集团", name="other.xlsx", as_of="2026-11-25")
    assert changes(here) == {"shili-1.cn": "persisting"}
    assert recorded(capsys) == {
        "集团": ["2026-11-25", "2026-11-23"],
        str(here / "other.xlsx"): ["2026-11-24"],
    }


def test_what_people_wrote_into_a_report_is_carried_on(here: Path) -> None:
    run(here)
    filled = here / "filled.xlsx"
    workbook = openpyxl.load_workbook(here / "audit-report" / "report.xlsx")
    sheet, column, row = next(
        (sheet, cell.column, cell.row)
        for sheet in workbook.worksheets
        for cells in sheet.iter_rows()
        for cell in cells
        if cell.value == "处理人"
    )  # fmt: skip
    sheet.cell(row + 1, column).value = "赵示例"
    workbook.save(filled)
    assert run(here, "--answers", filled, as_of="2026-11-24") == 1
    (finding,) = report(here)["findings"]  # type: ignore[misc]
    assert finding["answer"]["owner"] == "赵示例", finding
    # From then on the history knows it.
    run(here, as_of="2026-11-25")
    (finding,) = report(here)["findings"]  # type: ignore[misc]
    assert finding["answer"]["owner"] == "赵示例"


def test_the_usual_history_that_cannot_be_used_is_told_and_the_audit_is_done(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = here / "data" / "icp-audit"
    data.mkdir(parents=True)
    (data / "history.sqlite3").write_bytes(b"no database at all, " * 100)
    monkeypatch.setenv("XDG_DATA_HOME", str(here / "data"))
    book(here / "book.xlsx", 1)
    (here / "evidence.jsonl").write_text(whois(1, OTHER, "2026-11-23"), encoding="utf-8")
    words = ("run", "book.xlsx", "--offline", "--as-of", "2026-11-23", "--evidence", "evidence.jsonl", "--only", "OWN201")  # fmt: skip
    assert audit(*words) == 1
    assert "无法使用历史记录" in capsys.readouterr().err
    assert changes(here) == {"shili-1.cn": "new"}
    assert (data / "history.sqlite3").read_bytes() == b"no database at all, " * 100
    # Whoever wants a comparison by name gets none that was not made.
    assert audit(*words, "--since", "last") == 2


def test_the_policys_own_history_that_cannot_be_used_ends_with_2_and_nothing_is_written_over(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(here)
    before = {path.name: path.read_bytes() for path in (here / "audit-report").iterdir()}
    (here / "own.sqlite3").write_bytes(b"no database at all, " * 100)
    (here / "audit.toml").write_text('[history]\nstore = "own.sqlite3"\n', encoding="utf-8")
    capsys.readouterr()
    assert run(here, wrong=(1, 2), as_of="2026-11-24") == 2
    assert "own.sqlite3" in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in (here / "audit-report").iterdir()} == before
    assert (here / "own.sqlite3").read_bytes() == b"no database at all, " * 100


def test_the_same_audit_once_more_says_the_same(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(here, wrong=(1,))
    run(here, wrong=(2,), as_of="2026-11-24")
    first, text = content(here), (here / "audit-report" / "audit.json").read_text(encoding="utf-8")
    run_before: Any = report(here)["run"]
    # Not written anew: a workbook holds the moment of its making.
    assert audit("run", here / "book.xlsx", *WORDS, "--evidence", here / "evidence.jsonl") == 1
    assert content(here) == first
    again = (here / "audit-report" / "audit.json").read_text(encoding="utf-8")
    run_after: Any = report(here)["run"]
    for key in ("id", "started_at", "finished_at"):
        again = again.replace(json.dumps(run_after[key]), json.dumps(run_before[key]))
    assert again == text
    assert [len(dates) for dates in recorded(capsys).values()] == [3]


def test_annotated_copies_are_listed_among_the_reports(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book(here / "book.xlsx", 1)
    (here / "evidence.jsonl").write_text(whois(1, OTHER, "2026-11-23"), encoding="utf-8")
    capsys.readouterr()
    status = audit(
        "run", "book.xlsx", "--offline", "--as-of", "2026-11-23", "--evidence", "evidence.jsonl", "--only", "OWN201",
        "--format", "json,annotated",
    )  # fmt: skip
    assert status == 1
    said = capsys.readouterr().out
    written = sorted(path.name for path in (here / "audit-report").rglob("*") if path.is_file())
    assert len(written) == 2
    assert [name for name in written if name not in said] == []


def test_a_waiver_for_ever_so_long_is_not_needed_to_see_a_waived_finding(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(here)
    (fingerprint,) = fingerprints(here).values()
    told(capsys, "waive", fingerprint, "--reason", "迁移中", "--by", "王示例", "--until", FAR)
    assert run(here, as_of="2026-11-24") == 0
    (finding,) = report(here)["findings"]  # type: ignore[misc]
    assert finding["verdict"] == "fail"
    assert finding["waiver"]["by"] == "王示例"
