"""The one sheet that an annotated book has more than the user's: what was added, a legend and the list of findings."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.model.place import CellRef, column_letters
from auditor.model.result import Finding, InputFate
from auditor.model.verdict import Severity, Verdict
from auditor.report.annotated_styles import Styles
from auditor.report.annotation_labels import phrase
from auditor.report.annotation_marks import BookMarks
from auditor.report.foreign import cut_utf16
from auditor.report.ooxml_package import MAIN, OFFICE, Package
from auditor.report.ooxml_xml import appended, irregular, spliced, tree, xml_text
from auditor.report.sheetname import sheet_name
from auditor.report.sheetrows import CELL_UNITS, lines_of, row_height
from auditor.report.view import SEVERITIES, View
from auditor.report.wording import Wording

LISTED = 2_000
_WIDTHS = (18, 10, 26, 74, 20, 34)
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_VIEW = '<sheetViews><sheetView showGridLines="0" workbookViewId="0"/></sheetViews>'


@dataclass(frozen=True, slots=True)
class Done:
    """What the annotator did to a book. remarks: what its reader should know, as finished sentences."""

    coloured: int
    noted: int
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Cell:
    """One cell of the sheet: its text, its style, and the cell it leads to."""

    text: str
    style: int
    leads_to: CellRef | None = None


class _Sheet:
    """The rows of the sheet as they come."""

    def __init__(self, styles: Styles) -> None:
        self.styles = styles
        self.rows: list[str] = []
        self.links: list[str] = []

    def add(self, *cells: _Cell | None, wrapped: bool = False) -> None:
        """One row. wrapped: it is made as high as its longest text needs."""
        number = len(self.rows) + 1
        pieces = []
        lines = 1
        for column, cell in enumerate(cells, 1):
            if cell is None:
                continue
            ref = f"{column_letters(column)}{number}"
            text = cut_utf16(cell.text, CELL_UNITS, "zh")
            pieces.append(
                f'<c r="{ref}" s="{cell.style}" t="inlineStr"><is><t xml:space="preserve">{xml_text(text)}</t></is></c>'
            )
            if wrapped:
                lines = max(lines, lines_of(text, _WIDTHS[column - 1]))
            if cell.leads_to is not None:
                place = f"'{cell.leads_to.sheet.replace(chr(39), chr(39) * 2)}'!{cell.leads_to.cell}"
                self.links.append(
                    f'<hyperlink ref="{ref}" location="{xml_text(place)}" display="{xml_text(text[:255])}"/>'
                )
        lines = lines if number > 1 else 2  # the title is written larger
        height = f' ht="{row_height(lines):g}" customHeight="1"' if lines > 1 else ""
        self.rows.append(f'<row r="{number}"{height}>{"".join(pieces)}</row>')

    def line(self, text: str, font: str = "plain") -> None:
        self.add(_Cell(text, self.styles.own(font)))

    def pair(self, key: str, value: str) -> None:
        self.add(_Cell(key, self.styles.own("note")), None, _Cell(value, self.styles.own("plain")))


def add_sheet(
    package: Package,
    styles: Styles,
    view: View,
    fate: InputFate,
    marks: BookMarks,
    done: Done,
    words: Wording,
) -> str:
    """Add the sheet behind all others; returns its name. Raises UnfitBookError where the workbook part is irregular."""
    sheet = _Sheet(styles)
    _about(sheet, view, fate, marks, done, words)
    _legend(sheet, words)
    if done.remarks:
        sheet.add()
        sheet.line(phrase(words, "annotation_remarks"), "head")
        for remark in done.remarks:
            sheet.line(remark)
    _list(sheet, marks, words)
    part = package.free_name("xl/worksheets/auditNotes{}.xml")
    viewed = tree(package.read(package.workbook), package.workbook).find("bookViews") is not None
    package.write(part, _xml(sheet, viewed=viewed).encode())
    package.declare(part, _SHEET_TYPE)
    link = package.relate(package.workbook, "worksheet", part)
    return _enter(package, phrase(words, "annotation_sheet"), link)


def _enter(package: Package, wanted: str, link: str) -> str:
    """Write the sheet into the workbook's list, at its end, under a name that no other has."""
    data = package.read(package.workbook)
    root = tree(data, package.workbook)
    listed = root.find("sheets")
    if listed is None:
        raise irregular(package.workbook)
    names = {node.attributes.get("name", "") for node in listed.each("sheet")}
    numbers = [node.attributes.get("sheetId", "") for node in listed.each("sheet")]
    highest = max(
        (int(one) for one in numbers if one.isascii() and one.isdigit() and len(one) < 10), default=0
    )
    name = sheet_name(wanted, names, suffix=" ({number})")
    tag = f'<{root.prefix}sheet xmlns:r="{OFFICE}" name="{xml_text(name)}" sheetId="{highest + 1}" r:id="{link}"/>'
    package.write(package.workbook, spliced(data, appended(data, listed, tag.encode())))
    return name


