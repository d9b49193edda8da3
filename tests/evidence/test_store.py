"""The evidence store: append-only, shared, the same on SQLite and PostgreSQL, and clear about what is wrong with it."""

from __future__ import annotations

import gzip
import json
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from evidence_replies import VERISIGN_THIN, gtld, rdap, seen
from gathering_world import START, FakeAsker, VirtualClock, cnnic_reply, found, names, pacer, reader
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.errors import InputError, OutputError, PolicyError
from auditor.evidence.asking import Asked, Question, Signal
from auditor.evidence.freshness import WITHHELD, AnswerReader, Reading, RetryLater, TimeToLive
from auditor.evidence.gathering import gather_now
from auditor.evidence.recorded import raw_sha256, read_evidence
from auditor.evidence.servers import shipped_authorities
from auditor.evidence.store import Store
from auditor.evidence.store_rows import Settled
from auditor.model.evidence import Observation
from auditor.model.values import DomainName
from tests.servers.postgres import PASSWORD, PostgresServer

CLOCK = VirtualClock()


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/evidence.sqlite"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.url("evidence")


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    with Store.open(address, CLOCK, reader()) as opened:
        yield opened


def whois(domain: str = "example.cn", at: str = "2026-11-20T08:00:00+08:00", **more: str) -> Observation:
    return seen(domain, "whois", "whois.cnnic.cn", more.get("raw") or cnnic_reply(domain), at=at)


MIXED = [
    whois(),
    seen("example.com", "rdap", "https://rdap.verisign.com/com/v1/", rdap("example.com")),
    seen(
        "示例.中国", "whois", "whois.cnnic.cn", None, outcome="timeout", at="2026-11-19T08:00:00.123456+00:00"
    ),
    seen("example.cn", "dns", "192.0.2.53", {"example.cn": {"A": ["192.0.2.1"]}}),
    seen(
        "example.cn",
        "web",
        "https://www.example.cn/",
        {"url": "https://www.example.cn/", "status": 200, "html": "京"},
    ),
]


def bare(observations: list[Observation]) -> set[tuple[object, ...]]:
    return {
        (o.domain, o.source, o.server, o.fetched_at, o.outcome, json.dumps(o.raw, sort_keys=True), o.sha256)
        for o in observations
    }


def test_what_is_put_in_comes_out(store: Store) -> None:
    assert store.add(MIXED) == len(MIXED)
    assert bare(list(store.observations())) == bare(MIXED)
    only = list(store.observations(["example.cn"]))
    assert [one.source for one in only] == ["dns", "web", "whois"]
    assert all(one.fetched_at and one.fetched_at.isoformat().endswith("+08:00") for one in only)


def test_the_same_observation_twice_is_kept_once(store: Store) -> None:
    assert store.add([MIXED[0], MIXED[0]]) == 1
    assert store.add(MIXED) == len(MIXED) - 1
    assert store.add([]) == 0
    assert len(list(store.observations())) == len(MIXED)


def test_the_same_words_at_another_time_are_another_observation(store: Store) -> None:
    store.add([whois(), whois(at="2026-11-21T08:00:00+08:00")])
    assert len(list(store.observations())) == 2


def test_what_no_file_could_hold_is_replaced_not_lost(store: Store) -> None:
    store.add([seen("example.cn", "dns", "a\x00b", {"x": "text"})])
    lone = Observation("example.cn", "whois", "s", START, "answered", "a\ud800b")
    nan = Observation("example.cn", "rdap", "s", START, "answered", {"x": float("nan"), "NaN": "NaN"})
    assert store.add([lone, nan]) == 2
    raws = {one.source: one.raw for one in store.observations()}
    assert raws == {"dns": {"x": "text"}, "whois": "a?b", "rdap": {"x": None, "NaN": "NaN"}}
    assert all(one.sha256 == raw_sha256(one.raw) for one in store.observations())


@settings(deadline=None, max_examples=60)
@given(
    raw=st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.text()
        | st.floats(allow_nan=False, allow_infinity=False),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
        max_leaves=12,
    )
)
def test_any_answer_survives_the_store(raw: object) -> None:
    with Store.open("sqlite://", CLOCK) as store:
        store.add([Observation("example.cn", "rdap", "s", START, "answered", raw)])
        (back,) = store.observations()
        assert back.raw == raw
        assert back.sha256 == raw_sha256(raw)


