"""audit.toml, environment and options become one frozen Settings, read once."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from auditor.errors import PolicyError
from auditor.model.policy import AccessRanges, CheckPolicy, Policy
from auditor.model.verdict import Severity
from auditor.settings.tables import PolicyTables

DEFAULT_NAME = "audit.toml"


@dataclass(frozen=True)
class Settings:
    """Everything the policy file decides. path: the file read, None for the defaults."""

    path: Path | None
    file: PolicyTables
    text: str = ""

    @property
    def unused_sections(self) -> tuple[str, ...]:
        """Sections that stand in the file but that this version does not act on."""
        return tuple(name for name in ("rule",) if getattr(self.file, name))

    def where(self, *keys: str) -> str:
        """`audit.toml:12`, for messages about a key."""
        if self.path is None:
            return ""
        return _where(self.path, self.text, keys)

    def beside(self, name: str | None) -> Path | None:
        """A path in the file is meant from the file's own folder."""
        if name is None:
            return None
        folder = self.path.parent if self.path else Path()
        return folder / Path(name).expanduser()

    def policy(self, as_of: date) -> Policy:
        """What the checks may know."""
        file = self.file
        return Policy(
            as_of=as_of,
            thresholds=file.thresholds.build(),
            checks={
                id.upper(): CheckPolicy(
                    one.enabled, Severity.from_code(one.severity) if one.severity else None
                )
                for id, one in file.checks.items()
            },
            aliases={
                name: (one,) if isinstance(one, str) else tuple(one)
                for name, one in sorted(file.aliases.items())
            },
            access=tuple(
                AccessRanges(code, tuple(one.names), tuple(one.ranges))
                for code, one in sorted(file.access.items())
            ),
            strict_provinces=frozenset(file.rules.strict_provinces),
        )


def read_settings(path: Path | None, environment: Mapping[str, str] | None = None) -> Settings:
    """Read the policy file: the one named, else $AUDIT_CONFIG, else ./audit.toml where there is one.

    Raises PolicyError for a file that is missing, no TOML, or has an unknown key or a wrong type; the message
    names key, file and line.
    """
    environment = os.environ if environment is None else environment
    named = path or (Path(environment["AUDIT_CONFIG"]) if environment.get("AUDIT_CONFIG") else None)
    chosen = named or Path(DEFAULT_NAME)
    if not chosen.is_file():
        if named is None:
            return Settings(None, PolicyTables())
        raise PolicyError("找不到策略文件", "The policy file does not exist", where=str(chosen))
    try:
        text = chosen.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(
            f"策略文件无法读取, 需要 UTF-8 文本 ({type(error).__name__})",
            f"The policy file cannot be read; UTF-8 text is needed ({type(error).__name__})",
            where=str(chosen),
        ) from error
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise PolicyError(
            f"不是有效的 TOML: {error}",
            f"Not valid TOML: {error}",
            where=f"{chosen}:{line.group(1)}" if line else str(chosen),
        ) from error
    try:
        return Settings(chosen, PolicyTables.model_validate(table), text)
    except ValidationError as error:
        raise _explain(error, chosen, text, table) from error


_NEEDED = {
    "extra_forbidden": ("没有这个设置项", "There is no such key"),
    "missing": ("缺少必需的设置项", "A required key is missing"),
    "int_type": ("需要: 整数", "needed: a whole number"),
    "float_type": ("需要: 数字", "needed: a number"),
    "bool_type": ("需要: true 或 false", "needed: true or false"),
    "string_type": ("需要: 加引号的文字", "needed: text in quotes"),
    "list_type": ("需要: 方括号中的列表", "needed: a list in brackets"),
    "dict_type": ("需要: 一个表 [..]", "needed: a table [..]"),
    "model_type": ("需要: 一个表 [..]", "needed: a table [..]"),
    "date_type": ("需要: 日期, 例如 2026-11-23", "needed: a date such as 2026-11-23"),
    "greater_than": ("需要: 大于 {gt} 的数", "needed: a number above {gt}"),
    "greater_than_equal": ("需要: 不小于 {ge} 的数", "needed: a number of at least {ge}"),
    "less_than_equal": ("需要: 不大于 {le} 的数", "needed: a number of at most {le}"),
    "literal_error": ("需要: {expected} 之一", "needed: one of {expected}"),
}


# Keys that take one of two forms, by section: of each failed form pydantic says something, a reader needs one line.
_EITHER = {
    ("thresholds", "document_days"): (
        "需要: 一个天数, 或两个由大到小的天数 [90, 45] (0 至 36500)",
        "needed: a number of days, or two falling ones [90, 45] (0 to 36500)",
    ),
    ("aliases", "*"): (
        '需要: 一个加引号的名称, 或方括号中的几个名称 ["…", "…"]',
        'needed: a name in quotes, or several in brackets ["…", "…"]',
    ),
}


def _explain(error: ValidationError, path: Path, text: str, table: Mapping[str, Any]) -> PolicyError:
    zh, en = [], []
    places = []
    for one in error.errors(include_url=False):
        keys = [str(part) for part in one["loc"]]
        either = _EITHER.get((keys[0], keys[1])) or _EITHER.get((keys[0], "*")) if len(keys) > 1 else None
        # What follows in the place are the names of the forms.
        keys = keys[:2] if either else keys
        name = ".".join(keys)
        places.append(_where(path, text, keys))
        context = {key: str(value).replace(" or ", ", ") for key, value in one.get("ctx", {}).items()}
        words = _NEEDED.get(one["type"], ("", ""))
        needed_zh, needed_en = either or (word.format(**context) for word in words)
        if not needed_zh:
            message = one["msg"].removeprefix("Value error, ")
            needed_en, _, needed_zh = message.partition("|")
            needed_zh = needed_zh or needed_en
            needed_zh, needed_en = f"需要: {needed_zh}", f"needed: {needed_en}"
        shown = repr(table[keys[0]][keys[1]] if either else one["input"])
        shown = shown if len(shown) < 80 else shown[:77] + "…"
        zh.append(f"{places[-1]}: {name}: {needed_zh}; 现在是 {shown}")
        en.append(f"{places[-1]}: {name}: {needed_en}; it is {shown}")
    return PolicyError(
        "策略文件有误\n" + "\n".join(dict.fromkeys(zh)),
        "The policy file is wrong\n" + "\n".join(dict.fromkeys(en)),
        where=str(path),
    )


_TABLE = re.compile(r"^\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(
    r"^\s*((?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*'))*)\s*="
)
_PART = re.compile(r"[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*'")


def _where(path: Path, text: str, keys: tuple[str, ...] | list[str]) -> str:
    """file:line of a key; the nearest table above it where the key itself stands nowhere."""
    best, best_length = 0, 0
    table: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        header = _TABLE.match(line)
        if header:
            table = [part.strip("\"'") for part in _PART.findall(header.group(1))]
            full = table
        elif key := _KEY.match(line):
            full = table + [part.strip("\"'") for part in _PART.findall(key.group(1))]
        else:
            continue
        length = len(full)
        if full == list(keys[:length]) and length > best_length:
            best, best_length = number, length
    return f"{path}:{best}" if best else str(path)
