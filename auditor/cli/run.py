"""`audit run`: audit books as one portfolio and write the reports."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from auditor.cli import options
from auditor.cli.main import EXIT_CLEAN, EXIT_FOUND, EXIT_INCOMPLETE
from auditor.cli.progress import Ticker, show_lines

if TYPE_CHECKING:
    from auditor.model.result import AuditResult
    from auditor.pipeline import Audit, Request
    from auditor.report.view import View

_FORMATS = ("html", "xlsx", "json", "csv", "annotated")


def _words(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word.strip() for part in value for word in part.split(",") if word.strip())


@click.command(short_help="audit books and write the reports")
@options.books
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="报告目录 · where the reports go (default: audit-report/)",
)
@click.option(
    "--format",
    "formats",
    callback=options.formats(_FORMATS),
    metavar="LIST",
    help="html,xlsx,json,csv,annotated (default: html,xlsx,json)",
)
@options.as_of
@options.config
@options.evidence
@options.lang
@click.option(
    "--fail-on",
    type=click.Choice(["critical", "high", "medium", "low", "never"]),
    help="退出状态 1 的阈值 · threshold of exit status 1 (default: high)",
)
@click.option(
    "--only",
    multiple=True,
    callback=_words,
    metavar="ID…",
    help="只做这些检查或类别 · only these checks or families",
)
@click.option(
    "--skip", multiple=True, callback=_words, metavar="ID…", help="跳过这些检查或类别 · leave these out"
)
@click.option("--retry-unknown", is_flag=True, help="只重查尚无答案的 · ask again only what is not known yet")
@click.option(
    "--new-only",
    is_flag=True,
    help="退出状态只看新增或加重的 · only new or worse findings count for the exit status",
)
@click.option(
    "--answers",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="REPORT.xlsx",
    help="填写过的报告, 可重复, 最新的放最后 · a filled-in report, may repeat, the newest last",
)
@click.option(
    "--since", metavar="RUN", help="与这次运行对比 · compare with this run (default: the one before)"
)
@click.option("--email", is_flag=True, help="审计后发送邮件与群消息 · mail and post the reports afterwards")
@options.portfolio
@click.option("--no-history", is_flag=True, help="不对比也不留存 · neither look back nor record the run")
@options.output
def run(
    books: tuple[str, ...],
    out: Path | None,
    formats: tuple[str, ...] | None,
    as_of: datetime | None,
    config: Path | None,
    evidence: tuple[Path, ...],
    offline: bool,
    lang: str | None,
    fail_on: str | None,
    only: tuple[str, ...],
    skip: tuple[str, ...],
    retry_unknown: bool,
    new_only: bool,
    answers: tuple[Path, ...],
    since: str | None,
    email: bool,
    portfolio: str | None,
    no_history: bool,
    show_pii: bool,
    templates: Path | None,
    quiet: bool,
) -> int:
    """审计一份或多份台账, 生成报告 · audit books as one portfolio and write the reports.

    BOOK: .xlsx .xlsm .xls .ods .csv .parquet, 文件夹或通配符 · a folder or a glob.
    """
    from auditor.past import Wanted
    from auditor.pipeline import Request, without_collector
    from auditor.settings.policy_file import read_settings

    settings = read_settings(config)
    own = settings.file.audit
    lang = lang or own.lang
    ticker = Ticker(lang, quiet=quiet)
    if settings.unused_sections:
        ticker.note(
            f"策略文件中的 {'、'.join(settings.unused_sections)} 在此命令中未使用",
            f"{', '.join(settings.unused_sections)} in the policy file is not used by this command",
        )
    order = _Order(
        out or Path(own.out),
        formats or tuple(own.formats),
        lang,
        show_pii or own.show_pii,
        templates or settings.beside(own.templates),
        answers,
    )
    request = Request(
        books=books,
        settings=settings,
        evidence=evidence,
        as_of=as_of.date() if as_of else None,
        offline=offline,
        retry_unknown=retry_unknown,
        only=only,
        skip=skip,
        past=Wanted(not no_history, since, portfolio=portfolio),
    )
    with ticker, without_collector(), ended_politely():
        if email:
            from auditor.cli.run_mail import Mailing

            mailing = Mailing(request, order.lang, order.templates)
            with mailing.telling_failure():
                finished, view, paths = _written(request, order, ticker)
        else:
            finished, view, paths = _written(request, order, ticker)
    if not quiet:
        from auditor.report.summary import summary_lines

        show_lines(summary_lines(finished.result, lang, paths, view=view))
    if email:
        from auditor.cli.email import show_sent

        show_sent(mailing.send(finished, view, order.masked_files()), lang, quiet=quiet)
    return exit_status(finished.result, fail_on or own.fail_on, new_only=new_only)


@dataclass(frozen=True)
class _Order:
    """Which reports are written where, for whom, and the filled-in ones that were named."""

    out: Path
    formats: tuple[str, ...]
    lang: str
    show_pii: bool
    templates: Path | None
    answers: tuple[Path, ...]

    def masked_files(self) -> dict[str, Path]:
        """Format → the file, of those that may be mailed."""
        from auditor.report.write import FORMATS

        chosen = () if self.show_pii else self.formats
        return {name: self.out / FORMATS[name].file for name in chosen if name in FORMATS}


def _written(request: Request, order: _Order, ticker: Ticker) -> tuple[Audit, View, tuple[Path, ...]]:
    """Audit, then write the reports and record the run, both or neither."""
    from auditor.cli.filled_in import answers_in_place, named_answers
    from auditor.pipeline import audit
    from auditor.report.view import build_view
    from auditor.report.write import FORMATS, write_reports

    books = named_answers(order.answers)
    if "xlsx" in order.formats:
        books = (*answers_in_place(order.out / FORMATS["xlsx"].file, order.answers, ticker), *books)
    finished = audit(replace(request, past=replace(request.past, answers=books)), ticker)
    for note in finished.notes:
        ticker.note(note.zh, note.en)
    ticker("write", str(order.out))
    view = build_view(finished.result)
    with finished.recorded() as later:
        paths = write_reports(
            finished.result,
            order.out,
            order.formats,
            lang=order.lang,
            show_pii=order.show_pii,
            templates=order.templates,
            protect=finished.protected,
            view=view,
            books=finished.books,
            tell=lambda told: ticker.note(told.render("zh"), told.render("en")),
        )
    for note in later:
        ticker.note(note.zh, note.en)
    return finished, view, paths


@contextmanager
def ended_politely() -> Iterator[None]:
    """A request to end (SIGTERM) ends a run as Ctrl-C does: what was being written is taken away, nothing is recorded."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


_NEWS = ("new", "worse", "lapsed")


def exit_status(result: AuditResult, fail_on: str, *, new_only: bool = False) -> int:
    """1 where something at or above the threshold fails, else 3 where the audit is incomplete, else 0.

    new_only: what failed as badly in the run before does not count; what a lapsed waiver no longer covers does.
    """
    from auditor.model.verdict import Severity

    if fail_on != "never":
        threshold = Severity.from_code(fail_on)
        counted = (one for one in result.failures if not new_only or one.change in _NEWS)
        if any(one.severity >= threshold for one in counted):
            return EXIT_FOUND
    return EXIT_CLEAN if result.run.complete else EXIT_INCOMPLETE
