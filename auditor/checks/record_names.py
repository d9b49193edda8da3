"""REC105 and REC115: one entity number, one organisation, and the other way round."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from auditor.checks.agreement import (
    Stand,
    enumerated,
    guarded,
    is_masked,
    joined,
    looks_personal,
    split,
    telling_cells,
    worst_match,
)
from auditor.checks.check import NOT_APPLICABLE, NotApplicable, Undecided, Violation, check
from auditor.checks.names import looks_like_organisation, name_key
from auditor.model.policy import Policy
from auditor.model.portfolio import Entity, Portfolio, Said, compare_key
from auditor.model.text import Message, say
from auditor.model.verdict import Reason, Severity
from auditor.model.words import EntityKind
from auditor.rules.regulations import ORDER_33_TRUTHFUL, PROVIDER_RULES


@check(
    "REC105",
    title="一个主体备案号只对应一个主办单位",
    title_en="An entity number stands with one entity name",
    meaning="同一主体备案号下出现两个或以上不同的主办单位名称（全半角、括号、繁简等写法差异不算）",
    meaning_en="Two or more entity names stand with one entity number (width, brackets and script do not count)",
    severity=Severity.HIGH,
    cites=ORDER_33_TRUTHFUL,
    remedy="对照营业执照和备案查询结果，更正写错的名称或备案号；更名的先办理主体变更",
    remedy_en="Correct the wrong name or number by the licence and the ministry's query; after a change of name amend the "
    "entity first",
)
def one_name_for_entity_number(
    entity: Entity, policy: Policy
) -> Iterator[Violation | Undecided | NotApplicable]:
    """One entity, one number, one name."""
    if entity.number is None:
        yield NOT_APPLICABLE
        return
    found = split("entity_name", ((row, "entity_name") for row in entity.rows))
    if not found.stands:
        unread = found.unread
        reason = Reason.UNPARSED if unread else Reason.MISSING_VALUE
        yield Undecided(reason, say("没有可用的主办单位名称", "There is no usable entity name"), cells=unread)
        return
    worst = worst_match([stand.shown for stand in found.stands], policy.aliases)
    if worst is None:
        if found.unread:
            yield Undecided(Reason.UNPARSED, cells=found.unread)
        return
    names = joined([_who_says(stand) for stand in found.stands[:6]])
    expected, observed = _sides(found.stands)
    cells = telling_cells(found.stands)
    if worst.refuted:
        yield Violation(
            say(
                "主体备案号 {number} 下有 {count} 个主办单位名称：{names}",
                "{count} entity names stand with entity number {number}: {names}",
                number=str(entity.number),
                count=len(found.stands),
                names=names,
            ),
            expected=expected,
            observed=observed,
            cells=cells,
            key="|".join(sorted(stand.key for stand in found.stands)),
        )
    else:
        yield Undecided(
            worst.reason or Reason.VARIANT,
            say(
                "主体备案号 {number} 下的名称写法不同，需确认是否同一单位：{names}",
                "The names under entity number {number} differ in form; check whether they are one body: {names}",
                number=str(entity.number),
                names=names,
            ),
            expected=expected,
            observed=observed,
            cells=cells,
        )


def _sides(stands: Sequence[Stand]) -> tuple[str | None, object]:
    """The name that most rows give and the others; no side is right where as many rows give another."""
    shown = tuple(stand.shown for stand in stands)
    if len(stands[0].said_by) == len(stands[1].said_by):
        return None, shown
    return shown[0], shown[1:] if len(shown) > 2 else shown[1]


def _who_says(stand: Stand) -> Message:
    return say("{name}（{count} 行）", "{name} ({count} row(s))", name=stand.shown, count=len(stand.said_by))


@dataclass(frozen=True, slots=True)
class _Filed:
    """The entities with a number of their own, by certificate number and by name key."""

    by_certificate: Mapping[str, tuple[Entity, ...]]
    by_name: Mapping[str, tuple[Entity, ...]]


_FILED: WeakKeyDictionary[Portfolio, _Filed] = WeakKeyDictionary()
_OTHERS = 20


def _filed(portfolio: Portfolio) -> _Filed:
    """Who is filed under which certificate number and name.

    Individuals are left out of the names: namesakes are many, so a person is only known again by the ID number.
    """
    found = _FILED.get(portfolio)
    if found is None:
        by_certificate: dict[str, dict[str, Entity]] = {}
        by_name: dict[str, dict[str, Entity]] = {}
        for entity in portfolio.entities:
            if not _stands_alone(entity):
                continue
            for said in entity.readable("entity_certificate_number"):
                by_certificate.setdefault(compare_key(said.value), {})[entity.key] = entity
            for name in entity.names:
                if entity.kind is not EntityKind.INDIVIDUAL and (
                    entity.kind or looks_like_organisation(name)
                ):
                    by_name.setdefault(name_key(name), {})[entity.key] = entity
        found = _FILED[portfolio] = _Filed(
            {key: tuple(members.values()) for key, members in by_certificate.items()},
            {key: tuple(members.values()) for key, members in by_name.items()},
        )
    return found


def _stands_alone(entity: Entity) -> bool:
    """Whether the number is more than a slip: some row gives it without a service number of another entity."""
    return entity.number is not None and any(
        (number := row.number("service_number")) is None or number.entity == entity.number
        for row in entity.rows
    )


@check(
    "REC115",
    title="一个单位只有一个主体备案号",
    title_en="An organisation holds one entity number",
    meaning="同一单位（证件号码相同，或名称相同）持有两个或以上主体备案号",
    meaning_en="One organisation (same certificate number, or same name) holds two or more entity numbers",
    severity=Severity.MEDIUM,
    cites=PROVIDER_RULES,
    remedy="确定保留的主体备案号，把其余备案号下的服务迁入后注销多余主体",
    remedy_en="Choose the entity number to keep, move the services of the others to it, then cancel the others",
)
def one_number_for_organisation(
    entity: Entity, portfolio: Portfolio
) -> Iterator[Violation | Undecided | NotApplicable]:
    """An organisation is filed once; branches with names of their own are filed apart."""
    if not _stands_alone(entity):
        yield NOT_APPLICABLE
        return
    filed = _filed(portfolio)
    certificates = tuple(
        one
        for one in entity.readable("entity_certificate_number")
        if not is_masked("entity_certificate_number", one.value)
    )
    groups = [(said, filed.by_certificate.get(compare_key(said.value), ())) for said in certificates] + [
        (None, filed.by_name.get(name_key(name), ())) for name in entity.names
    ]
    shared = next((said for said, members in groups if said is not None and len(members) > 1), None)
    # A book that gives everyone one name must not cost a square of its entities: the first others are enough.
    found = {one.key: one for _said, members in groups for one in members[: _OTHERS + 1] if one is not entity}
    others = dict(sorted(found.items())[:_OTHERS])
    if others:
        count = max(len(members) for _said, members in groups) - 1
        yield Violation(
            _held_twice(entity, tuple(others), max(count, len(others)), shared),
            expected=1,
            observed=(entity.key, *others),
            cells=entity.cells("entity_number")[:_OTHERS]
            + tuple(cell for one in others.values() for cell in one.cells("entity_number")[:3]),
            key="|".join(sorted((entity.key, *others))),
        )
    elif not certificates and not entity.names:
        yield Undecided(
            Reason.MISSING_VALUE,
            say(
                "没有主办单位名称和证件号码，无法判断是否重复备案",
                "Without a name and a certificate number a second filing cannot be seen",
            ),
        )


def _held_twice(entity: Entity, others: tuple[str, ...], count: int, shared: Said | None) -> Message:
    told = (
        enumerated(others, 6)
        if count == len(others)
        else say(
            "{others} 等 {count} 个", "{others} and others ({count} in all)", others=others[:6], count=count
        )
    )
    if shared is not None:
        individual = entity.kind is EntityKind.INDIVIDUAL or looks_personal(shared.shown)
        return say(
            "{name} 除 {number} 外还持有 {others}（证件号码同为 {certificate}）",
            "{name} holds {others} besides {number} (certificate number {certificate} in each)",
            name=entity.name or entity.key,
            number=entity.key,
            others=told,
            certificate=guarded("entity_certificate_number", shared.shown, individual=individual),
        )
    return say(
        "{name} 除 {number} 外还持有 {others}（名称相同）",
        "{name} holds {others} besides {number} (same name)",
        name=entity.name or entity.key,
        number=entity.key,
        others=told,
    )


CHECKS = (one_name_for_entity_number, one_number_for_organisation)
