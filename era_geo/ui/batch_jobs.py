"""Batches begun in the app: `era-geo batch` as a process of its own, with the table and the result in its owner's folder."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from era_geo.batch import capacity_files
from era_geo.batch.work import folder_of
from era_geo.batch.write import targets
from era_geo.ui.jobs import Job, Jobs, State

_DONE_OF = re.compile(r"([\d,]+) of ([\d,]+)")


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
class BatchJob(Job):
    """One batch in its folder."""

    facts: Facts

    @property
    def out(self) -> Path:
        """The result."""
        return self.folder / f"result{self.facts.ending}"

    @property
    def files(self) -> tuple[Path, ...]:
        """The files of the result, if it is there."""
        return tuple(path for path in (*targets(self.out), *capacity_files.targets(self.out)) if path.is_file())

    @property
    def state(self) -> State:
        """Where it stands now."""
        if self.is_running:
            return State.RUNNING
        if self.out.is_file() and not folder_of(self.out).exists():
            return State.DONE
        return State.STOPPED if self.was_stopped or folder_of(self.out).exists() else State.FAILED

    def done(self) -> float:
        """Give how much of the rows is done, 0 to 1, as the process last said."""
        for line in reversed(self.said()):
            told = _DONE_OF.search(line)
            if told and line.startswith(("assessing", "writing")):
                done, total = (int(number.replace(",", "")) for number in told.groups())
                return min(1.0, done / total) if total else 0.0
        return 0.0


class BatchJobs(Jobs):
    """The batches of one account."""

    kind, one, many = "batches", "batch", "batches"

    def all(self) -> list[BatchJob]:
        """Give the account's batches, newest first."""
        found = self._found(lambda folder, told: BatchJob(folder, Facts(**{**told, "options": tuple(told["options"])})))
        return sorted(found, key=lambda job: -job.facts.begun_at)

    def begin(self, folder: Path, facts: Facts) -> BatchJob:
        """Begin a batch over the table that lies in `folder`.

        Raises
        ------
        UsageError
            If another batch of this account is running.
        """
        job = BatchJob(folder, facts)
        self._begin(job, asdict(facts), _command(job))
        return job

    def go_on(self, job: BatchJob) -> None:
        """Go on with a batch that was stopped, where it stopped.

        Raises
        ------
        UsageError
            If it, or another batch of this account, is running.
        """
        self._run(job, [*_command(job), "--resume"])


def _command(job: BatchJob) -> list[str]:
    return ["batch", job.facts.table, job.out.name, *job.facts.options, "--workers", "1"]


def options_of(region: str, columns: Sequence[tuple[str, str]], more: Sequence[str] = ()) -> tuple[str, ...]:
    """Give a batch's choices as the command's options; `columns` are pairs of option and column name."""
    chosen = [f"{option}={column}" for option, column in columns]  # in one word: a column may be called --replace
    return ("--region", region, *more, *chosen)
