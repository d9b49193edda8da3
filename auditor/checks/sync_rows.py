"""SYN402 and SYN403: rows that share a record number, and what they should say alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from auditor.checks.agreement import (
    Split,
    Stand,
    disagreement,
    guarded,
    joined,
    split,
    telling_cells,
)
from auditor.checks.check import NOT_APPLICABLE, NotApplicable, Undecided, Violation, check
from auditor.model.policy import Policy
from auditor.model.portfolio import Entity, Person, Row, Service
from auditor.model.text import Message, say
from auditor.model.values import FIELDS
from auditor.model.verdict import Reason, Severity
from auditor.model.words import EntityKind, PersonRole
from auditor.rules.load import RuleData
from auditor.rules.regulations import GUIDE, ORDER_33_TRUTHFUL

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
        # Where as many rows say one thing as another, neither is what the filing says.
        led = [one for one in split_fields if len(one.stands[0].said_by) > len(one.stands[1].said_by)]
        main = tuple(_valued(one, one.stands[0], individual) for one in led)
        yield Violation(
            say(
                "{count} 项内容在共用该备案号的各行中不一致：{fields}",
                "Rows that share the number disagree on {count} field(s): {fields}",
                count=len(split_fields),
                fields=joined([_told(one, individual) for one in split_fields]),
            ),
            expected=main if len(main) > 1 else main[0] if main else None,
            observed=tuple(
                _valued(one, stand, individual)
                for one in split_fields
                for stand in one.stands[1 if one in led else 0 : 6]
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
        value=stand_value(stand, individual),
    )


def stand_value(stand: Stand, individual: bool) -> object:
    """One value as a message may carry it: words in the reader's language, personal numbers wrapped."""
    kind = stand.said_by[0][0].values.get(stand.said_by[0][1])
    if FIELDS[stand.code].code in ("entity_kind", "service_kind"):
        return kind
    return guarded(stand.code, stand.shown, individual=individual)


def _told(found: Split, individual: bool) -> Message:
    """A field with its values, and how many rows say which; all but the leading value with their first cell."""
    pieces_zh, pieces_en = [], []
    tied = len(found.stands) > 1 and len(found.stands[0].said_by) == len(found.stands[1].said_by)
    values: dict[str, object] = {"field": found.label}
    for index, stand in enumerate(found.stands[:6]):
        values[f"value{index}"] = stand_value(stand, individual)
        values[f"rows{index}"] = len(stand.said_by)
        place_zh = place_en = ""
        if index or tied:
            cell = stand.cells[0]
            values[f"cell{index}"] = f"{cell.sheet}!{cell.cell}"
            place_zh, place_en = f"：{{cell{index}}}", f": {{cell{index}}}"
        pieces_zh.append(f"{{value{index}}}（{{rows{index}}} 行{place_zh}）")
        pieces_en.append(f"{{value{index}}} ({{rows{index}}} row(s){place_en})")
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


CHECKS = (entity_rows_agree, service_rows_agree)
