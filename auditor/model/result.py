"""The result of an audit: verdicts, findings, the fate of every row, and how complete the look was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from auditor.model.answer import Answer, StaleAnswer
from auditor.model.change import Comparison
from auditor.model.evidence import Dossier, Evidence
from auditor.model.place import CellRef, SheetRef
from auditor.model.plan import Plan
from auditor.model.portfolio import Portfolio
from auditor.model.text import Message, Text
from auditor.model.verdict import Reason, Scope, Severity, Verdict
from auditor.model.waiver import Waiver, WaiverUse


@dataclass(frozen=True, slots=True)
class Finding:
    """One verdict that is not a pass, with all that its reader needs to check it.

    key: what identifies the wrong beside check and target (empty for most); part of the fingerprint.
    due: the day by which it must be put right; start_by: the last day to begin; estimated: a date among them
    rests on a year without an official calendar. change: a code of model.change.Change. waiver: the acceptance that
    covers it now; answer: what people wrote about it.
    """

    fingerprint: str
    check: str
    title: Text
    verdict: Verdict
    severity: Severity
    scope: Scope
    target: str
    message: tuple[Message, ...]
    expected: object = None
    observed: object = None
    reason: Reason | None = None
    detail: Text | None = None
    entity_number: str | None = None
    service_number: str | None = None
    domain: str | None = None
    entity_name: str | None = None
    province: str = ""
    provider: str = ""
    group: str = ""
    cells: tuple[CellRef, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    basis: tuple[Text, ...] = ()
    remedy: tuple[Text, ...] = ()
    due: date | None = None
    start_by: date | None = None
    estimated: bool = False
    change: str = "new"
    waiver: Waiver | None = None
    answer: Answer | None = None
    sort_key: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """The counts of one check over all its targets."""

    check: str
    title: Text
    scope: Scope
    severity: Severity
    passed: int = 0
    failed: int = 0
    unknown: int = 0
    not_applicable: int = 0
    waived: int = 0
    enabled: bool = True

    @property
    def total(self) -> int:
        """Verdicts given."""
        return self.passed + self.failed + self.unknown + self.not_applicable + self.waived


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that could not become part of the portfolio, and why."""

    cell: CellRef
    reason: Text
    shown: str = ""


@dataclass(frozen=True, slots=True)
class SetAsideRow:
    """A row that holds no record (a repeated header, a totals line), told but not counted."""

    cell: CellRef
    reason: Text
    shown: str = ""


@dataclass(frozen=True, slots=True)
class SheetFate:
    """What became of one sheet. rows == accepted + rejected; ignored: headers of columns that feed no field."""

    ref: SheetRef
    rows: int
    accepted: int
    rejected: int
    ignored: tuple[str, ...]
    set_aside: tuple[SetAsideRow, ...] = ()
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class CellProblem:
    """A cell that could not be read, or was read only after mending, in the three facts.

    wrong: what is wrong; needed: what is needed; stands: what stands there now.
    """

    cell: CellRef
    field: str
    wrong: Text
    needed: Text
    stands: object


@dataclass(frozen=True, slots=True)
class InputFate:
    """One input file and what became of its sheets."""

    path: str
    sha256: str
    sheets: tuple[SheetFate, ...]
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What intake made of the books."""

    portfolio: Portfolio
    inputs: tuple[InputFate, ...]
    rejected: tuple[RejectedRow, ...]
    problems: tuple[CellProblem, ...]
    observations: tuple[object, ...] = ()  # model.evidence.Observation from registrar and ministry sheets


@dataclass(frozen=True, slots=True)
class SourceCoverage:
    """How far one source was asked: domains answered, failed (with reasons) and never asked."""

    source: str
    answered: int
    failed: Mapping[str, int]
    not_asked: int
    newest: datetime | None = None
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True)
class Expiry:
    """One end date of the portfolio. kind: "domain" or "document"; evidence: None where the book alone says it."""

    kind: str
    target: str
    label: str
    day: date
    entity_name: str | None
    cells: tuple[CellRef, ...]
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class RunInfo:
    """The run itself."""

    id: str
    as_of: date
    started_at: datetime
    finished_at: datetime
    version: str
    offline: bool
    complete: bool
    evidence_files: tuple[tuple[str, str, int], ...] = ()  # display path, sha256, observations
    rule_data: tuple[tuple[str, str, str], ...] = ()  # file, date, source
    incomplete_because: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class AuditResult:
    """Everything the outputs need; findings in canonical order (worst first), waived ones among them.

    comparison: None where no history was looked at. part: whose share of the whole this is, None for the whole; the
    passes of a share are not known by themselves.
    """

    run: RunInfo
    reading: Reading
    tallies: tuple[Tally, ...]
    findings: tuple[Finding, ...]
    coverage: tuple[SourceCoverage, ...]
    evidence_problems: tuple[Text, ...] = ()
    expiries: tuple[Expiry, ...] = ()
    dossier: Dossier = field(default_factory=Dossier)
    plan: Plan | None = None
    comparison: Comparison | None = None
    waivers: tuple[WaiverUse, ...] = ()
    stale_answers: tuple[StaleAnswer, ...] = ()
    part: Message | None = None

    @property
    def failures(self) -> tuple[Finding, ...]:
        """The findings that are failures and that nobody has accepted."""
        return tuple(one for one in self.findings if one.verdict is Verdict.FAIL and one.waiver is None)

    @property
    def unknowns(self) -> tuple[Finding, ...]:
        """The findings that could not be decided and that nobody has accepted."""
        return tuple(one for one in self.findings if one.verdict is Verdict.UNKNOWN and one.waiver is None)

    @property
    def waived(self) -> tuple[Finding, ...]:
        """The findings, failed or undecided, that a waiver covers."""
        return tuple(one for one in self.findings if one.waiver is not None)
