"""The table of contents: every check, in the order of its id."""

from __future__ import annotations

from auditor.checks import access, document, domain, ministry, order, ownership, person, record, sync, web
from auditor.checks.check import Check

CATALOGUE: tuple[Check, ...] = (
    *record.CHECKS,
    *ownership.CHECKS,
    *domain.CHECKS,
    *sync.CHECKS,
    *person.CHECKS,
    *document.CHECKS,
    *order.CHECKS,
    *access.CHECKS,
    *web.CHECKS,
    *ministry.CHECKS,
)
