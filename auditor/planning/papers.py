"""The papers of one order: which it needs, and how it stands with each in the book."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TypeAlias

from auditor.model.plan import Material, MaterialState, WorkKind
from auditor.model.policy import Policy
from auditor.model.portfolio import Document, Entity, Person, Portfolio, Service
from auditor.model.text import Message, Text, say
from auditor.model.values import Unreadable, Validity, plain
from auditor.model.words import EntityKind, PersonRole, SheetRole
from auditor.planning.drafts import Draft
from auditor.rules import materials as lists
from auditor.rules.load import RuleData

# Who may stand in the papers of an order: the entity leader, and the services with their administrators.
_Crew: TypeAlias = tuple[Person | None, list[Service]]
_CARDS = ("leader_id", "administrator_id", "id_card", "foreign_id")
_OF_ROLE = {"leader_id": PersonRole.LEADER, "administrator_id": PersonRole.ADMINISTRATOR}
_LETTERS = {
    "authorisation_letter_leader": PersonRole.LEADER,
    "authorisation_letter_administrator": PersonRole.ADMINISTRATOR,
}
_RECEIPT = "phone_receipt"
# Taken or made for the very order: there is nothing to list beforehand, and nothing that runs out.
_WITHOUT_TERM = frozenset({"real_name_screenshot", "holding_photo", "live_check", "app_material", _RECEIPT})
_FOR_CANCELLATION = frozenset({"entity_certificate", "leader_id", "id_card"})
_PROVINCE_HINT = Text(
    "按当地要求提供 (以管局最新要求为准)", "As the province asks (the Administration's current rules prevail)"
)
_NO_TERM = Text("台账未填有效期", "The book gives no term")
_NOT_READ = Text("台账的有效期无法识别", "The term in the book cannot be read")
_NO_LIST = Text("台账没有证照材料表", "The book keeps no list of papers")


def papers_for(
    draft: Draft, entity: Entity | None, leader: Person | None, begin: date, end: date, portfolio: Portfolio,
    rules: RuleData, policy: Policy,
) -> tuple[Material, ...]:  # fmt: skip
    """The papers of an order that begins and ends on these days; nothing for the office's own preparations.

    Required by the kind of entity; letters where a person is not the legal representative; what the province asks for.
    """
    if draft.kind is WorkKind.PREPARATION:
        return ()
    services = [one for one in draft.services.values() if one is not None]
    return tuple(
        _state(material, entity, (leader, services), begin, end, portfolio, policy)
        for material in _needed(draft, entity, (leader, services), rules)
    )


def _needed(draft: Draft, entity: Entity | None, crew: _Crew, rules: RuleData) -> Iterator[lists.Material]:
    kind = entity.kind if entity is not None else None
    individual = kind is EntityKind.INDIVIDUAL
    side = "individual" if individual else "organisation"
    if draft.kind is WorkKind.REAL_NAME:
        yield rules.materials.get("id_card" if individual else "entity_certificate")
        return
    province = rules.provinces.by_icp(entity.province) if entity is not None and entity.province else None
    names = {province.icp_abbr, province.police_abbr} if province is not None else set()
    for one in rules.materials:
        if one.entity_kind not in (side, "common"):
            continue
        if draft.kind is WorkKind.CANCEL and not draft.filings:
            if one.key in _FOR_CANCELLATION:
                yield one
        elif (
            one.required == "yes"
            or (one.key in _LETTERS and entity is not None and _letter(one.key, entity, crew))
            or (one.key == "name_change_notice" and draft.registration)
            or (one.required == "province" and any(name in one.note for name in names))
        ):
            yield one


def _letter(key: str, entity: Entity, crew: _Crew) -> bool:
    """Whether some person in the role is known not to be the legal representative."""
    representative = entity.text("legal_representative")
    if not representative:
        return False
    return any(one.name and plain(one.name) != plain(representative) for one in _people(_LETTERS[key], crew))


def _people(role: PersonRole, crew: _Crew) -> list[Person]:
    leader, services = crew
    if role is PersonRole.LEADER:
        return [leader] if leader is not None else []
    return [person for service in services for person in service.administrators]


def _state(
    material: lists.Material, entity: Entity | None, crew: _Crew, begin: date, end: date,
    portfolio: Portfolio, policy: Policy,
) -> Material:  # fmt: skip
    hint = Message(_PROVINCE_HINT) if material.required == "province" else None
    documents = list(_documents(material.key, entity, crew))
    if not documents:
        listed = SheetRole.DOCUMENTS in portfolio.roles
        state = MaterialState.MISSING if listed and hint is None else MaterialState.NOT_KNOWN
        return Material(
            material.key, material.name, state, note=hint or (None if listed else Message(_NO_LIST))
        )
    best = max(documents, key=_lasting)
    state, note = _standing(material, best, begin, end, policy)
    return Material(
        material.key, material.name, state, best.cells[0] if best.cells else None, best.end, note or hint
    )


def _documents(key: str, entity: Entity | None, crew: _Crew) -> Iterator[Document]:
    """The listed papers that serve as the material; a card or a letter must be that of somebody in the role."""
    if entity is None:
        return
    role = _OF_ROLE.get(key) or _LETTERS.get(key)
    if key == "id_card":
        yield from (one for one in entity.documents if one.kind in _CARDS)
        return
    if role is None:
        yield from (one for one in entity.documents if one.kind == key)
        return
    kinds = _CARDS if key in _OF_ROLE else tuple(_LETTERS)
    people = _people(role, crew)
    names = {plain(one.name) for one in people if one.name}
    for document in entity.documents:
        if document.kind not in kinds:
            continue
        holder = plain(document.holder) if document.holder else ""
        own = document.subject in people if document.subject is not None else False
        if own or (holder in names if holder else document.kind == key):
            yield document


def _lasting(document: Document) -> tuple[bool, date, str]:
    """Long-term papers first, then by their last day; one without a readable term comes last."""
    term = document.validity
    if isinstance(term, Validity):
        return (True, term.end or date.max, document.target)
    return (False, date.min, document.target)


def _standing(
    material: lists.Material, document: Document, begin: date, end: date, policy: Policy
) -> tuple[MaterialState, Message | None]:
    term = document.validity
    if material.key == _RECEIPT:
        return _receipt(document, begin, policy)
    if isinstance(term, Unreadable):
        return MaterialState.NOT_KNOWN, Message(_NOT_READ)
    if term is None:
        return MaterialState.LISTED, None if material.key in _WITHOUT_TERM else Message(_NO_TERM)
    if term.end is None:
        return MaterialState.LISTED, None
    if term.end < policy.as_of:
        return MaterialState.EXPIRED, say("已于 {end} 到期", "ran out on {end}", end=term.end)
    days = policy.thresholds.document_days[0]
    needed = max(begin + timedelta(days=days), end)
    if term.end < needed:
        return MaterialState.SHORT, say(
            "{end} 到期, 应至少有效至 {needed}", "runs out on {end}, should last until {needed}", end=term.end, needed=needed
        )  # fmt: skip
    return MaterialState.LISTED, None


def _receipt(document: Document, begin: date, policy: Policy) -> tuple[MaterialState, Message | None]:
    """A receipt's date is the day it was issued; it must be recent on the day of submission."""
    term = document.validity
    day = document.issued or (term.start or term.end if isinstance(term, Validity) else term)
    if day is None or isinstance(day, Unreadable):
        return MaterialState.LISTED, Message(_NO_TERM if day is None else _NOT_READ)
    if (begin - day).days > policy.thresholds.receipt_days:
        return MaterialState.EXPIRED, say(
            "凭证日期 {day}, 提交时已超过 {days} 天", "of {day}, over {days} days old on submission",
            day=day, days=policy.thresholds.receipt_days,
        )  # fmt: skip
    return MaterialState.LISTED, None
