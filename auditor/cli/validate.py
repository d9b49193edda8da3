"""`audit validate`: what the books are taken for, before any verdict."""

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
    from auditor.model.result import CellProblem, InputFate, Reading, SheetFate

_MOST = 200


@click.command(short_help="read and map only")
@options.books
@options.config
@options.lang
@click.option("--all", "everything", is_flag=True, help="列出全部问题 · list every problem, however many")
@click.option("--show-pii", is_flag=True, help="不遮盖证件号与电话 · do not mask ID numbers and phones")
def validate(
    books: tuple[str, ...], config: Path | None, lang: str | None, everything: bool, show_pii: bool
) -> int:
    """只读取与识别: 工作表的角色、列的对应、忽略的列、被拒绝的行 · parts, mapping, ignored columns, problems.

    退出状态 · exit status: 0 全部行可用 every row was taken in; 3 有行被拒绝 some were not; 2 无法读取 unreadable.
    """
    from auditor.pipeline import Request, read
    from auditor.settings.policy_file import read_settings

    settings = read_settings(config)
    lang = lang or settings.file.audit.lang
    ticker = Ticker(lang)
    with ticker:
        reading = read(Request(books=books, settings=settings), ticker).reading
    show_lines(report_lines(reading, lang, most=None if everything else _MOST, show_pii=show_pii))
    return EXIT_INCOMPLETE if reading.rejected else EXIT_CLEAN


def report_lines(reading: Reading, lang: str, *, most: int | None, show_pii: bool) -> Iterator[str]:
    """The reading in words: each file and sheet, then every row and cell that needs a look."""
    for book in reading.inputs:
        yield from _book_lines(book, lang)
    portfolio = reading.portfolio
    yield ""
    yield spoken(
        lang,
        "识别到: 备案主体 {entities} 个, 服务 {services} 个, 域名 {domains} 个, "
        "负责人 {persons} 人, 证照材料 {documents} 份, 变更订单 {orders} 个, 证据行 {observations} 行",
        "taken in: {entities} entities, {services} services, {domains} domains, {persons} persons, "
        "{documents} documents, {orders} orders, {observations} evidence rows",
        entities=len(portfolio.entities),
        services=len(portfolio.services),
        domains=len(portfolio.domains),
        persons=len(portfolio.persons),
        documents=len(portfolio.documents),
        orders=len(portfolio.orders),
        observations=len(reading.observations),
    )
    yield from _rejected_lines(reading, lang, most, show_pii=show_pii)
    yield from _problem_lines(reading, lang, most, show_pii=show_pii)


def _book_lines(book: InputFate, lang: str) -> Iterator[str]:
    yield f"{book.path}  sha256 {book.sha256[:16]}…"
    for note in book.notes:
        yield "  · " + note.render(lang)
    for sheet in book.sheets:
        yield from _sheet_lines(sheet, lang)


def _sheet_lines(sheet: SheetFate, lang: str) -> Iterator[str]:
    from auditor.model.text import LIST_SEPARATOR

    role = sheet.ref.role.text.in_language(lang)
    counts = spoken(
        lang,
        "数据行 {rows} = 采用 {accepted} + 拒绝 {rejected}",
        "rows {rows} = accepted {accepted} + rejected {rejected}",
        rows=sheet.rows,
        accepted=sheet.accepted,
        rejected=sheet.rejected,
    )
    if sheet.ref.header_row:
        head = spoken(lang, "表头在第 {row} 行", "header in row {row}", row=sheet.ref.header_row)
    else:
        head = spoken(lang, "未找到表头", "no header found")
    yield f"  [{sheet.ref.name}] {role}; {head}; {counts}"
    if sheet.ref.columns:
        pairs = [
            f"{_letters(column)} {sheet.ref.headers.get(column, '')!s} → {code}"
            for code, column in sorted(sheet.ref.columns.items(), key=lambda item: item[1])
        ]
        yield "    " + spoken(lang, "列: {pairs}", "columns: {pairs}", pairs="; ".join(pairs))
    if sheet.ignored:
        ignored = LIST_SEPARATOR.in_language(lang).join(sheet.ignored)
        yield "    " + spoken(lang, "未使用的列: {ignored}", "ignored columns: {ignored}", ignored=ignored)
    for note in sheet.notes:
        yield "    · " + note.render(lang)
    for row in sheet.set_aside:
        yield f"    · {row.cell.cell}: {row.reason.in_language(lang)}"


def _letters(column: int) -> str:
    from auditor.model.place import column_letters

    return column_letters(column)


def _rejected_lines(reading: Reading, lang: str, most: int | None, *, show_pii: bool) -> Iterator[str]:
    from auditor.model.text import show

    if not reading.rejected:
        return
    yield ""
    yield spoken(lang, "被拒绝的行: {count}", "rejected rows: {count}", count=len(reading.rejected))
    for row in reading.rejected[:most]:
        shown = show(row.shown, lang, show_pii=show_pii)
        yield f"  {row.cell}  {row.reason.in_language(lang)}" + (f"  [{shown}]" if row.shown else "")
    yield from _more(len(reading.rejected), most, lang)


def _problem_lines(reading: Reading, lang: str, most: int | None, *, show_pii: bool) -> Iterator[str]:
    if not reading.problems:
        return
    yield ""
    count = len(reading.problems)
    yield spoken(lang, "需要核对的单元格: {count}", "cells that need a look: {count}", count=count)
    for problem in reading.problems[:most]:
        yield "  " + _problem_line(problem, lang, show_pii=show_pii)
    yield from _more(count, most, lang)


def _problem_line(problem: CellProblem, lang: str, *, show_pii: bool) -> str:
    from auditor.model.text import show

    stands = show(problem.stands, lang, show_pii=show_pii)
    wrong, needed = problem.wrong.in_language(lang), problem.needed.in_language(lang)
    now = spoken(lang, "现在是: {stands}", "there now: {stands}", stands=stands)
    return f"{problem.cell}  {wrong}; {needed}; {now}"


def _more(count: int, most: int | None, lang: str) -> Iterator[str]:
    if most is not None and count > most:
        left = count - most
        more = spoken(
            lang, "…… 另有 {count} 项 (--all 列出全部)", "… and {count} more (--all lists them)", count=left
        )
        yield "  " + more
