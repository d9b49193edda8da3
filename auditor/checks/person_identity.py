"""Who a responsible person is: the papers they show, the numbers they give, and whom they share a number with."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from auditor.checks.check import Undecided
from auditor.checks.names import NameMatch, compare_names, name_key
from auditor.model.identity import is_phone, plain_phone
from auditor.model.place import CellRef
from auditor.model.portfolio import Person, Portfolio, Row, Said
from auditor.model.text import Message
from auditor.model.values import FIELDS, Unreadable, plain
from auditor.model.verdict import Reason

# Words of certificate types that carry no number of GB 11643, though some hold 身份证 or 居住证 in their name.
_OTHER_PAPERS = (
    "护照", "通行证", "台胞证", "回乡证", "居住证", "居留", "外国", "香港", "澳门", "台湾", "港澳", "军官", "士兵", "警官",
    "passport", "permit", "huzhao",
)  # fmt: skip
_OTHER_CODES = frozenset({"hz", "txz", "tw", "waiguoren", "hkmojumin", "twsfz", "gwsfz", "gajzz", "twjzz"})
_RESIDENT_CODES = frozenset({"sfz", "idcard", "id", "residentid", "residentidcard", "nationalid"})
_SEPARATORS = re.compile(r"[/、,;，；|\n\r]+")
# A passport or a mainland travel permit: one or two letters and digits.
_FOREIGN_NUMBER = re.compile(r"^[A-Z]{1,2}\d{6,10}$", re.IGNORECASE)
_TEMPORARY = re.compile(r"临时(?:居民)?身份证|temporaryid|temporaryresidentid")
SHOWN_OTHERS = 5


def is_resident_type(text: str) -> bool | None:
    """Whether a certificate type is the resident ID card; None where the words do not tell."""
    word = plain(text).replace("-", "").replace("_", "")
    if word in _OTHER_CODES or any(paper in word for paper in _OTHER_PAPERS):
        return False
    if word in _RESIDENT_CODES or "身份证" in word or word in ("公民身份号码", "二代证", "一代证"):
        return True
    return True if _TEMPORARY.search(word) else None


def is_temporary_card(text: str) -> bool:
    """True for a temporary ID card (临时身份证, 临时居民身份证) in a type or a title."""
    word = plain(text)
    return bool(_TEMPORARY.search(word)) or ("身份证" in word and "临时" in word and "居住" not in word)


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
    found = []
    for said in person.readable(field_code):
        for piece in _SEPARATORS.split(unicodedata.normalize("NFKC", str(said.value)).strip()):
            if piece.strip():
                found.append(Phone(plain_phone(piece), piece.strip(), said))
    return tuple(found)


def phone_numbers(person: Person, *field_codes: str) -> frozenset[str]:
    """The plausible phones of some fields as digits."""
    return frozenset(one.number for code in field_codes for one in phones(person, code) if one.plausible and is_phone(one.number))


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


def best_match(names: Iterable[str], accepted: Sequence[str], aliases: Mapping[str, tuple[str, ...]]) -> NameMatch:
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
            _message("{field}无法识别", "{field} could not be read", field=label),
            observed=tuple(one.value.raw for one in broken if isinstance(one.value, Unreadable)),
            cells=cells_of(broken),
        )
    return Undecided(
        Reason.MISSING_VALUE,
        _message("台账未填{field}", "the book does not give: {field}", field=label),
        cells=field_cells(person, field_code),
    )


def _message(zh: str, en: str, **values: object) -> Message:
    from auditor.model.text import say

    return say(zh, en, **values)


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
class SharedNumber:
    """A mobile and the persons who give it, in canonical order, and the entities they act for."""

    persons: tuple[Person, ...]
    entities: frozenset[str]


class Sharing:
    """Who shares what in a portfolio, worked out once for all targets."""

    def __init__(self, portfolio: Portfolio) -> None:
        by_mobile: dict[str, list[Person]] = {}
        self.names_by_number: dict[str, dict[str, _Told]] = {}
        self.numbers_by_name: dict[tuple[str, str, str], dict[str, _Told]] = {}
        for person in portfolio.persons:
            for number in sorted({one.number for one in phones(person, "mobile") if one.plausible}):
                by_mobile.setdefault(number, []).append(person)
            self._read_pairs(person)
        self.by_mobile = {
            number: SharedNumber(tuple(persons), frozenset(one.entity.key for one in persons if one.entity))
            for number, persons in by_mobile.items()
            if len(persons) > 1
        }

    def _read_pairs(self, person: Person) -> None:
        owner = person.entity.key if person.entity else ""
        for row, prefix in person.statements:
            pair = _pair(row, prefix)
            if pair is None:
                continue
            name, number, cells = pair
            key = name_key(name)
            told = self.names_by_number.setdefault(number, {}).setdefault(key, _Told(name, number, []))
            told.cells.extend(cells)
            if owner:
                place = (owner, person.role.code, key)
                told = self.numbers_by_name.setdefault(place, {}).setdefault(number, _Told(name, number, []))
                told.cells.extend(cells)


@dataclass(frozen=True, slots=True)
class _Told:
    """One name with one ID number, and the cells that say so."""

    name: str
    number: str
    cells: list[CellRef]


def stated_pairs(person: Person) -> tuple[tuple[str, str], ...]:
    """The (name, ID number) pairs that single rows state of a person, without repeats."""
    pairs = [pair for row, prefix in person.statements if (pair := _pair(row, prefix)) is not None]
    return tuple(sorted({(name, number) for name, number, _cells in pairs}))


def _pair(row: Row, prefix: str) -> tuple[str, str, tuple[CellRef, CellRef]] | None:
    name = row.text(prefix + "name")
    number = row.values.get(prefix + "id_number")
    if name is None or not isinstance(number, str):
        return None
    return name, number.upper(), (row.cell(prefix + "name"), row.cell(prefix + "id_number"))


_SHARING: WeakKeyDictionary[Portfolio, Sharing] = WeakKeyDictionary()


def sharing(portfolio: Portfolio) -> Sharing:
    """The portfolio's shared numbers and names."""
    found = _SHARING.get(portfolio)
    if found is None:
        found = _SHARING[portfolio] = Sharing(portfolio)
    return found
