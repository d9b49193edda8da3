"""How long each step of a change may take: working days or hours, each with its source and date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from auditor.model.text import Text
from auditor.rules.files import Row, RuleFile

LEAD_TIME_COLUMNS = ("key", "unit", "minimum", "maximum", "name_zh", "name_en", "basis", "as_of", "source")
# What a plan needs to know; a file that lacks one of these cannot serve.
LEAD_TIME_KEYS = (
    "holder_transfer",
    "verification",
    "real_name_sync",
    "first_review",
    "sms",
    "bureau",
    "registrar_transfer",
    "paper",
    "own_work",
    "services_per_order",
)
_LONGEST = 1000


class Unit(StrEnum):
    """What a row counts; services are no time but decide how many orders stand one behind the other."""

    WORKING_DAYS = "working_days"
    HOURS = "hours"
    SERVICES = "services"


class Basis(StrEnum):
    """What a lead time rests on; a reader must be able to tell a law from an assumption."""

    NATIONAL = "national"
    PROVIDER = "provider"
    ASSUMPTION = "assumption"


@dataclass(frozen=True, slots=True)
class LeadTime:
    """One step's duration in its unit; plans count with the maximum."""

    key: str
    unit: Unit
    minimum: int
    maximum: int
    name: Text
    basis: Basis
    as_of: str
    source: str
    note: str

    @property
    def working_days(self) -> int:
        """The longest time in working days; 0 for a step that is counted in hours."""
        return self.maximum if self.unit is Unit.WORKING_DAYS else 0

    @property
    def hours(self) -> int:
        """The longest time in hours; 0 for a step that is counted in working days."""
        return self.maximum if self.unit is Unit.HOURS else 0


class LeadTimes:
    """The table of durations; every key that plans need stands in it."""

    def __init__(self, times: Iterable[LeadTime]) -> None:
        self._by_key = {one.key: one for one in times}

    @classmethod
    def read(cls, file: RuleFile) -> LeadTimes:
        """Read a table; PolicyError with the line for a bad row, without it where a step is missing."""
        found: dict[str, LeadTime] = {}
        for row in file.rows(LEAD_TIME_COLUMNS):
            one = _lead_time(row)
            if one.key in found:
                raise file.problem(row.line, f"{one.key} 重复", f"{one.key} stands twice")
            found[one.key] = one
        missing = ", ".join(key for key in LEAD_TIME_KEYS if key not in found)
        if missing:
            raise file.problem(None, f"缺少 {missing}", f"these are missing: {missing}")
        return cls(found.values())

    def __iter__(self) -> Iterator[LeadTime]:
        return iter(self._by_key.values())

    def get(self, key: str) -> LeadTime:
        """The lead time of a step; KeyError for an unknown one."""
        return self._by_key[key]


def _lead_time(row: Row) -> LeadTime:
    minimum, maximum = row.number("minimum"), row.number("maximum")
    if maximum is None or minimum is None or minimum > maximum or maximum > _LONGEST:
        raise row.file.problem(
            row.line,
            f"minimum 与 maximum 应为 0 至 {_LONGEST} 的整数, 前者不大于后者",
            f"minimum and maximum must be whole numbers from 0 to {_LONGEST}, the first no greater than the second",
        )
    return LeadTime(
        key=row.needed("key"),
        unit=Unit(row.word("unit", tuple(Unit))),
        minimum=minimum,
        maximum=maximum,
        name=Text(row.needed("name_zh"), row.needed("name_en")),
        basis=Basis(row.word("basis", tuple(Basis))),
        as_of=row.as_of(),
        source=row["source"],
        note=row.get("note"),
    )
