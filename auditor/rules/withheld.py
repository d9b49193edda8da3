"""What hidden holder names look like: markers, privacy proxies, contact forms, roles and partial masks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache

from auditor.rules.files import Row, RuleFile

WITHHELD_FILE = "withheld.csv"
_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af"
# 张XX, 北京XX科技: crosses after a Chinese character, not inside a Latin word.
_CROSSED = re.compile(f"(?<=[{_HAN}])x{{2,}}(?![a-z0-9])")
_SOMEONE = re.compile(f"(?<=[{_HAN}])某")
_HEX = re.compile(r"[0-9a-f]{16,}")
_SPACE = re.compile(r"\s+")
_KINDS = ("marker", "proxy", "form", "role", "partial", "real_name")
_MATCHES = ("whole", "prefix", "suffix", "host", "contains", "hexonly")


class WithheldKind(StrEnum):
    """How a holder's name is kept back; a role says nothing, a partial mask hides some characters."""

    MARKER = "marker"
    PROXY = "proxy"
    FORM = "form"
    ROLE = "role"
    PARTIAL = "partial"


class WithheldPatterns:
    """The patterns of hidden names, whole values and prefixes only: "Redacted Solutions LLC" is a real name."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._whole: dict[str, WithheldKind] = {}
        self._names: set[str] = set()
        self._hosts: set[str] = set()
        self._masks: list[str] = []
        prefixes: list[tuple[str, WithheldKind]] = []
        suffixes: list[tuple[str, WithheldKind]] = []
        for row in rows:
            pattern = plain_value(row.needed("pattern"))
            kind, match = row.word("kind", _KINDS), row.word("match", _MATCHES)
            if kind == "real_name":
                self._names.add(pattern)
            elif match == "whole":
                self._whole[pattern] = WithheldKind(kind)
            elif match == "prefix":
                prefixes.append((pattern, WithheldKind(kind)))
            elif match == "suffix":
                suffixes.append((pattern, WithheldKind(kind)))
            elif match == "host":
                self._hosts.add(pattern)
            elif match == "contains" and pattern != "某":
                self._masks.append(pattern)
        self._prefixes = tuple(sorted(prefixes))
        self._suffixes = tuple(sorted(suffixes))

    def kind(self, value: str) -> WithheldKind | None:
        """How the value hides a name; None for a value that may be a name (an empty one is nobody's business here)."""
        text = plain_value(value)
        if not text or text in self._names:
            return None
        found = self._whole.get(text) or self._whole.get(text.rstrip("."))
        if found is not None:
            return found
        for prefix, kind in self._prefixes:
            if text.startswith(prefix):
                return kind
        for suffix, kind in self._suffixes:
            if text.endswith(suffix):
                return kind
        if _HEX.fullmatch(text):
            return WithheldKind.MARKER
        if any(mask in text for mask in self._masks) or _SOMEONE.search(text) or _CROSSED.search(text):
            return WithheldKind.PARTIAL
        return None

    def is_proxy_host(self, host: str) -> bool:
        """True for the mail host of a privacy service, sub-domains included."""
        labels = plain_value(host).rstrip(".").split(".")
        return any(".".join(labels[at:]) in self._hosts for at in range(len(labels)))


def plain_value(value: str) -> str:
    """A value for comparison: width and case folded, blanks squeezed."""
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", value)).strip().casefold()


@lru_cache(maxsize=1)
def withheld_patterns() -> WithheldPatterns:
    """The shipped patterns, read once."""
    return WithheldPatterns(RuleFile.packaged(WITHHELD_FILE).rows(("pattern", "kind", "match", "source")))


@lru_cache(maxsize=65536)
def withheld_kind(value: str) -> WithheldKind | None:
    """How a value hides a holder's name, after the shipped patterns; None for a value that may be a name."""
    return withheld_patterns().kind(value)
