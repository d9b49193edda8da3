"""For how long an answer counts: by what it turned out to mean, never for a refusal or a failure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from auditor import __version__
from auditor.evidence.answer import Answer, DnsAnswers, Hidden, Registration
from auditor.evidence.dns import NOT_ASKED
from auditor.evidence.interpretation import interpret
from auditor.evidence.selection import READABLE
from auditor.evidence.servers import Authorities
from auditor.evidence.times import BEIJING
from auditor.evidence.whois_tail import TailReader
from auditor.model.evidence import HomePage, Observation, Outcome

WITHHELD = "withheld"
"""The meaning of an answer that hides the holder and tells nothing else that could age."""

ANSWERS = frozenset({*(str(one) for one in READABLE), WITHHELD})
"""The meanings that are an answer; with any other the question is still open."""

# RFC 5731, RFC 3915: states that end within days, one way or the other.
_PASSING = frozenset(
    {"serverHold", "clientHold", "pendingDelete", "redemptionPeriod", "pendingRestore", "pendingVerification"}
)
_HIDING = frozenset({Hidden.MARKER, Hidden.PROXY, Hidden.FORM, Hidden.OMITTED, Hidden.PARTIAL})
_RESOLVED = frozenset({"NOERROR", "NXDOMAIN", NOT_ASKED})
_SOON_DAYS = 45
# Failing again and again: the first two times the next run asks at once.
_PATIENT_ATTEMPTS, _FIRST_WAIT, _LONGEST_WAIT = 2, timedelta(minutes=10), timedelta(days=1)
# An answer that cannot be read is likely to read the same in a minute.
_UNREADABLE_WAIT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one observation means: a word of Outcome, or "withheld".

    expires: the registry's expiry (Beijing day), else the registrar's. unsettled: a state that passes within days
    (on hold, a page that did not open, a resolver that failed for a host).
    """

    meaning: str
    expires: date | None = None
    unsettled: bool = False

    @property
    def is_answer(self) -> bool:
        """True where the question is answered, whatever the answer."""
        return self.meaning in ANSWERS


@dataclass(frozen=True)
class AnswerReader:
    """Reads observations to their meaning, and says by which version. tail: for rare WHOIS layouts, see interpret."""

    authorities: Authorities
    tail: TailReader | None = None
    version: str = __version__

    def __call__(self, observation: Observation) -> Reading:
        """The meaning of one observation; never raises for what stands in it."""
        return reading_of(interpret(observation, self.authorities, self.tail))


def reading_of(answer: Answer) -> Reading:
    """What matters for the time to live of an answer."""
    content = answer.content
    if answer.outcome is not Outcome.FOUND:
        return Reading(str(answer.outcome))
    if isinstance(content, HomePage):
        return Reading(str(Outcome.FOUND), None, not content.opened)
    if isinstance(content, DnsAnswers):
        resolved = [host.rcode in _RESOLVED for host in content.hosts.values()]
        return Reading(str(Outcome.FOUND if any(resolved) else Outcome.ERROR), None, not all(resolved))
    if isinstance(content, Registration):
        expires = content.registry_expiry or content.registrar_expiry
        if content.hidden in _HIDING and expires is None and not content.statuses:
            return Reading(WITHHELD)
        return Reading(str(Outcome.FOUND), expires, bool(_PASSING & (content.statuses or frozenset())))
    return Reading(str(Outcome.FOUND))


@dataclass(frozen=True, slots=True)
class TimeToLive:
    """Days for which an answer need not be asked for again. found: the policy's max_age_days."""

    found: int = 7
    soon: int = 1
    not_found: int = 1
    withheld: int = 30
    reserved: int = 30

    @property
    def horizon(self) -> int:
        """Days behind which no answer can be fresh."""
        return max(self.found, self.soon, self.not_found, self.withheld, self.reserved) + 1

    def days(self, reading: Reading, now: datetime) -> int:
        """The days an answer counts, 0 for what is none. now: decides what "expires soon" is."""
        if reading.meaning == Outcome.FOUND:
            near = (
                reading.expires is not None
                and (reading.expires - now.astimezone(BEIJING).date()).days < _SOON_DAYS
            )
            return min(self.soon, self.found) if near or reading.unsettled else self.found
        if reading.meaning == Outcome.NOT_FOUND:
            return self.not_found
        if reading.meaning == Outcome.RESERVED:
            return self.reserved
        return self.withheld if reading.meaning == WITHHELD else 0

    def is_fresh(self, reading: Reading | None, fetched_at: datetime | None, now: datetime) -> bool:
        """True where an answer still counts at a moment; one from more than a day ahead was made by a wrong clock."""
        if reading is None or fetched_at is None or fetched_at - now > timedelta(days=1):
            return False
        days = self.days(reading, now)
        return days > 0 and now - fetched_at < timedelta(days=days)


@dataclass(frozen=True, slots=True)
class RetryLater:
    """When a question without an answer may be asked again by a later run."""

    patient_attempts: int = _PATIENT_ATTEMPTS
    first_wait: timedelta = _FIRST_WAIT
    longest_wait: timedelta = _LONGEST_WAIT
    unreadable_wait: timedelta = _UNREADABLE_WAIT

    def not_before(self, reading: Reading, attempts: int, now: datetime) -> datetime | None:
        """The earliest moment; None for "at once". attempts: runs in which it was asked in vain, this one included.

        A server that did not answer may do so in the next run; only after several vain runs are there growing
        waits. An answer that came whole and could not be read waits from the first time on.
        """
        if reading.meaning in (Outcome.UNPARSED, Outcome.WRONG_ANSWER, Outcome.UNSUPPORTED):
            doubled = self.unreadable_wait * 2.0 ** min(attempts - 1, 10)
        elif attempts <= self.patient_attempts:
            return None
        else:
            doubled = self.first_wait * 2.0 ** min(attempts - self.patient_attempts - 1, 10)
        return now + min(doubled, self.longest_wait)
