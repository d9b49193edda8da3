"""Whether the rows that speak of one thing agree: how values are compared, grouped and told."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, islice

from auditor.checks.names import NameMatch, compare_names, name_key
from auditor.model.identity import birth_date, mail_addresses, plain_phone
from auditor.model.place import CellRef
from auditor.model.portfolio import Row, compare_key
from auditor.model.text import Message, Personal, PersonalKind, Text, say
from auditor.model.values import FIELDS, DomainCell, DomainName, FieldKind, Problem, Unreadable, Value, plain
from auditor.model.verdict import Reason
from auditor.rules.certificates import certificate_type
from auditor.rules.load import RuleData

_PUNCTUATION = re.compile(r"[\W_]+")
# What offices put in place of characters they keep back; after NFKC, so that ＊ is * and … is three dots.
# Fewer crosses than four may be letters of a credit code.
_MASKED = re.compile(r"[*✱✲✳∗⁎●•○◯■□█▇×]|某|[#_]{2,}|[-.]{3,}|x{4,}", re.IGNORECASE)
# Dots, dashes and crosses are nothing strange in an address; a single star is the mark most used.
_MASKED_ADDRESS = re.compile(r"[*✱✲✳∗⁎●•○◯■□█▇×]|某|#{2,}|x{4,}[^@]*@", re.IGNORECASE)
_MASKABLE = (FieldKind.ID, FieldKind.PHONE, FieldKind.EMAIL)
_PAIRS = 500  # distinct names of one thing are few; a broken book must not cost a square of its rows
SHOWN_DOMAINS = 12


@dataclass(frozen=True, slots=True, eq=False)
class Stand:
    """One value of a field, and the rows that say it."""

    key: str
    code: str
    shown: str
    said_by: tuple[tuple[Row, str], ...]

    @property
    def cells(self) -> tuple[CellRef, ...]:
        """Every cell that says the value."""
        return tuple(sorted(row.cell(code) for row, code in self.said_by))

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows that say it, in order of place."""
        return tuple(sorted({row for row, _code in self.said_by}, key=lambda row: row.ref.order))


@dataclass(frozen=True, slots=True)
class Split:
    """What the rows say to one field: its readable values, most often said first, and the cells that cannot be read.

    unclear: an unreadable cell stands beside another cell of the field, so that the two cannot be compared.
    """

    code: str
    stands: tuple[Stand, ...]
    unread: tuple[CellRef, ...] = ()
    unclear: bool = False

    @property
    def label(self) -> Text:
        """The field's name for people."""
        return FIELDS[self.code].text


def looks_masked(text: str) -> bool:
    """True for a number or an address of which a part is kept back: `138****8003`, `310106XXXXXXXX0033`, `某`."""
    return not text.isdigit() and bool(_MASKED.search(unicodedata.normalize("NFKC", text)))


def is_masked(code: str, value: Value) -> bool:
    """True for a number or e-mail address starred out in part: it equals nothing and contradicts nothing."""
    if not isinstance(value, str) or FIELDS[code].kind not in _MASKABLE:
        return False
    if FIELDS[code].kind is FieldKind.EMAIL:
        return any(is_masked_address(one) for one in mail_addresses(value))
    return looks_masked(value)


def is_masked_address(address: str) -> bool:
    """True for an e-mail address of which a part is starred out."""
    return bool(_MASKED_ADDRESS.search(unicodedata.normalize("NFKC", address)))


def _host_below(name: DomainName) -> str:
    """The host that a cell names below a domain; the www host is the domain's own."""
    host = name.host.removeprefix("www.")
    return "" if host in (name.ulabel, name.alabel) else host


def value_key(code: str, value: Value, rules: RuleData | None = None) -> str:
    """The form in which two cells of a field are compared: width, case, blanks and free spelling do not matter.

    With rules, provinces and access providers count as the same under any of their names.
    """
    if isinstance(value, DomainCell):
        return "|".join(sorted(f"{_host_below(one)}@{one.ulabel}" for one in value.domains))
    if not isinstance(value, str):
        return compare_key(value)
    kind = FIELDS[code].kind
    if kind is FieldKind.NAME:
        return name_key(value)
    if kind is FieldKind.PHONE:
        return plain_phone(value)
    if kind is FieldKind.ID:
        return plain(value).replace("-", "")
    if code.endswith("_address"):
        return _PUNCTUATION.sub("", plain(value))
    if code.endswith("certificate_type"):
        paper = certificate_type(value)
        return paper.code if paper else plain(value)
    if rules is not None and code == "province":
        province = rules.provinces.by_name(value)
        return province.name if province else plain(value)
    if rules is not None and code == "access_provider":
        provider = rules.providers.by_name(value)
        return provider.id if provider else plain(value)
    return plain(value)


