"""Answers and waivers laid over the verdicts of a run; nothing is judged anew, read or written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from auditor.history.acceptance_answers import (
    SCRAMBLED,
    gone,
    in_order,
    latest_answers,
    notices,
    scrambled,
    waiver_of,
)
from auditor.history.waiver_policy import WaiverRules, refusal, state_of
from auditor.model.answer import Answer, StaleAnswer
from auditor.model.change import Change
from auditor.model.result import Finding, Tally
from auditor.model.verdict import Verdict
from auditor.model.waiver import Waiver, WaiverState, WaiverUse


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A run's findings and counts with what people have accepted and answered.

    findings: in the order given. uses: every waiver of the run by its last day, never-used ones too. stale: answers that
    could not be carried over, or of which something did not come about.
    """

    findings: tuple[Finding, ...]
    tallies: tuple[Tally, ...]
    uses: tuple[WaiverUse, ...]
    stale: tuple[StaleAnswer, ...]


def accept(
    findings: Sequence[Finding],
    tallies: Sequence[Tally],
    waivers: Iterable[Waiver],
    answers: Iterable[Answer],
    rules: WaiverRules,
    as_of: date,
    previous_as_of: date | None = None,
    *,
    not_judged: Collection[str] = (),
) -> Acceptance:
    """Answers attached by fingerprint, waivers applied under the policy, covered findings counted as waived.

    waivers: those on record; answers: of filled-in reports in reading order, the last one to a finding counts; an accepted
    one with a reason and a last day is a waiver of its own under the same rules. as_of: the day on which waivers must hold,
    their last day included. previous_as_of: the audit date of the run before; a finding whose waiver held then and is over
    now has "lapsed" as its change, and where it is None any that is over. not_judged: fingerprints of earlier findings of
    which this run can say nothing.

    A covered finding keeps its verdict and severity. Where several waivers cover one, the one that lasts longest stands
    beside it and all of them count as used. Pure: the order of findings, waivers and answers to different findings makes no
    difference beyond the order of `findings`, and applied to its own result it changes nothing.
    """
    chosen, stale = latest_answers(answers)
    present = {finding.fingerprint.lower(): finding for finding in findings}
    by_check = {tally.check.upper(): tally for tally in tallies}
    targets = {(finding.check, finding.target) for finding in findings} if chosen else set()
    off = {
        key for key, answer in chosen.items() if key in present and scrambled(answer, present[key], targets)
    }
    own = [
        made
        for key, answer in chosen.items()
        if key in present and key not in off and isinstance(made := waiver_of(answer), Waiver)
    ]
    judged = _judged(_distinct([*waivers, *own]), findings, rules, as_of)
    held = _held(judged)
    over = _over(judged, previous_as_of)
    after = tuple(_laid(finding, held, over, chosen) for finding in findings)
    for key, answer in chosen.items():
        if key not in present:
            stale.append(StaleAnswer(answer, gone(answer, by_check, not_judged)))
        elif key in off:
            stale.append(StaleAnswer(answer, SCRAMBLED, carried=True))
        else:
            told = notices(answer, present[key], key in held, as_of)
            stale += (StaleAnswer(answer, why, carried=True) for why in told)
    return Acceptance(after, _counted(tallies, findings, after), tuple(_uses(judged, held)), in_order(stale))


def _distinct(waivers: Iterable[Waiver]) -> list[Waiver]:
    """Each waiver once; of one that is on record and in a workbook too, what is on record. By last day, then id."""
    found: dict[str, Waiver] = {}
    for waiver in sorted(waivers, key=_precedence):
        found.setdefault(waiver.id, waiver)
    return sorted(found.values(), key=lambda one: (one.until, one.id))


def _precedence(waiver: Waiver) -> tuple[object, ...]:
    made = waiver.made_at.isoformat() if waiver.made_at else ""
    approver = waiver.approver.strip()
    return (not made, not approver, made, approver, waiver.origin, waiver.reason, waiver.by, waiver.until)


def _judged(
    waivers: Iterable[Waiver], findings: Sequence[Finding], rules: WaiverRules, as_of: date
) -> list[WaiverUse]:
    """How it stands with each waiver, and every finding it speaks of."""
    by_fingerprint: dict[str, list[Finding]] = {}
    by_target: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        by_fingerprint.setdefault(finding.fingerprint.lower(), []).append(finding)
        by_target.setdefault((finding.check.upper(), finding.target), []).append(finding)
    judged = []
    for waiver in waivers:
        if waiver.fingerprint is not None:
            spoken_of = by_fingerprint.get(waiver.fingerprint.lower(), [])
        else:
            spoken_of = by_target.get(((waiver.check or "").upper(), waiver.target or ""), [])
        checks = {one.check.upper() for one in spoken_of} | (
            {waiver.check.upper()} if waiver.check else set()
        )
        why = refusal(waiver, checks, rules, as_of)
        fingerprints = tuple(sorted(one.fingerprint.lower() for one in spoken_of))
        judged.append(WaiverUse(waiver, state_of(waiver, why, rules, as_of), fingerprints, why))
    return judged


def _held(judged: Iterable[WaiverUse]) -> dict[str, Waiver]:
    """The waiver that stands beside each covered finding: of several the one with the latest last day."""
    held: dict[str, Waiver] = {}
    for use in judged:
        if use.effective:
            # In the order of their last days, so that the longest one is the last to be put here.
            held.update(dict.fromkeys(use.findings, use.waiver))
    return held


def _over(judged: Iterable[WaiverUse], previous_as_of: date | None) -> set[str]:
    """The findings of which a waiver is over that held in the run before."""
    return {
        fingerprint
        for use in judged
        if use.state is WaiverState.LAPSED and (previous_as_of is None or use.waiver.until >= previous_as_of)
        for fingerprint in use.findings
    }


def _laid(
    finding: Finding, held: Mapping[str, Waiver], over: Collection[str], answers: Mapping[str, Answer]
) -> Finding:
    key = finding.fingerprint.lower()
    waiver, answer = held.get(key), answers.get(key)
    change = Change.LAPSED.code if waiver is None and key in over else finding.change
    if waiver == finding.waiver and answer == finding.answer and change == finding.change:
        return finding
    return replace(finding, waiver=waiver, answer=answer, change=change)


def _counted(
    tallies: Iterable[Tally], before: Sequence[Finding], after: Sequence[Finding]
) -> tuple[Tally, ...]:
    """The counts with each finding where it stands now; what a check counts in all stays the same."""
    moved: Counter[tuple[str, Verdict]] = Counter()
    for old, new in zip(before, after, strict=True):
        if (old.waiver is None) != (new.waiver is None):
            moved[new.check, new.verdict] += 1 if new.waiver is not None else -1
    counted = []
    for tally in tallies:
        failed, unknown = moved[tally.check, Verdict.FAIL], moved[tally.check, Verdict.UNKNOWN]
        if failed or unknown:
            tally = replace(
                tally,
                failed=tally.failed - failed,
                unknown=tally.unknown - unknown,
                waived=tally.waived + failed + unknown,
            )
        counted.append(tally)
    return tuple(counted)


def _uses(judged: Iterable[WaiverUse], held: Mapping[str, Waiver]) -> Iterator[WaiverUse]:
    """What each waiver did; one that covers nothing keeps those of its findings that nothing else covers."""
    for use in judged:
        if use.effective:
            yield use
        else:
            yield replace(use, findings=tuple(one for one in use.findings if one not in held))
