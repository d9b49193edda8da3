"""`audit waive`: accepts a finding for a time, or takes over what people accepted in a filled-in report."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli import options
from auditor.cli.main import EXIT_CLEAN, EXIT_INCOMPLETE
from auditor.cli.progress import show_lines
from auditor.cli.remembered import portfolio
from auditor.errors import PolicyError, UsageError

if TYPE_CHECKING:
    from auditor.settings.policy_file import Settings


@click.command(
    short_help="accept a finding for a time",
    epilog="退出状态 · exit status: 0 已登记 recorded; 2 未登记 refused; 3 部分行未采用 some rows could not be used (--from).",
)
@click.argument("fingerprint", required=False)
@click.option(
    "--check",
    metavar="ID",
    help="检查编号, 与 --target 代替指纹 · check id, with --target instead of a fingerprint",
)
@click.option("--target", metavar="TARGET", help="对象, 按报告中的写法 · the target as the report names it")
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="接受至, 当日有效 (北京时间) · last day, included, in Asia/Shanghai",
)
@click.option("--reason", metavar="TEXT", help="接受的理由 · why it is accepted")
@click.option("--by", metavar="WHO", help="由谁接受 · who accepts it")
@click.option("--approver", metavar="WHO", help="批准人 · who approves it")
@click.option(
    "--from",
    "answers",
    type=click.Path(path_type=Path),
    metavar="REPORT.xlsx",
    help="读取已填写的报告 · take over a filled-in report",
)
@click.option("--dry-run", is_flag=True, help="只说明会怎样, 不写入 · say what would be done, write nothing")
@click.option("--force", is_flag=True, help="历史库中没有的也登记 · also what the history does not know")
@portfolio
@options.config
@options.lang
@click.option("--quiet", is_flag=True, help="只输出错误与未采用的行 · print errors and unusable rows only")
def waive(
    fingerprint: str | None,
    check: str | None,
    target: str | None,
    until: datetime | None,
    reason: str | None,
    by: str | None,
    approver: str | None,
    answers: Path | None,
    dry_run: bool,
    force: bool,
    portfolio: str | None,
    config: Path | None,
    lang: str | None,
    quiet: bool,
) -> int:
    """在期限内接受一项发现 (检查照常进行, 结论照常显示) · accept a finding for a time; its check still runs and shows.

    FINGERPRINT: 发现的指纹, 或最近一次审计中可唯一识别的开头 8 位以上 · its fingerprint, or at least 8 digits of it that
    only one finding of the newest run begins with.
    """
    from auditor.pipeline import beijing_now
    from auditor.report.wording import Wording
    from auditor.settings.policy_file import read_settings

    settings = read_settings(config)
    words = Wording(lang or settings.file.audit.lang)
    refuse_without_history(settings)
    single = (("FINGERPRINT", fingerprint), ("--check", check), ("--target", target), ("--until", until), ("--reason", reason), ("--by", by))  # fmt: skip
    if answers is not None:
        if given := [name for name, value in single if value is not None]:
            raise UsageError(
                f"--from 从报告中读取一切, 不能同时使用: {', '.join(given)}",
                f"--from takes everything from the report; these do not go with it: {', '.join(given)}",
            )
        from auditor.cli.waive_answers import take_answers, taken_lines, unused_lines

        taken = take_answers(
            answers,
            settings,
            beijing_now,
            portfolio=portfolio,
            approver=(approver or "").strip(),
            force=force,
            dry_run=dry_run,
        )
        if not quiet:
            show_lines(taken_lines(taken, words))
        # What could not be used is told even where nothing else is.
        show_lines(unused_lines(taken, words), err=True)
        return EXIT_INCOMPLETE if taken.unused else EXIT_CLEAN
    from auditor.cli.waive_finding import Acceptance, accept_finding
    from auditor.cli.waiver_lines import accepted_lines

    done = accept_finding(
        Acceptance(
            fingerprint=fingerprint,
            check=check,
            target=target,
            until=_day(until),
            reason=reason,
            by=by,
            approver=approver or "",
        ),
        settings,
        beijing_now,
        portfolio=portfolio,
        force=force,
        dry_run=dry_run,
    )
    if not quiet:
        show_lines(accepted_lines(done, words))
    return EXIT_CLEAN


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def refuse_without_history(settings: Settings) -> None:
    """A waiver that no run would ever see must not be recorded. PolicyError where the policy has no history."""
    if not settings.file.history.enabled:
        raise PolicyError(
            "策略关闭了历史库 (enabled = false), 豁免登记后不会被任何审计采用",
            "The policy has switched the history off (enabled = false); no audit would heed a waiver",
            hint_zh="在 [history] 中改为 enabled = true, 或用 `audit run --answers` 直接采用已填写的报告",
            hint_en="Say enabled = true under [history], or use `audit run --answers` with a filled-in report",
            where=settings.where("history", "enabled"),
        )
