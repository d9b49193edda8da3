"""A schedule's run as cron calls it: by the policy and the crontab as they are now."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.errors import AuditError, UsageError

if TYPE_CHECKING:
    from auditor.delivery.schedule import Schedule, ScheduleOptions
    from auditor.delivery.schedule_report import RunReport, TellFailure
    from auditor.delivery.schedule_times import CronExpression


def run_named(name: str, folder: Path, tell_failure: TellFailure) -> RunReport:
    """Run a schedule now; afterwards tell_failure hears of it if it failed, or if an earlier one did not happen."""
    from auditor.cli.bad_news import SCHEDULE_VARIABLE
    from auditor.cli.schedule_install import own_command
    from auditor.delivery.schedule import read_schedule
    from auditor.delivery.schedule_files import schedule_folder
    from auditor.delivery.schedule_process import stopped_by_signals
    from auditor.delivery.schedule_report import Surroundings
    from auditor.delivery.schedule_run import run_schedule
    from auditor.delivery.schedule_times import system_zone
    from auditor.pipeline import beijing_now

    files = schedule_folder(folder, name)
    found = read_schedule(files)
    line = crontab_lines().get(name) if found.place == "crontab" else None
    with stopped_by_signals() as stop:
        report = run_schedule(
            files,
            found,
            current_options(found),
            expression_of(found, line),
            Surroundings(
                own_command(),
                {**os.environ, SCHEDULE_VARIABLE: name},
                beijing_now,
                system_zone(beijing_now()),
                stop=stop,
            ),
        )
        if report.events:
            tell_failure(report)
    return report


def current_options(found: Schedule) -> ScheduleOptions:
    """What the policy file says now; what it said at the installation where it can no longer be read."""
    from auditor.cli.schedule_install import schedule_options
    from auditor.settings.policy_file import DEFAULT_NAME, read_settings

    beside = found.folder / DEFAULT_NAME
    config = found.config or (beside if beside.is_file() else None)
    if config is None:
        return found.options
    try:
        return schedule_options(read_settings(config))
    except AuditError:
        # The audit itself will end with this error and be told of as failed, for which the address of the ping is needed.
        return found.options


def expression_of(found: Schedule, line: str | None) -> CronExpression:
    """When a schedule runs: by its crontab line, which somebody may have changed by hand, where that says a time."""
    from auditor.delivery.schedule_times import read_cron

    if line:
        with suppress(UsageError):
            return read_cron(line)
    return read_cron(found.cron)


def crontab_lines() -> dict[str, str]:
    """Name → expression of our lines in the crontab; empty where it cannot be read."""
    from auditor.delivery.crontab import UserCrontab, active_lines

    with suppress(AuditError):
        return active_lines(UserCrontab().read())
    return {}
