"""A mail before it is text or HTML: what is told in which order, in the reader's words, every line short enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from auditor.model.text import Message, Text
from auditor.report.foreign import cut
from auditor.report.templating import CELL_LIMIT
from auditor.report.wording import Wording

_SENTENCE = 400
_COUNTED = Text("{title} ({count})", "{title} ({count})")


@dataclass(frozen=True, slots=True)
class MailLimits:
    """How much of each list a mail holds, and how many characters of one value."""

    findings: int = 15
    changes: int = 12
    work: int = 10
    waivers: int = 8
    expiries: int = 15
    routes: int = 60
    said: int = 20
    names: int = 10
    text: int = 300

    def smaller(self, share: float) -> MailLimits:
        """The same with a share of every list, and with shorter values."""
        return replace(
            self,
            **{
                name: max(int(getattr(self, name) * share), 60 if name == "text" else 0)
                for name in self.__slots__
            },
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing told. mark: a word in front, such as a severity; tone: a code that picks its colour, "" for none.

    facts: label and value, in order.
    """

    head: str
    text: str = ""
    mark: str = ""
    tone: str = ""
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Entries under one title ("" for none). more: the sentence that says what is not listed, "" where all is."""

    title: str
    entries: tuple[Entry, ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the letter. link: an http(s) address, "" for none; it stands behind the lead."""

    title: str
    lead: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    link: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """The whole mail. intro: what it is about; tone: of the headline; limits: what the audit did not see.

    counts: tone, word and number; notes: further sentences of the conclusion; foot: who sends it.
    """

    title: str
    intro: tuple[str, ...]
    tone: str
    headline: str
    completeness: str
    limits: tuple[str, ...]
    counts: tuple[tuple[str, str, str], ...]
    notes: tuple[str, ...]
    sections: tuple[Section, ...]
    foot: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes values for a mail: masked always, on one line, cut to the limit. words: never shows personal data."""

    words: Wording
    limits: MailLimits

    @classmethod
    def of(cls, words: Wording, limits: MailLimits) -> Pen:
        """A pen in the reader's language; whether the reader may see personal data does not matter in a mail."""
        return cls(Wording(words.lang), limits)

    def line(self, value: object) -> str:
        """Any value as one line."""
        return self.cut(self.words.say(value))

    def cut(self, text: str) -> str:
        """A text of the reader's words as one line, with its full length told where it is cut."""
        return cut(" ".join(text.split()), self.limits.text, self.words.lang)

    def label(self, key: str, **values: object) -> str:
        """One of the reports' own words; a sentence keeps its end, however short the values of a list have to be."""
        if not values:
            return self.words.label(key)
        return cut(" ".join(self.words.label(key, **values).split()), _SENTENCE, self.words.lang)

    def names(self, names: Sequence[str]) -> str:
        """Some names, and how many more there are."""
        shown = [self.line(name) for name in names[: self.limits.names]]
        if len(names) > len(shown):
            shown.append(self.label("mail_more_names", count=len(names) - len(shown)))
        return self.cut(self.words.say(tuple(shown)))

    def lines(self, values: Sequence[Message | Text | str]) -> tuple[str, ...]:
        """Some values, a line each, and how many more there are."""
        shown = tuple(self.line(value) for value in values[: self.limits.said])
        left = len(values) - len(shown)
        return (*shown, self.more(len(shown), left)) if left else shown

    def more(self, shown: int, hidden: int) -> str:
        """The sentence for what is not listed; "" where nothing is left out."""
        return self.label("changes_more", shown=shown, hidden=hidden) if hidden > 0 else ""

    def counted(self, title: str, count: int) -> str:
        """A title with the number of what stands under it."""
        form = _COUNTED.in_language(self.words.lang)
        return form.format(title=title, count=self.words.number(count))

    def group(self, title: str, entries: Sequence[Entry], count: int) -> tuple[Group, ...]:
        """A group of `count` things of which some are entries; none where there is nothing."""
        if not count:
            return ()
        told = self.counted(title, count) if title else ""
        return (Group(told, tuple(entries), self.more(len(entries), count - len(entries))),)


def safe_link(link: str | None, words: Wording) -> str:
    """An http(s) address that may become a link; "" for anything else, also where masking would change it."""
    if (
        not link
        or len(link) > CELL_LIMIT
        or words.say(link) != link
        or any(mark in link for mark in " \t\n\"'<>`\\")
    ):
        return ""
    try:
        parts = urlsplit(link)
        host = parts.hostname
    except ValueError:
        return ""
    return link if parts.scheme in ("http", "https") and host else ""
