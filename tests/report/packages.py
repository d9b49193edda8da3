"""A strict look at a workbook as a package: parts, relations, indices, order, tables; every fault in a line."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

Element = ElementTree.Element

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
REL = "{http://schemas.openxmlformats.org/package/2006/relationships}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
# The order in which ECMA-376 has the children of a worksheet.
ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr",
    "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate",
    "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting", "dataValidations",
    "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks",
    "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing", "legacyDrawing",
    "legacyDrawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
)  # fmt: skip
CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]*)")
RANGE = re.compile(r"([A-Z]{1,3})([1-9][0-9]*)(?::([A-Z]{1,3})([1-9][0-9]*))?")
ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def unescaped(text: str) -> str:
    """A text as Excel reads it."""
    return ESCAPE.sub(lambda found: chr(int(found.group(1), 16)), text)


def column(letters: str) -> int:
    """A is 1."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def corners(ref: str) -> tuple[int, int, int, int]:
    """First row and column, last row and column."""
    found = RANGE.fullmatch(ref)
    assert found, ref
    one, row, two, last = found.groups()
    return int(row), column(one), int(last or row), column(two or one)


class Package:
    """The parts of one file, parsed."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as book:
            assert book.testzip() is None
            self.names = book.namelist()
            self.parts: dict[str, Element] = {
                name: ElementTree.fromstring(book.read(name)) for name in self.names
            }
        self.strings = [
            "".join(text.text or "" for text in one.iter(f"{MAIN}t"))
            for one in self.parts.get("xl/sharedStrings.xml", Element("none"))
        ]

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Relation id → kind and the part it leads to."""
        folder, name = posixpath.split(part)
        rels = self.parts.get(posixpath.join(folder, "_rels", f"{name}.rels"))
        return {
            one.attrib["Id"]: (
                one.attrib["Type"].rsplit("/", 1)[-1],
                posixpath.normpath(posixpath.join("/", folder, one.attrib["Target"])).lstrip("/"),
            )
            for one in (rels if rels is not None else ())
        }

    def sheets(self) -> Iterator[tuple[str, str, Element]]:
        """Name, part and root of each sheet."""
        relations = self.relations("xl/workbook.xml")
        for one in self.parts["xl/workbook.xml"].iter(f"{MAIN}sheet"):
            part = relations[one.attrib[f"{OFFICE}id"]][1]
            yield one.attrib["name"], part, self.parts[part]

    def text(self, cell: Element) -> str | None:
        """What a cell shows, unescaped; None for an empty one."""
        value = cell.find(f"{MAIN}v")
        kind = cell.attrib.get("t", "n")
        if kind == "inlineStr":
            return unescaped("".join(one.text or "" for one in cell.iter(f"{MAIN}t")))
        if value is None:
            return None
        if kind == "s":
            return unescaped(self.strings[int(value.text or "")])
        return unescaped(value.text or "") if kind == "str" else value.text


def faults(path: Path) -> list[str]:
    """What is wrong with the package."""
    package = Package(path)
    told = [
        *_parts(package),
        *_styles(package),
        *_workbook(package),
    ]
    for name, part, root in package.sheets():
        told += [f"{name}: {fault}" for fault in (*_sheet(package, root), *_tables(package, part, root))]
    tables = [one for name, one in package.parts.items() if name.startswith("xl/tables/")]
    for key in ("id", "displayName", "name"):
        told += [
            f"table {key} {twice} twice" for twice in _twice(one.attrib[key].casefold() for one in tables)
        ]
    return told


