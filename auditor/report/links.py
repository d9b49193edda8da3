"""Links from the workbook's rows into the other reports of the same run, as formulas that name no outside place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from auditor.model.result import Finding
from auditor.report.columns import Cell, Link
from auditor.report.foreign import visible

_TEXT_LIMIT = 255  # characters of one text inside a formula
# What no file name on Windows holds, and what would make a name something else than a name.
_NO_FILE_NAME = re.compile(r'[\\/:*?"<>|]')
_NO_SHEET_NAME = re.compile(r"[\\/:*?\[\]]")
_ESCAPE = re.compile(r"_x[0-9A-Fa-f]{4}_")


@dataclass(frozen=True, slots=True)
class Links:
    """Which other reports this run writes beside the workbook, as bare file names.

    html: the page; annotated: display path of a book → the file name of its annotated copy, None where none is made.
    """

    html: str | None = None
    annotated: Mapping[str, str | None] = field(default_factory=dict)

    def to_page(self, finding: Finding, text: str) -> Cell:
        """A link to the finding's place on the page; nothing where there is no page."""
        if self.html is None or (file := _file(self.html)) is None:
            return None
        return link(f"{file}#f-{finding.fingerprint}", text)

    def to_cell(self, finding: Finding) -> Cell:
        """A link to the first cell of the finding that stands in an annotated copy, `C17`; else nothing."""
        for cell in finding.cells:
            name = self.annotated.get(cell.path)
            if name is None or (file := _file(name)) is None or _NO_SHEET_NAME.search(cell.sheet):
                continue
            sheet = cell.sheet.replace("'", "''")
            made = link(f"{file}#'{sheet}'!{cell.cell}", cell.cell)
            if isinstance(made, Link):
                return made
        return None


def link(target: str, text: str) -> Link | str:
    """A link, or only its text where a formula cannot say the target exactly and safely."""
    fits = len(target.encode("utf-16-le", "surrogatepass")) // 2 <= _TEXT_LIMIT
    if not fits or "\n" in target or "\t" in target or _ESCAPE.search(target) or visible(target) != target:
        return text
    return Link(target, text)


def _file(name: str) -> str | None:
    """A file name as the beginning of a link: `%` and `#` have a meaning there; None for what is no plain name."""
    if _NO_FILE_NAME.search(name) or name.startswith("."):
        return None
    return name.replace("%", "%25").replace("#", "%23")
