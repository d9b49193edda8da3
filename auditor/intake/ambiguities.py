"""Titles that may mean several fields: one small rule each, over what surrounds the column."""

from __future__ import annotations

import re
from collections.abc import Callable

from auditor.intake import vocabulary
from auditor.intake.dates import read_validity
from auditor.intake.surroundings import PEOPLE, Surroundings, prefix_of
from auditor.model.identity import credit_code_problem, id_number_problem
from auditor.model.values import FIELDS
from auditor.model.words import SheetRole

_ID_PARTS = ("id_number", "id_type", "id_start")


def _validity(one: Surroundings, index: int) -> str | None:
    """有效期: of the document or person the sheet lists, of the paper just to the left, else of the domain."""
    if one.role is SheetRole.DOCUMENTS:
        return "document_expiry"
    last = one.left[-1] if one.left else ""
    candidates = []
    if last.endswith("authorisation_letter"):
        candidates.append(last + "_expiry")
    if one.role is SheetRole.PERSONS:
        candidates.append("person_id_expiry")
    elif last.startswith(PEOPLE) and last.endswith(_ID_PARTS):
        candidates.append(prefix_of(last) + "id_expiry")
    if last in ("entity_certificate_number", "entity_certificate_type"):
        candidates.append("entity_certificate_expiry")
    if one.has("domain"):
        candidates.append("domain_expiry")
    if one.role is SheetRole.ENTITIES:
        candidates.append("entity_certificate_expiry")
    return next((code for code in candidates if not one.has(code)), None)


def _expiry(one: Surroundings, index: int) -> str | None:
    """到期时间: the domain's where domains are listed, unless its cells hold 长期 or ranges, as only papers do."""
    of_domain = one.has("domain") and not one.has("domain_expiry") and one.role is not SheetRole.DOCUMENTS
    if of_domain and not any(_is_papers(text) for text in one.sample(index)):
        return "domain_expiry"
    return _validity(one, index)


def _is_papers(text: str) -> bool:
    term = read_validity(text)
    return term is not None and (term.is_long_term or term.start is not None)


def _certificate_expiry(one: Surroundings, index: int) -> str | None:
    if one.role is SheetRole.DOCUMENTS:
        return "document_expiry"
    if one.role is SheetRole.PERSONS:
        return "person_id_expiry"
    near = one.nearest()
    if near in PEOPLE:
        return near + "id_expiry"
    return "entity_certificate_expiry" if near == "entity_" else None


def _licence_expiry(one: Surroundings, index: int) -> str | None:
    return "document_expiry" if one.role is SheetRole.DOCUMENTS else "entity_certificate_expiry"


def _valid_from(one: Surroundings, index: int) -> str | None:
    if one.role is SheetRole.DOCUMENTS:
        return "document_start"
    if one.role is SheetRole.PERSONS:
        return "person_id_start"
    near = one.nearest()
    return near + "id_start" if near in PEOPLE else None


def _certificate_owner(one: Surroundings, index: int) -> str | None:
    """Whose certificate number a 证件号码 column holds."""
    if one.role is SheetRole.PERSONS:
        return "person_"
    if one.role is SheetRole.REGISTRAR:
        return "registrant_"
    if one.role is SheetRole.MINISTRY:
        return "entity_"
    near = one.nearest()
    if one.mostly(index, lambda text: credit_code_problem(text.upper()) is None):
        return "registrant_" if near == "registrant_" else "entity_"
    if near in PEOPLE or near == "registrant_":
        return near
    if near is None and one.mostly(index, lambda text: id_number_problem(text.upper()) in (None, "check")):
        return one.person_at(index)
    return near


def _certificate_number(one: Surroundings, index: int) -> str | None:
    if one.role is SheetRole.DOCUMENTS:
        return "document_number"
    owner = _certificate_owner(one, index)
    if owner in PEOPLE:
        return owner + "id_number"
    return owner + "certificate_number" if owner else None


def _certificate_type(one: Surroundings, index: int) -> str | None:
    if one.role is SheetRole.DOCUMENTS:
        return "document_type"
    following = one.tokens[index + 1] if index + 1 < len(one.tokens) else None
    owner = None
    if following == "?certificate_number":
        owner = _certificate_owner(one, index + 1)
    elif (
        following in FIELDS
        and following is not None
        and following.endswith(("id_number", "certificate_number"))
    ):
        owner = following.removesuffix("id_number").removesuffix("certificate_number")
    owner = owner or _certificate_owner(one, index)
    if owner in PEOPLE:
        return owner + "id_type"
    return owner + "certificate_type" if owner else None


def _record_number(one: Surroundings, index: int) -> str | None:
    if one.role is SheetRole.ENTITIES and not one.has("entity_number"):
        return "entity_number"
    if one.has("service_number"):
        return None if one.has("entity_number") else "entity_number"
    return "service_number"


