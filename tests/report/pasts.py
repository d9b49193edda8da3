"""Results with a past: waivers in every state, answers of every kind, and a run before this one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from auditor.model.answer import Answer, AnswerStatus, StaleAnswer
from auditor.model.change import Change, Comparison, PastFinding, TrendPoint, WorldChange
from auditor.model.result import AuditResult, Finding, Tally
from auditor.model.text import Text, say
from auditor.model.verdict import Severity, Verdict
from auditor.model.waiver import Waiver, WaiverState, WaiverUse
from tests.builders import entity_number
from tests.report.results import AS_OF, BEIJING, HOSTILE, OWNER, sample_result, tallies_for


def waiver(number: int, until: date, **changes: object) -> Waiver:
    """One acceptance; whatever is not said is plain."""
    plain = Waiver(
        id=f"{number:016x}",
        reason="迁移期间保留旧域名, 月底前注销",
        by="王示例",
        until=until,
        fingerprint=f"{number:032x}",
        approver="李示例",
        made_at=datetime(2026, 10, 1, 9, tzinfo=BEIJING),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def answer(fingerprint: str, **changes: object) -> Answer:
    """The answer cells of one row; whatever is not said is plain."""
    plain = Answer(
        fingerprint, "赵示例", date(2026, 12, 1), AnswerStatus.DOING, path="上次.xlsx", sheet="待办", row=4
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def past(number: int, **changes: object) -> PastFinding:
    """A finding of the run before."""
    plain = PastFinding(
        f"{number:032x}",
        "OWN201",
        Verdict.FAIL,
        Severity.HIGH,
        f"gone{number}.cn",
        Text("注册者与主体不一致", "The registrant is not the entity"),
        entity_number(1),
        OWNER,
        f"gone{number}.cn",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def comparison(**changes: object) -> Comparison:
    """A week ago, with something of every kind; `before` knows no finding."""
    plain = Comparison(
        since="20261116T080000-ffff",
        since_as_of=date(2026, 11, 16),
        since_at=datetime(2026, 11, 16, 8, tzinfo=BEIJING),
        counts={Change.NEW: 3, Change.WORSE: 1, Change.PERSISTING: 20, Change.RESOLVED: 1},
        resolved=(past(1),),
        not_judged=(past(2, severity=Severity.CRITICAL, entity_name=""),),
        domains_arrived=("new-shili.cn",),
        domains_gone=("old-shili.cn", "示例.中国"),
        entities_arrived=("京ICP备2020000009号",),
        entities_gone=(),
        world=(
            WorldChange("registrant", "a-shili.cn", OWNER, "别家有限公司"),
            WorldChange("nameservers", "b-shili.cn", "", "ns1.example.net"),
        ),
        trend=(
            TrendPoint(
                "20261116T080000-ffff",
                date(2026, 11, 16),
                {Severity.HIGH: 4},
                unknown=7,
                waived=0,
                complete=True,
            ),
            TrendPoint(
                "20261123T080000-abcd", AS_OF, {Severity.HIGH: 5}, unknown=7, waived=2, complete=False
            ),
        ),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def lived_in() -> AuditResult:
    """The sample as it looks after some weeks: two waived findings, answered ones, leftovers, a run before."""
    base = sample_result()
    found = list(base.findings)
    failed = [n for n, one in enumerate(found) if one.verdict is Verdict.FAIL]
    undecided = [n for n, one in enumerate(found) if one.verdict is Verdict.UNKNOWN]
    accepted = waiver(1, date(2026, 12, 31), fingerprint=found[failed[1]].fingerprint)
    by_target = waiver(
        2, date(2026, 11, 30), fingerprint=None, check="OWN201", target=found[undecided[0]].target
    )
    found[failed[1]] = replace(
        found[failed[1]],
        waiver=accepted,
        answer=answer(
            found[failed[1]].fingerprint,
            status=AnswerStatus.ACCEPTED,
            reason=accepted.reason,
            until=accepted.until,
        ),
    )
    found[undecided[0]] = replace(found[undecided[0]], waiver=by_target)
    found[failed[0]] = _answered(found[failed[0]])
    found[failed[2]] = replace(
        _answered(found[failed[2]], planned="下周五前", status="等法务", until="长期"),
        change=Change.WORSE.code,
    )
    found[failed[3]] = replace(found[failed[3]], change=Change.LAPSED.code)
    found[undecided[1]] = _answered(found[undecided[1]], status=AnswerStatus.DONE, owner="=1+1")
    for number in failed[4:]:
        found[number] = replace(found[number], change=Change.PERSISTING.code)
    before = {found[failed[2]].fingerprint: (Verdict.FAIL, Severity.LOW)}
    findings = tuple(found)
    return replace(
        base,
        findings=findings,
        tallies=tuple(
            _less(one, sum(1 for it in findings if it.check == one.check and it.waiver is not None))
            for one in tallies_for(base.reading, tuple(it for it in findings if it.waiver is None))
        ),
        comparison=comparison(before=before),
        waivers=(
            WaiverUse(accepted, WaiverState.ACTIVE, (found[failed[1]].fingerprint,)),
            WaiverUse(by_target, WaiverState.SOON, (found[undecided[0]].fingerprint,)),
            WaiverUse(waiver(3, date(2026, 11, 20)), WaiverState.LAPSED, (found[failed[3]].fingerprint,)),
            WaiverUse(
                waiver(4, date(2029, 1, 1), approver=""),
                WaiverState.REFUSED,
                (),
                Text(
                    "期限超过策略允许的 180 天", "its term is longer than the 180 days that the policy allows"
                ),
            ),
            WaiverUse(waiver(5, date(2027, 1, 1)), WaiverState.ACTIVE),
        ),
        stale_answers=stale_answers(found[failed[0]].fingerprint),
    )


def _less(tally: Tally, waived: int) -> Tally:
    """The tally with some of what passed counted as waived."""
    return replace(tally, passed=tally.passed - waived, waived=waived)


def _answered(finding: Finding, **changes: object) -> Finding:
    return replace(finding, answer=answer(finding.fingerprint, **changes))


def stale_answers(live: str) -> tuple[StaleAnswer, ...]:
    """One whose finding is gone, and one of which a part could not be carried over."""
    gone = answer(
        "ab" * 16,
        reason="已与法务确认\n下次复核",
        until="三月底",
        check="OWN201",
        target="gone.cn",
        message="注册者不一致",
    )
    return (
        StaleAnswer(gone, say("该问题本次不存在", "The finding is not in this run")),
        StaleAnswer(
            answer(live, until="someday"),
            say("“接受至”不是日期: {text}", "“Accept until” is no date: {text}", text="someday"),
            carried=True,
        ),
    )


def hostile_past() -> AuditResult:
    """The sample with hostile text wherever people and the world have written something."""
    base = sample_result()
    found = list(base.findings)
    uses, stale = [], []
    for number, text in enumerate(HOSTILE):
        bad = waiver(
            100 + number,
            date(2026, 12, 31),
            fingerprint=None,
            check=text,
            target=text,
            reason=text,
            by=text,
            approver=text,
            origin=text,
        )
        uses.append(WaiverUse(bad, WaiverState.LAPSED))
        found[number] = replace(
            found[number],
            answer=answer(
                found[number].fingerprint, owner=text, planned=text, status=text, reason=text, until=text
            ),
        )
        typed = answer(f"{number:032x}", owner=text, planned=text, status=text, reason=text, until=text)
        typed = replace(typed, check=text, target=text, message=text, path=text, sheet=text)
        stale.append(StaleAnswer(typed, say("{text}", "{text}", text=text)))
    own = waiver(99, date(2026, 12, 31), by=HOSTILE[0], reason=HOSTILE[3])
    found[-1] = replace(found[-1], waiver=own, answer=answer(found[-1].fingerprint, reason=HOSTILE[4]))
    world = tuple(WorldChange(text, text, text, text) for text in HOSTILE)
    told = comparison(
        world=world,
        since=HOSTILE[3],
        domains_arrived=HOSTILE,
        entities_gone=HOSTILE,
        resolved=tuple(
            past(n, target=text, entity_name=text, message=Text(text, text)) for n, text in enumerate(HOSTILE)
        ),
    )
    return replace(
        base, findings=tuple(found), waivers=tuple(uses), stale_answers=tuple(stale), comparison=told
    )
