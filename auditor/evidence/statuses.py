"""EPP statuses in the many ways they are written, brought to the camelCase of RFC 5731 and RFC 3915."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

# RFC 5731 2.3 and RFC 3915 3.1; the last few are written by RDAP servers (RFC 8056).
_CODES = [
    "addPeriod",
    "autoRenewPeriod",
    "renewPeriod",
    "transferPeriod",
    "redemptionPeriod",
    "pendingRestore",
    "pendingCreate",
    "pendingDelete",
    "pendingRenew",
    "pendingTransfer",
    "pendingUpdate",
    "pendingVerification",
    "inactive",
    "ok",
    "serverHold",
    "clientHold",
    "serverDeleteProhibited",
    "serverRenewProhibited",
    "serverTransferProhibited",
    "serverUpdateProhibited",
    "clientDeleteProhibited",
    "clientRenewProhibited",
    "clientTransferProhibited",
    "clientUpdateProhibited",
    "linked",
]
_KNOWN = {code.lower(): code for code in _CODES} | {"active": "ok", "associated": "linked"}
_BEHIND = re.compile(r"\s*(?:https?://|\().*", re.DOTALL)
_LETTERS = re.compile(r"[^a-z]")


@lru_cache(maxsize=8192)
def status_code(text: str) -> str | None:
    """One status in camelCase; None for an empty one. An unknown word is kept, joined in camelCase."""
    words = _BEHIND.sub("", text[:200].strip()).strip()
    if not words:
        return None
    known = _KNOWN.get(_LETTERS.sub("", words.lower()))
    if known is not None:
        return known
    first, *rest = words.split()
    return (first[:1].lower() + first[1:] + "".join(word[:1].upper() + word[1:] for word in rest))[:64]


def status_codes(values: Iterable[object]) -> frozenset[str] | None:
    """The statuses among some values; None where there is none at all."""
    codes = {code for value in values if isinstance(value, str) and (code := status_code(value))}
    return frozenset(codes) or None


def known_codes(values: Iterable[object]) -> frozenset[str] | None:
    """As status_codes, but only those that the standards know: for sources that mix in words of their own."""
    codes = {code for code in status_codes(values) or () if code in _KNOWN.values()}
    return frozenset(codes) or None
