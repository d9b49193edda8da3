"""`audit waivers`: what is accepted, by whom, until when, and taking an acceptance back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli import options
from auditor.cli.history import show_json
from auditor.cli.main import EXIT_CLEAN
from auditor.cli.progress import show_lines
from auditor.cli.remembered import Clock, audit_day, meant, nothing_recorded, portfolio, remembered
from auditor.errors import UsageError

if TYPE_CHECKING:
    from auditor.cli.waiver_standing import Accepted, Standings
    from auditor.history.store import History
    from auditor.report.wording import Wording
    from auditor.settings.policy_file import Settings


@click.group(short_help="what is accepted", invoke_without_command=True)
@portfolio
@click.option(
    "--all",
    "every",
    is_flag=True,
    help="也列出已撤销的和已无所涉问题的到期豁免 · also withdrawn ones and lapsed ones with nothing left to accept",
)
@click.option("--trail", is_flag=True, help="列出每一次登记、延长、缩短、撤销 · every change ever made")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 · as JSON")
@options.as_of
@options.config
@options.lang
@click.pass_context
def waivers(
    ctx: click.Context,
    portfolio: str | None,
    every: bool,
    trail: bool,
    as_json: bool,
    as_of: datetime | None,
    config: Path | None,
    lang: str | None,
) -> int:
    """列出豁免及其状态: 有效、即将到期、已到期、不予采用、未用到 · what is accepted, by whom, until when, and how it stands.

    状态按 --as-of 或今日 (北京时间) 判断, 所涉问题取自最近一次审计 · judged on --as-of or today in Asia/Shanghai, with the
    findings of the newest run.
    """
    from auditor.cli.waiver_lines import standing_lines, standings_content
    from auditor.cli.waiver_standing import standings
    from auditor.model.text import Text
    from auditor.past import waiver_rules
    from auditor.pipeline import beijing_now
    from auditor.report.wording import Wording
    from auditor.settings.policy_file import read_settings

    if ctx.invoked_subcommand is not None:
        # What was typed before the word of the subcommand is meant for it, too.
        ctx.obj = {"portfolio": portfolio, "config": config, "lang": lang}
        return EXIT_CLEAN
    settings = read_settings(config)
    words = Wording(lang or settings.file.audit.lang)
    day, rules = audit_day(as_of, settings, beijing_now), waiver_rules(settings)
    told: list[Standings] = []
    with remembered(settings, beijing_now) as store:
        if store is None and portfolio is not None:
            raise nothing_recorded()
        if store is not None:
            told = [standings(store, name, rules, day) for name in meant(store, settings, portfolio)]
    if as_json:
        listed = [standings_content(one, words, every=every, trail=trail) for one in told]
        show_json({"schema": "filing-waivers/1", "as_of": day.isoformat(), "portfolios": listed})
        return EXIT_CLEAN

    def lines() -> Iterator[str]:
        for number, one in enumerate(told):
            if number:
                yield ""
            yield from standing_lines(one, words, every=every, trail=trail)
        if not told:
            yield words.say(Text("没有登记任何豁免", "No waiver is on record"))

    show_lines(lines())
    return EXIT_CLEAN


@waivers.command(short_help="take an acceptance back")
@click.argument("waiver", metavar="ID")
@click.option("--by", required=True, metavar="WHO", help="由谁撤销 · who takes it back")
@click.option("--reason", required=True, metavar="TEXT", help="撤销的理由 · why")
@portfolio
@options.config
@options.lang
@click.option("--quiet", is_flag=True, help="只输出错误 · print errors only")
@click.pass_context
def withdraw(
    ctx: click.Context,
    waiver: str,
    by: str,
    reason: str,
    portfolio: str | None,
    config: Path | None,
    lang: str | None,
    quiet: bool,
) -> int:
    """撤销一项豁免; 登记簿保留全部经过 · take an acceptance back; the trail keeps all that was done.

    ID: 豁免编号或其开头几位, 见 `audit waivers` · its id or the beginning of it, as `audit waivers` shows it.
    """
    from auditor.pipeline import beijing_now
    from auditor.report.wording import Wording
    from auditor.settings.policy_file import read_settings

    before = ctx.obj or {}
    settings = read_settings(config or before.get("config"))
    words = Wording(lang or before.get("lang") or settings.file.audit.lang)
    if missing := [name for name, value in (("--by", by), ("--reason", reason)) if not value.strip()]:
        raise UsageError(
            f"不能为空: {', '.join(missing)}",
            f"These must say something: {', '.join(missing)}",
        )
    with remembered(settings, beijing_now) as store:
        if store is None:
            raise nothing_recorded()
        lines = list(
            _withdrawn(
                store,
                settings,
                portfolio or before.get("portfolio"),
                waiver.strip().lower(),
                by.strip(),
                reason.strip(),
                words,
                beijing_now,
            )
        )
    if not quiet:
        show_lines(lines)
    return EXIT_CLEAN


def _withdrawn(
    store: History,
    settings: Settings,
    named: str | None,
    asked: str,
    by: str,
    reason: str,
    words: Wording,
    clock: Clock,
) -> Iterator[str]:
    """Withdraw the one acceptance that is meant, and say what that changes."""
    from auditor.cli.waiver_lines import finding_lines, subject, waiver_line
    from auditor.cli.waiver_standing import retract_answers, standings
    from auditor.model.text import Text, say
    from auditor.past import waiver_rules

    rules, day = waiver_rules(settings), clock().date()
    every = [standings(store, name, rules, day) for name in meant(store, settings, named)]
    name, one = _one(every, asked)
    waiver = one.use.waiver
    if not one.recorded:
        # Only what is on record can be taken back on record.
        store.waive(waiver, name)
    store.withdraw(waiver.id, by, reason, name)
    retract_answers(store, name, waiver)
    yield words.say(
        say("已撤销豁免 {id} ({name})", "Waiver {id} withdrawn ({name})", id=waiver.id, name=name)
    )
    yield f"  {subject(waiver, words)}"
    yield f"  {waiver_line(waiver, words)}"
    after = standings(store, name, rules, day)
    covered = {print_ for other in after.accepted if _holds(other) for print_ in other.use.findings}
    again = [past for past in one.findings if past.fingerprint not in covered]
    if one.use.effective and again:
        yield words.say(Text("自下次审计起重新计为问题:", "Counted as problems again from the next run on:"))
        yield from (f"  {line}" for line in finding_lines(again, words))
    others = [
        other for other in after.accepted if _holds(other) and {*other.use.findings} & {*one.use.findings}
    ]
    for other in others:
        yield words.say(say("仍另有豁免 {id} 覆盖", "waiver {id} still covers it", id=other.use.waiver.id))


def _holds(one: Accepted) -> bool:
    return one.withdrawn is None and one.use.effective


def _one(every: list[Standings], asked: str) -> tuple[str, Accepted]:
    """The acceptance that is meant by an id or the beginning of it, and the name of its portfolio."""
    from auditor.cli.history_lines import moment

    found = [
        (told.portfolio, one)
        for told in every
        for one in told.accepted
        if asked and one.use.waiver.id.startswith(asked)
    ]
    found = [pair for pair in found if pair[1].use.waiver.id == asked] or found
    standing = [pair for pair in found if pair[1].withdrawn is None]
    if len(standing) == 1:
        return standing[0]
    hint_zh, hint_en = "`audit waivers --all` 列出全部豁免", "`audit waivers --all` lists them all"
    if standing:
        listed = "\n".join(f"  {one.use.waiver.id} ({name})" for name, one in standing[:5])
        raise UsageError(
            f"以 {asked} 开头的豁免不止一项:\n{listed}",
            f"Several waivers begin with {asked}:\n{listed}",
            hint_zh="请写全编号, 或加上 --portfolio",
            hint_en="Give the whole id, or add --portfolio",
        )
    if found and (event := found[0][1].withdrawn) is not None:
        raise UsageError(
            f"豁免 {event.waiver.id} 已由 {event.by} 于 {moment(event.at)} 撤销",
            f"Waiver {event.waiver.id} was withdrawn already, by {event.by} on {moment(event.at)}",
            hint_zh=hint_zh,
            hint_en=hint_en,
        )
    raise UsageError(
        f"没有编号为 {asked} 的豁免",
        f"There is no waiver {asked}",
        hint_zh=hint_zh,
        hint_en=hint_en,
    )
