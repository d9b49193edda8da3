"""Personal values in raw cells, masked by what their column is for."""

from __future__ import annotations

from collections.abc import Mapping

from auditor.model.portfolio import Row
from auditor.model.text import Personal, PersonalKind, mask_digits, mask_text
from auditor.model.values import FIELDS, FieldKind
from auditor.model.words import EntityKind

# Which column tells whose certificate an ID column of an entity, a domain or a document holds.
_TYPE_COLUMN = {
    "entity_certificate_number": "entity_certificate_type",
    "registrant_certificate_number": "registrant_certificate_type",
    "document_number": "document_type",
}
_OF_A_PERSON = ("身份证", "护照", "通行证", "居住证", "居留", "军官", "士兵", "id card", "passport", "permit")
_PERSON_PREFIXES = ("leader_", "administrator_", "person_")


def masked_cell(field_code: str, raw: str, row: Row | None = None) -> str:
    """The text of a cell as reports show it: phones and persons' ID numbers masked even when malformed.

    The certificate number of an organisation is public and stays; whose it is, the row tells.
    """
    field = FIELDS.get(field_code)
    if field is None:
        return mask_text(raw)
    if field.kind is FieldKind.PHONE:
        return mask_digits(raw)
    if field.kind is FieldKind.EMAIL:
        return Personal(PersonalKind.EMAIL, raw).masked() if "@" in raw else mask_text(raw)
    if field.kind is FieldKind.ID and _is_a_persons(field_code, row):
        return mask_digits(raw)
    return mask_text(raw)


def _is_a_persons(field_code: str, row: Row | None) -> bool:
    """Whether an ID column holds a person's number: by its name, or by what the row says beside it."""
    if field_code.startswith(_PERSON_PREFIXES):
        return True
    if row is None:
        return False
    if field_code == "entity_certificate_number" and row.values.get("entity_kind") is EntityKind.INDIVIDUAL:
        return True
    return _names_a_persons(row.raw.get(_TYPE_COLUMN.get(field_code, ""), ""))


def _names_a_persons(certificate_type: str) -> bool:
    """Whether a type of certificate is one that people carry."""
    kind = certificate_type.casefold()
    return any(word in kind for word in _OF_A_PERSON)


def masked_answer(answer: Mapping[str, object]) -> dict[str, str]:
    """A registrar's or the ministry's answer as reports show it, key by key."""
    shown = {key: mask_text(str(value)) for key, value in answer.items() if value not in (None, "")}
    if "certificate_number" in shown and _names_a_persons(shown.get("certificate_type", "")):
        shown["certificate_number"] = mask_digits(str(answer["certificate_number"]))
    return shown
