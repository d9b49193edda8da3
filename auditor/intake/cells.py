"""Reading one cell for one kind of field: a model value, a blank, or an unreadable cell in three facts."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from auditor.intake import vocabulary
from auditor.intake.dates import read_date, read_validity
from auditor.intake.domaincells import read_domain_cell
from auditor.intake.table import CellValue, ErrorCell, LongNumber, NoCachedValue
from auditor.model.identity import is_mobile, is_phone, plain_phone
from auditor.model.recordnumber import ReadNumber, Repair, read_record_number
from auditor.model.text import Text, mask_text
from auditor.model.values import FieldKind, Problem, Unreadable, Value


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a cell could not be read, or what had to be mended to read it."""

    wrong: Text
    needed: Text


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
_NUMBER_SEPARATORS = re.compile(r"[,;、|/\n\r]+")
_EXACT_DIGITS = 15  # what a double keeps; Excel cuts there

_NEEDED = {
    FieldKind.DATE: Text("需要完整日期, 例如 2026-01-05", "a whole date is needed, such as 2026-01-05"),
    FieldKind.VALIDITY: Text(
        "需要完整日期、起止日期或“长期”, 例如 2036-05-01",
        "a whole date, a range or 长期 is needed, such as 2036-05-01",
    ),
    FieldKind.NUMBER: Text(
        "需要一个备案号, 例如 京ICP备12345678号-1", "one record number is needed, such as 京ICP备12345678号-1"
    ),
    FieldKind.ID: Text("需要按文本保存的完整号码", "the whole number is needed, kept as text"),
    FieldKind.PHONE: Text("需要按文本保存的电话号码", "a phone number is needed, kept as text"),
    FieldKind.DOMAIN: Text("需要域名, 例如 example.cn", "a domain is needed, such as example.cn"),
    FieldKind.ENTITY_KIND: Text(
        "需要主办单位性质, 例如 企业、个人、事业单位",
        "a kind of entity is needed, such as 企业, 个人 or 事业单位",
    ),
    FieldKind.SERVICE_KIND: Text(
        "需要服务类型: 网站、App、小程序或快应用", "a kind of service is needed: 网站, App, 小程序 or 快应用"
    ),
    FieldKind.ROLE: Text("需要角色: 主体负责人或网站负责人", "a role is needed: 主体负责人 or 网站负责人"),
    FieldKind.FLAG: Text("需要“是”或“否”", "是 or 否 is needed"),
}
_NEEDED_OTHERWISE = Text("需要能读出的内容", "content that can be read is needed")
_AS_TEXT = Text(
    "需要把该列设为文本格式后重新填写完整号码",
    "the column must be set to text and the whole number typed again",
)
_CANONICAL = Text("建议改为规范写法", "better written in the canonical form")

