"""Recorded runs in words and as a document, for `audit history`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

from auditor.model.text import Text, mask_text, say
from auditor.model.values import BEIJING
from auditor.model.verdict import Severity

if TYPE_CHECKING:
    from auditor.history.records import RunRecord
    from auditor.report.wording import Wording

SEVERITIES = tuple(sorted(Severity, reverse=True))
YES, NO = Text("是", "yes"), Text("否", "no")
_HEADS = (
    Text("运行编号", "run"),
    Text("基准日", "as of"),
    *(one.text for one in SEVERITIES),
    Text("无法判定", "undecided"),
    Text("已豁免", "waived"),
    Text("完整", "complete"),
    Text("可重出", "kept"),
    Text("台账", "books"),
)
_NUMBERS = range(2, 4 + len(SEVERITIES))


def history_lines(name: str, runs: Sequence[RunRecord], total: int, words: Wording) -> Iterator[str]:
    """The runs of one portfolio, newest first, as a table, then why the newest is incomplete where it is."""
    yield words.say(
        say("台账组 {name} (审计次数: {total})", "Portfolio {name} (runs: {total})", name=name, total=total)
    )
    rows = [[words.say(head) for head in _HEADS], *(_row(one, words) for one in runs)]
    yield from table_lines(rows, right=_NUMBERS)
    for one in runs[:1]:
        for why in one.incomplete_because:
            yield "  " + words.say(
                say("{run} 不完整: {why}", "{run} is incomplete: {why}", run=one.id, why=why)
            )
    if len(runs) < total:
        left = total - len(runs)
        yield "  " + words.say(
            say(
                "未列出较早的 {left} 次 (--limit 0 列出全部)",
                "earlier runs not shown: {left} (--limit 0 shows all)",
                left=left,
            )
        )


def _row(one: RunRecord, words: Wording) -> list[str]:
    return [
        one.id,
        one.as_of.isoformat(),
        *(words.number(one.by_severity.get(severity, 0)) for severity in SEVERITIES),
        words.number(one.unknown),
        words.number(one.waived),
        words.say(YES if one.complete else NO),
        words.say(YES if one.kept else NO),
        _books(one, words),
    ]


def _books(one: RunRecord, words: Wording) -> str:
    paths = [path for path, _sha256 in one.inputs]
    if len(paths) < 2:
        return words.say(paths[0]) if paths else "—"
    return words.say(
        say("{first} 及另外 {more} 份", "{first} and {more} more", first=paths[0], more=len(paths) - 1)
    )


def table_lines(
    rows: Sequence[Sequence[str]], right: Collection[int] = (), indent: str = "  "
) -> Iterator[str]:
    """Rows with their columns under one another, Chinese characters two wide. right: columns set to the right."""
    widths = [max(_width(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = []
        for place, (cell, width) in enumerate(zip(row, widths, strict=True)):
            blank = " " * (width - _width(cell))
            cells.append(blank + cell if place in right else cell + blank)
        yield (indent + "  ".join(cells)).rstrip()


def _width(text: str) -> int:
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def moment(when: datetime) -> str:
    """A moment in Beijing time, to the second."""
    return when.astimezone(BEIJING).isoformat(timespec="seconds")


def run_content(one: RunRecord, words: Wording) -> dict[str, Any]:
    """One run for a program; names masked, reasons in the reader's language."""
    return {
        "id": one.id,
        "number": one.number,
        "as_of": one.as_of.isoformat(),
        "started_at": moment(one.started_at),
        "finished_at": moment(one.finished_at),
        "recorded_at": moment(one.recorded_at),
        "version": one.version,
        "offline": one.offline,
        "complete": one.complete,
        "findings": {severity.code: one.by_severity.get(severity, 0) for severity in SEVERITIES},
        "unknown": one.unknown,
        "waived": one.waived,
        "passed": one.passed,
        "baseline": one.baseline,
        "inputs": [{"path": mask_text(path), "sha256": sha256} for path, sha256 in one.inputs],
        "evidence": [
            {"name": mask_text(name), "sha256": sha256 or None, "observations": count}
            for name, sha256, count in one.evidence
        ],
        "incomplete_because": [words.say(why) for why in one.incomplete_because],
        "kept": one.kept,
    }
