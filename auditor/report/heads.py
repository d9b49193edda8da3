"""The heads of the workbook's tables: what a column is called, how wide it is, what may stand in it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from auditor.report.columns import Form
from auditor.report.sheet_formats import DEADLINES, Tone, word_fills
from auditor.report.wording import Wording

ANSWERS = (Form.ANSWER, Form.ANSWER_DATE)
WRAPPED = (Form.LONG, Form.ANSWER)
_WIDEST = 40


@dataclass(frozen=True, slots=True)
class Head:
    """One column of a table: its header, its width in half-width characters, its form, the words to choose from.

    printed: False for a column that only screens and programs need. fills: words that fill their cell.
    deadline: its days are shown as past or near, seen from the audit date. until: its days should not lie before it.
    """

    text: str
    width: int
    form: Form = Form.SHORT
    choices: tuple[str, ...] = ()
    printed: bool = True
    fills: tuple[tuple[str, Tone], ...] = ()
    deadline: bool = False
    until: bool = False


def display_width(text: str) -> int:
    """How many half-width characters a text takes: a Chinese character counts two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)


def column_width(head: Head, widest: int) -> int:
    """A column as wide as its header with the filter's arrow; one that does not wrap as wide as its texts, too."""
    width = min(widest + 2, _WIDEST) if widest and head.form not in WRAPPED else head.width
    return max(width, min(display_width(head.text) + 3, _WIDEST))


def head_form(head: Head) -> str:
    """The format of its header."""
    return "head_answer" if head.form in ANSWERS else "head"


def head_of(
    label: str,
    width: int,
    form: Form,
    words: Wording,
    *,
    choices: tuple[str, ...] = (),
    printed: bool = True,
) -> Head:
    """The head of a column, by the key of its label, with the fills that its words have."""
    return Head(
        words.label(label),
        width,
        form,
        choices,
        printed,
        word_fills(label, words),
        deadline=label in DEADLINES,
        until=label == "answer_until",
    )
