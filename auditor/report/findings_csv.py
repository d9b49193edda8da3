"""findings.csv: every failure and every unknown, waived ones too, as spreadsheet programs like to open it."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from auditor.report.columns import CSV_COLUMNS, Cell, Link
from auditor.report.foreign import cut, defused
from auditor.report.view import View
from auditor.report.wording import Wording

_LIMIT = 32_767  # what one cell of the programs that open it can hold


def write_csv(view: View, path: Path, words: Wording) -> None:
    """UTF-8 with a byte order mark, CRLF, one finding a row; no cell can start a formula. OSError from the disk."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow([words.label(column.label) for column in CSV_COLUMNS])
        values = [column.value for column in CSV_COLUMNS]
        for finding in view.result.findings:
            writer.writerow([_field(value(finding, words), words.lang) for value in values])


def _field(value: Cell, lang: str) -> str:
    if not value and value != 0:
        return ""
    if isinstance(value, Link):
        value = value.text
    if isinstance(value, str):
        text = defused(value)
        return text if len(text) <= _LIMIT else cut(text, _LIMIT, lang)
    return value.isoformat() if isinstance(value, date) else str(value)
