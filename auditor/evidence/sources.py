"""What every source of evidence can do, and the one that replays what was recorded."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from auditor.evidence.selection import chronological
from auditor.model.evidence import Observation


class Source(Protocol):
    """One place to ask: a server, an account, a store.

    A failure to get through is an observation too (outcome throttled, refused, timeout, error, unsupported);
    `fetch` raises for none of them.
    """

    @property
    def name(self) -> str:
        """The `source` of its observations: registrar, rdap, whois, dns, web or miit."""

    def fetch(self, domain: str) -> Observation:
        """Ask about one registrable domain (U-label) and bring back the answer as it came."""


class RecordedSource:
    """Replays the newest recorded observation of a domain; "unsupported" where none was recorded."""

    def __init__(self, name: str, observations: Iterable[Observation]) -> None:
        self._name = name
        self._newest: dict[str, Observation] = {}
        for one in sorted((one for one in observations if one.source == name), key=chronological):
            self._newest[one.domain] = one

    @property
    def name(self) -> str:
        """The source that is replayed."""
        return self._name

    def fetch(self, domain: str) -> Observation:
        """The newest recorded observation of a domain."""
        found = self._newest.get(domain)
        return found or Observation(domain, self._name, "", None, "unsupported", None)
