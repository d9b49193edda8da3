"""Acceptances in words and as documents, for `audit waive` and `audit waivers`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from auditor.cli.history_lines import moment
from auditor.model.text import Text, say
from auditor.model.verdict import Verdict
from auditor.model.waiver import Waiver

if TYPE_CHECKING:
    from auditor.cli.waive_finding import Done
    from auditor.cli.waiver_standing import Accepted, Standings
    from auditor.history.records import Past
    from auditor.history.waiver_log import WaiverEvent
    from auditor.report.wording import Wording

_LINE = 200
_FINDINGS_SHOWN = 5
_UNUSED = Text("最近一次审计未用到", "not used in the newest run")
_WITHDRAWN = Text("已撤销", "withdrawn")
_BY_ANSWER = Text(
    "仅见于已填写的报告, 未登记 (audit waive --from 可登记)",
    "in a filled-in report only, not on record (audit waive --from records it)",
)


def state_text(one: Accepted) -> Text:
    """How it stands with an acceptance."""
    return _WITHDRAWN if one.withdrawn is not None else one.use.state.text


def finding_line(one: Past, words: Wording) -> str:
    """`[高] OWN201 example.cn：…` in one line."""
    from auditor.report.foreign import cut

    weight = words.say(one.severity)
    if one.verdict is not Verdict.FAIL:
        weight = f"{words.say(one.verdict.text)} · {weight}"
    said = words.say(one.shown().message)
    head = f"[{weight}] {one.check} {words.say(one.target)}{words.label('colon')}"
    return cut(" ".join((head + said).split()), _LINE, words.lang)


def finding_lines(findings: Sequence[Past], words: Wording, limit: int = _FINDINGS_SHOWN) -> Iterator[str]:
    """The first few findings, and how many there are beside them."""
    for one in findings[:limit]:
        yield finding_line(one, words)
    if len(findings) > limit:
        yield words.say(say("另有 {left} 项", "and {left} more", left=len(findings) - limit))


def subject(waiver: Waiver, words: Wording) -> str:
    """What a waiver speaks of: a fingerprint, or check × target."""
    if waiver.fingerprint is not None:
        return f"#{waiver.fingerprint}"
    return f"{words.say(waiver.check or '')} × {words.say(waiver.target or '')}"


def waiver_line(waiver: Waiver, words: Wording) -> str:
    """Who accepts it until when and why."""
    told = say(
        "{by} 接受至 {until} (当日有效), 理由: {reason}",
        "accepted by {by} until {until} (that day included), because: {reason}",
        by=waiver.by,
        until=waiver.until,
        reason=waiver.reason,
    )
    text = words.say(told)
    if waiver.approver:
        text += words.say(say("; 批准人: {approver}", "; approved by {approver}", approver=waiver.approver))
    return " ".join(text.split())


def accepted_lines(done: Done, words: Wording) -> Iterator[str]:
    """What is accepted, until when, and what else is to be known."""
    waiver = done.waiver
    if done.dry_run:
        head = say("将登记豁免 {id} (未写入)", "would record waiver {id} (nothing is written)", id=waiver.id)
    elif done.what is None:
        head = say(
            "豁免 {id} 已如此登记, 没有改动",
            "waiver {id} is on record just so; nothing changed",
            id=waiver.id,
        )
    else:
        head = say("豁免 {id}: 已{what}", "waiver {id}: {what}", id=waiver.id, what=done.what.text)
    yield words.say(head)
    yield f"  {words.say(say('台账组 {name}', 'portfolio {name}', name=done.portfolio))}"
    yield f"  {waiver_line(waiver, words)}"
    yield f"  {subject(waiver, words)}"
    for line in finding_lines(done.findings, words):
        yield f"  {line}"
    if not done.findings:
        yield "  " + words.say(
            Text(
                "历史库中没有这样的发现; 出现时即被豁免",
                "the history has no such finding; it is accepted when it appears",
            )
        )
    elif not done.current:
        yield "  " + words.say(
            Text(
                "最近一次审计中没有此项, 以上为其最后一次的内容",
                "the newest run does not have it; shown as it last stood",
            )
        )
    elif all(one.pending for one in done.findings):
        yield "  " + words.say(Text("最近一次审计未能判定此项", "the newest run could not judge it"))
    for one in done.also:
        other = one.use.waiver
        yield "  " + words.say(
            say(
                "另有豁免 {id} 覆盖, 至 {until}",
                "waiver {id} covers it too, until {until}",
                id=other.id,
                until=other.until,
            )
        )
    yield words.say(
        say(
            "撤销: audit waivers withdraw {id} --by … --reason …",
            "to take it back: audit waivers withdraw {id} --by … --reason …",
            id=waiver.id,
        )
    )


def standing_lines(told: Standings, words: Wording, *, every: bool, trail: bool) -> Iterator[str]:
    """The acceptances of one portfolio. every: withdrawn ones too, and those that are over and whose findings are gone."""
    shown = [one for one in told.accepted if every or not one.settled]
    yield words.say(
        say(
            "台账组 {name} (豁免: {count})",
            "Portfolio {name} (waivers: {count})",
            name=told.portfolio,
            count=len(shown),
        )
    )
    for one in shown:
        yield from _accepted_lines(one, words)
    if hidden := len(told.accepted) - len(shown):
        yield "  " + words.say(
            say(
                "未列出已撤销或已到期且不再涉及问题的 {hidden} 项 (--all 列出)",
                "not shown, withdrawn or over with nothing left to accept: {hidden} (--all shows them)",
                hidden=hidden,
            )
        )
    if trail:
        yield "  " + words.say(Text("登记簿:", "trail:"))
        for event in told.trail:
            yield f"    {_event_line(event, words)}"


def _accepted_lines(one: Accepted, words: Wording) -> Iterator[str]:
    waiver = one.use.waiver
    mark = f" · {words.say(_UNUSED)}" if one.unused and one.withdrawn is None else ""
    yield f"  {waiver.id} [{words.say(state_text(one))}{mark}] {waiver_line(waiver, words)}"
    if one.use.why is not None and one.withdrawn is None:
        yield f"    {words.say(one.use.why)}"
    if one.withdrawn is not None:
        event = one.withdrawn
        yield "    " + words.say(
            say(
                "{by} 于 {at} 撤销: {why}",
                "withdrawn by {by} on {at}: {why}",
                by=event.by,
                at=moment(event.at),
                why=event.why,
            )
        )
    if not one.recorded:
        yield f"    {words.say(_BY_ANSWER)}"
    yield f"    {subject(waiver, words)}"
    for line in finding_lines(one.findings, words):
        yield f"    {line}"


def _event_line(event: WaiverEvent, words: Wording) -> str:
    waiver = event.waiver
    told = say(
        "{number} {at} {what} {id} 至 {until}, {by}: {why}",
        "{number} {at} {what} {id} until {until}, {by}: {why}",
        number=event.number,
        at=moment(event.at),
        what=event.what.text,
        id=waiver.id,
        until=waiver.until,
        by=event.by,
        why=event.why,
    )
    return " ".join(f"{words.say(told)} {subject(waiver, words)}".split())


def standings_content(told: Standings, words: Wording, *, every: bool, trail: bool) -> dict[str, Any]:
    """The same for a program."""
    content: dict[str, Any] = {
        "name": words.say(told.portfolio),
        "newest_run": told.newest.id if told.newest is not None else None,
        "waivers": [_accepted_content(one, words) for one in told.accepted if every or not one.settled],
    }
    if trail:
        content["trail"] = [
            {
                "number": event.number,
                "at": moment(event.at),
                "what": event.what.code,
                "by": words.say(event.by),
                "why": words.say(event.why),
                "waiver": waiver_content(event.waiver, words),
            }
            for event in told.trail
        ]
    return content


def _accepted_content(one: Accepted, words: Wording) -> dict[str, Any]:
    return {
        **waiver_content(one.use.waiver, words),
        "state": "withdrawn" if one.withdrawn is not None else one.use.state.code,
        "why": words.say(one.use.why) if one.use.why is not None else None,
        "recorded": one.recorded,
        "used": bool(one.findings),
        "findings": [
            {
                "fingerprint": past.fingerprint,
                "check": past.check,
                "verdict": past.verdict.code,
                "severity": past.severity.code,
                "target": words.say(past.target),
                "message": words.say(past.shown().message),
            }
            for past in one.findings
        ],
    }


def waiver_content(waiver: Waiver, words: Wording) -> dict[str, Any]:
    """A waiver for a program."""
    return {
        "id": waiver.id,
        "fingerprint": waiver.fingerprint,
        "check": waiver.check,
        "target": words.say(waiver.target) if waiver.target is not None else None,
        "until": waiver.until.isoformat(),
        "by": words.say(waiver.by),
        "approver": words.say(waiver.approver) if waiver.approver else None,
        "reason": words.say(waiver.reason),
        "origin": words.say(waiver.origin),
        "made_at": moment(waiver.made_at) if waiver.made_at is not None else None,
    }
