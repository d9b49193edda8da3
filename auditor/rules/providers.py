"""Access providers (接入服务商): their names, and the CNAME and name-server suffixes that give them away."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from auditor.rules.files import Row

PROVIDER_COLUMNS = ("id", "name_zh", "aliases", "kind", "cname_suffixes", "ns_suffixes")
_NOISE = re.compile(r"[\W_]+")


class ProviderKind(StrEnum):
    """What a provider is to a site; an edge (cdn, waf) hides the origin, a registrar only serves names."""

    CLOUD = "cloud"
    CARRIER = "carrier"
    CDN = "cdn"
    WAF = "waf"
    IDC = "idc"
    REGISTRAR = "registrar"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider; as_of and confidence are of its suffixes."""

    id: str
    name: str
    aliases: tuple[str, ...]
    kind: ProviderKind
    cname_suffixes: tuple[str, ...]
    ns_suffixes: tuple[str, ...]
    as_of: str
    source: str
    confidence: str

    @property
    def is_edge(self) -> bool:
        """True where hosts of this provider may stand before an origin elsewhere."""
        return self.kind in (ProviderKind.CDN, ProviderKind.WAF)


class Providers:
    """The table of providers. Suffixes match whole labels."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._all: list[Provider] = []
        self._by_name: dict[str, Provider] = {}
        self._cname: dict[str, Provider] = {}
        self._ns: dict[str, Provider] = {}
        self._ns_prefixes: list[tuple[str, Provider]] = []
        for row in rows:
            provider = Provider(
                id=row.needed("id"),
                name=row.needed("name_zh"),
                aliases=row.several("aliases"),
                kind=ProviderKind(row.word("kind", tuple(ProviderKind))),
                cname_suffixes=row.several("cname_suffixes", ";"),
                ns_suffixes=row.several("ns_suffixes", ";"),
                as_of=row.as_of(),
                source=row.get("source"),
                confidence=row.get("confidence"),
            )
            self._all.append(provider)
            for name in (provider.id, provider.name, *provider.aliases):
                self._by_name.setdefault(_plain(name), provider)
            for suffix in provider.cname_suffixes:
                self._cname.setdefault(suffix.lower(), provider)
            for suffix in provider.ns_suffixes:
                if suffix.endswith("*"):
                    self._ns_prefixes.append((suffix[:-1].lower(), provider))
                else:
                    self._ns.setdefault(suffix.lower(), provider)
        # Longest first, so that 阿里云计算有限公司 is not taken for a shorter name inside it.
        self._names = sorted(
            (name for name in self._by_name if len(name) > 1), key=lambda name: (-len(name), name)
        )

    def __iter__(self) -> Iterator[Provider]:
        return iter(self._all)

    def by_name(self, text: str) -> Provider | None:
        """The provider that a cell names: an alias as it stands, or the only provider whose name stands in the text."""
        plain = _plain(text)
        if not plain:
            return None
        if plain in self._by_name:
            return self._by_name[plain]
        found: dict[str, Provider] = {}
        rest = plain
        for name in self._names:
            # Short names in an alphabet (AWS, 360) only count when they are the whole cell.
            if name in rest and (not name.isascii() or len(name) > 5):
                found[self._by_name[name].id] = self._by_name[name]
                rest = rest.replace(name, "\n")
        return next(iter(found.values())) if len(found) == 1 else None

    def by_cname(self, host: str) -> Provider | None:
        """The provider behind a CNAME target; the longest suffix of whole labels decides."""
        return _longest(self._cname, host)

    def by_name_server(self, host: str) -> Provider | None:
        """The provider of a name server; None where it is not known."""
        found = _longest(self._ns, host)
        if found is not None:
            return found
        labels = host.strip(".").lower().split(".")
        for prefix, provider in self._ns_prefixes:
            if any(label.startswith(prefix) for label in labels):
                return provider
        return None


def _longest(table: dict[str, Provider], host: str) -> Provider | None:
    labels = host.strip(".").lower().split(".")
    for at in range(len(labels)):
        provider = table.get(".".join(labels[at:]))
        if provider is not None:
            return provider
    return None


def _plain(name: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFKC", name).casefold())
