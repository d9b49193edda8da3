"""Checks on responsible persons: whom they share a mobile, contacts or an ID number with (PER506, PER507, PER509)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from auditor.checks.check import NOT_APPLICABLE, NotApplicable, Undecided, Violation, check
from auditor.checks.names import name_key
from auditor.checks.person_identity import (
    SHOWN_CELLS,
    SHOWN_OTHERS,
    addresses,
    cells_of,
    compare_people,
    field_cells,
    hidden,
    id_numbers,
    is_masked_name,
    masked,
    person_names,
    phone_numbers,
    phones,
    same_human,
    undecided_value,
)
from auditor.checks.person_index import Sharing, sharing, stated_pairs
from auditor.model.place import CellRef
from auditor.model.portfolio import Person, Portfolio
from auditor.model.text import Personal, PersonalKind, say
from auditor.model.values import plain
from auditor.model.verdict import Reason, Severity
from auditor.model.words import PersonRole
from auditor.rules.regulations import (
    FORM_64,
    GB_11643,
    ORDER_33_TRUTHFUL,
    PROVIDER_RULES,
    PROVINCE_RULES,
)


def _secret(kind: PersonalKind, values: Iterable[str]) -> tuple[Personal, ...]:
    return tuple(Personal(kind, value) for value in sorted(values))


def _whose(persons: Iterable[Person]) -> tuple[str, ...]:
    return tuple(f"{person.target} {person.name}" if person.name else person.target for person in persons)


def _rest(count: int) -> str:
    return " …" if count > SHOWN_OTHERS else ""


@check(
    "PER506",
    title="一个手机号码只用于一个备案主体的一名负责人",
    title_en="One mobile number serves one person of one entity",
    meaning="同一手机号码出现在两个以上备案主体的负责人名下, 或由同一主体的两个人使用",
    meaning_en="One mobile number stands with responsible persons of two or more entities, or with two people of one entity",
    severity=Severity.MEDIUM,
    cites=(PROVIDER_RULES, PROVINCE_RULES),
    remedy="为每个主体的负责人登记其本人的手机号码; 同一人管理多个主体的, 先向接入服务商确认当地是否允许",
    remedy_en="Give each entity's person a mobile of their own; where one person serves several entities, ask the access "
    "provider first whether the Administration allows it",
)
def mobile_serves_one(
    person: Person, portfolio: Portfolio
) -> Iterator[Violation | Undecided | NotApplicable]:
    """Leader against administrator of one entity is PER507's matter; here everything else that shares the number."""
    own = [one for one in phones(person, "mobile") if one.plausible]
    if not own:
        if person.readable("mobile") and not hidden(person, "mobile"):
            message = say(
                "手机号码无效, 无法比对", "The mobile number is not valid, so it cannot be compared"
            )
            yield Undecided(Reason.UNPARSED, message, cells=field_cells(person, "mobile"))
        else:
            yield undecided_value(person, "mobile")
        return
    table = sharing(portfolio)
    numbers = sorted({one.number for one in own})
    others: dict[Person, None] = {}
    unclear: dict[Person, None] = {}
    for number in numbers:
        # A handful of names tells the reader enough; an agency's phone may stand with thousands of entities.
        for other, certain in islice(_others_on(person, number, table), SHOWN_OTHERS + 1):
            (others if certain else unclear)[other] = None
    shared = [one for one in own if one.number in table.mobiles]
    if others:
        shown = list(others)[:SHOWN_OTHERS]
        yield Violation(
            say("手机号码 {number} 还用于 {others}{rest}", "The mobile {number} also serves {others}{rest}",
                number=_secret(PersonalKind.PHONE, {one.number for one in shared}),
                others=_whose(shown), rest=_rest(len(others))),
            expected=person.entity.key if person.entity else None,
            observed=tuple(sorted({other.entity.key for other in shown if other.entity})) or None,
            cells=(*cells_of([one.said for one in shared]),
                   *sorted({cell for other in shown for cell in field_cells(other, "mobile")[:SHOWN_CELLS]})),
        )  # fmt: skip
    elif unclear:
        yield Undecided(
            _why_unclear(person, *unclear),
            say("{others} 用同一手机号码, 但台账不足以判断是否同一人",
                "{others} gives the same mobile, but the book does not tell whether it is the same person",
                others=_whose(list(unclear)[:SHOWN_OTHERS])),
            cells=cells_of([one.said for one in shared]),
        )  # fmt: skip
    if hidden(person, "mobile"):
        yield undecided_value(person, "mobile")


