"""A real Chromium for tests, and a visit that fails on what a page must never do.

`visit` is a page in Chromium that may load files and data only, or the origins it is told of. When the test ends it
fails if the page asked another host for anything, wrote an error to the console, or let an exception escape.
"""

from __future__ import annotations

import functools
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

AXE = Path(__file__).parent / "assets" / "axe.min.js"
WIDTHS = (390, 1024, 1440)
_HARMLESS_SCHEMES = {"file", "data", "blob", "about"}
_ASKS_WHERE = re.compile(r"^/\w+/_stcore/(health|host-config)$")
_GRAVE = {"moderate", "serious", "critical"}
_NO_OTHER_HOST = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"
"""What a page should not have asked for is a fault, and does not leave the machine either."""
_RULES = '{rules: {"target-size": {enabled: true}}, resultTypes: ["violations"]}'
"""The one rule of WCAG 2.2 AA that axe-core knows, and leaves out unless asked; and to describe only what it finds wrong."""


@dataclass
class Visit:
    """One page, watched. `allow` an origin (`http://127.0.0.1:8501`) before going there."""

    context: BrowserContext
    page: Page
    faults: list[str] = field(default_factory=list)
    origins: set[str] = field(default_factory=set)

    def allow(self, origin: str) -> None:
        """Let the page load from an origin, web sockets included."""
        self.origins.add(urlsplit(origin).netloc)

    def open(self, url: str | Path, *, width: int = 1024, height: int = 900) -> Page:
        """Open an address, or a file, in a window of a given size."""
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.goto(url.as_uri() if isinstance(url, Path) else url)
        return self.page

    def show(self, html: str, folder: Path, **size: int) -> Page:
        """Open HTML as a file on the disk, as an officer would."""
        path = folder / "page.html"
        path.write_text(html, encoding="utf-8")
        return self.open(path, **size)

    def barriers(self, context: str | None = None) -> list[str]:
        """Give what axe-core finds moderate or worse in the page and its frames: rule, how often, where first."""
        for frame in self.page.frames:
            if frame.evaluate("() => !window.axe"):
                frame.evaluate(_axe())
        scope = f"document.querySelector({context!r})" if context else "document"
        found: list[dict[str, Any]] = self.page.evaluate(f"axe.run({scope}, {_RULES}).then((result) => result.violations)")
        return [
            f"{rule['impact']} {rule['id']} ({len(rule['nodes'])}): {rule['nodes'][0]['target']}"
            for rule in found
            if rule["impact"] in _GRAVE
        ]

    def beside(self) -> Visit:
        """Open another window of the same browser. It is watched, too, and its faults are this one's."""
        other = Visit(self.context, self.context.new_page(), self.faults, self.origins)
        other._listen()
        return other

    def _watch(self) -> None:
        # Not by a route: with one, nothing is kept between page loads, and every file goes through this process.
        self.context.on("request", lambda request: self._outside(request.url))
        self._listen()

    def _listen(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(f"uncaught: {error}"))
        self.page.on("websocket", lambda socket: self._outside(socket.url))

    def _console(self, message: ConsoleMessage) -> None:
        # Streamlit, loaded anew at a page's own address, asks first whether that page is where the server begins.
        asks = _ASKS_WHERE.search(urlsplit(message.location.get("url", "")).path)
        if message.type == "error" and not asks:
            self.faults.append(f"console: {message.text}")

    def _outside(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in _HARMLESS_SCHEMES and parts.netloc not in self.origins:
            self.faults.append(f"request to another host: {url}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once; the test is skipped where it is absent."""
    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")  # the one without windows takes half the time
    if path is None:
        pytest.skip("Chromium is not here (apt-get install chromium): the browser tests are skipped.")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - slow to import

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", _NO_OTHER_HOST])
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """A watched page of its own, which fails the test for what the page did wrong."""
    context = browser.new_context(reduced_motion="reduce")
    visit = Visit(context, context.new_page())
    visit._watch()
    yield visit
    context.close()
    assert not visit.faults, visit.faults


@functools.cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")
