"""Audits made by hand for the history: findings, evidence and books that differ from run to run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from auditor.model.evidence import (
    DomainEvidence,
    Dossier,
    Evidence,
    Expiries,
    HostAnswer,
    Registrants,
    RegistrarNames,
    Resolution,
    Stated,
)
from auditor.model.result import AuditResult, Finding, Reading, RunInfo, Tally
from auditor.model.text import Text, say
from auditor.model.values import BEIJING
from auditor.model.verdict import Reason, Scope, Severity, Verdict
from auditor.model.words import SheetRole
from tests.builders import entity_number, reading_of, service_number

MONDAY = date(2026, 11, 23)
START = datetime(2026, 11, 23, 7, tzinfo=BEIJING)
OWNER = "示例科技有限公司"
CHECKS = ("OWN201", "DOM302", "DOC601", "REC102")
_SCOPES = {"OWN201": Scope.DOMAIN, "DOM302": Scope.DOMAIN, "DOC601": Scope.DOCUMENT, "REC102": Scope.ROW}


class Clock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at


def fault(
    number: int,
    verdict: Verdict = Verdict.FAIL,
    severity: Severity = Severity.HIGH,
    *,
    check: str = "OWN201",
    target: str = "",
    words: str = "不符合",
    **more: object,
) -> Finding:
    """A finding; its number is its fingerprint."""
    domain = target or f"d{number}.cn"
    plain = Finding(
        fingerprint=f"{number:032x}",
        check=check,
        title=Text("检查", "a check"),
        verdict=verdict,
        severity=severity,
        scope=_SCOPES[check],
        target=domain,
        message=(say(f"{{target}} {words}", f"{{target}} is wrong: {words}", target=domain),),
        reason=Reason.TIMEOUT if verdict is Verdict.UNKNOWN else None,
        entity_number=entity_number(1),
        entity_name=OWNER,
        domain=domain if _SCOPES[check] is Scope.DOMAIN else None,
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def doubt(number: int, **more: object) -> Finding:
    """A finding that could not be decided."""
    return fault(number, Verdict.UNKNOWN, **more)  # type: ignore[arg-type]


def book(domains: Iterable[str], documents: Sequence[dict[str, object]] = (), **cells: object) -> Reading:
    """A book of one entity with some domains and documents."""
    rows: list[dict[str, object]] = [
        {
            "entity_number": entity_number(1),
            "entity_name": OWNER,
            "service_number": service_number(1, index),
            "domain": domain,
            **cells,
        }
        for index, domain in enumerate(domains, 1)
    ]
    sheets: dict[str, tuple[SheetRole, Sequence[dict[str, object]]]] = {"台账": (SheetRole.FILINGS, rows)}
    if documents:
        sheets["材料"] = (SheetRole.DOCUMENTS, documents)
    return reading_of(sheets)


def audited(
    *findings: Finding,
    week: int = 0,
    reading: Reading | None = None,
    dossier: Dossier | None = None,
    checks: Sequence[str] = CHECKS,
    **run: object,
) -> AuditResult:
    """A finished audit, some weeks after the first; its book has d0.cn … d19.cn unless another one is given."""
    day = MONDAY + timedelta(weeks=week)
    started = START + timedelta(weeks=week)
    info = RunInfo(
        id=f"{started:%Y%m%dT%H%M%S}-{week:08x}",
        as_of=day,
        started_at=started,
        finished_at=started + timedelta(seconds=9),
        version="0.1.0",
        offline=True,
        complete=True,
        evidence_files=(("evidence.jsonl", "cd" * 32, 12),),
    )
    tallies = tuple(
        Tally(one, Text("检查", "a check"), _SCOPES[one], Severity.HIGH, passed=3) for one in checks
    )
    return AuditResult(
        run=replace(info, **run),  # type: ignore[arg-type]
        reading=reading or book(f"d{number}.cn" for number in range(20)),
        tallies=tallies,
        findings=findings,
        coverage=(),
        dossier=dossier or Dossier(),
    )


def seen(source: str = "whois", server: str = "whois.cnnic.cn") -> Evidence:
    """A reference to an answer."""
    return Evidence(source, server, START, "ab" * 32)


def known(
    domain: str = "d0.cn",
    *,
    holder: str | None = None,
    registrar: str | None = None,
    ends: date | None = None,
    hosts: dict[str, HostAnswer] | None = None,
    evidence: Evidence | None = None,
) -> Dossier:
    """What some answers say of one domain; what is left out nobody answered."""
    by = evidence or seen()
    facts: dict[str, object] = {}
    if holder is not None:
        facts["registrants"] = Registrants((Stated(holder, by),))
    if registrar is not None:
        facts["registrars"] = RegistrarNames((Stated(registrar, by),))
    if ends is not None:
        facts["expiries"] = Expiries((Stated(ends, by),))
    if hosts is not None:
        facts["resolution"] = Resolution((Stated(hosts, seen("dns", "192.0.2.53")),))
    return Dossier({domain: DomainEvidence(domain, **facts)})  # type: ignore[arg-type]
