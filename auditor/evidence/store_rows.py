"""Rows of the evidence store and the values that they stand for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeAlias

from auditor.evidence.asking import Asked, Question
from auditor.evidence.freshness import Reading
from auditor.evidence.times import BEIJING
from auditor.model.evidence import Observation
from auditor.model.text import Text
from auditor.model.values import DomainName

Key: TypeAlias = tuple[str, str, str]
"""(domain as U-label, source, server)."""

CHUNK = 500
"""How many values one statement names."""


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest answer to a question; where it has none, the newest asking. reading: None where nobody read it."""

    fetched_at: datetime | None
    outcome: str
    reading: Reading | None

    @property
    def meaning(self) -> str:
        """A word of Outcome, or "withheld"; "" where nobody read the answer."""
        return self.reading.meaning if self.reading else ""


@dataclass(frozen=True, slots=True)
class Remembered:
    """A question kept for later runs. parent: "source server" of the question whose answer opened it, "" for none.

    answered_as: the server that answered in place of the one asked, "" for the same. attempts: runs in which it was
    asked in vain; not_before: earliest moment for the next, None for any.
    """

    question: Question
    parent: str
    answered_as: str
    attempts: int
    not_before: datetime | None
    outcome: str


@dataclass(frozen=True, slots=True)
class Settled:
    """A question that was asked, to be written down. remembered, has_children: rows of it stand in the store."""

    question: Question
    asked: Asked
    parent: str = ""
    attempts: int = 0
    remembered: bool = False
    has_children: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import brought. known: observations that stood there already."""

    added: int
    known: int
    problems: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One observation as it stands in its table; the raw answer stands apart."""

    id: bytes
    key: Key
    fetched_at: str
    outcome: str
    kind: str
    sha256: str
    reading: Reading | None


@dataclass(frozen=True, slots=True)
class Packed:
    """One observation, ready to be written."""

    id: bytes
    sha256: str
    body: bytes | None
    row: dict[str, Any]


def pack(one: Observation) -> Packed:
    """An observation made ready to be written."""
    body = _body(one.raw)
    kind = "" if body is None else "text" if isinstance(one.raw, str) else "json"
    sha256 = "" if body is None else hashlib.sha256(body).hexdigest()
    domain, source, server, outcome = (
        text.replace("\x00", "") for text in (one.domain, one.source, one.server, one.outcome)
    )
    fetched_at = stamp(one.fetched_at)
    parts = "\x1f".join((domain, source, server, fetched_at, outcome, kind, sha256))
    id = hashlib.blake2b(parts.encode("utf-8"), digest_size=16).digest()
    row = {
        "id": id,
        "domain": domain,
        "source": source,
        "server": server,
        "fetched_at": fetched_at,
        "outcome": outcome,
        "kind": kind,
        "sha256": sha256,
    }
    return Packed(id, sha256, body, row)


def _body(raw: object) -> bytes | None:
    """The bytes that `raw_sha256` hashes; what no JSON file could ever hold (lone surrogates, NaN) is replaced."""
    if raw is None:
        return None
    if isinstance(raw, str):
        return raw.encode("utf-8", "replace")
    text = json.dumps(raw, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    data = text.encode("utf-8", "replace")
    if "NaN" in text or "Infinity" in text:
        clean = json.loads(data, parse_constant=lambda _word: None)
        data = json.dumps(clean, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    return data


def observation_of(row: Row, body: bytes | None) -> Observation:
    """The observation that a row and the bytes of its raw answer stand for."""
    domain, source, server = row.key
    raw: object = None
    if row.kind and body is not None:
        raw = body.decode("utf-8") if row.kind == "text" else json.loads(body)
    return Observation(domain, source, server, moment_of(row.fetched_at), row.outcome, raw, row.sha256)


def row_of(row: Any, version: str | None) -> Row:
    """A row of the joined tables; its reading only where it is of the version asked for."""
    reading: Reading | None = None
    if row.outcome != "answered":
        reading = Reading(row.outcome)
    elif version is not None and row.version == version:
        expires = date.fromisoformat(row.expires) if row.expires else None
        reading = Reading(row.meaning, expires, bool(row.unsettled))
    key = (row.domain, row.source, row.server)
    return Row(bytes(row.id), key, row.fetched_at, row.outcome, row.kind, row.sha256, reading)


def line_of(one: Observation) -> bytes:
    """An observation as a line of a file of recorded evidence."""
    record: dict[str, object] = {
        "domain": one.domain,
        "source": one.source,
        "server": one.server,
        "fetched_at": one.fetched_at.isoformat() if one.fetched_at else None,
        "outcome": one.outcome,
    }
    if one.raw is not None:
        record["raw"] = one.raw
    return (json.dumps(record, ensure_ascii=False) + "\n").encode("utf-8")


def stamp(moment: datetime | None) -> str:
    """A moment as text whose order is that of time: UTC, of one width; "" for None."""
    return "" if moment is None else moment.astimezone(UTC).isoformat(timespec="microseconds")


def moment_of(text: str) -> datetime | None:
    """The moment of a stamp, in Beijing time."""
    return datetime.fromisoformat(text).astimezone(BEIJING) if text else None


def key_of(question: Question) -> Key:
    """What tells one question from another."""
    return (question.domain.ulabel, question.source, question.server)


def question_row(
    question: Question, parent: str, answered_as: str, attempts: int, not_before: str, outcome: str
) -> dict[str, Any]:
    """The row of a question; see Remembered."""
    return {
        "domain": question.domain.ulabel,
        "source": question.source,
        "server": question.server,
        "alabel": question.domain.alabel,
        "limiter": question.group,
        "key": question.key,
        "parent": parent,
        "answered_as": answered_as,
        "attempts": attempts,
        "not_before": not_before,
        "outcome": outcome,
    }


def remembered_of(row: Any) -> Remembered:
    """The question that a row stands for."""
    name = DomainName(row.domain, row.alabel)
    question = Question(name, row.source, row.server, row.limiter, row.key)
    return Remembered(
        question, row.parent, row.answered_as, row.attempts, moment_of(row.not_before), row.outcome
    )


def question_order(row: Mapping[str, Any]) -> tuple[str, str, str]:
    """A sort key for rows of questions."""
    # Rows are always written in one order, so that two processes never wait for each other in a circle.
    return (row["domain"], row["source"], row["server"])


def chunks(values: Iterable[str]) -> Iterator[list[str]]:
    """The different values in order, in pieces that one statement can name."""
    return batches(sorted(set(values)), CHUNK)


def batches(values: Sequence[Any], size: int) -> Iterator[list[Any]]:
    """The values in order, in pieces."""
    for start in range(0, len(values), size):
        yield list(values[start : start + size])
