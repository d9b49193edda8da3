"""Schedules in words, for `audit schedule list` and `status`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from auditor.cli.speech import spoken
from auditor.model.text import Text

if TYPE_CHECKING:
    from auditor.delivery.schedule_missed import Missed
    from auditor.delivery.schedule_report import RunReport
    from auditor.delivery.schedule_state import Event, LastRun
    from auditor.delivery.schedule_status import ScheduleStatus

ENDS = {
    "audited": Text("已完成审计", "audited"),
    "failed": Text("未能审计", "could not audit"),
    "timeout": Text("超时被终止", "ended after the time limit"),
    "stopped": Text("被外部信号终止", "stopped by a signal"),
    "died": Text("中途消失 (断电或被强制结束)", "never ended (power cut or killed)"),
}
_EVENTS_SHOWN = 5


def moment(when: datetime | None, lang: str, zone: tzinfo | None = None) -> str:
    """`2026-11-23 07:00 +08:00`, or a dash."""
    if when is None:
        return "—"
    local = when.astimezone(zone) if zone else when
    offset = local.strftime("%z")
    return f"{local:%Y-%m-%d %H:%M} {offset[:3]}:{offset[3:5]}"


def status_lines(status: ScheduleStatus, lang: str, zone: tzinfo) -> Iterator[str]:
    """One schedule: last run, last good run, next run, and what is wrong with it."""
    schedule = status.schedule
    yield f"{schedule.name}  [{status.cron}]"
    if status.state is None:
        yield "  " + spoken(
            lang,
            "状态文件已损坏或无法读取, 下次运行时另存并重建",
            "the state file is damaged or cannot be read; the next run puts it aside and starts a new one",
        )
    else:
        yield "  " + spoken(
            lang, "上次运行: {run}", "last run: {run}", run=_run(status.state.last, lang, zone)
        )
        good = status.state.last_good
        started = moment(good.started if good else None, lang, zone)
        yield "  " + spoken(lang, "上次成功: {when}", "last good run: {when}", when=started)
    yield "  " + spoken(
        lang, "下次运行: {when}", "next run: {when}", when=moment(status.next_due, lang, zone)
    )
    yield from _troubles(status, lang, zone)
    events = status.state.events[-_EVENTS_SHOWN:] if status.state else ()
    if events:
        yield "  " + spoken(lang, "最近的事件:", "latest events:")
        for event in events:
            yield f"    {moment(event.at, lang, zone)} {event_words(event, lang, zone)}"


def _troubles(status: ScheduleStatus, lang: str, zone: tzinfo) -> Iterator[str]:
    if status.running is not None:
        yield "  " + spoken(
            lang,
            "正在运行: 始于 {since}, 进程 {pid}",
            "running: since {since}, process {pid}",
            since=moment(status.running.since, lang, zone),
            pid=status.running.pid or "?",
        )
    if status.died:
        yield "  ! " + spoken(lang, "上次运行没有结束就消失了", "the last run vanished without having ended")
    if status.missed is not None:
        yield "  ! " + _missed(status.missed, lang, zone)
    if status.line == "":
        yield "  ! " + spoken(
            lang,
            "crontab 中已没有这一任务, 它不会运行",
            "the crontab no longer holds this schedule; it will not run",
        )
    elif status.line is None and status.schedule.place == "crontab":
        yield "  ! " + spoken(
            lang,
            "无法读取 crontab, 不知道其中是否还有这一任务",
            "the crontab cannot be read; whether it still holds this schedule is not known",
        )
    elif status.line is not None and status.line != status.schedule.cron:
        yield "  ! " + spoken(
            lang,
            "crontab 中的时间已被改为 {line}, 安装时为 {cron}",
            "the crontab says {line}, installed was {cron}",
            line=status.line,
            cron=status.schedule.cron,
        )


def _run(run: LastRun | None, lang: str, zone: tzinfo) -> str:
    if run is None:
        return spoken(lang, "尚未运行", "has not run yet")
    if run.end is None:
        return moment(run.started, lang, zone)
    return spoken(
        lang,
        "{when}, {end}, 退出状态 {status}, 用时 {seconds} 秒",
        "{when}, {end}, exit status {status}, took {seconds} s",
        when=moment(run.started, lang, zone),
        end=ENDS[run.end.value].in_language(lang),
        status="—" if run.exit_status is None else run.exit_status,
        seconds=f"{run.duration_s or 0:.1f}",
    )


def _missed(missed: Missed | Event, lang: str, zone: tzinfo) -> str:
    return spoken(
        lang,
        "错过 {count} 次运行, 应在 {first} 至 {last}",
        "{count} runs missed, due {first} to {last}",
        count=missed.count,
        first=moment(missed.first, lang, zone),
        last=moment(missed.last, lang, zone),
    )


def event_words(event: Event, lang: str, zone: tzinfo) -> str:
    """One event as a phrase."""
    kind = event.kind.value
    if kind == "missed":
        return _missed(event, lang, zone)
    if kind == "skipped":
        return spoken(
            lang,
            "跳过: 上一次运行尚未结束 (始于 {since})",
            "skipped: still running since {since}",
            since=moment(event.since, lang, zone),
        )
    if kind == "state_lost":
        return spoken(
            lang,
            "状态文件已损坏, 另存为 state.damaged.json",
            "the state file was damaged, kept as state.damaged.json",
        )
    words = ENDS[kind].in_language(lang)
    if event.exit_status is None:
        return words
    return spoken(
        lang, "{end}, 退出状态 {status}", "{end}, exit status {status}", end=words, status=event.exit_status
    )


def report_lines(report: RunReport, lang: str, zone: tzinfo) -> Iterator[str]:
    """What a run says on standard error, for cron's own mail: nothing where all is well."""
    for event in report.events:
        yield f"{report.schedule.name}: {event_words(event, lang, zone)}"


def list_lines(rows: list[ScheduleStatus], lang: str, zone: tzinfo) -> Iterator[str]:
    """A table of schedules."""
    heads = [
        Text("名称", "name"),
        Text("时间", "cron"),
        Text("下次", "next"),
        Text("上次", "last"),
        Text("上次成功", "last good"),
    ]
    table = [[head.in_language(lang) for head in heads]]
    for row in rows:
        last = row.state.last if row.state else None
        good = row.state.last_good if row.state else None
        table.append(
            [
                row.schedule.name,
                row.cron,
                moment(row.next_due, lang, zone),
                moment(last.started if last else None, lang, zone),
                moment(good.started if good else None, lang, zone),
            ]
        )
    widths = [max(_width(row[column]) for row in table) for column in range(len(heads))]
    for cells in table:
        padded = [cell + " " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=True)]
        yield "  ".join(padded).rstrip()


def _width(text: str) -> int:
    from unicodedata import east_asian_width

    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)
