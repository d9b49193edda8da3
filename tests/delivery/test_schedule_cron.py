"""Debian's own cron daemon runs a schedule: the one test that waits for the clock of the wall."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.delivery.lock import waiting_lock
from tests.bookwriters import write_one_filing
from tests.servers.pings import PingServer

CRON = "/usr/sbin/cron"
PID_FILE = Path("/var/run/crond.pid")
# The next full minute, the start of the interpreter and the audit, on a machine with much else to do.
PATIENCE_S = 180

pytestmark = pytest.mark.live


def _cannot(reason: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def _crontab() -> bytes:
    done = subprocess.run(["crontab", "-l"], capture_output=True, check=False)
    return done.stdout if done.returncode == 0 else b""


def _is_running() -> bool:
    """Whether a daemon holds its pid file; two at once would run every job of the machine twice."""
    try:
        pid = int(PID_FILE.read_text())
        return b"cron" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError):
        return False


@pytest.fixture
def cron() -> Iterator[None]:
    """A daemon for the length of the test. A crontab that holds anything is nobody's to test with."""
    if not os.access(CRON, os.X_OK) or shutil.which("crontab") is None:
        _cannot("cron is not installed")
    if _crontab():
        _cannot("the user's crontab is not empty")
    if _is_running():
        daemon = None
    elif os.geteuid() != 0:
        _cannot("no cron daemon is running, and only root can start one")
    else:
        daemon = subprocess.Popen([CRON, "-f"], env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
    try:
        yield
    finally:
        if daemon is not None:
            daemon.terminate()
            daemon.wait()
        # It was empty before; an empty one may be gone as well.
        subprocess.run(["crontab", "-r"], capture_output=True, check=False)


def test_cron_runs_an_audit_that_leaves_report_state_metrics_and_pings(cron: None, tmp_path: Path) -> None:
    here = tmp_path / "台 账's 100%"
    here.mkdir()
    write_one_filing(here / "备案 清单.xlsx")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path / "home"),
        **{f"XDG_{kind}_HOME": str(tmp_path / kind.lower()) for kind in ("STATE", "DATA", "CACHE", "CONFIG")},
    }

    def audit(*words: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "auditor", *words],
            cwd=here,
            env=environment,
            capture_output=True,
            check=False,
        )

    with PingServer() as monitor:
        (here / "audit.toml").write_text(
            f'[schedule]\nping = "{monitor.url}"\nmetrics = "audit.prom"\n', encoding="utf-8"
        )
        done = audit(
            "schedule", "install", "--cron", "* * * * *", "--name", "每分钟", "--offline", "--out", "报告", "备案 清单.xlsx"
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()
        line = _crontab()
        assert line.endswith("# audit:每分钟\n".encode())
        assert monitor.wait_for("/check", PATIENCE_S), (here.exists(), line)
        folder = tmp_path / "state" / "icp-audit" / "schedules" / "每分钟"
        with waiting_lock(folder / "run.lock"):
            state = json.loads((folder / "state.json").read_text(encoding="utf-8"))
        removed = audit("schedule", "remove", "每分钟")
        assert removed.returncode == 0, removed.stderr.decode()
    assert _crontab() == b""
    assert monitor.paths[:2] == ["/check/start", "/check"]
    assert (here / "报告" / "report.html").stat().st_size > 0
    assert 'audit_run_success{schedule="每分钟"} 1' in (here / "audit.prom").read_text(encoding="utf-8")
    assert state["last_good"] is not None
    assert state["last_good"]["end"] == "audited"
    assert state["next_due"] is not None
    assert "schedule 每分钟: audited" in (folder / "audit.log").read_text(encoding="utf-8")
