"""ICP record numbers (备案号): reading every shape in use, writing the canonical one."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from auditor.model.words import ServiceKind

# The abbreviations used in ICP numbers: classical ones for Sichuan, Guizhou, Yunnan, Gansu and Shaanxi.
PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝蜀黔滇藏陕陇青宁新"
# The everyday abbreviation that people write instead, and the one the number carries.
WRONG_ABBREVIATIONS = {"川": "蜀", "贵": "黔", "云": "滇", "甘": "陇", "秦": "陕"}

_KINDS = {
    "": ServiceKind.SITE,
    "A": ServiceKind.APP,
    "X": ServiceKind.MINI_PROGRAM,
    "K": ServiceKind.QUICK_APP,
}
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－﹣﹘─_~～"), "-")

_TAIL = r"(?:-([1-9]\d{0,5})([AXK])?)?"
_FILING = re.compile(rf"^([{PROVINCES}])ICP备(\d{{8}}|\d{{10}})号{_TAIL}$")
_LICENCE = re.compile(rf"^([{PROVINCES}])ICP证(\d{{6,8}})号{_TAIL}$")
_TELECOM = re.compile(rf"^([{PROVINCES}])([AB]\d?(?:[-.]?[AB]?\d)*)-(\d{{8}}){_TAIL}$")

_ANY = PROVINCES + "".join(WRONG_ABBREVIATIONS)
# A label that people copy along: "ICP证:", "ICP备案号:".
_LABEL = r"^(?:ICP(?:备案|证|备)?(?:号|编号)?:)?"
# A suffix counts only behind a dash or 号: nine digits in a row are a slip, not eight and a suffix.
_LOOSE_TAIL = r"(?:号?-([1-9]\d{0,5})([AXK])?|号([1-9]\d{0,5})([AXK])?)?号?$"
_LOOSE_FILING = re.compile(rf"{_LABEL}([{_ANY}])ICP备?(?:案)?(?:第|字)?(\d{{8}}|\d{{10}}){_LOOSE_TAIL}")
_LOOSE_LICENCE = re.compile(rf"{_LABEL}([{_ANY}])ICP证(?:第|字)?(?:(B2)-)?(\d{{6,8}}){_LOOSE_TAIL}")
_LOOSE_TELECOM = re.compile(rf"^([{_ANY}])([AB]-?\d?(?:[-.]?[AB]?\d)*)-(\d{{8}}){_LOOSE_TAIL}")


class Repair(StrEnum):
    """What had to be mended to read a number."""

    FORM = "form"  # 号 missing or misplaced, blanks, full-width letters, other dashes, a label in front
    ABBREVIATION = "abbreviation"  # 川 贵 云 甘 秦 for 蜀 黔 滇 陇 陕


@dataclass(frozen=True, slots=True, order=True)
class RecordNumber:
    """An entity number (no index) or a service number (with index and kind letter).

    form: "备" for a filing, "证" for an ICP licence, or the class of a telecom licence ("B2", "A2.B1", …)
    whose number the ministry shows as record number. body: the digits.
    """

    province: str
    form: str
    body: str
    index: int = 0
    letter: str = ""

    @property
    def is_service(self) -> bool:
        """True for a service number (-N), False for an entity number."""
        return self.index > 0

    @property
    def entity(self) -> RecordNumber:
        """The entity number this number belongs to (itself for an entity number)."""
        return RecordNumber(self.province, self.form, self.body) if self.index else self

    @property
    def kind(self) -> ServiceKind:
        """The kind of service that the suffix letter tells."""
        return _KINDS[self.letter]

    @property
    def is_licence(self) -> bool:
        """True where a licence stands in place of a filing number."""
        return self.form != "备"

    def __str__(self) -> str:
        if self.form in ("备", "证"):
            head = f"{self.province}ICP{self.form}{self.body}号"
        else:
            head = f"{self.province}{self.form}-{self.body}"
        return f"{head}-{self.index}{self.letter}" if self.index else head


@dataclass(frozen=True, slots=True)
class ReadNumber:
    """A record number with what had to be mended to read it."""

    number: RecordNumber
    raw: str
    repairs: tuple[Repair, ...] = ()

    @property
    def canonical(self) -> bool:
        """True when the cell holds the canonical form to the letter."""
        return not self.repairs

    def __str__(self) -> str:
        return str(self.number)


@lru_cache(maxsize=65536)
def read_record_number(raw: str) -> ReadNumber | None:
    """Read a record number, leniently; None where it cannot be recognised even so.

    `read_record_number(str(n)).number == n` for every number n. Shapes: current filings of 8 and 10
    digits, licence numbers (京ICP证030173号-1, 粤B2-20090059-1), App -2A, mini-program -3X, quick app -4K;
    leniently: no 号, 号 after the suffix, blanks, full width, other dashes, a label in front, and the
    everyday abbreviation of a province.
    """
    strict = _match_strict(raw)
    if strict is not None:
        return ReadNumber(strict, raw)
    text = unicodedata.normalize("NFKC", raw).translate(_DASHES)
    text = "".join(ch for ch in text if not ch.isspace() and unicodedata.category(ch)[0] != "C").upper()
    text = text.strip("。.,，;；:：、()[]【】\"'|-")
    text = re.sub(r"^(?:ICP)?(?:备案)?(?:主体|服务|网站|许可证|备案)*(?:编号|号码|号|证)?[::]", "", text)
    number = _match_strict(text)
    if number is not None:
        return ReadNumber(number, raw, (Repair.FORM,))
    number, repaired_abbreviation = _match_loose(text)
    if number is None:
        return None
    repairs: tuple[Repair, ...] = (Repair.FORM,) if not repaired_abbreviation else (Repair.ABBREVIATION,)
    if repaired_abbreviation and str(number)[1:] != raw[1:]:
        repairs = (Repair.FORM, Repair.ABBREVIATION)
    return ReadNumber(number, raw, repairs)


def _match_strict(text: str) -> RecordNumber | None:
    for pattern, form in ((_FILING, "备"), (_LICENCE, "证")):
        found = pattern.match(text)
        if found:
            province, body, index, letter = found.groups()
            return RecordNumber(province, form, body, int(index or 0), letter or "")
    found = _TELECOM.match(text)
    if found:
        province, form, body, index, letter = found.groups()
        return RecordNumber(province, form, body, int(index or 0), letter or "")
    return None


def _match_loose(text: str) -> tuple[RecordNumber | None, bool]:
    telecom = None
    if found := _LOOSE_FILING.match(text):
        province, body, *tail = found.groups()
        form = "备"
    elif found := _LOOSE_LICENCE.match(text):
        province, telecom, body, *tail = found.groups()
        form = telecom or "证"
    elif found := _LOOSE_TELECOM.match(text):
        province, form, body, *tail = found.groups()
        form = form.replace("B-2", "B2").replace("A-2", "A2")
    else:
        return None, False
    index, letter = tail[0] or tail[2], tail[1] or tail[3]
    mended = WRONG_ABBREVIATIONS.get(province, province)
    return RecordNumber(mended, form, body, int(index or 0), letter or ""), mended != province
