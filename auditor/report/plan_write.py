"""The outputs of a plan: plan.json, plan.ics and a packet for each order, all of them written or none."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from auditor.errors import UsageError
from auditor.model.plan import ChangeOrder, Plan
from auditor.model.result import AuditResult
from auditor.report.plan_ics import write_plan_ics
from auditor.report.plan_json import write_plan_json
from auditor.report.staging import Producer, write_together
from auditor.report.wording import Wording

PLAN_FORMATS = ("json", "ics", "packets")
PACKET_FOLDER = "packets"


def write_plan(
    result: AuditResult,
    plan: Plan,
    out: Path,
    formats: Sequence[str],
    words: Wording,
    *,
    templates: Path | None = None,
    protect: Collection[Path] = (),
) -> tuple[Path, ...]:
    """Write the formats asked for into a folder; returns the files. Raises UsageError, OutputError as `write_reports`."""
    unknown = [name for name in formats if name not in PLAN_FORMATS]
    if unknown:
        raise UsageError(
            f"没有这种计划格式：{'、'.join(unknown)}",
            f"there is no such plan format: {', '.join(unknown)}",
            hint_zh=f"可用格式：{'、'.join(PLAN_FORMATS)}",
            hint_en=f"Formats: {', '.join(PLAN_FORMATS)}",
        )
    outputs: list[tuple[Path, Producer]] = []
    if "json" in formats:
        outputs.append((out / "plan.json", lambda path: write_plan_json(result, plan, path, words)))
    if "ics" in formats:
        outputs.append((out / "plan.ics", lambda path: write_plan_ics(plan, path, words)))
    if "packets" in formats:
        from auditor.report.packet import Packets

        packets = Packets(result, plan, words, templates=templates)

        def produce(order: ChangeOrder) -> Producer:
            return lambda path: packets.write(order, path)

        folder = out / PACKET_FOLDER
        outputs.extend((folder / f"{one.id}.html", produce(one)) for one in packets.wanted(plan))
    return write_together(outputs, protect)
