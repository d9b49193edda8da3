"""Checks on whether the papers are there: the documents an entity needs, the letter that covers a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from auditor.checks.check import NOT_APPLICABLE, NotApplicable, Undecided, Violation, check
from auditor.checks.document_kinds import FOREIGN, ID_CARDS, LETTERS, document_name, term_cells
from auditor.checks.document_people import Circle, People, people_of
from auditor.checks.person_identity import (
    best_match,
    field_cells,
    identity,
    is_masked_name,
    person_names,
    same_human,
    undecided_representative,
    undecided_value,
    unread,
)
from auditor.model.place import CellRef
from auditor.model.policy import Policy
from auditor.model.portfolio import Document, Entity, Person, Portfolio
from auditor.model.text import Message, Text, say
from auditor.model.values import Unreadable, Validity, plain
from auditor.model.verdict import Reason, Severity
from auditor.model.words import EntityKind, PersonRole, SheetRole
from auditor.rules.load import RuleData
from auditor.rules.regulations import FORM_64, GUIDE, PROVIDER_RULES

_FEW = 8  # whether anybody else needs a letter shows among the first few
_ROLE_CARD = {"leader_id": PersonRole.LEADER, "administrator_id": PersonRole.ADMINISTRATOR}
_NO_WORDS = frozenset(
    {"无", "否", "没有", "未提供", "未上传", "缺", "缺失", "no", "n", "none", "false", "0", "x", "×", "✗"}
)


@check(
    "DOC604",
    title="备案所需材料均已列出",
    title_en="Every document that the entity needs is listed",
    meaning="台账未列出该性质主体办理备案所需的材料 (单位: 主体证件、负责人身份证; 个人: 身份证、手持照; 均需: 域名实名截图、应急电话缴费凭证)",
    meaning_en="A document that the kind of entity needs is not listed (organisation: its certificate, the persons' ID cards; "
    "individual: ID card, photo holding it; both: real-name screenshot, receipt for the emergency phone)",
    severity=Severity.MEDIUM,
    cites=(GUIDE, PROVIDER_RULES),
    remedy="备齐所缺材料并登记到证照材料表",
    remedy_en="Get the missing documents and list them in the documents sheet",
)
def needed_documents_listed(
    entity: Entity, portfolio: Portfolio, rules: RuleData
) -> Iterator[Violation | Undecided | NotApplicable]:
    """Only a book that keeps a list of documents can lack one on it; letters are DOC605's matter."""
    if SheetRole.DOCUMENTS not in portfolio.roles:
        message = say("台账没有证照材料表", "The book has no list of documents")
        yield Undecided(Reason.MISSING_VALUE, message)
        return
    if entity.kind is None:
        message = say(
            "主办单位性质未知, 无法确定所需材料",
            "The kind of entity is not known, so what it needs is not either",
        )
        reason = Reason.UNPARSED if entity.said("entity_kind") else Reason.MISSING_VALUE
        yield Undecided(reason, message, cells=entity.cells("entity_kind"))
        return
    needed = rules.materials.required(entity.kind)
    states = [(one, _is_listed(one.key, entity, portfolio)) for one in needed if one.key not in LETTERS]
    missing = [one for one, listed in states if listed is False]
    doubtful = {one: listed for one, listed in states if isinstance(listed, Reason)}
    if missing:
        yield Violation(
            say("未列出: {missing}", "Not listed: {missing}", missing=tuple(one.name for one in missing)),
            expected=tuple(one.name for one in needed),
            observed=tuple(dict.fromkeys(document_name(one, rules) for one in entity.documents)) or None,
            cells=entity.cells("entity_number", "entity_name"),
        )
    elif doubtful:
        yield Undecided(
            min(doubtful.values()),
            say("无法确认是否已列出: {names} (持证人与负责人无法核对)",
                "Whether they are listed cannot be told: {names} (the holder cannot be held against the person)",
                names=tuple(one.name for one in doubtful)),
            cells=entity.cells("entity_number", "entity_name"),
        )  # fmt: skip


