"""Review and learning on the screen: what a caseload asks for in a year, and live records against the map."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from era_geo.record.demandread import EXAMPLE
from era_geo.record.store import open_store
from era_geo.settings import Settings
from tests.browser_tools import Visit
from tests.record.stores import Clock, signed
from tests.record.test_store_many import at_level
from tests.towns import Settle
from tests.ui.officer import Officer, barriers_at_all_widths
from tests.ui.running import Server, running_app

pytestmark = pytest.mark.browser

QUESTION = "Heading 4. Did the right responsible authority lead?"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, settle: Settle) -> Iterator[Server]:
    """The computer of a police office, with three records that were signed in the last quarter of 2026."""
    folder = tmp_path_factory.mktemp("office")
    settings = Settings(home=folder / "home")
    settle(settings)
    with open_store(settings, now=Clock()) as store:
        for number in range(3):
            signed(store, at_level(f"R-{number}", 1))
    with running_app(folder, settings, ERA_GEO_AGENCY="police") as running:
        yield running


@pytest.fixture
def reviewer(visit: Visit, office: Server) -> Officer:
    visit.allow(office.url)
    at_work = Officer(visit, office.entry)
    at_work.begin()
    at_work.go("Review and learning")
    return at_work


def test_a_year_of_eras_is_counted_under_each_profile(officer: Officer, tmp_path: Path) -> None:
    officer.go("Review and learning")
    assert officer.visit.barriers() == []
    example = officer.download("Take an invented caseload as an example", tmp_path)
    assert example.read_bytes() == EXAMPLE.read_bytes()
    officer.page.locator("input[type=file]").last.set_input_files(str(example))
    officer.press("Count the ERAs of the next twelve months")
    officer.page.get_by_text("Month by month", exact=True).wait_for()
    officer.rest()
    assert "lanarkshire-2023" in officer.page.content()
    assert officer.visit.barriers() == []


def test_a_faulty_caseload_is_told_row_by_row(officer: Officer, tmp_path: Path) -> None:
    broken = tmp_path / "caseload.csv"
    broken.write_bytes(EXAMPLE.read_bytes().splitlines(keepends=True)[0] + b"?,?,?,?\n")
    officer.go("Review and learning")
    officer.page.locator("input[type=file]").last.set_input_files(str(broken))
    officer.press("Count the ERAs of the next twelve months")
    officer.page.get_by_role("alert").first.wait_for()
    assert any("row 2" in said.lower() or "line 2" in said.lower() for said in officer.page.get_by_role("alert").all_inner_texts())


def test_live_records_are_held_against_the_map(officer: Officer) -> None:
    officer.go("Review and learning")
    officer.press("Hold live records against this map")
    officer.page.get_by_role("status").filter(has_text="live records").wait_for()
    officer.page.get_by_text("None waits for an answer.").wait_for()
    assert officer.visit.barriers() == []


def test_the_quarterly_audit_is_drawn_even_where_nothing_was_signed(officer: Officer) -> None:
    officer.go("Review and learning")
    officer.page.get_by_label("Quarter", exact=True).fill("2026Q9")
    officer.press("Draw the files")
    officer.page.get_by_text("is no quarter").wait_for()
    officer.page.get_by_label("Quarter", exact=True).fill("2026Q3")
    officer.press("Draw the files")
    officer.page.get_by_text("0 files were drawn for 2026Q3").wait_for()
    assert officer.visit.barriers() == []


def draw(reviewer: Officer) -> None:
    reviewer.page.get_by_label("Quarter", exact=True).fill("2026Q4")
    reviewer.press("Draw the files")
    reviewer.page.get_by_text("3 files were drawn for 2026Q4").wait_for()
    reviewer.rest()


def test_every_live_record_is_counted_when_it_is_held_against_the_map(reviewer: Officer) -> None:
    reviewer.press("Hold live records against this map")
    reviewer.page.get_by_role("status").filter(has_text="3 live records").wait_for()
    assert reviewer.page.get_by_text("Stay on this page").count() == 0
    assert barriers_at_all_widths(reviewer) == {}


def test_an_audit_is_kept_as_it_is_typed_and_is_there_after_a_refresh(reviewer: Officer) -> None:
    draw(reviewer)
    assert {row[3] for row in reviewer.table("Files drawn")} == {"not begun"}
    assert barriers_at_all_widths(reviewer) == {}
    reviewer.pick(QUESTION, "Partly met")
    reviewer.write("Note on heading 4: led", "It changed hands twice")
    states = [row[3] for row in reviewer.table("Files drawn")]
    assert sorted(states) == ["not begun", "not begun", "open: 14 questions have no mark"]
    reviewer.page.reload()
    reviewer.heading("The quarterly case-file audit").wait_for()
    reviewer.rest()
    assert [row[3] for row in reviewer.table("Files drawn")] == ["open: 14 questions have no mark"]
    assert reviewer.field("Note on heading 4: led").input_value() == "It changed hands twice"
    assert reviewer.page.get_by_role("combobox", name=QUESTION).input_value() == "Partly met"
    draw(reviewer)
    assert sorted(row[3] for row in reviewer.table("Files drawn")) == sorted(states)