def _organisation(one: Surroundings, index: int) -> str | None:
    return "registrant" if one.role is SheetRole.REGISTRAR else "entity_name"


def _owner(one: Surroundings, index: int) -> str | None:
    if one.role is SheetRole.DOCUMENTS:
        return "document_holder"
    return "registrant" if one.has("domain") else None


def _domain_type(one: Surroundings, index: int) -> str | None:
    return "entity_kind" if one.mostly(index, vocabulary.entity_kind) else None


def _domain_state(one: Surroundings, index: int) -> str | None:
    return "restricted" if one.mostly(index, lambda text: text in ("是", "否")) else "domain_status"


def _status(one: Surroundings, index: int) -> str | None:
    if one.role is SheetRole.ORDERS:
        return "order_stage"
    if one.role in (SheetRole.FILINGS, SheetRole.SERVICES, SheetRole.MINISTRY) and one.mostly(
        index, lambda text: "备案" in text
    ):
        return "filing_status"
    return "domain_status" if one.has("domain") else None


def _kind(one: Surroundings, index: int) -> str | None:
    by_role = {
        SheetRole.SERVICES: "service_kind",
        SheetRole.DOCUMENTS: "document_type",
        SheetRole.ORDERS: "order_kind",
        SheetRole.PERSONS: "role",
        SheetRole.ENTITIES: "entity_kind",
    }
    if one.role in by_role:
        return by_role[one.role]
    if one.mostly(index, vocabulary.entity_kind):
        return "entity_kind"
    return "service_kind" if one.mostly(index, vocabulary.service_kind) else None


def _order_changes(one: Surroundings, index: int) -> str | None:
    """变更内容: what is changed, unless the cells hold kinds of orders and no other column does."""
    if not one.has("order_kind") and one.mostly(index, _names_order):
        return "order_kind"
    return "order_changes" if one.role is SheetRole.ORDERS else None


def _names_order(text: str) -> bool:
    return bool(_ORDER.search(text)) and vocabulary.order_kind(text) is not None


def _name(one: Surroundings, index: int) -> str | None:
    return {
        SheetRole.ENTITIES: "entity_name",
        SheetRole.SERVICES: "service_name",
        SheetRole.DOCUMENTS: "document_type",
        SheetRole.PERSONS: "person_name",
    }.get(one.role)


def _post(one: Surroundings, index: int) -> str | None:
    told = one.role is SheetRole.PERSONS and one.mostly(index, vocabulary.person_roles)
    return "role" if told else None


def _ip(one: Surroundings, index: int) -> str | None:
    return "resolved_ip" if one.has("filed_ip") else "filed_ip"


def _provider(one: Surroundings, index: int) -> str | None:
    return "registrar" if one.role is SheetRole.REGISTRAR else "access_provider"


def _registered(one: Surroundings, index: int) -> str | None:
    return "domain_created" if one.has("domain") and one.role is not SheetRole.ENTITIES else None


def _review_date(one: Surroundings, index: int) -> str | None:
    return None if one.role is SheetRole.ORDERS else "approved_date"


def _filing_state(one: Surroundings, index: int) -> str | None:
    return "order_stage" if one.role is SheetRole.ORDERS else "filing_status"


def _review_state(one: Surroundings, index: int) -> str | None:
    return {SheetRole.ORDERS: "order_stage", SheetRole.REGISTRAR: "real_name_status"}.get(one.role)


def _number(one: Surroundings, index: int) -> str | None:
    order = one.role is SheetRole.ORDERS and not one.has("order_number") and one.mostly(index, _LONG.search)
    return "order_number" if order else "row_number"


_ORDER = re.compile("变更|注销|接入|备案")
_LONG = re.compile(r"[\w-]{6,}")
RULES: dict[str, Callable[[Surroundings, int], str | None]] = {
    "?validity": _validity,
    "?expiry": _expiry,
    "?certificate_expiry": _certificate_expiry,
    "?licence_expiry": _licence_expiry,
    "?valid_from": _valid_from,
    "?certificate_number": _certificate_number,
    "?certificate_type": _certificate_type,
    "?record_number": _record_number,
    "?organisation": _organisation,
    "?owner": _owner,
    "?domain_type": _domain_type,
    "?domain_state": _domain_state,
    "?status": _status,
    "?kind": _kind,
    "?order_changes": _order_changes,
    "?name": _name,
    "?post": _post,
    "?ip": _ip,
    "?provider": _provider,
    "?registered": _registered,
    "?review_date": _review_date,
    "?filing_state": _filing_state,
    "?review_state": _review_state,
    "?number": _number,
}
