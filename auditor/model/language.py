"""Languages beside Chinese and English: gettext catalogues, looked up by the English text."""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from string import Formatter

BUILT_IN = ("zh", "en")
ENVIRONMENT = "AUDIT_LANGUAGES"
_SHIPPED = Path(__file__).with_name("languages")
_CODE = re.compile(r"[a-z]{2,3}(?:[_-][A-Za-z0-9]{2,8})*")
_PLACE = re.compile(r"[\w.\[\]]*")
_BETWEEN = "\x04"  # gettext puts it between a context and its text
_CHINESE_CLAUSES, _CHINESE_COLON = re.compile("；|; "), re.compile("：|: ")
# What a damaged catalogue makes the standard library raise.
_DAMAGE = (OSError, ValueError, LookupError, SyntaxError, struct.error)


def languages() -> tuple[str, ...]:
    """The codes that --lang takes: Chinese, English, then those with a catalogue file."""
    return (*BUILT_IN, *(code for code in sorted(_files(_own_folder())) if code not in BUILT_IN))


def tag(lang: str) -> str:
    """The code as HTML and mail write it (RFC 5646): `zh-CN`, `en`, `pt-BR`."""
    return "zh-CN" if lang == "zh" else lang.replace("_", "-")


def unreadable(lang: str) -> str:
    """Why the catalogue of a language cannot be used, in the words of the system; empty where it can."""
    return _catalogue(lang, _own_folder()).fault


def refused(lang: str) -> tuple[str, ...]:
    """The English texts whose translation has other {places}, or broken ones; English is shown for them."""
    return _catalogue(lang, _own_folder()).refused


def translated(zh: str, en: str, lang: str) -> str:
    """A text in a language: its translation, English where the catalogue has none, never an error."""
    if lang == "zh":
        return zh
    if lang == "en":
        return en
    return _translated(zh, en, lang, _own_folder())


@lru_cache(maxsize=1 << 16)
def _translated(zh: str, en: str, lang: str, folder: str) -> str:
    return _catalogue(lang, folder).translate(zh, en)


def _own_folder() -> str:
    return os.environ.get(ENVIRONMENT, "")


def _files(folder: str) -> dict[str, Path]:
    """Catalogue files by code; the person's own folder wins over what is shipped."""
    found: dict[str, Path] = {}
    for place in (_SHIPPED, *([Path(folder)] if folder else [])):
        try:
            names = sorted(path for path in place.iterdir() if path.suffix == ".mo")
        except OSError:
            continue
        found.update({path.stem: path for path in names if _CODE.fullmatch(path.stem)})
    return found


@lru_cache(maxsize=8)
def _catalogue(lang: str, folder: str) -> Catalogue:
    path = _files(folder).get(lang)
    if path is None:
        return Catalogue({})
    from gettext import GNUTranslations

    try:
        with path.open("rb") as file:
            # The entries have no public name of their own, and filled texts can be found by their pattern only.
            return Catalogue(vars(GNUTranslations(file))["_catalog"])
    except _DAMAGE as error:
        return Catalogue({}, f"{path}: {type(error).__name__}")