def _why_unclear(*persons: Person) -> Reason:
    """Why nobody can tell whether persons are one: what would tell is masked, or it is not there."""
    starred = any(
        masked(person, "id_number") or any(map(is_masked_name, person_names(person))) for person in persons
    )
    return Reason.WITHHELD if starred else Reason.MISSING_VALUE


def _others_on(person: Person, number: str, table: Sharing) -> Iterator[tuple[Person, bool]]:
    """The persons whose sharing of a number is wrong (True) or may be wrong (False), one for each other entity."""
    shared = table.mobiles.get(number)
    if shared is None:
        return
    home = person.entity.key if person.entity else ""
    for owner, members in shared.groups.items():
        if home and owner and owner != home:
            yield members[0], True
            continue
        for other in members:
            if other is person or (home == owner != "" and other.role is not person.role):
                continue
            same = same_human(person, other)
            if same is not True:
                yield other, same is False


@check(
    "PER507",
    title="两个角色由两人担任时联系方式各不相同",
    title_en="Two people in the two roles have contacts of their own",
    meaning="主体负责人与服务负责人是两个人, 却共用电话或邮箱",
    meaning_en="The entity leader and a service administrator are two people but share a phone or an e-mail address",
    severity=Severity.MEDIUM,
    cites=(PROVIDER_RULES, FORM_64),
    remedy="为两名负责人分别登记各自的手机、应急电话和邮箱, 并变更备案",
    remedy_en="Give each of the two people a mobile, an emergency phone and an e-mail address of their own, and amend the filing",
)
def roles_have_own_contacts(
    person: Person, portfolio: Portfolio
) -> Iterator[Violation | Undecided | NotApplicable]:
    """The leader is held against each administrator of the entity, and each administrator against the leader."""
    partners = _partners(person, portfolio)
    own_phones, own_mail = phone_numbers(person, "mobile", "emergency_phone"), _mails(person)
    told: list[tuple[Person, frozenset[str], frozenset[str]]] = []
    unclear: list[Person] = []
    blank: tuple[Person, str] | None = None
    several = False
    for other in partners:
        same = same_human(person, other)
        if same is True:
            continue
        several = True
        numbers = own_phones & phone_numbers(other, "mobile", "emergency_phone")
        mails = own_mail & _mails(other)
        if (numbers or mails) and same is False:
            told.append((other, numbers, mails))
        elif numbers or mails:
            unclear.append(other)
        blank = blank or _blank_contact(person) or _blank_contact(other)
    if told:
        yield _shared_contacts(person, told)
    elif unclear:
        yield Undecided(
            _why_unclear(person, *unclear),
            say("与 {others} 共用联系方式, 但台账不足以判断是否同一人",
                "shares contacts with {others}, but the book does not tell whether it is the same person",
                others=_whose(unclear[:SHOWN_OTHERS])),
            cells=field_cells(person, "mobile", "emergency_phone", "email"),
        )  # fmt: skip
    elif blank:
        yield undecided_value(*blank)
    elif not several:
        yield NOT_APPLICABLE


def _blank_contact(person: Person) -> tuple[Person, str] | None:
    """A contact of the person that cannot be held against another's; an emergency phone need not be there."""
    for code in ("mobile", "email", "emergency_phone"):
        if hidden(person, code):
            return person, code
    if not phone_numbers(person, "mobile"):
        return person, "mobile"
    return None if _mails(person) else (person, "email")


def _partners(person: Person, portfolio: Portfolio) -> tuple[Person, ...]:
    """The persons in the other role under the same entity."""
    if person.entity is None:
        return ()
    if person.role is PersonRole.ADMINISTRATOR:
        return sharing(portfolio).leaders.get(person.entity.key, ())
    return tuple(other for other in person.entity.persons if other.role is not person.role)


def _mails(person: Person) -> frozenset[str]:
    return frozenset(plain(address) for address, _said in addresses(person))


def _shared_contacts(person: Person, told: list[tuple[Person, frozenset[str], frozenset[str]]]) -> Violation:
    numbers = frozenset(number for _other, phones_, _mail in told for number in phones_)
    mails = frozenset(mail for _other, _phones, mails_ in told for mail in mails_)
    shown = told[:SHOWN_OTHERS]
    cells = _contact_cells(person, numbers, mails, None)
    for other, _phones, _mails in shown:
        # A leader of thousands of rows must not lend each administrator thousands of cells.
        cells += _contact_cells(other, numbers, mails, SHOWN_CELLS)
    return Violation(
        say("与 {others}{rest} 是两个人, 却共用 {shared}", "{others}{rest} is another person, yet both share {shared}",
            others=_whose(other for other, _phones, _mails in shown), rest=_rest(len(told)),
            shared=(*_secret(PersonalKind.PHONE, numbers), *_secret(PersonalKind.EMAIL, mails))),
        observed=(*_secret(PersonalKind.PHONE, numbers), *_secret(PersonalKind.EMAIL, mails)),
        cells=tuple(sorted(set(cells))),
    )  # fmt: skip


