"""What a workbook package says about itself: its sheets, their state, its number formats, its date system."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from auditor.errors import InputError
from auditor.intake.archive import missing_part
from auditor.intake.serials import Shape, shape_of_format
from auditor.intake.xmlparts import local_name, walk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from auditor.intake.archive import Archive


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet as the workbook lists it; kind: worksheet, chartsheet, dialogsheet, xlMacrosheet …"""

    name: str
    kind: str
    part: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class Package:
    """The workbook part, read: sheets in order, the shape each cell style gives a number, the date system."""

    sheets: tuple[SheetPart, ...]
    shapes: tuple[Shape, ...]
    date1904: bool
    shared_strings: str | None


@dataclass(frozen=True, slots=True)
class _Relation:
    kind: str
    target: str


def read_package(archive: Archive, workbook_part: str) -> Package:
    """Read the workbook, its relations and its styles."""
    relations = read_relations(archive, workbook_part)
    sheets: list[SheetPart] = []
    date1904 = False

    def start(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal date1904
        if name == "workbookPr":
            date1904 = attributes.get("date1904") in {"1", "true"}
        elif name == "sheet" and "name" in attributes:
            relation_id = next((value for key, value in attributes.items() if local_name(key) == "id"), "")
            relation = relations.get(relation_id)
            if relation is None:
                raise missing_part(archive.where, f"{workbook_part} → {attributes['name']}")
            sheets.append(
                SheetPart(
                    name=attributes["name"],
                    kind=relation.kind,
                    part=relation.target,
                    hidden=attributes.get("state", "visible") != "visible",
                )
            )

    walk(archive.xml(workbook_part), archive.where, start)
    if not sheets:
        raise InputError(
            "工作簿里没有任何工作表",
            "The workbook holds no sheet at all",
            hint_zh="请用 Excel 或 WPS 打开检查，另存为新的 .xlsx。",
            hint_en="Open it in Excel or WPS, look, and save it as a new .xlsx.",
            where=archive.where,
        )
    parts = {relation.kind: relation.target for relation in relations.values()}
    styles = parts.get("styles")
    shared = parts.get("sharedStrings")
    return Package(
        sheets=tuple(sheets),
        shapes=read_shapes(archive, styles) if styles is not None and styles in archive else (),
        date1904=date1904,
        shared_strings=shared if shared is not None and shared in archive else None,
    )


def read_relations(archive: Archive, part: str) -> dict[str, _Relation]:
    """The relations of a part by id; external ones (links to other files) are left out."""
    folder, name = posixpath.split(part)
    relations_part = posixpath.join(folder, "_rels", f"{name}.rels")
    relations: dict[str, _Relation] = {}
    if relations_part not in archive:
        return relations

    def start(name: str, attributes: Mapping[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = unquote(attributes.get("Target", "")).replace("\\", "/")
            relations[attributes.get("Id", "")] = _Relation(
                kind=attributes.get("Type", "").rpartition("/")[2],
                target=posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/"),
            )

    walk(archive.xml(relations_part), archive.where, start)
    return relations


def read_shapes(archive: Archive, styles_part: str) -> tuple[Shape, ...]:
    """For each cell style (xf of cellXfs, in order) whether it shows numbers, dates or durations."""
    codes: dict[int, str] = {}
    formats: list[int] = []
    inside: list[str] = []

    def start(name: str, attributes: Mapping[str, str]) -> None:
        if name == "numFmt" and inside[-1:] == ["numFmts"]:
            codes[_number(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif name == "xf" and inside[-1:] == ["cellXfs"]:
            formats.append(_number(attributes.get("numFmtId")))
        inside.append(name)

    def end(_name: str) -> None:
        inside.pop()

    walk(archive.xml(styles_part), archive.where, start, end)
    known = {format_id: shape_of_format(format_id, codes.get(format_id)) for format_id in set(formats)}
    return tuple(known[format_id] for format_id in formats)


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 10 else 0