_WRONG = {
    Problem.NOT_A_DATE: Text("不是能确定的日期", "not a date that can be told for certain"),
    Problem.NOT_A_NUMBER: Text("不是能识别的备案号", "not a record number that can be recognised"),
    Problem.NOT_A_DOMAIN: Text("没有可注册的域名", "it holds no registrable domain"),
    Problem.ROUNDED: Text(
        "号码按数字保存, 15 位之后的数字已不可信",
        "the number is stored as a number; digits beyond the 15th are not trustworthy",
    ),
    Problem.ERROR_CELL: Text("单元格是错误值", "the cell holds an error value"),
    Problem.NO_CACHED_VALUE: Text("公式没有保存计算结果", "the formula has no stored result"),
    Problem.NOT_A_WORD: Text("不是已知的词", "not a word that is known here"),
}
_NO_CACHED_NEEDED = Text(
    "需要在表格软件中打开并保存一次, 或改填数值",
    "open and save the book once in a spreadsheet program, or put in the value",
)
_SEVERAL_NUMBERS = Text("一格内有多个备案号", "the cell holds several record numbers")
_MENDED_NUMBER = Text(
    "备案号写法不规范, 已按规范形式读取",
    "the record number is not in canonical form; it was read as if it were",
)
_HIDDEN = Text("含有不可见的控制字符, 已去除", "it holds invisible control characters, which were dropped")
_HIDDEN_NEEDED = Text("需要不含控制字符的文字", "text without control characters is needed")
_NOT_PLAIN = Text(
    "一格内不止一个域名, 或写成了网址、主机名",
    "it holds several names, a URL or a host name; the registrable domains were taken",
)
_PARTLY = Text("其中一部分不是域名", "a part of it is no domain")


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
        fault = Fault(_WRONG[Problem.NO_CACHED_VALUE], _NO_CACHED_NEEDED)
        return ReadCell(Unreadable("=" + value.formula, Problem.NO_CACHED_VALUE), "=" + value.formula, fault)
    if isinstance(value, LongNumber):
        return _rounded(value.text)
    raw = shown(value)
    if kind in (FieldKind.DATE, FieldKind.VALIDITY):
        found = read_date(value) if kind is FieldKind.DATE else read_validity(value)
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
        return ReadCell(cell.value, raw, Fault(_HIDDEN, _HIDDEN_NEEDED))
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
        return ReadCell(read, raw, None if read.canonical else Fault(_MENDED_NUMBER, _CANONICAL))
    pieces = [
        piece for piece in _NUMBER_SEPARATORS.split(unicodedata.normalize("NFKC", text)) if piece.strip()
    ]
    if len(pieces) < 2:
        pieces = text.split()
    numbers = {found.number for piece in pieces if (found := read_record_number(piece)) is not None}
    if len(numbers) == 1:
        return ReadCell(
            ReadNumber(numbers.pop(), raw, (Repair.FORM,)), raw, Fault(_MENDED_NUMBER, _CANONICAL)
        )
    if numbers:
        fault = Fault(_SEVERAL_NUMBERS, _NEEDED[FieldKind.NUMBER])
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
    digits = plain_phone(number)
    return ReadCell(digits if is_mobile(digits) or is_phone(digits) else number, raw)


def _email(text: str, raw: str) -> ReadCell:
    address = unicodedata.normalize("NFKC", text).strip().removeprefix("mailto:")
    return ReadCell(address, raw)


def _domain(text: str, raw: str) -> ReadCell:
    cell = read_domain_cell(raw)
    if not cell.domains:
        wrong = cell.problems[0][1] if len(cell.problems) == 1 else _WRONG[Problem.NOT_A_DOMAIN]
        return ReadCell(Unreadable(raw, Problem.NOT_A_DOMAIN), raw, Fault(wrong, _NEEDED[FieldKind.DOMAIN]))
    if cell.problems:
        parts = Text(
            _PARTLY.zh + ": " + "; ".join(f"{mask_text(piece)} ({why.zh})" for piece, why in cell.problems),
            _PARTLY.en + ": " + "; ".join(f"{mask_text(piece)} ({why.en})" for piece, why in cell.problems),
        )
        return ReadCell(cell, raw, Fault(parts, _NEEDED[FieldKind.DOMAIN]))
    return ReadCell(cell, raw, None if cell.plain else Fault(_NOT_PLAIN, _NEEDED[FieldKind.DOMAIN]))


def _word(kind: FieldKind, find: Callable[[str], Value | None]) -> Callable[[str, str], ReadCell]:
    def read(text: str, raw: str) -> ReadCell:
        found = find(text)
        return ReadCell(found, raw) if found is not None else _unreadable(raw, Problem.NOT_A_WORD, kind)

    return read


def _first_role(text: str) -> Value | None:
    return next(iter(vocabulary.person_roles(text)), None)


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
    FieldKind.FLAG: _word(FieldKind.FLAG, vocabulary.flag),
}


def _rounded(raw: str) -> ReadCell:
    return ReadCell(Unreadable(raw, Problem.ROUNDED), raw, Fault(_WRONG[Problem.ROUNDED], _AS_TEXT))


def _unreadable(raw: str, problem: Problem, kind: FieldKind) -> ReadCell:
    needed = _NEEDED.get(kind, _NEEDED_OTHERWISE)
    return ReadCell(Unreadable(raw, problem), raw, Fault(_WRONG[problem], needed))
