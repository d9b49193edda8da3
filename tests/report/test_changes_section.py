"""Changes, waivers, answers and the conclusion on the page: every fact told, nothing called resolved that was not judged."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from auditor.model.answer import AnswerStatus
from auditor.model.change import Change, Comparison, TrendPoint, WorldChange
from auditor.model.result import AuditResult, Tally
from auditor.model.text import Text, say, show
from auditor.model.verdict import Reason, Scope, Severity, Verdict
from auditor.model.waiver import WaiverState, WaiverUse
from auditor.report.changes import NotJudgedBecause, changes_of
from auditor.report.conclusion import State
from auditor.report.html import write_html
from auditor.report.labels import LABELS
from auditor.report.numbers import Step
from auditor.report.page import Limits
from auditor.report.view import build_view
from auditor.report.waived import waiver_counts, waiver_lines
from auditor.report.wording import Wording
from auditor.report.write import write_reports
from tests.builders import entity_number
from tests.report.pages import Page, read_page
from tests.report.pasts import answer, hostile_past, lived_in, past, waiver
from tests.report.results import AS_OF, HOSTILE, crowd, finding, quiet_result, sample_result, sample_run

LANGUAGES = pytest.mark.parametrize("lang", ["zh", "en"])
BOTH_FORMS = pytest.mark.parametrize("limits", [Limits(), Limits(cards=0)], ids=["cards", "rows"])
TALLY = Tally("OWN201", Text("甲", "A"), Scope.DOMAIN, Severity.CRITICAL)


def section(
    result: AuditResult, folder: Path, name: str, lang: str = "zh", limits: Limits | None = None
) -> str:
    """The source of one section of the page."""
    path = folder / "page.html"
    write_html(build_view(result), path, Wording(lang), limits=limits or Limits())
    source = path.read_text(encoding="utf-8")
    start = source.index(f'<section id="{name}">')
    rest = source[start + 1 :]
    ends = [at for at in (rest.find('\n<section id="'), rest.find("\n</main>")) if at >= 0]
    return "<" + rest[: min(ends)]


def text_of(source: str) -> Page:
    return read_page(source)


@LANGUAGES
def test_no_history_and_a_first_run_each_say_so(lang: str, tmp_path: Path) -> None:
    none = section(quiet_result(), tmp_path, "changes", lang)
    assert LABELS["changes_none"].in_language(lang) in none
    first = section(quiet_result(comparison=Comparison(None)), tmp_path, "changes", lang)
    assert LABELS["changes_first"].in_language(lang) in first
    assert "<table" not in none + first


def test_a_first_run_calls_nothing_new(tmp_path: Path) -> None:
    result = replace(sample_result(), comparison=Comparison(None))
    assert 'class="tag change' not in section(result, tmp_path, "findings")
    assert build_view(result).conclusion.notes == ()


@LANGUAGES
def test_every_fact_of_a_comparison_stands_on_the_page(lang: str, tmp_path: Path) -> None:
    result = lived_in()
    told = result.comparison
    assert told is not None
    page = text_of(section(result, tmp_path, "changes", lang))
    shown = page.text
    facts = [told.since, "2026-11-16", *told.domains_arrived, *told.domains_gone, *told.entities_arrived]
    for one in (*told.resolved, *told.not_judged):
        facts += [one.check, one.target, one.message.in_language(lang), one.entity_name or one.entity_number]
    for one in told.world:
        for said in (one.target, one.before or LABELS["world_nothing"], one.after):
            facts.append(said.in_language(lang) if isinstance(said, Text) else said)
        facts.append(LABELS[f"world_{one.kind}"].in_language(lang))
    facts += [one.run for one in told.trend]
    for fact in facts:
        assert fact is not None
        assert fact in shown
    assert {one["id"] for one in page.all("h4")} >= {"changes-new", "changes-worse", "changes-lapsed"}


def test_counts_of_changes_link_to_their_lists(tmp_path: Path) -> None:
    page = text_of(section(lived_in(), tmp_path, "changes"))
    links = {one["href"] for one in page.all("a")}
    assert {"#changes-new", "#changes-worse", "#changes-resolved", "#changes-not-judged"} <= links
    linked = {one.fingerprint for one in lived_in().findings if one.change == "worse"}
    assert {f"#f-{fingerprint}" for fingerprint in linked} <= links


def test_what_was_not_judged_is_never_called_resolved() -> None:
    undecided = finding("OWN201", "a.cn", Verdict.UNKNOWN, reason=Reason.TIMEOUT)
    gone = (past(1, check="OWN201", target="a.cn"), past(2, check="OWN201"), past(3, check="WEB901"))
    off = replace(TALLY, check="WEB901", enabled=False)
    result = quiet_result(
        findings=(undecided,),
        tallies=(replace(TALLY, unknown=1), off),
        comparison=Comparison("r", not_judged=gone),
    )
    changes = changes_of(result)
    assert changes is not None
    assert [one.why for one in changes.not_judged] == [
        NotJudgedBecause.UNDECIDED,
        NotJudgedBecause.UNREAD,
        NotJudgedBecause.OFF,
    ]
    assert changes.not_judged[0].now is undecided
    assert changes.resolved == 0
    assert "不能视为已解决 3" in build_view(result).conclusion.notes[-1].render("zh")


def test_counts_are_taken_from_the_lists_where_history_gives_none() -> None:
    result = replace(lived_in(), comparison=Comparison("r", resolved=(past(1), past(2))))
    changes = changes_of(result)
    assert changes is not None
    for change in (Change.NEW, Change.WORSE, Change.LAPSED, Change.BETTER, Change.PERSISTING):
        assert changes.counts[change] == sum(
            1 for one in result.findings if one.change == change.code and one.waiver is None
        )
    assert changes.counts[Change.RESOLVED] == 2


def test_a_long_list_of_changes_is_cut_aloud(tmp_path: Path) -> None:
    result = replace(
        crowd(400, 0), comparison=Comparison("r", domains_gone=tuple(f"g{n}.cn" for n in range(300)))
    )
    source = section(result, tmp_path, "changes")
    assert "此处显示 100 项, 另有 300 项未显示" in source
    assert "此处显示 100 项, 另有 200 项未显示" in source


def test_an_unknown_kind_of_fact_is_shown_as_it_is(tmp_path: Path) -> None:
    world = (WorldChange("moon <b>phase", "a.cn", "", ""),)
    source = section(quiet_result(comparison=Comparison("r", world=world)), tmp_path, "changes")
    assert "moon &lt;b&gt;phase" in source
    assert source.count("无记录") == 2


def test_a_single_run_draws_no_trend(tmp_path: Path) -> None:
    point = TrendPoint("r", AS_OF, {}, 0, 0, True)
    assert "<svg" not in section(
        quiet_result(comparison=Comparison("q", trend=(point,))), tmp_path, "changes"
    )
    assert "<svg" in section(
        quiet_result(comparison=Comparison("q", trend=(point, point))), tmp_path, "changes"
    )


@LANGUAGES
@BOTH_FORMS
def test_a_waived_finding_keeps_its_verdict_and_says_who_accepts_it(
    limits: Limits, lang: str, tmp_path: Path
) -> None:
    result = lived_in()
    page = text_of(section(result, tmp_path, "waived", lang, limits))
    anchors = set(page.ids)
    for one in result.waived:
        assert one.waiver is not None
        assert f"f-{one.fingerprint}" in anchors
        word = one.severity.text if one.verdict is Verdict.FAIL else LABELS["unknown"]
        for fact in (
            one.check,
            one.target,
            word.in_language(lang),
            one.waiver.by,
            one.waiver.approver,
            one.waiver.reason,
        ):
            assert fact in page.text
        assert one.waiver.until.isoformat() in page.text


@LANGUAGES
def test_every_waiver_stands_with_its_state(lang: str, tmp_path: Path) -> None:
    result = lived_in()
    text = text_of(section(result, tmp_path, "waived", lang)).text
    for use in result.waivers:
        assert use.state.text.in_language(lang) in text
        assert use.waiver.id in text
        assert use.waiver.until.isoformat() in text
        if use.why:
            assert use.why.in_language(lang) in text
    assert LABELS["waiver_unused"].in_language(lang) in text
    assert LABELS["waiver_no_approver"].in_language(lang) in text


def test_waivers_that_do_not_hold_stand_first() -> None:
    result = lived_in()
    lines = waiver_lines(result)
    assert [one.use.state for one in lines][:3] == [WaiverState.REFUSED, WaiverState.LAPSED, WaiverState.SOON]
    assert len(lines) == len(result.waivers)
    assert sum(waiver_counts(result).values()) == len(result.waivers)
    assert [one.unused for one in lines].count(True) == 2


@LANGUAGES
@BOTH_FORMS
def test_what_people_typed_stands_beside_the_finding(limits: Limits, lang: str, tmp_path: Path) -> None:
    result = lived_in()
    for name, findings in (
        ("findings", result.failures),
        ("unknown", result.unknowns),
        ("waived", result.waived),
    ):
        text = text_of(section(result, tmp_path, name, lang, limits)).text
        for one in findings:
            if one.answer is None:
                continue
            said = one.answer
            status = said.status
            shown = (
                LABELS[f"status_{status}"].in_language(lang) if isinstance(status, AnswerStatus) else status
            )
            for fact in (said.owner, show(said.planned, lang), shown, said.reason, said.path):
                assert str(fact) in text


@LANGUAGES
def test_nothing_that_a_person_typed_is_lost(lang: str, tmp_path: Path) -> None:
    result = lived_in()
    text = text_of(section(result, tmp_path, "stale", lang)).text
    for one in result.stale_answers:
        said = one.answer
        for fact in (
            one.why.render(lang),
            said.owner,
            said.path,
            said.sheet,
            said.reason,
            said.target,
            said.message,
        ):
            assert fact in text
        assert said.fingerprint in text
        assert show(said.until, lang) in text


def test_stale_answers_are_never_cut(tmp_path: Path) -> None:
    many = tuple(
        replace(one, answer=answer(f"{n:032x}", owner=f"某人{n}"))
        for n, one in enumerate(lived_in().stale_answers * 100)
    )
    text = text_of(section(replace(crowd(6_000, 0), stale_answers=many), tmp_path, "stale")).text
    assert all(f"某人{n}\n" in text + "\n" for n in range(len(many)))


@LANGUAGES
def test_hostile_text_stays_text_in_every_new_place(lang: str, tmp_path: Path) -> None:
    result = hostile_past()
    bad = tuple(
        past(n, target=text, entity_name=text, message=Text(text or "x", text or "x"))
        for n, text in enumerate(HOSTILE)
    )
    told = Comparison(
        HOSTILE[0],
        resolved=bad,
        not_judged=bad,
        domains_arrived=HOSTILE,
        entities_gone=HOSTILE,
        world=tuple(WorldChange(text, text, text, text) for text in HOSTILE),
        trend=tuple(TrendPoint(text, AS_OF, {}, 0, 0, False) for text in HOSTILE),
    )
    result = replace(result, comparison=told)
    for name in ("changes", "waived", "stale", "findings", "shared"):
        for limits in (Limits(), Limits(cards=0)):
            page = text_of(section(result, tmp_path, name, lang, limits))
            assert (page.unclosed, page.left_open) == ([], [])
            tags = {one.tag for one in page.elements}
            assert not tags & {"script", "img", "textarea", "input", "r", "t"}
            assert not any(
                key.startswith("on") or key == "style" for one in page.elements for key in one.attributes
            )
            assert all(one["href"].startswith(("#", "http://", "https://")) for one in page.all("a"))


def test_a_waived_difference_is_drawn_as_accepted_and_not_as_gone() -> None:
    result = sample_result()
    accepted = waiver(1, date(2026, 12, 31))
    found = tuple(
        replace(one, waiver=accepted) if one.domain == "a-shili.cn" or one.check == "SYN401" else one
        for one in result.findings
    )
    number = next(
        one for one in build_view(replace(result, findings=found)).shared if one.number == entity_number(1)
    )
    assert not number.out_of_step
    assert number.step is Step.WAIVED
    assert {one.domain: one.step for one in number.domains}["a-shili.cn"] is Step.WAIVED


def waived_only(**changes: object) -> AuditResult:
    """A book of which everything was looked at and whose one failure is accepted."""
    one = replace(finding("OWN201", "a.cn"), waiver=waiver(1, date(2026, 12, 31)))
    return quiet_result(findings=(one,), tallies=(replace(TALLY, waived=1),), **changes)


def test_an_accepted_failure_is_counted_aloud_and_never_green(tmp_path: Path) -> None:
    conclusion = build_view(waived_only()).conclusion
    assert conclusion.state is State.ACCEPTED
    assert conclusion.headline.render("zh") == "除已豁免的 1 项外, 未发现问题"
    assert "豁免不等于符合" in conclusion.notes[0].render("zh")
    source = section(waived_only(), tmp_path, "conclusion")
    assert "conclusion accepted" in source
    assert "clear" not in source


def test_an_incomplete_audit_with_waivers_is_open() -> None:
    run = sample_run(complete=False, incomplete_because=(say("缺", "left out"),))
    conclusion = build_view(waived_only(run=run)).conclusion
    assert conclusion.state is State.OPEN
    assert "1 项已豁免" in conclusion.headline.render("zh")
    assert "waived: 1" in conclusion.headline.render("en")


def test_waived_findings_that_do_not_add_up_are_told() -> None:
    assert build_view(waived_only()).discrepancies == ()
    wrong = replace(waived_only(), tallies=(replace(TALLY, passed=1),))
    assert any("已豁免" in one.render("zh") for one in build_view(wrong).discrepancies)


def test_the_conclusion_tells_waivers_that_need_an_eye() -> None:
    uses = tuple(
        WaiverUse(waiver(n, date(2026, 12, 1)), state)
        for n, state in enumerate(
            (WaiverState.SOON, WaiverState.LAPSED, WaiverState.REFUSED, WaiverState.ACTIVE)
        )
    )
    notes = build_view(quiet_result(waivers=uses)).conclusion.notes
    assert [one.render("en") for one in notes] == ["Waivers: lapsing soon 1, lapsed 1, refused 1"]


def test_the_sign_off_names_what_is_signed(tmp_path: Path) -> None:
    result = sample_result()
    page = text_of(section(result, tmp_path, "signature"))
    for fact in (
        result.run.id,
        *(one.sha256 for one in result.reading.inputs),
        "cd" * 32,
        "编制",
        "复核",
        "批准",
        "2026-11-23",
    ):
        assert any(fact in text for text in page.texts)


@LANGUAGES
@BOTH_FORMS
def test_a_word_of_ours_about_the_world_is_said_in_one_language(
    lang: str, limits: Limits, tmp_path: Path
) -> None:
    here, gone = Text("已注册", "registered"), Text("未注册", "not registered")
    world = (WorldChange("status", "a.cn", here, gone),)
    result = quiet_result(comparison=Comparison("r", world=world))
    words = {"zh": ("已注册", "未注册"), "en": ("registered", "not registered")}
    other = words["en" if lang == "zh" else "zh"]
    page = text_of(section(result, tmp_path, "changes", lang, limits)).text
    assert f"{words[lang][0]}→ {words[lang][1]}" in page.replace("\n", "")
    assert other[1] not in page
    written = write_reports(result, tmp_path, ["xlsx", "json"], lang=lang)
    told = json.loads(written[1].read_text(encoding="utf-8"))["comparison"]["world"]
    assert [(one["before"], one["after"]) for one in told] == [words[lang]]
    cells = {
        cell
        for sheet in load_workbook(written[0])
        for row in sheet.iter_rows(values_only=True)
        for cell in row
    }
    assert set(words[lang]) <= cells
    assert other[1] not in cells
