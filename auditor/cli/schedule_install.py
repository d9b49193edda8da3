"""`audit schedule install`: what was typed becomes a schedule with absolute paths, and a line in the crontab."""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from auditor.cli.speech import spoken
from auditor.errors import InputError, OutputError, UsageError

if TYPE_CHECKING:
    from datetime import tzinfo

    from auditor.delivery.crontab import Crontab
    from auditor.delivery.schedule import Schedule, ScheduleOptions
    from auditor.delivery.schedule_files import ScheduleFolder
    from auditor.settings.policy_file import Settings


@dataclass(frozen=True)
class RunWords:
    """What follows `audit run`. words: whole, paths absolute; config, out: as typed; values: as `run` reads them."""

    words: tuple[str, ...]
    books: tuple[str, ...]
    config: Path | None
    out: Path | None
    values: Mapping[str, Any]


def run_words(typed: Sequence[str]) -> RunWords:
    """Check what was typed with `audit run`'s own options and make every path absolute.

    Raises click's errors for what `audit run` would refuse, and InputError for a book that is not there.
    """
    from auditor.cli.run import run

    with run.make_context("audit run", list(typed)) as context:
        values = dict(context.params)
    raw, _rest, _order = run.make_parser(click.Context(run)).parse_args(list(typed))
    words: list[str] = []
    for option in run.params:
        # Of these two the policy file may have a word: they are added later.
        if isinstance(option, click.Option) and option.name in raw and option.name not in ("config", "out"):
            words += _typed(option, raw[option.name])
    return RunWords(
        words=tuple(words),
        books=tuple(_absolute_book(book) for book in values["books"]),
        config=values["config"],
        out=values["out"],
        values=values,
    )


def _typed(option: click.Option, value: Any) -> Iterator[str]:
    name = max(option.opts, key=len)
    if option.is_flag:
        if value is False:
            name = max(option.secondary_opts, key=len)
        yield name
        return
    for one in value if isinstance(value, list) else [value]:
        yield f"{name}={os.path.abspath(one) if isinstance(option.type, click.Path) else one}"


def _absolute_book(book: str) -> str:
    if os.path.exists(book):
        return os.path.abspath(book)
    if glob.has_magic(book) and glob.glob(book, recursive=True):
        return book if os.path.isabs(book) else os.path.join(glob.escape(os.getcwd()), book)
    raise InputError("找不到台账", "The book does not exist", where=book)


def schedule_options(settings: Settings) -> ScheduleOptions:
    """What the policy file says about schedules, paths from the file's own folder."""
    from auditor.delivery.schedule import ScheduleOptions

    table = settings.file.schedule

    def path(name: str | None) -> Path | None:
        found = settings.beside(name)
        return found.absolute() if found else None

    return ScheduleOptions(
        ping=table.ping,
        ping_timeout_s=table.ping_timeout_s,
        metrics=path(table.metrics),
        log=path(table.log),
        log_mb=table.log_mb,
        log_keep=table.log_keep,
        grace_minutes=table.grace_minutes,
        timeout_minutes=table.timeout_minutes,
    )


def new_schedule(
    name: str,
    cron: str,
    given: RunWords,
    settings: Settings,
    place: str,
    env_file: Path | None,
    now: datetime,
) -> Schedule:
    """The schedule of what was typed. Raises InputError for a file with secrets that others can read."""
    from auditor.delivery.schedule import Schedule
    from auditor.delivery.schedule_environment import carried, read_env_file

    if env_file is not None:
        read_env_file(env_file)
    out = (given.out or Path(settings.file.audit.out)).absolute()
    config = settings.path.absolute() if settings.path else None
    words = [*given.words, f"--out={out}"]
    if config is not None:
        words.append(f"--config={config}")
    return Schedule(
        name=name,
        cron=cron,
        words=(*words, "--", *given.books),
        out=out,
        folder=Path.cwd(),
        installed_at=now,
        place=place,
        config=config,
        env_file=env_file.absolute() if env_file else None,
        environment=carried(os.environ),
        options=schedule_options(settings),
    )


def run_command(files: ScheduleFolder) -> list[str]:
    """The command that cron or systemd calls; this interpreter, and nothing from the folder it is started in."""
    return [
        *own_command(),
        "schedule",
        "run",
        files.name,
        "--folder",
        str(files.path.parent),
    ]


def own_command() -> list[str]:
    """This program, by the interpreter it runs under."""
    return [sys.executable, "-P", "-m", "auditor"]


def put_in_place(files: ScheduleFolder, schedule: Schedule, line: bytes, crontab: Crontab) -> None:
    """Write the schedule and its crontab line; where the line cannot be written the schedule is as it was before."""
    from auditor.delivery.crontab import with_line
    from auditor.delivery.schedule import write_schedule
    from auditor.delivery.schedule_files import write_whole

    text = crontab.read()
    before = files.definition.read_bytes() if files.definition.exists() else None
    write_schedule(files, schedule)
    try:
        crontab.write(with_line(text, schedule.name, line))
    except OutputError:
        if before is None:
            files.definition.unlink()
        else:
            write_whole(files.definition, before)
        raise


def refuse_second(files: ScheduleFolder, *, replace: bool) -> None:
    """A schedule is only replaced by somebody who says so."""
    if files.definition.exists() and not replace:
        raise UsageError(
            f"已有名为 {files.name} 的定时任务",
            f"There is a schedule named {files.name} already",
            hint_zh="用 --replace 替换, 或用 --name 取另一个名称",
            hint_en="Replace it with --replace, or choose another name with --name",
        )


def advice(
    schedule: Schedule, given: RunWords, settings: Settings, zone: tzinfo, now: datetime, lang: str
) -> Iterator[str]:
    """What whoever installs a schedule should know."""
    from auditor.delivery.schedule_environment import secrets_named
    from auditor.delivery.schedule_times import like_beijing

    if not like_beijing(zone, now):
        yield spoken(
            lang,
            "注意: 定时按系统时区 {zone} 执行, 不是北京时间 (Asia/Shanghai)",
            "Note: the schedule goes by the system's zone {zone}, which is not Asia/Shanghai",
            zone=zone,
        )
    names = secrets_named(os.environ)
    if names and schedule.env_file is None:
        yield spoken(
            lang,
            "注意: 不会保存密钥 ({names}); 请存入系统密钥环, 或写入权限 0600 的文件并用 --env-file 指定",
            "Note: secrets are not kept ({names}); put them into the keyring, or into a file of mode 0600 named with --env-file",
            names=", ".join(names),
        )
    if given.values.get("as_of"):
        yield spoken(
            lang,
            "注意: 指定了 --as-of, 每次都会审计同一天",
            "Note: with --as-of every run audits the same day",
        )
    formats = given.values.get("formats") or tuple(settings.file.audit.formats)
    if schedule.options.metrics and "json" not in formats:
        yield spoken(
            lang,
            "注意: 指标取自 audit.json, 而输出格式中没有 json; 指标文件将不含结论数",
            "Note: the metrics come from audit.json, and json is not among the formats; they will hold no verdicts",
        )
    if not schedule.options.ping:
        yield spoken(
            lang,
            "提示: 在策略文件 [schedule] 中设置 ping, 可在任务没有运行时由外部监控告警",
            "Hint: `ping` in [schedule] of the policy file lets a monitor tell you when a run does not happen",
        )
