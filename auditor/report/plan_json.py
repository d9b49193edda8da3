"""plan.json in its first version, filing-plan/1: the queues, every order in them, and the dates of the findings."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TextIO

from auditor.model.plan import ChangeOrder, Plan, Queue
from auditor.model.result import AuditResult, Finding
from auditor.model.text import mask_text, show
from auditor.report.foreign import encodable
from auditor.report.wording import Wording

SCHEMA = "filing-plan/1"
SCHEMA_FILE = "plan.schema.json"

Json = dict[str, Any]


def write_plan_json(result: AuditResult, plan: Plan, path: Path, words: Wording) -> None:
    """The plan as one JSON object, a queue a line; UTF-8. OSError from the disk."""
    writer = _Writer(result, plan, words)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        writer.write(file)


class _Writer:
    """Turns a plan into JSON in the words of one reader; personal values are masked unless asked for."""

    def __init__(self, result: AuditResult, plan: Plan, words: Wording) -> None:
        self.result = result
        self.plan = plan
        self.words = words
        self.findings = {one.fingerprint: one for one in result.findings}

    def write(self, file: TextIO) -> None:
        plan = self.plan
        orders = list(plan.orders)
        file.write("{" + f'"schema": {_dump(SCHEMA)},\n')
        file.write(f'"as_of": {_dump(plan.as_of.isoformat())},\n')
        file.write(f'"version": {_dump(self.result.run.version)},\n')
        file.write(f'"estimated": {_dump(plan.estimated)},\n')
        totals = {
            "entities": len(plan.queues),
            "work": len(orders),
            "orders": sum(one.kind.is_order for one in orders),
            "late": len(plan.late_first),
            "no_order": len(plan.no_order),
            "undecided": len(plan.undecided),
        }
        file.write(f'"totals": {_dump(totals)},\n')
        file.write(f'"late_first": {_dump(list(plan.late_first))},\n')
        _write_list(file, "queues", map(self.queue, plan.queues), ",")
        work: dict[str, list[str]] = {}
        for order in orders:
            for fingerprint in order.cures:
                work.setdefault(fingerprint, []).append(order.id)
        dates = (self.dates(fingerprint, work.get(fingerprint, [])) for fingerprint in sorted(plan.dates))
        _write_list(file, "findings", dates, ",")
        file.write(f'"no_order": {_dump(list(plan.no_order))},\n')
        file.write(f'"undecided": {_dump(list(plan.undecided))}\n')
        file.write("}\n")

    def say(self, value: object) -> str:
        return show(value, self.words.lang, show_pii=self.words.show_pii)

    def queue(self, queue: Queue) -> Json:
        return {
            "entity_number": queue.entity_number,
            "entity_name": None if queue.entity_name is None else self.say(queue.entity_name),
            "occupied_by": [self.say(one) for one in queue.occupied_by],
            "occupied_until": queue.occupied_until.isoformat() if queue.occupied_until else None,
            "estimated": queue.estimated,
            "orders": [self.order(one) for one in queue.orders],
        }

    def order(self, one: ChangeOrder) -> Json:
        return {
            "id": one.id,
            "kind": one.kind.code,
            "is_order": one.kind.is_order,
            "action": one.action,
            "title": self.say(one.title),
            "services": list(one.services),
            "domains": list(one.domains),
            "why": [self.why(fingerprint) for fingerprint in one.cures],
            "reasons": [self.say(reason) for reason in one.reasons],
            "steps": [
                {
                    "kind": step.kind.code,
                    "text": self.say(step.text),
                    "working_days": step.working_days,
                    "hours": step.hours,
                    "starts": step.starts.isoformat(),
                    "ends": step.ends.isoformat(),
                    "estimated": step.estimated,
                }
                for step in one.steps
            ],
            "materials": [
                {
                    "key": paper.key,
                    "text": self.say(paper.text),
                    "state": paper.state.code,
                    "cell": {
                        "path": paper.document.path,
                        "sheet": paper.document.sheet,
                        "cell": paper.document.cell,
                    }
                    if paper.document
                    else None,
                    "ends": paper.ends.isoformat() if paper.ends else None,
                    "note": self.say(paper.note) if paper.note else None,
                }
                for paper in one.materials
            ],
            "who": [
                {
                    "name": self.say(actor.name) if actor.name else None,
                    "role": actor.role.code if actor.role else None,
                    "service": actor.service,
                    "task": self.say(actor.task),
                }
                for actor in one.who
            ],
            "warnings": [self.say(warning) for warning in one.warnings],
            "needs": list(one.needs),
            "earliest_start": one.earliest_start.isoformat(),
            "earliest_finish": one.earliest_finish.isoformat(),
            "start_by": one.latest_start.isoformat(),
            "due": one.due.isoformat(),
            "due_is_fixed": one.fixed,
            "slack_working_days": one.slack_working_days,
            "late": one.late,
            "estimated": bool(one.estimated),
            "estimated_dates": ["start_by" if name == "latest_start" else name for name in one.estimated],
        }

    def why(self, fingerprint: str) -> Json:
        finding: Finding | None = self.findings.get(fingerprint)
        if finding is None:
            return {"fingerprint": fingerprint}
        target = finding.target if self.words.show_pii else mask_text(finding.target)
        return {
            "fingerprint": fingerprint,
            "check": finding.check,
            "severity": finding.severity.code,
            "target": target,
            "message": self.words.label("sentence_break").join(self.say(part) for part in finding.message),
        }

    def dates(self, fingerprint: str, work: list[str]) -> Json:
        own = self.plan.dates[fingerprint]
        return {
            "fingerprint": fingerprint,
            "work": work,
            "due": own.due.isoformat(),
            "start_by": own.start_by.isoformat(),
            "estimated": own.estimated,
        }


def _dump(value: object) -> str:
    return encodable(json.dumps(value, ensure_ascii=False))


def _write_list(file: TextIO, key: str, items: Iterable[Json], end: str) -> None:
    file.write(f'"{key}": [')
    separator = "\n"
    for item in items:
        file.write(separator + _dump(item))
        separator = ",\n"
    file.write("\n]" if separator != "\n" else "]")
    file.write(f"{end}\n")
