"""What changed between two runs: in verdicts, in the portfolio, and in the world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from auditor.model.text import Text
from auditor.model.verdict import Severity, Verdict
from auditor.model.words import Word


class Change(Word):
    """How a finding stands against the run before."""

    NEW = "new", "新增", "new"
    WORSE = "worse", "加重", "worse"
    BETTER = "better", "减轻", "better"
    PERSISTING = "persisting", "持续", "persisting"
    LAPSED = "lapsed", "豁免到期", "waiver lapsed"
    RESOLVED = "resolved", "已解决", "resolved"


@dataclass(frozen=True, slots=True)
class PastFinding:
    """A finding of an earlier run as history keeps it; message: in both languages, personal data masked."""

    fingerprint: str
    check: str
    verdict: Verdict
    severity: Severity
    target: str
    message: Text
    entity_number: str = ""
    entity_name: str = ""
    domain: str = ""


@dataclass(frozen=True, slots=True)
class WorldChange:
    """A fact that is another one than in the run before.

    before, after: as shown, personal data masked: what somebody said, or a word of ours; "" = none known.
    kind: "registrant", "registrar", "expiry", "nameservers", "addresses", "status", "document" or "certificate".
    """

    kind: str
    target: str
    before: Text | str
    after: Text | str


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One run of the portfolio in a line."""

    run: str
    as_of: date
    by_severity: Mapping[Severity, int]
    unknown: int
    waived: int
    complete: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """This run against an earlier one. since: None where this is the first run of the portfolio.

    resolved: findings of the earlier run that are gone; not_judged: those whose check did not run, whose target's rows were
    rejected, or that are undecided now, so that nobody may call them resolved. better, worse: fingerprint → the severity
    and verdict it had. Arrived and gone domains are registrable names as shown, entities are numbers or names.
    trend: earlier runs, oldest first, this one last.
    """

    since: str | None
    since_as_of: date | None = None
    since_at: datetime | None = None
    counts: Mapping[Change, int] | None = None
    before: Mapping[str, tuple[Verdict, Severity]] | None = None
    resolved: tuple[PastFinding, ...] = ()
    not_judged: tuple[PastFinding, ...] = ()
    domains_arrived: tuple[str, ...] = ()
    domains_gone: tuple[str, ...] = ()
    entities_arrived: tuple[str, ...] = ()
    entities_gone: tuple[str, ...] = ()
    world: tuple[WorldChange, ...] = ()
    trend: tuple[TrendPoint, ...] = ()
