"""What `era-geo region` prints: progress to standard error, what was built and what is there to standard output."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn

from era_geo.outputs.escape import line
from era_geo.region.build import BuildReport
from era_geo.region.progress import Progress as Tell


@contextmanager
def bar() -> Iterator[Tell]:
    """Show each stage of a long job as a bar on standard error; where that is no terminal, as a line for each stage."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines()
        return
    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn()
    with Progress(*columns, console=console, transient=True) as progress:
        yield _Bars(progress)


class _Lines:
    """Progress for a log file: one line when a stage begins."""

    def __init__(self) -> None:
        self._stage = ""

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        del done, total
        if stage != self._stage:
            self._stage = stage
            click.echo(stage, err=True)


class _Bars:
    """Progress for a person: one bar for each stage."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        if stage not in self._tasks:
            self._tasks[stage] = self._progress.add_task(stage, total=total)
        self._progress.update(self._tasks[stage], completed=done, total=total)


def built(report: BuildReport) -> None:
    """Print what a build made, and what could not be built."""
    counted = ", ".join(f"{count:,} {table.replace('_', ' ')}" for table, count in report.counts.items() if count)
    click.echo(f"Built the region '{report.name}' from {line(', '.join(report.sources))} in {report.seconds:.1f} s: {counted}.")
    for reason, count in report.unbuilt.items():
        click.echo(f"Could not be built: {count:,} ({line(reason)}).")
