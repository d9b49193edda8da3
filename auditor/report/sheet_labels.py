"""The words of the workbook and of what people fill in."""

from __future__ import annotations

from auditor.model.text import Text

SHEET_LABELS: dict[str, Text] = {}
