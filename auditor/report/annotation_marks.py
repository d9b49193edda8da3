"""What there is to say about the cells of one book: findings, waived ones and rejected rows, by cell."""

from __future__ import annotations

from dataclasses import dataclass, field

from auditor.model.result import AuditResult, Finding, RejectedRow
from auditor.model.verdict import Severity, Verdict
from auditor.report.annotation_labels import phrase
from auditor.report.foreign import cut, cut_utf16
from auditor.report.view import View
from auditor.report.wording import Wording

NOTE_LINES = 10
NOTE_UNITS = (
    1_500  # beyond this a note is no longer read in its balloon; the most a cell's note may hold is 32,767
)
_LINE_CHARACTERS = 300
_CHECKS_NAMED = 12


@dataclass(slots=True)
class CellMark:
    """What stands against one cell; each list in the canonical order of the findings, worst first."""

    failures: list[Finding] = field(default_factory=list)
    unknowns: list[Finding] = field(default_factory=list)
    waived: list[Finding] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)

    @property
    def severity(self) -> Severity | None:
        """The worst severity among the failures."""
        return max((one.severity for one in self.failures), default=None)

    @property
    def undecided(self) -> bool:
        """Whether something could not be judged here."""
        return bool(self.unknowns or self.rejected)

    @property
    def weight(self) -> tuple[int, int]:
        """Which marks go first where there is no room for all: the higher."""
        return (int(self.severity or 0), 1 if self.undecided else 0)

    def take(self, other: CellMark) -> None:
        """Say here too what another mark says, each finding once."""
        seen = {id(one) for one in (*self.failures, *self.unknowns, *self.waived, *self.rejected)}
        self.failures += [one for one in other.failures if id(one) not in seen]
        self.unknowns += [one for one in other.unknowns if id(one) not in seen]
        self.waived += [one for one in other.waived if id(one) not in seen]
        self.rejected += [one for one in other.rejected if id(one) not in seen]


Marks = dict[tuple[int, int], CellMark]


@dataclass(frozen=True, slots=True)
class BookMarks:
    """The marks of one book. cells: sheet name → (row, column) → mark; column 0 is the whole row.

    findings: those that have a cell in the book, in canonical order, waived ones among them.
    """

    book: str
    cells: dict[str, Marks]
    findings: tuple[Finding, ...]
    rejected: tuple[RejectedRow, ...]


def marks_by_book(result: AuditResult) -> dict[str, BookMarks]:
    """The marks of every input book, by its display path; books without any are there as well."""
    cells: dict[str, dict[str, Marks]] = {one.path: {} for one in result.reading.inputs}
    found: dict[str, list[Finding]] = {one.path: [] for one in result.reading.inputs}
    rejected: dict[str, list[RejectedRow]] = {one.path: [] for one in result.reading.inputs}
    for row in result.reading.rejected:
        cell = row.cell
        if cell.path in cells:
            mark = cells[cell.path].setdefault(cell.sheet, {}).setdefault((cell.row, 0), CellMark())
            mark.rejected.append(row)
            rejected[cell.path].append(row)
    for finding in result.findings:
        if finding.verdict not in (Verdict.FAIL, Verdict.UNKNOWN):
            continue
        for cell in dict.fromkeys(finding.cells):
            if cell.path not in cells:
                continue
            own = found[cell.path]
            if not own or own[-1] is not finding:
                own.append(finding)
            mark = cells[cell.path].setdefault(cell.sheet, {}).setdefault((cell.row, cell.column), CellMark())
            _list_of(mark, finding).append(finding)
    return {path: BookMarks(path, cells[path], tuple(found[path]), tuple(rejected[path])) for path in cells}


def _list_of(mark: CellMark, finding: Finding) -> list[Finding]:
    if finding.waiver is not None:
        return mark.waived
    return mark.failures if finding.verdict is Verdict.FAIL else mark.unknowns


def note_text(mark: CellMark, view: View, words: Wording) -> str:
    """The note of a cell: a head with the audit date, then a line for each finding, worst first, cut aloud."""
    lines = [phrase(words, "annotation_rejected", reason=words.say(one.reason)) for one in mark.rejected]
    counts = [1] * len(lines)
    lines += [failure_line(one, words) for one in mark.failures]
    counts += [1] * len(mark.failures)
    for line, count in _undecided(mark.unknowns, words):
        lines.append(line)
        counts.append(count)
    lines += [waived_line(one, words) for one in mark.waived]
    counts += [1] * len(mark.waived)
    head = phrase(words, "annotation_head", day=view.result.run.as_of)
    kept, left = [head], NOTE_UNITS
    shown = 0
    for line in lines[:NOTE_LINES]:
        line = cut(line, _LINE_CHARACTERS, words.lang)
        left -= len(line)
        if left < 0 and shown:
            break
        kept.append(line)
        shown += 1
    rest = sum(counts[shown:])
    if rest:
        kept.append(phrase(words, "annotation_more", count=rest))
    return cut_utf16("\n".join(kept), 2 * NOTE_UNITS, words.lang)


def failure_line(finding: Finding, words: Wording) -> str:
    """`REC102 高 … · 期限 2026-12-07`."""
    text = f"{finding.check} {words.say(finding.severity.text)} "
    tail = f" · {due_text(finding, words)}" if finding.due else ""
    return (
        text
        + cut(_one_line(words.message(finding)), _LINE_CHARACTERS - len(text) - len(tail), words.lang)
        + tail
    )


def waived_line(finding: Finding, words: Wording) -> str:
    """A waived finding, with the last day on which it is accepted."""
    until = finding.waiver.until if finding.waiver else None
    message = cut(_one_line(words.message(finding)), _LINE_CHARACTERS // 2, words.lang)
    return phrase(words, "annotation_waived", check=finding.check, day=until, message=message)


def due_text(finding: Finding, words: Wording) -> str:
    """The day by which a finding must be put right, in words; "" where none is set."""
    if finding.due is None:
        return ""
    return phrase(words, "annotation_due", day=words.day(finding.due, estimated=finding.estimated))


def _undecided(findings: list[Finding], words: Wording) -> list[tuple[str, int]]:
    """A line for each reason for which something could not be decided, with how many findings it speaks of."""
    reasons: dict[str, list[Finding]] = {}
    for one in findings:
        reasons.setdefault(words.reason(one.reason), []).append(one)
    lines = []
    for reason, own in reasons.items():
        checks = list(dict.fromkeys(one.check for one in own))
        named = ", ".join(checks[:_CHECKS_NAMED]) + (" …" if len(checks) > _CHECKS_NAMED else "")
        lines.append((phrase(words, "annotation_undecided", reason=reason, checks=named), len(own)))
    return lines


def _one_line(text: str) -> str:
    return " ".join(text.split())
