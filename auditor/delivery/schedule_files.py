"""The files of a schedule: where they lie, and written whole or not at all, for the user alone."""

from __future__ import annotations

import errno
import json
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auditor.errors import OutputError, UsageError

OWN_EYES = 0o600
EVERYONE = 0o644
_NAME = re.compile(r"\w[\w.-]{0,63}")


@dataclass(frozen=True)
class ScheduleFolder:
    """What one schedule keeps: its definition, its state, its locks and, unless the policy says otherwise, its log."""

    path: Path

    @property
    def name(self) -> str:
        """The schedule's name."""
        return self.path.name

    @property
    def definition(self) -> Path:
        """What runs and when."""
        return self.path / "schedule.json"

    @property
    def state(self) -> Path:
        """What happened."""
        return self.path / "state.json"

    @property
    def policy(self) -> Path:
        """The last policy file that could be read."""
        return self.path / "policy.toml"

    @property
    def state_lock(self) -> Path:
        """Held for the moment of a change to the state."""
        return self.path / "state.lock"

    @property
    def run_lock(self) -> Path:
        """Held as long as a run goes on."""
        return self.path / "run.lock"

    @property
    def log(self) -> Path:
        """What the runs printed, where the policy names no other file."""
        return self.path / "audit.log"


def schedule_folder(folder: Path, name: str) -> ScheduleFolder:
    """The folder of one schedule below the folder of all. Raises UsageError for a name that is none."""
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"任务名称不可用: {name!r}",
            f"Not a usable name for a schedule: {name!r}",
            hint_zh="用文字、数字、点、横线或下划线, 以文字或数字开头, 不超过 64 个字符",
            hint_en="Use letters, digits, dots, hyphens and underscores, a letter or digit first, 64 characters at most",
        )
    return ScheduleFolder(folder / name)


def schedule_names(folder: Path) -> list[str]:
    """The schedules that are defined, in the order of their names."""
    try:
        found = [one.name for one in folder.iterdir() if (one / "schedule.json").is_file()]
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted(name for name in found if _NAME.fullmatch(name))


def write_whole(path: Path, content: bytes, mode: int = OWN_EYES) -> None:
    """Write a file under another name, flush it and rename it: a reader sees the old or the new one, never a half.

    Raises OSError; the old file is as it was then. The temporary name begins with a dot and does not end like the
    file's, so that no collector of a folder takes it for one.
    """
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "not a regular file")
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWN_EYES)
        with open(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def write_json(path: Path, content: dict[str, Any]) -> None:
    """A JSON object, whole or not at all, for the user alone. Raises OutputError."""
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(path, text.encode("utf-8", "surrogateescape"))
    except OSError as problem:
        raise cannot_write(path, problem) from problem


def cannot_write(path: Path, problem: OSError) -> OutputError:
    """The error that names the file and what the system said."""
    said = problem.strerror or str(problem)
    return OutputError(f"无法写入: {said}", f"cannot be written: {said}", where=str(path))


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object. Raises OSError, and ValueError where the file holds something else."""
    content = json.loads(path.read_bytes().decode("utf-8", "surrogateescape"))
    if not isinstance(content, dict):
        raise ValueError("not an object")
    return content
