"""Which domain suffixes can be filed: approved, not approved, or on neither list (域名管理办法, 工信部令第43号)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from auditor.rules.files import Row

TLD_COLUMNS = ("tld", "status", "as_of", "source", "confidence")
_CONFIDENCES = ("high", "medium", "low")


class TldStatus(StrEnum):
    """What the dated lists say of a suffix."""

    APPROVED = "approved"
    NOT_APPROVED = "not_approved"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class TldRow:
    """One suffix (U-label, without the leading dot) and what is known of it."""

    tld: str
    status: TldStatus
    as_of: str
    source: str
    confidence: str
    note: str


class Tlds:
    """The table of suffixes; the longest one that a domain ends in decides (.org.cn is approved, .org is not)."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows: dict[str, TldRow] = {}
        for row in rows:
            tld = row.needed("tld").strip(".").lower()
            found = TldRow(
                tld=tld,
                status=TldStatus(row.word("status", tuple(TldStatus))),
                as_of=row.as_of(),
                source=row["source"],
                confidence=row.word("confidence", _CONFIDENCES),
                note=row.get("note"),
            )
            known = self._rows.get(tld)
            if known is not None and known.status is not found.status:
                raise row.file.problem(
                    row.line,
                    f"{tld} 已在前面列为 {known.status}",
                    f"{tld} already stands above as {known.status}",
                )
            self._rows[tld] = found
            a_label = row.get("a_label").strip(".").lower()
            if a_label:
                self._rows.setdefault(a_label, found)

    def status(self, domain: str) -> tuple[TldStatus, TldRow | None]:
        """The status of a domain (U-label or A-label form) and the row that gave it; unknown and None without a row.

        A suffix that is on neither list is unknown, never refused.
        """
        labels = domain.strip(".").lower().split(".")
        for at in range(len(labels)):
            row = self._rows.get(".".join(labels[at:]))
            if row is not None:
                return row.status, row
        return TldStatus.UNKNOWN, None

    def __len__(self) -> int:
        return len({id(row) for row in self._rows.values()})
