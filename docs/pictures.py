"""Makes the pictures of the documentation from the sample: `make pictures`. Each is one of the finished reports."""

from __future__ import annotations

import datetime
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.properties import PageSetupProperties
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
SAMPLE = ROOT / "sample_data"
BOOKS = ("portfolio.xlsx", "subsidiaries.xlsx", "branch.csv")
# The sample is audited once a week before the day that everything else is about, so that there is a trend.
EARLIER = ("2026-11-02", "2026-11-09", "2026-11-16")
AS_OF = "2026-11-23"
MOST_BYTES, MOST_TOGETHER = 300_000, 1_500_000
# What a colleague typed into 待办 of the report of the week before: check → the five answer columns.
ANSWERS: Mapping[str, tuple[object, ...]] = {
    "DOC601": ("王示例", datetime.date(2026, 12, 4), "处理中", None, None),
    "REC102": ("李示例", None, "接受风险", "仅书写差异, 下次变更时一并更正", datetime.date(2027, 1, 29)),
    "DOM302": ("赵示例", datetime.date(2026, 11, 27), "处理中", None, None),
}


def program(name: str) -> str:
    """The path of a program, or the end with a word on how to get it."""
    found = shutil.which(name)
    if found is None:
        raise SystemExit(
            f"{name} is not installed; `make packages` installs what Debian has, pdftoppm is in poppler-utils"
        )
    return found


def audited(folder: Path) -> Path:
    """Run the audits one after the other in a history of their own; the folder of the last one's reports."""
    environment = {**os.environ, "XDG_DATA_HOME": str(folder / "data")}
    environment.pop("AUDIT_CONFIG", None)
    answers: list[str] = []
    for day in (*EARLIER, AS_OF):
        formats = "html,xlsx,annotated" if day == AS_OF else "xlsx"
        command = [
            sys.executable,
            "-m",
            "auditor",
            "run",
            *(f"sample_data/{name}" for name in BOOKS),
            "--lang",
            "zh",
        ]
        command += [
            "--config",
            "sample_data/audit.toml",
            "--evidence",
            "sample_data/evidence.jsonl",
            "--offline",
            "--quiet",
        ]
        command += [
            "--as-of",
            day,
            "--format",
            formats,
            "--out",
            str(folder / day),
            "--portfolio",
            "示例集团",
            *answers,
        ]
        done = subprocess.run(command, cwd=ROOT, env=environment, check=False)
        if done.returncode not in (0, 1, 3):
            raise SystemExit(f"the audit of {day} ended with status {done.returncode}")
        if day == EARLIER[-1]:
            answer(folder / day / "report.xlsx")
            answers = ["--answers", str(folder / day / "report.xlsx")]
    return folder / AS_OF


def answer(report: Path) -> None:
    """Fill in the answer columns of the first rows of some checks."""
    book = openpyxl.load_workbook(report)
    sheet = book["待办"]
    head, *rows = sheet.iter_rows()
    columns = {cell.value: cell.column for cell in head}
    left = dict(ANSWERS)
    for row in rows:
        typed = left.pop(str(row[columns["检查"] - 1].value), ())
        for name, value in zip(("处理人", "计划完成", "处理状态", "接受理由", "接受至"), typed, strict=False):
            sheet.cell(row[0].row, columns[name], value)
    book.save(report)


def shoot(page: Any, name: str, first: str, last: str | None = None, *, most: int = 1400) -> None:
    """A picture from the top of one element to the end of another, at the width of the page's column."""
    top, end = page.locator(first).first.bounding_box(), page.locator(last or first).last.bounding_box()
    column = page.locator("main").first.bounding_box()
    if top is None or end is None or column is None:
        raise SystemExit(f"{name}: the report has no {first} or {last}")
    edge = 6
    y = max(top["y"] + page.evaluate("scrollY") - edge, 0)
    bottom = end["y"] + end["height"] + page.evaluate("scrollY") + edge
    clip = {
        "x": max(column["x"] - edge, 0),
        "y": y,
        "width": column["width"] + 2 * edge,
        "height": min(bottom - y, most),
    }
    page.screenshot(path=str(DOCS / name), full_page=True, clip=clip)


