"""The one small tree of errors: each has a message in two languages, a hint and an exit status."""

from __future__ import annotations

from collections.abc import Callable

# Of a text in Chinese and English, what is said in a language.
Choose = Callable[[str, str, str], str]


def _own(zh: str, en: str, lang: str) -> str:
    return zh if lang == "zh" else en


class AuditError(Exception):
    """Something the person who typed the command must mend; caught once, in cli/.

    zh, en: what is wrong, what is needed and what stands there now, in both languages.
    hint_zh, hint_en: what to do about it. where: the place (file › sheet › cell, or file:line).
    """

    exit_status = 2

    def __init__(self, zh: str, en: str, *, hint_zh: str = "", hint_en: str = "", where: str = "") -> None:
        super().__init__(zh)
        self.zh = zh
        self.en = en
        self.hint_zh = hint_zh
        self.hint_en = hint_en
        self.where = where

    def describe(self, lang: str = "zh", choose: Choose = _own) -> str:
        """One printable text: place, message, hint. choose: what knows further languages than these two."""
        message = choose(self.zh, self.en, lang)
        lines = [f"{self.where}{choose('：', ': ', lang)}{message}" if self.where else message]
        if self.hint_zh or self.hint_en:
            lines.append(choose(self.hint_zh or self.hint_en, self.hint_en or self.hint_zh, lang))
        return "\n".join(lines)

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword-only arguments do not survive the default pickling that worker processes use.
        return (_rebuild, (type(self), self.zh, self.en, self.hint_zh, self.hint_en, self.where))


def _rebuild(kind: type[AuditError], zh: str, en: str, hint_zh: str, hint_en: str, where: str) -> AuditError:
    return kind(zh, en, hint_zh=hint_zh, hint_en=hint_en, where=where)


class UsageError(AuditError):
    """The command line asks for something that cannot be done."""


class InputError(AuditError):
    """A book or an evidence file cannot be read."""


class PolicyError(AuditError):
    """audit.toml or a rule data file is wrong; `where` names file and line."""


class OutputError(AuditError):
    """A report could not be written; nothing was written over."""
