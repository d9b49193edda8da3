"""A filled-in report taken over: what it accepts becomes waivers, the rest is noted, and what is unusable is listed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.cli.remembered import Clock, audit_day, nothing_recorded, remembered
from auditor.model.answer import Answer, StaleAnswer
from auditor.model.text import Message, Text, say
from auditor.model.waiver import Waiver

if TYPE_CHECKING:
    from auditor.history.records import Past
    from auditor.history.store import History
    from auditor.history.waiver_log import EventKind
    from auditor.history.waiver_policy import WaiverRules
    from auditor.report.wording import Wording
    from auditor.settings.policy_file import Settings

_STRANGE = say(
    "历史库中此台账组没有这项发现, 可能是其他台账组的报告 (确要采用, 加 --force)",
    "the history of this portfolio has no such finding; perhaps the report is another portfolio's (--force takes it over)",
)


@dataclass(frozen=True, slots=True)
class Made:
    """A waiver from an answer. what: None where it is on record just so (or nothing is written)."""

    waiver: Waiver
    what: EventKind | None
    finding: Past | None


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a filled-in report. ended: waivers of earlier answers that these replace or take back; noted: answers
    that say something new; unused: rows of which something did not come about, with why, by sheet and row.
    """

    path: str
    portfolio: str
    answers: int
    made: tuple[Made, ...]
    ended: tuple[Waiver, ...]
    noted: int
    unused: tuple[StaleAnswer, ...]
    problems: tuple[Text, ...]
    dry_run: bool


def take_answers(
    path: Path,
    settings: Settings,
    clock: Clock,
    *,
    portfolio: str | None = None,
    approver: str = "",
    force: bool = False,
    dry_run: bool = False,
) -> Taken:
    """Read the answer columns of a report and record what they say; the report itself stays as it is.

    force: also answers to findings that the history of the portfolio has never seen. InputError for a file that is no
    filled-in report, UsageError where it is not clear which portfolio is meant.
    """
    from auditor.cli.waive_finding import portfolio_of
    from auditor.history.acceptance_answers import in_order, waivers_from_answers
    from auditor.past import waiver_rules
    from auditor.report.answers import read_answers

    book = read_answers(path, path.name)
    now, day, rules = clock(), audit_day(None, settings, clock), waiver_rules(settings)
    with remembered(settings, clock, create=force and not dry_run) as store:
        if store is None:
            raise nothing_recorded()
        typed = [one for one in book.answers if any(one.typed)]
        marks = {one.fingerprint for one in typed if one.fingerprint}
        name = portfolio_of(
            store, settings, portfolio, force=force, has=lambda one: bool(store.last_seen(one, marks))
        )
        seen = store.last_seen(name, marks)
        strange = [] if force else [one for one in typed if one.fingerprint and one.fingerprint not in seen]
        known = [one for one in typed if one not in strange] if strange else typed
        read = waivers_from_answers(known, rules, day, approver=approver, made_at=now)
        kept, refused = _judged(read.waivers, seen, rules, now)
        by_mark = {one.fingerprint: one for one in known}
        refusals = [*refused, *((use.waiver, use.why) for use in read.refused if use.why is not None)]
        unused = [*read.notes, *(StaleAnswer(one, _STRANGE) for one in strange)]
        unused += [StaleAnswer(by_mark[waiver.fingerprint or ""], Message(why)) for waiver, why in refusals]
        # A row that is only half filled in, or refused, takes nothing back.
        clear = by_mark.keys() - {
            one.answer.fingerprint for one in unused if by_mark.get(one.answer.fingerprint) == one.answer
        }
        ended = _ended(store, name, kept, clear)
        made, noted = _recorded(store, name, known, kept, ended, seen, dry_run=dry_run)
    return Taken(
        path=book.path,
        portfolio=name,
        answers=len(typed),
        made=made,
        ended=tuple(ended),
        noted=noted,
        unused=in_order(unused),
        problems=book.problems,
        dry_run=dry_run,
    )


def _judged(
    waivers: Sequence[Waiver], seen: Mapping[str, Past], rules: WaiverRules, now: datetime
) -> tuple[list[Waiver], list[tuple[Waiver, Text]]]:
    """The waivers under the policy once more, by the check that each finding is known to be of."""
    from auditor.history.waiver_policy import refusal

    kept, refused = [], []
    for one in waivers:
        past = seen.get(one.fingerprint or "")
        why = refusal(one, {past.check}, rules, now.date()) if past is not None else None
        if why is None:
            kept.append(one)
        else:
            refused.append((one, why))
    return kept, refused


