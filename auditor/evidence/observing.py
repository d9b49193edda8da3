"""An observation as it is made: stamped by the given clock in Beijing time, with the hash of its raw answer."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from auditor.evidence.recorded import raw_sha256
from auditor.evidence.times import BEIJING
from auditor.model.evidence import Observation
from auditor.model.values import DomainName


class WallClock(Protocol):
    """What the time of day comes from."""

    def now(self) -> datetime:
        """The moment, with its zone."""


def observed(
    clock: WallClock, domain: DomainName, source: str, server: str, outcome: str, raw: object = None
) -> Observation:
    """One asking, finished now. outcome: answered, throttled, refused, timeout, error, unsupported.

    raw of an asking that brought no answer: None, or a map that says in "error" what went wrong.
    """
    return Observation(
        domain=domain.ulabel,
        source=source,
        server=server,
        fetched_at=clock.now().astimezone(BEIJING),
        outcome=outcome,
        raw=raw,
        sha256=raw_sha256(raw),
    )
