"""A letter as plain text: lines of at most 76 half-width characters, broken where Chinese and English may break."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from auditor.report.heads import display_width
from auditor.report.mail_letter import Entry, Group, Letter, Section
from auditor.report.wording import Wording

WIDTH = 76
# A run that must not be broken: letters and signs of narrow scripts; wide characters may part anywhere but at marks.
_PIECES = re.compile(r"\s+|[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]|[^\s\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]+")  # fmt: skip
_NEVER_FIRST = "、，。；：？！）》」』】〉”’｜…"
_NEVER_LAST = "（《「『【〈“‘"


def text_of(letter: Letter, words: Wording) -> str:
    """The text part; it ends with a line end and stands without the HTML."""
    colon = words.label("colon")
    lines = [*wrapped(letter.title), "=" * min(display_width(letter.title), WIDTH)]
    for sentence in letter.intro:
        lines += wrapped(sentence)
    lines += ["", *wrapped(f"{words.label('mail_conclusion')}{colon}{letter.headline}")]
    if letter.counts:
        counted = " · ".join(f"{word} {count}" for _tone, word, count in letter.counts)
        lines += wrapped(f"{words.label('mail_counts')}{colon}{counted}")
    if letter.completeness:
        lines += wrapped(letter.completeness)
    for limit in letter.limits:
        lines += wrapped(limit, "  - ", "    ")
    for note in letter.notes:
        lines += wrapped(note, "* ", "  ")
    for section in letter.sections:
        lines += _section(section, words)
    lines += ["", "-" * 10]
    for sentence in letter.foot:
        lines += wrapped(sentence)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _section(section: Section, words: Wording) -> Iterator[str]:
    yield ""
    yield from wrapped(section.title)
    yield "-" * min(display_width(section.title), WIDTH)
    for sentence in section.lead:
        yield from wrapped(sentence)
    if section.link:
        # An address stands on a line of its own and whole, so that mail programs make it a link.
        yield section.link
    for number, group in enumerate(section.groups):
        if group.title and (number or section.lead):
            yield ""
        yield from _group(group, words)


def _group(group: Group, words: Wording) -> Iterator[str]:
    if group.title:
        yield from wrapped(f"{group.title}{words.label('colon').rstrip()}")
    for number, entry in enumerate(group.entries, 1):
        yield from _entry(entry, number, words)
    if group.more:
        yield from wrapped(group.more, "   ", "   ")


def _entry(entry: Entry, number: int, words: Wording) -> Iterator[str]:
    mark = f"[{entry.mark}] " if entry.mark else ""
    yield from wrapped(mark + entry.head, f"{number:>2}. ", "    ")
    if entry.text:
        yield from wrapped(entry.text, "    ", "    ")
    colon = words.label("colon")
    for label, value in entry.facts:
        yield from wrapped(f"{label}{colon}{value}", "    ", "      ")


def wrapped(text: str, first: str = "", rest: str = "") -> list[str]:
    """A sentence in lines. Words, addresses and numbers are never broken, even where one is longer than a line."""
    lines: list[str] = []
    line, width = first, display_width(first)
    empty, blank = True, ""
    for piece in _glued(_PIECES.findall(text)):
        if piece.isspace():
            blank = " "
            continue
        size = display_width(piece)
        if not empty and width + len(blank) + size > WIDTH:
            lines.append(line)
            line, width, empty, blank = rest, display_width(rest), True, ""
        if not empty:
            line, width = line + blank, width + len(blank)
        line, width, empty, blank = line + piece, width + size, False, ""
    return [*lines, line]


def _glued(pieces: Iterable[str]) -> Iterator[str]:
    """Pieces with the marks that may not begin or end a line kept to their neighbours."""
    held = ""
    for piece in pieces:
        if piece.isspace():
            if held:
                yield held
            held = ""
            yield piece
        elif held and (piece in _NEVER_FIRST or held[-1] in _NEVER_LAST):
            held += piece
        else:
            if held:
                yield held
            held = piece
    if held:
        yield held
