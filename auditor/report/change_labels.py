"""The words about changes, waivers, charts and pictures."""

from __future__ import annotations

from auditor.model.text import Text

CHANGE_LABELS: dict[str, Text] = {}
