"""The styles of a book with a few fills more: each marked cell keeps its style and only gets another fill."""

from __future__ import annotations

from dataclasses import dataclass, field

from auditor.model.text import Text
from auditor.model.verdict import Severity
from auditor.report.annotation_marks import CellMark
from auditor.report.ooxml_package import MAIN, Package
from auditor.report.ooxml_xml import (
    Node,
    Splice,
    UnfitBookError,
    appended,
    attribute,
    irregular,
    spliced,
    tree,
)
from auditor.report.sheet_formats import FILLS, SEVERITY_TONES

# As report.xlsx colours them, so that a reader of both need learn one legend only.
UNDECIDED_PATTERN, UNDECIDED_INK, UNDECIDED_GROUND = "lightUp", "#A79BBE", "#F6F3FA"
_MOST_STYLES = 64_000  # cell formats that Excel takes in one book
_TOO_MANY = Text(
    "工作簿的单元格样式已接近 Excel 的上限, 不能再增加底色",
    "The workbook holds nearly as many cell styles as Excel can; no fills can be added",
)
_STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_PLAIN = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<styleSheet xmlns="{MAIN}">'
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>'
).encode()

# The fonts of the added sheet: name → size, bold, underlined, colour.
_FONTS = {
    "plain": (10, False, False, "#1F2933"),
    "title": (14, True, False, "#17324D"),
    "head": (10, True, False, "#17324D"),
    "note": (10, False, False, "#4A5563"),
    "link": (10, False, True, "#1D4568"),
}


@dataclass(slots=True)
class _List:
    """One list of the stylesheet: how many it held, and what is put at its end."""

    node: Node
    held: int
    new: list[str] = field(default_factory=list)

    def add(self, xml: str) -> int:
        self.new.append(xml)
        return self.held + len(self.new) - 1


class Styles:
    """The stylesheet of a package. fills: severity or None (undecided) → the number of its fill."""

    def __init__(self, package: Package) -> None:
        self._package = package
        related = [one.target for one in package.relations(package.workbook) if one.kind == "styles"]
        self.part = related[0] if related and related[0] in package else ""
        self._data = package.read(self.part) if self.part else _PLAIN
        self._root = tree(self._data, self.part)
        self.prefix = self._root.prefix
        self._fonts, self._fills, self._xfs = (self._list(one) for one in ("fonts", "fills", "cellXfs"))
        self._originals = [one for one in self._xfs.node.children if one.local == "xf"]
        p = self.prefix
        self._fill_of: dict[Severity | None, int] = {}
        for severity, tone in sorted(SEVERITY_TONES.items(), reverse=True):
            ground = FILLS[tone].paper
            self._fill_of[severity] = self._fills.add(
                f'<{p}fill><{p}patternFill patternType="solid"><{p}fgColor rgb="FF{ground[1:]}"/>'
                f'<{p}bgColor indexed="64"/></{p}patternFill></{p}fill>'
            )
        self._fill_of[None] = self._fills.add(
            f'<{p}fill><{p}patternFill patternType="{UNDECIDED_PATTERN}"><{p}fgColor rgb="FF{UNDECIDED_INK[1:]}"/>'
            f'<{p}bgColor rgb="FF{UNDECIDED_GROUND[1:]}"/></{p}patternFill></{p}fill>'
        )
        self._made: dict[tuple[int, int], int] = {}
        self._own: dict[str, int] = {}

    def _list(self, name: str) -> _List:
        node = self._root.find(name)
        if node is None or not node.children:
            raise irregular(self.part)
        return _List(node, len(node.children))

    def marked(self, style: int, mark: CellMark) -> int:
        """The style like `style`, with the fill of a mark."""
        return self.filled(style, mark.severity)

    def filled(self, style: int, severity: Severity | None) -> int:
        """The style like `style`, with the fill of a severity; None is the fill of what is undecided."""
        key = (style, self._fill_of[severity])
        if key not in self._made:
            if style >= len(self._originals):
                raise irregular(self.part)
            if self._xfs.held + len(self._xfs.new) >= _MOST_STYLES:
                raise UnfitBookError(_TOO_MANY)
            node = self._originals[style]
            length = node.inner - node.start
            piece = self._data[node.start : node.end]
            piece = spliced(piece, [attribute(piece, 0, length, "fillId", str(key[1]))])
            length = piece.index(b">") + 1
            piece = spliced(piece, [attribute(piece, 0, length, "applyFill", "1")])
            self._made[key] = self._xfs.add(piece.decode())
        return self._made[key]

    def own(
        self, name: str, *, wrap: bool = False, severity: Severity | None = None, filled: bool = False
    ) -> int:
        """A style of the added sheet, by the name of its font."""
        key = f"{name} {wrap} {severity} {filled}"
        if key not in self._own:
            fill = self._fill_of[severity] if filled else 0
            turn = ' wrapText="1"' if wrap else ""
            p = self.prefix
            self._own[key] = self._xfs.add(
                f'<{p}xf numFmtId="49" fontId="{self._font(name)}" fillId="{fill}" borderId="0" xfId="0" applyNumberFormat="1" '
                f'applyFont="1" applyFill="1" applyAlignment="1"><{p}alignment vertical="top"{turn}/></{p}xf>'
            )
        return self._own[key]

    def _font(self, name: str) -> int:
        key = f"font {name}"
        if key not in self._own:
            size, bold, underlined, colour = _FONTS[name]
            p = self.prefix
            self._own[key] = self._fonts.add(
                f'<{p}font>{f"<{p}b/>" if bold else ""}{f"<{p}u/>" if underlined else ""}<{p}sz val="{size}"/>'
                f'<{p}color rgb="FF{colour[1:]}"/><{p}name val="Microsoft YaHei"/><{p}family val="2"/></{p}font>'
            )
        return self._own[key]

    def finish(self) -> None:
        """Put the new stylesheet into the package."""
        splices: list[Splice] = []
        for one in (self._fonts, self._fills, self._xfs):
            if not one.new:
                continue
            node = one.node
            splices += appended(self._data, node, "".join(one.new).encode())
            splices.append(
                attribute(self._data, node.start, node.inner, "count", str(one.held + len(one.new)))
            )
        part = self.part
        if not part:
            # Some readers look for the styles under this name only.
            part = "xl/styles.xml"
            if part in self._package:
                raise irregular(part)
            self._package.declare(part, _STYLES_TYPE)
            self._package.relate(self._package.workbook, "styles", part)
        self._package.write(part, spliced(self._data, splices))
