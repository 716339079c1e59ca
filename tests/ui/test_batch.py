"""The analyst's way: a table in, its batch stopped and gone on with, results on a map and as files that nobody else is shown."""

import csv
import time
from pathlib import Path

import pytest

from era_geo import front
from era_geo.errors import UsageError
from era_geo.settings import Settings
from era_geo.ui.batch_jobs import BatchJob, BatchJobs, Facts, options_of
from era_geo.ui.jobs import State
from tests.towns import Settle
from tests.ui.conftest import DAMAGED, Server
from tests.ui.officer import Officer, barriers_at_all_widths

ROWS = ("15 Mill Wynd, Invermarrow", "12 High Street, Invermarrow", "9 Nowhere Street", "=cmd|' /C calc'!A0")


def table(path: Path, rows: tuple[str, ...] = ROWS) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["ref", "Address"])
        writer.writerows((f"R{number}", row) for number, row in enumerate(rows))
    return path


def ended(job: BatchJob) -> State:
    end = time.monotonic() + 240
    while job.state is State.RUNNING and time.monotonic() < end:
        time.sleep(0.2)
    return job.state


@pytest.fixture
def mine(settings: Settings, settle: Settle) -> BatchJobs:
    settle(settings)
    return BatchJobs(settings.home, "os:me")


def begun(jobs: BatchJobs, rows: tuple[str, ...], **more: str) -> BatchJob:
    folder = jobs.new_folder()
    table(folder / "table.csv", rows)
    options = options_of(front.TRAINING_TOWN, [("--address-column", more.get("column", "Address"))], ["--depth=none"])
    return jobs.begin(folder, Facts("stock.csv", "table.csv", len(rows), front.TRAINING_TOWN, ".csv", options, time.time()))


def test_a_batch_ends_with_its_files_and_only_its_owner_is_shown_it(mine: BatchJobs, settings: Settings) -> None:
    job = begun(mine, ROWS)
    assert ended(job) is State.DONE, job.said()
    assert [path.name for path in job.files] == ["result-findings.csv", "result.csv"]
    with job.out.open(encoding="utf-8-sig", newline="") as file:
        assert [row["ref"] for row in csv.DictReader(file)] == ["R0", "R1", "R2", "R3"]
    assert [one.id for one in mine.all()] == [job.id]
    assert BatchJobs(settings.home, "os:somebody-else").all() == []
    assert job.folder.stat().st_mode & 0o077 == 0
    assert not any("Mill Wynd" in said or "Nowhere" in said for said in job.said())
    mine.delete(job)
    assert mine.all() == []
    assert not job.folder.exists()


def test_a_batch_can_be_stopped_and_gone_on_with(mine: BatchJobs) -> None:
    rows = ROWS * 2000  # four partitions
    job = begun(mine, rows)
    end = time.monotonic() + 240
    while not any(job.folder.glob("*.unfinished/*.part")) and time.monotonic() < end:
        time.sleep(0.05)
    mine.stop(job)
    assert ended(job) is State.STOPPED, job.said()
    mine.go_on(job)
    with pytest.raises(UsageError, match="You have a batch running"):
        mine.go_on(job)
    assert ended(job) is State.DONE, job.said()
    with job.out.open(encoding="utf-8-sig", newline="") as file:
        assert sum(1 for _ in csv.DictReader(file)) == len(rows)


def test_what_cannot_be_done_says_why(mine: BatchJobs) -> None:
    job = begun(mine, ROWS, column="--replace")
    assert ended(job) is State.FAILED
    assert any("no column '--replace'" in said for said in job.said())


def test_one_person_has_one_batch_running_and_another_is_not_kept_from_theirs(mine: BatchJobs, settings: Settings) -> None:
    job = begun(mine, ROWS * 5000)
    with pytest.raises(UsageError, match="You have a batch running"):
        begun(mine, ROWS)
    assert [one.id for one in mine.all()] == [job.id]
    theirs = begun(BatchJobs(settings.home, "os:somebody-else"), ROWS)
    assert ended(theirs) is State.DONE, theirs.said()
    mine.delete(job)
    assert mine.all() == []


def give(officer: Officer, path: Path) -> None:
    """Give a table, and wait until the page has taken it in."""
    officer.page.set_input_files("input[type=file]", str(path))
    officer.page.get_by_role("button", name="Begin", exact=True).wait_for()
    officer.rest()


def begin(officer: Officer) -> None:
    officer.page.get_by_role("button", name="Begin", exact=True).click()


def delete(officer: Officer) -> None:
    officer.press("Delete it and its files")
    officer.page.get_by_text("This cannot be undone.").wait_for()
    officer.press("Yes, delete it")


def folders(server: Server) -> list[Path]:
    """The folders of tables and batches that there are on the server."""
    return [path for path in (server.settings.home / "batches").glob("*/*") if path.is_dir()]


