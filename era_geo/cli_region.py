"""`era-geo region`: build a region from open data, fetch one, and see what is in it and how old it is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from era_geo.cli_options import AsJson
from era_geo.errors import UsageError

app = typer.Typer(help="Regions: the open data that everything is looked up in.", no_args_is_help=True)

Boundary = Annotated[Path | None, typer.Option(help="GeoJSON or .poly file of the area that the files cover.")]
Replace = Annotated[bool, typer.Option("--replace", help="Replace a region of this name.")]


@app.command()
def build(
    sources: Annotated[list[Path], typer.Argument(help="Files, told apart by content: .osm, .osm.pbf, lists, gazetteers.")],
    name: Annotated[str, typer.Option(help="Name of the region.")],
    boundary: Boundary = None,
    theme: Annotated[
        list[str] | None, typer.Option(help="What the map file is limited to, such as shop=*; worked out if not given.")
    ] = None,
    replace: Replace = False,
) -> None:
    """Build a region file from files of open data, whole or not at all."""
    from era_geo import cli_progress, settings  # noqa: PLC0415 - slow to import
    from era_geo.region import build as builder  # noqa: PLC0415 - slow to import

    with cli_progress.bar() as progress:
        report = builder.build(
            sources, name=name, settings=settings.load(), boundary=boundary, themes=theme, replace=replace, progress=progress
        )
    cli_progress.built(report)


@app.command()
def fetch(
    name: Annotated[str, typer.Argument(help="Name of the extract on the server, such as scotland; or of the small region.")],
    around: Annotated[
        str | None, typer.Option(metavar="LON,LAT", help="Fetch a small region around this point from the Overpass server.")
    ] = None,
    reach: Annotated[float, typer.Option(metavar="M", help="With --around: metres to each side.")] = 1000.0,
    force: Annotated[bool, typer.Option("--force", help="Fetch and build even if the server has nothing newer.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Replace a region that has other sources, which are lost.")] = False,
) -> None:
    """Fetch open data over the network and build a region from it. Only what is named here leaves this machine."""
    from era_geo import cli_fetch, settings  # noqa: PLC0415 - slow to import

    if around is None:
        cli_fetch.extract(name, settings.load(), force=force, replace=replace)
    else:
        cli_fetch.small_region(name, around, reach, settings.load(), replace=replace)


@app.command(name="list")
def list_regions(as_json: AsJson = False) -> None:
    """List the regions that have been built: what they are from, and how old."""
    from era_geo import cli_progress, settings  # noqa: PLC0415 - slow to import
    from era_geo.region import shelf  # noqa: PLC0415 - slow to import

    cli_progress.listed(shelf.list_regions(settings.load()), as_json=as_json)


@app.command()
def info(name: Annotated[str, typer.Argument(help="Name of the region.")], as_json: AsJson = False) -> None:
    """Say what is in a region: sources, dates, coverage, counts, and what could not be built."""
    from era_geo import cli_progress, front  # noqa: PLC0415 - slow to import
    from era_geo.region import shelf  # noqa: PLC0415 - slow to import

    cli_progress.described(shelf.describe(front.open_region(name)), as_json=as_json)


@app.command()
def remove(
    name: Annotated[str, typer.Argument(help="Name of the region.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove a region. Records made with it keep what they hold."""
    from era_geo import settings  # noqa: PLC0415 - slow to import
    from era_geo.region import shelf  # noqa: PLC0415 - slow to import

    chosen = settings.load()
    if not yes and not typer.confirm(f"Remove the region '{name}'?", err=True):
        raise UsageError("Nothing was removed.")
    shelf.remove(name, chosen)
    typer.echo(f"Removed the region '{name}'.", err=True)


@app.command()
def diff(
    old: Annotated[str, typer.Argument(help="The older region.")],
    new: Annotated[str, typer.Argument(help="The newer region.")],
    near: Annotated[str, typer.Option(help="Address, or anything that `locate` understands; looked up in the newer region.")],
    radius: Annotated[float | None, typer.Option(metavar="M", help="Metres; the group's place radius if not given.")] = None,
    reason: Annotated[str | None, typer.Option(help="Written reason for a radius past the limit.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say what changed near a property between two regions: places, buildings, entrances and paths."""
    from era_geo import cli_diff  # noqa: PLC0415 - slow to import

    cli_diff.compare(old, new, near, radius_m=radius, reason=reason, as_json=as_json)
