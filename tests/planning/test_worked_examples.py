"""Examples worked out by hand over the official calendar of 2026, and past its end.

Days off in 2026 used here: Spring Festival 02-15 to 02-23 (worked: 02-14 and 02-28, Saturdays), Qingming 04-04 to 04-06,
Labour Day 05-01 to 05-05 (worked: 05-09, Saturday), Dragon Boat 06-19 to 06-21, Mid-Autumn 09-25 to 09-27, National Day
10-01 to 10-07 (worked: 09-20, Sunday, and 10-10, Saturday). Of 2027 only 01-01 is known to be off: all is estimated.
An order takes 2 working days of first review, 24 hours of SMS, 20 working days of the bureau; day 0 is not counted.
"""

from __future__ import annotations

from datetime import date

from auditor.model.plan import StepKind, WorkKind
from tests.planning.planned import NUMBER, S1, S2, book, filing, found, paper, planned, services_an_order

LEADER = f"{NUMBER}/leader"
ADMIN = f"{S1}/administrator"
ADMIN2 = f"{S2}/administrator"


def test_a_service_change_over_spring_festival() -> None:
    """From Monday 02-09. First review: 10, 11. SMS: Thursday 12. Bureau: 13 (1), Saturday 14 is worked (2), off from
    15 to 23, then 24 to 27 (6), Saturday 28 is worked (7), 03-02 to 06 (12), 09 to 13 (17), 16, 17, 18 (20)."""
    order = planned(book(), found("PER503", ADMIN), as_of=date(2026, 2, 9)).one(WorkKind.SERVICE)
    ends = {step.kind: step.ends for step in order.steps}
    assert ends[StepKind.FIRST_REVIEW] == date(2026, 2, 11)
    assert ends[StepKind.SMS] == date(2026, 2, 12)
    assert ends[StepKind.BUREAU] == order.earliest_finish == date(2026, 3, 18)
    assert order.estimated == ()


def test_an_owner_change_over_mid_autumn_and_national_day_takes_33_working_days() -> None:
    """From Tuesday 09-01. Transfer: 2, 3, 4, 7, 8. Sync: 9, 10, 11, 14, 15. First review: 16, 17. SMS: Friday 18.
    Bureau: Sunday 20 is worked (1), 21 to 24 (5), off 25 to 27, 28 to 30 (8), off 10-01 to 07, 8, 9 (10), Saturday 10
    is worked (11), 12 to 16 (16), 19 to 22 (20)."""
    made = planned(
        book(), found("OWN201", "shili-1.cn"), found("MIT952", "shili-1.cn"), as_of=date(2026, 9, 1)
    )
    assert made.kinds == ["real_name", "entity"]
    assert made.one(WorkKind.REAL_NAME).earliest_finish == date(2026, 9, 15)
    order = made.one(WorkKind.ENTITY)
    assert order.earliest_start == date(2026, 9, 15)
    assert order.earliest_finish == date(2026, 10, 22)


def test_the_sms_runs_over_a_weekend_and_the_bureau_does_not() -> None:
    """From Wednesday 06-03. First review: 4, 5. SMS: until Saturday 6. Bureau: 8 to 12 (5), 15 to 18 (9), 19 is off,
    22 to 26 (14), 29, 30 (16), 07-01 to 03 (19), 06 (20)."""
    order = planned(book(), found("PER503", ADMIN), as_of=date(2026, 6, 3)).one(WorkKind.SERVICE)
    assert next(step.ends for step in order.steps if step.kind is StepKind.SMS) == date(2026, 6, 6)
    assert order.earliest_finish == date(2026, 7, 6)


def card(end: date) -> tuple[dict[str, object], ...]:
    return (paper("网站负责人身份证", "乙示例", end),)


def test_an_id_card_that_runs_out_after_national_day_sets_the_latest_starts() -> None:
    """The card ends on Thursday 10-22. Twenty working days back: 22, 21, 20, 19 (4), 16 to 12 (9), Saturday 10 (10),
    9, 8 (12), 09-30 to 28 (15), 24 to 21 (19), Sunday 20 (20): the SMS may end on Saturday 19 and begin on Friday 18.
    First review on 18 and 17: the order begins on Wednesday 16. The paper takes five days that end on 16: 16, 15, 14,
    11, 10; it is asked for on Wednesday 09. From Monday 08-17 it can be had on Monday 24 (18, 19, 20, 21, 24);
    from then to 09-16 there are 4 + 5 + 5 + 3 = 17 working days of slack."""
    due = date(2026, 10, 22)
    made = planned(book(papers=card(due)), found("DOC602", "证照!2", due), as_of=date(2026, 8, 17))
    order, renewal = made.one(WorkKind.SERVICE), made.one(WorkKind.PREPARATION)
    assert (order.latest_start, order.due, order.fixed) == (date(2026, 9, 16), due, True)
    assert renewal.latest_start == date(2026, 9, 9)
    assert (renewal.earliest_finish, order.earliest_start) == (date(2026, 8, 24), date(2026, 8, 24))
    assert order.slack_working_days == 17
    assert not order.late


