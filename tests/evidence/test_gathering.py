"""Gathering: what is asked and in which order, what is kept, when it ends, and that nobody waits for a slower one."""

from __future__ import annotations

import asyncio
import random
import signal
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from evidence_replies import VERISIGN_THIN, seen
from gathering_world import (
    START,
    Answer,
    AtOnce,
    FakeAsker,
    VirtualClock,
    cnnic_reply,
    down,
    found,
    names,
    pacer,
    reader,
    refusing,
)

from auditor.errors import OutputError
from auditor.evidence.agenda import Risk
from auditor.evidence.asking import Asked, Asker, Question, Signal
from auditor.evidence.clocks import LoopClock
from auditor.evidence.gathering import gather, gather_now
from auditor.evidence.gathering_report import GatherReport, Progress
from auditor.evidence.paces import Pace
from auditor.evidence.pacing import Pacer
from auditor.evidence.store import Store
from auditor.model.values import DomainName


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def store(tmp_path: Path, clock: VirtualClock) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path}/evidence.sqlite", clock, reader()) as opened:
        yield opened


def run(
    clock: VirtualClock,
    store: Store,
    domains: list[DomainName],
    *askers: Asker,
    pace: Pacer | None = None,
    **options: object,
) -> GatherReport:
    work = gather(domains, askers, store, pace or pacer(), clock, executor=AtOnce(), **options)  # type: ignore[arg-type]
    return clock.run(work)


def test_every_answer_stands_in_the_store_and_nothing_is_asked_twice(
    clock: VirtualClock, store: Store
) -> None:
    asker = FakeAsker(clock, found)
    first = run(clock, store, names(20), asker)
    assert (first.asked, first.answered, first.fresh, first.complete) == (20, 20, 0, True)
    assert len(list(store.observations())) == 20
    clock.pass_days(1)
    second = run(clock, store, names(20), asker)
    assert (second.asked, second.fresh) == (0, 20)
    clock.pass_days(7)
    third = run(clock, store, names(20), asker)
    assert third.asked == 20
    assert len(list(store.observations())) == 40


def test_an_operator_is_asked_at_its_pace_and_the_gap_never_shrinks_below_it(
    clock: VirtualClock, store: Store
) -> None:
    asker = FakeAsker(clock, found)
    run(clock, store, names(25), asker)
    times = [at for at, _question in asker.asked]
    assert min(later - earlier for earlier, later in pairwise(times)) >= 1.5
    assert asker.most_running == 1


def test_a_slow_operator_never_holds_up_a_fast_one(clock: VirtualClock, store: Store) -> None:
    fast = FakeAsker(
        clock,
        found,
        name="rdap",
        group=lambda _domain: "verisign",
        suffixes=("com",),
        server=lambda _d: "https://r/",
    )
    slow = FakeAsker(clock, found, latency_s=30, suffixes=("cn",))
    pace = Pacer({"cnnic": Pace(), "verisign": Pace(0.5, 0.5, 2)}, random.Random(2).random)
    run(clock, store, names(30) + names(30, "com"), slow, fast, pace=pace)
    assert max(at for at, _question in fast.asked) < 20
    assert max(at for at, _question in slow.asked) > 800


def test_a_hundred_sites_do_not_stand_before_one_registry(clock: VirtualClock, store: Store) -> None:
    sites = FakeAsker(
        clock,
        lambda question, _tries: (
            "answered",
            {"url": question.server, "status": 200, "html": "<p>x</p>"},
            Signal.OK,
        ),
        name="web",
        group=lambda domain: f"web:{domain.alabel}",
        server=lambda domain: f"https://{domain.alabel}/",
        latency_s=5,
    )
    registry = FakeAsker(clock, found)
    run(clock, store, names(100), sites, registry, concurrency=10)
    assert [at for at, _question in registry.asked][:3] == pytest.approx([0.0, 5.0, 10.0], abs=5.1)
    assert sites.most_running <= 10


def test_the_most_urgent_domain_goes_first(clock: VirtualClock, store: Store) -> None:
    domains = names(6)
    old = [domains[0], domains[1], domains[4]]
    for index, domain in enumerate(old):
        at = (START - timedelta(days=20 - index)).isoformat()
        store.add([seen(domain.ulabel, "whois", "whois.cnnic.cn", cnnic_reply(domain.ulabel), at=at)])
    expiring = cnnic_reply(domains[5].ulabel, "2026-12-01 00:00:00")
    store.add([seen(domains[5].ulabel, "whois", "whois.cnnic.cn", expiring, at="2026-11-15T00:00:00+08:00")])
    asker = FakeAsker(clock, found)
    run(clock, store, domains, asker, risk={domains[3].ulabel: Risk.CHANGED})
    order = [question.domain.ulabel for _at, question in asker.asked]
    # Never seen (the changed one first), near expiry, then the oldest.
    assert order == [domains[index].ulabel for index in (3, 2, 5, 0, 1, 4)]


