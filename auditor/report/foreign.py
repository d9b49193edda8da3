"""Text from outside made safe to look at: hidden characters shown, long cells cut aloud, formulas defused."""

from __future__ import annotations

import re
import unicodedata

from auditor.model.text import Text

# Letters that fonts draw as nothing, although Unicode does not call them format characters.
_BLANK_LETTERS = "\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
_HIDDEN_CATEGORIES = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
# Where hidden characters can stand; the great blocks of Han and Hangul between are not worth a look.
_SEARCHED = (
    (0, 0x33FF),
    (0xA000, 0xABFF),
    (0xD7A4, 0x1FFFF),
    (0xE0000, 0xE0FFF),
    *((plane + 0xFFFE, plane + 0xFFFF) for plane in range(0x20000, 0x110000, 0x10000)),
)
_CUT = Text("…（已截断，全文共 {length} 个字符）", "… (cut; the whole text has {length} characters)")
_PLAIN_NUMBER = re.compile(r"-?\d+(?:\.\d+)?%?")
# Excel and LibreOffice take the full-width forms for operators too in some input languages.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_BLANKS = " \u3000\u00a0"
_RISKY = frozenset((*_FORMULA_STARTS, *_BLANKS))


def _hidden(code: int) -> bool:
    character = chr(code)
    if character in "\t\n":
        return False
    if code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF:
        return True
    return character in _BLANK_LETTERS or unicodedata.category(character) in _HIDDEN_CATEGORIES


def _hidden_pattern() -> re.Pattern[str]:
    """One character class of everything that a reader would not see or that would reorder what is seen."""
    parts: list[str] = []
    for first, last in _SEARCHED:
        start: int | None = None
        for code in range(first, last + 2):
            inside = code <= last and _hidden(code)
            if inside and start is None:
                start = code
            elif not inside and start is not None:
                parts.append(f"\\U{start:08x}-\\U{code - 1:08x}")
                start = None
    return re.compile("[" + "".join(parts) + "]")


class _Hidden:
    """The pattern, made on first use: it looks at every code point once."""

    pattern: re.Pattern[str] | None = None

    @classmethod
    def get(cls) -> re.Pattern[str]:
        if cls.pattern is None:
            cls.pattern = _hidden_pattern()
        return cls.pattern


def visible(text: str) -> str:
    """The text with control, bidirectional, zero-width and lone surrogate characters shown as ⟦U+202E⟧.

    Line ends become "\\n"; tabs and line ends stay.
    """
    if text.isascii() and text.isprintable():
        return text
    if "\r\n" in text:
        text = text.replace("\r\n", "\n")
    return _Hidden.get().sub(lambda found: f"⟦U+{ord(found.group()):04X}⟧", text)


def cut(text: str, limit: int, lang: str) -> str:
    """The text whole, or its head with a note of its full length; never longer than `limit` characters."""
    if len(text) <= limit:
        return text
    note = _CUT.in_language(lang).format(length=f"{len(text):,}")
    return text[: max(limit - len(note), 0)] + note


def cut_utf16(text: str, limit: int, lang: str) -> str:
    """As `cut`, counted in UTF-16 units as Excel counts."""
    if len(text) * 2 <= limit or len(text.encode("utf-16-le", "surrogatepass")) // 2 <= limit:
        return text
    note = _CUT.in_language(lang).format(length=f"{len(text):,}")
    head = text.encode("utf-16-le", "surrogatepass")[: (limit - len(note)) * 2]
    return head.decode("utf-16-le", "ignore") + note


def encodable(text: str) -> str:
    """The text with lone surrogates made visible: everything else is left as it is, and UTF-8 can hold it."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return "".join(
            f"⟦U+{ord(character):04X}⟧" if "\ud800" <= character <= "\udfff" else character
            for character in text
        )
    return text


def defused(text: str) -> str:
    """A CSV cell that no spreadsheet program takes for a formula: an apostrophe stands before a risky start.

    Plain negative numbers and dates stay as they are.
    """
    if text[:1] not in _RISKY:
        return text
    if text.lstrip(_BLANKS).startswith(_FORMULA_STARTS) and not _PLAIN_NUMBER.fullmatch(text):
        return "'" + text
    return text
