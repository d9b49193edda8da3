"""The policy file: what is said of a value that cannot stand there."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.errors import PolicyError
from auditor.settings.policy_file import read_settings


def complaint(folder: Path, text: str, lang: str = "zh") -> list[str]:
    """The lines of the error that a policy file earns, without the folder and the heading."""
    path = folder / "audit.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        read_settings(path, {})
    message = caught.value.en if lang == "en" else caught.value.zh
    return message.replace(f"{folder}/", "").splitlines()[1:]


@pytest.mark.parametrize(
    "value", ["999999999", "-1", '"90"', "90.5", '[45, "x"]', "[45, 90]", "[90]", "[90, 999999999]"]
)
def test_days_that_are_neither_one_number_nor_two_falling_ones_earn_one_line(
    tmp_path: Path, value: str
) -> None:
    text = f"[audit]\n\n[thresholds]\ndocument_days = {value}\n"
    (line,) = complaint(tmp_path, text)
    assert line.startswith("audit.toml:4: thresholds.document_days: 需要: 一个天数, 或两个由大到小的天数")
    assert line.endswith("现在是 " + value.replace('"', "'"))
    (line,) = complaint(tmp_path, text, "en")
    assert "needed: a number of days, or two falling ones" in line
    assert line.endswith("it is " + value.replace('"', "'"))


@pytest.mark.parametrize("value", ["30", "[120, 60]", "0", "[30, 30]"])
def test_one_number_of_days_and_two_falling_ones_are_taken(tmp_path: Path, value: str) -> None:
    path = tmp_path / "audit.toml"
    path.write_text(f"[thresholds]\ndocument_days = {value}\n", encoding="utf-8")
    assert read_settings(path, {}).file.thresholds.document_days is not None


@pytest.mark.parametrize("name", ["示例(中国)", "示例[北京]", "int", "示例.公司"])
@pytest.mark.parametrize(
    ("value", "shown"), [("5", "5"), ('["x", 3]', "['x', 3]"), ("{ a = 1 }", "{'a': 1}")]
)
def test_an_alias_that_is_no_name_earns_one_line_that_names_it(
    tmp_path: Path, name: str, value: str, shown: str
) -> None:
    text = f'[aliases]\n"示例甲" = "Sample A"\n"{name}" = {value}\n'
    (line,) = complaint(tmp_path, text)
    assert line == (
        f'audit.toml:3: aliases.{name}: 需要: 一个加引号的名称, 或方括号中的几个名称 ["…", "…"]; 现在是 {shown}'
    )
    assert "needed: a name in quotes, or several in brackets" in complaint(tmp_path, text, "en")[0]


def test_each_wrong_key_has_a_line_of_its_own(tmp_path: Path) -> None:
    text = (
        "[thresholds]\ndocument_days = true\ndomain_days = [90, 45, 999999999]\n"
        '[aliases]\na = 1\nb = 2\n[checks.DOC602]\nseverity = "huge"\n'
    )
    lines = complaint(tmp_path, text)
    assert [line.split(": ")[1] for line in lines] == [
        "thresholds.document_days",
        "thresholds.domain_days.2",
        "checks.DOC602.severity",
        "aliases.a",
        "aliases.b",
    ]
    assert not any("constrained" in line for line in lines)


def test_a_section_that_is_no_table_is_told_so(tmp_path: Path) -> None:
    assert complaint(tmp_path, "thresholds = 5\naliases = 6\n") == [
        "audit.toml:1: thresholds: 需要: 一个表 [..]; 现在是 5",
        "audit.toml:2: aliases: 需要: 一个表 [..]; 现在是 6",
    ]
