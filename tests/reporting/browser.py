"""A page in a real browser: headless Chromium, driven by Playwright, with the network cut."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def opened(path: Path, *, width: int = 1100, requests: list[str] | None = None, unfolded: bool = True) -> Iterator[Page]:
    """The page as a reader sees it, every part unfolded or none; what it asks of any network is written to ``requests``."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium: sudo apt-get install -y chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.on(
            "request",
            lambda request: requests.append(request.url) if requests is not None and not request.url.startswith("file:") else None,
        )
        page.goto(path.as_uri())
        if unfolded:
            page.evaluate("document.querySelectorAll('details.part').forEach(part => { part.open = true })")
        try:
            yield page
        finally:
            browser.close()
