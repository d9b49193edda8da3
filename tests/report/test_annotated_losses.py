"""Books that a note would harm get a side file; names, bytes and the last check before a copy is let out."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from auditor.model.result import RejectedRow
from auditor.model.text import Text
from auditor.model.verdict import Severity
from auditor.report.annotated import annotated_outputs, annotation_plan, free_name
from auditor.report.annotation_check import faults, second_reading
from auditor.report.annotation_labels import ANNOTATION_LABELS
from auditor.report.ooxml_package import Package
from auditor.report.staging import write_together
from auditor.report.view import build_view
from auditor.report.wording import Wording
from tests.report.annotating import BOOK, annotated, at, loaded, parts, result_for, wrong
from tests.report.foreignbooks import (
    MAIN,
    SHEET,
    bare_book,
    edited,
    openpyxl_book,
    rich_book,
    with_part,
)

REPORT = Path(__file__).resolve().parents[2] / "auditor" / "report"


def _signed(path: Path) -> Path:
    plain = rich_book(path.with_name("plain.xlsx"))
    return with_part(plain, path, "_xmlsignatures/sig1.xml", b"<Signature/>")


def _strict(path: Path) -> Path:
    plain = bare_book(path.with_name("plain.xlsx"), "<sheetData/>")
    strict = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
    return edited(plain, path, lambda name, data: data.replace(MAIN.encode(), strict))


def _shared(path: Path) -> Path:
    plain = rich_book(path.with_name("plain.xlsx"))
    return with_part(
        plain,
        path,
        "xl/revisions/revisionHeaders.xml",
        b"<headers/>",
        kind="revisionHeaders",
        of="xl/workbook.xml",
    )


def _disordered(path: Path) -> Path:
    return bare_book(path, '<sheetData><row r="3"/><row r="2"><c r="A2"><v>1</v></c></row></sheetData>')


def _half(path: Path) -> Path:
    return bare_book(path, "<sheetData><row>")


def _odd_styles(path: Path) -> Path:
    return bare_book(path, '<sheetData><row r="2"><c r="A2" s="99"><v>1</v></c></row></sheetData>')


def _csv(path: Path) -> Path:
    path.write_bytes("备案号,单位\n京ICP备1号,甲\n".encode())
    return path


def _other_zip(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("content.xml", "<x/>")
    return path


def _cut(path: Path) -> Path:
    path.write_bytes(rich_book(path.with_name("plain.xlsx")).read_bytes()[:3000])
    return path


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (_signed, "数字签名"),
        (_strict, "Strict"),
        (_shared, "修订记录"),
        (_disordered, "不规则"),
        (_half, "不规则"),
        (_odd_styles, "不规则"),
        (_csv, "不是 .xlsx"),
        (_other_zip, "不是 .xlsx"),
        (_cut, "损坏"),
    ],
)
def test_a_book_that_would_suffer_gets_a_side_file_with_the_reason(
    make: Any, word: str, tmp_path: Path
) -> None:
    source = make(tmp_path / "book.xlsx")
    copy, plan = annotated(
        source,
        wrong(at(2, 1), due=date(2026, 12, 7)),
        rejected=(RejectedRow(at(3, 0), Text("空行", "empty")),),
    )
    assert plan.ending == ".notes.xlsx"
    assert plan.copy is None
    assert word in plan.whys[0].render("zh")
    book = loaded(copy)
    assert word in "".join(str(row) for row in book.worksheets[0].values)
    head, first, second = list(book.worksheets[1].values)
    assert first[head.index("位置")] == "A2"
    assert first[head.index("检查")] == "REC102"
    assert len(str(first[head.index("指纹")])) == 32
    assert second[head.index("说明")] == "空行"


def test_a_book_changed_since_the_audit_or_gone_gets_a_side_file(tmp_path: Path) -> None:
    source = rich_book(tmp_path / "book.xlsx")
    view = build_view(result_for({BOOK: source}, wrong(at(2, 1))))
    words = Wording()
    source.write_bytes(source.read_bytes() + b" ")
    assert "改动" in annotation_plan(view, BOOK, source, words).whys[0].render("zh")
    source.unlink()
    assert "无法读取" in annotation_plan(view, BOOK, source, words).whys[0].render("zh")
    made = annotated_outputs(view, {}, tmp_path / "out", words)
    assert [path.name for path, _produce in made.outputs] == ["台账.notes.xlsx"]
    assert made.told[0].render("en").startswith("台账.xlsx: no annotated copy was made")


def test_books_of_one_name_get_files_of_their_own_and_the_sources_stay(tmp_path: Path) -> None:
    books = {}
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        books[f"{folder}/book.xlsx"] = rich_book(tmp_path / folder / "book.xlsx")
    books["book.csv"] = _csv(tmp_path / "book.csv")
    before = [path.read_bytes() for path in books.values()]
    result = result_for(books, wrong(at(2, 1, book="a/book.xlsx"), at(3, 1, book="b/book.xlsx")))
    made = annotated_outputs(build_view(result), books, tmp_path / "out", Wording())
    written = write_together(made.outputs, list(books.values()))
    assert [path.name for path in written] == [
        "book.annotated.xlsx",
        "book-2.annotated.xlsx",
        "book-3.notes.xlsx",
    ]
    assert [path.read_bytes() for path in books.values()] == before
    assert loaded(written[0])[SHEET]["A2"].comment
    assert loaded(written[0])[SHEET]["A3"].comment is None
    assert loaded(written[1])[SHEET]["A3"].comment
    again = annotated_outputs(build_view(result), books, tmp_path / "again", Wording())
    for one, two in zip(written, write_together(again.outputs), strict=True):
        assert one.read_bytes() == two.read_bytes(), one.name


def test_names_never_collide_and_fit_a_file_system() -> None:
    taken: set[str] = set()
    names = [
        free_name(book, ".annotated.xlsx", taken)
        for book in ("A.xlsx", "a.xlsx", "a-2.xlsx", "长" * 200 + ".xlsx")
    ]
    assert names[:3] == ["A.annotated.xlsx", "a-2.annotated.xlsx", "a-2-2.annotated.xlsx"]
    assert len(names[3].encode()) < 200


def test_every_kind_of_harm_to_a_copy_is_noticed(tmp_path: Path) -> None:
    source = rich_book(tmp_path / "book.xlsx")
    copy, _plan = annotated(source, wrong(at(2, 1)))
    data = copy.read_bytes()
    package = Package(source.read_bytes())
    before = parts(source)
    for name, text in parts(copy).items():
        if before.get(name) != text:
            package.write(name, text)

    def harmed(name: str, change: Callable[[bytes], bytes | None]) -> bytes:
        target = tmp_path / "harmed.xlsx"
        with zipfile.ZipFile(target, "w") as book:
            for part, text in parts(copy).items():
                now = change(text) if part == name else text
                if now is not None:
                    book.writestr(part, now)
        return target.read_bytes()

    assert faults(package, data, 2) == ()
    assert faults(package, data, 99), "notes that are not there"
    assert faults(package, harmed("xl/media/image1.png", lambda _old: None), 2), "a part that is gone"
    assert faults(package, harmed("xl/charts/chart1.xml", lambda old: old + b" "), 2), (
        "a part that was touched"
    )
    assert faults(package, b"PK no zip", 2)
    package.write(
        "xl/workbook.xml", package.original("xl/workbook.xml").replace(b"<definedName ", b"<gone ", 1)
    )
    assert faults(package, data, 2), "an element that is gone"
    package.write("xl/workbook.xml", b"<workbook>")
    assert faults(package, data, 2), "a part that is no XML"


def test_a_value_that_reads_otherwise_in_the_copy_is_noticed(tmp_path: Path) -> None:
    source = openpyxl_book(tmp_path / "book.xlsx")
    other = edited(
        source, tmp_path / "o.xlsx", lambda _name, data: data.replace("单位3".encode(), "单位9".encode())
    )
    book = openpyxl.load_workbook(other)
    book.create_sheet("x")
    book.save(other)
    package = Package(source.read_bytes())
    assert [one.render("en") for one in second_reading(package, other.read_bytes(), 0)] == ["台账 lacks B3"]


@pytest.mark.parametrize("key", sorted(ANNOTATION_LABELS))
def test_the_words_say_the_same_in_both_languages(key: str) -> None:
    text = ANNOTATION_LABELS[key]
    assert sorted(re.findall(r"{\w+}", text.zh)) == sorted(re.findall(r"{\w+}", text.en))
    assert re.search(r"[\u3400-\u9fff]", text.zh)
    assert not re.search(r"[\u3400-\u9fff]", text.en)
    code = "".join(path.read_text(encoding="utf-8") for path in sorted(REPORT.glob("*.py")))
    assert code.count(f'"{key}"') > 1, "nothing uses it"


def test_where_there_are_too_many_notes_the_worst_are_written_and_the_rest_is_told(tmp_path: Path) -> None:
    source = rich_book(tmp_path / "book.xlsx")
    found = [wrong(at(row, 1), severity=how) for row, how in enumerate(sorted(Severity), 2)]
    view = build_view(result_for({BOOK: source}, *found))
    plan = annotation_plan(view, BOOK, source, Wording(), most_notes=2)
    assert plan.copy is not None
    copy = tmp_path / "copy.xlsx"
    copy.write_bytes(plan.copy)
    sheet = loaded(copy)[SHEET]
    assert [row for row in range(2, 7) if sheet.cell(row, 1).comment] == [5, 6]
    assert all(sheet.cell(row, 1).fill.patternType == "solid" for row in range(2, 7))
    assert any("另有 3 个单元格" in str(row) for row in loaded(copy).worksheets[-1].values)