def test_a_failure_is_tried_three_times_and_a_refusal_once(clock: VirtualClock, store: Store) -> None:
    one, two = names(2)
    asker = FakeAsker(
        clock,
        lambda question, tries: (
            down(question, tries) if question.domain == one else refusing(question, tries)
        ),
    )
    report = run(clock, store, [one, two], asker)
    assert Counter(question.domain for _at, question in asker.asked) == {one: 3, two: 1}
    assert (report.asked, report.failed, report.refused, report.complete) == (2, 1, 1, False)
    # One observation of the failure, not three.
    assert sorted(one.outcome for one in store.observations()) == ["answered", "timeout"]


def test_a_failure_that_passes_leaves_only_the_answer(clock: VirtualClock, store: Store) -> None:
    asker = FakeAsker(
        clock, lambda question, tries: found(question, tries) if tries == 3 else down(question, tries)
    )
    report = run(clock, store, names(3), asker)
    assert (report.answered, report.failed) == (3, 0)
    assert [one.outcome for one in store.observations()] == ["answered"] * 3


def test_a_refusal_is_asked_again_by_the_next_run(clock: VirtualClock, store: Store) -> None:
    run(clock, store, names(1), FakeAsker(clock, refusing))
    again = FakeAsker(clock, found)
    clock.pass_days(0.01)
    report = run(clock, store, names(1), again)
    assert (report.asked, report.answered) == (1, 1)


def test_a_dead_operator_is_given_up_soon_and_told(clock: VirtualClock, store: Store) -> None:
    asker = FakeAsker(clock, down, latency_s=10)
    report = run(clock, store, names(1000), asker)
    assert len(asker.asked) <= 7
    assert clock.seconds < 200
    assert report.failed + len(report.left) == 1000
    assert report.not_asked["cnnic"][0] == len(report.left)
    assert {one.outcome for one in report.left} == {"timeout"}
    transient = report.transient(clock.now())
    assert len(transient) == len(report.left)
    assert not {one.domain for one in transient} & {one.domain for one in store.observations()}


def test_without_any_network_a_thousand_domains_end_soon(clock: VirtualClock, store: Store) -> None:
    askers = [
        FakeAsker(clock, down, latency_s=10, suffixes=("cn",)),
        FakeAsker(
            clock,
            down,
            name="rdap",
            latency_s=10,
            group=lambda _d: "verisign",
            server=lambda _d: "https://r/",
        ),
        FakeAsker(
            clock,
            down,
            name="web",
            latency_s=10,
            group=lambda domain: f"web:{domain.alabel}",
            server=lambda domain: f"https://{domain.alabel}/",
        ),
        FakeAsker(
            clock,
            down,
            name="dns",
            latency_s=5,
            group=lambda _d: "dns:192.0.2.1",
            server=lambda _d: "192.0.2.1",
        ),
    ]
    report = run(clock, store, names(500) + names(500, "com"), *askers)
    assert sum(len(asker.asked) for asker in askers) <= 200 + 200
    assert clock.seconds < 60
    assert report.answered == 0
    assert report.failed + len(report.left) == 500 + 1000 + 1000 + 1000
    assert {one.outcome for one in report.left} == {"timeout"}


def test_half_a_network_hurts_only_that_half(clock: VirtualClock, store: Store) -> None:
    dead = FakeAsker(clock, down, suffixes=("cn",))
    alive = FakeAsker(
        clock,
        found,
        name="rdap",
        suffixes=("com",),
        group=lambda _d: "verisign",
        server=lambda _d: "https://r/",
    )
    report = run(clock, store, names(50) + names(50, "com"), dead, alive)
    assert report.groups["verisign"].answered == 50
    assert report.groups["cnnic"].answered == 0
    assert report.groups["cnnic"].reason is not None


def test_after_the_network_is_back_the_next_run_asks_what_is_missing(
    clock: VirtualClock, store: Store
) -> None:
    run(clock, store, names(40), FakeAsker(clock, down))
    back = FakeAsker(clock, found)
    clock.pass_days(0.002)
    report = run(clock, store, names(40), back)
    assert (report.answered, report.complete) == (40, True)


