"""Regions built and fetched in the app: `era-geo region` as a process of its own, with the files that were given in its folder."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from era_geo.ui.jobs import Job, Jobs, State

_SOURCES = "sources"
_SHARE = re.compile(r": (\d+)%$")
_BUILT = "Built the region "


@dataclass(frozen=True)
class Facts:
    """What the work was begun with: the region's name, what it is made `of` in words, and the command."""

    name: str
    of: str
    command: tuple[str, ...]
    begun_at: float


@dataclass(frozen=True)
class RegionJob(Job):
    """One region being built."""

    facts: Facts

    @property
    def state(self) -> State:
        """Where it stands now."""
        if self.is_running:
            return State.RUNNING
        if any(line.startswith(_BUILT) for line in self.said()):
            return State.DONE
        return State.STOPPED if self.was_stopped else State.FAILED

    def done(self) -> float:
        """Give how much of the stage it is in is done, 0 to 1, as the process last said."""
        told = _SHARE.search(next(iter(reversed(self.said())), ""))
        return min(1.0, int(told[1]) / 100) if told else 0.0


class RegionJobs(Jobs):
    """The regions that one account has built."""

    kind, one, many = "region-work", "region being built", "regions built"

    def all(self) -> list[RegionJob]:
        """Give the account's work, newest first. Files that a region was built from are not kept once it is."""
        found = self._found(lambda folder, told: RegionJob(folder, Facts(**{**told, "command": tuple(told["command"])})))
        for job in found:
            if (job.folder / _SOURCES).exists() and job.state is State.DONE:
                shutil.rmtree(job.folder / _SOURCES, ignore_errors=True)
        return sorted(found, key=lambda job: -job.facts.begun_at)

    def begin(self, folder: Path, facts: Facts) -> RegionJob:
        """Begin.

        Raises
        ------
        UsageError
            If this account has another region being built.
        """
        job = RegionJob(folder, facts)
        self._begin(job, asdict(facts), facts.command)
        return job

    def again(self, job: RegionJob) -> None:
        """Begin anew what was stopped or failed; what has arrived of a download is kept.

        Raises
        ------
        UsageError
            If this account has a region being built.
        """
        self._run(job, job.facts.command, anew=True)


def place_for(folder: Path, number: int, name: str) -> Path:
    """Give where the file that was given as the `number`th is put."""
    path = folder / _SOURCES / str(number) / name
    path.parent.mkdir(parents=True)
    return path


def build_command(folder: Path, files: Sequence[Path], name: str, *, replace: bool) -> tuple[str, ...]:
    """Give the command that builds the region `name` from files in `folder`."""
    again = ["--replace"] if replace else []
    return ("region", "build", f"--name={name}", *again, "--", *(str(file.relative_to(folder)) for file in files))


def fetch_command(
    name: str, around: tuple[float, float] | None = None, reach_m: float = 0.0, *, replace: bool = False
) -> tuple[str, ...]:
    """Give the command that fetches the extract `name`, or what is `around` a longitude and latitude, and builds it."""
    area = [] if around is None else [f"--around={around[0]:.6f},{around[1]:.6f}", f"--reach={reach_m:g}"]
    again = ["--replace"] if replace else []
    return ("region", "fetch", *area, *again, "--", name)
