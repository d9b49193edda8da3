"""Checks on responsible persons: the whole family, with what the provinces ask of them (PER508, PER510)."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.checks import person_contacts, person_numbers, person_sharing
from auditor.checks.check import NOT_APPLICABLE, NotApplicable, Undecided, Violation, check
from auditor.checks.person_identity import (
    best_match,
    field_cells,
    masked,
    person_names,
    undecided_representative,
    undecided_value,
)
from auditor.model.policy import Policy
from auditor.model.portfolio import Person
from auditor.model.text import Personal, PersonalKind, say
from auditor.model.verdict import Reason, Severity
from auditor.model.words import EntityKind, PersonRole
from auditor.rules.load import RuleData
from auditor.rules.provinces import LeaderRule, LocalPhone
from auditor.rules.regulations import (
    PROVINCE_RULES,
    SMS_CHECK,
)


@check(
    "PER508",
    title="主体负责人为法定代表人",
    title_en="The entity leader is the legal representative",
    meaning="所在省要求主体负责人由法定代表人担任, 而台账中不是同一人",
    meaning_en="The province asks for the legal representative as entity leader, and the book names another person",
    severity=Severity.LOW,
    cites=(PROVINCE_RULES,),
    remedy="将主体负责人变更为法定代表人; 确有困难的, 先向当地管局确认是否接受授权委托书",
    remedy_en="Make the legal representative the entity leader; where that is hard, ask the Administration first whether it accepts a letter of authorisation",
)
def leader_is_legal_representative(
    person: Person, policy: Policy, rules: RuleData
) -> Iterator[Violation | Undecided | NotApplicable]:
    """Provinces differ; what their sources dispute stays open, and where a letter will do DOC605 speaks."""
    entity = person.entity
    if person.role is not PersonRole.LEADER or entity is None or entity.kind is EntityKind.INDIVIDUAL:
        yield NOT_APPLICABLE
        return
    province = rules.provinces.by_icp(entity.province)
    rule = province.leader_must_be_legal_rep if province else None
    if rule in (LeaderRule.LETTER, LeaderRule.NO):
        yield NOT_APPLICABLE
        return
    representatives = tuple(one.shown for one in entity.readable("legal_representative"))
    if not representatives:
        yield undecided_representative(entity)
        return
    if not person_names(person):
        yield undecided_value(person, "name")
        return
    match = best_match(person_names(person), representatives, policy.aliases)
    if match.matched:
        return
    cells = (*field_cells(person, "name"), *entity.cells("legal_representative"))
    if match.undecided or rule is None:
        detail = province.detail("leader_must_be_legal_rep") if province else ""
        yield Undecided(
            (match.reason or Reason.VARIANT) if match.undecided else Reason.NO_RULE_DATA,
            say("主体负责人 {leader} 与法定代表人 {representative} 不同; 当地要求: {rule}",
                "The entity leader {leader} is not the legal representative {representative}; local rule: {rule}",
                leader=person_names(person), representative=representatives, rule=detail or "—"),
            expected=representatives, observed=person_names(person), cells=cells,
        )  # fmt: skip
        return
    yield Violation(
        say("{province}要求主体负责人为法定代表人 {representative}, 台账为 {leader}",
            "{province} asks for the legal representative {representative} as entity leader; the book names {leader}",
            province=province.name if province else "", representative=representatives, leader=person_names(person)),
        expected=representatives[0], observed=person_names(person)[0], cells=cells,
    )  # fmt: skip


@check(
    "PER510",
    title="手机号码归属地符合当地要求",
    title_en="The mobile's home province suits the local rule",
    meaning="当地要求使用本省手机号码, 而手机归属地在外省",
    meaning_en="The province asks for a local mobile number, and the mobile's home is elsewhere",
    severity=Severity.INFO,
    cites=(PROVINCE_RULES, SMS_CHECK),
    remedy="向运营商核实手机归属地, 非本省号码的按当地要求更换",
    remedy_en="Ask the carrier for the number's home province; change it where the Administration asks for a local one",
)
def mobile_is_local(person: Person, rules: RuleData) -> Iterator[Violation | Undecided | NotApplicable]:
    """No dated table of number ranges is shipped, so this never fails; it only says where somebody must look."""
    entity = person.entity
    province = rules.provinces.by_icp(entity.province) if entity else None
    rule = province.phone_must_be_local if province else None
    individual = entity is not None and entity.kind is EntityKind.INDIVIDUAL
    asked = rule is LocalPhone.YES or (
        individual and rule in (LocalPhone.INDIVIDUAL_ONLY, LocalPhone.INDIVIDUAL_FROM_ELSEWHERE)
    )
    if province is None or not asked:
        yield NOT_APPLICABLE
        return
    if masked(person, "mobile") or not person.readable("mobile"):
        yield undecided_value(person, "mobile")
        return
    yield Undecided(
        Reason.NO_RULE_DATA,
        say("{province}要求使用本省手机号码, 号段归属地数据未收录, 请人工核对 {number}",
            "{province} asks for a local mobile; home provinces of number ranges are not on hand, check {number} by hand",
            province=province.name,
            number=tuple(Personal(PersonalKind.PHONE, str(one.value)) for one in person.readable("mobile"))),
        cells=field_cells(person, "mobile"),
    )  # fmt: skip


CHECKS = tuple(
    sorted(
        (
            *person_numbers.CHECKS,
            *person_contacts.CHECKS,
            *person_sharing.CHECKS,
            leader_is_legal_representative,
            mobile_is_local,
        ),
        key=lambda one: one.id,
    )
)
