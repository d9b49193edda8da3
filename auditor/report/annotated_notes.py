"""The notes of one sheet: added to those that are there, with the shapes in which programs show them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from auditor.model.place import column_letters
from auditor.report.annotated_scan import FoundSheet
from auditor.report.ooxml_package import MAIN, OFFICE, Package, Relation, position
from auditor.report.ooxml_xml import Node, Splice, appended, irregular, spliced, tree, xml_text

SEPARATOR = "\n————————\n"
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_BLOCK = 1024  # shapes that share one block of numbers
_MOST_UNITS = 32_767
_WIDTH, _LINE, _LEAST, _MOST = 330, 17, 60, 420  # pixels of a balloon
_LINE_PLACES = 44  # half-width characters in a line of it

_SPACES = {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "x": "urn:schemas-microsoft-com:office:excel",
}
_TALLEST = 1_000  # rows or columns that a balloon may span and still be measured
_CLIENT = re.compile(rb"""<(\w+):ClientData\s+ObjectType=["']Note["'].*?</\1:ClientData>""", re.DOTALL)
_ROW, _COLUMN = re.compile(rb"<\w+:Row>\s*(\d{1,7})\s*<"), re.compile(rb"<\w+:Column>\s*(\d{1,5})\s*<")
_ANCHOR = re.compile(rb"<\w+:Anchor>([\d,\s]+)<")

_DECLARED = "".join(f' xmlns:{one}="{space}"' for one, space in _SPACES.items())
_VML_ROOT = f"<xml{_DECLARED}></xml>".encode()
_VML_TAG = re.compile(rb"<xml\b[^>]*>")
_SHAPE_TYPE = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE_NUMBER = re.compile(rb"_x0000_s(\d{1,9})")
_BLOCKS = re.compile(rb"""<\w+:idmap\b[^>]*?\bdata\s*=\s*["']([0-9, ]*)["']""")

Notes = Mapping[tuple[int, int], str]


def write_notes(
    package: Package, part: str, data: bytes, sheet: FoundSheet, notes: Notes, author: str
) -> tuple[list[Splice], int]:
    """Put notes on cells, by row and column; existing ones are kept and ours stand behind them.

    Returns the splices that the sheet itself needs, and to how many cells nothing could be added: their comment is
    a thread, or full. Raises UnfitBookError where the notes of the book are not as they should be.
    """
    related = package.relations(part)
    threaded = _threaded(package, related)
    kept = {at: text for at, text in sorted(notes.items()) if at not in threaded}
    refused = len(notes) - len(kept)
    if not kept:
        return [], refused
    fresh, full = _write_comments(package, part, related, kept, author)
    refused += full
    drawing = next((one.target for one in related if one.id == sheet.legacy and one.kind == "vmlDrawing"), "")
    if sheet.legacy and drawing not in package:
        raise irregular(part)
    if drawing:
        roomier = _with_room(package.read(drawing), sheet, {at: kept[at] for at in kept if at not in fresh})
        package.write(drawing, _with_shapes(package, drawing, roomier, sheet, fresh))
    if drawing or not fresh:
        return [], refused
    drawing = package.free_name("xl/drawings/auditNotes{}.vml")
    package.write(drawing, _with_shapes(package, drawing, _VML_ROOT, sheet, fresh))
    package.declare(drawing, _VML_TYPE)
    link = package.relate(part, "vmlDrawing", drawing)
    tag = f'<{sheet.prefix}legacyDrawing xmlns:r="{OFFICE}" r:id="{link}"/>'
    return [Splice(sheet.legacy_at, sheet.legacy_at, tag.encode())], refused


def _threaded(package: Package, related: Iterable[Relation]) -> set[tuple[int, int]]:
    """The cells with a threaded comment: programs show the thread and not the note behind it."""
    found: set[tuple[int, int]] = set()
    for one in related:
        if one.kind == "threadedComment" and one.target in package:
            root = tree(package.read(one.target), one.target)
            found |= {_position(node) for node in root.each("threadedComment")}
    return found


def _position(node: Node) -> tuple[int, int]:
    return position(node.attributes.get("ref", ""))


def _write_comments(
    package: Package, part: str, related: Iterable[Relation], notes: Notes, author: str
) -> tuple[dict[tuple[int, int], str], int]:
    """Write the notes into the part for them; returns those on cells that had none, and how many found no room."""
    name = next((one.target for one in related if one.kind == "comments"), "")
    if not name:
        name = package.free_name("xl/auditComments{}.xml")
        body = "".join(_comment("", at, text, 0) for at, text in notes.items())
        head = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<comments xmlns="{MAIN}"><authors><author>'
        written = f"{head}{xml_text(author)}</author></authors><commentList>{body}</commentList></comments>"
        package.write(name, written.encode())
        package.declare(name, _COMMENTS_TYPE)
        package.relate(part, "comments", name)
        return dict(notes), 0
    data = package.read(name)
    root = tree(data, name)
    authors, listed = root.find("authors"), root.find("commentList")
    if authors is None or listed is None:
        raise irregular(name)
    p = root.prefix
    splices = appended(data, authors, f"<{p}author>{xml_text(author)}</{p}author>".encode())
    number = sum(1 for _one in authors.each("author"))
    there: dict[tuple[int, int], Node] = {}
    for node in listed.each("comment"):
        there.setdefault(_position(node), node)
    fresh = {at: text for at, text in notes.items() if at not in there}
    full = 0
    for at, text in notes.items():
        if at in there:
            more = _continued(data, there[at], p, text, name)
            splices += more
            full += not more
    body = "".join(_comment(p, at, text, number) for at, text in fresh.items())
    if body:
        splices += appended(data, listed, body.encode())
    package.write(name, spliced(data, splices))
    return fresh, full


def _comment(p: str, at: tuple[int, int], text: str, author: int) -> str:
    ref = f"{column_letters(at[1])}{at[0]}"
    return f'<{p}comment ref="{ref}" authorId="{author}"><{p}text>{_run(p, text)}</{p}text></{p}comment>'


def _run(p: str, text: str) -> str:
    look = f'<{p}rPr><{p}sz val="9"/><{p}color indexed="81"/><{p}rFont val="Microsoft YaHei"/><{p}family val="2"/></{p}rPr>'
    return f'<{p}r>{look}<{p}t xml:space="preserve">{xml_text(text)}</{p}t></{p}r>'


def _continued(data: bytes, node: Node, p: str, text: str, part: str) -> list[Splice]:
    """The splices that put our text behind what a note says; nothing where there is no room for it."""
    holder = node.find("text")
    if holder is None:
        raise irregular(part)
    runs = [one for one in holder.children if one.local in {"t", "r"}]
    if holder.end - holder.start + len(text) > _MOST_UNITS:
        return []
    if not runs:
        return appended(data, holder, _run(p, text).encode())
    splices = []
    for plain in (one for one in runs if one.local == "t"):
        # A plain text beside runs is not shown by every program: it becomes a run of its own.
        splices.append(Splice(plain.start, plain.start, f"<{p}r>".encode()))
        splices.append(Splice(plain.end, plain.end, f"</{p}r>".encode()))
    splices.append(Splice(runs[-1].end, runs[-1].end, _run(p, SEPARATOR + text).encode()))
    return splices


def _with_shapes(package: Package, part: str, data: bytes, sheet: FoundSheet, notes: Notes) -> bytes:
    """The drawing with a hidden balloon for each note, beside its cell and large enough for its text."""
    if not notes:
        return data
    end = data.rfind(b"</xml>")
    root = _VML_TAG.search(data)
    if end < 0 or root is None:
        raise irregular(part)
    # A drawing that calls its name spaces otherwise gets them again on each of our elements.
    known = all(f'xmlns:{one}="{space}"'.encode() in root.group() for one, space in _SPACES.items())
    spaces = "" if known else _DECLARED
    block = _free_block(package, part, data)
    blocks = [str(block + n) for n in range(-(-(len(notes) + 1) // _BLOCK))]
    splices = []
    said = _BLOCKS.search(data)
    if said:
        splices.append(
            Splice(said.end(1), said.end(1), ("," * bool(said.group(1).strip()) + ",".join(blocks)).encode())
        )
        lead = ""
    else:
        lead = (
            f'<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{",".join(blocks)}"/></o:shapelayout>'
        )
    if b"_x0000_t202" not in data:
        lead += _SHAPE_TYPE.replace("<v:shapetype", f"<v:shapetype{spaces}")
    shapes = [
        _shape(block * _BLOCK + number, at, text, sheet, spaces)
        for number, (at, text) in enumerate(sorted(notes.items()), 1)
    ]
    splices.append(Splice(end, end, (lead + "".join(shapes)).encode()))
    return spliced(data, splices)


def _with_room(data: bytes, sheet: FoundSheet, notes: Notes) -> bytes:
    """The drawing with the balloons of continued notes grown downwards, so that what was added can be seen."""
    splices = []
    for found in _CLIENT.finditer(data) if notes else ():
        row, column, anchor = (one.search(found.group()) for one in (_ROW, _COLUMN, _ANCHOR))
        if not (row and column and anchor):
            continue
        at = (int(row.group(1)) + 1, int(column.group(1)) + 1)
        places = [int(one) for one in anchor.group(1).split(b",") if one.strip().isdigit()]
        if at not in notes or len(places) != 8:
            continue
        left, left_in, top, top_in, right, right_in, bottom, bottom_in = places
        if bottom - top > _TALLEST or right - left > _TALLEST:
            continue
        high = sum(sheet.row_pixels(one + 1) for one in range(top, bottom)) + bottom_in - top_in
        wide = sum(sheet.column_pixels(one + 1) for one in range(left, right)) + right_in - left_in
        high = max(high, 0) + _height(SEPARATOR + notes[at])
        bottom, bottom_in = _walk(top, top_in + high, lambda one: sheet.row_pixels(one + 1), 1_048_575)
        if wide < _WIDTH:
            right, right_in = _walk(left, left_in + _WIDTH, lambda one: sheet.column_pixels(one + 1), 16_383)
        text = ", ".join(map(str, (left, left_in, top, top_in, right, right_in, bottom, bottom_in)))
        start = found.start() + anchor.start(1)
        splices.append(Splice(start, found.start() + anchor.end(1), text.encode()))
    return spliced(data, splices)


def _height(text: str) -> int:
    """The pixels that a text takes in a balloon."""
    return sum(max(-(-_places(line) // _LINE_PLACES), 1) for line in text.split("\n")) * _LINE


def _free_block(package: Package, part: str, data: bytes) -> int:
    """The first block of shape numbers that no drawing of the book uses."""
    highest = 0
    drawings = [one for one in (*package.parts(), *package.added) if one.lower().endswith(".vml")]
    for text in (data, *(package.read(one) for one in drawings if one.lower() != part.lower())):
        for found in _SHAPE_NUMBER.findall(text):
            highest = max(highest, int(found) // _BLOCK)
        for found in _BLOCKS.findall(text):
            highest = max(highest, *(int(one) for one in found.split(b",") if one.strip().isdigit()), 0)
    return highest + 1


def _shape(number: int, at: tuple[int, int], text: str, sheet: FoundSheet, spaces: str) -> str:
    row, column = at[0] - 1, at[1] - 1
    height = min(max(_height(text) + 16, _LEAST), _MOST)
    left, left_in = _walk(column + 1, 12, lambda one: sheet.column_pixels(one + 1), 16_383)
    right, right_in = _walk(left, left_in + _WIDTH, lambda one: sheet.column_pixels(one + 1), 16_383)
    top, top_in = max(row - 1, 0), 8 if row else 2
    bottom, bottom_in = _walk(top, top_in + height, lambda one: sheet.row_pixels(one + 1), 1_048_575)
    anchor = ", ".join(str(one) for one in (left, left_in, top, top_in, right, right_in, bottom, bottom_in))
    return (
        f'<v:shape{spaces} id="_x0000_s{number}" type="#_x0000_t202" fillcolor="#fffbe6" o:insetmode="auto" '
        f'style="position:absolute;width:{_WIDTH * 0.75:g}pt;height:{height * 0.75:g}pt;z-index:{number % _BLOCK};visibility:hidden">'
        '<v:fill color2="#fffbe6"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
        '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column>"
        "</x:ClientData></v:shape>"
    )


def _places(line: str) -> int:
    return len(line) if line.isascii() else (len(line) + len(line.encode("utf-8", "replace"))) // 2


def _walk(start: int, pixels: int, size: Callable[[int], int], last: int) -> tuple[int, int]:
    """The column or row, from 0, in which a distance from the head of `start` ends, and how far into it."""
    at = min(start, last)
    while at < last and pixels >= (own := size(at)):
        pixels -= own
        at += 1
    return at, min(pixels, size(at))
