"""Who a responsible person is: the papers they show, the names and numbers they give, and what of it is kept back."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from auditor.checks.agreement import guarded, is_masked, is_masked_address, looks_masked
from auditor.checks.check import Undecided
from auditor.checks.names import NameMatch, NameVerdict, compare_names, name_key
from auditor.model.identity import is_phone, mail_addresses, plain_phone
from auditor.model.place import CellRef
from auditor.model.portfolio import Entity, Person, Said
from auditor.model.text import say
from auditor.model.values import FIELDS, FieldKind, Unreadable
from auditor.model.verdict import Reason
from auditor.rules.certificates import CertificateType, certificate_type
from auditor.rules.withheld import WithheldKind, withheld_kind

_SEPARATORS = re.compile(r"[/、,;，；|\n\r]+")
# A passport or a mainland travel permit: one or two letters and digits.
_FOREIGN_NUMBER = re.compile(r"^[A-Z]{1,2}\d{6,10}$", re.IGNORECASE)
# 张●, 张×, 张••: marks in a person's name; a single dot inside one parts the names of other peoples (买买提•艾力).
_MASKED_NAME = re.compile(r"[●○◯]|×(?![A-Za-z])|(?<![A-Za-z])×|[•·]{2}|[•·]\s*$")
_ID_DIGITS = 5  # fewer are no number of any paper, but a word or a stray mark
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
    def masked(self) -> bool:
        """True where some digits are starred out."""
        return looks_masked(self.shown) and not is_phone(self.number)

    @property
    def plausible(self) -> bool:
        """False for words, masked numbers and stray digits that stand where a number should."""
        return len(self.number) >= 7 and self.number.lstrip("+").isdigit() and not self.masked


def phones(person: Person, field_code: str) -> tuple[Phone, ...]:
    """Every phone of one field, apart where a cell holds several; unreadable cells are left out."""
    return tuple(
        Phone(plain_phone(piece), piece.strip(), said)
        for said in person.readable(field_code)
        for piece in _phone_pieces(said)
        if piece.strip()
    )


def _phone_pieces(said: Said) -> list[str]:
    pieces = _SEPARATORS.split(unicodedata.normalize("NFKC", str(said.value)))
    if len(pieces) == 1 and not is_phone(pieces[0]):
        # Two numbers with a blank or a line break between them were read as one.
        apart = said.shown.split()
        if len(apart) > 1 and all(is_phone(one) for one in apart):
            return apart
    return pieces


def addresses(person: Person) -> tuple[tuple[str, Said], ...]:
    """Every e-mail address of a person with what says it, masked ones left out."""
    return tuple(
        (address, said)
        for said in person.readable("email")
        for address in mail_addresses(str(said.value))
        if not is_masked_address(address)
    )


def phone_numbers(person: Person, *field_codes: str) -> frozenset[str]:
    """The plausible phones of some fields as digits."""
    return frozenset(
        one.number
        for code in field_codes
        for one in phones(person, code)
        if one.plausible and is_phone(one.number)
    )


def tells_who(number: str) -> bool:
    """True for an ID number that can tell one human from another, wrong or not: no mask, no word such as 待补."""
    return sum(ch.isdigit() for ch in number) >= _ID_DIGITS and not looks_masked(number)


def id_numbers(person: Person) -> frozenset[str]:
    """The readable ID numbers of a person in one spelling."""
    return frozenset(
        number for one in person.readable("id_number") if tells_who(number := str(one.value).upper())
    )


def is_masked_name(name: str) -> bool:
    """True for a person's name of which a part is kept back: 张**, 李某某, 王●."""
    return withheld_kind(name) is WithheldKind.PARTIAL or bool(_MASKED_NAME.search(name))


_MASKED_MATCH = NameMatch(NameVerdict.UNDECIDED, Reason.WITHHELD, "masked")


def compare_people(
    observed: str, accepted: Sequence[str], aliases: Mapping[str, Sequence[str]] | None = None
) -> NameMatch:
    """Compare names as `compare_names` does; a masked one equals nothing and contradicts nothing."""
    if is_masked_name(observed):
        return _MASKED_MATCH
    whole = [name for name in accepted if not is_masked_name(name)]
    if len(whole) == len(accepted):
        return compare_names(observed, accepted, aliases=aliases or {})
    match = compare_names(observed, whole, aliases=aliases or {})
    return match if match.matched or (match.undecided and whole) else _MASKED_MATCH


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
    return Identity(name_keys(person_names(person)), id_numbers(person))