def _ended(store: History, portfolio: str, made: Sequence[Waiver], answered: Collection[str]) -> list[Waiver]:
    """Waivers that came from earlier answers to findings (by fingerprint) which are answered otherwise now.

    What was typed at the command line is a decision of its own and stays.
    """
    ids = {one.id for one in made}
    return [
        one
        for one in store.waivers(portfolio)
        if one.origin != "command" and one.id not in ids and (one.fingerprint or "") in answered
    ]


def _recorded(
    store: History,
    portfolio: str,
    answers: Sequence[Answer],
    waivers: Sequence[Waiver],
    ended: Sequence[Waiver],
    seen: Mapping[str, Past],
    *,
    dry_run: bool,
) -> tuple[tuple[Made, ...], int]:
    """Write it all, what people typed first; each step may be done again after an interruption."""
    known = {one.id: one for one in store.waivers(portfolio)}
    noted = 0 if dry_run else store.note_answers(portfolio, answers)
    made = []
    for one in waivers:
        old = known.get(one.id)
        if old is not None:
            # Reading a report twice approves nothing away, and makes no acceptance younger than it is.
            one = replace(one, made_at=old.made_at, approver=one.approver or old.approver, origin=old.origin)
        what = None if dry_run else store.waive(one, portfolio)
        made.append(Made(one, what, seen.get(one.fingerprint or "")))
    if not dry_run:
        for one in ended:
            answer = next((each for each in reversed(answers) if each.fingerprint == one.fingerprint), None)
            store.withdraw(one.id, one.by if answer is None else _who(answer), _REPLACED, portfolio)
    return tuple(made), noted


def _who(answer: Answer) -> str:
    return answer.owner.strip() or answer.path


_REPLACED = "报告中的答复已改 · answered otherwise in a later report"


def taken_lines(taken: Taken, words: Wording) -> Iterator[str]:
    """Counts, then each acceptance with what it accepts."""
    from auditor.cli.waiver_lines import finding_line, subject, waiver_line

    counts = say(
        "{path}: 答复 {answers} 条, 其中接受 {made} 项, 新记下 {noted} 条, 未采用 {unused} 条",
        "{path}: answers {answers}, accepted {made}, newly noted {noted}, not used {unused}",
        path=taken.path,
        answers=taken.answers,
        made=len(taken.made),
        noted=taken.noted,
        unused=len(taken.unused),
    )
    yield words.say(counts)
    yield words.say(say("台账组 {name}", "portfolio {name}", name=taken.portfolio))
    if taken.dry_run:
        yield words.say(Text("试运行: 未写入任何内容", "dry run: nothing is written"))
    for one in taken.made:
        if one.what is not None:
            state = words.say(one.what.text)
        else:
            state = words.say(_WOULD if taken.dry_run else _STANDS)
        yield f"  {one.waiver.id} [{state}] {waiver_line(one.waiver, words)}"
        yield f"    {subject(one.waiver, words)}"
        if one.finding is not None:
            yield f"    {finding_line(one.finding, words)}"
    for waiver in taken.ended:
        yield f"  {waiver.id} [{words.say(_ENDED)}] {waiver_line(waiver, words)}"


_WOULD = Text("将登记", "would be recorded")
_STANDS = Text("已在登记簿中", "on record already")
_ENDED = Text("答复已改, 撤销", "answered otherwise, withdrawn")


def unused_lines(taken: Taken, words: Wording) -> Iterator[str]:
    """What the reading found amiss, and every row that could not be used, with its place, why, and what was typed."""
    for problem in taken.problems:
        yield words.say(problem)
    for one in taken.unused:
        answer = one.answer
        place = words.say(
            say(
                "{path} › {sheet} › 第 {row} 行",
                "{path} › {sheet} › row {row}",
                path=answer.path,
                sheet=answer.sheet,
                row=answer.row,
            )
        )
        about = " ".join(part for part in (answer.check, answer.target) if part)
        yield " ".join(f"{place} {words.say(about)}{words.label('colon')}{words.say(one.why)}".split())
        yield f"    {_typed(answer, words)}"


def _typed(answer: Answer, words: Wording) -> str:
    """The cells that somebody filled in, with their headings."""
    cells = (
        ("answer_owner", answer.owner),
        ("answer_planned", answer.planned),
        ("answer_status", answer.status),
        ("answer_reason", answer.reason),
        ("answer_until", answer.until),
    )
    from auditor.report.columns import answer_cell

    shown = ((label, answer_cell(value, words)) for label, value in cells if value)
    said = (f"{words.label(label)}={words.say(value)}" for label, value in shown)
    return " ".join("; ".join(said).split())
