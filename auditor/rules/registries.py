"""Where registrations are looked up: port-43 servers with their exact reply texts, and RDAP base addresses."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from auditor.rules.files import Row, RuleFile

WHOIS_COLUMNS = (
    "tld",
    "host",
    "port",
    "limiter_group",
    "start_interval_s",
    "concurrency",
    "not_found",
    "refusal",
)
_TEMPLATE_SEEN = ("yes", "sister", "")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Registry:
    """The registry of one suffix (U-label and A-label, without the leading dot).

    host: the port-43 server, "" where there is none. limiter_group: the operator whose budget a look-up spends.
    start_interval_s: seconds between look-ups to begin with; concurrency: look-ups at once.
    not_found, reserved, throttled, refused: exact texts; `{domain}` stands for the name as sent, `{DOMAIN}` for it in
    capitals; a text that ends in "…" is the beginning of a line. not_found_confirmed: False where the texts were only
    recorded for a sister suffix of the operator, so a match alone proves nothing.
    """

    suffix: str
    a_label: str
    host: str
    port: int
    limiter_group: str
    start_interval_s: float
    concurrency: int
    not_found: tuple[str, ...]
    not_found_confirmed: bool
    reserved: tuple[str, ...]
    throttled: tuple[str, ...]
    refused: tuple[str, ...]
    time_zone: str
    charset: str
    as_of: str
    note: str

    def says_not_found(self, text: str, domain: str) -> bool:
        """True where a reply's line is one of the exact not-found texts for this domain (A-label form)."""
        return self._says(self.not_found, text, domain)

    def says_reserved(self, text: str, domain: str = "") -> bool:
        """True where a reply's line says that the name is reserved or prohibited from registration."""
        return self._says(self.reserved, text, domain)

    def says_throttled(self, text: str) -> bool:
        """True where a reply's line says that look-ups come too fast."""
        return self._says(self.throttled, text, "")

    def says_refused(self, text: str) -> bool:
        """True where a reply's line refuses this look-up."""
        return self._says(self.refused, text, "")

    @staticmethod
    def _says(templates: tuple[str, ...], text: str, domain: str) -> bool:
        lines = [line.strip() for line in text.splitlines()]
        for template in templates:
            wanted = template.replace("{domain}", domain).replace("{DOMAIN}", domain.upper())
            if wanted.endswith("…"):
                if any(line.startswith(wanted[:-1]) for line in lines):
                    return True
            elif wanted in lines:
                return True
        return False


class Registries:
    """The registries by suffix, and the RDAP services by A-label."""

    def __init__(
        self,
        whois: Iterable[Registry],
        rdap: Mapping[str, tuple[str, ...]],
        groups: Mapping[str, str],
        no_rdap: frozenset[str],
    ) -> None:
        self._whois: dict[str, Registry] = {}
        for one in whois:
            self._whois[one.suffix] = one
            self._whois.setdefault(one.a_label, one)
        self._rdap = dict(rdap)
        self._groups = dict(groups)
        self._no_rdap = no_rdap

    @classmethod
    def read(cls, whois: RuleFile, rdap: RuleFile) -> Registries:
        """Read the table of port-43 servers and a bootstrap file of RFC 9224; PolicyError names file and line."""
        services, groups, none = read_bootstrap(rdap)
        return cls([_registry(row) for row in whois.rows(WHOIS_COLUMNS)], services, groups, none)

    def __iter__(self) -> Iterator[Registry]:
        return iter(dict.fromkeys(self._whois.values()))

    def registry(self, domain: str) -> Registry | None:
        """The registry of a domain by its longest suffix (either label form); None where it is not known."""
        return _by_suffix(self._whois, domain)

    def rdap_bases(self, alabel: str) -> tuple[str, ...]:
        """The RDAP base addresses for a domain in A-label form; empty where the suffix has no service."""
        return _by_suffix(self._rdap, alabel) or ()

    def rdap_group(self, alabel: str) -> str:
        """The limiter group of the RDAP service of a domain; "" where it is not known."""
        return _by_suffix(self._groups, alabel) or ""

    def has_no_rdap(self, alabel: str) -> bool:
        """True for suffixes known to offer no RDAP, such as .cn and .中国."""
        return alabel.strip(".").lower().rpartition(".")[2] in self._no_rdap


