"""audit.json in its first version, filing-audit/1: what other people's programs read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO

from auditor.model.evidence import Evidence
from auditor.model.place import CellRef, column_letters
from auditor.model.result import AuditResult, Finding, InputFate, RejectedRow, RunInfo, SheetFate, Tally
from auditor.model.text import Message, Text, mask_text, show
from auditor.model.verdict import Severity
from auditor.report.foreign import encodable
from auditor.report.json_past import PastWriter, answer_json, beijing, waiver_json
from auditor.report.view import View
from auditor.report.wording import Wording

SCHEMA = "filing-audit/1"
SCHEMA_FILE = "audit.schema.json"

Json = dict[str, Any]


def write_json(view: View, path: Path, words: Wording) -> None:
    """The result as one JSON object, one finding a line, written piece by piece; UTF-8. OSError from the disk."""
    writer = _Writer(view, words)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        writer.write(file)


class _Writer:
    """Turns the parts of a result into JSON in the words of one reader; values stay as they are, only masked."""

    def __init__(self, view: View, words: Wording) -> None:
        self.view = view
        self.result: AuditResult = view.result
        self.words = words

    def write(self, file: TextIO) -> None:
        file.write("{" + f'"schema": {_dump(SCHEMA)},\n')
        if self.result.part is not None:
            file.write(f'"part": {_dump(self.say(self.result.part))},\n')
        file.write(f'"run": {_dump(self.run(self.result.run))},\n')
        file.write(f'"totals": {_dump(self.totals())},\n')
        _write_list(file, "checks", map(self.tally, self.result.tallies), ",")
        _write_list(file, "findings", map(self.finding, self.result.findings), ",")
        _write_list(file, "rejected", map(self.rejected, self.result.reading.rejected), ",")
        more = PastWriter(self.result, self.words)
        _write_list(file, "waivers", map(more.use, self.result.waivers), ",")
        _write_list(file, "stale_answers", map(more.stale, self.result.stale_answers), ",")
        file.write(f'"comparison": {_dump(more.comparison())}\n')
        file.write("}\n")

    def say(self, value: object) -> str:
        """A value in the reader's language, masked; hidden characters stay, programs are not fooled by them."""
        return show(value, self.words.lang, show_pii=self.words.show_pii)

    def free(self, text: str) -> str:
        """A text from a sheet, in which numbers of people may stand."""
        return text if self.words.show_pii else mask_text(text)

    def value(self, value: object) -> str | None:
        return None if value is None else self.say(value)

    def join(self, messages: Iterable[Message | Text]) -> str:
        return self.words.label("sentence_break").join(self.say(one) for one in messages)

    def run(self, run: RunInfo) -> Json:
        return {
            "id": run.id,
            "as_of": run.as_of.isoformat(),
            "started_at": beijing(run.started_at),
            "finished_at": beijing(run.finished_at),
            "version": run.version,
            "offline": run.offline,
            "complete": run.complete,
            "inputs": [self.input(one) for one in self.result.reading.inputs],
            "incomplete_because": [self.say(one) for one in run.incomplete_because],
            "evidence": [
                {"path": path, "sha256": sha256, "observations": count}
                for path, sha256, count in run.evidence_files
            ],
            "coverage": [
                {
                    "source": one.source,
                    "answered": one.answered,
                    "failed": dict(sorted(one.failed.items())),
                    "not_asked": one.not_asked,
                    "oldest": one.oldest.isoformat() if one.oldest else None,
                    "newest": one.newest.isoformat() if one.newest else None,
                }
                for one in self.result.coverage
            ],
            "rule_data": [
                {"file": file, "date": day, "source": source} for file, day, source in run.rule_data
            ],
        }

    def input(self, one: InputFate) -> Json:
        sheets = [self.sheet(sheet) for sheet in one.sheets]
        return {"path": one.path, "sha256": one.sha256, "sheets": sheets}

    def sheet(self, sheet: SheetFate) -> Json:
        return {
            "name": sheet.ref.name,
            "role": sheet.ref.role.code,
            "header_row": sheet.ref.header_row,
            "rows": sheet.rows,
            "accepted": sheet.accepted,
            "rejected": sheet.rejected,
            "columns": _columns(sheet),
            "ignored": [self.free(header) for header in sheet.ignored],
            "set_aside": [{"row": one.cell.row, "reason": self.say(one.reason)} for one in sheet.set_aside],
        }

    def totals(self) -> Json:
        book = self.result.reading.portfolio
        by_severity = self.view.by_severity
        return {
            "entities": len(book.entities),
            "services": len(book.services),
            "domains": len(book.domains),
            "persons": len(book.persons),
            "documents": len(book.documents),
            "orders": len(book.orders),
            "findings": {one.code: by_severity[one] for one in sorted(Severity, reverse=True)},
            "unknown": len(self.view.unknowns),
            "waived": self.view.counts.waived,
        }

    def tally(self, one: Tally) -> Json:
        """The counts of a check; null for those that a share does not know."""
        whole = self.result.part is None
        return {
            "id": one.check,
            "title": self.say(one.title),
            "pass": one.passed if whole else None,
            "fail": one.failed,
            "unknown": one.unknown,
            "not_applicable": one.not_applicable if whole else None,
            "waived": one.waived,
            "enabled": one.enabled,
        }

    def finding(self, one: Finding) -> Json:
        return {
            "fingerprint": one.fingerprint,
            "check": one.check,
            "verdict": one.verdict.code,
            "severity": one.severity.code,
            "change": one.change,
            "scope": one.scope.code,
            "target": self.free(one.target),
            "entity_number": one.entity_number,
            "service_number": one.service_number,
            "domain": one.domain,
            "entity_name": self.value(one.entity_name),
            "message": self.join(one.message),
            "expected": self.value(one.expected),
            "observed": self.value(one.observed),
            "reason": one.reason.value if one.reason else None,
            "cells": [_cell(cell) for cell in one.cells],
            "evidence": [_evidence(item) for item in one.evidence],
            "basis": [self.say(clause) for clause in one.basis],
            "remedy": [self.say(step) for step in one.remedy],
            "due": one.due.isoformat() if one.due else None,
            "start_by": one.start_by.isoformat() if one.start_by else None,
            "estimated": one.estimated,
            "waiver": waiver_json(one.waiver, self.words),
            "answer": answer_json(one.answer, self.words),
        }

    def rejected(self, one: RejectedRow) -> Json:
        cell = one.cell
        return {"path": cell.path, "sheet": cell.sheet, "row": cell.row, "reason": self.say(one.reason)}


