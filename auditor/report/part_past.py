"""What a share has of earlier runs: its change, its acceptances, and the answers left over that are about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from auditor.model.answer import StaleAnswer
from auditor.model.change import Change, Comparison, PastFinding, WorldChange
from auditor.model.portfolio import Document, Portfolio, Row
from auditor.model.result import Finding
from auditor.model.text import mask_text
from auditor.model.values import plain
from auditor.model.waiver import WaiverUse
from auditor.report.part_rows import Claim, entity_number_in


class Known:
    """The names by which earlier runs may call what belongs to a share, and to nobody else.

    A thing belongs to the share where all of its rows do. A name that a thing outside bears too (the same row number
    on sheets of the same name) names nothing.
    """

    def __init__(
        self, whole: Portfolio, rows: frozenset[Row], claim: Claim, findings: Iterable[Finding]
    ) -> None:
        self.claim = claim
        self.prints = frozenset(one.fingerprint.lower() for one in findings)
        own: set[str] = set()
        others: set[str] = set()
        for target, spoken in _targets(whole):
            (own if spoken and rows.issuperset(spoken) else others).add(target)
        own.update(whole_key for whole_key in claim.entities)
        self.targets = frozenset(own - (others - claim.entities))
        names = [one.name for one in whole.domains if one.key in self.targets]
        self.domains = frozenset(plain(text) for one in names for text in (one.ulabel, one.alabel))
        labels = [(_label(one), one.row in rows) for one in whole.documents]
        outside = {label for label, inside in labels if not inside}
        self.papers = frozenset(label for label, inside in labels if inside and label not in outside)
        self.owners = frozenset(
            name
            for one in whole.entities
            if one.key in claim.entities
            for name in (one.key, one.name or one.key)
        )

    def names(self, target: str | None) -> bool:
        """Whether a target, of this run or of an earlier one, belongs to the share."""
        if not target:
            return False
        if target in self.targets or plain(target) in self.domains:
            return True
        number = entity_number_in(target.partition("/")[0])
        return number is not None and str(number) in self.claim.numbers

    def past(self, one: PastFinding) -> bool:
        """Whether an earlier finding belongs to the share; another entity's does not, whatever its target is called."""
        if one.fingerprint.lower() in self.prints or self.claim.on_record(one.entity_number, one.entity_name):
            return True
        elsewhere = one.entity_number and self.claim.numbers and one.entity_number not in self.claim.numbers
        return not elsewhere and (self.names(one.target) or self.names(one.domain))

    def world(self, one: WorldChange) -> bool:
        """Whether a fact of the world is about the share's domains, owners or documents."""
        if one.kind == "document":
            return one.target in self.papers
        if one.kind == "certificate":
            return one.target in self.owners
        labels = plain(one.target).split(".")
        return any(".".join(labels[start:]) in self.domains for start in range(len(labels)))


def _targets(whole: Portfolio) -> Iterator[tuple[str, Collection[Row]]]:
    for group in (whole.entities, whole.services, whole.domains, whole.orders):
        for one in group:
            yield one.target, one.rows
    for person in whole.persons:
        yield person.target, [row for row, _prefix in person.statements]
    for document in whole.documents:
        yield document.target, (document.row,)
    for row in whole.rows:
        yield row.ref.target, (row,)


def _label(document: Document) -> str:
    """A document as the history names it."""
    owner = document.entity
    holder = document.holder or ((owner.name or owner.target) if owner else "")
    return mask_text(f"{holder} {document.title}".strip())[:300] or document.target


def comparison_part(one: Comparison | None, known: Known, findings: Iterable[Finding]) -> Comparison | None:
    """The change of a share, counted anew. The trend counts the whole portfolio, and is left out."""
    if one is None:
        return None
    findings = tuple(findings)
    resolved = tuple(past for past in one.resolved if known.past(past))
    not_judged = tuple(past for past in one.not_judged if known.past(past))
    gone = {past.domain for past in (*resolved, *not_judged) if past.domain}
    counted = Counter(finding.change for finding in findings if finding.waiver is None)
    counts = {change: counted[change.code] for change in Change}
    counts[Change.RESOLVED] = len(resolved)
    before = one.before or {}
    return Comparison(
        since=one.since,
        since_as_of=one.since_as_of,
        since_at=one.since_at,
        counts=counts,
        before={print_: before[print_] for print_ in sorted(before) if print_.lower() in known.prints},
        resolved=resolved,
        not_judged=not_judged,
        domains_arrived=tuple(name for name in one.domains_arrived if plain(name) in known.domains),
        domains_gone=tuple(name for name in one.domains_gone if name in gone),
        entities_arrived=_entities(one.entities_arrived, known),
        entities_gone=_entities(one.entities_gone, known),
        world=tuple(change for change in one.world if known.world(change)),
    )


def _entities(names: Iterable[str], known: Known) -> tuple[str, ...]:
    """Entities that came or went, given by number or name."""

    def own(name: str) -> bool:
        number = entity_number_in(name)
        return name in known.claim.entities or known.claim.on_record(str(number) if number else None, name)

    return tuple(name for name in names if own(name))


def waivers_part(uses: Iterable[WaiverUse], known: Known) -> Iterator[WaiverUse]:
    """The acceptances that speak of the share."""
    for use in uses:
        met = tuple(print_ for print_ in use.findings if print_.lower() in known.prints)
        waiver = use.waiver
        if met or (not use.findings and waiver.fingerprint is None and known.names(waiver.target)):
            yield replace(use, findings=met)


def stale_part(answers: Iterable[StaleAnswer], known: Known) -> Iterator[StaleAnswer]:
    """The answers left over that are about the share, or that name its owner."""
    for one in answers:
        answer = one.answer
        if (
            answer.fingerprint.lower() in known.prints
            or known.names(answer.target)
            or known.claim.typed(answer.owner)
        ):
            yield one
