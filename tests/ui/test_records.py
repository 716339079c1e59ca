"""Records on the screen: an officer fills one in, a reviewer returns and signs it, and nobody else sees it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from era_geo.record.store import open_store
from era_geo.ui import record_form
from tests.browser_tools import Visit
from tests.record.stores import OFFICER, start, with_housing
from tests.ui.area import COUNCIL, MARROW, POLICE, Area
from tests.ui.officer import Officer, barriers_at_all_widths
from tests.ui.test_way import ADDRESS

pytestmark = pytest.mark.browser

REFERENCE = "INV-2026-0042"


def start_record(officer: Officer, reference: str) -> None:
    officer.find(ADDRESS)
    officer.confirm()
    officer.look()
    start_record_here(officer, reference)


def start_record_here(officer: Officer, reference: str) -> None:
    """Start a record from the results at hand."""
    officer.page.get_by_label("Case reference", exact=True).fill(reference)
    officer.page.keyboard.press("Tab")
    officer.rest()
    officer.press("Start a record")
    officer.heading(f"Record {reference}").wait_for()
    officer.rest()


def part(officer: Officer, name: str) -> None:
    officer.page.locator("[data-testid=stRadioOption]", has_text=name).click()
    officer.heading(name).wait_for()
    officer.rest()


def fill(officer: Officer, label: str, text: str) -> None:
    officer.page.get_by_label(label, exact=True).fill(text)
    officer.page.keyboard.press("Tab")
    officer.rest()


def fill_date(officer: Officer, label: str, digits: str) -> None:
    officer.page.get_by_role("group", name=label, exact=True).get_by_role("spinbutton").first.click()
    officer.page.keyboard.type(digits)
    officer.page.keyboard.press("Escape")  # the calendar closes, as for anybody
    officer.page.keyboard.press("Tab")
    officer.rest()


def save(officer: Officer) -> None:
    officer.press("Save as a new version")
    officer.page.get_by_text("Nothing has been changed since the last saved version").wait_for()
    officer.rest()


def step(officer: Officer, name: str) -> None:
    part(officer, "Next steps")
    officer.page.get_by_role("button", name=name, exact=True).click()
    officer.rest()


def open_record(officer: Officer, reference: str) -> None:
    officer.go("Records")
    officer.page.get_by_label("Reference, address or words in it").fill(reference)
    officer.page.get_by_role("button", name="Find", exact=True).click()
    officer.page.get_by_role("table").first.wait_for()
    officer.rest()
    officer.page.get_by_role("button", name="Open this record").first.click()
    officer.heading(f"Record {reference}").wait_for()
    officer.rest()


def test_a_record_from_the_results_to_the_signature(area: Area, visits: list[Visit], tmp_path: Path) -> None:
    officer = area.arrive(visits[0], "1", "era-officers", POLICE)
    start_record(officer, REFERENCE)
    assert visits[0].barriers() == []
    part(officer, "The case")
    officer.click_on("What made this ERA necessary", "Change of address")
    officer.page.get_by_text("What the rules ask of this case").wait_for()
    assert visits[0].barriers() == []
    part(officer, "Agencies")
    officer.click_on("Lead agency", "Police")
    part(officer, "Judgement")
    fill(officer, "Reasons", "Two schools within the radius; phone 01555 000111 for the rest")
    officer.page.get_by_text("looks like it holds a phone number").wait_for()
    assert officer.page.get_by_role("button", name="Save as a new version").is_disabled()
    fill(officer, "Reasons", "Two schools within the radius, open to the door.")
    officer.click_on("Outcome", "Manageable with conditions")
    fill(officer, "Decided by (name and role)", "A. Sergeant, offender management unit")
    fill_date(officer, "Date of the decision", "20112026")
    fill_date(officer, "Next review on", "20112027")
    assert visits[0].barriers() == []
    save(officer)
    part(officer, "Property and checks")
    assert visits[0].barriers() == []
    part(officer, "The visit")
    assert visits[0].barriers() == []
    step(officer, "Hand in for review")
    officer.page.get_by_text("Ready for review. Version 2").wait_for()
    assert visits[0].barriers() == []

    reviewer = area.arrive(visits[1], "2", "era-reviewers", POLICE)
    open_record(reviewer, REFERENCE)
    reviewer.page.get_by_text("Two schools within the radius, open to the door.").wait_for()
    part(reviewer, "Next steps")
    reviewer.page.get_by_label("Why? (return to the author)").fill("Say which schools.")
    reviewer.page.keyboard.press("Tab")
    reviewer.rest()
    reviewer.press("Return to the author")
    reviewer.page.get_by_text("Draft. Version 2").wait_for()

    open_record(officer, REFERENCE)
    part(officer, "Versions and trail")
    officer.page.get_by_text("Say which schools.").wait_for()
    officer.click_on("Read an earlier version, and what changed since", "Version 1")
    changed = {row[0]: row[1:] for row in officer.table("What changed since version 1")}
    assert changed["Reasons"] == ["(empty)", "Two schools within the radius, open to the door."]
    assert visits[0].barriers() == []
    officer.page.reload()
    officer.heading(f"Record {REFERENCE}").wait_for()  # the page's address names it
    officer.rest()
    step(officer, "Hand in for review")
    officer.page.get_by_text("Ready for review").wait_for()

    open_record(reviewer, REFERENCE)
    step(reviewer, "Sign")
    reviewer.page.get_by_text("Signed. Version 2").wait_for()
    assert visits[1].barriers() == []
    part(reviewer, "Take it away")
    reviewer.field("Who receives it").fill("the MAPPA co-ordinator")
    reviewer.field("Legal basis").fill("section 10, Management of Offenders etc. (Scotland) Act 2005")
    reviewer.page.get_by_role("button", name="Make the files and log the disclosure").click()
    take = reviewer.page.get_by_role("button", name="Take the files (ZIP)")
    take.wait_for()
    assert visits[1].barriers() == []
    with reviewer.page.expect_download() as download:
        take.click()
    assert "OFFICIAL-SENSITIVE" in download.value.suggested_filename
    with download.value.path().open("rb") as file, zipfile.ZipFile(file) as taken:
        taken.extractall(tmp_path)

    reviewer.go("Records")
    reviewer.unfold("Look after the records: verify, keep, erase")
    reviewer.page.get_by_role("button", name="Verify now").click()
    reviewer.page.get_by_text("All is unaltered").wait_for()
    assert visits[1].barriers() == []
    files = sorted(tmp_path.iterdir())
    files[0].write_bytes(files[0].read_bytes() + b" ")
    reviewer.page.locator("input[type=file]").set_input_files(files)
    reviewer.rest()
    reviewer.page.get_by_role("button", name="Verify now").click()
    reviewer.page.get_by_text("1 of").wait_for()


def test_nobody_of_another_agency_is_shown_a_record_that_does_not_name_it(area: Area, visits: list[Visit]) -> None:
    start_record(area.arrive(visits[0], "1", "era-officers", POLICE), "INV-2026-0077")
    other = area.arrive(visits[1], "3", "era-officers", MARROW)
    other.go("Records")
    other.page.get_by_text("No record was found among those that name your agency.").wait_for()
    assert "INV-2026-0077" not in other.page.content()


def test_two_officers_at_one_record_see_both_texts_and_lose_none(area: Area, visits: list[Visit]) -> None:
    reference = "INV-2026-0099"
    first = area.arrive(visits[0], "1", "era-officers", POLICE)
    start_record(first, reference)
    second = area.arrive(visits[1], "4", "era-officers", POLICE)
    open_record(second, reference)
    for officer, outlook in ((first, "On to the school yard"), (second, "On to the street")):
        part(officer, "Property and checks")
        fill(officer, "Outlook", outlook)
    fill(second, "Floor", "Second")
    save(first)
    second.press("Save as a new version")
    second.heading("Somebody else saved meanwhile").wait_for()
    second.rest()
    assert visits[1].barriers() == []
    told = second.page.get_by_role("table").all_inner_texts()
    assert any("On to the school yard" in text and "On to the street" in text for text in told)
    second.page.locator("[data-testid=stRadioOption]", has_text="What is saved").click()
    second.rest()
    second.press("Put both together")
    part(second, "Property and checks")
    assert second.page.get_by_label("Outlook", exact=True).input_value() == "On to the school yard"
    assert second.page.get_by_label("Floor", exact=True).input_value() == "Second"
    save(second)


def test_what_was_typed_outlives_a_refresh(area: Area, visits: list[Visit]) -> None:
    reference = "INV-2026-0123"
    officer = area.arrive(visits[0], "5", "era-officers", POLICE)
    start_record(officer, reference)
    part(officer, "Property and checks")
    fill(officer, "Size", "Two rooms")
    officer.page.goto(area.server.url)
    officer.page.get_by_role("link", name="Records").wait_for()
    officer.rest()
    officer.go("Records")
    officer.press("Carry on with it")
    officer.heading(f"Record {reference}").wait_for()
    part(officer, "Property and checks")
    assert officer.page.get_by_label("Size", exact=True).input_value() == "Two rooms"
    save(officer)
    assert (Path(area.server.settings.home) / "records.db").is_file()


def test_housing_fills_in_what_is_its_own_of_a_record_that_the_police_lead(area: Area, visits: list[Visit]) -> None:
    with open_store(area.server.settings) as store:
        start(store, with_housing("INV-2026-0150"))
    solo = area.arrive(visits[0], "7", "era-officers", COUNCIL)
    open_record(solo, "INV-2026-0150")
    assert solo.page.locator("[data-testid=stRadioOption]").all_inner_texts()[1:4] == list(record_form.SHARED)
    part(solo, "Property and checks")
    fill(solo, "Floor", "Second")
    folded = [text.split("\n")[-1] for text in solo.page.locator("summary").all_inner_texts()]
    assert [text.split(":")[0] for text in folded if ":" in text] == ["17 Mill Wynd", "Council tax"]
    assert solo.page.get_by_text("Other agencies' checks are not shown here (1).").count() == 1
    assert barriers_at_all_widths(solo) == {}
    part(solo, "The visit")
    fill(solo, "At what time", "after school")
    save(solo)
    part(solo, "Your agency's part")
    fill(solo, "What the agency says", "No arrears.")
    assert barriers_at_all_widths(solo) == {}
    save(solo)
    with open_store(area.server.settings) as store:
        saved = store.get(OFFICER, store.find(OFFICER, "INV-2026-0150")).form
    assert (saved.property.floor, saved.physical_check.visited_at) == ("Second", "after school")
    assert saved.agencies[-1].detail == "No arrears."
