"""Names and words of a workbook in any translation: what no spreadsheet takes is made to fit, and stays unique."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from auditor.model.language import ENVIRONMENT
from auditor.report.annotation_labels import ANNOTATION_LABELS
from auditor.report.labels import LABELS
from auditor.report.sheetname import head_utf16, sheet_name
from auditor.report.write import write_reports
from tests.report.annotating import annotated
from tests.report.foreignbooks import openpyxl_book
from tests.report.results import sample_result

FORBIDDEN = re.compile(r"[\[\]:*?/\\]")


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@pytest.mark.parametrize(
    ("wanted", "taken", "name"),
    [
        ("发现", (), "发现"),
        ("À faire / en cours", (), "À faire ／ en cours"),
        ("a[1]:b*c?d\\e", (), "a［1］：b＊c？d＼e"),
        ("x" * 40, (), "x" * 31),
        ("😀" * 20, (), "😀" * 15),
        ("Liste", ("LISTE",), "Liste(2)"),
        ("Liste", ("liste", "LISTE(2)"), "Liste(3)"),
        ("STRASSE", ("straße",), "STRASSE(2)"),
        ("y" * 40, ("y" * 31,), "y" * 28 + "(2)"),
        ("'guillemets'", (), "guillemets"),
        ("z" * 30 + "'tail", (), "z" * 30),
        ("two\nlines\t", (), "two lines"),
        ("History", (), "History(2)"),
        ("", (), "–"),
        ("''", ("–",), "–(2)"),
    ],
)
def test_a_name_is_cleaned_cut_and_kept_unique(wanted: str, taken: tuple[str, ...], name: str) -> None:
    assert sheet_name(wanted, taken) == name


@settings(deadline=None, max_examples=200)
@given(st.lists(st.text("aAbß'[]:*?/\\😀 \n中", max_size=45), max_size=12))
def test_no_names_are_refused_or_alike(wanted: list[str]) -> None:
    taken: list[str] = []
    for one in wanted:
        name = sheet_name(one, taken)
        assert 0 < units(name) <= 31
        assert not FORBIDDEN.search(name)
        assert name.strip("' ") == name
        assert name.casefold() not in {other.casefold() for other in taken}
        taken.append(name)


def test_a_text_is_cut_between_characters() -> None:
    assert head_utf16("a😀b", 2) == "a"
    assert head_utf16("a😀b", 3) == "a😀"
    assert head_utf16("中文", 5) == "中文"


def speaking(folder: Path, monkeypatch: pytest.MonkeyPatch, texts: dict[str, str]) -> None:
    made = Catalog(locale=None, charset="utf-8")
    for english, text in texts.items():
        made.add(english, text)
    with (folder / "xx.mo").open("wb") as file:
        write_mo(file, made)
    monkeypatch.setenv(ENVIRONMENT, str(folder))


def english(prefix: str) -> list[str]:
    return [text.en for key, text in LABELS.items() if key.startswith(prefix)]


LONG_NAME = "Une liste [de tout] / ce qu'il faut : *faire*?"
FAULTS: dict[str, dict[str, str]] = {
    "names that are long, forbidden and alike": dict.fromkeys(english("sheet_"), LONG_NAME),
    "names in another case": {
        text: ("liste" if number % 2 else "LISTE") for number, text in enumerate(english("sheet_"))
    },
    "long titles and messages": {
        text: "très " * 80 + text
        for text in (*english("answer_"), *english("sheet_"), *english("audit_date_is"))
    },
    "choices with commas": {text: f"{text}, ou bien" for text in english("status_")},
    "headers that are alike": dict.fromkeys((*english("answer_"), *english("plan_")), "Date"),
    "every text as long as a page": {},
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_translation_makes_no_workbook_fail(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = {text.en: "ñ" * 300 for text in LABELS.values() if "{" not in text.en}
    speaking(tmp_path, monkeypatch, FAULTS[name] or every)
    (path,) = write_reports(sample_result(), tmp_path / "out", ["xlsx"], lang="xx")
    book: Any = openpyxl.load_workbook(path)
    names = book.sheetnames
    assert len(names) == len({one.casefold() for one in names}) == 11
    assert names == CalamineWorkbook.from_path(str(path)).sheet_names
    assert not any(units(one) > 31 or FORBIDDEN.search(one) for one in names)
    tables = [table for sheet in book for table in sheet.tables.values()]
    assert len({one.displayName.casefold() for one in tables}) == len(tables) == 10
    for sheet in book:
        for table in sheet.tables.values():
            heads = [cell.value for cell in sheet[1]]
            assert [one.name for one in table.tableColumns] == heads
            assert len({str(one).casefold() for one in heads}) == len(heads)
        for rule in sheet.data_validations.dataValidation:
            assert units(rule.errorTitle or "") <= 32
            assert units(rule.error or "") <= 255
    with zipfile.ZipFile(path) as parts:
        assert parts.testzip() is None
        for part in parts.namelist():
            for found in re.findall(
                r"<odd(?:Header|Footer)>(.*?)</odd", parts.read(part).decode("utf-8", "ignore")
            ):
                assert units(found.replace("&amp;", "&")) <= 255


def test_the_sheet_of_an_annotated_copy_has_a_name_that_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    speaking(tmp_path, monkeypatch, {ANNOTATION_LABELS["annotation_sheet"].en: LONG_NAME})
    copy, _plan = annotated(openpyxl_book(tmp_path / "book.xlsx"), lang="xx")
    added = openpyxl.load_workbook(copy).sheetnames[-1]
    assert added == sheet_name(LONG_NAME, ())
    assert units(added) <= 31
