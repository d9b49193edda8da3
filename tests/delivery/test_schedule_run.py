"""A scheduled run with a stand-in for the audit: overlap, limits, pings, metrics, what is remembered and told."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from auditor.delivery.lock import Lock, waiting_lock
from auditor.delivery.schedule import Schedule, ScheduleOptions
from auditor.delivery.schedule_files import ScheduleFolder, schedule_folder
from auditor.delivery.schedule_process import Stop, stopped_by_signals
from auditor.delivery.schedule_report import RunReport, Surroundings
from auditor.delivery.schedule_run import run_schedule
from auditor.delivery.schedule_state import EventKind, RunEnd, State, read_state
from auditor.delivery.schedule_status import schedule_status
from auditor.delivery.schedule_times import read_cron
from tests.servers.pings import PingServer
from tests.servers.serving import unused_port

BEIJING = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 12, 28, 7, 0, tzinfo=BEIJING)
CRON = read_cron("0 7 * * 1")
WEEK = timedelta(days=7)

STAND_IN = """
import json, os, pathlib, signal, subprocess, sys
word, _run, *rest = sys.argv[0], *sys.argv[1:]
what, out = rest[0], pathlib.Path(rest[1])
print("台账 已读取", flush=True)
print("错误信息", file=sys.stderr, flush=True)
if what == "audited":
    out.mkdir(exist_ok=True)
    (out / "audit.json").write_text(json.dumps({
        "schema": "filing-audit/1", "run": {"started_at": rest[3], "complete": False},
        "checks": [{"id": "OWN201", "pass": 1, "fail": 2, "unknown": 3}],
        "totals": {"findings": {"critical": 2}, "unknown": 3, "waived": 0}, "findings": [], "rejected": []}))
    sys.exit(int(rest[2]))
if what == "exit":
    sys.exit(int(rest[2]))
if what == "killed":
    os.kill(os.getpid(), int(rest[2]))
if what == "show":
    print("SECRET" in os.environ, os.environ.get("SECRET"), os.environ.get("PYTHONUTF8"), os.getcwd(), flush=True)
if what in ("hang", "stubborn", "family"):
    if what != "hang":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if what == "family":
        child = subprocess.Popen([sys.executable, "-c",
            "import signal, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN)\\n"
            "import fcntl; held = open(sys.argv[1], 'w'); fcntl.flock(held, fcntl.LOCK_EX); "
            "print('ready', flush=True); signal.pause()", str(out)],
            stdout=subprocess.PIPE)
        child.stdout.readline()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with open(rest[2], "w") as told:
        told.write("hanging")
    while True:
        signal.pause()
