"""Answers and waivers over the findings of a run."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.history.acceptance import Acceptance, accept
from auditor.history.acceptance_answers import waiver_of, waivers_from_answers
from auditor.history.waiver_policy import WaiverRules, waiver_id
from auditor.model.answer import Answer, AnswerStatus
from auditor.model.result import Finding, Tally
from auditor.model.text import Text, say
from auditor.model.verdict import Scope, Severity, Verdict
from auditor.model.waiver import Waiver, WaiverState

TODAY = date(2026, 11, 23)
BEIJING = timezone(timedelta(hours=8))
RULES = WaiverRules()
WORD = Text("甲", "a")


def finding(
    number: int, check: str = "OWN201", verdict: Verdict = Verdict.FAIL, **changes: object
) -> Finding:
    plain = Finding(
        f"{number:032x}", check, WORD, verdict, Severity.HIGH, Scope.DOMAIN, f"d{number}.cn", (say("甲", "a"),),
        change="persisting",
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


def tallies(findings: list[Finding]) -> list[Tally]:
    def count(check: str, verdict: Verdict) -> int:
        return sum(1 for one in findings if one.check == check and one.verdict is verdict)

    return [
        Tally(check, WORD, Scope.DOMAIN, Severity.HIGH, 5, count(check, Verdict.FAIL), count(check, Verdict.UNKNOWN), 1)
        for check in ("DOC601", "OWN201")
    ] + [Tally("WEB901", WORD, Scope.DOMAIN, Severity.HIGH, enabled=False)]  # fmt: skip


def waiver(until: date = TODAY, **changes: object) -> Waiver:
    made = datetime(2026, 11, 1, tzinfo=BEIJING)
    plain = Waiver("", "理由", "李示例", until, f"{1:032x}", made_at=made)
    changed = replace(plain, **changes)  # type: ignore[arg-type]
    subject = (changed.fingerprint, changed.check, changed.target)
    own = waiver_id(
        until=changed.until, reason=changed.reason, by=changed.by,
        fingerprint=subject[0], check=subject[1], target=subject[2],
    )  # fmt: skip
    return replace(changed, id=changed.id or own)


def answer(number: int = 1, **changes: object) -> Answer:
    plain = Answer(
        f"{number:032x}", "李示例", None, AnswerStatus.ACCEPTED, "理由", date(2027, 1, 1), "OWN201", f"d{number}.cn",
        "甲", "report.xlsx", "待办", number + 1,
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


def laid(
    findings: list[Finding],
    waivers: list[Waiver] | None = None,
    answers: list[Answer] | None = None,
    rules: WaiverRules = RULES,
    previous: date | None = None,
) -> Acceptance:
    return accept(findings, tallies(findings), waivers or [], answers or [], rules, TODAY, previous)


def test_a_waiver_holds_on_its_last_day_and_not_on_the_next() -> None:
    held = laid([finding(1)], [waiver(TODAY)])
    assert held.findings[0].waiver is not None
    assert held.uses[0].state is WaiverState.SOON
    over = laid([finding(1)], [waiver(TODAY - timedelta(1))])
    assert over.findings[0].waiver is None
    assert over.uses[0].state is WaiverState.LAPSED
    assert over.uses[0].findings == (f"{1:032x}",)


def test_a_covered_finding_keeps_its_verdict_and_is_counted_as_waived() -> None:
    found = [finding(1), finding(2), finding(3, "DOC601", Verdict.UNKNOWN)]
    done = laid(found, [waiver(), waiver(fingerprint=f"{3:032x}")])
    assert [(one.verdict, one.severity) for one in done.findings] == [
        (one.verdict, one.severity) for one in found
    ]
    counts = {one.check: (one.failed, one.unknown, one.waived) for one in done.tallies}
    assert counts == {"OWN201": (1, 0, 1), "DOC601": (0, 0, 1), "WEB901": (0, 0, 0)}


@pytest.mark.parametrize(("check", "target", "covered"), [
    ("own201", "d1.cn", True), ("OWN201", "D1.cn", False), ("OWN", "d1.cn", False), ("OWN201", "", False),
])  # fmt: skip
def test_a_check_is_named_in_any_case_and_a_target_to_the_letter(
    check: str, target: str, covered: bool
) -> None:
    own = waiver(fingerprint=None, check=check, target=target)
    done = laid([finding(1), finding(2)], [own])
    assert (done.findings[0].waiver == own) is covered
    assert done.findings[1].waiver is None
    assert bool(done.uses[0].findings) is covered is own.covers(f"{1:032x}", "OWN201", "d1.cn")


def test_a_waiver_that_meets_no_finding_is_told_as_unused() -> None:
    [use] = laid([finding(1)], [waiver(date(2027, 6, 1), fingerprint=f"{9:032x}")]).uses
    assert (use.state, use.findings, use.effective) == (WaiverState.ACTIVE, (), True)


@pytest.mark.parametrize(
    ("rules", "changes", "said"),
    [
        (WaiverRules(never=("own201",)), {}, "不得豁免"),
        (WaiverRules(never=("OWN",)), {}, "不得豁免"),
        (WaiverRules(longest_days=30), {"until": date(2026, 12, 2)}, "最长"),
        (WaiverRules(approver=True), {}, "批准人"),
        (WaiverRules(approver=True), {"approver": " 李 示例"}, "同一人"),
        (RULES, {"reason": " "}, "理由"),
        (RULES, {"by": ""}, "由谁"),
    ],
)
def test_the_policy_refuses_with_its_reason(
    rules: WaiverRules, changes: dict[str, object], said: str
) -> None:
    done = laid([finding(1)], [waiver(**{"until": TODAY, **changes})], rules=rules)  # type: ignore[arg-type]
    [use] = done.uses
    assert use.state is WaiverState.REFUSED
    assert use.findings == (f"{1:032x}",)
    assert use.why is not None
    assert said in use.why.zh
    assert use.why.en
    assert done.findings[0].waiver is None
    assert done.findings[0].change == "persisting"


def test_a_term_is_counted_from_the_day_it_was_made_in_beijing() -> None:
    rules = WaiverRules(longest_days=30, approver=True)
    late = datetime(2026, 11, 1, 16, 30, tzinfo=timezone.utc)  # noqa: UP017 - already the second in Beijing
    own = waiver(date(2026, 12, 2), made_at=late, approver="王示例")
    assert laid([finding(1)], [own], rules=rules).findings[0].waiver == own
    assert laid([finding(1)], [replace(own, until=date(2026, 12, 3))], rules=rules).findings[0].waiver is None


def test_a_waiver_that_lapsed_since_the_run_before_is_a_change() -> None:
    old = waiver(date(2026, 11, 16))
    assert laid([finding(1)], [old]).findings[0].change == "lapsed"
    assert laid([finding(1)], [old], previous=date(2026, 11, 16)).findings[0].change == "lapsed"
    assert laid([finding(1)], [old], previous=date(2026, 11, 17)).findings[0].change == "persisting"
    renewed = laid([finding(1)], [old, waiver(date(2027, 1, 1))])
    assert renewed.findings[0].change == "persisting"
    assert [one.findings for one in renewed.uses] == [(), (f"{1:032x}",)]


def test_of_several_waivers_the_longest_stands_and_all_are_used() -> None:
    every = [waiver(date(2026, 12, day)) for day in (3, 9, 6)]
    done = laid([finding(1)], every)
    assert done.findings[0].waiver == every[1]
    assert [one.findings for one in done.uses] == [(f"{1:032x}",)] * 3


def test_an_accepted_answer_is_a_waiver_under_the_same_rules() -> None:
    done = laid([finding(1)], answers=[answer()])
    own = done.findings[0].waiver
    assert own is not None
    assert done.findings[0].answer == answer()
    assert done.stale == ()
    assert (own.by, own.reason, own.until, own.origin, own.made_at) == (
        "李示例", "理由", date(2027, 1, 1), "report.xlsx", None
    )  # fmt: skip
    assert len(own.id) == 16
    assert int(own.id, 16) >= 0
    refused = laid([finding(1)], answers=[answer()], rules=WaiverRules(approver=True))
    assert refused.uses[0].state is WaiverState.REFUSED
    assert refused.findings[0].waiver is None
    assert refused.findings[0].answer == answer()


def test_an_acceptance_on_record_and_in_the_workbook_is_one_waiver() -> None:
    made = waiver_of(answer(), approver="王示例", made_at=datetime(2026, 11, 20, tzinfo=BEIJING))
    assert isinstance(made, Waiver)
    done = laid([finding(1)], [made], [answer()], WaiverRules(approver=True))
    assert [one.waiver for one in done.uses] == [made]
    assert done.findings[0].waiver == made


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reason": ""}, "没有填写接受理由"),
        ({"until": None}, "没有填写“接受至”"),
        ({"until": "下周"}, "不是完整日期"),
        ({"until": date(2026, 11, 22)}, "届满"),
        ({"status": ""}, "处理状态不是"),
        ({"status": "同意"}, "处理状态不是"),
        ({"status": AnswerStatus.DONE}, "仍然发现"),
        ({"check": "DOC601"}, "与其指纹不符"),
        ({"target": "d2.cn"}, "与其指纹不符"),
    ],
)
def test_an_answer_that_waives_nothing_stays_and_says_why(changes: dict[str, object], said: str) -> None:
    typed = replace(answer(), **changes)  # type: ignore[arg-type]
    done = laid([finding(1), finding(2)], answers=[typed])
    assert done.findings[0].waiver is None
    assert done.findings[0].answer == typed
    [told] = done.stale
    assert told.carried
    assert said in told.why.render("zh")
    assert told.why.render("en")


def test_an_answer_under_way_is_carried_without_a_word() -> None:
    typed = answer(status=AnswerStatus.DOING, planned="下周", reason="", until=None)
    done = laid([finding(1)], answers=[typed, answer(1, owner="", status="", reason="", until=None)])
    assert done.findings[0].answer == typed
    assert done.stale == ()


def test_marked_done_and_waived_is_no_contradiction() -> None:
    assert laid([finding(1)], [waiver()], [answer(status=AnswerStatus.DONE)]).stale == ()


@pytest.mark.parametrize(
    ("check", "said"),
    [("OWN201", "可能已解决"), ("WEB901", "停用"), ("PER503", "不含此检查"), ("", "可能已解决"), ("OWN201\nWEB901", "可能已解决")],
)  # fmt: skip
def test_an_answer_to_a_finding_that_is_gone_is_listed_and_never_called_solved(check: str, said: str) -> None:
    done = laid([finding(1)], answers=[answer(7, check=check)])
    [told] = done.stale
    assert not told.carried
    assert said in told.why.render("zh")
    assert done.uses == ()


def test_a_finding_that_was_not_judged_is_said_to_be_so() -> None:
    found = [finding(1)]
    done = accept(found, tallies(found), [], [answer(7)], RULES, TODAY, not_judged={f"{7:032x}"})
    assert "不能视为已解决" in done.stale[0].why.render("zh")


def test_the_later_of_two_answers_counts_and_the_other_is_listed() -> None:
    first, second = answer(owner="李示例"), answer(owner="王示例", row=9)
    done = laid([finding(1)], answers=[first, second])
    assert done.findings[0].answer == second
    assert [(one.answer, one.carried) for one in done.stale] == [(first, False)]
    assert laid([finding(1)], answers=[first, replace(first, row=9)]).stale == ()


def test_the_acceptances_of_a_workbook_become_waivers_to_record() -> None:
    made = datetime(2026, 11, 23, tzinfo=BEIJING)
    typed = [
        answer(1),
        answer(2, owner="", path="q4/report.xlsx"),
        answer(3, reason=""),
        answer(4, until=date(2026, 1, 1)),
        answer(5, check="DOC601"),
        answer(6, check="DOC601\nOWN201"),
        answer(7, fingerprint=""),
        answer(8, status=AnswerStatus.DONE),
    ]
    rules = WaiverRules(never=("DOC",), approver=True)
    done = waivers_from_answers(typed, rules, TODAY, approver="王示例", made_at=made)
    assert {one.fingerprint for one in done.waivers} == {f"{number:032x}" for number in (1, 2, 6)}
    assert all(one.made_at == made and one.approver == "王示例" for one in done.waivers)
    assert {one.by for one in done.waivers} == {"李示例", "report.xlsx"}
    assert [one.answer.row for one in done.notes] == [4, 5, 8]
    assert [one.findings for one in done.refused] == [(f"{5:032x}",)]


DAYS = st.dates(date(2026, 11, 18), date(2026, 11, 28))
TYPED = st.builds(
    answer,
    st.integers(1, 6),
    owner=st.sampled_from(["", "李示例", "王示例"]),
    status=st.sampled_from(["", "再议", *AnswerStatus]),
    reason=st.sampled_from(["", "理由"]),
    until=st.one_of(st.none(), st.just("下周"), DAYS),
    check=st.sampled_from(["", "OWN201", "DOC601"]),
    row=st.integers(2, 99),
)
MADE = st.one_of(
    st.builds(
        waiver,
        DAYS,
        fingerprint=st.integers(1, 6).map(lambda number: f"{number:032x}"),
        by=st.sampled_from("甲乙"),
    ),
    st.builds(
        waiver,
        DAYS,
        fingerprint=st.none(),
        check=st.sampled_from(["own201", "DOC601"]),
        target=st.integers(1, 6).map(lambda number: f"d{number}.cn"),
    ),
)
FOUND = st.lists(
    st.builds(finding, st.integers(1, 4), st.sampled_from(["OWN201", "DOC601"]), st.sampled_from([Verdict.FAIL, Verdict.UNKNOWN])),
    max_size=4,
    unique_by=lambda one: one.fingerprint,
)  # fmt: skip
POLICY = st.builds(
    WaiverRules,
    st.sampled_from([None, 1, 20]),
    st.booleans(),
    st.sampled_from([(), ("DOC",)]),
    st.integers(0, 3),
)


@settings(max_examples=150, deadline=None)
@given(
    FOUND,
    st.lists(MADE, max_size=6),
    st.lists(TYPED, max_size=8),
    POLICY,
    st.one_of(st.none(), DAYS),
    st.randoms(),
)
def test_the_laws_of_acceptance(
    found: list[Finding],
    made: list[Waiver],
    typed: list[Answer],
    rules: WaiverRules,
    previous: date | None,
    chance: object,
) -> None:
    before = tallies(found)
    done = accept(found, before, made, typed, rules, TODAY, previous)

    # Nothing typed is lost: it stands by a finding, or it is listed with its reason.
    carried = {(one.fingerprint, one.answer.typed) for one in done.findings if one.answer}
    listed = {(one.answer.fingerprint, one.answer.typed) for one in done.stale}
    assert all((one.fingerprint, one.typed) in carried | listed for one in typed if any(one.typed))

    # Counts conserve, check by check, and agree with the findings.
    assert [one.total for one in done.tallies] == [one.total for one in before]
    for tally in done.tallies:
        own = [one for one in done.findings if one.check == tally.check]
        assert tally.waived == sum(1 for one in own if one.waiver)
        assert tally.failed == sum(1 for one in own if not one.waiver and one.verdict is Verdict.FAIL)

    # What covers is in force; every waiver on record is told of.
    effective = {one.waiver.id: set(one.findings) for one in done.uses if one.effective}
    assert all(one.fingerprint in effective[one.waiver.id] for one in done.findings if one.waiver)
    assert {one.id for one in made} <= {one.waiver.id for one in done.uses}

    # Order makes no difference, and a second time changes nothing.
    shuffled = list(made)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    again = accept(found[::-1], before, shuffled, typed, rules, TODAY, previous)
    assert (again.findings[::-1], again.tallies, again.uses, again.stale) == (
        done.findings, done.tallies, done.uses, done.stale
    )  # fmt: skip
    assert accept(done.findings, done.tallies, made, typed, rules, TODAY, previous) == done
