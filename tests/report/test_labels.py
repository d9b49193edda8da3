"""The reports' words: in both languages, all of them used, none of them outside the table."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from auditor.model.text import Text
from auditor.report import labels
from auditor.report.columns import FINDING_COLUMNS, TODO_COLUMNS, UNKNOWN_COLUMNS
from auditor.report.labels import CHANGES, FAMILIES, LABELS, SOURCES
from auditor.report.wording import Wording

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "reports" / "templates").rglob("*.j2"))
CODE = sorted((ROOT / "auditor" / "report").glob("*.py"))
EVERY = {**LABELS, **FAMILIES, **SOURCES, **CHANGES}
_HAN = re.compile(r"[\u3400-\u9fff]")


def places(template: str) -> set[str]:
    return {
        name for _text, name, _spec, _conversion in string.Formatter().parse(template) if name is not None
    }


@pytest.mark.parametrize("key", sorted(EVERY))
def test_a_label_says_the_same_in_both_languages(key: str) -> None:
    text = EVERY[key]
    assert isinstance(text, Text)
    assert places(text.zh) == places(text.en)
    assert not _HAN.search(text.en), "the English text holds Chinese"
    if key not in {"RDAP", "rdap", "whois", "dns", "sentence_break", "colon", "line_files"}:
        assert _HAN.search(text.zh), "the Chinese text holds none"


def test_no_key_is_given_twice() -> None:
    source = (ROOT / "auditor" / "report" / "labels.py").read_text(encoding="utf-8")
    keys = re.findall(r'^    "([A-Za-z_]+)": Text\(', source, re.MULTILINE)
    inner = [key for key in keys if key in LABELS]
    assert len(inner) - len(set(inner)) == sum(1 for key in (*SOURCES, *CHANGES, *FAMILIES) if key in LABELS)


def test_templates_hold_no_words_of_their_own() -> None:
    for path in TEMPLATES:
        text = re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not _HAN.search(text), path


def test_every_label_is_used_somewhere() -> None:
    used = "\n".join(
        path.read_text(encoding="utf-8") for path in (*TEMPLATES, *CODE) if path.name != "labels.py"
    )
    named = set(re.findall(r'"([a-z_]+)"', used)) | set(re.findall(r"'([a-z_]+)'", used))
    built = ("step_", "expiry_", "fate_", "state_", "sheet_", "note_")
    unused = [key for key in LABELS if key.removesuffix("_one") not in named and not key.startswith(built)]
    assert unused == []


def test_one_is_not_said_in_the_plural() -> None:
    words = Wording("en")
    assert words.label("plan_working_days", count=1) == "1 working day"
    assert words.label("plan_working_days", count=2) == "2 working days"
    assert words.label("in_days", days=1) == "1 day"
    for key in LABELS:
        if key.endswith("_one"):
            assert LABELS[key].zh == LABELS[key.removesuffix("_one")].zh


def test_every_column_has_a_label() -> None:
    for column in (*FINDING_COLUMNS, *TODO_COLUMNS, *UNKNOWN_COLUMNS):
        assert column.label in labels.LABELS
