"""How a check is declared: a reason, a basis and a pure function whose signature says what it looks at."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from auditor.model import evidence as ev
from auditor.model.evidence import Dossier, Evidence, Unavailable
from auditor.model.place import CellRef
from auditor.model.policy import Policy
from auditor.model.portfolio import Document, Entity, FiledDomain, Order, Person, Portfolio, Row, Service
from auditor.model.text import Message, Text
from auditor.model.verdict import Reason, Scope, Severity
from auditor.rules.load import RuleData
from auditor.rules.regulations import Clause


@dataclass(frozen=True, slots=True)
class Violation:
    """The target breaks the rule.

    message: what is wrong, naming the values; expected, observed: "the filing says" and "the evidence says"
    (or what is needed and what stands there); cells: where in the book; evidence: on what; severity: where it
    differs from the check's own; due: a deadline that the facts set; key: what tells this wrong from another
    wrong of the same check on the same target over time (a waiver for one must not cover the other).
    """

    message: Message
    expected: object = None
    observed: object = None
    cells: tuple[CellRef, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    severity: Severity | None = None
    due: date | None = None
    key: str = ""
    remedy: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Undecided:
    """What is needed to decide is missing, hidden or unclear; never a pass and never an accusation."""

    reason: Reason
    message: Message | None = None
    expected: object = None
    observed: object = None
    cells: tuple[CellRef, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """The rule does not speak of this target."""


NOT_APPLICABLE = NotApplicable()
Yielded: TypeAlias = Violation | Undecided | NotApplicable
Judge: TypeAlias = Callable[..., Iterator[Yielded]]

SCOPES: dict[type, Scope] = {
    Entity: Scope.ENTITY,
    Service: Scope.SERVICE,
    FiledDomain: Scope.DOMAIN,
    Person: Scope.PERSON,
    Document: Scope.DOCUMENT,
    Order: Scope.ORDER,
    Row: Scope.ROW,
}

# The facts a domain check may ask for, and the attribute of DomainEvidence that answers.
FACTS: dict[type, str] = {
    ev.Existence: "existence",
    ev.Registrants: "registrants",
    ev.Expiries: "expiries",
    ev.RegistrarNames: "registrars",
    ev.Statuses: "statuses",
    ev.RealName: "real_name",
    ev.Resolution: "resolution",
    ev.HomePage: "home_page",
    ev.MinistryRecords: "ministry",
}

# What every check may ask for.
SURROUNDINGS: dict[type, str] = {
    Portfolio: "portfolio",
    Dossier: "dossier",
    Policy: "policy",
    RuleData: "rules",
}


@dataclass(frozen=True, slots=True)
class Need:
    """One parameter of a check behind the target. judges_absence: the check takes `Unavailable` itself."""

    name: str
    attribute: str
    is_fact: bool
    judges_absence: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """One declared check.

    meaning: when it fails, for `audit explain`; lead_working_days: how long the cure takes, for `start_by`
    before a deadline that the facts set; thresholds: names of the policy's thresholds it uses.
    """

    id: str
    scope: Scope
    title: Text
    meaning: Text
    severity: Severity
    cites: tuple[Clause, ...]
    remedy: tuple[Text, ...]
    judge: Judge
    needs: tuple[Need, ...]
    thresholds: tuple[str, ...] = ()
    lead_working_days: int = 0

    @property
    def family(self) -> str:
        """The letters in front of the id."""
        return self.id.rstrip("0123456789")


class DeclarationError(TypeError):
    """A check's signature asks for something that nobody provides; raised at import."""


def check(
    id: str,
    *,
    title: str,
    title_en: str,
    meaning: str,
    meaning_en: str,
    severity: Severity,
    cites: Clause | tuple[Clause, ...],
    remedy: str | tuple[str, ...],
    remedy_en: str | tuple[str, ...],
    thresholds: tuple[str, ...] = (),
    lead_working_days: int = 0,
) -> Callable[[Judge], Check]:
    """Declare a check; the decorated function becomes a `Check`, registered nowhere.

    The function is a generator. Its first parameter's type sets the scope; each further one is a fact
    (`Registrants`: do not ask me when there is none, the runner answers unknown with the reason;
    `Registrants | Unavailable`: I judge absence myself) or Portfolio, Dossier, Policy, RuleData.
    Yielding nothing is a pass. Raises DeclarationError for a signature that cannot be served.
    """

    def declare(function: Judge) -> Check:
        scope, needs = _read_signature(id, function)
        zh = (remedy,) if isinstance(remedy, str) else remedy
        en = (remedy_en,) if isinstance(remedy_en, str) else remedy_en
        return Check(
            id=id,
            scope=scope,
            title=Text(title, title_en),
            meaning=Text(meaning, meaning_en),
            severity=severity,
            cites=cites if isinstance(cites, tuple) else (cites,),
            remedy=tuple(Text(a, b) for a, b in zip(zh, en, strict=True)),
            judge=function,
            needs=needs,
            thresholds=thresholds,
            lead_working_days=lead_working_days,
        )

    return declare


def _read_signature(id: str, function: Judge) -> tuple[Scope, tuple[Need, ...]]:
    hints = typing.get_type_hints(function)
    names = list(inspect.signature(function).parameters)
    if not names or hints.get(names[0]) not in SCOPES:
        raise DeclarationError(
            f"{id}: the first parameter must be one of {sorted(t.__name__ for t in SCOPES)}"
        )
    scope = SCOPES[hints[names[0]]]
    needs = []
    for name in names[1:]:
        hint = hints.get(name)
        judges_absence = False
        if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
            members = [member for member in typing.get_args(hint) if member is not Unavailable]
            judges_absence = len(members) < len(typing.get_args(hint))
            hint = members[0] if len(members) == 1 else None
        if hint in FACTS:
            if scope is not Scope.DOMAIN:
                raise DeclarationError(f"{id}: {name} is a fact about a domain, the target is {scope}")
            needs.append(Need(name, FACTS[hint], is_fact=True, judges_absence=judges_absence))
        elif hint in SURROUNDINGS:
            needs.append(Need(name, SURROUNDINGS[hint], is_fact=False))
        else:
            raise DeclarationError(f"{id}: nobody provides {name}: {hints.get(name)}")
    return scope, tuple(needs)