def test_a_day_after_the_latest_start_it_is_too_late() -> None:
    """The same card with five working days for the paper less: from Thursday 09-10 the paper is there on Thursday 17
    (11, 14, 15, 16, 17). First review: 18, and Sunday 20 is worked. SMS: Monday 21. Bureau: 22 to 24 (3), 28 to 30 (6),
    10-08, 09, 10 (9), 12 to 16 (14), 19 to 23 (19), 26 (20): four days after the card has ended."""
    due = date(2026, 10, 22)
    made = planned(book(papers=card(due)), found("DOC602", "证照!2", due), as_of=date(2026, 9, 10))
    order = made.one(WorkKind.SERVICE)
    assert order.late
    assert order.earliest_finish == date(2026, 10, 26)
    assert made.plan.late_first == (order.id,)
    assert "2026-10-26" in order.warnings[0].render("en")


def test_a_worked_saturday_after_labour_day_counts() -> None:
    """One working day from Friday 05-08 is Saturday 05-09; from Thursday 04-30 it is Wednesday 05-06."""
    on_saturday = planned(book(), found("WEB901", "shili-1.cn"), as_of=date(2026, 5, 8))
    assert on_saturday.one(WorkKind.PREPARATION).earliest_finish == date(2026, 5, 9)
    after_holiday = planned(book(), found("WEB901", "shili-1.cn"), as_of=date(2026, 4, 30))
    assert after_holiday.one(WorkKind.PREPARATION).earliest_finish == date(2026, 5, 6)


def test_verification_and_sync_use_both_worked_saturdays_of_spring_festival() -> None:
    """From Monday 02-09. Verification: 10, 11, 12, 13, Saturday 14. Sync: 24, 25, 26, 27, Saturday 28."""
    work = planned(book(), found("OWN203", "shili-1.cn"), as_of=date(2026, 2, 9)).one(WorkKind.REAL_NAME)
    assert [step.ends for step in work.steps] == [date(2026, 2, 14), date(2026, 2, 28)]


def test_an_audit_on_a_worked_sunday_begins_that_day_and_one_on_a_holiday_after_it() -> None:
    """Sunday 09-20 is worked: one working day later is Monday 21. Saturday 10-03 is off: work begins on Thursday 08,
    one working day later is Friday 09; from that Friday one more is Saturday 10, which is worked."""
    sunday = planned(book(), found("WEB901", "shili-1.cn"), as_of=date(2026, 9, 20)).one(WorkKind.PREPARATION)
    assert (sunday.earliest_start, sunday.earliest_finish) == (date(2026, 9, 20), date(2026, 9, 21))
    holiday = planned(book(), found("WEB901", "shili-1.cn"), as_of=date(2026, 10, 3)).one(
        WorkKind.PREPARATION
    )
    assert (holiday.earliest_start, holiday.earliest_finish) == (date(2026, 10, 8), date(2026, 10, 9))
    friday = planned(book(), found("WEB901", "shili-1.cn"), as_of=date(2026, 10, 9)).one(WorkKind.PREPARATION)
    assert friday.earliest_finish == date(2026, 10, 10)


def test_the_last_order_that_ends_inside_the_official_calendar_is_not_estimated() -> None:
    """From Monday 11-30. First review: 12-01, 02. SMS: 03. Bureau: 04 (1), 07 to 11 (6), 14 to 18 (11), 21 to 25 (16),
    28 to 31 (20)."""
    order = planned(book(), found("PER503", ADMIN), as_of=date(2026, 11, 30)).one(WorkKind.SERVICE)
    assert order.earliest_finish == date(2026, 12, 31)
    assert "earliest_finish" not in order.estimated


def test_an_order_from_the_fourth_of_december_is_planned_and_marked() -> None:
    """From Friday 12-04. First review: 07, 08. SMS: 09. Bureau: 10, 11 (2), 14 to 18 (7), 21 to 25 (12), 28 to 31 (16);
    Friday 01-01 is off by law, Monday 04 to Thursday 07 (20): an estimate. Ten working days from 12-04 are 12-18; begun
    then: 21, 22, SMS 23, bureau 24, 25 (2), 28 to 31 (6), 01-04 to 08 (11), 11 to 15 (16), 18 to 21 (20)."""
    made = planned(book(), found("PER503", ADMIN), as_of=date(2026, 12, 4))
    order = made.one(WorkKind.SERVICE)
    assert order.earliest_finish == date(2027, 1, 7)
    assert order.due == date(2027, 1, 21)
    assert order.latest_start == date(2026, 12, 18)
    assert {"earliest_finish", "due"} <= set(order.estimated)
    assert made.plan.estimated
    (dates,) = made.plan.dates.values()
    assert dates.estimated


