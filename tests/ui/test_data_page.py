"""The pages Data and Help, a region built in the browser, and what cannot be opened."""

from pathlib import Path

import pytest

from era_geo import layerset, shipped
from tests.ui.conftest import DAMAGED, HOSTILE, Server
from tests.ui.officer import Officer
from tests.ui.test_way import ADDRESS

pytestmark = pytest.mark.browser


def test_a_region_is_built_from_a_file_and_looked_in_at_once(officer: Officer, server: Server, tmp_path: Path) -> None:
    officer.go("Data")
    officer.press("Build the region")
    officer.page.get_by_role("alert").first.wait_for()
    assert officer.said() == ["Choose at least one file, and give the region a name."]
    broken = tmp_path / "broken.osm"
    broken.write_text("this is not a map")
    officer.page.locator("input[type=file]").set_input_files(broken)
    officer.write("Name of the region", "drawn")
    officer.press("Build the region")
    officer.page.get_by_role("alert").get_by_text("broken.osm").wait_for()
    assert "broken.osm" in officer.said()[0]

    officer.page.get_by_role("button", name="Remove broken.osm").click()
    officer.page.locator("input[type=file]").set_input_files(shipped.TRAINING_TOWN)
    officer.rest()
    officer.press("Build the region")
    officer.page.get_by_text("The region drawn is built").wait_for()
    assert (server.settings.regions / "drawn.gpkg").is_file()
    assert "drawn" in [row[0] for row in officer.table("Choose the region to look in")]
    officer.go("Assess")
    officer.page.get_by_text("Looking in: drawn").wait_for()
    officer.find(ADDRESS)
    officer.confirm()


def test_a_region_that_cannot_be_opened_is_a_sentence(officer: Officer) -> None:
    officer.choose_region(DAMAGED)
    assert "is not an era-geo region" in officer.said()[0]
    officer.choose_region("training-town")
    assert officer.heading("1. Find the property").count() == 1


def test_another_region_keeps_what_was_typed_and_searches_anew(officer: Officer) -> None:
    officer.find("15 Mill Wynd, Milton of Marrow")
    officer.choose_region(HOSTILE)
    assert officer.field("Address, postcode").input_value() == "15 Mill Wynd, Milton of Marrow"
    assert officer.page.get_by_text(f"Looking in: {HOSTILE}").count() == 1
    assert officer.heading("2. Confirm the property").count() == 1


def test_the_help_explains_every_kind_of_place(officer: Officer, server: Server) -> None:
    officer.go("Help")
    rows = officer.table("What each kind of place is")
    layers = layerset.load(server.settings).layers
    assert len(rows) == len(layers)
    for row, layer in zip(rows, layers, strict=True):
        assert layer.label in row[0]
        assert layer.basis[0] in row[2]
        assert layer.blind_spots[0] in row[3]


def test_two_people_at_once_see_only_their_own(officer: Officer, server: Server) -> None:
    officer.find("15 Mill Wynd, Milton of Marrow")
    other = Officer(officer.visit, server.url)
    with officer.visit.context.expect_page() as opened:
        officer.page.evaluate("window.open('about:blank')")
    second = opened.value
    second.goto(other.url)
    second.get_by_role("heading", name="1. Find the property").wait_for()
    assert second.get_by_role("textbox", name="Address, postcode").input_value() == ""
    assert second.get_by_text("Milton of Marrow").count() == 0
