"""WHOIS text as lines of `key: value`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

# A reply is read no further than this; port 43 answers are capped at 64 KiB on the wire.
MAX_TEXT = 262_144
_NEWLINE = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Line:
    """One line with a colon. complete: the line ends with a line break, so that the value is whole."""

    key: str
    value: str
    complete: bool = True


def text_lines(text: str) -> list[str]:
    """The lines of a reply, stripped."""
    return [line.strip() for line in _NEWLINE.split(text[:MAX_TEXT])]


def key_values(text: str) -> list[Line]:
    """Every line that has a colon: key in lower case with single blanks, value as written."""
    lines = text_lines(text)
    found = []
    for index, line in enumerate(lines):
        key, colon, value = line.partition(":")
        if colon and len(key) <= 80:
            key = " ".join(key.lower().split())
            found.append(Line(key, value.strip(), index < len(lines) - 1))
    return found


def first_value(lines: Sequence[Line], *keys: str) -> str | None:
    """The first non-empty value of the first key that has one."""
    for key in keys:
        for line in lines:
            if line.key == key and line.value:
                return line.value
    return None


def all_values(lines: Sequence[Line], key: str) -> list[str]:
    """Every non-empty value of a key."""
    return [line.value for line in lines if line.key == key and line.value]
