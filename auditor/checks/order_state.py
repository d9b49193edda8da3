"""What an order's row says of itself: stage, kind, moments and domains, or why that is not known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from weakref import WeakKeyDictionary

from auditor.checks.check import NOT_APPLICABLE, NotApplicable, Undecided
from auditor.model.place import CellRef
from auditor.model.portfolio import Entity, FiledDomain, Order, Portfolio
from auditor.model.text import say
from auditor.model.values import BEIJING, FIELDS, Unreadable, Value
from auditor.model.verdict import Reason
from auditor.model.words import OrderKind, OrderStage

MOST_TOLD = 10


def order_cells(order: Order, *field_codes: str) -> tuple[CellRef, ...]:
    """The cells of some fields, a blank one too where the sheet has the column; the rows where it has none."""
    found = [row.cell(code) for row in order.rows for code in field_codes if code in row.ref.sheet.columns]
    return tuple(dict.fromkeys(found)) or tuple(row.cell() for row in order.rows)


def missing(order: Order, field_code: str) -> Undecided:
    """Unknown because a field is blank, or because what stands there could not be read."""
    label = FIELDS[field_code].text
    broken = [one for one in order.said(field_code) if isinstance(one.value, Unreadable)]
    if broken:
        return Undecided(
            Reason.UNPARSED,
            say("{field}无法识别", "The field {field} could not be read", field=label),
            observed=broken[0].shown,
            cells=tuple(cell for one in broken for cell in one.cells),
        )
    message = say("未填{field}", "The field {field} is not filled in", field=label)
    return Undecided(Reason.MISSING_VALUE, message, cells=order_cells(order, field_code))


def _only(order: Order, field_code: str) -> Value | Undecided:
    """The one value of a field; unknown where there is none, or where the order's rows differ."""
    readable = order.readable(field_code)
    if not readable:
        return missing(order, field_code)
    if len(readable) > 1:
        message = say(
            "同一订单的{field}有多种: {values}",
            "The rows of the order differ on the field {field}: {values}",
            field=FIELDS[field_code].text,
            values=tuple(one.shown for one in readable),
        )
        cells = tuple(cell for one in readable for cell in one.cells)
        return Undecided(Reason.UNPARSED, message, cells=cells)
    return readable[0].value


def stage_of(order: Order) -> OrderStage | Undecided:
    """How far the order has come."""
    found = _only(order, "order_stage")
    return found if isinstance(found, OrderStage | Undecided) else missing(order, "order_stage")


def kind_of(order: Order) -> OrderKind | Undecided:
    """What the order changes."""
    found = _only(order, "order_kind")
    return found if isinstance(found, OrderKind | Undecided) else missing(order, "order_kind")


def moment_of(order: Order, field_code: str) -> date | Undecided:
    """A day, or an aware Beijing datetime; where rows differ, the latest counts."""
    moments = [one.value for one in order.readable(field_code) if isinstance(one.value, date)]
    return max(moments, key=last_instant) if moments else missing(order, field_code)


def entity_of(order: Order) -> Entity | Undecided:
    """The entity that the order is for."""
    if order.entity is not None:
        return order.entity
    message = say("无法从订单得知其备案主体", "The order does not tell which entity it is for")
    cells = order_cells(order, "entity_number", "entity_name", "service_number", "order_domains")
    return Undecided(Reason.MISSING_VALUE, message, cells=cells)


def running(order: Order, *kinds: OrderKind) -> OrderKind | Undecided | NotApplicable:
    """The kind of an order that is planned or under way, as far as it is one of those asked for."""
    stage = stage_of(order)
    if isinstance(stage, Undecided):
        return stage
    if stage.is_finished:
        return NOT_APPLICABLE
    kind = kind_of(order)
    if isinstance(kind, Undecided):
        return kind
    return kind if kind in kinds else NOT_APPLICABLE


def covered(order: Order) -> tuple[FiledDomain, ...]:
    """The domains that an order is about: those it names, else its services', else its entity's where that changes."""
    if order.domains:
        return order.domains
    found = {domain: None for service in order.services for domain in service.domains}
    if found:
        return tuple(sorted(found, key=lambda domain: domain.name))
    if order.entity is not None and order.kind is not None and order.kind.changes_entity:
        return order.entity.domains
    return ()


@dataclass(frozen=True, slots=True)
class Queue:
    """The orders of one entity, sorted out once. changes: those that do, or may, change the entity itself."""

    open: tuple[Order, ...]
    unclear: tuple[Order, ...]
    changes: tuple[Order, ...]


# By portfolio and not by entity: what is kept must not hold on to its own key.
_QUEUES: WeakKeyDictionary[Portfolio, dict[Entity, Queue]] = WeakKeyDictionary()


def queue_of(entity: Entity, portfolio: Portfolio) -> Queue:
    """The queue of an entity of the portfolio."""
    table = _QUEUES.setdefault(portfolio, {})
    found = table.get(entity)
    if found is None:
        found = table[entity] = Queue(
            open=tuple(one for one in entity.orders if one.is_open),
            unclear=tuple(one for one in entity.orders if one.stage is None),
            changes=tuple(one for one in entity.orders if one.kind is None or one.kind.changes_entity),
        )
    return found


def first_instant(moment: date) -> datetime:
    """The moment, or the first one of a day."""
    if isinstance(moment, datetime):
        return moment
    return datetime(moment.year, moment.month, moment.day, tzinfo=BEIJING)


def last_instant(moment: date) -> datetime:
    """The moment, or the last second of a day."""
    if isinstance(moment, datetime):
        return moment
    return datetime(moment.year, moment.month, moment.day, 23, 59, 59, tzinfo=BEIJING)


def shown_moment(moment: date) -> str:
    """`2026-11-20`, or `2026-11-20 15:30`."""
    return f"{moment:%Y-%m-%d %H:%M}" if isinstance(moment, datetime) else moment.isoformat()
