"""`audit init`: an empty portfolio template and a commented policy file to start from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from auditor.cli import options
from auditor.cli.main import EXIT_CLEAN
from auditor.cli.speech import spoken


@click.command(short_help="write an empty template and policy file")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=".", metavar="[DIR]")
@options.lang
def init(folder: Path, lang: str | None) -> int:
    """生成空白台账模板与策略文件 · write an empty portfolio template and a commented audit.toml.

    已有的文件不会被覆盖 · files that are there already are never written over.
    """
    from auditor.cli.starter import BOOK_NAME, POLICY_NAME, policy_text, template_book
    from auditor.errors import UsageError
    from auditor.report.staging import write_together

    book, policy = folder / BOOK_NAME, folder / POLICY_NAME
    present = [str(path) for path in (book, policy) if path.exists() or path.is_symlink()]
    if present:
        raise UsageError(
            f"文件已存在, 未写入任何内容: {'、'.join(present)}",
            f"Nothing was written, for these files are there already: {', '.join(present)}",
            hint_zh="换一个文件夹 (audit init DIR), 或先移走已有的文件",
            hint_en="Choose another folder (audit init DIR), or move the files away first",
        )
    write_together([(book, _writer(template_book())), (policy, _writer(policy_text().encode()))])
    lang = lang or "zh"
    click.echo(
        spoken(lang, "已生成: {book}、{policy}", "Written: {book}, {policy}", book=book, policy=policy)
    )
    click.echo(
        spoken(
            lang,
            "填好工作簿后运行: audit validate {book}",
            "Fill the workbook in, then: audit validate {book}",
            book=book,
        )
    )
    return EXIT_CLEAN


def _writer(content: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(content)

    return write
