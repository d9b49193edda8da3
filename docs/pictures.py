"""Makes the pictures of the README from the sample report: `make pictures`, after `make demo`."""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Write docs/report.png (conclusion and counts) and docs/finding.png (one finding)."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("chromium is not installed; `make packages` installs it on Debian")
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1240, "height": 1000})
        page.goto((ROOT / "audit-report" / "report.html").as_uri())
        page.evaluate("document.querySelector('#conclusion').scrollIntoView()")
        page.screenshot(path=str(ROOT / "docs" / "report.png"))
        page.locator("#findings article").first.screenshot(path=str(ROOT / "docs" / "finding.png"))
        browser.close()


if __name__ == "__main__":
    main()
