"""Registrars' own servers: the only hosts that an answer may send a look-up on to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from auditor.evidence.servers import server_host
from auditor.rules.files import RuleFile

# The registrar table names port-43 servers in its notes: "WHOIS grs-whois.example.com".
_WHOIS_NOTE = re.compile(r"\bWHOIS ([a-z0-9-]+(?:\.[a-z0-9-]+)+)")


@dataclass(frozen=True, slots=True)
class RegistrarHosts:
    """rdap, whois: hosts (or host:port) by source → the limiter group of the operator, one for all its hosts."""

    rdap: Mapping[str, str] = field(default_factory=dict)
    whois: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, table: RuleFile) -> RegistrarHosts:
        """From the registrar table, columns rdap_base and note; both may be absent in a table of the user's."""
        rdap: dict[str, str] = {}
        whois: dict[str, str] = {}
        for row in table.rows(()):
            base = row.get("rdap_base")
            host = place(base) or server_host(base)
            if host:
                rdap[host] = f"registrar:{host}"
            for named in _WHOIS_NOTE.findall(row.get("note")):
                whois[named.lower()] = f"registrar:{host or named.lower()}"
        return cls(rdap, whois)

    def with_rdap(self, hosts: Iterable[str]) -> RegistrarHosts:
        """The same with more RDAP hosts (host or host:port), each a group of its own."""
        return RegistrarHosts({**self.rdap, **{host: f"registrar:{host}" for host in hosts}}, self.whois)

    def with_whois(self, hosts: Iterable[str]) -> RegistrarHosts:
        """The same with more port-43 hosts (host or host:port), each a group of its own."""
        return RegistrarHosts(self.rdap, {**self.whois, **{host: f"registrar:{host}" for host in hosts}})


def place(url: str) -> str:
    """host, or host:port where the port is not the scheme's own; "" for what is no address."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return ""
    own = {"http": 80, "https": 443}.get(parts.scheme)
    bare = f"[{host}]" if ":" in host else host
    return bare if port is None or port == own else f"{bare}:{port}"
