"""What is odd in a sheet, gathered cell by cell and told once per kind."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from auditor.intake.table import Note
from auditor.model.place import column_letters
from auditor.model.text import Text


class Oddity(Enum):
    """A kind of cell whose value a plain reader would get wrong: its Chinese and English description."""

    ERROR = (
        "{n} 个单元格是公式错误值（如 #N/A），没有可用的内容；第一个在 {cell}",
        "{n} cells hold an error value (such as #N/A) and no usable content; the first is {cell}",
    )
    LONG_NUMBER = (
        "{n} 个单元格把 16 位及以上的号码存成了数字，第 15 位以后不可信；第一个在 {cell}。请把该列设为文本后重新录入",
        "{n} cells store a number of 16 or more digits as a number, digits beyond the 15th are not trustworthy; "
        "the first is {cell}. Format the column as text and enter them again",
    )
    NO_VALUE = (
        "{n} 个公式单元格没有保存计算结果；第一个在 {cell}。请用 Excel 或 WPS 打开、重新计算并保存",
        "{n} formula cells have no stored result; the first is {cell}. Open, recalculate and save it in Excel or WPS",
    )
    NO_DATE = (
        "{n} 个日期格式的单元格里的数超出日期范围，按数字读取；第一个在 {cell}",
        "{n} cells formatted as dates hold numbers that are no date and are read as numbers; the first is {cell}",
    )
    NOT_A_NUMBER = (
        "{n} 个标为数字的单元格里不是数字，按文本读取；第一个在 {cell}",
        "{n} cells marked as numbers hold something else and are read as text; the first is {cell}",
    )
    LOST_TEXT = (
        "{n} 个单元格指向不存在的共享文本，内容已丢失；第一个在 {cell}",
        "{n} cells point at a shared text that does not exist, their content is lost; the first is {cell}",
    )


@dataclass(slots=True)
class Remarks:
    """Counts each oddity of one sheet and remembers its first cell."""

    count: dict[Oddity, int] = field(default_factory=dict)
    first: dict[Oddity, tuple[int, int]] = field(default_factory=dict)

    def add(self, oddity: Oddity, row: int, column: int) -> None:
        """Count one cell (row and column from 1)."""
        self.count[oddity] = self.count.get(oddity, 0) + 1
        if oddity not in self.first or (row, column) < self.first[oddity]:
            self.first[oddity] = (row, column)

    def notes(self) -> tuple[Note, ...]:
        """One note per kind, in a fixed order."""
        notes = []
        for oddity in Oddity:
            if oddity in self.count:
                row, column = self.first[oddity]
                values = {"n": self.count[oddity], "cell": f"{column_letters(column)}{row}"}
                zh, en = oddity.value
                notes.append(Note(Text(zh.format(**values), en.format(**values)), row, column))
        return tuple(notes)


def hidden_notes(hidden: bool, rows: frozenset[int], columns: frozenset[int]) -> tuple[Note, ...]:
    """Notes for a hidden sheet and for hidden rows and columns, which are read like the rest."""
    notes = []
    if hidden:
        notes.append(
            Note(Text("工作表是隐藏的，已照常读取", "The sheet is hidden; it is read like the others"))
        )
    if rows:
        notes.append(
            Note(
                Text(
                    f"有 {len(rows)} 行是隐藏的，已照常读取；第一个是第 {min(rows)} 行",
                    f"{len(rows)} rows are hidden and are read like the others; the first is row {min(rows)}",
                ),
                min(rows),
            )
        )
    if columns:
        first = column_letters(min(columns))
        notes.append(
            Note(
                Text(
                    f"有 {len(columns)} 列是隐藏的，已照常读取；第一个是 {first} 列",
                    f"{len(columns)} columns are hidden and are read like the others; the first is {first}",
                ),
                None,
                min(columns),
            )
        )
    return tuple(notes)
