"""What an office says of its own sheets: parts, header rows and columns that the words cannot tell."""

from __future__ import annotations

from collections.abc import Mapping as _Map
from dataclasses import dataclass, field

IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class SheetRule:
    """What is said of one sheet. role: the code of a part or "ignore"; header_row: from 1; columns: header → field code or "ignore"."""

    role: str | None = None
    header_row: int | None = None
    columns: _Map[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mapping:
    """What is said of all sheets (columns) and of single ones by name (sheets), which wins."""

    columns: _Map[str, str] = field(default_factory=dict)
    sheets: _Map[str, SheetRule] = field(default_factory=dict)

    def own(self, sheet: str) -> SheetRule:
        """What is said of a sheet by its name."""
        return self.sheets.get(sheet) or self.sheets.get(sheet.strip()) or SheetRule()

    def rule(self, sheet: str) -> SheetRule:
        """What is said of a sheet, with the columns said of all sheets added."""
        own = self.own(sheet)
        return SheetRule(own.role, own.header_row, {**self.columns, **own.columns})
