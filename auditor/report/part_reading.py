"""What intake and the sources of evidence have of a share: its files, rows and cells, and the answers on its domains."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from auditor.model.evidence import REASON_OF_OUTCOME, Dossier, Evidence, Observation, Outcome
from auditor.model.portfolio import Portfolio, Row
from auditor.model.result import (
    AuditResult,
    CellProblem,
    Expiry,
    InputFate,
    Reading,
    RejectedRow,
    SheetFate,
    SourceCoverage,
)
from auditor.model.values import plain
from auditor.model.verdict import Reason
from auditor.report.part_rows import Claim, Place, entity_number_in, place_of

_READABLE = frozenset((Outcome.FOUND, Outcome.NOT_FOUND, Outcome.RESERVED))
_BETWEEN_CELLS = " | "


def reading_part(reading: Reading, book: Portfolio, claim: Claim) -> Reading:
    """What intake made of the share's rows. book: the share's portfolio.

    A file or sheet without any of them is left out; the counts of the others are those of the share's rows. Lines
    that are no record and remarks on a sheet as a whole speak of everybody's rows, and are left out too.
    """
    observations = tuple(observed(reading.observations, book))
    rejected = tuple(_rejected(reading, claim))
    accepted = {row.ref.order for row in book.rows}
    accepted |= {place_of(one.cells[0]) for one in observations if one.cells}
    refused = {place_of(one.cell) for one in rejected}
    return Reading(
        portfolio=book,
        inputs=tuple(_inputs(reading.inputs, accepted - refused, refused)),
        rejected=rejected,
        problems=tuple(_problems(reading.problems, accepted | refused)),
        observations=observations,
    )


def observed(observations: Iterable[object], book: Portfolio) -> Iterator[Observation]:
    """The rows of exports and query results that speak of a domain of the share."""
    own = {plain(name) for one in book.domains for name in (one.name.ulabel, one.name.alabel)}
    for one in observations:
        if isinstance(one, Observation) and plain(one.domain) in own:
            yield one


def _rejected(reading: Reading, claim: Claim) -> Iterator[RejectedRow]:
    """The rows that could not be taken in and that name an entity of the share, and no other entity.

    A rejected row has no columns to go by: a whole cell has to say the entity, so that in doubt the row is nobody's.
    """
    if claim.share.kind == "tag" or not reading.rejected:
        return
    others: set[str] = set()
    own: set[str] = set()
    for entity in reading.portfolio.entities:
        names = {plain(name) for name in (*entity.names, "" if entity.number else entity.key)} - {""}
        (own if entity.key in claim.entities else others).update(names)
    for one in reading.rejected:
        pieces = one.shown.split(_BETWEEN_CELLS)
        numbers = {str(number) for piece in pieces if (number := entity_number_in(piece)) is not None}
        said = {plain(piece) for piece in pieces}
        if (
            numbers <= claim.numbers
            and said.isdisjoint(others - own)
            and (numbers or not said.isdisjoint(own))
        ):
            yield one


def _inputs(
    files: Iterable[InputFate], accepted: Collection[Place], refused: Collection[Place]
) -> Iterator[InputFate]:
    taken = Counter(place[:2] for place in accepted)
    left = Counter(place[:2] for place in refused)
    for file in files:
        sheets = []
        for sheet in file.sheets:
            where = (sheet.ref.path, sheet.ref.name)
            if taken[where] or left[where]:
                sheets.append(_sheet(sheet, taken[where], left[where]))
        if sheets:
            yield InputFate(file.path, file.sha256, tuple(sheets))


def _sheet(sheet: SheetFate, accepted: int, rejected: int) -> SheetFate:
    return SheetFate(sheet.ref, accepted + rejected, accepted, rejected, sheet.ignored)


def _problems(problems: Iterable[CellProblem], places: Collection[Place]) -> Iterator[CellProblem]:
    return (one for one in problems if place_of(one.cell) in places)


def dossier_part(dossier: Dossier, domains: Collection[str]) -> Dossier:
    """The evidence on some domains; what mail hosts answered and faulty lines are told of the whole only."""
    own = {name: one for name, one in dossier.domains.items() if name in domains}
    return Dossier(own, observations=sum(len(one.outcomes) for one in own.values()))


def coverage_part(result: AuditResult, domains: Collection[str]) -> tuple[SourceCoverage, ...]:
    """How far each source was asked about some domains, counted as for the whole.

    How old an answer may be is not written in a result; but an answer older than the oldest that the whole counted
    was too old there, and is so here.
    """
    return tuple(_source(one, result.dossier, sorted(domains)) for one in result.coverage)


def _source(whole: SourceCoverage, dossier: Dossier, domains: Iterable[str]) -> SourceCoverage:
    answered, not_asked = 0, 0
    failed: Counter[str] = Counter()
    moments = []
    for name in domains:
        own = [
            (ref, outcome)
            for ref, outcome, _detail in dossier.of(name).outcomes
            if ref.source == whole.source
        ]
        read = [ref for ref, outcome in own if outcome in _READABLE]
        fresh = [ref for ref in read if _fresh(ref, whole)]
        if fresh:
            answered += 1
            moments += [ref.fetched_at for ref in fresh if ref.fetched_at is not None]
        elif own:
            failed[str(Reason.STALE if read else REASON_OF_OUTCOME[own[0][1]])] += 1
        else:
            not_asked += 1
    return SourceCoverage(
        whole.source,
        answered,
        dict(sorted(failed.items())),
        not_asked,
        max(moments, default=None),
        min(moments, default=None),
    )


def _fresh(ref: Evidence, whole: SourceCoverage) -> bool:
    if ref.fetched_at is None:
        return True
    return whole.oldest is not None and ref.fetched_at >= whole.oldest


class EvidenceOwners:
    """Which domains each observation speaks of, so that a finding keeps only what speaks of its share."""

    def __init__(self, result: AuditResult) -> None:
        self._of: dict[Evidence, set[str]] = {}
        for name, known in result.dossier.domains.items():
            for ref, _outcome, _detail in known.outcomes:
                self._of.setdefault(ref, set()).add(name)
        for one in result.reading.observations:
            if isinstance(one, Observation):
                self._of.setdefault(one.evidence, set()).add(plain(one.domain))

    def kept(self, evidence: tuple[Evidence, ...], domains: Collection[str]) -> tuple[Evidence, ...]:
        """The observations but those that speak of other domains alone."""
        return tuple(
            one for one in evidence if (own := self._of.get(one)) is None or not own.isdisjoint(domains)
        )


def expiries_part(expiries: Iterable[Expiry], book: Portfolio, rows: Iterable[Row]) -> Iterator[Expiry]:
    """What of the share runs out; the owner named is the one that the share's rows name."""
    places = {row.ref.order for row in rows}
    domains = {one.key: one for one in book.domains}
    for one in expiries:
        cells = tuple(cell for cell in one.cells if place_of(cell) in places)
        if one.kind == "domain":
            domain = domains.get(one.target)
            if domain is not None:
                owner = domain.entity.name if domain.entity else None
                yield replace(one, cells=cells, entity_name=owner)
        elif cells:
            yield replace(one, cells=cells)
