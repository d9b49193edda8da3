"""`audit init`: what it writes can be read by the program itself, and nothing is written over."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from auditor.cli.init import init
from auditor.cli.starter import BOOK_NAME, GUIDE_SHEET, POLICY_NAME, SHEETS, policy_text, template_book
from auditor.errors import UsageError
from auditor.intake.read import read_portfolio
from auditor.model.result import SheetFate
from auditor.model.words import SheetRole
from auditor.settings.policy_file import Settings, read_settings

ROLES = {
    "网站备案": SheetRole.FILINGS,
    "主体": SheetRole.ENTITIES,
    "服务": SheetRole.SERVICES,
    "域名": SheetRole.DOMAINS,
    "负责人": SheetRole.PERSONS,
    "证照材料": SheetRole.DOCUMENTS,
    "变更订单": SheetRole.ORDERS,
}


def written(folder: Path, *arguments: str) -> str:
    done = CliRunner().invoke(init, [str(folder), *arguments], catch_exceptions=False, standalone_mode=False)
    assert done.return_value == 0
    return done.output


def fates(folder: Path) -> dict[str, SheetFate]:
    (book,) = read_portfolio([str(folder / BOOK_NAME)]).inputs
    return {sheet.ref.name: sheet for sheet in book.sheets}


def test_both_files_are_written_and_named(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    told = written(folder)
    assert sorted(path.name for path in folder.iterdir()) == sorted((BOOK_NAME, POLICY_NAME))
    assert BOOK_NAME in told
    assert POLICY_NAME in told


def test_the_language_of_the_words_can_be_chosen(tmp_path: Path) -> None:
    assert "已生成" in written(tmp_path / "zh", "--lang", "zh")
    assert "Written" in written(tmp_path / "en", "--lang", "en")


@pytest.mark.parametrize("name", [BOOK_NAME, POLICY_NAME])
def test_a_file_that_is_there_is_never_written_over(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(UsageError) as refused:
        CliRunner().invoke(init, [str(tmp_path)], catch_exceptions=False, standalone_mode=False)
    assert refused.value.exit_status == 2
    for lang in ("zh", "en"):
        assert name in refused.value.describe(lang)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "mine"


def test_every_header_of_the_template_is_recognised_as_the_field_that_it_means(tmp_path: Path) -> None:
    written(tmp_path)
    sheets = fates(tmp_path)
    assert set(sheets) == {*SHEETS, GUIDE_SHEET}
    for name, columns in SHEETS.items():
        fate = sheets[name]
        assert fate.ref.role is ROLES[name]
        assert fate.ignored == ()
        assert fate.rows == 0
        mapped = {fate.ref.headers[column]: code for code, column in fate.ref.columns.items()}
        assert mapped == dict(columns)


def test_the_instructions_are_taken_for_no_part_of_the_book(tmp_path: Path) -> None:
    written(tmp_path)
    guide = fates(tmp_path)[GUIDE_SHEET]
    assert guide.ref.role is SheetRole.UNKNOWN
    assert guide.rows == 0
    assert guide.ignored == ()


def test_each_sheet_is_recognised_when_the_others_are_deleted(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    written(tmp_path)
    for kept in (("网站备案",), ("网站备案", "证照材料"), tuple(SHEETS)[1:]):
        book = load_workbook(tmp_path / BOOK_NAME)
        for name in book.sheetnames:
            if name not in kept:
                del book[name]
        path = tmp_path / "kept.xlsx"
        book.save(path)
        (read,) = read_portfolio([str(path)]).inputs
        assert {sheet.ref.name: sheet.ref.role for sheet in read.sheets} == {
            name: ROLES[name] for name in kept
        }
        assert all(sheet.ignored == () for sheet in read.sheets)


def test_the_template_guards_long_numbers_and_offers_choices(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    written(tmp_path)
    sheet = load_workbook(tmp_path / BOOK_NAME)["网站备案"]
    titles = {cell.value: cell for cell in sheet[1]}
    assert sheet.freeze_panes == "B2"
    for title in ("主体证件号码", "主体负责人证件号码", "网站负责人手机号码", "网站备案号"):
        number = titles[title].column
        formats = [
            one.number_format for one in sheet.column_dimensions.values() if one.min <= number <= one.max
        ]
        assert formats == ["@"], title
    assert all(cell.comment is not None and "\n" in cell.comment.text for cell in sheet[1])
    offered = " ".join(one.formula1 for one in sheet.data_validations.dataValidation)
    for word in ("企业", "营业执照", "网站", "小程序", "是"):
        assert word in offered


def test_what_is_typed_into_the_template_is_read(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    written(tmp_path)
    book = load_workbook(tmp_path / BOOK_NAME)
    row = {
        "主体备案号": "京ICP备2020990001号", "主办单位名称": "示例科技有限公司", "主办单位性质": "企业", "主体负责人姓名": "周示范",
        "网站备案号": "京ICP备2020990001号-1", "域名": "example.cn", "域名到期日": "2027-05-20", "服务类型": "网站", "是否限制接入": "否",
    }  # fmt: skip
    book["网站备案"].append([row.get(cell.value) for cell in book["网站备案"][1]])
    book.save(tmp_path / "filled.xlsx")
    reading = read_portfolio([str(tmp_path / "filled.xlsx")])
    assert reading.rejected == ()
    assert reading.problems == ()
    assert [domain.key for domain in reading.portfolio.domains] == ["example.cn"]
    assert reading.portfolio.entities[0].leader is not None
    # The sheets that were left empty are no lists that something is missing from.
    assert reading.portfolio.roles == {SheetRole.FILINGS}


def test_the_template_is_the_same_each_time() -> None:
    assert template_book() == template_book()


def settings(tmp_path: Path, text: str) -> Settings:
    path = tmp_path / POLICY_NAME
    path.write_text(text, encoding="utf-8")
    return read_settings(path)


def test_the_policy_file_as_written_changes_nothing(tmp_path: Path) -> None:
    assert settings(tmp_path, policy_text()).file == settings(tmp_path, "").file


def test_uncommenting_every_line_gives_a_valid_policy_with_the_defaults(tmp_path: Path) -> None:
    text = re.sub(r"(?m)^#(?=\S)", "", policy_text())
    found = settings(tmp_path, text)
    plain = settings(tmp_path, "")
    assert found.unused_sections == ()
    assert found.file.thresholds == plain.file.thresholds
    assert found.file.evidence == plain.file.evidence
    own, default = found.file.audit, plain.file.audit
    for name in ("lang", "fail_on", "out", "formats", "show_pii"):
        assert getattr(own, name) == getattr(default, name)
    for section in ("checks", "rules", "access", "aliases", "columns", "sheets"):
        assert getattr(found.file, section) != getattr(plain.file, section), section


def test_every_setting_of_the_sections_in_use_is_listed(tmp_path: Path) -> None:
    text = policy_text()
    file = settings(tmp_path, text).file
    for section in (file.audit, file.thresholds, file.rules):
        for name in type(section).model_fields:
            assert re.search(rf"(?m)^#{name} = ", text), name
