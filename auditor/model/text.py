"""Text in two languages and the values that go into it, masked when they are personal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from auditor.model.language import translated


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence or a word in Chinese and English; may hold {places} for values."""

    zh: str
    en: str

    def __post_init__(self) -> None:
        if not self.zh or not self.en:
            raise ValueError(f"a text must stand in both languages: {self.zh!r} / {self.en!r}")

    def in_language(self, lang: str) -> str:
        """The template in one language; English where a further language's catalogue lacks it."""
        if lang == "zh":
            return self.zh
        return self.en if lang == "en" else translated(self.zh, self.en, lang)


LIST_SEPARATOR = Text("、", ", ")
COLON = Text("：", ": ")


class PersonalKind(StrEnum):
    """What kind of personal value is masked, and therefore how."""

    ID_NUMBER = "id_number"
    PHONE = "phone"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Personal:
    """An ID number or phone: shown masked unless the reader asked for the whole."""

    kind: PersonalKind
    value: str

    def masked(self) -> str:
        """`110101********0012`, `138****0012`, `z***@example.cn`."""
        value = self.value
        if self.kind is PersonalKind.EMAIL:
            # A cell may hold several addresses: none may hide behind the first one's mask.
            pieces = _BETWEEN_ADDRESSES.split(value) if value.count("@") > 1 else [value]
            return "".join(
                piece if index % 2 or not piece else _masked_address(piece)
                for index, piece in enumerate(pieces)
            )
        return mask_digits(value)


_BETWEEN_ADDRESSES = re.compile(r"([;；,，、|/\s]+)")


def _masked_address(address: str) -> str:
    name, at, host = address.partition("@")
    return f"{name[:1]}***{at}{host}"


def mask_digits(value: str) -> str:
    """Mask a number but for its head and tail: 6 and 4 of an ID number, 3 and 4 of a phone.

    Shorter or broken numbers keep proportionally less, so that no mask ever shows more than half.
    """
    length = len(value)
    if length >= 15:
        head, tail = 6, 4
    elif length >= 11:
        head, tail = 3, 4
    elif length >= 7:
        head, tail = 1, 2
    else:
        return "*" * length
    return value[:head] + "*" * (length - head - tail) + value[-tail:]


# A resident ID number (a plausible birth date inside) or a mainland mobile number inside free text.
_ID_IN_TEXT = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![0-9A-Za-z])"
)
_ID15_IN_TEXT = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?![0-9A-Za-z])"
)
_MOBILE_IN_TEXT = re.compile(r"(?<![0-9A-Za-z])(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?![0-9A-Za-z])")
# What either needs; most texts have nothing like it and are done at once.
_MANY_DIGITS = re.compile(r"\d{3}[\d -]{7}")


def mask_text(text: str) -> str:
    """Mask every ID number and mobile number that stands in a free text."""
    if len(text) < 11 or not _MANY_DIGITS.search(text):
        return text
    text = _ID_IN_TEXT.sub(lambda found: mask_digits(found.group()), text)
    text = _ID15_IN_TEXT.sub(lambda found: mask_digits(found.group()), text)
    return _MOBILE_IN_TEXT.sub(lambda found: mask_digits(found.group()), text)


@dataclass(frozen=True, slots=True)
class Message:
    """A text with the values for its places; rendered late, in the reader's language, masked or not."""

    text: Text
    values: Mapping[str, object] = field(default_factory=dict)

    def render(self, lang: str, *, show_pii: bool = False) -> str:
        """The finished sentence in one language."""
        template = self.text.in_language(lang)
        if not self.values:
            return template
        shown = show_each(self.values.values(), lang, show_pii=show_pii)
        return template.format(**dict(zip(self.values, shown, strict=True)))


def say(zh: str, en: str, **values: object) -> Message:
    """A message in both languages with its values: ``say("到期日是 {day}", "It ends on {day}", day=day)``."""
    return Message(Text(zh, en), values)


def show(value: object, lang: str, *, show_pii: bool = False) -> str:
    """One value as a reader sees it: dates in ISO form, lists joined, personal values masked."""
    if value is None:
        return "—"
    if isinstance(value, str) and not isinstance(value, StrEnum):
        return value if show_pii else mask_text(value)
    if isinstance(value, Personal):
        return value.value if show_pii else value.masked()
    if isinstance(value, Text):
        return value.in_language(lang)
    if isinstance(value, Message):
        return value.render(lang, show_pii=show_pii)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Iterable) and not isinstance(value, (str, bytes)):
        return LIST_SEPARATOR.in_language(lang).join(show_each(value, lang, show_pii=show_pii))
    if isinstance(value, float):
        return f"{value:g}"
    word = getattr(value, "text", None)
    if isinstance(word, Text):
        return word.in_language(lang)
    return str(value)


def show_each(values: Iterable[object], lang: str, *, show_pii: bool = False) -> list[str]:
    """Several values of one sentence; two different ones that look alike when masked are told apart."""
    items = list(values)
    shown = [show(item, lang, show_pii=show_pii) for item in items]
    if show_pii:
        return shown
    seen: dict[str, list[str]] = {}
    for index, item in enumerate(items):
        if isinstance(item, Personal):
            others = seen.setdefault(shown[index], [])
            if item.value not in others:
                others.append(item.value)
    for index, item in enumerate(items):
        others = seen.get(shown[index], []) if isinstance(item, Personal) else []
        if len(others) > 1 and isinstance(item, Personal):
            shown[index] += f"(#{others.index(item.value) + 1})"
    return shown
