"""Settling what each column feeds: ambiguous titles by the sheet's part, their neighbours and their cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from auditor.intake import vocabulary
from auditor.intake.cells import is_blank, shown
from auditor.intake.headerrows import Heading
from auditor.intake.table import Table
from auditor.model.identity import credit_code_problem, id_number_problem
from auditor.model.values import FIELDS, Level
from auditor.model.words import SheetRole

_SAMPLED = 60
_ID_PARTS = ("id_number", "id_type", "id_start")
_PEOPLE = ("leader_", "administrator_", "person_")
_CORE = (SheetRole.FILINGS, SheetRole.SERVICES, SheetRole.DOMAINS, SheetRole.ENTITIES)


@dataclass(slots=True)
class Columns:
    """What the columns of a sheet feed.

    fields: field → column, in column order; shared_number: one column holds entity and service numbers;
    observed: the column that says when an export was made (0 = none); ignored: columns that feed nothing.
    """

    fields: dict[str, int] = field(default_factory=dict)
    shared_number: bool = False
    observed: int = 0
    ignored: list[int] = field(default_factory=list)


def settle(
    headings: Sequence[Heading], role: SheetRole, table: Table, header_row: int, fixed: dict[int, str]
) -> Columns:
    """Decide for each column. fixed: column → field code or "ignore", as the policy says; it wins over the titles.

    Where two columns would feed one field, the first does and the other is ignored.
    """
    return _Settling(headings, role, table, header_row, fixed).columns()


class _Settling:
    """One sheet's columns while they are being settled."""

    def __init__(
        self,
        headings: Sequence[Heading],
        role: SheetRole,
        table: Table,
        header_row: int,
        fixed: dict[int, str],
    ) -> None:
        self.headings = headings
        self.role = role
        self.table = table
        self.header_row = header_row
        self.fixed = fixed
        self.tokens = [fixed.get(one.column, one.token) for one in headings]
        # Titles that need no settling take their fields first, wherever they stand.
        self.certain = {token for token in self.tokens if token in FIELDS}
        self.left: list[str] = []
        self.taken: dict[str, int] = {}
        self.result = Columns()

    def columns(self) -> Columns:
        shared = None
        for index, heading in enumerate(self.headings):
            token = self.tokens[index]
            code = None if token in (None, "ignore") else self.code_of(index, token or "")
            if token == "-observed" and self.role in (SheetRole.REGISTRAR, SheetRole.MINISTRY):
                self.result.observed = self.result.observed or heading.column
                continue
            if code == "service_number" and token == "?record_number" and self._may_share():
                shared = heading.column
            if code is None or code in self.taken or (code in self.certain and token not in FIELDS):
                self.result.ignored.append(heading.column)
                continue
            self.taken[code] = heading.column
            self.left.append(code)
        for code, column in sorted(self.taken.items(), key=lambda item: item[1]):
            if column == shared:
                self.result.fields["entity_number"] = column
            self.result.fields[code] = column
        self.result.shared_number = shared is not None
        return self.result

    def _may_share(self) -> bool:
        return "entity_number" not in self.certain and "entity_number" not in self.taken

    def code_of(self, index: int, token: str) -> str | None:
        if token in FIELDS:
            return token if self.role is not SheetRole.DOCUMENTS else self._in_documents(token)
        if token.startswith("person."):
            return self._person(index, token.removeprefix("person."))
        rule = _RULES.get(token)
        return rule(self, index) if rule is not None else None

    def _in_documents(self, token: str) -> str:
        """In a list of documents an expiry is the document's, whatever document the title names."""
        swaps = {"entity_certificate_expiry": "document_expiry", "person_id_expiry": "document_expiry"}
        swap = swaps.get(token)
        return swap if swap and swap not in self.certain else token

    def _person(self, index: int, part: str) -> str | None:
        if self.role is SheetRole.DOCUMENTS:
            return {
                "name": "document_holder",
                "id_number": "document_number",
                "id_start": "document_start",
                "id_expiry": "document_expiry",
            }.get(part)
        if self.role in (SheetRole.ORDERS, SheetRole.REGISTRAR):
            return None
        owner = self.person_at(index, naming=part == "name")
        return owner + part

    def person_at(self, index: int, *, naming: bool = False) -> str:
        """Whose column a general title is: the group's, the sheet's, the person named last to the left, or the likeliest."""
        owner = self.headings[index].owner
        if owner in _PEOPLE:
            return owner
        if self.role is SheetRole.PERSONS:
            return "person_"
        if not naming:
            for code in reversed(self.left):
                if code.startswith(_PEOPLE):
                    return _prefix(code)
                if code == "legal_representative" and "leader_name" not in self.certain:
                    return "leader_"
        named = {
            prefix
            for prefix in ("leader_", "administrator_")
            if prefix + "name" in self.certain or prefix + "name" in self.taken
        }
        if len(named) == 1:
            only = named.pop()
            # A name beside one that is spoken for is the other person's; a phone is more likely that same person's.
            return only if not naming else ("administrator_" if only == "leader_" else "leader_")
        if self.role in (SheetRole.SERVICES, SheetRole.DOMAINS):
            return "administrator_"
        for code in reversed(self.left):
            level = FIELDS[code].level
            if level is Level.ENTITY:
                return "leader_"
            if level is Level.SERVICE:
                return "administrator_"
        return "leader_"

    def nearest(self) -> str | None:
        """The nearest column to the left that says whose certificate is spoken of: a prefix of fields."""
        for code in reversed(self.left):
            if code.startswith(_PEOPLE):
                return _prefix(code)
            if code.startswith("registrant"):
                return "registrant_"
            if code == "legal_representative":
                return "leader_"
            if FIELDS[code].level is Level.ENTITY:
                return "entity_"
        return None

    def sample(self, index: int) -> list[str]:
        """The first filled cells under a title."""
        column = self.headings[index].column
        found: list[str] = []
        for cells in self.table.rows[self.header_row :]:
            if column <= len(cells) and not is_blank(cells[column - 1]):
                found.append(shown(cells[column - 1]).strip())
                if len(found) == _SAMPLED:
                    break
        return found

    def mostly(self, index: int, fits: Callable[[str], object]) -> bool:
        """True where more than half of the cells under a title fit."""
        cells = self.sample(index)
        return bool(cells) and sum(1 for text in cells if fits(text)) * 2 > len(cells)

    def has(self, code: str) -> bool:
        return code in self.certain or code in self.taken


