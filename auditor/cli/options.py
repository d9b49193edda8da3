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
