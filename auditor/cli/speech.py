"""What a command itself says, in the language asked for."""

from __future__ import annotations

from auditor.model.text import Text


def spoken(lang: str, zh: str, en: str, **values: object) -> str:
    """A sentence with its values as they stand (nothing is masked): for counts, codes, and paths to be copied."""
    template = Text(zh, en).in_language(lang)
    return template.format(**values) if values else template
