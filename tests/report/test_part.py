"""The share of a result: whose findings and rows it holds, and what it may say of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.model.answer import Answer, StaleAnswer
from auditor.model.evidence import DomainEvidence, Dossier, Evidence, Outcome
from auditor.model.place import CellRef
from auditor.model.result import AuditResult, CellProblem, RejectedRow, SourceCoverage
from auditor.model.text import Text, say
from auditor.model.verdict import Verdict
from auditor.model.waiver import WaiverState, WaiverUse
from auditor.model.words import SheetRole
from auditor.report.conclusion import State
from auditor.report.part import Division, Share, share_of, shares
from auditor.report.view import build_view
from tests.builders import PATH, entity_number, reading_of, service_number
from tests.report.pasts import answer, lived_in, past, waiver
from tests.report.results import (
    HOSTILE,
    OWNER,
    finding,
    quiet_result,
    sample_result,
    sample_run,
    seen,
    tallies_for,
    with_plan,
)

OTHER = "别家贸易有限公司"
BOOK = "台账"


def row(n: int, index: int, domain: str, group: str = "", name: str = "") -> dict[str, object]:
    return {
        "entity_number": entity_number(n),
        "entity_name": name or (OWNER if n == 1 else OTHER),
        "service_number": service_number(n, index),
        "domain": domain,
        "group": group or None,
    }


def two_entities(**changes: object) -> AuditResult:
    """Entity 1 with a domain in each of two groups, entity 2 with one; a finding about each domain, one about both."""
    reading = reading_of(
        {
            BOOK: (
                SheetRole.FILINGS,
                [row(1, 1, "one.cn", "华东"), row(1, 2, "two.cn", "华北"), row(2, 1, "three.cn", "华东")],
            )
        }
    )
    place = [CellRef(PATH, BOOK, number, 4) for number in (2, 3, 4)]
    found = (
        finding("OWN201", "one.cn", domain="one.cn", group="华东", cells=(place[0],), evidence=(seen(number=1),)),
        finding("OWN201", "two.cn", domain="two.cn", group="华北", cells=(place[1],), evidence=(seen(number=2),)),
        finding("OWN205", "three.cn", domain="three.cn", group="华东", cells=(place[2],), entity_number=entity_number(2), entity_name=OTHER),
        finding(
            "SYN401", entity_number(1), group="华东", cells=tuple(place),
            evidence=(seen(number=1), seen(number=2), seen(number=3)),
        ),
    )  # fmt: skip
    known = {
        name: DomainEvidence(name, outcomes=((seen(number=number), Outcome.FOUND, None),))
        for number, name in enumerate(("one.cn", "two.cn", "three.cn"), 1)
    }
    result = AuditResult(
        run=sample_run(),
        reading=reading,
        tallies=tallies_for(reading, found),
        findings=found,
        coverage=(SourceCoverage("whois", 3, {}, 0, seen(number=3).fetched_at, seen(number=1).fetched_at),),
        dossier=Dossier(known),
    )
    return replace(with_plan(result), **changes)  # type: ignore[arg-type]


def targets(result: AuditResult) -> list[str]:
    return sorted(one.target for one in result.findings)


def domains(result: AuditResult) -> list[str]:
    return [one.key for one in result.reading.portfolio.domains]


@pytest.mark.parametrize(
    "value",
    [entity_number(1), entity_number(1).replace("号", ""), service_number(1, 2), OWNER, f" {OWNER}　"],
)
def test_an_entity_is_known_by_its_number_in_any_spelling_and_by_its_name(value: str) -> None:
    part = share_of(two_entities(), Share("entity", value))
    assert targets(part) == sorted([entity_number(1), "one.cn", "two.cn"])
    assert domains(part) == ["one.cn", "two.cn"]
    assert [one.key for one in part.reading.portfolio.entities] == [entity_number(1)]


def test_a_group_sees_its_rows_and_the_entitys_own_record_alone() -> None:
    part = share_of(two_entities(), Share("tag", "华东"))
    assert targets(part) == sorted([entity_number(1), "one.cn", "three.cn"])
    book = part.reading.portfolio
    assert [row.ref.row for row in book.rows] == [2, 4]
    assert {one.key: one.name for one in book.entities} == {entity_number(1): OWNER, entity_number(2): OTHER}
    assert [one.target for one in book.services] == [service_number(1, 1), service_number(2, 1)]
    assert all(service.entity in book.entities for service in book.services)


def test_an_owner_is_the_person_in_charge_the_group_or_the_owner_on_record() -> None:
    whole = two_entities()
    one = replace(whole.findings[1], answer=answer(whole.findings[1].fingerprint, owner=" 赵示例 "))
    whole = replace(whole, findings=(whole.findings[0], one, *whole.findings[2:]))
    person = share_of(whole, Share("owner", "赵示例"))
    assert targets(person) == ["two.cn"]
    assert domains(person) == ["two.cn"]  # though it stands in another group: somebody gave it to this person
    assert targets(share_of(whole, Share("owner", OTHER))) == ["three.cn"]
    assert targets(share_of(whole, Share("owner", "华北"))) == ["two.cn"]


def test_a_row_of_another_entity_does_not_come_along_with_its_cell() -> None:
    part = share_of(two_entities(), Share("entity", entity_number(1)))
    both = next(one for one in part.findings if one.check == "SYN401")
    assert [cell.row for cell in both.cells] == [2, 3, 4]  # the place stays, what stands there does not
    assert [row.ref.row for row in part.reading.portfolio.rows] == [2, 3]
    assert [one.sha256 for one in both.evidence] == [seen(number=1).sha256, seen(number=2).sha256]


def test_counts_are_those_of_the_share() -> None:
    part = share_of(two_entities(), Share("entity", entity_number(2)))
    (sheet,) = part.reading.inputs[0].sheets
    assert (sheet.rows, sheet.accepted, sheet.rejected) == (1, 1, 0)
    counted = {one.check: (one.passed, one.failed, one.unknown, one.not_applicable) for one in part.tallies}
    assert counted["OWN205"] == (0, 1, 0, 0)
    assert counted["OWN201"] == (0, 0, 0, 0)
    (source,) = part.coverage
    assert (source.answered, source.not_asked, dict(source.failed)) == (1, 0, {})
    assert build_view(part).discrepancies == ()


def test_an_answer_too_old_for_the_whole_is_too_old_for_a_share() -> None:
    whole = two_entities(
        coverage=(
            SourceCoverage("whois", 2, {"stale": 1}, 0, seen(number=3).fetched_at, seen(number=2).fetched_at),
        )
    )
    (source,) = share_of(whole, Share("tag", "华东")).coverage
    assert (source.answered, dict(source.failed)) == (1, {"stale": 1})


def test_the_plan_holds_the_work_of_the_share() -> None:
    whole = two_entities()
    assert whole.plan is not None
    assert list(whole.plan.orders)
    for share in (Share("entity", entity_number(2)), Share("tag", "华北"), Share("entity", "nobody")):
        part = share_of(whole, share)
        prints = {one.fingerprint for one in part.findings}
        assert part.plan is not None
        kept = {one.id for one in part.plan.orders}
        for order in part.plan.orders:
            assert set(order.cures) <= prints
            assert set(order.domains) <= set(domains(part))
            assert set(order.needs) <= kept
        assert set(part.plan.dates) <= prints
        assert {queue.entity_key for queue in part.plan.queues} <= {
            one.key for one in part.reading.portfolio.entities
        }
    assert share_of(two_entities(plan=None), Share("tag", "华北")).plan is None


def test_a_share_of_nothing_is_empty_and_draws_no_conclusion() -> None:
    part = share_of(two_entities(), Share("entity", "没有这家公司"))
    assert (part.findings, part.reading.portfolio.rows, part.reading.inputs) == ((), (), ())
    view = build_view(part)
    assert view.conclusion.state is State.OPEN
    assert view.discrepancies == ()
    for blank in ("", " ", "\u200b"):
        assert share_of(sample_result(), Share("owner", blank)).findings == ()


def test_a_share_without_findings_is_clear_only_where_the_run_was_complete() -> None:
    share = Share("entity", entity_number(1))
    assert build_view(share_of(seen_through(), share)).conclusion.state is State.CLEAR
    partial = seen_through(run=sample_run(complete=False))
    assert build_view(share_of(partial, share)).conclusion.state is State.OPEN
    unjudged = replace(
        seen_through(), tallies=(replace(seen_through().tallies[0], passed=0, not_applicable=1),)
    )
    assert build_view(share_of(unjudged, share)).conclusion.state is State.OPEN


def seen_through(**changes: object) -> AuditResult:
    """A quiet book of whose one domain a source has answered."""
    known = Dossier({"a.cn": DomainEvidence("a.cn", outcomes=((seen(), Outcome.FOUND, None),))})
    coverage = (SourceCoverage("whois", 1, {}, 0, seen().fetched_at, seen().fetched_at),)
    return quiet_result(dossier=known, coverage=coverage, **changes)


def test_findings_of_others_that_touch_the_rows_of_a_share_keep_it_from_being_clear() -> None:
    whole = two_entities()
    whole = replace(whole, findings=(replace(whole.findings[3], group="华北"),))
    part = share_of(whole, Share("tag", "华东"))
    assert part.findings == ()
    assert build_view(part).conclusion.state is State.OPEN
    assert [one.render("en") for one in part.run.incomplete_because] == [
        "Findings that touch these rows but belong to other shares, not listed here: 1"
    ]


def test_a_rejected_row_is_shown_where_it_names_the_entity_and_no_other() -> None:
    whole = two_entities()
    shown = (f"{entity_number(1)} | x", f"{OWNER} | {OTHER}", f"{entity_number(2)} | x", "华东 | x", OWNER)
    rejected = tuple(
        RejectedRow(CellRef(PATH, BOOK, 10 + n), Text("读不懂", "not understood"), text)
        for n, text in enumerate(shown)
    )
    problems = tuple(
        CellProblem(CellRef(PATH, BOOK, number, 4), "domain", Text("甲", "A"), Text("乙", "B"), "x")
        for number in (2, 4, 12)
    )
    whole = replace(whole, reading=replace(whole.reading, rejected=rejected, problems=problems))
    part = share_of(whole, Share("entity", OWNER))
    assert [one.cell.row for one in part.reading.rejected] == [10, 14]
    assert [one.cell.row for one in part.reading.problems] == [2]
    (sheet,) = part.reading.inputs[0].sheets
    assert (sheet.rows, sheet.accepted, sheet.rejected) == (4, 2, 2)
    assert share_of(whole, Share("tag", "华东")).reading.rejected == ()


def test_the_past_of_a_share_is_its_own_and_counted_anew() -> None:
    whole = lived_in()
    told = whole.comparison
    assert told is not None
    theirs = past(7, entity_number=entity_number(2), entity_name=OTHER, target="a-shili.cn")
    whole = replace(whole, comparison=replace(told, resolved=(*told.resolved, theirs)))
    part = share_of(whole, Share("entity", OWNER))
    own = part.comparison
    assert own is not None
    assert own.counts is not None
    assert [one.fingerprint for one in own.resolved] == [past(1).fingerprint]
    assert own.trend == ()
    assert own.domains_gone == own.domains_arrived == ()
    assert {one.target for one in own.world} == {"a-shili.cn", "b-shili.cn"}
    view = build_view(part)
    assert view.changes is not None
    assert all(view.changes.counts[change] == len(items) for change, items in view.changes.lists.items())
    elsewhere = share_of(whole, Share("entity", entity_number(3)))
    assert elsewhere.comparison is not None
    assert (elsewhere.comparison.world, elsewhere.comparison.resolved) == ((), ())


def test_waivers_and_leftover_answers_go_with_their_findings_targets_and_owners() -> None:
    whole = two_entities()
    first, _second, third = whole.findings[:3]
    day = date(2026, 12, 31)
    uses = (
        WaiverUse(waiver(1, day), WaiverState.ACTIVE, (first.fingerprint, third.fingerprint)),
        WaiverUse(waiver(2, day, fingerprint=None, check="OWN201", target="three.cn"), WaiverState.ACTIVE),
        WaiverUse(waiver(3, day), WaiverState.ACTIVE),
    )
    typed = (
        Answer(first.fingerprint, "赵示例"),
        Answer("ab" * 16, "钱示例", target="three.cn"),
        Answer("cd" * 16, "赵示例"),
    )
    stale = tuple(StaleAnswer(one, say("不在", "not here")) for one in typed)
    whole = replace(whole, waivers=uses, stale_answers=stale)
    other = share_of(whole, Share("entity", entity_number(2)))
    assert [(one.waiver.id, one.findings) for one in other.waivers] == [
        (uses[0].waiver.id, (third.fingerprint,)),
        (uses[1].waiver.id, ()),
    ]
    assert [one.answer for one in other.stale_answers] == [typed[1]]
    assert [one.answer for one in share_of(whole, Share("owner", "赵示例")).stale_answers] == [
        typed[0],
        typed[2],
    ]


def test_a_row_that_numbers_two_entities_is_shown_to_the_one_that_a_finding_is_about() -> None:
    torn = {**row(2, 1, "torn.cn"), "service_number": service_number(1, 9)}
    reading = reading_of({BOOK: (SheetRole.FILINGS, [row(1, 1, "one.cn"), row(2, 1, "three.cn"), torn])})
    about = finding("REC113", service_number(1, 9), cells=(CellRef(PATH, BOOK, 4),))
    whole = replace(two_entities(), reading=reading, findings=(about,), plan=None)
    first = share_of(whole, Share("entity", entity_number(1))).reading.portfolio
    second = share_of(whole, Share("entity", entity_number(2))).reading.portfolio
    assert [one.ref.row for one in first.rows] == [2, 4]
    assert [one.key for one in first.entities] == [entity_number(1)]
    assert [one.ref.row for one in second.rows] == [3]


def test_the_values_of_each_kind_are_listed_once_and_sorted() -> None:
    whole = two_entities()
    one = replace(whole.findings[0], answer=answer("", owner="赵示例"))
    whole = replace(whole, findings=(one, *whole.findings[1:]))
    assert shares(whole, "tag") == ("华东", "华北")
    assert shares(whole, "owner") == tuple(sorted(("华东", "华北", OWNER, OTHER, "赵示例")))
    assert shares(whole, "entity") == tuple(sorted((entity_number(1), entity_number(2), OWNER, OTHER)))


def test_the_given_result_stays_as_it_is() -> None:
    whole = two_entities()
    before = [(one.key, len(one.rows), len(one.domains)) for one in whole.reading.portfolio.entities]
    share_of(whole, Share("tag", "华东"))
    assert [(one.key, len(one.rows), len(one.domains)) for one in whole.reading.portfolio.entities] == before


SAMPLE = Division(sample_result())


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(("owner", "tag", "entity")), st.sampled_from(HOSTILE) | st.text(max_size=12))
def test_any_value_makes_a_share_that_adds_up(kind: str, value: str) -> None:
    part = SAMPLE.of(Share(kind, value))  # type: ignore[arg-type]
    view = build_view(part)
    assert view.discrepancies == ()
    assert view.conclusion.state is not State.CLEAR  # the sample's run was not complete
    assert part.part is not None
    assert part.part.render("en")
    whole = {one.fingerprint for one in SAMPLE.result.findings}
    assert {one.fingerprint for one in part.findings} <= whole
    assert all(one.verdict in (Verdict.FAIL, Verdict.UNKNOWN) for one in part.findings)


def test_evidence_that_nobody_can_place_stays_with_the_finding() -> None:
    whole = two_entities()
    odd = Evidence("dns", "223.5.5.5", None)
    whole = replace(whole, findings=(replace(whole.findings[0], evidence=(odd,)),))
    assert share_of(whole, Share("tag", "华东")).findings[0].evidence == (odd,)