def name_keys(names: Iterable[str]) -> frozenset[str]:
    """The keys of names by which the same one is found again; masked ones have none."""
    return frozenset(name_key(name) for name in names if not is_masked_name(name))


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
    outcomes = [compare_people(name, person_names(second)) for name in person_names(first)]
    if not one.names or not other.names:
        return None
    if any(outcome.matched for outcome in outcomes):
        return True
    return False if all(outcome.refuted for outcome in outcomes) else None


def best_match(
    names: Iterable[str], accepted: Sequence[str], aliases: Mapping[str, tuple[str, ...]]
) -> NameMatch:
    """The best outcome of several names against the accepted ones; undecided without any name."""
    outcomes = [compare_people(name, accepted, aliases) for name in names]
    if not outcomes:
        return compare_names("", accepted)
    for outcome in outcomes:
        if outcome.matched:
            return outcome
    return next((outcome for outcome in outcomes if outcome.undecided), outcomes[0])


def unread(person: Person, field_code: str) -> tuple[Said, ...]:
    """The values of a field that could not be read."""
    return tuple(one for one in person.said(field_code) if isinstance(one.value, Unreadable))


def masked(person: Person, field_code: str) -> tuple[Said, ...]:
    """The numbers or addresses of a field of which the book itself keeps a part back."""
    code = f"{person.role.code}_{field_code}"
    found = tuple(one for one in person.readable(field_code) if is_masked(code, one.value))
    if found and FIELDS[code].kind is FieldKind.PHONE:
        faulty = {one.said.cells for one in phones(person, field_code) if one.masked}
        return tuple(one for one in found if one.cells in faulty)
    return found


def hidden(person: Person, field_code: str) -> tuple[Said, ...]:
    """The values of a field that are there but cannot be held against anything: masked, or not to be read."""
    return (*masked(person, field_code), *unread(person, field_code))


def withheld_numbers(cells: Iterable[CellRef], field_code: str = "", observed: object = None) -> Undecided:
    """Unknown because the book keeps a part of a number or an address back."""
    message = (
        say("台账中的邮箱已打码, 无法核对", "The book masks the e-mail address, so it cannot be checked")
        if field_code == "email"
        else say("台账中的号码已打码, 无法核对", "The book masks the number, so it cannot be checked")
    )
    return Undecided(Reason.WITHHELD, message, observed=observed, cells=tuple(cells))


def undecided_value(person: Person, field_code: str) -> Undecided:
    """Unknown because a person's field is blank or masked, or because what stands there could not be read."""
    starred = masked(person, field_code)
    if starred:
        code = f"{person.role.code}_{field_code}"
        return withheld_numbers(
            cells_of(starred), field_code, tuple(guarded(code, one.shown) for one in starred)
        )
    broken = unread(person, field_code)
    label = FIELDS[f"{person.role.code}_{field_code}"].text
    if broken:
        return Undecided(
            Reason.UNPARSED,
            say("{field}无法识别", "{field} could not be read", field=label),
            # Even a rounded ID number still holds the birth date.
            observed=tuple(guarded(f"{person.role.code}_{field_code}", one.shown) for one in broken),
            cells=cells_of(broken),
        )
    if person.said(field_code):
        message = say("{field}的内容无法用于核对", "what stands under {field} cannot be checked", field=label)
        return Undecided(Reason.UNPARSED, message, cells=field_cells(person, field_code))
    return Undecided(
        Reason.MISSING_VALUE,
        say("台账未填{field}", "the book does not give: {field}", field=label),
        cells=field_cells(person, field_code),
    )


def undecided_representative(entity: Entity) -> Undecided:
    """Unknown because the legal representative is blank or could not be read."""
    cells = entity.cells("legal_representative")
    if entity.said("legal_representative"):
        message = say("法定代表人无法识别", "the legal representative could not be read")
        return Undecided(Reason.UNPARSED, message, cells=cells)
    message = say("台账未填法定代表人", "the book does not name the legal representative")
    return Undecided(Reason.MISSING_VALUE, message, cells=cells)


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