def _prefix(code: str) -> str:
    return next(prefix for prefix in _PEOPLE if code.startswith(prefix))


def _validity(one: _Settling, index: int) -> str | None:
    if one.role is SheetRole.DOCUMENTS:
        return "document_expiry"
    last = one.left[-1] if one.left else ""
    if last.endswith("authorisation_letter"):
        return last + "_expiry"
    if one.role is SheetRole.PERSONS:
        return "person_id_expiry"
    if last.startswith(_PEOPLE) and last.endswith(_ID_PARTS):
        return _prefix(last) + "id_expiry"
    if last in ("entity_certificate_number", "entity_certificate_type"):
        return "entity_certificate_expiry"
    if one.has("domain"):
        return "domain_expiry"
    return "entity_certificate_expiry" if one.role is SheetRole.ENTITIES else None


def _certificate_expiry(one: _Settling, index: int) -> str | None:
    if one.role is SheetRole.DOCUMENTS:
        return "document_expiry"
    if one.role is SheetRole.PERSONS:
        return "person_id_expiry"
    near = one.nearest()
    if near in _PEOPLE:
        return near + "id_expiry"
    return "entity_certificate_expiry" if near == "entity_" else None


def _licence_expiry(one: _Settling, index: int) -> str | None:
    return "document_expiry" if one.role is SheetRole.DOCUMENTS else "entity_certificate_expiry"


def _valid_from(one: _Settling, index: int) -> str | None:
    if one.role is SheetRole.DOCUMENTS:
        return "document_start"
    if one.role is SheetRole.PERSONS:
        return "person_id_start"
    near = one.nearest()
    return near + "id_start" if near in _PEOPLE else None


def _certificate_owner(one: _Settling, index: int) -> str | None:
    """Whose certificate number a 证件号码 column holds."""
    if one.role is SheetRole.PERSONS:
        return "person_"
    if one.role is SheetRole.REGISTRAR:
        return "registrant_"
    if one.role is SheetRole.MINISTRY:
        return "entity_"
    near = one.nearest()
    if one.mostly(index, lambda text: credit_code_problem(text.upper()) is None):
        return "registrant_" if near == "registrant_" else "entity_"
    if near in _PEOPLE or near == "registrant_":
        return near
    if near is None and one.mostly(index, lambda text: id_number_problem(text.upper()) in (None, "check")):
        return one.person_at(index)
    return near


def _certificate_number(one: _Settling, index: int) -> str | None:
    if one.role is SheetRole.DOCUMENTS:
        return "document_number"
    owner = _certificate_owner(one, index)
    if owner in _PEOPLE:
        return owner + "id_number"
    return owner + "certificate_number" if owner else None


