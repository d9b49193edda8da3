"""Reading one cell for one kind of field: a model value, a blank, or an unreadable cell in three facts."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from auditor.intake import cellfaults as faults
from auditor.intake import vocabulary
from auditor.intake.cellfaults import Fault
from auditor.intake.dates import read_date, read_validity
from auditor.intake.domaincells import read_domain_cell
from auditor.intake.moments import read_moment
from auditor.intake.table import CellValue, ErrorCell, LongNumber, NoCachedValue
from auditor.model.identity import is_mobile, is_phone, plain_phone
from auditor.model.recordnumber import ReadNumber, Repair, read_record_number
from auditor.model.text import Text, mask_text
from auditor.model.values import DomainCell, FieldKind, Problem, Unreadable, Value


@dataclass(frozen=True, slots=True)
class ReadCell:
    """One cell as read. value: None for a blank; raw: what the user sees; fault: what to tell about it."""

    value: Value | None
    raw: str = ""
    fault: Fault | None = None


BLANK = ReadCell(None)

_PLACEHOLDERS = frozenset(
    (
        "-",
        "--",
        "---",
        "—",
        "——",
        "–",
        "/",
        "\\",
        "无",
        "暂无",
        "没有",
        "空",
        "n/a",
        "na",
        "n.a.",
        "null",
        "none",
        "nil",
        "未填",
        "未填写",
        "不适用",
        "\\n",
    )
)
_SCIENTIFIC = re.compile(r"^\d(?:\.\d+)?E\+?(\d{1,3})$", re.IGNORECASE)
_POINT_ZERO = re.compile(r"^(\+?\d{7,14})\.0+$")
_NUMBER_SEPARATORS = re.compile(r"[,;、|/\n\r]+")
_EXACT_DIGITS = 15  # what a double keeps; Excel cuts there


def read_cell(value: CellValue, kind: FieldKind, *, keep_placeholder: bool = False) -> ReadCell:
    """Read a cell for a kind of field.

    keep_placeholder: 无, - and the like are content (in a column that asks whether something exists), not blanks.
    Never raises: what cannot be read is an Unreadable value with its fault.
    """
    if value is None:
        return BLANK
    if isinstance(value, str):
        return _read_text(value, kind, keep_placeholder=keep_placeholder)
    if isinstance(value, ErrorCell):
        return _unreadable(value.code, Problem.ERROR_CELL, kind)
    if isinstance(value, NoCachedValue):
        fault = Fault(faults.WRONG[Problem.NO_CACHED_VALUE], faults.NO_CACHED_NEEDED)
        return ReadCell(Unreadable("=" + value.formula, Problem.NO_CACHED_VALUE), "=" + value.formula, fault)
    if isinstance(value, LongNumber):
        return _rounded(value.text)
    raw = shown(value)
    if kind in _TIMES:
        found = _TIMES[kind](value)
        return ReadCell(found, raw) if found is not None else _unreadable(raw, Problem.NOT_A_DATE, kind)
    if isinstance(value, float) and abs(value) >= 10.0**_EXACT_DIGITS:
        return _rounded(raw)
    return _read_text(raw, kind, keep_placeholder=keep_placeholder)


def shown(value: CellValue) -> str:
    """A cell as its reader sees it, near enough to find it again."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime):
        midnight = value.tzinfo is None and value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, ErrorCell):
        return value.code
    if isinstance(value, LongNumber):
        return value.text
    if isinstance(value, NoCachedValue):
        return "=" + value.formula
    return str(value)


def is_blank(value: CellValue) -> bool:
    """True for an empty cell and for one that holds nothing visible."""
    return value is None or (isinstance(value, str) and not (value.strip() and visible(value).strip()))


def visible(text: str) -> str:
    """A text without control, direction and zero-width characters; line breaks and tabs stay."""
    if text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        ch for ch in text if ch in "\n\t" or unicodedata.category(ch) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )


