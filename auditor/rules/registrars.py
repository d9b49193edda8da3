"""Which registrars are licensed (域名注册服务机构, 工信部令第43号): by IANA id or by any of their names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from auditor.rules.files import Row

REGISTRAR_COLUMNS = ("iana_id", "name_en", "name_zh", "aliases", "status", "as_of", "source", "confidence")
_CONFIDENCES = ("high", "medium", "low")
_NOISE = re.compile(r"[\W_]+")
_LEGAL_END = re.compile(
    r"(?:coltd|companylimited|limitedliabilitycompany|incorporated|corporation|limited|llc|ltd|inc|corp|gmbh|sas)$"
)


class RegistrarStatus(StrEnum):
    """What is known of a registrar's licence."""

    APPROVED = "approved"
    NOT_APPROVED = "not_approved"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class RegistrarRow:
    """One registrar; status is what its row says, `decided` what a check may rely on."""

    iana_id: int | None
    name_en: str
    name_zh: str
    aliases: tuple[str, ...]
    status: RegistrarStatus
    basis: str
    as_of: str
    source: str
    confidence: str
    note: str

    @property
    def decided(self) -> RegistrarStatus:
        """The status, but unknown where "not approved" is only the general rule about foreign registrars.

        Such a row (basis `foreign`, confidence low) was never seen named as missing from the ministry's list, and a
        registrar that is on neither list must not fail a domain.
        """
        if self.status is RegistrarStatus.NOT_APPROVED and self.confidence == "low":
            return RegistrarStatus.UNKNOWN
        return self.status

    @property
    def name(self) -> str:
        """The name for people: the Chinese one where there is one."""
        return self.name_zh or self.name_en


class Registrars:
    """The table of registrars. A name shared by rows of different standing decides nothing."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._by_id: dict[int, RegistrarRow] = {}
        self._by_name: dict[str, list[RegistrarRow]] = {}
        self._by_alias: dict[str, list[RegistrarRow]] = {}
        for row in rows:
            found = RegistrarRow(
                iana_id=row.number("iana_id"),
                name_en=row["name_en"],
                name_zh=row["name_zh"],
                aliases=row.several("aliases"),
                status=RegistrarStatus(row.word("status", tuple(RegistrarStatus))),
                basis=row.get("basis"),
                as_of=row.as_of(),
                source=row["source"],
                confidence=row.word("confidence", _CONFIDENCES),
                note=row.get("note"),
            )
            if not (found.name_en or found.name_zh):
                raise row.file.problem(
                    row.line, "缺少名称：name_en 或 name_zh", "a name is missing: name_en or name_zh"
                )
            if found.iana_id is not None:
                self._by_id[found.iana_id] = found
            _index(self._by_name, (found.name_en, found.name_zh), found)
            _index(self._by_alias, found.aliases, found)

    def row(self, name: str | None, iana_id: int | None = None) -> RegistrarRow | None:
        """The row of a registrar by IANA id, else by name (Chinese, English or alias; punctuation, case and width are
        free); None where it is unknown or the name is shared by rows that differ in standing."""
        if iana_id is not None and iana_id in self._by_id:
            return self._by_id[iana_id]
        for key in _keys(name or ""):
            rows = self._by_name.get(key) or self._by_alias.get(key)
            if rows:
                return rows[0] if len({row.decided for row in rows}) == 1 else None
        return None

    def status(
        self, name: str | None, iana_id: int | None = None
    ) -> tuple[RegistrarStatus, RegistrarRow | None]:
        """Approved, not approved or unknown, and the row that says so."""
        row = self.row(name, iana_id)
        return (row.decided if row else RegistrarStatus.UNKNOWN), row


def _index(table: dict[str, list[RegistrarRow]], names: Iterable[str], row: RegistrarRow) -> None:
    for key in dict.fromkeys(key for name in names for key in _keys(name)):
        table.setdefault(key, []).append(row)


def _keys(name: str) -> list[str]:
    """The spelling-free form of a name, then the same without a bracketed part and without its legal form."""
    text = unicodedata.normalize("NFKC", name).casefold()
    whole = _NOISE.sub("", text)
    if not whole:
        return []
    bare = _NOISE.sub("", re.sub(r"\([^()]*\)", "", text))
    keys = [whole]
    # A bracket or a legal form dropped must leave a distinctive name: "(hk) limited" must not become "".
    for key in (bare if "(" in text and not text.isascii() else "", _LEGAL_END.sub("", whole)):
        if len(key) >= 4 and key not in keys:
            keys.append(key)
    return keys
