"""What people type into answer cells: days, states and plain text, none of it guessed."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta

from auditor.model.answer import AnswerStatus
from auditor.model.language import languages
from auditor.report.labels import LABELS

CellValue = str | int | float | bool | date | None

# Serial numbers of the 1900 date system that are plausible here: 1954-10-03 to 2119-01-10.
_SERIALS = range(20000, 80001)
EPOCH = date(1899, 12, 30)
_COMPACT = range(19000101, 100000000)
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december")  # fmt: skip
_CLOCK = r"(?:[T\s]*\d{1,2}[:时]\d{1,2}(?:[:分]\d{1,2}(?:\.\d+)?秒?)?分?)?"
_WEEKDAY = r"(?:\s*\(?(?:星期|周|礼拜)[一二三四五六日天]\)?)?"
_DAY = re.compile(
    r"(?:至|到|截至|截止|until|by)?[\s:]*(?:"
    r"(?P<y>\d{4})\s*(?P<sep>[-/.年])\s*(?P<m>\d{1,2})\s*(?:(?P=sep)|月)\s*(?P<d>\d{1,2})\s*[日号]?"
    r"|(?P<c>\d{8})"
    r"|(?P<a>\d{1,2})(?P<sep2>[/.-])(?P<b>\d{1,2})(?P=sep2)(?P<by>\d{4})"
    r"|(?P<ed>\d{1,2})(?:st|nd|rd|th)?[-\s]+(?P<em>[a-z]{3,9})\.?[-,\s]+(?P<ey>\d{4})"
    r"|(?P<fm>[a-z]{3,9})\.?\s+(?P<fd>\d{1,2})(?:st|nd|rd|th)?\s*,?\s+(?P<fy>\d{4})"
    rf"){_WEEKDAY}{_CLOCK}\s*(?:止|为止)?[。.]?",
    re.IGNORECASE,
)
_LABELLED = {
    "status_open": AnswerStatus.OPEN,
    "status_doing": AnswerStatus.DOING,
    "status_done": AnswerStatus.DONE,
    "status_accepted": AnswerStatus.ACCEPTED,
}
_STATES: dict[AnswerStatus, str] = {
    AnswerStatus.OPEN: "未开始 未处理 待处理 待办 待定 notstarted todo pending",
    AnswerStatus.DOING: "处理中 进行中 办理中 整改中 跟进中 正在处理 doing inprogress ongoing wip started",
    AnswerStatus.DONE: "已完成 完成 已处理 处理完成 处理完毕 已办结 办结 已整改 整改完成 已解决 已修复 √ ✓ ✔ ☑ ✅ "
    "done ok okay complete completed finished fixed resolved closed",
    AnswerStatus.ACCEPTED: "接受风险 接受 已接受 风险接受 已接受风险 风险已接受 豁免 已豁免 "
    "accept accepted acceptrisk acceptedrisk riskaccepted acceptance waive waived",
}
_LONGEST_STATUS = 60
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def text_of(value: CellValue) -> str:
    """A cell as the text that its reader saw, blanks at the ends away; "" for a blank cell."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n").strip().strip("\ufeff\u200b\u3000").strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def unescaped(text: str) -> str:
    """The text of a workbook's cell with `_x000D_` and the like as the characters they stand for (ECMA-376, 22.9.2.19)."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def day_of(value: CellValue) -> date | str | None:
    """The day that a cell names, else its text as typed; None for a blank cell.

    Not guessed: a day without a year, a year of two digits, 01/02/2026, a month without a day, days no calendar has.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = text_of(value)
    if not text:
        return None
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain.isdecimal() and len(plain) == 5 and int(plain) in _SERIALS:
        return EPOCH + timedelta(days=int(plain))
    if isinstance(value, float) and not isinstance(value, bool) and int(value) in _SERIALS:
        return EPOCH + timedelta(days=int(value))
    found = _DAY.fullmatch(plain)
    return (_day_of(found) if found else None) or text


class StatusWords:
    """The words of the status column in every language that reports are written in, and what people type instead."""

    def __init__(self) -> None:
        self._words = {word: state for state, known in _STATES.items() for word in known.split()}
        for key, state in _LABELLED.items():
            for lang in languages():
                self._words.setdefault(_plain(LABELS[key].in_language(lang)), state)

    def status(self, value: CellValue) -> AnswerStatus | str:
        """The state that a cell names, else its text as typed; "" for a blank cell. 不接受 is never 接受."""
        text = text_of(value)
        return self._words.get(_plain(text), text) if len(text) <= _LONGEST_STATUS else text


def _plain(text: str) -> str:
    squeezed = re.sub(r"[\s_-]+", "", unicodedata.normalize("NFKC", text)).casefold()
    return squeezed.rstrip("。.!;,\ufe0f")


def _day_of(found: re.Match[str]) -> date | None:
    part = found.groupdict()
    if part["y"]:
        return _day(int(part["y"]), int(part["m"]), int(part["d"]))
    if part["c"]:
        number = int(part["c"])
        return _day(number // 10000, number // 100 % 100, number % 100) if number in _COMPACT else None
    if part["a"]:
        first, second, year = int(part["a"]), int(part["b"]), int(part["by"])
        if first <= 12 and second <= 12 and first != second:
            return None  # it could be either
        return _day(year, second, first) if first > 12 else _day(year, first, second)
    head = "e" if part["em"] else "f"
    name = part[head + "m"].lower()
    month = next((number for number, full in enumerate(_MONTHS, 1) if full.startswith(name)), 0)
    return _day(int(part[head + "y"]), month, int(part[head + "d"]))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year >= 1900 else None
    except ValueError:
        return None
