"""The officer's way through the app in a real browser: from an address to files taken away, with every turn off it."""

import csv
import datetime as dt
import io
import json
import re
import time
import zipfile
from pathlib import Path

import docx
import pyogrio
import pytest

from era_geo import contract, front
from era_geo.model import Assessment
from era_geo.outputs import facts
from era_geo.outputs.document import Table
from era_geo.outputs.places import numbered
from tests.ui.conftest import Server
from tests.ui.officer import PIN_MAP, Officer

pytestmark = pytest.mark.browser

ADDRESS = "PF1, 27 Wallace Street, ZZ1 2BU"
FOUND = "Places found, nearest first"
FOLDED = ("Why it is listed, and notes", "Source")
"""The columns of the table of places that are folded away."""
BUTTONS = (
    "Draft ERA record",
    "Map and tables",
    "Map to print, 1:1250",
    "Map at 1:1250 (picture)",
    "Table of places",
    "Everything as data",
    "Places as map",
    "All files",
)
LAYERS = "Kinds of place, and what came of each"


def assessed(server: Server, address: str, radius_m: float = 100.0) -> Assessment:
    """The same property, assessed in Python."""
    region = front.open_region(front.TRAINING_TOWN, server.settings)
    (candidate,) = front.locate(address, region).candidates
    site = front.site_from(candidate, region, query=address)
    today = dt.datetime.now(tz=dt.UTC).astimezone().date()
    return front.assess(site, region, as_of=today, parameters=server.settings.parameters(radius_m=radius_m))


def test_from_an_address_to_files_taken_away(officer: Officer, server: Server, tmp_path: Path) -> None:
    officer.find(ADDRESS)
    assert officer.page.get_by_role("radio", checked=True).count() == 1
    officer.confirm()
    officer.look()

    expected = assessed(server, ADDRESS)
    places = facts.places(expected)
    assert isinstance(places, Table)
    table = officer.table(FOUND)
    assert [cells[0].split()[0] for cells in table] == [str(number) for number, _ in numbered(expected)]
    assert places.columns[-2:] == FOLDED
    assert [cells[1:-1] for cells in table] == [[" ".join(str(cell).split()) for cell in row[1:-2]] for row in places.rows]
    written = " ".join((officer.page.locator("body").text_content() or "").split())  # what is folded away, too
    for row in places.rows:
        assert all(" ".join(str(cell).split()) in written for cell in row[-2:])
    officer.unfold("Kinds of place looked for")
    assert [(cells[1], cells[2].split(" ", 1)[0]) for cells in officer.table(LAYERS)] == [
        (result.label, str(result.count) if result.count else "None") for result in expected.layers
    ]
    assert sorted(officer.map().locator(".era-number").all_inner_texts()) == sorted(str(number) for number, _ in numbered(expected))
    _downloads_open(officer, tmp_path, expected)


def _downloads_open(officer: Officer, folder: Path, expected: Assessment) -> None:
    officer.write("Your reference for this case", "MG 2026/7")
    names = {button: officer.download(button, folder) for button in BUTTONS}
    for path in names.values():
        assert path.name.startswith("ERA-MG-2026-7-OFFICIAL-SENSITIVE")
        assert "Wallace" not in path.name

    given = contract.assessment_from_dict(json.loads(names["Everything as data"].read_text(encoding="utf-8")))
    assert given.findings == expected.findings
    assert given.site.confirmed_by is not None
    assert "not checked" in given.site.confirmed_by
    listed = list(csv.DictReader(io.StringIO(names["Table of places"].read_text(encoding="utf-8-sig"))))
    assert len(listed) == len(expected.findings)
    assert len(docx.Document(str(names["Draft ERA record"])).tables) > 5
    assert {"places", "ring"} <= {name for name, _ in pyogrio.list_layers(names["Places as map"])}
    assert names["Map to print, 1:1250"].read_bytes().startswith(b"%PDF")
    assert names["Map at 1:1250 (picture)"].read_bytes().startswith(b"\x89PNG")
    with zipfile.ZipFile(names["All files"]) as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) > len(names)
    officer.visit.open(names["Map and tables"])
    officer.page.locator(".era-number").first.wait_for()


def test_an_address_that_is_not_there_is_said_to_be_so_and_nothing_can_be_confirmed(officer: Officer) -> None:
    officer.find("15 Nowhere Road")
    assert "No such address" in officer.said()[0]
    assert officer.page.get_by_role("button", name="Yes, this is the property").count() == 0
    assert officer.heading("Place a pin").count() == 1


def test_of_several_the_person_chooses(officer: Officer) -> None:
    officer.find("15 Mill Wynd")
    assert "Choose" in officer.said("status")[0]
    assert officer.page.get_by_role("radio", checked=True).count() == 0
    assert officer.page.get_by_role("button", name="Yes, this is the property").count() == 0
    officer.choose("Milton of Marrow")
    officer.confirm()
    assert officer.page.get_by_text("15 Mill Wynd, Milton of Marrow").first.is_visible()


