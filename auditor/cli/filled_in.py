"""The report that stands where the next one will be written: what people typed into it goes on into the next."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.cli.progress import Ticker
from auditor.errors import InputError
from auditor.report.staging import cannot_write

if TYPE_CHECKING:
    from auditor.report.answers import AnswerBook


def named_answers(paths: Iterable[Path]) -> tuple[AnswerBook, ...]:
    """The filled-in reports that were named. InputError for one that cannot be read."""
    from auditor.report.answers import read_answers

    return tuple(read_answers(path, path.name) for path in paths)


def answers_in_place(last: Path, named: Collection[Path], ticker: Ticker) -> tuple[AnswerBook, ...]:
    """What somebody typed into the last report, which the next one is written over; nothing where it was named itself.

    One that cannot be read back is copied aside. OutputError where that fails.
    """
    from auditor.report.answers import read_answers, saved_by_somebody

    if not last.is_file() or last.resolve() in {path.resolve() for path in named}:
        return ()
    if not saved_by_somebody(last):
        return ()
    try:
        found = read_answers(last, last.name)
    except InputError as fault:
        copy = _copy_aside(last)
        ticker.note(
            f"{last} 中填写的内容无法读取, 已另存为 {copy.name}: {fault.zh}",
            f"What is typed into {last} cannot be read; it is kept as {copy.name}: {fault.en}",
        )
        return ()
    typed = sum(1 for one in found.answers if any(one.typed))
    if not typed:
        return ()
    ticker.note(
        f"沿用 {last} 中填写的处理意见: {typed} 条",
        f"Answers typed into {last} are carried on: {typed}",
    )
    return (found,)


def _copy_aside(path: Path) -> Path:
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:8]
        copy = path.with_name(f"{path.stem}.kept-{digest}{path.suffix}")
        if not copy.exists():
            shutil.copy2(path, copy)
    except OSError as problem:
        raise cannot_write(path, problem) from problem
    return copy
