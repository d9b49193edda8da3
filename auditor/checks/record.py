"""REC: the record as written; the family's table of contents."""

from __future__ import annotations

from auditor.checks import record_certificates, record_names, record_numbers, record_rows, record_shells
from auditor.checks.check import Check

CHECKS: tuple[Check, ...] = tuple(
    sorted(
        (
            *record_rows.CHECKS,
            *record_numbers.CHECKS,
            *record_names.CHECKS,
            *record_certificates.CHECKS,
            *record_shells.CHECKS,
        ),
        key=lambda one: one.id,
    )
)
