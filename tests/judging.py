"""Judge a hand-made portfolio with one check, and hand-made facts to judge it by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from auditor.checks.check import Check
from auditor.checks.runner import run_checks
from auditor.model import evidence as ev
from auditor.model.evidence import DomainEvidence, Dossier, Evidence, Stated
from auditor.model.policy import Policy, Thresholds
from auditor.model.portfolio import Portfolio
from auditor.model.result import Finding, Tally
from auditor.model.verdict import Reason, Verdict
from auditor.rules.load import RuleData

AS_OF = date(2026, 11, 23)


@cache
def rule_data() -> RuleData:
    """The shipped rule data, loaded once for all tests."""
    return RuleData()


@dataclass(frozen=True)
class Judged:
    """What one check said: findings by target, and the counts."""

    findings: Mapping[str, Finding]
    tally: Tally

    def verdict(self, target: str) -> Verdict:
        """FAIL or UNKNOWN where there is a finding for the target; PASS is only known by `tally`."""
        return self.findings[target].verdict

    @property
    def failed(self) -> set[str]:
        return {target for target, one in self.findings.items() if one.verdict is Verdict.FAIL}

    @property
    def unknown(self) -> dict[str, Reason | None]:
        return {target: one.reason for target, one in self.findings.items() if one.verdict is Verdict.UNKNOWN}

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """pass, fail, unknown, not applicable."""
        return (self.tally.passed, self.tally.failed, self.tally.unknown, self.tally.not_applicable)

    def message(self, target: str, lang: str = "zh") -> str:
        return " ".join(one.render(lang) for one in self.findings[target].message)


def judge(
    check: Check,
    portfolio: Portfolio,
    *domains: DomainEvidence,
    mail_hosts: Mapping[str, ev.MailHost] | None = None,
    as_of: date = AS_OF,
    policy: Policy | None = None,
    **thresholds: Any,
) -> Judged:
    """Run one check; keyword arguments beyond the named ones are thresholds."""
    dossier = Dossier({one.domain: one for one in domains}, mail_hosts or {})
    policy = policy or Policy(as_of, Thresholds(**thresholds))
    verdicts = run_checks(portfolio, dossier, policy, rule_data(), (check,))
    for finding in verdicts.findings:
        # Both languages of every message must fill without a missing value.
        for lang in ("zh", "en"):
            assert all(one.render(lang) for one in finding.message)
        assert finding.remedy
        assert finding.basis
    return Judged({one.target: one for one in verdicts.findings}, verdicts.tallies[0])


def seen(source: str = "whois", server: str = "whois.cnnic.cn", day: int = 20, number: int = 0) -> Evidence:
    """A made-up observation of November 2026."""
    return Evidence(source, server, datetime(2026, 11, day, tzinfo=UTC), f"{number:064x}")


def registrants(*names: str, sources: tuple[str, ...] = ("registrar", "whois", "rdap")) -> ev.Registrants:
    """Registrants stated by one source each, best first."""
    return ev.Registrants(
        tuple(Stated(name, seen(source, source)) for name, source in zip(names, sources, strict=False))
    )


def evidence_for(domain: str, **facts: Any) -> DomainEvidence:
    """Evidence for a domain: keyword arguments are the facts of DomainEvidence."""
    return replace(DomainEvidence(domain), **facts)
