"""All rule data in one place: read when first asked for, checked on reading, dated."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from auditor.rules.calendar import Calendar
from auditor.rules.files import RuleFile
from auditor.rules.mainland import Mainland
from auditor.rules.materials import MATERIAL_COLUMNS, Materials
from auditor.rules.providers import PROVIDER_COLUMNS, Providers
from auditor.rules.provinces import PROVINCE_COLUMNS, Provinces
from auditor.rules.regulations import CLAUSES, Clause
from auditor.rules.registrars import REGISTRAR_COLUMNS, Registrars
from auditor.rules.registries import Registries
from auditor.rules.tlds import TLD_COLUMNS, Tlds
from auditor.rules.withheld import WITHHELD_FILE, WithheldPatterns, withheld_patterns


@dataclass(frozen=True, slots=True)
class RuleFiles:
    """The user's files in the place of shipped ones; None means the shipped one."""

    tlds: Path | None = None
    registrars: Path | None = None
    provinces: Path | None = None
    calendar: Path | None = None
    materials: Path | None = None
    providers: Path | None = None
    cn_ipv4: Path | None = None
    cn_ipv6: Path | None = None
    whois: Path | None = None
    rdap: Path | None = None


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """Which data a run was judged by: the file, the latest date of its facts, and where it comes from."""

    file: str
    as_of: str
    source: str


_SHIPPED = {
    "tlds": ("tlds.csv", "MIIT list as quoted by Tencent Cloud 2022-08-30; v2fly 2026-07-04"),
    "registrars": ("registrars.csv", "IANA registrar ids 2026-03-13; providers' pages and recorded replies"),
    "provinces": ("provinces.csv", "Huawei Cloud and Tencent Cloud province pages"),
    "calendar": ("calendar.json", "State Council notices via holiday-cn"),
    "materials": ("materials.csv", "Alibaba Cloud, Huawei Cloud and Tencent Cloud pages"),
    "providers": ("providers.csv", "v2fly, GuanceCloud and other public lists"),
    "cn_ipv4": ("cn-ipv4.txt", "gaoyifan/china-operator-ip"),
    "cn_ipv6": ("cn-ipv6.txt", "gaoyifan/china-operator-ip"),
    "whois": ("whois.csv", "Debian whois 5.6.6; recorded replies"),
    "rdap": ("rdap.json", "zonedb 2026-07-01; IANA bootstrap 2024-02-07"),
}
_DATES = re.compile(r"(?<![\d-])(20\d{2}-[01]\d-[0-3]\d)(?![\d-])")


class RuleData:
    """The dated facts that checks use. Each table is read on first use; PolicyError names file and line."""

    def __init__(self, files: RuleFiles = RuleFiles()) -> None:
        self.files = files

    @cached_property
    def tlds(self) -> Tlds:
        """Which suffixes can be filed."""
        return Tlds(self._file("tlds").rows(TLD_COLUMNS))

    @cached_property
    def registrars(self) -> Registrars:
        """Which registrars are licensed."""
        return Registrars(self._file("registrars").rows(REGISTRAR_COLUMNS))

    @cached_property
    def provinces(self) -> Provinces:
        """What the provinces ask for."""
        return Provinces(self._file("provinces").rows(PROVINCE_COLUMNS))

    @cached_property
    def calendar(self) -> Calendar:
        """The working-day calendar."""
        return Calendar.read(self._file("calendar"))

    @cached_property
    def materials(self) -> Materials:
        """The documents that a filing needs."""
        return Materials(self._file("materials").rows(MATERIAL_COLUMNS))

    @cached_property
    def providers(self) -> Providers:
        """Access providers and the hosts that give them away."""
        return Providers(self._file("providers").rows(PROVIDER_COLUMNS))

    @cached_property
    def mainland(self) -> Mainland:
        """The mainland address ranges."""
        return Mainland.read(self._file("cn_ipv4"), self._file("cn_ipv6"))

    @cached_property
    def registries(self) -> Registries:
        """WHOIS and RDAP servers by suffix."""
        return Registries.read(self._file("whois"), self._file("rdap"))

    @property
    def regulations(self) -> tuple[Clause, ...]:
        """The clauses that checks cite."""
        return CLAUSES

    @property
    def withheld(self) -> WithheldPatterns:
        """What hidden holder names look like."""
        return withheld_patterns()

    def check(self) -> None:
        """Read every file that the user named, so that a mistake in it is told at the start and not half-way."""
        tables = {"cn_ipv4": "mainland", "cn_ipv6": "mainland", "whois": "registries", "rdap": "registries"}
        for name in _SHIPPED:
            if getattr(self.files, name) is not None:
                getattr(self, tables.get(name, name))

    def versions(self) -> tuple[RuleVersion, ...]:
        """File, latest date of its facts and source of every table, in the order of the files' names."""
        found = []
        for name, (shipped, source) in _SHIPPED.items():
            override: Path | None = getattr(self.files, name)
            found.append(
                RuleVersion(
                    file=shipped if override is None else str(override),
                    as_of=max(_DATES.findall(_date_text(name, self._file(name).text)), default=""),
                    source=source if override is None else "audit.toml [rules]",
                )
            )
        found.append(RuleVersion(WITHHELD_FILE, "2026-11-23", "recorded replies and public code"))
        return tuple(sorted(found, key=lambda version: version.file))

    def _file(self, name: str) -> RuleFile:
        return RuleFile.chosen(getattr(self.files, name), _SHIPPED[name][0])


def _date_text(name: str, text: str) -> str:
    """The part of a file that dates its facts: the head of the calendar and the address lists, all of a table."""
    return text[:400] if name in ("calendar", "cn_ipv4", "cn_ipv6", "rdap") else text
