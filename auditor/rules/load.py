"""All rule data in one place: read when first asked for, checked on reading, dated."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from auditor.rules.calendar import Calendar
from auditor.rules.files import RuleFile
from auditor.rules.lead_times import LeadTimes
from auditor.rules.mainland import Mainland
from auditor.rules.materials import MATERIAL_COLUMNS, Materials
from auditor.rules.providers import PROVIDER_COLUMNS, Providers
from auditor.rules.provinces import PROVINCE_COLUMNS, Provinces
from auditor.rules.registrars import REGISTRAR_COLUMNS, Registrars
from auditor.rules.registries import Registries
from auditor.rules.regulations import CLAUSES, Clause
from auditor.rules.remedies import Remedies
from auditor.rules.shipped import FIXED, SHIPPED
from auditor.rules.tlds import TLD_COLUMNS, Tlds
from auditor.rules.withheld import WithheldPatterns, withheld_patterns


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
    lead_times: Path | None = None
    remedies: Path | None = None


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """Which data a run was judged by: the file, the latest date of its facts, and where it comes from."""

    file: str
    as_of: str
    source: str


_DATE = re.compile(r"(?<![\d-])20\d{2}-[01]\d-[0-3]\d(?![\d-])")


class RuleData:
    """The dated facts that checks use. Each table is read on first use; PolicyError names file and line."""

    def __init__(self, files: RuleFiles = RuleFiles()) -> None:
        self.files = files

    @cached_property
    def tlds(self) -> Tlds:
        """Which suffixes can be filed."""
        return Tlds(self.file("tlds").rows(TLD_COLUMNS))

    @cached_property
    def registrars(self) -> Registrars:
        """Which registrars are licensed."""
        return Registrars(self.file("registrars").rows(REGISTRAR_COLUMNS))

    @cached_property
    def provinces(self) -> Provinces:
        """What the provinces ask for."""
        return Provinces(self.file("provinces").rows(PROVINCE_COLUMNS))

    @cached_property
    def calendar(self) -> Calendar:
        """The working-day calendar."""
        return Calendar.read(self.file("calendar"))

    @cached_property
    def materials(self) -> Materials:
        """The documents that a filing needs."""
        return Materials(self.file("materials").rows(MATERIAL_COLUMNS))

    @cached_property
    def lead_times(self) -> LeadTimes:
        """How long the steps of a change may take."""
        return LeadTimes.read(self.file("lead_times"))

    @cached_property
    def remedies(self) -> Remedies:
        """What a kind of entity or a province does beyond a check's own remedy."""
        return Remedies.read(self.file("remedies"))

    @cached_property
    def providers(self) -> Providers:
        """Access providers and the hosts that give them away."""
        return Providers(self.file("providers").rows(PROVIDER_COLUMNS))

    @cached_property
    def mainland(self) -> Mainland:
        """The mainland address ranges."""
        return Mainland.read(self.file("cn_ipv4"), self.file("cn_ipv6"))

    @cached_property
    def registries(self) -> Registries:
        """WHOIS and RDAP servers by suffix."""
        return Registries.read(self.file("whois"), self.file("rdap"))

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
        for name in SHIPPED:
            if getattr(self.files, name) is not None:
                getattr(self, tables.get(name, name))

    def versions(self) -> tuple[RuleVersion, ...]:
        """File, latest date of its facts and source of every table, in the order of the files' names.

        A user's file is dated by its `as_of` cells, or by a `date:` or `"as_of"` line of its head; "" without one.
        """
        found = [RuleVersion(*one) for one in FIXED]
        for name, (shipped, as_of, source) in SHIPPED.items():
            override: Path | None = getattr(self.files, name)
            if override is None:
                found.append(RuleVersion(shipped, as_of, source))
            else:
                found.append(
                    RuleVersion(str(override), _own_date(RuleFile.at(override)), "audit.toml [rules]")
                )
        return tuple(sorted(found, key=lambda version: version.file))

    def file(self, name: str) -> RuleFile:
        """The text of a table: the user's file where one is named, else the shipped one."""
        return RuleFile.chosen(getattr(self.files, name), SHIPPED[name][0])


def _own_date(file: RuleFile) -> str:
    if file.name.endswith(".csv"):
        return max((row.get("as_of") for row in file.rows(())), default="")
    return max(_DATE.findall(file.text[:400]), default="")
