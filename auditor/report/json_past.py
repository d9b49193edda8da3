"""What audit.json says beyond this run alone: acceptances, answers, and what changed since the run before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from auditor.model.answer import Answer, AnswerStatus, StaleAnswer
from auditor.model.change import Change, PastFinding, TrendPoint
from auditor.model.result import AuditResult
from auditor.model.text import Text, mask_text, show
from auditor.model.verdict import Severity
from auditor.model.waiver import Waiver, WaiverUse
from auditor.report.wording import BEIJING, Wording

Json = dict[str, Any]


def beijing(when: datetime) -> str:
    """A point in time in Beijing's zone, to the second."""
    local = when.astimezone(BEIJING) if when.tzinfo else when.replace(tzinfo=BEIJING)
    return local.isoformat(timespec="seconds")


def waiver_json(one: Waiver | None, words: Wording) -> Json | None:
    """The acceptance that covers a finding, null for none."""
    if one is None:
        return None
    return {
        "id": one.id,
        "by": _free(one.by, words),
        "approver": _free(one.approver, words) or None,
        "until": one.until.isoformat(),
        "reason": _free(one.reason, words),
    }


def answer_json(one: Answer | None, words: Wording) -> Json | None:
    """What people wrote about a finding, masked as every text; null for what they left empty.

    planned, until: an ISO day, or the text as typed. status: open, doing, done, accepted, or the text as typed.
    """
    if one is None:
        return None
    return {
        "owner": _free(one.owner, words) or None,
        "planned": _typed_day(one.planned, words),
        "status": one.status.value
        if isinstance(one.status, AnswerStatus)
        else _free(one.status, words) or None,
        "reason": _free(one.reason, words) or None,
        "until": _typed_day(one.until, words),
    }


def _typed_day(value: date | str | None, words: Wording) -> str | None:
    if isinstance(value, date):
        return value.isoformat()
    return _free(value or "", words) or None


def _free(text: str, words: Wording) -> str:
    """A text that somebody typed, in which numbers of people may stand."""
    return text if words.show_pii else mask_text(text)


def _shown(value: Text | str, words: Wording) -> str:
    """What somebody said, or a word of ours in the reader's language."""
    return value.in_language(words.lang) if isinstance(value, Text) else _free(value, words)


class PastWriter:
    """Turns waivers, answers left over and the comparison into JSON in the words of one reader."""

    def __init__(self, result: AuditResult, words: Wording) -> None:
        self.result = result
        self.words = words

    def say(self, value: object) -> str:
        """A value in the reader's language, masked."""
        return show(value, self.words.lang, show_pii=self.words.show_pii)

    def use(self, one: WaiverUse) -> Json:
        """One waiver and what it did."""
        waiver = one.waiver
        return {
            "id": waiver.id,
            "state": one.state.code,
            "fingerprint": waiver.fingerprint,
            "check": waiver.check,
            "target": _free(waiver.target, self.words) if waiver.target is not None else None,
            "by": _free(waiver.by, self.words),
            "approver": _free(waiver.approver, self.words) or None,
            "until": waiver.until.isoformat(),
            "reason": _free(waiver.reason, self.words),
            "origin": waiver.origin,
            "made_at": beijing(waiver.made_at) if waiver.made_at else None,
            "findings": list(one.findings),
            "why": self.say(one.why) if one.why else None,
        }

    def stale(self, one: StaleAnswer) -> Json:
        """One answer that could not be carried over, with all that was typed."""
        answer = one.answer
        return {
            "fingerprint": answer.fingerprint,
            "check": answer.check or None,
            "target": _free(answer.target, self.words) or None,
            "message": _free(answer.message, self.words) or None,
            "answer": answer_json(answer, self.words),
            "path": answer.path,
            "sheet": answer.sheet,
            "row": answer.row,
            "carried": one.carried,
            "why": self.say(one.why),
        }

    def comparison(self) -> Json | None:
        """This run against the one before; null where no history was looked at."""
        one = self.result.comparison
        if one is None:
            return None
        return {
            "since": one.since,
            "since_as_of": one.since_as_of.isoformat() if one.since_as_of else None,
            "since_at": beijing(one.since_at) if one.since_at else None,
            "counts": {change.code: (one.counts or {}).get(change, 0) for change in Change},
            "resolved": self.past(one.resolved),
            "not_judged": self.past(one.not_judged),
            "domains": {"arrived": self.names(one.domains_arrived), "gone": self.names(one.domains_gone)},
            "entities": {"arrived": self.names(one.entities_arrived), "gone": self.names(one.entities_gone)},
            "world": [
                {
                    "kind": fact.kind,
                    "target": _free(fact.target, self.words),
                    "before": _shown(fact.before, self.words) or None,
                    "after": _shown(fact.after, self.words) or None,
                }
                for fact in one.world
            ],
            "trend": [self.point(point) for point in one.trend],
        }

    def names(self, names: Iterable[str]) -> list[str]:
        return [_free(name, self.words) for name in names]

    def past(self, findings: Iterable[PastFinding]) -> list[Json]:
        return [
            {
                "fingerprint": one.fingerprint,
                "check": one.check,
                "verdict": one.verdict.code,
                "severity": one.severity.code,
                "target": _free(one.target, self.words),
                "message": self.say(one.message),
                "entity_number": one.entity_number or None,
                "entity_name": _free(one.entity_name, self.words) or None,
                "domain": one.domain or None,
            }
            for one in findings
        ]

    def point(self, one: TrendPoint) -> Json:
        """One run of the trend. run: null for this run, whose id stands at the top and nowhere else."""
        return {
            "run": None if one.run == self.result.run.id else one.run,
            "as_of": one.as_of.isoformat(),
            "findings": {
                severity.code: one.by_severity.get(severity, 0) for severity in sorted(Severity, reverse=True)
            },
            "unknown": one.unknown,
            "waived": one.waived,
            "complete": one.complete,
        }
