"""What the kinds of documents have in common: whose they are, whether they end, and where their values stand."""

from __future__ import annotations

from auditor.checks.check import Undecided
from auditor.model.place import CellRef
from auditor.model.portfolio import Document
from auditor.model.text import Text, say
from auditor.model.values import Unreadable
from auditor.model.verdict import Reason
from auditor.rules.load import RuleData
from auditor.rules.materials import is_temporary_id

ENTITY_PAPER = "entity_certificate"
ID_CARDS = frozenset({"leader_id", "administrator_id", "id_card"})
LETTERS = frozenset({"authorisation_letter_leader", "authorisation_letter_administrator"})
FOREIGN = "foreign_id"
RECEIPT = "phone_receipt"
# Papers of a person, whose holder is one of the responsible persons.
PERSONAL = ID_CARDS | LETTERS | {FOREIGN, "residence_permit", "holding_photo"}
# Papers with a printed or written term, without which nobody can tell whether they are in force.
WITH_TERM = ID_CARDS | LETTERS | {FOREIGN, ENTITY_PAPER, "residence_permit", "pre_approval"}
# What an amendment is submitted with and must still be in force when the Administration looks at it.
FOR_CHANGE = ID_CARDS | LETTERS | {FOREIGN, ENTITY_PAPER, "residence_permit"}


def document_name(document: Document, rules: RuleData) -> Text:
    """The document as its row calls it, else as the list of materials does."""
    if document.title:
        return Text(document.title, document.title)
    if document.kind:
        return rules.materials.get(document.kind).name
    return Text("材料", "document")


def is_temporary(document: Document) -> bool:
    """True for a temporary resident ID card, by the title or by the certificate type of the person it belongs to."""
    if is_temporary_id(document.title):
        return True
    if not document.inline or document.subject is None or document.kind not in ID_CARDS:
        return False
    return any(is_temporary_id(one.shown) for one in document.subject.readable("id_type"))


def may_have_term(document: Document) -> bool:
    """False for what does not run out: photos, screenshots, receipts and other papers without a term of their own.

    A term that a row does list counts, whatever the paper; a receipt's date is the day it was issued.
    """
    if document.kind == RECEIPT:
        return False
    return document.validity is not None or document.kind in WITH_TERM or not document.kind


def term_cells(document: Document) -> tuple[CellRef, ...]:
    """The cells that state the term; a blank one where the sheet has the column."""
    if document.inline:
        return document.cells
    row = document.row
    elsewhere = tuple(
        cell for cell in document.cells if cell.sheet != row.ref.sheet.name or cell.path != row.ref.sheet.path
    )
    if "document_expiry" in row.ref.sheet.columns:
        return (row.cell("document_expiry"), *elsewhere)
    return elsewhere or document.cells


def field_cells(document: Document, *field_codes: str) -> tuple[CellRef, ...]:
    """The cells of some fields of a listed document; all its cells for one that stands beside its subject."""
    columns = document.row.ref.sheet.columns
    if document.inline or not any(code in columns for code in field_codes):
        return document.cells
    return tuple(document.row.cell(code) for code in field_codes if code in columns)


def without_term(document: Document, rules: RuleData) -> Undecided:
    """Unknown because the term is blank or could not be read."""
    name = document_name(document, rules)
    if isinstance(document.validity, Unreadable):
        return Undecided(
            Reason.UNPARSED,
            say("{name}的有效期无法识别", "The term of {name} could not be read", name=name),
            observed=document.validity.raw,
            cells=term_cells(document),
        )
    message = say("{name}未填有效期", "No term is given for {name}", name=name)
    return Undecided(Reason.MISSING_VALUE, message, cells=term_cells(document))