def _read_text(raw: str, kind: FieldKind, *, keep_placeholder: bool) -> ReadCell:
    text = visible(raw).strip()
    if not text or (
        not keep_placeholder
        and kind is not FieldKind.FLAG
        and len(text) < 6
        and unicodedata.normalize("NFKC", text).casefold() in _PLACEHOLDERS
    ):
        return ReadCell(None, raw)
    cell = _READERS[kind](text, raw)
    if cell.fault is None and kind is not FieldKind.DOMAIN and _hides(raw):
        return ReadCell(cell.value, raw, Fault(faults.HIDDEN, faults.HIDDEN_NEEDED))
    return cell


def _hides(raw: str) -> bool:
    if raw.isprintable():
        return False
    stripped = raw.strip().lstrip("\ufeff")
    return any(ch not in "\r\n\t" and unicodedata.category(ch) in ("Cc", "Cf", "Co", "Cs") for ch in stripped)


def _plain_text(text: str, raw: str) -> ReadCell:
    return ReadCell(text, raw)


def _name(text: str, raw: str) -> ReadCell:
    # A line break inside a name comes from wrapping, between Latin words it stands for a blank.
    if "\n" in text or "\t" in text:
        text = re.sub(r"(?<=[\x21-\x7e])\s*[\n\t]\s*(?=[\x21-\x7e])", " ", text)
        text = re.sub(r"\s*[\n\t]\s*", "", text)
    return ReadCell(text, raw)


def _date(text: str, raw: str) -> ReadCell:
    found = read_date(text)
    return ReadCell(found, raw) if found else _unreadable(raw, Problem.NOT_A_DATE, FieldKind.DATE)


def _validity(text: str, raw: str) -> ReadCell:
    found = read_validity(text)
    return ReadCell(found, raw) if found else _unreadable(raw, Problem.NOT_A_DATE, FieldKind.VALIDITY)


def _record_number(text: str, raw: str) -> ReadCell:
    read = read_record_number(raw)
    if read is not None:
        return ReadCell(read, raw, None if read.canonical else Fault(faults.MENDED_NUMBER, faults.CANONICAL))
    pieces = [
        piece for piece in _NUMBER_SEPARATORS.split(unicodedata.normalize("NFKC", text)) if piece.strip()
    ]
    if len(pieces) < 2:
        pieces = text.split()
    numbers = {found.number for piece in pieces if (found := read_record_number(piece)) is not None}
    if len(numbers) == 1:
        return ReadCell(
            ReadNumber(numbers.pop(), raw, (Repair.FORM,)), raw, Fault(faults.MENDED_NUMBER, faults.CANONICAL)
        )
    if numbers:
        fault = Fault(faults.SEVERAL_NUMBERS, faults.NEEDED[FieldKind.NUMBER])
        return ReadCell(Unreadable(raw, Problem.NOT_A_NUMBER), raw, fault)
    return _unreadable(raw, Problem.NOT_A_NUMBER, FieldKind.NUMBER)


def _id_number(text: str, raw: str) -> ReadCell:
    number = "".join(unicodedata.normalize("NFKC", text).split()).lstrip("'`").upper()
    loses = _SCIENTIFIC.match(number)
    if loses and int(loses.group(1)) >= 9:
        return _rounded(raw)
    return ReadCell(number, raw) if number else ReadCell(None, raw)


def _phone(text: str, raw: str) -> ReadCell:
    number = "".join(unicodedata.normalize("NFKC", text).split()).lstrip("'`")
    if _SCIENTIFIC.match(number):
        return _rounded(raw)
    # 13800138000.0 is what a table program makes of a number column that also has blanks.
    digits = plain_phone(_POINT_ZERO.sub(r"\1", number))
    return ReadCell(digits if is_mobile(digits) or is_phone(digits) else number, raw)


def _email(text: str, raw: str) -> ReadCell:
    address = unicodedata.normalize("NFKC", text).strip().removeprefix("mailto:")
    return ReadCell(address, raw)


