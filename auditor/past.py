"""What was known before a run: earlier runs, waivers and people's answers, laid beside the verdicts and kept afterwards."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from auditor.errors import AuditError, UsageError
from auditor.history.acceptance import accept
from auditor.history.comparison import recounted
from auditor.history.store import History, default_address, digest_of
from auditor.history.waiver_policy import WaiverRules
from auditor.model.answer import Answer, StaleAnswer
from auditor.model.result import AuditResult
from auditor.model.text import Text
from auditor.model.waiver import Waiver
from auditor.report.answers import AnswerBook
from auditor.settings.policy_file import Settings

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Wanted:
    """What a run wants of the past. remember: False for a run that neither looks back nor is recorded.

    since: the run to compare with, None for the one before; answers: filled-in reports, the newest last; portfolio: the name
    under which runs belong together, None for the policy's, else one made of the books as they were named.
    """

    remember: bool = True
    since: str | None = None
    answers: tuple[AnswerBook, ...] = ()
    portfolio: str | None = None


@dataclass(frozen=True)
class Past:
    """The past of one run. address: of the history, None where nothing is remembered.

    noted: what people wrote into earlier reports, as history keeps it; books: the filled-in reports of this run; notes: what
    a person should know.
    """

    settings: Settings
    clock: Clock
    portfolio: str
    address: str | None
    since: str | None = None
    waivers: tuple[Waiver, ...] = ()
    noted: tuple[Answer, ...] = ()
    books: tuple[AnswerBook, ...] = ()
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True)
class _Now:
    clock: Clock

    def now(self) -> datetime:
        return self.clock()


def portfolio_name(settings: Settings, named: str | None, books: Sequence[str]) -> str:
    """The name under which runs belong together: the one given, the policy's, else the book's path.

    Several books of one folder are known by that folder, so that one book more or less makes no new portfolio.
    """
    if given := named or settings.file.history.portfolio:
        return given
    whole = sorted({os.path.abspath(book) for book in books})
    if len(whole) == 1:
        return whole[0]
    folders = {os.path.dirname(path) for path in whole}
    return f"{folders.pop()}{os.sep}" if len(folders) == 1 else "、".join(whole)


def waiver_rules(settings: Settings) -> WaiverRules:
    """[waivers] in plain values."""
    own = settings.file.waivers
    return WaiverRules(own.longest_days, own.approver, tuple(own.never), own.soon_days)


def history_address(settings: Settings) -> str:
    """Where history is kept: the policy's `store`, else a file among the user's data."""
    named = settings.file.history.store
    if named is None:
        return default_address()
    if "://" in named:
        return named
    return f"sqlite:///{settings.beside(named)}"


def open_history(settings: Settings, clock: Clock, *, create: bool = True) -> History | None:
    """The history of the policy. None where `create` is False and there is none yet.

    PolicyError where it cannot be used.
    """
    address = history_address(settings)
    if not create and not _stands(address):
        return None
    return History.open(address, _Now(clock))


def _stands(address: str) -> bool:
    """False only for a file that is not there; a server has to be asked."""
    scheme, _, path = address.partition(":///")
    return not scheme.startswith("sqlite") or Path(path).is_file()


def look_back(settings: Settings, wanted: Wanted, books: Sequence[str], clock: Clock) -> Past:
    """Read what history holds of the portfolio, before anything else costs time.

    UsageError for `since` without a history. A history of the policy's that cannot be used is a PolicyError; the one that
    is merely the default is told and left out, so that an audit never depends on it.
    """
    told = tuple(problem for book in wanted.answers for problem in book.problems)
    name = portfolio_name(settings, wanted.portfolio, books)
    nothing = Past(settings, clock, name, None, books=wanted.answers, notes=told)
    if not (wanted.remember and settings.file.history.enabled):
        if wanted.since is not None:
            raise UsageError(
                "--since 需要历史记录, 而历史记录已关闭",
                "--since needs the history, which is switched off",
                hint_zh="去掉 --no-history, 或在策略文件 [history] 中设 enabled = true",
                hint_en="Leave out --no-history, or set enabled = true under [history] in the policy file",
            )
        return nothing
    try:
        history = open_history(settings, clock, create=True)
        assert history is not None
        with history:
            waivers, noted = history.waivers(name), history.answers(name)
    except AuditError as fault:
        if settings.file.history.store is not None or wanted.since is not None:
            raise
        missing = Text(
            f"无法使用历史记录, 本次不对比、不留存, 豁免未采用: {fault.zh}",
            f"The history cannot be used; nothing is compared or kept and no waiver applies: {fault.en}",
        )
        return replace(nothing, notes=(*told, missing))
    return replace(
        nothing,
        address=history_address(settings),
        since=wanted.since,
        waivers=tuple(waivers),
        noted=noted,
    )


def beside(past: Past, result: AuditResult, choice: str = "") -> AuditResult:
    """The result with its waivers, answers and what changed. choice: what of the policy and options made the verdicts."""
    if past.address is None:
        return _accepted(past, result)
    with History.open(past.address, _Now(past.clock)) as history:
        digest, trend = digest_of(result, choice), past.settings.file.history.trend_runs
        compared = history.compared(result, past.portfolio, digest=digest, since=past.since, trend=trend)
    # What a waiver covers, and what it no longer covers, is counted otherwise.
    return recounted(_accepted(past, compared))


def _accepted(past: Past, result: AuditResult) -> AuditResult:
    compared = result.comparison
    not_judged = [one.fingerprint for one in compared.not_judged] if compared else []
    gone = {one.fingerprint for one in compared.resolved} | set(not_judged) if compared else set()
    typed = [answer for book in past.books for answer in book.answers]
    made = accept(
        result.findings,
        result.tallies,
        past.waivers,
        [*past.noted, *typed],
        waiver_rules(past.settings),
        result.run.as_of,
        compared.since_as_of if compared else None,
        not_judged=not_judged,
    )
    fresh = {(one.path, one.sheet, one.row) for one in typed}

    def told(one: StaleAnswer) -> bool:
        # History keeps every answer for good; what was settled runs ago is not listed for ever.
        answer = one.answer
        return one.carried or (answer.path, answer.sheet, answer.row) in fresh or answer.fingerprint in gone

    return replace(
        result,
        findings=made.findings,
        tallies=made.tallies,
        waivers=made.uses,
        stale_answers=tuple(one for one in made.stale if told(one)),
    )


@contextmanager
def recorded(past: Past, result: AuditResult, choice: str = "") -> Iterator[list[Text]]:
    """Record the run; it counts when the block, in which the reports are written, ends well. Yields what is to be told.

    A report that cannot be written leaves no run behind, and a history that cannot be written leaves the last reports as
    they are.
    """
    notes: list[Text] = []
    if past.address is None:
        yield notes
        return
    with History.open(past.address, _Now(past.clock)) as history:
        history.note_answers(past.portfolio, [one for book in past.books for one in book.answers])
        with history.recording(result, past.portfolio, digest_of(result, choice)) as pending:
            if pending.note is not None:
                notes.append(pending.note)
            yield notes
