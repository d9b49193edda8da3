"""Rule data as files: the packaged ones and those that a policy puts in their place."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path

from auditor.errors import PolicyError

_DATE = re.compile(r"^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$")


@dataclass(frozen=True, slots=True)
class RuleFile:
    """One rule data file: its text and the name that messages give it."""

    name: str
    text: str

    @classmethod
    def packaged(cls, name: str) -> RuleFile:
        """The file that ships with the program."""
        data = resources.files("auditor.rules").joinpath("data", name).read_text(encoding="utf-8")
        return cls(name, data)

    @classmethod
    def at(cls, path: Path) -> RuleFile:
        """A file of the user's; PolicyError where it cannot be read as UTF-8 text."""
        try:
            return cls(str(path), path.read_text(encoding="utf-8-sig"))
        except OSError as problem:
            raise PolicyError(
                f"规则数据文件无法读取：{problem.strerror or problem}",
                f"the rule data file cannot be read: {problem.strerror or problem}",
                hint_zh="请核对 audit.toml 中 [rules] 的路径",
                hint_en="Check the path under [rules] in audit.toml",
                where=str(path),
            ) from problem
        except UnicodeDecodeError as problem:
            raise PolicyError(
                "规则数据文件必须是 UTF-8 编码",
                "the rule data file must be UTF-8",
                hint_zh="用 UTF-8 编码另存该文件",
                hint_en="Save the file again as UTF-8",
                where=str(path),
            ) from problem

    @classmethod
    def chosen(cls, path: Path | None, packaged: str) -> RuleFile:
        """The user's file where one is named, else the packaged one."""
        return cls.packaged(packaged) if path is None else cls.at(path)

    def problem(self, line: int | None, zh: str, en: str) -> PolicyError:
        """The error that names this file, the line and what stands there."""
        where = self.name if line is None else f"{self.name}:{line}"
        return PolicyError(
            zh,
            en,
            hint_zh="更正该行, 或去掉 [rules] 中的设置以使用自带数据",
            hint_en="Correct the line, or drop the setting under [rules] to use the shipped data",
            where=where,
        )

    def rows(self, required: Sequence[str]) -> Iterator[Row]:
        """The rows of a CSV file with a header; PolicyError where a required column or a cell is missing."""
        reader = csv.reader(io.StringIO(self.text))
        header = [name.strip() for name in next(reader, [])]
        missing = [name for name in required if name not in header]
        if missing:
            names = ", ".join(missing)
            raise self.problem(1, f"缺少列：{names}", f"columns are missing: {names}")
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                raise self.problem(
                    reader.line_num,
                    f"应有 {len(header)} 列, 实有 {len(cells)} 列",
                    f"{len(header)} columns are needed, {len(cells)} stand there",
                )
            values = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
            yield Row(self, reader.line_num, values)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a rule table; it knows its file and line."""

    file: RuleFile
    line: int
    values: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values[column]

    def get(self, column: str) -> str:
        """The cell of a column that may be absent; empty where it is."""
        return self.values.get(column, "")

    def needed(self, column: str) -> str:
        """The cell, which must not be empty."""
        value = self.values[column]
        if not value:
            raise self.file.problem(self.line, f"{column} 不能为空", f"{column} must not be empty")
        return value

    def word(self, column: str, allowed: Sequence[str]) -> str:
        """The cell, which must be one of the allowed words ("" among them where it may be empty)."""
        value = self.values.get(column, "")
        if value not in allowed:
            words = " | ".join(word for word in allowed if word)
            raise self.file.problem(
                self.line,
                f"{column} 应为 {words}, 实为 {value!r}",
                f"{column} must be one of {words}; {value!r} stands there",
            )
        return value

    def number(self, column: str) -> int | None:
        """The cell as a whole number; None where it is empty."""
        value = self.values.get(column, "")
        if not value:
            return None
        if not (value.isascii() and value.isdigit()):
            raise self.file.problem(
                self.line,
                f"{column} 应为整数, 实为 {value!r}",
                f"{column} must be a whole number, not {value!r}",
            )
        return int(value)

    def decimal(self, column: str) -> float | None:
        """The cell as a number; None where it is empty."""
        value = self.values.get(column, "")
        if not value:
            return None
        if not re.fullmatch(r"\d{1,6}(?:\.\d{1,6})?", value):
            raise self.file.problem(
                self.line, f"{column} 应为数字, 实为 {value!r}", f"{column} must be a number, not {value!r}"
            )
        return float(value)

    def as_of(self, column: str = "as_of") -> str:
        """The day, month or year that a fact is of; kept as written, after a check."""
        value = self.values.get(column, "")
        if value and not is_partial_date(value):
            raise self.file.problem(
                self.line,
                f"{column} 应为日期 (2026-01-31、2026-01 或 2026), 实为 {value!r}",
                f"{column} must be a date (2026-01-31, 2026-01 or 2026), not {value!r}",
            )
        return value

    def several(self, column: str, separator: str = "|") -> tuple[str, ...]:
        """The parts of a cell that holds several values."""
        return tuple(
            part for piece in self.values.get(column, "").split(separator) if (part := piece.strip())
        )


def is_partial_date(text: str) -> bool:
    """True for a real day, month or year in ISO form."""
    found = _DATE.match(text)
    if not found:
        return False
    try:
        date(int(found.group(1)), int(found.group(2) or 1), int(found.group(3) or 1))
    except ValueError:
        return False
    return True
