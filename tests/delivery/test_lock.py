"""The lock: one holder, told to the next one, free again however the holder ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from auditor.delivery.lock import Holder, Lock, held_by, waiting_lock

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
LATER = datetime(2026, 11, 23, 8, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
_HOLD = """
import subprocess, sys
from datetime import datetime
from pathlib import Path
from auditor.delivery.lock import Lock
lock = Lock(Path(sys.argv[1]))
assert lock.take(datetime.fromisoformat(sys.argv[2])) is None
if sys.argv[3] == "with a child":
    child = subprocess.Popen(["sleep", "600"], pass_fds=(lock.descriptor,), stdout=subprocess.DEVNULL)
    print(child.pid, flush=True)
else:
    print(0, flush=True)
sys.stdin.read()
"""


@contextmanager
def holder(path: Path, how: str = "alone") -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Another process that holds the lock, and the number of its child."""
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(path), NOW.isoformat(), how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        try:
            yield process, child
        finally:
            process.kill()


def test_the_second_process_is_told_who_holds_the_lock_and_since_when(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    with holder(path) as (process, _child):
        found = Lock(path).take(LATER)
        assert found == Holder(process.pid, NOW)
        assert held_by(path) == found


def test_the_lock_of_a_killed_process_is_free_at_once(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    with holder(path) as (process, _child):
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert held_by(path) is None
        with Lock(path) as lock:
            assert lock.take(LATER) is None


def test_a_child_keeps_the_lock_when_its_parent_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    with holder(path, "with a child") as (process, child):
        process.kill()
        process.wait()
        assert held_by(path) == Holder(process.pid, NOW)
        os.kill(child, signal.SIGKILL)
        # The system frees it as soon as the child is gone; waiting for the lock waits for that.
        with waiting_lock(path):
            pass
        assert held_by(path) is None


def test_a_released_lock_can_be_taken_again_and_looking_does_not_take_it(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "run.lock"
    assert held_by(path) is None
    for now in (NOW, LATER):
        with Lock(path) as lock:
            assert lock.take(now) is None
            assert held_by(path) == Holder(os.getpid(), now)
        assert held_by(path) is None


def test_a_lock_file_without_words_is_held_by_somebody_unknown(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    with Lock(path) as lock:
        lock.take(NOW)
        path.write_bytes(b"{torn")
        assert held_by(path) == Holder()


def test_the_file_is_for_the_user_alone(tmp_path: Path) -> None:
    with Lock(tmp_path / "run.lock") as lock:
        lock.take(NOW)
    assert (tmp_path / "run.lock").stat().st_mode & 0o777 == 0o600
