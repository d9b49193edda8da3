"""The history's database: migrated, shared, and whole whatever happens to the program or the disk."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from auditor.errors import OutputError, PolicyError
from auditor.history.migration import migrate
from auditor.history.schema import METADATA, REVISIONS, VERSION_TABLE
from auditor.history.store import History, default_address
from tests.history.past import MONDAY, START, Clock, audited, fault
from tests.servers.postgres import PASSWORD, PostgresServer

CLOCK = Clock()
ROOT = Path(__file__).resolve().parents[2]
# A run that records something large and then is stopped, or goes on once its input ends.
SCRIPT = """
import sys
from auditor.history.store import History
from tests.history.past import Clock, audited, fault
address, week, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with History.open(address, Clock(), wait_s=60) as history:
    result = audited(*(fault(n, words="长" * 200) for n in range(count)), week=week)
    with history.recording(result, "p", f"{week}"):
        sys.stdout.write("recording\\n")
        sys.stdout.flush()
        sys.stdin.read()
"""


def engine_of(address: str) -> sa.Engine:
    return sa.create_engine(address.replace("postgresql://", "postgresql+psycopg://"))


def start(address: str, week: int = 1, count: int = 2000) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, address, str(week), str(count)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "recording\n"
    return process


def told(error: OutputError | PolicyError) -> str:
    return error.describe("zh") + error.describe("en")


# Migrations


def test_the_migrations_make_the_tables_that_the_program_uses(address: str) -> None:
    with History.open(address, CLOCK):
        engine = engine_of(address)
        with engine.connect() as connection:
            options = {"version_table": VERSION_TABLE, "compare_type": True}
            assert compare_metadata(MigrationContext.configure(connection, opts=options), METADATA) == []
        engine.dispose()


def test_a_history_of_the_first_version_is_brought_up_to_date_with_all_that_it_holds(address: str) -> None:
    with History.open(address, CLOCK) as made:
        result = audited(fault(1))
        with made.recording(result, "p", "d", keep=0):
            pass
    engine = engine_of(address)
    with engine.begin() as connection:
        for table in ("history_delivery", "history_rung", "history_schedule_event", "history_kept"):
            connection.execute(sa.text(f"DROP TABLE {table}"))
        connection.execute(sa.text(f"UPDATE {VERSION_TABLE} SET version_num = '0001'"))
    engine.dispose()
    with History.open(address, CLOCK) as history:
        assert [one.id for one in history.runs()] == [result.run.id]
        assert history.note_delivery("<a@b>", portfolio="p", channel="mail", route="", run="r")


def test_each_version_can_be_the_start(tmp_path: Path) -> None:
    for revision in REVISIONS:
        path = tmp_path / f"{revision}.sqlite3"
        engine = sa.create_engine(f"sqlite:///{path}")
        sa.event.listen(engine, "connect", lambda raw, _record: setattr(raw, "isolation_level", None))
        migrate(engine, str(path), 1.0, upto=revision)
        engine.dispose()
        with History.open(str(path), CLOCK) as history:
            assert history.runs() == history.deliveries("p") == ()


@pytest.mark.parametrize(("version", "word"), [("0003", "newer"), ("9999", "newer"), ("", "not understood")])
def test_a_history_of_a_newer_program_is_left_alone(address: str, version: str, word: str) -> None:
    History.open(address, CLOCK).close()
    engine = engine_of(address)
    with engine.begin() as connection:
        connection.execute(sa.text(f"UPDATE {VERSION_TABLE} SET version_num = '{version}'"))
    engine.dispose()
    with pytest.raises(PolicyError, match=r"^历史库") as caught:
        History.open(address, CLOCK)
    assert word in caught.value.en
    assert PASSWORD not in told(caught.value)


def test_many_programs_may_open_a_new_history_at_once(address: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        opened = list(pool.map(lambda _: History.open(address, CLOCK), range(6)))
    for one in opened:
        assert one.runs() == ()
        one.close()


def test_a_file_of_another_kind_is_refused_and_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite3"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE mine (x)")
    connection.close()
    words = tmp_path / "words.txt"
    words.write_text("没有数据库" * 500, encoding="utf-8")
    for path in (other, words):
        before = path.read_bytes()
        with pytest.raises(PolicyError):
            History.open(str(path), CLOCK)
        assert path.read_bytes() == before


@pytest.mark.parametrize(
    "address",
    ["mysql://u:topsecret@h/d", "postgresql://u:topsecret@127.0.0.1:1/d", "postgresql://u:topsecret@h:x/d"],
)
def test_an_address_that_cannot_be_used_is_told_without_its_password(address: str) -> None:
    with pytest.raises(PolicyError) as caught:
        History.open(address, CLOCK)
    assert "topsecret" not in told(caught.value)


def test_a_new_history_is_nobody_elses_to_read(tmp_path: Path) -> None:
    with History.open(f"sqlite:///{tmp_path}/deep/er/h.sqlite3", CLOCK) as history:
        with history.recording(audited(fault(1)), "p", "d"):
            pass
        files = list((tmp_path / "deep" / "er").iterdir())
        assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files)
    assert default_address().endswith("/icp-audit/history.sqlite3")


# All or nothing


def test_a_run_whose_reports_cannot_be_written_leaves_no_trace(address: str) -> None:
    with History.open(address, CLOCK) as history:
        for error in (OutputError("磁盘已满", "the disk is full"), KeyboardInterrupt(), SystemExit(3)):
            with pytest.raises(type(error)), history.recording(audited(fault(1)), "p", "d"):
                raise error
        assert history.runs() == history.portfolios() == ()
        with history.recording(audited(fault(1)), "p", "d") as pending:
            assert pending.number == 1


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_run_that_is_killed_while_it_records_was_never_there(address: str, how: signal.Signals) -> None:
    with History.open(address, CLOCK, wait_s=60) as history:
        with history.recording(audited(fault(1)), "p", "0"):
            pass
        process = start(address)
        process.send_signal(how)
        process.communicate(timeout=60)
        assert [one.as_of for one in history.runs()] == [MONDAY]
        with history.recording(audited(fault(1), fault(2), week=2), "p", "2") as pending:
            assert pending.number == 2
        assert [one.fingerprint[-1] for one in history.diff(history.runs()[1].id, "last").new] == ["2"]


def test_two_audits_at_once_are_recorded_one_after_the_other(address: str) -> None:
    with History.open(address, CLOCK, wait_s=60) as history:
        with history.recording(audited(fault(1)), "p", "0"):
            pass
        first = start(address, week=1, count=3)
        recorded: list[int] = []

        def second() -> None:
            with history.recording(audited(fault(1), week=2), "p", "2") as pending:
                recorded.append(pending.number)

        other = threading.Thread(target=second)
        other.start()
        assert len(history.runs()) == 1  # readers do not wait
        first.communicate("", timeout=60)
        other.join(60)
        assert recorded == [3]
        assert [one.number for one in history.runs()] == [3, 2, 1]
        assert len(history.diff(history.runs()[2].id, history.runs()[1].id).new) == 2


def test_many_audits_at_once_lose_nothing(address: str) -> None:
    def one(number: int) -> int:
        with History.open(address, CLOCK, wait_s=120) as history:
            name = f"p{number % 2}"
            with history.recording(audited(fault(number), week=number), name, f"{number}", keep=1) as pending:
                return pending.number

    with ThreadPoolExecutor(6) as pool:
        numbers = sorted(pool.map(one, range(12)))
    assert numbers == sorted([*range(1, 7), *range(1, 7)])
    with History.open(address, CLOCK) as history:
        assert len(history.runs()) == 12
        assert sum(one.kept for one in history.runs()) == 2


def test_who_waits_too_long_for_another_audit_is_told(address: str) -> None:
    with History.open(address, CLOCK) as history, History.open(address, CLOCK, wait_s=0.2) as hasty:
        with history.recording(audited(fault(1)), "p", "0"):
            with pytest.raises(OutputError) as caught, hasty.recording(audited(week=1), "p", "1"):
                pytest.fail("two at once")
            assert "0.2" in caught.value.zh
            assert "0.2" in caught.value.en
            assert PASSWORD not in told(caught.value)
        with hasty.recording(audited(week=1), "p", "1") as pending:
            assert pending.number == 2


def test_a_history_that_another_program_writes_to_can_be_opened_and_read(address: str) -> None:
    with (
        History.open(address, CLOCK) as history,
        history.recording(audited(fault(1)), "p", "0"),
        History.open(address, CLOCK, wait_s=0.2) as reader,
    ):
        assert reader.runs() == ()
        assert reader.compare(audited(fault(1)), "p").since is None


def test_a_full_disk_is_told_and_leaves_what_was_recorded(tmp_path: Path) -> None:
    path = tmp_path / "h.sqlite3"
    with History.open(str(path), CLOCK) as history, history.recording(audited(fault(1)), "p", "0"):
        pass
    script = (
        "import resource, signal, sys\n"
        "from auditor.errors import OutputError\n"
        "from auditor.history.store import History\n"
        "from tests.history.past import Clock, audited, fault\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "result = audited(*(fault(n, words='长' * 300) for n in range(3000)), week=1)\n"
        "with History.open(sys.argv[1], Clock()) as history:\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))\n"
        "    try:\n"
        "        with history.recording(result, 'p', '1'): pass\n"
        "    except OutputError as error: print(error.describe('en'))\n"
    )
    command = [sys.executable, "-c", script, str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    assert "cannot be written to" in done.stdout
    assert "What was recorded before stays" in done.stdout
    with History.open(str(path), CLOCK) as history:
        assert len(history.runs()) == 1
        assert history.compare(audited(fault(1), week=1), "p").counts


def test_a_database_that_is_full_is_told(tmp_path: Path) -> None:
    with History.open(str(tmp_path / "h.sqlite3"), CLOCK) as history:
        engine = history._database.engine
        sa.event.listen(engine, "checkout", lambda raw, *_: raw.execute("PRAGMA max_page_count = 60"))
        large = audited(*(fault(n, words="长" * 300) for n in range(500)))
        with pytest.raises(OutputError, match="full"), history.recording(large, "p", "0"):
            pytest.fail("it did not fit")
        assert history.runs() == ()
        with history.recording(audited(fault(1)), "p", "0", keep=0):
            pass


def test_a_damaged_history_is_told_in_words(tmp_path: Path) -> None:
    path = tmp_path / "h.sqlite3"
    large = audited(*(fault(n, words="长" * 300) for n in range(2000)))
    with History.open(str(path), CLOCK) as history, history.recording(large, "p", "0"):
        pass
    whole = path.read_bytes()
    assert len(whole) > 1_000_000
    outcomes = set()
    for start_at in range(4096, len(whole), len(whole) // 12):
        damaged = tmp_path / "damaged.sqlite3"
        damaged.write_bytes(whole[:start_at] + b"\x5a" * 8192 + whole[start_at + 8192 :])
        for extra in ("-wal", "-shm"):
            Path(f"{damaged}{extra}").unlink(missing_ok=True)
        try:
            with History.open(str(damaged), CLOCK) as history:
                history.compare(audited(fault(1), week=1), "p")
                history.runs()
                with history.recording(audited(fault(1), week=1), "p", "1"):
                    pass
                outcomes.add("unharmed")
        except (PolicyError, OutputError) as error:
            outcomes.add(error.en.partition(":")[0])
    assert outcomes - {"unharmed"} <= {
        "The history of audits cannot be read",
        "The history of audits cannot be written to",
        "The history of audits cannot be opened",
    }
    assert outcomes - {"unharmed"}


def test_a_server_that_goes_away_is_told(postgres: PostgresServer) -> None:
    address = postgres.url("going")
    with History.open(address, CLOCK) as history:
        engine = engine_of(address)

        def end_all() -> None:
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'going' AND pid <> pg_backend_pid()"
            with engine.connect() as connection:
                connection.execute(sa.text(others))

        with pytest.raises(OutputError) as caught, history.recording(audited(fault(1)), "p", "0"):
            end_all()
        assert PASSWORD not in told(caught.value)
        engine.dispose()
        assert history.runs() == ()  # and comes back by itself


def test_importing_the_history_loads_no_database_library() -> None:
    script = (
        "import sys, auditor.history.store\n"
        "print(sorted({'sqlalchemy', 'psycopg', 'sqlite3', 'alembic', 'mako'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_a_history_that_is_up_to_date_is_opened_without_the_migrations(tmp_path: Path) -> None:
    History.open(str(tmp_path / "h.sqlite3"), CLOCK).close()
    script = (
        "import sys\nfrom auditor.history.store import History\nfrom tests.history.past import Clock\n"
        "History.open(sys.argv[1], Clock()).close()\nprint('alembic' in sys.modules)"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "h.sqlite3")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_store_of_a_moved_folder_still_works(tmp_path: Path) -> None:
    path = tmp_path / "a" / "h.sqlite3"
    with History.open(str(path), CLOCK) as history, history.recording(audited(fault(1)), "p", "0"):
        pass
    shutil.copytree(tmp_path / "a", tmp_path / "b c%20ü")
    with History.open(str(tmp_path / "b c%20ü" / "h.sqlite3"), CLOCK) as history:
        run = history.run("last")
        assert (run.started_at, run.as_of) == (START, MONDAY)
        assert history.compare(audited(fault(1), week=1), "p").since == run.id
