"""The share of an audit that one owner, tag or entity may see, as a result of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property

from auditor.model.portfolio import Row
from auditor.model.result import AuditResult, Finding, RunInfo, Tally
from auditor.model.text import Message, say
from auditor.model.values import plain
from auditor.model.verdict import Verdict
from auditor.report.part_past import Known, comparison_part, stale_part, waivers_part
from auditor.report.part_plan import plan_part
from auditor.report.part_portfolio import portfolio_part
from auditor.report.part_reading import (
    EvidenceOwners,
    coverage_part,
    dossier_part,
    expiries_part,
    reading_part,
)
from auditor.report.part_rows import Claim, Kind, Owners, Share, place_of, values_of

__all__ = ["Division", "Kind", "Share", "share_of", "shares"]


class Division:
    """A result about to be divided: what all its shares need is worked out once."""

    def __init__(self, result: AuditResult) -> None:
        self.result = result

    @cached_property
    def _owners(self) -> Owners:
        return Owners(self.result.reading.portfolio)

    @cached_property
    def _evidence(self) -> EvidenceOwners:
        return EvidenceOwners(self.result)

    @cached_property
    def _judged(self) -> bool:
        return any(one.total > one.not_applicable for one in self.result.tallies)

    def of(self, share: Share) -> AuditResult:
        """The share as a complete result of its own, `part` told; without any row or finding where nothing is of it.

        Findings about two entities at once name both, by nature; everything else speaks of the share alone. Passes
        are not counted, because a result knows them only by their number.
        """
        whole = self.result
        claim = Claim(share, self._owners)
        findings = tuple(one for one in whole.findings if claim.holds(one))
        rows = claim.rows(findings)
        told = claim.entities.union(*(self._owners.keys(one) for one in findings))
        # Of two entities that one row numbers, the share is told of its own where one of them is.
        keys = told.union(
            *(
                self._owners.of[row]
                for row in rows
                if not self._owners.torn(row) or self._owners.of[row].isdisjoint(told)
            )
        )
        book = portfolio_part(whole.reading.portfolio, rows, keys)
        domains = {one.key for one in book.domains}
        prints = {one.fingerprint for one in findings}
        own = tuple(self._finding(one, domains) for one in findings)
        known = Known(whole.reading.portfolio, rows, claim, findings)
        return AuditResult(
            run=self._run(rows, prints),
            reading=reading_part(whole.reading, book, claim),
            tallies=_tallies(whole.tallies, own),
            findings=own,
            coverage=coverage_part(whole, domains),
            expiries=tuple(expiries_part(whole.expiries, book, rows)),
            dossier=dossier_part(whole.dossier, domains),
            plan=plan_part(whole.plan, claim, book, prints),
            comparison=comparison_part(whole.comparison, known, own),
            waivers=tuple(waivers_part(whole.waivers, known)),
            stale_answers=tuple(stale_part(whole.stale_answers, known)),
            part=_part(share),
        )

    def _finding(self, one: Finding, domains: set[str]) -> Finding:
        own = domains | {plain(name) for name in domains} | ({one.domain} if one.domain else set())
        kept = self._evidence.kept(one.evidence, own)
        return one if kept == one.evidence else replace(one, evidence=kept)

    def _run(self, rows: frozenset[Row], prints: set[str]) -> RunInfo:
        """The run with its limits told as those of the whole, and with what the share does not show of its own rows."""
        run = self.result.run
        because = [
            say("整次审计：{told}", "The whole audit: {told}", told=one) for one in run.incomplete_because
        ]
        places = {row.ref.order for row in rows}
        beside = sum(
            1
            for one in self.result.findings
            if one.fingerprint not in prints and any(place_of(cell) in places for cell in one.cells)
        )
        if beside:
            because.append(
                say(
                    "另有 {count} 项结论涉及这里的行, 但归属其他部分, 未列入本报告",
                    "Findings that touch these rows but belong to other shares, not listed here: {count}",
                    count=beside,
                )
            )
        if not self._judged:
            because.append(say("整次审计没有作出任何判定", "The whole audit judged nothing"))
        return replace(run, complete=run.complete and self._judged, incomplete_because=tuple(because))


def share_of(result: AuditResult, share: Share) -> AuditResult:
    """One share; for many of one result, ask a Division."""
    return Division(result).of(share)


def shares(result: AuditResult, kind: Kind) -> tuple[str, ...]:
    """Every value of a kind that occurs, sorted: entities by number and by name both, since routes may use either.

    Of spellings that mean the same the first in order stands for all.
    """
    found: dict[str, str] = {}
    for value in sorted(set(values_of(result, kind))):
        if plain(value):
            found.setdefault(plain(value), value)
    return tuple(sorted(found.values()))


def _tallies(tallies: Iterable[Tally], findings: Iterable[Finding]) -> tuple[Tally, ...]:
    """What the share's findings say; the rest is not known of a share."""
    standing: Counter[tuple[str, Verdict]] = Counter()
    waived: Counter[str] = Counter()
    for one in findings:
        if one.waiver is None:
            standing[one.check, one.verdict] += 1
        else:
            waived[one.check] += 1
    return tuple(
        replace(
            one,
            passed=0,
            not_applicable=0,
            failed=standing[one.check, Verdict.FAIL],
            unknown=standing[one.check, Verdict.UNKNOWN],
            waived=waived[one.check],
        )
        for one in tallies
    )


def _part(share: Share) -> Message:
    who = {
        "owner": say("负责人“{value}”", "the owner “{value}”", value=share.value),
        "tag": say("分组“{value}”", "the group “{value}”", value=share.value),
        "entity": say("主体“{value}”", "the entity “{value}”", value=share.value),
    }[share.kind]
    return say("本报告只含{who}的部分", "This report holds only the share of {who}", who=who)