@pytest.mark.browser
def test_the_analysts_way_in_the_app(officer: Officer, server: Server, tmp_path: Path) -> None:
    officer.go("Batch")
    give(officer, table(tmp_path / "other.csv"))
    give(officer, table(tmp_path / "stock.csv"))
    assert len(folders(server)) == 1, "the table that was given first is still there"
    assert barriers_at_all_widths(officer) == {}
    begin(officer)
    officer.page.get_by_text("Done: 4 rows.").wait_for(timeout=120_000)
    officer.rest()
    assert len(folders(server)) == 1, "the table was kept twice"
    officer.page.locator("summary", has_text="The first 4 rows").click()
    officer.page.locator("label", has_text="Show where these properties lie").click()
    officer.page.locator("iframe[title='Map of the properties of this batch']").wait_for()
    officer.rest()
    rows = officer.table("The first 4 of 4 rows")
    signs = officer.page.frame_locator("iframe[title='Map of the properties of this batch']").locator(".era-mark .era-hidden")
    signs.first.wait_for(state="attached")
    assert signs.all_inner_texts() == [f"Row {row[0]}: {row[1]}" for row in rows if row[2] == "matched"]
    assert barriers_at_all_widths(officer) == {}
    result = officer.download("Take away result.csv", tmp_path)
    assert "OFFICIAL-SENSITIVE" in result.name
    with result.open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.DictReader(file))
    assert [row["status"] for row in found][2:] == ["not found", "not found"]
    assert not found[3]["Address"].startswith("=")
    officer.press("Delete it and its files")
    assert officer.visit.barriers() == []
    officer.press("No, keep it")
    assert officer.page.get_by_text("Done: 4 rows.").count() == 1
    delete(officer)
    officer.page.get_by_text("You have begun none yet.").wait_for()
    assert folders(server) == []


@pytest.mark.browser
def test_columns_are_named_by_hand_and_what_is_hostile_stays_text(officer: Officer, server: Server, tmp_path: Path) -> None:
    path = tmp_path / "![x](https:attacker.invalid) <b>.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["<img src=x onerror=alert(1)>", "--replace", "${alert(2)}"])
        writer.writerow(["<script>alert(3)</script>", "15 Mill Wynd", "Invermarrow"])
        writer.writerow(["a", "=HYPERLINK(1)", "![x](https://attacker.invalid/a.png)"])
    officer.go("Batch")
    give(officer, path)
    begin(officer)
    officer.page.get_by_text("Choose the column of the address").wait_for()
    officer.pick("Columns of the address", "--replace")
    officer.pick("Columns of the address", "${alert(2)}")
    assert barriers_at_all_widths(officer) == {}
    officer.pick("How closely to look", "Places and distances only")
    officer.page.get_by_role("spinbutton", name="Doors to check").fill("9")
    officer.page.keyboard.press("Tab")
    officer.rest()
    begin(officer)
    officer.page.get_by_text("Write why you want to look further").wait_for()
    officer.write("Who decided on this", "The <b>group</b>")
    officer.write("Why look further", "A path to the school")
    officer.write("Capacity study", "fifty")
    begin(officer)
    officer.page.get_by_text("Capacity study: write metres").wait_for()
    officer.write("Capacity study", "50, 100")
    officer.pick("Kinds of place to leave out", "Shops")
    officer.write("Why leave out", "No bearing on any row")
    begin(officer)
    officer.page.get_by_text("Done: 2 rows.").wait_for(timeout=120_000)
    officer.rest()
    officer.page.locator("summary", has_text="The first 2 rows").click()
    assert officer.table("The first 2 of 2 rows")[0][1].startswith("15 Mill Wynd")
    assert officer.page.locator("[data-testid=stMain] img").count() == 0
    assert officer.page.get_by_role("button", name="result-capacity.csv").count() == 1
    delete(officer)


@pytest.mark.browser
def test_a_batch_outlives_a_refresh_and_is_stopped_and_gone_on_with(officer: Officer, tmp_path: Path) -> None:
    officer.go("Batch")
    give(officer, table(tmp_path / "large.csv", ROWS * 5000))
    begin(officer)
    stop = officer.page.get_by_role("button", name="Stop", exact=True)
    stop.wait_for()
    officer.page.get_by_text("assessing").first.wait_for(timeout=120_000)
    assert barriers_at_all_widths(officer) == {}
    officer.page.reload()
    stop.wait_for()
    give(officer, table(tmp_path / "small.csv"))
    begin(officer)
    officer.page.get_by_text("You have a batch running").wait_for()
    stop.click()
    go_on = officer.page.get_by_role("button", name="Go on", exact=True)
    go_on.wait_for()
    officer.rest()
    assert barriers_at_all_widths(officer) == {}
    go_on.click()
    stop.wait_for()
    stop.click()
    go_on.wait_for()
    officer.rest()
    delete(officer)
    officer.page.get_by_text("You have begun none yet.").wait_for()


@pytest.mark.browser
def test_a_batch_that_fails_says_why(officer: Officer, tmp_path: Path) -> None:
    officer.go("Batch")
    officer.choose_region(DAMAGED)
    give(officer, table(tmp_path / "stock.csv"))
    begin(officer)
    officer.page.get_by_text("It could not be done.").wait_for(timeout=120_000)
    officer.page.get_by_text("is not an era-geo region").wait_for()
    officer.rest()
    assert barriers_at_all_widths(officer) == {}
    delete(officer)
