"""Names of sheets as spreadsheet programs take them, whatever a translation or a title holds."""

from __future__ import annotations

from collections.abc import Collection

NAME_UNITS = 31  # UTF-16 units, as Excel counts
# What no sheet may have in its name; the full-width twin reads the same.
_TWINS = {ord(sign): ord(sign) + 0xFEE0 for sign in "[]:*?/\\"}
_RESERVED = "history"  # Excel's own, for its log of changes


def head_utf16(text: str, units: int) -> str:
    """The head of a text, of at most so many UTF-16 units; no character is cut in two."""
    return text.encode("utf-16-le", "surrogatepass")[: units * 2].decode("utf-16-le", "ignore")


def sheet_name(wanted: str, taken: Collection[str], *, number: int = 1, suffix: str = "({number})") -> str:
    """A name of at most 31 UTF-16 units with nothing that is forbidden, unlike every other whatever their case.

    taken: names that there are. number: from 2 on it stands behind the name, as does the next one that is free where
    the name is taken.
    """
    # Neither control characters nor the line ends of a translation belong in a name.
    clean = "".join(sign if sign.isprintable() else " " for sign in wanted.translate(_TWINS))
    clean = " ".join(clean.split()).strip("' ") or "–"
    others = {one.casefold() for one in taken} | {_RESERVED}
    while True:
        end = suffix.format(number=number) if number > 1 else ""
        name = head_utf16(clean, NAME_UNITS - len(end)).rstrip("' ") + end
        if name.casefold() not in others:
            return name
        number += 1