def _columns(sheet: SheetFate) -> dict[str, str]:
    """Column letters → field; where one column feeds several fields they are joined by a plus sign."""
    fields: dict[int, list[str]] = {}
    for field, column in sheet.ref.columns.items():
        fields.setdefault(column, []).append(field)
    return {column_letters(column): "+".join(sorted(fields[column])) for column in sorted(fields)}


def _cell(cell: CellRef) -> Json:
    return {"path": cell.path, "sheet": cell.sheet, "cell": cell.cell}


def _evidence(one: Evidence) -> Json:
    """One observation; the cells only where it is a row of a book."""
    found: Json = {
        "source": str(one.source),
        "server": one.server,
        "fetched_at": one.fetched_at.isoformat() if one.fetched_at else None,
        "sha256": one.sha256,
    }
    if one.cells:
        found["cells"] = [_cell(cell) for cell in one.cells]
    return found


def _dump(value: object) -> str:
    return encodable(json.dumps(value, ensure_ascii=False))


def _write_list(file: TextIO, key: str, items: Iterator[Json], end: str) -> None:
    """A list, one item a line."""
    file.write(f'"{key}": [')
    separator = "\n"
    for item in items:
        file.write(separator + _dump(item))
        separator = ",\n"
    file.write("\n]" if separator != "\n" else "]")
    file.write(f"{end}\n")