def _certificate_type(one: _Settling, index: int) -> str | None:
    if one.role is SheetRole.DOCUMENTS:
        return "document_type"
    following = one.tokens[index + 1] if index + 1 < len(one.tokens) else None
    owner = None
    if following == "?certificate_number":
        owner = _certificate_owner(one, index + 1)
    elif (
        following in FIELDS
        and following is not None
        and following.endswith(("id_number", "certificate_number"))
    ):
        owner = following.removesuffix("id_number").removesuffix("certificate_number")
    owner = owner or _certificate_owner(one, index)
    if owner in _PEOPLE:
        return owner + "id_type"
    return owner + "certificate_type" if owner else None


def _record_number(one: _Settling, index: int) -> str | None:
    if one.role is SheetRole.ENTITIES and not one.has("entity_number"):
        return "entity_number"
    if one.has("service_number"):
        return None if one.has("entity_number") else "entity_number"
    return "service_number"


def _organisation(one: _Settling, index: int) -> str | None:
    return "registrant" if one.role is SheetRole.REGISTRAR else "entity_name"


def _owner(one: _Settling, index: int) -> str | None:
    if one.role is SheetRole.DOCUMENTS:
        return "document_holder"
    return "registrant" if one.has("domain") else None


def _domain_type(one: _Settling, index: int) -> str | None:
    return "entity_kind" if one.mostly(index, vocabulary.entity_kind) else None


def _domain_state(one: _Settling, index: int) -> str | None:
    return "restricted" if one.mostly(index, lambda text: text in ("是", "否")) else "domain_status"


def _status(one: _Settling, index: int) -> str | None:
    if one.role is SheetRole.ORDERS:
        return "order_stage"
    if one.role in (SheetRole.FILINGS, SheetRole.SERVICES, SheetRole.MINISTRY) and one.mostly(
        index, lambda text: "备案" in text
    ):
        return "filing_status"
    return "domain_status" if one.has("domain") else None


def _kind(one: _Settling, index: int) -> str | None:
    by_role = {
        SheetRole.SERVICES: "service_kind",
        SheetRole.DOCUMENTS: "document_type",
        SheetRole.ORDERS: "order_kind",
        SheetRole.PERSONS: "role",
        SheetRole.ENTITIES: "entity_kind",
    }
    if one.role in by_role:
        return by_role[one.role]
    if one.mostly(index, vocabulary.entity_kind):
        return "entity_kind"
    return "service_kind" if one.mostly(index, vocabulary.service_kind) else None


def _name(one: _Settling, index: int) -> str | None:
    return {
        SheetRole.ENTITIES: "entity_name",
        SheetRole.SERVICES: "service_name",
        SheetRole.DOCUMENTS: "document_type",
        SheetRole.PERSONS: "person_name",
    }.get(one.role)


def _post(one: _Settling, index: int) -> str | None:
    told = one.role is SheetRole.PERSONS and one.mostly(index, vocabulary.person_roles)
    return "role" if told else None


def _ip(one: _Settling, index: int) -> str | None:
    return "resolved_ip" if one.has("filed_ip") else "filed_ip"


def _provider(one: _Settling, index: int) -> str | None:
    return "registrar" if one.role is SheetRole.REGISTRAR else "access_provider"


def _registered(one: _Settling, index: int) -> str | None:
    return "domain_created" if one.has("domain") and one.role is not SheetRole.ENTITIES else None


def _review_date(one: _Settling, index: int) -> str | None:
    return None if one.role is SheetRole.ORDERS else "approved_date"


def _filing_state(one: _Settling, index: int) -> str | None:
    return "order_stage" if one.role is SheetRole.ORDERS else "filing_status"


def _review_state(one: _Settling, index: int) -> str | None:
    return {SheetRole.ORDERS: "order_stage", SheetRole.REGISTRAR: "real_name_status"}.get(one.role)


def _number(one: _Settling, index: int) -> str | None:
    order = one.role is SheetRole.ORDERS and not one.has("order_number") and one.mostly(index, _LONG.search)
    return "order_number" if order else "row_number"


_LONG = re.compile(r"[\w-]{6,}")
_RULES: dict[str, Callable[[_Settling, int], str | None]] = {
    "?validity": _validity,
    "?certificate_expiry": _certificate_expiry,
    "?licence_expiry": _licence_expiry,
    "?valid_from": _valid_from,
    "?certificate_number": _certificate_number,
    "?certificate_type": _certificate_type,
    "?record_number": _record_number,
    "?organisation": _organisation,
    "?owner": _owner,
    "?domain_type": _domain_type,
    "?domain_state": _domain_state,
    "?status": _status,
    "?kind": _kind,
    "?name": _name,
    "?post": _post,
    "?ip": _ip,
    "?provider": _provider,
    "?registered": _registered,
    "?review_date": _review_date,
    "?filing_state": _filing_state,
    "?review_state": _review_state,
    "?number": _number,
}
