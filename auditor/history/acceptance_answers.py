"""What people's answers say about findings: which one counts, what it accepts, and what did not follow from it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from auditor.history.waiver_policy import WaiverRules, refusal, state_of, waiver_id
from auditor.model.answer import Answer, AnswerStatus, StaleAnswer
from auditor.model.result import Finding, Tally
from auditor.model.text import Message, say
from auditor.model.verdict import Scope, Verdict
from auditor.model.waiver import Waiver, WaiverUse

_BETWEEN_CHECKS = re.compile(r"[\s,，、;；/]+")
_CHECK_SHAPE = re.compile(r"[A-Z]{2,}\d{2,}")
# Targets whose name stays theirs; that of a row or a document is its place in a sheet, which moves.
_NAMED = frozenset((Scope.ENTITY, Scope.SERVICE, Scope.DOMAIN, Scope.PERSON))


@dataclass(frozen=True, slots=True)
class AnswerWaivers:
    """The acceptances of a filled-in report. notes: those that make no waiver, with why; refused: those the policy refuses."""

    waivers: tuple[Waiver, ...]
    notes: tuple[StaleAnswer, ...]
    refused: tuple[WaiverUse, ...]


def waivers_from_answers(
    answers: Iterable[Answer],
    rules: WaiverRules,
    as_of: date,
    *,
    approver: str = "",
    made_at: datetime | None = None,
) -> AnswerWaivers:
    """The waivers that answers make, in the order of their ids; nothing is looked up among findings.

    approver, made_at: who approves them and when they are recorded, for the command that keeps them. Where one finding is
    answered more than once the last answer counts. Of a row that names several checks it is not known which fingerprint
    is whose: it is refused where all of them are forbidden, and each run judges it again.
    """
    made: dict[str, Waiver] = {}
    notes: list[StaleAnswer] = []
    refused: dict[str, WaiverUse] = {}
    chosen, overridden = latest_answers(answers)
    notes += overridden
    for answer in chosen.values():
        waiver = waiver_of(answer, approver=approver, made_at=made_at)
        if isinstance(waiver, Message):
            notes.append(StaleAnswer(answer, waiver))
        elif waiver is not None and waiver.until < as_of:
            notes.append(StaleAnswer(answer, past(waiver)))
        elif waiver is not None:
            checks = checks_of(answer)
            judged = checks if all(rules.forbids(check) for check in checks) else ()
            why = refusal(waiver, judged, rules, as_of)
            if why is None:
                made.setdefault(waiver.id, waiver)
            else:
                use = WaiverUse(waiver, state_of(waiver, why, rules, as_of), (answer.fingerprint,), why)
                refused.setdefault(waiver.id, use)
    return AnswerWaivers(
        tuple(made[key] for key in sorted(made)),
        in_order(notes),
        tuple(refused[key] for key in sorted(refused)),
    )


def waiver_of(
    answer: Answer, *, approver: str = "", made_at: datetime | None = None
) -> Waiver | Message | None:
    """The waiver that an answer makes, past or not; a message where it was meant as one and lacks something; None else.

    by: the owner typed beside it, else the name of the file.
    """
    if not answer.accepts:
        unsaid = not isinstance(answer.status, AnswerStatus) and answer.reason and answer.until
        return _UNSAID if unsaid else None
    if not answer.reason.strip():
        return _NO_REASON
    if answer.until is None:
        return _NO_DAY
    if not isinstance(answer.until, date):
        return say(
            "标为接受风险，但“接受至”填写的 {text} 不是完整日期（须含年月日），未予豁免",
            "marked as accepted, but {text} under “Accept until” is no whole date (year, month and day), so that nothing "
            "is waived",
            text=answer.until,
        )
    name = answer.path.replace("\\", "/").rpartition("/")[2]
    by = answer.owner.strip() or name
    number = waiver_id(until=answer.until, reason=answer.reason, by=by, fingerprint=answer.fingerprint)
    return Waiver(
        number,
        answer.reason,
        by,
        answer.until,
        answer.fingerprint,
        approver=approver,
        origin=answer.path,
        made_at=made_at,
    )


def latest_answers(answers: Iterable[Answer]) -> tuple[dict[str, Answer], list[StaleAnswer]]:
    """The answer that counts for each fingerprint, the last one given, and those that do not count.

    Blank answers are none; one that says the same as the one that counts is not told again.
    """
    chosen: dict[str, Answer] = {}
    others: list[Answer] = []
    stale: list[StaleAnswer] = []
    for answer in answers:
        if not any(answer.typed):
            continue
        if not answer.fingerprint:
            stale.append(StaleAnswer(answer, _NAMELESS))
            continue
        key = answer.fingerprint.lower()
        if key in chosen:
            others.append(chosen[key])
        chosen[key] = answer
    for answer in others:
        counts = chosen[answer.fingerprint.lower()]
        if counts.typed != answer.typed:
            why = say(
                "同一问题另有较后的答复（{sheet} 第 {row} 行），以较后的为准",
                "a later answer to the same finding counts ({sheet} row {row})",
                sheet=counts.sheet,
                row=counts.row,
            )
            stale.append(StaleAnswer(answer, why))
    return chosen, stale


def gone(answer: Answer, tallies: Mapping[str, Tally], not_judged: Collection[str]) -> Message:
    """Why a run has no finding for an answer, as far as it can be known; that it is solved is never claimed.

    tallies: by check id in capitals; not_judged: fingerprints of which this run could say nothing.
    """
    if answer.fingerprint in not_judged:
        return say(
            "本次没有判定此项，不能视为已解决",
            "this run did not judge it, so that it cannot be called solved",
        )
    known = [tallies[check] for check in checks_of(answer) if check in tallies]
    named = checks_of(answer)
    if named and not known:
        return say("本次审计不含此检查", "this audit does not include the check")
    if known and not any(one.enabled for one in known):
        return say("此检查已按策略停用", "the policy has switched the check off")
    if known and not any(one.total for one in known):
        return say("本次没有此检查适用的对象", "this audit has no target of this check")
    return say(
        "本次没有发现此问题：可能已解决，也可能其对象或内容已变",
        "this audit does not find it: put right since, or its target or what is wrong with it is another one now",
    )


def scrambled(answer: Answer, finding: Finding, targets: Collection[tuple[str, str]]) -> bool:
    """True where a row names another check or target than its fingerprint does, as after sorting some columns only.

    targets: check and target of every finding, for a name that merely changed is no sign of it.
    """
    checks = [check for check in checks_of(answer) if _CHECK_SHAPE.fullmatch(check)]
    if checks and finding.check.upper() not in checks and _CHECK_SHAPE.fullmatch(finding.check.upper()):
        return True
    other = answer.target not in ("", finding.target)
    return other and finding.scope in _NAMED and (finding.check, answer.target) in targets


def notices(answer: Answer, finding: Finding, covered: bool, as_of: date) -> list[Message]:
    """What an answer says that did not come about, although it stands beside its finding."""
    if answer.status is AnswerStatus.DONE and not covered:
        if finding.verdict is Verdict.UNKNOWN:
            return [
                say("已标为完成，但本次仍无法判定", "marked as done, and this audit still cannot decide it")
            ]
        return [say("已标为完成，但本次仍然发现", "marked as done, and this audit still finds it")]
    waiver = waiver_of(answer)
    if isinstance(waiver, Message):
        return [waiver]
    return [past(waiver)] if waiver is not None and waiver.until < as_of else []


def past(waiver: Waiver) -> Message:
    """What is said of an acceptance whose last day is over."""
    return say("接受期已于 {day} 届满", "its last day was {day}", day=waiver.until)


def checks_of(answer: Answer) -> tuple[str, ...]:
    """The ids of the checks that a row named, in capitals."""
    text = unicodedata.normalize("NFKC", answer.check).upper()
    return tuple(dict.fromkeys(check for check in _BETWEEN_CHECKS.split(text) if check))


def in_order(stale: Iterable[StaleAnswer]) -> tuple[StaleAnswer, ...]:
    """By file, sheet and row; each said once."""
    by_place: dict[tuple[str, str, int, str, str, tuple[str, ...]], StaleAnswer] = {}
    for one in stale:
        own = one.answer
        why = one.why.render("en", show_pii=True)
        by_place.setdefault((own.path, own.sheet, own.row, own.fingerprint, why, own.typed), one)
    return tuple(by_place[place] for place in sorted(by_place))


_NAMELESS = say(
    "该行没有可用的指纹，无法对应到问题",
    "its row has no usable fingerprint, so that it belongs to no finding",
)
_NO_REASON = say(
    "标为接受风险，但没有填写接受理由，未予豁免",
    "marked as accepted without a reason, so that nothing is waived",
)
_NO_DAY = say(
    "标为接受风险，但没有填写“接受至”，未予豁免",
    "marked as accepted without a last day, so that nothing is waived",
)
_UNSAID = say(
    "填写了接受理由与接受至，但处理状态不是“接受风险”，未予豁免",
    "a reason and a last day are given, but the status is not “accepted”, so that nothing is waived",
)
SCRAMBLED = say(
    "该行的检查或对象与其指纹不符，可能只排序了部分列；答复按指纹列出，未据此豁免",
    "its row names another check or target than its fingerprint, perhaps because some columns were sorted alone; the "
    "answer is shown by its fingerprint, and nothing is waived by it",
)
