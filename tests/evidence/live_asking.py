"""What tests of the live askers share: a clock that stands still, registries on 127.0.0.1, one question asked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from auditor.evidence.asking import Asked, Asker, Question
from auditor.evidence.interpretation import interpret
from auditor.evidence.servers import Authorities
from auditor.model.evidence import Outcome
from auditor.model.text import Text
from auditor.model.values import DomainName
from auditor.rules.domains import read_domain
from auditor.rules.files import RuleFile
from auditor.rules.registries import Registries

NOW = datetime.fromisoformat("2026-11-23T08:00:00+08:00")
SETTLED = frozenset({Outcome.FOUND, Outcome.NOT_FOUND, Outcome.RESERVED})


class StillClock:
    """Always the same moment."""

    def now(self) -> datetime:
        """NOW."""
        return NOW


def name(text: str) -> DomainName:
    """A domain by its text."""
    found = read_domain(text)
    assert not isinstance(found, Text), found
    return found


def registries(
    rdap: Mapping[str, str] | None = None, *, none: Sequence[str] = ("cn", "xn--fiqs8s")
) -> Registries:
    """The shipped port-43 table and the RDAP bases given by A-label."""
    content = {
        "services": [[[suffix], [base]] for suffix, base in (rdap or {}).items()],
        "no_rdap": list(none),
    }
    return Registries.read(RuleFile.packaged("whois.csv"), RuleFile("rdap.json", json.dumps(content)))


def shipped() -> Registries:
    """The shipped tables."""
    return Registries.read(RuleFile.packaged("whois.csv"), RuleFile.packaged("rdap.json"))


def put(asker: Asker, *questions: Question) -> list[Asked]:
    """Ask one after the other, then close."""

    async def run() -> list[Asked]:
        try:
            return [await asker.ask(question) for question in questions]
        finally:
            await asker.close()

    return asyncio.run(run())


def ask(asker: Asker, domain: str) -> Asked:
    """Put the first question about a domain."""
    (question, *_) = asker.questions(name(domain))
    (asked,) = put(asker, question)
    return asked


def meaning(asked: Asked, tables: Registries) -> Outcome:
    """What the observation turns out to be."""
    return interpret(asked.observation, Authorities(tables)).outcome
