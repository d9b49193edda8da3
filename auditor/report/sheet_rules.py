"""What a column does by itself: fills that follow a word or a day, choices and questions for what is typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from auditor.model.place import column_letters
from auditor.report.columns import Form
from auditor.report.heads import Head
from auditor.report.placed import date_formula
from auditor.report.sheet_formats import Tone
from auditor.report.sheetname import head_utf16
from auditor.report.wording import Wording

# UTF-16 units of what a drop-down says; its choices together take as many as a message.
TITLE_UNITS, MESSAGE_UNITS = 32, 255
NEAR_DAYS = 30  # a day that is no further off is shown as near


def add_fills(
    sheet: Any, column: int, last: int, head: Head, as_of: date, tones: Callable[[Tone], Any]
) -> None:
    """Fills by word, and by day: past and near, seen from the audit date whenever the file is opened.

    last: the last row, counted from 0. tones: the format of each tone.
    """
    for word, tone in head.fills:
        rule: dict[str, Any] = {"type": "cell", "criteria": "==", "value": f'"{word}"'}
        sheet.conditional_format(1, column, last, column, rule | {"format": tones(tone)})
    if not head.deadline:
        return
    cell, today = f"{column_letters(column + 1)}2", date_formula(as_of)
    near = date_formula(as_of + timedelta(days=NEAR_DAYS))
    for test, tone in (
        (f"AND(ISNUMBER({cell}),{cell}<{today})", Tone.ALARM),
        (f"AND(ISNUMBER({cell}),{cell}>={today},{cell}<={near})", Tone.MIND),
    ):
        rule = {"type": "formula", "criteria": f"={test}", "format": tones(tone)}
        sheet.conditional_format(1, column, last, column, rule)


def add_choices(sheet: Any, column: int, last: int, head: Head, as_of: date, words: Wording) -> None:
    """What an answer should look like; other input is questioned, not refused."""
    if head.choices and _fits_list(head.choices):
        rule: dict[str, Any] = {
            "validate": "list",
            "source": list(head.choices),
            "error_type": "warning",
            "error_title": head_utf16(head.text, TITLE_UNITS),
            "error_message": head_utf16(words.label("sheet_choice_error"), MESSAGE_UNITS),
        }
        sheet.data_validation(1, column, last, column, rule)
    if head.form is Form.ANSWER_DATE:
        error = "sheet_until_error" if head.until else "answer_date_error"
        rule = {
            "validate": "date",
            "criteria": ">=",
            "value": as_of if head.until else date(2000, 1, 1),
            "error_type": "warning",
            "error_title": head_utf16(words.label("answer_date_title"), TITLE_UNITS),
            "error_message": head_utf16(words.label(error), MESSAGE_UNITS),
        }
        sheet.data_validation(1, column, last, column, rule)


def _fits_list(choices: tuple[str, ...]) -> bool:
    """Whether a drop-down can hold these words: a comma would part one in two."""
    joined = ",".join(choices)
    return not any("," in one for one in choices) and head_utf16(joined, MESSAGE_UNITS) == joined
