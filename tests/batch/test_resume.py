"""Nothing is lost: killed at any moment and resumed, a batch gives the same bytes as one that ran through."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from era_geo.batch import run, work
from era_geo.errors import EraGeoError, UsageError
from era_geo.model import Depth
from era_geo.region.region import Region

Batch = Callable[..., Any]
_SCRIPT = """
import resource, sys
from pathlib import Path
from era_geo import layerset
from era_geo.batch import intake, run, where
from era_geo.batch.options import Options
from era_geo.batch.partition import identity_of
from era_geo.model import Depth
from era_geo.region.region import Region
from era_geo.settings import Settings
import datetime as dt

if __name__ == "__main__":
    source, out, region_path, home, depth, workers, resume, limit = sys.argv[1:]
    if int(limit):
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
    run.ROWS_IN_A_PARTITION[Depth(depth)] = 10
    table = intake.open_table(Path(source))
    settings, region = Settings(home=Path(home)), Region(Path(region_path))
    options = Options(
        layerset.load(settings), settings.parameters(), dt.date(2026, 11, 22), Depth(depth), {}, identity_of(region)
    )
    wheres = where.choose(table.columns)
    request = run.Request(table, wheres, Path(out), region, options, resume=resume == "yes", workers=int(workers))
    run.run(request)
"""


@pytest.fixture(autouse=True)
def small_partitions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(run.ROWS_IN_A_PARTITION, Depth.NONE, 10)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("in") / "in.csv"
    rng = random.Random(3)
    rows = [f"r{n},{rng.choice([1, 3, 5, 7, 9, 11, 77])} Mill Wynd" for n in range(240)]
    path.write_text("\n".join(["ref,address", *rows]) + "\n", encoding="utf-8")
    return path


class Runs:
    """Runs a batch as a process of its own."""

    def __init__(self, folder: Path, source: Path, region: Region) -> None:
        self._script = folder / "script.py"
        self._script.write_text(_SCRIPT, encoding="utf-8")
        self._folder, self._source, self._region = folder, source, region

    def start(self, out: Path, *, depth: Depth = Depth.NONE, workers: int = 1, resume: bool = False, limit: int = 0) -> Any:
        words = [
            self._source,
            out,
            self._region.path,
            self._folder / "home",
            depth.value,
            workers,
            ("no", "yes")[resume],
            limit,
        ]
        command = [sys.executable, str(self._script), *map(str, words)]
        return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)

    def finish(self, out: Path, **more: Any) -> None:
        done = self.start(out, **more)
        _, told = done.communicate(timeout=280)
        assert done.returncode == 0, told


@pytest.fixture
def runs(tmp_path: Path, source: Path, region: Region) -> Runs:
    return Runs(tmp_path, source, region)


def parts(out: Path) -> int:
    return len(list(work.folder_of(out).glob("*.part")))


def contents(out: Path) -> list[bytes]:
    return [out.read_bytes(), out.with_name(f"{out.stem}-findings.csv").read_bytes()]


@pytest.mark.parametrize("workers", [1, 2])
def test_killed_again_and_again_it_gives_the_same_bytes(
    runs: Runs, batch: Batch, source: Path, tmp_path: Path, workers: int
) -> None:
    through, broken = tmp_path / "through.csv", tmp_path / "broken.csv"
    batch(source, through)
    rng, kills, resume = random.Random(workers), 0, False
    while not broken.exists():
        process = runs.start(broken, workers=workers, resume=resume)
        wanted = parts(broken) + rng.randint(1, 6)
        if kills >= 2:
            wanted = 10_000
        while process.poll() is None and parts(broken) < wanted:
            time.sleep(0.01)
        time.sleep(rng.random() * 0.05)
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
            kills += 1
        process.communicate(timeout=60)
        assert not broken.exists() or process.returncode == 0
        resume = work.folder_of(broken).exists()
    assert kills >= 1
    assert contents(broken) == contents(through)
    assert not work.folder_of(broken).exists()


def test_workers_end_when_the_run_is_killed(runs: Runs, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    process = runs.start(out, workers=2)
    while process.poll() is None and parts(out) < 1:
        time.sleep(0.02)
    workers = _children(process.pid)
    assert workers
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    until = time.monotonic() + 60
    while any(_lives(pid) for pid in workers) and time.monotonic() < until:
        time.sleep(0.1)
    assert not [pid for pid in workers if _lives(pid)]


def _children(parent: int) -> list[int]:
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == parent:
                found.append(int(folder.name))
    return found


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_a_lost_worker_is_replaced(runs: Runs, batch: Batch, source: Path, tmp_path: Path) -> None:
    out, through = tmp_path / "out.csv", tmp_path / "through.csv"
    batch(source, through)
    process = runs.start(out, workers=2)
    while process.poll() is None and parts(out) < 2:
        time.sleep(0.01)
    for pid in _children(process.pid)[-1:]:
        os.kill(pid, signal.SIGKILL)
    _, told = process.communicate(timeout=280)
    assert process.returncode == 0, told
    assert contents(out) == contents(through)


def test_a_full_disk_is_told_and_resumed(runs: Runs, batch: Batch, source: Path, tmp_path: Path) -> None:
    through, out = tmp_path / "through.csv", tmp_path / "out.csv"
    batch(source, through)
    process = runs.start(out, limit=len(through.read_bytes()) // 2)
    _, told = process.communicate(timeout=200)
    assert process.returncode != 0
    assert "disk is full" in told
    assert not out.exists()
    assert parts(out) == 24
    runs.finish(out, resume=True)
    assert contents(out) == contents(through)


class TestWork:
    @pytest.fixture
    def begun(self, batch: Batch, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """Leave a batch unfinished: the disk is full when OUT is to be written."""
        out = tmp_path / "out.csv"
        with monkeypatch.context() as patch:
            patch.setattr("era_geo.batch.place.rename", _full)
            with pytest.raises(EraGeoError, match="--resume"):
                batch(source, out)
        return out

    def test_without_resume_it_is_told(self, batch: Batch, source: Path, begun: Path) -> None:
        with pytest.raises(UsageError, match="--resume"):
            batch(source, begun)

    def test_another_question_is_refused(self, batch: Batch, source: Path, begun: Path) -> None:
        with pytest.raises(UsageError, match="another depth"):
            batch(source, begun, depth=Depth.WALK, resume=True)

    def test_another_input_is_refused(self, batch: Batch, begun: Path, tmp_path: Path) -> None:
        other = tmp_path / "other.csv"
        other.write_text("ref,address\na,1 Mill Wynd\n", encoding="utf-8")
        with pytest.raises(UsageError, match="another input"):
            batch(other, begun, resume=True)

    def test_a_damaged_part_is_done_again(self, batch: Batch, source: Path, begun: Path, tmp_path: Path) -> None:
        part = next(work.folder_of(begun).glob("*.part"))
        part.write_bytes(part.read_bytes()[:-7])
        summary = batch(source, begun, resume=True)
        assert summary.kept_rows == 230
        batch(source, tmp_path / "again.csv")
        assert contents(begun) == contents(tmp_path / "again.csv")

    def test_the_folder_is_nobody_elses(self, begun: Path) -> None:
        assert work.folder_of(begun).stat().st_mode & 0o077 == 0
        assert json.loads((work.folder_of(begun) / "manifest.json").read_text(encoding="utf-8"))["depth"] == "none"


def _full(*_: object) -> None:
    raise OSError(28, "No space left on device")
