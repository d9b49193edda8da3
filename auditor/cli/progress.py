"""What a person sees while an audit runs: one moving line on a terminal, nothing in a log."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from types import TracebackType

import click

from auditor.model.text import Text

_STAGES = {
    "read": Text("读取", "reading"),
    "gather": Text("查询", "looking up"),
    "evidence": Text("整理证据", "sorting evidence"),
    "checks": Text("检查", "checking"),
    "plan": Text("排计划", "planning"),
    "write": Text("写出报告", "writing reports"),
}


def show_lines(lines: Iterable[str], *, err: bool = False) -> None:
    """Print lines; a reader that goes away early (`| head`) changes nothing about what was done.

    err: on standard error.

    Books, replies and file names may hold what steers a terminal: it is shown instead of sent (CWE-150).
    """
    from auditor.report.foreign import visible

    try:
        for line in lines:
            click.echo(visible(line), err=err)
        (sys.stderr if err else sys.stdout).flush()
    except BrokenPipeError:
        # What is still buffered must not fail once more when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), (sys.stderr if err else sys.stdout).fileno())


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
            from auditor.report.foreign import visible

            word = _STAGES[stage].in_language(self._lang)
            line = " ".join(visible(f"{word} {what}").split())
            click.echo(f"\r\033[K{line[:200]}", nl=False, err=True)
            self._shown = True

    def note(self, zh: str, en: str) -> None:
        """A line that stays."""
        if not self._quiet:
            from auditor.report.foreign import visible

            click.echo(visible(Text(zh, en).in_language(self._lang)), err=True)

    def __enter__(self) -> Ticker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            click.echo("\r\033[K", nl=False, err=True)
