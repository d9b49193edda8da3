"""A real Chromium for tests, and a report in it that is watched: its requests, complaints and dialogs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome")

# What a page that breaks its content policy is told; collected from the first line of the page on.
_WATCH = """
window.__violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.__violations.push(event.violatedDirective));
"""


@contextmanager
def chromium() -> Iterator[Any]:
    """A running browser; skips where none is installed, but fails in CI."""
    from playwright.sync_api import sync_playwright

    path = next((found for name in _NAMES if (found := shutil.which(name))), None)
    if path is None and os.environ.get("CI") == "true":
        pytest.fail("chromium is not installed")
    if path is None:
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


@dataclass
class Opened:
    """A report that is open. requests: addresses asked for; complaints: console, errors and dialogs."""

    page: Any
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def violations(self) -> list[str]:
        """Directives of the content policy that something on the page broke."""
        found: list[str] = self.page.evaluate("window.__violations || []")
        return found

    def ready(self) -> Opened:
        """Wait until the list is there with all its details."""
        self.page.wait_for_selector("#list-app[data-state=whole]", state="attached")
        return self

    @property
    def count(self) -> str:
        """What the list says of itself."""
        said: str = self.page.locator("#list-count").inner_text()
        return said

    def rows(self, column: str) -> list[str]:
        """The texts of a column, of the rows that are drawn."""
        found: list[str] = self.page.locator(f".list-body .c-{column}").all_inner_texts()
        return found


@contextmanager
def opened(browser: Any, path: Path, after: str = "", **context: Any) -> Iterator[Opened]:
    """A report in a window of its own; `after` is put behind its address. context: as for a browser context."""
    made = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **context})
    try:
        if context.get("java_script_enabled", True):
            made.add_init_script(_WATCH)
        page = made.new_page()
        page.set_default_timeout(10_000)
        watched = Opened(page)
        page.on("request", lambda request: watched.requests.append(request.url))
        page.on("console", lambda message: watched.complaints.append(message.text))
        page.on("pageerror", lambda error: watched.complaints.append(str(error)))
        page.on("dialog", lambda dialog: (watched.complaints.append(dialog.message), dialog.dismiss()))
        page.goto(path.as_uri() + after)
        yield watched
    finally:
        made.close()
