"""Finding the header row of a sheet, under titles, blank lines and merged group headings."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from auditor.intake.cells import is_blank, shown
from auditor.intake.dates import read_validity
from auditor.intake.headers import LONGEST, header_key, meaning, owned, owner_of
from auditor.intake.table import CellValue, Table
from auditor.model.recordnumber import read_record_number

_SEARCHED = 30  # rows that hold anything, from the top
_HOST = re.compile(
    r"^(?:https?://)?[a-z0-9一-鿿-]+(?:\.[a-z0-9一-鿿-]+)*\.[a-z一-鿿]{2,}(?:[/:].*)?$", re.IGNORECASE
)
_WEAK = frozenset(("remark", "row_number", "?number", "?name", "?kind", "?status", "group"))


@dataclass(frozen=True, slots=True)
class Heading:
    """One column's title. token: what it may mean (see headers.meaning); owner: what a group heading above it says."""

    column: int
    text: str
    token: str | None
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class HeaderRow:
    """The header row (from 1) and its titles, by column."""

    row: int
    headings: tuple[Heading, ...]

    @property
    def tokens(self) -> frozenset[str]:
        """All that the titles may mean."""
        return frozenset(one.token for one in self.headings if one.token is not None)


def find_header(table: Table, row: int | None = None) -> HeaderRow | None:
    """The row with the most recognised titles among the first 30 that hold anything; None where no row has two.

    A lone recognised title counts where it is 域名 and the only column. row: the header row as the policy states it.
    """
    if row is not None:
        return _read(table, row) if row <= len(table.rows) else None
    filled = (
        number
        for number, cells in enumerate(table.rows, start=1)
        if any(not is_blank(value) for value in cells)
    )
    best: tuple[int, HeaderRow] | None = None
    for number in islice(filled, _SEARCHED):
        if _holds_data(table.rows[number - 1]):
            continue
        header = _read(table, number)
        score = _score(header)
        if score and (
            best is None or score > best[0] or (score == best[0] and _continues(table, best[1].row, number))
        ):
            best = (score, header)
    return best[1] if best else None


def likely_titles(table: Table) -> tuple[int, tuple[str, ...]]:
    """The first row with two texts or more, for telling what an unrecognised sheet holds; (0, ()) where none has."""
    for number, cells in enumerate(table.rows[:200], start=1):
        texts = [value.strip() for value in cells if isinstance(value, str) and not is_blank(value)]
        if len(texts) >= 2:
            return number, tuple(text[:LONGEST] for text in texts)
    return 0, ()


def _score(header: HeaderRow) -> int:
    tokens = {f"{one.owner or ''}{one.token}" for one in header.headings if one.token is not None}
    strong = {one.token for one in header.headings if one.token is not None} - _WEAK
    if len(tokens) >= 2 and strong:
        # Weak words decide nothing between two rows that hold as many others.
        return 2 * len(tokens) - len(tokens - strong)
    alone = len(header.headings) == 1 and header.headings[0].token == "domain"
    return 1 if alone else 0


def _holds_data(cells: Sequence[CellValue]) -> bool:
    """True for a row with a domain, a record number or a date in it: whatever its words, it is no header."""
    for value in cells:
        if value is None:
            continue
        if not isinstance(value, str):
            if not isinstance(value, bool | int | float):
                return True
            continue
        text = value.strip()
        if len(text) > LONGEST or not text:
            continue
        if (
            (("." in text or "。" in text) and _HOST.match(text) and meaning(text) is None)
            or ("备" in text and any(ch.isdigit() for ch in text) and read_record_number(text) is not None)
            or (text[0].isdigit() and read_validity(text) is not None)
        ):
            return True
    return False


def _continues(table: Table, above: int, below: int) -> bool:
    """True where merged cells tie a row to the one above: the lower of two header rows holds the titles."""
    return below == above + 1 and any(
        (first == above and last == below) or (first == last == above and right > left)
        for first, left, last, right in table.merged
    )


def _read(table: Table, row: int) -> HeaderRow:
    cells = table.rows[row - 1]
    texts: dict[int, str] = {}
    for column, value in enumerate(cells, start=1):
        if not is_blank(value):
            texts[column] = " ".join(shown(value).split())
    groups = _groups(table, row, texts)
    for first, left, last, _right in table.merged:
        # A title merged over both header rows stands in the upper one.
        if first < row <= last and last - first < _SEARCHED and left not in texts:
            above = table.rows[first - 1]
            if left <= len(above) and not is_blank(above[left - 1]):
                texts[left] = " ".join(shown(above[left - 1]).split())
    headings = []
    for column, text in sorted(texts.items()):
        group = groups.get(column)
        if group is None:
            headings.append(Heading(column, text, meaning(text)))
        else:
            headings.append(_grouped(column, group, text))
    return HeaderRow(row, tuple(headings))


def _groups(table: Table, row: int, texts: Mapping[int, str]) -> dict[int, str]:
    """Column → the group heading that stands over it in the row above."""
    if row < 2:
        return {}
    above = table.rows[row - 2]
    width = max(texts, default=0)
    found: dict[int, str] = {}
    merged_titles = set()
    for first, left, last, right in table.merged:
        if last == row - 1 and first <= last and right > left and first >= row - 2:
            cells = table.rows[first - 1]
            value = cells[left - 1] if left <= len(cells) else None
            merged_titles.add(left)
            # A title over the whole table names no group.
            if not is_blank(value) and not (left == 1 and right >= width and width > 2):
                for column in range(left, right + 1):
                    found[column] = " ".join(shown(value).split())
    # Without merged areas (CSV) a known group heading reaches over the blank cells to its right.
    current = None
    for column in range(1, width + 1):
        value = above[column - 1] if column <= len(above) else None
        if not is_blank(value):
            text = shown(value)
            current = " ".join(text.split()) if owner_of(text) and column not in merged_titles else None
        if current is not None and column in texts:
            found.setdefault(column, current)
    return found


def _grouped(column: int, group: str, text: str) -> Heading:
    """A title under a group heading: the two together where they are known, else the title under that owner."""
    owner = owner_of(group)
    title = f"{group} {text}"
    if header_key(group) == header_key(text):
        return Heading(column, text, meaning(text), owner)
    token = meaning(text)
    if owner is not None and token is not None:
        combined = owned(owner, token)
        if combined is not None:
            return Heading(column, title, combined, owner)
    combined = meaning(header_key(group) + header_key(text))
    return Heading(column, title if owner or combined else text, combined or token, owner)
