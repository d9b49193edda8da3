"""The laws of pacing: never faster than allowed, every wait honoured, a dead server given up after few questions."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.evidence.asking import Signal
from auditor.evidence.paces import UNKNOWN_OPERATOR, Halt, Pace, pace_of_kind, paces_of
from auditor.evidence.pacing import Limiter, LimiterState, Pacer
from auditor.evidence.servers import shipped_authorities
from auditor.evidence.times import BEIJING

DAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=BEIJING)
OK, REFUSED, FAILED = Signal.OK, Signal.REFUSED, Signal.FAILED


def limiter(pace: Pace | None = None, seed: int = 3, *, off: bool = False) -> Limiter:
    return Limiter(pace or Pace(interval_s=1.5, floor_s=0.75), random.Random(seed).random, off=off)


def ask(one: Limiter, signal: Signal, wait_s: float | None = None, *, latency_s: float = 0.1) -> float:
    """One question as soon as it may go out; returns when it did."""
    at = max(one.ready_at, 0.0)
    one.start(at, DAY)
    one.finish(at, at + latency_s, signal, wait_s)
    one.release()
    return at


def test_a_bucket_holds_one_token_only() -> None:
    one = limiter()
    ask(one, OK)
    # A long rest earns no burst.
    one.start(1000.0, DAY)
    assert one.ready_at >= 1001.5


@settings(deadline=None, max_examples=150)
@given(
    rate=st.floats(0.05, 20),
    interval=st.floats(0.05, 30),
    answers=st.lists(st.sampled_from([OK, OK, OK, OK, OK, OK, REFUSED, FAILED]), max_size=300),
    seed=st.integers(0, 1000),
)
def test_never_more_than_the_allowed_rate(
    rate: float, interval: float, answers: list[Signal], seed: int
) -> None:
    one = limiter(Pace(interval_s=interval, breaker_after=10_000).limited(rate), seed)
    times = [ask(one, answer, latency_s=0.0) for answer in answers]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert all(gap >= 1 / rate for gap in gaps)
    for first in range(0, len(times), 7):
        within = sum(1 for at in times if times[first] <= at < times[first] + 10 / rate)
        assert within <= 10 + 1


@settings(deadline=None, max_examples=100)
@given(
    waits=st.lists(
        st.tuples(st.sampled_from([OK, REFUSED, FAILED]), st.one_of(st.none(), st.floats(0.1, 250))),
        max_size=40,
    ),
    seed=st.integers(0, 1000),
)
def test_every_wait_that_a_server_asks_for_is_honoured(
    waits: list[tuple[Signal, float | None]], seed: int
) -> None:
    one = limiter(Pace(breaker_after=10_000), seed)
    free_at = 0.0
    for answer, wait_s in waits:
        at = ask(one, answer, wait_s)
        assert at >= free_at
        free_at = max(free_at, at + 0.1 + (wait_s or 0))
    assert one.halted is None


@settings(deadline=None, max_examples=100)
@given(
    concurrency=st.integers(1, 4),
    after=st.integers(1, 8),
    answers=st.lists(st.sampled_from([REFUSED, FAILED]), min_size=1, max_size=100),
)
def test_a_server_that_gives_no_answer_is_asked_a_bounded_number_of_times(
    concurrency: int, after: int, answers: list[Signal]
) -> None:
    one = limiter(Pace(concurrency=concurrency, breaker_after=after, patience_s=1e9))
    now, asked, under_way = 0.0, 0, []
    pool = iter(answers * 100)
    while one.halted is None:
        while one.has_slot and one.ready_at <= now and one.halted is None:
            one.start(now, DAY)
            under_way.append(now)
            asked += 1
        if under_way:
            now += 1.0
            one.finish(under_way.pop(0), now, next(pool))
            one.release()
        else:
            now = max(now, one.ready_at)
        assert asked <= 2 * after + concurrency + 1


def test_a_probe_that_is_answered_closes_the_breaker() -> None:
    one = limiter(Pace(breaker_after=3, open_s=30))
    for _ in range(3):
        last = ask(one, FAILED)
    assert one.ready_at == pytest.approx(last + 0.1 + 30)
    ask(one, OK)
    assert one.halted is None
    for _ in range(2):
        ask(one, FAILED)
    assert one.has_slot
    assert one.halted is None


def test_only_one_probe_goes_out_at_a_time() -> None:
    one = limiter(Pace(concurrency=3, breaker_after=2, open_s=10))
    for _ in range(2):
        ask(one, FAILED)
    one.start(one.ready_at, DAY)
    assert not one.has_slot


def test_a_failed_probe_ends_the_run_for_its_group() -> None:
    one = limiter(Pace(breaker_after=2, open_s=10))
    for _ in range(3):
        ask(one, FAILED)
    assert one.halted is Halt.FAILURES
    assert one.halted.outcome == "timeout"
    refused = limiter(Pace(breaker_after=2, open_s=10))
    for _ in range(3):
        ask(refused, REFUSED)
    assert refused.halted is Halt.REFUSALS
    assert refused.halted.outcome == "throttled"


def test_a_refusal_slows_down_at_once_and_thirty_clean_answers_speed_up_a_little() -> None:
    one = limiter()
    ask(one, REFUSED)
    assert one.interval_s == pytest.approx(1.5 * 1.7)
    fast = limiter()
    for _ in range(30):
        ask(fast, OK)
    assert fast.interval_s == pytest.approx(1.5 * 0.95)
    for _ in range(3000):
        ask(fast, OK)
    assert fast.interval_s == 0.75


def test_several_refusals_of_one_moment_count_as_one() -> None:
    one = limiter(Pace(interval_s=1, floor_s=0.5, concurrency=2))
    one.start(0.0, DAY)
    one.start(1.1, DAY)
    one.finish(0.0, 1.2, REFUSED)
    one.finish(1.1, 1.3, REFUSED)
    assert one.interval_s == pytest.approx(1.7)


def test_a_refusal_without_words_brings_a_cool_off_that_doubles() -> None:
    one = limiter(Pace(interval_s=1.5, floor_s=1, breaker_after=100))
    first = ask(one, REFUSED)
    second = ask(one, REFUSED)
    third = ask(one, REFUSED)
    assert second - first >= 4 * 1.5 * 1.7
    assert third - second >= 2 * (second - first)


def test_a_wait_of_a_day_ends_the_run_for_its_group_without_touching_the_pace() -> None:
    one = limiter()
    ask(one, REFUSED, 86_400.0)
    assert one.halted is Halt.WAIT
    assert one.interval_s == 1.5


def test_the_budget_of_a_day_halts_the_group_and_a_new_day_opens_it() -> None:
    one = limiter(Pace(per_day=3))
    for _ in range(3):
        one.check_budget(DAY)
        assert one.halted is None
        ask(one, OK)
    one.check_budget(DAY + timedelta(days=1))
    assert one.halted is None
    one.check_budget(DAY)
    assert one.halted is Halt.BUDGET


def test_without_pacing_nothing_ever_waits() -> None:
    one = limiter(off=True)
    for _ in range(50):
        assert one.has_slot
        assert one.ready_at <= 0
        one.start(0.0, DAY)
        one.finish(0.0, 0.0, REFUSED, 99.0)
    assert one.halted is None
    assert one.retry_delay(2) == 0


def test_the_wait_before_a_retry_grows() -> None:
    one = limiter()
    assert 3.0 <= one.retry_delay(1) < one.retry_delay(2) <= 6.3


@dataclass
class MinimumGapServer:
    """Refuses what comes sooner than its gap after the last, and bans for good after twenty offences."""

    gap_s: float
    last: float = -1e9
    offences: int = 0
    answered: list[float] = field(default_factory=list)

    def ask(self, at: float) -> Signal:
        early = at - self.last < self.gap_s
        self.last = at
        self.offences += early
        if early or self.offences > 20:
            return REFUSED
        self.answered.append(at)
        return OK


@pytest.mark.parametrize("gap_s", [0.4, 1.0, 3.7, 9.0])
@pytest.mark.parametrize("start_s", [0.5, 2.0])
def test_an_unknown_limit_is_found_without_a_ban_and_nearly_used_up(gap_s: float, start_s: float) -> None:
    server = MinimumGapServer(gap_s)
    one = limiter(Pace(interval_s=start_s, floor_s=0.2))
    for _ in range(6000):
        at = max(one.ready_at, 0.0)
        one.start(at, DAY)
        one.finish(at, at + 0.05, server.ask(at))
        one.release()
    assert one.halted is None
    assert server.offences <= 12
    warm = server.answered[2000:]
    assert (len(warm) - 1) / (warm[-1] - warm[0]) >= 0.9 / gap_s


# State from run to run


def test_what_was_learned_is_carried_over() -> None:
    one = limiter()
    ask(one, REFUSED)
    for _ in range(7):
        ask(one, OK)
    text = one.state(20.0, NOON).to_json()
    state = LimiterState.from_json(text)
    assert state is not None
    again = limiter()
    again.restore(state, 500.0, NOON + timedelta(hours=1))
    assert again.interval_s == one.interval_s
    assert again.state(500.0, NOON).clean == 7


def test_a_wait_outlives_the_run_but_a_dead_network_does_not() -> None:
    banned = limiter()
    ask(banned, REFUSED, 3600.0)
    state = banned.state(0.1, NOON)
    soon, late = limiter(), limiter()
    soon.restore(state, 0.0, NOON + timedelta(minutes=30))
    assert soon.halted is Halt.WAIT
    assert soon.ready_at == pytest.approx(1800, abs=1)
    late.restore(state, 0.0, NOON + timedelta(minutes=61))
    assert late.halted is None
    dead = limiter(Pace(breaker_after=2))
    for _ in range(3):
        ask(dead, FAILED)
    fresh = limiter()
    fresh.restore(dead.state(50.0, NOON), 0.0, NOON + timedelta(minutes=1))
    assert fresh.halted is None
    assert fresh.ready_at <= 0


def test_a_run_right_after_another_keeps_the_distance() -> None:
    one = limiter()
    ask(one, OK)
    again = limiter()
    again.restore(one.state(0.1, NOON), 100.0, NOON)
    assert again.ready_at >= 101.5


def test_a_stricter_policy_binds_what_was_learned() -> None:
    fast = limiter(Pace(interval_s=0.5, floor_s=0.25))
    ask(fast, OK)
    strict = limiter(Pace().limited(0.2))
    strict.restore(fast.state(1.0, NOON), 0.0, NOON)
    assert strict.interval_s >= 5.0


def test_lessons_of_long_ago_are_forgotten() -> None:
    one = limiter()
    for _ in range(3):
        ask(one, REFUSED)
    again = limiter()
    again.restore(one.state(1.0, NOON), 0.0, NOON + timedelta(days=60))
    assert again.interval_s == 1.5


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"interval_s": "x"}', "null", '{"interval_s": NaN}'])
def test_a_broken_state_is_forgotten(text: str) -> None:
    assert LimiterState.from_json(text) is None
    some = random.Random(1)
    pacer = Pacer({"cnnic": Pace(1.5)}, some.random)
    pacer.load({"cnnic": text}, 0.0, NOON)
    assert pacer.limiter("cnnic").interval_s == 1.5


def test_only_what_changed_is_saved() -> None:
    pacer = Pacer({"cnnic": Pace(1.5)}, random.Random(1).random)
    ask(pacer.limiter("cnnic"), OK)
    ask(pacer.limiter("web:example.cn"), OK)
    pacer.limiter("verisign")
    assert list(pacer.changed(1.0, NOON)) == ["cnnic"]
    assert pacer.changed(1.0, NOON) == {}


def test_nobody_answering_at_all_means_that_the_network_is_down() -> None:
    pacer = Pacer({}, random.Random(1).random, deaf_after=3)
    for signal in (FAILED, FAILED, OK, FAILED, FAILED):
        pacer.hear(signal)
    assert not pacer.is_deaf
    pacer.hear(FAILED)
    assert pacer.is_deaf


def test_the_table_of_registries_gives_the_paces() -> None:
    paces = paces_of(shipped_authorities().registries)
    assert (paces["cnnic"].interval_s, paces["cnnic"].concurrency) == (1.5, 1)
    assert (paces["verisign"].interval_s, paces["verisign"].concurrency) == (0.5, 2)
    bound = paces_of(shipped_authorities().registries, rate_per_s=0.1)
    assert all(pace.interval_s >= 10 and pace.floor_s == 10 for pace in bound.values())
    assert pace_of_kind("web:example.cn") is not None
    assert pace_of_kind("cnnic") is None
    assert Pacer({}, random.Random(1).random).limiter("somebody").pace == UNKNOWN_OPERATOR


def test_refusals_of_one_flight_cool_off_once() -> None:
    many = Limiter(Pace(interval_s=0.02, floor_s=0.01, concurrency=50, breaker_after=20), lambda: 0.5)
    for _ in range(10):
        many.start(0.0, date(2026, 11, 20))
    for _ in range(10):
        many.finish(0.0, 0.1, Signal.REFUSED)
    assert many.ready_at <= 0.1 + 5.0
