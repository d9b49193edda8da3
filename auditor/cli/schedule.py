"""`audit schedule`: audits that cron starts, and how they fare."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli import options
from auditor.cli.main import EXIT_CLEAN
from auditor.cli.progress import show_lines
from auditor.cli.speech import spoken
from auditor.errors import AuditError, UsageError

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from auditor.delivery.schedule import Schedule
    from auditor.delivery.schedule_status import ScheduleStatus


@click.group(short_help="audits that cron starts, and how they fare")
def schedule() -> None:
    """定时审计: 安装、查看、移除 · audits that cron starts: install, list, look after, remove."""


def schedules_folder() -> Path:
    """Where the schedules of this user are kept."""
    from platformdirs import user_state_path

    return user_state_path("icp-audit") / "schedules"


@schedule.command(
    short_help="put a run into the crontab",
    context_settings={"ignore_unknown_options": True},
)
@click.option(
    "--cron",
    required=True,
    metavar='"M H D M W"',
    help='何时运行, 系统时区 · when to run, in the system\'s zone: "0 7 * * 1"',
)
@click.option("--name", default="audit", show_default=True, help="任务名称 · the schedule's name")
@click.option(
    "--print",
    "only_print",
    is_flag=True,
    help="输出该行而不写入 crontab, 任务定义照样保存 · print the line, the schedule is kept",
)
@click.option("--systemd", is_flag=True, help="输出 systemd 定时器与服务 · print a systemd timer and service")
@click.option("--replace", is_flag=True, help="替换同名任务 · replace the schedule of this name")
@click.option(
    "--env-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="运行时读取的密钥文件 (NAME=值, 权限 0600) · secrets read at each run (NAME=value, mode 0600)",
)
@click.argument("words", nargs=-1, required=True, metavar="BOOK… [audit run 的选项 · options of audit run]", type=click.UNPROCESSED)  # fmt: skip
def install(
    cron: str,
    name: str,
    only_print: bool,
    systemd: bool,
    replace: bool,
    env_file: Path | None,
    words: tuple[str, ...],
) -> int:
    """将一次 `audit run` 加入用户的 crontab · put an `audit run` into the user's crontab.

    其余选项均传给 `audit run` · all other options go to `audit run`. 密钥不会写入 crontab · no secret is written there.
    """
    from auditor.cli import schedule_install as installing
    from auditor.cli.schedule_lines import moment
    from auditor.delivery.crontab import UserCrontab, crontab_line
    from auditor.delivery.schedule import write_schedule
    from auditor.delivery.schedule_files import schedule_folder
    from auditor.delivery.schedule_times import read_cron, system_zone
    from auditor.delivery.systemd import units
    from auditor.pipeline import beijing_now
    from auditor.settings.policy_file import read_settings

    expression = read_cron(cron)
    files = schedule_folder(schedules_folder(), name)
    given = installing.run_words(words)
    settings = read_settings(given.config)
    lang = given.values.get("lang") or settings.file.audit.lang
    installing.refuse_second(files, replace=replace)
    now = beijing_now()
    zone = system_zone(now)
    place = "elsewhere" if only_print or systemd else "crontab"
    made = installing.new_schedule(name, expression.text, given, settings, place, env_file, now)
    command = installing.run_command(files)
    if systemd:
        text = units(name, expression, command)
        write_schedule(files, made)
        click.echo(text, nl=False)
    else:
        line = crontab_line(expression.text, command, name)
        if only_print:
            write_schedule(files, made)
            click.echo(os.fsdecode(line))
        else:
            installing.put_in_place(files, made, line, UserCrontab())
    from auditor.cli.bad_news import policy_of

    policy_of(files, made.config, made.folder)
    click.echo(
        spoken(
            lang,
            "定时任务 {name} 已登记, 报告目录 {out}; 下次运行: {next}",
            "schedule {name} is kept, reports go to {out}; next run: {next}",
            name=name,
            out=made.out,
            next=moment(expression.next_after(now, zone), lang, zone),
        ),
        err=place == "elsewhere",
    )
    for note in installing.advice(made, given, settings, zone, now, lang):
        click.echo(note, err=True)
    return EXIT_CLEAN


@schedule.command(hidden=True, short_help="what cron calls")
@click.argument("name")
@click.option("--folder", type=click.Path(path_type=Path), metavar="DIR", help="where the schedules are kept")
@options.lang
def run(name: str, folder: Path | None, lang: str | None) -> int:
    """由 cron 调用, 运行一个定时任务 · called by cron: run a schedule's audit now."""
    from auditor.cli.bad_news import policy_of, tell_people
    from auditor.cli.schedule_lines import report_lines
    from auditor.cli.schedule_running import run_named
    from auditor.delivery.schedule import read_schedule
    from auditor.delivery.schedule_files import schedule_folder
    from auditor.delivery.schedule_times import system_zone

    files = schedule_folder(folder or schedules_folder(), name)
    found = read_schedule(files)
    policy_of(files, found.config, found.folder)
    report = run_named(name, folder or schedules_folder(), lambda told: tell_people(told, files.path))
    show_lines(report_lines(report, lang or "zh", system_zone(report.started)), err=True)
    return report.exit_status


@schedule.command("list", short_help="the schedules")
@options.lang
def list_schedules(lang: str | None) -> int:
    """列出定时任务: 名称、时间、下次、上次、上次成功 · the schedules: name, times, next, last and last good run."""
    from auditor.cli.schedule_lines import list_lines

    lang = lang or "zh"
    rows, broken, zone = _statuses(None)
    if not rows and not broken:
        click.echo(spoken(lang, "没有定时任务", "there are no schedules"))
    if rows:
        show_lines(list_lines(rows, lang, zone))
    return _tell_broken(broken, lang)


