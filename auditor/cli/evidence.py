"""`audit evidence`: look-ups ahead of an audit, their age and coverage, and moving them between machines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli import options
from auditor.cli.main import EXIT_CLEAN, EXIT_INCOMPLETE
from auditor.cli.progress import Ticker, show_lines
from auditor.cli.speech import spoken

if TYPE_CHECKING:
    from auditor.evidence.gathering_report import GatherReport
    from auditor.evidence.store_status import SourceStatus, StoreStatus


@click.group(short_help="look-ups, their age, export and import")
def evidence() -> None:
    """管理证据: 预先查询、查看时效与覆盖、导出与导入 · look-ups ahead of an audit, age and coverage, export and import."""


def _some_books(function: options.F) -> options.F:
    return click.argument("books", nargs=-1, metavar="[BOOK…]")(function)


@evidence.command(short_help="look up what is not known yet")
@options.books
@options.config
@options.lang
@click.option("--retry-unknown", is_flag=True, help="只重查尚无答案的 · ask again only what is not known yet")
@click.option("--quiet", is_flag=True, help="只输出错误 · print errors only")
def refresh(
    books: tuple[str, ...], config: Path | None, lang: str | None, retry_unknown: bool, quiet: bool
) -> int:
    """为台账中的域名查询证据, 存入证据库; 随时可中断, 下次继续 · may be stopped at any time; the next run goes on.

    退出状态 · exit status: 0 全部有答案 everything is answered; 3 尚有未答 something is not.
    """
    from auditor.pipeline import Request
    from auditor.settings.policy_file import read_settings
    from auditor.upkeep import refresh_evidence

    settings = read_settings(config)
    lang = lang or settings.file.audit.lang
    ticker = Ticker(lang, quiet=quiet)
    with ticker:
        known = refresh_evidence(
            Request(books=books, settings=settings, offline=False, retry_unknown=retry_unknown), ticker
        )
    for note in known.notes:
        ticker.note(note.zh, note.en)
    assert known.report is not None
    if not quiet:
        show_lines(_gathered_lines(known.report, lang))
    return EXIT_CLEAN if known.report.complete else EXIT_INCOMPLETE


def _gathered_lines(report: GatherReport, lang: str) -> Iterator[str]:
    yield spoken(
        lang,
        "查询 {asked} 次: 有应答 {answered}, 被拒绝 {refused}, 无应答 {failed}; "
        "已有未过期答案 {fresh}; 尚未到重试时间 {waiting}",
        "asked {asked}: answered {answered}, refused {refused}, failed {failed}; "
        "fresh already {fresh}; waiting for their time {waiting}",
        asked=report.asked,
        answered=report.answered,
        refused=report.refused,
        failed=report.failed,
        fresh=report.fresh,
        waiting=report.waiting,
    )
    for group, one in report.groups.items():
        if one.refused or one.failed or one.not_asked:
            reason = one.reason.in_language(lang) if one.reason else ""
            numbers = spoken(
                lang,
                "被拒绝 {refused}, 无应答 {failed}, 未查询 {not_asked}",
                "refused {refused}, failed {failed}, not asked {not_asked}",
                refused=one.refused,
                failed=one.failed,
                not_asked=one.not_asked,
            )
            yield f"  {group}: {numbers} {reason}".rstrip()
    if report.stopped:
        yield spoken(lang, "已中断; 下次运行从此处继续", "stopped; the next run goes on where it stood")


@evidence.command(short_help="age and coverage")
@_some_books
@options.config
@options.lang
def status(books: tuple[str, ...], config: Path | None, lang: str | None) -> int:
    """证据库的时效与覆盖; 给出台账时只看其中的域名 · for the domains of the books, or for all."""
    from auditor.pipeline import Request
    from auditor.settings.policy_file import read_settings
    from auditor.upkeep import evidence_status

    settings = read_settings(config)
    lang = lang or settings.file.audit.lang
    state = evidence_status(Request(books=books, settings=settings))
    if state is None:
        click.echo(spoken(lang, "证据库是空的。", "The evidence store is empty."))
        return EXIT_CLEAN
    show_lines(_status_lines(state, lang))
    return EXIT_CLEAN


def _status_lines(state: StoreStatus, lang: str) -> Iterator[str]:
    size = f", {state.size / 1e6:.1f} MB" if state.size is not None else ""
    yield spoken(
        lang,
        "观测 {observations} 条{size}; 域名 {domains} 个, 其中 {unknown} 个从未查询",
        "{observations} observations{size}; {domains} domains, {unknown} of them never looked up",
        observations=state.observations,
        size=size,
        domains=state.domains,
        unknown=len(state.unknown),
    )
    yield spoken(
        lang, "{waiting} 个查询等待重试", "{waiting} questions wait for another try", waiting=state.waiting
    )
    for one in state.sources:
        yield "  " + _source_line(one, lang)


def _source_line(one: SourceStatus, lang: str) -> str:
    span = ""
    if one.oldest is not None and one.newest is not None:
        span = f" ({one.oldest:%Y-%m-%d} – {one.newest:%Y-%m-%d})"
    failures = ", ".join(f"{word} {count}" for word, count in sorted(one.outcomes.items()))
    counts = spoken(
        lang,
        "未过期 {fresh}, 已过期 {old}, 失败 {failed}",
        "fresh {fresh}, old {old}, failed {failed}",
        fresh=one.fresh,
        old=one.old,
        failed=one.failed,
    )
    return f"{one.source}: {counts}{span} {failures}".rstrip()


@evidence.command(short_help="write the store as JSON Lines")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@_some_books
@options.config
@options.lang
def export(file: Path, books: tuple[str, ...], config: Path | None, lang: str | None) -> int:
    """把证据写成 JSON Lines (.jsonl 或 .jsonl.gz), 供另一台机器导入 · for `import` on another machine."""
    from auditor.pipeline import Request
    from auditor.settings.policy_file import read_settings
    from auditor.upkeep import export_evidence

    settings = read_settings(config)
    lang = lang or settings.file.audit.lang
    count = export_evidence(Request(books=books, settings=settings), file)
    click.echo(
        spoken(
            lang,
            "已写出 {count} 条观测: {file}",
            "{count} observations written to {file}",
            count=count,
            file=file,
        )
    )
    return EXIT_CLEAN


@evidence.command(name="import", short_help="take recorded evidence in")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@options.config
@options.lang
def import_files(files: tuple[Path, ...], config: Path | None, lang: str | None) -> int:
    """导入 JSON Lines 证据, 或注册商导出、工信部查询结果的表格 · JSON Lines, or books of registrar and ministry results."""
    from auditor.pipeline import Request
    from auditor.settings.policy_file import read_settings
    from auditor.upkeep import import_evidence

    settings = read_settings(config)
    lang = lang or settings.file.audit.lang
    taken = import_evidence(Request(books=tuple(str(file) for file in files), settings=settings))
    click.echo(
        spoken(
            lang,
            "新增 {added} 条观测, {known} 条已存在",
            "{added} observations taken in, {known} stood there already",
            added=taken.added,
            known=taken.known,
        )
    )
    show_lines(("  " + problem.in_language(lang) for problem in taken.problems), err=True)
    return EXIT_INCOMPLETE if taken.problems else EXIT_CLEAN
