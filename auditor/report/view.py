"""What every format shows alike: totals, groupings and the conclusion, worked out once from a result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from auditor.model.result import AuditResult, Finding, Tally
from auditor.model.text import Message, Text, say
from auditor.model.verdict import Scope, Severity, Verdict
from auditor.report.changes import Changes, changes_of
from auditor.report.conclusion import Conclusion, conclude
from auditor.report.entities import EntityWork, work_by_entity
from auditor.report.expiries import ExpiryLine, expiry_lines
from auditor.report.numbers import SharedNumber, shared_numbers
from auditor.report.unknowns import UnknownReason, unknown_reasons
from auditor.report.waived import WaiverLine, waiver_lines

SEVERITIES = tuple(sorted(Severity, reverse=True))
_WAIVED = Text("已豁免", "waived")


@dataclass(frozen=True, slots=True)
class Counts:
    """Verdicts by kind; `total` is what was judged."""

    passed: int = 0
    failed: int = 0
    unknown: int = 0
    not_applicable: int = 0
    waived: int = 0

    @property
    def total(self) -> int:
        """All verdicts given."""
        return self.passed + self.failed + self.unknown + self.not_applicable + self.waived

    @classmethod
    def of(cls, tallies: tuple[Tally, ...]) -> Counts:
        """The sum over some checks."""
        return cls(
            sum(one.passed for one in tallies),
            sum(one.failed for one in tallies),
            sum(one.unknown for one in tallies),
            sum(one.not_applicable for one in tallies),
            sum(one.waived for one in tallies),
        )


@dataclass(frozen=True, slots=True)
class Family:
    """One family of checks: its letters, its checks and their sum."""

    code: str
    tallies: tuple[Tally, ...]
    counts: Counts
    by_severity: Mapping[Severity, int]


@dataclass(frozen=True, slots=True)
class Rows:
    """What became of the rows of all sheets. sheets: those with a part; not_used: those without."""

    files: int
    sheets: int
    not_used: int
    rows: int
    accepted: int
    rejected: int
    set_aside: int
    ignored_columns: int


@dataclass(frozen=True, slots=True)
class View:
    """The result, counted and grouped. discrepancies: counts that do not add up (none in a sound run).

    waived: findings, failed or undecided, that a waiver covers; changes: None where no history was looked at.
    """

    result: AuditResult
    failures: tuple[Finding, ...]
    unknowns: tuple[Finding, ...]
    waived: tuple[Finding, ...]
    counts: Counts
    by_severity: Mapping[Severity, int]
    families: tuple[Family, ...]
    rows: Rows
    entities: tuple[EntityWork, ...]
    reasons: tuple[UnknownReason, ...]
    shared: tuple[SharedNumber, ...]
    expiries: tuple[ExpiryLine, ...]
    changes: Changes | None
    waivers: tuple[WaiverLine, ...]
    conclusion: Conclusion
    discrepancies: tuple[Message, ...]

    @property
    def targets(self) -> Mapping[Scope, int]:
        """How many of each kind of target the portfolio holds."""
        return targets_of(self.result)

    @property
    def uncounted(self) -> Message | None:
        """What a share cannot count, and shows as a dash; None for the whole."""
        if self.result.part is None:
            return None
        return say(
            "通过、不适用与判定总数只对整次审计统计, 这里以“—”表示；只列出属于本部分的行, 无法辨明归属的行不列出",
            "Passed, not applicable and the total are counted for the whole audit only and stand here as “—”; only rows of "
            "this share are listed, and none whose owner cannot be told",
        )

    @property
    def disabled(self) -> tuple[Tally, ...]:
        """Checks that the policy switches off."""
        return tuple(one for one in self.result.tallies if not one.enabled)


def build_view(result: AuditResult) -> View:
    """Count and group a result; the same result gives the same view."""
    failures, unknowns = result.failures, result.unknowns
    counts = Counts.of(result.tallies)
    by_severity = _by_severity(failures)
    entities = work_by_entity(result.reading.portfolio, failures, unknowns)
    return View(
        result=result,
        failures=failures,
        unknowns=unknowns,
        waived=result.waived,
        counts=counts,
        by_severity=by_severity,
        families=_families(result.tallies, failures),
        rows=_rows(result),
        entities=entities,
        reasons=unknown_reasons(unknowns),
        shared=shared_numbers(result),
        expiries=expiry_lines(result),
        changes=changes_of(result),
        waivers=waiver_lines(result),
        conclusion=conclude(result, failures, unknowns),
        discrepancies=tuple(_discrepancies(result)),
    )


def targets_of(result: AuditResult) -> Mapping[Scope, int]:
    """How many of each kind of target the portfolio holds."""
    book = result.reading.portfolio
    return {
        Scope.ENTITY: len(book.entities),
        Scope.SERVICE: len(book.services),
        Scope.DOMAIN: len(book.domains),
        Scope.PERSON: len(book.persons),
        Scope.DOCUMENT: len(book.documents),
        Scope.ORDER: len(book.orders),
        Scope.ROW: len(book.rows),
    }


def _by_severity(findings: tuple[Finding, ...]) -> dict[Severity, int]:
    counted = Counter(one.severity for one in findings)
    return {severity: counted[severity] for severity in SEVERITIES}


def family_of(check: str) -> str:
    """The letters of a check's id."""
    return check.rstrip("0123456789") or check


