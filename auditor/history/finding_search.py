"""Findings looked up by run or by fingerprint, for those who speak of one of them."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.history import queries
from auditor.history.logbook import Logbook, stored_name
from auditor.history.records import Past, RunRecord, storable
from auditor.history.schema import FINDING, SPAN


def findings_of(history: Logbook, run: RunRecord) -> tuple[Past, ...]:
    """What stood at a recorded run, worst first, accepted findings and pending ones (see `Past`) among them."""
    with history._database.reading() as connection:
        owner = queries.portfolio_id(connection, run.portfolio)
        found = {} if owner is None else queries.findings_at(connection, owner, run.number)
    return tuple(sorted(found.values(), key=lambda one: one.order))


def last_seen(history: Logbook, portfolio: str, fingerprints: Iterable[str]) -> dict[str, Past]:
    """Fingerprint → the finding as it last stood in any run of the portfolio; those never seen are left out."""
    found: dict[str, Past] = {}
    with history._database.reading() as connection:
        owner = queries.portfolio_id(connection, stored_name(portfolio))
        if owner is None:
            return found
        for some in queries.chunks(storable(one) for one in fingerprints):
            spoken_of = (SPAN.c.portfolio == owner) & FINDING.c.fingerprint.in_(some)
            for one in queries.findings_where(connection, spoken_of):
                known = found.get(one.fingerprint)
                if known is None or known.first < one.first:
                    found[one.fingerprint] = one
    return found
