"""Numbers that identify organisations and people, and how each is checked."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"
_MOBILE = re.compile(r"^1[3-9]\d{9}$")
_LANDLINE = re.compile(r"^(?:0\d{2,3}-?)?[2-9]\d{6,7}(?:-\d{1,6})?$|^[48]00-?\d{3}-?\d{4}$")
_EMAIL = re.compile(
    r"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@([A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)(\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+$"
)
_BETWEEN_ADDRESSES = re.compile(r"[;,、|/\s]+")
_POLICE = re.compile(
    r"^([京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新])公网安备(\d{14})号$"
)


def credit_code_problem(code: str) -> str | None:
    """Why a 统一社会信用代码 fails GB 32100-2015: "length", "alphabet", "check" or None when it is right."""
    if len(code) != 18:
        return "length"
    if any(ch not in _USCC_ALPHABET for ch in code) or not code[2:8].isdigit():
        return "alphabet"
    total = sum(_USCC_ALPHABET.index(ch) * weight for ch, weight in zip(code, _USCC_WEIGHTS, strict=False))
    return None if _USCC_ALPHABET[(31 - total % 31) % 31] == code[17] else "check"


def credit_code_check(body: str) -> str:
    """The check character for the first 17 characters of a credit code (GB 32100-2015)."""
    total = sum(_USCC_ALPHABET.index(ch) * weight for ch, weight in zip(body, _USCC_WEIGHTS, strict=True))
    return _USCC_ALPHABET[(31 - total % 31) % 31]


def id_number_problem(number: str) -> str | None:
    """Why a resident ID number fails GB 11643: "length", "first_generation", "characters", "date", "check" or None."""
    if len(number) == 15 and number.isdigit():
        return "first_generation"
    if len(number) != 18:
        return "length"
    if not (number[:17].isdigit() and number[:17].isascii() and number[17] in "0123456789X"):
        return "characters"
    if birth_date(number) is None:
        return "date"
    return None if id_number_check(number[:17]) == number[17] else "check"


def id_number_check(body: str) -> str:
    """The check character for the first 17 digits of a resident ID number (GB 11643)."""
    return _ID_CHECK[sum(int(ch) * weight for ch, weight in zip(body, _ID_WEIGHTS, strict=True)) % 11]


def birth_date(number: str) -> date | None:
    """The birth date inside an 18-digit resident ID number; None where there is none."""
    if len(number) != 18 or not number[6:14].isdigit():
        return None
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return born if born.year >= 1850 else None


def age_on(born: date, day: date) -> int:
    """Full years of age on a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def plain_phone(text: str) -> str:
    """A phone as digits: width, blanks, dashes and a +86 in front are dropped."""
    number = unicodedata.normalize("NFKC", text)
    number = re.sub(r"[\s\-‐-―()]", "", number)
    return re.sub(r"^(?:\+|00)?86(?=1[3-9]\d{9}$)", "", number)


def is_mobile(text: str) -> bool:
    """True for a mainland mobile number (11 digits, 13x–19x), however spaced."""
    return bool(_MOBILE.match(plain_phone(text)))


def is_phone(text: str) -> bool:
    """True for a mainland mobile or landline number."""
    number = unicodedata.normalize("NFKC", text)
    number = re.sub(r"[\s()]", "", number)
    return is_mobile(text) or bool(_LANDLINE.match(number)) or bool(_LANDLINE.match(plain_phone(text)))


def mail_addresses(text: str) -> tuple[str, ...]:
    """The addresses that one cell holds, apart at ; , 、 | / and blanks where an address stands on either side.

    A blank or stroke inside what is only one address stays where it is: the whole is then what was written.
    """
    text = unicodedata.normalize("NFKC", text)
    pieces = [piece for piece in _BETWEEN_ADDRESSES.split(text) if piece]
    if not all("@" in piece for piece in pieces):
        pieces = [piece.strip() for piece in re.split(r"[;,、]", text) if piece.strip()]
    return tuple(dict.fromkeys(pieces))


def is_email(text: str) -> bool:
    """True for an address of the ordinary form local@host.tld."""
    address = text.strip()
    local = address.partition("@")[0]
    return bool(_EMAIL.match(address)) and not (local.startswith(".") or local.endswith(".") or ".." in local)


@dataclass(frozen=True, slots=True)
class PoliceNumber:
    """公安联网备案号: the modern abbreviation and 14 digits (area, 02, serial)."""

    province: str
    digits: str

    def __str__(self) -> str:
        return f"{self.province}公网安备{self.digits}号"


def read_police_number(raw: str) -> PoliceNumber | None:
    """Read a 公安备案 number; blanks, width and a missing 号 are forgiven. None where it is malformed."""
    text = "".join(ch for ch in unicodedata.normalize("NFKC", raw) if not ch.isspace())
    if not text.endswith("号"):
        text += "号"
    found = _POLICE.match(text)
    return PoliceNumber(found.group(1), found.group(2)) if found else None
