"""audit.json: the contract to the letter, the schema beside it, the same bytes every time."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from auditor.model.result import AuditResult
from auditor.model.verdict import Reason
from auditor.report.json_v1 import SCHEMA_FILE
from auditor.report.write import write_reports
from tests.report.pasts import answer, comparison, hostile_past, lived_in
from tests.report.results import NUL, PHONE, crowd, quiet_result, sample_result

TOP = ["schema", "run", "totals", "checks", "findings", "rejected", "waivers", "stale_answers", "comparison"]
RUN = ["id", "as_of", "started_at", "finished_at", "version", "offline", "complete", "inputs"]
SHEET = ["name", "role", "header_row", "rows", "accepted", "rejected", "columns", "ignored"]
TOTALS = [
    "entities",
    "services",
    "domains",
    "persons",
    "documents",
    "orders",
    "findings",
    "unknown",
    "waived",
]
CHECK = ["id", "title", "pass", "fail", "unknown", "not_applicable", "waived"]
FINDING = [
    "fingerprint", "check", "verdict", "severity", "change", "scope", "target", "entity_number", "service_number",
    "domain", "entity_name", "message", "expected", "observed", "reason", "cells", "evidence", "basis", "remedy", "due",
    "start_by", "estimated", "waiver", "answer",
]  # fmt: skip


def written(result: AuditResult, folder: Path, lang: str = "zh") -> Any:
    (path,) = write_reports(result, folder, ["json"], lang=lang)
    return json.loads(path.read_bytes())


def schema() -> Any:
    return json.loads(resources.files("auditor.report").joinpath(SCHEMA_FILE).read_text(encoding="utf-8"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_result_fits_the_schema_that_ships_with_it(lang: str, tmp_path: Path) -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    validator = jsonschema.Draft202012Validator(schema(), format_checker=jsonschema.FormatChecker())
    for number, result in enumerate(
        (sample_result(), quiet_result(), crowd(3, 3), lived_in(), hostile_past())
    ):
        validator.validate(written(result, tmp_path / str(number), lang))


def test_a_result_that_breaks_the_contract_does_not_fit_the_schema(tmp_path: Path) -> None:
    validator = jsonschema.Draft202012Validator(schema())
    for damage in ({"verdict": "pass"}, {"reason": "because"}, {"severity": "bad"}, {"due": "soon"}):
        result = written(sample_result(), tmp_path)
        result["findings"][0].update(damage)
        assert list(validator.iter_errors(result)), damage


def test_keys_stand_in_the_order_of_the_contract(tmp_path: Path) -> None:
    result = written(sample_result(), tmp_path)
    assert list(result) == TOP
    assert list(result["run"])[: len(RUN)] == RUN
    assert list(result["run"]["inputs"][0]) == ["path", "sha256", "sheets"]
    assert list(result["run"]["inputs"][0]["sheets"][0])[: len(SHEET)] == SHEET
    assert list(result["totals"]) == TOTALS
    assert list(result["totals"]["findings"]) == ["critical", "high", "medium", "low", "info"]
    assert all(list(check)[: len(CHECK)] == CHECK for check in result["checks"])
    assert all(list(one) == FINDING for one in result["findings"])
    assert list(result["rejected"][0]) == ["path", "sheet", "row", "reason"]


def test_what_the_result_holds_stands_in_the_file(tmp_path: Path) -> None:
    result = sample_result()
    data = written(result, tmp_path)
    assert len(data["findings"]) == len(result.findings)
    assert sum(data["totals"]["findings"].values()) == len(result.failures)
    assert data["totals"]["unknown"] == len(result.unknowns) == len(Reason)
    assert {one["reason"] for one in data["findings"]} == {None, *(reason.value for reason in Reason)}
    first = next(
        one for one in data["findings"] if one["target"] == "a-shili.cn" and one["check"] == "OWN201"
    )
    assert first["expected"] == "示例科技有限公司"
    assert first["cells"] == [{"path": "台账.xlsx", "sheet": "台账", "cell": "C2"}]
    assert first["evidence"][0]["fetched_at"] == "2026-11-20T08:01:00+08:00"
    assert (first["due"], first["start_by"], first["estimated"]) == ("2026-12-07", "2026-11-01", False)
    sheet = data["run"]["inputs"][0]["sheets"][0]
    assert sheet["rows"] == sheet["accepted"] + sheet["rejected"]
    assert sheet["columns"]["A"] == "entity_number"
    assert sheet["set_aside"] == [{"row": 99, "reason": "合计行, 不是记录"}]


def test_moments_of_the_run_stand_in_beijing_time(tmp_path: Path) -> None:
    run = written(sample_result(), tmp_path)["run"]
    assert run["started_at"] == "2026-11-23T08:00:01+08:00"
    assert run["finished_at"] == "2026-11-23T08:00:02+08:00"


def test_messages_follow_the_language_and_values_stay(tmp_path: Path) -> None:
    zh, en = (written(sample_result(), tmp_path / lang, lang) for lang in ("zh", "en"))
    assert zh["checks"][0]["title"] == "备案号书写规范"
    assert en["checks"][0]["title"] == "The record number is written canonically"
    assert [one["fingerprint"] for one in zh["findings"]] == [one["fingerprint"] for one in en["findings"]]


def test_hidden_characters_stay_in_the_data_and_half_characters_do_not_break_it(tmp_path: Path) -> None:
    data = written(sample_result(), tmp_path)
    assert any(one["expected"] == NUL for one in data["findings"])
    assert any("⟦U+D800⟧" in (one["expected"] or "") for one in data["findings"])


def test_a_waived_finding_stays_in_the_list_and_leaves_the_totals(tmp_path: Path) -> None:
    result = lived_in()
    data = written(result, tmp_path)
    assert len(data["findings"]) == len(result.findings)
    waived = [one for one in data["findings"] if one["waiver"]]
    assert [one["verdict"] for one in waived] == ["fail", "unknown"]
    assert waived[0]["waiver"] == {
        "id": f"{1:016x}",
        "by": "王示例",
        "approver": "李示例",
        "until": "2026-12-31",
        "reason": "迁移期间保留旧域名, 月底前注销",
    }
    assert data["totals"]["waived"] == sum(one["waived"] for one in data["checks"]) == 2
    assert sum(data["totals"]["findings"].values()) == len(result.failures)
    assert data["totals"]["unknown"] == len(result.unknowns)
    for check in data["checks"]:
        for verdict in ("fail", "unknown"):
            listed = [
                one
                for one in data["findings"]
                if (one["check"], one["verdict"], one["waiver"]) == (check["id"], verdict, None)
            ]
            assert check[verdict] == len(listed), check["id"]


def test_answers_stand_with_their_findings_days_as_days_and_words_as_words(tmp_path: Path) -> None:
    told = [one["answer"] for one in written(lived_in(), tmp_path)["findings"] if one["answer"]]
    assert {
        "owner": "赵示例",
        "planned": "2026-12-01",
        "status": "doing",
        "reason": None,
        "until": None,
    } in told
    assert {
        "owner": "赵示例",
        "planned": "下周五前",
        "status": "等法务",
        "reason": None,
        "until": "长期",
    } in told


def test_every_waiver_and_every_answer_left_over_is_told(tmp_path: Path) -> None:
    data = written(lived_in(), tmp_path, "en")
    assert [(one["state"], len(one["findings"]), one["why"]) for one in data["waivers"]] == [
        ("active", 1, None),
        ("soon", 1, None),
        ("lapsed", 1, None),
        ("refused", 0, "its term is longer than the 180 days that the policy allows"),
        ("active", 0, None),
    ]
    assert data["waivers"][0]["made_at"] == "2026-10-01T09:00:00+08:00"
    gone, half = data["stale_answers"]
    assert gone["answer"]["reason"] == "已与法务确认\n下次复核"
    assert (gone["path"], gone["sheet"], gone["row"]) == ("上次.xlsx", "待办", 4)
    assert (gone["carried"], half["carried"]) == (False, True)
    assert half["why"] == "“Accept until” is no date: someday"


def test_what_changed_since_the_run_before_is_told_and_null_where_nobody_looked(tmp_path: Path) -> None:
    assert written(sample_result(), tmp_path)["comparison"] is None
    told = written(lived_in(), tmp_path)["comparison"]
    assert (told["since"], told["since_as_of"]) == ("20261116T080000-ffff", "2026-11-16")
    assert told["counts"] == {"new": 3, "worse": 1, "better": 0, "persisting": 20, "lapsed": 0, "resolved": 1}
    assert [one["target"] for one in told["resolved"] + told["not_judged"]] == ["gone1.cn", "gone2.cn"]
    assert told["domains"] == {"arrived": ["new-shili.cn"], "gone": ["old-shili.cn", "示例.中国"]}
    assert told["world"][1] == {
        "kind": "nameservers",
        "target": "b-shili.cn",
        "before": None,
        "after": "ns1.example.net",
    }
    assert [(one["run"], one["findings"]["high"]) for one in told["trend"]] == [
        ("20261116T080000-ffff", 4),
        (None, 5),
    ]
    first = replace(
        lived_in(), comparison=comparison(since=None, counts=None, since_at=None, since_as_of=None)
    )
    told = written(first, tmp_path)["comparison"]
    assert (told["since"], told["since_at"], set(told["counts"].values())) == (None, None, {0})


def test_only_the_run_itself_tells_two_runs_of_one_input_apart(tmp_path: Path) -> None:
    one, other = lived_in(), lived_in()
    assert other.comparison is not None
    trend = (other.comparison.trend[0], replace(other.comparison.trend[1], run="another"))
    other = replace(
        other,
        run=replace(other.run, id="another", finished_at=other.run.started_at),
        comparison=replace(other.comparison, trend=trend),
    )
    first, second = written(one, tmp_path / "1"), written(other, tmp_path / "2")
    assert first != second
    for data in (first, second):
        for key in ("id", "started_at", "finished_at"):
            del data["run"][key]
    assert first == second


def test_what_people_typed_is_masked_unless_asked_for(tmp_path: Path) -> None:
    result = lived_in()
    typed = answer(result.findings[0].fingerprint, owner=f"王示例 {PHONE}", until=f"问 {PHONE}")
    result = replace(result, findings=(replace(result.findings[0], answer=typed), *result.findings[1:]))
    (path,) = write_reports(result, tmp_path, ["json"])
    assert PHONE not in path.read_text(encoding="utf-8")
    (path,) = write_reports(result, tmp_path, ["json"], show_pii=True)
    assert json.loads(path.read_bytes())["findings"][0]["answer"]["owner"] == f"王示例 {PHONE}"


def test_the_same_result_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = (
        write_reports(sample_result(), tmp_path / str(n), ["json"])[0].read_bytes() for n in (1, 2)
    )
    assert first == second
    assert first.endswith(b"}\n")
    assert b"\r" not in first
