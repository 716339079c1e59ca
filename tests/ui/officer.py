"""What a person does in the app, as tests say it: find, confirm, look, take away."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tests.browser_tools import WIDTHS, Visit

if TYPE_CHECKING:
    from playwright.sync_api import FrameLocator, Locator, Page

MAP = "iframe[title='Map of the property and the places near it']"
PIN_MAP = "iframe[title='Map to place the pin on']"


@dataclass
class Officer:
    """A person at work with the app. Each step waits until the app has done it."""

    visit: Visit
    url: str

    @property
    def page(self) -> "Page":
        return self.visit.page

    def begin(self, *, width: int = 1024, height: int = 900) -> None:
        self.page.set_default_timeout(60_000)
        self.visit.open(self.url, width=width, height=height)
        self.heading("Assess a property").wait_for()
        self.rest()

    def open_side_bar(self) -> None:
        """Unfold the side bar, which a narrow screen folds away."""
        bar = self.page.locator("[data-testid=stSidebar]")
        if bar.get_attribute("data-collapsed") == "true":
            self.page.get_by_role("button", name="Expand sidebar").click()
            self.page.locator("[data-testid=stSidebar][data-collapsed=false]").wait_for()
            self.page.wait_for_timeout(400)  # it slides in
            self.rest()

    def choose_region(self, name: str) -> None:
        self.click_on("Region to look in", name)

    def find(self, text: str) -> None:
        box = self.page.get_by_role("textbox", name="Address, postcode")
        box.fill(text)
        box.press("Enter")
        self.heading("2. Confirm").wait_for()
        self.rest()

    def choose(self, words: str) -> None:
        self.page.locator("[data-testid=stRadioOption]", has_text=words).click()
        self.rest()

    def confirm(self) -> None:
        self.press("Yes, this is the property")
        self.heading("3. Decide how far to look").wait_for()
        self.rest()

    def look(self) -> None:
        self.press("Look around this property")
        self.heading("4. What is there").wait_for()
        self.rest()

    def go(self, page: str) -> None:
        self.page.get_by_role("link", name=page, exact=True).click()
        self.page.locator("h1", has_text=page).wait_for()
        self.rest()

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).click()
        self.rest()

    def unfold(self, title: str) -> None:
        self.page.locator("summary", has_text=title).click()
        self.rest()

    def write(self, field: str, text: str) -> None:
        box = self.field(field)
        box.fill(text)
        box.press("Tab")
        self.rest()

    def radius(self) -> "Locator":
        return self.page.get_by_role("spinbutton", name="How far to list places")

    def set_radius(self, metres: int) -> None:
        self.radius().fill(str(metres))
        self.radius().press("Tab")
        self.rest()

    def field(self, name: str) -> "Locator":
        return self.page.get_by_role("textbox", name=name)

    def click_on(self, field: str, option: str, *, exact: bool = True) -> None:
        """Choose from a list by the mouse; not `exact` where its name also says how many are chosen."""
        box = self.page.get_by_role("combobox", name=field, exact=exact)
        box.focus()  # scrolls to it, which would close the list if the click that opens it did so
        self.rest()
        box.click()
        self.page.get_by_role("option", name=option, exact=True).click()
        self.rest()

    def pick(self, field: str, option: str) -> None:
        """Choose from a list by the keyboard: type what the option is called, and take it. A click would scroll the list away."""
        box = self.page.get_by_role("combobox", name=field)
        box.focus()  # which may scroll the page; the list closes when that happens while it is open
        self.rest()
        box.fill(option)
        self.page.get_by_role("option", name=option).first.wait_for()
        if not box.get_attribute("aria-activedescendant"):
            box.press("ArrowDown")
        box.press("Enter")
        self.rest()
        if self.page.get_by_role("option").count():  # where more can be chosen, the list stays open
            box.press("Escape")
            self.rest()

    def heading(self, name: str) -> "Locator":
        return self.page.get_by_role("heading", name=name)

    def said(self, role: "Literal['alert', 'status']" = "alert") -> list[str]:
        """What the boxes of a role say, without the names of their pictures."""
        return [text.split("\n")[-1].strip() for text in self.page.get_by_role(role).all_inner_texts()]

    def table(self, caption: str) -> list[list[str]]:
        """The cells of a table, row by row, as they are read."""
        rows = self.page.locator("table", has=self.page.locator("caption", has_text=caption)).locator("tbody tr")
        return [[_one_line(cell) for cell in row.locator("th, td").all_inner_texts()] for row in rows.all()]

    def map(self) -> "FrameLocator":
        return self.page.frame_locator(MAP)

    def download(self, button: str, folder: Path) -> Path:
        with self.page.expect_download() as waiting:
            self.page.get_by_role("button", name=button).click()
        path = folder / waiting.value.suggested_filename
        waiting.value.save_as(path)
        return path

    def rest(self) -> None:
        """Wait until the app stands still: nothing runs and nothing is being redrawn."""
        for _ in range(2):
            self.page.wait_for_timeout(120)  # a press takes a moment to reach the app
            self.page.wait_for_function(
                "() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"
                " && !document.querySelector('[data-stale=true], [data-testid=stSkeleton]')"
            )


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def barriers_at_all_widths(officer: Officer) -> dict[int, list[str]]:
    """What bars somebody from the page as it stands, by the width of the window; sideways scrolling is a barrier, too."""
    page, before = officer.page, officer.page.viewport_size
    page.mouse.move(0, 0)  # a hint that is shown for what the mouse is on is no part of the page
    found = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(300)
        barriers = _barriers(officer)
        if barriers:
            page.wait_for_timeout(2000)  # what was still sliding in is looked at once more
            barriers = _barriers(officer)
        if barriers:
            found[width] = barriers
    if before is not None:
        page.set_viewport_size(before)
    return found


def _barriers(officer: Officer) -> list[str]:
    barriers = officer.visit.barriers()
    if officer.page.locator("[data-testid=stMain]").evaluate("(main) => main.scrollWidth > main.clientWidth"):
        barriers.append("something must be scrolled sideways")
    return barriers
