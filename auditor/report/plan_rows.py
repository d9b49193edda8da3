"""The plan as a table: a row for each piece of work, queue by queue, in the order in which it is to be done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from auditor.model.plan import Actor, ChangeOrder, Material, Plan, Queue, Step
from auditor.report.columns import Cell, Column, Form
from auditor.report.plan_page import lacks
from auditor.report.wording import Wording

_NAMES = 60


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One piece of work. number: its place in its queue; checks: those whose findings it cures; after: what it waits for."""

    queue: Queue
    order: ChangeOrder
    number: int
    checks: tuple[str, ...]
    after: tuple[int, ...]


def plan_rows(plan: Plan, checks: Mapping[str, str]) -> Iterator[PlanRow]:
    """The rows of a plan. checks: fingerprint → id of the check."""
    for queue in plan.queues:
        places = {order.id: number for number, order in enumerate(queue.orders, 1)}
        for order in queue.orders:
            own = sorted({checks[one] for one in order.cures if one in checks})
            after = tuple(sorted(places[one] for one in order.needs if one in places))
            yield PlanRow(queue, order, places[order.id], tuple(own), after)


def step_text(step: Step, words: Wording) -> str:
    """One step with its days: `管局审核 2026-12-19 – 2027-01-18 (估算)`."""
    return f"{words.say(step.text)} {step_days(step, words)}"


def step_days(step: Step, words: Wording) -> str:
    """The days of a step, one where it begins and ends on the same."""
    ends = words.day(step.ends, estimated=step.estimated)
    return ends if step.starts == step.ends else f"{words.day(step.starts)} – {ends}"


def actor_text(actor: Actor, words: Wording) -> str:
    """Who acts, as what, and to do what."""
    parts = [
        words.say(actor.name) if actor.name else "",
        words.say(actor.role.text) if actor.role else "",
        words.say(actor.service) if actor.service else "",
    ]
    who = " ".join(part for part in parts if part)
    task = words.say(actor.task)
    return f"{who}{words.label('colon')}{task}" if who else task


def paper_text(paper: Material, words: Wording) -> str:
    """A paper with how it stands and why."""
    note = f": {words.say(paper.note)}" if paper.note else ""
    return f"{words.say(paper.text)} ({words.say(paper.state.text)}{note})"


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(texts)


def _names(names: tuple[str, ...], words: Wording) -> str:
    shown = words.say(names[:_NAMES]) if names else ""
    if len(names) > _NAMES:
        shown += " " + words.label("plan_names_more", count=len(names) - _NAMES)
    return shown


def _estimated(row: PlanRow, words: Wording) -> Cell:
    """Which of the row's dates rest on a year without a schedule, as the heads name them."""
    return _lines(words.label(f"plan_{name}") for name in row.order.estimated)


def _short(label: str, width: int, attribute: str) -> Column[PlanRow]:
    def value(row: PlanRow, words: Wording) -> Cell:
        found = getattr(row.queue, attribute)
        return words.say(found) if found else ""

    return Column(label, width, Form.SHORT, value)


PLAN_COLUMNS: tuple[Column[PlanRow], ...] = (
    Column("plan_late_column", 9, Form.SHORT,
           lambda row, words: words.label("plan_late") if row.order.late else ""),
    _short("plan_entity", 28, "entity_name"),
    _short("plan_entity_number", 21, "entity_number"),
    Column("plan_number", 7, Form.COUNT, lambda row, words: row.number),
    Column("plan_kind", 24, Form.SHORT, lambda row, words: words.say(row.order.kind.text)),
    Column("plan_what", 40, Form.LONG, lambda row, words: words.say(row.order.title)),
    Column("plan_latest_start", 13, Form.DATE, lambda row, words: row.order.latest_start),
    Column("plan_earliest_finish", 13, Form.DATE, lambda row, words: row.order.earliest_finish),
    Column("plan_due", 13, Form.DATE, lambda row, words: row.order.due),
    Column("plan_slack", 10, Form.COUNT, lambda row, words: row.order.slack_working_days),
    Column("plan_estimated_days", 13, Form.LONG, _estimated),
    Column("plan_cures", 10, Form.COUNT, lambda row, words: len(row.order.cures)),
    Column("plan_checks", 22, Form.LONG, lambda row, words: " ".join(row.checks)),
    Column("plan_lacking", 36, Form.LONG,
           lambda row, words: _lines(paper_text(one, words) for one in row.order.materials if lacks(one))),
    Column("plan_warnings", 44, Form.LONG,
           lambda row, words: _lines(words.say(one) for one in row.order.warnings)),
    Column("plan_after", 10, Form.SHORT, lambda row, words: ", ".join(str(one) for one in row.after)),
    Column("plan_steps", 48, Form.LONG,
           lambda row, words: _lines(step_text(one, words) for one in row.order.steps)),
    Column("plan_materials", 36, Form.LONG,
           lambda row, words: _lines(paper_text(one, words) for one in row.order.materials)),
    Column("plan_who", 40, Form.LONG,
           lambda row, words: _lines(actor_text(one, words) for one in row.order.who)),
    Column("plan_services", 24, Form.LONG, lambda row, words: _names(row.order.services, words)),
    Column("plan_domains", 28, Form.LONG, lambda row, words: _names(row.order.domains, words)),
    Column("plan_earliest_start", 13, Form.DATE, lambda row, words: row.order.earliest_start),
    Column("plan_order_id", 20, Form.SHORT, lambda row, words: words.raw(row.order.id)),
)  # fmt: skip

# The details behind the decision stay on the screen.
PLAN_UNPRINTED = frozenset(
    ("plan_steps", "plan_materials", "plan_who", "plan_services", "plan_domains", "plan_earliest_start", "plan_order_id")
)  # fmt: skip
