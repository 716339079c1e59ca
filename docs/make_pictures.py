"""Takes the pictures of the README and the documentation from the running app: `python -m docs.make_pictures`.

It needs the tests' tools (`make install-test`) and Debian's Chromium.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from era_geo.settings import Settings
from tests.ui.running import running_app

FOLDER = Path(__file__).parent / "images"
ADDRESS = "1 Victoria Street, Invermarrow"
MAP = "iframe[title='Map of the property and the places near it']"


def main() -> None:
    """Go the officer's way and take a picture of the result and of the map."""
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder), Settings(home=Path(folder) / "home")) as app,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        page.set_default_timeout(60_000)
        _assess(page, app.entry)
        page.screenshot(path=FOLDER / "app.png")
        page.locator(MAP).scroll_into_view_if_needed()
        page.wait_for_timeout(3000)
        page.screenshot(path=FOLDER / "map.png")
        browser.close()


def _assess(page: Page, address: str) -> None:
    page.goto(address)
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


if __name__ == "__main__":
    main()
