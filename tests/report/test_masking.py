"""Personal data: masked in every output unless asked for, whatever column or sentence it stands in."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from auditor.model.words import SheetRole
from auditor.report.inputrows import input_rows
from auditor.report.masking import masked_cell
from auditor.report.write import FORMATS, write_reports
from tests.builders import reading_of
from tests.report.results import ID, LANDLINE, PHONE, sample_result


def content(path: Path) -> str:
    """All the text in a file, packed or not."""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            return "".join(book.read(name).decode("utf-8") for name in book.namelist())
    return path.read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("form", sorted(FORMATS))
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_output_shows_an_id_number_or_a_phone(form: str, lang: str, tmp_path: Path) -> None:
    (path,) = write_reports(sample_result(), tmp_path, [form], lang=lang)
    text = content(path)
    for secret in (ID, PHONE, LANDLINE, "11010119900101"):
        assert secret not in text
    assert "138****" in text


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_every_output_shows_them_whole_when_asked(form: str, tmp_path: Path) -> None:
    (path,) = write_reports(sample_result(), tmp_path, [form], show_pii=True)
    assert PHONE in content(path)
    assert ID in content(path)


def test_a_malformed_number_in_a_persons_column_is_masked_too() -> None:
    assert masked_cell("leader_id_number", "1101011990010") == "110******0010"
    assert masked_cell("administrator_office_phone", "010-62345678") == "010*****5678"
    assert masked_cell("leader_email", "zhang@example.cn") == "z***@example.cn"


def test_an_organisations_number_stays_and_an_individuals_is_masked() -> None:
    rows = reading_of(
        {
            "台账": (
                SheetRole.ENTITIES,
                [
                    {
                        "entity_name": "甲",
                        "entity_kind": "企业",
                        "entity_certificate_number": "91110000MA00000001",
                    },
                    {
                        "entity_name": "张示例",
                        "entity_kind": "个人",
                        "entity_certificate_number": "1101011990",
                    },
                    {
                        "entity_name": "李示例",
                        "entity_certificate_type": "居民身份证",
                        "entity_certificate_number": "2101011990",
                    },
                ],
            )
        }
    ).portfolio.rows
    shown = [
        masked_cell("entity_certificate_number", row.raw["entity_certificate_number"], row) for row in rows
    ]
    assert shown == ["91110000MA00000001", "1*******90", "2*******90"]


def test_a_registrar_row_is_masked_by_its_certificate_type() -> None:
    row = next(one for one in input_rows(sample_result()) if one.observations)
    assert ID not in row.content("zh")
    assert ID in row.content("zh", show_pii=True)
    assert "a-shili.cn" in row.content("en")
