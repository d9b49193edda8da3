"""Whether a Latin name may be the pinyin of a Chinese one: a hint for people, never a verdict."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain

from auditor.checks.name_forms import HAN, alphanumerics, full_fold, less_legal_form, plain_letters

# Readings that a character has only as a surname and that the dictionary lacks or hides.
_SURNAME_READINGS = {
    "单": "shan",
    "仇": "qiu",
    "解": "xie",
    "曾": "zeng",
    "查": "zha",
    "乐": "yue",
    "朴": "piao pu",
    "区": "ou",
    "覃": "qin tan",
    "翟": "zhai di",
    "盖": "ge gai",
    "缪": "miao",
    "员": "yun",
    "召": "shao",
    "繁": "po",
    "秘": "bi",
    "黑": "he",
    "折": "she",
    "种": "chong",
    "洗": "xian",
    "祭": "zhai",
    "隗": "kui wei",
    "佴": "nai",
    "么": "yao",
    "牟": "mu mou",
    "句": "gou",
    "难": "ning",
    "能": "nai",
    "尉": "yu wei",
    "长": "zhang chang",
    "重": "chong",
    "单于": "chanyu",
    "万俟": "moqi",
    "尉迟": "yuchi",
    "长孙": "zhangsun",
    "澹台": "tantai",
}
_COMPOUND = (
    "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公羊 赫连 澹台 公冶 宗政 濮阳 淳于 单于 太叔 申屠 公孙 仲孙 轩辕 令狐 钟离 宇文 长孙 慕容 鲜于 闾丘 司徒 "
    "司空 端木 呼延 南宫 东郭 西门 独孤 夏侯 万俟 闻人 百里 第五 拓跋 耶律 完颜 纳兰 叶赫"
)
COMPOUND_SURNAMES = frozenset(_COMPOUND.split())
# Places that open company names; the trade name (字号) follows them.
_PLACE_NAMES = (
    "北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 广西 海南 四川 贵州 云南 西藏 陕西 甘肃 "
    "青海 宁夏 新疆 内蒙古 中国 中华 广州 深圳 杭州 南京 苏州 成都 武汉 西安 厦门 青岛 大连 宁波 无锡 长沙 郑州 合肥 福州 济南 昆明 贵阳 南宁 "
    "南昌 太原 石家庄 哈尔滨 长春 沈阳 兰州 海口 拉萨 西宁 银川 乌鲁木齐 呼和浩特 东莞 佛山 珠海 中山 温州 常州 徐州 烟台 泉州 香港 澳门 台湾"
)
_PLACES = tuple(sorted(_PLACE_NAMES.split(), key=lambda place: (-len(place), place)))
_NOT_LETTERS = re.compile(r"[^a-z]")
_PERSON = re.compile(f"^[{HAN}]{{2,4}}$")


@lru_cache(maxsize=8192)
def _readings(character: str) -> tuple[str, ...]:
    if character.isascii():
        return (character,) if character.isalpha() else ("",)
    from pypinyin import Style, pinyin

    found = pinyin(character, heteronym=True, style=Style.NORMAL, errors="ignore")
    known = set(chain.from_iterable(found))
    for reading in list(known):
        if "v" in reading or "ü" in reading:
            plain = reading.replace("ü", "v")
            known |= {plain, plain.replace("v", "u"), plain.replace("v", "yu")}
    return tuple(sorted(known))


def _surname_readings(surname: str) -> list[tuple[str, ...]]:
    """The readings of a surname, a group a character; a compound surname with its own reading is one group."""
    own = _SURNAME_READINGS.get(surname)
    if len(surname) > 1:
        return [tuple(own.split())] if own else [_readings(character) for character in surname]
    return [tuple(sorted({*_readings(surname), *(own.split() if own else ())}))]


def _ends(groups: list[tuple[str, ...]], letters: str, start: int) -> set[int]:
    positions = {start}
    for group in groups:
        positions = {
            at + len(reading) for at in positions for reading in group if letters.startswith(reading, at)
        }
    return positions


def _spells(groups: list[tuple[str, ...]], letters: str) -> bool:
    return len(letters) in _ends(groups, letters, 0)


def _stands_in(groups: list[tuple[str, ...]], letters: str) -> bool:
    return any(end > at for at in range(len(letters)) for end in _ends(groups, letters, at))


def pinyin_consistent(chinese: str, latin: str) -> bool:
    """True where the Latin name can be read as the pinyin of the Chinese one (both in canonical form).

    A person: every reading of every character, the surname first or last. A company: the whole name, or its trade
    name (字号) somewhere in the Latin name.
    """
    letters = _NOT_LETTERS.sub("", plain_letters(latin.replace("ü", "v")))
    if not letters:
        return False
    name = alphanumerics(full_fold(chinese))
    if _PERSON.match(name) and _person_consistent(name, letters):
        return True
    if _spells([_readings(character) for character in name], letters):
        return True
    trade_name = _less_place(less_legal_form(name))
    if len(trade_name) < 2:
        return False
    return any(
        _stands_in([_readings(character) for character in trade_name[:length]], letters)
        for length in (2, 3, 4)
        if len(trade_name) >= length
    )


def _person_consistent(name: str, letters: str) -> bool:
    for length in (2, 1):
        surname, given = name[:length], name[length:]
        if not given or (length == 2 and surname not in COMPOUND_SURNAMES):
            continue
        family = _surname_readings(surname)
        own = [_readings(character) for character in given]
        if _spells(family + own, letters) or _spells(own + family, letters):
            return True
    return False


def _less_place(core: str) -> str:
    for place in _PLACES:
        if core.startswith(place) and len(core) > len(place) + 1:
            return core[len(place) :].removeprefix("省").removeprefix("市")
    return core