def _twice(values: Iterator[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]


def _parts(package: Package) -> Iterator[str]:
    yield from (f"part {name} twice" for name in _twice(iter(name.casefold() for name in package.names)))
    types = package.parts["[Content_Types].xml"]
    defaults = {one.attrib["Extension"].lower() for one in types.iter(f"{TYPES}Default")}
    overrides = [one.attrib["PartName"].lstrip("/") for one in types.iter(f"{TYPES}Override")]
    yield from (f"type of {name} twice" for name in _twice(iter(overrides)))
    yield from (f"type for the missing {name}" for name in overrides if name not in package.parts)
    led_to = {"[Content_Types].xml"}
    for name, root in package.parts.items():
        if name not in overrides and name.rsplit(".", 1)[-1].lower() not in defaults:
            yield f"{name} has no type"
        if not name.endswith(".rels"):
            continue
        led_to.add(name)
        owner = posixpath.normpath(name.replace("_rels/", "").removesuffix(".rels"))
        if owner not in {".", ""} and owner not in package.parts and name != "_rels/.rels":
            yield f"{name} belongs to nothing"
        yield from (f"{name}: id {one} twice" for one in _twice(rel.attrib["Id"] for rel in root))
        for rel in root:
            if rel.attrib.get("TargetMode"):
                yield f"{name} leads outside: {rel.attrib['Target']}"
        source = "" if name == "_rels/.rels" else owner
        for _kind, target in package.relations(source).values():
            led_to.add(target)
            if target not in package.parts:
                yield f"{name} leads to the missing {target}"
    yield from (f"nothing leads to {name}" for name in package.parts if name not in led_to)


def _styles(package: Package) -> Iterator[str]:
    styles = package.parts["xl/styles.xml"]
    counts = {
        kind: len(found) if (found := styles.find(f"{MAIN}{kind}")) is not None else 0
        for kind in ("fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "dxfs")
    }
    for group in ("fonts", "fills", "borders", "cellXfs", "dxfs"):
        found = styles.find(f"{MAIN}{group}")
        if found is not None and int(found.attrib["count"]) != counts[group]:
            yield f"styles count their {group} wrongly"
    own = {int(one.attrib["numFmtId"]) for one in styles.iter(f"{MAIN}numFmt")}
    for xf in styles.iter(f"{MAIN}xf"):
        for key, group in (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders")):
            if int(xf.attrib.get(key, 0)) >= counts[group]:
                yield f"a format asks for {group} {xf.attrib[key]}"
        if int(xf.attrib.get("numFmtId", 0)) >= 164 and int(xf.attrib["numFmtId"]) not in own:
            yield f"a format asks for the number format {xf.attrib['numFmtId']}"


def _workbook(package: Package) -> Iterator[str]:
    root = package.parts["xl/workbook.xml"]
    sheets = list(root.iter(f"{MAIN}sheet"))
    names = [one.attrib["name"] for one in sheets]
    yield from (f"sheet {name} twice" for name in _twice(iter(name.casefold() for name in names)))
    yield from (f"sheet id {one} twice" for one in _twice(one.attrib["sheetId"] for one in sheets))
    for name in names:
        if not name or len(name) > 31 or re.search(r"[\\/*?:\[\]]", name):
            yield f"a sheet cannot be called {name}"
    for defined in root.iter(f"{MAIN}definedName"):
        scope = int(defined.attrib.get("localSheetId", 0))
        sheet = (defined.text or "").rsplit("!", 1)[0].strip("'").replace("''", "'")
        if scope >= len(names) or sheet != names[scope]:
            yield f"{defined.attrib['name']} speaks of {sheet}"
    declared = package.parts.get("xl/sharedStrings.xml")
    if declared is not None and int(declared.attrib["uniqueCount"]) != len(package.strings):
        yield "shared strings are counted wrongly"


def _sheet(package: Package, root: Element) -> Iterator[str]:
    order = [ORDER.index(child.tag.removeprefix(MAIN)) for child in root]
    if order != sorted(order):
        yield "parts out of order"
    styles = package.parts["xl/styles.xml"]
    formats = len(styles.find(f"{MAIN}cellXfs") or ())
    conditional = len(styles.find(f"{MAIN}dxfs") or ())
    last_row = last_column = before = 0
    for row in root.iter(f"{MAIN}row"):
        number = int(row.attrib["r"])
        if not before < number <= 1_048_576:
            yield f"row {number} after {before}"
        if float(row.attrib.get("ht", 1)) > 409.5:
            yield f"row {number} is too high"
        before, place = number, 0
        for cell in row:
            found = CELL.fullmatch(cell.attrib["r"])
            if not found or int(found.group(2)) != number or column(found.group(1)) <= place:
                yield f"cell {cell.attrib['r']} in row {number}"
                continue
            place = column(found.group(1))
            last_row, last_column = max(last_row, number), max(last_column, place)
            yield from _cell(package, cell, formats)
    dimension = root.find(f"{MAIN}dimension")
    if dimension is not None and corners(dimension.attrib["ref"])[2:] < (last_row, last_column):
        yield f"its dimension {dimension.attrib['ref']} is too small"
    place = 0
    for one in root.iter(f"{MAIN}col"):
        if int(one.attrib["min"]) <= place:
            yield "widths overlap"
        place = int(one.attrib["max"])
    priorities: list[str] = []
    for rule in root.iter(f"{MAIN}cfRule"):
        priorities.append(rule.attrib["priority"])
        if int(rule.attrib["dxfId"]) >= conditional:
            yield f"a rule asks for the format {rule.attrib['dxfId']}"
    yield from (f"priority {one} twice" for one in _twice(iter(priorities)))
    yield from _typing(root)


def _typing(root: Element) -> Iterator[str]:
    for rule in root.iter(f"{MAIN}dataValidation"):
        formula = rule.findtext(f"{MAIN}formula1") or ""
        if len(formula) > 257:
            yield f"too long a choice: {formula}"
        if len(rule.attrib.get("error", "")) > 255 or len(rule.attrib.get("errorTitle", "")) > 32:
            yield "too long a question"
    for text in root.iter(f"{MAIN}headerFooter"):
        if any(len(one.text or "") > 255 for one in text):
            yield "too long a header"
    if len(list(root.iter(f"{MAIN}hyperlink"))) > 65_530:
        yield "too many links"


def _cell(package: Package, cell: Element, formats: int) -> Iterator[str]:
    place, kind = cell.attrib["r"], cell.attrib.get("t", "n")
    if int(cell.attrib.get("s", 0)) >= formats:
        yield f"{place} asks for the format {cell.attrib['s']}"
    formula, value = cell.find(f"{MAIN}f"), cell.find(f"{MAIN}v")
    if kind not in {"n", "s", "str", "inlineStr"}:
        yield f"{place} is of the kind {kind}"
    elif kind == "s" and int((value.text if value is not None else None) or -1) not in range(
        len(package.strings)
    ):
        yield f"{place} asks for a string that is not there"
    elif kind == "n" and value is not None:
        float(value.text or "")
    elif kind == "str" and (formula is None or value is None):
        yield f"{place} holds a result without a formula"
    text = package.text(cell)
    if text is not None and len(text.encode("utf-16-le", "surrogatepass")) // 2 > 32_767:
        yield f"{place} holds too long a text"
    if formula is not None:
        source = formula.text or ""
        if len(source) > 8_192 or any(len(one) > 257 for one in re.findall(r'"(?:[^"]|"")*"', source)):
            yield f"{place} holds too long a formula"


def _tables(package: Package, part: str, root: Element) -> Iterator[str]:
    relations = package.relations(part)
    told = [relations[one.attrib[f"{OFFICE}id"]][1] for one in root.iter(f"{MAIN}tablePart")]
    if sorted(told) != sorted(target for kind, target in relations.values() if kind == "table"):
        yield "its tables are not those of its relations"
    cells = {cell.attrib["r"]: cell for row in list(root.iter(f"{MAIN}row"))[:1] for cell in row}
    rows = [int(row.attrib["r"]) for row in root.iter(f"{MAIN}row")]
    for name in told:
        table = package.parts.get(name)
        if table is None:
            continue  # told as a missing part
        first, left, last, right = corners(table.attrib["ref"])
        heads = [one.attrib["name"] for one in table.iter(f"{MAIN}tableColumn")]
        ids = [one.attrib["id"] for one in table.iter(f"{MAIN}tableColumn")]
        if len(heads) != right - left + 1 or len(set(ids)) != len(ids):
            yield f"{name} has {len(heads)} columns over {table.attrib['ref']}"
        if last <= first or last != max(rows):
            yield f"{name} ends in row {last} of {max(rows)}"
        yield from (f"{name}: column {one} twice" for one in _twice(iter(head.casefold() for head in heads)))
        shown = [package.text(cell) for cell in cells.values()][left - 1 : right]
        if shown != heads:
            yield f"{name} says {heads}, its cells {shown}"
        narrowed = table.find(f"{MAIN}autoFilter")
        if narrowed is None or narrowed.attrib["ref"] != table.attrib["ref"]:
            yield f"{name} has no filter over all of it"
        if not re.fullmatch(r"[A-Za-z_][A-Za-z_0-9]{3,}", table.attrib["displayName"]):
            yield f"a table cannot be called {table.attrib['displayName']}"