def _contact_cells(
    person: Person, numbers: frozenset[str], mails: frozenset[str], limit: int | None
) -> list[CellRef]:
    """The cells that say any of the numbers and addresses, at most so many for each value."""
    found: list[CellRef] = []
    for code in ("mobile", "emergency_phone"):
        for phone in phones(person, code):
            if phone.number in numbers:
                found += phone.said.cells[:limit]
    for address, said in addresses(person):
        if plain(address) in mails:
            found += said.cells[:limit]
    return found


@check(
    "PER509",
    title="一个身份证号码对应一个姓名",
    title_en="One ID number goes with one name",
    meaning="同一证件号码对应两个姓名, 或同一主体同一角色的同一姓名对应两个证件号码",
    meaning_en="One ID number stands with two names, or one name in one role of an entity with two ID numbers",
    severity=Severity.HIGH,
    cites=(GB_11643, ORDER_33_TRUTHFUL),
    remedy="对照证件原件更正写错的姓名或号码, 并变更备案",
    remedy_en="Correct the wrong name or number from the card itself, and amend the filing",
)
def number_and_name_agree(
    person: Person, portfolio: Portfolio
) -> Iterator[Violation | Undecided | NotApplicable]:
    """Numbers and names are paired row by row over the whole portfolio."""
    pairs = stated_pairs(person)
    if not pairs:
        yield undecided_value(person, "id_number" if not id_numbers(person) else "name")
        return
    table = sharing(portfolio)
    names: dict[str, None] = {}
    doubtful: dict[str, Reason] = {}
    numbers: set[str] = set()
    mine: set[str] = set()
    cells: set[CellRef] = set()
    for name, number, _cells in pairs:
        for _key, told in sorted(table.names_by_number[number].items()):
            match = compare_people(told.name, [name])
            if match.refuted:
                names[told.name] = None
                mine.add(number)
                cells.update(told.cells[:SHOWN_OTHERS])
            elif match.undecided:
                doubtful[told.name] = match.reason or Reason.VARIANT
        numbers |= _other_numbers(person, name, number, table, cells)
    own = cells_of([*person.readable("name"), *person.readable("id_number")])
    if names or numbers:
        parts = []
        if names:
            parts.append(say("证件号码 {number} 还对应姓名 {names}", "The ID number {number} also stands with the name {names}",
                             number=_secret(PersonalKind.ID_NUMBER, mine), names=tuple(sorted(names))))  # fmt: skip
        if numbers:
            parts.append(say("{name} 对应两个以上证件号码 {numbers}", "{name} stands with several ID numbers {numbers}",
                             name=person.name, numbers=_secret(PersonalKind.ID_NUMBER, numbers)))  # fmt: skip
        yield Violation(
            say("{what}", "{what}", what=tuple(parts)),
            expected=tuple(sorted({name for name, _number, _cells in pairs})) if names else None,
            observed=(*sorted(names), *_secret(PersonalKind.ID_NUMBER, numbers)),
            cells=tuple(sorted({*own, *cells})),
        )
    elif doubtful:
        yield Undecided(
            sorted(doubtful.values())[0],
            say("同一证件号码还写有姓名 {names}, 无法确认是否同一人", "The same ID number also stands with {names}; whether it is the same person cannot be told",
                names=tuple(sorted(doubtful))),
            cells=own,
        )  # fmt: skip
    if hidden(person, "id_number"):
        yield undecided_value(person, "id_number")


def _other_numbers(person: Person, name: str, number: str, table: Sharing, cells: set[CellRef]) -> set[str]:
    """All numbers of the name in this role under this entity where there are two or more."""
    if person.entity is None:
        return set()
    found = table.numbers_by_name.get((person.entity.key, person.role.code, name_key(name)), {})
    if len(found) < 2:
        return set()
    for told in found.values():
        cells.update(told.cells[:SHOWN_OTHERS])
    return set(found)


CHECKS = (mobile_serves_one, roles_have_own_contacts, number_and_name_agree)
