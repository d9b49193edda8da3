"""What the provincial administrations (通信管理局) ask for beyond the national rules; hints, republished by providers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from auditor.model.text import Text
from auditor.rules.files import Row

PROVINCE_COLUMNS = (
    "adcode_prefix",
    "name",
    "icp_abbr",
    "police_abbr",
    "footer_number",
    "leader_must_be_legal_rep",
    "same_person_roles",
    "phone_must_be_local",
    "minimum_age",
    "minimum_age_individual",
    "related_party_registrant",
    "min_domain_days",
)
_CONFLICT = "conflict"
_SUFFIXES = ("维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "通信管理局", "管局", "省", "市")


class FooterNumber(StrEnum):
    """Which number the foot of a home page shows."""

    ENTITY = "entity"
    SERVICE = "service"


class LeaderRule(StrEnum):
    """Whether the entity leader must be the legal representative."""

    YES = "yes"
    LETTER = "letter"
    NO = "no"


class RolesRule(StrEnum):
    """Whether the two roles must, or must not, be held by one person."""

    MUST_BE_SAME_IF_NOT_LEGAL_REP = "must_be_same_if_not_legal_rep"
    MUST_DIFFER = "must_differ"


class LocalPhone(StrEnum):
    """Whether the mobile numbers must be local ones."""

    YES = "yes"
    NO = "no"
    SUGGESTED = "suggested"
    INDIVIDUAL_ONLY = "individual_only"
    INDIVIDUAL_FROM_ELSEWHERE = "individual_from_elsewhere"


class RegistrantRule(StrEnum):
    """Which related parties may hold the domain; NATIONAL is 信管〔2017〕264号 without a stricter local rule."""

    ORGANISATION_ONLY = "organisation_only"
    LEGAL_REP_OK = "legal_rep_ok"
    NATIONAL = "national"


@dataclass(frozen=True, slots=True)
class Province:
    """One province. A rule is None where nothing is known or the sources disagree; None never fails anything.

    conflicts: names of the rules on which sources disagree; details: what they say, by rule name.
    sources: where each rule was read, by rule name. Ages in years, min_domain_days in days.
    """

    adcode: str
    name: str
    icp_abbr: str
    police_abbr: str
    footer_number: FooterNumber | None
    leader_must_be_legal_rep: LeaderRule | None
    same_person_roles: RolesRule | None
    phone_must_be_local: LocalPhone | None
    minimum_age: int | None
    minimum_age_individual: int | None
    related_party_registrant: RegistrantRule | None
    min_domain_days: int | None
    extra_tld_rule: str
    note: Text | None
    conflicts: frozenset[str]
    details: tuple[tuple[str, str], ...]
    sources: tuple[tuple[str, str], ...]

    def detail(self, rule: str) -> str:
        """What the sources say about a rule in more words; "" where they say no more."""
        return dict(self.details).get(rule, "")

    def source(self, rule: str) -> str:
        """Where a rule was read; "" for a rule without a value."""
        return dict(self.sources).get(rule, "")


_SOURCES = {
    "footer_number": "footer_source",
    "leader_must_be_legal_rep": "leader_source",
    "same_person_roles": "same_person_source",
    "phone_must_be_local": "phone_source",
    "minimum_age": "age_source",
    "minimum_age_individual": "age_source",
    "related_party_registrant": "related_party_source",
    "min_domain_days": "domain_days_source",
    "extra_tld_rule": "tld_source",
    "note": "note_source",
}
_DETAILS = {"leader_must_be_legal_rep": "leader_detail", "related_party_registrant": "related_party_detail"}
_W = TypeVar("_W", bound=StrEnum)


class Provinces:
    """The provinces, found by any of their names: 蜀, 川, 四川, 四川省 or 51…"""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._all = tuple(_province(row) for row in rows)
        self._by_icp = {one.icp_abbr: one for one in self._all}
        self._by_name: dict[str, Province] = {}
        for one in self._all:
            for key in (one.name, one.police_abbr, one.icp_abbr):
                self._by_name.setdefault(key, one)
        self._by_adcode = {one.adcode: one for one in self._all}

    def __iter__(self) -> Iterator[Province]:
        return iter(self._all)

    def by_icp(self, abbreviation: str) -> Province | None:
        """The province of a record number's abbreviation (蜀, 黔, 滇, 陇 …); None for any other character."""
        return self._by_icp.get(abbreviation)

    def by_name(self, text: str) -> Province | None:
        """The province that a cell names: 四川, 四川省, 川, 蜀, 510000, 51 or 四川省成都市; None where none is recognised."""
        whole = "".join(text.split()).strip("（）()")
        if whole.isascii() and whole.isdigit() and len(whole) in (2, 4, 6, 12):
            return self._by_adcode.get(whole[:2])
        plain = whole
        for suffix in _SUFFIXES:
            plain = plain.removesuffix(suffix) if len(plain) > len(suffix) + 1 else plain
        if plain in self._by_name:
            return self._by_name[plain]
        for one in self._all:
            rest = whole.removeprefix(one.name)
            # 四川省成都市, 北京海淀区: a place within. 吉林大学 is none, and 海南州 lies in another province.
            if rest != whole and (
                rest.startswith(_SUFFIXES) or (len(rest) > 2 and rest.endswith(("市", "区")))
            ):
                return one
        return None


def _province(row: Row) -> Province:
    conflicts = frozenset(name for name in _SOURCES if row.get(name) == _CONFLICT)
    note = Text(row["note_zh"], row["note_en"]) if row.get("note_zh") and row.get("note_en") else None
    abbreviation = row.needed("icp_abbr")
    if len(abbreviation) != 1:
        raise row.file.problem(
            row.line,
            f"icp_abbr 应为一个字, 实为 {abbreviation!r}",
            f"icp_abbr must be one character, not {abbreviation!r}",
        )
    return Province(
        adcode=row.needed("adcode_prefix"),
        name=row.needed("name"),
        icp_abbr=abbreviation,
        police_abbr=row["police_abbr"],
        footer_number=_rule(row, "footer_number", FooterNumber),
        leader_must_be_legal_rep=_rule(row, "leader_must_be_legal_rep", LeaderRule),
        same_person_roles=_rule(row, "same_person_roles", RolesRule),
        phone_must_be_local=_rule(row, "phone_must_be_local", LocalPhone),
        minimum_age=row.number("minimum_age"),
        minimum_age_individual=row.number("minimum_age_individual"),
        related_party_registrant=_rule(row, "related_party_registrant", RegistrantRule),
        min_domain_days=row.number("min_domain_days"),
        extra_tld_rule=row.get("extra_tld_rule"),
        note=note,
        conflicts=conflicts,
        details=tuple((name, row.get(column)) for name, column in _DETAILS.items() if row.get(column)),
        sources=tuple((name, row.get(column)) for name, column in _SOURCES.items() if row.get(column)),
    )


def _rule(row: Row, column: str, words: type[_W]) -> _W | None:
    value = row.word(column, ("", _CONFLICT, *words))
    return None if value in ("", _CONFLICT) else words(value)
