"""A workbook's package: its parts, relations and sheets; edited parts and new ones go into a copy, the rest as it is."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from dataclasses import dataclass
from urllib.parse import unquote

from auditor.model.text import Message, Text, say
from auditor.report.ooxml_xml import UnfitBookError, appended, irregular, spliced, tree, xml_text

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_LARGEST = 1 << 30  # unpacked bytes of a whole book

NOT_A_WORKBOOK = Text(
    "原文件不是 .xlsx 工作簿, 没有可以写批注的地方",
    "The source is no .xlsx workbook and has nowhere to put notes",
)
_UNREADABLE = Text(
    "工作簿的压缩包有损坏或加密的部分", "The workbook's archive is damaged or encrypted in parts"
)


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation of a part. kind: the last word of its type; target: a part, or as written where external."""

    id: str
    kind: str
    target: str
    external: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of the book in its order; kind "worksheet" holds cells."""

    name: str
    kind: str
    part: str


class Package:
    """The parts of one workbook. Raises UnfitBookError from every method where the book is not as it should be."""

    def __init__(self, data: bytes) -> None:
        if not data.startswith(b"PK"):
            raise UnfitBookError(NOT_A_WORKBOOK)
        self.source = data
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as problem:
            raise UnfitBookError(_UNREADABLE) from problem
        self.entries = self._zip.infolist()
        self._names = {one.filename.replace("\\", "/").lstrip("/").lower(): one for one in self.entries}
        self.changed: dict[str, bytes] = {}
        self.added: dict[str, bytes] = {}
        if len(self._names) != len(self.entries):
            raise irregular("zip")
        total = sum(one.file_size for one in self.entries)
        if total > _LARGEST:
            raise UnfitBookError(
                say(
                    "工作簿解压后有 {size} MB, 超过可批注的上限 {limit} MB",
                    "The workbook unpacks to {size} MB, more than the {limit} MB that can be annotated",
                    size=total >> 20,
                    limit=_LARGEST >> 20,
                )
            )
        self.workbook = self._workbook_part()

    def parts(self) -> tuple[str, ...]:
        """The names of the source's parts, in lower case, in their order."""
        return tuple(self._names)

    def __contains__(self, part: str) -> bool:
        return part in self.added or part.lower() in self._names

    def read(self, part: str) -> bytes:
        """A part as it now stands: new, changed or as in the source."""
        key = part.lower()
        if part in self.added:
            return self.added[part]
        if key in self.changed:
            return self.changed[key]
        return self.original(key)

    def original(self, part: str) -> bytes:
        """A part of the source."""
        entry = self._names.get(part.lower())
        if entry is None:
            raise irregular(part)
        try:
            return self._zip.read(entry)
        except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError, ValueError) as problem:
            raise UnfitBookError(_UNREADABLE) from problem

    def write(self, part: str, data: bytes) -> None:
        """Let a part be other than it was, or be there at all."""
        if part.lower() in self._names:
            self.changed[part.lower()] = data
        else:
            self.added[part] = data

    def free_name(self, pattern: str) -> str:
        """A part name that nothing has: `pattern` with the first number that makes it new."""
        number = 1
        while pattern.format(number) in self:
            number += 1
        return pattern.format(number)

    def relations(self, part: str) -> tuple[Relation, ...]:
        """The relations of a part ("" for the package), in their order."""
        name = relations_part(part)
        if name not in self:
            return ()
        folder = posixpath.dirname(part)
        found = []
        for node in tree(self.read(name), name).each("Relationship"):
            target = node.attributes.get("Target", "")
            external = node.attributes.get("TargetMode") == "External"
            if not external:
                target = unquote(target).replace("\\", "/")
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            kind = node.attributes.get("Type", "").rpartition("/")[2]
            found.append(Relation(node.attributes.get("Id", ""), kind, target, external))
        return tuple(found)

    def relate(self, part: str, kind: str, target: str) -> str:
        """Add a relation to a part; returns its id."""
        name = relations_part(part)
        if name not in self:
            self.write(
                name,
                f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns="{_RELATIONS}"/>'.encode(),
            )
        taken = {one.id for one in self.relations(part)}
        number = 1
        while f"rIdAudit{number}" in taken:
            number += 1
        data = self.read(name)
        root = tree(data, name)
        link = f'<{root.prefix}Relationship Id="rIdAudit{number}" Type="{OFFICE}/{kind}" Target="/{xml_text(target)}"/>'
        self.write(name, spliced(data, appended(data, root, link.encode())))
        return f"rIdAudit{number}"

    def content_type(self, part: str) -> str:
        """What the package says a part is; "" where it says nothing."""
        root = tree(self.read("[Content_Types].xml"), "[Content_Types].xml")
        for node in root.each("Override"):
            if node.attributes.get("PartName", "").lstrip("/").lower() == part.lower():
                return node.attributes.get("ContentType", "")
        ending = part.rpartition(".")[2].lower()
        for node in root.each("Default"):
            if node.attributes.get("Extension", "").lower() == ending:
                return node.attributes.get("ContentType", "")
        return ""

    def declare(self, part: str, content_type: str) -> None:
        """Say in the package what a new part is."""
        if self.content_type(part) == content_type:
            return
        name = "[Content_Types].xml"
        data = self.read(name)
        root = tree(data, name)
        line = f'<{root.prefix}Override PartName="/{xml_text(part)}" ContentType="{content_type}"/>'
        self.write(name, spliced(data, appended(data, root, line.encode())))

    def sheets(self) -> tuple[Sheet, ...]:
        """The sheets of the book as its tabs stand."""
        root = tree(self.original(self.workbook), self.workbook)
        listed = root.find("sheets")
        if listed is None or root.local != "workbook":
            raise irregular(self.workbook)
        targets = {one.id: one for one in self.relations(self.workbook)}
        found = []
        for node in listed.each("sheet"):
            key = next((value for name, value in node.attributes.items() if name.endswith(":id")), "")
            if key not in targets or "name" not in node.attributes:
                raise irregular(self.workbook)
            found.append(Sheet(node.attributes["name"], targets[key].kind, targets[key].target))
        return tuple(found)

    def to_bytes(self) -> bytes:
        """The book with its changed and new parts; the moments of the source's entries stay, new ones have a fixed one."""
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as book:
            for entry in self.entries:
                key = entry.filename.replace("\\", "/").lstrip("/").lower()
                copy = zipfile.ZipInfo(entry.filename, entry.date_time)
                copy.external_attr = entry.external_attr
                copy.create_system = entry.create_system
                copy.compress_type = zipfile.ZIP_DEFLATED if entry.compress_type else zipfile.ZIP_STORED
                book.writestr(copy, self.changed[key] if key in self.changed else self.original(key))
            for name, data in self.added.items():
                new = zipfile.ZipInfo(name, _EPOCH)
                new.create_system = 0
                new.compress_type = zipfile.ZIP_DEFLATED
                book.writestr(new, data)
            book.comment = self._zip.comment
        return made.getvalue()

    def _workbook_part(self) -> str:
        for one in self.relations(""):
            if one.kind == "officeDocument" and one.target.lower() in self._names:
                if one.target.lower().endswith(".bin"):
                    break
                return one.target
        raise UnfitBookError(NOT_A_WORKBOOK)


def relations_part(part: str) -> str:
    """Where the relations of a part stand: `xl/_rels/workbook.xml.rels`."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")


def position(address: str) -> tuple[int, int]:
    """Row and column of `C17`; (0, 0) for what is no address."""
    found = _RANGE.fullmatch(address)
    if found is None:
        return (0, 0)
    column = 0
    for letter in found.group(1):
        column = column * 26 + ord(letter) - 64
    return (int(found.group(2)), column)


def spoken(why: Text | Message) -> Message:
    """A reason as a message."""
    return why if isinstance(why, Message) else Message(why)
