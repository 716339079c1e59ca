"""Names that a vandal wrote into the map: shown as they are, and never run, followed, fetched or laid out as anything else."""

import pytest

from era_geo import front
from era_geo.town.hostile import NAMES
from tests.ui.conftest import HOSTILE, Server
from tests.ui.officer import Officer

pytestmark = pytest.mark.browser

TYPED = (
    "![x](https://attacker.invalid/a.png) 15 Mill Wynd",
    "www.attacker.invalid [Mill](https://attacker.invalid) Wynd",
    ":material/home: :red[15] $x^2$ <img src=https://attacker.invalid/a.png> Mill Wynd",
    "1. `15` **Mill** # Wynd | a | b |",
)


def test_hostile_names_are_shown_and_nothing_runs(officer: Officer, server: Server) -> None:
    officer.page.on("dialog", lambda dialog: officer.visit.faults.append(f"a script ran: {dialog.message}"))
    officer.choose_region(HOSTILE)
    officer.find(_address_near(server))
    officer.confirm()
    officer.set_radius(200)
    officer.look()
    cells = " ".join(cell for row in officer.table("Places found, nearest first") for cell in row)
    assert NAMES["Victoria Primary School"] in cells
    assert officer.page.locator("img[src=x]").count() == 0
    officer.map().locator(".era-number").first.wait_for()
    for mark in officer.map().locator(".era-mark").all()[:8]:
        mark.press("Enter")
        officer.map().locator(".leaflet-popup-content").first.wait_for()


def _address_near(server: Server) -> str:
    """A plain address near the school whose name is a script."""
    region = front.open_region(HOSTILE, server.settings)
    ((easting, northing),) = region.query(
        "SELECT (minx + maxx) / 2, (miny + maxy) / 2 FROM rtree_places_geom WHERE id = "
        "(SELECT fid FROM places WHERE name = ? LIMIT 1)",
        [NAMES["Victoria Primary School"]],
    )
    return f"{easting:.0f} {northing:.0f}"


def test_what_is_typed_is_said_back_as_text(officer: Officer) -> None:
    for text in TYPED:
        officer.find(text)
        main = officer.page.get_by_role("main")
        assert main.locator("a[href*=attacker], img[src*=attacker], .katex, code, table").count() == 0, text


def test_a_hostile_street_is_a_choice_like_any_other(officer: Officer, server: Server) -> None:
    officer.choose_region(HOSTILE)
    region = front.open_region(HOSTILE, server.settings)
    ((number, postcode),) = region.query("SELECT number, postcode FROM addresses WHERE street LIKE '<b%' LIMIT 1")
    officer.find(f"{number}, {postcode}")
    labels = " ".join(officer.page.locator("[data-testid=stRadioOption]").all_inner_texts())
    assert "<b onmouseover=alert(3)>Lade</b> Street" in labels.replace("\u2060", "")
