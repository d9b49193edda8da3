"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

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


def lang(function: F) -> F:
    """--lang zh|en; None where it is not typed, so that the policy file can decide."""
    return click.option(
        "--lang", type=click.Choice(["zh", "en"]), envvar="AUDIT_LANG", help="语言 · language (default: zh)"
    )(function)


def as_of(function: F) -> F:
    """--as-of YYYY-MM-DD."""
    return click.option(
        "--as-of",
        type=click.DateTime(["%Y-%m-%d"]),
        metavar="YYYY-MM-DD",
        help="审计基准日 · the audit date (default: today in Asia/Shanghai)",
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
