"""The conclusion of an audit: four ways to put it, and never a clean one where the look was incomplete."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from auditor.model.change import Change
from auditor.model.result import AuditResult, Finding
from auditor.model.text import Message, say
from auditor.model.verdict import Severity, Verdict
from auditor.model.waiver import WaiverState
from auditor.model.words import Source
from auditor.report.changes import changes_of


class State(StrEnum):
    """How an audit ended."""

    PROBLEMS = "problems"  # something is wrong
    OPEN = "open"  # nothing is known to be wrong, but not everything could be looked at
    ACCEPTED = "accepted"  # everything was looked at, and somebody has accepted all that is wrong
    CLEAR = "clear"  # everything was looked at and nothing is wrong


@dataclass(frozen=True, slots=True)
class Conclusion:
    """state, the sentence that says it, what limits it, and what else its reader has to know (waivers, changes)."""

    state: State
    headline: Message
    limits: tuple[Message, ...]
    notes: tuple[Message, ...] = ()


def conclude(result: AuditResult, failures: tuple[Finding, ...], unknowns: tuple[Finding, ...]) -> Conclusion:
    """The conclusion; hints (severity info) are no problems, unknowns are never a pass, waived ones are told aloud."""
    problems = sum(1 for one in failures if one.severity > Severity.INFO)
    limits = tuple(_limits(result))
    judged = _judged(result)
    waived = len(result.waived)
    if problems:
        state, headline = State.PROBLEMS, _problems(problems, len(unknowns))
    elif not judged:
        state = State.OPEN
        headline = say(
            "没有可审计的内容, 不能得出结论", "There was nothing to audit; no conclusion can be drawn"
        )
    elif unknowns:
        state = State.OPEN
        headline = say(
            "未发现问题, 但有 {unknown} 项无法判定, 不能视为合规",
            "No problem found, but {unknown} could not be decided; this is not a clean result",
            unknown=len(unknowns),
        )
    elif limits or not result.run.complete:
        state = State.OPEN
        headline = say(
            "未发现问题, 但审计不完整, 不能视为合规",
            "No problem found, but the audit is incomplete; this is not a clean result",
        )
    elif waived:
        state = State.ACCEPTED
        headline = say(
            "除已豁免的 {waived} 项外, 未发现问题",
            "Apart from {waived} waived, no problem found",
            waived=waived,
        )
    else:
        state, headline = State.CLEAR, say("未发现问题", "No problem found")
    if waived and state is not State.ACCEPTED:
        headline = say(
            "{headline}；另有 {waived} 项已豁免",
            "{headline}; waived: {waived}",
            headline=headline,
            waived=waived,
        )
    if result.part is not None:
        headline = say("本部分：{headline}", "This share: {headline}", headline=headline)
    return Conclusion(state, headline, limits, (*_waivers(result), *_changes(result)))


def _judged(result: AuditResult) -> bool:
    """Whether any verdict was given; of a share, whose passes are not known, whether there was anything to judge."""
    if any(one.passed + one.failed + one.unknown + one.waived for one in result.tallies):
        return True
    checked = any(one.enabled for one in result.tallies)
    return result.part is not None and checked and bool(result.reading.portfolio.rows)


def _problems(problems: int, unknown: int) -> Message:
    if not unknown:
        return say("发现 {problems} 项问题", "Problems found: {problems}", problems=problems)
    return say(
        "发现 {problems} 项问题, 另有 {unknown} 项无法判定",
        "Problems found: {problems}; a further {unknown} could not be decided",
        problems=problems,
        unknown=unknown,
    )


def _waivers(result: AuditResult) -> Iterator[Message]:
    """What is accepted and by its own verdict stays wrong, and acceptances that do not or soon will not hold."""
    failed = sum(1 for one in result.waived if one.verdict is Verdict.FAIL)
    if result.waived:
        grave = sum(
            1 for one in result.waived if one.verdict is Verdict.FAIL and one.severity is max(Severity)
        )
        yield say(
            "已豁免 {waived} 项 (其中不符合 {failed} 项, 严重 {grave} 项), 不计入问题数；豁免不等于符合",
            "Waived: {waived} (failures among them {failed}, critical {grave}), not counted as problems; waived is not compliant",
            waived=len(result.waived),
            failed=failed,
            grave=grave,
        )
    by_state = Counter(one.state for one in result.waivers)
    odd = (by_state[WaiverState.SOON], by_state[WaiverState.LAPSED], by_state[WaiverState.REFUSED])
    if any(odd):
        yield say(
            "豁免：即将到期 {soon}, 已到期 {lapsed}, 不予采用 {refused}",
            "Waivers: lapsing soon {soon}, lapsed {lapsed}, refused {refused}",
            soon=odd[0],
            lapsed=odd[1],
            refused=odd[2],
        )
    if result.stale_answers:
        yield say(
            "有 {count} 条填写的处理意见未能沿用, 已全部列出",
            "Answers that could not be carried over: {count}; every one is listed",
            count=len(result.stale_answers),
        )


def _changes(result: AuditResult) -> Iterator[Message]:
    """The change since the run before in one line; nothing is called resolved that was not judged."""
    changes = changes_of(result)
    if changes is None or changes.first:
        return
    counts = changes.counts
    yield say(
        "与上次相比：新增 {new}, 加重 {worse}, 豁免到期 {lapsed}, 减轻 {better}, 已解决 {resolved}, 不能视为已解决 {open}",
        "Since the last run: new {new}, worse {worse}, waiver lapsed {lapsed}, better {better}, resolved {resolved}, not to be "
        "called resolved {open}",
        new=counts[Change.NEW],
        worse=counts[Change.WORSE],
        lapsed=counts[Change.LAPSED],
        better=counts[Change.BETTER],
        resolved=counts[Change.RESOLVED],
        open=len(changes.not_judged),
    )


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
            "{source}: domains whose look-up failed: {failed}",
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
