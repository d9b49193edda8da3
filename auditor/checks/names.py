"""Whether two names mean the same owner: match, refuted, or undecided with the reason.

What a filing compares is exact (信管〔2017〕264号: the registrant must be the entity or an accepted related party), so two
Chinese names that differ are different owners. Everything that mere writing can explain is left to a person.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import TypeAlias

from auditor.checks.name_forms import (
    ChineseForm,
    Script,
    alphanumerics,
    chinese_form,
    less_latin_phrase,
    name_key,
    normal_name,
    safe_fold,
    script_of,
    words_less_legal_form,
)
from auditor.checks.name_owner import looks_like_organisation, person_against_organisation
from auditor.checks.name_similarity import similarity
from auditor.checks.pinyin import pinyin_consistent
from auditor.model.verdict import Reason
from auditor.rules.withheld import WithheldKind, withheld_kind

__all__ = ["NameMatch", "NameVerdict", "compare_names", "looks_like_organisation", "name_key", "normal_name"]

_Groups: TypeAlias = dict[str, list[tuple[str, ...]]]
_NO_ALIASES: Mapping[str, Sequence[str]] = MappingProxyType({})
# Registries cut long holder names: .cn at 64 characters, other TLDs at 128.
_CUT_AT = (64, 128)
_DIFFERENT_BELOW = 0.60


class NameVerdict(StrEnum):
    """What a comparison of two names can say."""

    MATCH = "match"
    UNDECIDED = "undecided"
    REFUTED = "refuted"


@dataclass(frozen=True, slots=True)
class NameMatch:
    """The outcome of a comparison: the verdict, why it is open (only when undecided), and what decided it."""

    verdict: NameVerdict
    reason: Reason | None
    note: str

    @property
    def matched(self) -> bool:
        """The names are the same owner's."""
        return self.verdict is NameVerdict.MATCH

    @property
    def undecided(self) -> bool:
        """A person must look; `reason` says why."""
        return self.verdict is NameVerdict.UNDECIDED

    @property
    def refuted(self) -> bool:
        """The names are two different owners'."""
        return self.verdict is NameVerdict.REFUTED


def _match(note: str) -> NameMatch:
    return NameMatch(NameVerdict.MATCH, None, note)


def _undecided(reason: Reason, note: str) -> NameMatch:
    return NameMatch(NameVerdict.UNDECIDED, reason, note)


def _refuted(note: str) -> NameMatch:
    return NameMatch(NameVerdict.REFUTED, None, note)


def compare_names(
    observed: str, accepted: Sequence[str], *, aliases: Mapping[str, Sequence[str]] = _NO_ALIASES
) -> NameMatch:
    """Compare a name seen with the names that would be right, and return the best outcome over them.

    observed: the name that a source or cell shows. accepted: the names that count as the same owner; empty ones are
    passed over. aliases: a name and the registered English or former names of the same owner; they hold in both
    directions and outrank every other rule. Match beats undecided beats refuted.
    """
    candidates = [name for name in accepted if normal_name(name)]
    if not normal_name(observed):
        return _undecided(Reason.MISSING_VALUE, "empty")
    if not candidates:
        return _undecided(Reason.MISSING_VALUE, "nothing_accepted")
    best = compare_pair(observed, candidates[0])
    for name in candidates[1:]:
        if best.matched:
            break
        best = _better(best, compare_pair(observed, name))
    if best.matched:
        return best
    for name in _alias_names(candidates, aliases):
        found = compare_pair(observed, name)
        if found.matched:
            return _match("alias")
        if script_of(normal_name(name)) is script_of(normal_name(observed)):
            # An alias in another script says nothing about two names that already stand in one script.
            best = _better(best, found)
    return best


_REASON_RANK = {Reason.VARIANT: 3, Reason.TRANSLITERATED: 2, Reason.WITHHELD: 1}


