"""A lock between processes that the system itself frees when its holders are gone."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

# Someone who only looks (`held_by`) holds the lock for a moment; that must not cost a run.
_ATTEMPTS, _PAUSE_S = 5, 0.02


@dataclass(frozen=True)
class Holder:
    """Who holds a lock. pid, since: None where the file does not say (it was taken a moment ago)."""

    pid: int | None = None
    since: datetime | None = None


class Lock:
    """An advisory lock on a file (flock), released at the end of the block.

    The lock belongs to the open file: a child process that is given `descriptor` holds it too, even when its parent
    is killed, and it is free once the last of them is gone. The file is not removed at the end: a
    lock on a removed file locks nothing.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    @property
    def descriptor(self) -> int:
        """The open file, for `pass_fds` of a child that shall hold the lock too."""
        assert self._descriptor is not None, "the lock is not held"
        return self._descriptor

    def take(self, now: datetime) -> Holder | None:
        """Take the lock, noting pid and time; None means it is ours, else who holds it. OSError from the disk."""
        import fcntl

        descriptor = _opened(self.path)
        for attempt in range(_ATTEMPTS):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if attempt + 1 < _ATTEMPTS:
                    time.sleep(_PAUSE_S)
                    continue
                holder = _holder(descriptor)
                os.close(descriptor)
                return holder
            except OSError:
                os.close(descriptor)
                raise
        self._descriptor = descriptor
        note = json.dumps({"pid": os.getpid(), "since": now.isoformat(timespec="seconds")}).encode()
        try:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, note, 0)
        except OSError:
            pass  # a full disk: the lock holds all the same, it only does not say for whom
        return None

    def release(self) -> None:
        """Let go; a child that was given the descriptor still holds the lock until it ends."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def held_by(path: Path) -> Holder | None:
    """Who holds the lock of a file right now; None where nobody does. OSError where it cannot be looked at."""
    import fcntl

    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        # A shared lock for a moment: two that look at the same time do not see each other.
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _holder(descriptor)
    finally:
        os.close(descriptor)
    return None


@contextmanager
def waiting_lock(path: Path) -> Iterator[None]:
    """Wait for a lock that is only ever held for a moment. OSError from the disk."""
    import fcntl

    descriptor = _opened(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _opened(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _holder(descriptor: int) -> Holder:
    try:
        said = json.loads(os.pread(descriptor, 1000, 0))
        return Holder(int(said["pid"]), datetime.fromisoformat(said["since"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Holder()
