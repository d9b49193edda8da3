"""Who a responsible person is: the papers they show, the numbers they give, and whom they share a number with."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from auditor.checks.agreement import guarded
from auditor.checks.check import Undecided
from auditor.checks.names import NameMatch, compare_names, name_key
from auditor.model.identity import is_phone, plain_phone
from auditor.model.place import CellRef
from auditor.model.portfolio import Person, Portfolio, Said
from auditor.model.text import say
from auditor.model.values import FIELDS, Unreadable
from auditor.model.verdict import Reason
from auditor.model.words import PersonRole
from auditor.rules.certificates import CertificateType, certificate_type

_SEPARATORS = re.compile(r"[/、,;，；|\n\r]+")
# A passport or a mainland travel permit: one or two letters and digits.
_FOREIGN_NUMBER = re.compile(r"^[A-Z]{1,2}\d{6,10}$", re.IGNORECASE)
SHOWN_OTHERS = 5
SHOWN_CELLS = 3


def is_resident_type(text: str) -> bool | None:
    """Whether a certificate type is the resident ID card (GB 11643); None where the words do not tell."""
    kind = certificate_type(text)
    if kind is None or kind is CertificateType.OTHER:
        return None
    return kind in (CertificateType.ID_CARD, CertificateType.TEMPORARY_ID_CARD)


def shows_resident_card(person: Person) -> bool | None:
    """Whether the person's papers are the resident ID card, by the listed types; None where none is listed or known."""
    kinds = [is_resident_type(one.shown) for one in person.readable("id_type")]
    if any(kind is True for kind in kinds):
        return True
    return False if any(kind is False for kind in kinds) else None


def looks_foreign(number: str) -> bool:
    """True for a number with the shape of a passport or travel permit."""
    return bool(_FOREIGN_NUMBER.match(number))


@dataclass(frozen=True, slots=True)
class Phone:
    """One phone that a cell holds: the number as digits, and what says it."""

    number: str
    shown: str
    said: Said

    @property
    def plausible(self) -> bool:
        """False for words and stray digits that stand where a number should."""
        return len(self.number) >= 7 and self.number.lstrip("+").isdigit()


def phones(person: Person, field_code: str) -> tuple[Phone, ...]:
    """Every phone of one field, apart where a cell holds several; unreadable cells are left out."""
    return tuple(
        Phone(plain_phone(piece), piece.strip(), said)
        for said in person.readable(field_code)
        for piece in _SEPARATORS.split(unicodedata.normalize("NFKC", str(said.value)))
        if piece.strip()
    )


def phone_numbers(person: Person, *field_codes: str) -> frozenset[str]:
    """The plausible phones of some fields as digits."""
    return frozenset(
        one.number
        for code in field_codes
        for one in phones(person, code)
        if one.plausible and is_phone(one.number)
    )


def id_numbers(person: Person) -> frozenset[str]:
    """The readable ID numbers of a person in one spelling."""
    return frozenset(str(one.value).upper() for one in person.readable("id_number"))


def person_names(person: Person) -> tuple[str, ...]:
    """Every readable name of a person."""
    return tuple(one.shown for one in person.readable("name"))


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells one human from another: the names' keys and the ID numbers."""

    names: frozenset[str]
    numbers: frozenset[str]


def identity(person: Person) -> Identity:
    """The identity that a person's cells state."""
    return Identity(frozenset(name_key(name) for name in person_names(person)), id_numbers(person))


def same_human(first: Person, second: Person) -> bool | None:
    """Whether two responsible persons are one human; None where the book does not tell.

    The same ID number is the same human, two ID numbers are two; without both the names decide.
    """
    one, other = identity(first), identity(second)
    if one.numbers & other.numbers:
        return True
    if one.numbers and other.numbers:
        return False
    if one.names & other.names:
        return True
    outcomes = [compare_names(name, person_names(second)) for name in person_names(first)]
    if not outcomes or not other.names:
        return None
    if any(outcome.matched for outcome in outcomes):
        return True
    return False if all(outcome.refuted for outcome in outcomes) else None


def best_match(
    names: Iterable[str], accepted: Sequence[str], aliases: Mapping[str, tuple[str, ...]]
) -> NameMatch:
    """The best outcome of several names against the accepted ones; undecided without any name."""
    outcomes = [compare_names(name, accepted, aliases=aliases) for name in names]
    if not outcomes:
        return compare_names("", accepted)
    for outcome in outcomes:
        if outcome.matched:
            return outcome
    return next((outcome for outcome in outcomes if outcome.undecided), outcomes[0])


def unread(person: Person, field_code: str) -> tuple[Said, ...]:
    """The values of a field that could not be read."""
    return tuple(one for one in person.said(field_code) if isinstance(one.value, Unreadable))


def undecided_value(person: Person, field_code: str) -> Undecided:
    """Unknown because a person's field is blank, or because what stands there could not be read."""
    broken = unread(person, field_code)
    label = FIELDS[f"{person.role.code}_{field_code}"].text
    if broken:
        return Undecided(
            Reason.UNPARSED,
            say("{field}无法识别", "{field} could not be read", field=label),
            # Even a rounded ID number still holds the birth date.
            observed=tuple(
                guarded(f"{person.role.code}_{field_code}", one.value.raw)
                for one in broken
                if isinstance(one.value, Unreadable)
            ),
            cells=cells_of(broken),
        )
    return Undecided(
        Reason.MISSING_VALUE,
        say("台账未填{field}", "the book does not give: {field}", field=label),
        cells=field_cells(person, field_code),
    )


def cells_of(said: Iterable[Said]) -> tuple[CellRef, ...]:
    """The cells of several values, in order."""
    return tuple(sorted({cell for one in said for cell in one.cells}))


def field_cells(person: Person, *field_codes: str) -> tuple[CellRef, ...]:
    """The cells of some fields of a person, blank ones included where the sheet has the column."""
    found = {cell for code in field_codes for one in person.said(code) for cell in one.cells}
    if not found:
        found = {
            row.cell(prefix + code)
            for row, prefix in person.statements
            for code in field_codes
            if prefix + code in row.ref.sheet.columns
        }
    return tuple(sorted(found))


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
        if person.entity is not None:
            place = (person.entity.key, person.role.code, key)
            self.numbers_by_name.setdefault(place, {}).setdefault(
                number, Told(name, number, [])
            ).cells.extend(cells)


def _shared(persons: Sequence[Person]) -> SharedMobile:
    groups: dict[str, dict[tuple[PersonRole, Identity], Person]] = {}
    for person in persons:
        owner = person.entity.key if person.entity else ""
        groups.setdefault(owner, {}).setdefault((person.role, identity(person)), person)
    return SharedMobile({owner: tuple(members.values()) for owner, members in sorted(groups.items())})


def stated_pairs(person: Person) -> tuple[tuple[str, str, tuple[CellRef, ...]], ...]:
    """(name, ID number, cells) as single rows state them; where no row has both, the only name with the only number."""
    pairs: dict[tuple[str, str], list[CellRef]] = {}
    for row, prefix in person.statements:
        name, number = row.text(prefix + "name"), row.values.get(prefix + "id_number")
        if name and isinstance(number, str):
            cells = (row.cell(prefix + "name"), row.cell(prefix + "id_number"))
            pairs.setdefault((name, number.upper()), []).extend(cells)
    names, numbers = person.readable("name"), person.readable("id_number")
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
