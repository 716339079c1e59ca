"""`era-geo batch`: a table of addresses assessed row by row."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Annotated

import typer

from era_geo.cli_options import AsJson, RegionName, switched_off
from era_geo.model import Depth

Out = Annotated[Path, typer.Argument(metavar="OUT", help="Where to write: .csv, .xlsx, .parquet, .gpkg, .geojson, or a folder.")]


def batch(
    in_: Annotated[Path, typer.Argument(metavar="IN", help="Table of addresses: CSV, XLSX, Parquet, GeoPackage or GeoJSON.")],
    out: Out,
    region: RegionName = None,
    address_column: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Column of the address; give it once for each part, in order.")
    ] = None,
    uprn_column: Annotated[str | None, typer.Option(metavar="NAME", help="Column of the UPRN.")] = None,
    x_column: Annotated[
        str | None, typer.Option("--x-column", "--x", metavar="NAME", help="Column of longitude or easting.")
    ] = None,
    y_column: Annotated[
        str | None, typer.Option("--y-column", "--y", metavar="NAME", help="Column of latitude or northing.")
    ] = None,
    grid_column: Annotated[str | None, typer.Option(metavar="NAME", help="Column of the grid reference.")] = None,
    sheet: Annotated[
        str | None, typer.Option(help="Sheet of a workbook, or layer of a GeoPackage; the first if not given.")
    ] = None,
    delimiter: Annotated[
        str | None, typer.Option(metavar="SIGN", help="Delimiter of a CSV, or the word tab; told by the file if not given.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(metavar="NAME", help="Encoding of a CSV, such as windows-1252; told by the file if not given.")
    ] = None,
    depth: Annotated[Depth, typer.Option(help="How closely to look: places, ways on foot too, or everything.")] = Depth.FULL,
    radius: Annotated[float | None, typer.Option(metavar="M", help="Place radius in metres; the group's if not given.")] = None,
    doors: Annotated[int | None, typer.Option(metavar="N", min=0, help="Doors on each side; the group's if not given.")] = None,
    reason: Annotated[str | None, typer.Option(help="Written reason for a radius, or doors, past the limit.")] = None,
    off: Annotated[list[str] | None, typer.Option(metavar="LAYER=REASON", help="Switch a layer off, with the reason.")] = None,
    set_by: Annotated[str | None, typer.Option(help="Who set the radius given here.")] = None,
    as_of: Annotated[
        dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Date of the assessments; today if not given.")
    ] = None,
    radii: Annotated[
        str | None, typer.Option(metavar="M,M,...", help="Capacity study: what each of these radii, and doors, would ask for.")
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Worker processes; as many as the machine has cores.")] = None,
    dask: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Work on the Dask cluster of this scheduler.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with what an earlier run left unfinished.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Write over OUT, and begin unfinished work anew.")] = False,
    as_json: AsJson = False,
) -> None:
    """Assess every row of a table: what is near each property, how far, and what could not be looked up."""
    from era_geo import cli_progress, front, layerset, settings  # noqa: PLC0415 - slow to import
    from era_geo.batch import capacity, intake, partition, run, where, write  # noqa: PLC0415 - slow to import
    from era_geo.batch.options import Options  # noqa: PLC0415 - slow to import
    from era_geo.errors import UsageError  # noqa: PLC0415 - slow to import
    from era_geo.outputs import words  # noqa: PLC0415 - slow to import

    if bool(x_column) != bool(y_column):
        raise UsageError("Name both columns of the coordinates: --x-column and --y-column.")
    chosen = settings.load()
    opened = front.open_region(region, chosen)
    table = intake.open_table(in_, sheet=sheet, delimiter=delimiter, encoding=encoding)
    pair = (x_column, y_column) if x_column and y_column else None
    wheres = where.choose(
        table.columns, address=address_column or (), uprn=uprn_column, xy=pair, grid=grid_column, has_shape=table.crs is not None
    )
    _say(
        f"{in_.name}: {table.kind}, {words.count(table.count, 'row', 'rows')}. Properties by {', else by '.join(map(str, wheres))}."
    )
    date = as_of.date() if as_of else (run.date_of_unfinished(out) if resume else None)
    options = Options(
        layers=layerset.load(chosen),
        parameters=chosen.parameters(radius_m=radius, doors_each_side=doors, reason=reason, set_by=set_by),
        as_of=date or dt.datetime.now(tz=dt.UTC).astimezone().date(),
        depth=depth,
        off=dict(map(switched_off, off or [])),
        region=partition.identity_of(opened),
        radii=capacity.read_radii(radii) if radii else (),
    )
    request = run.Request(
        intake=table, wheres=wheres, out=out, region=opened, options=options,
        resume=resume, replace=replace, workers=workers, dask=dask,
    )  # fmt: skip
    try:
        with cli_progress.counted("rows") as progress:
            summary = run.run(request, progress)
    except KeyboardInterrupt:
        _say("era-geo: stopped. Finished rows are kept: give the same command again with --resume to go on.")
        raise typer.Exit(1) from None
    for sentence in summary.sentences([path.name for path in write.targets(out)]):
        _say(sentence)
    if as_json:
        typer.echo(json.dumps(summary.to_dict(), ensure_ascii=False, indent=2))


def _say(sentence: str) -> None:
    from era_geo.outputs.escape import line  # noqa: PLC0415 - slow to import

    typer.echo(line(sentence), err=True)
