"""Where partitions are worked on: in this process, in worker processes of this machine, or on a Dask cluster. Results are the same.

An engine takes an iterator of jobs and gives results as they come, with only a few jobs under way at a time, so that memory does
not grow with the rows. A worker that is lost is replaced, and its job done again, a few times.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.connection import wait as wait_for
from pathlib import Path
from typing import Protocol

from era_geo.batch.engine_dask import AHEAD, Dask
from era_geo.batch.options import Options, Question
from era_geo.batch.partition import get_ready, run_partition
from era_geo.batch.work import packed
from era_geo.errors import EraGeoError, UsageError

Job = tuple[int, list[Question]]
Result = tuple[int, bytes]

_TRIES = 3


class Engine(Protocol):
    """Works on partitions."""

    def results(self, jobs: Iterator[Job], region: Path, options: Options) -> Generator[Result, None, None]:
        """Give each job's number and its two tables, packed, in any order."""


@dataclass(frozen=True)
class InProcess:
    """One partition after another, in this process."""

    def results(self, jobs: Iterator[Job], region: Path, options: Options) -> Generator[Result, None, None]:
        """Give results in the order of the jobs."""
        for number, questions in jobs:
            yield number, packed(run_partition(questions, region, options))


@dataclass(frozen=True)
class Processes:
    """Worker processes on this machine, started afresh, so that it is the same on every system.

    The region is not copied: each worker reads the one file through the operating system's page cache.
    """

    workers: int

    def results(self, jobs: Iterator[Job], region: Path, options: Options) -> Generator[Result, None, None]:
        """Give results as they come.

        Raises
        ------
        EraGeoError
            If a job ended its worker process several times.
        """
        tries: dict[int, int] = {}
        waiting = jobs
        while True:
            lost = yield from self._until_broken(waiting, region, options)
            if not lost:
                return
            for number, _ in lost:
                tries[number] = tries.get(number, 0) + 1
            worst = max(tries.values())
            if worst >= _TRIES:
                raise EraGeoError(
                    f"A worker process ended {worst} times before it was done, perhaps for want of memory. Finished rows are kept: "
                    "give the same command again with --resume, and with fewer --workers."
                )
            waiting = _first(lost, jobs)

    def _until_broken(self, jobs: Iterator[Job], region: Path, options: Options) -> Generator[Result, None, list[Job]]:
        """Give results until a worker is lost; return the jobs that were under way."""
        context = multiprocessing.get_context("spawn")
        heard, held = context.Pipe(duplex=False)
        pool = ProcessPoolExecutor(self.workers, context, _begin, (heard, region, options))
        running: dict[Future[bytes], Job] = {}
        taken: Job | None = None
        try:
            pool.submit(_nothing)  # it starts its processes when it is first given work: now, while the first rows are read
            while True:
                while len(running) < self.workers * AHEAD and (taken := next(jobs, None)) is not None:
                    running[pool.submit(_work, taken[1])] = taken
                    taken = None
                if not running:
                    break
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    result = future.result()
                    number, _ = running.pop(future)
                    yield number, result
        except BrokenProcessPool:  # told by a result, or by the pool when it is to take a job more
            return [*running.values(), *([taken] if taken else [])]
        finally:
            # Whatever stops the run (Ctrl-C, a full disk), the workers end with it and need not finish what they are at.
            held.close()
            pool.shutdown(wait=True, cancel_futures=True)
            heard.close()
        return []


def _first(lost: list[Job], jobs: Iterator[Job]) -> Iterator[Job]:
    yield from lost
    yield from jobs


class _Bench:
    """What a worker process holds on to: the region and the options, told once."""

    region: Path
    options: Options


def _begin(parent: Connection, region: Path, options: Options) -> None:
    """Make a process a worker: Ctrl-C is for the parent alone, and when the parent stops or dies, the worker ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _Bench.region, _Bench.options = region, options
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    with suppress(Exception):  # whatever it is, the first job meets it again and tells it
        get_ready(region, options)


def _nothing() -> None:
    """Do nothing, in a worker that is ready."""


def _end_with(parent: Connection) -> None:
    process = multiprocessing.parent_process()
    wait_for([parent, *([process.sentinel] if process else [])])
    os._exit(1)


def _work(questions: list[Question]) -> bytes:
    return packed(run_partition(questions, _Bench.region, _Bench.options))


def choose(workers: int | None, dask: str | None, partitions: int) -> Engine:
    """Give the engine: a cluster if one is named, else as many processes as asked for (the machine's cores), no more than needed.

    Raises
    ------
    UsageError
        If both are named.
    """
    if dask is not None:
        if workers is not None:
            raise UsageError("Say where to work in one way: --workers or --dask.")
        return Dask(dask)
    count = min(workers or os.cpu_count() or 1, partitions)
    return Processes(count) if count > 1 else InProcess()
