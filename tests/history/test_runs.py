"""Runs in the history: what a comparison says of each finding, and what any two recorded runs have in common."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.errors import UsageError
from auditor.history.store import History, digest_of
from auditor.model.change import Change, Comparison
from auditor.model.place import CellRef
from auditor.model.result import AuditResult, RejectedRow
from auditor.model.text import Personal, PersonalKind, Text, say
from auditor.model.values import BEIJING
from auditor.model.verdict import Severity, Verdict
from auditor.model.waiver import Waiver
from tests.builders import entity_number, id_number
from tests.history.past import MONDAY, START, Clock, audited, book, doubt, fault

NAME = "portfolio.xlsx"


def record(history: History, result: AuditResult, digest: str = "", name: str = NAME) -> AuditResult:
    """Compare and record, as a run does."""
    digest = digest or result.run.id
    compared = history.compared(result, name, digest=digest)
    with history.recording(compared, name, digest, keep=0):
        pass
    return compared


def said(result: AuditResult) -> dict[int, str]:
    """Number of a finding → its change."""
    return {int(one.fingerprint, 16): one.change for one in result.findings}


def comparison(result: AuditResult) -> Comparison:
    assert result.comparison is not None
    return result.comparison


def numbers(findings: tuple[object, ...]) -> list[int]:
    return [int(getattr(one, "fingerprint"), 16) for one in findings]  # noqa: B009


def test_in_a_first_run_everything_is_new(history: History) -> None:
    first = record(history, audited(fault(1), doubt(2)))
    assert said(first) == {1: "new", 2: "new"}
    assert comparison(first).since is None
    assert comparison(first).counts is not None
    assert [point.run for point in comparison(first).trend] == [first.run.id]


def test_each_finding_is_told_how_it_stands_against_the_run_before(history: History) -> None:
    record(
        history,
        audited(
            fault(1),
            fault(2),
            fault(3, severity=Severity.LOW),
            fault(4, severity=Severity.CRITICAL),
            doubt(5),
            fault(6),
        ),
    )
    second = record(
        history,
        audited(fault(1), fault(3), fault(4), fault(5), doubt(6), fault(7), week=1),
    )
    assert said(second) == {1: "persisting", 3: "worse", 4: "better", 5: "worse", 6: "persisting", 7: "new"}
    told = comparison(second)
    assert (told.since_as_of, told.since_at) == (MONDAY, START)
    assert numbers(told.resolved) == [2]
    assert told.resolved[0].message == Text("d2.cn 不符合", "d2.cn is wrong: 不符合")
    assert told.counts == {
        Change.NEW: 1, Change.WORSE: 2, Change.BETTER: 1, Change.PERSISTING: 2, Change.LAPSED: 0, Change.RESOLVED: 1,
    }  # fmt: skip
    assert told.before is not None
    assert {int(key, 16): value for key, value in told.before.items()} == {
        3: (Verdict.FAIL, Severity.LOW),
        4: (Verdict.FAIL, Severity.CRITICAL),
        5: (Verdict.UNKNOWN, Severity.HIGH),
        6: (Verdict.FAIL, Severity.HIGH),
    }


def test_accepted_findings_are_not_counted_and_a_lapsed_waiver_stays_told(history: History) -> None:
    record(history, audited(fault(1), fault(2)))
    waiver = Waiver("0" * 16, "因故", "张示例", MONDAY + timedelta(days=90), fingerprint=fault(3).fingerprint)
    second = record(
        history, audited(fault(1, change="lapsed"), fault(2), replace(fault(3), waiver=waiver), week=1)
    )
    assert said(second) == {1: "lapsed", 2: "persisting", 3: "new"}
    counts = comparison(second).counts
    assert counts is not None
    assert (counts[Change.NEW], counts[Change.LAPSED], counts[Change.PERSISTING]) == (0, 1, 1)


# Nobody judged: never resolved


def test_what_a_check_did_not_judge_again_is_not_resolved(history: History) -> None:
    record(history, audited(fault(1), fault(2, check="DOM302")))
    partly = record(history, audited(week=1, checks=("DOM302",)))
    assert numbers(comparison(partly).resolved) == [2]
    assert numbers(comparison(partly).not_judged) == [1]
    third = record(history, audited(fault(1), week=2))
    assert said(third) == {1: "persisting"}


def test_what_waits_to_be_judged_is_resolved_when_the_check_passes(history: History) -> None:
    record(history, audited(fault(1)))
    record(history, audited(week=1, checks=("DOM302",)))
    still = record(history, audited(week=2, checks=("DOM302",)))
    assert (comparison(still).resolved, comparison(still).not_judged) == ((), ())
    third = record(history, audited(week=3))
    assert numbers(comparison(third).resolved) == [1]


def test_a_failure_whose_target_is_undecided_now_is_not_resolved(history: History) -> None:
    record(history, audited(fault(1, target="d0.cn")))
    second = record(history, audited(doubt(2, target="d0.cn"), week=1))
    assert said(second) == {2: "persisting"}
    assert (comparison(second).resolved, numbers(comparison(second).not_judged)) == ((), [1])
    third = record(history, audited(fault(1, target="d0.cn"), week=2))
    assert said(third) == {1: "persisting"}
    assert comparison(third).resolved == ()


def test_a_doubt_that_became_a_failure_is_worse_and_not_resolved(history: History) -> None:
    record(history, audited(doubt(1, target="d0.cn")))
    second = record(history, audited(fault(2, target="d0.cn"), week=1))
    assert said(second) == {2: "worse"}
    assert comparison(second).resolved == comparison(second).not_judged == ()


def test_a_document_that_moved_down_and_is_undecided_is_not_resolved(history: History) -> None:
    record(history, audited(fault(1, check="DOC601", target="材料!2")))
    second = record(history, audited(doubt(2, check="DOC601", target="材料!3"), week=1))
    assert numbers(comparison(second).not_judged) == [1]


def test_who_leaves_the_portfolio_is_resolved_and_told(history: History) -> None:
    record(history, audited(fault(1)))
    second = record(history, audited(week=1, reading=book(["d0.cn", "neu.cn"])))
    told = comparison(second)
    assert numbers(told.resolved) == [1]
    assert told.domains_arrived == ("neu.cn",)
    assert "d1.cn" in told.domains_gone
    assert told.entities_arrived == told.entities_gone == ()


def test_a_domain_whose_row_could_not_be_read_is_not_resolved(history: History) -> None:
    record(history, audited(fault(1)))
    rejected = RejectedRow(CellRef("台账.xlsx", "台账", 3), Text("不是记录", "no record"), "d1.cn | ？？")
    reading = replace(book(["d0.cn"]), rejected=(rejected,))
    second = record(history, audited(week=1, reading=reading))
    assert numbers(comparison(second).not_judged) == [1]


# Which run counts as the one before


def test_the_same_audit_repeated_says_the_same(history: History) -> None:
    very_first = audited(fault(1))
    assert record(history, very_first, "d") == record(history, very_first, "d")
    result = audited(fault(2), week=1)
    digest = digest_of(result)
    first = record(history, result, digest)
    again = record(history, result, digest)
    later = replace(result, run=replace(result.run, id="20261130T090000-later"))
    record(history, audited(fault(9), week=1, id="20261130T080000-between"))
    third = record(history, later, digest)
    assert comparison(again) == comparison(first)
    assert again.findings == third.findings == first.findings
    assert comparison(third).resolved == comparison(first).resolved
    assert [one.run for one in comparison(third).trend[:-1]] == [
        one.run for one in comparison(first).trend[:-1]
    ]


def test_the_same_run_is_not_recorded_twice(history: History) -> None:
    result = audited(fault(1))
    for repeated in (False, True):
        with history.recording(result, NAME, "d", keep=0) as pending:
            assert (pending.number, pending.repeated) == (1, repeated)
    assert len(history.runs()) == 1


def test_the_digest_knows_an_audit_by_what_it_was_made_of() -> None:
    result = audited(fault(1))
    same = digest_of(
        replace(result, run=replace(result.run, id="another", started_at=START + timedelta(hours=1)))
    )
    assert digest_of(result) == same
    others = [
        digest_of(audited(fault(1), week=1)),
        digest_of(audited(fault(1), evidence_files=())),
        digest_of(result, "a policy"),
        digest_of(replace(result, reading=replace(result.reading, inputs=()))),
    ]
    assert len({same, *others}) == 5


def test_a_run_of_an_earlier_day_is_compared_with_what_was_known_by_then(history: History) -> None:
    record(history, audited(fault(1)))
    record(history, audited(fault(3), week=4))
    looked_back = record(history, audited(fault(1), fault(2), week=1))
    assert said(looked_back) == {1: "persisting", 2: "new"}
    # And the run after goes on from the newest day, not from the newest recording.
    assert said(record(history, audited(fault(3), fault(2), week=5))) == {3: "persisting", 2: "new"}


def test_a_run_can_be_compared_with_any_other(history: History) -> None:
    ids = [record(history, audited(fault(1 + week), week=week)).run.id for week in range(3)]
    result = audited(fault(1), week=3)
    assert said(history.compared(result, NAME, since=ids[0])) == {1: "persisting"}
    assert said(history.compared(result, NAME, since=ids[1])) == {1: "new"}
    assert history.compare(result, NAME, since="last").since == ids[2]
    assert history.compare(result, NAME, since=ids[2][:12]).since == ids[2]
    for asked in ("2026", "nothing", ""):
        with pytest.raises(UsageError):
            history.compare(result, NAME, since=asked)
    with pytest.raises(UsageError):
        history.compare(result, "another", since="last")


def test_portfolios_know_nothing_of_each_other(history: History) -> None:
    record(history, audited(fault(1)))
    with history.recording(audited(fault(2)), "another " + "x" * 3000, "d", keep=0):
        pass
    assert history.portfolios()[0].startswith("another x")
    assert said(history.compared(audited(fault(1), week=1), NAME)) == {1: "persisting"}
    assert [one.portfolio for one in history.runs(NAME)] == [NAME]
    assert history.runs("nobody") == history.trend("nobody") == ()


def test_the_audit_day_is_the_beijing_day_at_new_year(history: History, clock: Clock) -> None:
    # Half past midnight of 1 January in Beijing is still the old year in UTC.
    moment = datetime(2027, 1, 1, 0, 30, tzinfo=BEIJING)
    clock.at = moment
    record(
        history, audited(fault(1), as_of=date(2026, 12, 31), id="old", started_at=moment - timedelta(hours=1))
    )
    new = record(history, audited(fault(1), as_of=date(2027, 1, 1), id="new", started_at=moment))
    assert comparison(new).since == "old"
    run = history.run("new")
    assert (run.as_of, run.started_at, run.recorded_at) == (date(2027, 1, 1), moment, moment)
    assert [point.as_of for point in history.trend(NAME)] == [date(2026, 12, 31), date(2027, 1, 1)]
    # The old year's last day judged again after New Year does not see the new year's run.
    late = history.compare(audited(fault(1), as_of=date(2026, 12, 31), id="late"), NAME)
    assert late.since == "old"


# What is kept


def test_a_recorded_run_tells_what_it_was(history: History) -> None:
    because = (say("{n} 行", "{n} rows", n=3),)
    record(
        history,
        audited(
            fault(1), fault(2, severity=Severity.LOW), doubt(3), complete=False, incomplete_because=because
        ),
    )
    (run,) = history.runs()
    assert (run.by_severity[Severity.HIGH], run.by_severity[Severity.LOW], run.unknown, run.passed) == (
        1,
        1,
        1,
        12,
    )
    assert (run.complete, run.offline, run.incomplete_because) == (False, True, (Text("3 行", "3 rows"),))
    assert run.inputs == (("台账.xlsx", "0" * 64),)
    assert run.evidence == (("evidence.jsonl", "cd" * 32, 12),)
    assert (run.portfolio, run.version, run.baseline, run.kept) == (NAME, "0.1.0", None, False)


def test_personal_numbers_are_kept_masked(tmp_path: Path, clock: Clock) -> None:
    number = id_number(7)
    message = (
        say("证件 {id}", "ID {id}", id=Personal(PersonalKind.ID_NUMBER, number)),
        say(f"备注 {number}", f"remark {number}"),
    )
    reading = book(["d0.cn"], leader_name="张示例", leader_id_number=number, entity_certificate_number=number)
    with History.open(str(tmp_path / "h.sqlite3"), clock) as history:
        record(history, audited(fault(1, message=message), reading=reading))
        assert history.diff("last", "last").counts
    raw = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert number.encode() not in raw
    assert "张示例".encode() not in raw


def test_what_no_database_bears_is_replaced_not_lost(history: History) -> None:
    odd = fault(
        1, message=(say("a\x00b\ud800", "a\x00b\ud800"),), target="x" * 40_000, entity_name="\ud800" * 9
    )
    record(history, audited(odd, reading=book(["d0.cn"], entity_kind="\x00")))
    assert numbers(history.compare(audited(week=1), NAME).resolved) == [1]


def test_a_further_run_stores_only_what_changed(tmp_path: Path, clock: Clock) -> None:
    with History.open(str(tmp_path / "h.sqlite3"), clock) as history:
        for week in range(12):
            record(history, audited(*(fault(number) for number in range(50)), fault(100 + week), week=week))
        with sa.create_engine(f"sqlite:///{tmp_path}/h.sqlite3").connect() as connection:
            count = lambda table: connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar()  # noqa: E731
            assert (count("history_finding"), count("history_span"), count("history_member")) == (62, 62, 21)
        assert numbers(history.diff(history.runs()[11].id, history.runs()[4].id).resolved) == [100]


# Laws

BOOK = book(f"d{number}.cn" for number in range(20))
CASES = st.lists(
    st.dictionaries(
        st.integers(0, 12),
        st.tuples(st.booleans(), st.sampled_from([Severity.LOW, Severity.HIGH])),
        max_size=10,
    ),
    min_size=2,
    max_size=5,
)


@pytest.fixture(scope="module")
def memory() -> Iterator[History]:
    with History.open(":memory:", Clock()) as opened:
        yield opened


def a_new_name(history: History) -> str:
    return f"portfolio {len(history.portfolios())}"


@settings(deadline=None, max_examples=15)
@given(runs=CASES)
def test_differences_obey_their_laws(memory: History, runs: list[dict[int, tuple[bool, Severity]]]) -> None:
    name = a_new_name(memory)
    compared = []
    for week, one in enumerate(runs):
        verdicts = {
            number: Verdict.FAIL if fails else Verdict.UNKNOWN for number, (fails, _how) in one.items()
        }
        findings = [fault(number, verdicts[number], how) for number, (_fails, how) in one.items()]
        compared.append(record(memory, audited(*findings, week=week, reading=BOOK), name=name))
    ids = [one.run.id for one in compared]
    for i, a in enumerate(ids):
        itself = memory.diff(a, a, name)
        assert (itself.new, itself.resolved, itself.worse, itself.not_judged) == ((), (), (), ())
        for j, b in enumerate(ids[:i]):
            there, back = memory.diff(a, b, name), memory.diff(b, a, name)
            assert numbers(there.new) == numbers(back.resolved) == sorted_new(runs[i], runs[j])
            assert numbers(back.new) == numbers(there.resolved) == sorted_new(runs[j], runs[i])
            for one, index in ((there, j), (back, i)):
                assert one.counts is not None
                standing = (Change.NEW, Change.WORSE, Change.BETTER, Change.PERSISTING)
                assert sum(one.counts[change] for change in standing) == len(runs[index])
    for result, (a, b) in zip(compared[1:], pairwise(ids), strict=True):
        recorded, told = memory.diff(a, b, name), comparison(result)
        assert (recorded.counts, recorded.resolved, recorded.before) == (
            told.counts,
            told.resolved,
            told.before,
        )


def sorted_new(a: dict[int, tuple[bool, Severity]], b: dict[int, tuple[bool, Severity]]) -> list[int]:
    """Worst first, failures before doubts, then by target."""
    new = [number for number in b if number not in a]
    return sorted(new, key=lambda number: (-b[number][1], not b[number][0], f"d{number}.cn"))


@settings(deadline=None, max_examples=15)
@given(data=st.data())
def test_whatever_checks_ran_nothing_is_resolved_that_was_not_judged(
    memory: History, data: st.DataObject
) -> None:
    name = a_new_name(memory)
    ran: list[set[str]] = []
    for week in range(4):
        checks = data.draw(st.sets(st.sampled_from(["OWN201", "DOM302"]), min_size=1))
        picked = data.draw(st.sets(st.integers(0, 7)))
        ran.append(checks)
        found = [fault(n, check="OWN201" if n % 2 else "DOM302") for n in sorted(picked)]
        judged = [one for one in found if one.check in checks]
        result = record(memory, audited(*judged, week=week, reading=BOOK, checks=sorted(checks)), name=name)
        told = comparison(result)
        assert {one.check for one in told.resolved} <= checks
        assert {one.check for one in told.not_judged} & checks == set()
    ids = [one.id for one in reversed(memory.runs(name))]
    for a in ids:
        for j, b in enumerate(ids):
            assert {one.check for one in memory.diff(a, b, name).resolved} <= ran[j]


def test_runs_of_two_portfolios_have_no_difference(history: History) -> None:
    record(history, audited(fault(1)))
    with history.recording(audited(fault(2), week=1), "another", "d", keep=0):
        pass
    with pytest.raises(UsageError):
        history.diff(audited().run.id, audited(week=1).run.id)


def test_entities_come_and_go(history: History) -> None:
    record(history, audited())
    second = record(history, audited(week=1, reading=replace(book([]), portfolio=book([]).portfolio)))
    assert comparison(second).entities_gone == (entity_number(1),)
