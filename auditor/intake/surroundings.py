"""What surrounds a column: the sheet's part, the columns settled to its left, and the cells below its title."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from auditor.intake.cells import is_blank, shown
from auditor.intake.headerrows import Heading
from auditor.intake.table import Table
from auditor.model.values import FIELDS, Level
from auditor.model.words import SheetRole

PEOPLE = ("leader_", "administrator_", "person_")
_SAMPLED = 60


class Surroundings:
    """One sheet's columns while they are being settled.

    tokens: what each title may mean; certain: fields that titles name beyond doubt; taken: field → column so far;
    left: the fields of the columns settled so far, in order.
    """

    def __init__(
        self,
        headings: Sequence[Heading],
        role: SheetRole,
        table: Table,
        header_row: int,
        fixed: Mapping[int, str],
    ) -> None:
        self.headings = headings
        self.role = role
        self.table = table
        self.header_row = header_row
        self.tokens = [fixed.get(one.column, one.token) for one in headings]
        self.certain = {token for token in self.tokens if token in FIELDS}
        self.taken: dict[str, int] = {}
        self.left: list[str] = []

    def person_at(self, index: int, *, naming: bool = False) -> str:
        """Whose column a general title is: the group's, the sheet's, the person named last to the left, or the likeliest."""
        owner = self.headings[index].owner
        if owner in PEOPLE:
            return owner
        if self.role is SheetRole.PERSONS:
            return "person_"
        if not naming:
            for code in reversed(self.left):
                if code.startswith(PEOPLE):
                    return prefix_of(code)
                if code == "legal_representative" and "leader_name" not in self.certain:
                    return "leader_"
        named = {
            prefix
            for prefix in ("leader_", "administrator_")
            if prefix + "name" in self.certain or prefix + "name" in self.taken
        }
        if len(named) == 1:
            only = named.pop()
            # A name beside one that is spoken for is the other person's; a phone is more likely that same person's.
            return only if not naming else ("administrator_" if only == "leader_" else "leader_")
        if self.role in (SheetRole.SERVICES, SheetRole.DOMAINS):
            return "administrator_"
        for code in reversed(self.left):
            level = FIELDS[code].level
            if level is Level.ENTITY:
                return "leader_"
            if level is Level.SERVICE:
                return "administrator_"
        return "leader_"

    def nearest(self) -> str | None:
        """The nearest column to the left that says whose certificate is spoken of: a prefix of fields."""
        for code in reversed(self.left):
            if code.startswith(PEOPLE):
                return prefix_of(code)
            if code.startswith("registrant"):
                return "registrant_"
            if code == "legal_representative":
                return "leader_"
            if FIELDS[code].level is Level.ENTITY:
                return "entity_"
        return None

    def sample(self, index: int) -> list[str]:
        """The first filled cells under a title."""
        column = self.headings[index].column
        found: list[str] = []
        for cells in self.table.rows[self.header_row :]:
            if column <= len(cells) and not is_blank(cells[column - 1]):
                found.append(shown(cells[column - 1]).strip())
                if len(found) == _SAMPLED:
                    break
        return found

    def mostly(self, index: int, fits: Callable[[str], object]) -> bool:
        """True where more than half of the cells under a title fit."""
        cells = self.sample(index)
        return bool(cells) and sum(1 for text in cells if fits(text)) * 2 > len(cells)

    def has(self, code: str) -> bool:
        """True where a field has a column of its own."""
        return code in self.certain or code in self.taken


def prefix_of(code: str) -> str:
    """The prefix of a person's field."""
    return next(prefix for prefix in PEOPLE if code.startswith(prefix))
