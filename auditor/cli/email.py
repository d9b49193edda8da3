"""`audit email`: send a run's report, or what an earlier run could not send."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli import options
from auditor.cli.main import EXIT_CLEAN, EXIT_INCOMPLETE, EXIT_UNABLE
from auditor.cli.progress import Ticker
from auditor.cli.remembered import nothing_recorded, portfolio, remembered

if TYPE_CHECKING:
    from auditor.dispatch.outfit import Sent


@click.command(
    short_help="send a run's report",
    epilog="退出状态 · exit status: 0 已发送或无需发送 sent, or nothing due; 2 被拒绝或设置有误 refused, or the settings are wrong; "
    "3 部分在发件箱中等待 some of it waits in the outbox.",
)
@click.argument("run", metavar="[RUN]", required=False, default="last")
@click.option(
    "--dry-run",
    "dry_run",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="只把邮件写成 .eml 文件 · write the mails as .eml files, send nothing",
)
@click.option("--again", is_flag=True, help="即使已发送过也再发 · although it was sent before")
@portfolio
@options.config
@options.lang
@click.option("--quiet", is_flag=True, help="只输出错误 · print errors only")
def email(
    run: str,
    dry_run: Path | None,
    again: bool,
    portfolio: str | None,
    config: Path | None,
    lang: str | None,
    quiet: bool,
) -> int:
    """把某次审计的报告发给策略文件 [email] 与 [chat] 中的收件人 · send a run's report to the readers of [email] and [chat].

    RUN: 运行编号、其开头几位, 默认最近一次 · its id or the beginning of it; the newest where none is named.
    """
    from auditor.cli.history import run_meant
    from auditor.dispatch.audit_news import send_audit
    from auditor.dispatch.outfit import Outfit, check_mail
    from auditor.pipeline import beijing_now, without_collector
    from auditor.report.view import build_view
    from auditor.settings.policy_file import read_settings

    settings = read_settings(config)
    lang = lang or settings.file.audit.lang
    check_mail(settings, os.environ, dry=dry_run is not None)
    ticker = Ticker(lang, quiet=quiet)
    with ticker, without_collector(), remembered(settings, beijing_now) as store:
        if store is None:
            raise nothing_recorded()
        found = run_meant(store, settings, portfolio, run)
        result = store.restored(found.id, found.portfolio)
        outfit = Outfit(
            settings,
            os.environ,
            beijing_now,
            templates=settings.beside(settings.file.audit.templates),
            dry_run=dry_run,
            again=again,
            lang=lang,
        )
        sent = send_audit(build_view(result), found.portfolio, outfit, history=store)
    show_sent(sent, lang, quiet=quiet)
    return status_of(sent)


def show_sent(sent: Sent, lang: str, *, quiet: bool) -> None:
    """Print what became of it on standard error; of faults also where quiet was asked for."""
    from auditor.report.foreign import visible

    for told in sent.lines(quiet=quiet):
        click.echo(visible(told.in_language(lang)), err=True)


def status_of(sent: Sent) -> int:
    """2 where something was refused or the settings are wrong, else 3 where something waits, else 0."""
    if sent.refused or sent.blocked:
        return EXIT_UNABLE
    return EXIT_INCOMPLETE if sent.waiting else EXIT_CLEAN
