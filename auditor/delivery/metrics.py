"""The numbers of a scheduled run in Prometheus' text form, for a collector that reads files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from auditor.delivery.schedule_files import EVERYONE, read_json, write_whole

_SCHEMA = "filing-audit/1"
_VERDICTS = ("pass", "fail", "unknown")
Labels = Mapping[str, str]


@dataclass(frozen=True)
class AuditNumbers:
    """What an audit counted. verdicts: (family, pass|fail|unknown) → count; findings: severity → count of failures."""

    complete: bool
    verdicts: Mapping[tuple[str, str], int] = field(default_factory=dict)
    findings: Mapping[str, int] = field(default_factory=dict)
    unknown: int = 0
    waived: int = 0
    rejected_rows: int = 0


@dataclass(frozen=True)
class RunNumbers:
    """What the schedule knows. good: it ended in an audit; audit: None where nothing is known of one."""

    schedule: str
    good: bool
    last_run: datetime
    duration_s: float
    exit_status: int | None
    last_success: datetime | None = None
    next_run: datetime | None = None
    missed: int = 0
    audit: AuditNumbers | None = None


def read_numbers(path: Path, not_before: datetime) -> AuditNumbers | None:
    """The numbers of an audit.json; None where there is none, it cannot be read, or it is of an earlier run."""
    try:
        content = read_json(path)
        if content.get("schema") != _SCHEMA:
            return None
        if datetime.fromisoformat(content["run"]["started_at"]) < not_before.replace(microsecond=0):
            return None
        return _numbers(content)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _numbers(content: Mapping[str, Any]) -> AuditNumbers:
    verdicts: dict[tuple[str, str], int] = {}
    for check in content["checks"]:
        family = str(check["id"]).rstrip("0123456789")
        for verdict in _VERDICTS:
            verdicts[family, verdict] = verdicts.get((family, verdict), 0) + int(check[verdict])
    totals = content["totals"]
    return AuditNumbers(
        complete=bool(content["run"]["complete"]),
        verdicts=verdicts,
        findings={str(severity): int(count) for severity, count in totals["findings"].items()},
        unknown=int(totals["unknown"]),
        waived=int(totals["waived"]),
        rejected_rows=len(content["rejected"]),
    )


def write_metrics(path: Path, numbers: RunNumbers) -> None:
    """Write the file whole or not at all, readable by the collector's user. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, metrics_text(numbers).encode(), EVERYONE)


def metrics_text(run: RunNumbers) -> str:
    """The text form, version 0.0.4. What is not known is left out: an absent number is never read as a zero."""
    own = {"schedule": run.schedule}
    lines: list[str] = []

    def gauge(name: str, explained: str, samples: Iterable[tuple[Labels, float | None]]) -> None:
        known = [(labels, value) for labels, value in samples if value is not None]
        if known:
            lines.append(f"# HELP {name} {_help(explained)}")
            lines.append(f"# TYPE {name} gauge")
            lines.extend(f"{name}{_labels({**own, **labels})} {_number(value)}" for labels, value in known)

    gauge("audit_last_run_timestamp_seconds", "When the last run started.", [({}, run.last_run.timestamp())])
    gauge("audit_run_duration_seconds", "How long the last run took.", [({}, run.duration_s)])
    gauge(
        "audit_run_exit_status",
        "Exit status of the last run: 0 clean, 1 findings, 2 could not audit, 3 incomplete; absent when it was killed.",
        [({}, run.exit_status)],
    )
    gauge("audit_run_success", "1 when the last run ended in an audit.", [({}, int(run.good))])
    gauge(
        "audit_last_success_timestamp_seconds",
        "When the last run started that ended in an audit.",
        [({}, run.last_success.timestamp() if run.last_success else None)],
    )
    gauge(
        "audit_next_run_timestamp_seconds",
        "When the next run is due.",
        [({}, run.next_run.timestamp() if run.next_run else None)],
    )
    gauge("audit_missed_runs", "Runs that did not happen between the last two that did.", [({}, run.missed)])
    audit = run.audit
    if audit is not None:
        gauge(
            "audit_run_complete",
            "1 when no row was rejected and no look-up failed.",
            [({}, int(audit.complete))],
        )
        gauge(
            "audit_verdicts",
            "Verdicts by family of checks; waived ones are not among them.",
            [
                ({"check_family": family, "verdict": verdict}, count)
                for (family, verdict), count in sorted(audit.verdicts.items())
            ],
        )
        gauge(
            "audit_findings",
            "Failures by severity.",
            [({"severity": severity}, count) for severity, count in sorted(audit.findings.items())],
        )
        gauge("audit_unknown", "Verdicts that could not be reached.", [({}, audit.unknown)])
        gauge("audit_waived", "Findings that are accepted for a time.", [({}, audit.waived)])
        gauge("audit_rejected_rows", "Rows that could not be read.", [({}, audit.rejected_rows)])
    return "\n".join(lines) + "\n"


def _labels(labels: Labels) -> str:
    shown = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return "{" + shown + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')


def _help(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n")


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))
