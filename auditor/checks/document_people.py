"""The people of an entity as its documents name them, worked out once for each entity: who they are, whose letters are listed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from auditor.checks.document_kinds import LETTERS
from auditor.checks.names import compare_names, name_key
from auditor.checks.person_identity import (
    Identity,
    compare_people,
    identity,
    is_masked_name,
    name_keys,
    person_names,
)
from auditor.model.portfolio import Document, Entity, Person, Portfolio
from auditor.model.verdict import Reason
from auditor.model.words import PersonRole


@dataclass(slots=True)
class Circle:
    """Some persons as one: every name they bear, in order, with the keys of names and the ID numbers to find them by."""

    names: tuple[str, ...] = ()
    keys: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()

    @classmethod
    def of(cls, persons: Iterable[Person], more: Iterable[str] = ()) -> Circle:
        """The circle of some persons, and of names that may stand for them as well."""
        members = list(persons)
        names = tuple(dict.fromkeys([*(name for one in members for name in person_names(one)), *more]))
        numbers = frozenset(number for one in members for number in identity(one).numbers)
        return cls(names, name_keys(names), numbers)

    def holds(self, person: Identity) -> bool:
        """True where a name or an ID number of the person is one of the circle's."""
        return bool(self.numbers & person.numbers or self.keys & person.names)

    def names_one(self, name: str) -> bool:
        """True where a name is surely one of the circle's."""
        return name_key(name) in self.keys or compare_people(name, self.names).matched

    def may_name_one(self, name: str) -> Reason | None:
        """Why a name that is not surely one of the circle's may be one all the same; None where it is none."""
        match = compare_people(name, self.names)
        return match.reason if self.names and match.undecided else None


@dataclass(slots=True)
class People:
    """The people of one entity. needy: those who are not the legal representative, as far as names tell, without repeats.

    by_name, by_number: the letters of whoever bears the name or the ID number; open_letters: those that name no person;
    doubtful_letters: those whose holder is masked or in another script, (holder, letter).
    """

    leaders: Circle
    administrators: Circle
    everybody: Circle
    representatives: tuple[str, ...]
    needy: tuple[Person, ...] = ()
    by_name: dict[str, list[Document]] = field(default_factory=dict)
    by_number: dict[str, list[Document]] = field(default_factory=dict)
    open_letters: list[Document] = field(default_factory=list)
    doubtful_letters: list[tuple[str, Document]] = field(default_factory=list)

    def circle(self, role: PersonRole) -> Circle:
        """The persons in one role."""
        return self.leaders if role is PersonRole.LEADER else self.administrators

    def letters_of(self, person: Person) -> list[Document]:
        """The letters that are the person's, by name or ID number; foreign spellings are compared one by one."""
        found: dict[Document, None] = {}
        who, names = identity(person), person_names(person)
        for key in sorted(who.names):
            found.update(dict.fromkeys(self.by_name.get(key, ())))
        for number in sorted(who.numbers):
            found.update(dict.fromkeys(self.by_number.get(number, ())))
        if any(name.isascii() for name in names):
            for key, letters in self.by_name.items():
                if key.isascii() and key not in who.names and compare_names(key, names).matched:
                    found.update(dict.fromkeys(letters))
        return list(found)

    def perhaps_letters_of(self, person: Person) -> Iterator[tuple[Reason, Document]]:
        """The letters that may be the person's, with why nobody can tell."""
        names = person_names(person)
        for holder, letter in self.doubtful_letters:
            match = compare_people(holder, names)
            if match.undecided:
                yield match.reason or Reason.VARIANT, letter


# By portfolio and not by entity: what is kept must not hold on to its own key.
_PEOPLE: WeakKeyDictionary[Portfolio, dict[Entity, People]] = WeakKeyDictionary()


def people_of(entity: Entity, portfolio: Portfolio) -> People:
    """The people of an entity of the portfolio."""
    table = _PEOPLE.setdefault(portfolio, {})
    found = table.get(entity)
    if found is None:
        found = table[entity] = _gather(entity)
    return found


def _gather(entity: Entity) -> People:
    representatives = tuple(one.shown for one in entity.readable("legal_representative"))
    people = People(
        leaders=Circle.of(one for one in entity.persons if one.role is PersonRole.LEADER),
        administrators=Circle.of(one for one in entity.persons if one.role is PersonRole.ADMINISTRATOR),
        everybody=Circle.of(entity.persons, representatives),
        representatives=representatives,
    )
    humans: dict[Identity, Person] = {}
    for person in entity.persons:
        humans.setdefault(identity(person), person)
    people.needy = tuple(
        one
        for one in humans.values()
        # A person without a name may be anybody, and so may need a letter too.
        if not person_names(one)
        or any(not compare_people(name, representatives).matched for name in person_names(one))
    )
    issuers = (*entity.names, *representatives)
    for document in entity.documents:
        if document.kind in LETTERS:
            _file(document, issuers, people)
    return people


def _file(document: Document, issuers: tuple[str, ...], people: People) -> None:
    """Put a letter where its person finds it; a holder who issues letters is not the person authorised."""
    holder = document.holder
    if holder and not (issuers and compare_people(holder, issuers).matched):
        if is_masked_name(holder) or holder.isascii():
            people.doubtful_letters.append((holder, document))
        if not is_masked_name(holder):
            _add(people.by_name, name_key(holder), document)
    elif document.subject is not None and not holder:
        who = identity(document.subject)
        for key in who.names:
            _add(people.by_name, key, document)
        for number in who.numbers:
            _add(people.by_number, number, document)
    else:
        people.open_letters.append(document)


def _add(table: dict[str, list[Document]], key: str, document: Document) -> None:
    """Keep one letter of each term: a letter for every service of one person says the same each time."""
    letters = table.setdefault(key, [])
    if all(one.validity != document.validity for one in letters):
        letters.append(document)
