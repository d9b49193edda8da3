"""audit.json: the contract to the letter, the schema beside it, the same bytes every time."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from auditor.model.result import AuditResult
from auditor.model.verdict import Reason
from auditor.report.json_v1 import SCHEMA_FILE
from auditor.report.write import write_reports
from tests.report.results import NUL, crowd, quiet_result, sample_result

TOP = ["schema", "run", "totals", "checks", "findings", "rejected"]
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
    "start_by", "estimated",
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
    for number, result in enumerate((sample_result(), quiet_result(), crowd(3, 3))):
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


def test_the_same_result_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = (
        write_reports(sample_result(), tmp_path / str(n), ["json"])[0].read_bytes() for n in (1, 2)
    )
    assert first == second
    assert first.endswith(b"}\n")
    assert b"\r" not in first
