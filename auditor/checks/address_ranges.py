"""Address ranges: those that the policy gives an access provider, and those that a cell lists."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from auditor.model.policy import AccessRanges, Policy
from auditor.model.values import plain
from auditor.rules.providers import Provider, Providers

_SEPARATORS = re.compile(r"[、，；,;|\s]+")
_IPV4 = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
# (version, first, last), both included.
Span = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class AddressSet:
    """Sorted, joined spans of one IP version each."""

    spans: tuple[Span, ...]

    @property
    def versions(self) -> frozenset[int]:
        """The IP versions that the set speaks of."""
        return frozenset(span[0] for span in self.spans)

    def holds(self, address: str) -> bool:
        """True for an address inside; False for one outside and for what is no address."""
        found = read_address(address)
        if found is None:
            return False
        version, number = found.version, int(found)
        at = bisect_right(self.spans, (version, number, 1 << 129)) - 1
        return at >= 0 and self.spans[at][0] == version and self.spans[at][1] <= number <= self.spans[at][2]


def read_address(text: str) -> IPv4Address | IPv6Address | None:
    """An address, IPv4 inside IPv6 (::ffff:…) as IPv4; None for anything else."""
    try:
        found = ip_address(text.strip().strip("[]").partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def _joined(spans: Iterable[Span]) -> AddressSet:
    joined: list[Span] = []
    for version, first, last in sorted(spans):
        if joined and joined[-1][0] == version and first <= joined[-1][2] + 1:
            joined[-1] = (version, joined[-1][1], max(joined[-1][2], last))
        else:
            joined.append((version, first, last))
    return AddressSet(tuple(joined))


def _span(text: str) -> Span | None:
    """An address, a prefix (192.0.2.0/24) or a range (192.0.2.1-192.0.2.9)."""
    first, dash, last = text.partition("-")
    if dash:
        one, other = read_address(first), read_address(last)
        if one is None or other is None or one.version != other.version or int(one) > int(other):
            return None
        return one.version, int(one), int(other)
    try:
        network = ip_network(text.strip("[]"), strict=False)
    except ValueError:
        return None
    return network.version, int(network.network_address), int(network.broadcast_address)


@lru_cache(maxsize=256)
def ranges_of(ranges: tuple[str, ...]) -> AddressSet:
    """The ranges of a policy (CIDR, addresses or first-last)."""
    return _joined(span for text in ranges if (span := _span(text)) is not None)


@lru_cache(maxsize=16384)
def listed_addresses(text: str) -> tuple[AddressSet, tuple[str, ...]]:
    """The addresses that a cell lists, and the pieces that are none."""
    spans: list[Span] = []
    refused: list[str] = []
    for piece in _SEPARATORS.split(unicodedata.normalize("NFKC", text)):
        if not piece:
            continue
        # One address or range, else several with slashes, else whatever stands among other words: IP:192.0.2.1（主）.
        for parts in ([piece], piece.split("/"), _IPV4.findall(piece)):
            found = [span for part in parts if (span := _span(part)) is not None]
            if parts and len(found) == len(parts):
                spans.extend(found)
                break
        else:
            refused.append(piece)
    return _joined(spans), tuple(refused)


@lru_cache(maxsize=4096)
def provider_named(text: str, table: Providers) -> Provider | None:
    """The provider that a text names, by the table of providers; remembered, since a book repeats a few names."""
    return table.by_name(text)


def own_ranges(providers: Sequence[str], policy: Policy, table: Providers) -> AccessRanges | None:
    """The policy's ranges for any of the access providers that the book names; None where it gives none.

    A name counts as written, and by the table of providers: 阿里云计算有限公司 finds [access.aliyun].
    """
    for text in providers:
        wanted = plain(text)
        for access in policy.access:
            if access.ranges and wanted in {plain(access.code), *(plain(name) for name in access.names)}:
                return access
        row = provider_named(text, table) if policy.access else None
        if row is None:
            continue
        for access in policy.access:
            known = (provider_named(name, table) for name in (access.code, *access.names))
            if access.ranges and any(one is not None and one.id == row.id for one in known):
                return access
    return None