def test_a_postcode_that_contradicts_the_street_stops_and_offers_the_right_house(officer: Officer) -> None:
    officer.find("27 Wallace Street, ZZ1 9AF")
    assert officer.said()
    assert officer.page.get_by_role("radio", checked=True).count() == 0
    officer.page.get_by_text("How this answer came about").click()
    assert officer.page.locator("details ol li").count() > 1


def test_a_radius_past_the_limit_needs_a_reason_which_is_printed(officer: Officer) -> None:
    officer.find(ADDRESS)
    officer.confirm()
    officer.set_radius(-5)
    officer.press("Look around this property")
    assert officer.said() == ["The radius must be a number of metres above zero, not -5."]
    officer.set_radius(220)
    officer.field("Why look further than 200 m").wait_for()
    officer.press("Look around this property")
    assert "Write why" in officer.said()[0]
    officer.write("Who decided on this radius", "A. Sergeant")
    officer.write("Why look further than 200 m", "The visit showed a path to the school")
    officer.look()
    printed = officer.page.get_by_role("definition").all_inner_texts()
    assert any("220 m" in line and "A. Sergeant" in line and "path to the school" in line for line in printed)


def test_a_kind_of_place_left_out_needs_a_reason_which_is_printed(officer: Officer) -> None:
    officer.find(ADDRESS)
    officer.confirm()
    officer.click_on("Kinds of place to leave out", "Schools", exact=False)
    officer.page.keyboard.press("Escape")
    officer.rest()
    officer.press("Look around this property")
    assert "Schools" in officer.said()[0]
    officer.write("Why leave out: Schools", "No bearing on this case")
    officer.look()
    officer.unfold("Kinds of place looked for")
    outcomes = {cells[1]: cells[2] for cells in officer.table(LAYERS)}
    assert outcomes["Schools"] == "Switched off for this case: No bearing on this case."
    assert not [cells for cells in officer.table(FOUND) if cells[2] == "Schools"]


def test_going_back_and_to_other_pages_loses_nothing(officer: Officer) -> None:
    officer.find("15 Mill Wynd")
    officer.choose("Milton of Marrow")
    officer.go("Help")
    officer.go("Assess")
    assert officer.field("Address, postcode").input_value() == "15 Mill Wynd"
    assert officer.page.get_by_role("radio", checked=True).count() == 1
    officer.confirm()
    officer.set_radius(250)
    officer.write("Why look further than 200 m", "a reason half")
    officer.press("Change the property")
    assert officer.field("Address, postcode").input_value() == "15 Mill Wynd"
    officer.confirm()
    assert officer.radius().input_value() == "250"
    assert officer.field("Why look further than 200 m").input_value() == "a reason half"
    officer.look()
    officer.go("Data")
    officer.go("Assess")
    assert officer.heading("4. What is there").count() == 1
    officer.press("Assess another property")
    assert officer.field("Address, postcode").input_value() == ""


def test_a_pin_is_placed_by_buttons_by_typing_and_on_the_map_with_a_reason(officer: Officer) -> None:
    officer.find(ADDRESS)
    officer.press("Right property, wrong spot")
    start = _pin(officer)
    officer.press("5 m north")
    assert _pin(officer) == (start[0], start[1] + 5)
    officer.write("Where the pin is", f"{start[0] + 20} {start[1] - 10}")
    officer.rest()
    assert _pin(officer) == (start[0] + 20, start[1] - 10)

    pin_map = officer.page.frame_locator(PIN_MAP).locator("#map_div")
    pin_map.scroll_into_view_if_needed()
    box = pin_map.bounding_box()
    assert box is not None
    officer.page.mouse.click(box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.5)
    before, end = _pin(officer), time.monotonic() + 60
    while _pin(officer) == before and time.monotonic() < end:
        officer.page.wait_for_timeout(200)
    officer.rest()
    east, north = _pin(officer)
    assert start[0] + 22 < east < start[0] + 90
    assert abs(north - start[1]) < 40

    officer.press("Use this pin")
    assert officer.said() == ["Say why the pin was moved: the reason is kept in the record."]
    officer.write("Why do you place the pin yourself", "The door is round the corner")
    officer.press("Use this pin")
    officer.heading("3. Decide how far to look").wait_for()
    assert officer.page.get_by_text("Reason for the pin: The door is round the corner").count() == 1
    officer.look()


def _pin(officer: Officer) -> tuple[int, int]:
    said = next(text for text in officer.said("status") if text.startswith("The pin is at"))
    easting, northing = re.findall(r"\b(\d{5,7})\b", said.split(". ")[0])
    return int(easting), int(northing)


def test_nothing_of_an_address_is_written_to_the_servers_window(officer: Officer, server: Server) -> None:
    officer.find(ADDRESS)
    officer.confirm()
    officer.look()
    written = server.log.read_text(encoding="utf-8")
    assert server.url in written
    assert "Wallace" not in written
    assert "Traceback" not in written
    assert "unexpected" not in written


def test_what_is_located_less_exactly_than_the_radius_is_warned_of_first(officer: Officer) -> None:
    officer.find("ZZ1 1AA")
    officer.confirm()
    officer.set_radius(10)
    officer.look()
    assert "not located well enough" in officer.said()[0]
