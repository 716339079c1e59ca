"""The command line: one thin function for each command. The work is done elsewhere, where Python scripts reach it too.

Exit codes: 0 fine, 1 failure, 2 usage. With `--json` one JSON document goes to standard output and nothing else; progress and
messages go to standard error.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Annotated

import typer

from era_geo import __version__, cli_batch, cli_demand, cli_layers, cli_record, cli_region, cli_sheet, garbage
from era_geo.cli_options import AsJson, Network, RegionName, switched_off
from era_geo.errors import EraGeoError, UsageError
from era_geo.model import Depth

app = typer.Typer(
    name="era-geo",
    help="Facts about the immediate vicinity of a proposed address, for Environmental Risk Assessments (ERA) in Scotland.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(cli_region.app, name="region")
app.add_typer(cli_layers.app, name="layers")
app.add_typer(cli_record.app, name="record")
app.command(name="batch")(cli_batch.batch)
app.add_typer(cli_sheet.app, name="sheet")
app.command(name="demand")(cli_demand.demand)


def main() -> None:
    """Run the command line: every error of ours becomes a sentence and an exit code, never a traceback."""
    code = run(sys.argv[1:])
    garbage.never_again()
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run one command and give its exit code."""
    try:
        app(arguments, prog_name="era-geo")
    except SystemExit as stop:
        if isinstance(stop.code, str):  # a benchmark says so why it stops
            typer.echo(f"era-geo: {stop.code}", err=True)
        return _exit_code(stop.code)
    except EraGeoError as error:
        typer.echo(f"era-geo: {error}", err=True)
        return error.exit_code
    except KeyboardInterrupt:
        typer.echo("era-geo: stopped.", err=True)
        return 1
    return 0


def _exit_code(code: object) -> int:
    """Give one of the three codes that are promised; typer has others of its own for an interrupt."""
    if code is None or code == 0:
        return 0
    return 2 if code == 2 else 1


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"era-geo {__version__}")
        raise typer.Exit


