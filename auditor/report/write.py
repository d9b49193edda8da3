"""The reports of a run: the formats there are, and writing those asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.errors import UsageError
from auditor.model.result import AuditResult
from auditor.model.text import Message
from auditor.report.links import Links
from auditor.report.staging import Producer, write_together
from auditor.report.view import View, build_view
from auditor.report.wording import Wording

if TYPE_CHECKING:
    from auditor.report.annotated import AnnotatedFiles


@dataclass(frozen=True, slots=True)
class Order:
    """What the writer of one format is told. templates: a folder that may override the shipped ones.

    links: the other reports that this run writes beside it.
    """

    view: View
    words: Wording
    templates: Path | None
    links: Links | None = None


@dataclass(frozen=True, slots=True)
class Format:
    """One format: the file it writes, and how."""

    file: str
    produce: Callable[[Order, Path], None]


def _html(order: Order, path: Path) -> None:
    from auditor.report.html import write_html

    write_html(order.view, path, order.words, templates=order.templates)


def _excel(order: Order, path: Path) -> None:
    from auditor.report.excel import write_excel

    write_excel(order.view, path, order.words, links=order.links)


def _json(order: Order, path: Path) -> None:
    from auditor.report.json_v1 import write_json

    write_json(order.view, path, order.words)


def _csv(order: Order, path: Path) -> None:
    from auditor.report.findings_csv import write_csv

    write_csv(order.view, path, order.words)


FORMATS: dict[str, Format] = {
    "html": Format("report.html", _html),
    "xlsx": Format("report.xlsx", _excel),
    "json": Format("audit.json", _json),
    "csv": Format("findings.csv", _csv),
}


ANNOTATED = "annotated"
"""The format that makes a file for each book."""


def write_reports(
    result: AuditResult,
    out: Path,
    formats: Sequence[str],
    *,
    lang: str = "zh",
    show_pii: bool = False,
    templates: Path | None = None,
    protect: Collection[Path] = (),
    view: View | None = None,
    books: Mapping[str, Path] | None = None,
    tell: Callable[[Message], None] | None = None,
) -> tuple[Path, ...]:
    """Write the formats asked for into a folder, all of them or none; returns the files in the order asked for.

    protect: the input files, never written over. view: where the caller has built it already. books: display path → real
    path of the books that are annotated. tell: hears what became of a book that could not be annotated. Raises UsageError
    for an unknown format, OutputError where a file cannot be written.
    """
    chosen = tuple(dict.fromkeys(formats))
    unknown = [name for name in chosen if name not in FORMATS and name != ANNOTATED]
    if unknown:
        raise UsageError(
            f"没有这种报告格式：{'、'.join(unknown)}",
            f"there is no such report format: {', '.join(unknown)}",
            hint_zh=f"可用格式：{'、'.join((*FORMATS, ANNOTATED))}",
            hint_en=f"Formats: {', '.join((*FORMATS, ANNOTATED))}",
        )
    view = view or build_view(result)
    words = Wording(lang, show_pii)
    annotated = _annotated(view, books or {}, out, words) if ANNOTATED in chosen else None
    if annotated is not None and tell is not None:
        for told in annotated.told:
            tell(told)
    order = Order(
        view, words, templates, Links("report.html" if "html" in chosen else None, _copies(annotated))
    )
    outputs: list[tuple[Path, Producer]] = []
    for name in chosen:
        if name == ANNOTATED:
            outputs += annotated.outputs if annotated else ()
        else:
            outputs.append((out / FORMATS[name].file, _producer(FORMATS[name], order)))
    return write_together(outputs, protect)


def _annotated(view: View, books: Mapping[str, Path], out: Path, words: Wording) -> AnnotatedFiles:
    from auditor.report.annotated import annotated_outputs

    return annotated_outputs(view, books, out, words)


def _copies(annotated: AnnotatedFiles | None) -> dict[str, str | None]:
    """Display path of a book → the name of its annotated copy."""
    return dict(annotated.copies) if annotated else {}


def _producer(form: Format, order: Order) -> Producer:
    return lambda path: form.produce(order, path)
