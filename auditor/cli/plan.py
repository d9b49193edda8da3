"""`audit plan`: what is to be filed, in which order, by which day and with which papers."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from auditor.cli import options
from auditor.cli.main import EXIT_CLEAN, EXIT_FOUND, EXIT_INCOMPLETE
from auditor.cli.progress import Ticker, show_lines

_FORMATS = ("json", "ics", "packets")


@click.command(
    short_help="the work to do, a queue per entity",
    epilog="退出状态 · exit status: 0 都来得及 all in time; 1 有来不及的 something is too late; 2 无法规划 could not plan; "
    "3 审计不完整 incomplete.",
)
@options.books
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("audit-plan"),
    metavar="DIR",
    help="计划目录 · where the plan goes (default: audit-plan/)",
)
@click.option(
    "--format",
    "formats",
    callback=options.formats(_FORMATS),
    default=",".join(_FORMATS),
    metavar="LIST",
    help="json,ics,packets (default: all)",
)
@options.as_of
@options.config
@options.evidence
@options.lang
@options.portfolio
@options.output
def plan(
    books: tuple[str, ...],
    out: Path,
    formats: tuple[str, ...],
    as_of: datetime | None,
    config: Path | None,
    evidence: tuple[Path, ...],
    offline: bool,
    lang: str | None,
    portfolio: str | None,
    show_pii: bool,
    templates: Path | None,
    quiet: bool,
) -> int:
    """把审计发现变成待办队列: 报什么、先后、期限、材料 · findings become a queue of work for each entity.

    BOOK: .xlsx .xlsm .xls .ods .csv .parquet, 文件夹或通配符 · a folder or a glob.
    """
    from auditor.past import Wanted
    from auditor.pipeline import Request, audit, without_collector
    from auditor.report.plan_lines import plan_lines
    from auditor.report.plan_write import write_plan
    from auditor.report.wording import Wording
    from auditor.settings.policy_file import read_settings

    settings = read_settings(config)
    own = settings.file.audit
    lang = lang or own.lang
    words = Wording(lang, show_pii or own.show_pii)
    ticker = Ticker(lang, quiet=quiet)
    with ticker, without_collector():
        finished = audit(
            Request(
                books=books,
                settings=settings,
                evidence=evidence,
                as_of=as_of.date() if as_of else None,
                offline=offline,
                past=Wanted(portfolio=portfolio),
            ),
            ticker,
        )
        for note in finished.notes:
            ticker.note(note.zh, note.en)
        made = finished.result.plan
        assert made is not None
        ticker("write", str(out))
        paths = write_plan(
            finished.result,
            made,
            out,
            formats,
            words,
            templates=templates or settings.beside(own.templates),
            protect=finished.protected,
        )
    if not quiet:
        named = [path for path in paths if path.parent == out]
        lines = [
            *plan_lines(made, words),
            "",
            words.label("plan_line_files"),
            *(f"  {path}" for path in named),
        ]
        if len(named) < len(paths):
            lines.append(f"  {out / 'packets'} ({len(paths) - len(named)})")
        show_lines(lines)
    if made.late_first:
        return EXIT_FOUND
    return EXIT_CLEAN if finished.result.run.complete else EXIT_INCOMPLETE
