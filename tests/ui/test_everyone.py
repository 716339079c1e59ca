"""The app is for everyone: no barrier that axe-core finds, no sideways scrolling, and the keyboard alone is enough."""

import pytest

from tests.ui.officer import MAP, Officer
from tests.ui.test_way import ADDRESS

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
