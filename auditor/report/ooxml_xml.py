"""XML parts of a workbook edited where they stand: every byte that is not meant to change stays as it was."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from auditor.model.text import Message, Text

# One opening tag; ">" may stand inside quotes.
_TAG = re.compile(rb"<[^\s/>]+(?:\s+[^\s=/>]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*(/?)>")
_ENCODING = re.compile(rb"""<\?xml\b[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_UTF8 = frozenset((b"utf-8", b"utf8", b"us-ascii", b"ascii"))
_SPECIAL = re.compile('[&<>"\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)')
_WORDS = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "_": "_x005F_"}


class UnfitBookError(Exception):
    """A book into which nothing can be written without risk; `why` says so to its owner."""

    def __init__(self, why: Text | Message) -> None:
        super().__init__()
        self.why = why


def irregular(part: str) -> UnfitBookError:
    """The refusal for a part that is not built as workbooks are."""
    return UnfitBookError(
        Message(
            Text(
                "工作簿内部结构不规则（{part}），改写可能损坏文件",
                "The workbook is built irregularly inside ({part}); writing into it might damage it",
            ),
            {"part": part},
        )
    )


@dataclass(slots=True)
class Node:
    """One element and where it stands: `start` to `end`, its content from `inner` to `close`, in bytes.

    `closed`: written as one empty tag, so that content needs the tag to be opened first.
    """

    name: str
    attributes: Mapping[str, str]
    start: int
    inner: int
    closed: bool
    close: int = 0
    end: int = 0
    children: list[Node] = field(default_factory=list)

    @property
    def local(self) -> str:
        """The name without its prefix."""
        return self.name.rpartition(":")[2]

    @property
    def prefix(self) -> str:
        """`x:` of `x:sheets`, "" where there is none."""
        head, colon, _local = self.name.rpartition(":")
        return head + colon

    def find(self, local: str) -> Node | None:
        """The first child of a name."""
        return next((one for one in self.children if one.local == local), None)

    def each(self, local: str) -> Iterator[Node]:
        """The children of a name."""
        return (one for one in self.children if one.local == local)


@dataclass(frozen=True, slots=True)
class Splice:
    """What is to stand instead of the bytes from `start` to `end`; equal where something is only put in."""

    start: int
    end: int
    text: bytes


def refuse_odd_encoding(data: bytes, part: str) -> None:
    """Raise UnfitBookError for a part that is not UTF-8, or that declares a document type."""
    declared = _ENCODING.match(data.removeprefix(b"\xef\xbb\xbf"))
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or (declared and declared.group(1).lower() not in _UTF8):
        raise irregular(part)
    if b"<!DOCTYPE" in data[:4096]:
        raise irregular(part)


def tag_end(data: bytes, start: int, part: str) -> tuple[int, bool]:
    """Where the opening tag at `start` ends, and whether it is an empty one."""
    found = _TAG.match(data, start)
    if found is None:
        raise irregular(part)
    return found.end(), bool(found.group(1))


def closing_end(data: bytes, close: int, part: str) -> int:
    """Where the closing tag that begins at `close` ends."""
    found = data.find(b">", close)
    if found < 0:
        raise irregular(part)
    return found + 1


def tree(data: bytes, part: str) -> Node:
    """The elements of a small part with their places. Raises UnfitBookError where it is not well-formed UTF-8."""
    refuse_odd_encoding(data, part)
    parser = expat.ParserCreate()
    stack: list[Node] = []
    roots: list[Node] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        at = parser.CurrentByteIndex
        inner, closed = tag_end(data, at, part)
        node = Node(name, attributes, at, inner, closed)
        (stack[-1].children if stack else roots).append(node)
        stack.append(node)

    def end(_name: str) -> None:
        node = stack.pop()
        node.close = node.inner if node.closed else parser.CurrentByteIndex
        node.end = node.inner if node.closed else closing_end(data, node.close, part)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        parser.Parse(data, True)
    except expat.ExpatError as problem:
        raise irregular(part) from problem
    return roots[0]


def well_formed(data: bytes, part: str) -> None:
    """Raise UnfitBookError where a part is not well-formed."""
    try:
        expat.ParserCreate().Parse(data, True)
    except expat.ExpatError as problem:
        raise irregular(part) from problem


def spliced(data: bytes, splices: Iterable[Splice]) -> bytes:
    """The bytes with every splice made; those at one place stand in the order given."""
    pieces: list[bytes] = []
    at = 0
    for one in sorted(splices, key=lambda one: (one.start, one.end)):
        if one.start < at:
            raise irregular("…")
        pieces += (data[at : one.start], one.text)
        at = one.end
    pieces.append(data[at:])
    return b"".join(pieces)


def appended(data: bytes, node: Node, content: bytes) -> list[Splice]:
    """The splices that put content at the end of an element, which is opened where it is an empty tag."""
    if not node.closed:
        return [Splice(node.close, node.close, content)]
    slash = data.rindex(b"/", node.start, node.inner)
    return [Splice(slash, node.inner, b">" + content + b"</" + node.name.encode() + b">")]


def attribute(data: bytes, node_start: int, node_inner: int, name: str, value: str) -> Splice:
    """The splice that gives an opening tag an attribute, instead of the one it has or as a new one."""
    found = re.compile(rb"\s" + re.escape(name.encode()) + rb"\s*=\s*(\"[^\"]*\"|'[^']*')").search(
        data, node_start, node_inner
    )
    if found:
        return Splice(found.start(1), found.end(1), b'"' + value.encode() + b'"')
    name_end = re.compile(rb"[\s/>]").search(data, node_start, node_inner)
    at = name_end.start() if name_end else node_inner
    return Splice(at, at, f' {name}="{value}"'.encode())


def xml_text(text: str) -> str:
    """Text as the content of an element or attribute; what XML cannot hold as _x0001_."""
    return _SPECIAL.sub(lambda found: _WORDS.get(found.group()) or f"_x{ord(found.group()):04X}_", text)
