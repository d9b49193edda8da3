"""The cells and shared strings of a workbook's parts, collected from their XML as it is parsed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from auditor.report.answers_refusals import damaged, too_large
from auditor.report.answers_words import unescaped

_MOST_TEXT = 1 << 20  # characters of one cell; the programs themselves allow 32,767
_MOST_ROWS, _MOST_COLUMNS = 1 << 20, 1 << 14
_LETTERS = 3


@dataclass(slots=True)
class RawCell:
    """A cell as its part writes it; value: None where nothing is stored, formula: None where there is none."""

    kind: str = "n"
    style: int = 0
    value: str | None = None
    formula: str | None = None


class RowReader:
    """Collects the rows of a sheet part; of its cells those that hold something, most of a report's are blank."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._done: list[tuple[int, dict[int, RawCell]]] = []
        self._row, self._column, self._place = 0, -1, ""
        self._cells: dict[int, RawCell] | None = None
        self._attributes: dict[str, str] | None = None  # of the cell that is open
        self._cell: RawCell | None = None
        self._phonetic = False
        self._pieces: list[str] | None = None
        self._length = 0

    def take(self) -> list[tuple[int, dict[int, RawCell]]]:
        """The rows finished since the last time."""
        done, self._done = self._done, []
        return done

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if ":" in name:
            name = name.rpartition(":")[2]
        if self._attributes is not None:
            if name == "rPh":
                self._phonetic = True
            elif name in ("v", "f") or (name == "t" and not self._phonetic):
                self._pieces, self._length = [], 0
        elif name == "c" and self._cells is not None:
            self._attributes = attributes
            if "r" in attributes:
                self._place = attributes["r"]
            else:
                self._column = self._column_now() + 1
                self._place = ""
        elif name == "row":
            number = attributes.get("r", "")
            self._row = int(number) if number.isdecimal() and len(number) <= 7 else self._row + 1
            if self._row > _MOST_ROWS:
                raise damaged(self._where)
            self._cells, self._column, self._place = {}, -1, ""

    def end(self, name: str) -> None:
        """An element ends."""
        if ":" in name:
            name = name.rpartition(":")[2]
        if self._attributes is not None:
            if name == "c":
                self._attributes = self._cell = None
            elif name == "rPh":
                self._phonetic = False
            elif self._pieces is not None and name in ("v", "t", "f"):
                self._keep(name, "".join(self._pieces), self._attributes)
                self._pieces = None
        elif name == "row" and self._cells is not None:
            self._done.append((self._row, self._cells))
            self._cells = None

    def _column_now(self) -> int:
        """The column of the last cell; its place is worked out only when something needs it."""
        if not self._place:
            return self._column
        letters = self._place.rstrip("0123456789")
        if not 0 < len(letters) <= _LETTERS or not (letters.isascii() and letters.isupper()):
            raise damaged(self._where)
        return column_number(letters)

    def _keep(self, name: str, text: str, attributes: dict[str, str]) -> None:
        """What stands in the open cell."""
        if self._cell is None:
            self._column = self._column_now()
            self._place = ""
            if self._column >= _MOST_COLUMNS or self._cells is None:
                raise damaged(self._where)
            style = attributes.get("s", "0")
            self._cell = RawCell(attributes.get("t", "n"), int(style) if style.isdecimal() else 0)
            self._cells[self._column] = self._cell
        if name == "f":
            self._cell.formula = text
        else:
            self._cell.value = (self._cell.value or "") + text if name == "t" else text

    def text(self, text: str) -> None:
        """Characters."""
        if self._pieces is not None:
            self._length += len(text)
            if self._length > _MOST_TEXT:
                raise too_large(self._where, f"> {_MOST_TEXT:,}")
            self._pieces.append(text)


class StringTable:
    """Collects the strings that the cells of a workbook share; one in several formats is one text."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self._pieces: list[str] = []
        self._taking = self._phonetic = False

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        """An element begins."""
        name = name.rpartition(":")[2]
        if name == "si":
            self._pieces = []
        elif name == "rPh":
            self._phonetic = True
        elif name == "t":
            self._taking = not self._phonetic

    def end(self, name: str) -> None:
        """An element ends."""
        name = name.rpartition(":")[2]
        if name == "t":
            self._taking = False
        elif name == "rPh":
            self._phonetic = False
        elif name == "si":
            self.strings.append(unescaped("".join(self._pieces)))

    def text(self, text: str) -> None:
        """Characters."""
        if self._taking:
            self._pieces.append(text)


@lru_cache(maxsize=1 << 14)
def column_number(letters: str) -> int:
    """`A` is 0, `AA` is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
