"""SYN402 to SYN404: rows that share a record number, and what they should say alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from weakref import WeakKeyDictionary

from auditor.checks.agreement import (
    Split,
    Stand,
    disagreement,
    enumerated,
    guarded,
    joined,
    row_date,
    split,
    telling_cells,
)
from auditor.checks.check import NOT_APPLICABLE, NotApplicable, Undecided, Violation, check
from auditor.model.place import CellRef
from auditor.model.policy import Policy
from auditor.model.portfolio import Entity, Person, Row, Service
from auditor.model.text import Message, say
from auditor.model.values import FIELDS, Unreadable
from auditor.model.verdict import Reason, Severity
from auditor.model.words import EntityKind, PersonRole
from auditor.rules.load import RuleData
from auditor.rules.regulations import GUIDE, ORDER_33_CHANGE, ORDER_33_TRUTHFUL

_ENTITY_FIELDS = (
    "entity_name",
    "entity_kind",
    "entity_certificate_type",
    "entity_certificate_number",
    "entity_address",
    "province",
    "legal_representative",
)
_PERSON_FIELDS = ("name", "id_number", "mobile", "emergency_phone", "email")
_SERVICE_FIELDS = ("service_name", "service_kind", "access_provider")


@dataclass(frozen=True, slots=True)
class Spoken:
    """What the rows of one number say to each field that they should give alike; rows: how many speak."""

    splits: tuple[Split, ...]
    rows: int


_ENTITIES: WeakKeyDictionary[Entity, Spoken] = WeakKeyDictionary()
_SERVICES: WeakKeyDictionary[Service, Spoken] = WeakKeyDictionary()


def entity_spoken(entity: Entity, rules: RuleData) -> Spoken:
    """The entity-level fields over all rows that share the entity number, the leader's statements among them."""
    found = _ENTITIES.get(entity)
    if found is None:
        leaders = [person for person in entity.persons if person.role is PersonRole.LEADER]
        found = _ENTITIES[entity] = _spoken(entity.rows, _ENTITY_FIELDS, leaders, "leader_", rules)
    return found


def service_spoken(service: Service, rules: RuleData) -> Spoken:
    """The service-level fields over all rows that share the service number, the administrator's among them."""
    found = _SERVICES.get(service)
    if found is None:
        found = _SERVICES[service] = _spoken(
            service.rows, _SERVICE_FIELDS, service.administrators, "administrator_", rules
        )
    return found


def _spoken(
    rows: Sequence[Row], fields: Sequence[str], persons: Iterable[Person], prefix: str, rules: RuleData
) -> Spoken:
    statements = dict.fromkeys((row, prefix) for row in rows)
    statements |= dict.fromkeys(statement for person in persons for statement in person.statements)
    speaking = len({row for row, _prefix in statements})
    if speaking < 2:
        return Spoken((), speaking)
    splits = [split(code, ((row, code) for row in rows), rules) for code in fields]
    splits += [
        split(prefix + code, ((row, own + code) for row, own in statements), rules) for code in _PERSON_FIELDS
    ]
    return Spoken(tuple(splits), speaking)


def _judge_agreement(
    spoken: Spoken, aliases: Mapping[str, Sequence[str]], *, individual: bool
) -> Iterator[Violation | Undecided | NotApplicable]:
    """One finding for all fields on which the rows disagree; names that differ in form only are left to a person."""
    if spoken.rows < 2:
        yield NOT_APPLICABLE
        return
    verdicts = [(one, disagreement(one, aliases)) for one in spoken.splits]
    split_fields = [one for one, verdict in verdicts if verdict is True]
    if split_fields:
        main = [_valued(one, one.stands[0], individual) for one in split_fields]
        yield Violation(
            say(
                "{count} 项内容在共用该备案号的各行中不一致：{fields}",
                "Rows that share the number disagree on {count} fields: {fields}",
                count=len(split_fields),
                fields=joined([_told(one, individual) for one in split_fields]),
            ),
            expected=tuple(main) if len(main) > 1 else main[0],
            observed=tuple(
                _valued(one, stand, individual) for one in split_fields for stand in one.stands[1:6]
            ),
            cells=tuple(dict.fromkeys(cell for one in split_fields for cell in telling_cells(one.stands))),
            key="|".join(one.code for one in split_fields),
        )
        return
    variants = [(one, verdict) for one, verdict in verdicts if isinstance(verdict, Reason)]
    if variants:
        yield Undecided(
            variants[0][1],
            say(
                "名称写法不同，需确认是否相同：{fields}",
                "Names differ in form; check whether they are the same: {fields}",
                fields=joined([_told(one, individual) for one, _verdict in variants]),
            ),
            cells=tuple(cell for one, _verdict in variants for cell in telling_cells(one.stands)),
        )
        return
    unclear = [one for one in spoken.splits if one.unclear]
    if unclear:
        yield Undecided(
            Reason.UNPARSED,
            say(
                "{fields}有单元格无法识别或被舍入，无法比较",
                "Cells of these fields cannot be read or were rounded, and cannot be compared: {fields}",
                fields=tuple(one.label for one in unclear),
            ),
            cells=tuple(cell for one in unclear for cell in one.unread),
        )
    elif not any(one.stands for one in spoken.splits):
        yield Undecided(
            Reason.MISSING_VALUE, say("没有可比较的内容", "There is nothing filled in that could be compared")
        )