def _by_suffix(table: Mapping[str, _T], domain: str) -> _T | None:
    labels = domain.strip(".").lower().split(".")
    for at in range(len(labels)):
        found = table.get(".".join(labels[at:]))
        if found is not None:
            return found
    return None


def _registry(row: Row) -> Registry:
    throttled: list[str] = []
    refused: list[str] = []
    for text in row.several("refusal"):
        kind, colon, reply = text.partition(": ")
        if not colon or kind not in ("throttled", "refused"):
            raise row.file.problem(
                row.line,
                f"refusal 应写作 throttled: … 或 refused: …, 实为 {text}",
                f"refusal must read throttled: … or refused: …; {text} stands there",
            )
        (throttled if kind == "throttled" else refused).append(reply)
    tld = row.needed("tld").lower()
    return Registry(
        suffix=tld,
        a_label=row.get("a_label").lower() or tld,
        host=row["host"].lower(),
        port=row.number("port") or 43,
        limiter_group=row.needed("limiter_group"),
        start_interval_s=row.decimal("start_interval_s") or 2.0,
        concurrency=row.number("concurrency") or 1,
        not_found=row.several("not_found"),
        not_found_confirmed=row.word("template_seen", _TEMPLATE_SEEN) == "yes",
        reserved=row.several("reserved"),
        throttled=tuple(throttled),
        refused=tuple(refused),
        time_zone=row.get("time_zone") or "UTC",
        charset=row.get("charset") or "utf-8",
        as_of=row.as_of(),
        note=row.get("note"),
    )


def read_bootstrap(file: RuleFile) -> tuple[dict[str, tuple[str, ...]], dict[str, str], frozenset[str]]:
    """RDAP bases by A-label, limiter groups by A-label, and the suffixes known to have none.

    IANA's own file (RFC 9224: `services`) is enough; `limiter_groups` and `no_rdap` are ours and may be absent.
    """
    try:
        data = json.loads(file.text)
    except json.JSONDecodeError as problem:
        raise file.problem(
            problem.lineno, f"不是有效的 JSON：{problem.msg}", f"this is not JSON: {problem.msg}"
        ) from problem
    services = data.get("services") if isinstance(data, dict) else None
    if not isinstance(services, list):
        raise file.problem(None, "缺少 services", "services is missing")
    bases: dict[str, tuple[str, ...]] = {}
    for service in services:
        match service:
            case [[*suffixes], [*urls]] if all(isinstance(one, str) for one in (*suffixes, *urls)):
                secure = tuple(
                    url if url.endswith("/") else url + "/" for url in urls if url.startswith("https://")
                )
                found = secure or tuple(url if url.endswith("/") else url + "/" for url in urls)
                bases.update({str(suffix).lower(): found for suffix in suffixes})
            case _:
                raise file.problem(
                    None,
                    f"services 的条目应为 [[后缀], [地址]], 实为 {service}",
                    f"an entry of services must be [[suffixes], [addresses]]; {service} stands there",
                )
    groups, none = data.get("limiter_groups") or {}, data.get("no_rdap") or []
    if not isinstance(groups, dict) or not isinstance(none, list):
        raise file.problem(
            None,
            "limiter_groups 应为对象, no_rdap 应为列表",
            "limiter_groups must be an object, no_rdap a list",
        )
    by_suffix = {str(suffix): str(group) for group, suffixes in groups.items() for suffix in suffixes}
    return bases, by_suffix, frozenset(str(suffix) for suffix in none)
