"""The finished documents of the golden portfolio as text; `python -m tests.golden_documents` writes tests/golden anew."""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl

from auditor.report.listing import unpack
from auditor.report.write import write_reports
from tests.golden_portfolio import audited_twice

GOLDEN = Path(__file__).resolve().parent / "golden"
TEMPLATES = Path(__file__).resolve().parents[1] / "reports" / "templates"
# The other formats differ between the languages by the same words as these two.
FORMATS = {"zh": ("html", "xlsx", "json", "csv", "annotated"), "en": ("html", "xlsx")}
_SOURCES = (("style", "style.css"), ("style", "list.css"), ("script", "script.js"))
_PACKED = re.compile(r'(<script type="application/octet-stream"[^>]*>)([^<]*)(</script>)')
_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"})


def make_reports(folder: Path) -> dict[str, Path]:
    """The reports themselves: `zh/report.html` → its path."""
    work = folder / "work"
    work.mkdir(parents=True)
    made = audited_twice(work)
    found = {}
    for lang, formats in FORMATS.items():
        for path in write_reports(made.result, folder / lang, formats, lang=lang, books=made.books):
            found[f"{lang}/{path.name}"] = path
    return found


def documents(reports: dict[str, Path]) -> dict[str, str]:
    """Name of a golden file → its text."""
    found = {}
    for name, path in reports.items():
        if path.name.endswith(".annotated.xlsx"):
            found[name.replace(path.name, "annotated.txt")] = notes(path)
        elif path.suffix == ".xlsx":
            found[f"{name}.txt"] = sheets(path)
        elif path.suffix == ".html":
            found[name] = page(path.read_text(encoding="utf-8"))
        else:
            found[name] = path.read_bytes().decode("utf-8").replace("\r\n", "\n")
    return found


def page(text: str) -> str:
    """The page with what comes from files of this repository named, and what is packed laid open.

    Styles and script stand in reports/templates word for word; packed bytes differ between builds of zlib.
    """
    for tag, name in _SOURCES:
        source = (TEMPLATES / name).read_text(encoding="utf-8")
        whole = f"<{tag}>{source}</{tag}>"
        assert text.count(whole) == 1, f"{name} does not stand in the page as it is"
        text = text.replace(whole, f"<{tag}>[{name}]</{tag}>")
    text = re.sub(r"'sha256-[0-9A-Za-z+/=]{44}'", "'sha256-[digest]'", text)
    return _PACKED.sub(lambda found: f"{found[1]}\n{_laid_open(found[2])}\n{found[3]}", text)


def _laid_open(packed: str) -> str:
    data: Any = unpack(packed)
    lines = []
    for key, value in data.items():
        columns = value.items() if isinstance(value, dict) else [("", value)]
        lines += [f"{key} {name}: {json.dumps(one, ensure_ascii=False)}" for name, one in columns]
    return "\n".join(lines)


def sheets(path: Path) -> str:
    """A workbook as text: each filled cell, links, drop-downs, conditional fills, print titles, widths, tables."""
    book = openpyxl.load_workbook(path)
    lines: list[str] = []
    for sheet in book.worksheets:
        lines += [f"==== {sheet.title} {sheet.dimensions} {sheet.sheet_state}", *_cells(sheet)]
        lines += [f"table {name} {area}" for name, area in sorted(sheet.tables.items())]
        lines += [
            f"drop-down {one.sqref} {one.type} {one.formula1}"
            for one in sheet.data_validations.dataValidation
        ]
        for area in sheet.conditional_formatting:
            lines += [
                f"fill {area.sqref} {rule.type} {rule.operator} {rule.formula} {rule.text}"
                for rule in area.rules
            ]
        widths = {letter: one.width for letter, one in sorted(sheet.column_dimensions.items()) if one.width}
        lines.append(f"widths {widths} freeze {sheet.freeze_panes} print titles {sheet.print_title_rows}")
    return "\n".join(lines) + "\n"


def _cells(sheet: Any) -> Iterator[str]:
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is not None or cell.hyperlink:
                link = cell.hyperlink
                to = f" → {link.target or ''}#{link.location or ''}" if link else ""
                shown = "" if cell.value is None else str(cell.value).translate(_ESCAPES)
                kind = "" if cell.data_type == "s" else cell.data_type
                form = "" if cell.number_format == "General" else f" {cell.number_format}"
                yield f"{cell.coordinate} {kind}{form}\t{shown}{to}"


def notes(path: Path) -> str:
    """An annotated copy as text: each coloured cell with its note, and every cell of the added sheet."""
    book = openpyxl.load_workbook(path)
    lines: list[str] = []
    *own, added = book.worksheets
    for sheet in own:
        lines.append(f"==== {sheet.title} {sheet.dimensions}")
        for row in sheet.iter_rows():
            for cell in row:
                if cell.comment or cell.fill.fill_type:
                    note = cell.comment.text.translate(_ESCAPES) if cell.comment else ""
                    lines.append(f"{cell.coordinate}\t{cell.fill.fgColor.rgb}\t{note}")
    lines += [f"==== {added.title} {added.dimensions} (added)", *_cells(added)]
    return "\n".join(lines) + "\n"


def main(folder: Path = GOLDEN) -> None:
    """Write the golden files anew."""
    with tempfile.TemporaryDirectory() as work:
        made = documents(make_reports(Path(work)))
    for old in sorted(folder.rglob("*")):
        if old.is_file():
            old.unlink()
    for name, text in made.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode())


if __name__ == "__main__":
    if len(sys.argv) > 1:
        make_reports(Path(sys.argv[1]))
    else:
        main()
