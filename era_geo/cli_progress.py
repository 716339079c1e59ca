"""What `era-geo region` prints: progress to standard error, what was built and what is there to standard output."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from era_geo.outputs.escape import line
from era_geo.region import list_facts, row_facts
from era_geo.region.build import BuildReport
from era_geo.region.progress import Progress as Tell
from era_geo.region.region import RegionSource
from era_geo.region.shelf import Description, ShelvedRegion
from era_geo.vicinity.anchor import to_geojson

_EVERY_S = 10.0


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


@contextmanager
def counted(things: str) -> Iterator[Tell]:
    """Show a job that goes through many `things` (rows), with its rate and the time left; in a log file, a line now and then."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _RateLines(things)
        return
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(things), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True) as progress:
        yield _Bars(progress)


class _Rate(ProgressColumn):
    """How many things a second are done."""

    def __init__(self, things: str) -> None:
        super().__init__()
        self._things = things

    def render(self, task: Task) -> Text:
        """Give the words for one task."""
        return Text(f"{task.speed:,.0f} {self._things}/s" if task.speed else "")


class _RateLines:
    """Progress for a log file: a line when a stage begins, then one in `_EVERY_S`, with the rate and the time left."""

    def __init__(self, things: str) -> None:
        self._things = things
        self._stage = ""
        self._began = self._told = 0.0
        self._before = 0

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        now = time.monotonic()
        if stage != self._stage:
            self._stage, self._began, self._told, self._before = stage, now, now, done
            typer.echo(f"{stage}: {done:,} of {total:,} {self._things}" if total and done else stage, err=True)
        elif now - self._told >= _EVERY_S:
            self._told = now
            rate = (done - self._before) / (now - self._began)
            left = f", {_spoken((total - done) / rate)} left" if total and rate else ""
            of = f" of {total:,}" if total else ""
            typer.echo(f"{stage}: {done:,}{of} {self._things}, {rate:,.0f} a second{left}", err=True)


def _spoken(seconds: float) -> str:
    """Say a time as people do."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


class _Lines:
    """Progress for a log file: a line when a stage begins, then one in `_EVERY_S` with the share of it that is done."""

    def __init__(self) -> None:
        self._stage = ""
        self._told = 0.0

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        now = time.monotonic()
        if stage != self._stage:
            self._stage, self._told = stage, now
            typer.echo(stage, err=True)
        elif total and now - self._told >= _EVERY_S:
            self._told = now
            typer.echo(f"{stage}: {done / total:.0%}", err=True)


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
    typer.echo(f"Built the region '{report.name}' from {line(', '.join(report.sources))} in {report.seconds:.1f} s: {counted}.")
    for reason, count in report.unbuilt.items():
        typer.echo(f"Could not be built: {count:,} ({line(reason)}).")


def listed(regions: Sequence[ShelvedRegion], *, as_json: bool) -> None:
    """Print the regions, one a line, those that cannot be opened too."""
    if as_json:
        typer.echo(json.dumps([_plain(asdict(region)) for region in regions], ensure_ascii=False, indent=2))
        return
    if not regions:
        typer.echo("No region has been built yet. Build one: era-geo region build FILE --name NAME.")
    for region in regions:
        oldest, newest = region.dates
        dated = "date not known" if oldest is None else f"of {oldest}" if oldest == newest else f"of {oldest} to {newest}"
        said = region.problem or f"{', '.join(region.sources)} {dated}"
        typer.echo(f"{region.name}  {region.size_bytes / 1e6:.1f} MB  {line(said)}")


def described(region: Description, *, as_json: bool) -> None:
    """Print what is in a region, how old it is, and what could not be built."""
    if as_json:
        document = asdict(region) | {"sources": [_source(source) for source in region.sources]}
        typer.echo(json.dumps(_plain(document), ensure_ascii=False, indent=2))
        return
    typer.echo(f"{region.name}: {region.path}, {region.size_bytes / 1e6:.1f} MB, built {region.built}")
    typer.echo(f"Covers {region.coverage_km2:,.1f} km².")
    for source in region.sources:
        typer.echo(f"\n{line(source.name)} ({source.kind}), date: {source.date or 'not known'}")
        typer.echo(f"  coverage: {line(source.coverage_basis)}")
        if source.themes:
            typer.echo(f"  limited to: {line(', '.join(source.themes))}")
        typer.echo(f"  licence: {line(source.licence)}; credit: {line(source.credit)}")
        typer.echo(f"  checksum: {source.sha256}")
        for words in (*list_facts.described(source), *row_facts.described(source)):
            typer.echo(f"  {line(words)}")
    typer.echo("\nIn the file:")
    for table, count in region.counts.items():
        typer.echo(f"  {count:>10,} {table.replace('_', ' ')}")
    for reason, count in region.unbuilt.items():
        typer.echo(f"Could not be built: {count:,} ({line(reason)}).")


def _source(source: RegionSource) -> dict[str, object]:
    outline = None if source.coverage is None else to_geojson(source.coverage)
    return {key: outline if key == "coverage" else value for key, value in vars(source).items()}


def _plain(document: dict[str, object]) -> dict[str, object]:
    return {key: str(value) if isinstance(value, Path) else value for key, value in document.items()}
