"""Which server speaks for a registry: only its word can say that a name is not registered."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from auditor.evidence.hostnames import alabel
from auditor.model.text import Text
from auditor.rules.files import RuleFile
from auditor.rules.registries import Registries, Registry

NOT_THE_REGISTRY = Text(
    "该服务器不是注册局的服务器, 其“无此域名”不作数",
    "the server is not the registry's: its word that there is no such name does not count",
)
_CNNIC = "whois.cnnic.cn"
# Names that CNNIC's service had before; .中国 moved away from the last one in 2025.
_CNNIC_ALIASES = frozenset({_CNNIC, "whois.cnnic.net.cn", "cwhois.cnnic.cn"})


@dataclass(frozen=True, slots=True)
class Authorities:
    """The registries' own servers, and those that stand in for them.

    stand_ins: hosts or host:port that the policy names in place of the listed servers. A server on this machine
    always stands in.
    """

    registries: Registries
    stand_ins: frozenset[str] = frozenset()

    def registry(self, domain: str) -> Registry | None:
        """The registry of a domain (U-label); None where it is not listed."""
        return self.registries.registry(domain)

    def speaks_whois(self, domain: str, server: str) -> bool:
        """True where a WHOIS server is the registry's own or stands in for it."""
        if self._stands_in(server):
            return True
        registry = self.registry(domain)
        if registry is None or not registry.host:
            return False
        return server_host(server) in (_CNNIC_ALIASES if registry.host == _CNNIC else {registry.host})

    def speaks_rdap(self, domain: str, server: str) -> bool:
        """True where an RDAP server is the registry's own or stands in for it; never for a TLD without RDAP."""
        name = alabel(domain) or domain
        if self.registries.has_no_rdap(name):
            return False
        return self._stands_in(server) or server_host(server) in {
            server_host(base) for base in self.registries.rdap_bases(name)
        }

    def _stands_in(self, server: str) -> bool:
        return server in self.stand_ins or server_host(server) in self.stand_ins or is_loopback(server)


@lru_cache(maxsize=8192)
def server_host(server: str) -> str:
    """The host of a server as recorded: a URL, host:port, [v6]:port or a bare host; lower case."""
    text = server.strip().lower()
    if "://" not in text:
        text = f"//{text}"
    try:
        return (urlsplit(text).hostname or "").rstrip(".")
    except ValueError:
        return ""


@lru_cache(maxsize=8192)
def is_loopback(server: str) -> bool:
    """True for a server (host, host:port or address of a page) on this machine."""
    host = server_host(server)
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@lru_cache(maxsize=1)
def shipped_authorities() -> Authorities:
    """The registries of the shipped tables, without stand-ins."""
    return Authorities(Registries.read(RuleFile.packaged("whois.csv"), RuleFile.packaged("rdap.json")))