def _rank(match: NameMatch) -> tuple[int, int, bool]:
    verdict = {NameVerdict.MATCH: 2, NameVerdict.UNDECIDED: 1, NameVerdict.REFUTED: 0}[match.verdict]
    reason = _REASON_RANK.get(match.reason, 0) if match.reason is not None else 0
    return verdict, reason, match.note in ("pinyin", "person_vs_company")


def _better(first: NameMatch, second: NameMatch) -> NameMatch:
    return second if _rank(second) > _rank(first) else first


def _alias_names(names: Sequence[str], aliases: Mapping[str, Sequence[str]]) -> list[str]:
    if not aliases:
        return []
    groups = _groups_of(aliases)
    found: dict[str, None] = {}
    for name in names:
        for group in groups.get(name_key(name), ()):
            found.update(dict.fromkeys(group))
    return [name for name in found if name not in names]


# The one mapping that a run compares with, and its groups; held, so that its identity is nobody else's.
_latest_groups: tuple[Mapping[str, Sequence[str]], _Groups] = (_NO_ALIASES, {})


def _groups_of(aliases: Mapping[str, Sequence[str]]) -> _Groups:
    """The groups of a mapping, worked out once for the same object: a policy's aliases never change in a run."""
    global _latest_groups
    latest, groups = _latest_groups
    if latest is not aliases:
        groups = _alias_groups(aliases)
        _latest_groups = (aliases, groups)
    return groups


def _alias_groups(aliases: Mapping[str, Sequence[str]]) -> _Groups:
    """The entries by the key of each name in them; entries are never merged, a shared English name proves nothing."""
    groups: _Groups = {}
    for owner, others in aliases.items():
        group = (owner, *others)
        for key in dict.fromkeys(name_key(name) for name in group):
            groups.setdefault(key, []).append(group)
    return groups


@lru_cache(maxsize=32768)
def compare_pair(observed: str, accepted: str) -> NameMatch:
    """Compare two names without aliases; `observed` may be a registry's cut of `accepted`."""
    seen, right = normal_name(observed), normal_name(accepted)
    for name in (seen, right):
        unusable = _unusable(name)
        if unusable is not None:
            return unusable
    if seen == right:
        return _match("equal")
    script = script_of(seen)
    if script is not script_of(right):
        return _across_scripts(seen, right)
    if script is Script.CHINESE:
        return _both_chinese(observed, seen, accepted, right)
    return _both_alphabetic(observed, seen, accepted, right)


@lru_cache(maxsize=32768)
def _unusable(normal: str) -> NameMatch | None:
    """Why a value is no name that could be compared: withheld, masked, a role, or without a letter."""
    if not normal:
        return _undecided(Reason.MISSING_VALUE, "empty")
    kind = withheld_kind(normal)
    if kind is WithheldKind.PARTIAL:
        return _undecided(Reason.WITHHELD, "masked")
    if kind is WithheldKind.ROLE:
        return _undecided(Reason.MISSING_VALUE, "role")
    if kind is not None:
        return _undecided(Reason.WITHHELD, kind.value)
    if script_of(normal) is Script.NONE:
        return _undecided(Reason.MISSING_VALUE, "no_letters")
    return None


def _across_scripts(seen: str, right: str) -> NameMatch:
    """Names in two scripts: never refuted, since an English name need not resemble the Chinese one."""
    scripts = {script_of(seen), script_of(right)}
    if scripts != {Script.CHINESE, Script.LATIN}:
        return _undecided(Reason.TRANSLITERATED, "scripts_differ")
    chinese, latin = (seen, right) if script_of(seen) is Script.CHINESE else (right, seen)
    return _undecided(
        Reason.TRANSLITERATED, "pinyin" if pinyin_consistent(chinese, latin) else "latin_vs_chinese"
    )


def _cut(observed: str, seen: str, accepted: str, right: str) -> str | None:
    """ "truncated_64" or "truncated_128" where `observed` is the head of a longer name, cut at exactly that length."""
    length = len(unicodedata.normalize("NFKC", observed.strip()))
    if length not in _CUT_AT or len(right) <= len(seen):
        return None
    head = normal_name(unicodedata.normalize("NFKC", accepted.strip())[:length])
    if name_key(head) == name_key(seen) or right.startswith(seen):
        return f"truncated_{length}"
    return None


