"""Subject lines: counts first, nothing that is zero, no clean word too early, and nothing smuggled in."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.model.change import Change, Comparison, WorldChange
from auditor.model.result import AuditResult
from auditor.model.text import say
from auditor.model.verdict import Severity, Verdict
from auditor.report.mail import MailKind, mail_kind
from auditor.report.mail_subject import clean_name
from auditor.report.view import build_view
from auditor.report.wording import Wording
from tests.report.mails import counted, mail, still
from tests.report.pasts import past, waiver
from tests.report.results import HOSTILE, finding, quiet_result, sample_run, tallies_for

MOVED = still(
    counts={Change.NEW: 3, Change.PERSISTING: 6}, resolved=tuple(past(number) for number in range(4))
)


def subjects(result: AuditResult, **changes: object) -> tuple[str, str]:
    return mail(result, "zh", **changes).subject, mail(result, "en", **changes).subject


def kind_of(result: AuditResult) -> MailKind:
    return mail_kind(build_view(result))


def test_the_counts_stand_first_and_then_what_changed() -> None:
    result = counted(2, 5, 7, comparison=MOVED)
    assert subjects(result) == (
        "[备案审计] 集团域名 严重2 高5 ｜新增3 ↑ 解决4 ↓ ｜无法判定7",
        "[ICP audit] 集团域名 critical 2 high 5 | new 3 ↑ resolved 4 ↓ | undecided 7",
    )
    assert kind_of(result) is MailKind.CHANGED


def test_zeros_are_left_out() -> None:
    assert subjects(counted(0, 5, 0, comparison=still())) == (
        "[备案审计] 集团域名 高5 ｜无变化",
        "[ICP audit] 集团域名 high 5 | unchanged",
    )


def test_every_way_of_change_is_named() -> None:
    counts = {Change.WORSE: 1, Change.LAPSED: 2, Change.BETTER: 3, Change.NEW: 0}
    result = counted(1, 0, 0, comparison=still(counts=counts, not_judged=(past(9),)))
    assert subjects(result)[0] == ("[备案审计] 集团域名 严重1 ｜加重1 ↑ 豁免到期2 ↑ 减轻3 ↓ 未再判定1")
    assert "worse 1 ↑ waiver lapsed 2 ↑ better 3 ↓ not judged again 1" in subjects(result)[1]


def test_a_first_report_says_so_and_calls_nothing_new() -> None:
    result = counted(1, 0, 0, comparison=Comparison(since=None))
    assert subjects(result) == (
        "[备案审计] 集团域名 严重1 ｜首次",
        "[ICP audit] 集团域名 critical 1 | first report",
    )
    assert kind_of(result) is MailKind.FIRST


def test_without_a_history_nothing_is_said_about_change() -> None:
    result = counted(1, 0, 0)
    assert subjects(result)[0] == "[备案审计] 集团域名 严重1"
    assert kind_of(result) is MailKind.CHANGED


@pytest.mark.parametrize(
    ("changes", "zh", "en"),
    [
        ({"world": (WorldChange("registrant", "a.cn", "甲", "乙"),)}, "事实变化1", "facts changed 1"),
        ({"domains_gone": ("a.cn",), "entities_arrived": ("甲",)}, "台账增减2", "portfolio moves 2"),
        ({"not_judged": (past(1),)}, "未再判定1", "not judged again 1"),
    ],
)
def test_unchanged_is_not_said_where_anything_moved(changes: dict[str, object], zh: str, en: str) -> None:
    result = counted(1, 0, 0, comparison=still(**changes))
    assert kind_of(result) is MailKind.CHANGED
    assert subjects(result) == (
        f"[备案审计] 集团域名 严重1 ｜{zh}",
        f"[ICP audit] 集团域名 critical 1 | {en}",
    )


def test_nothing_changed_is_a_kind_of_its_own() -> None:
    assert kind_of(counted(1, 0, 0, comparison=still())) is MailKind.UNCHANGED


def test_all_clear_reads_right() -> None:
    assert subjects(quiet_result(comparison=still())) == (
        "[备案审计] 集团域名 未发现问题 ｜无变化",
        "[ICP audit] 集团域名 no problem found | unchanged",
    )


def test_an_incomplete_audit_is_never_clear() -> None:
    run = sample_run(complete=False, incomplete_because=(say("有 2 行未能纳入审计", "2 rows left out"),))
    assert subjects(quiet_result(run=run)) == (
        "[备案审计] 集团域名 尚不能下结论 ｜审计不完整",
        "[ICP audit] 集团域名 no conclusion yet | incomplete",
    )
    assert subjects(quiet_result(run=sample_run(complete=False)))[1].endswith(
        "no conclusion yet | incomplete"
    )
    assert "审计不完整" in subjects(counted(2, 0, 0, run=run))[0]


def test_an_audit_without_evidence_is_never_clear() -> None:
    zh, en = subjects(quiet_result(coverage=()))
    assert "审计不完整" in zh
    assert "未发现" not in zh
    assert "incomplete" in en
    assert "no problem" not in en


def test_undecided_is_never_clear() -> None:
    assert subjects(counted(0, 0, 7)) == (
        "[备案审计] 集团域名 尚不能下结论 ｜无法判定7",
        "[ICP audit] 集团域名 no conclusion yet | undecided 7",
    )


def test_counts_that_do_not_add_up_are_never_clear() -> None:
    zh, _en = subjects(quiet_result(findings=(finding("REC113", "x", severity=Severity.INFO),)))
    assert "计数不符" in zh
    assert "未发现" not in zh


def test_hints_alone_are_no_problem_but_are_counted() -> None:
    hint = finding("REC113", "x", severity=Severity.INFO)
    base = quiet_result()
    tallies = tuple(
        replace(one, passed=0 if one.check == "REC113" else one.passed, enabled=one.check == "REC113")
        for one in tallies_for(base.reading, (hint,))
    )
    assert subjects(quiet_result(findings=(hint,), tallies=tallies))[0] == (
        "[备案审计] 集团域名 未发现问题 提示1"
    )


def test_what_is_only_waived_is_said_beside_the_clean_word() -> None:
    waived = finding("OWN201", "a.cn", Verdict.FAIL, waiver=waiver(1, date(2027, 1, 1)))
    base = quiet_result()
    tally = replace(base.tallies[0], passed=0, waived=1)
    assert subjects(quiet_result(findings=(waived,), tallies=(tally,)))[0] == (
        "[备案审计] 集团域名 未发现问题 ｜已豁免1"
    )


def test_a_route_and_a_share_are_named() -> None:
    result = counted(1, 0, 0, part=say("仅含 {who} 的部分", "only what is {who}'s", who="王示例"))
    assert subjects(result)[0] == "[备案审计] 集团域名 · 仅含 王示例 的部分 严重1"
    assert subjects(result, route="王示例")[1] == "[ICP audit] 集团域名 · 王示例 critical 1"
    assert subjects(result, route="  ")[1] == "[ICP audit] 集团域名 critical 1"


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("text", [*HOSTILE, "a\r\nBcc: b@example.cn", "a\x85b\x0bc\x1cd\u2028e", ""])
def test_no_line_end_or_hidden_character_comes_in_by_a_name(text: str, lang: str) -> None:
    subject = mail(counted(1, 0, 0), lang, name=text, route=text).subject
    assert not [one for one in subject if unicodedata.category(one) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
    assert subject.isprintable()
    assert len(subject) < 300
    assert subject.encode()


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_name_becomes_one_short_line(name: str) -> None:
    shown = clean_name(name, Wording("zh", show_pii=True))
    assert 0 < len(shown) <= 60
    assert len(shown.splitlines()) == 1


def test_a_phone_in_the_name_is_masked() -> None:
    assert "13800138000" not in mail(counted(1, 0, 0), name="13800138000").subject


def test_a_name_of_nothing_is_a_portfolio() -> None:
    assert mail(counted(1, 0, 0), "en", name=" \n").subject == "[ICP audit] portfolio critical 1"
