"""Review and learning on the screen: what a caseload asks for in a year, and live records against the map."""

from pathlib import Path

import pytest

from era_geo.record.demandread import EXAMPLE
from tests.ui.officer import Officer

pytestmark = pytest.mark.browser


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
