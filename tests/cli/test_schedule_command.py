"""`audit schedule` as people and cron use it, with a stand-in for the program `crontab`."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from auditor.cli.main import main
from auditor.cli.schedule_running import run_named
from auditor.delivery.lock import Lock
from auditor.delivery.schedule_report import RunReport
from tests.bookwriters import write_one_filing
from tests.servers.pings import PingServer

FOREIGN = b'MAILTO=""\n5  4 * * *\techo  "a%b"\n'
NOW = datetime(2026, 11, 23, tzinfo=UTC)


class Desk:
    """A user with a folder, a book, a crontab and a state folder."""

    def __init__(self, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.here, self._capsys = here, capsys
        self.tab = here.parent / "tab"
        self.schedules = here.parent / "state" / "icp-audit" / "schedules"
        self.told = self.told_err = ""
        write_one_filing(here / "台 账's.xlsx")

    def audit(self, *words: object) -> int:
        with pytest.raises(SystemExit) as end:
            main([str(word) for word in words])
        self.told, self.told_err = self._capsys.readouterr()
        assert isinstance(end.value.code, int)
        return end.value.code

    def install(self, *words: object, cron: str = "0 7 * * 1", book: str = "台 账's.xlsx") -> int:
        return self.audit("schedule", "install", "--cron", cron, "--offline", *words, book)

    def definition(self, name: str = "audit") -> dict[str, object]:
        loaded: dict[str, object] = json.loads(
            (self.schedules / name / "schedule.json").read_text(encoding="utf-8")
        )
        return loaded

    def status(self, *words: object) -> tuple[int, dict[str, object]]:
        code = self.audit("schedule", "status", "--json", *words)
        content = json.loads(self.told)
        assert content["schema"] == "filing-schedules/1"
        return code, content


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    here = tmp_path / "办 公"
    programs = tmp_path / "programs"
    for folder in (here, programs):
        folder.mkdir()
    tab = shlex.quote(str(tmp_path / "tab"))
    (programs / "crontab").write_text(
        f"#!/bin/sh\nif [ -e {tab}.barred ]; then echo barred >&2; exit 1; fi\n"
        f"if [ $1 = - ]; then cat > {tab}; elif [ -e {tab} ]; then cat {tab}; else echo no crontab for me >&2; exit 1; fi\n",
        encoding="utf-8",
    )
    (programs / "crontab").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for name in ("AUDIT_SMTP_PASSWORD", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(here)
    return Desk(here, capsys)


def test_an_installation_adds_one_line_and_its_removal_leaves_what_was_there(desk: Desk) -> None:
    desk.tab.write_bytes(FOREIGN)
    assert desk.install("--name", "周报") == 0
    text = desk.tab.read_bytes()
    assert text.startswith(FOREIGN)
    line = text[len(FOREIGN) :].decode()
    assert line.startswith("0 7 * * 1 /usr/bin/env LANG=C.UTF-8 PYTHONUTF8=1 ")
    assert line.endswith(" # audit:周报\n")
    assert "已登记" in desk.told
    assert desk.audit("schedule", "remove", "周报") == 0
    assert desk.tab.read_bytes() == FOREIGN
    assert not (desk.schedules / "周报").exists()


def test_every_path_is_kept_absolute_and_options_go_to_the_run(desk: Desk) -> None:
    (desk.here / "audit.toml").write_text('[audit]\nout = "由策略"\n[schedule]\nmetrics = "m.prom"\n')
    (desk.here / "e.jsonl").touch()
    assert (
        desk.install("--evidence", "e.jsonl", "--format=json,html", "--only", "OWN", "--fail-on", "never")
        == 0
    )
    kept = desk.definition()
    assert kept["words"] == [
        "--format=json,html",
        f"--evidence={desk.here / 'e.jsonl'}",
        "--offline",
        "--fail-on=never",
        "--only=OWN",
        f"--out={desk.here / '由策略'}",
        f"--config={desk.here / 'audit.toml'}",
        "--",
        str(desk.here / "台 账's.xlsx"),
    ]
    assert kept["options"]["metrics"] == str(desk.here / "m.prom")  # type: ignore[index]


def test_options_may_follow_two_hyphens(desk: Desk) -> None:
    assert desk.audit("schedule", "install", "--cron", "@daily", "--", "台 账's.xlsx", "--out", "r") == 0
    assert f"--out={desk.here / 'r'}" in desk.definition()["words"]  # type: ignore[operator]


def test_a_pattern_stays_a_pattern_and_its_folder_is_taken_by_its_letters(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = desk.here / "[2026]"
    folder.mkdir()
    (desk.here / "台 账's.xlsx").rename(folder / "a.xlsx")
    monkeypatch.chdir(folder)
    assert desk.install(book="*.xlsx") == 0
    assert desk.definition()["words"][-1] == str(desk.here / "[[]2026]" / "*.xlsx")  # type: ignore[index]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--cron", "61 * * * *", "台 账's.xlsx"], "61"),
        (["--cron", "@reboot", "台 账's.xlsx"], "@reboot"),
        (["--cron", "0 7 * * 1", "没有.xlsx"], "找不到台账"),
        (["--cron", "0 7 * * 1", "--bogus", "台 账's.xlsx"], "--bogus"),
        (["--cron", "0 7 * * 1", "--format", "pdf", "台 账's.xlsx"], "pdf"),
        (["--cron", "0 7 * * 1", "--name", "../x", "台 账's.xlsx"], "../x"),
        (["--cron", "0 7 * * 1"], "BOOK"),
    ],
)
def test_what_cannot_be_installed_is_refused_and_the_crontab_is_not_touched(
    desk: Desk, words: list[str], said: str
) -> None:
    desk.tab.write_bytes(FOREIGN)
    assert desk.audit("schedule", "install", *words) == 2
    assert said in desk.told_err
    assert desk.tab.read_bytes() == FOREIGN
    assert not desk.schedules.exists()


def test_a_schedule_is_only_replaced_on_demand(desk: Desk) -> None:
    assert desk.install() == 0
    assert desk.install(cron="0 8 * * 1") == 2
    assert "--replace" in desk.told_err
    assert desk.install("--replace", cron="0 8 * * 1") == 0
    assert desk.tab.read_bytes().count(b"\n") == 1
    assert desk.tab.read_bytes().startswith(b"0 8 * * 1 ")


def test_a_crontab_that_cannot_be_written_leaves_no_schedule_behind(desk: Desk) -> None:
    Path(f"{desk.tab}.barred").touch()
    assert desk.install() == 2
    assert "barred" in desk.told_err
    assert "--print" in desk.told_err
    assert not (desk.schedules / "audit" / "schedule.json").exists()


def test_a_line_is_printed_instead_and_runs_as_it_is(desk: Desk) -> None:
    assert desk.install("--print", "--out", "r%'", "--fail-on", "never") == 0
    assert not desk.tab.exists()
    command = desk.told.rstrip("\n").split(" ", 5)[5].replace(r"\%", "%")
    done = subprocess.run(
        ["/bin/sh", "-c", command], env={"PATH": "/usr/bin:/bin"}, cwd="/", capture_output=True, check=False
    )
    assert done.returncode in (0, 3), done.stderr.decode()
    assert done.stdout == b""
    assert (desk.here / "r%'" / "report.html").exists()
    code, content = desk.status()
    assert code == 0
    (one,) = content["schedules"]  # type: ignore[misc]
    assert one["last"]["end"] == "audited"  # type: ignore[index]
    assert (one["place"], one["in_crontab"]) == ("elsewhere", None)  # type: ignore[index]


def test_systemd_units_are_printed_and_nothing_is_put_in_place(desk: Desk) -> None:
    assert desk.install("--systemd") == 0
    assert "OnCalendar=Mon *-*-* 07:00:00\n" in desk.told
    assert f"ExecStart={sys.executable} -P -m auditor schedule run audit --folder " in desk.told
    assert not desk.tab.exists()
    assert desk.audit("schedule", "remove", "audit", "--lang", "en") == 0
    assert "systemd units" in desk.told_err


def test_secrets_reach_neither_the_crontab_nor_the_definition(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUDIT_SMTP_PASSWORD", "hunter2")
    assert desk.install("--lang", "en") == 0
    assert "AUDIT_SMTP_PASSWORD" in desk.told_err
    assert "hunter2" not in desk.told + desk.told_err
    assert b"hunter2" not in desk.tab.read_bytes()
    assert "hunter2" not in json.dumps(desk.definition())


def test_a_file_with_secrets_must_be_closed_to_others(desk: Desk) -> None:
    secrets = desk.here / "secrets.env"
    secrets.write_text("AUDIT_SMTP_PASSWORD=hunter2\n")
    secrets.chmod(0o640)
    assert desk.install("--env-file", secrets) == 2
    assert "chmod 600" in desk.told_err
    secrets.chmod(0o600)
    assert desk.install("--env-file", "secrets.env") == 0
    assert desk.definition()["env_file"] == str(secrets)


def test_a_run_is_silent_where_all_is_well_and_status_tells_of_it(desk: Desk) -> None:
    assert desk.install("--fail-on", "never", "--name", "周报") == 0
    code = desk.audit("schedule", "run", "周报")
    assert code in (0, 3)
    assert desk.told + desk.told_err == ""
    assert desk.audit("schedule", "status", "周报", "--lang", "en") == 0
    assert "audited, exit status" in desk.told
    assert "last good run: " in desk.told
    assert desk.audit("schedule", "list") == 0
    assert desk.told.splitlines()[0].split() == ["名称", "时间", "下次", "上次", "上次成功"]
    assert desk.told.splitlines()[1].startswith("周报")


def test_a_failed_run_is_told_to_cron_to_the_monitor_and_to_whoever_shall_hear_of_it(desk: Desk) -> None:
    with PingServer() as monitor:
        (desk.here / "audit.toml").write_text(f'[schedule]\nping = "{monitor.url}"\n')
        assert desk.install() == 0
        # A policy that can no longer be read: the address is still known from the installation.
        (desk.here / "audit.toml").write_text("[nonsense]\n")
        assert desk.audit("schedule", "run", "audit", "--lang", "en") == 2
        assert "could not audit, exit status 2" in desk.told_err
        assert monitor.paths == ["/check/start", "/check/fail"]
        assert "nonsense" in monitor.pings[1].body.decode()
        heard: list[RunReport] = []
        run_named("audit", desk.schedules, heard.append)
    assert [[event.kind.value for event in report.events] for report in heard] == [["failed"]]
    code, content = desk.status("audit")
    assert code == 1
    assert content["schedules"][0]["last_good"] is None  # type: ignore[index]


def test_a_run_that_meets_another_is_skipped_and_says_so(desk: Desk) -> None:
    assert desk.install() == 0
    with Lock(desk.schedules / "audit" / "run.lock") as lock:
        lock.take(NOW)
        assert desk.audit("schedule", "run", "audit", "--lang", "en") == 2
        assert "skipped: still running since" in desk.told_err
        assert desk.audit("schedule", "status", "--lang", "en") == 0
        assert f"process {os.getpid()}" in desk.told
        assert desk.audit("schedule", "remove", "audit") == 0
        assert "正在运行" in desk.told_err


def test_a_line_that_somebody_took_out_or_changed_is_noticed(desk: Desk) -> None:
    assert desk.install() == 0
    line = desk.tab.read_bytes()
    desk.tab.write_bytes(b"30 6" + line[3:])
    code, content = desk.status()
    assert code == 0
    assert content["schedules"][0]["cron"] == "30 6 * * 1"  # type: ignore[index]
    desk.tab.write_bytes(b"@reboot" + line[9:])
    assert desk.status()[0] == 0
    assert desk.audit("schedule", "status", "--lang", "en") == 0
    assert "the crontab says @reboot, installed was 0 7 * * 1" in desk.told
    desk.tab.write_bytes(b"# " + line)
    assert desk.status()[0] == 1
    assert desk.audit("schedule", "status") == 1
    assert "crontab 中已没有这一任务" in desk.told
    Path(f"{desk.tab}.barred").touch()
    code, content = desk.status()
    assert code == 0
    assert content["schedules"][0]["in_crontab"] is None  # type: ignore[index]


def test_a_damaged_definition_is_unusable_and_can_be_removed(desk: Desk) -> None:
    assert desk.install() == 0
    (desk.schedules / "audit" / "schedule.json").write_text('{"schema": "fil')
    code, content = desk.status()
    assert (code, content["schedules"]) == (2, [])
    assert content["unusable"][0]["name"] == "audit"  # type: ignore[index]
    assert desk.audit("schedule", "run", "audit") == 2
    assert desk.audit("schedule", "list") == 2
    assert desk.audit("schedule", "remove", "audit") == 0
    assert desk.tab.read_bytes() == b""


@pytest.mark.parametrize("command", ["run", "remove", "status"])
def test_a_name_that_is_not_there_is_an_error_with_a_hint(desk: Desk, command: str) -> None:
    assert desk.audit("schedule", command, "nobody") == 2
    assert "audit schedule list" in desk.told_err


def test_no_schedules_are_said_to_be_none(desk: Desk) -> None:
    assert desk.audit("schedule", "list", "--lang", "en") == 0
    assert desk.told == "there are no schedules\n"
    assert desk.audit("schedule", "status") == 0
    assert desk.told == "没有定时任务\n"
