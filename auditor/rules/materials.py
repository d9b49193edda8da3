"""The documents of a change: which are needed for whom, and how sheets name them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from auditor.model.text import Text
from auditor.model.words import EntityKind
from auditor.rules.files import Row

MATERIAL_COLUMNS = ("entity_kind", "situation", "key", "document_zh", "document_en", "synonyms", "required")
_KINDS = ("organisation", "individual", "common")
_NEEDED = ("yes", "conditional", "province")
_NOISE = re.compile(r"[\W_]+")
_TEMPORARY = re.compile("临时.{0,6}身份证|临时居民证|temporary ?(?:id|identity)")
_FAMILIES = {
    "authorisation_letter_leader": "authorisation_letter",
    "authorisation_letter_administrator": "authorisation_letter",
    "leader_id": "id_card",
    "administrator_id": "id_card",
}


@dataclass(frozen=True, slots=True)
class Material:
    """One document. entity_kind: organisation, individual or common; required: yes, conditional or province."""

    key: str
    entity_kind: str
    situation: str
    name: Text
    synonyms: tuple[str, ...]
    required: str
    validity: str
    source: str
    note: str

    @property
    def family(self) -> str:
        """What the document is whoever it is for: "id_card" and "authorisation_letter" each span several keys."""
        return _FAMILIES.get(self.key, self.key)


class Materials:
    """The list of materials."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._by_key: dict[str, Material] = {}
        self._names: dict[str, list[str]] = {}
        for row in rows:
            key = row.needed("key")
            if key in self._by_key:
                raise row.file.problem(row.line, f"{key} 重复", f"{key} stands twice")
            material = Material(
                key=key,
                entity_kind=row.word("entity_kind", _KINDS),
                situation=row["situation"],
                name=Text(row.needed("document_zh"), row.needed("document_en")),
                synonyms=row.several("synonyms"),
                required=row.word("required", _NEEDED),
                validity=row.get("validity"),
                source=row.get("source"),
                note=row.get("note"),
            )
            self._by_key[key] = material
            for name in dict.fromkeys(plain_document(one) for one in (material.name.zh, *material.synonyms)):
                self._names.setdefault(name, []).append(key)
        self._longest = sorted(self._names, key=lambda name: (-len(name), name))

    def __iter__(self) -> Iterator[Material]:
        return iter(self._by_key.values())

    def get(self, key: str) -> Material:
        """The material of a key; KeyError for an unknown one."""
        return self._by_key[key]

    def document_keys(self, text: str) -> tuple[str, ...]:
        """Every key that a document's name may mean, in the order of the list; empty where it is not recognised.

        The whole name decides, else the longest known name inside it. 授权委托书 alone may be either person's letter.
        """
        plain = plain_document(text)
        if not plain:
            return ()
        if plain in self._names:
            return tuple(self._names[plain])
        for name in self._longest:
            if name in plain:
                return tuple(self._names[name])
        return ()

    def document_key(self, text: str) -> str | None:
        """The key that a document's name means (the first, where it may mean several); None where it is unknown."""
        keys = self.document_keys(text)
        return keys[0] if keys else None

    def document_family(self, text: str) -> str | None:
        """What a document is whoever it is for: id_card, authorisation_letter, else its key; None where unknown."""
        key = self.document_key(text)
        return self._by_key[key].family if key else None

    def required(self, kind: EntityKind) -> tuple[Material, ...]:
        """The materials that every entity of a kind needs; what depends on the case or the province is left out."""
        side = "individual" if kind is EntityKind.INDIVIDUAL else "organisation"
        return tuple(one for one in self if one.required == "yes" and one.entity_kind in (side, "common"))


def plain_document(text: str) -> str:
    """A document's name without width, case, blanks and punctuation."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text).casefold())


def is_temporary_id(text: str) -> bool:
    """True for a temporary resident ID card, which a filing does not accept."""
    return bool(_TEMPORARY.search(unicodedata.normalize("NFKC", "".join(text.split())).casefold()))
