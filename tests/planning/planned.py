"""Plans for a hand-made book and hand-made findings."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path

from auditor.model.plan import ChangeOrder, Plan, WorkKind
from auditor.model.policy import Policy, Thresholds
from auditor.model.result import AuditResult, Finding, Reading, RunInfo
from auditor.model.text import Text, say
from auditor.model.verdict import Reason, Scope, Severity, Verdict
from auditor.model.words import SheetRole
from auditor.planning.plan import make_plan
from auditor.rules.files import RuleFile
from auditor.rules.load import RuleData, RuleFiles
from tests.builders import Sheets, entity_number, reading_of, service_number
from tests.judging import rule_data

BEIJING = timezone(timedelta(hours=8))
NAME = "示例科技有限公司"
NUMBER = entity_number(1)
S1, S2, S3 = (service_number(1, n) for n in (1, 2, 3))
_SCOPES = {
    "REC": Scope.ROW, "OWN": Scope.DOMAIN, "DOM": Scope.DOMAIN, "SYN": Scope.ENTITY, "PER": Scope.PERSON,
    "DOC": Scope.DOCUMENT, "CHG": Scope.ORDER, "ACC": Scope.DOMAIN, "WEB": Scope.DOMAIN, "MIT": Scope.DOMAIN,
}  # fmt: skip
_SCOPES_OF = {"REC111": Scope.ENTITY, "REC112": Scope.SERVICE, "REC109": Scope.ENTITY, "SYN403": Scope.SERVICE, "DOC604": Scope.ENTITY}  # fmt: skip


def filing(service: int = 1, domain: str = "", entity: int = 1, **values: object) -> dict[str, object]:
    """A row of the book: one domain under one service number; another person administers than leads."""
    row: dict[str, object] = {
        "domain": domain or f"shili-{service}.cn",
        "entity_number": entity_number(entity),
        "service_number": service_number(entity, service),
        "entity_name": NAME if entity == 1 else f"示例{entity}有限公司",
        "entity_kind": "企业",
        "legal_representative": "甲示例",
        "leader_name": "甲示例",
        "administrator_name": "乙示例",
    }
    return {code: value for code, value in {**row, **values}.items() if value is not ...}


def book(*rows: Mapping[str, object], papers: Iterable[Mapping[str, object]] = (), orders: Iterable[Mapping[str, object]] = ()) -> Reading:  # fmt: skip
    """A reading of filings, papers and change orders."""
    sheets: dict[str, tuple[SheetRole, list[Mapping[str, object]]]] = {
        "台账": (SheetRole.FILINGS, list(rows or (filing(),)))
    }
    if papers:
        sheets["证照"] = (SheetRole.DOCUMENTS, list(papers))
    if orders:
        sheets["订单"] = (SheetRole.ORDERS, list(orders))
    made: Sheets = sheets
    return reading_of(made)


def paper(title: str, holder: str, end: object, **values: object) -> dict[str, object]:
    """A row of the documents sheet."""
    return {
        "entity_number": NUMBER,
        "document_type": title,
        "document_holder": holder,
        "document_expiry": end,
        **values,
    }


def found(check: str, target: str, due: date | None = None, **changes: object) -> Finding:
    """A failed check; `due` only where facts set the day."""
    values: dict[str, object] = {
        "fingerprint": f"{check}@{target}",
        "check": check,
        "title": Text("甲", "A"),
        "verdict": Verdict.FAIL,
        "severity": Severity.HIGH,
        "scope": _SCOPES_OF.get(check, _SCOPES[check[:3]]),
        "target": target,
        "message": (say("{target} 有误", "{target} is wrong", target=target),),
        "due": due,
    }
    return Finding(**{**values, **changes})  # type: ignore[arg-type]


def undecided(check: str, target: str) -> Finding:
    """An unknown verdict."""
    return found(check, target, verdict=Verdict.UNKNOWN, reason=Reason.NO_EVIDENCE)


def result_of(reading: Reading, findings: Iterable[Finding], as_of: date) -> AuditResult:
    """A result that holds the findings."""
    moment = datetime(as_of.year, as_of.month, as_of.day, 8, tzinfo=BEIJING)
    run = RunInfo("run", as_of, moment, moment, "0", True, True)
    return AuditResult(run, reading, (), tuple(findings), ())


@dataclass(frozen=True)
class Planned:
    """A plan and its parts by kind."""

    plan: Plan
    result: AuditResult

    def of(self, kind: WorkKind, *services: str) -> list[ChangeOrder]:
        return [
            one
            for one in self.plan.orders
            if one.kind is kind and (not services or set(services) <= set(one.services))
        ]

    def one(self, kind: WorkKind, *services: str) -> ChangeOrder:
        (order,) = self.of(kind, *services)
        return order

    @property
    def kinds(self) -> list[str]:
        return [one.kind.code for one in self.plan.orders]


@cache
def services_an_order(number: int) -> RuleData:
    """The shipped rule data, but for how many services one change order may carry."""
    text = re.sub(
        r"(?m)^services_per_order,services,1,\d+,",
        f"services_per_order,services,1,{number},",
        RuleFile.packaged("lead_times.csv").text,
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lead_times.csv"
        path.write_text(text, encoding="utf-8")
        rules = RuleData(RuleFiles(lead_times=path))
        assert rules.lead_times.get("services_per_order").maximum == number
    return rules


def planned(
    reading: Reading, *findings: Finding, as_of: date, rules: RuleData | None = None, **thresholds: object
) -> Planned:
    """Plan some findings from a day on."""
    result = result_of(reading, findings, as_of)
    policy = Policy(as_of, Thresholds(**thresholds))  # type: ignore[arg-type]
    plan = make_plan(result, rules or rule_data(), policy)
    for order in plan.orders:
        for lang in ("zh", "en"):
            texts = [order.title, *order.warnings, *(step.text for step in order.steps)]
            assert all(text.render(lang) for text in texts)
    return Planned(plan, result)
