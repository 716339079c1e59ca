"""The app is for everyone: no barrier that axe-core finds, no sideways scrolling, and the keyboard alone is enough."""

from typing import TYPE_CHECKING

import pytest

from tests.ui.officer import MAP, Officer
from tests.ui.test_way import ADDRESS

if TYPE_CHECKING:
    from playwright.sync_api import Locator

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [320, 1024])
def test_no_page_and_no_state_bars_anybody(officer: Officer, width: int) -> None:
    officer.page.set_viewport_size({"width": width, "height": 900})
    found = {"start": _barriers(officer)}
    officer.find("15 Mill Wynd")
    found["candidates"] = _barriers(officer)
    officer.choose("None of these")
    officer.press("Use this pin")
    found["pin, with an error"] = _barriers(officer)
    officer.find(ADDRESS)
    officer.confirm()
    officer.set_radius(230)
    officer.press("Look around this property")
    found["parameters, with an error"] = _barriers(officer)
    officer.write("Why look further than 200 m", "A path to the school")
    officer.look()
    officer.page.frame_locator(MAP).locator(".era-number").first.wait_for()
    found["results"] = _barriers(officer)
    officer.open_side_bar()
    found["side bar"] = _barriers(officer)
    officer.go("Data")
    if width < 700:
        officer.page.locator("[data-testid=stSidebar][data-collapsed=true]").wait_for(state="attached")
    found["data"] = _barriers(officer)
    officer.open_side_bar()
    officer.go("Help")
    found["help"] = _barriers(officer)
    assert found == {state: [] for state in found}


def _barriers(officer: Officer) -> list[str]:
    """What bars somebody from the page; what is still being drawn or faded in is looked at once more."""
    found = _barriers_now(officer)
    if found:
        officer.page.wait_for_timeout(2000)
        found = _barriers_now(officer)
    return found


def _barriers_now(officer: Officer) -> list[str]:
    page = officer.page
    found = officer.visit.barriers()
    if page.evaluate(
        "(() => { const main = document.querySelector('[data-testid=stMain]'); return main.scrollWidth > main.clientWidth })()"
    ):
        found.append("something must be scrolled sideways")
    if page.locator("h1").count() != 1:
        found.append(f"{page.locator('h1').count()} headings of level 1")
    marked = page.locator(".eg-marking").all_inner_texts()
    if len(marked) != 1 or "OFFICIAL-SENSITIVE" not in marked[0]:
        found.append(f"the marking is not shown once: {marked}")
    return found


def test_the_keyboard_alone_is_enough_and_the_focus_goes_where_one_is_going(officer: Officer) -> None:
    keys = officer.page.keyboard
    _tab_to(officer, "Address, postcode, UPRN, grid reference or coordinates")
    keys.type("15 Mill Wynd")
    keys.press("Enter")
    officer.heading("2. Confirm").wait_for()
    officer.rest()
    _tab_to(officer, "Find")
    keys.press("Enter")
    officer.rest()
    assert _focused(officer) == "2. Confirm the property"
    _tab_to(officer, "1. 15 Mill Wynd")
    keys.press("ArrowDown")
    officer.rest()
    _tab_to(officer, "Yes, this is the property")
    keys.press("Space")
    officer.heading("3. Decide").wait_for()
    officer.rest()
    assert _focused(officer) == "3. Decide how far to look"
    _tab_to(officer, "Look around this property")
    keys.press("Enter")
    officer.heading("4. What is there").wait_for()
    officer.rest()
    assert _focused(officer) == "4. What is there"
    _tab_to(officer, "Map")
    keys.press("Enter")
    assert officer.page.url.endswith("#map")
    _tab_to(officer, "Map of the property and the places near it")
    _tab_to(officer, "downloadDraft ERA record (Word)")


def _tab_to(officer: Officer, name: str) -> None:
    for _ in range(80):
        officer.page.keyboard.press("Tab")
        if _focused(officer).startswith(name):
            return
    raise AssertionError(f"The keyboard does not reach {name}; it is at {_focused(officer)}.")


def _focused(officer: Officer) -> str:
    """The name of what has the focus."""
    name: str = officer.page.evaluate(
        "(() => { const e = document.activeElement; const label = e.closest('label');"
        " return (e.getAttribute('aria-label') || e.title || (label && label.textContent) || e.textContent || '').trim() })()"
    )
    return name


def test_what_is_chosen_and_the_map_can_be_told_in_colours_of_ones_own(officer: Officer) -> None:
    """Forced colours take every fill away but those that the app gives in their own terms."""
    officer.page.emulate_media(forced_colors="active")
    officer.find(ADDRESS)
    officer.page.locator("[data-testid=stRadioOption]").first.click()
    officer.rest()
    chosen = officer.page.locator("[data-testid=stRadioOption]:has(input:checked) > div > div:first-child")
    other = officer.page.locator("[data-testid=stRadioOption]:not(:has(input:checked)) > div > div:first-child").first
    assert _fill(chosen) != _fill(other)
    assert _fill(officer.page.frame_locator("iframe").locator(".leaflet-container")) == "rgb(248, 246, 241)"
    officer.go("Data")
    replace = officer.page.locator("[data-testid=stCheckbox] label", has_text="Replace the region of this name").first
    before = _fill(replace.locator("> span + div"))
    replace.click()
    officer.rest()
    assert _fill(replace.locator("> span + div")) != before


def _fill(place: "Locator") -> str:
    told: str = place.evaluate("(element) => getComputedStyle(element).backgroundColor")
    return told
