"""What an office decides for itself: thresholds, switched-off checks, aliases, provider ranges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from auditor.model.verdict import Severity


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Numbers that decide verdicts; days are calendar days unless the name says working days."""

    document_days: tuple[int, int] = (90, 45)  # DOC602 window: medium from the first, high from the second
    domain_days: tuple[int, int, int] = (90, 45, 30)  # DOM302: medium, high, critical
    receipt_days: int = 90  # DOC608
    minimum_age: int = 18  # PER502
    expiry_spread_days: int = 180  # SYN406
    expiry_tolerance_days: int = 1  # DOM307
    police_days: int = 30  # REC114
    change_working_days: int = 33  # DOC603: holder transfer 5 + sync 5 + review 2 + SMS 1 + bureau 20
    first_review_working_days: int = 2  # CHG701, the access provider's review
    sms_hours: int = 24  # CHG701, the ministry's SMS
    bureau_working_days: int = 20  # CHG701, the provincial bureau's review
    fix_working_days: int = 10  # day by which wrong data are to be put right where nothing else sets one
    required_fields: tuple[str, ...] = ("domain", "entity_name", "record_number")  # REC108


@dataclass(frozen=True, slots=True)
class CheckPolicy:
    """What the policy says of one check."""

    enabled: bool = True
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class AccessRanges:
    """An access provider's own words: its names and address ranges (CIDR)."""

    code: str
    names: tuple[str, ...]
    ranges: tuple[str, ...]


def scan_key(path: str, file: str) -> str:
    """The key of `Policy.scans` for what a book's file cell names."""
    return f"{path}\x1f{file}"


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything checks may know besides the portfolio and the dossier; as_of is the audit date (Beijing day)."""

    as_of: date
    thresholds: Thresholds = Thresholds()
    checks: Mapping[str, CheckPolicy] = field(default_factory=dict)
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    access: tuple[AccessRanges, ...] = ()
    strict_provinces: frozenset[str] = frozenset()  # provinces whose hint-rules the office wants as failures
    # scan_key(display path of the book, file cell) → ok, missing, unreadable, empty or outside; no entry: not looked at
    scans: Mapping[str, str] = field(default_factory=dict)