def _both_chinese(observed: str, seen: str, accepted: str, right: str) -> NameMatch:
    if safe_fold(seen) == safe_fold(right):
        return _match("script")
    cut = _cut(observed, seen, accepted, right)
    if cut is not None:
        return _match(cut)
    one, other = chinese_form(seen), chinese_form(right)
    variant = _variant_note(one, other)
    if variant is not None:
        return _undecided(Reason.VARIANT, variant)
    if _is_bilingual(seen, right) or _is_bilingual(right, seen):
        return _undecided(Reason.VARIANT, "bilingual")
    if _spelled_out(one.plain, other.plain):
        return _undecided(Reason.TRANSLITERATED, "pinyin")
    if person_against_organisation(seen, right):
        return _refuted("person_vs_company")
    return _refuted("different")


def _variant_note(one: ChineseForm, other: ChineseForm) -> str | None:
    """What mere writing explains between two Chinese names, or None where they are different names."""
    if one.folded == other.folded:
        return "characters"
    if one.plain == other.plain:
        return "brackets"
    extra = _extra_parts(one.parts, other.parts)
    if extra is not None and one.base == other.base:
        return "sole_trader" if any("个体" in part for part in extra) else "extra_bracket"
    if one.has_legal_form or other.has_legal_form:
        if one.plain_core == other.plain_core:
            return "legal_form"
        if extra is not None and one.core == other.core:
            return "legal_form"
    return None


def _extra_parts(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...] | None:
    """The bracketed parts that only one side has; None where both sides have a part of their own (中国 / 杭州)."""
    only_one = tuple(part for part in one if part not in other)
    only_other = tuple(part for part in other if part not in one)
    return None if only_one and only_other else only_one + only_other


def _is_bilingual(longer: str, other: str) -> bool:
    chinese = less_latin_phrase(longer)
    if chinese == longer or re.search("[a-z]", other):
        return False
    one, two = chinese_form(chinese), chinese_form(other)
    return one.plain == two.plain or _variant_note(one, two) is not None


def _spelled_out(one: str, other: str) -> bool:
    """True where the two differ in one place only, Latin there against Chinese here, and the Latin is its pinyin."""
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    end = 0
    while end < min(len(one), len(other)) - start and one[-1 - end] == other[-1 - end]:
        end += 1
    first, second = one[start : len(one) - end], other[start : len(other) - end]
    if not first or not second or first.isascii() is second.isascii():
        return False
    chinese, latin = (second, first) if first.isascii() else (first, second)
    return script_of(latin) is Script.LATIN and pinyin_consistent(chinese, latin)


def _both_alphabetic(observed: str, seen: str, accepted: str, right: str) -> NameMatch:
    """Two names in one alphabet: blanks and punctuation are free, legal forms ask for a look."""
    if alphanumerics(seen) == alphanumerics(right):
        return _match("alphanumerics")
    cut = _cut(observed, seen, accepted, right)
    if cut is not None:
        return _match(cut)
    one, other = words_less_legal_form(seen), words_less_legal_form(right)
    if sorted(one) == sorted(other) or "".join(one) == "".join(other):
        return _undecided(Reason.VARIANT, "legal_form" if "".join(one) == "".join(other) else "word_order")
    if _is_acronym(one, other) or _is_acronym(other, one):
        return _undecided(Reason.VARIANT, "acronym")
    if similarity(one, other) < _DIFFERENT_BELOW:
        return _refuted("different")
    return _undecided(Reason.VARIANT, "similar")


def _is_acronym(short: list[str], long: list[str]) -> bool:
    initials = "".join(word[0] for word in long)
    return len(short) == 1 and len(long) > 2 and len(short[0]) > 2 and short[0] == initials
