"""What the outside world says: a three-way answer to every question, each with its source and date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Generic, TypeVar

from auditor.model.place import CellRef
from auditor.model.text import Text
from auditor.model.verdict import Reason

V = TypeVar("V")


class Outcome(StrEnum):
    """What an observation turned out to be, once its raw answer was read."""

    FOUND = "found"
    NOT_FOUND = "not_found"
    RESERVED = "reserved"
    THROTTLED = "throttled"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    ERROR = "error"
    TRUNCATED = "truncated"
    WRONG_ANSWER = "wrong_answer"
    UNPARSED = "unparsed"
    UNSUPPORTED = "unsupported"


REASON_OF_OUTCOME: Mapping[Outcome, Reason] = {
    Outcome.NOT_FOUND: Reason.NOT_FOUND,
    Outcome.RESERVED: Reason.NOT_FOUND,
    Outcome.THROTTLED: Reason.THROTTLED,
    Outcome.REFUSED: Reason.THROTTLED,
    Outcome.TIMEOUT: Reason.TIMEOUT,
    Outcome.ERROR: Reason.ERROR,
    Outcome.TRUNCATED: Reason.UNPARSED,
    Outcome.WRONG_ANSWER: Reason.UNPARSED,
    Outcome.UNPARSED: Reason.UNPARSED,
    Outcome.UNSUPPORTED: Reason.UNSUPPORTED,
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """A reference to one observation: enough for a reader to find the raw answer again.

    fetched_at: an aware datetime, None where a sheet does not say. sha256: of the raw answer, "" where there
    was none. cells: where the observation is a row of a sheet in the book.
    """

    source: str
    server: str
    fetched_at: datetime | None
    sha256: str = ""
    cells: tuple[CellRef, ...] = ()

    @property
    def order(self) -> tuple[str, str, str, str]:
        """A sort key."""
        return (self.source, self.server, self.fetched_at.isoformat() if self.fetched_at else "", self.sha256)


@dataclass(frozen=True, slots=True)
class Observation:
    """One recorded asking, uninterpreted. raw: text, a mapping or None, as the source defines.

    outcome: how the asking went: answered, throttled, refused, timeout, error, unsupported.
    line: where it stands in its file, for messages.
    """

    domain: str
    source: str
    server: str
    fetched_at: datetime | None
    outcome: str
    raw: object
    sha256: str = ""
    cells: tuple[CellRef, ...] = ()
    line: str = ""

    @property
    def evidence(self) -> Evidence:
        """The reference to this observation."""
        return Evidence(self.source, self.server, self.fetched_at, self.sha256, self.cells)


@dataclass(frozen=True, slots=True)
class Unavailable:
    """No answer to a question, and why. detail: for people; evidence: what was tried."""

    reason: Reason
    evidence: tuple[Evidence, ...] = ()
    detail: Text | None = None


@dataclass(frozen=True, slots=True)
class Stated(Generic[V]):
    """A value with the observation that states it."""

    value: V
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Registrants:
    """Who holds the domain, best source first (registrar, .cn WHOIS, registrar RDAP, registry RDAP, gTLD WHOIS)."""

    stated: tuple[Stated[str], ...]

    @property
    def best(self) -> Stated[str]:
        """The statement that counts."""
        return self.stated[0]


@dataclass(frozen=True, slots=True)
class Expiries:
    """When the registration ends, in Beijing days, best source first (registry, registrar export, registrar)."""

    stated: tuple[Stated[date], ...]

    @property
    def best(self) -> Stated[date]:
        """The statement that counts."""
        return self.stated[0]


@dataclass(frozen=True, slots=True)
class RegistrarNames:
    """The sponsoring registrar by source, best first. value: the name, or "IANA <id>" where only the id stands."""

    stated: tuple[Stated[str], ...]

    @property
    def best(self) -> Stated[str]:
        """The statement that counts."""
        return self.stated[0]


@dataclass(frozen=True, slots=True)
class Statuses:
    """The EPP statuses in camelCase as one set ("ok", "serverHold", "redemptionPeriod" …), with their sources."""

    codes: frozenset[str]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Existence:
    """Whether the domain is registered.

    registered: answers that show it is. absent: registry templates or RDAP 404 that say it is not, one entry an
    answer. nxdomain: DNS answers that agree. reserved: answers that call the name reserved.
    """

    registered: tuple[Evidence, ...] = ()
    absent: tuple[Evidence, ...] = ()
    nxdomain: tuple[Evidence, ...] = ()
    reserved: tuple[Evidence, ...] = ()

    @property
    def confirmed_absent(self) -> bool:
        """Nobody says it is registered, and two independent answers say it is not."""
        return not self.registered and bool(self.absent) and len(self.absent) + len(self.nxdomain) >= 2


class RealNameState(StrEnum):
    """The registrar's word on real-name verification."""

    VERIFIED = "verified"
    NOT_VERIFIED = "not_verified"
    IN_REVIEW = "in_review"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class RealName:
    """The registrar's real-name record.

    state: newest word. raw: the status as written. certificate: type and number behind it, where given.
    """

    state: RealNameState
    raw: str
    certificate_type: str | None
    certificate_number: str | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class HostAnswer:
    """What DNS says of one host. rcode: NOERROR, NXDOMAIN, SERVFAIL, TIMEOUT …; chain: the CNAMEs in order."""

    rcode: str
    a: tuple[str, ...] = ()
    aaaa: tuple[str, ...] = ()
    chain: tuple[str, ...] = ()
    ns: tuple[str, ...] = ()
    mx: tuple[str, ...] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        """IPv4 and IPv6 addresses."""
        return self.a + self.aaaa

    @property
    def empty(self) -> bool:
        """An answer that says there is no address: NXDOMAIN, or NOERROR without one."""
        return self.rcode == "NXDOMAIN" or (self.rcode == "NOERROR" and not self.addresses)