class Catalogue:
    """The translations of one language.

    entries: translation by English text, or by `context EOT text` where one English text stands for several
    Chinese ones; the context is the Chinese text. A translation whose {places} are not those of the text is refused, so
    that none can lose a value or break a message. fault: why there are no entries.
    """

    def __init__(self, entries: Mapping[object, str], fault: str = "") -> None:
        self.fault = fault
        self._texts: dict[str, str] = {}
        refusals = []
        for key, text in entries.items():
            # The empty key is the catalogue's head; plural forms, which no text here has, are keyed by tuples.
            if not isinstance(key, str) or not key or not text:
                continue
            english = key.rpartition(_BETWEEN)[2]
            if agree(english, text):
                self._texts[key] = text
            else:
                refusals.append(english)
        self.refused = tuple(sorted(refusals))
        self._patterns: tuple[_Pattern, ...] | None = None

    def translate(self, zh: str, en: str) -> str:
        """The translation of a text as it stands, else of the text that it is filled from, else English."""
        exact = self._texts.get(f"{zh}{_BETWEEN}{en}") or self._texts.get(en)
        if exact is not None or not self._texts:
            return exact or en
        if self._patterns is None:
            made = (_Pattern(key, text) for key, text in self._texts.items() if "{" in key and _places(key))
            self._patterns = tuple(sorted((one for one in made if one.usable), key=_Pattern.order))
        for pattern in self._patterns:
            values = pattern.values(zh, en)
            if values is not None:
                # A value that stands in the Chinese text too is data, and stays as it is.
                said = {
                    name: value if not value or value in zh else self.translate(zh, value)
                    for name, value in values.items()
                }
                return pattern.text.format_map(said)
        return self._clauses(zh, en)

    def _clauses(self, zh: str, en: str) -> str:
        """A text joined of several: `who: what; who: what`, each translated by itself where it can be."""
        clauses, chinese = en.split("; "), _CHINESE_CLAUSES.split(zh)
        if len(clauses) != len(chinese):
            chinese = [zh] * len(clauses)
        said = [self._clause(*one, whole=len(clauses) == 1) for one in zip(chinese, clauses, strict=True)]
        return self._texts.get("; ", "; ").join(said)

    def _clause(self, zh: str, en: str, *, whole: bool) -> str:
        who, colon, what = en.partition(": ")
        if colon and who and what and f"{zh}{_BETWEEN}{en}" not in self._texts and en not in self._texts:
            told = self.translate(_CHINESE_COLON.split(zh, maxsplit=1)[-1], what)
            if told != what and what not in zh:
                return who + self._texts.get(": ", ": ") + told
        # The whole text was looked up before it came here.
        return en if whole else self.translate(zh, en)


def _places(text: str) -> set[tuple[str, str, str]] | None:
    """The places of a template with their formats; None where it is none, as `to = { name = "…" }`."""
    try:
        found = {
            (name, spec or "", conversion or "")
            for _text, name, spec, conversion in Formatter().parse(text)
            if name is not None
        }
    except ValueError:
        return None
    return found if all(_PLACE.fullmatch(name) for name, _spec, _conversion in found) else None


def agree(text: str, other: str) -> bool:
    """Whether two templates have the same places. A text that is no template, braces and all, agrees with any."""
    places = _places(text)
    return places is None or places == _places(other)


class _Pattern:
    """A text with places, to be recognised after it was filled."""

    def __init__(self, key: str, text: str) -> None:
        context, _, english = key.rpartition(_BETWEEN)
        self.text = text
        pieces = list(_pieces(english))
        self._literal = "".join(piece for piece, _name in pieces)
        self._starts = pieces[0][0] if pieces else ""
        self._english, self._context = english, context
        names = [name for _piece, name in pieces if name is not None]
        # Formats and attributes cannot be undone; fewer than three letters say too little.
        self.usable = (
            bool(names)
            and all(name.isidentifier() for name in names)
            and sum(character.isalpha() for character in self._literal) >= 3
            and all(not spec and not conversion for _name, spec, conversion in _places(english) or ())
        )

    def order(self) -> tuple[int, str]:
        """The pattern with most words of its own is tried first."""
        return -len(self._literal), self._english

    def values(self, zh: str, en: str) -> dict[str, str] | None:
        """What stands in the places of a filled text; None where it is another text."""
        if not en.startswith(self._starts) or len(en) < len(self._literal):
            return None
        if self._context and _filled(self._context, zh) is None:
            return None
        return _filled(self._english, en)


def _pieces(template: str) -> Iterator[tuple[str, str | None]]:
    for text, name, _spec, _conversion in Formatter().parse(template):
        yield text, name


@lru_cache(maxsize=4096)
def _parsed(template: str) -> tuple[tuple[str, str | None], ...]:
    return tuple(_pieces(template))


def _filled(template: str, text: str) -> dict[str, str] | None:
    """The values that make this text of a template, each as short as can be; None where there are none.

    Never goes back, so that no text, however long or hostile, takes more than one pass.
    """
    values: dict[str, str] = {}
    waiting: str | None = None
    start = 0
    pieces = _parsed(template)
    if pieces and pieces[-1][1] is not None:
        pieces = (*pieces, ("", None))
    for index, (literal, name) in enumerate(pieces):
        if waiting is None:
            if not text.startswith(literal, start):
                return None
            at = start
        else:
            last = index == len(pieces) - 1
            at = len(text) - len(literal) if last else text.find(literal, start)
            if at < start or not text.startswith(literal, at):
                return None
            if values.setdefault(waiting, text[start:at]) != text[start:at]:
                return None
        start = at + len(literal)
        waiting = name
    return values if start == len(text) else None