def _about(sheet: _Sheet, view: View, fate: InputFate, marks: BookMarks, done: Done, words: Wording) -> None:
    run = view.result.run
    sheet.line(phrase(words, "annotation_title"), "title")
    for sentence in ("annotation_copy", "annotation_added", "annotation_kept"):
        sheet.line(phrase(words, sentence), "note")
    sheet.add()
    sheet.pair(words.label("as_of"), words.day(run.as_of))
    sheet.pair(words.label("run_id"), words.say(run.id))
    sheet.pair(words.label("version"), words.say(run.version))
    sheet.pair(phrase(words, "annotation_book"), words.say(fate.path))
    sheet.pair(phrase(words, "annotation_sha256"), fate.sha256)
    failures = [one for one in marks.findings if one.waiver is None and one.verdict is Verdict.FAIL]
    unknowns = [one for one in marks.findings if one.waiver is None and one.verdict is Verdict.UNKNOWN]
    by_severity = " · ".join(
        f"{words.say(severity.text)} {words.number(count)}"
        for severity in SEVERITIES
        if (count := sum(1 for one in failures if one.severity is severity))
    )
    total = words.number(len(failures))
    sheet.pair(words.label("failed"), f"{total} ({by_severity})" if by_severity else total)
    sheet.pair(words.label("unknown"), words.number(len(unknowns)))
    sheet.pair(
        words.label("waived"), words.number(sum(1 for one in marks.findings if one.waiver is not None))
    )
    sheet.pair(phrase(words, "annotation_rows_rejected"), words.number(len(marks.rejected)))
    sheet.pair(phrase(words, "annotation_cells_coloured"), words.number(done.coloured))
    sheet.pair(phrase(words, "annotation_cells_noted"), words.number(done.noted))


def _legend(sheet: _Sheet, words: Wording) -> None:
    styles = sheet.styles
    sheet.add()
    sheet.line(phrase(words, "annotation_legend"), "head")
    for severity in SEVERITIES:
        said = phrase(words, "annotation_fill_severity", severity=words.say(severity.text))
        swatch = styles.own("plain", severity=severity, filled=True)
        sheet.add(_Cell(words.say(severity.text), swatch), None, _Cell(said, styles.own("plain")))
    swatch = styles.own("plain", filled=True)
    said = phrase(words, "annotation_fill_undecided")
    sheet.add(_Cell(words.label("unknown"), swatch), None, _Cell(said, styles.own("plain")))
    plain = styles.own("plain")
    sheet.add(
        _Cell(words.label("waived"), plain), None, _Cell(phrase(words, "annotation_fill_waived"), plain)
    )
    sheet.line(phrase(words, "annotation_fill_worst"), "note")


def _list(sheet: _Sheet, marks: BookMarks, words: Wording) -> None:
    styles = sheet.styles
    sheet.add()
    sheet.line(phrase(words, "annotation_list"), "head")
    total = len(marks.rejected) + len(marks.findings)
    if total > LISTED:
        sheet.line(phrase(words, "annotation_list_cut", shown=LISTED, hidden=total - LISTED), "note")
    heads = [words.label(one) for one in ("cells", "check", "verdict", "message", "due")]
    heads.append(phrase(words, "annotation_other_cells"))
    head = styles.own("head")
    sheet.add(*(_Cell(one, head) for one in heads))
    if not total:
        sheet.line(words.label("nothing_listed"), "note")
    for row in marks.rejected[:LISTED]:
        said = _Cell(words.label("fate_rejected"), styles.own("plain", wrap=True, filled=True))
        reason = _Cell(words.say(row.reason), styles.own("plain", wrap=True))
        sheet.add(_place(sheet, row.cell, words), None, said, reason, wrapped=True)
    for finding in marks.findings[: max(LISTED - len(marks.rejected), 0)]:
        _finding(sheet, finding, marks.book, words)


def _finding(sheet: _Sheet, finding: Finding, book: str, words: Wording) -> None:
    plain = sheet.styles.own("plain", wrap=True)
    cells = list(dict.fromkeys(one for one in finding.cells if one.path == book))
    others = "\n".join(words.places(tuple(cells[1:]), 5)) if len(cells) > 1 else ""
    sheet.add(
        _place(sheet, cells[0], words),
        _Cell(finding.check, plain),
        _Cell(verdict_text(finding, words), _verdict_style(sheet.styles, finding)),
        _Cell(cut_utf16(words.message(finding), 2_000, words.lang), plain),
        _Cell(words.day(finding.due, estimated=finding.estimated), plain) if finding.due else None,
        _Cell(others, plain) if others else None,
        wrapped=True,
    )


def _verdict_style(styles: Styles, finding: Finding) -> int:
    if finding.waiver is not None:
        return styles.own("plain", wrap=True)
    severity: Severity | None = finding.severity if finding.verdict is Verdict.FAIL else None
    return styles.own("plain", wrap=True, severity=severity, filled=True)


def verdict_text(finding: Finding, words: Wording) -> str:
    """How a finding stands, in words: its severity, waived, or why it could not be decided."""
    if finding.waiver is not None:
        return words.label("waived")
    if finding.verdict is Verdict.FAIL:
        return words.say(finding.severity.text)
    return f"{words.label('unknown')} · {words.reason(finding.reason)}"


def _place(sheet: _Sheet, cell: CellRef, words: Wording) -> _Cell:
    return _Cell(words.say(f"{cell.sheet}!{cell.cell}"), sheet.styles.own("link", wrap=True), cell)


def _xml(sheet: _Sheet, *, viewed: bool) -> str:
    """The part. viewed: the workbook has a window for the sheet to refer to."""
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, width in enumerate(_WIDTHS, 1)
    )
    links = f"<hyperlinks>{''.join(sheet.links)}</hyperlinks>" if sheet.links else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{MAIN}">'
        f'<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>{_VIEW if viewed else ""}'
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{columns}</cols><sheetData>{"".join(sheet.rows)}</sheetData>{links}'
        '<pageMargins left="0.4" right="0.4" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    )
