"""Waivers: a finding that somebody accepts for a time, and what became of each acceptance in a run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from auditor.model.text import Text
from auditor.model.words import Word


class WaiverState(Word):
    """How it stands with a waiver on the audit date."""

    ACTIVE = "active", "有效", "active"
    SOON = "soon", "即将到期", "lapses soon"
    LAPSED = "lapsed", "已到期", "lapsed"
    REFUSED = "refused", "不予采用", "refused by the policy"


@dataclass(frozen=True, slots=True)
class Waiver:
    """An accepted finding, by fingerprint, or by check and target.

    until: the last day it holds, that day included, in Asia/Shanghai. id: 16 hex digits, the same for the same
    acceptance. origin: "command" or the display name of the workbook it was typed into. approver: "" where none
    is named. made_at: None for one that was read from a workbook in this run and is recorded nowhere else.
    """

    id: str
    reason: str
    by: str
    until: date
    fingerprint: str | None = None
    check: str | None = None
    target: str | None = None
    approver: str = ""
    origin: str = "command"
    made_at: datetime | None = None

    def covers(self, fingerprint: str, check: str, target: str) -> bool:
        """True where the waiver speaks of this finding: checks in any case of letters, targets to the letter."""
        if self.fingerprint is not None:
            return self.fingerprint.lower() == fingerprint.lower()
        return self.check is not None and self.check.upper() == check.upper() and self.target == target


@dataclass(frozen=True, slots=True)
class WaiverUse:
    """A waiver and what it did in a run. findings: fingerprints it covers, none = never used in this run.

    A lapsed or refused waiver covers nothing: its findings are those it speaks of that stand because nothing else covers
    them. why: the reason for which the policy refuses it, else None.
    """

    waiver: Waiver
    state: WaiverState
    findings: tuple[str, ...] = ()
    why: Text | None = None

    @property
    def effective(self) -> bool:
        """True where the waiver holds on the audit date."""
        return self.state in (WaiverState.ACTIVE, WaiverState.SOON)
