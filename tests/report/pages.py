"""Reading an HTML report back: its elements, links, anchors and texts."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"meta", "br", "img", "link", "input", "hr", "col", "base", "source"}


@dataclass
class Element:
    """One start tag with its attributes, and the tag it stands in."""

    tag: str
    attributes: dict[str, str]
    parent: str


@dataclass
class Page(HTMLParser):
    """The page as a strict reader sees it; `unclosed` names tags that were not closed in order."""

    elements: list[Element] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    style: str = ""
    unclosed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(
            Element(tag, {key: value or "" for key, value in attrs}, self._open[-1] if self._open else "")
        )
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1] != tag:
            self.unclosed.append(tag)
        else:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "style":
            self.style += data
        else:
            self.texts.append(data)

    @property
    def left_open(self) -> list[str]:
        """Tags still open at the end."""
        return self._open

    @property
    def text(self) -> str:
        """All the text."""
        return "\n".join(self.texts)

    def all(self, tag: str) -> list[dict[str, str]]:
        """The attributes of every element with a tag."""
        return [one.attributes for one in self.elements if one.tag == tag]

    @property
    def ids(self) -> list[str]:
        """Every id, in order."""
        return [one.attributes["id"] for one in self.elements if "id" in one.attributes]


def read_page(source: str) -> Page:
    """Parse a whole page."""
    page = Page()
    page.feed(source)
    page.close()
    return page
