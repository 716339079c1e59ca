"""Long work of the app: one of a kind at a time, giving way; what was never begun, and what is past its time, is removed."""

import os
import signal
import time
from pathlib import Path

import pytest

from era_geo import shipped
from era_geo.batch import lock
from era_geo.errors import UsageError
from era_geo.settings import Settings
from era_geo.ui import expiry
from era_geo.ui.batch_jobs import BatchJobs
from era_geo.ui.drafts import DraftStore
from era_geo.ui.jobs import State, sweep
from era_geo.ui.region_jobs import Facts, RegionJob, RegionJobs, build_command, fetch_command, place_for

DAY_S = 86_400


def aged(path: Path, days: float) -> None:
    """Make a path, and what is in it, that many days old."""
    then = time.time() - days * DAY_S
    for each in (*(path.iterdir() if path.is_dir() else ()), path):
        os.utime(each, (then, then))


def ended(job: RegionJob) -> State:
    end = time.monotonic() + 240
    while job.state is State.RUNNING and time.monotonic() < end:
        time.sleep(0.1)
    return job.state


def building(jobs: RegionJobs, content: bytes, name: str = "town") -> RegionJob:
    folder = jobs.new_folder()
    path = place_for(folder, 0, "town.osm.pbf")
    path.write_bytes(content)
    return jobs.begin(folder, Facts(name, "From town.osm.pbf.", build_command(folder, [path], name, replace=False), time.time()))


def test_a_region_is_built_by_a_process_that_gives_way_and_its_files_are_not_kept(settings: Settings) -> None:
    jobs = RegionJobs(settings.home, "os:me")
    job = building(jobs, shipped.TRAINING_TOWN.read_bytes())
    number = int((job.folder / "running.lock").read_text())
    assert os.getpriority(os.PRIO_PROCESS, number) > os.getpriority(os.PRIO_PROCESS, 0)
    os.kill(number, signal.SIGSTOP)  # a fast machine would be done before the other has waited for its turn
    with pytest.raises(UsageError, match=r"running\. Wait until it ends"):
        building(jobs, b"", "another")
    os.kill(number, signal.SIGCONT)
    assert ended(job) is State.DONE, job.said()
    assert (settings.regions / "town.gpkg").is_file()
    assert [one.id for one in RegionJobs(settings.home, "os:me").all()] == [job.id]
    assert not (job.folder / "sources").exists()
    assert RegionJobs(settings.home, "os:somebody-else").all() == []


def test_what_cannot_be_built_says_why_and_can_be_stopped_tried_again_and_removed(settings: Settings) -> None:
    jobs = RegionJobs(settings.home, "os:me")
    job = building(jobs, b"this is not a map")
    assert ended(job) is State.FAILED
    assert any("town.osm.pbf" in said for said in job.said())
    said = job.said()
    jobs.again(job)
    assert ended(job) is State.FAILED
    assert job.said() == said
    jobs.stop(job)
    assert job.state is State.FAILED
    jobs.delete(job)
    assert jobs.all() == []


def test_a_region_that_is_stopped_is_not_there_and_is_begun_anew(settings: Settings) -> None:
    jobs = RegionJobs(settings.home, "os:me")
    job = building(jobs, shipped.TRAINING_TOWN.read_bytes())
    jobs.stop(job)
    assert ended(job) is State.STOPPED, job.said()
    assert not (settings.regions / "town.gpkg").exists()
    jobs.again(job)
    assert ended(job) is State.DONE, job.said()


def test_only_a_process_that_holds_the_lock_is_stopped(settings: Settings) -> None:
    jobs = RegionJobs(settings.home, "os:me")
    job = RegionJob(jobs.new_folder(), Facts("town", "", (), time.time()))
    (job.folder / "running.lock").write_text(str(os.getpid()))
    jobs.stop(job)
    assert not job.was_stopped


def test_names_and_files_are_never_options() -> None:
    assert fetch_command("--force")[-2:] == ("--", "--force")
    folder = Path("/work")
    assert build_command(folder, [folder / "sources/0/--replace"], "--x", replace=False)[2:] == (
        "--name=--x",
        "--",
        "sources/0/--replace",
    )


def test_what_is_past_its_time_is_removed_and_nothing_else(settings: Settings) -> None:
    jobs, there = BatchJobs(settings.home, "os:me"), settings.home / "batches"
    orphan, mapping, old, young, running = (jobs.new_folder() for _ in range(5))
    for folder in (old, young, running):
        (folder / "job.json").write_text("{}")
    aged(orphan, 2)
    aged(young, 29)
    aged(old, 31)
    with lock.held(running / "running.lock", "busy"):
        aged(running, 31)
        assert sweep(there, 30) == 2
    assert {path for path in orphan.parent.iterdir() if path.is_dir()} == {mapping, young, running}


def test_forms_of_an_audit_and_drafts_go_too(settings: Settings) -> None:
    kept = {name: DraftStore(settings.home / name, 1) for name in ("drafts", "audits")}
    for name, store in kept.items():
        for number, days in enumerate((0, settings.draft_days + 1 if name == "drafts" else settings.audit_days + 1)):
            store.save("os:me", f"{number:016x}", {})
            for file in (settings.home / name).glob(f"*/{number:016x}.json"):
                aged(file, days)
    expiry.remove_due(settings)
    assert [file.stem for name in kept for file in (settings.home / name).glob("*/*.json")] == [f"{0:016x}"] * 2
