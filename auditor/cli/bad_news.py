"""How a run that failed, was missed or was skipped is told to people."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.cli.progress import show_lines
from auditor.errors import AuditError

if TYPE_CHECKING:
    from auditor.delivery.schedule_files import ScheduleFolder
    from auditor.delivery.schedule_report import RunReport
    from auditor.dispatch.outfit import Outfit, Sent
    from auditor.settings.policy_file import Settings

SCHEDULE_VARIABLE = "AUDIT_SCHEDULE"
"""Set for the audits of a schedule, which tells of their failures itself."""

_TAIL_LINES = 20


def policy_of(files: ScheduleFolder, config: Path | None, folder: Path) -> Settings | None:
    """The policy of a schedule as it is now, of which a copy is kept; the copy where it can no longer be read.

    A policy file that somebody broke must not keep the news of it from the people that it names.
    """
    from auditor.delivery.schedule_files import write_whole
    from auditor.settings.policy_file import DEFAULT_NAME, read_settings

    path = config or folder / DEFAULT_NAME
    copy = files.policy
    try:
        settings = read_settings(path)
    except AuditError:
        if not copy.is_file():
            return None
        try:
            return replace(read_settings(copy), path=path)
        except AuditError:
            return None
    with suppress(OSError, AuditError):
        write_whole(copy, path.read_bytes())
    return settings


def tell_people(report: RunReport, kept: Path) -> None:
    """Mail and post what went otherwise with a scheduled run; what cannot be sent is told on standard error.

    kept: the schedule's own folder, where its state and the copy of its policy are.
    """
    from auditor.cli.schedule_lines import event_words
    from auditor.delivery.schedule_environment import read_env_file
    from auditor.delivery.schedule_files import schedule_folder
    from auditor.delivery.schedule_state import DamagedStateError, EventKind, read_state
    from auditor.dispatch.bad_news import send_failure
    from auditor.dispatch.outfit import Outfit
    from auditor.model.text import Text
    from auditor.pipeline import beijing_now

    schedule = report.schedule
    settings = policy_of(schedule_folder(kept.parent, schedule.name), schedule.config, schedule.folder)
    if settings is None or not _anybody(settings):
        return
    environment = {**os.environ, **schedule.environment}
    last_good: datetime | None = None
    next_due: datetime | None = None
    with suppress(DamagedStateError, OSError):
        state = read_state(schedule_folder(kept.parent, schedule.name))
        last_good = state.last_good.started if state.last_good else None
        next_due = state.next_due
    zone = report.started.tzinfo
    assert zone is not None
    said: list[str | Text] = [
        Text(event_words(one, "zh", zone), event_words(one, "en", zone)) for one in report.events
    ]
    failed = report.run is not None and not report.run.good
    said += report.tail.splitlines()[-_TAIL_LINES:] if failed else []
    missed = not failed and any(one.kind is EventKind.MISSED for one in report.events)
    # Of a run that died or was missed the moment is its own, not that of the run which noticed it.
    first = min((one.first or one.since or one.at for one in report.events), default=report.started)
    lang = settings.file.audit.lang
    if schedule.env_file is not None:
        try:
            environment |= read_env_file(schedule.env_file)
        except AuditError as fault:
            # Perhaps the very reason of the failure; not every mail server asks for a password.
            show_lines([fault.describe(lang)], err=True)
    try:
        sent = send_failure(
            Outfit(settings, environment, beijing_now, lang=lang),
            name=schedule.name,
            key=f"{schedule.name}\x1f{report.started.isoformat()}",
            missed=missed,
            when=report.started if failed else first,
            said=said,
            last_good=last_good,
            next_due=next_due,
        )
    except AuditError as fault:
        show_lines([fault.describe(lang)], err=True)
        return
    _show(sent, lang)


def tell_of_error(error: AuditError, outfit: Outfit, name: str, started: datetime) -> None:
    """Mail and post that `audit run --email` could not audit; nothing where a schedule will tell it."""
    from auditor.dispatch.bad_news import send_failure
    from auditor.model.text import Text

    if os.environ.get(SCHEDULE_VARIABLE):
        return
    try:
        sent = send_failure(
            outfit,
            name=name,
            key=f"{name}\x1f{started.isoformat()}",
            missed=False,
            when=started,
            said=[Text(error.describe("zh"), error.describe("en"))],
            last_good=None,
            next_due=None,
        )
    except AuditError as fault:
        show_lines([fault.describe(outfit.lang)], err=True)
        return
    _show(sent, outfit.lang)


def _anybody(settings: Settings) -> bool:
    own, chat = settings.file.email, settings.file.chat
    return own.host is not None or any((chat.wecom, chat.dingtalk, chat.feishu))


def _show(sent: Sent, lang: str) -> None:
    for told in sent.told:
        show_lines([told.in_language(lang)], err=True)
