"""How the workbook looks: cell formats, and the fills that follow a word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from auditor.model.change import Change
from auditor.model.text import Text
from auditor.model.verdict import Severity, Verdict
from auditor.model.waiver import WaiverState
from auditor.report.columns import Form
from auditor.report.wording import Wording


class Tone(StrEnum):
    """How much a word wants to be seen."""

    ALARM = "alarm"
    WARN = "warn"
    MIND = "mind"
    CALM = "calm"
    PALE = "pale"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Fill:
    """A background, the ink on it (contrast 4.5:1 or more), and whether the word stands bold."""

    paper: str
    ink: str
    bold: bool = False


# Fills that stay apart in print and for readers who do not tell red from green; the word is always beside them.
FILLS: dict[Tone, Fill] = {
    Tone.ALARM: Fill("#F6D5D5", "#7A1020", bold=True),
    Tone.WARN: Fill("#FBE3CC", "#7A3E00", bold=True),
    Tone.MIND: Fill("#FBF3CF", "#5F4B00"),
    Tone.CALM: Fill("#DCE9F5", "#1D4568"),
    Tone.PALE: Fill("#ECEEF1", "#454D57"),
    Tone.GOOD: Fill("#DDEFE0", "#1C5230"),
}

SEVERITY_TONES: dict[Severity, Tone] = {
    Severity.CRITICAL: Tone.ALARM,
    Severity.HIGH: Tone.WARN,
    Severity.MEDIUM: Tone.MIND,
    Severity.LOW: Tone.CALM,
    Severity.INFO: Tone.PALE,
}
_SEVERITIES: tuple[tuple[Text | str, Tone], ...] = tuple(
    (one.text, tone) for one, tone in SEVERITY_TONES.items()
)
_CHANGES: tuple[tuple[Text | str, Tone], ...] = (
    (Change.NEW.text, Tone.CALM),
    (Change.WORSE.text, Tone.ALARM),
    (Change.BETTER.text, Tone.GOOD),
    (Change.PERSISTING.text, Tone.PALE),
    (Change.LAPSED.text, Tone.MIND),
    (Change.RESOLVED.text, Tone.GOOD),
    ("sheet_not_judged", Tone.MIND),
)

# Label of a column → its words (a text, or the key of a label) with their tones.
_WORDS: Mapping[str, tuple[tuple[Text | str, Tone], ...]] = {
    "severity": _SEVERITIES,
    "worst": _SEVERITIES,
    "verdict": ((Verdict.FAIL.text, Tone.ALARM), (Verdict.UNKNOWN.text, Tone.MIND)),
    "change": _CHANGES,
    "answer_status": (
        ("status_doing", Tone.CALM),
        ("status_done", Tone.GOOD),
        ("status_accepted", Tone.MIND),
    ),
    "waiver_state": (
        (WaiverState.ACTIVE.text, Tone.GOOD),
        (WaiverState.SOON.text, Tone.MIND),
        (WaiverState.LAPSED.text, Tone.WARN),
        (WaiverState.REFUSED.text, Tone.ALARM),
    ),
    "in_step": (("step_out", Tone.ALARM), ("step_unknown", Tone.MIND), ("step_quiet", Tone.GOOD)),
    "fate": (("fate_rejected", Tone.ALARM), ("fate_set_aside", Tone.PALE)),
    "enabled": (("no", Tone.PALE),),
    "plan_late_column": (("plan_late", Tone.ALARM),),
}

# Columns whose day is one that something must be done by.
DEADLINES = frozenset(("due", "start_by", "expires", "waiver_until", "plan_due", "plan_latest_start"))


def word_fills(label: str, words: Wording) -> tuple[tuple[str, Tone], ...]:
    """The words of a column, in the reader's language, that fill their cell."""
    return tuple(
        (words.label(word) if isinstance(word, str) else words.say(word), tone)
        for word, tone in _WORDS.get(label, ())
    )


BASE: dict[str, Any] = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "top"}
_RULE = {"bottom": 1, "bottom_color": "#D9DEE5"}
_LINK = {"font_color": "#1A5490", "underline": 1}
_ANSWER = {"bg_color": "#FDF9E8", **_RULE}

FORMATS: dict[str, dict[str, Any]] = {
    "title": {"font_size": 16, "bold": True, "font_color": "#17324D"},
    "headline": {"font_size": 12, "bold": True},
    "section": {"bold": True, "font_color": "#17324D", "bottom": 2, "bottom_color": "#17324D"},
    "key": {"font_color": "#4A5563", **_RULE},
    "value": {"text_wrap": True, "num_format": "@", **_RULE},
    "figure": {"num_format": "#,##0", "align": "left", "bold": True, **_RULE},
    "note": {"font_color": "#4A5563", "italic": True},
    "goto": {**_LINK, **_RULE},
    "head": {"bold": True, "font_color": "#FFFFFF", "bg_color": "#17324D", "valign": "vcenter"},
    "head_answer": {"bold": True, "font_color": "#17324D", "bg_color": "#F3E6B3", "valign": "vcenter"},
    Form.SHORT.value: {"num_format": "@", **_RULE},
    Form.LONG.value: {"num_format": "@", "text_wrap": True, **_RULE},
    Form.SEVERITY.value: {"num_format": "@", "align": "center", **_RULE},
    Form.DATE.value: {"num_format": "yyyy-mm-dd", "align": "left", **_RULE},
    Form.COUNT.value: {"num_format": "#,##0", "align": "right", "indent": 1, **_RULE},
    Form.LINK.value: {**_LINK, **_RULE},
    Form.ANSWER.value: {"num_format": "@", "text_wrap": True, **_ANSWER},
    Form.ANSWER_DATE.value: {"num_format": "yyyy-mm-dd", "align": "left", **_ANSWER},
}