def _is_listed(key: str, entity: Entity, portfolio: Portfolio) -> bool | Reason:
    """Whether a paper is on the list; the reason where only a card that may be somebody else's is."""
    kinds = {document.kind for document in entity.documents}
    if key in kinds:
        return True
    if key == "id_card":
        # An individual is the entity and holds both roles: one card, under whichever name it is listed.
        return bool(kinds & (ID_CARDS | {FOREIGN, "entity_certificate"}))
    role = _ROLE_CARD.get(key)
    if role is None:
        return False
    circle = people_of(entity, portfolio).circle(role)
    cards = [document for document in entity.documents if document.kind in ID_CARDS | {FOREIGN}]
    if any(_is_card_of(document, circle) for document in cards):
        return True
    reasons = {circle.may_name_one(card.holder) for card in cards if card.holder} - {None}
    return min((one for one in reasons if one), default=False)


def _is_card_of(document: Document, circle: Circle) -> bool:
    """Whether a card is that of somebody in the circle; a card that names nobody may be anybody's."""
    if document.subject is not None and circle.holds(identity(document.subject)):
        return True
    if document.holder:
        return circle.names_one(document.holder)
    return document.kind in ("id_card", FOREIGN) and document.subject is None


@dataclass(slots=True)
class _Cover:
    """What the book's letters say of one person; each list holds the cells of letters of that standing."""

    valid: bool = False
    expired: list[tuple[Validity, tuple[CellRef, ...]]] = field(default_factory=list)
    undated: list[CellRef] = field(default_factory=list)
    unread: list[CellRef] = field(default_factory=list)
    nameless: list[CellRef] = field(default_factory=list)
    doubtful: dict[Reason, list[CellRef]] = field(default_factory=dict)


@check(
    "DOC605",
    title="非法定代表人的负责人持有有效授权委托书",
    title_en="A responsible person who is not the legal representative has a valid letter of authorisation",
    meaning="负责人不是法定代表人, 台账也没有覆盖该人且在有效期内的授权委托书",
    meaning_en="The responsible person is not the legal representative, and no letter of authorisation in force covers them",
    severity=Severity.HIGH,
    cites=(GUIDE, FORM_64),
    remedy="由法定代表人签署并加盖公章, 为该负责人出具新的授权委托书",
    remedy_en="Have the legal representative sign and seal a new letter of authorisation for this person",
)
def person_is_authorised(
    person: Person, portfolio: Portfolio, policy: Policy
) -> Iterator[Violation | Undecided | NotApplicable]:
    """Organisations only. A letter without a date neither covers nor fails: its term is whatever it says."""
    entity = person.entity
    if entity is None or entity.kind is EntityKind.INDIVIDUAL:
        yield NOT_APPLICABLE
        return
    names = person_names(person)
    representatives = people_of(entity, portfolio).representatives
    match = best_match(names, representatives, policy.aliases) if names and representatives else None
    if match is not None and match.matched:
        yield NOT_APPLICABLE
        return
    cover = _cover(person, entity, portfolio, policy)
    if cover.valid:
        return
    if not names:
        yield undecided_value(person, "name")
    elif match is None:
        yield undecided_representative(entity)
    elif match.undecided:
        yield Undecided(
            match.reason or Reason.VARIANT,
            say("{name} 与法定代表人 {representative} 可能是同一人", "{name} may be the legal representative {representative}",
                name=names, representative=representatives),
            expected=representatives, observed=names,
            cells=(*field_cells(person, "name"), *entity.cells("legal_representative")),
        )  # fmt: skip
    else:
        yield _uncovered(person, names, representatives, cover, portfolio)


