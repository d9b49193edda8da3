"""The report that stands where the next one will be written: what people typed into it goes on into the next."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from auditor.cli.progress import Ticker
from auditor.errors import InputError
from auditor.report.staging import cannot_write


def with_filled_in(out: Path, answers: tuple[Path, ...], ticker: Ticker) -> tuple[Path, ...]:
    """The filled-in reports to read: those named, and before them the last one in `out` where somebody saved it since.

    One that cannot be read back is copied aside, since the new report takes its place. OutputError where that fails.
    """
    from auditor.report.answers import read_answers, saved_by_somebody
    from auditor.report.write import FORMATS

    last = out / FORMATS["xlsx"].file
    named = {path.resolve() for path in answers}
    if not last.is_file() or last.resolve() in named or not saved_by_somebody(last):
        return answers
    try:
        found = read_answers(last, last.name)
    except InputError as fault:
        copy = _copy_aside(last)
        ticker.note(
            f"{last} 中填写的内容无法读取, 已另存为 {copy.name}: {fault.zh}",
            f"What is typed into {last} cannot be read; it is kept as {copy.name}: {fault.en}",
        )
        return answers
    typed = sum(1 for one in found.answers if any(one.typed))
    if not typed:
        return answers
    ticker.note(
        f"沿用 {last} 中填写的处理意见: {typed} 条",
        f"Answers typed into {last} are carried on: {typed}",
    )
    return (last, *answers)


def _copy_aside(path: Path) -> Path:
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:8]
        copy = path.with_name(f"{path.stem}.kept-{digest}{path.suffix}")
        if not copy.exists():
            shutil.copy2(path, copy)
    except OSError as problem:
        raise cannot_write(path, problem) from problem
    return copy
