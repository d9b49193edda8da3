"""`audit report`: an earlier run's reports made again, in other formats or the other language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli import options
from auditor.cli.history import run_meant
from auditor.cli.main import EXIT_CLEAN
from auditor.cli.progress import Ticker, show_lines
from auditor.cli.remembered import nothing_recorded, portfolio, remembered
from auditor.errors import OutputError

if TYPE_CHECKING:
    from auditor.model.result import AuditResult

_FORMATS = ("html", "xlsx", "json", "csv", "annotated")
_COPIES = ("*.annotated.xls?", "*.notes.xlsx")


@click.command(short_help="an earlier run's reports once more")
@click.argument("run", metavar="RUN")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="报告目录 · where the reports go (default: audit-report-RUN/)",
)
@click.option(
    "--format",
    "formats",
    callback=options.formats(_FORMATS),
    metavar="LIST",
    help="html,xlsx,json,csv,annotated (default: html,xlsx,json)",
)
@click.option("--replace", is_flag=True, help="覆盖目录中已有的报告 · write over reports that stand there")
@portfolio
@options.config
@options.lang
@options.output
def report(
    run: str,
    out: Path | None,
    formats: tuple[str, ...] | None,
    replace: bool,
    portfolio: str | None,
    config: Path | None,
    lang: str | None,
    show_pii: bool,
    templates: Path | None,
    quiet: bool,
) -> int:
    """用留存的结果重新生成以往某次审计的报告, 内容不变 · an earlier run's reports from its kept result, nothing judged anew.

    RUN: 运行编号、其开头几位, 或 last · its id, the beginning of it, or last. 批注副本只在台账原样留在原处时生成 · copies
    of the books are annotated only where these still stand as they were.
    """
    from auditor.model.text import Message
    from auditor.pipeline import beijing_now, without_collector
    from auditor.report.summary import summary_lines
    from auditor.report.write import write_reports
    from auditor.settings.policy_file import read_settings

    settings = read_settings(config)
    own = settings.file.audit
    lang = lang or own.lang
    chosen = formats or tuple(own.formats)
    ticker = Ticker(lang, quiet=quiet)

    def tell(told: Message) -> None:
        if not quiet:
            show_lines([told.render(lang)], err=True)

    with ticker, without_collector():
        with remembered(settings, beijing_now) as store:
            if store is None:
                raise nothing_recorded()
            found = run_meant(store, settings, portfolio, run)
            folder = out or Path(f"audit-report-{found.id}")
            if not replace:
                _refuse_to_replace(folder, chosen)
            result = store.restored(found.id, found.portfolio)
        ticker("write", str(folder))
        books = _books(result)
        paths = write_reports(
            result,
            folder,
            chosen,
            lang=lang,
            show_pii=show_pii or own.show_pii,
            templates=templates or settings.beside(own.templates),
            protect=[path.resolve() for path in books.values()],
            books=books,
            tell=tell,
        )
    if not quiet:
        show_lines(summary_lines(result, lang, paths))
    return EXIT_CLEAN


def _books(result: AuditResult) -> Mapping[str, Path]:
    """The books that still stand where they were named from, by their names in the reports.

    Whether their content is still the same is looked at when they are annotated.
    """
    return {one.path: path for one in result.reading.inputs if (path := Path(one.path)).is_file()}


def _refuse_to_replace(folder: Path, formats: Sequence[str]) -> None:
    """What somebody may have filled in or signed is never written over unasked."""
    if standing := sorted(_standing(folder, formats)):
        listed = ", ".join(path.name for path in standing)
        raise OutputError(
            f"目录中已有报告, 未覆盖: {listed}",
            f"Reports stand there already and were not written over: {listed}",
            hint_zh="用 --out 指定其他目录, 或加 --replace 覆盖",
            hint_en="Name another folder with --out, or add --replace to write over them",
            where=str(folder),
        )


def _standing(folder: Path, formats: Sequence[str]) -> Iterator[Path]:
    from auditor.report.write import FORMATS

    for name in formats:
        if name in FORMATS:
            path = folder / FORMATS[name].file
            if path.exists():
                yield path
        else:
            for pattern in _COPIES:
                yield from folder.glob(pattern)
