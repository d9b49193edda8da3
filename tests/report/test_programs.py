"""The reports in the programs that people open them with: a browser and an office suite."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from auditor.report.write import write_reports
from tests.report.results import crowd, sample_result


def program(*names: str) -> str:
    """The path of the first program that is installed; skips where none is, but never in CI."""
    for name in names:
        found = shutil.which(name)
        if found:
            return found
    if os.environ.get("CI") == "true":
        pytest.fail(f"{names[0]} is not installed")
    pytest.skip(f"{names[0]} is not installed")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    path = program("chromium", "chromium-browser", "google-chrome")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_asks_for_nothing_and_complains_of_nothing(browser: Any, lang: str, tmp_path: Path) -> None:
    (path,) = write_reports(sample_result(), tmp_path, ["html"], lang=lang)
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    requests, complaints = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    page.goto(path.as_uri())
    assert requests == [path.as_uri()]
    assert complaints == []
    assert page.evaluate("document.scripts.length") == 0
    assert page.evaluate("document.images.length") == 0
    style = page.evaluate("getComputedStyle(document.querySelector('h1')).color")
    assert style == "rgb(23, 50, 77)", "the style sheet was not applied"
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, "the page is wider than the window"
    context.close()


@pytest.mark.browser
def test_the_page_is_the_same_without_scripts_and_fits_a_telephone(browser: Any, tmp_path: Path) -> None:
    (path,) = write_reports(sample_result(), tmp_path, ["html"])
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(path.as_uri())
    assert page.locator("article.finding").count() == len(sample_result().failures)
    assert page.locator("#conclusion .headline").is_visible()
    context.close()


@pytest.mark.browser
def test_what_is_folded_on_the_screen_is_open_on_paper(browser: Any, tmp_path: Path) -> None:
    (path,) = write_reports(crowd(1, 60), tmp_path, ["html"])
    context = browser.new_context()
    page = context.new_page()
    page.goto(path.as_uri())
    folded = page.locator("details:not([open]) td").first
    assert not folded.is_visible()
    page.emulate_media(media="print")
    assert folded.is_visible()
    assert not page.locator("nav.contents").is_visible()
    pdf = page.pdf(format="A4", prefer_css_page_size=True)
    assert pdf.startswith(b"%PDF")
    context.close()


@pytest.mark.office
def test_an_office_suite_opens_the_workbook_and_reads_the_same_findings(tmp_path: Path) -> None:
    suite = program("soffice", "libreoffice")
    result = sample_result()
    (path,) = write_reports(result, tmp_path, ["xlsx"])
    profile = (tmp_path / "profile").as_uri()
    # Sheet 3 is the findings; a csv of one sheet shows what the suite made of every cell.
    export = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,3"
    for form in ("pdf", export):
        command = [
            suite,
            f"-env:UserInstallation={profile}",
            "--headless",
            "--convert-to",
            form,
            "--outdir",
            str(tmp_path),
            str(path),
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    (made,) = tmp_path.glob("report*.csv")
    with made.open(encoding="utf-8", newline="") as file:
        head, *rows = list(csv.reader(file))
    assert len(rows) == len(result.failures)
    assert [row[head.index("指纹")] for row in rows] == [one.fingerprint for one in result.failures]
    assert "=1+1" in {row[head.index("备案记载／要求")].strip() for row in rows}
    assert "2026-12-07" in {row[head.index("应完成日期")] for row in rows}