@schedule.command(short_help="last run, last good run, next run")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 · as JSON")
@options.lang
def status(name: str | None, as_json: bool, lang: str | None) -> int:
    """上次运行、上次成功、下次运行、错过与占用 · last run, last good run, next run, missed ones, lock.

    退出状态 · exit status: 0 正常 well; 1 上次失败或有错过 the last run failed or one was missed; 2 无法使用 unusable.
    """
    from auditor.cli.schedule_lines import status_lines
    from auditor.delivery.schedule_status import status_content

    lang = lang or "zh"
    rows, broken, zone = _statuses(name)
    worst = max([row.exit_status for row in rows], default=EXIT_CLEAN)
    if as_json:
        content = {
            "schema": "filing-schedules/1",
            "schedules": [status_content(row) for row in rows],
            "unusable": [{"name": one, "problem": error.describe("en")} for one, error in broken],
        }
        click.echo(json.dumps(content, ensure_ascii=False, indent=1))
        return max(worst, *[error.exit_status for _one, error in broken], EXIT_CLEAN)
    if not rows and not broken:
        click.echo(spoken(lang, "没有定时任务", "there are no schedules"))
    for row in rows:
        show_lines(status_lines(row, lang, zone))
    return max(worst, _tell_broken(broken, lang))


def _tell_broken(broken: list[tuple[str, AuditError]], lang: str) -> int:
    from auditor.model.language import translated

    for _name, error in broken:
        click.echo(error.describe(lang, translated), err=True)
    return max([error.exit_status for _name, error in broken], default=EXIT_CLEAN)


def _statuses(name: str | None) -> tuple[list[ScheduleStatus], list[tuple[str, AuditError]], tzinfo]:
    """The schedules, those that cannot be used with the reason, and the zone; one only where it is named."""
    from auditor.delivery.crontab import UserCrontab, active_lines
    from auditor.delivery.schedule import read_schedule
    from auditor.delivery.schedule_files import schedule_folder, schedule_names
    from auditor.delivery.schedule_times import system_zone
    from auditor.pipeline import beijing_now

    folder = schedules_folder()
    now = beijing_now()
    zone = system_zone(now)
    lines: dict[str, str] | None = None
    with suppress(AuditError):
        lines = active_lines(UserCrontab().read())
    rows: list[ScheduleStatus] = []
    broken: list[tuple[str, AuditError]] = []
    for one in [name] if name is not None else schedule_names(folder):
        try:
            files = schedule_folder(folder, one)
            found = read_schedule(files)
            rows.append(_status(files.path.parent, found, lines, now, zone))
        except AuditError as error:
            broken.append((one, error))
    return rows, broken, zone


def _status(
    folder: Path, found: Schedule, lines: dict[str, str] | None, now: datetime, zone: tzinfo
) -> ScheduleStatus:
    from auditor.cli.schedule_running import current_options, expression_of
    from auditor.delivery.schedule_files import schedule_folder
    from auditor.delivery.schedule_status import schedule_status

    line = None if lines is None or found.place != "crontab" else lines.get(found.name, "")
    return schedule_status(
        schedule_folder(folder, found.name),
        found,
        current_options(found),
        expression_of(found, line),
        now,
        zone,
        line,
    )


@schedule.command(short_help="take a run out of the crontab")
@click.argument("name")
@options.lang
def remove(name: str, lang: str | None) -> int:
    """从 crontab 移除定时任务; 日志与报告保留 · take a schedule out of the crontab; its log and reports stay."""
    from auditor.delivery.crontab import UserCrontab, without_line
    from auditor.delivery.lock import held_by
    from auditor.delivery.schedule import read_schedule
    from auditor.delivery.schedule_files import schedule_folder

    lang = lang or "zh"
    files = schedule_folder(schedules_folder(), name)
    known = files.definition.exists()
    elsewhere = False
    if known:
        with suppress(AuditError):
            elsewhere = read_schedule(files).place == "elsewhere"
    crontab = UserCrontab()
    try:
        text = crontab.read()
    except AuditError:
        if not elsewhere:
            raise
        text = b""
    left = without_line(text, name)
    if left == text and not known:
        raise UsageError(
            f"没有名为 {name} 的定时任务",
            f"There is no schedule named {name}",
            hint_zh="`audit schedule list` 列出全部任务",
            hint_en="`audit schedule list` lists them",
        )
    if left != text:
        crontab.write(left)
    held = held_by(files.run_lock)
    for path in (files.definition, files.state, files.state_lock, files.policy):
        path.unlink(missing_ok=True)
    if held is None:
        files.run_lock.unlink(missing_ok=True)
        with suppress(OSError):
            files.path.rmdir()
    click.echo(spoken(lang, "已移除定时任务 {name}", "schedule {name} removed", name=name))
    if held is not None:
        click.echo(
            spoken(
                lang,
                "它正在运行 (进程 {pid}), 会运行完毕",
                "it is running (process {pid}) and will run to its end",
                pid=held.pid or "?",
            ),
            err=True,
        )
    if elsewhere:
        click.echo(
            spoken(
                lang,
                "它不在此用户的 crontab 中; 请自行移除所放置的行或 systemd 单元",
                "it did not stand in this user's crontab; remove the line or the systemd units where you put them",
            ),
            err=True,
        )
    return EXIT_CLEAN
