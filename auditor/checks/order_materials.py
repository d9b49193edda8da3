"""CHG706: the papers that an order needs, by the kind of entity and of order, against those at hand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from auditor.checks.check import NotApplicable, Undecided, Violation, check
from auditor.checks.document_kinds import FOREIGN, ID_CARDS, LETTERS, WITH_TERM, term_cells
from auditor.checks.document_people import Circle, people_of
from auditor.checks.names import compare_names, name_key
from auditor.checks.order_state import entity_of, missing, order_cells, running
from auditor.model.place import CellRef
from auditor.model.policy import Policy
from auditor.model.portfolio import Document, Entity, Order, Portfolio
from auditor.model.text import Message, Text, say
from auditor.model.values import Unreadable, Validity
from auditor.model.verdict import Reason, Severity
from auditor.model.words import EntityKind, OrderKind, PersonRole, SheetRole
from auditor.rules.load import RuleData
from auditor.rules.materials import Materials
from auditor.rules.regulations import GUIDE, PROVIDER_RULES

_ROLES = {
    "leader_id": PersonRole.LEADER,
    "authorisation_letter_leader": PersonRole.LEADER,
    "administrator_id": PersonRole.ADMINISTRATOR,
    "authorisation_letter_administrator": PersonRole.ADMINISTRATOR,
}
# An order that leaves the entity as it is asks for none of the entity's papers, and the other way round.
_NOT_FOR = {OrderKind.SERVICE: {"entity_certificate", "leader_id"}, OrderKind.ENTITY: {"administrator_id"}}
_OTHER_ROLE = {
    PersonRole.LEADER: re.compile(r"网站|服务|app|小程序", re.IGNORECASE),
    PersonRole.ADMINISTRATOR: re.compile(r"主体|主办|单位|法人|法定"),
}
_PIECES = re.compile(r"[、,，;；/|\n+＋]+|\s+")
_LACKING = re.compile(r"缺|待补|未备|没有|尚无|未提供|未上传|[:：(（]无")
_RENAMED = re.compile(r"(?:主体|主办|单位|公司|企业)\S{0,6}名称|更名|改名")


@dataclass(slots=True)
class _Need:
    """One paper that the order needs. by_cell: the order's own cell lists it; papers: documents that are it."""

    key: str
    name: Text
    by_cell: bool
    papers: list[Document]

    @property
    def at_hand(self) -> bool:
        return self.by_cell or bool(self.papers)


@check(
    "CHG706",
    title="订单所需材料已备齐且有效期足够",
    title_en="The papers that the order needs are at hand and last long enough",
    meaning="该性质主体办理此类订单所需的材料缺失, 或有效期不足三个月 (默认 90 天)",
    meaning_en="A paper that the kind of entity needs for this order is missing, or runs out within three months (90 days by default)",
    severity=Severity.MEDIUM,
    cites=(GUIDE, PROVIDER_RULES),
    remedy="补齐所缺材料; 有效期不足三个月的证照先换领, 授权书重新出具, 再提交或补正订单",
    remedy_en="Get the missing papers; renew certificates and write letters anew that last for less than three months, then "
    "submit or mend the order",
    thresholds=("document_days",),
)
def order_materials_at_hand(
    order: Order, portfolio: Portfolio, policy: Policy, rules: RuleData
) -> Iterator[Violation | Undecided | NotApplicable]:
    """At hand is what the order's cell or the documents of its entity list; letters count where the new person needs one."""
    kind = running(order, OrderKind.ENTITY, OrderKind.SERVICE, OrderKind.BOTH, OrderKind.ACCESS)
    if not isinstance(kind, OrderKind):
        yield kind
        return
    entity = entity_of(order)
    if isinstance(entity, Undecided):
        yield entity
        return
    if entity.kind is None:
        message = say("主办单位性质未知, 无法确定所需材料",
                      "The kind of entity is not known, so what it needs is not either")  # fmt: skip
        yield Undecided(Reason.MISSING_VALUE, message, cells=entity.cells("entity_kind"))
        return
    needs = _needs(order, kind, entity, portfolio, policy, rules)
    limit = policy.as_of + timedelta(days=policy.thresholds.document_days[0])
    lacking = [need for need in needs if not need.at_hand]
    short = [(need, end, need.papers) for need in needs if (end := _too_short(need, limit)) is not None]
    complete = bool(order.readable("order_materials")) or SheetRole.DOCUMENTS in portfolio.roles
    unread = [piece for piece in _pieces(order) if not rules.materials.document_keys(piece)]
    if lacking and unread and not short:
        message = say("已备材料中有无法识别的内容: {pieces}; 未见 {names}",
                      "The materials at hand name what is not recognised: {pieces}; not seen: {names}",
                      pieces=tuple(unread), names=tuple(need.name for need in lacking))  # fmt: skip
        yield Undecided(Reason.UNPARSED, message, cells=order_cells(order, "order_materials"))
    elif short or (lacking and complete):
        yield _violation(order, lacking if complete else [], short, limit)
    elif lacking:
        yield missing(order, "order_materials")
    else:
        yield from _open_terms(order, needs, limit)


