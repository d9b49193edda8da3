"""The sample: made anew it is the same, the audit finds what was planted and nothing else, and no number leaks."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from auditor.checks.catalogue import CATALOGUE
from auditor.model.verdict import Reason

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "sample_data"
BOOKS = ("portfolio.xlsx", "subsidiaries.xlsx", "branch.csv")

# What fails, and nothing else: check → targets.
FAILS: dict[str, set[str]] = {
    "REC101": {"branch!10"},
    "REC102": {
        "网站备案!25",
        "网站备案!26",
        "网站备案!28",
        "网站备案!29",
        "网站备案!30",
        "网站备案!31",
        "网站备案!32",
        "网站备案!8",
        "证件材料!10",
        "证件材料!8",
        "证件材料!9",
    },
    "REC103": {"浙ICP备2021990404号-2"},
    "REC104": {"琼ICP备2021990012号"},
    "REC105": {"黔ICP备2020990011号"},
    "REC106": {"zhanhui-shili.cn"},
    "REC107": {"网站备案!46"},
    "REC108": {"网站备案!17"},
    "REC109": {"琼ICP备2021990012号"},
    "REC110": {"苏ICP备2022990008号"},
    "REC111": {"豫ICP备2018990009号"},
    "REC112": {"湘ICP备2020990006号-3"},
    "REC113": {"京ICP备2020990001号-2"},
    "REC114": {"京ICP备2020990001号-6", "黔ICP备2020990011号-4"},
    "REC115": {"蜀ICP备18990010号", "蜀ICP备2022990003号"},
    "OWN201": {"dingpiao-shili.cn", "heshili-photo.vip"},
    "OWN202": {"gudong-shili.cn", "xiangjiang-shili.com"},
    "OWN203": {"huiyuan-shili.cn"},
    "OWN204": {"zhaopin-shili.cn"},
    "OWN205": {"kaifang-shili.cn"},
    "OWN206": {"sucai-shili.cn", "xinwen-shili.com.cn"},
    "DOM301": {"maoyi-shili.cn"},
    "DOM302": {"neibu-shili.cn", "shangcheng-shili.com.cn", "wendang-shili.cn"},
    "DOM303": {"duanxun-shili.cn"},
    "DOM304": {"yuedu-shili.cn"},
    "DOM305": {"zhuke-shili.app"},
    "DOM306": {"erp-shili.com"},
    "DOM307": {"maoyi-shili.cn"},
    "DOM308": {"网站备案!7", "网站备案!9"},
    "DOM309": {"shilishi-fuwu.com"},
    "SYN401": {"京ICP备2020990001号", "沪ICP备2023990005号", "湘ICP备2020990006号", "黔ICP备2020990011号"},
    "SYN402": {"浙ICP备2019990004号", "黔ICP备2020990011号"},
    "SYN403": {"粤ICP备2021990002号-6"},
    "SYN404": {"浙ICP备2019990004号"},
    "SYN405": {"京ICP备2020990001号-2"},
    "SYN406": {"京ICP备2020990001号", "粤ICP备2021990002号"},
    "PER501": {"苏ICP备2022990008号-2/administrator", "豫ICP备2018990009号/leader"},
    "PER502": {"滇ICP备2021990013号/leader"},
    "PER503": {"鲁ICP备2021990007号-2/administrator"},
    "PER504": {
        "沪ICP备2023990005号-1/administrator",
        "沪ICP备2023990005号-2/administrator",
        "沪ICP备2023990005号/leader",
    },
    "PER505": {"湘ICP备2020990006号-5/administrator", "琼ICP备2021990012号/leader"},
    "PER506": {"琼ICP备2021990012号/leader", "黔ICP备2020990011号/leader"},
    "PER507": {"京ICP备2020990001号-9/administrator", "京ICP备2020990001号/leader"},
    "PER508": {"浙ICP备2019990004号/leader"},
    "PER509": {
        "滇ICP备2021990013号-1/administrator",
        "滇ICP备2021990013号/administrator",
        "黔ICP备2020990011号/leader",
    },
    "DOC601": {"证件材料!39", "证件材料!8"},
    "DOC602": {"网站备案!18", "证件材料!17", "证件材料!43"},
    "DOC603": {"证件材料!17", "证件材料!43"},
    "DOC604": {"沪ICP备2023990005号", "滇ICP备2021990013号", "豫ICP备2018990009号"},
    "DOC605": {"蜀ICP备2022990003号/leader"},
    "DOC606": {"网站备案!33"},
    "DOC607": {"证件材料!37"},
    "DOC608": {"证件材料!7"},
    "DOC609": {"证件材料!19", "证件材料!38"},
    "DOC610": {"证件材料!43"},
    "CHG701": {"BA20261012001"},
    "CHG702": {"计划-3"},
    "CHG703": {"BA20261120005"},
    "CHG704": {"计划-1"},
    "CHG705": {"BA20261117003"},
    "CHG706": {"计划-4"},
    "CHG707": {"BA20261102002", "BA20261117003"},
    "CHG708": {"BA20260928004"},
    "ACC801": {"yuedu-shili.cn"},
    "ACC802": {"guancang-shili.cn", "kuajing-shili.top", "xinghe-shili.net"},
    "ACC803": {"chuanmei-shili.cn"},
    "ACC804": {"sucai-shili.cn"},
    "WEB901": {"zhaopin-shili.cn"},
    "WEB902": {"gudong-shili.cn", "kefu-shili.cn", "zheli-shili.com"},
    "WEB903": {"wendang-shili.cn", "xinwen-shili.com.cn"},
    "WEB904": {"sucai-shili.cn"},
    "WEB905": {"guancang-shili.cn"},
    "MIT951": {"dingpiao-shili.cn", "duanxun-shili.cn"},
    "MIT952": {"zhibo-shili.cn"},
    "MIT953": {"guancang-shili.cn"},
    "MIT954": {"cangchu-shili.cn", "zheli-shili.com"},
    "MIT955": {"wendang-shili.cn"},
}


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], Path]:
    """The demo's own command, in a process of its own."""
    out = tmp_path_factory.mktemp("sample") / "report"
    done = subprocess.run(
        [
            sys.executable, "-m", "auditor", "run", *(str(SAMPLE / name) for name in BOOKS),
            "--config", str(SAMPLE / "audit.toml"), "--evidence", str(SAMPLE / "evidence.jsonl"),
            "--offline", "--as-of", "2026-11-23", "--format", "html,xlsx,json,csv", "--out", str(out),
        ],
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    return done, out


@pytest.fixture(scope="module")
def result(audited: tuple[subprocess.CompletedProcess[str], Path]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((audited[1] / "audit.json").read_text(encoding="utf-8"))
    return found


def cells(path: Path) -> dict[str, object]:
    """All that a reader of a workbook sees: values, merged areas, hidden rows."""
    book = load_workbook(path)
    found: dict[str, object] = {}
    for sheet in book.worksheets:
        found[f"{sheet.title}: merged"] = sorted(str(area) for area in sheet.merged_cells.ranges)
        found[f"{sheet.title}: hidden"] = sorted(
            row for row, one in sheet.row_dimensions.items() if one.hidden
        )
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    found[f"{sheet.title}!{cell.coordinate}"] = cell.value
    return found


def test_made_anew_the_sample_is_the_same(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(SAMPLE / "make.py"), str(tmp_path)], check=True)
    made = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file())
    assert len(made) == 6
    for name in made:
        if name.suffix == ".xlsx":
            # The bytes of a workbook may change with the version of the library that writes it.
            assert cells(tmp_path / name) == cells(SAMPLE / name)
        else:
            assert (tmp_path / name).read_bytes() == (SAMPLE / name).read_bytes(), name