def _families(tallies: tuple[Tally, ...], failures: tuple[Finding, ...]) -> tuple[Family, ...]:
    """Families in the order of the catalogue."""
    members: dict[str, list[Tally]] = {}
    for one in tallies:
        members.setdefault(family_of(one.check), []).append(one)
    found: dict[str, list[Finding]] = {}
    for finding in failures:
        found.setdefault(family_of(finding.check), []).append(finding)
    return tuple(
        Family(code, tuple(own), Counts.of(tuple(own)), _by_severity(tuple(found.get(code, ()))))
        for code, own in members.items()
    )


def _rows(result: AuditResult) -> Rows:
    sheets = [sheet for one in result.reading.inputs for sheet in one.sheets]
    used = [sheet for sheet in sheets if sheet.ref.role.code != "unknown"]
    return Rows(
        files=len(result.reading.inputs),
        sheets=len(used),
        not_used=len(sheets) - len(used),
        rows=sum(one.rows for one in sheets),
        accepted=sum(one.accepted for one in sheets),
        rejected=sum(one.rejected for one in sheets),
        set_aside=sum(len(one.set_aside) for one in sheets),
        ignored_columns=sum(len(one.ignored) for one in sheets),
    )


def _discrepancies(result: AuditResult) -> list[Message]:
    """Each law of the counts that this result breaks, told rather than papered over.

    A share knows nothing of what passed: its verdicts cannot add up to its targets.
    """
    told: list[Message] = []
    targets = targets_of(result)
    found = Counter((one.check, one.verdict) for one in result.findings if one.waiver is None)
    waived = Counter(one.check for one in result.waived)
    for tally in result.tallies:
        if result.part is None and tally.enabled and tally.total != targets[tally.scope]:
            told.append(
                say(
                    "{check}: 判定 {total} 项, 而对象有 {targets} 个",
                    "{check}: verdicts {total}, targets {targets}",
                    check=tally.check,
                    total=tally.total,
                    targets=targets[tally.scope],
                )
            )
        for verdict, count in ((Verdict.FAIL, tally.failed), (Verdict.UNKNOWN, tally.unknown)):
            listed = found.pop((tally.check, verdict), 0)
            if listed != count:
                told.append(_listed(tally.check, verdict.text, count, listed))
        listed = waived.pop(tally.check, 0)
        if listed != tally.waived:
            told.append(_listed(tally.check, _WAIVED, tally.waived, listed))
    told.extend(
        _listed(check, verdict.text, 0, count) for (check, verdict), count in sorted(found.items(), key=str)
    )
    told.extend(_listed(check, _WAIVED, 0, count) for check, count in sorted(waived.items()))
    return told + _sheets(result)


def _sheets(result: AuditResult) -> list[Message]:
    """Sheets of which not every row was accepted or rejected."""
    return [
        say(
            "{sheet}: {rows} 行, 而采用 {accepted} 行、拒绝 {rejected} 行",
            "{sheet}: rows {rows}, yet accepted {accepted} and rejected {rejected}",
            sheet=f"{one.path} › {sheet.ref.name}",
            rows=sheet.rows,
            accepted=sheet.accepted,
            rejected=sheet.rejected,
        )
        for one in result.reading.inputs
        for sheet in one.sheets
        if sheet.rows != sheet.accepted + sheet.rejected
    ]


def _listed(check: str, verdict: Text, counted: int, listed: int) -> Message:
    return say(
        "{check}: 计数为“{verdict}” {counted} 项, 列出 {listed} 项",
        "{check}: {counted} counted as {verdict}, {listed} listed",
        check=check,
        verdict=verdict,
        counted=counted,
        listed=listed,
    )
