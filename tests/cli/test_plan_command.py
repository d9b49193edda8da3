"""`audit plan` as people and schedulers use it: words in, exit status, files and a queue out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from auditor.cli.main import main
from tests.builders import credit_code, id_number

HEADERS = ("域名", "网站备案号", "主办单位名称", "单位性质", "统一社会信用代码", "主体负责人", "主体负责人手机号", "网站负责人", "网站负责人身份证号", "网站负责人手机号", "网站负责人身份证有效期", "域名到期时间")  # fmt: skip
OWNER = "北京示例测试有限公司"


def row(number: int = 1, phone: str = "13800138002", card: str = "2040-01-01", expiry: str = "2029-01-01") -> tuple[object, ...]:  # fmt: skip
    return (
        f"shili-{number}.cn", f"京ICP备20260001号-{number}", OWNER, "企业", credit_code(1), "甲某某", "13800138001",
        "乙某某", id_number(2), phone, card, expiry,
    )  # fmt: skip


def write_book(path: Path, *rows: Sequence[object]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "备案台账"
    sheet.append(list(HEADERS))
    for one in rows:
        sheet.append(list(one))
    book.save(path)
    return path


def audit(*words: object) -> int:
    with pytest.raises(SystemExit) as end:
        main([str(word) for word in words])
    assert isinstance(end.value.code, int)
    return end.value.code


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("AUDIT_LANG", raising=False)
    monkeypatch.delenv("AUDIT_CONFIG", raising=False)
    return tmp_path


def plan(here: Path, *words: object, rows: Sequence[Sequence[object]] = (row(),)) -> int:
    book = write_book(here / "book.xlsx", *rows)
    return audit("plan", book, "--offline", "--as-of", "2026-11-23", *words)


def written(here: Path) -> dict[str, object]:
    loaded: dict[str, object] = json.loads((here / "audit-plan" / "plan.json").read_text(encoding="utf-8"))
    return loaded


def test_work_that_is_all_in_time_ends_with_3_where_the_audit_is_incomplete(here: Path) -> None:
    assert plan(here, rows=[row(phone="1380013")]) == 3
    data = written(here)
    assert data["late_first"] == []
    kinds = [one["kind"] for queue in data["queues"] for one in queue["orders"]]  # type: ignore[attr-defined]
    assert "service" in kinds


def test_what_cannot_be_done_in_time_ends_with_1_and_is_said_first(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert plan(here, rows=[row(card="2026-12-10")]) == 1
    told = capsys.readouterr().out
    assert "来不及的 (先看)" in told
    assert told.index("来不及的 (先看)") < told.index("各主体的队列")
    assert "最迟" in told
    assert written(here)["late_first"]


def test_all_outputs_are_written_and_each_order_has_its_packet(here: Path) -> None:
    plan(here, "--quiet", rows=[row(phone="1380013")])
    assert (here / "audit-plan" / "plan.ics").read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
    queues = written(here)["queues"]
    orders = {one["id"] for queue in queues for one in queue["orders"] if one["kind"] != "preparation"}  # type: ignore[attr-defined]
    assert {path.stem for path in (here / "audit-plan" / "packets").iterdir()} == orders


def test_only_the_formats_asked_for_are_written(here: Path) -> None:
    plan(here, "--quiet", "--format", "ics", "--out", here / "elsewhere")
    assert [path.name for path in (here / "elsewhere").iterdir()] == ["plan.ics"]


def test_quiet_prints_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan(here, "--quiet")
    assert capsys.readouterr().out == ""


def test_english_is_spoken_when_asked(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan(here, "--lang", "en", rows=[row(phone="1380013")])
    told = capsys.readouterr().out
    assert "Queues by entity" in told
    assert "start by" in told


def test_numbers_of_people_are_masked_unless_asked_for(here: Path) -> None:
    def everything() -> str:
        return "".join(
            path.read_text(encoding="utf-8") for path in sorted((here / "audit-plan").rglob("*.*"))
        )

    plan(here, "--quiet", rows=[row(phone="1380013")])
    assert id_number(2) not in everything()
    plan(here, "--quiet", "--show-pii", rows=[row(phone="1380013")])
    assert id_number(2) in everything()


def test_lead_times_of_the_office_count(here: Path) -> None:
    from auditor.rules.files import RuleFile

    text = RuleFile.packaged("lead_times.csv").text.replace(
        "bureau,working_days,1,20,", "bureau,working_days,1,7,"
    )
    (here / "own.csv").write_text(text, encoding="utf-8")
    (here / "audit.toml").write_text('[rules]\nlead_times = "own.csv"\n', encoding="utf-8")
    assert plan(here, "--quiet", rows=[row(card="2026-12-30")]) != 1
    (here / "audit.toml").unlink()
    assert plan(here, "--quiet", rows=[row(card="2026-12-30")]) == 1


@pytest.mark.parametrize("words", [["plan"], ["plan", "nothing.xlsx"], ["plan", "book.xlsx", "--format", "pdf"], ["plan", "book.xlsx", "--format", ","]])  # fmt: skip
def test_a_wrong_command_line_ends_with_2_and_writes_nothing(
    here: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    write_book(here / "book.xlsx", row())
    assert audit(*words) == 2
    assert "Traceback" not in capsys.readouterr().err
    assert not (here / "audit-plan").exists()


def test_bad_lead_times_name_file_and_line(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "own.csv").write_text("key,unit\n", encoding="utf-8")
    (here / "audit.toml").write_text('[rules]\nlead_times = "own.csv"\n', encoding="utf-8")
    assert plan(here) == 2
    assert "own.csv:1" in capsys.readouterr().err
