"""What an audit says of itself: why it is not the whole truth, and what runs out when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from auditor.evidence.recorded import RecordedEvidence
from auditor.lookups import Known, shortfalls
from auditor.model.evidence import Dossier, Outcome, Unavailable
from auditor.model.portfolio import FiledDomain, Portfolio
from auditor.model.result import Expiry, Finding, Reading
from auditor.model.text import Message, say
from auditor.model.values import Validity
from auditor.model.verdict import Reason

_ANSWERS = frozenset((Outcome.FOUND, Outcome.NOT_FOUND, Outcome.RESERVED))
# Outcomes that say "nobody got an answer", unlike those that say "the answer does not tell" or "nobody can be asked".
_FAILED_LOOKUPS = frozenset(Outcome) - _ANSWERS - {Outcome.UNSUPPORTED}


def incomplete_because(
    reading: Reading,
    recorded: RecordedEvidence,
    known: Known,
    dossier: Dossier,
    findings: Iterable[Finding],
    asked: Collection[str],
) -> Iterator[Message]:
    """Why this audit is not the whole truth; nothing yielded = complete."""
    if reading.rejected:
        yield say("有 {n} 行未能纳入审计", "rows that could not be taken in: {n}", n=len(reading.rejected))
    if recorded.problems:
        yield say(
            "证据文件中有 {n} 处无法使用",
            "places in the evidence files that could not be used: {n}",
            n=len(recorded.problems),
        )
    if known.report is not None:
        yield from shortfalls(known.report)
    unknown = Counter(
        evidence.reason
        for domain in asked
        if isinstance(evidence := dossier.of(domain).existence, Unavailable)
    )
    failed = sum(1 for domain in asked if _has_failure(dossier, domain))
    if failed:
        yield say("有 {n} 个域名的查询失败", "domains whose look-ups failed: {n}", n=failed)
    if unknown[Reason.NO_EVIDENCE]:
        yield say(
            "有 {n} 个域名没有任何注册信息证据",
            "domains without any registration evidence: {n}",
            n=unknown[Reason.NO_EVIDENCE],
        )
    if unknown[Reason.STALE]:
        yield say(
            "有 {n} 个域名的注册信息证据已过时",
            "domains whose registration evidence is too old: {n}",
            n=unknown[Reason.STALE],
        )
    crashed = sum(1 for one in findings if one.reason is Reason.CRASHED)
    if crashed:
        yield say("有 {n} 项检查程序出错", "checks that failed to run: {n}", n=crashed)


def _has_failure(dossier: Dossier, domain: str) -> bool:
    """Whether some source that was asked about a domain gave no answer that counts."""
    outcomes = dossier.of(domain).outcomes
    answered = {one.source for one, outcome, _ in outcomes if outcome in _ANSWERS}
    return any(outcome in _FAILED_LOOKUPS and one.source not in answered for one, outcome, _ in outcomes)


def expiries(portfolio: Portfolio, dossier: Dossier) -> Iterator[Expiry]:
    """Everything with an end date, for the expiry list; the source that counts for each."""
    for domain in portfolio.domains:
        evidence = dossier.of(domain.key).expiries
        if not isinstance(evidence, Unavailable):
            best = evidence.best
            yield Expiry(
                "domain",
                domain.key,
                domain.key,
                best.value,
                _owner(domain),
                domain.cells("domain"),
                best.evidence,
            )
        elif isinstance(listed := domain.value("domain_expiry"), Validity) and listed.end:
            yield Expiry(
                "domain", domain.key, domain.key, listed.end, _owner(domain), domain.cells("domain_expiry")
            )
    for document in portfolio.documents:
        if document.end is not None:
            owner = document.entity.name if document.entity else None
            holder = document.holder or (document.subject.name if document.subject else None)
            label = f"{document.title}（{holder}）" if holder else document.title
            yield Expiry("document", document.target, label, document.end, owner, document.cells)


def _owner(domain: FiledDomain) -> str | None:
    return domain.entity.name if domain.entity else None