def test_the_horizon_leaves_out_the_old_but_never_the_newest(store: Store) -> None:
    days = [1, 5, 40, 80]
    store.add([whois(at=(START - timedelta(days=day)).isoformat()) for day in days])
    store.add([whois("old.cn", at=(START - timedelta(days=day)).isoformat()) for day in (50, 60)])
    kept = [(one.domain, one.fetched_at) for one in store.observations(horizon_days=30)]
    assert kept == [
        ("example.cn", START - timedelta(days=5)),
        ("example.cn", START - timedelta(days=1)),
        ("old.cn", START - timedelta(days=50)),
    ]


def test_the_newest_answer_counts_and_a_later_failure_does_not_hide_it(store: Store) -> None:
    key = ("example.cn", "whois", "whois.cnnic.cn")
    store.add([whois(at="2026-11-18T08:00:00+08:00", raw="Queried interval is too short.")])
    assert store.newest(["example.cn"])[key].meaning == "throttled"
    store.add([whois(), replace(whois(), raw=None, outcome="timeout", fetched_at=START)])
    newest = store.newest(["example.cn", "unknown.cn"])
    assert list(newest) == [key]
    assert (newest[key].meaning, newest[key].outcome) == ("found", "answered")
    assert newest[key].reading == Reading(
        "found", newest[key].reading.expires if newest[key].reading else None
    )


def test_answers_are_read_anew_by_a_newer_reader(tmp_path: Path) -> None:
    address = f"{tmp_path}/evidence.sqlite"
    key = ("example.cn", "whois", "whois.cnnic.cn")
    calls: list[str] = []

    class Blind(AnswerReader):
        def __call__(self, observation: Observation) -> Reading:
            calls.append(self.version)
            return Reading("unparsed") if self.version == "1" else super().__call__(observation)

    for version, meaning in (("1", "unparsed"), ("1", "unparsed"), ("2", "found"), ("2", "found")):
        with Store.open(address, CLOCK, Blind(shipped_authorities(), None, version)) as store:
            store.add([whois()])
            assert store.newest(["example.cn"])[key].meaning == meaning
    assert calls == ["1", "2"]
    with Store.open(address, CLOCK) as store:
        assert store.newest(["example.cn"])[key].meaning == ""


def test_export_and_import_carry_everything_over(store: Store, tmp_path: Path) -> None:
    store.add(MIXED)
    plain, packed = tmp_path / "out.jsonl", tmp_path / "out.jsonl.gz"
    assert store.export(plain) == store.export(packed) == len(MIXED)
    assert gzip.decompress(packed.read_bytes()) == plain.read_bytes()
    assert sorted(path.name for path in tmp_path.glob("*out*")) == ["out.jsonl", "out.jsonl.gz"]
    assert bare(list(read_evidence([(plain, "out")]).observations)) == bare(MIXED)
    with Store.open(f"{tmp_path}/other.sqlite", CLOCK, reader()) as other:
        assert other.import_files([(packed, "out.jsonl.gz")]).added == len(MIXED)
        again = other.import_files([(plain, "out.jsonl")])
        assert (again.added, again.known) == (0, len(MIXED))
        second = tmp_path / "second.jsonl"
        other.export(second)
        assert second.read_bytes() == plain.read_bytes()
    assert store.export(tmp_path / "one.jsonl", ["example.com"]) == 1


