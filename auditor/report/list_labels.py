"""The words of the list that can be filtered and sorted."""

from __future__ import annotations

from auditor.model.text import Text

LIST_LABELS: dict[str, Text] = {}
