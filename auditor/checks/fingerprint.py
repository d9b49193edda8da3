"""Fingerprints: the same thing wrong with the same target has the same one, run after run."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

from auditor.model.portfolio import Document, Row, compare_key
from auditor.model.values import DomainCell, Value, plain

# What names a row whatever its place: the other cells may change without making it another row.
_NAMING_FIELDS = (
    "domain",
    "service_number",
    "entity_number",
    "entity_name",
    "person_name",
    "role",
    "document_type",
    "document_holder",
    "order_number",
)


def row_identity(row: Row) -> str:
    """What a row is about, whatever its number, sheet or file."""
    parts = [str(row.role)]
    for code in _NAMING_FIELDS:
        value = row.values.get(code)
        if value is not None:
            parts.append(f"{code}={_said(value, row.raw.get(code, ''))}")
    return "\x1f".join(parts)


def _said(value: Value, raw: str) -> str:
    """What a cell says, however it is spelled."""
    if isinstance(value, DomainCell):
        return "|".join(sorted(one.host or one.ulabel for one in value.domains)) or plain(raw)
    return compare_key(value)


def identities(targets: Sequence[object]) -> list[str]:
    """The identity of each target; equal ones are numbered in order."""
    seen: dict[str, int] = {}
    found = []
    for target in targets:
        if isinstance(target, Row):
            identity = row_identity(target)
        elif isinstance(target, Document):
            identity = target.key
        else:
            identity = getattr(target, "key")  # noqa: B009 - the five remaining targets share no base class
        count = seen[identity] = seen.get(identity, 0) + 1
        found.append(identity if count == 1 else f"{identity}\x1f#{count}")
    return found


def fingerprint(check_id: str, identity: str, key: str = "") -> str:
    """32 hex digits over check, target and what is wrong; never over a row number, a file name or a wording."""
    return blake2b(f"{check_id}\x1e{identity}\x1e{key}".encode(), digest_size=16).hexdigest()
