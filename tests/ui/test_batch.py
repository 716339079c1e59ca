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
from tests.ui.officer import Officer

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
def mine(settings: Settings) -> BatchJobs:
    front.open_region(front.TRAINING_TOWN, settings)
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
    rows = ROWS * 5000
    job = begun(mine, rows)
    end = time.monotonic() + 240
    while not any(job.folder.glob("*.unfinished/*.part")) and time.monotonic() < end:
        time.sleep(0.05)
    mine.stop(job)
    assert ended(job) is State.STOPPED, job.said()
    mine.go_on(job)
    with pytest.raises(UsageError, match="running already"):
        mine.go_on(job)
    assert ended(job) is State.DONE, job.said()
    with job.out.open(encoding="utf-8-sig", newline="") as file:
        assert sum(1 for _ in csv.DictReader(file)) == len(rows)


def test_what_cannot_be_done_says_why(mine: BatchJobs) -> None:
    job = begun(mine, ROWS, column="--replace")
    assert ended(job) is State.FAILED
    assert any("no column '--replace'" in said for said in job.said())


@pytest.mark.browser
def test_the_analysts_way_in_the_app(officer: Officer, tmp_path: Path) -> None:
    officer.go("Batch")
    officer.page.set_input_files("input[type=file]", str(table(tmp_path / "stock.csv")))
    officer.page.get_by_role("button", name="Begin", exact=True).wait_for()
    officer.rest()
    assert officer.visit.barriers() == []
    officer.page.get_by_role("button", name="Begin", exact=True).click()
    officer.page.get_by_text("Done: 4 rows.").wait_for(timeout=120_000)
    officer.rest()
    officer.page.locator("summary", has_text="The first 4 rows").click()
    officer.page.locator("label", has_text="Show where the properties lie").click()
    officer.page.locator("iframe[title='Map of the properties of this batch']").wait_for()
    officer.rest()
    assert officer.visit.barriers() == []
    result = officer.download("Take away result.csv", tmp_path)
    assert "OFFICIAL-SENSITIVE" in result.name
    with result.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["status"] for row in rows][2:] == ["not found", "not found"]
    assert not rows[3]["Address"].startswith("=")
    officer.press("Delete it and its files")
    officer.page.get_by_text("You have begun none yet.").wait_for()
