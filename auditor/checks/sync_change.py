"""SYN404: a change that reached some domains of a number and left others behind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from auditor.checks.agreement import Split, Stand, disagreement, enumerated, joined, row_date, telling_cells
from auditor.checks.check import NOT_APPLICABLE, NotApplicable, Undecided, Violation, check
from auditor.checks.sync_rows import entity_spoken, service_spoken, stand_value
from auditor.model.place import CellRef
from auditor.model.policy import Policy
from auditor.model.portfolio import Entity, Row
from auditor.model.text import Message, say
from auditor.model.values import Unreadable
from auditor.model.verdict import Reason, Severity
from auditor.model.words import EntityKind
from auditor.rules.load import RuleData
from auditor.rules.regulations import GUIDE, ORDER_33_CHANGE


@dataclass(frozen=True, slots=True)
class _LeftBehind:
    """A field whose newest value some rows do not carry."""

    found: Split
    new: Stand
    old: tuple[Stand, ...]
    since: date
    until: date


def _dated(stand: Stand) -> list[tuple[date, Row]]:
    return [(day, row) for row in stand.rows if isinstance(day := row_date(row), date)]


def _left_behind(found: Split) -> _LeftBehind | None:
    """The rows of older date that carry an older value; None where the dates show no such order.

    The newest date tells the new value. Every dated row with another value must be older than the first row with
    the new one: values that alternate over time are a contradiction (SYN402), not a change that stopped half-way.
    """
    dated = {stand: days for stand in found.stands if (days := _dated(stand))}
    if len(dated) < 2:
        return None
    newest = max(day for days in dated.values() for day, _row in days)
    leading = [stand for stand, days in dated.items() if any(day == newest for day, _row in days)]
    if len(leading) > 1:
        return None
    new = leading[0]
    since = min(day for day, _row in dated[new])
    old = tuple(stand for stand in dated if stand is not new)
    until = max(day for stand in old for day, _row in dated[stand])
    return _LeftBehind(found, new, old, since, until) if until < since else None


@check(
    "SYN404",
    title="变更时共用备案号的域名同步更新",
    title_en="A change reached every domain that shares the number",
    meaning="变更后，备案号下部分域名已更新，另一部分仍是旧内容且更新日期较早",
    meaning_en="After a change some domains of the number were brought up to date and others were left behind: they carry the "
    "old value and an older update date",
    severity=Severity.MEDIUM,
    cites=(GUIDE, ORDER_33_CHANGE),
    remedy="为遗漏的域名办理同样的变更，并更新台账中的内容和更新日期",
    remedy_en="Make the same change for the domains left behind, and bring their rows and update dates up to date",
)
def change_reached_every_domain(
    entity: Entity, policy: Policy, rules: RuleData
) -> Iterator[Violation | Undecided | NotApplicable]:
    """Domains that share a record number are brought up to date together."""
    if entity.number is None or len(entity.rows) < 2:
        yield NOT_APPLICABLE
        return
    # Administrators may differ from service to service, so their data are compared within one service number.
    spoken = [entity_spoken(entity, rules), *(service_spoken(service, rules) for service in entity.services)]
    disputed = [one for each in spoken for one in each.splits if disagreement(one, policy.aliases) is True]
    if not disputed:
        return
    behind = [found for one in disputed if (found := _left_behind(one))]
    if behind:
        individual = entity.kind is EntityKind.INDIVIDUAL
        new = tuple(stand_value(one.new, individual) for one in behind)
        old = tuple(stand_value(stand, individual) for one in behind for stand in one.old)
        yield Violation(
            joined([_told_behind(one, individual) for one in behind]),
            expected=new if len(new) > 1 else new[0],
            observed=old if len(old) > 1 else old[0],
            cells=tuple(dict.fromkeys(cell for one in behind for cell in _behind_cells(one))),
            key="|".join(sorted({one.found.code for one in behind})),
        )
        return
    days = [row_date(row) for one in disputed for stand in one.stands for row in stand.rows]
    if any(day is None or isinstance(day, Unreadable) for day in days):
        unread = any(isinstance(day, Unreadable) for day in days)
        yield Undecided(
            Reason.UNPARSED if unread else Reason.MISSING_VALUE,
            say(
                "{fields}不一致，但更新日期不全，无法判断哪些域名未同步",
                "These fields differ, but update dates are missing, so which domains were left behind cannot be told: {fields}",
                fields=tuple(one.label for one in disputed),
            ),
            cells=tuple(dict.fromkeys(cell for one in disputed for cell in telling_cells(one.stands))),
        )


def _told_behind(behind: _LeftBehind, individual: bool) -> Message:
    values: dict[str, object] = {"field": behind.found.label, "new": stand_value(behind.new, individual)}
    for index, stand in enumerate(behind.old):
        values[f"old{index}"] = stand_value(stand, individual)
    olds_zh = "、".join(f"{{old{index}}}" for index in range(len(behind.old)))
    olds_en = ", ".join(f"{{old{index}}}" for index in range(len(behind.old)))
    return say(
        "{left} 的{field}仍为 " + olds_zh + "（更新于 {until} 或更早），{done} 已于 {since} 起改为 {new}",
        "{field} of {left} is still "
        + olds_en
        + " (updated on {until} or before), while {done} carries {new} since {since}",
        left=_subjects(row for stand in behind.old for _day, row in _dated(stand)),
        done=_subjects(row for _day, row in _dated(behind.new)),
        since=behind.since,
        until=behind.until,
        **values,
    )


def _subjects(rows: Iterable[Row]) -> Message:
    names: dict[str, None] = {}
    for row in rows:
        for name in row.domains:
            names[name.ulabel] = None
        if not row.domains:
            names[str(row.number("service_number") or row.ref.target)] = None
    return enumerated(tuple(names))


def _behind_cells(behind: _LeftBehind) -> Iterator[CellRef]:
    yield from (cell for stand in behind.old for cell in stand.cells)
    for stand in behind.old:
        for _day, row in _dated(stand):
            code = "updated_date" if isinstance(row.values.get("updated_date"), date) else "approved_date"
            yield row.cell(code)
    yield from behind.new.cells[:3]


CHECKS = (change_reached_every_domain,)
