"""The reports in the programs that people open them with: a browser and an office suite."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from auditor.report.excel import write_excel
from auditor.report.links import Links
from auditor.report.view import build_view
from auditor.report.wording import Wording
from auditor.report.write import write_reports
from tests.builders import PATH
from tests.report.pasts import hostile_past, lived_in
from tests.report.results import DDE, ESCAPED, FORMULA, SCRIPT, crowd, sample_result


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
    assert page.locator("script[src]").count() == 0
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
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_on_the_page_is_wider_than_a_telephone(browser: Any, lang: str, tmp_path: Path) -> None:
    (path,) = write_reports(sample_result(), tmp_path, ["html"], lang=lang)
    context = browser.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(path.as_uri())
    width = "document.scrollingElement.scrollWidth"
    assert page.evaluate(width) <= 390
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert page.evaluate(width) <= 390
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


def converted(path: Path, form: str, folder: Path) -> list[Path]:
    """The files that an office suite makes of a workbook; `form` as its command line has it."""
    suite = program("soffice", "libreoffice")
    folder.mkdir(exist_ok=True)
    command = [suite, f"-env:UserInstallation={(path.parent / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", form, "--outdir", str(folder), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    assert not [line for line in done.stderr.splitlines() if "error" in line.lower()], done.stderr
    return sorted(folder.iterdir())


def exported(path: Path, folder: Path) -> dict[str, list[list[str]]]:
    """Every sheet as the suite shows it: what it made of every cell."""
    form = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    sheets = {}
    for one in converted(path, form, folder):
        with one.open(encoding="utf-8", newline="") as file:
            sheets[one.stem.removeprefix(f"{path.stem}-")] = list(csv.reader(file))
    return sheets


@pytest.mark.office
def test_an_office_suite_opens_the_workbook_and_reads_the_same_findings(tmp_path: Path) -> None:
    result = sample_result()
    (path,) = write_reports(result, tmp_path, ["xlsx"])
    (pdf,) = converted(path, "pdf", tmp_path / "pdf")
    assert pdf.read_bytes().startswith(b"%PDF")
    head, *rows = exported(path, tmp_path / "csv")["发现"]
    assert len(rows) == len(result.failures)
    assert [row[head.index("指纹")] for row in rows] == [one.fingerprint for one in result.failures]
    assert "=1+1" in {row[head.index("备案记载／要求")].strip() for row in rows}
    assert "2026-12-07" in {row[head.index("应完成日期")] for row in rows}


@pytest.mark.office
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_office_suite_counts_and_links_as_the_workbook_says(lang: str, tmp_path: Path) -> None:
    path, bare = tmp_path / "report.xlsx", tmp_path / "bare.xlsx"
    links = Links("report.html", {PATH: "台账.annotated.xlsx"})
    write_excel(build_view(lived_in()), path, Wording(lang), links=links)
    # Without the values that stand beside the formulas the suite must work them out.
    with zipfile.ZipFile(path) as book, zipfile.ZipFile(bare, "w") as copy:
        for name in book.namelist():
            data = book.read(name)
            if name.startswith("xl/worksheets/sheet"):
                data = re.sub(rb"</f><v>[^<]*</v>", b"</f>", data)
            copy.writestr(name, data)
    kept, worked_out = exported(path, tmp_path / "kept"), exported(bare, tmp_path / "bare")
    assert kept == worked_out
    assert len(kept) == 13
    figures = {row[0]: row[1] for row in kept[Wording(lang).label("sheet_summary")]}
    assert figures[Wording(lang).label("sheet_status_other")] == "1"
    assert figures[Wording(lang).label("sheet_waiver_unused")] == "1"
    head, *rows = kept[Wording(lang).label("sheet_findings")]
    assert {row[head.index(Wording(lang).label("link_page"))] for row in rows} == {
        Wording(lang).label("link_open")
    }


@pytest.mark.office
def test_an_office_suite_shows_hostile_text_as_text_on_every_sheet(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    write_excel(build_view(hostile_past()), path, Wording("zh"))
    sheets = exported(path, tmp_path / "csv")
    assert not [
        cell for rows in sheets.values() for row in rows for cell in row if cell.startswith(("#", "Err:"))
    ]
    head, *rows = sheets["未沿用的填写"]
    typed = {row[head.index("接受理由")] for row in rows}
    assert {FORMULA, DDE, "+1+1", "-1+1", "＝1+1", SCRIPT, ESCAPED} <= typed
    (pdf,) = converted(path, "pdf", tmp_path / "pdf")
    assert pdf.read_bytes().startswith(b"%PDF")
