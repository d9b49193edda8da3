"""CHG: change orders under way, from the plan to the last step."""

from __future__ import annotations

from auditor.checks import order_domains, order_entity, order_materials, order_timing
from auditor.checks.check import Check

CHECKS: tuple[Check, ...] = tuple(
    sorted(
        (*order_timing.CHECKS, *order_domains.CHECKS, *order_entity.CHECKS, *order_materials.CHECKS),
        key=lambda check: check.id,
    )
)
