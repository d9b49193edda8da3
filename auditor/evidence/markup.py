"""The text that a web page shows, piece by piece, each with the link it stands in; linear in the page's length."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

MAX_MARKUP = 2_000_000
_MAX_DEPTH = 2000
_MAX_ATTRIBUTES = 20_000
_TAG_STOP = re.compile(r"[>\"']")
_TAG_NAME = re.compile(r"/?[A-Za-z][A-Za-z0-9:_-]{0,40}")
_ATTRIBUTE = re.compile(r"([^\s=>\"'/]{1,60})\s{0,20}=\s{0,20}(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+))")
# A number too long for a character: resolving it would build a giant integer for nothing.
_LONG_REFERENCE = re.compile(r"&#(?:\d{8,}|[xX][0-9A-Fa-f]{7,});?")
_BLANKS = re.compile(r"\s+")
_RAW_TEXT = frozenset(
    {"script", "style", "noscript", "template", "textarea", "title", "iframe", "xmp", "noembed"}
)
_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "frame",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    ]
)
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "img",
        "ins",
        "kbd",
        "label",
        "mark",
        "nobr",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
    ]
)
_HINTING = frozenset({"alt", "title", "content", "value", "placeholder", "aria-label"})
_HIDING = re.compile(r"display\s{0,5}:\s{0,5}none|visibility\s{0,5}:\s{0,5}hidden")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of shown text and the target of the link around it ("" for none). A line break ends a block."""

    text: str
    link: str


@dataclass(slots=True)
class Page:
    """What was read of a page. pieces: shown text in order. unseen: texts of attributes, scripts and hidden parts.

    scripts, frames: how many there are. bare: a container that scripts fill stands empty. whole: the markup has an end.
    """

    pieces: list[Piece] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    scripts: int = 0
    frames: int = 0
    refresh: bool = False
    root: bool = False
    whole: bool = True


def read_markup(text: str) -> Page:
    """Walk through a page once. Comments are dropped; what cannot be a tag is text; nothing is ever executed."""
    reader = _Reader(text[:MAX_MARKUP])
    reader.walk()
    page = reader.page
    page.whole = len(text) <= MAX_MARKUP and not reader.torn
    return page


class _Reader:
    def __init__(self, text: str) -> None:
        self.page = Page()
        self.torn = False
        self._text = text
        self._lower = text.lower() if text.isascii() else _ascii_lower(text)
        self._links: list[str] = []
        self._hidden: list[str] = []  # open elements from the first hidden one on
        self._attributes = 0

    def walk(self) -> None:
        text, position = self._text, 0
        opened_html = False
        while position < len(text):
            start = text.find("<", position)
            if start < 0:
                self._show(text[position:])
                break
            self._show(text[position:start])
            position = self._markup(start)
            opened_html = opened_html or self._lower.startswith("<html", start)
        if opened_html and "</html" not in self._lower[-4000:] and "</body" not in self._lower[-4000:]:
            self.torn = True

    def _markup(self, start: int) -> int:
        """Handle what stands at a "<"; the position behind it."""
        text = self._text
        if text[start + 1 : start + 2] in ("!", "?"):
            if text.startswith("<!--", start):
                end = text.find("-->", start + 4)
                if end < 0:
                    self.torn = True
                    return len(text)
                return end + 3
            end = text.find(">", start)
            return len(text) if end < 0 else end + 1
        name = _TAG_NAME.match(text, start + 1)
        if name is None:
            self._show("<")
            return start + 1
        end = name.end()
        if text[end : end + 1] != ">":
            end = self._tag_end(end)
        if end < 0:
            self.torn = True
            return len(text)
        tag = name.group().lower()
        if tag.startswith("/"):
            self._close(tag[1:])
            return end + 1
        self._open(tag, text[name.end() : end])
        if tag in _RAW_TEXT:
            return self._raw(tag, end + 1)
        return end + 1

    def _tag_end(self, position: int) -> int:
        text = self._text
        while True:
            stop = _TAG_STOP.search(text, position)
            if stop is None:
                return -1
            if stop.group() == ">":
                return stop.start()
            position = stop.end()
            if text[max(0, stop.start() - 20) : stop.start()].rstrip().endswith("="):
                closing = text.find(stop.group(), position)
                if closing >= 0:
                    position = closing + 1

    def _open(self, tag: str, inside: str) -> None:
        attributes = self._read_attributes(inside) if inside else {}
        if tag not in _INLINE:
            self._break()
        if tag == "a":
            self._links[:] = [attributes.get("href", "").strip()[:2048]]
        elif tag == "script":
            self.page.scripts += 1
        elif tag in ("iframe", "frame", "frameset"):
            self.page.frames += 1
        elif tag == "meta" and attributes.get("http-equiv", "").lower() == "refresh":
            self.page.refresh = True
        if attributes and attributes.get("id", "").lower() in (
            "app",
            "root",
            "__next",
            "__nuxt",
            "main-app",
            "q-app",
        ):
            self.page.root = True
        if tag not in _VOID and tag not in _RAW_TEXT:
            hides = attributes and (
                "hidden" in attributes or _HIDING.search(attributes.get("style", "").lower()[:500])
            )
            if (self._hidden or hides) and len(self._hidden) < _MAX_DEPTH:
                self._hidden.append(tag)

    def _read_attributes(self, inside: str) -> dict[str, str]:
        found: dict[str, str] = {}
        if not inside or self._attributes > _MAX_ATTRIBUTES:
            return found
        for match in _ATTRIBUTE.finditer(inside[:8192]):
            self._attributes += 1
            name = match.group(1).lower()
            value = unescape(next((part for part in match.groups()[1:] if part is not None), ""))
            found.setdefault(name, value)
            if name in _HINTING:
                self.page.unseen.append(value)
        if " hidden" in f"{inside.lower()[:2000]} ":
            words = re.split(r"[\s/]+", re.sub(r"\"[^\"]*\"|'[^']*'", "", inside.lower()[:2000]))
            if "hidden" in words:
                found.setdefault("hidden", "")
        return found

    def _close(self, tag: str) -> None:
        if tag == "a":
            self._links.clear()
        if tag not in _INLINE:
            self._break()
        if tag in self._hidden:
            while self._hidden and self._hidden.pop() != tag:
                pass

    def _raw(self, tag: str, position: int) -> int:
        """The text of an element that holds no markup (or none that is shown); the position behind it."""
        end = self._lower.find(f"</{tag}", position)
        if end < 0:
            self.torn = True
            end = len(self._text)
        self.page.unseen.append(unescape(self._text[position:end]))
        close = self._text.find(">", end)
        return len(self._text) if close < 0 else close + 1

    def _show(self, text: str) -> None:
        if not text:
            return
        shown = unescape(text)
        if self._hidden:
            self.page.unseen.append(shown)
        else:
            self.page.pieces.append(Piece(_BLANKS.sub(" ", shown), self._links[0] if self._links else ""))

    def _break(self) -> None:
        if self.page.pieces and self.page.pieces[-1].text != "\n":
            self.page.pieces.append(Piece("\n", ""))


def unescape(text: str) -> str:
    """Resolve character references; safe for absurd ones."""
    if "&" not in text:
        return text
    return html.unescape(_LONG_REFERENCE.sub("\ufffd", text))


def _ascii_lower(text: str) -> str:
    # str.lower may change the length of a text (İ), which would shift every position behind it.
    return _CAPITALS.sub(lambda found: found.group().lower(), text)


_CAPITALS = re.compile("[A-Z]+")
