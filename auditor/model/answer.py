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

    fingerprint: "" where the row names no finding. planned, until: a day where the cell holds one, else the text as it
    was typed. status: a choice, or the typed text, "" for none. path, sheet, row: where it was typed. check, target,
    message: what that report said it answers to; one row may name several checks, separated by blanks or line ends.
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

    @property
    def typed(self) -> tuple[str, ...]:
        """What somebody typed, all of it blank where nobody did; the same for answers that say the same."""
        cells = (self.owner, self.planned, self.status, self.reason, self.until)
        return tuple("" if cell is None else str(cell) for cell in cells)


@dataclass(frozen=True, slots=True)
class StaleAnswer:
    """An answer that this run could not carry over (or not wholly), and why; it is listed, never dropped.

    carried: True where the answer does stand beside its finding and `why` says what did not follow from it.
    """

    answer: Answer
    why: Message
    carried: bool = False
