"""Worker processes and a Dask cluster give what one process gives, and survive the loss of a worker."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from era_geo.batch import engine_dask, engines, run, work
from era_geo.batch.options import Options
from era_geo.errors import DataError, EraGeoError, UsageError
from era_geo.model import Depth
from era_geo.region.region import Region

Batch = Callable[..., Any]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in.csv"
    rows = [f"r{n},{2 * (n % 12) + 1} Mill Wynd" for n in range(60)]
    path.write_text("\n".join(["ref,address", *rows]) + "\n", encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def small_partitions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(run.ROWS_IN_A_PARTITION, Depth.WALK, 5)


@pytest.fixture
def cluster() -> Iterator[Any]:
    import distributed  # noqa: PLC0415 - slow to import; never skipped: `make test` installs it

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, scheduler_port=0
        ) as local:
            yield local


def contents(out: Path) -> tuple[bytes, bytes]:
    return out.read_bytes(), out.with_name(f"{out.stem}-findings.csv").read_bytes()


def test_processes_give_the_same_bytes(batch: Batch, source: Path, tmp_path: Path) -> None:
    batch(source, tmp_path / "one.csv", depth=Depth.WALK)
    batch(source, tmp_path / "two.csv", depth=Depth.WALK, workers=2)
    assert contents(tmp_path / "one.csv") == contents(tmp_path / "two.csv")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.enable_socket
def test_a_cluster_gives_the_same_bytes_though_a_worker_is_killed(batch: Batch, source: Path, tmp_path: Path, cluster: Any) -> None:
    batch(source, tmp_path / "one.csv", depth=Depth.WALK)
    pids = [worker.process.pid for worker in cluster.workers.values()]

    def kill() -> None:
        folder = work.folder_of(tmp_path / "far.csv")
        while len(list(folder.glob("*.part"))) < 2:
            time.sleep(0.01)
        os.kill(pids[0], signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    batch(source, tmp_path / "far.csv", depth=Depth.WALK, workers=None, dask=cluster.scheduler_address)
    killer.join()
    assert contents(tmp_path / "one.csv") == contents(tmp_path / "far.csv")


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Start a scheduler without workers, as a process of its own."""
    told = tmp_path / "scheduler.json"
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    with subprocess.Popen([*command, "--scheduler-file", str(told)], stderr=subprocess.DEVNULL) as process:
        while not told.exists() or not told.read_text(encoding="utf-8").endswith("}"):
            assert process.poll() is None
            time.sleep(0.05)
        yield process, json.loads(told.read_text(encoding="utf-8"))["address"]
        process.kill()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.enable_socket
def test_a_cluster_without_workers_is_told(
    batch: Batch, source: Path, tmp_path: Path, scheduler: tuple[Any, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_dask, "_WITHOUT_WORKERS_S", 0.2)
    monkeypatch.setattr(engine_dask, "_LOOK_S", 0.1)
    with pytest.raises(EraGeoError, match="has had no worker"):
        batch(source, tmp_path / "out.csv", depth=Depth.WALK, workers=None, dask=scheduler[1])


@pytest.mark.filterwarnings("ignore")
@pytest.mark.enable_socket
def test_a_lost_scheduler_is_told(
    batch: Batch, source: Path, tmp_path: Path, scheduler: tuple[Any, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    process, address = scheduler
    looks = engine_dask._threads

    def kill(client: Any) -> int:
        process.kill()
        process.wait()
        return looks(client)

    monkeypatch.setattr(engine_dask, "_threads", kill)
    with pytest.raises(EraGeoError, match="was lost"):
        batch(source, tmp_path / "out.csv", depth=Depth.WALK, workers=None, dask=address)


def test_what_a_worker_finds_wrong_is_told_by_its_first_job(region: Region, options: Options) -> None:
    """The workers get ready before there is a job, and meet it then already."""
    other = replace(options, region="of another file")
    with pytest.raises(DataError, match="is not the one that the batch was begun with"):
        next(engines.Processes(2).results(iter([(0, []), (1, [])]), region.path, other))


def test_a_worker_starts_without_what_it_does_not_need() -> None:
    """Each worker pays for its start again: no command line, and no settings, which pydantic reads."""
    program = (
        "import runpy, sys; runpy.run_module('era_geo', run_name='__mp_main__'); import era_geo.batch.engines; print(*sys.modules)"
    )
    imported = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout.split()
    assert "era_geo.batch.look" in imported
    assert {"typer", "pydantic", "pydantic_settings", "era_geo.cli", "era_geo.settings"}.isdisjoint(imported)


def test_one_engine_at_a_time(batch: Batch, source: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="one way"):
        batch(source, tmp_path / "out.csv", workers=2, dask="tcp://127.0.0.1:1")


class _Broken:
    """A pool whose worker is lost while jobs are handed to it."""

    def __init__(self, *_: Any) -> None:
        self.taken = 0

    def submit(self, *_: Any) -> Future[bytes]:
        if self.taken == 2:  # one of them only starts the workers
            raise BrokenProcessPool
        self.taken += 1
        return Future()

    def shutdown(self, **_: Any) -> None: ...


def test_a_job_that_a_broken_pool_would_not_take_is_not_lost(
    monkeypatch: pytest.MonkeyPatch, options: Options, tmp_path: Path
) -> None:
    jobs: list[engines.Job] = [(number, []) for number in range(5)]
    left = iter(jobs)
    monkeypatch.setattr(engines, "ProcessPoolExecutor", _Broken)
    results = engines.Processes(2)._until_broken(left, tmp_path, options)
    with pytest.raises(StopIteration) as ended:
        next(results)
    assert [*ended.value.value, *left] == jobs
