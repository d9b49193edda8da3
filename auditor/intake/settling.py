"""Settling what each column feeds: ambiguous titles by the sheet's part, their neighbours and their cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from auditor.intake.ambiguities import RULES
from auditor.intake.headerrows import Heading
from auditor.intake.surroundings import Surroundings
from auditor.intake.table import Table
from auditor.model.values import FIELDS
from auditor.model.words import SheetRole


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
    headings: Sequence[Heading], role: SheetRole, table: Table, header_row: int, fixed: Mapping[int, str]
) -> Columns:
    """Decide for each column. fixed: column → field code or "ignore", as the policy says; it wins over the titles.

    Where two columns would feed one field, the first does and the other is ignored.
    """
    return _Settling(headings, role, table, header_row, fixed).columns()


class _Settling(Surroundings):
    """Goes through the columns from left to right."""

    def columns(self) -> Columns:
        result = Columns()
        shared = None
        for index, heading in enumerate(self.headings):
            token = self.tokens[index]
            code = None if token in (None, "ignore") else self.code_of(index, token or "")
            if token == "-observed" and self.role in (SheetRole.REGISTRAR, SheetRole.MINISTRY):
                result.observed = result.observed or heading.column
                continue
            if code == "service_number" and token == "?record_number" and self._may_share():
                shared = heading.column
            if code is None or code in self.taken or (code in self.certain and token not in FIELDS):
                result.ignored.append(heading.column)
                continue
            self.taken[code] = heading.column
            self.left.append(code)
        for code, column in sorted(self.taken.items(), key=lambda item: item[1]):
            if column == shared:
                result.fields["entity_number"] = column
            result.fields[code] = column
        result.shared_number = shared is not None
        return result

    def _may_share(self) -> bool:
        return "entity_number" not in self.certain and "entity_number" not in self.taken

    def code_of(self, index: int, token: str) -> str | None:
        if token in FIELDS:
            if self.role is SheetRole.ORDERS:
                return "order_domains" if token == "domain" and not self.has("order_domains") else token
            return token if self.role is not SheetRole.DOCUMENTS else self._in_documents(token)
        if token.startswith("person."):
            return self._person(index, token.removeprefix("person."))
        rule = RULES.get(token)
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
