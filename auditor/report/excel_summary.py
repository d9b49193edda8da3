"""The first sheet: what was audited, how complete, the conclusion, and counts that stay live while people fill in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from auditor.model.answer import AnswerStatus
from auditor.model.change import Change, Comparison
from auditor.model.result import Finding
from auditor.model.verdict import Verdict
from auditor.model.waiver import WaiverState
from auditor.report.columns import STATUS_CHOICES, Cell, answer_cell, change_text
from auditor.report.placed import Placed, date_formula
from auditor.report.sheet_rules import NEAR_DAYS
from auditor.report.view import View
from auditor.report.waiver_rows import unused
from auditor.report.wording import Wording
from auditor.report.workbook import Book

_WIDTHS = (34, 26, 84)
_NOT_COUNTED = "—"
_SHEETS = (
    "todo", "changes", "findings", "unknown", "shared", "expiry", "plan", "waived", "stale", "input", "checks", "run",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists that the summary counts. tasks: the findings on the sheet of work; None for a sheet that is not there."""

    tasks: Sequence[Finding]
    todo: Placed
    findings: Placed
    unknown: Placed
    waived: Placed
    changes: Placed | None
    stale: Placed | None


def write_summary(book: Book, sheet: Any, view: View, words: Wording, lists: Lists) -> None:
    """Fill the first sheet; its counts are formulas with the values worked out here."""
    page = _Page(book, sheet, words)
    page.title(view)
    _audited(page, view, words)
    _coverage(page, view, words)
    page.section("section_conclusion")
    page.headline(words.say(view.conclusion.headline))
    _counts(page, view, words, lists)
    _work(page, view, words, lists)
    _by_change(page, view, words, lists)
    if view.result.comparison is not None:
        _compared(page, view.result.comparison, words)
    _waivers(page, view, words)
    page.section("section_sheets")
    there = {"changes": lists.changes, "stale": lists.stale, "plan": view.result.plan}
    for name in _SHEETS:
        if there.get(name, True) is not None:
            page.sheet_line(words.label(f"sheet_{name}"), words.label(f"note_{name}"))
    page.finish()