@dataclass(frozen=True, slots=True)
class Resolution:
    """DNS answers: one mapping host → answer for each resolver asked, newest first."""

    answers: tuple[Stated[Mapping[str, HostAnswer]], ...]

    def of(self, host: str) -> tuple[Stated[HostAnswer], ...]:
        """Every resolver's answer for one host (A-label or U-label as recorded, lower case)."""
        return tuple(
            Stated(answers.value[host], answers.evidence) for answers in self.answers if host in answers.value
        )


@dataclass(frozen=True, slots=True)
class ShownNumber:
    """A record number shown on a page. raw: as shown; link: the target it carries, "" for none."""

    raw: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class HomePage:
    """The home page as fetched.

    opened: a page came (2xx with a body). complete: the whole page is at hand, so that what is not on it is
    not shown; a page built by scripts or cut short is not complete.
    """

    url: str
    status: int
    opened: bool
    complete: bool
    record_numbers: tuple[ShownNumber, ...]
    police_numbers: tuple[ShownNumber, ...]
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class MinistryRecord:
    """One record of the ministry's public query."""

    entity_number: str
    service_number: str
    entity_name: str
    entity_kind: str
    restricted: bool | None
    updated: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class MinistryRecords:
    """The ministry's answers for a domain: records found, newest first, and answers that say there is none."""

    records: tuple[MinistryRecord, ...]
    absent: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class MailHost:
    """Whether a mail domain can receive: True, False (no MX and no address, or a null MX), None = not known.

    reason: why it is not known, where somebody was asked in vain.
    """

    receives: bool | None
    evidence: tuple[Evidence, ...] = ()
    reason: Reason | None = None


_NOT_LOOKED_UP = Unavailable(Reason.NO_EVIDENCE)


@dataclass(frozen=True, slots=True)
class DomainEvidence:
    """All that is known of one domain from outside the book, by question.

    dns_history: every DNS observation that could be read, oldest first, however old.
    outcomes: every observation, newest first, with what it turned out to be. thin: the answers among them that by
    their nature carry no holder (a thin registry), so that their silence hides nothing.
    """

    domain: str
    existence: Existence | Unavailable = _NOT_LOOKED_UP
    registrants: Registrants | Unavailable = _NOT_LOOKED_UP
    expiries: Expiries | Unavailable = _NOT_LOOKED_UP
    registrars: RegistrarNames | Unavailable = _NOT_LOOKED_UP
    statuses: Statuses | Unavailable = _NOT_LOOKED_UP
    real_name: RealName | Unavailable = _NOT_LOOKED_UP
    resolution: Resolution | Unavailable = _NOT_LOOKED_UP
    home_page: HomePage | Unavailable = _NOT_LOOKED_UP
    ministry: MinistryRecords | Unavailable = _NOT_LOOKED_UP
    outcomes: tuple[tuple[Evidence, Outcome, Text | None], ...] = ()
    thin: tuple[Evidence, ...] = ()
    dns_history: tuple[Stated[Mapping[str, HostAnswer]], ...] = ()


@dataclass(frozen=True, slots=True)
class Dossier:
    """The evidence for a portfolio. problems: lines of evidence files that could not be used, told in the report."""

    domains: Mapping[str, DomainEvidence] = field(default_factory=dict)
    mail_hosts: Mapping[str, MailHost] = field(default_factory=dict)
    problems: tuple[Text, ...] = ()
    observations: int = 0
    unused: int = 0

    def of(self, domain: str) -> DomainEvidence:
        """The evidence for a registrable domain (U-label); empty where nothing was recorded."""
        return self.domains.get(domain) or DomainEvidence(domain)
