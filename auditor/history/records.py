"""What the history keeps of runs and findings, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Protocol

from auditor.model.change import Comparison, PastFinding
from auditor.model.text import Text, mask_text
from auditor.model.values import BEIJING
from auditor.model.verdict import Scope, Severity, Verdict

NAME_AT_MOST = 500
"""Characters of a name; PostgreSQL's indexes bear no more than some 2,700 bytes."""

VERDICTS = {Verdict.UNKNOWN: 1, Verdict.FAIL: 2}
VERDICT_OF = {number: verdict for verdict, number in VERDICTS.items()}


class Now(Protocol):
    """What the history needs of a clock."""

    def now(self) -> datetime:
        """The time of day, with its zone."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A recorded run. number: counts the runs of its portfolio from 1. baseline: the id of the run that it was
    compared with, None for a first run. inputs: (path as shown, SHA-256); evidence: (name, SHA-256, observations).

    by_severity: failures that nobody accepted; unknown: likewise; kept: its whole result can be reported again.
    """

    id: str
    number: int
    portfolio: str
    as_of: date
    started_at: datetime
    finished_at: datetime
    recorded_at: datetime
    version: str
    offline: bool
    complete: bool
    by_severity: Mapping[Severity, int]
    unknown: int
    waived: int
    passed: int
    digest: str
    baseline: str | None = None
    inputs: tuple[tuple[str, str], ...] = ()
    evidence: tuple[tuple[str, str, int], ...] = ()
    incomplete_because: tuple[Text, ...] = ()
    kept: bool = False

    @property
    def findings(self) -> int:
        """How many findings it reported, accepted ones included."""
        return sum(self.by_severity.values()) + self.unknown + self.waived


@dataclass(frozen=True, slots=True)
class Difference(Comparison):
    """Two recorded runs, compared: `since` is the earlier argument, `until` the later one.

    new, worse, better, persisting: findings of the later argument as they stand there; worst first.
    """

    until: str = ""
    until_as_of: date | None = None
    new: tuple[PastFinding, ...] = ()
    worse: tuple[PastFinding, ...] = ()
    better: tuple[PastFinding, ...] = ()
    persisting: tuple[PastFinding, ...] = ()


class Judgement(Protocol):
    """What a comparison needs to know of a finding, of this run or of an earlier one."""

    @property
    def fingerprint(self) -> str:
        """Check, target and what is wrong."""

    @property
    def check(self) -> str:
        """The id of the check."""

    @property
    def scope(self) -> Scope:
        """What the check is about."""

    @property
    def target(self) -> str:
        """The canonical name of the target."""

    @property
    def entity_number(self) -> str | None:
        """The entity it belongs to."""

    @property
    def domain(self) -> str | None:
        """The domain it belongs to."""

    @property
    def verdict(self) -> Verdict:
        """Failed or undecided."""

    @property
    def severity(self) -> Severity:
        """How bad it is."""


@dataclass(frozen=True, slots=True)
class Past:
    """A finding as it stood at an earlier run. id, first: of its rows. pending: not in that run's report, because
    nobody could judge it again; it stands as it was last judged."""

    id: int
    first: int
    fingerprint: str
    check: str
    scope: Scope
    target: str
    entity_number: str
    entity_name: str
    domain: str
    verdict: Verdict
    severity: Severity
    pending: bool
    zh: str
    en: str

    @property
    def order(self) -> tuple[int, bool, str, str, str]:
        """Worst first, as in the reports."""
        return (-self.severity, self.verdict is not Verdict.FAIL, self.check, self.target, self.fingerprint)

    def shown(self) -> PastFinding:
        """The same for the reports."""
        return PastFinding(
            self.fingerprint,
            self.check,
            self.verdict,
            self.severity,
            self.target,
            Text(self.zh or "—", self.en or "—"),
            self.entity_number,
            self.entity_name,
            self.domain,
        )


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a run looked: the checks that ran, what was undecided, what the portfolio held.

    undecided: places (see comparison.places). domains, entities: as targets. unread: the texts of rows and cells that
    could not be read.
    """

    checks: frozenset[str]
    undecided: frozenset[tuple[str, ...]]
    domains: frozenset[str]
    entities: frozenset[str]
    unread: str = ""
    unread_rows: frozenset[str] = field(default_factory=frozenset)


def storable(text: str) -> str:
    """A text that every database and every encoding bears: no NUL, no half of a character."""
    if text.isascii():
        return text.replace("\x00", "") if "\x00" in text else text
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def kept(name: str | None) -> str:
    """The name of a target, an entity or a domain as the history keeps and compares it: masked, of bearable length."""
    return storable(mask_text(name))[:NAME_AT_MOST] if name else ""


def places_of(check: str, scope: Scope, target: str, entity: str, domain: str) -> tuple[tuple[str, ...], ...]:
    """The places of a verdict, names as kept. Those of rows and documents move when somebody inserts a row: they are
    also known by what they belong to."""
    if scope in (Scope.ROW, Scope.DOCUMENT):
        return (check, target), (check, entity, domain)
    return ((check, target),)


def stamp(moment: datetime) -> str:
    """A moment as the database keeps it: UTC, of a fixed width, so that order of text is order of time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def moment_of(text: str) -> datetime:
    """The moment of a stamp, in Beijing time."""
    return datetime.fromisoformat(text).astimezone(BEIJING)
