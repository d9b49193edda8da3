"""Which part a sheet plays: told by the fields its titles name, helped by its name and its neighbours."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass

from auditor.intake.headerrows import HeaderRow
from auditor.intake.headers import header_key
from auditor.model.values import FIELDS, Level
from auditor.model.words import SheetRole

_NUMBERS = frozenset(("entity_number", "service_number", "?record_number"))
_ORDER_STATES = frozenset(
    (
        "order_kind",
        "?order_changes",
        "order_stage",
        "order_planned",
        "order_submitted",
        "order_first_review_done",
        "order_sms_sent",
        "order_sms_done",
        "order_bureau_submitted",
        "order_done",
    )
)
_TERMS = frozenset(
    (
        "document_expiry",
        "?validity",
        "?expiry",
        "?certificate_expiry",
        "?licence_expiry",
        "?valid_from",
        "document_start",
    )
)
_PERSON_CONTACTS = frozenset(
    (
        "person.mobile",
        "person.id_number",
        "person.email",
        "person.emergency_phone",
        "?certificate_number",
        "person_mobile",
        "person_id_number",
        "person_email",
    )
)
_REGISTRATION = frozenset(
    (
        "registrant",
        "?owner",
        "real_name_status",
        "registrar",
        "registrant_kind",
        "registrant_certificate_type",
        "registrant_certificate_number",
    )
)
_SERVICE_FIELDS = frozenset(
    code for code, one in FIELDS.items() if one.level is Level.SERVICE and code != "service_number"
)
_ENTITY_FIELDS = frozenset(code for code, one in FIELDS.items() if one.level is Level.ENTITY)
# Columns of the ministry's own answer and of the two tools that export it.
_MINISTRY_KEYS = frozenset(
    (
        "mainlicence",
        "servicelicence",
        "unitname",
        "naturename",
        "limitaccess",
        "updaterecordtime",
        "domainid",
        "mainid",
        "serviceid",
        "leadername",
        "contenttypename",
    )
)
_MINISTRY_WORDS = frozenset(
    ("主体许可证号", "服务许可证号", "限制访问", "域名id", "主体id", "服务id", "违规级别")
)
_CHECKER_WORDS = frozenset(("域名主办方", "备案许可证号", "是否限制接入", "网站前置审批项"))
_OFFICE_FIELDS = frozenset(
    (
        "legal_representative",
        "leader_mobile",
        "leader_id_number",
        "leader_id_expiry",
        "leader_email",
        "person.mobile",
        "person.email",
        "registrant",
        "registrar",
        "access_provider",
        "entity_certificate_expiry",
        "domain_expiry",
        "police_number",
        "real_name_status",
        "filed_ip",
        "group",
    )
)
_LOOKUP_FIELDS = frozenset(
    (
        "domain",
        "entity_name",
        "?organisation",
        "entity_kind",
        "?record_number",
        "service_name",
        "home_url",
        "approved_date",
        "?review_date",
        "domain_expiry",
        "row_number",
        "?number",
        "remark",
    )
)
_API_KEYS = frozenset(
    (
        "registrationdate",
        "expirationdate",
        "expirationcurrdatediff",
        "domainauditstatus",
        "realnameauditstatus",
        "domainstatus",
        "domaingroupname",
        "creationdate",
        "registrartype",
        "registranttype",
        "buystatus",
        "organizationnamecn",
        "registrantnamecn",
        "expdate",
        "regdate",
        "clienthold",
        "expiredate",
        "registerdate",
        "autorenew",
        "zhregistrantorganization",
    )
)

_NAME_HINTS = {
    SheetRole.ORDERS: re.compile(r"订单|工单|变更单|变更记录|变更申请|order"),
    SheetRole.DOCUMENTS: re.compile(r"证件|证照|材料|资料|附件|扫描件|document|material"),
    SheetRole.PERSONS: re.compile(r"负责人|人员|联系人|person|contact"),
    SheetRole.MINISTRY: re.compile(r"工信部|管局查询|备案查询|查询结果|miit|ministry|beian"),
    SheetRole.REGISTRAR: re.compile(
        r"注册商|注册局|域名导出|控制台|实名导出|阿里云|腾讯云|华为云|西部数码|新网|registrar|export"
    ),
    SheetRole.SERVICES: re.compile(r"网站|服务|站点|小程序|service|site|^app"),
    SheetRole.ENTITIES: re.compile(r"主体|主办单位|主办者|entit|subject"),
    SheetRole.DOMAINS: re.compile(r"域名|domain"),
}


@dataclass(frozen=True, slots=True)
class RoleGuess:
    """The part that a sheet seems to play.

    otherwise: the part it plays where no other sheet lists filings with their domains: evidence about filings
    that are listed nowhere else is itself the list.
    """

    role: SheetRole
    otherwise: SheetRole | None = None

    def settled(self, *, filings_elsewhere: bool) -> SheetRole:
        """The part, once it is known whether another sheet lists filings with their domains."""
        return self.role if filings_elsewhere or self.otherwise is None else self.otherwise


def hinted(name: str, role: SheetRole) -> bool:
    """True where the sheet's name speaks of a part."""
    pattern = _NAME_HINTS.get(role)
    return pattern is not None and bool(pattern.search(header_key(name)))


def guess_role(header: HeaderRow, name: str, *, alone: bool) -> RoleGuess:
    """The part of a sheet by its titles. alone: no other sheet with a header stands in the books."""
    tokens = header.tokens
    keys = {header_key(one.text) for one in header.headings}
    guess = _evidence(tokens, keys, name) or _papers(tokens, name)
    if guess is not None:
        return guess
    if "domain" in tokens:
        return _with_domain(tokens, keys, name, alone=alone)
    return RoleGuess(_without_domain(tokens, name))


