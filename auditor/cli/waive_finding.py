"""One acceptance typed at the command line: what it speaks of, whether the policy lets it, and what is recorded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from auditor.cli.remembered import Clock, audit_day, meant, meant_one, nothing_recorded, remembered
from auditor.cli.waive_subject import Subject, by_fingerprint, by_target, plain_mark
from auditor.errors import UsageError
from auditor.model.waiver import Waiver

if TYPE_CHECKING:
    from auditor.cli.waiver_standing import Accepted
    from auditor.history.records import Past
    from auditor.history.store import History
    from auditor.history.waiver_log import EventKind
    from auditor.history.waiver_policy import WaiverRules
    from auditor.settings.policy_file import Settings


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What somebody typed: a fingerprint, or check and target; None for what is left out."""

    fingerprint: str | None = None
    check: str | None = None
    target: str | None = None
    until: date | None = None
    reason: str | None = None
    by: str | None = None
    approver: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it. what: None where it stood there just so; findings: those of the newest run that it speaks of, or
    as they last stood where that run has none; also: other acceptances of the same that hold.
    """

    portfolio: str
    waiver: Waiver
    what: EventKind | None
    findings: tuple[Past, ...]
    current: bool
    dry_run: bool
    also: tuple[Accepted, ...] = ()


def accept_finding(
    asked: Acceptance,
    settings: Settings,
    clock: Clock,
    *,
    portfolio: str | None = None,
    force: bool = False,
    dry_run: bool = False,
) -> Done:
    """Record an acceptance. UsageError for what is missing, over, unknown or against the policy; nothing is written then.

    Who accepts the same thing again renews the acceptance: its day and reason change under the id that it has.
    """
    from auditor.past import waiver_rules

    now, rules = clock(), waiver_rules(settings)
    _refuse_incomplete(asked)
    assert asked.until is not None
    if asked.until < (today := audit_day(None, settings, clock)):
        raise UsageError(
            f"接受至 {asked.until} 已经过去: 须不早于今日 {today} (当日有效)",
            f"The last day {asked.until} is over; it must be today, {today}, or later (that day is included)",
        )
    with remembered(settings, clock, create=force and not dry_run) as store:
        if store is None:
            raise nothing_recorded()
        name = portfolio_of(
            store, settings, portfolio, force=force, has=lambda one: _speaks_of(store, asked, one)
        )
        newest = next(iter(store.runs(name, 1)), None)
        if asked.fingerprint is not None:
            subject = by_fingerprint(store, name, newest, asked.fingerprint, force=force)
        else:
            subject = by_target(store, newest, asked.check or "", asked.target or "", force=force)
        made = _waiver(asked, subject, now)
        made = _renewing(store, name, made)
        _refuse_by_policy(made, subject.findings, rules, settings, today)
        what = None if dry_run else store.waive(made, name)
        also = _others(store, name, made, rules, today)
        return Done(name, made, what, subject.findings, subject.current, dry_run, also)


def _refuse_incomplete(asked: Acceptance) -> None:
    by_name = asked.check is not None or asked.target is not None
    if asked.fingerprint is not None and by_name:
        raise UsageError(
            "指纹与 --check、--target 只能用一种",
            "Name the finding by its fingerprint or by --check and --target, not by both",
        )
    needed = {
        "--until": asked.until is not None,
        "--reason": (asked.reason or "").strip(),
        "--by": (asked.by or "").strip(),
    }
    if by_name:
        needed |= {"--check": (asked.check or "").strip(), "--target": (asked.target or "").strip()}
    elif asked.fingerprint is None:
        needed = {"FINGERPRINT": False} | needed
    if missing := [name for name, given in needed.items() if not given]:
        raise UsageError(
            f"缺少: {', '.join(missing)}",
            f"Missing: {', '.join(missing)}",
            hint_zh="例如: audit waive 3f2a9c01 --until 2027-03-31 --reason 等待迁移 --by 张三; 或 --check OWN201 --target "
            "example.cn 代替指纹; 或 --from report.xlsx",
            hint_en="For instance: audit waive 3f2a9c01 --until 2027-03-31 --reason 'being moved' --by 'A. Person'; or --check "
            "OWN201 --target example.cn instead of the fingerprint; or --from report.xlsx",
        )


def portfolio_of(
    store: History,
    settings: Settings,
    named: str | None,
    *,
    force: bool,
    has: Callable[[str], bool] = lambda _name: False,
) -> str:
    """The portfolio that is meant; with force also one of which nothing was recorded yet.

    has: whether a portfolio has what is spoken of; where none is named and one alone has it, it is that one.
    """
    wanted = named or settings.file.history.portfolio
    if force and wanted is not None:
        try:
            found = meant(store, settings, named)
        except UsageError:
            found = ()
        return found[0] if found else wanted
    if wanted is None:
        having = [name for name in store.portfolios() if has(name)]
        if len(having) == 1:
            return having[0]
    return meant_one(store, settings, named)


def _speaks_of(store: History, asked: Acceptance, portfolio: str) -> bool:
    """Whether the newest run of a portfolio has what somebody named."""
    from auditor.cli.waiver_standing import FoundByName

    runs = store.runs(portfolio, 1)
    findings = store.findings(runs[0]) if runs else ()
    if asked.fingerprint is not None:
        mark = plain_mark(asked.fingerprint)
        return any(one.fingerprint.startswith(mark) for one in findings)
    wanted = Waiver("", "", "", date.max, check=asked.check, target=(asked.target or "").strip())
    return bool(FoundByName(findings).of(wanted))


def _waiver(asked: Acceptance, subject: Subject, now: datetime) -> Waiver:
    from auditor.history.waiver_policy import waiver_id

    assert asked.until is not None
    reason, by = (asked.reason or "").strip(), (asked.by or "").strip()
    return Waiver(
        id=waiver_id(
            until=asked.until,
            reason=reason,
            by=by,
            fingerprint=subject.fingerprint,
            check=subject.check,
            target=subject.target,
        ),
        reason=reason,
        by=by,
        until=asked.until,
        fingerprint=subject.fingerprint,
        check=subject.check,
        target=subject.target,
        approver=asked.approver.strip(),
        made_at=now,
    )


def _renewing(store: History, portfolio: str, made: Waiver) -> Waiver:
    """The waiver under the id of the one that the same person made of the same thing, where there is one."""
    known = [
        one
        for one in store.waivers(portfolio)
        if one.origin == made.origin
        and (one.fingerprint, one.check, one.target, one.by)
        == (made.fingerprint, made.check, made.target, made.by)
    ]
    return replace(made, id=known[-1].id) if known else made


def _refuse_by_policy(
    made: Waiver, findings: Sequence[Past], rules: WaiverRules, settings: Settings, today: date
) -> None:
    from auditor.history.waiver_policy import made_on, refusal

    checks = {one.check for one in findings} | ({made.check} if made.check else set())
    why = refusal(made, checks, rules, today)
    if why is None:
        return
    hint_zh, hint_en, key = "换一位批准人: --approver", "Name another person: --approver", "approver"
    if any(rules.forbids(check) for check in checks):
        hint_zh, hint_en, key = "只能整改, 或修改策略", "Put it right, or change the policy", "never"
    elif (
        rules.longest_days is not None
        and (last := made_on(made, today) + timedelta(rules.longest_days)) < made.until
    ):
        hint_zh, hint_en, key = (
            f"最迟可填 --until {last}",
            f"The latest day is --until {last}",
            "longest_days",
        )
    raise UsageError(
        f"未登记: {why.zh}",
        f"Not recorded: {why.en}",
        hint_zh=hint_zh,
        hint_en=hint_en,
        where=settings.where("waivers", key),
    )


def _others(
    store: History, portfolio: str, made: Waiver, rules: WaiverRules, today: date
) -> tuple[Accepted, ...]:
    """The other acceptances that hold and speak of the same findings."""
    from auditor.cli.waiver_standing import standings

    every = standings(store, portfolio, rules, today).accepted
    mine = {print_ for one in every if one.use.waiver.id == made.id for print_ in one.use.findings}
    mine |= {made.fingerprint} if made.fingerprint else set()
    return tuple(
        one
        for one in every
        if one.use.effective
        and one.withdrawn is None
        and one.use.waiver.id != made.id
        and mine & {*one.use.findings}
    )
