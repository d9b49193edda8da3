"""The answers of one sheet: rows under the headings of an answer table, wherever it stands."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from auditor.model.answer import Answer, AnswerStatus
from auditor.report.answers_headers import ANSWERS, CONTEXT, Columns, HeaderWords
from auditor.report.answers_refusals import too_large
from auditor.report.answers_sheets import Merge, Sheet, SheetRow
from auditor.report.answers_words import CellValue, StatusWords, day_of, text_of

_HEADER_ROWS = 50  # rows among which the headings are looked for
_MOST_ANSWERS = 500_000
_FINGERPRINT = re.compile(r"[0-9a-f]{32}")
_BETWEEN = re.compile(r"[\s,，、;；|]+")


@dataclass(frozen=True, slots=True)
class Words:
    """What headings and states are called."""

    headers: HeaderWords = field(default_factory=HeaderWords)
    states: StatusWords = field(default_factory=StatusWords)


@dataclass(slots=True)
class SheetAnswers:
    """What was typed into one sheet. The lists hold row numbers from 1.

    lacking: answer columns that it does not have; nameless: rows with an answer and no fingerprint; unreadable: rows with
    a fingerprint that is none, beside whole ones; undated: rows whose planned or last day is no day; other_states: rows
    with a state of their own words. leftover: the sheet lists answers that an earlier run could not carry over.
    fingerprints, subjects (check and target): what its rows are about, answered or not.
    """

    sheet: str
    answers: list[Answer] = field(default_factory=list)
    lacking: tuple[str, ...] = ()
    leftover: bool = False
    fingerprints: set[str] = field(default_factory=set)
    subjects: set[tuple[str, str]] = field(default_factory=set)
    nameless: list[int] = field(default_factory=list)
    unreadable: list[int] = field(default_factory=list)
    undated: list[int] = field(default_factory=list)
    other_states: list[int] = field(default_factory=list)


def read_sheet(sheet: Sheet, display: str, words: Words) -> SheetAnswers | None:
    """Every answer of a sheet in the order of its rows; None for a sheet without answer columns.

    display: what the file is called. InputError where it holds absurdly many.
    """
    table: _Table | None = None
    for seen, row in enumerate(sheet.rows()):
        if table is not None:
            table.add(row)
        elif seen >= _HEADER_ROWS:
            return None
        elif columns := words.headers.columns(row.values()):
            told = SheetAnswers(sheet.name, lacking=columns.lacking, leftover=columns.leftover)
            table = _Table(told, columns, display, words)
            table.fills = _Fills(sheet.merges())
    return None if table is None else table.told


class _Fills:
    """The values of cells merged over several rows: somebody who merges five cells means all five rows."""

    def __init__(self, merges: Iterable[Merge]) -> None:
        self._starts = {
            (one.first_row, one.first_column): one.last_row for one in merges if one.last_row > one.first_row
        }
        self._open: dict[int, tuple[int, CellValue]] = {}

    def value(self, row: SheetRow, column: int) -> CellValue:
        """What stands in a column of a row, shown there or in the cell that it is merged into."""
        own = row.value(column)
        if (last := self._starts.get((row.number, column))) is not None:
            self._open[column] = (last, own)
            return own
        if text_of(own) or column not in self._open:
            return own
        last, value = self._open[column]
        return value if row.number <= last else own


@dataclass(slots=True)
class _Table:
    told: SheetAnswers
    columns: Columns
    display: str
    words: Words
    fills: _Fills = field(default_factory=lambda: _Fills(()))

    def add(self, row: SheetRow) -> None:
        """Take the answer of a row, if somebody typed one."""
        cells = {key: self._cells(row, key) for key in ANSWERS}
        fingerprints, broken = self._fingerprints(row)
        if not fingerprints and self._another_header(row):
            return
        self.told.fingerprints.update(fingerprints)
        check, target, message = (_joined(self._cells(row, key)) for key in CONTEXT)
        self.told.subjects.update(subjects(check, target))
        if not any(cells.values()) or not (fingerprints or self._typed_here(row)):
            return
        if broken and fingerprints:
            self.told.unreadable.append(row.number)
        if not fingerprints:
            self.told.nameless.append(row.number)
        answer = replace(self._answer(row, cells), check=check, target=target, message=message)
        if len(self.told.answers) + len(fingerprints) >= _MOST_ANSWERS:
            raise too_large(self.display, f"> {_MOST_ANSWERS:,}")
        for fingerprint in fingerprints or ("",):
            self.told.answers.append(replace(answer, fingerprint=fingerprint))

    def _cells(self, row: SheetRow, key: str) -> list[CellValue]:
        """The cells of an answer that are not blank; several where a heading stands twice and the cells differ."""
        found: dict[str, CellValue] = {}
        for column in self.columns.fields.get(key, ()):
            value = self.fills.value(row, column)
            if text := text_of(value):
                found.setdefault(text, value)
        return list(found.values())

    def _typed_here(self, row: SheetRow) -> bool:
        own = (column for key in ANSWERS for column in self.columns.fields.get(key, ()))
        return any(text_of(row.value(column)) for column in own)

    def _fingerprints(self, row: SheetRow) -> tuple[tuple[str, ...], bool]:
        """The fingerprints of a row, and whether something else stands among them."""
        columns = self.columns.fingerprint
        found: dict[str, None] = {}
        broken = False
        for column in columns or row.columns:
            text = text_of(row.value(column))
            if not columns and len(text) < 32:
                continue
            tokens = _BETWEEN.split(unicodedata.normalize("NFKC", text).lower()) if text else []
            whole = [token for token in tokens if _FINGERPRINT.fullmatch(token)]
            # Without a heading only a cell of nothing but fingerprints is taken for one.
            if columns or len(whole) == len(tokens):
                found.update(dict.fromkeys(whole))
                broken = broken or len(whole) < sum(1 for token in tokens if token)
        return tuple(found), broken

    def _another_header(self, row: SheetRow) -> bool:
        """True for headings that stand again: a table pasted below another."""
        columns = self.words.headers.columns(row.values())
        if columns is not None:
            self.columns = columns
        return columns is not None

    def _answer(self, row: SheetRow, cells: Mapping[str, list[CellValue]]) -> Answer:
        planned, until = (self._day(cells[key]) for key in ("answer_planned", "answer_until"))
        state = cells["answer_status"]
        status = self.words.states.status(state[0]) if len(state) == 1 else _joined(state)
        if isinstance(planned, str) or isinstance(until, str):
            self.told.undated.append(row.number)
        if status and not isinstance(status, AnswerStatus):
            self.told.other_states.append(row.number)
        return Answer(
            "",
            _joined(cells["answer_owner"]),
            planned,
            status,
            _joined(cells["answer_reason"]),
            until,
            path=self.display,
            sheet=self.told.sheet,
            row=row.number,
        )

    def _day(self, cells: list[CellValue]) -> date | str | None:
        return day_of(cells[0]) if len(cells) == 1 else _joined(cells) or None


def _joined(cells: list[CellValue]) -> str:
    return " / ".join(text_of(one) for one in cells)


def subjects(check: str, target: str) -> list[tuple[str, str]]:
    """Each check that a row names, with the target."""
    return [(one, target) for one in _BETWEEN.split(check) if one and target]