def pages(report: Path, folder: Path) -> None:
    """The pictures of the page, on the screen and on paper."""
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=program("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1240, "height": 1000})
        page.goto(report.as_uri())
        page.wait_for_selector("#list-app[data-state=whole]", state="attached")
        shoot(page, "report.png", "#conclusion", "#changes figure.chart")
        shoot(page, "changes.png", "#changes", "#changes figure.chart")
        shoot(page, "charts.png", "#counts", "#counts figure.chart")
        shoot(page, "shared.png", "details.shared[open] summary", "details.shared[open] svg >> nth=0")
        page.locator("#findings article").first.screenshot(path=str(DOCS / "finding.png"))
        page.goto(report.as_uri() + "#list")
        page.locator("[data-facet=severity] input").first.check()
        page.locator("#list-grid").press("Enter")
        page.wait_for_selector("#list-detail")
        page.evaluate("document.querySelector('#list').scrollIntoView()")
        page.screenshot(path=str(DOCS / "list.png"))
        page.emulate_media(media="print")
        page.pdf(path=str(folder / "page.pdf"), format="A4", prefer_css_page_size=True)
        browser.close()
    rastered(folder / "page.pdf", "print.png", 3, width=800)


def printed(book: Path, folder: Path) -> Path:
    """A workbook as an office suite prints it."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [
        program("soffice"),
        profile,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(folder),
        str(book),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    return (folder / book.name).with_suffix(".pdf")


def sheets(book: Path, folder: Path, wanted: Mapping[str, str]) -> None:
    """Pictures of the first page of sheets, found by the foot of the page: name of the picture → sheet."""
    pdf = printed(book, folder)
    done = subprocess.run(
        [program("pdftotext"), "-layout", str(pdf), "-"], check=True, capture_output=True, text=True
    )
    feet = [text.strip().splitlines()[-1].split()[:1] for text in done.stdout.split("\f") if text.strip()]
    for name, title in wanted.items():
        rastered(pdf, name, feet.index([title]) + 1, width=1400, top=54, height=650)


def corner(book: Path, folder: Path, title: str, area: str) -> Path:
    """A copy of a workbook of which a part of one sheet, the first, is printed on a page."""
    kept = openpyxl.load_workbook(book)
    sheet = kept[title]
    sheet.print_area = area
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    kept.save(folder / "corner.xlsx")
    return folder / "corner.xlsx"


def rastered(pdf: Path, name: str, number: int, *, width: int, top: int = 0, height: int = 0) -> None:
    """One page of a PDF as a picture so many points wide, from a line on, so many lines of it (0 for all)."""
    target = DOCS / name
    command = [
        program("pdftoppm"),
        "-png",
        "-f",
        str(number),
        "-l",
        str(number),
        "-scale-to-x",
        str(width),
        "-scale-to-y",
        "-1",
    ]
    if height:
        command += ["-x", "0", "-y", str(top), "-W", str(width), "-H", str(height)]
    subprocess.run([*command, "-singlefile", str(pdf), str(target.with_suffix(""))], check=True)


def main() -> None:
    """Write docs/*.png."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        made = audited(folder)
        pages(made / "report.html", folder)
        sheets(made / "report.xlsx", folder, {"todo.png": "待办", "summary.png": "摘要"})
        part = corner(made / "portfolio.annotated.xlsx", folder, "网站备案", "Q4:U24")
        rastered(printed(part, folder), "annotated.png", 1, width=1400, top=85, height=450)
    sizes = {path.name: path.stat().st_size for path in sorted(DOCS.glob("*.png"))}
    too_large = [name for name, size in sizes.items() if size > MOST_BYTES]
    if too_large or sum(sizes.values()) > MOST_TOGETHER:
        raise SystemExit(f"the pictures are too large: {sizes}")
    print(*(f"docs/{name} {size:,}" for name, size in sizes.items()), sep="\n")


if __name__ == "__main__":
    main()