"""


class Bench:
    """A schedule in a temporary folder, whose audit is the stand-in, and a clock that is set by hand."""

    def __init__(self, here: Path) -> None:
        self.here, self.now = here, MONDAY
        self.files: ScheduleFolder = schedule_folder(here / "schedules", "周报")
        self.files.path.mkdir(parents=True, exist_ok=True)
        self.out = here / "out"
        self.program = here / "stand_in.py"
        self.program.write_text(STAND_IN, encoding="utf-8")
        self.schedule = Schedule(
            "周报", CRON.text, (), self.out, here, installed_at=MONDAY - timedelta(days=1)
        )
        self.options = ScheduleOptions()
        self.pauses: list[float] = []

    def around(self, stop: Stop | None = None) -> Surroundings:
        return Surroundings(
            command=[sys.executable, str(self.program)],
            environment={"PATH": os.environ["PATH"]},
            clock=lambda: self.now,
            zone=BEIJING,
            pause=self.pauses.append,
            stop=stop or Stop(),
            term_grace_s=0.3,
        )

    def run(self, *words: object, stop: Stop | None = None) -> RunReport:
        schedule = replace(self.schedule, words=tuple(str(word) for word in words))
        return run_schedule(self.files, schedule, self.options, CRON, self.around(stop))

    def audit(self, status: int = 0) -> RunReport:
        return self.run("audited", self.out, status, self.now.isoformat())

    @property
    def state(self) -> State:
        return read_state(self.files)

    @property
    def log(self) -> str:
        return self.files.log.read_text(encoding="utf-8")

    def trouble(self) -> int:
        return schedule_status(self.files, self.schedule, self.options, CRON, self.now, BEIJING).exit_status


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return Bench(tmp_path)


def kinds(report: RunReport) -> list[str]:
    return [one.kind.value for one in report.events]


@pytest.mark.parametrize("status", [0, 1, 3])
def test_an_audit_that_was_made_is_a_success_whatever_it_found(bench: Bench, status: int) -> None:
    with PingServer() as monitor:
        bench.options = ScheduleOptions(ping=monitor.url, metrics=bench.here / "m" / "audit.prom")
        report = bench.audit(status)
    assert report.exit_status == status
    assert report.events == ()
    assert monitor.paths == ["/check/start", "/check"]
    assert bench.state.last == bench.state.last_good == report.run
    assert bench.state.next_due == MONDAY + WEEK
    text = (bench.here / "m" / "audit.prom").read_text(encoding="utf-8")
    assert 'audit_verdicts{schedule="周报",check_family="OWN",verdict="unknown"} 3' in text
    assert f'audit_run_exit_status{{schedule="周报"}} {status}' in text
    assert bench.trouble() == 0


def test_the_monitor_hears_counts_after_an_audit_and_no_line_of_it(bench: Bench) -> None:
    with PingServer() as monitor:
        bench.options = ScheduleOptions(ping=monitor.url)
        bench.audit(1)
    body = monitor.pings[1].body.decode()
    assert (
        body
        == "audited, exit status 1\nfindings: critical 2; unknown 3; waived 0; rejected rows 0\nincomplete"
    )


def test_the_log_has_both_streams_and_is_for_the_user_alone(bench: Bench) -> None:
    bench.audit()
    assert "台账 已读取\n" in bench.log
    assert "错误信息\n" in bench.log
    assert bench.log.splitlines()[0] == "2026-12-28T07:00:00+08:00 schedule 周报: start"
    for path in bench.files.path.iterdir():
        assert path.stat().st_mode & 0o077 == 0, path


def test_an_audit_that_could_not_be_made_fails_with_the_end_of_the_log(bench: Bench) -> None:
    metrics = bench.here / "audit.prom"
    with PingServer() as monitor:
        bench.options = ScheduleOptions(ping=monitor.url, metrics=metrics)
        bench.audit()
        bench.now += WEEK
        report = bench.run("exit", bench.out, 2)
    assert (report.exit_status, kinds(report)) == (2, ["failed"])
    assert monitor.paths[2:] == ["/check/start", "/check/fail"]
    assert monitor.pings[3].body.decode().startswith("failed, exit status 2\n")
    assert "错误信息" in monitor.pings[3].body.decode()
    assert bench.state.last_good is not None
    assert bench.state.last_good.started == MONDAY
    # The audit.json of the week before still lies there and must not be told as today's.
    text = metrics.read_text(encoding="utf-8")
    assert "audit_verdicts" not in text
    assert f'audit_last_success_timestamp_seconds{{schedule="周报"}} {int(MONDAY.timestamp())}' in text
    assert bench.trouble() == 1


def test_an_audit_killed_by_the_system_is_no_success(bench: Bench) -> None:
    report = bench.run("killed", bench.out, int(signal.SIGKILL))
    assert report.run is not None
    assert (report.run.end, report.run.exit_status, report.exit_status) == (RunEnd.FAILED, 137, 2)


def test_a_program_that_is_not_there_is_told(bench: Bench) -> None:
    around = replace(bench.around(), command=["/nonexistent/python"])
    report = run_schedule(bench.files, bench.schedule, bench.options, CRON, around)
    assert kinds(report) == ["failed"]
    assert "could not be started: FileNotFoundError" in bench.log


@pytest.mark.parametrize("what", ["hang", "stubborn"])
def test_a_run_past_its_time_is_ended(bench: Bench, what: str) -> None:
    bench.options = ScheduleOptions(timeout_minutes=0.3 / 60)
    report = bench.run(what, bench.out, bench.here / "told")
    assert report.run is not None
    assert (report.run.end, report.run.exit_status, report.exit_status) == (RunEnd.TIMEOUT, None, 2)
    assert kinds(report) == ["timeout"]


def test_the_time_limit_ends_the_children_of_the_audit_too(bench: Bench) -> None:
    bench.options = ScheduleOptions(timeout_minutes=2 / 60)
    held = bench.here / "held by the child"
    assert kinds(bench.run("family", held, bench.here / "told")) == ["timeout"]
    # The child ignores SIGTERM and holds this lock for as long as it lives.
    with waiting_lock(held):
        pass


def test_a_run_that_is_stopped_ends_in_order(bench: Bench) -> None:
    told = bench.here / "told"
    os.mkfifo(told)
    stop = Stop()

    def ask() -> None:
        with told.open() as pipe:
            pipe.read(1)
        stop.asked.set()

    thread = threading.Thread(target=ask)
    thread.start()
    report = bench.run("hang", bench.out, told, stop=stop)
    thread.join()
    assert kinds(report) == ["stopped"]
    assert bench.state.last is not None
    assert bench.state.last.end is RunEnd.STOPPED


def test_a_signal_asks_for_an_orderly_end_and_the_old_handler_comes_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with stopped_by_signals() as stop:
        assert not stop.asked.is_set()
        os.kill(os.getpid(), signal.SIGTERM)
        assert stop.asked.wait(5)
    assert signal.getsignal(signal.SIGTERM) is before


def in_another_process(bench: Bench, *words: object) -> subprocess.Popen[bytes]:
    """A whole run in a process of its own, ready once it has opened the pipe that its words name."""
    script = (
        "import sys, pathlib; sys.path.insert(0, sys.argv[2])\n"
        "from tests.delivery.test_schedule_run import Bench\n"
        "sys.exit(Bench(pathlib.Path(sys.argv[1])).run(*sys.argv[3:]).exit_status)\n"
    )
    root = Path(__file__).resolve().parents[2]
    return subprocess.Popen([sys.executable, "-c", script, str(bench.here), str(root), *map(str, words)])


def test_a_second_process_does_not_run_beside_the_first_and_says_so(bench: Bench) -> None:
    told = bench.here / "told"
    os.mkfifo(told)
    with in_another_process(bench, "hang", bench.out, told) as first:
        with told.open() as pipe:
            assert pipe.read(1) == "h"
        bench.now = MONDAY + timedelta(minutes=30)
        with PingServer() as monitor:
            bench.options = ScheduleOptions(ping=monitor.url)
            report = bench.audit()
        assert kinds(report) == ["skipped"]
        assert report.exit_status == 2
        assert report.run is None
        assert report.events[0].since == MONDAY
        assert report.holder is not None
        assert report.holder.pid == first.pid
        assert not bench.out.exists()
        # The run that goes on will tell the monitor itself.
        assert monitor.pings == []
        assert "skipped, still running since 2026-12-28T07:00:00+08:00" in bench.log
        first.send_signal(signal.SIGKILL)
        first.wait()
        # Its audit goes on without it, and with it the lock.
        assert kinds(bench.audit()) == ["skipped"]
        child = _child_of(first.pid, told)
        os.kill(child, signal.SIGKILL)
        with waiting_lock(bench.files.run_lock):
            pass
    bench.now = MONDAY + timedelta(hours=1)
    report = bench.audit()
    assert kinds(report) == ["died"]
    assert report.events[0].since == MONDAY
    assert report.exit_status == 0


def _child_of(parent: int, told: Path) -> int:
    """The stand-in that was started with a word of its own; its parent is gone."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) not in (parent, os.getpid()):
            try:
                words = (folder / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if os.fsencode(told) in words:
                return int(folder.name)
    raise AssertionError("the child is gone")


def test_missed_runs_are_noticed_by_the_next_one_across_new_year(bench: Bench) -> None:
    bench.audit()
    bench.now = MONDAY + 3 * WEEK
    report = bench.audit()
    (event,) = report.events
    assert event.kind is EventKind.MISSED
    assert (event.count, event.first, event.last) == (2, MONDAY + WEEK, MONDAY + 2 * WEEK)
    assert event.first is not None
    assert event.first.year == 2027
    assert report.exit_status == 0
    bench.now += WEEK
    assert bench.audit().events == ()


def test_a_run_within_the_grace_is_late_and_not_missed(bench: Bench) -> None:
    bench.audit()
    bench.now = MONDAY + WEEK + timedelta(minutes=59)
    assert bench.trouble() == 0
    assert bench.audit().events == ()


def test_a_run_that_a_corrected_clock_started_a_moment_early_is_that_run(bench: Bench) -> None:
    bench.now = MONDAY - timedelta(seconds=1)
    bench.audit()
    bench.now = MONDAY + WEEK
    assert bench.audit().events == ()


def test_a_run_by_hand_before_the_time_does_not_stand_for_it(bench: Bench) -> None:
    bench.now = MONDAY - timedelta(minutes=10)
    bench.audit()
    bench.now = MONDAY + WEEK
    (event,) = bench.audit().events
    assert (event.count, event.first) == (1, MONDAY)


def test_a_missed_run_shows_in_the_status_before_anything_ran(bench: Bench) -> None:
    bench.now = MONDAY + timedelta(minutes=59)
    assert bench.trouble() == 0
    bench.now = MONDAY + timedelta(minutes=61)
    assert bench.trouble() == 1


def test_a_skipped_run_is_not_missed_as_well(bench: Bench) -> None:
    bench.audit()
    bench.now = MONDAY + WEEK
    with Lock(bench.files.run_lock) as lock:
        lock.take(bench.now)
        assert kinds(bench.audit()) == ["skipped"]
    bench.now = MONDAY + 2 * WEEK
    assert bench.audit().events == ()


def test_a_clock_that_was_put_back_misses_nothing(bench: Bench) -> None:
    bench.audit()
    bench.now = MONDAY - timedelta(days=400)
    assert bench.audit().events == ()


def test_a_machine_that_was_off_for_years_counts_the_last_one(bench: Bench) -> None:
    bench.audit()
    bench.now = MONDAY + 520 * WEEK
    (event,) = bench.audit().events
    assert event.count == 52


@pytest.mark.parametrize("dead", ["down", "broken"])
def test_a_monitor_that_does_not_answer_never_fails_a_run(bench: Bench, dead: str) -> None:
    with PingServer([500]) as monitor:
        url = monitor.url if dead == "broken" else f"http://127.0.0.1:{unused_port()}/secret"
        bench.options = ScheduleOptions(ping=url)
        report = bench.audit()
    assert report.exit_status == 0
    assert len(report.problems) == 2
    assert "ping success not delivered" in bench.log
    assert "secret" not in bench.log


def test_secrets_come_from_a_file_that_nobody_else_can_read(bench: Bench) -> None:
    secrets = bench.here / "secrets.env"
    secrets.write_text('# mail\nexport SECRET="a b=c"\n', encoding="utf-8")
    secrets.chmod(0o644)
    bench.schedule = replace(bench.schedule, env_file=secrets)
    assert kinds(bench.run("show", bench.out)) == ["failed"]
    assert "others have access to it (mode 0644)" in bench.log
    secrets.chmod(0o600)
    bench.run("show", bench.out)
    assert f"True a b=c 1 {bench.here}" in bench.log


def test_a_damaged_state_is_put_aside_told_and_begun_anew(bench: Bench) -> None:
    bench.files.state.write_text('{"schema": "filing-sch')
    assert bench.trouble() == 2
    report = bench.audit()
    assert kinds(report) == ["state_lost"]
    assert report.exit_status == 0
    assert bench.files.state.with_name("state.damaged.json").read_text() == '{"schema": "filing-sch'
    assert bench.trouble() == 0


def test_a_state_that_cannot_be_written_costs_no_audit(bench: Bench) -> None:
    bench.files.state.mkdir()
    report = bench.audit(1)
    assert report.exit_status == 1
    assert any(one.startswith("state not written") for one in report.problems)


def test_a_full_disk_under_log_and_metrics_costs_no_audit(bench: Bench) -> None:
    bench.options = ScheduleOptions(log=Path("/dev/full"), metrics=Path("/dev/full"))
    report = bench.audit()
    assert report.exit_status == 0
    assert any("metrics not written" in one for one in report.problems)
    assert any("log not written" in one for one in report.problems)


def test_metrics_of_a_run_without_audit_json_say_so(bench: Bench) -> None:
    bench.options = ScheduleOptions(metrics=bench.here / "audit.prom")
    report = bench.run("exit", bench.out, 0)
    assert any("without verdicts" in one for one in report.problems)
    text = (bench.here / "audit.prom").read_text(encoding="utf-8")
    assert 'audit_run_success{schedule="周报"} 1' in text
    assert "audit_verdicts" not in text


def test_only_the_latest_hundred_events_are_kept(bench: Bench) -> None:
    bench.run("exit", bench.out, 2)
    content = json.loads(bench.files.state.read_text(encoding="utf-8"))
    content["events"] = content["events"] * 100
    bench.files.state.write_text(json.dumps(content), encoding="utf-8")
    bench.run("exit", bench.out, 2)
    assert len(bench.state.events) == 100