def test_a_wait_of_a_day_is_honoured_across_runs(clock: VirtualClock, store: Store) -> None:
    def ban(question: Question, tries: int) -> Answer:
        return ("throttled", None, Signal.REFUSED, 86400.0)

    first = run(clock, store, names(10), FakeAsker(clock, ban))
    assert first.groups["cnnic"].asked == 1
    assert first.groups["cnnic"].not_asked == 9
    early = FakeAsker(clock, found)
    clock.pass_days(0.5)
    report = run(clock, store, names(10), early)
    assert early.asked == []
    assert report.not_asked["cnnic"][0] == 10
    assert {one.outcome for one in report.left} == {"throttled"}
    clock.pass_days(0.6)
    assert run(clock, store, names(10), early).answered == 10


def test_the_budget_of_a_day_is_kept_over_runs(clock: VirtualClock, store: Store) -> None:
    pace = Pace(interval_s=1, floor_s=1, per_day=8)
    asker = FakeAsker(clock, found)
    first = run(clock, store, names(20), asker, pace=pacer(pace))
    assert (first.asked, first.groups["cnnic"].not_asked) == (8, 12)
    assert run(clock, store, names(20), asker, pace=pacer(pace)).asked == 0
    clock.pass_days(1)
    assert run(clock, store, names(20), asker, pace=pacer(pace)).asked == 8


def thin(question: Question, _tries: int) -> Answer:
    text = VERISIGN_THIN.replace("EXAMPLE.COM", question.domain.alabel.upper())
    return ("answered", text.replace("2027-01-31", "2029-01-31"), Signal.OK)


def registrar_question(question: Question) -> list[Question]:
    return [
        Question(
            question.domain, "rdap", "https://registrar.example/", "registrar:registrar.example", question.key
        )
    ]


def rdap_object(question: Question, _tries: int) -> Answer:
    return (
        "answered",
        {"objectClassName": "domain", "ldhName": question.domain.alabel, "status": ["ok"]},
        Signal.OK,
    )


def test_what_an_answer_opens_is_asked_too_and_only_once(clock: VirtualClock, store: Store) -> None:
    registry = FakeAsker(clock, thin, follow=registrar_question, group=lambda _d: "verisign")
    registrar = FakeAsker(clock, rdap_object, name="rdap", suffixes=())
    report = run(clock, store, names(5, "com"), registry, registrar)
    assert report.groups["registrar:registrar.example"].answered == 5
    assert run(clock, store, names(5, "com"), registry, registrar).fresh == 10


def test_a_question_opened_by_an_answer_is_not_lost_when_it_fails(clock: VirtualClock, store: Store) -> None:
    registry = FakeAsker(clock, thin, follow=registrar_question, group=lambda _d: "verisign")
    broken = FakeAsker(clock, down, name="rdap", suffixes=())
    run(clock, store, names(1, "com"), registry, broken)
    mended = FakeAsker(clock, rdap_object, name="rdap", suffixes=())
    report = run(clock, store, names(1, "com"), registry, mended)
    assert (report.fresh, report.answered, len(mended.asked)) == (1, 1, 1)
    assert len(registry.asked) == 1


def test_an_earlier_referral_is_followed_where_the_registry_does_not_answer(
    clock: VirtualClock, store: Store
) -> None:
    registry = FakeAsker(clock, thin, follow=registrar_question, group=lambda _d: "verisign")
    registrar = FakeAsker(clock, rdap_object, name="rdap", suffixes=())
    run(clock, store, names(1, "com"), registry, registrar)
    clock.pass_days(8)
    dead = FakeAsker(clock, down, group=lambda _d: "verisign")
    report = run(clock, store, names(1, "com"), dead, registrar)
    assert (report.failed, report.answered, len(registrar.asked)) == (1, 1, 2)


def test_an_answer_by_another_server_than_the_one_asked_counts(clock: VirtualClock, store: Store) -> None:
    asker = FakeAsker(clock, found, answered_by=lambda _question: "mirror.cnnic.cn")
    run(clock, store, names(2), asker)
    assert run(clock, store, names(2), asker).fresh == 2


