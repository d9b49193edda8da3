"""Whether an address belongs to a mainland operator: a precise but incomplete list, so "no" is never an answer."""

from __future__ import annotations

import ipaddress
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from auditor.rules.files import RuleFile


class AddressKind(StrEnum):
    """What can be said of an address."""

    MAINLAND = "mainland"
    UNLISTED = "unlisted"  # outside, or inside and not on the list
    RESERVED = "reserved"  # private, loopback, documentation …: no public site can be there
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class _Ranges:
    """Sorted, joined ranges: starts[i] to ends[i], both included."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def holds(self, number: int) -> bool:
        at = bisect_right(self.starts, number) - 1
        return at >= 0 and number <= self.ends[at]


class Mainland:
    """The mainland prefixes announced in BGP (about 83 % of what is assigned to CN)."""

    def __init__(self, ipv4: _Ranges, ipv6: _Ranges) -> None:
        self._ipv4 = ipv4
        self._ipv6 = ipv6

    @classmethod
    def read(cls, ipv4: RuleFile, ipv6: RuleFile) -> Mainland:
        """Read two lists of prefixes, one a line, `#` for comments; PolicyError names a line that is no prefix."""
        return cls(_read(ipv4, 4), _read(ipv6, 6))

    def kind(self, address: str) -> AddressKind:
        """Mainland, unlisted, reserved or invalid; an IPv4 address inside IPv6 (::ffff:…) counts as IPv4."""
        try:
            found = ipaddress.ip_address(address.strip().strip("[]").partition("%")[0])
        except ValueError:
            return AddressKind.INVALID
        if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
            found = found.ipv4_mapped
        if not found.is_global or found.is_multicast:
            return AddressKind.RESERVED
        ranges = self._ipv4 if found.version == 4 else self._ipv6
        return AddressKind.MAINLAND if ranges.holds(int(found)) else AddressKind.UNLISTED

    def is_mainland(self, address: str) -> bool | None:
        """True for an address on the list; None for every other one: it lies outside, or is not known."""
        return True if self.kind(address) is AddressKind.MAINLAND else None


def _read(file: RuleFile, version: int) -> _Ranges:
    pairs = []
    for number, line in enumerate(file.text.splitlines(), start=1):
        prefix = line.partition("#")[0].strip()
        if not prefix:
            continue
        try:
            network = ipaddress.ip_network(prefix)
        except ValueError:
            network = None
        if network is None or network.version != version:
            raise file.problem(
                number,
                f"应为 IPv{version} 前缀, 实为 {prefix}",
                f"an IPv{version} prefix is needed; {prefix} stands there",
            )
        pairs.append((int(network.network_address), int(network.broadcast_address)))
    return _joined(sorted(pairs))


def _joined(pairs: Iterable[tuple[int, int]]) -> _Ranges:
    starts: list[int] = []
    ends: list[int] = []
    for start, end in pairs:
        if ends and start <= ends[-1] + 1:
            ends[-1] = max(ends[-1], end)
        else:
            starts.append(start)
            ends.append(end)
    return _Ranges(tuple(starts), tuple(ends))
