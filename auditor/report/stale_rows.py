"""Answers that this run could not carry over, with every value that somebody typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from auditor.model.answer import StaleAnswer
from auditor.model.result import AuditResult, Finding
from auditor.report.columns import Cell, Column, Form, answer_cell
from auditor.report.wording import Wording


@dataclass(frozen=True, slots=True)
class StaleRow:
    """One answer. finding: the one that it answers; None where it is not in this run, so that the answer waits here."""

    stale: StaleAnswer
    finding: Finding | None = None


def stale_rows(result: AuditResult) -> Iterator[StaleRow]:
    """The answers in the order in which they were read."""
    if not result.stale_answers:
        return
    live = {one.fingerprint.lower(): one for one in result.findings}
    for one in result.stale_answers:
        yield StaleRow(one, live.get(one.answer.fingerprint.lower()))


def _typed(row: StaleRow, words: Wording, *, attribute: str) -> Cell:
    return answer_cell(getattr(row.stale.answer, attribute), words)


def _said(row: StaleRow, words: Wording, *, attribute: str) -> Cell:
    """What the earlier report said it answers to; where it said nothing, what the finding says now."""
    told = getattr(row.stale.answer, attribute)
    if told or row.finding is None:
        return words.say(told)
    return (
        words.message(row.finding) if attribute == "message" else words.say(getattr(row.finding, attribute))
    )


def _place(row: StaleRow, words: Wording) -> Cell:
    answer = row.stale.answer
    where = " › ".join(part for part in (answer.path, answer.sheet, str(answer.row or "")) if part)
    return words.say(where)


# The answers stand under the same headers as everywhere: the next reading finds them here while their finding is away.
# Where the finding is there, its own row carries them, and this one bears no fingerprint that would make two of it.
STALE_COLUMNS: tuple[Column[StaleRow], ...] = (
    Column("sheet_why", 44, Form.LONG, lambda row, words: words.say(row.stale.why)),
    Column("check", 10, Form.SHORT, partial(_said, attribute="check")),
    Column("target", 26, Form.LONG, partial(_said, attribute="target")),
    Column("message", 46, Form.LONG, partial(_said, attribute="message")),
    Column("answer_owner", 12, Form.ANSWER, partial(_typed, attribute="owner")),
    Column("answer_planned", 12, Form.ANSWER_DATE, partial(_typed, attribute="planned")),
    Column("answer_status", 12, Form.ANSWER, partial(_typed, attribute="status")),
    Column("answer_reason", 26, Form.ANSWER, partial(_typed, attribute="reason")),
    Column("answer_until", 12, Form.ANSWER_DATE, partial(_typed, attribute="until")),
    Column("sheet_typed_at", 34, Form.LONG, _place),
    Column(
        "fingerprint", 36, Form.SHORT,
        lambda row, words: "" if row.finding else words.raw(row.stale.answer.fingerprint),
    ),
)  # fmt: skip
