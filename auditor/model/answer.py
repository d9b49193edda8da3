"""Answers: what people typed into the answer columns of a report, kept as they typed it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from auditor.model.text import Message


class AnswerStatus(StrEnum):
    """The choices of the status column; any other word that somebody typed is kept as text."""

    OPEN = "open"
    DOING = "doing"
    DONE = "done"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer cells of one row of a report.

    planned, until: a day where the cell holds one, else the text as it was typed. status: a choice, or the typed text,
    "" for none. path, sheet, row: where it was typed. check, target, message: what that report said it answers to.
    """

    fingerprint: str
    owner: str = ""
    planned: date | str | None = None
    status: AnswerStatus | str = ""
    reason: str = ""
    until: date | str | None = None
    check: str = ""
    target: str = ""
    message: str = ""
    path: str = ""
    sheet: str = ""
    row: int = 0

    @property
    def accepts(self) -> bool:
        """True where the risk is accepted."""
        return self.status == AnswerStatus.ACCEPTED


@dataclass(frozen=True, slots=True)
class StaleAnswer:
    """An answer that this run could not carry over (or not wholly), and why; it is listed, never dropped."""

    answer: Answer
    why: Message
