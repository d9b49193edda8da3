"""What became another between two runs, in words and as a document, for `audit diff`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from auditor.cli.history_lines import run_content
from auditor.model.change import Change, PastFinding, WorldChange
from auditor.model.text import Text, say
from auditor.model.verdict import Verdict

if TYPE_CHECKING:
    from auditor.cli.difference import SideBySide
    from auditor.history.records import RunRecord
    from auditor.model.text import Message
    from auditor.report.wording import Wording

# In the order in which they are read; what persists is only counted.
_LISTED = (Change.NEW, Change.WORSE, Change.LAPSED, Change.BETTER, Change.RESOLVED)
_COUNTED = (*_LISTED, Change.PERSISTING)
_LINE = 200
_MARK = 12  # digits of a fingerprint: enough to name it in `audit waive`
_ACCEPTED = Text("新近豁免", "waived since")
_NOT_JUDGED = Text(
    "较新的一次未能判定, 不能视为已解决", "not judged at the later run, and so not to be called resolved"
)
_SAME = Text("两次之间没有变化", "Nothing changed between the two")
_ESTIMATED = Text(
    "其中一次的完整结果未留存: 当时豁免了哪些事项按豁免登记推算",
    "the whole result of one of the runs is not kept: what was waived then is worked out from the trail of waivers",
)


def difference_lines(told: SideBySide, words: Wording, limit: int) -> Iterator[str]:
    """Counts first, then each list. limit: lines of a list, 0 for all."""
    yield _run(
        say("较早: {run} (审计基准日 {day}, {state})", "from: {run} (audit date {day}, {state})"),
        told.before,
        words,
    )
    yield _run(
        say("较新: {run} (审计基准日 {day}, {state})", "to:   {run} (audit date {day}, {state})"),
        told.after,
        words,
    )
    yield " · ".join(f"{words.say(one.text)} {words.number(told.counts[one])}" for one in _COUNTED)
    if told.estimated:
        yield words.say(_ESTIMATED)
    sections = [*_finding_sections(told, words), *_name_sections(told, words)]
    facts = [_fact(one, words) for one in told.told.world]
    if facts:
        sections.append((words.label("changes_world"), facts))
    if not sections:
        yield words.say(_SAME)
    for title, lines in sections:
        yield ""
        yield f"{title} ({words.number(len(lines))})"
        shown = lines[:limit] if limit else lines
        yield from (f"  {line}" for line in shown)
        if len(shown) < len(lines):
            left = len(lines) - len(shown)
            yield "  " + words.say(
                say(
                    "未列出 {left} 项 (--limit 0 列出全部)",
                    "not shown: {left} (--limit 0 shows all)",
                    left=left,
                )
            )


def _run(template: Message, run: RunRecord, words: Wording) -> str:
    state = words.label("line_complete" if run.complete else "line_incomplete")
    return words.say(say(template.text.zh, template.text.en, run=run.id, day=run.as_of, state=state))


def _finding_sections(told: SideBySide, words: Wording) -> Iterator[tuple[str, list[str]]]:
    for change in _LISTED:
        if own := told.lists[change]:
            yield words.say(change.text), [_finding(one, told, words) for one in own]
    if told.told.not_judged:
        yield words.say(_NOT_JUDGED), [_finding(one, told, words) for one in told.told.not_judged]
    if told.accepted:
        yield words.say(_ACCEPTED), [_finding(one, told, words) for one in told.accepted]


def _name_sections(told: SideBySide, words: Wording) -> Iterator[tuple[str, list[str]]]:
    own = told.told
    for label, names in (
        ("domains_arrived", own.domains_arrived),
        ("domains_gone", own.domains_gone),
        ("entities_arrived", own.entities_arrived),
        ("entities_gone", own.entities_gone),
    ):
        if names:
            yield words.label(label), [words.say(name) for name in names]


def _finding(one: PastFinding, told: SideBySide, words: Wording) -> str:
    from auditor.report.foreign import cut

    was = (told.told.before or {}).get(one.fingerprint)
    before = f" ← {_standing(*was, words)}" if was else ""
    head = f"[{_standing(one.verdict, one.severity, words)}{before}] {one.check} {words.say(one.target)}"
    said = " ".join(f"{head}{words.label('colon')}{words.say(one.message)}".split())
    return f"{cut(said, _LINE, words.lang)}  #{one.fingerprint[:_MARK]}"


def _standing(verdict: Verdict, severity: object, words: Wording) -> str:
    """The severity of a failure; of a doubt that it is one, too."""
    shown = words.say(severity)
    return shown if verdict is Verdict.FAIL else f"{words.say(verdict.text)} · {shown}"


def _fact(one: WorldChange, words: Wording) -> str:
    from auditor.report.changes import WORLD_LABELS

    label = WORLD_LABELS.get(one.kind)
    kind = words.label(label) if label else one.kind
    nothing = words.label("world_nothing")
    before, after = (words.say(side) if side else nothing for side in (one.before, one.after))
    return f"{words.say(one.target)} {kind}{words.label('colon')}{before} → {after}"


def difference_content(told: SideBySide, words: Wording) -> dict[str, Any]:
    """The difference for a program: every list whole."""
    own = told.told
    return {
        "schema": "filing-diff/1",
        "portfolio": words.say(told.after.portfolio),
        "from": run_content(told.before, words),
        "to": run_content(told.after, words),
        "counts": {change.code: told.counts[change] for change in _COUNTED},
        **{change.code: _findings(told.lists[change], told, words) for change in _LISTED},
        "not_judged": _findings(own.not_judged, told, words),
        "waived_since": _findings(told.accepted, told, words),
        "waived_estimated": told.estimated,
        "domains": {"arrived": _names(own.domains_arrived, words), "gone": _names(own.domains_gone, words)},
        "entities": {
            "arrived": _names(own.entities_arrived, words),
            "gone": _names(own.entities_gone, words),
        },
        "world": [
            {
                "kind": one.kind,
                "target": words.say(one.target),
                "before": words.say(one.before) if one.before else None,
                "after": words.say(one.after) if one.after else None,
            }
            for one in own.world
        ],
    }


def _names(names: Sequence[str], words: Wording) -> list[str]:
    return [words.say(name) for name in names]


def _findings(findings: Sequence[PastFinding], told: SideBySide, words: Wording) -> list[dict[str, Any]]:
    before = told.told.before or {}
    return [
        {
            "fingerprint": one.fingerprint,
            "check": one.check,
            "verdict": one.verdict.code,
            "severity": one.severity.code,
            "was": {"verdict": was[0].code, "severity": was[1].code}
            if (was := before.get(one.fingerprint))
            else None,
            "target": words.say(one.target),
            "message": words.say(one.message),
            "entity_number": one.entity_number or None,
            "entity_name": words.say(one.entity_name) if one.entity_name else None,
            "domain": words.say(one.domain) if one.domain else None,
        }
        for one in findings
    ]
