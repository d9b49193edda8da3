"""Paths, folders and patterns become a list of inputs that is the same on every machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rawbooks import told

from auditor.errors import InputError
from auditor.intake.inputs import find_inputs, survey_inputs

if TYPE_CHECKING:
    from pathlib import Path


def touch(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)


def shown(*arguments: object) -> list[str]:
    return [source.display for source in find_inputs([str(argument) for argument in arguments])]


def test_a_file_is_called_by_its_name(tmp_path: Path) -> None:
    touch(tmp_path, "集团/台账.xlsx", "说明.pdf")
    assert shown(tmp_path / "集团" / "台账.xlsx", tmp_path / "说明.pdf") == ["台账.xlsx", "说明.pdf"]


def test_a_folder_gives_its_tables_sorted_and_tells_what_it_leaves_out(tmp_path: Path) -> None:
    touch(
        tmp_path / "台账",
        "b.xlsx",
        "a.csv",
        "~$b.xlsx",
        ".hidden.csv",
        "读我.pdf",
        "子/c.XLS",
        "子/d.et",
        ".git/e.csv",
    )
    inputs = survey_inputs([str(tmp_path / "台账")])
    assert [source.display for source in inputs.files] == [
        "台账/a.csv",
        "台账/b.xlsx",
        "台账/子/c.XLS",
        "台账/子/d.et",
    ]
    assert all(name in told(inputs.notes) for name in ("~$b.xlsx", ".hidden.csv", "读我.pdf"))


def test_a_pattern_gives_its_matches_sorted(tmp_path: Path) -> None:
    touch(tmp_path, "2.csv", "1.csv", "10.csv", "x/3.csv", "~$1.csv")
    assert shown(tmp_path / "*.csv") == ["1.csv", "10.csv", "2.csv"]
    assert shown(tmp_path / "**" / "*.csv") == ["1.csv", "10.csv", "2.csv", "3.csv"]


def test_a_name_with_brackets_is_a_file_before_it_is_a_pattern(tmp_path: Path) -> None:
    touch(tmp_path, "台账[1].csv")
    assert shown(tmp_path / "台账[1].csv") == ["台账[1].csv"]


def test_a_file_named_twice_is_read_once_and_told(tmp_path: Path) -> None:
    touch(tmp_path, "d/a.csv")
    (tmp_path / "链接.csv").symlink_to(tmp_path / "d" / "a.csv")
    inputs = survey_inputs([str(tmp_path / "d" / "a.csv"), str(tmp_path / "d"), str(tmp_path / "链接.csv")])
    assert [source.display for source in inputs.files] == ["a.csv"]
    assert len(inputs.notes) == 2


def test_equal_names_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    touch(tmp_path, "北京/台账.csv", "上海/台账.csv", "旧/上海/台账.csv", "单独.csv")
    assert shown(*(tmp_path / name for name in ("北京/台账.csv", "上海/台账.csv", "单独.csv"))) == [
        "北京/台账.csv", "上海/台账.csv", "单独.csv",
    ]  # fmt: skip
    assert shown(tmp_path / "上海", tmp_path / "旧" / "上海") == [
        f"{tmp_path.name}/上海/台账.csv", "旧/上海/台账.csv",
    ]  # fmt: skip


@pytest.mark.parametrize("argument", ["没有.xlsx", "没有/*.csv", "空", "a\x00b", "[", "x" * 5000])
def test_an_argument_that_matches_nothing_is_refused(tmp_path: Path, argument: str) -> None:
    (tmp_path / "空").mkdir()
    with pytest.raises(InputError) as caught:
        find_inputs([str(tmp_path / argument)])
    assert caught.value.hint_zh
    assert caught.value.en


def test_no_argument_gives_no_input() -> None:
    assert find_inputs([]) == ()
