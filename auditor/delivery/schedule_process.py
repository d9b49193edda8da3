"""A child process that is watched: its output goes to the log, its time is limited, and it ends with all its children."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from auditor.delivery.logfile import LogFile

_TERM_GRACE_S = 30.0
_LOOK_S = 0.2
_CHUNK = 65_536


@dataclass
class Stop:
    """Set when the scheduler's own process was told to end."""

    asked: threading.Event = field(default_factory=threading.Event)


@contextmanager
def stopped_by_signals() -> Iterator[Stop]:
    """Within the block SIGTERM, SIGINT and SIGHUP ask for an orderly end. To be entered in the main thread."""
    stop = Stop()

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.asked.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@dataclass(frozen=True)
class ChildEnd:
    """How a child ended. exit_status: its own, 128 + n where signal n killed it, None where we ended it."""

    exit_status: int | None
    timed_out: bool = False
    stopped: bool = False


def run_child(
    words: Sequence[str],
    *,
    environment: Mapping[str, str],
    folder: Path,
    log: LogFile,
    timeout_s: float | None,
    keep_open: Sequence[int] = (),
    stop: Stop | None = None,
    term_grace_s: float = _TERM_GRACE_S,
) -> ChildEnd:
    """Run a command in a process group of its own and wait for its end. OSError where it cannot be started.

    After timeout_s, or when stop is asked for, the whole group gets SIGTERM and, term_grace_s later, SIGKILL.
    keep_open: descriptors that the child inherits.
    """
    process = subprocess.Popen(
        list(words),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=folder,
        env=dict(environment),
        start_new_session=True,
        pass_fds=tuple(keep_open),
    )
    watch = _Watch(process, log)
    try:
        return watch.until_end(timeout_s, stop or Stop(), term_grace_s)
    finally:
        watch.close()


class _Watch:
    """Reads what the child prints and keeps its time."""

    def __init__(self, process: subprocess.Popen[bytes], log: LogFile) -> None:
        assert process.stdout is not None
        self._process, self._log, self._pipe = process, log, process.stdout
        os.set_blocking(self._pipe.fileno(), False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._pipe, selectors.EVENT_READ)
        self._open = True

    def until_end(self, timeout_s: float | None, stop: Stop, term_grace_s: float) -> ChildEnd:
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        kill_at: float | None = None
        timed_out = stopped = False
        while self._process.poll() is None:
            now = time.monotonic()
            if kill_at is None:
                stopped = stop.asked.is_set()
                timed_out = not stopped and deadline is not None and now >= deadline
                if stopped or timed_out:
                    self._signal(signal.SIGTERM)
                    kill_at = now + term_grace_s
            elif now >= kill_at:
                self._signal(signal.SIGKILL)
            self._look()
        self._drain()
        if timed_out or stopped:
            # Children that did not go with their parent.
            self._signal(signal.SIGKILL)
            return ChildEnd(None, timed_out, stopped)
        status = self._process.returncode
        return ChildEnd(status if status >= 0 else 128 - status)

    def _look(self) -> None:
        if not self._open:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_LOOK_S)
        elif self._selector.select(_LOOK_S):
            self._read()

    def _read(self) -> bool:
        """Whether there was something to read."""
        try:
            chunk = os.read(self._pipe.fileno(), _CHUNK)
        except BlockingIOError:
            return False
        if not chunk and self._open:
            self._selector.unregister(self._pipe)
            self._open = False
        self._log.write(chunk)
        return bool(chunk)

    def _drain(self) -> None:
        """What is still in the pipe; somebody else may hold it open for ever, which is not waited for."""
        while self._open and self._read():
            pass

    def _signal(self, number: signal.Signals) -> None:
        # The child leads a group of its own, whose number is its process id.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)

    def close(self) -> None:
        if self._process.poll() is None:  # an error of ours: nothing may go on unwatched
            self._signal(signal.SIGKILL)
            self._process.wait()
        self._selector.close()
        self._pipe.close()
