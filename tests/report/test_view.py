"""The view: counts that add up, a conclusion that never flatters, groupings that lose nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from auditor.model.result import SourceCoverage, Tally
from auditor.model.text import Text, say
from auditor.model.verdict import Reason, Scope, Severity, Verdict
from auditor.report.conclusion import State
from auditor.report.inputrows import Fate, input_rows
from auditor.report.numbers import Step
from auditor.report.view import build_view
from tests.builders import PATH, entity_number
from tests.report.results import crowd, finding, quiet_result, sample_result, sample_run

UNKNOWN = finding("OWN201", "a.cn", Verdict.UNKNOWN, reason=Reason.WITHHELD)
TALLY = Tally("OWN201", Text("甲", "A"), Scope.DOMAIN, Severity.CRITICAL)


def test_every_count_adds_up() -> None:
    result = sample_result()
    view = build_view(result)
    assert view.discrepancies == ()
    assert sum(view.by_severity.values()) == view.counts.failed == len(result.failures)
    assert view.counts.unknown == len(result.unknowns)
    assert view.counts.total == sum(family.counts.total for family in view.families)
    assert sum(len(work.findings) for work in view.entities) == len(result.failures)
    assert sum(work.unknown for work in view.entities) == len(result.unknowns)
    assert sum(reason.count for reason in view.reasons) == len(result.unknowns)
    for reason in view.reasons:
        assert sum(check.count for check in reason.checks) == reason.count


def test_counts_that_do_not_add_up_are_told() -> None:
    result = quiet_result(tallies=(replace(TALLY, passed=2),))
    assert [one.render("en") for one in build_view(result).discrepancies] == ["OWN201: verdicts 2, targets 1"]
    missing = quiet_result(tallies=(replace(TALLY, failed=1),))
    assert len(build_view(missing).discrepancies) == 1
    extra = quiet_result(findings=(UNKNOWN,))
    assert len(build_view(extra).discrepancies) == 1


def test_rows_that_do_not_add_up_are_told() -> None:
    result = quiet_result()
    fate = result.reading.inputs[0]
    wrong = replace(fate, sheets=(replace(fate.sheets[0], rows=7),))
    view = build_view(replace(result, reading=replace(result.reading, inputs=(wrong,))))
    assert [one.render("zh") for one in view.discrepancies] == [
        "台账.xlsx › 台账: 7 行, 而采用 1 行、拒绝 0 行"
    ]


def test_a_book_of_which_all_was_seen_and_nothing_is_wrong_is_clear() -> None:
    conclusion = build_view(quiet_result()).conclusion
    assert conclusion.state is State.CLEAR
    assert conclusion.limits == ()


def test_an_undecided_verdict_is_never_a_clean_result() -> None:
    result = quiet_result(tallies=(replace(TALLY, unknown=1),), findings=(UNKNOWN,))
    conclusion = build_view(result).conclusion
    assert conclusion.state is State.OPEN
    assert conclusion.headline.render("zh") == "未发现问题, 但有 1 项无法判定, 不能视为合规"


def test_an_incomplete_run_is_never_a_clean_result() -> None:
    run = sample_run(complete=False, incomplete_because=(say("有 {n} 行未能纳入", "{n} rows left out", n=1),))
    conclusion = build_view(quiet_result(run=run)).conclusion
    assert conclusion.state is State.OPEN
    assert [one.render("en") for one in conclusion.limits] == ["1 rows left out"]


def test_an_audit_that_could_not_look_outside_is_never_a_clean_result() -> None:
    for coverage in ((), (SourceCoverage("whois", 0, {"timeout": 1}, 0),)):
        conclusion = build_view(quiet_result(coverage=coverage)).conclusion
        assert conclusion.state is State.OPEN
        assert conclusion.limits


def test_an_audit_that_judged_nothing_is_never_a_clean_result() -> None:
    conclusion = build_view(quiet_result(tallies=())).conclusion
    assert conclusion.state is State.OPEN
    assert "没有可审计" in conclusion.headline.render("zh")


def test_problems_are_counted_without_hints() -> None:
    hint = finding("REC113", "京ICP备00000001号-1")
    low = finding("REC102", "台账!2")
    only_hint = quiet_result(findings=(hint,), tallies=(replace(TALLY, check="REC113", failed=1),))
    assert build_view(only_hint).conclusion.state is State.CLEAR
    both = quiet_result(findings=(low, hint))
    assert build_view(both).conclusion.state is State.PROBLEMS
    assert build_view(both).conclusion.headline.render("en") == "Problems found: 1"


def test_work_is_ordered_by_severity_then_by_due_date() -> None:
    view = build_view(sample_result())
    worst = [work.worst for work in view.entities]
    assert worst == sorted(worst, key=lambda one: -(one or 0))
    own = next(work for work in view.entities if work.number == entity_number(1))
    assert [one.check for one in own.findings[:2]] == ["DOC601", "OWN201"]
    assert own.due == date(2026, 11, 23)
    assert own.start_by == date(2026, 11, 1)
    assert own.name == "示例科技有限公司"


def test_a_shared_number_tells_who_holds_what_and_which_domain_is_out_of_step() -> None:
    view = build_view(sample_result())
    number = next(one for one in view.shared if one.number == entity_number(1))
    assert number.out_of_step
    assert [one.check for one in number.findings] == ["SYN401"]
    steps = {one.domain: (one.registrant, one.source, one.step) for one in number.domains}
    assert steps["a-shili.cn"] == ("别家有限公司", "registrar", Step.OUT)
    assert steps["b-shili.cn"] == ("示例科技有限公司", "book", Step.QUIET)
    assert entity_number(3) not in {one.number for one in view.shared}


def test_one_cause_on_one_target_is_told_once() -> None:
    twice = (UNKNOWN, replace(UNKNOWN, check="OWN205", fingerprint="2"))
    view = build_view(quiet_result(findings=twice))
    cases = view.reasons[0].cases()
    assert [case.checks for case in cases] == [("OWN201", "OWN205")]


def test_examples_are_counted_for_each_check_and_reason() -> None:
    view = build_view(crowd(0, 200))
    assert {reason.reason: len(reason.cases(7)) for reason in view.reasons} == {
        Reason.WITHHELD: 7,
        Reason.TIMEOUT: 7,
    }


def test_every_row_of_every_sheet_has_a_fate() -> None:
    result = sample_result()
    rows = list(input_rows(result))
    by_fate = {fate: sum(1 for one in rows if one.fate is fate) for fate in Fate}
    sheets = result.reading.inputs[0].sheets
    assert by_fate[Fate.ACCEPTED] == sum(sheet.accepted for sheet in sheets)
    assert by_fate[Fate.REJECTED] == sum(sheet.rejected for sheet in sheets) == 1
    assert by_fate[Fate.SET_ASIDE] == 1
    third = next(one for one in rows if (one.path, one.sheet, one.number) == (PATH, "台账", 3))
    assert [one.check for one in third.findings] == ["REC102"]
    assert rows == sorted(rows, key=lambda one: (one.path, one.sheet, one.number))