def test_an_answer_that_cannot_be_read_waits_before_it_is_asked_again(
    clock: VirtualClock, store: Store
) -> None:
    asker = FakeAsker(
        clock, lambda _question, _tries: ("answered", "hello there, whoever reads this", Signal.OK)
    )
    report = run(clock, store, names(1), asker)
    assert report.groups["cnnic"].unread == 1
    again = run(clock, store, names(1), asker)
    assert (again.asked, again.waiting, again.complete) == (0, 1, False)
    # Whoever insists gets it asked at once.
    assert run(clock, store, names(1), asker, retry_unknown=True).asked == 1
    clock.pass_days(1)
    assert run(clock, store, names(1), asker).asked == 1


def test_retrying_the_unknown_leaves_alone_what_an_audit_would_know(
    clock: VirtualClock, store: Store
) -> None:
    one, two = names(2)
    gone = "No matching record."
    store.add([seen(one.ulabel, "whois", "whois.cnnic.cn", gone, at=(START - timedelta(days=3)).isoformat())])
    asker = FakeAsker(clock, found)
    run(clock, store, [one, two], asker, retry_unknown=True)
    assert [question.domain for _at, question in asker.asked] == [two]
    # The ordinary run confirms an absence that is older than a day.
    run(clock, store, [one, two], asker)
    assert [question.domain for _at, question in asker.asked] == [two, one]


def test_a_suffix_that_nobody_answers_for_is_told(clock: VirtualClock, store: Store) -> None:
    report = run(clock, store, [DomainName("shili.zz", "shili.zz")], FakeAsker(clock, found))
    assert [(one.domain, one.outcome) for one in report.left] == [("shili.zz", "unsupported")]
    assert report.asked == 0


def test_further_questions_are_asked_beside_those_of_the_domains(clock: VirtualClock, store: Store) -> None:
    mail = DomainName("mail.example", "mail.example")
    dns = FakeAsker(
        clock,
        lambda _q, _t: ("answered", {"mail.example": {"A": ["192.0.2.1"]}}, Signal.OK),
        name="dns",
        suffixes=(),
    )
    more = [Question(mail, "dns", "192.0.2.53", "dns:192.0.2.53", "mail.example")]
    assert run(clock, store, names(1), FakeAsker(clock, found), dns, more=more).answered == 2
    assert run(clock, store, names(1), FakeAsker(clock, found), dns, more=more).fresh == 2


def test_two_accounts_of_one_source_are_asked_their_own_questions(clock: VirtualClock, store: Store) -> None:
    def account(name: str) -> FakeAsker:
        return FakeAsker(
            clock,
            lambda _q, _t: ("answered", {"registrant": name, "expires": "2029-01-31"}, Signal.OK),
            name="registrar",
            group=lambda _d: f"registrar:{name}",
            server=lambda _d: name,
        )

    accounts = [account("aliyun"), account("tencent")]
    assert run(clock, store, names(3), *accounts).answered == 6
    for one in accounts:
        assert {question.group for _at, question in one.asked} == {one.group(names(1)[0])}
    assert run(clock, store, names(3), *accounts).fresh == 6


def test_a_domain_named_twice_is_asked_once(clock: VirtualClock, store: Store) -> None:
    asker = FakeAsker(clock, found)
    report = run(clock, store, names(2) + names(2), asker)
    assert (report.asked, len(asker.asked)) == (2, 2)


def test_stopping_keeps_what_was_answered_and_tells_the_rest(clock: VirtualClock, store: Store) -> None:
    stop = asyncio.Event()

    def until_the_tenth(question: Question, tries: int) -> Answer:
        if len(asker.asked) == 10:
            stop.set()
        return found(question, tries)

    asker = FakeAsker(clock, until_the_tenth)
    report = run(clock, store, names(50), asker, stop=stop)
    assert report.stopped
    assert not report.complete
    assert len(list(store.observations())) == report.answered == 10
    assert len(report.left) == 40
    rest = FakeAsker(clock, found)
    assert run(clock, store, names(50), rest).answered == 40


