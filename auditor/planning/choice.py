"""Which cures a case takes, where that depends on the entity, the person, the paper or the province."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from auditor.model.identity import credit_code_problem
from auditor.model.portfolio import Document, Entity, Service
from auditor.model.text import Text
from auditor.model.values import FIELDS, Level, plain
from auditor.model.verdict import Severity
from auditor.model.words import EntityKind, PersonRole
from auditor.planning.cases import Case
from auditor.planning.cures import (
    CANCEL_ENTITY,
    CHANGE_ENTITY,
    CHANGE_REGISTERED,
    CHANGE_SERVICE,
    CORRECT_BOOK,
    CURES,
    FOLLOW_REMEDY,
    MOVE_DOMAIN,
    NEW_ID_ENTITY,
    NEW_ID_SERVICE,
    REFILE_ENTITY,
    REPLACE_PAPER,
    SETTLE_RECORD,
    TRANSFER,
    Cure,
)
from auditor.rules.load import RuleData
from auditor.rules.provinces import RegistrantRule
from auditor.rules.tlds import TldStatus

# What the business register or its like says of an entity; a change there comes before that of the services.
REGISTERED = frozenset(
    {
        "entity_name",
        "entity_kind",
        "entity_certificate_type",
        "entity_certificate_number",
        "entity_address",
        "legal_representative",
    }
)
_CARDS = frozenset({"leader_id", "administrator_id", "id_card", "foreign_id", "residence_permit"})
# 津辽川滇苏浙沪桂晋京黔 let an entity without services add one directly; elsewhere it is cancelled first.
_ADD_TO_SHELL = frozenset("津辽蜀滇苏浙沪桂晋京黔")
_ADD_INSTEAD = Text(
    "当地允许空壳主体直接新增服务: 仍要使用的, 改为新增服务, 不必注销 (以管局最新要求为准)",
    "This province lets a shell add a service directly: where the entity is still needed, add one instead of cancelling "
    "(the Administration's current rules prevail)",
)
_SHELL_ELSEWHERE = Text(
    "当地一般须先线下注销空壳主体 (约 5 个工作日), 再重新备案 (以管局最新要求为准)",
    "This province usually has a shell cancelled on paper first (about 5 working days) and filed anew (the "
    "Administration's current rules prevail)",
)
_ORGANISATION_ONLY = Text(
    "当地要求域名持有者与备案单位一致, 不接受法定代表人等关联方持有",
    "This province wants the organisation itself as holder and accepts no related party",
)
_NOT_AGAIN = Text(
    "{tld} 未获批准或未收录: 注销后无法再次备案, 改用新域名之前不要注销",
    "{tld} is not approved, or on neither list: once cancelled it cannot be filed again; do not cancel before moving to another domain",
)
_OLD_NUMBER_LENGTHS = (9, 10, 15)

Choice = Callable[[Case, RuleData], tuple[Cure, ...]]


def cures_for(case: Case, rules: RuleData) -> tuple[Cure, ...]:
    """What cures a failed finding; empty where there is nothing to do. A check that the table lacks: its own remedy."""
    finding = case.finding
    if finding.severity is Severity.INFO:
        return ()
    choose = _CHOICES.get(finding.check)
    if choose is not None:
        return choose(case, rules)
    return CURES.get(finding.check, (FOLLOW_REMEDY,))


def _shell(case: Case, rules: RuleData) -> tuple[Cure, ...]:
    """REC111: eleven provinces let a shell live on."""
    if not case.province:
        return (CANCEL_ENTITY,)
    more = _ADD_INSTEAD if case.province in _ADD_TO_SHELL else _SHELL_ELSEWHERE
    return (replace(CANCEL_ENTITY, warnings=(*CANCEL_ENTITY.warnings, more)),)


def _credit_code(case: Case, rules: RuleData) -> tuple[Cure, ...]:
    """REC109: a certificate number of before 2015 is replaced by an order; a wrong one is a slip in the book."""
    number = case.entity.text("entity_certificate_number") if case.entity is not None else None
    if number and len(plain(number)) in _OLD_NUMBER_LENGTHS:
        return (CHANGE_REGISTERED,)
    return (CORRECT_BOOK,)


def _related_party(case: Case, rules: RuleData) -> tuple[Cure, ...]:
    """OWN202: proof where the province takes it, else a transfer."""
    province = rules.provinces.by_icp(case.province) if case.province else None
    if province is not None and province.related_party_registrant is RegistrantRule.ORGANISATION_ONLY:
        return (replace(TRANSFER, warnings=(_ORGANISATION_ONLY,)),)
    return (REPLACE_PAPER,)


def _certificate(case: Case, rules: RuleData) -> tuple[Cure, ...]:
    """OWN206: the same number under another type of certificate needs a look, another number a new verification."""
    return (CORRECT_BOOK,) if case.finding.severity <= Severity.LOW else CURES["OWN206"]


def _suffix(case: Case, rules: RuleData) -> tuple[Cure, ...]:
    """DOM305, DOM309: a filing on such a suffix is lost for good when it is cancelled."""
    return (replace(MOVE_DOMAIN, warnings=lost_suffixes(case.domain_names, rules)),)


def lost_suffixes(domains: tuple[str, ...], rules: RuleData) -> tuple[Text, ...]:
    """A warning for every suffix that cannot, or perhaps cannot, be filed again."""
    found = {}
    for domain in domains:
        status, _row = rules.tlds.status(domain)
        if status is not TldStatus.APPROVED:
            tld = "." + domain.rpartition(".")[2]
            found[tld] = Text(_NOT_AGAIN.zh.format(tld=tld), _NOT_AGAIN.en.format(tld=tld))
    return tuple(found[tld] for tld in sorted(found))


def _entity_rows(case: Case, rules: RuleData) -> tuple[Cure, ...]:
    """SYN402: registered data, other data, or a certificate number that makes it another entity."""
    if case.entity is not None and "entity_certificate_number" in case.fields and _two_codes(case.entity):
        return (SETTLE_RECORD, REFILE_ENTITY)
    return (CHANGE_REGISTERED,) if case.fields & REGISTERED else (CHANGE_ENTITY,)


def _two_codes(entity: Entity) -> bool:
    """Whether two credit codes stand under the entity, both without a slip."""
    codes = {plain(one.shown).upper() for one in entity.readable("entity_certificate_number")}
    return sum(credit_code_problem(code) is None for code in codes) > 1


def _left_behind(case: Case, rules: RuleData) -> tuple[Cure, ...]:
    """SYN404: by what was left behind, an order for the entity, for the services of those domains, or for both."""
    levels = {FIELDS[code].level for code in case.fields if code in FIELDS}
    found: list[Cure] = []
    if Level.ENTITY in levels:
        found.append(CHANGE_REGISTERED if case.fields & REGISTERED else CHANGE_ENTITY)
    if Level.SERVICE in levels and any(domain.services for domain in case.domains):
        found.append(CHANGE_SERVICE)
    return tuple(found) or (CHANGE_ENTITY,)


def _person(case: Case, rules: RuleData) -> tuple[Cure, ...]:
    """PER50x: a leader stands in the entity's part of the filing, an administrator in the service's."""
    role = case.person.role if case.person is not None else None
    if role is PersonRole.ADMINISTRATOR or (role is None and case.finding.service_number):
        return (CHANGE_SERVICE,) if case.service_names else (CHANGE_ENTITY,)
    return (CHANGE_ENTITY,)


def _paper(case: Case, rules: RuleData) -> tuple[Cure, ...]:
    """DOC601–603: the paper itself, and the entries of the filing that repeat it."""
    document = case.document
    if document is None:
        return (REPLACE_PAPER,)
    if document.kind == "entity_certificate":
        return (REPLACE_PAPER, CHANGE_ENTITY)
    if document.kind not in _CARDS:
        return (REPLACE_PAPER,)
    found = [REPLACE_PAPER]
    if _is_leaders(document):
        found.append(NEW_ID_ENTITY)
    if case.service_names or services_of_holder(document):
        found.append(NEW_ID_SERVICE)
    return tuple(found)


def _is_leaders(document: Document) -> bool:
    """Whether a card is the entity leader's; an individual's card is always theirs."""
    if document.kind == "leader_id":
        return True
    if document.subject is not None:
        return document.subject.role is PersonRole.LEADER
    entity = document.entity
    if entity is None or document.kind == "administrator_id":
        return False
    if entity.kind is EntityKind.INDIVIDUAL:
        return True
    return bool(document.holder and entity.leader is not None and document.holder == entity.leader.name)


def services_of_holder(document: Document) -> tuple[Service, ...]:
    """The services whose administrator bears the name on a card; those that the book itself links come first."""
    if document.services or document.entity is None or not document.holder:
        return document.services
    holder = plain(document.holder)
    return tuple(
        service
        for service in document.entity.services
        if any(person.name and plain(person.name) == holder for person in service.administrators)
    )


def _kind_of_entity(case: Case, rules: RuleData) -> tuple[Cure, ...]:
    """MIT953: a person's filing never becomes an organisation's, nor the reverse."""
    finding = case.finding
    named = {one for one in (finding.expected, finding.observed) if isinstance(one, EntityKind)}
    if EntityKind.INDIVIDUAL in named and len(named) > 1:
        return (
            SETTLE_RECORD,
            replace(
                REFILE_ENTITY,
                reason=Text(
                    "个人备案与单位备案不能互相变更 (个别省份除外)",
                    "A person's filing cannot become an organisation's, or the reverse (single provinces apart)",
                ),
            ),
        )
    return CURES["MIT953"]


_CHOICES: Mapping[str, Choice] = {
    "REC109": _credit_code,
    "REC111": _shell,
    "OWN202": _related_party,
    "OWN206": _certificate,
    "DOM305": _suffix,
    "DOM309": _suffix,
    "SYN402": _entity_rows,
    "SYN404": _left_behind,
    **dict.fromkeys((f"PER50{n}" for n in range(1, 10)), _person),
    **dict.fromkeys(("DOC601", "DOC602", "DOC603"), _paper),
    "MIT953": _kind_of_entity,
}
