"""The conclusion of an audit: three ways to put it, and never a clean one where the look was incomplete."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from auditor.model.result import AuditResult, Finding
from auditor.model.text import Message, say
from auditor.model.verdict import Severity
from auditor.model.words import Source


class State(StrEnum):
    """How an audit ended."""

    PROBLEMS = "problems"  # something is wrong
    OPEN = "open"  # nothing is known to be wrong, but not everything could be looked at
    CLEAR = "clear"  # everything was looked at and nothing is wrong


@dataclass(frozen=True, slots=True)
class Conclusion:
    """state, the sentence that says it, and what limits it."""

    state: State
    headline: Message
    limits: tuple[Message, ...]


def conclude(result: AuditResult, failures: tuple[Finding, ...], unknowns: tuple[Finding, ...]) -> Conclusion:
    """The conclusion; hints (severity info) are no problems, unknowns are never a pass."""
    problems = sum(1 for one in failures if one.severity > Severity.INFO)
    limits = tuple(_limits(result))
    judged = sum(one.passed + one.failed + one.unknown + one.waived for one in result.tallies)
    if problems and unknowns:
        headline = say(
            "发现 {problems} 项问题, 另有 {unknown} 项无法判定",
            "Problems found: {problems}; a further {unknown} could not be decided",
            problems=problems,
            unknown=len(unknowns),
        )
    elif problems:
        headline = say("发现 {problems} 项问题", "Problems found: {problems}", problems=problems)
    elif not judged:
        headline = say(
            "没有可审计的内容, 不能得出结论", "There was nothing to audit; no conclusion can be drawn"
        )
    elif unknowns:
        headline = say(
            "未发现问题, 但有 {unknown} 项无法判定, 不能视为合规",
            "No problem found, but {unknown} could not be decided; this is not a clean result",
            unknown=len(unknowns),
        )
    elif limits or not result.run.complete:
        headline = say(
            "未发现问题, 但审计不完整, 不能视为合规",
            "No problem found, but the audit is incomplete; this is not a clean result",
        )
    else:
        headline = say("未发现问题", "No problem found")
    if problems:
        state = State.PROBLEMS
    elif not judged or unknowns or limits or not result.run.complete:
        state = State.OPEN
    else:
        state = State.CLEAR
    return Conclusion(state, headline, limits)


def _limits(result: AuditResult) -> list[Message]:
    """What kept the audit from seeing everything."""
    told = list(result.run.incomplete_because)
    unexplained = not told  # a run that says why it is incomplete has said so of rows and look-ups too
    rejected = sum(sheet.rejected for one in result.reading.inputs for sheet in one.sheets)
    if rejected and unexplained:
        told.append(
            say(
                "{rejected} 行被拒绝, 未参与审计",
                "Rows rejected and therefore not audited: {rejected}",
                rejected=rejected,
            )
        )
    outside = [one for one in result.coverage if one.source != Source.BOOK]
    if result.reading.portfolio.domains and not any(one.answered for one in outside):
        told.append(
            say(
                "没有取得任何外部证据: 域名归属、到期、状态和解析只能依据台账",
                "There is no evidence from outside the book: who owns the domains, when they end and where "
                "they lead rests on the book alone",
            )
        )
    told.extend(
        say(
            "{source}: {failed} 个域名查询失败",
            "{source}: look-ups failed for {failed} domains",
            source=one.source,
            failed=sum(one.failed.values()),
        )
        for one in outside
        if unexplained and any(one.failed.values())
    )
    if result.evidence_problems and unexplained:
        told.append(
            say(
                "{lines} 条证据记录无法使用",
                "Evidence lines that could not be used: {lines}",
                lines=len(result.evidence_problems),
            )
        )
    return told
