"""The user's own book with coloured cells and notes, or, where that would harm it, a side file that holds the notes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from auditor.model.result import InputFate
from auditor.model.text import Message, Text, say
from auditor.report.annotated_cells import restyled, settled_marks
from auditor.report.annotated_notes import write_notes
from auditor.report.annotated_scan import FoundSheet, Merges, find_cells
from auditor.report.annotated_sheet import Done, add_sheet
from auditor.report.annotated_styles import Styles
from auditor.report.annotation_check import faults
from auditor.report.annotation_labels import phrase
from auditor.report.annotation_marks import BookMarks, Marks, marks_by_book, note_text
from auditor.report.ooxml_losses import carried_over, hindrances
from auditor.report.ooxml_package import Package, Sheet, spoken
from auditor.report.ooxml_xml import UnfitBookError, spliced, tree
from auditor.report.staging import Producer
from auditor.report.view import View
from auditor.report.wording import Wording

MOST_NOTES = 5_000  # balloons in one book; LibreOffice needs half a minute to open a book with 8,000
_STEM_BYTES = 160  # leaves room for the endings within the 255 bytes of a file name
_CHANGED = Text(
    "原文件在审计之后有改动, 批注可能落在错误的单元格",
    "The file was changed after it was audited; notes might land on the wrong cells",
)
_GONE = Text("原文件现在无法读取", "The original file cannot be read now")
_TEMPLATES = (
    (b"spreadsheetml.template.main+xml", b"spreadsheetml.sheet.main+xml"),
    (b"ms-excel.template.macroEnabled.main+xml", b"ms-excel.sheet.macroEnabled.main+xml"),
)


@dataclass(frozen=True, slots=True)
class AnnotationPlan:
    """What is written for one input book.

    book: its display path; ending: of the file beside the stem (".annotated.xlsx", ".annotated.xlsm", ".notes.xlsx");
    whys: why notes go to a side file, empty for an annotated copy; copy: the finished copy.
    """

    book: str
    ending: str
    whys: tuple[Message, ...] = ()
    copy: bytes | None = None


@dataclass(frozen=True, slots=True)
class AnnotatedFiles:
    """The files of the format: `outputs` for staging.write_together, `told` what the user is to hear of them.

    copies: display path of a book → the bare name of its annotated copy, None where notes stand in a side file.
    """

    outputs: tuple[tuple[Path, Producer], ...]
    told: tuple[Message, ...]
    copies: Mapping[str, str | None]


def annotated_outputs(view: View, books: Mapping[str, Path], out: Path, words: Wording) -> AnnotatedFiles:
    """One file for each input book: its annotated copy, or a side file where a copy would be damaged.

    books: display path → real path; a book that is not among them gets a side file. The copies are finished in memory
    here, so that a copy that fails its check can still become a side file; nothing is written before the producers run.
    """
    marks = marks_by_book(view.result)
    outputs: list[tuple[Path, Producer]] = []
    told: list[Message] = []
    taken: set[str] = set()
    copies: dict[str, str | None] = {}
    for fate in sorted(view.result.reading.inputs, key=lambda one: one.path):
        plan = _plan(view, fate, books.get(fate.path), marks[fate.path], words, MOST_NOTES)
        target = out / free_name(fate.path, plan.ending, taken)
        outputs.append((target, _producer(view, fate, plan, marks[fate.path], words)))
        copies[fate.path] = None if plan.copy is None else target.name
        if plan.whys:
            told.append(
                say(
                    "{book}：未生成批注副本, 批注另存为 {file}。{why}",
                    "{book}: no annotated copy was made; the notes are in {file}. {why}",
                    book=fate.path,
                    file=target.name,
                    why=list(plan.whys),
                )
            )
    return AnnotatedFiles(tuple(outputs), tuple(told), copies)


def annotation_plan(
    view: View, book: str, source: Path, words: Wording, *, most_notes: int = MOST_NOTES
) -> AnnotationPlan:
    """What would be written for one book, with the copy itself. KeyError for a book that is no input of the run.

    most_notes: how many cells get a note, the worst first; the others are coloured only, which the added sheet tells.
    """
    fate = {one.path: one for one in view.result.reading.inputs}[book]
    return _plan(view, fate, source, marks_by_book(view.result)[book], words, most_notes)


def annotate(view: View, book: str, source: Path, target: Path, words: Wording) -> AnnotationPlan:
    """Write the annotated copy of a book, or its side file, to `target`; says which. The source is only read.

    KeyError for a book that is no input of the run; OSError from the disk.
    """
    plan = annotation_plan(view, book, source, words)
    fate = {one.path: one for one in view.result.reading.inputs}[book]
    _producer(view, fate, plan, marks_by_book(view.result)[book], words)(target)
    return plan


def free_name(book: str, ending: str, taken: set[str]) -> str:
    """A file name for a book that no other has: `台账.annotated.xlsx`, then `台账-2.annotated.xlsx`."""
    stem = PurePosixPath(book.replace("\\", "/")).stem or "book"
    stem = stem.encode("utf-8", "replace")[:_STEM_BYTES].decode("utf-8", "ignore")
    name, number = stem + ending, 1
    # The stem alone is reserved, so that the copy of one book and the side file of another are not taken for a pair.
    while name.partition(ending)[0].casefold() in taken:
        number += 1
        name = f"{stem}-{number}{ending}"
    taken.add(name.partition(ending)[0].casefold())
    return name


def _producer(
    view: View, fate: InputFate, plan: AnnotationPlan, marks: BookMarks, words: Wording
) -> Producer:
    def produce(path: Path) -> None:
        if plan.copy is not None:
            path.write_bytes(plan.copy)
            return
        from auditor.report.sidenotes import write_side_notes

        write_side_notes(path, view, fate, plan.whys, marks, words)

    return produce


def _plan(
    view: View, fate: InputFate, source: Path | None, marks: BookMarks, words: Wording, most_notes: int
) -> AnnotationPlan:
    side = ".notes.xlsx"
    try:
        if source is None:
            return AnnotationPlan(fate.path, side, (Message(_GONE),))
        data = source.read_bytes()
        if hashlib.sha256(data).hexdigest() != fate.sha256:
            return AnnotationPlan(fate.path, side, (Message(_CHANGED),))
        package = Package(data)
        whys = hindrances(package)
        if whys:
            return AnnotationPlan(fate.path, side, whys)
        kind = package.content_type(package.workbook)
        noted, copy = _annotated(package, view, fate, marks, words, most_notes)
        whys = faults(package, copy, noted)
    except UnfitBookError as problem:
        return AnnotationPlan(fate.path, side, (spoken(problem.why),))
    except OSError:
        return AnnotationPlan(fate.path, side, (Message(_GONE),))
    if whys:
        return AnnotationPlan(fate.path, side, whys)
    ending = ".annotated.xlsm" if "macroEnabled" in kind else ".annotated.xlsx"
    return AnnotationPlan(fate.path, ending, (), copy)


@dataclass(frozen=True, slots=True)
class _Settled:
    """One sheet with marks, looked through: its cells by place."""

    sheet: Sheet
    found: FoundSheet
    marks: Marks


def _annotated(
    package: Package, view: View, fate: InputFate, marks: BookMarks, words: Wording, most_notes: int
) -> tuple[int, bytes]:
    """How many cells carry a note, and the finished copy."""
    settled, lost = _settle(package, marks)
    noted = _noted(settled, most_notes)
    styles = Styles(package)
    coloured = refused = 0
    for number, one in enumerate(settled):
        data = package.read(one.sheet.part)
        splices = restyled(data, one.found, one.marks, styles.marked)
        notes = {at: note_text(mark, view, words) for at, mark in one.marks.items() if (number, *at) in noted}
        author = phrase(words, "annotation_author")
        own, threaded = write_notes(package, one.sheet.part, data, one.found, notes, author)
        refused += threaded
        coloured += sum(1 for mark in one.marks.values() if mark.severity is not None or mark.undecided)
        if splices or own:
            package.write(one.sheet.part, spliced(data, [*splices, *own]))
    total = sum(len(one.marks) for one in settled)
    remarks = _remarks(package, settled, words)
    if total > len(noted):
        remarks.append(phrase(words, "annotation_notes_cut", count=total - len(noted)))
    if refused:
        remarks.append(phrase(words, "annotation_threaded", count=refused))
    if lost:
        remarks.append(phrase(words, "annotation_elsewhere", count=lost))
    done = Done(coloured, len(noted) - refused, tuple(remarks))
    add_sheet(package, styles, view, fate, marks, done, words)
    styles.finish()
    _as_workbook(package)
    return done.noted, package.to_bytes()


def _settle(package: Package, marks: BookMarks) -> tuple[list[_Settled], int]:
    """The sheets with marks in the order of the tabs, and how many places the book does not have."""
    settled, lost = [], 0
    sheets = {one.name: one for one in package.sheets() if one.kind == "worksheet"}
    lost += sum(len(own) for name, own in marks.cells.items() if name not in sheets)
    for name, sheet in sheets.items():
        own = marks.cells.get(name)
        if own:
            data = package.read(sheet.part)
            merges = Merges(data)
            found = find_cells(data, sheet.part, own, merges)
            shown, missing = settled_marks(own, found, merges)
            lost += missing
            settled.append(_Settled(sheet, found, shown))
    return settled, lost


def _noted(settled: Sequence[_Settled], most: int) -> set[tuple[int, int, int]]:
    """The cells that get a note (number of the sheet, row, column): all, or the worst where there are too many."""
    every = [
        (-mark.weight[0], -mark.weight[1], number, row, column)
        for number, one in enumerate(settled)
        for (row, column), mark in one.marks.items()
    ]
    return {(number, row, column) for _severity, _open, number, row, column in sorted(every)[:most]}


def _remarks(package: Package, settled: Sequence[_Settled], words: Wording) -> list[str]:
    remarks = [words.say(one) for one in carried_over(package)]
    if any(one.found.conditional for one in settled):
        remarks.append(phrase(words, "annotation_conditional"))
    workbook = tree(package.read(package.workbook), package.workbook)
    protection = workbook.find("workbookProtection")
    if protection is not None and protection.attributes.get("lockStructure") in {"1", "true"}:
        remarks.append(phrase(words, "annotation_structure"))
    if any("vbaprojectsignature" in name for name in package.parts()):
        remarks.append(phrase(words, "annotation_signed_macros"))
    return remarks


def _as_workbook(package: Package) -> None:
    """Let the copy of a template be a workbook: its name says so, and programs refuse a name that says otherwise."""
    name = "[Content_Types].xml"
    data = package.read(name)
    for template, workbook in _TEMPLATES:
        data = data.replace(template, workbook)
    package.write(name, data)
