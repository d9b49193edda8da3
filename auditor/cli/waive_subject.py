"""What an acceptance speaks of: the finding that a fingerprint, its beginning, or a check and a target name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

from auditor.errors import UsageError
from auditor.model.waiver import Waiver

if TYPE_CHECKING:
    from auditor.history.records import Past, RunRecord
    from auditor.history.store import History
    from auditor.report.wording import Wording

_FINGERPRINT = re.compile(r"[0-9a-f]{32}")
_PREFIX = re.compile(r"[0-9a-f]{8,32}")
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Subject:
    """A fingerprint, or check and target. findings: those that it names, as they last stood; current: in the newest run."""

    findings: tuple[Past, ...]
    current: bool
    fingerprint: str | None = None
    check: str | None = None
    target: str | None = None


def plain_mark(typed: str) -> str:
    """A fingerprint or its beginning as the history writes it."""
    return typed.strip().lower().removeprefix("#")


def by_fingerprint(
    store: History, portfolio: str, newest: RunRecord | None, typed: str, *, force: bool
) -> Subject:
    """The finding of a fingerprint, or of the beginning of one that only one finding of the newest run has.

    UsageError for what is no fingerprint, for several, and for one that no run of the portfolio ever had, unless forced.
    """
    from auditor.report.wording import Wording

    mark = plain_mark(typed)
    if not _PREFIX.fullmatch(mark):
        raise UsageError(
            f"{typed} 不是指纹: 需要 32 位十六进制数, 或其开头至少 8 位",
            f"{typed} is no fingerprint: 32 hexadecimal digits are needed, or at least the first 8 of them",
            hint_zh="报告、audit.json 与 `audit diff` 中列有指纹",
            hint_en="The reports, audit.json and `audit diff` show fingerprints",
        )
    findings = () if newest is None else store.findings(newest)
    found = tuple(one for one in findings if one.fingerprint.startswith(mark))
    if len(found) == 1:
        return Subject(found, True, fingerprint=found[0].fingerprint)
    if found:
        zh, en = _listed(found, Wording()), _listed(found, Wording("en"))
        raise UsageError(
            f"最近一次审计中以 {mark} 开头的发现有 {len(found)} 项:\n{zh}",
            f"Findings of the newest run that begin with {mark}: {len(found)}\n{en}",
            hint_zh="请多写几位",
            hint_en="Give more digits",
        )
    whole = _FINGERPRINT.fullmatch(mark) is not None
    if whole and (earlier := store.last_seen(portfolio, [mark])):
        return Subject(tuple(earlier.values()), False, fingerprint=mark)
    if whole and force:
        return Subject((), False, fingerprint=mark)
    raise UsageError(
        f"台账组 {portfolio} 的历史中没有发现 {mark}",
        f"The history of portfolio {portfolio} has no finding {mark}",
        hint_zh="开头几位只在最近一次审计中查找; 确要登记历史库没有的发现, 须写全 32 位并加 --force",
        hint_en="A beginning is looked for in the newest run only; to record what the history does not know, give all 32 digits "
        "and --force",
    )


def by_target(store: History, newest: RunRecord | None, check: str, target: str, *, force: bool) -> Subject:
    """The findings of the newest run that a check has about a target; UsageError where it has none, unless forced."""
    from auditor.checks.catalogue import CATALOGUE
    from auditor.cli.waiver_standing import FoundByName

    check, target = check.strip().upper(), target.strip()
    if check not in {one.id.upper() for one in CATALOGUE}:
        raise UsageError(
            f"没有编号为 {check} 的检查",
            f"There is no check {check}",
            hint_zh="`audit checks` 列出全部检查",
            hint_en="`audit checks` lists them all",
        )
    findings = () if newest is None else store.findings(newest)
    asked = Waiver("", "", "", date.max, check=check, target=target)
    found = FoundByName(findings).of(asked)
    if found or force:
        return Subject(found, True, check=check, target=target)
    others = [one.target for one in findings if one.check == check]
    shown = sorted(set(others))[:_SHOWN]
    zh, en = "确要预先登记, 加 --force", "To record it in advance, add --force"
    if shown:
        listed_zh, listed_en = "、".join(shown), ", ".join(shown)
        zh = f"该检查的对象有: {listed_zh}; 确要预先登记, 加 --force"
        en = f"Its targets are: {listed_en}; to record it in advance, add --force"
    raise UsageError(
        f"最近一次审计中, 检查 {check} 没有关于 {target} 的发现",
        f"In the newest run, check {check} has no finding about {target}",
        hint_zh=zh,
        hint_en=en,
    )


def _listed(findings: Iterable[Past], words: Wording) -> str:
    """The first few findings with their fingerprints, a line each."""
    from auditor.cli.waiver_lines import finding_line

    return "\n".join(f"  #{one.fingerprint} {finding_line(one, words)}" for one in islice(findings, _SHOWN))