def test_the_audit_ends_with_status_1_and_names_its_reports(
    audited: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    done, out = audited
    assert done.returncode == 1, done.stderr
    assert sorted(path.name for path in out.iterdir()) == [
        "audit.json",
        "findings.csv",
        "report.html",
        "report.xlsx",
    ]
    assert "report.html" in done.stdout


def test_what_was_planted_is_found_and_nothing_else(result: dict[str, Any]) -> None:
    failed: dict[str, set[str]] = {}
    for one in result["findings"]:
        if one["verdict"] == "fail":
            failed.setdefault(one["check"], set()).add(one["target"])
    assert failed == FAILS


def test_every_check_of_the_catalogue_has_something_to_say(result: dict[str, Any]) -> None:
    told = {one["check"] for one in result["findings"]}
    assert told == {check.id for check in CATALOGUE}
    assert {check.id for check in CATALOGUE} - FAILS.keys() == {"PER510"}


def test_every_reason_but_a_crash_stands_in_the_sample(result: dict[str, Any]) -> None:
    reasons = {one["reason"] for one in result["findings"] if one["reason"]}
    assert reasons == {str(reason) for reason in Reason} - {"crashed"}


def test_most_verdicts_are_passes(result: dict[str, Any]) -> None:
    counts = [(one["pass"], one["fail"] + one["unknown"]) for one in result["checks"]]
    assert sum(passed for passed, _rest in counts) > 5 * sum(rest for _passed, rest in counts)


def test_every_row_is_accounted_for(result: dict[str, Any]) -> None:
    sheets = [sheet for book in result["run"]["inputs"] for sheet in book["sheets"]]
    assert all(sheet["rows"] == sheet["accepted"] + sheet["rejected"] for sheet in sheets)
    assert [(one["path"], one["sheet"]) for one in result["rejected"]] == [("portfolio.xlsx", "网站备案")]
    assert sum(sheet["rejected"] for sheet in sheets) == 1
    assert [sheet["name"] for sheet in sheets if sheet["role"] == "unknown"] == ["值班表"]
    assert "备注2" in sheets[0]["ignored"]


def test_the_report_holds_the_plan_and_findings_have_its_dates(
    audited: tuple[subprocess.CompletedProcess[str], Path], result: dict[str, Any]
) -> None:
    done, out = audited
    book = load_workbook(out / "report.xlsx")
    head, *rows = book["变更计划"].iter_rows(values_only=True)
    late = [row for row in rows if row[head.index("能否按期")]]
    assert [row[head.index("办理事项")] for row in late] == ["在注册商处续费 (已过期的赎回): maoyi-shili.cn"]
    assert "来不及按期完成的工作：1 项" in done.stdout
    assert 'id="plan"' in (out / "report.html").read_text(encoding="utf-8")
    failed = [one for one in result["findings"] if one["verdict"] == "fail" and one["start_by"]]
    assert failed
    assert all(one["start_by"] <= one["due"] for one in failed)
    # A day that a fact sets is never moved.
    expired = next(one for one in failed if one["check"] == "DOM301")
    assert (expired["target"], expired["due"]) == ("maoyi-shili.cn", "2026-11-23")


def book_texts() -> Iterator[str]:
    """Every cell of the books as text."""
    for name in BOOKS:
        if name.endswith(".csv"):
            for row in csv.reader((SAMPLE / name).read_text(encoding="gb18030").splitlines()):
                yield from row
        else:
            yield from (str(value) for value in cells(SAMPLE / name).values())


def output_texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Every report as text, each part of the workbook apart."""
    for path in sorted(folder.iterdir()):
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as package:
                for part in package.namelist():
                    yield f"{path.name}/{part}", package.read(part).decode("utf-8", errors="replace")
        else:
            yield path.name, path.read_text(encoding="utf-8-sig")


def test_no_id_number_and_no_phone_is_shown_unmasked(
    audited: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    done, out = audited
    texts = " ".join(book_texts())
    numbers = set(re.findall(r"(?<!\w)\d{15}(?:\d{2}[\dX])?(?!\w)", texts))
    phones = set(re.findall(r"(?<!\w)(?:1380013\d{3,4}|010-5550\d{4})(?!\w)", texts))
    assert len(numbers) > 20
    assert len(phones) > 40
    # Area and birth date together are enough to know somebody by; a rounded number still holds them.
    secrets = {*numbers, *(number[:14] for number in numbers), *phones, "1.1010119850708"}
    for name, text in [*output_texts(out), ("terminal", done.stdout + done.stderr)]:
        assert not [secret for secret in sorted(secrets) if secret in text], name
