"""Our lines in a user's crontab; every other line stays as it is, byte for byte."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from auditor.errors import OutputError, UsageError

# Debian's cron takes commands of up to 1000 bytes; other crons take more.
_LONGEST = 990
_PATIENCE_S = 30
_CALL = b" schedule run "
_MARK = re.compile(rb"#[ \t]*audit:(\S+)[ \t\r]*$")
_TIMES = re.compile(rb"[ \t]*(@[a-z]+|(?:[^ \t#@]\S*[ \t]+){4}\S+)[ \t]")
# Whatever the crontab says above our line (SHELL, LC_ALL), these hold for our command.
_SETTINGS = ("LANG=C.UTF-8", "PYTHONUTF8=1")


class Crontab(Protocol):
    """Something that holds a crontab."""

    def read(self) -> bytes:
        """The whole text; empty where there is none. Raises OutputError where it cannot be read."""
        ...

    def write(self, text: bytes) -> None:
        """Put the whole text in its place. Raises OutputError."""
        ...


class UserCrontab:
    """The crontab of the user who runs this, by way of the program `crontab`."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._environment = dict(os.environ if environment is None else environment)

    def read(self) -> bytes:
        """What `crontab -l` prints."""
        done = self._crontab("-l")
        if done.returncode == 0:
            return done.stdout
        if b"no crontab" in done.stderr.lower():
            return b""
        raise _not_changed(_said(done.stderr))

    def write(self, text: bytes) -> None:
        """Hand the text to `crontab -`, which checks it, and see that it stands there."""
        done = self._crontab("-", text)
        if done.returncode:
            raise _not_changed(_said(done.stderr))
        if self.read() != text:
            raise _not_changed("the crontab holds something else than was written")

    def _crontab(self, word: str, text: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        program = shutil.which("crontab", path=self._environment.get("PATH"))
        if program is None:
            raise OutputError(
                "此计算机上没有 crontab 程序",
                "There is no crontab program on this machine",
                hint_zh="用 --print 输出该行, 或用 --systemd 输出 systemd 定时器",
                hint_en="--print prints the line, --systemd a systemd timer",
            )
        try:
            return subprocess.run(
                [program, word],
                input=text,
                capture_output=True,
                # Its messages are looked at.
                env={**self._environment, "LC_ALL": "C"},
                timeout=_PATIENCE_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as problem:
            raise _not_changed(type(problem).__name__) from problem


class FileCrontab:
    """A crontab in a file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> bytes:
        """The file's bytes."""
        try:
            return self._path.read_bytes()
        except FileNotFoundError:
            return b""

    def write(self, text: bytes) -> None:
        """Write the file."""
        self._path.write_bytes(text)


def crontab_line(cron: str, command: Sequence[str], name: str) -> bytes:
    """The line that runs a command; quoted for the shell, `%` escaped for cron, marked as ours at its end.

    Raises UsageError for a command that no crontab can hold: with a line break or a backslash (crons differ in what
    they make of it), or too long.
    """
    if any(sign in word for word in command for sign in "\n\r\0\\"):
        raise UsageError(
            "crontab 无法容纳含换行或反斜杠的路径",
            "A crontab cannot hold a path with a line break or a backslash",
        )
    words = shlex.join(["/usr/bin/env", *_SETTINGS, *command]).replace("%", r"\%")
    line = os.fsencode(f"{cron} {words} # audit:{name}")
    if len(line) > _LONGEST:
        raise UsageError(
            f"crontab 中的一行最长 {_LONGEST} 字节, 此行有 {len(line)} 字节",
            f"A line of a crontab holds {_LONGEST} bytes, this one has {len(line)}",
            hint_zh="将程序或状态目录移到较短的路径下, 或用 --systemd",
            hint_en="Move the program or the state folder to a shorter path, or use --systemd",
        )
    return line


def with_line(text: bytes, name: str, line: bytes) -> bytes:
    """The crontab with our line of a name: where the old one stood, else at the end; surplus old ones go."""
    kept: list[bytes] = []
    placed = False
    for one in _lines(text):
        if _name(one) != name:
            kept.append(one)
        elif not placed:
            kept.append(line + b"\n")
            placed = True
    if not placed:
        if kept and not kept[-1].endswith(b"\n"):
            kept[-1] += b"\n"
        kept.append(line + b"\n")
    return b"".join(kept)


def without_line(text: bytes, name: str) -> bytes:
    """The crontab without our lines of a name."""
    return b"".join(one for one in _lines(text) if _name(one) != name)


def active_lines(text: bytes) -> dict[str, str]:
    """Name → expression of our lines that cron runs; a line that somebody has commented out is not among them."""
    found = {}
    for one in _lines(text):
        name, times = _name(one), _TIMES.match(one)
        if name is not None and times is not None:
            found[name] = " ".join(times.group(1).decode("ascii", "replace").split())
    return found


def _lines(text: bytes) -> list[bytes]:
    return re.findall(rb"[^\n]*\n|[^\n]+$", text)


def _name(line: bytes) -> str | None:
    """The schedule that a line of ours runs, also of one that was commented out; None for any other line."""
    mark = _MARK.search(line.rstrip(b"\n"))
    if mark is None or _CALL not in line:
        return None
    return os.fsdecode(mark.group(1))


def _said(output: bytes) -> str:
    return " ".join(output.decode("utf-8", "replace").split())[:300] or "no message"


def _not_changed(said: str) -> OutputError:
    return OutputError(
        f"无法读写用户的 crontab: {said}",
        f"The user's crontab cannot be read or written: {said}",
        hint_zh="用 --print 输出该行, 自行加入 crontab",
        hint_en="--print prints the line, to be put there by hand",
    )
