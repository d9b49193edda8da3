"""The written forms of a name: canonical, folded to simplified script, and reduced to what people vary freely."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

HAN = (
    r"\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    r"\U00020000-\U0002fa1f\U00030000-\U000323af"
)
_KANA = r"\u3041-\u3096\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
_HANGUL = r"\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3"
_HAN_ONE = re.compile(f"[{HAN}]")
_KANA_ONE = re.compile(f"[{_KANA}]")
_HANGUL_ONE = re.compile(f"[{_HANGUL}]")
_LATIN_ONE = re.compile(r"[a-z\u00df-\u024f\u1e00-\u1eff]")
_SPACE = re.compile(r"\s+")
_SPACE_BESIDE_CJK = re.compile(f"(?<=[{HAN}{_KANA}]) | (?=[{HAN}{_KANA}])")
_BRACKET = re.compile(r"\(([^()]*)\)")
_EDGE = " .,。、;:"


def _table(classes: dict[str, str]) -> dict[int, str]:
    return {ord(character): target for target, members in classes.items() for character in members}


# What people type for one and the same mark. The radicals stand in text copied out of PDF files.
_MARKS = str.maketrans(
    _table(
        {
            "·": "•・‧∙⋅᛫⸱ꞏ･",
            '"': "“”„‟«»「」『』",
            "'": "‘’‚‛`´ʼ",
            "-": "‐‑‒–—―−⁃﹘",
            "(": "〔【[{⟨",
            ")": "〕】]}⟩",
            "": "™®©℠",
        }
    )
    | dict(
        zip(
            map(ord, "⺠⻄⻅⻆⻉⻋⻓⻔⻙⻚⻛⻜⻝⻢⻥⻦⻩⻬⻮⻰"),
            "民西见角贝车长门韦页风飞食马鱼鸟黄齐齿龙",
            strict=True,
        )
    )
)

# Characters that OpenCC folds although the table of standard characters (通用规范汉字表, 2013) keeps them for names or
# some senses; all others of that kind are in GB 2312, which is asked directly.
_STANDARD_BEYOND_GB2312 = frozenset("剋劄扞昇氾爇祕脩苧蒐薳谿釐陞")

# Pairs that OpenCC keeps apart but clerks swap, and Chinese numerals. Only ever a reason to look twice.
_SWAPPED = str.maketrans(
    _table(
        {
            "钟": "锺",
            "哲": "喆",
            "坤": "堃",
            "渺": "淼",
            "宁": "甯",
            "村": "邨",
            "乃": "迺",
            "澄": "澂",
            "奔": "犇",
            "苏": "甦",
            "巨": "钜",
            "余": "馀",
            "浚": "濬",
            "着": "著",
            "了": "瞭",
            "借": "藉",
            "同": "仝",
            "线": "缐",
            "扬": "飏",
            "璇": "璿",
            "佩": "珮",
            "果": "菓",
            "妆": "粧",
            "岩": "喦嵒",
            "焰": "燄",
            "场": "塲",
            "梅": "槑",
            "喜": "㐂",
        }
    )
)
_NUMERALS = str.maketrans("〇零一二三四五六七八九", "00123456789")

_LEGAL_FORMS = (
    "股份有限责任公司",
    "有限责任公司",
    "责任有限公司",
    "股份有限公司",
    "有限公司",
    "股份公司",
    "株式会社",
    "有限会社",
    "合伙企业",
    "公司",
)
_LATIN_LEGAL_WORDS = (
    "the co company companies ltd limited inc incorporated corp corporation llc llp plc lp gmbh mbh ag kg sa sas sarl "
    "srl spa bv nv pte pty kk oy oyj ab asa aps sdn bhd liability"
)
_LATIN_LEGAL = frozenset(_LATIN_LEGAL_WORDS.split())


class Script(StrEnum):
    """The writing system that decides how a name is compared."""

    CHINESE = "chinese"
    JAPANESE = "japanese"
    KOREAN = "korean"
    LATIN = "latin"
    OTHER = "other"
    NONE = "none"


@lru_cache(maxsize=65536)
def normal_name(name: str) -> str:
    """The canonical comparison form of a name; equal forms are the same name.

    Width, case, invisible characters, blanks beside Chinese characters and the many shapes of brackets, dots, quotes
    and dashes are unified; a full stop or comma at either end is dropped.
    """
    text = unicodedata.normalize("NFKC", name.translate(_MARKS)).translate(_MARKS)
    if not text.isascii():
        kept = []
        for character in text:
            category = unicodedata.category(character)
            if category == "Cc":
                kept.append(" ")
            elif category != "Cf" and not _is_variation_selector(character):
                kept.append(character)
        text = "".join(kept)
    text = _SPACE.sub(" ", unicodedata.normalize("NFKC", text.casefold()))
    return _SPACE_BESIDE_CJK.sub("", text).strip(_EDGE)


def _is_variation_selector(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


@lru_cache(maxsize=65536)
def script_of(normal: str) -> Script:
    """The script of a canonical name: one Chinese character makes it Chinese, unless kana or Hangul stand with it."""
    if _KANA_ONE.search(normal):
        return Script.JAPANESE
    if _HANGUL_ONE.search(normal):
        return Script.KOREAN
    if _HAN_ONE.search(normal):
        return Script.CHINESE
    letters = [character for character in normal if character.isalpha()]
    if not letters:
        return Script.NONE
    return Script.LATIN if all(_LATIN_ONE.match(character) for character in letters) else Script.OTHER


@lru_cache(maxsize=1)
def _to_simplified() -> Callable[[str], str]:
    import opencc

    converter = opencc.OpenCC("t2s")

    @lru_cache(maxsize=8192)
    def fold(character: str) -> str:
        # One character at a time: the converter knows phrases, and a phrase would fold 乾隆 and 乾照 differently.
        folded = converter.convert(character)
        return folded if isinstance(folded, str) and len(folded) == 1 else character

    return fold


@lru_cache(maxsize=8192)
def _in_gb2312(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def safe_fold(normal: str) -> str:
    """Fold traditional characters that have no life of their own in simplified script (龍 to 龙, but not 乾 to 干).

    Two names equal after this are the same name. 乾, 後, 於, 昇 … are standard characters in some names, so folding
    them would call different owners the same.
    """
    doubtful = [ch for ch in set(normal) if not ch.isascii() and not _in_gb2312(ch) and _HAN_ONE.match(ch)]
    doubtful = [ch for ch in doubtful if ch not in _STANDARD_BEYOND_GB2312]
    if not doubtful:
        return normal
    fold = _to_simplified()
    return normal.translate({ord(ch): fold(ch) for ch in doubtful})


def full_fold(normal: str) -> str:
    """Fold every traditional or variant character: equality here only asks for a look."""
    fold = _to_simplified()
    simplified = "".join(fold(ch) if not ch.isascii() else ch for ch in normal)
    return simplified.translate(_SWAPPED)


def alphanumerics(normal: str) -> str:
    """Letters, digits and the signs that tell names apart (& + # @), without blanks and punctuation."""
    return "".join(ch for ch in normal if ch.isalnum() or ch in "&+#@" or unicodedata.category(ch) == "Mn")


@lru_cache(maxsize=65536)
def name_key(name: str) -> str:
    """The grouping key for "is it the same organisation name": equal keys are one name, written differently."""
    normal = normal_name(name)
    if script_of(normal) is Script.CHINESE:
        return safe_fold(normal)
    return alphanumerics(normal) or normal


@dataclass(frozen=True, slots=True)
class ChineseForm:
    """A Chinese name taken apart; all parts are folded (numerals too) and free of punctuation."""

    folded: str
    plain: str
    base: str
    core: str
    plain_core: str
    parts: tuple[str, ...]

    @property
    def has_legal_form(self) -> bool:
        """True where a legal form such as 有限公司 ends the name."""
        return self.core != self.base or self.plain_core != self.plain


@lru_cache(maxsize=16384)
def chinese_form(normal: str) -> ChineseForm:
    """Take a canonical Chinese name apart: bracketed parts, base, and the base without its legal form."""
    folded = full_fold(normal).translate(_NUMERALS)
    parts = []
    base = folded
    while found := _BRACKET.search(base):
        parts.append(alphanumerics(found.group(1)))
        base = base[: found.start()] + base[found.end() :]
    base = alphanumerics(base)
    plain = alphanumerics(folded)
    return ChineseForm(
        folded=folded,
        plain=plain,
        base=base,
        core=less_legal_form(base),
        plain_core=less_legal_form(plain),
        parts=tuple(sorted(part for part in parts if part)),
    )


def less_legal_form(text: str) -> str:
    """A Chinese name without the legal form that ends it, such as 有限公司; two characters at least are left."""
    for form in _LEGAL_FORMS:
        if text.endswith(form) and len(text) > len(form) + 1:
            return text[: -len(form)]
    return text


def plain_letters(normal: str) -> str:
    """A Latin name without accents."""
    decomposed = unicodedata.normalize("NFKD", normal)
    return "".join(ch for ch in decomposed if unicodedata.category(ch) != "Mn")


def words(normal: str) -> list[str]:
    """The words of a name in an alphabet, accents dropped and dotted abbreviations joined (l.l.c. is llc)."""
    joined = re.sub(r"(?<=\b\w)\.(?=\w\b)", "", plain_letters(normal))
    return re.findall(r"[^\W_]+|[&+#@]+", joined)


def words_less_legal_form(normal: str) -> list[str]:
    """The words of a name in an alphabet without Co., Ltd., Inc. and their like; never empty for a name with words."""
    every = words(normal)
    return [word for word in every if word not in _LATIN_LEGAL] or every


_LATIN_TAIL = re.compile(f"^(.*[{HAN}][)\"']?)([^{HAN}]+)$")
_LATIN_HEAD = re.compile(f"^([^{HAN}]+)([{HAN}].*)$")


def less_latin_phrase(normal: str) -> str:
    """A Chinese name without an English phrase (two words or more) before or after it; else unchanged."""
    for pattern, kept, dropped in ((_LATIN_TAIL, 1, 2), (_LATIN_HEAD, 2, 1)):
        found = pattern.match(normal)
        if found and len(re.findall(r"[a-z]{2,}", found.group(dropped))) >= 2:
            return found.group(kept)
    return normal
