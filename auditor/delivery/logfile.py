"""The log of scheduled runs: appended to, turned over at a size, for the user alone."""

from __future__ import annotations

import os
import stat
import threading
from contextlib import suppress
from datetime import datetime
from pathlib import Path


class LogFile:
    """A log in `keep` pieces: `audit.log`, then `audit.log.1` (the youngest of the old ones) and so on.

    size: bytes after which a piece is full. A disk that is full never stops a run: what could not be written is
    dropped and `problem` says why. tail: the last bytes written, whatever became of the file. May be used by several threads.
    """

    def __init__(self, path: Path, size: int, keep: int, tail_bytes: int = 10_000) -> None:
        self.path = path
        self.problem = ""
        self._size, self._keep, self._tail_bytes = size, keep, tail_bytes
        self._tail = b""
        self._lock = threading.Lock()

    def write(self, chunk: bytes) -> None:
        """Append bytes; turns the log over first where they would not fit. Never raises for the disk."""
        if not chunk:
            return
        with self._lock:
            self._tail = (self._tail + chunk)[-self._tail_bytes :]
            try:
                self._append(chunk)
            except OSError as problem:
                self.problem = problem.strerror or str(problem)

    def line(self, now: datetime, text: str) -> None:
        """A line of our own, with its time."""
        # What a name may hold must not look like a line of its own.
        shown = " ".join(text.split())
        self.write(f"{now.isoformat(timespec='seconds')} {shown}\n".encode("utf-8", "backslashreplace"))

    def tail(self, limit: int) -> str:
        """The last whole lines, at most `limit` bytes as UTF-8; one longer line is cut at a character."""
        with self._lock:
            kept, full = self._tail, len(self._tail) >= self._tail_bytes
        # A full memory begins in the middle of a line or of a character.
        text = kept.decode("utf-8", "ignore" if full else "replace")
        return last_bytes(text, min(limit, len(kept) - 1) if full else limit).decode("utf-8")

    def _append(self, chunk: bytes) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        size = self.path.stat().st_size if self.path.exists() else 0
        if size and size + len(chunk) > self._size:
            self._turn_over()
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            # Not a device, and not somebody else's file that we may still write to.
            if stat.S_ISREG(os.fstat(handle).st_mode):
                with suppress(PermissionError):
                    os.fchmod(handle, 0o600)
            view = memoryview(chunk)
            while view:
                view = view[os.write(handle, view) :]
        finally:
            os.close(handle)

    def _turn_over(self) -> None:
        """audit.log.1 → .2 …, audit.log → .1; the oldest is overwritten."""
        if self._keep == 1:
            self.path.unlink()
            return
        for number in range(self._keep - 2, 0, -1):
            with suppress(FileNotFoundError):
                os.replace(self._piece(number), self._piece(number + 1))
        os.replace(self.path, self._piece(1))

    def _piece(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}")


def last_bytes(text: str, limit: int) -> bytes:
    """The end of a text as UTF-8, at most `limit` bytes, from the start of a line where there is one."""
    whole = text.encode("utf-8", "replace")
    if len(whole) <= limit:
        return whole
    cut = whole[len(whole) - limit :].decode("utf-8", "ignore")
    head, newline, rest = cut.partition("\n")
    return (rest if newline and rest else head).encode("utf-8")
