"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

F = TypeVar("F", bound=Callable[..., Any])


def books(function: F) -> F:
    """BOOK…: files, folders, globs."""
    return click.argument("books", nargs=-1, required=True, metavar="BOOK…")(function)


def config(function: F) -> F:
    """--config FILE."""
    return click.option(
        "--config",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="策略文件 · the policy file (default: ./audit.toml)",
    )(function)


class _Language(click.types.StringParamType):
    """zh, en, or a code that a catalogue file is there for; looked for only when a language is typed."""

    name = "code"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from auditor.model.language import languages, unreadable

        known = languages()
        if value not in known:
            self.fail(f"{value!r} 不是可用的语言 · is not one of: {', '.join(known)}", param, ctx)
        if fault := unreadable(value):
            self.fail(f"语言目录文件无法读取 · the catalogue cannot be read: {fault}", param, ctx)
        return value

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from auditor.model.language import languages

        return [CompletionItem(code) for code in languages() if code.startswith(incomplete)]


def lang(function: F) -> F:
    """--lang zh|en or a language with a catalogue; None where it is not typed, so that the policy file can decide."""
    return click.option(
        "--lang",
        type=_Language(),
        envvar="AUDIT_LANG",
        metavar="CODE",
        help="语言: zh, en 或已添加的目录文件 · language: zh, en, or an added catalogue (default: zh)",
    )(function)


def as_of(function: F) -> F:
    """--as-of YYYY-MM-DD."""
    return click.option(
        "--as-of",
        type=click.DateTime(["%Y-%m-%d"]),
        metavar="YYYY-MM-DD",
        help="审计基准日 · the audit date (default: today in Asia/Shanghai)",
    )(function)


def portfolio(function: F) -> F:
    """--portfolio NAME."""
    return click.option(
        "--portfolio",
        metavar="NAME",
        help="台账组名称, 历史按它归集 · the name under which runs belong together (default: the policy's, else the books)",
    )(function)


def evidence(function: F) -> F:
    """--evidence FILE.jsonl, --offline."""
    function = click.option("--offline", is_flag=True, help="不访问网络 · no network at all")(function)
    return click.option(
        "--evidence",
        multiple=True,
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        metavar="FILE.jsonl",
        help="已记录的证据, 可重复 · recorded evidence, may repeat",
    )(function)


def output(function: F) -> F:
    """--show-pii, --templates DIR, --quiet."""
    function = click.option("--quiet", is_flag=True, help="只输出错误 · print errors only")(function)
    function = click.option(
        "--templates",
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        metavar="DIR",
        help="自己的报告模板 · your own report templates",
    )(function)
    return click.option(
        "--show-pii", is_flag=True, help="不遮盖证件号与电话 · do not mask ID numbers and phones"
    )(function)


def formats(known: tuple[str, ...]) -> Callable[..., tuple[str, ...] | None]:
    """The callback of a --format option that takes a list of known words."""

    def read(_ctx: click.Context, _param: click.Parameter, value: str | None) -> tuple[str, ...] | None:
        if value is None:
            return None
        words = tuple(dict.fromkeys(word.strip() for word in value.split(",") if word.strip()))
        for word in words:
            if word not in known:
                raise click.BadParameter(f"{word!r} 不是可用的格式 · is not one of: {', '.join(known)}")
        if not words:
            raise click.BadParameter(f"至少需要一种格式 · needs one of: {', '.join(known)}")
        return words

    return read