def test_two_services_stand_one_behind_the_other() -> None:
    """From Monday 06-01. First order: 2, 3; SMS 4; bureau 5 (1), 8 to 12 (6), 15 to 18 (10), 22 to 26 (15), 29, 30 (17),
    07-01, 02, 03 (20). Second from Friday 07-03: 6, 7; SMS 8; bureau 9, 10 (2), 13 to 17 (7), 20 to 24 (12), 27 to 31
    (17), 08-03, 04, 05 (20)."""
    reading = book(filing(1), filing(2))
    made = planned(
        reading,
        found("PER503", ADMIN),
        found("PER503", ADMIN2),
        as_of=date(2026, 6, 1),
        rules=services_an_order(1),
    )
    first, second = made.one(WorkKind.SERVICE, S1), made.one(WorkKind.SERVICE, S2)
    assert first.earliest_finish == second.earliest_start == date(2026, 7, 3)
    assert second.earliest_finish == date(2026, 8, 5)


def test_an_open_order_holds_the_queue_until_the_bureau_must_have_answered() -> None:
    """With the bureau since Monday 09-14: 15 to 18 (4), Sunday 20 (5), 21 to 24 (9), 28 to 30 (12), 10-08, 09, Saturday
    10 (15), 12 to 16 (20). The next order from Friday 10-16: 19, 20; SMS 21; bureau 22, 23 (2), 26 to 30 (7), 11-02 to
    06 (12), 09 to 13 (17), 16, 17, 18 (20)."""
    open_order = {
        "entity_number": NUMBER,
        "order_number": "DD-1",
        "order_kind": "变更主体",
        "order_stage": "管局审核",
        "order_bureau_submitted": date(2026, 9, 14),
    }
    made = planned(book(orders=[open_order]), found("PER503", ADMIN), as_of=date(2026, 9, 15))
    (queue,) = made.plan.queues
    assert (queue.occupied_by, queue.occupied_until) == (("DD-1",), date(2026, 10, 16))
    order = made.one(WorkKind.SERVICE)
    assert (order.earliest_start, order.earliest_finish) == (date(2026, 10, 16), date(2026, 11, 18))


def test_the_policys_days_are_the_time_to_begin_where_no_fact_sets_a_day() -> None:
    """From Wednesday 02-11 ten working days: 12, 13, Saturday 14 (3), 24 to 27 (7), Saturday 28 (8), 03-02, 03 (10).
    Begun on 03-03: 4, 5; SMS Friday 6; bureau 9 to 13 (5), 16 to 20 (10), 23 to 27 (15), 30 to 04-03 (20). Begun a
    day later the SMS runs over Saturday and the bureau still begins on Monday 9: that is the latest start."""
    order = planned(book(), found("PER503", ADMIN), as_of=date(2026, 2, 11)).one(WorkKind.SERVICE)
    assert order.due == date(2026, 4, 3)
    assert order.latest_start == date(2026, 3, 4)
    assert (order.fixed, order.late) == (False, False)


def test_registered_data_change_first_and_alone_and_the_services_follow() -> None:
    """The same days as two services one behind the other from Monday 06-01."""
    made = planned(book(), found("MIT953", "shili-1.cn"), found("SYN403", S1), as_of=date(2026, 6, 1))
    assert made.kinds == ["entity", "service"]
    assert made.one(WorkKind.ENTITY).earliest_finish == date(2026, 7, 3)
    assert made.one(WorkKind.SERVICE).earliest_finish == date(2026, 8, 5)


def test_a_sibling_with_a_wrong_footer_is_mended_before_the_order_of_another_service() -> None:
    """From Thursday 04-30 the site is mended on Wednesday 05-06; the order begins then: 7, 8; SMS Saturday 9; bureau:
    Saturday 9 is worked but already gone, 11 to 15 (5), 18 to 22 (10), 25 to 29 (15), 06-01 to 05 (20)."""
    reading = book(filing(1), filing(2))
    made = planned(reading, found("WEB902", "shili-2.cn"), found("PER503", ADMIN), as_of=date(2026, 4, 30))
    order = made.one(WorkKind.SERVICE)
    assert order.earliest_start == date(2026, 5, 6)
    assert order.earliest_finish == date(2026, 6, 5)
    assert order.needs == (made.one(WorkKind.PREPARATION).id,)