def split(code: str, statements: Iterable[tuple[Row, str]], rules: RuleData | None = None) -> Split:
    """Group what rows say to a field; statements: the rows, each with the field that it states it under."""
    groups: dict[str, list[tuple[Row, str]]] = {}
    unread: list[tuple[CellRef, Unreadable]] = []
    for row, own in statements:
        value = row.values.get(own)
        if value is None:
            continue
        if isinstance(value, Unreadable):
            unread.append((row.cell(own), value))
        elif is_masked(code, value):
            # Like a rounded number: even two that look alike may differ in what is not shown.
            unread.append((row.cell(own), Unreadable(str(value), Problem.ROUNDED)))
        else:
            groups.setdefault(value_key(own, value, rules), []).append((row, own))
    stands = []
    for key, said_by in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
        shown = min(row.raw.get(own, str(row.values[own])) for row, own in said_by)
        stands.append(Stand(key, code, shown, tuple(said_by)))
    unclear = len(unread) + sum(len(stand.said_by) for stand in stands) > 1 and (
        bool(stands)
        or any(one.problem is Problem.ROUNDED for _cell, one in unread)
        or len({one.raw for _cell, one in unread}) > 1
    )
    return Split(code, tuple(stands), tuple(sorted(cell for cell, _one in unread)), bool(unread) and unclear)


def disagreement(found: Split, aliases: Mapping[str, Sequence[str]]) -> Reason | bool:
    """True where the readable values disagree, False where they agree; the reason where only a person can tell."""
    if len(found.stands) < 2:
        return False
    if FIELDS[found.code].kind is not FieldKind.NAME:
        return True
    worst = worst_match([stand.shown for stand in found.stands], aliases)
    if worst is None:
        return False
    return True if worst.refuted else worst.reason or Reason.VARIANT


def compare_owners(one: str, other: str, aliases: Mapping[str, Sequence[str]]) -> NameMatch:
    """The better outcome of both directions: either name may be a registry's cut of the other."""
    found = compare_names(one, (other,), aliases=aliases)
    if found.matched:
        return found
    back = compare_names(other, (one,), aliases=aliases)
    return back if back.matched or (back.undecided and found.refuted) else found


def worst_match(names: Sequence[str], aliases: Mapping[str, Sequence[str]]) -> NameMatch | None:
    """The first pair of names that are two owners', else a pair that a person must look at, else None."""
    undecided: NameMatch | None = None
    for one, other in islice(combinations(names, 2), _PAIRS):
        found = compare_owners(one, other, aliases)
        if found.refuted:
            return found
        if found.undecided and (undecided is None or found.reason is Reason.VARIANT):
            undecided = found
    return undecided


def looks_personal(number: str) -> bool:
    """True for a number with the make of a resident ID number: 17 digits with a birth date inside, or 15 digits."""
    number = plain(number).upper()
    if len(number) == 15:
        return number.isdigit() and "01" <= number[8:10] <= "12" and "01" <= number[10:12] <= "31"
    return len(number) == 18 and number[:17].isdigit() and birth_date(number) is not None


def guarded(code: str, shown: str, *, individual: bool = False) -> object:
    """A cell's text as a message may carry it: personal numbers wrapped, so that they are masked."""
    kind = FIELDS[code].kind
    if kind is FieldKind.PHONE:
        return Personal(PersonalKind.PHONE, shown)
    if kind is FieldKind.EMAIL:
        return Personal(PersonalKind.EMAIL, shown)
    if kind is FieldKind.ID and (individual or not code.startswith("entity_") or looks_personal(shown)):
        return Personal(PersonalKind.ID_NUMBER, shown)
    return shown


def joined(parts: Sequence[Message], zh: str = "；", en: str = "; ") -> Message:
    """Several messages as one."""
    places = [f"{{part{index}}}" for index in range(len(parts))]
    return Message(
        Text(zh.join(places), en.join(places)), {f"part{index}": part for index, part in enumerate(parts)}
    )


def enumerated(names: Sequence[str], limit: int = SHOWN_DOMAINS) -> Message:
    """A list of names, the first few of a long one with their number."""
    if len(names) <= limit:
        return say("{names}", "{names}", names=tuple(names))
    return say(
        "{names} 等 {count} 个",
        "{names} and others ({count} in all)",
        names=tuple(names[:limit]),
        count=len(names),
    )


def telling_cells(stands: Sequence[Stand]) -> tuple[CellRef, ...]:
    """The cells to look at: all that say another value than the first, and three that say the first one."""
    return tuple(cell for stand in stands[1:] for cell in stand.cells) + stands[0].cells[:3]


def row_date(row: Row) -> date | Unreadable | None:
    """The day on which a row was brought up to date: its update date, else its approval date."""
    unread: Unreadable | None = None
    for code in ("updated_date", "approved_date"):
        value = row.values.get(code)
        if isinstance(value, date):
            return value
        if isinstance(value, Unreadable):
            unread = unread or value
    return unread
