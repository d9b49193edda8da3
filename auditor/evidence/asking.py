"""Asking the world: one question to one server, and what came back, with what it says about the pace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from auditor.model.evidence import Observation
from auditor.model.values import DomainName


class Signal(StrEnum):
    """What an answer says about the pace at its server."""

    OK = "ok"  # an answer, whatever it says of the domain
    REFUSED = "refused"  # throttled, banned, over quota: slow down
    FAILED = "failed"  # time-out, reset, no route: the server may be down


@dataclass(frozen=True, slots=True, order=True)
class Question:
    """One look-up. group: the limiter group (operator) whose budget it uses; server: as the observation will name it.

    key: what is asked (an A-label, a URL, a host), in the form the source sends it.
    """

    domain: DomainName
    source: str
    server: str
    group: str
    key: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One finished look-up. wait_s: seconds that the server itself asked for; follow_ups: questions the answer opens
    (the registrar's RDAP behind a thin registry answer)."""

    observation: Observation
    signal: Signal
    wait_s: float | None = None
    follow_ups: tuple[Question, ...] = ()


class Asker(Protocol):
    """One kind of source. It neither waits for its turn nor retries: the gathering module does."""

    @property
    def name(self) -> str:
        """The `source` of its observations."""

    def questions(self, domain: DomainName) -> Sequence[Question]:
        """What to ask about a domain; empty where this source cannot answer for it."""

    async def ask(self, question: Question) -> Asked:
        """Ask once, under the source's own deadline. A failure to get through is an answer too; nothing is raised
        but cancellation."""

    async def close(self) -> None:
        """Give back connections."""
