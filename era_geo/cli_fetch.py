"""`era-geo region fetch`: what goes over the network is told first, then fetched, then built like any file."""

from __future__ import annotations

import typer

from era_geo import cli_progress
from era_geo.errors import UsageError
from era_geo.region import build as builder
from era_geo.region import download, fetched, overpass
from era_geo.settings import Settings
from era_geo.vicinity.anchor import to_geojson


def extract(name: str, settings: Settings, *, force: bool, replace: bool) -> None:
    """Fetch an extract by its name on the server, unless the region of that name is built from just what the server has.

    A file that was fetched before, and not built, is not fetched again.
    """
    offer = download.offer(name, settings)
    typer.echo(offer.sentence, err=True)
    path = download.path(name, settings)
    is_here = not force and download.held(name, settings) == offer
    if is_here and fetched.is_built_from(name, path, settings):
        typer.echo(f"The region '{name}' is built from exactly this file. Nothing to do.", err=True)
        return
    if not replace:
        fetched.refuse_to_lose(name, path, settings)
    with cli_progress.bar() as progress:
        if not is_here:
            path = download.fetch(name, offer, settings, lambda done, size: progress("fetching", done, size))
        report = builder.build([path], name=name, settings=settings, replace=True, progress=progress)
    cli_progress.built(report)


def small_region(name: str, around: str, reach_m: float, settings: Settings, *, replace: bool) -> None:
    """Fetch a small region from the Overpass server of the settings, and build it."""
    import shapely  # noqa: PLC0415 - slow to import

    builder.target(name, settings)  # a name that cannot be used is said before anything is sent
    area = overpass.Area(*_lonlat(around), reach_m)
    if not replace:
        fetched.refuse_to_lose(name, overpass.path(name, settings), settings)
    outline = shapely.box(*area.window)
    path = overpass.fetch(name, area, settings, say=lambda sentence: typer.echo(sentence, err=True))
    with cli_progress.bar() as progress:
        report = builder.build(
            [path], name=name, settings=settings, boundary=to_geojson(outline), themes=(), replace=True, progress=progress
        )
    cli_progress.built(report)


def _lonlat(text: str) -> tuple[float, float]:
    try:
        lon, lat = (float(part) for part in text.split(","))
    except ValueError:
        raise UsageError(f"--around {text}: write longitude and latitude, such as -3.1883,55.9533.") from None
    return lon, lat