@app.callback()
def _everywhere(
    _version: Annotated[
        bool, typer.Option("--version", help="Print the version and stop.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    pass


@app.command(name="app")
def open_app(
    port: Annotated[int, typer.Option(help="Port on this machine.", min=1, max=65535)] = 8501,
    browser: Annotated[bool, typer.Option(help="Open the app in the browser.")] = True,
    address: Annotated[str, typer.Option(help="Address to serve; another than 127.0.0.1 needs sign-in.")] = "127.0.0.1",
) -> None:
    """Open the app in the browser, on this machine only (127.0.0.1) unless people sign in."""
    from era_geo import settings  # noqa: PLC0415 - slow to import
    from era_geo.ui import serve  # noqa: PLC0415 - slow to import

    raise typer.Exit(serve.run(settings.load(), port=port, browser=browser, address=address))


@app.command()
def locate(
    text: Annotated[str, typer.Argument(help="Address, postcode, UPRN, grid reference or coordinates.")],
    region: RegionName = None,
    as_json: AsJson = False,
    explain: Annotated[bool, typer.Option(help="Say step by step how the answer came about.")] = False,
    network: Network = False,
) -> None:
    """Find the property that TEXT means, and say how exactly it is known."""
    from era_geo import cli_print, contract, front  # noqa: PLC0415 - slow to import

    result = front.locate(text, front.open_region(region), network=network, say=_say)
    if as_json:
        typer.echo(contract.to_json(result), nl=False)
    else:
        cli_print.located(result, explain=explain)
    raise typer.Exit(cli_print.exit_code(result))


@app.command()
def assess(
    text: Annotated[str | None, typer.Argument(help="Address, or anything else that `locate` understands.")] = None,
    uprn: Annotated[str | None, typer.Option(help="Unique property reference number.")] = None,
    grid: Annotated[str | None, typer.Option(help="Grid reference, such as 'NS 75663 55294'.")] = None,
    lonlat: Annotated[str | None, typer.Option(help="Longitude and latitude, such as -3.1883,55.9533.")] = None,
    region: RegionName = None,
    radius: Annotated[
        float | None, typer.Option(metavar="M", help="Place radius in metres; the group's setting if not given.")
    ] = None,
    doors: Annotated[
        int | None, typer.Option(metavar="N", min=0, help="Doors to check on each side; the group's setting if not given.")
    ] = None,
    reason: Annotated[str | None, typer.Option(help="Written reason for a radius, or doors, past the limit.")] = None,
    doors_reason: Annotated[
        str | None, typer.Option(help="Written reason for the doors, if it is another than the radius's.")
    ] = None,
    off: Annotated[list[str] | None, typer.Option(metavar="LAYER=REASON", help="Switch a layer off, with the reason.")] = None,
    set_by: Annotated[str | None, typer.Option(help="Who set the radius, or the doors, given here.")] = None,
    confirmed_by: Annotated[str | None, typer.Option(help="Who confirmed that this is the property.")] = None,
    as_of: Annotated[
        dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Date of the assessment; today if not given.")
    ] = None,
    depth: Annotated[Depth, typer.Option(help="How closely to look: places, ways on foot too, or everything.")] = Depth.FULL,
    reference: Annotated[str | None, typer.Option(help="Case reference for file names. Never a person's name.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write the map, tables, pictures, maps to print and draft record into this folder.")
    ] = None,
    network: Network = False,
    as_json: AsJson = False,
) -> None:
    """Look closely at the immediate vicinity of one property: what is there, how far, and what could not be looked up."""
    from era_geo import cli_print, contract, front, settings  # noqa: PLC0415 - slow to import

    opened = front.open_region(region)
    query = _one_of(text, uprn, grid, lonlat)
    result = front.locate(query, opened, network=network, say=_say)
    site = front.site_from(cli_print.only_candidate(result), opened, query=query, confirmed_by=confirmed_by)
    chosen = settings.load()
    homes = chosen.address_parameter(doors_each_side=doors, reason=doors_reason or reason, set_by=set_by)
    parameters = chosen.parameters(radius_m=radius, reason=reason, set_by=set_by, homes=homes)
    date = as_of.date() if as_of else dt.datetime.now(tz=dt.UTC).astimezone().date()
    assessment = front.assess(site, opened, parameters=parameters, as_of=date, off=dict(map(switched_off, off or [])), depth=depth)
    if out is not None:
        from era_geo.outputs import export  # noqa: PLC0415 - slow to import

        for path in export.write_all(assessment, opened, out, reference=reference):
            typer.echo(f"wrote {path}", err=True)
    if as_json:
        typer.echo(contract.to_json(assessment), nl=False)
    else:
        cli_print.assessed(assessment)


@app.command()
def doctor() -> None:
    """Check that this installation works: settings, folders, layer files, regions."""
    from era_geo import cli_doctor  # noqa: PLC0415 - slow to import

    raise typer.Exit(cli_doctor.examine())


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def bench(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Which benchmark; without one the benchmarks are listed.")] = "",
) -> None:
    """Measure, beside the peers where they are installed, and save figures and ratios under docs/benchmarks."""
    from era_geo import cli_bench  # noqa: PLC0415 - slow to import

    raise typer.Exit(cli_bench.run(name, context.args))


def _say(sentence: str) -> None:
    typer.echo(sentence, err=True)


def _one_of(text: str | None, uprn: str | None, grid: str | None, lonlat: str | None) -> str:
    given = [value for value in (text, uprn, grid, lonlat) if value is not None]
    if len(given) != 1:
        raise UsageError("Say where in one way: an address, or one of --uprn, --grid and --lonlat.")
    if uprn is not None and not (uprn.isascii() and uprn.isdigit() and len(uprn) <= 12):
        raise UsageError(f"--uprn {uprn}: a UPRN is a number of up to 12 digits.")
    if lonlat is not None:
        _check_lonlat(lonlat)
    return given[0]


def _check_lonlat(option: str) -> None:
    """Refuse at once what is no point of Great Britain, which a search would take for words."""
    from era_geo import crs  # noqa: PLC0415 - slow to import

    try:
        lon, lat = (float(part) for part in option.split(","))
    except ValueError:
        raise UsageError(f"--lonlat {option}: write longitude and latitude, such as -3.1883,55.9533.") from None
    crs.point_to_bng(lon, lat)