class _Page:
    """Writes line after line: a key, a value, a remark."""

    def __init__(self, book: Book, sheet: Any, words: Wording) -> None:
        self.book, self.sheet, self.words = book, sheet, words
        self.row = 0
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width)

    def title(self, view: View) -> None:
        self.book.write(self.sheet, 0, 0, self.words.label("report_title"), "title")
        self.sheet.set_row(0, 26)
        run = view.result.run
        told = f"{self.words.label('audit_date_is', day=run.as_of)} · {self.words.label('run_id')} {self.words.say(run.id)}"
        self.book.write(self.sheet, 1, 0, told, "note")
        self.row = 2
        if (part := view.result.part) is not None:
            self.headline(self.words.say(part))

    def section(self, label: str) -> None:
        self.row += 1
        for column in range(len(_WIDTHS)):
            text = self.words.label(label) if column == 0 else ""
            self.book.write(self.sheet, self.row, column, text, "section")
        self.row += 1

    def headline(self, text: str) -> None:
        self.sheet.merge_range(self.row, 0, self.row, len(_WIDTHS) - 1, text, self.book.format("headline"))
        self.book.fit_row(self.sheet, self.row, (sum(_WIDTHS) * 5 // 6,), (text,))
        self.row += 1

    def line(self, key: str, value: Cell = "", remark: str = "") -> None:
        self.book.fit_row(self.sheet, self.row, _WIDTHS, (key, value, remark))
        self.book.write(self.sheet, self.row, 0, key, "key")
        self.book.write(self.sheet, self.row, 1, value, "figure" if isinstance(value, int) else "value")
        self.book.write(self.sheet, self.row, 2, remark, "value")
        self.row += 1

    def count(self, key: str, formula: str, value: int, remark: str = "") -> None:
        """A count that follows the sheets; `value` shows where nothing calculates."""
        self.line(key, value, remark)
        self.sheet.write_formula(self.row - 1, 1, f"={formula}", self.book.format("figure"), value)

    def sheet_line(self, name: str, remark: str) -> None:
        """The name of a sheet, leading to it."""
        self.line("", "", remark)
        target = "internal:'" + name.replace("'", "''") + "'!A1"
        self.sheet.write_url(self.row - 1, 0, target, self.book.format("goto"), name)

    def finish(self) -> None:
        self.sheet.print_area(0, 0, self.row - 1, len(_WIDTHS) - 1)
        self.sheet.set_first_sheet()
        self.sheet.activate()


def _audited(page: _Page, view: View, words: Wording) -> None:
    page.section("section_audited")
    for file in view.result.reading.inputs:
        page.line(words.label("input_file"), words.say(file.path), f"sha256 {file.sha256}")
        for part in file.sheets:
            counts = words.label(
                "sheet_counts",
                rows=part.rows,
                accepted=part.accepted,
                rejected=part.rejected,
                aside=len(part.set_aside),
            )
            ignored = words.say(part.ignored) if part.ignored else ""
            remark = counts + (f" · {words.label('ignored_columns')}: {ignored}" if ignored else "")
            page.line(f"    {words.say(part.ref.name)}", words.say(part.ref.role.text), remark)


def _coverage(page: _Page, view: View, words: Wording) -> None:
    page.section("section_coverage")
    page.line(words.label("complete"), words.label("yes" if view.result.run.complete else "no"))
    for limit in view.conclusion.limits:
        page.line("", "", words.say(limit))
    for one in view.result.coverage:
        counts = words.label(
            "coverage_counts", failed=sum(one.failed.values()), not_asked=one.not_asked, answered=one.answered
        )
        age = words.span(one.oldest, one.newest)
        page.line(words.source(one.source), "", f"{counts} · {words.label('evidence_age')} {age}")


def _counts(page: _Page, view: View, words: Wording, lists: Lists) -> None:
    page.section("section_counts")
    for severity, count in view.by_severity.items():
        word = words.say(severity.text)
        page.count(word, lists.findings.count((words.label("severity"), _word(word))), count)
    undecided = words.label("unknown_count")
    page.count(words.label("unknown"), lists.unknown.total("SUM", undecided), len(view.unknowns))
    verdict = words.label("verdict")
    formula = "+".join(
        lists.waived.count((verdict, _word(words.say(one.text)))) for one in (Verdict.FAIL, Verdict.UNKNOWN)
    )
    page.count(words.label("waived"), formula, len(view.result.waived))
    if view.uncounted is None:
        page.line(words.label("passed"), view.counts.passed)
        page.line(words.label("not_applicable"), view.counts.not_applicable)
        page.line(words.label("verdicts_total"), view.counts.total, words.label("counts_explained"))
    else:
        page.line(words.label("passed"), _NOT_COUNTED)
        page.line(words.label("not_applicable"), _NOT_COUNTED)
        page.line(words.label("verdicts_total"), _NOT_COUNTED, words.say(view.uncounted))
    for told in view.discrepancies:
        page.line(words.label("discrepancy"), "", words.say(told))


def _work(page: _Page, view: View, words: Wording, lists: Lists) -> None:
    """The sheet of work by status, and what of it is late."""
    page.section("sheet_work")
    todo, status, due = lists.todo, words.label("answer_status"), words.label("due")
    if not lists.tasks:
        page.line(words.label("nothing_listed"))
        return
    typed = [_status(one, words) for one in lists.tasks]
    counted = Counter(typed)
    choices = [words.label(key) for key in STATUS_CHOICES]
    blank = todo.total("COUNTBLANK", status)
    page.count(words.label("sheet_status_blank"), blank, counted[""])
    each = []
    for choice in choices:
        each.append(todo.count((status, _word(choice))))
        page.count(choice, each[-1], counted[choice.casefold()])
    others = sum(count for word, count in counted.items() if word and word not in map(str.casefold, choices))
    formula = f"{todo.total('ROWS', status)}-({'+'.join((blank, *each))})"
    page.count(words.label("sheet_status_other"), formula, others, words.label("sheet_status_note"))
    today = view.result.run.as_of
    near = today + timedelta(days=NEAR_DAYS)
    done = words.label("status_done")
    undone = (status, f'"<>{done}"')
    open_days = [
        one.due
        for one, word in zip(lists.tasks, typed, strict=True)
        if one.due is not None and word != done.casefold()
    ]
    late = todo.count((due, f'"<"&{date_formula(today)}'), undone)
    page.count(words.label("sheet_late"), late, sum(day < today for day in open_days))
    soon = todo.count((due, f'">="&{date_formula(today)}'), (due, f'"<="&{date_formula(near)}'), undone)
    label = words.label("sheet_soon", days=NEAR_DAYS)
    page.count(label, soon, sum(today <= day <= near for day in open_days))


def _status(finding: Finding, words: Wording) -> str:
    """The status as a spreadsheet compares it, without regard to case."""
    status: AnswerStatus | str = finding.answer.status if finding.answer else ""
    return str(answer_cell(status, words) or "").casefold()


def _by_change(page: _Page, view: View, words: Wording, lists: Lists) -> None:
    page.section("sheet_by_change")
    counted = Counter(one.change for one in view.failures)
    for change in (Change.NEW, Change.WORSE, Change.LAPSED, Change.BETTER, Change.PERSISTING):
        word = change_text(change.code, words)
        page.count(word, lists.findings.count((words.label("change"), _word(word))), counted[change.code])


def _compared(page: _Page, one: Comparison, words: Wording) -> None:
    """What changed since the run before, as that comparison counted it."""
    page.section("sheet_compared")
    if one.since is None:
        page.line(words.label("sheet_first_run"))
        return
    since = words.say(one.since)
    day = words.label("audit_date_is", day=one.since_as_of) if one.since_as_of else ""
    page.line(
        words.label("sheet_since"), since, f"{day} · {words.label('sheet_compared_note')}".removeprefix(" · ")
    )
    for change in Change:
        if one.counts is not None and change in one.counts:
            page.line(words.say(change.text), one.counts[change])
    page.line(words.label("sheet_not_judged"), len(one.not_judged), words.label("sheet_not_judged_note"))
    for key, names in (
        ("sheet_entities_arrived", one.entities_arrived),
        ("sheet_entities_gone", one.entities_gone),
        ("sheet_domains_arrived", one.domains_arrived),
        ("sheet_domains_gone", one.domains_gone),
    ):
        page.line(words.label(key), len(names), _names(names, words))
    page.line(words.label("sheet_world"), len(one.world))


def _names(names: tuple[str, ...], words: Wording, shown: int = 20) -> str:
    told = words.say(names[:shown]) if names else ""
    return told + (" …" if len(names) > shown else "")


def _waivers(page: _Page, view: View, words: Wording) -> None:
    """How it stands with acceptances and answers; nothing where there are none."""
    uses, stale = view.result.waivers, view.result.stale_answers
    if not uses and not stale:
        return
    page.section("sheet_acceptances")
    if uses:
        counted = Counter(one.state for one in uses)
        for state in WaiverState:
            page.line(words.say(state.text), counted[state])
        page.line(words.label("sheet_waiver_unused"), unused(uses))
    if stale:
        page.line(words.label("sheet_stale"), len(stale), words.label("note_stale"))


def _word(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'
