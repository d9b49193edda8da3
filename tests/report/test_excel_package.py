"""report.xlsx as a package: a strict reading finds no fault, whatever stands in the cells."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from auditor.model.result import AuditResult
from auditor.report.excel import write_excel
from auditor.report.links import Links
from auditor.report.view import build_view
from auditor.report.wording import Wording
from tests.builders import PATH
from tests.report.packages import Package, faults
from tests.report.pasts import hostile_past, lived_in
from tests.report.results import crowd, quiet_result, sample_result

RESULTS: dict[str, Callable[[], AuditResult]] = {
    "sample": sample_result,
    "quiet": quiet_result,
    "lived in": lived_in,
    "hostile": hostile_past,
    "crowd": lambda: crowd(40, 40),
}


def written(result: AuditResult, folder: Path, lang: str = "zh", max_rows: int = 1_048_576) -> Path:
    path = folder / "report.xlsx"
    links = Links("report.html", {PATH: "台账.annotated.xlsx"})
    write_excel(build_view(result), path, Wording(lang), max_rows=max_rows, links=links)
    return path


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", sorted(RESULTS))
def test_a_strict_reading_finds_no_fault(name: str, lang: str, tmp_path: Path) -> None:
    assert faults(written(RESULTS[name](), tmp_path, lang)) == []


def test_a_strict_reading_finds_no_fault_where_lists_go_on_in_further_sheets(tmp_path: Path) -> None:
    path = written(crowd(25, 12), tmp_path, max_rows=11)
    assert faults(path) == []
    names = [one.attrib["displayName"] for part, one in Package(path).parts.items() if "xl/tables/" in part]
    assert {"audit_findings", "audit_findings_part2", "audit_findings_part3"} <= set(names)


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/tables/table1.xml", b'name="', b'name="x'),
        ("xl/tables/table2.xml", b'id="2"', b'id="1"'),
        ("xl/tables/table1.xml", b'ref="A1:', b'ref="B1:'),
        ("xl/worksheets/sheet2.xml", b' s="', b' s="99'),
        ("xl/worksheets/sheet3.xml", b'<row r="2"', b'<row r="1"'),
        ("xl/worksheets/_rels/sheet2.xml.rels", b"table1", b"table77"),
        ("[Content_Types].xml", b"/xl/tables/table1.xml", b"/xl/tables/table0.xml"),
        ("xl/workbook.xml", "待办".encode(), "摘要".encode()),
    ],
)
def test_the_strict_reading_is_one(part: str, old: bytes, new: bytes, tmp_path: Path) -> None:
    path = written(sample_result(), tmp_path)
    broken = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(path) as book, zipfile.ZipFile(broken, "w") as copy:
        for name in book.namelist():
            data = book.read(name)
            assert name != part or old in data
            copy.writestr(name, data.replace(old, new) if name == part else data)
    assert faults(broken) != []


@pytest.mark.parametrize("name", sorted(RESULTS))
def test_two_other_libraries_read_it_whole_without_a_warning(name: str, tmp_path: Path) -> None:
    path = written(RESULTS[name](), tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        first = openpyxl.load_workbook(path, rich_text=True)
    second = CalamineWorkbook.from_path(str(path))
    assert first.sheetnames == second.sheet_names
    for sheet in first:
        rows = second.get_sheet_by_name(sheet.title).to_python(skip_empty_area=False)
        assert len(rows) == sheet.max_row, sheet.title
        assert max(map(len, rows)) == sheet.max_column, sheet.title


@pytest.mark.parametrize("name", ["sample", "lived in", "hostile"])
def test_a_validator_of_the_published_schemas_is_content(name: str, tmp_path: Path) -> None:
    tool = shutil.which("openxml-audit", path=Path(sys.prefix) / "openxml" / "bin")
    if tool is None and not os.environ.get("CI"):
        pytest.skip("openxml-audit is not installed; `make setup` installs it")
    assert tool is not None
    path = written(RESULTS[name](), tmp_path)
    done = subprocess.run(
        [tool, "-f", "microsoft365", str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
