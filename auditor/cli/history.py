"""`audit history` and `audit diff`: what earlier runs found, and what is another thing between two of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from auditor.cli import options
from auditor.cli.main import EXIT_CLEAN, EXIT_FOUND
from auditor.cli.progress import show_lines
from auditor.cli.remembered import meant, meant_one, nothing_recorded, portfolio, remembered
from auditor.cli.speech import spoken
from auditor.errors import UsageError

if TYPE_CHECKING:
    from auditor.history.records import RunRecord
    from auditor.history.store import History
    from auditor.settings.policy_file import Settings

_RUNS_SHOWN = 20
_LINES_SHOWN = 50


def show_json(content: dict[str, Any]) -> None:
    """Print a document for a program."""
    show_lines([json.dumps(content, ensure_ascii=False, indent=1)])


@click.command(short_help="earlier runs")
@portfolio
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    metavar="N",
    help="每个台账组最多列出几次, 0 为全部 · runs of a portfolio, 0 for all (default: 20, with --json all)",
)
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 · as JSON")
@options.config
@options.lang
def history(
    portfolio: str | None, limit: int | None, as_json: bool, config: Path | None, lang: str | None
) -> int:
    """列出以往的审计, 最近的在前: 各级发现、无法判定、已豁免、是否完整 · earlier runs, newest first, with their counts."""
    from auditor.cli.history_lines import history_lines, run_content
    from auditor.pipeline import beijing_now
    from auditor.report.wording import Wording
    from auditor.settings.policy_file import read_settings

    settings = read_settings(config)
    words = Wording(lang or settings.file.audit.lang)
    limit = limit if limit is not None else 0 if as_json else _RUNS_SHOWN
    with remembered(settings, beijing_now) as store:
        if store is None and portfolio is not None:
            raise nothing_recorded()
        found = [] if store is None else [(one, store.runs(one)) for one in meant(store, settings, portfolio)]
    groups = [(name, runs, runs[:limit] if limit else runs) for name, runs in found]
    if as_json:
        listed = [
            {"name": words.say(name), "total": len(runs), "runs": [run_content(one, words) for one in shown]}
            for name, runs, shown in groups
        ]
        show_json({"schema": "filing-history/1", "portfolios": listed})
        return EXIT_CLEAN

    def lines() -> Iterator[str]:
        for number, (name, runs, shown) in enumerate(groups):
            if number:
                yield ""
            yield from history_lines(name, shown, len(runs), words)
        if not groups:
            yield spoken(words.lang, "历史库中还没有审计记录", "The history has no run yet")

    show_lines(lines())
    return EXIT_CLEAN


@click.command(short_help="what changed between two runs")
@click.argument("runs", nargs=-1, metavar="[RUN] [RUN]")
@portfolio
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=_LINES_SHOWN,
    show_default=True,
    metavar="N",
    help="每类最多列出几项, 0 为全部; JSON 总是全部 · lines of a list, 0 for all; JSON has them all",
)
@click.option(
    "--exit-code",
    is_flag=True,
    help="有新增、加重或豁免到期时以 1 结束 · end with 1 where something is new, worse or no longer waived",
)
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 · as JSON")
@options.config
@options.lang
def diff(
    runs: tuple[str, ...],
    portfolio: str | None,
    limit: int,
    exit_code: bool,
    as_json: bool,
    config: Path | None,
    lang: str | None,
) -> int:
    """两次审计之间的变化: 发现、豁免、台账、外部事实 · what is another thing between two runs.

    RUN: 运行编号、其开头几位, 或 last · an id, its beginning, or last. 不写为最近两次; 写一次为该次与最近一次 · none: the
    last two; one: that against the newest.
    """
    from auditor.cli.difference import side_by_side
    from auditor.cli.difference_lines import difference_content, difference_lines
    from auditor.past import waiver_rules
    from auditor.pipeline import beijing_now
    from auditor.report.wording import Wording
    from auditor.settings.policy_file import read_settings

    settings = read_settings(config)
    words = Wording(lang or settings.file.audit.lang)
    with remembered(settings, beijing_now) as store:
        if store is None:
            raise nothing_recorded()
        before, after = _pair(store, settings, portfolio, runs)
        told = side_by_side(store, before, after, waiver_rules(settings))
    if as_json:
        show_json(difference_content(told, words))
    else:
        show_lines(difference_lines(told, words, limit))
    return EXIT_FOUND if exit_code and told.worsened else EXIT_CLEAN


def _pair(
    store: History, settings: Settings, named: str | None, asked: tuple[str, ...]
) -> tuple[RunRecord, RunRecord]:
    """The two runs that are meant, the earlier one first."""
    if len(asked) > 2:
        raise UsageError(
            f"最多比较两次审计, 现在写了 {len(asked)} 次",
            f"Two runs can be compared; {len(asked)} are given",
        )
    first = run_meant(store, settings, named, asked[0]) if asked else None
    if first is not None and len(asked) == 2:
        return first, run_meant(store, settings, named, asked[1])
    runs = store.runs(first.portfolio if first is not None else meant_one(store, settings, named))
    newest = runs[0] if runs else None
    if newest is not None and first is not None and first.number != newest.number:
        return first, newest
    if newest is None or len(runs) < 2:
        raise UsageError(
            "只有一次审计记录, 比较需要两次",
            "There is one run only; a comparison needs two",
            hint_zh="`audit history` 列出全部审计",
            hint_en="`audit history` lists all runs",
        )
    return runs[1], newest


def run_meant(store: History, settings: Settings, named: str | None, asked: str) -> RunRecord:
    """The run that is meant by an id, its beginning or "last"; for the last one it must be clear of which portfolio."""
    if asked == "last":
        return store.run(asked, meant_one(store, settings, named))
    found = meant(store, settings, named) if named is not None else ()
    return store.run(asked, found[0] if found else None)
