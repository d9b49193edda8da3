"""Checks on the ID number and the age it tells (PER501, PER502)."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.checks.agreement import looks_masked
from auditor.checks.check import NOT_APPLICABLE, NotApplicable, Undecided, Violation, check
from auditor.checks.person_identity import (
    cells_of,
    field_cells,
    hidden,
    looks_foreign,
    shows_resident_card,
    undecided_value,
)
from auditor.model.identity import age_on, birth_date, id_number_problem
from auditor.model.policy import Policy
from auditor.model.portfolio import Person, Said
from auditor.model.text import Message, Personal, PersonalKind, Text, say
from auditor.model.verdict import Reason, Severity
from auditor.model.words import EntityKind
from auditor.rules.load import RuleData
from auditor.rules.regulations import (
    FORM_64,
    GB_11643,
    ORDER_33_TRUTHFUL,
    PROVINCE_RULES,
)

_ID_PROBLEMS = {
    "first_generation": Text(
        "是 15 位第一代号码, 已停用", "is a 15-digit first-generation number, no longer in use"
    ),
    "length": Text("不是 18 位", "does not have 18 characters"),
    "characters": Text("含有不该出现的字符", "holds characters that cannot stand there"),
    "date": Text("其中的出生日期不存在或晚于审计日", "holds a birth date that does not exist or lies ahead"),
    "check": Text("校验位不对", "has a wrong check digit"),
}


def _secret(kind: PersonalKind, values: list[str]) -> tuple[Personal, ...]:
    return tuple(Personal(kind, value) for value in values)


def _number(said: Said) -> str:
    return str(said.value).strip().upper()


def _id_problem(number: str, policy: Policy) -> str | None:
    problem = id_number_problem(number)
    born = birth_date(number)
    if problem is None and born is not None and born > policy.as_of:
        return "date"
    return problem


@check(
    "PER501",
    title="负责人身份证号码符合国家标准",
    title_en="The responsible person's ID number follows the national standard",
    meaning="居民身份证号码的位数、字符、出生日期或校验位不符合 GB 11643, 或仍是 15 位旧号码",
    meaning_en="A resident ID number breaks GB 11643 in length, characters, birth date or check digit, or still has 15 digits",
    severity=Severity.HIGH,
    cites=(GB_11643, ORDER_33_TRUTHFUL),
    remedy="对照证件原件更正身份证号码, 15 位旧号码须换领新证后变更备案",
    remedy_en="Correct the ID number from the card itself; a 15-digit number needs a new card and an amendment",
)
def id_number_is_valid(person: Person, policy: Policy) -> Iterator[Violation | Undecided | NotApplicable]:
    """Every number of a resident ID card must stand the test of GB 11643; other papers have other numbers."""
    if shows_resident_card(person) is False:
        yield NOT_APPLICABLE
        return
    wrong: list[tuple[Said, str, str]] = []
    foreign: list[Said] = []
    for said in person.readable("id_number"):
        number = _number(said)
        if looks_masked(number):
            continue
        if shows_resident_card(person) is None and looks_foreign(number):
            foreign.append(said)
        elif problem := _id_problem(number, policy):
            wrong.append((said, number, problem))
    if wrong:
        yield Violation(
            say("身份证号码 {number} {why}", "The ID number {number} {why}",
                number=_secret(PersonalKind.ID_NUMBER, [number for _said, number, _why in wrong]),
                why=tuple(dict.fromkeys(_ID_PROBLEMS[why] for _said, _number, why in wrong))),
            expected=Text("符合 GB 11643 的 18 位号码", "an 18-character number by GB 11643"),
            observed=_secret(PersonalKind.ID_NUMBER, [number for _said, number, _why in wrong]),
            cells=cells_of([said for said, _number, _why in wrong]),
        )  # fmt: skip
    if foreign:
        yield Undecided(
            Reason.MISSING_VALUE,
            say("号码 {number} 像护照或通行证号码, 但未填证件类型",
                "{number} looks like a passport or permit number, but the certificate type is not given",
                number=_secret(PersonalKind.ID_NUMBER, [_number(said) for said in foreign])),
            cells=cells_of(foreign),
        )  # fmt: skip
    if hidden(person, "id_number") or not person.said("id_number"):
        yield undecided_value(person, "id_number")


@check(
    "PER502",
    title="负责人已达到规定年龄",
    title_en="The responsible person is old enough",
    meaning="按身份证号码中的出生日期, 负责人在审计日未满策略规定的年龄",
    meaning_en="By the birth date in the ID number the person is under the policy's age on the audit date",
    severity=Severity.HIGH,
    cites=(PROVINCE_RULES, FORM_64),
    remedy="更换为达到年龄要求的负责人; 当地管局允许未成年人办理的, 按其要求备齐证明",
    remedy_en="Name a person who is old enough; where the Administration admits minors, have the proof that it asks for ready",
    thresholds=("minimum_age",),
)
def person_is_of_age(
    person: Person, policy: Policy, rules: RuleData
) -> Iterator[Violation | Undecided | NotApplicable]:
    """The office's minimum age holds; what the province is known to ask for is told beside it."""
    minimum = policy.thresholds.minimum_age
    resident = shows_resident_card(person)
    if resident is False:
        yield Undecided(
            Reason.MISSING_VALUE,
            say(
                "证件不是居民身份证, 台账没有出生日期",
                "The papers are no resident ID card and the book gives no birth date",
            ),
            cells=field_cells(person, "id_type", "id_number"),
        )
        return
    young: list[tuple[Said, int]] = []
    broken: list[Said] = []
    for said in person.readable("id_number"):
        number = _number(said)
        born = birth_date(number)
        if looks_masked(number):
            continue
        if _id_problem(number, policy) or born is None:
            broken.append(said)
        elif (age := age_on(born, policy.as_of)) < minimum:
            young.append((said, age))
    if young:
        yield Violation(
            _too_young(person, young, minimum, rules),
            expected=minimum,
            observed=tuple(age for _said, age in young) if len(young) > 1 else young[0][1],
            cells=cells_of([said for said, _age in young]),
        )
    if broken:
        yield Undecided(
            Reason.UNPARSED,
            say("身份证号码有误, 无法算出年龄", "The ID number is wrong, so the age cannot be worked out"),
            cells=cells_of(broken),
        )
    if hidden(person, "id_number") or not person.said("id_number"):
        yield undecided_value(person, "id_number")


def _too_young(person: Person, young: list[tuple[Said, int]], minimum: int, rules: RuleData) -> Message:
    values: dict[str, object] = {
        "number": _secret(PersonalKind.ID_NUMBER, [_number(said) for said, _age in young]),
        "age": tuple(age for _said, age in young),
        "minimum": minimum,
    }
    province = rules.provinces.by_icp(person.entity.province) if person.entity else None
    local = None
    if province is not None and person.entity is not None:
        individual = person.entity.kind is EntityKind.INDIVIDUAL
        local = province.minimum_age_individual if individual else province.minimum_age
    if province is None or local is None or local == minimum:
        return say(
            "{number} 在审计日 {age} 岁, 未满 {minimum} 岁",
            "{number} is {age} on the audit date, under {minimum}",
            **values,
        )
    return say(
        "{number} 在审计日 {age} 岁, 未满 {minimum} 岁 ({province}参考要求为 {local} 岁)",
        "{number} is {age} on the audit date, under {minimum} ({province} is reported to ask for {local})",
        **values, province=province.name, local=local,
    )  # fmt: skip


CHECKS = (id_number_is_valid, person_is_of_age)
