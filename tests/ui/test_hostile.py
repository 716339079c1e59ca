"""Names that a vandal wrote into the map: shown as they are, and never run, followed, fetched or laid out as anything else."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from era_geo import front
from era_geo.outputs.escape import line
from era_geo.region.list_facts import ListFacts, to_counts
from era_geo.town.hostile import NAMES
from tests.ui.conftest import HOSTILE, Server
from tests.ui.officer import Officer, barriers_at_all_widths
from tests.ui.test_records import fill, part, save, start_record_here

pytestmark = pytest.mark.browser

TYPED = (
    "![x](https://attacker.invalid/a.png) 15 Mill Wynd",
    "www.attacker.invalid [Mill](https://attacker.invalid) Wynd",
    ":material/home: :red[15] $x^2$ <img src=https://attacker.invalid/a.png> Mill Wynd",
    "1. `15` **Mill** # Wynd | a | b |",
)

WRITTEN = "<img src=x onerror=alert(9)> :red[r] $x^2$ ![x](https:attacker.invalid) `c` \u202e" + "W" * 90
"""What can be the name of a file, and so of a region or of what one is built from."""
LED_AWAY = "[onerror], [onmouseover], [src*=attacker], [href*=attacker], img[src=x], .katex, code, .stMarkdownColoredText"


@pytest.fixture
def written(server: Server) -> Iterator[str]:
    """A region that somebody else made, with a name, sources and an official list that are all hostile."""
    path = server.settings.regions / f"{WRITTEN}.gpkg"
    shutil.copy(server.settings.regions / f"{HOSTILE}.gpkg", path)
    facts = ListFacts(WRITTEN, WRITTEN, (WRITTEN,), (WRITTEN,), (), (), 1, {WRITTEN: 1}, 1, (WRITTEN,), 1)
    with closing(sqlite3.connect(path)) as region, region:
        region.execute(
            "UPDATE sources SET name = ?1, licence = ?1, credit = ?1, coverage_basis = ?1, counts = ?2",
            [WRITTEN, json.dumps(to_counts(facts))],
        )
    yield line(WRITTEN)
    path.unlink()


def is_text(officer: Officer, shown: str) -> bool:
    """Whether a text is on the page as it was written, and nothing that was written led to anything else."""
    everywhere = officer.page.locator("[data-testid=stApp]")
    for _ in range(50):
        told = everywhere.inner_text().replace("\u2060", "")
        if shown in told:
            break
        officer.page.wait_for_timeout(100)  # a long page may stand still for a moment before it takes up what was chosen
    return shown in told and "\u202e" not in told and not everywhere.locator(LED_AWAY).count()


def test_a_region_whose_name_sources_and_list_are_hostile_is_told_of_as_text(written: str, officer: Officer) -> None:
    officer.page.on("dialog", lambda dialog: officer.visit.faults.append(f"a script ran: {dialog.message}"))
    officer.choose_region(written)
    assert is_text(officer, f"Looking in: {written}")
    officer.go("Data")
    sources = officer.page.locator("table", has=officer.page.locator("caption", has_text="Files it was built from"))
    assert (sources.text_content() or "").count(written) >= 4, "name, licence, credit, coverage; in part folded"
    officer.unfold("How complete is")
    for shown in (
        f"How complete is {written}",
        f"It speaks for {written}. It holds all there is of: {written}.",
        f"{written}: 1 row",
    ):
        assert is_text(officer, shown)
    officer.pick("Region to remove", written)
    assert is_text(officer, f"Remove {written}")
    assert barriers_at_all_widths(officer) == {}


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
    officer.page.on("dialog", lambda dialog: officer.visit.faults.append(f"a script ran: {dialog.message}"))
    officer.choose("Lade")
    officer.confirm()
    officer.look()
    start_record_here(officer, "<b>INV</b> $x^2$ `9`")
    assert is_text(officer, "Record <b>INV</b> $x^2$ `9`")
    part(officer, "Judgement")
    fill(officer, "Reasons", WRITTEN)
    save(officer)
    part(officer, "Versions and trail")
    officer.click_on("Read an earlier version, and what changed since", "Version 1")
    assert is_text(officer, line(WRITTEN))
    officer.go("Records")
    assert is_text(officer, "<b onmouseover=alert(3)>Lade</b> Street")
    assert is_text(officer, "<b>INV</b> $x^2$ `9`")
    assert barriers_at_all_widths(officer) == {}