def _valued(found: Split, stand: Stand, individual: bool) -> Message:
    return say(
        "{field} {value}",
        "{field} {value}",
        field=found.label,
        value=_value(stand, individual),
    )


def _value(stand: Stand, individual: bool) -> object:
    kind = stand.said_by[0][0].values.get(stand.said_by[0][1])
    if FIELDS[stand.code].code in ("entity_kind", "service_kind"):
        return kind
    return guarded(stand.code, stand.shown, individual=individual)


def _told(found: Split, individual: bool) -> Message:
    """A field with its values, and how many rows say which; the fewer ones with their first cell."""
    pieces_zh, pieces_en = [], []
    values: dict[str, object] = {"field": found.label}
    for index, stand in enumerate(found.stands[:6]):
        values[f"value{index}"] = _value(stand, individual)
        values[f"rows{index}"] = len(stand.said_by)
        place_zh = place_en = ""
        if index:
            cell = stand.cells[0]
            values[f"cell{index}"] = f"{cell.sheet}!{cell.cell}"
            place_zh, place_en = f"：{{cell{index}}}", f": {{cell{index}}}"
        pieces_zh.append(f"{{value{index}}}（{{rows{index}}} 行{place_zh}）")
        pieces_en.append(f"{{value{index}}} ({{rows{index}}} rows{place_en})")
    if len(found.stands) > 6:
        values["rest"] = len(found.stands) - 6
        pieces_zh.append("另有 {rest} 种")
        pieces_en.append("{rest} more values")
    return say("{field}：" + "、".join(pieces_zh), "{field}: " + ", ".join(pieces_en), **values)


@check(
    "SYN402",
    title="共用主体备案号的各行，主体信息一致",
    title_en="Rows that share an entity number agree on the entity",
    meaning="同一主体备案号的各行，在主体层面的信息（名称、性质、证件、地址、主体负责人及其联系方式）上互相矛盾；空白不算矛盾",
    meaning_en="Rows that share an entity number disagree on an entity-level field (name, kind, certificate, address, entity "
    "leader and that person's contacts); blanks do not count",
    severity=Severity.HIGH,
    cites=(ORDER_33_TRUTHFUL, GUIDE),
    remedy="核对哪一行是现行备案信息，统一各行；备案信息已过时的办理主体变更，共用该号的域名一并更新",
    remedy_en="Find which row gives the filing as it stands and make the others agree; where the filing itself is out of "
    "date, amend the entity, with every domain that shares the number",
)
def entity_rows_agree(
    entity: Entity, policy: Policy, rules: RuleData
) -> Iterator[Violation | Undecided | NotApplicable]:
    """An entity has one name, one certificate and one leader, however many rows repeat them."""
    if entity.number is None:
        yield NOT_APPLICABLE
        return
    individual = entity.kind is EntityKind.INDIVIDUAL
    yield from _judge_agreement(entity_spoken(entity, rules), policy.aliases, individual=individual)


@check(
    "SYN403",
    title="共用服务备案号的各行，服务信息一致",
    title_en="Rows that share a service number agree on the service",
    meaning="同一服务备案号的各行，在服务层面的信息（服务名称、网站负责人及其联系方式、接入服务商）上互相矛盾；空白不算矛盾",
    meaning_en="Rows that share a service number disagree on a service-level field (service name, service administrator and "
    "contacts, access provider); blanks do not count",
    severity=Severity.MEDIUM,
    cites=(ORDER_33_TRUTHFUL, GUIDE),
    remedy="核对现行备案信息，统一各行；负责人已变更的，办理变更备案并覆盖该号下全部域名",
    remedy_en="Make the rows agree with the filing as it stands; where the person has changed, amend the service for every "
    "domain under the number",
)
def service_rows_agree(
    service: Service, policy: Policy, rules: RuleData
) -> Iterator[Violation | Undecided | NotApplicable]:
    """A service has one name, one administrator and one access provider in the book."""
    yield from _judge_agreement(service_spoken(service, rules), policy.aliases, individual=False)


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
        new = tuple(_value(one.new, individual) for one in behind)
        old = tuple(_value(stand, individual) for one in behind for stand in one.old)
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
    values: dict[str, object] = {"field": behind.found.label, "new": _value(behind.new, individual)}
    for index, stand in enumerate(behind.old):
        values[f"old{index}"] = _value(stand, individual)
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


CHECKS = (entity_rows_agree, service_rows_agree, change_reached_every_domain)
