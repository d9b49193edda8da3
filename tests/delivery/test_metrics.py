"""The metrics file, read back by a strict reader of Prometheus' text form."""

from __future__ import annotations

import json
import re
import stat
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.delivery.metrics import AuditNumbers, RunNumbers, metrics_text, read_numbers, write_metrics

START = datetime(2026, 11, 23, 7, 0, 0, 250_000, tzinfo=ZoneInfo("Asia/Shanghai"))
AUDIT = AuditNumbers(
    complete=False,
    verdicts={("OWN", "pass"): 3, ("OWN", "fail"): 1, ("OWN", "unknown"): 7, ("DOM", "pass"): 0},
    findings={"critical": 1, "high": 0},
    unknown=7,
    waived=2,
    rejected_rows=1,
)
GOOD = RunNumbers("周报", good=True, last_run=START, duration_s=1.5, exit_status=1, last_success=START, next_run=START + timedelta(days=7), audit=AUDIT)  # fmt: skip

_SAMPLE = re.compile(r'([a-zA-Z_:][a-zA-Z0-9_:]*)\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\n"])*",?)*)\} (\S+)')
_LABEL = re.compile(r'([a-zA-Z_]\w*)="((?:[^"\\\n]|\\[\\n"])*)"(?:,|$)')
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def parse(text: str) -> Samples:
    """Every sample; fails for a line out of place, a metric without HELP and TYPE before it, or one told twice."""
    assert text.endswith("\n")
    samples: Samples = {}
    helped, typed = "", ""
    finished: set[str] = set()
    for line in text[:-1].split("\n"):
        if line.startswith("# HELP "):
            helped = line.split(" ", 3)[2]
            assert helped not in finished
            finished.add(helped)
        elif line.startswith("# TYPE "):
            assert line == f"# TYPE {helped} gauge"
            typed = helped
        else:
            found = _SAMPLE.fullmatch(line)
            assert found, line
            assert found.group(1) == typed == helped
            labels = {
                name: re.sub(r"\\(.)", lambda one: "\n" if one.group(1) == "n" else one.group(1), value)
                for name, value in _LABEL.findall(found.group(2))
            }
            key = (typed, frozenset(labels.items()))
            assert key not in samples
            samples[key] = float(found.group(3))
    return samples


def value(samples: Samples, name: str, **labels: str) -> float | None:
    return samples.get((name, frozenset({"schedule": "周报", **labels}.items())))


def test_an_audit_is_told_in_three_values() -> None:
    samples = parse(metrics_text(GOOD))
    assert value(samples, "audit_verdicts", check_family="OWN", verdict="pass") == 3
    assert value(samples, "audit_verdicts", check_family="OWN", verdict="fail") == 1
    assert value(samples, "audit_verdicts", check_family="OWN", verdict="unknown") == 7
    assert value(samples, "audit_findings", severity="critical") == 1
    assert value(samples, "audit_run_complete") == 0
    assert value(samples, "audit_run_exit_status") == 1
    assert value(samples, "audit_last_run_timestamp_seconds") == START.timestamp()
    assert value(samples, "audit_next_run_timestamp_seconds") == (START + timedelta(days=7)).timestamp()
    assert value(samples, "audit_rejected_rows") == 1


def test_a_failed_run_leaves_verdicts_out_instead_of_telling_zeros() -> None:
    failed = replace(GOOD, good=False, exit_status=None, audit=None, last_success=None)
    samples = parse(metrics_text(failed))
    names = {name for name, _labels in samples}
    assert not names & {"audit_verdicts", "audit_findings", "audit_run_complete", "audit_unknown"}
    assert not names & {"audit_run_exit_status", "audit_last_success_timestamp_seconds"}
    assert value(samples, "audit_run_success") == 0


@settings(deadline=None, max_examples=60)
@given(st.text())
def test_any_name_survives_as_a_label(name: str) -> None:
    samples = parse(metrics_text(replace(GOOD, schedule=name)))
    assert ("audit_run_success", frozenset({("schedule", name)})) in samples


def audit_json(path: Path, started: str = "2026-11-23T07:00:00+08:00", **changes: object) -> Path:
    content: dict[str, object] = {
        "schema": "filing-audit/1",
        "run": {"started_at": started, "complete": True},
        "checks": [
            {"id": "OWN201", "pass": 1, "fail": 2, "unknown": 3, "not_applicable": 9, "waived": 0},
            {"id": "OWN202", "pass": 10, "fail": 20, "unknown": 30, "not_applicable": 9, "waived": 1},
        ],
        "totals": {"findings": {"critical": 22}, "unknown": 33, "waived": 1},
        "findings": [],
        "rejected": [{}, {}],
    }
    path.write_text(json.dumps({**content, **changes}), encoding="utf-8")
    return path


def test_the_numbers_of_an_audit_are_added_up_by_family(tmp_path: Path) -> None:
    numbers = read_numbers(audit_json(tmp_path / "audit.json"), START)
    assert numbers is not None
    assert numbers.verdicts == {("OWN", "pass"): 11, ("OWN", "fail"): 22, ("OWN", "unknown"): 33}
    assert (numbers.unknown, numbers.waived, numbers.rejected_rows) == (33, 1, 2)


def test_the_audit_of_an_earlier_run_is_not_taken_for_this_one(tmp_path: Path) -> None:
    assert read_numbers(audit_json(tmp_path / "audit.json", "2026-11-23T06:59:59+08:00"), START) is None


@pytest.mark.parametrize("change", [{"schema": "other"}, {"run": {}}, {"checks": [{}]}, {"totals": None}])
def test_an_audit_that_cannot_be_understood_tells_nothing(tmp_path: Path, change: dict[str, object]) -> None:
    assert read_numbers(audit_json(tmp_path / "audit.json", **change), START) is None


def test_a_missing_or_torn_audit_tells_nothing(tmp_path: Path) -> None:
    assert read_numbers(tmp_path / "audit.json", START) is None
    (tmp_path / "audit.json").write_text('{"schema": "filing-au')
    assert read_numbers(tmp_path / "audit.json", START) is None


def test_the_file_is_replaced_as_a_whole_and_readable_by_the_collector(tmp_path: Path) -> None:
    path = tmp_path / "textfile" / "audit.prom"
    write_metrics(path, GOOD)
    write_metrics(path, replace(GOOD, exit_status=0))
    assert value(parse(path.read_text(encoding="utf-8")), "audit_run_exit_status") == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert [one.name for one in path.parent.iterdir()] == ["audit.prom"]


def test_a_device_is_never_replaced_by_a_file(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="not a regular file"):
        write_metrics(tmp_path / "folder", GOOD)
