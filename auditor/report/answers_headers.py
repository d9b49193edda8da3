"""The header words of answer tables: which column of a sheet holds what, wherever people moved it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from auditor.model.language import languages
from auditor.report.labels import LABELS

ANSWERS = ("answer_owner", "answer_planned", "answer_status", "answer_reason", "answer_until")
CONTEXT = ("check", "target", "message")
FINGERPRINT = "fingerprint"
_WHY = "sheet_why"  # the heading that only the list of answers left over has
# Headings that no other table would have, against "Owner" and "Status" that many have.
_TELLING = frozenset(("answer_planned", "answer_reason", "answer_until"))
_MINIMUM = 2

# What people make of the headings when they tidy a sheet up.
_ALSO: dict[str, tuple[str, ...]] = {
    "answer_owner": ("责任人", "跟进人", "assignee", "assigned to"),
    "answer_planned": ("计划日期", "计划完成日期", "计划完成时间", "planned", "planned date", "target date"),
    "answer_status": ("处理情况", "处理进度", "progress"),
    "answer_reason": ("接受原因", "接受风险理由", "reason for accepting"),
    "answer_until": ("接受期限", "接受截止", "接受截止日期", "accepted until", "accept till"),
    "fingerprint": ("问题指纹", "finding id"),
}
_TAIL = re.compile(r"\([^()]*\)$")
_OPEN_ENDED = 3  # characters from which a Chinese heading may be longer than the word it begins with


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a table has what: column numbers from 0, several where a heading stands more than once.

    leftover: True for a report's list of answers that could not be carried over.
    """

    fingerprint: tuple[int, ...]
    fields: Mapping[str, tuple[int, ...]]
    leftover: bool = False

    @property
    def lacking(self) -> tuple[str, ...]:
        """The answer columns that the table does not have."""
        return tuple(key for key in ANSWERS if key not in self.fields)


class HeaderWords:
    """The headings of answer tables in every language that reports are written in."""

    def __init__(self) -> None:
        keys = (FINGERPRINT, _WHY, *ANSWERS, *CONTEXT)
        self._words: dict[str, str] = {}
        for key in keys:
            spelled = (LABELS[key].in_language(lang) for lang in languages())
            for word in (*spelled, *_ALSO.get(key, ())):
                self._words.setdefault(_plain(word), key)
        self._begins = [
            (word, key)
            for word, key in self._words.items()
            if key in ANSWERS and not word.isascii() and len(word) >= _OPEN_ENDED
        ]

    def key(self, heading: object) -> str | None:
        """What a heading stands for: `fingerprint`, an answer column or a context column."""
        if not isinstance(heading, str) or len(heading) > 80:
            return None
        plain = _plain(heading)
        found = self._words.get(plain) or self._words.get(_TAIL.sub("", plain))
        if found or not plain:
            return found
        return next((key for word, key in self._begins if plain.startswith(word)), None)

    def columns(self, cells: Mapping[int, object]) -> Columns | None:
        """The columns of a header row; None for a row that is none.

        A header row names the fingerprint and an answer column, or two answer columns of which one is telling.
        """
        found: dict[str, list[int]] = {}
        for column, heading in sorted(cells.items()):
            if (key := self.key(heading)) is not None:
                found.setdefault(key, []).append(column)
        answers = [key for key in ANSWERS if key in found]
        telling = len(answers) >= _MINIMUM and not _TELLING.isdisjoint(answers)
        if not answers or not (FINGERPRINT in found or telling):
            return None
        fingerprint = tuple(found.pop(FINGERPRINT, ()))
        leftover = found.pop(_WHY, None) is not None
        return Columns(fingerprint, {key: tuple(columns) for key, columns in found.items()}, leftover)


def headings(keys: Iterable[str], lang: str) -> str:
    """The names of some columns in a list."""
    return ("、" if lang == "zh" else ", ").join(LABELS[key].in_language(lang) for key in keys)


def _plain(word: str) -> str:
    squeezed = re.sub(r"\s+", "", unicodedata.normalize("NFKC", word)).casefold()
    return squeezed.strip("*:·\ufeff\u200b")
