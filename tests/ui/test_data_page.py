"""The pages Data and Help, a region built in the browser, and what cannot be opened."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from era_geo import layerset, shipped
from era_geo.settings import Settings
from tests.browser_tools import Visit
from tests.servers import Asked, Reply, serve
from tests.towns import Settle
from tests.ui.conftest import DAMAGED, HOSTILE, Server
from tests.ui.officer import Officer, barriers_at_all_widths
from tests.ui.running import running_app
from tests.ui.test_way import ADDRESS

pytestmark = pytest.mark.browser


@pytest.fixture
def town(settings: Settings, settle: Settle) -> Settings:
    """A home in which the training town is built."""
    settle(settings)
    return settings


def write_name(officer: Officer, name: str) -> None:
    officer.page.get_by_role("textbox", name="Name of the region").fill(name)
    officer.page.keyboard.press("Tab")
    officer.rest()


def give(officer: Officer, path: Path) -> None:
    officer.page.locator("input[type=file]").first.set_input_files(path)
    officer.rest()


@contextmanager
def held_once_it_tells(folder: Path) -> Iterator[Path]:
    """Hold the one piece of work in `folder` once it has told how far it is; give what it wrote. It goes on when the block ends."""
    end = time.monotonic() + 120
    while not (told := [log for log in folder.glob("*/*/log.txt") if log.stat().st_size]):
        assert time.monotonic() < end, "nothing was told"
        time.sleep(0.01)
    process = int((told[0].parent / "running.lock").read_text(encoding="utf-8"))
    os.killpg(process, signal.SIGSTOP)
    try:
        yield told[0]
    finally:
        os.killpg(process, signal.SIGCONT)


def test_a_region_is_built_outlives_a_refresh_and_is_looked_in(officer: Officer, server: Server, tmp_path: Path) -> None:
    officer.go("Data")
    officer.press("Build the region")
    officer.page.get_by_role("alert").first.wait_for()
    assert officer.said() == ["Choose at least one file, and give the region a name."]
    broken = tmp_path / "broken.osm"
    broken.write_text("this is not a map")
    give(officer, broken)
    write_name(officer, "drawn")
    officer.press("Build the region")
    officer.page.get_by_text("The region drawn could not be built.").wait_for()
    officer.page.get_by_text("broken.osm").first.wait_for()
    officer.rest()
    assert barriers_at_all_widths(officer) == {}
    officer.press("Delete it")
    officer.press("Yes, delete it")
    assert officer.heading("Regions being built").count() == 0

    give(officer, shipped.TRAINING_TOWN)
    write_name(officer, "drawn")
    officer.page.get_by_role("button", name="Build the region").click()
    with held_once_it_tells(server.settings.home / "region-work") as log:
        told = log.read_text(encoding="utf-8").splitlines()[-1]
        officer.page.get_by_role("progressbar").wait_for()
        officer.page.get_by_text(told).wait_for()
        assert barriers_at_all_widths(officer) == {}
        officer.page.reload()
        officer.page.get_by_role("button", name="Stop", exact=True).wait_for()
    officer.page.get_by_text("The region drawn is built.").wait_for()
    officer.rest()
    assert (server.settings.regions / "drawn.gpkg").is_file()
    assert "drawn" in [row[0] for row in officer.table("Choose the region to look in")]
    assert barriers_at_all_widths(officer) == {}
    officer.press("Look in it")
    officer.go("Assess")
    officer.page.get_by_text("Looking in: drawn").wait_for()
    officer.find(ADDRESS)
    officer.confirm()
    officer.go("Data")
    officer.press("Close this note")
    officer.pick("Region to remove", "drawn")
    officer.press("Remove drawn")
    assert (server.settings.regions / "drawn.gpkg").is_file()
    officer.press("Yes, remove it")
    officer.page.get_by_text("The region drawn is removed.").wait_for()
    assert not (server.settings.regions / "drawn.gpkg").exists()
    assert "drawn" not in [row[0] for row in officer.table("Choose the region to look in")]


def test_a_damaged_region_is_a_sentence_in_its_row_and_hides_no_other(officer: Officer, server: Server) -> None:
    officer.choose_region(DAMAGED)
    officer.go("Data")
    rows = {row[0]: row for row in officer.table("Choose the region to look in")}
    assert "Cannot be opened" in rows[DAMAGED][1]
    assert HOSTILE in rows
    officer.pick("Region to tell about", HOSTILE)
    assert officer.table("What the region file holds")[0][0] == "Area it can speak for"
    assert len(officer.table("Files it was built from")) == 1


def test_two_regions_are_compared_near_an_address(officer: Officer) -> None:
    officer.go("Data")
    officer.press("Compare these regions")
    assert officer.said() == ["Choose two regions that differ, and write which property to look around."]
    officer.pick("One region", "training-town")
    officer.pick("The other region", HOSTILE)
    officer.write("Address, postcode, UPRN or grid reference", "15 Mill Wynd")
    officer.press("Compare these regions")
    assert "It may be: 15 Mill Wynd" in officer.said()[0]
    officer.write("Address, postcode, UPRN or grid reference", ADDRESS)
    officer.press("Compare these regions")
    officer.page.get_by_text("Older:").wait_for()
    assert "within 100 m" in officer.said("status")[0]
    assert barriers_at_all_widths(officer) == {}


def test_an_extract_is_fetched_once_its_size_and_server_were_told(visit: Visit, tmp_path: Path, town: Settings) -> None:
    content = shipped.TRAINING_TOWN.read_bytes()

    def answer(asked: Asked) -> Reply:
        if not asked.path.endswith("marrow-latest.osm.pbf"):
            return Reply(status=404)
        return Reply(body=content, headers={"ETag": '"1"', "Last-Modified": "Fri, 20 Nov 2026 10:00:00 GMT"})

    with serve(answer) as extracts, running_app(tmp_path, town, ERA_GEO_EXTRACT_URL=extracts.url + "/{name}-latest.osm.pbf") as app:
        visit.allow(app.url)
        officer = Officer(visit, app.entry)
        officer.begin()
        officer.go("Data")
        assert officer.page.get_by_text("is fetched from 127.0.0.1, if you ask for it").count() == 1
        assert extracts.asked == []
        officer.page.get_by_role("textbox", name="Name of the extract").fill("elsewhere")
        officer.press("Ask 127.0.0.1 what it has")
        officer.page.get_by_role("alert").first.wait_for()
        officer.page.get_by_role("textbox", name="Name of the extract").fill("marrow")
        officer.press("Ask 127.0.0.1 what it has")
        assert officer.said("status") == [f"marrow-latest.osm.pbf from 127.0.0.1: {len(content) / 1e6:,.1f} MB, of 2026-11-20."]
        assert {asked.method for asked in extracts.asked} == {"HEAD"}
        assert barriers_at_all_widths(officer) == {}
        officer.press("Fetch it and build the region")
        officer.page.get_by_text("The region marrow is built.").wait_for()
        assert (town.regions / "marrow.gpkg").is_file()
        officer.page.get_by_role("textbox", name="Name of the extract").fill("marrow")
        officer.press("Ask 127.0.0.1 what it has")
        officer.page.get_by_text("is built from exactly this file").wait_for()


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
