"""Which persons of a portfolio share a mobile, an ID number or a name, worked out once for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from auditor.checks.names import name_key
from auditor.checks.person_identity import Identity, identity, is_masked_name, phones, tells_who
from auditor.model.place import CellRef
from auditor.model.portfolio import Person, Portfolio
from auditor.model.words import PersonRole


@dataclass(frozen=True, slots=True)
class SharedMobile:
    """A mobile that several persons give.

    groups: entity key ("" where the entity is not known) → one person for each distinct human in each role, as far as
    the cells tell them apart, in canonical order.
    """

    groups: Mapping[str, tuple[Person, ...]]


@dataclass(frozen=True, slots=True)
class Told:
    """One name with one ID number, and the cells that say so."""

    name: str
    number: str
    cells: list[CellRef]


class Sharing:
    """Who shares what in a portfolio, worked out once for all targets.

    mobiles: mobile → who gives it, for those that several persons give. names_by_number: ID number → name key → what
    was told. numbers_by_name: (entity, role, name key) → ID number → what was told. leaders: entity key → leaders.
    """

    def __init__(self, portfolio: Portfolio) -> None:
        self.names_by_number: dict[str, dict[str, Told]] = {}
        self.numbers_by_name: dict[tuple[str, str, str], dict[str, Told]] = {}
        self.leaders: dict[str, tuple[Person, ...]] = {}
        by_mobile: dict[str, list[Person]] = {}
        for person in portfolio.persons:
            for number in sorted({one.number for one in phones(person, "mobile") if one.plausible}):
                by_mobile.setdefault(number, []).append(person)
            if person.role is PersonRole.LEADER and person.entity is not None:
                self.leaders[person.entity.key] = (*self.leaders.get(person.entity.key, ()), person)
            for name, number, cells in stated_pairs(person):
                self._note(person, name, number, cells)
        self.mobiles = {number: _shared(persons) for number, persons in by_mobile.items() if len(persons) > 1}

    def _note(self, person: Person, name: str, number: str, cells: tuple[CellRef, ...]) -> None:
        key = name_key(name)
        self.names_by_number.setdefault(number, {}).setdefault(key, Told(name, number, [])).cells.extend(
            cells
        )
        if person.entity is not None and not is_masked_name(name):
            place = (person.entity.key, person.role.code, key)
            self.numbers_by_name.setdefault(place, {}).setdefault(
                number, Told(name, number, [])
            ).cells.extend(cells)


def _shared(persons: Sequence[Person]) -> SharedMobile:
    groups: dict[str, dict[tuple[PersonRole, Identity, str], Person]] = {}
    for person in persons:
        owner, who = person.entity.key if person.entity else "", identity(person)
        # People without a name or a number are not known to be one: each stands alone.
        alone = "" if who.names or who.numbers else person.key
        groups.setdefault(owner, {}).setdefault((person.role, who, alone), person)
    return SharedMobile({owner: tuple(members.values()) for owner, members in sorted(groups.items())})


def stated_pairs(person: Person) -> tuple[tuple[str, str, tuple[CellRef, ...]], ...]:
    """(name, ID number, cells) as single rows state them; where no row has both, the only name with the only number."""
    pairs: dict[tuple[str, str], list[CellRef]] = {}
    for row, prefix in person.statements:
        name, number = row.text(prefix + "name"), row.values.get(prefix + "id_number")
        if name and isinstance(number, str) and tells_who(number):
            cells = (row.cell(prefix + "name"), row.cell(prefix + "id_number"))
            pairs.setdefault((name, number.upper()), []).extend(cells)
    names = person.readable("name")
    numbers = [one for one in person.readable("id_number") if tells_who(str(one.value))]
    if not pairs and len(names) == len(numbers) == 1:
        cells_ = [*names[0].cells, *numbers[0].cells]
        pairs[names[0].shown, str(numbers[0].value).upper()] = cells_
    return tuple((name, number, tuple(cells)) for (name, number), cells in sorted(pairs.items()))


_SHARING: WeakKeyDictionary[Portfolio, Sharing] = WeakKeyDictionary()


def sharing(portfolio: Portfolio) -> Sharing:
    """The portfolio's shared numbers and names."""
    found = _SHARING.get(portfolio)
    if found is None:
        found = _SHARING[portfolio] = Sharing(portfolio)
    return found
