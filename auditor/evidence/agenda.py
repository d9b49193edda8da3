"""What is to be asked: the questions that have no fresh answer in the store, the most urgent first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import TypeAlias

from auditor.evidence.asking import Asked, Asker, Question
from auditor.evidence.freshness import TimeToLive
from auditor.evidence.selection import is_stale
from auditor.evidence.store import Store
from auditor.evidence.store_rows import Key, Newest, Remembered, key_of, stamp
from auditor.evidence.times import BEIJING
from auditor.model.text import Text
from auditor.model.values import DomainName
from auditor.model.words import Source

Urgency: TypeAlias = tuple[int, int, str, int]
"""(0 if never answered else 1, risk, last asked, place in the list): the least goes first."""

_NEAR_DAYS = 45
_REGISTRATION = frozenset({str(Source.WHOIS), str(Source.RDAP)})
_NO_SOURCE = Text("没有可查询该后缀的渠道", "no source that is asked answers for this suffix")


class Risk(IntEnum):
    """What makes a domain urgent, the most urgent first."""

    NEAR_EXPIRY = 0
    CHANGED = 1
    NONE = 2


@dataclass(slots=True)
class Job:
    """A question to ask, with what is known of it. parent, attempts, remembered: see Settled.

    children: the questions that its last answer opened, with whether they have a fresh answer. tries: how often it was
    asked in this run; last: what came of it, where that was a failure.
    """

    question: Question
    asker: Asker
    urgency: Urgency
    parent: str = ""
    attempts: int = 0
    remembered: bool = False
    children: tuple[tuple[Remembered, bool], ...] = ()
    tries: int = 0
    last: Asked | None = None


@dataclass(frozen=True, slots=True)
class NotAsked:
    """A question that nobody asked, and why. outcome: as an observation would name it: throttled, timeout, error,
    unsupported."""

    domain: str
    source: str
    server: str
    group: str
    outcome: str
    reason: Text


@dataclass(slots=True)
class Agenda:
    """The jobs of some domains. fresh: questions with a fresh answer; waiting: questions whose time has not come."""

    jobs: list[Job] = field(default_factory=list)
    fresh: int = 0
    waiting: int = 0
    unsupported: list[NotAsked] = field(default_factory=list)


@dataclass(frozen=True)
class Planner:
    """Decides what to ask. askers: several may be of one source (accounts). unknown_only: ask only what an audit of today would not know, and that
    at once. risk: by U-label."""

    store: Store
    askers: Sequence[Asker]
    ttl: TimeToLive
    now: datetime
    risk: Mapping[str, Risk]
    unknown_only: bool = False

    def plan(self, domains: Sequence[DomainName], first: int, more: Sequence[Question] = ()) -> Agenda:
        """The agenda for some domains, of which the first is the nth of all. more: questions beside the askers' own."""
        agenda = Agenda()
        pairs = [(question, self.asker_of(question.source)) for question in more]
        places = {domain.ulabel: first + index for index, domain in reversed(list(enumerate(domains)))}
        for domain in dict.fromkeys(domains):
            own = [(question, asker) for asker in self.askers for question in asker.questions(domain)]
            pairs += own
            self._tell_unsupported(domain, [question for question, _asker in own], agenda)
        by_key = {key_of(question): (question, asker) for question, asker in pairs if asker is not None}
        names = sorted({name for name, _source, _server in by_key} | places.keys())
        remembered = self.store.remembered(names)
        newest = self.store.newest(names, self.ttl.horizon)
        children: dict[tuple[str, str], list[Remembered]] = {}
        for one in remembered.values():
            if one.parent:
                children.setdefault((one.question.domain.ulabel, one.parent), []).append(one)
        for key, (question, asker) in by_key.items():
            place = places.get(question.domain.ulabel, first + len(domains))
            opened = children.get((key[0], f"{question.source} {question.server}"), [])
            job = self._job(question, asker, remembered.get(key), newest, place)
            if self._wanted(job, remembered.get(key), newest, agenda):
                job.children = tuple((one, self._is_settled(one, newest)) for one in opened)
                agenda.jobs.append(job)
                continue
            for one in opened:
                child_asker = self.asker_of(one.question.source, asker)
                if child_asker is not None and key_of(one.question) not in by_key:
                    child = self._job(one.question, child_asker, one, newest, place)
                    if self._wanted(child, one, newest, agenda):
                        agenda.jobs.append(child)
        return agenda

    def asker_of(self, source: str, rather: Asker | None = None) -> Asker | None:
        """The asker for a question that another's answer opened: that other itself where the source is its own."""
        if rather is not None and rather.name == source:
            return rather
        return next((asker for asker in self.askers if asker.name == source), None)

    def _job(
        self,
        question: Question,
        asker: Asker,
        known: Remembered | None,
        newest: Mapping[Key, Newest],
        place: int,
    ) -> Job:
        last = _last(question, known, newest)
        risk = self.risk.get(question.domain.ulabel, Risk.NONE)
        seen = last is not None and last.reading is not None and last.reading.is_answer
        if last is not None and last.reading is not None and last.reading.expires is not None:
            days = (last.reading.expires - self.now.astimezone(BEIJING).date()).days
            risk = Risk.NEAR_EXPIRY if days < _NEAR_DAYS else risk
        urgency = (int(seen), int(risk), stamp(last.fetched_at) if last else "", place)
        return Job(
            question,
            asker,
            urgency,
            parent=known.parent if known else "",
            attempts=known.attempts if known else 0,
            remembered=known is not None,
        )

    def _wanted(
        self, job: Job, known: Remembered | None, newest: Mapping[Key, Newest], agenda: Agenda
    ) -> bool:
        """True for a question to ask; otherwise the agenda counts why not."""
        if self._is_fresh(_last(job.question, known, newest)):
            agenda.fresh += 1
            return False
        if not self.unknown_only and known and known.not_before and known.not_before > self.now:
            agenda.waiting += 1
            return False
        return True

    def _is_settled(self, one: Remembered, newest: Mapping[Key, Newest]) -> bool:
        waits = one.not_before is not None and one.not_before > self.now and not self.unknown_only
        return waits or self._is_fresh(_last(one.question, one, newest))

    def _is_fresh(self, last: Newest | None) -> bool:
        if last is None or last.reading is None:
            return False
        if self.unknown_only and last.reading.is_answer and last.fetched_at is not None:
            return not is_stale(last.fetched_at, self.now.astimezone(BEIJING).date(), self.ttl.found)
        return self.ttl.is_fresh(last.reading, last.fetched_at, self.now)

    def _tell_unsupported(self, domain: DomainName, own: Sequence[Question], agenda: Agenda) -> None:
        """A suffix whose registration nobody can ask about: known before any question."""
        asked = {asker.name for asker in self.askers} & _REGISTRATION
        if asked and not any(question.source in asked for question in own):
            source = str(Source.WHOIS) if str(Source.WHOIS) in asked else str(Source.RDAP)
            agenda.unsupported.append(NotAsked(domain.ulabel, source, "", "", "unsupported", _NO_SOURCE))


def _last(question: Question, known: Remembered | None, newest: Mapping[Key, Newest]) -> Newest | None:
    domain, source, server = key_of(question)
    if known is not None and known.answered_as:
        found = newest.get((domain, source, known.answered_as))
        if found is not None:
            return found
    return newest.get((domain, source, server))
