"""Partitions worked on by a Dask cluster. What goes wrong with the cluster is a sentence, and finished rows are kept."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from era_geo.batch.options import Options, Question
from era_geo.batch.partition import run_partition
from era_geo.batch.work import packed
from era_geo.errors import EraGeoError, UsageError

AHEAD = 2
"""Jobs that wait for each thread of the cluster: none stands idle while the next part of the table is read."""

_TRIES = 3
_LOOK_S = 1.0
_WITHOUT_WORKERS_S = 60.0  # a cluster that grows by itself needs a while
_GO_ON = "Finished rows are kept: give the same command again with --resume to go on."


@dataclass(frozen=True)
class Dask:
    """A Dask cluster, by the address of its scheduler. Every worker needs the region file at the same path."""

    address: str

    def results(
        self, jobs: Iterator[tuple[int, list[Question]]], region: Path, options: Options
    ) -> Generator[tuple[int, bytes], None, None]:
        """Give results as they come; workers that come or go meanwhile are counted anew.

        Raises
        ------
        UsageError
            If `distributed` is not installed, or the scheduler does not answer.
        EraGeoError
            If the scheduler is lost, no worker is there for long, or a partition could not be done on any worker.
        """
        running: dict[Any, int] = {}
        with self._client() as client, client.as_current(), self._losses():
            while True:
                room = max(1, _threads(client)) * AHEAD
                while len(running) < room and (job := next(jobs, None)) is not None:
                    running[client.submit(_far_work, job[1], region, options, retries=_TRIES, pure=False)] = job[0]
                if not running:
                    return
                for future in self._finished(client, list(running)):
                    yield running.pop(future), _result(future)

    def _client(self) -> Any:
        try:
            import distributed  # noqa: PLC0415 - an extra
        except ImportError as error:
            raise UsageError("A Dask cluster needs the extra 'dask': pip install 'era-geo[dask]'.") from error
        try:
            return distributed.Client(self.address, timeout="20s", set_as_default=False)  # type: ignore[no-untyped-call]
        except (OSError, ValueError) as error:
            raise UsageError(f"No Dask scheduler answers at {self.address}. Start one, or use --workers.") from error

    def _finished(self, client: Any, futures: list[Any]) -> set[Any]:
        """Wait for at least one; not for ever where there is nobody to work on it."""
        import distributed  # noqa: PLC0415 - an extra

        without = 0.0
        while True:
            try:
                done: set[Any] = distributed.wait(futures, timeout=_LOOK_S, return_when="FIRST_COMPLETED").done  # type: ignore[no-untyped-call]
            except TimeoutError:
                without = 0.0 if _threads(client) else without + _LOOK_S
                if without >= _WITHOUT_WORKERS_S:
                    raise EraGeoError(
                        f"The Dask cluster at {self.address} has had no worker for {without:.0f} s. Start workers for it. {_GO_ON}"
                    ) from None
                continue
            return done

    @contextmanager
    def _losses(self) -> Iterator[None]:
        from distributed.client import ClosedClientError  # noqa: PLC0415 - an extra
        from distributed.comm.core import CommClosedError  # noqa: PLC0415 - an extra
        from distributed.scheduler import KilledWorker  # noqa: PLC0415 - an extra

        try:
            yield
        except KilledWorker as error:
            raise EraGeoError(f"Workers of the cluster were lost again and again over the same rows. {_GO_ON}") from error
        except (CancelledError, ClosedClientError, CommClosedError, OSError) as error:
            raise EraGeoError(f"The Dask scheduler at {self.address} was lost. Start it again. {_GO_ON}") from error


def _threads(client: Any) -> int:
    return sum(client.nthreads().values())


def _result(future: Any) -> bytes:
    failure = future.exception() if future.status == "error" else None
    if isinstance(failure, OSError):  # a worker's own, which is no loss of the scheduler
        raise EraGeoError(f"A worker of the cluster could not read a file ({failure}). {_GO_ON}")
    done: bytes = future.result()
    return done


def _far_work(questions: list[Question], region: Path, options: Options) -> bytes:
    return packed(run_partition(questions, region, options))
