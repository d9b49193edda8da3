"""How it stands with every acceptance of a portfolio on a day, by the record and by the newest run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from auditor.model.answer import AnswerStatus
from auditor.model.waiver import Waiver, WaiverState, WaiverUse

if TYPE_CHECKING:
    from auditor.history.records import Past, RunRecord
    from auditor.history.store import History
    from auditor.history.waiver_log import WaiverEvent
    from auditor.history.waiver_policy import WaiverRules
    from auditor.model.answer import Answer

_ORDER = (WaiverState.REFUSED, WaiverState.LAPSED, WaiverState.SOON, WaiverState.ACTIVE)


@dataclass(frozen=True, slots=True)
class Accepted:
    """One acceptance. findings: those of the newest run that it speaks of; answer: the noted answer that says it;
    recorded: it stands in the trail, not in an answer alone; withdrawn: the event that ended it.
    """

    use: WaiverUse
    findings: tuple[Past, ...] = ()
    answer: Answer | None = None
    recorded: bool = True
    withdrawn: WaiverEvent | None = None

    @property
    def unused(self) -> bool:
        """True where it is in force and the newest run has nothing that it speaks of."""
        return self.use.effective and not self.findings

    @property
    def settled(self) -> bool:
        """True where nobody need look at it: withdrawn, or over and its findings gone."""
        return self.withdrawn is not None or (self.use.state is WaiverState.LAPSED and not self.findings)


@dataclass(frozen=True, slots=True)
class Standings:
    """Every acceptance of one portfolio, what asks for an eye first. newest: the run that says what is covered."""

    portfolio: str
    newest: RunRecord | None
    accepted: tuple[Accepted, ...]
    trail: tuple[WaiverEvent, ...]


def standings(history: History, portfolio: str, rules: WaiverRules, day: date) -> Standings:
    """What is on record or was answered, withdrawn ones last, on a day."""
    from auditor.history.acceptance_answers import waiver_of
    from auditor.history.waiver_log import EventKind, standing

    newest = next(iter(history.runs(portfolio, 1)), None)
    findings = FoundByName(() if newest is None else history.findings(newest))
    trail = history.events(portfolio=portfolio)
    recorded = {one.id: one for one in standing(list(trail)).values()}
    answers: dict[str, tuple[Answer, Waiver]] = {}
    for answer in history.answers(portfolio):
        made = waiver_of(answer)
        if isinstance(made, Waiver):
            answers[made.id] = (answer, made)

    def judged(waiver: Waiver) -> tuple[WaiverUse, tuple[Past, ...]]:
        return judge(waiver, findings, rules, day)

    found = [
        Accepted(*judged(one), answer=answers[one.id][0] if one.id in answers else None)
        for one in recorded.values()
    ]
    found += [
        Accepted(*judged(made), answer=answer, recorded=False)
        for key, (answer, made) in answers.items()
        if key not in recorded
    ]
    ended = {one.waiver.id: one for one in trail if one.what is EventKind.WITHDRAWN}
    found += [
        Accepted(*judged(one.waiver), withdrawn=one)
        for key, one in ended.items()
        if key not in recorded and key not in answers
    ]
    found.sort(key=_order)
    return Standings(portfolio, newest, tuple(found), trail)


def _order(one: Accepted) -> tuple[bool, int, date, str]:
    return one.withdrawn is not None, _ORDER.index(one.use.state), one.use.waiver.until, one.use.waiver.id


def judge(
    waiver: Waiver, findings: FoundByName, rules: WaiverRules, day: date
) -> tuple[WaiverUse, tuple[Past, ...]]:
    """A waiver under the policy on a day, and the findings it speaks of."""
    from auditor.history.waiver_policy import refusal, state_of

    own = findings.of(waiver)
    checks = {one.check.upper() for one in own} | ({waiver.check.upper()} if waiver.check else set())
    why = refusal(waiver, checks, rules, day)
    state = state_of(waiver, why, rules, day)
    return WaiverUse(waiver, state, tuple(sorted(one.fingerprint for one in own)), why), own


class FoundByName:
    """The findings of a run by what waivers call them."""

    def __init__(self, findings: Iterable[Past]) -> None:
        self._by_fingerprint: dict[str, list[Past]] = {}
        self._by_target: dict[tuple[str, str], list[Past]] = {}
        for one in findings:
            self._by_fingerprint.setdefault(one.fingerprint.lower(), []).append(one)
            self._by_target.setdefault((one.check.upper(), one.target), []).append(one)

    def of(self, waiver: Waiver) -> tuple[Past, ...]:
        """Those that a waiver speaks of; the history knows targets by their masked names."""
        from auditor.history.records import kept

        if waiver.fingerprint is not None:
            return tuple(self._by_fingerprint.get(waiver.fingerprint.lower(), ()))
        return tuple(self._by_target.get(((waiver.check or "").upper(), kept(waiver.target)), ()))


def retract_answers(history: History, portfolio: str, waiver: Waiver) -> None:
    """Let the noted answer that makes a waiver accept no longer, all else it says kept; the log keeps the old one."""
    from auditor.history.acceptance_answers import waiver_of

    own = []
    for answer in history.answers(portfolio):
        made = waiver_of(answer)
        if isinstance(made, Waiver) and made.id == waiver.id:
            own.append(replace(answer, status=AnswerStatus.OPEN))
    history.note_answers(portfolio, own)
