"""What a person sees while an audit runs: one moving line on a terminal, nothing in a log."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from types import TracebackType

import click

_STAGES = {
    "read": ("读取", "reading"),
    "gather": ("查询", "looking up"),
    "evidence": ("整理证据", "sorting evidence"),
    "checks": ("检查", "checking"),
    "plan": ("排计划", "planning"),
    "write": ("写出报告", "writing reports"),
}


def show_lines(lines: Iterable[str]) -> None:
    """Print lines; a reader that goes away early (`| head`) changes nothing about what was done."""
    try:
        for line in lines:
            click.echo(line)
        sys.stdout.flush()
    except BrokenPipeError:
        # What is still buffered must not fail once more when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Ticker:
    """Progress on standard error, only where that is a terminal and the caller did not ask for quiet."""

    def __init__(self, lang: str, *, quiet: bool = False) -> None:
        self._lang = lang
        self._quiet = quiet
        self._moving = not quiet and sys.stderr.isatty()
        self._shown = False

    def __call__(self, stage: str, what: str) -> None:
        """Show a stage and what is being looked at."""
        if self._moving:
            zh, en = _STAGES[stage]
            word = en if self._lang == "en" else zh
            click.echo(f"\r\033[K{word} {what}"[:200], nl=False, err=True)
            self._shown = True

    def note(self, zh: str, en: str) -> None:
        """A line that stays."""
        if not self._quiet:
            click.echo(en if self._lang == "en" else zh, err=True)

    def __enter__(self) -> Ticker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            click.echo("\r\033[K", nl=False, err=True)
