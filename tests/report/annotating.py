"""Results about a given book, and the annotated copy that is made of them."""

from __future__ import annotations

import hashlib
import warnings
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from auditor.model.place import CellRef
from auditor.model.result import AuditResult, Finding, InputFate, RejectedRow
from auditor.model.waiver import Waiver
from auditor.report.annotated import AnnotationPlan, annotate
from auditor.report.view import build_view
from auditor.report.wording import Wording
from tests.report.foreignbooks import SHEET
from tests.report.results import finding, quiet_result

BOOK = "台账.xlsx"
WAIVER = Waiver("a" * 16, "已安排迁移", "李示例", date(2027, 1, 31), fingerprint="f")


def at(row: int, column: int, sheet: str = SHEET, book: str = BOOK) -> CellRef:
    return CellRef(book, sheet, row, column)


def wrong(*cells: CellRef, check: str = "REC102", **changes: Any) -> Finding:
    return finding(check, str(cells[0]), cells=cells, **changes)


def result_for(
    books: dict[str, Path], *findings: Finding, rejected: tuple[RejectedRow, ...] = ()
) -> AuditResult:
    """A result whose inputs are these files."""
    base = quiet_result()
    inputs = tuple(
        InputFate(name, hashlib.sha256(path.read_bytes()).hexdigest(), ()) for name, path in books.items()
    )
    reading = replace(base.reading, inputs=inputs, rejected=rejected)
    return replace(base, reading=reading, findings=findings, plan=None)


def annotated(
    source: Path,
    *findings: Finding,
    rejected: tuple[RejectedRow, ...] = (),
    lang: str = "zh",
    book: str = BOOK,
) -> tuple[Path, AnnotationPlan]:
    result = result_for({book: source}, *findings, rejected=rejected)
    target = source.with_name("copy.xlsx")
    before = hashlib.sha256(source.read_bytes()).hexdigest()
    plan = annotate(build_view(result), book, source, target, Wording(lang))
    assert hashlib.sha256(source.read_bytes()).hexdigest() == before
    return target, plan


def loaded(path: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(path, rich_text=True)


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as book:
        assert book.testzip() is None
        return {name: book.read(name) for name in book.namelist()}