def test_progress_tells_done_left_refusals_and_a_time(clock: VirtualClock, store: Store) -> None:
    told: list[Progress] = []
    run(clock, store, names(40), FakeAsker(clock, found), progress=told.append)
    assert (told[0].done, told[0].left) == (0, 40)
    middle = told[len(told) // 2]
    assert middle.groups[0].group == "cnnic"
    assert middle.eta_s == pytest.approx(middle.left * 1.55, rel=0.1)
    assert (told[-1].done, told[-1].left, told[-1].eta_s) == (40, 0, 0.0)
    assert all(a.done <= b.done for a, b in pairwise(told))


def test_no_more_tasks_than_slots_however_many_questions(clock: VirtualClock, store: Store) -> None:
    most = 0

    def watching(question: Question, tries: int) -> Answer:
        nonlocal most
        most = max(most, len(asyncio.all_tasks()))
        return ("timeout", None, Signal.OK)

    asker = FakeAsker(clock, watching, latency_s=0.05)
    run(clock, store, names(3000), asker, pace=pacer(off=True), concurrency=20)
    assert asker.most_running == 20
    assert most < 20 + 10


def test_a_store_that_fails_ends_the_gathering_with_its_own_words(
    clock: VirtualClock, tmp_path: Path
) -> None:
    class Full(Store):
        def record(self, batch: object, limiters: object = None) -> tuple[()]:
            raise OutputError("磁盘已满", "the disk is full")

    store = Full.open(f"sqlite:///{tmp_path}/e.sqlite", clock, reader())
    with store, pytest.raises(OutputError, match="磁盘已满"):
        run(clock, store, names(5), FakeAsker(clock, found))


def test_two_gatherings_over_one_store_leave_every_answer_once(tmp_path: Path) -> None:
    clock = VirtualClock()
    address = f"sqlite:///{tmp_path}/evidence.sqlite"
    with Store.open(address, clock, reader()) as one, Store.open(address, clock, reader()) as two:
        askers = [FakeAsker(clock, found), FakeAsker(clock, found)]

        async def both() -> list[GatherReport]:
            return await asyncio.gather(
                *(
                    gather(names(30), [asker], store, pacer(), clock, executor=AtOnce())
                    for store, asker in zip((one, two), askers, strict=True)
                )
            )

        reports = clock.run(both())
        assert [report.answered for report in reports] == [30, 30]
        assert {one.domain for one in one.observations()} == {name.ulabel for name in names(30)}


class _Instant:
    """An asker of the real event loop: answers at once, or never."""

    name = "whois"

    def __init__(self, hang_after: int | None = None) -> None:
        self._count, self._hang_after, self.closed = 0, hang_after, False
        self._inner = FakeAsker(VirtualClock(), found)

    def questions(self, domain: DomainName) -> Sequence[Question]:
        return self._inner.questions(domain)

    async def ask(self, question: Question) -> Asked:
        self._count += 1
        if self._hang_after is not None and self._count > self._hang_after:
            if self._count == self._hang_after + 1:
                signal.raise_signal(signal.SIGINT)
            await asyncio.Event().wait()
        await asyncio.sleep(0)
        outcome, raw, word = found(question, 1)
        one = seen(
            question.domain.ulabel, "whois", question.server, raw, at=START.isoformat(), outcome=outcome
        )
        return Asked(one, word)

    async def close(self) -> None:
        self.closed = True


def test_ctrl_c_ends_with_a_report_of_what_is_known(tmp_path: Path) -> None:
    clock = LoopClock(lambda: START)
    before = signal.getsignal(signal.SIGINT)
    with Store.open(f"sqlite:///{tmp_path}/e.sqlite", clock, reader()) as store:
        asker = _Instant(hang_after=7)
        report = gather_now(names(20), [asker], store, pacer(off=True), clock, concurrency=4)
        assert report.stopped
        assert report.answered == len(list(store.observations())) == 7
        assert len(report.left) == 13
        assert asker.closed
    assert signal.getsignal(signal.SIGINT) is before


def test_a_gathering_may_run_beside_the_main_thread(tmp_path: Path) -> None:
    reports: list[GatherReport] = []
    clock = LoopClock(lambda: START)
    with Store.open(f"sqlite:///{tmp_path}/e.sqlite", clock, reader()) as store:
        asker = _Instant()
        thread = threading.Thread(
            target=lambda: reports.append(gather_now(names(50), [asker], store, pacer(off=True), clock))
        )
        thread.start()
        thread.join(60)
        assert [report.answered for report in reports] == [50]


def test_the_limiters_lessons_are_kept_for_the_next_run(clock: VirtualClock, store: Store) -> None:
    def picky(question: Question, tries: int) -> Answer:
        return refusing(question, tries) if len(asker.asked) == 3 else found(question, tries)

    asker = FakeAsker(clock, picky)
    run(clock, store, names(5), asker)
    learned = pacer()
    learned.load(store.limiters(), clock.monotonic(), clock.now())
    assert learned.limiter("cnnic").interval_s == pytest.approx(1.5 * 1.7)
