"""Which of several observations count: the newest that can be read, as long as it is not too old."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from auditor.evidence.answer import OUTCOME_TEXT, Answer, Hidden, Registration
from auditor.evidence.servers import server_host
from auditor.evidence.times import BEIJING
from auditor.model.evidence import REASON_OF_OUTCOME, Evidence, Observation, Outcome, Unavailable
from auditor.model.text import Text
from auditor.model.verdict import Reason
from auditor.model.words import Source

READABLE = frozenset({Outcome.FOUND, Outcome.NOT_FOUND, Outcome.RESERVED})
_BEGINNING = datetime(1, 1, 2, tzinfo=UTC)
_MAX_TOLD = 6

# The best reason first: what someone hid tells more than that someone could not be asked.
_RANK = {
    reason: rank
    for rank, reason in enumerate(
        (
            Reason.WITHHELD,
            Reason.NOT_FOUND,
            Reason.STALE,
            Reason.THROTTLED,
            Reason.TIMEOUT,
            Reason.ERROR,
            Reason.UNPARSED,
            Reason.UNSUPPORTED,
        )
    )
}
_NOT_CARRIED, _NOTHING = len(_RANK), len(_RANK) + 1
_STALE_TEXT = Text("应答已过时", "the answer is too old")
_NOT_GIVEN = Text("应答中没有该项", "the answer does not give it")


@dataclass(frozen=True, slots=True)
class Read:
    """An observation with its answer. stale: it was made more than the policy's days before the audit."""

    observation: Observation
    answer: Answer
    stale: bool

    @property
    def evidence(self) -> Evidence:
        """The reference to the observation."""
        return self.observation.evidence

    @property
    def outcome(self) -> Outcome:
        """The outcome of the observation."""
        return self.answer.outcome

    @property
    def moment(self) -> datetime:
        """When it was made; the beginning of time where a sheet does not say."""
        return moment(self.observation)

    @property
    def counts(self) -> bool:
        """True for an answer that can be read and is not too old."""
        return self.outcome in READABLE and not self.stale

    @property
    def thin(self) -> bool:
        """True for an answer that by its nature carries no holder."""
        return self.outcome is Outcome.FOUND and _hidden(self) is Hidden.NOT_CARRIED


def moment(observation: Observation) -> datetime:
    """When an observation was made; the beginning of time where it does not say."""
    return observation.fetched_at or _BEGINNING


def chronological(observation: Observation) -> tuple[object, ...]:
    """A sort key: oldest first, and always the same order among observations of one moment."""
    return (
        moment(observation),
        observation.source,
        observation.server,
        observation.outcome,
        observation.sha256,
        observation.cells,
    )


def is_stale(fetched_at: datetime | None, as_of: date, max_age_days: int) -> bool:
    """True for a moment more than max_age_days before the audit day (Beijing days); never where there is none."""
    if fetched_at is None:
        return False
    # Counted forwards: the first days of the calendar have no day before them.
    return (as_of - fetched_at.astimezone(BEIJING).date()).days > max_age_days


def of_sources(reads: Iterable[Read], *sources: Source) -> list[Read]:
    """The reads of some sources, order kept."""
    wanted = {str(source) for source in sources}
    return [read for read in reads if read.observation.source in wanted]


def by_server(reads: Iterable[Read]) -> dict[tuple[str, str], list[Read]]:
    """The reads by source and server (host), order kept, keys sorted."""
    groups: dict[tuple[str, str], list[Read]] = {}
    for read in reads:
        server = read.observation.server
        if read.observation.source in (Source.WHOIS, Source.RDAP, Source.WEB):
            server = server_host(server) or server
        groups.setdefault((read.observation.source, server), []).append(read)
    return dict(sorted(groups.items()))


def current(reads: Iterable[Read]) -> list[Read]:
    """The newest read that counts of every source and server, newest first; all of them where several are newest."""
    newest: list[Read] = []
    for group in by_server(reads).values():
        counting = [read for read in group if read.counts]
        last = max((read.moment for read in counting), default=None)
        newest += [read for read in counting if read.moment == last]
    return newest_first(newest)


def newest_first(reads: Iterable[Read]) -> list[Read]:
    """Newest first; among reads of one moment by source, server and content."""
    ordered = sorted(reads, key=lambda read: chronological(read.observation)[1:])
    return sorted(ordered, key=lambda read: read.moment, reverse=True)


def unavailable(reads: Sequence[Read], *, holder: bool = False) -> Unavailable:
    """Why a fact has no value, from the newest read of every server that was asked about it.

    holder: the fact is the holder's name, which an answer may hide.
    """
    newest: list[Read] = []
    for group in by_server(reads).values():
        best = [read for read in group if read.counts] or [read for read in group if read.stale] or group
        newest.append(max(best, key=lambda read: chronological(read.observation)))
    if not newest:
        return Unavailable(Reason.NO_EVIDENCE)
    told = [(_rank(read, holder), read) for read in newest_first(newest)]
    rank = min(rank for rank, _read in told)
    reason = next((reason for reason, own in _RANK.items() if own == rank), None)
    if reason is None:
        reason = Reason.WITHHELD if rank == _NOT_CARRIED else Reason.NO_EVIDENCE
    lines = [_line(read, holder) for _own, read in sorted(told, key=lambda one: one[0])[:_MAX_TOLD]]
    detail = Text("；".join(line.zh for line in lines), "; ".join(line.en for line in lines))
    return Unavailable(reason, tuple(read.evidence for _own, read in told), detail)


def _rank(read: Read, holder: bool) -> int:
    if read.outcome in READABLE and read.stale:
        return _RANK[Reason.STALE]
    if read.outcome is not Outcome.FOUND:
        return _RANK[REASON_OF_OUTCOME[read.outcome]]
    hidden = _hidden(read) if holder else None
    if hidden is None:
        return _NOTHING
    if hidden is Hidden.NOT_CARRIED:
        return _NOT_CARRIED
    return _RANK[Reason.UNPARSED] if hidden is Hidden.GARBLED else _RANK[Reason.WITHHELD]


def _hidden(read: Read) -> Hidden | None:
    content = read.answer.content
    return content.hidden if isinstance(content, Registration) else None


def _line(read: Read, holder: bool) -> Text:
    """`whois.cnnic.cn 2026-11-20: throttled`."""
    if read.outcome in READABLE and read.stale:
        word = _STALE_TEXT
    elif read.outcome is Outcome.FOUND:
        hidden = _hidden(read) if holder else None
        word = hidden.text if hidden else _NOT_GIVEN
    else:
        word = read.answer.detail or OUTCOME_TEXT[read.outcome]
    who = read.observation.server or read.observation.source
    if read.observation.fetched_at is not None:
        who += f" {read.observation.fetched_at.astimezone(BEIJING).date().isoformat()}"
    return Text(f"{who}：{word.zh}", f"{who}: {word.en}")