def _violation(
    order: Order,
    lacking: list[_Need],
    short: list[tuple[_Need, date, list[Document]]],
    limit: date,
) -> Violation:
    parts: list[Message] = []
    if lacking:
        parts.append(say("缺少 {names}", "missing: {names}", names=tuple(need.name for need in lacking)))
    parts += [
        say(
            "{name} {end} 到期, 不足三个月",
            "{name} runs out on {end}, within three months",
            name=need.name,
            end=end,
        )
        for need, end, _papers in short
    ]
    cells: dict[CellRef, None] = dict.fromkeys(order_cells(order, "order_materials"))
    for _need, _end, papers in short:
        cells |= dict.fromkeys(cell for paper in papers for cell in term_cells(paper))
    return Violation(
        say("{parts}", "{parts}", parts=tuple(parts)),
        expected=tuple(need.name for need in lacking) or limit,
        observed=tuple(end for _need, end, _papers in short) or None,
        cells=tuple(cells),
        key="|".join([*(need.key for need in lacking), *(need.key for need, _end, _papers in short)]),
    )


def _lasting(need: _Need, limit: date) -> bool:
    """True where the paper has no term, or one of those at hand reaches beyond the limit."""
    terms = [paper.validity for paper in need.papers if isinstance(paper.validity, Validity)]
    return need.key not in WITH_TERM or any(term.end is None or term.end > limit for term in terms)


def _too_short(need: _Need, limit: date) -> date | None:
    """The latest end, where every paper of the kind has one and none reaches beyond the limit."""
    ends = [paper.end for paper in need.papers if isinstance(paper.validity, Validity)]
    dated = [end for end in ends if end is not None]
    return None if _lasting(need, limit) or not dated or len(dated) < len(need.papers) else max(dated)


def _open_terms(order: Order, needs: list[_Need], limit: date) -> Iterator[Undecided]:
    """Papers with a term that nobody gives, or that cannot be read: whether they last is not known."""
    open_needs = [need for need in needs if not _lasting(need, limit)]
    if not open_needs:
        return
    broken = [one for need in open_needs for one in need.papers if isinstance(one.validity, Unreadable)]
    names = tuple(need.name for need in open_needs)
    if broken:
        message = say("{names}的有效期无法识别", "The term of these could not be read: {names}", names=names)
        cells = tuple(cell for one in broken for cell in term_cells(one))
        yield Undecided(Reason.UNPARSED, message, cells=cells)
        return
    message = say("台账未填{names}的有效期", "The book gives no term for {names}", names=names)
    yield Undecided(Reason.MISSING_VALUE, message, cells=order_cells(order, "order_materials"))


def _needs(
    order: Order, kind: OrderKind, entity: Entity, portfolio: Portfolio, policy: Policy, rules: RuleData
) -> list[_Need]:
    """What the order needs, in the order of the list of materials."""
    assert entity.kind is not None
    keys = [one.key for one in rules.materials.required(entity.kind)]
    if entity.kind is not EntityKind.INDIVIDUAL:
        keys = [key for key in keys if key not in _NOT_FOR.get(kind, ())]
        if kind.changes_entity and _RENAMED.search(order.text("order_changes") or ""):
            keys.append("name_change_notice")
        keys += _letters(order, kind, entity, portfolio, policy)
    pieces = list(_pieces(order))
    return [
        _Need(
            key,
            rules.materials.get(key).name,
            any(_means(piece, key, rules.materials) for piece in pieces),
            [one for one in entity.documents if _is_paper(one, key, order, kind, entity, portfolio)],
        )
        for key in keys
    ]


def _letters(
    order: Order, kind: OrderKind, entity: Entity, portfolio: Portfolio, policy: Policy
) -> Iterable[str]:
    """The letter for a new person who is surely not the legal representative."""
    names = people_of(entity, portfolio).representatives
    if order.new_person is None or not names:
        return ()
    if not compare_names(order.new_person, names, aliases=policy.aliases).refuted:
        return ()
    leader = kind is OrderKind.ENTITY
    return ("authorisation_letter_leader" if leader else "authorisation_letter_administrator",)


def _pieces(order: Order) -> Iterator[str]:
    for said in order.readable("order_materials"):
        for piece in _PIECES.split(said.shown):
            if piece and not _LACKING.search(piece):
                yield piece


def _means(piece: str, key: str, materials: Materials) -> bool:
    """Whether a word of the cell means a paper: itself, or its family where the word names no other role."""
    keys = materials.document_keys(piece)
    if key in keys:
        return True
    role = _ROLES.get(key)
    family = materials.get(key).family
    kin = any(materials.get(one).family == family for one in keys)
    if FOREIGN in keys and key in ID_CARDS:
        kin = True
    return kin and (role is None or not _OTHER_ROLE[role].search(piece))


def _is_paper(
    document: Document, key: str, order: Order, kind: OrderKind, entity: Entity, portfolio: Portfolio
) -> bool:
    """Whether a listed document is a paper that the order needs: of its kind, and the right person's."""
    role = _ROLES.get(key)
    if role is None:
        if key == "id_card":
            return document.kind in ID_CARDS | {FOREIGN, "entity_certificate"}
        return document.kind == key
    family = LETTERS if key in LETTERS else ID_CARDS | {FOREIGN}
    if document.kind not in family:
        return False
    if order.new_person is not None and (kind is not OrderKind.BOTH or key in LETTERS):
        wanted = Circle((order.new_person,), frozenset({name_key(order.new_person)}))
    else:
        known = people_of(entity, portfolio).circle(role)
        more = () if order.new_person is None else (order.new_person,)
        wanted = Circle((*known.names, *more), known.keys | {name_key(one) for one in more}, known.numbers)
    if document.holder:
        return wanted.names_one(document.holder) or (
            key in LETTERS and (order.new_person or document.holder) in document.title
        )
    if document.subject is not None:
        return any(wanted.names_one(name) for name in (document.subject.name,) if name)
    return document.kind in (key, "id_card", FOREIGN)


CHECKS = (order_materials_at_hand,)