def _evidence(tokens: Set[str], keys: Set[str], name: str) -> RoleGuess | None:
    """Ministry results that give themselves away by the ministry's or a tool's own titles."""
    named = hinted(name, SheetRole.MINISTRY) and not _NUMBERS.isdisjoint(tokens)
    # An office that borrows the ministry's titles for its own list keeps columns that the ministry never shows.
    kept = any(token in _OFFICE_FIELDS or token.startswith("administrator_") for token in tokens)
    if kept or tokens & _ORDER_STATES:
        return None
    worded = (
        len(keys & _MINISTRY_KEYS) >= 3 or len(keys & _MINISTRY_WORDS) >= 2 or len(keys & _CHECKER_WORDS) >= 2
    )
    if not worded and not named:
        return None
    return RoleGuess(SheetRole.MINISTRY, SheetRole.FILINGS if "domain" in tokens else SheetRole.SERVICES)


def _papers(tokens: Set[str], name: str) -> RoleGuess | None:
    """Orders, documents and persons: lists about filings, with or without a domain column to join by."""
    states = tokens & _ORDER_STATES
    if (
        "order_number" in tokens
        and (states or tokens & {"?filing_state", "?status", "?review_state", "?kind"})
    ) or (len(states) >= 2 or (states and hinted(name, SheetRole.ORDERS))):
        return RoleGuess(SheetRole.ORDERS)
    titled = "document_type" in tokens or (
        hinted(name, SheetRole.DOCUMENTS) and not tokens.isdisjoint(("?certificate_type", "?name", "?kind"))
    )
    if titled and not tokens.isdisjoint(
        (*_TERMS, "document_holder", "document_file", "document_number", "?certificate_number")
    ):
        return RoleGuess(SheetRole.DOCUMENTS)
    somebody = not tokens.isdisjoint(("person.name", "person_name", "?name"))
    placed = "role" in tokens or (
        not tokens.isdisjoint(("?post", "?kind"))
        and hinted(name, SheetRole.PERSONS)
        and "domain" not in tokens
    )
    return RoleGuess(SheetRole.PERSONS) if somebody and placed and tokens & _PERSON_CONTACTS else None


def _with_domain(tokens: Set[str], keys: Set[str], name: str, *, alone: bool) -> RoleGuess:
    numbered = not _NUMBERS.isdisjoint(tokens)
    if not numbered and "entity_name" not in tokens:
        return _registration(tokens, keys, name)
    if _looks_like_lookup(tokens, keys):
        return RoleGuess(SheetRole.MINISTRY, SheetRole.FILINGS)
    described = (
        tokens & (_ENTITY_FIELDS - {"entity_number"}) or tokens & _SERVICE_FIELDS or "?organisation" in tokens
    )
    people = any(token.startswith(("person.", "leader_", "administrator_")) for token in tokens)
    if not alone and numbered and not described and not people:
        return RoleGuess(SheetRole.DOMAINS)
    owned = "entity_name" in tokens or "?organisation" in tokens
    if not alone and hinted(name, SheetRole.SERVICES) and tokens & _SERVICE_FIELDS and not owned:
        return RoleGuess(SheetRole.SERVICES)
    return RoleGuess(SheetRole.FILINGS)


def _registration(tokens: Set[str], keys: Set[str], name: str) -> RoleGuess:
    """Domains without any filing beside them: a registrar's list, or a plain list of domains."""
    if len(keys & _API_KEYS) >= 2 or (hinted(name, SheetRole.REGISTRAR) and len(tokens) > 1):
        return RoleGuess(SheetRole.REGISTRAR)
    otherwise = SheetRole.FILINGS if "?organisation" in tokens else SheetRole.DOMAINS
    if tokens & _REGISTRATION:
        return RoleGuess(SheetRole.REGISTRAR, otherwise)
    return RoleGuess(otherwise)


def _looks_like_lookup(tokens: Set[str], keys: Set[str]) -> bool:
    """The titles of public look-up pages (网站备案/许可证号, 审核时间) and nothing that an office keeps itself."""
    reviewed = keys & {"审核时间", "审核日期", "审核通过时间", "审核通过日期"}
    numbered = keys & {"网站备案许可证号", "icp备案许可证号"}
    return bool(reviewed and numbered) and tokens <= _LOOKUP_FIELDS


def _without_domain(tokens: Set[str], name: str) -> SheetRole:
    entity = tokens & _ENTITY_FIELDS
    about_entity = entity - {"entity_number", "entity_name", "province"}
    about_service = tokens & _SERVICE_FIELDS
    contacts = tokens & _PERSON_CONTACTS
    named = not tokens.isdisjoint(("person.name", "person_name"))
    if named and contacts and not about_service and (not about_entity or hinted(name, SheetRole.PERSONS)):
        return SheetRole.PERSONS
    if (
        "service_number" in tokens
        or ("?record_number" in tokens and about_service)
        or "service_name" in tokens
    ):
        return SheetRole.SERVICES
    identified = entity & {"entity_number", "entity_name"} or tokens & {"?record_number", "?organisation"}
    if hinted(name, SheetRole.ENTITIES) and "?name" in tokens:
        identified = identified or tokens & {"?name"}
    if identified and (
        about_entity
        or len(entity) >= 2
        or tokens
        & {"?certificate_number", "?certificate_type", "?record_number", "person.name", "?licence_expiry"}
    ):
        return SheetRole.ENTITIES
    return SheetRole.UNKNOWN