def _domain(text: str, raw: str) -> ReadCell:
    cell = read_domain_cell(raw)
    if not cell.domains:
        wrong = cell.problems[0][1] if len(cell.problems) == 1 else faults.WRONG[Problem.NOT_A_DOMAIN]
        return ReadCell(
            Unreadable(raw, Problem.NOT_A_DOMAIN), raw, Fault(wrong, faults.NEEDED[FieldKind.DOMAIN])
        )
    if cell.problems:
        parts = Text(
            faults.PARTLY.zh
            + ": "
            + "; ".join(f"{mask_text(piece)} ({why.zh})" for piece, why in cell.problems),
            faults.PARTLY.en
            + ": "
            + "; ".join(f"{mask_text(piece)} ({why.en})" for piece, why in cell.problems),
        )
        return ReadCell(cell, raw, Fault(parts, faults.NEEDED[FieldKind.DOMAIN]))
    return ReadCell(
        cell, raw, None if cell.plain else Fault(faults.NOT_PLAIN, faults.NEEDED[FieldKind.DOMAIN])
    )


def _moment(text: str, raw: str) -> ReadCell:
    found = read_moment(text)
    return ReadCell(found, raw) if found else _unreadable(raw, Problem.NOT_A_DATE, FieldKind.MOMENT)


def _domains(text: str, raw: str) -> ReadCell:
    cell = _domain(text, raw)
    # Several names are what such a cell is for; only a piece that is none is worth a word.
    plain = isinstance(cell.value, DomainCell) and not cell.value.problems
    return ReadCell(cell.value, raw) if plain else cell


def _word(kind: FieldKind, find: Callable[[str], Value | None]) -> Callable[[str, str], ReadCell]:
    def read(text: str, raw: str) -> ReadCell:
        found = find(text)
        return ReadCell(found, raw) if found is not None else _unreadable(raw, Problem.NOT_A_WORD, kind)

    return read


def _first_role(text: str) -> Value | None:
    return next(iter(vocabulary.person_roles(text)), None)


_TIMES: dict[FieldKind, Callable[[object], Value | None]] = {
    FieldKind.DATE: read_date,
    FieldKind.VALIDITY: read_validity,
    FieldKind.MOMENT: read_moment,
}
_READERS: dict[FieldKind, Callable[[str, str], ReadCell]] = {
    FieldKind.TEXT: _plain_text,
    FieldKind.NAME: _name,
    FieldKind.DATE: _date,
    FieldKind.VALIDITY: _validity,
    FieldKind.NUMBER: _record_number,
    FieldKind.ID: _id_number,
    FieldKind.PHONE: _phone,
    FieldKind.EMAIL: _email,
    FieldKind.DOMAIN: _domain,
    FieldKind.ENTITY_KIND: _word(FieldKind.ENTITY_KIND, vocabulary.entity_kind),
    FieldKind.SERVICE_KIND: _word(FieldKind.SERVICE_KIND, vocabulary.service_kind),
    FieldKind.ROLE: _word(FieldKind.ROLE, _first_role),
    FieldKind.ORDER_KIND: _word(FieldKind.ORDER_KIND, vocabulary.order_kind),
    FieldKind.ORDER_STAGE: _word(FieldKind.ORDER_STAGE, vocabulary.order_stage),
    FieldKind.MOMENT: _moment,
    FieldKind.DOMAINS: _domains,
    FieldKind.FLAG: _word(FieldKind.FLAG, vocabulary.flag),
}


def _rounded(raw: str) -> ReadCell:
    return ReadCell(
        Unreadable(raw, Problem.ROUNDED), raw, Fault(faults.WRONG[Problem.ROUNDED], faults.AS_TEXT)
    )


def _unreadable(raw: str, problem: Problem, kind: FieldKind) -> ReadCell:
    needed = faults.NEEDED.get(kind, faults.NEEDED_OTHERWISE)
    return ReadCell(Unreadable(raw, problem), raw, Fault(faults.WRONG[problem], needed))
