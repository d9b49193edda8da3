"""`audit plan`: what is to be filed, in which order, by which day and with which papers."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from auditor.cli import options
from auditor.cli.main import EXIT_CLEAN, EXIT_FOUND, EXIT_INCOMPLETE
from auditor.cli.progress import Ticker, show_lines

_FORMATS = ("json", "ics", "packets")


def _formats(ctx: click.Context, param: click.Parameter, value: str) -> tuple[str, ...]:
    words = tuple(dict.fromkeys(word.strip() for word in value.split(",") if word.strip()))
    for word in words:
        if word not in _FORMATS:
            raise click.BadParameter(f"{word!r} 不是可用的格式 · is not one of: {', '.join(_FORMATS)}")
    if not words:
        raise click.BadParameter(f"至少需要一种格式 · needs one of: {', '.join(_FORMATS)}")
    return words


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
    callback=_formats,
    default=",".join(_FORMATS),
    metavar="LIST",
    help="json,ics,packets (default: all)",
)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="计划基准日 · the day to plan from (default: today in Asia/Shanghai)",
)
@options.config
@click.option(
    "--evidence",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE.jsonl",
    help="已记录的证据, 可重复 · recorded evidence, may repeat",
)
@click.option("--offline", is_flag=True, help="不访问网络 · no network at all")
@options.lang
@click.option("--show-pii", is_flag=True, help="不遮盖证件号与电话 · do not mask ID numbers and phones")
@click.option(
    "--templates",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="自己的模板 · your own templates",
)
@click.option("--quiet", is_flag=True, help="只输出错误 · print errors only")
def plan(
    books: tuple[str, ...],
    out: Path,
    formats: tuple[str, ...],
    as_of: datetime | None,
    config: Path | None,
    evidence: tuple[Path, ...],
    offline: bool,
    lang: str | None,
    show_pii: bool,
    templates: Path | None,
    quiet: bool,
) -> int:
    """把审计发现变成待办队列: 报什么、先后、期限、材料 · findings become a queue of work for each entity.

    BOOK: .xlsx .xlsm .xls .ods .csv .parquet, 文件夹或通配符 · a folder or a glob.
    """
    from auditor.pipeline import Request, audit, without_collector
    from auditor.report.plan_lines import plan_lines
    from auditor.report.plan_write import write_plan
    from auditor.report.wording import Wording
    from auditor.settings import read_settings

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
