"""The page that the real command makes of the sample: for assistive technology, and on paper."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from auditor.report.labels import LABELS
from tests.report.browser import chromium, opened

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "sample_data"
BOOKS = ("portfolio.xlsx", "subsidiaries.xlsx", "branch.csv")
_LEAST_PAGES = 30
# Sections that stand in every report; their headings are `section_…` among the labels.
SECTIONS = ("conclusion", "counts", "findings", "unknown", "shared", "expiry", "checks", "run")


@pytest.fixture(scope="module", params=["zh", "en"])
def page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """The language and the page, made with an earlier run in the history so that changes are in it."""
    lang, folder = request.param, tmp_path_factory.mktemp("page")
    environment = {**os.environ, "XDG_DATA_HOME": str(folder / "data")}
    for day in ("2026-11-16", "2026-11-23"):
        command = [
            sys.executable,
            "-m",
            "auditor",
            "run",
            *(str(SAMPLE / name) for name in BOOKS),
            "--offline",
            "--quiet",
        ]
        command += [
            "--config",
            str(SAMPLE / "audit.toml"),
            "--evidence",
            str(SAMPLE / "evidence.jsonl"),
            "--lang",
            lang,
        ]
        command += ["--as-of", day, "--format", "html", "--out", str(folder / day)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 1, done.stderr
    return lang, folder / "2026-11-23" / "report.html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as running:
        yield running


@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_serious_on_the_whole_page(
    page: tuple[str, Path], browser: Any, width: int
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    lang, path = page
    with opened(browser, path, viewport={"width": width, "height": 900}) as watched:
        shown = watched.ready().page
        assert shown.evaluate("document.documentElement.lang").startswith(lang)
        assert shown.locator("#changes").count() == 1
        shown.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        found = Axe().run(shown).response["violations"]
        serious = [one for one in found if one["impact"] in ("serious", "critical")]
        assert [(one["id"], [node["html"][:200] for node in one["nodes"]][:3]) for one in serious] == []
        wide = shown.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, "the page is wider than the window"
        assert (watched.requests, watched.complaints, watched.violations) == ([path.as_uri()], [], [])


def pages_of(pdf: Path) -> list[list[str]]:
    """The lines of each page of a PDF as a reader copies them."""
    found = shutil.which("pdftotext")
    if found is None and os.environ.get("CI") == "true":
        pytest.fail("pdftotext is not installed")
    if found is None:
        pytest.skip("pdftotext is not installed")
    done = subprocess.run(
        [found, "-layout", str(pdf), "-"], check=True, capture_output=True, text=True, encoding="utf-8"
    )
    return [
        [line.strip() for line in text.splitlines() if line.strip()] for text in done.stdout.split("\f")[:-1]
    ]


def test_on_paper_the_page_is_whole_and_no_heading_is_cut_or_left_behind(
    page: tuple[str, Path], browser: Any, tmp_path: Path
) -> None:
    lang, path = page
    with opened(browser, path) as watched:
        shown = watched.ready().page
        headings = [
            " ".join(text.split())
            for text in shown.locator("main section > h2").all_inner_texts()
            if text.strip()
        ]
        on_screen_only = {" ".join(shown.locator("#list h2").inner_text().split())}
        targets = shown.locator("#findings article").count()
        shown.emulate_media(media="print")
        shown.pdf(path=str(tmp_path / "page.pdf"), format="A4", prefer_css_page_size=True)
    pages = pages_of(tmp_path / "page.pdf")
    assert len(pages) >= _LEAST_PAGES
    assert all(pages)
    printed = [one for one in headings if one not in on_screen_only]
    assert {LABELS[f"section_{name}"].in_language(lang) for name in SECTIONS} <= set(printed)
    for heading in printed:
        places = [(lines, lines.index(heading)) for lines in pages if heading in lines]
        assert places, f"{heading} does not stand on a line of its own"
        # The last line of a page is its number: a heading just above it would have lost its section.
        assert all(at < len(lines) - 2 for lines, at in places), f"{heading} is the last of its page"
    whole = "\n".join(line for lines in pages for line in lines)
    assert len(set(re.findall(r"\b[0-9a-f]{32}\b", whole))) >= targets
