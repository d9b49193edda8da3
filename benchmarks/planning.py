"""How long planning takes: 20,000 findings over 5,000 entities, laid over the calendar."""

from __future__ import annotations

import json
import time
from datetime import date, datetime, timedelta, timezone

from auditor.intake.assemble import assemble
from auditor.model.place import RowRef, SheetRef
from auditor.model.policy import Policy
from auditor.model.portfolio import Row
from auditor.model.recordnumber import read_record_number
from auditor.model.result import AuditResult, Finding, Reading, RunInfo
from auditor.model.text import Text, say
from auditor.model.values import DomainCell, DomainName, Value
from auditor.model.verdict import Scope, Severity, Verdict
from auditor.model.words import EntityKind, SheetRole
from auditor.pipeline import without_collector
from auditor.planning.plan import make_plan
from auditor.rules.load import RuleData

ENTITIES, FINDINGS = 5_000, 20_000
AS_OF = date(2026, 11, 23)
_FIELDS = ("domain", "entity_number", "service_number", "entity_name", "entity_kind", "leader_name", "administrator_name")  # fmt: skip
# What is wrong with each domain in turn: something for every kind of work.
_CHECKS = (
    ("OWN201", Scope.DOMAIN), ("WEB901", Scope.DOMAIN), ("DOM302", Scope.DOMAIN), ("MIT952", Scope.DOMAIN),
    ("SYN403", Scope.SERVICE), ("PER503", Scope.PERSON), ("OWN203", Scope.DOMAIN), ("PER505", Scope.PERSON),
)  # fmt: skip


def _book(entities: int) -> Reading:
    """Entities of two services with a domain each."""
    sheet = SheetRef("book", "台账", SheetRole.FILINGS, 1, {code: n for n, code in enumerate(_FIELDS, 1)}, {})
    rows = []
    for index in range(entities * 2):
        owner, service = divmod(index, 2)
        raw = {
            "domain": f"cesuan-{index}.cn",
            "entity_number": f"京ICP备{2020000000 + owner}号",
            "service_number": f"京ICP备{2020000000 + owner}号-{service + 1}",
            "entity_name": f"测算{owner}有限公司",
            "entity_kind": "企业",
            "leader_name": f"甲{owner}",
            "administrator_name": f"乙{index}",
        }
        name = DomainName(raw["domain"], raw["domain"])
        values: dict[str, Value] = {**raw, "domain": DomainCell(raw["domain"], (name,)), "entity_kind": EntityKind.ENTERPRISE}  # fmt: skip
        for code in ("entity_number", "service_number"):
            number = read_record_number(raw[code])
            assert number is not None
            values[code] = number
        rows.append(Row(RowRef(sheet, index + 2), values, raw))
    return Reading(assemble(rows, [sheet]), (), (), ())


def _finding(number: int, entities: int) -> Finding:
    index = number % (entities * 2)
    owner, service = divmod(index, 2)
    check, scope = _CHECKS[(number // (entities * 2) * 3 + index) % len(_CHECKS)]
    of_service = f"京ICP备{2020000000 + owner}号-{service + 1}"
    target = {
        Scope.DOMAIN: f"cesuan-{index}.cn",
        Scope.SERVICE: of_service,
        Scope.PERSON: f"{of_service}/administrator",
    }[scope]
    return Finding(
        f"{number:032x}", check, Text("甲", "A"), Verdict.FAIL, Severity.HIGH, scope, target,
        (say("{t}", "{t}", t=target),),
        due=AS_OF + timedelta(days=10 + number % 80) if check == "DOM302" else None,
    )  # fmt: skip


def measure(entities: int = ENTITIES, findings: int = FINDINGS) -> dict[str, float]:
    """CPU seconds of `make_plan`, and how much work it found."""
    moment = datetime(2026, 11, 23, tzinfo=timezone(timedelta(hours=8)))
    run = RunInfo("bench", AS_OF, moment, moment, "0", offline=True, complete=True)
    made = tuple(_finding(number, entities) for number in range(findings))
    result = AuditResult(run, _book(entities), (), made, ())
    rules = RuleData()
    rules.check()
    with without_collector():  # as the command does
        start = time.process_time()
        plan = make_plan(result, rules, Policy(AS_OF))
        spent = time.process_time() - start
    return {
        "plan": spent,
        "plan_findings": float(len(made)),
        "plan_entities": float(len(plan.queues)),
        "plan_work": float(sum(1 for _ in plan.orders)),
    }


if __name__ == "__main__":
    print(json.dumps(measure()))
