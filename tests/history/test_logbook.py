"""Waivers with their trail, answers, messages sent, warnings given and schedules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from auditor.errors import UsageError
from auditor.history.notices import Rung, ScheduleWord
from auditor.history.store import History
from auditor.history.waiver_log import EventKind
from auditor.model.answer import Answer, AnswerStatus
from auditor.model.waiver import Waiver
from tests.history.past import START, Clock

WAIVER = Waiver("0123456789abcdef", "过户办理中", "张示例", date(2027, 1, 31), check="OWN201", target="d0.cn")
DAY = timedelta(days=1)


# Waivers


def test_a_waiver_holds_as_it_was_last_made(history: History, clock: Clock) -> None:
    assert history.waivers("p") == ()
    assert history.waive(WAIVER, "p") is EventKind.MADE
    clock.at = START + DAY
    assert history.waive(WAIVER, "p") is None
    longer = replace(WAIVER, until=date(2027, 6, 30), reason="仍在办理", approver="李示例")
    assert history.waive(longer, "p") is EventKind.EXTENDED
    assert history.waivers("p") == (replace(longer, made_at=START),)
    assert history.waive(replace(longer, until=date(2027, 3, 1)), "p") is EventKind.SHORTENED
    other = replace(
        WAIVER, id="fedcba9876543210", fingerprint="ab", check=None, target=None, until=date(2027, 1, 1)
    )
    history.waive(other, "p")
    assert [one.id for one in history.waivers("p")] == [other.id, WAIVER.id]
    assert history.waivers("another") == ()


def test_a_withdrawn_waiver_holds_no_more_but_its_trail_stays(history: History, clock: Clock) -> None:
    history.waive(WAIVER, "p")
    clock.at = START + DAY
    assert history.withdraw(WAIVER.id[:6], "李示例", "已过户", "p") == replace(WAIVER, made_at=START)
    assert history.waivers("p") == ()
    made, withdrawn = history.events(WAIVER.id)
    assert (made.what, made.by, made.why, made.at) == (EventKind.MADE, "张示例", "过户办理中", START)
    assert (withdrawn.what, withdrawn.by, withdrawn.why) == (EventKind.WITHDRAWN, "李示例", "已过户")
    assert (withdrawn.at, withdrawn.portfolio) == (START + DAY, "p")
    with pytest.raises(UsageError):
        history.withdraw(WAIVER.id, "李示例", "又一次")
    assert history.waive(WAIVER, "p") is EventKind.MADE
    assert len(history.events(portfolio="p")) == 3


def test_a_waiver_of_two_portfolios_is_withdrawn_by_name_only(history: History) -> None:
    for name in ("p", "q"):
        history.waive(WAIVER, name)
    for asked in (WAIVER.id, "", "nothing"):
        with pytest.raises(UsageError):
            history.withdraw(asked, "李示例", "完")
    history.withdraw(WAIVER.id, "李示例", "完", "q")
    assert len(history.waivers("p")) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE history_waiver_event SET reason = 'x'",
        "DELETE FROM history_waiver_event",
        "DELETE FROM history_waiver_event WHERE number = 1",
        "TRUNCATE history_waiver_event",
        "INSERT OR REPLACE INTO history_waiver_event SELECT * FROM history_waiver_event",
    ],
)
def test_the_trail_cannot_be_edited(history: History, address: str, statement: str) -> None:
    history.waive(WAIVER, "p")
    before = history.events()
    engine = sa.create_engine(address.replace("postgresql://", "postgresql+psycopg://"))
    with pytest.raises(sa.exc.DBAPIError), engine.begin() as connection:
        connection.execute(sa.text(statement))
    engine.dispose()
    assert history.events() == before


# Answers

ANSWER = Answer(
    "ab" * 16,
    "张示例",
    date(2026, 12, 1),
    AnswerStatus.DOING,
    "已联系注册商",
    path="a.xlsx",
    sheet="清单",
    row=7,
)


def test_the_newest_answer_counts(history: History) -> None:
    assert history.answers("p") == ()
    other = Answer("cd" * 16, status="等领导回来", until="过年前", check="OWN201", target="d0.cn")
    assert history.note_answers("p", [ANSWER, other]) == 2
    assert history.answers("p") == (ANSWER, other)
    assert isinstance(history.answers("p")[0].status, AnswerStatus)
    done = replace(ANSWER, status=AnswerStatus.DONE)
    assert history.note_answers("p", [done, other]) == 1
    assert history.answers("p") == (done, other)
    assert history.answers("another") == ()


def test_the_same_answer_in_another_workbook_is_no_new_one(history: History) -> None:
    history.note_answers("p", [ANSWER])
    assert history.note_answers("p", [replace(ANSWER, path="b.xlsx", row=99)]) == 0
    assert history.note_answers("p", []) == 0
    assert history.answers("p") == (ANSWER,)


def test_an_emptied_answer_is_none(history: History) -> None:
    blank = Answer(ANSWER.fingerprint)
    assert history.note_answers("p", [blank]) == 0
    history.note_answers("p", [ANSWER])
    assert history.note_answers("p", [blank]) == 1
    assert history.answers("p") == ()


def test_odd_answers_come_back_as_far_as_they_can(history: History) -> None:
    history.note_answers("p", [replace(ANSWER, reason="a\x00b\ud800", owner="=1+1", planned="明年")])
    (found,) = history.answers("p")
    assert (found.owner, found.planned) == ("=1+1", "明年")


# Messages, warnings, schedules


def test_a_message_is_noted_as_sent_once(history: History, clock: Clock) -> None:
    assert not history.delivered("<1@x>")
    assert history.note_delivery("<1@x>", portfolio="p", channel="mail", route="集团", run="r1")
    assert not history.note_delivery("<1@x>", portfolio="p", channel="mail", route="集团", run="r1")
    clock.at = START + DAY
    assert history.note_delivery("<2@x>", portfolio="p", channel="mail", route="集团", run="r2")
    assert history.delivered("<1@x>")
    assert [(one.key, one.run, one.at) for one in history.deliveries("p")] == [
        ("<2@x>", "r2", START + DAY),
        ("<1@x>", "r1", START),
    ]
    assert history.deliveries("q") == ()


def test_each_warning_is_given_once(history: History) -> None:
    first, second = Rung("d0.cn", date(2026, 12, 31), 45), Rung("d0.cn", date(2026, 12, 31), 30)
    assert history.note_rungs("p", [first]) == (first,)
    assert history.note_rungs("p", [first, second, second]) == (second,)
    # A renewed domain is warned of anew.
    assert history.note_rungs("p", [Rung("d0.cn", date(2027, 12, 31), 45)])
    assert history.rungs("p") >= {first, second}
    assert history.rungs("q") == frozenset()


def test_what_schedules_did_is_told_newest_first(history: History, clock: Clock) -> None:
    history.note_schedule("monday", ScheduleWord.STARTED)
    clock.at = START + timedelta(minutes=5)
    history.note_schedule("monday", ScheduleWord.FAILED, run="r1", detail="磁盘已满\x00")
    history.note_schedule("other", ScheduleWord.MISSED, at=START - DAY)
    assert [one.what for one in history.schedule_events("monday")] == [
        ScheduleWord.FAILED,
        ScheduleWord.STARTED,
    ]
    assert [one.schedule for one in history.schedule_events()] == ["monday", "monday", "other"]
    assert history.schedule_events(limit=1)[0].detail == "磁盘已满"