def test_an_import_tells_what_it_could_not_use(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "some.jsonl"
    file.write_text('{"domain": "example.cn"}\nno json\n', encoding="utf-8")
    done = store.import_files([(file, "some.jsonl")])
    assert (done.added, len(done.problems)) == (0, 2)
    with pytest.raises(InputError):
        store.import_files([(tmp_path / "nothing.jsonl", "nothing.jsonl")])


def test_an_export_that_fails_leaves_nothing_behind(store: Store, tmp_path: Path) -> None:
    store.add(MIXED)
    with pytest.raises(OutputError):
        store.export(tmp_path / "no folder" / "out.jsonl")
    assert list(tmp_path.glob("**/*.part")) == []


def test_age_and_coverage_by_source(store: Store) -> None:
    store.add([*MIXED, whois("old.cn", at="2026-10-01T08:00:00+08:00")])
    status = store.status(["example.cn", "old.cn", "示例.中国", "new.cn"], START.date())
    assert status.observations == len(MIXED) + 1
    assert status.unknown == ("new.cn",)
    by_source = {one.source: one for one in status.sources}
    assert (by_source["whois"].fresh, by_source["whois"].old, by_source["whois"].failed) == (1, 1, 1)
    assert by_source["whois"].outcomes == {"timeout": 1}
    assert by_source["dns"].fresh == 1
    assert store.status(None, START.date()).domains == 4


def question(name: str = "example.cn", server: str = "whois.cnnic.cn") -> Question:
    return Question(DomainName(name, name), "whois", server, "cnnic", name)


def test_questions_without_an_answer_are_remembered_until_they_have_one(store: Store) -> None:
    key = ("example.cn", "whois", "whois.cnnic.cn")
    failed = Asked(replace(whois(), outcome="timeout", raw=None), Signal.FAILED)
    for attempts, waits in ((0, False), (1, False), (2, True)):
        store.record([Settled(question(), failed, "", attempts, attempts > 0)])
        kept = store.remembered(["example.cn"])[key]
        assert (kept.attempts, kept.not_before is not None) == (attempts + 1, waits)
        assert kept.question == question()
    store.record([Settled(question(), Asked(whois(), Signal.OK), "", 3, True)])
    assert store.remembered(["example.cn"]) == {}


def test_opened_questions_stand_in_the_store_with_the_answer_that_opened_them(store: Store) -> None:
    child, other = question(server="whois.registrar.example"), question(server="whois.other.example")
    thin = seen("example.cn", "whois", "whois.cnnic.cn", cnnic_reply("example.cn"))
    store.record([Settled(question(), Asked(thin, Signal.OK, None, (child,)))], {"cnnic": "{}"})
    kept = store.remembered(["example.cn"])
    assert [(one.question, one.parent) for one in kept.values()] == [(child, "whois whois.cnnic.cn")]
    assert store.limiters() == {"cnnic": "{}"}
    # The domain has moved to another registrar.
    store.record([Settled(question(), Asked(thin, Signal.OK, None, (other,)), has_children=True)])
    assert [one.question for one in store.remembered(["example.cn"]).values()] == [other]


def test_a_batch_is_written_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    with Store.open(f"{tmp_path}/e.sqlite", CLOCK, reader()) as store:
        with sqlite3.connect(tmp_path / "e.sqlite") as other:
            other.execute("DROP TABLE evidence_limiter")
        with pytest.raises(OutputError) as caught:
            store.record([Settled(question(), Asked(whois(), Signal.OK))], {"cnnic": "{}"})
        assert "evidence_limiter" in caught.value.en
        assert list(store.observations()) == []


def test_several_writers_share_a_store(address: str) -> None:
    def write(writer: int) -> int:
        with Store.open(address, CLOCK, reader()) as store:
            return sum(
                store.add([whois(f"shili{index:03}.cn"), whois(f"own{writer}-{index:03}.cn")])
                for index in range(40)
            )

    with ThreadPoolExecutor(4) as pool:
        added = sum(pool.map(write, range(4)))
    with Store.open(address, CLOCK) as store:
        kept = len(list(store.observations()))
    assert kept == 40 + 4 * 40
    assert added >= kept


# What can be wrong


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "book.xlsx"
    file.write_bytes(b"PK\x03\x04" + bytes(range(256)) * 20)
    before = file.read_bytes()
    with pytest.raises(PolicyError) as caught:
        Store.open(f"sqlite:///{file}", CLOCK)
    assert "no SQLite database" in caught.value.en
    assert caught.value.where == str(file)
    assert file.read_bytes() == before


def test_somebody_elses_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "theirs.sqlite"
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE orders (id INTEGER)")
    other.close()
    before = file.read_bytes()
    with pytest.raises(PolicyError) as caught:
        Store.open(str(file), CLOCK)
    assert "no evidence store" in caught.value.en
    assert file.read_bytes() == before


def test_a_store_of_a_newer_version_is_refused(address: str) -> None:
    from auditor.evidence.store_schema import VERSION, open_engine

    engine = open_engine(address)
    with engine.begin() as connection:
        connection.execute(VERSION.insert(), [{"version": 99}])
    engine.dispose()
    with pytest.raises(PolicyError) as caught:
        Store.open(address, CLOCK)
    assert "99" in caught.value.en
    assert "newer version" in caught.value.en
    assert PASSWORD not in caught.value.describe("en") + caught.value.describe("zh")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(PolicyError, match="无法建立"):
        Store.open(f"sqlite:///{tmp_path}/file/e.sqlite", CLOCK)
    with pytest.raises(PolicyError):
        Store.open(f"sqlite:///{tmp_path}", CLOCK)


@pytest.mark.parametrize(
    "address",
    ["mysql://u:topsecret@h/d", "http://u:topsecret@h", "postgresql://u:topsecret@h:x/d", "nonsense://"],
)
def test_an_address_of_another_kind_is_refused_without_its_password(address: str) -> None:
    with pytest.raises(PolicyError) as caught:
        Store.open(address, CLOCK)
    assert "topsecret" not in caught.value.describe("en") + caught.value.describe("zh")


def test_a_server_that_is_not_there_is_told_without_the_password() -> None:
    for address in (
        "postgresql://auditor:topsecret@127.0.0.1:1/evidence",
        "postgresql://auditor@127.0.0.1:1/evidence?password=topsecret",
    ):
        with pytest.raises(PolicyError) as caught:
            Store.open(address, CLOCK)
        told = caught.value.describe("en") + caught.value.describe("zh")
        assert "127.0.0.1" in told
        assert "topsecret" not in told
        assert caught.value.__cause__ is None


def test_a_wrong_password_is_told_without_it(postgres: PostgresServer) -> None:
    with pytest.raises(PolicyError) as caught:
        Store.open(postgres.url("evidence", password="wr0ng-one"), CLOCK)
    told = caught.value.describe("en")
    assert "auditor" in told
    assert "wr0ng-one" not in told


def test_a_new_store_is_nobody_elses_to_read(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path}/deep/er/e.sqlite", CLOCK) as store:
        store.add(MIXED)
    for path in (tmp_path / "deep" / "er").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_gathering_on_postgresql_remembers_as_well(postgres: PostgresServer) -> None:
    clock = VirtualClock()
    with Store.open(postgres.url("gathering"), CLOCK, reader()) as store:
        asker = FakeAsker(clock, found, latency_s=0)

        class Real(VirtualClock):
            async def sleep(self, seconds: float) -> None:
                return None

        asker.clock = Real()
        first = gather_now(names(60), [asker], store, pacer(off=True), Real(), concurrency=10)
        second = gather_now(names(60), [asker], store, pacer(off=True), Real())
    assert (first.answered, second.fresh) == (60, 60)


def test_importing_the_store_loads_no_database_library() -> None:
    script = (
        "import sys, auditor.evidence.store, auditor.evidence.gathering\n"
        "print(sorted({'sqlalchemy', 'psycopg', 'sqlite3'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# For how long an answer counts


@pytest.mark.parametrize(
    ("domain", "server", "raw", "days"),
    [
        ("example.cn", "whois.cnnic.cn", cnnic_reply("example.cn"), 7),
        ("example.cn", "whois.cnnic.cn", cnnic_reply("example.cn", "2026-12-20 00:00:00"), 1),
        (
            "example.cn",
            "whois.cnnic.cn",
            cnnic_reply("example.cn").replace("Status: ok", "Status: serverHold"),
            1,
        ),
        ("example.cn", "whois.cnnic.cn", "No matching record.", 1),
        ("example.cn", "whois.cnnic.cn", "Sorry, The domain you requested is in the reserved list.", 30),
        ("example.cn", "whois.cnnic.cn", "Queried interval is too short.", 0),
        ("example.cn", "whois.cnnic.cn", cnnic_reply("other.cn"), 0),
        ("example.cn", "whois.cnnic.cn", "some words", 0),
        ("example.cn", "whois.cnnic.cn", "", 0),
        ("example.com", "whois.verisign-grs.com", VERISIGN_THIN, 7),
    ],
)
def test_the_time_to_live_goes_by_what_the_answer_means(
    domain: str, server: str, raw: str, days: int
) -> None:
    reading = reader()(seen(domain, "whois", server, raw))
    assert TimeToLive().days(reading, START) == days
    assert reading.is_answer is (days > 0)


def test_an_answer_that_only_hides_the_holder_counts_for_a_month() -> None:
    hidden = {
        "objectClassName": "entity",
        "roles": ["registrant"],
        "remarks": [{"title": "REDACTED FOR PRIVACY"}],
    }
    raw = {"objectClassName": "domain", "ldhName": "example.com", "entities": [hidden]}
    reading = reader()(seen("example.com", "rdap", "https://registrar.example/", raw))
    assert (reading.meaning, TimeToLive().days(reading, START)) == (WITHHELD, 30)
    # A privacy marker beside an expiry: the expiry ages.
    whole = reader()(
        seen(
            "example.com", "whois", "whois.x.example", gtld(holder=("Registrant Name: REDACTED FOR PRIVACY",))
        )
    )
    assert TimeToLive().days(whole, START) == 7


@pytest.mark.parametrize(
    ("source", "raw", "days"),
    [
        ("dns", {"example.cn": {"A": ["192.0.2.1"]}, "www.example.cn": {"rcode": "NXDOMAIN"}}, 7),
        ("dns", {"example.cn": {"A": ["192.0.2.1"]}, "www.example.cn": {"rcode": "SERVFAIL"}}, 1),
        ("dns", {"example.cn": {"rcode": "TIMEOUT"}}, 0),
        ("web", {"url": "https://example.cn/", "status": 200, "html": "<p>京ICP备12345678号</p>"}, 7),
        ("web", {"url": "https://example.cn/", "status": 503, "html": ""}, 1),
    ],
)
def test_pages_and_resolvers_that_failed_are_asked_again_soon(source: str, raw: object, days: int) -> None:
    reading = reader()(seen("example.cn", source, "192.0.2.53", raw))
    assert TimeToLive().days(reading, START) == days


def test_no_failure_is_ever_fresh_and_no_clock_from_the_future_keeps_an_answer() -> None:
    ttl = TimeToLive()
    for word in (
        "throttled",
        "refused",
        "timeout",
        "error",
        "truncated",
        "unparsed",
        "wrong_answer",
        "unsupported",
    ):
        assert not ttl.is_fresh(Reading(word), START, START)
    assert ttl.is_fresh(Reading("found"), START + timedelta(minutes=5), START)
    assert not ttl.is_fresh(Reading("found"), START + timedelta(days=400), START)
    assert not ttl.is_fresh(Reading("found"), START - timedelta(days=7), START)
    assert not TimeToLive(found=0).is_fresh(Reading("found"), START, START)
    assert not ttl.is_fresh(None, START, START)


def test_waits_after_vain_attempts_grow_and_end_at_a_day() -> None:
    later = RetryLater()
    waits = [later.not_before(Reading("timeout"), attempts, START) for attempts in range(1, 15)]
    assert waits[:2] == [None, None]
    known = [wait - START for wait in waits if wait]
    assert known == sorted(known)
    assert (known[0], known[-1]) == (timedelta(minutes=10), timedelta(days=1))
    assert later.not_before(Reading("unparsed"), 1, START) == START + timedelta(hours=1)


def test_an_exported_line_is_what_the_contract_shows(store: Store, tmp_path: Path) -> None:
    store.add([MIXED[2], MIXED[0]])
    store.export(tmp_path / "out.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert lines[0] == {
        "domain": "example.cn",
        "source": "whois",
        "server": "whois.cnnic.cn",
        "fetched_at": "2026-11-20T08:00:00+08:00",
        "outcome": "answered",
        "raw": MIXED[0].raw,
    }
    assert "raw" not in lines[1]
