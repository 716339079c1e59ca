"""Batches begun in the app: each a process of its own that outlives a refresh, with its files in its owner's folder.

The process is `era-geo batch`, so that the app and the command line give the same rows. Whether it runs is told by a lock that the
process holds until it ends, however it ends. Only the account that began a batch is ever shown it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from era_geo.batch.work import folder_of
from era_geo.batch.write import targets
from era_geo.errors import EraGeoError, UsageError

try:
    import fcntl
except ImportError:  # not on Windows
    fcntl = None  # type: ignore[assignment]

_FACTS, _LOG, _LOCK = "batch.json", "log.txt", "running.lock"
_DONE_OF = re.compile(r"([\d,]+) of ([\d,]+)")
_STOP_S = 10.0


class State(StrEnum):
    """Where a batch stands."""

    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True)
class Facts:
    """What a batch was begun with.

    `name` is what its owner called the table, `table` the file it was kept as, `ending` that of the result, `options` those of the
    command.
    """

    name: str
    table: str
    rows: int
    region: str
    ending: str
    options: tuple[str, ...]
    begun_at: float


@dataclass(frozen=True)
class BatchJob:
    """One batch in its folder."""

    folder: Path
    facts: Facts

    @property
    def id(self) -> str:
        """What tells this batch from every other."""
        return self.folder.name

    @property
    def out(self) -> Path:
        """The result."""
        return self.folder / f"result{self.facts.ending}"

    @property
    def files(self) -> tuple[Path, ...]:
        """The files of the result, if it is there."""
        return tuple(path for path in targets(self.out) if path.is_file())

    @property
    def state(self) -> State:
        """Where it stands now."""
        if _is_held(self.folder / _LOCK):
            return State.RUNNING
        if self.out.is_file() and not folder_of(self.out).exists():
            return State.DONE
        return State.STOPPED if folder_of(self.out).exists() else State.FAILED

    def said(self) -> list[str]:
        """Give what the process has said so far: no address is in it."""
        try:
            return (self.folder / _LOG).read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return []

    def done(self) -> float:
        """Give how much of the rows is done, 0 to 1, as the process last said."""
        for line in reversed(self.said()):
            told = _DONE_OF.search(line)
            if told and line.startswith(("assessing", "writing")):
                done, total = (int(number.replace(",", "")) for number in told.groups())
                return min(1.0, done / total) if total else 0.0
        return 0.0


class BatchJobs:
    """The batches of one account."""

    def __init__(self, home: Path, user: str) -> None:
        self._home = home
        self._folder = home / "batches" / hashlib.sha256(user.encode("utf-8")).hexdigest()[:32]

    def new_folder(self) -> Path:
        """Make a folder for a batch to come, which nobody else on this computer can read.

        Raises
        ------
        EraGeoError
            If it cannot be made.
        """
        folder = self._folder / uuid.uuid4().hex
        try:
            folder.mkdir(mode=0o700, parents=True)
        except OSError as error:
            raise EraGeoError(f"No folder could be made for this batch ({error.strerror}). Ask whoever runs this app.") from error
        return folder

    def all(self) -> list[BatchJob]:
        """Give the account's batches, newest first. A folder in which nothing was begun is none."""
        found = []
        for file in self._folder.glob(f"*/{_FACTS}"):
            with suppress(OSError, ValueError, TypeError):
                told = json.loads(file.read_text(encoding="utf-8"))
                found.append(BatchJob(file.parent, Facts(**{**told, "options": tuple(told["options"])})))
        return sorted(found, key=lambda job: -job.facts.begun_at)

    def begin(self, folder: Path, facts: Facts) -> BatchJob:
        """Begin a batch over the table that lies in `folder`."""
        job = BatchJob(folder, facts)
        (folder / _FACTS).write_text(json.dumps(asdict(facts)), encoding="utf-8")
        self._run(job)
        return job

    def go_on(self, job: BatchJob) -> None:
        """Go on with a batch that was stopped, where it stopped.

        Raises
        ------
        UsageError
            If it is running.
        """
        if job.state is State.RUNNING:
            raise UsageError("This batch is running already.")
        self._run(job, "--resume")

    def stop(self, job: BatchJob) -> None:
        """Ask the process to stop, and wait until it has: finished rows are kept."""
        with suppress(OSError, ValueError):
            os.kill(int((job.folder / _LOCK).read_text(encoding="utf-8")), signal.SIGINT)
        end = time.monotonic() + _STOP_S
        while job.state is State.RUNNING and time.monotonic() < end:
            time.sleep(0.1)

    def delete(self, job: BatchJob) -> None:
        """Stop a batch and remove all its files."""
        self.stop(job)
        shutil.rmtree(job.folder, ignore_errors=True)

    def _run(self, job: BatchJob, *more: str) -> None:
        facts = job.facts
        command = [sys.executable, "-m", "era_geo", "batch", facts.table, job.out.name, *facts.options, "--workers", "1", *more]
        environment = {**os.environ, "ERA_GEO_HOME": str(self._home)}
        with _held(job.folder / _LOCK) as lock, (job.folder / _LOG).open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - our own program; the options are checked choices, never a shell's
                command,
                cwd=job.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                pass_fds=[lock],
                start_new_session=True,
            )
            os.write(lock, str(process.pid).encode())
        _CHILDREN.append(process)
        _CHILDREN[:] = [child for child in _CHILDREN if child.poll() is None]


_CHILDREN: list[subprocess.Popen[bytes]] = []
"""Processes that this server began, so that one which has ended is taken off the system's list."""


def options_of(region: str, columns: Sequence[tuple[str, str]], depth: str, radius_m: float | None) -> tuple[str, ...]:
    """Give a batch's choices as the command's options; `columns` are pairs of option and column name."""
    chosen = [f"{option}={column}" for option, column in columns]  # in one word: a column may be called --replace
    radius = [] if radius_m is None else ["--radius", f"{radius_m:g}"]
    return ("--region", region, "--depth", depth, *radius, *chosen)


@contextmanager
def _held(path: Path) -> Iterator[int]:
    """Open and lock a file. A process that is given the descriptor holds the lock until it ends."""
    if fcntl is None:
        raise UsageError("Batches in the app need Linux or macOS. Use the command line: era-geo batch IN OUT.")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield descriptor
    finally:
        os.close(descriptor)


def _is_held(path: Path) -> bool:
    if fcntl is None or not path.exists():
        return False
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
