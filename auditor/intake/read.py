"""Books on disk become a reading: the portfolio, the fate of every sheet and row, and the evidence that stands in sheets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Mapping as _Map
from dataclasses import dataclass, replace
from pathlib import Path

from auditor.intake.assemble import assemble
from auditor.intake.cells import is_blank
from auditor.intake.headerrows import HeaderRow, find_header, likely_titles
from auditor.intake.headers import header_key
from auditor.intake.inputs import survey_inputs
from auditor.intake.mapping import IGNORE
from auditor.intake.mapping import Mapping as Mapping
from auditor.intake.mapping import SheetRule as SheetRule
from auditor.intake.roles import RoleGuess, guess_role
from auditor.intake.settling import settle
from auditor.intake.sheetnotes import table_notes
from auditor.intake.sheets import SheetPlan, SheetReading, read_rows
from auditor.intake.table import Book, Note, Table, read_book
from auditor.model.place import SheetRef, column_letters
from auditor.model.result import InputFate, Reading, SheetFate
from auditor.model.text import Message, say
from auditor.model.words import SheetRole

Progress = Callable[[str], None]
"""Called with the display path of each file as its reading begins."""

_WITH_DOMAINS = (SheetRole.FILINGS, SheetRole.DOMAINS, SheetRole.SERVICES)


@dataclass(frozen=True, slots=True)
class Books:
    """What was read. files: display path → the real path of each file."""

    reading: Reading
    files: _Map[str, Path]

    @property
    def paths(self) -> tuple[Path, ...]:
        """The real paths."""
        return tuple(self.files.values())

    @property
    def folders(self) -> dict[str, Path]:
        """Display path → the folder that the file stands in."""
        return {display: path.parent for display, path in self.files.items()}


def read_books(
    arguments: Sequence[str], *, mapping: Mapping | None = None, progress: Progress | None = None
) -> Books:
    """Read files, folders and patterns as one portfolio.

    mapping: what the office says of its sheets. Raises InputError where a file cannot be read in full; everything that is
    wrong with the data is in the reading.
    """
    inputs = survey_inputs(arguments)
    books: list[Book] = []
    for file in inputs.files:
        if progress is not None:
            progress(file.display)
        books.append(read_book(file))
    notes = {books[0].path: inputs.notes} if books else {}
    reading = read_tables(books, mapping=mapping, notes=notes)
    return Books(reading, {file.display: file.path.resolve() for file in inputs.files})


def read_portfolio(
    arguments: Sequence[str], *, mapping: Mapping | None = None, progress: Progress | None = None
) -> Reading:
    """The reading alone; see `read_books`."""
    return read_books(arguments, mapping=mapping, progress=progress).reading


def read_tables(
    books: Iterable[Book],
    *,
    mapping: Mapping | None = None,
    notes: _Map[str, Sequence[Note]] | None = None,
) -> Reading:
    """Make a reading of raw tables. notes: display path → notes about the search for files."""
    mapping = mapping or Mapping()
    books = list(books)
    sheets = [_Sheet(table, mapping) for book in books for table in book.tables]
    roles = _roles(sheets)
    readings: dict[int, SheetReading] = {}
    for sheet, role in zip(sheets, roles, strict=True):
        readings[id(sheet.table)] = sheet.read(role)
    ordered = list(readings.values())
    portfolio = assemble((row for one in ordered for row in one.rows), [one.fate.ref for one in ordered])
    told = _absent_sheets(mapping, sheets)
    fates = tuple(
        InputFate(
            path=book.path,
            sha256=book.sha256,
            sheets=tuple(readings[id(table)].fate for table in book.tables),
            notes=(
                *(Message(note.text) for note in (*(notes or {}).get(book.path, ()), *book.notes)),
                *(told if index == 0 else ()),
            ),
        )
        for index, book in enumerate(books)
    )
    return Reading(
        portfolio=portfolio,
        inputs=fates,
        rejected=tuple(rejected for one in ordered for rejected in one.rejected),
        problems=tuple(problem for one in ordered for problem in one.problems),
        observations=tuple(observation for one in ordered for observation in one.observations),
    )


def _absent_sheets(mapping: Mapping, sheets: Sequence[_Sheet]) -> list[Message]:
    """What is told of sheets that the policy speaks of and no book has."""
    names = {sheet.table.sheet.strip() for sheet in sheets}
    return [
        say(
            "策略文件提到的工作表“{sheet}”不存在",
            "The policy file speaks of a sheet {sheet} that no book has",
            sheet=name,
        )
        for name in mapping.sheets
        if name.strip() not in names
    ]


class _Sheet:
    """One sheet on its way from titles to rows."""

    def __init__(self, table: Table, mapping: Mapping) -> None:
        self.table = table
        self.rule = mapping.rule(table.sheet)
        self.own = mapping.own(table.sheet).columns
        self.header: HeaderRow | None = None
        if self.rule.role != IGNORE:
            self.header = find_header(table, self.rule.header_row) or self._by_policy()
        self.fixed = self._fixed()

    def _by_policy(self) -> HeaderRow | None:
        """The header row where only the policy knows the titles."""
        wanted = {header_key(title) for title in self.rule.columns}
        if not wanted:
            return None
        for number, cells in enumerate(self.table.rows[:60], start=1):
            if any(isinstance(value, str) and header_key(value) in wanted for value in cells):
                return find_header(self.table, number)
        return None

    def _fixed(self) -> dict[int, str]:
        if self.header is None:
            return {}
        by_key: dict[str, int] = {}
        for heading in self.header.headings:
            by_key.setdefault(header_key(heading.text), heading.column)
            if heading.owner is not None:
                by_key.setdefault(header_key(heading.text.split(" ", 1)[-1]), heading.column)
        fixed: dict[int, str] = {}
        for title, code in self.rule.columns.items():
            column = by_key.get(header_key(title))
            if column is not None:
                fixed[column] = code
        return fixed

    def guess(self, *, alone: bool) -> RoleGuess:
        if self.rule.role is not None and self.rule.role != IGNORE:
            return RoleGuess(next(role for role in SheetRole if role.code == self.rule.role))
        if self.header is None:
            return RoleGuess(SheetRole.UNKNOWN)
        return guess_role(self._as_mapped(self.header), self.table.sheet, alone=alone)

    def _as_mapped(self, header: HeaderRow) -> HeaderRow:
        """The header as the policy reads it."""
        headings = tuple(
            replace(one, token=None if self.fixed[one.column] == IGNORE else self.fixed[one.column])
            if one.column in self.fixed
            else one
            for one in header.headings
        )
        return HeaderRow(header.row, headings)

    def read(self, role: SheetRole) -> SheetReading:
        """Read the rows in the settled part; a sheet without a part yields its titles only."""
        if self.header is None or role is SheetRole.UNKNOWN:
            return self._unknown()
        table, header = self.table, self.header
        columns = settle(header.headings, role, table, header.row, self.fixed)
        texts = {one.column: one.text for one in header.headings}
        ref = SheetRef(table.path, table.sheet, role, header.row, columns.fields, texts)
        notes = list(self._notes(columns.observed, texts))
        plan = SheetPlan(
            ref=ref,
            shared_number=columns.shared_number,
            ignored=tuple(texts[column] for column in sorted(columns.ignored)),
            observed=columns.observed,
            notes=(*notes, *self._untitled(header)),
        )
        return read_rows(plan, table)

    def _notes(self, observed: int, texts: _Map[int, str]) -> Iterable[Message]:
        if observed:
            yield say(
                "“{title}”列用作导出或查询的时间",
                "The column {title} says when the export or the query was made",
                title=texts[observed],
            )
        titles = {header_key(text) for text in texts.values()}
        for title in self.own:
            if header_key(title) not in titles:
                yield say(
                    "策略文件为本表指定的列“{title}”不存在",
                    "The policy file names a column {title} that this sheet does not have",
                    title=title,
                )

    def _untitled(self, header: HeaderRow) -> list[Message]:
        """Columns that hold something but have no title are told, with how much they hold."""
        titled = {one.column for one in header.headings}
        found: dict[int, int] = {}
        for cells in self.table.rows[header.row :]:
            if len(cells) > len(titled):
                for column, value in enumerate(cells, start=1):
                    if column not in titled and not is_blank(value):
                        found[column] = found.get(column, 0) + 1
        if not found:
            return []
        return [
            say(
                "没有表头的列未读取: {columns}",
                "Columns without a title were not read: {columns}",
                columns=[f"{column_letters(column)} ({count})" for column, count in sorted(found.items())],
            )
        ]

    def _unknown(self) -> SheetReading:
        table = self.table
        number, titles = (
            (self.header.row, tuple(one.text for one in self.header.headings))
            if self.header
            else likely_titles(table)
        )
        headers = dict(enumerate(titles, start=1))
        if self.header is not None:
            headers = {one.column: one.text for one in self.header.headings}
        if self.rule.role == IGNORE:
            note = say("按策略文件的要求未读取本表", "This sheet was not read, as the policy file asks")
        elif not any(True for cells in table.rows for value in cells if value not in (None, "")):
            note = say("空表", "An empty sheet")
        else:
            note = say(
                '未能识别本表的用途, 其内容没有参与审计; 可在策略文件 [sheets."{sheet}"] 中指定',
                'What this sheet is for could not be recognised; nothing in it was audited. The policy file can say it under [sheets."{sheet}"]',
                sheet=table.sheet,
            )
        ref = SheetRef(table.path, table.sheet, SheetRole.UNKNOWN, number, {}, headers)
        return SheetReading(SheetFate(ref, 0, 0, 0, tuple(titles), (), (note, *table_notes(table))))


def _roles(sheets: Sequence[_Sheet]) -> list[SheetRole]:
    """The parts of all sheets: what is evidence beside filings is the list itself where nothing else lists them."""
    alone = sum(1 for sheet in sheets if sheet.header is not None) == 1
    guesses = [sheet.guess(alone=alone) for sheet in sheets]
    listed = any(
        guess.role in _WITH_DOMAINS and sheet.header is not None and "domain" in sheet.header.tokens
        for sheet, guess in zip(sheets, guesses, strict=True)
    )
    return [guess.settled(filings_elsewhere=listed) for guess in guesses]
