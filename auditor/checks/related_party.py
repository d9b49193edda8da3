"""Who may hold an entity's domain: the entity itself and the related parties that the book lists (信管〔2017〕264号)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from weakref import WeakKeyDictionary

from auditor.checks.filing_record import MOST_COMPARED, comparable_names
from auditor.checks.names import NameMatch, compare_names, normal_name
from auditor.model.place import CellRef
from auditor.model.portfolio import Entity, FiledDomain
from auditor.model.text import Text
from auditor.model.words import EntityKind

# The fields that name related parties, the strongest relation first.
RELATIONS: dict[str, Text] = {
    "legal_representative": Text("法定代表人", "legal representative"),
    "shareholders": Text("股东", "shareholder"),
    "senior_managers": Text("高级管理人员", "senior manager"),
}
_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af"
# A comma before a legal form belongs to the name: "Example Co., Ltd.".
_SEPARATORS = re.compile(
    r"[、，；;/／|\n\r\t]+|,(?!\s*(?:ltd|inc|llc|l\.l\.c|corp|co\b|limited|gmbh|s\.a|b\.v))", re.IGNORECASE
)
_BLANK_BETWEEN_NAMES = re.compile(rf"(?<=[{_HAN})）%])[ \u3000]+(?=[{_HAN}])")
_POST = "董事|监事|经理|总裁|总监|主任|院长|校长|会长|理事|书记|股东|高管|法人|法定代表人|负责人|实际控制人|合伙人|持股|出资|认缴|占比"
# (60%), （执行董事） and the like say something of the person; other brackets belong to a company's name.
_BRACKET = re.compile(rf"[(（][^()（）]*(?:[0-9%％]|{_POST})[^()（）]*[)）]")
_SHARE = re.compile(r"[:：]?\s*(?:持股|出资|认缴|占比)?(?:比例)?\s*\d+(?:\.\d+)?\s*[%％]")
_LABEL = re.compile(rf"^[{_HAN}]{{0,6}}(?:{_POST})[{_HAN}]{{0,4}}[:：]\s*")


@dataclass(frozen=True, slots=True)
class RelatedParty:
    """One person or company that the book lists as related to the entity."""

    name: str
    relation: Text
    cells: tuple[CellRef, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """What a registrant is to the entity on record: itself, a related party, undecided (match says why) or a stranger."""

    match: NameMatch
    party: RelatedParty | None = None

    @property
    def is_entity(self) -> bool:
        """The registrant is the entity."""
        return self.match.matched and self.party is None

    @property
    def is_related(self) -> bool:
        """The registrant is a listed related party."""
        return self.match.matched and self.party is not None


@lru_cache(maxsize=8192)
def split_names(text: str) -> tuple[str, ...]:
    """The names that a cell lists, without shares, posts and labels: 张三（60%）、执行董事：李四 gives 张三 and 李四.

    Blanks part Chinese names of two characters and more, but neither a spaced-out name (张 三) nor a Latin one.
    """
    found: dict[str, None] = {}
    for piece in _SEPARATORS.split(text):
        piece = _SHARE.sub("", _BRACKET.sub("", piece)).strip()
        parts = [part.strip() for part in _BLANK_BETWEEN_NAMES.split(piece)]
        if any(len(part) < 2 for part in parts):
            parts = ["".join(parts)]
        for part in parts:
            name = _LABEL.sub("", part).strip()
            if normal_name(name):
                found[name] = None
    return tuple(found)


def _names_in(field: str, text: str) -> tuple[str, ...]:
    """The names in a cell; a field that holds one person may write that one with a blank inside."""
    names = split_names(text)
    if field == "legal_representative" and len(names) > 1 and not _SEPARATORS.search(text.strip()):
        return ("".join(text.split()), *names)
    return names


_PARTIES: WeakKeyDictionary[Entity, tuple[RelatedParty, ...]] = WeakKeyDictionary()


def related_parties(entity: Entity) -> tuple[RelatedParty, ...]:
    """The related parties that the book lists for an organisation; an individual has none (264号: the person only)."""
    found = _PARTIES.get(entity)
    if found is None:
        listed = (
            RelatedParty(name, relation, said.cells)
            for field, relation in RELATIONS.items()
            for said in entity.readable(field)
            for name in _names_in(field, said.shown)
        )
        found = _PARTIES[entity] = () if entity.kind is EntityKind.INDIVIDUAL else tuple(listed)
    return found


def unreadable_relations(entity: Entity) -> tuple[CellRef, ...]:
    """The cells on related parties that hold something that could not be read."""
    return tuple(
        cell for field in RELATIONS for said in entity.said(field) if not said.readable for cell in said.cells
    )


def standing(registrant: str, domain: FiledDomain, aliases: Mapping[str, tuple[str, ...]]) -> Standing:
    """What a registrant is to the entities that the domain stands under.

    Where rows name several entities (REC106's business), being right for one of them is enough.
    """
    names = comparable_names(domain, registrant)
    match = compare_names(registrant, names, aliases=aliases)
    if match.matched:
        return Standing(match)
    parties = [party for entity in domain.entities for party in related_parties(entity)]
    if len(parties) > MOST_COMPARED:
        form = normal_name(registrant)
        parties = [one for one in parties if normal_name(one.name) == form][:1] + parties[:MOST_COMPARED]
    for party in parties:
        found = compare_names(registrant, [party.name], aliases=aliases)
        if found.matched:
            return Standing(found, party)
    if not parties:
        return Standing(match)
    return Standing(compare_names(registrant, [*names, *(party.name for party in parties)], aliases=aliases))
