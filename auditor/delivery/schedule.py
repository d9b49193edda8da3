"""A schedule as it was installed: what runs, when, where, and what it carries along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from auditor.delivery.schedule_files import ScheduleFolder, read_json, write_json
from auditor.errors import InputError

_SCHEMA = "filing-schedule/1"


@dataclass(frozen=True)
class ScheduleOptions:
    """What a scheduled run tells other machines, and its limits.

    ping: the address of a check, None for none; metrics, log: files, None for no metrics and for the schedule's own
    log; log_keep pieces of log_mb megabytes; grace_minutes: how late a run may be before it counts as missed;
    timeout_minutes: 0 for none.
    """

    ping: str | None = None
    ping_timeout_s: float = 10.0
    metrics: Path | None = None
    log: Path | None = None
    log_mb: float = 5.0
    log_keep: int = 5
    grace_minutes: int = 60
    timeout_minutes: float = 0


@dataclass(frozen=True)
class Schedule:
    """One schedule. cron: the expression; words: what follows `audit run`, with absolute paths; out: the reports.

    place: where its line stands: "crontab", or "elsewhere" where it was only printed. folder: the working folder.
    environment: variables carried along, no secrets among them; env_file: where those are read from at each run.
    options: as they were at the installation, for a run whose policy file can no longer be read.
    """

    name: str
    cron: str
    words: tuple[str, ...]
    out: Path
    folder: Path
    installed_at: datetime
    place: str = "crontab"
    config: Path | None = None
    env_file: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    options: ScheduleOptions = ScheduleOptions()


def write_schedule(files: ScheduleFolder, schedule: Schedule) -> None:
    """Keep a schedule, for the user alone. Raises OutputError."""
    content: dict[str, Any] = {
        name: _plain(value) for name, value in asdict(schedule).items() if name != "options"
    }
    content["options"] = {name: _plain(value) for name, value in asdict(schedule.options).items()}
    write_json(files.definition, {"schema": _SCHEMA, **content})


def read_schedule(files: ScheduleFolder) -> Schedule:
    """A schedule as it was kept. Raises InputError where there is none of that name or its file is damaged."""
    try:
        content = read_json(files.definition)
    except FileNotFoundError as problem:
        raise InputError(
            f"没有名为 {files.name} 的定时任务",
            f"There is no schedule named {files.name}",
            hint_zh="`audit schedule list` 列出全部任务",
            hint_en="`audit schedule list` lists them",
        ) from problem
    except (OSError, ValueError) as problem:
        raise _damaged(files) from problem
    try:
        if content["schema"] != _SCHEMA:
            raise ValueError(content["schema"])
        return Schedule(
            name=files.name,
            cron=str(content["cron"]),
            words=tuple(str(word) for word in content["words"]),
            out=Path(content["out"]),
            folder=Path(content["folder"]),
            installed_at=datetime.fromisoformat(content["installed_at"]),
            place=str(content["place"]),
            config=_path(content["config"]),
            env_file=_path(content["env_file"]),
            environment={str(name): str(value) for name, value in content["environment"].items()},
            options=_options(content["options"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise _damaged(files) from problem


def _options(content: Mapping[str, Any]) -> ScheduleOptions:
    known = {one.name for one in fields(ScheduleOptions)}
    values = {name: value for name, value in content.items() if name in known}
    for name in ("metrics", "log"):
        values[name] = _path(values.get(name))
    return ScheduleOptions(**values)


def _path(value: str | None) -> Path | None:
    return None if value is None else Path(value)


def _plain(value: object) -> object:
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return list(value) if isinstance(value, tuple) else value


def _damaged(files: ScheduleFolder) -> InputError:
    return InputError(
        f"定时任务 {files.name} 的文件已损坏",
        f"The file of the schedule {files.name} is damaged",
        hint_zh=f"用 `audit schedule remove {files.name}` 移除后重新安装",
        hint_en=f"Remove it with `audit schedule remove {files.name}` and install it anew",
        where=str(files.definition),
    )
