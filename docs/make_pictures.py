"""Takes the pictures of the README and the documentation from the running app: `python docs/make_pictures.py`.

It needs the tests' tools (`make install-test`) and Debian's Chromium.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).parent / "images"
PORT = 8571
URL = f"http://127.0.0.1:{PORT}"
ADDRESS = "1 Victoria Street, Invermarrow"
MAP = "iframe[title='Map of the property and the places near it']"


def main() -> None:
    """Go the officer's way and take a picture of the result and of the map."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home, _app(Path(home)), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        page.set_default_timeout(60_000)
        _assess(page)
        page.screenshot(path=FOLDER / "app.png")
        page.locator(MAP).scroll_into_view_if_needed()
        page.wait_for_timeout(3000)
        page.screenshot(path=FOLDER / "map.png")
        browser.close()


def _assess(page: Page) -> None:
    page.goto(URL)
    box = page.get_by_role("textbox", name="Address, postcode")
    box.fill(ADDRESS)
    box.press("Enter")
    page.get_by_role("button", name="Yes, this is the property").click()
    page.get_by_role("button", name="Look around this property").click()
    heading = page.get_by_role("heading", name="4. What is there")
    heading.wait_for()
    page.wait_for_timeout(5000)
    heading.scroll_into_view_if_needed()
    page.wait_for_timeout(1000)


@contextmanager
def _app(home: Path) -> Iterator[None]:
    command = [sys.executable, "-m", "era_geo", "app", "--port", str(PORT), "--no-browser"]
    process = subprocess.Popen(command, env={**os.environ, "ERA_GEO_HOME": str(home)})
    try:
        for _ in range(120):
            try:
                with urlopen(URL):
                    break
            except URLError:
                time.sleep(0.5)
        yield
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
