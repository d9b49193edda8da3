"""Which server speaks for a registry: only its word can say that a name is not registered."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from auditor.model.text import Text


@dataclass(frozen=True, slots=True)
class Registry:
    """What is known of the registry of one suffix.

    suffix: U-label without the leading dot. host: of its WHOIS service, "" where it has none any more.
    rdap_hosts: of its RDAP service. not_found, reserved, throttled, refused: the exact first lines of its answers,
    {domain} for the name asked; `prefix:` in front where more text follows. confirmed: the templates were recorded
    for this suffix, not for a sister TLD of the operator. zone: of times that carry none.
    """

    suffix: str
    host: str = ""
    rdap_hosts: frozenset[str] = frozenset()
    not_found: tuple[str, ...] = ()
    reserved: tuple[str, ...] = ()
    throttled: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    confirmed: bool = False
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Registries:
    """The registries by suffix, and servers that a policy names in place of the listed ones (host or host:port)."""

    by_suffix: Mapping[str, Registry]
    stand_ins: frozenset[str] = field(default_factory=frozenset)

    def of(self, domain: str) -> Registry | None:
        """The registry of the longest suffix that a domain (U-label) ends in."""
        labels = domain.split(".")
        for start in range(1, len(labels)):
            found = self.by_suffix.get(".".join(labels[start:]))
            if found is not None:
                return found
        return None

    def speaks_whois(self, domain: str, server: str) -> bool:
        """True where a WHOIS server is the registry's own, or stands in for it by policy or on this machine."""
        registry = self.of(domain)
        host = server_host(server)
        return self._stands_in(server) or (registry is not None and host in _aliases(registry))

    def speaks_rdap(self, domain: str, server: str) -> bool:
        """True where an RDAP server is the registry's own, or stands in for it."""
        registry = self.of(domain)
        if registry is None or not registry.rdap_hosts:
            return False
        return self._stands_in(server) or server_host(server) in registry.rdap_hosts

    def _stands_in(self, server: str) -> bool:
        return server in self.stand_ins or server_host(server) in self.stand_ins or _is_loopback(server)


def _aliases(registry: Registry) -> frozenset[str]:
    names = {registry.host} if registry.host else set()
    if registry.host == "whois.cnnic.cn":
        # The names that the same service had before; .中国 moved from cwhois in 2025.
        names |= {"whois.cnnic.net.cn", "cwhois.cnnic.cn"}
    return frozenset(names)


def server_host(server: str) -> str:
    """The host of a server as recorded: a URL, host:port, [v6]:port or a bare host; lower case."""
    text = server.strip().lower()
    if "://" not in text:
        text = f"//{text}"
    try:
        return (urlsplit(text).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_loopback(server: str) -> bool:
    host = server_host(server)
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


NOT_THE_REGISTRY = Text(
    "该服务器不是注册局, 其“无此域名”不作数", "the server is not the registry's: its word that there is no such name does not count"
)


def fold_lines(lines: Iterable[str]) -> tuple[str, ...]:
    """Templates for comparison: blanks squeezed, case kept."""
    return tuple(" ".join(line.split()) for line in lines)
