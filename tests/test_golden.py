"""The finished documents of a small portfolio with a past, letter by letter; the same input gives the same bytes."""

from __future__ import annotations

import difflib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.golden_documents import FORMATS, GOLDEN, documents, make_reports

ROOT = Path(__file__).resolve().parents[1]
_SHOWN_LINES, _SHOWN_WIDTH = 60, 300
_MOST_BYTES = 400 * 1024
NAMES = tuple(
    f"{lang}/{name}"
    for lang, formats in FORMATS.items()
    for form, name in (
        ("html", "report.html"),
        ("xlsx", "report.xlsx.txt"),
        ("json", "audit.json"),
        ("csv", "findings.csv"),
        ("annotated", "annotated.txt"),
    )
    if form in formats
)


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return make_reports(tmp_path_factory.mktemp("golden") / "made")


@pytest.fixture(scope="module")
def made(reports: dict[str, Path]) -> dict[str, str]:
    return documents(reports)


def difference(name: str, kept: str, now: str) -> str:
    """The first lines that differ, long ones cut around what differs."""
    old, new = kept.splitlines(), now.splitlines()
    told = list(difflib.unified_diff(old, new, name, "now", lineterm="", n=1))
    lines = [line if len(line) <= _SHOWN_WIDTH else f"{line[:_SHOWN_WIDTH]}…" for line in told[:_SHOWN_LINES]]
    if len(told) > _SHOWN_LINES:
        lines.append(f"… and {len(told) - _SHOWN_LINES} lines more")
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "replace":
            continue
        for one, two in zip(old[a:b], new[c:d], strict=False):
            if max(len(one), len(two)) > _SHOWN_WIDTH and len(lines) < 2 * _SHOWN_LINES:
                at = next((n for n, (x, y) in enumerate(zip(one, two, strict=False)) if x != y), 0)
                part = slice(max(at - 60, 0), at + 80)
                lines.append(f"in a long line, from sign {at} on: {one[part]!r} → {two[part]!r}")
    return "\n".join(lines)


@pytest.mark.parametrize("name", NAMES)
def test_a_finished_document_is_the_golden_one(name: str, made: dict[str, str]) -> None:
    path = GOLDEN / name
    kept = path.read_bytes().decode() if path.exists() else ""
    if made[name] != kept:
        told = difference(name, kept, made[name])
        pytest.fail(
            f"{told}\n\nIf this is what you wanted: `make golden`, look at the difference, keep it.",
            pytrace=False,
        )


def test_no_golden_document_is_left_over_and_all_together_are_small(made: dict[str, str]) -> None:
    kept = [path for path in sorted(GOLDEN.rglob("*")) if path.is_file()]
    assert {path.relative_to(GOLDEN).as_posix() for path in kept} == set(made) == set(NAMES)
    assert sum(path.stat().st_size for path in kept) <= _MOST_BYTES


def test_the_golden_portfolio_has_a_past_of_every_kind(made: dict[str, str]) -> None:
    text = made["zh/audit.json"]
    for change in ("new", "persisting", "lapsed"):
        assert f'"change": "{change}"' in text
    for state in ("active", "soon", "lapsed"):
        assert f'"state": "{state}"' in text
    assert '"resolved": [{' in text
    assert '"stale_answers": [\n{' in text
    assert "孙示例" in text


@pytest.mark.parametrize("seed", ["0", "4242"])
def test_made_again_in_another_process_every_report_has_the_same_bytes(
    seed: str, reports: dict[str, Path], tmp_path: Path
) -> None:
    folder = tmp_path / "again"
    command = [sys.executable, "-m", "tests.golden_documents", str(folder)]
    environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": "America/New_York"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for name, path in reports.items():
        assert (folder / name).read_bytes() == path.read_bytes(), name


def test_a_difference_is_told_so_that_it_can_be_read() -> None:
    told = difference("a.txt", "same\nold\n" + "x" * 900 + "1\n", "same\nnew\n" + "x" * 900 + "2\n")
    assert "-old" in told
    assert "+new" in told
    assert "xxx1" in told
    assert max(map(len, told.splitlines())) < 500
