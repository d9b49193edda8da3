"""Where a table has come to stand in the workbook, and the formulas that count its rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from auditor.model.place import column_letters


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a table has come to stand.

    parts: each sheet with its last row, counted from 1. heads: what its columns are called, which stands in the head as
    far as a table takes it.
    """

    parts: tuple[tuple[str, int], ...]
    heads: tuple[str, ...]
    rows: int

    def ranges(self, head: str) -> list[str]:
        """The cells of one column, a range for each sheet: `'发现'!$A$2:$A$9`."""
        letters = column_letters(self.heads.index(head) + 1)
        return [f"{quoted(name)}!${letters}$2:${letters}${last}" for name, last in self.parts]

    def count(self, *conditions: tuple[str, str]) -> str:
        """A formula that counts the rows under conditions: (header, criterion as it stands in a formula)."""
        columns = [(self.ranges(head), criterion) for head, criterion in conditions]
        function = "COUNTIF" if len(conditions) == 1 else "COUNTIFS"
        return "+".join(
            f"{function}({','.join(f'{ranges[part]},{criterion}' for ranges, criterion in columns)})"
            for part in range(len(self.parts))
        )

    def total(self, function: str, head: str) -> str:
        """A formula that adds up what a function says of one column on each sheet."""
        return "+".join(f"{function}({one})" for one in self.ranges(head))


def quoted(sheet: str) -> str:
    """The name of a sheet as formulas have it."""
    return "'" + sheet.replace("'", "''") + "'"


def date_formula(day: date) -> str:
    """A day as formulas have it."""
    return f"DATE({day.year},{day.month},{day.day})"