def _cover(person: Person, entity: Entity, portfolio: Portfolio, policy: Policy) -> _Cover:
    cover = _Cover()
    people = people_of(entity, portfolio)
    for document in people.letters_of(person):
        _weigh(cover, document.validity, term_cells(document), policy)
    for document in people.open_letters:
        if _covers(document, person, people):
            _weigh(cover, document.validity, term_cells(document), policy)
        else:
            cover.nameless.extend(document.cells)
    for said in person.said("authorisation_letter_expiry"):
        if isinstance(said.value, Validity | Unreadable):
            _weigh(cover, said.value, said.cells, policy)
    if not person.said("authorisation_letter_expiry"):
        for said in person.readable("authorisation_letter"):
            if plain(said.shown) not in _NO_WORDS:
                cover.undated.extend(said.cells)
        for said in unread(person, "authorisation_letter"):
            cover.unread.extend(said.cells)
    for reason, document in () if cover.valid else people.perhaps_letters_of(person):
        if not isinstance(document.validity, Validity) or _in_force(document.validity, policy):
            cover.doubtful.setdefault(reason, []).extend(document.cells)
    return cover


def _weigh(
    cover: _Cover, term: Validity | Unreadable | None, cells: tuple[CellRef, ...], policy: Policy
) -> None:
    if term is None:
        cover.undated.extend(cells)
    elif isinstance(term, Unreadable):
        cover.unread.extend(cells)
    elif not _in_force(term, policy):
        cover.expired.append((term, cells))
    else:
        cover.valid = True


def _in_force(term: Validity, policy: Policy) -> bool:
    return term.end is None or term.end >= policy.as_of


def _covers(document: Document, person: Person, people: People) -> bool:
    """Whether a letter that names no holder is this person's: by its title, or because nobody else needs one."""
    if any(name in document.title for name in person_names(person) if not is_masked_name(name)):
        return True
    return all(same_human(one, person) is True for one in people.needy[:_FEW])


def _uncovered(
    person: Person,
    names: tuple[str, ...],
    representatives: tuple[str, ...],
    cover: _Cover,
    portfolio: Portfolio,
) -> Violation | Undecided:
    """What is wrong or unknown of a person who is not the legal representative and has no letter in force."""
    for open_cells, reason, told in (
        (cover.undated, Reason.MISSING_VALUE, Text("授权书未填有效期", "The letter's term is not given")),
        (
            cover.unread,
            Reason.UNPARSED,
            Text("授权书的有效期无法识别", "The letter's term could not be read"),
        ),
        (
            cover.nameless,
            Reason.MISSING_VALUE,
            Text("授权书未写明被授权人", "The letter does not say whom it authorises"),
        ),
        *(
            (
                cells,
                reason,
                Text(
                    "授权书的被授权人与该负责人无法核对", "Whether the letter is this person's cannot be told"
                ),
            )
            for reason, cells in sorted(cover.doubtful.items())
        ),
    ):
        if open_cells:
            return Undecided(reason, Message(told), cells=tuple(dict.fromkeys(open_cells)))
    known = SheetRole.DOCUMENTS in portfolio.roles or any(
        person.has_column(code) for code in ("authorisation_letter", "authorisation_letter_expiry")
    )
    if not cover.expired and not known:
        message = say(
            "{name} 不是法定代表人, 台账没有授权书一栏",
            "{name} is not the legal representative, and the book keeps no letters",
            name=names,
        )
        return Undecided(Reason.MISSING_VALUE, message, cells=field_cells(person, "name"))
    values = {"name": names, "representative": representatives}
    if cover.expired:
        term, cells_ = max(cover.expired, key=lambda one: str(one[0].end))
        message = say(
            "{name} 不是法定代表人 {representative}, 其授权书已于 {end} 到期",
            "{name} is not the legal representative {representative}, and the letter for them ran out on {end}",
            **values, end=term.end,
        )  # fmt: skip
        return Violation(
            message,
            expected=representatives[0],
            observed=names[0],
            cells=(*field_cells(person, "name"), *cells_),
        )
    message = say(
        "{name} 不是法定代表人 {representative}, 且未列出其授权书",
        "{name} is not the legal representative {representative}, and no letter for them is listed",
        **values,
    )
    cells = field_cells(person, "name", "authorisation_letter", "authorisation_letter_expiry")
    return Violation(message, expected=representatives[0], observed=names[0], cells=cells)


CHECKS = (needed_documents_listed, person_is_authorised)
