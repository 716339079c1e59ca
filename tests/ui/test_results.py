"""The results beyond the table of places: the check sheet there and back, what changed since another region."""

import csv
import io
from pathlib import Path

import pytest

from era_geo.outputs import facts
from tests.ui.conftest import HOSTILE, Server
from tests.ui.officer import Officer
from tests.ui.test_way import ADDRESS, assessed

pytestmark = pytest.mark.browser


def test_a_check_sheet_is_taken_away_filled_in_and_read_back(officer: Officer, server: Server, tmp_path: Path) -> None:
    officer.find(ADDRESS)
    officer.confirm()
    officer.look()
    officer.unfold("The check sheet")
    taken = officer.download("Check sheet (CSV)", tmp_path)
    assert officer.download("Check sheet (Word)", tmp_path).suffix == ".docx"
    assert "Wallace" not in taken.name

    rows = list(csv.reader(io.StringIO(taken.read_text(encoding="utf-8-sig"))))
    heading = next(row for row in rows if "Outcome" in row)
    first, second = rows[rows.index(heading) + 1 :][:2]
    first[heading.index("Outcome")], first[heading.index("Agency")] = "nothing held", "Housing <b>"
    second[heading.index("Outcome")] = "perhaps"
    filled = tmp_path / "filled.csv"
    with filled.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    officer.page.locator("input[type=file]").set_input_files(filled)
    officer.heading("What the check sheet says").wait_for()
    officer.rest()

    (warning,) = officer.page.get_by_role("alert").all_inner_texts()
    assert "The outcome must be one of: nothing held, concern, not checked" in warning
    assert "perhaps" not in warning
    expected = assessed(server, ADDRESS).neighbours
    assert expected is not None
    assert f"1 of {len(expected.to_check)} homes on the list answered." in officer.said("status")
    (row,) = officer.table("From the file filled.csv")
    assert row == [first[heading.index("Address")], "Housing <b>", "", "nothing held", ""]
    assert officer.visit.barriers() == []


def test_what_changed_is_told_on_request_and_names_both_regions(officer: Officer) -> None:
    officer.find(ADDRESS)
    officer.confirm()
    officer.look()
    officer.unfold("What changed near here")
    officer.click_on("Region to compare with", HOSTILE)
    officer.press("Compare")
    told = " ".join(officer.said("status"))
    assert "within 100 m" in told
    assert officer.page.get_by_text(f"Newer: {HOSTILE}").or_(officer.page.get_by_text(f"Older: {HOSTILE}")).count() == 1
    assert officer.visit.barriers() == []


def test_the_results_begin_with_a_paragraph_in_words_and_fold_the_detail_away(officer: Officer, server: Server) -> None:
    officer.find(ADDRESS)
    officer.confirm()
    officer.look()
    summary = officer.page.locator(".eg-summary")
    first = facts.summary(assessed(server, ADDRESS))[0]
    assert summary.inner_text().startswith("Within 100 m of the building:")
    assert getattr(first, "text", "") in summary.inner_text()
    tops = officer.page.evaluate(
        "['.eg-summary', '#places', '#homes', '#ways', '#gaps', '#map', '#more', '#downloads']"
        ".map((name) => document.querySelector(name).getBoundingClientRect().top)"
    )
    assert tops == sorted(tops)
    assert officer.page.locator("details[open]").count() == 0
