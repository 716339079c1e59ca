"""Long work begun in the app: each a process of its own that outlives a refresh, with its files in its owner's folder.

The process is this program's own command, so that the app and the command line do the same. It gives way to the people at work with
the app, and one person has one of a kind running at a time. Whether it runs is told by a lock that it holds until it ends, however
it ends. Only the account that began it is ever shown it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from era_geo.batch import lock
from era_geo.errors import EraGeoError, UsageError

_FACTS, _LOG, _LOCK, _STOPPED = "job.json", "log.txt", "running.lock", "stopped"
_STOP_S = 10.0
_DAY_S = 86_400.0
_ORPHAN_DAYS = 1.0
"""For how long a folder may wait for its work to be begun: somebody may still be saying which column is which."""
_GIVES_WAY = 10


class State(StrEnum):
    """Where a piece of work stands."""

    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True)
class Job(ABC):
    """One piece of work in its folder."""

    folder: Path

    @property
    def id(self) -> str:
        """What tells it from every other."""
        return self.folder.name

    @property
    def is_running(self) -> bool:
        """Whether its process is at work now."""
        return lock.is_held(self.folder / _LOCK)

    @property
    def was_stopped(self) -> bool:
        """Whether its owner stopped it, and has not gone on with it."""
        return (self.folder / _STOPPED).is_file()

    @property
    @abstractmethod
    def state(self) -> State:
        """Where it stands now."""

    @abstractmethod
    def done(self) -> float:
        """Give how much of it is done, 0 to 1, as the process last said."""

    def said(self) -> list[str]:
        """Give what the process has said so far: no address is in it."""
        try:
            return (self.folder / _LOG).read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return []


Found = TypeVar("Found", bound=Job)


class Jobs:
    """The work of one kind of one account.

    `kind` names its folder in `home`; `one` and `many` what a piece of it, and more of it, are called.
    """

    kind: str
    one: str
    many: str

    def __init__(self, home: Path, user: str) -> None:
        self._home = home
        self._folder = home / self.kind / hashlib.sha256(user.encode("utf-8")).hexdigest()[:32]

    def new_folder(self) -> Path:
        """Make a folder for work to come, which nobody else on this computer can read.

        Raises
        ------
        EraGeoError
            If it cannot be made.
        """
        folder = self._folder / uuid.uuid4().hex
        try:
            folder.mkdir(mode=0o700, parents=True)
        except OSError as error:
            raise EraGeoError(
                f"No folder could be made for this {self.one} ({error.strerror}). Ask whoever runs this app."
            ) from error
        return folder

    def stop(self, job: Job) -> None:
        """Ask the process to stop, and wait until it has."""
        if not job.is_running:  # the number that stands in the lock may be another process's by now
            return
        (job.folder / _STOPPED).touch()
        with suppress(OSError, ValueError):
            os.kill(int((job.folder / _LOCK).read_text(encoding="utf-8")), signal.SIGINT)
        end = time.monotonic() + _STOP_S
        while job.is_running and time.monotonic() < end:
            time.sleep(0.1)

    def delete(self, job: Job) -> None:
        """Stop the work and remove all its files."""
        self.stop(job)
        shutil.rmtree(job.folder, ignore_errors=True)

    def _found(self, read: Callable[[Path, dict[str, Any]], Found]) -> list[Found]:
        """Give each piece of work, read from its folder and what it was begun with. A folder in which nothing was begun is none."""
        found = []
        for file in self._folder.glob(f"*/{_FACTS}"):
            with suppress(OSError, ValueError, TypeError):  # of another version of the program
                found.append(read(file.parent, json.loads(file.read_text(encoding="utf-8"))))
        return found

    def _begin(self, job: Job, facts: dict[str, Any], arguments: Sequence[str]) -> None:
        self._run(job, arguments)  # what is refused is not kept
        (job.folder / _FACTS).write_text(json.dumps(facts), encoding="utf-8")

    def _run(self, job: Job, arguments: Sequence[str], *, anew: bool = False) -> None:
        if not lock.CAN_LOCK:
            raise UsageError(f"{self.many.capitalize()} in the app need Linux or macOS. Use the command line.")
        environment = {**os.environ, "ERA_GEO_HOME": str(self._home)}
        busy = f"You have a {self.one} running. Wait until it ends, or stop it, then begin the next."
        with (
            lock.held(self._folder / _LOCK, busy) as owners,
            lock.held(job.folder / _LOCK, busy) as its_own,
            (job.folder / _LOG).open("wb" if anew else "ab") as log,
        ):
            process = subprocess.Popen(  # noqa: S603 - our own program; the options are checked choices, never a shell's
                [sys.executable, "-m", "era_geo", *arguments],
                cwd=job.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[owners, its_own],
                start_new_session=True,
            )
            os.setpriority(os.PRIO_PROCESS, process.pid, _GIVES_WAY)
            os.write(its_own, str(process.pid).encode())
        (job.folder / _STOPPED).unlink(missing_ok=True)
        _CHILDREN.append(process)
        _CHILDREN[:] = [child for child in _CHILDREN if child.poll() is None]


_CHILDREN: list[subprocess.Popen[bytes]] = []
"""Processes that this server began, so that one which has ended is taken off the system's list."""


def sweep(folder: Path, days: float) -> int:
    """Remove the work of all accounts in `folder` that was touched last more than `days` ago; give how much was removed.

    What was never begun goes after a day. What is running stays.
    """
    gone = 0
    for each in folder.glob("*/*/"):
        kept_days = days if (each / _FACTS).is_file() else min(days, _ORPHAN_DAYS)
        with suppress(OSError):
            last = max(path.stat().st_mtime for path in (each, *each.iterdir()))
            if last < time.time() - kept_days * _DAY_S and not lock.is_held(each / _LOCK):
                shutil.rmtree(each)
                gone += 1
    return gone
