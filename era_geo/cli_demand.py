"""`era-geo demand`: how many ERAs a year a caseload asks for, under each rule profile."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from era_geo.cli_options import AsJson
from era_geo.errors import UsageError

_MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

if TYPE_CHECKING:
    from era_geo.record.demand import Demand
    from era_geo.record.effort import Effort


def demand(
    caseload: Annotated[Path, typer.Argument(metavar="CASELOAD", help="CSV file: a row for each person, or for a group alike.")],
    first: Annotated[
        dt.datetime | None,
        typer.Option("--from", formats=["%Y-%m"], help="First of the twelve months, such as 2026-04; this month if not given."),
    ] = None,
    profile: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Rule profile; may be given again. Each one if not given.")
    ] = None,
    share: Annotated[
        bool, typer.Option("--share", help="Leave out counts under 5, and those by which one could be found: for outside the team.")
    ] = False,
    study: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Table of a capacity study (OUT-capacity.csv): what each parameter would make agencies check in a year.",
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write table, chart and JSON into this folder.")] = None,
    write_example: Annotated[
        bool, typer.Option("--write-example", help="Write an invented caseload to CASELOAD, which shows the columns, and stop.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Count the ERAs that a caseload asks for in twelve months, month by month, under each rule profile."""
    from era_geo import settings  # noqa: PLC0415 - slow to import
    from era_geo.record import demand as counting  # noqa: PLC0415 - slow to import
    from era_geo.record import demandread, demandwords, profileload  # noqa: PLC0415 - slow to import
    from era_geo.record import effort as checking  # noqa: PLC0415 - slow to import

    if write_example:
        _write_example(demandread.EXAMPLE, caseload)
        return
    chosen = settings.load()
    profiles = profileload.load_profiles(chosen)
    wanted = [profileload.load_profile(chosen, name) for name in profile] if profile else list(profiles.values())
    start = first.date() if first else dt.datetime.now(tz=dt.UTC).astimezone().date()
    counted = [*wanted, *(one for one in profiles.values() if one not in wanted)] if share else wanted
    result = counting.demand(demandread.read_caseload(caseload), counted, start)
    if share:  # over all profiles, whichever are shown: two runs over different ones could be subtracted
        result = demandwords.for_sharing(result)
        result = replace(result, profiles=result.profiles[: len(wanted)])
    if study is not None:  # from what is shared: a suppressed number of ERAs cannot be worked out from their checks
        totals = {profile.profile: profile.total for profile in result.profiles}
        result = replace(result, effort=checking.effort(totals, checking.read_study(study)))
    if out is not None:
        _write(result, out)
    if as_json:
        typer.echo(demandwords.to_json(result), nl=False)
    else:
        _print(result)


def _write_example(example: Path, path: Path) -> None:
    try:
        with example.open("rb") as source, path.open("xb") as target:
            shutil.copyfileobj(source, target)
    except FileExistsError:
        raise UsageError(f"{path} is there already. Give a name that is free.") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}).") from error
    typer.echo(f"wrote {path}", err=True)


def _write(result: Demand, folder: Path) -> None:
    from era_geo.outputs.table import Table, to_csv  # noqa: PLC0415 - slow to import
    from era_geo.record import demandchart, demandwords  # noqa: PLC0415 - slow to import

    files: dict[str, str | bytes] = {
        "demand.csv": to_csv(Table(*demandwords.table(result))),
        "demand.json": demandwords.to_json(result),
        "demand.svg": demandchart.render_svg(result),
        "demand.png": demandchart.render_png(result),
        "demand.txt": "\n".join([*demandwords.sentences(result), demandchart.alternative_text(result)]) + "\n",
    }
    if result.effort is not None:
        files |= _effort_files(result.effort)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
            typer.echo(f"wrote {folder / name}", err=True)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written to ({error.strerror}).") from error


def _effort_files(effort: Effort) -> dict[str, str | bytes]:
    from era_geo.outputs.table import Table, to_csv  # noqa: PLC0415 - slow to import
    from era_geo.record import effortchart, effortwords  # noqa: PLC0415 - slow to import

    return {
        "effort.csv": to_csv(Table(*effortwords.table(effort))),
        "effort.svg": effortchart.render_svg(effort),
        "effort.png": effortchart.render_png(effort),
        "effort.txt": effortchart.alternative_text(effort) + "\n",
    }


def _print(result: Demand) -> None:
    from era_geo.record import demandwords  # noqa: PLC0415 - slow to import

    for sentence in demandwords.sentences(result):
        typer.echo(sentence)
    _, rows = demandwords.table(result)
    heading = ["", *(_MONTH_NAMES[int(month[5:]) - 1] for month in result.months), "year"]
    cells = [heading, *([str(cell) for cell in row[1:]] for row in rows)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(cells[0]))]
    profile = None
    for row, texts in zip(rows, cells[1:], strict=True):
        if row[0] != profile:
            profile = row[0]
            typer.echo(f"\n{profile}\n  {_aligned(cells[0], widths)}")
        typer.echo(f"  {_aligned(texts, widths)}")
    typer.echo("\nThis takes for granted:")
    for text in (*result.assumptions, *result.notes):
        typer.echo(f"  {text}")
    if result.effort is not None:
        _print_effort(result.effort)


def _print_effort(effort: Effort) -> None:
    from era_geo.record import effortwords  # noqa: PLC0415 - slow to import

    typer.echo("\nWhat each parameter would make agencies check in a year\n")
    columns, rows = effortwords.table(effort)
    shown = [[f"{row[0]} {row[1]:g} {row[2]}", *map(_figure, row[3:4]), *map(_figure, row[6:])] for row in rows]
    cells = [["", columns[3], *columns[6:]], *shown]
    widths = [max(len(row[place]) for row in cells) for place in range(len(cells[0]))]
    for texts in cells:
        typer.echo(f"  {_aligned(texts, widths)}")
    typer.echo("")
    for note in effort.notes:
        typer.echo(f"  {note}")


def _figure(value: object) -> str:
    return f"{value:,}" if isinstance(value, int | float) else str(value)


def _aligned(texts: list[str], widths: list[int]) -> str:
    first, *others = (
        text.ljust(width) if place == 0 else text.rjust(width)
        for place, (text, width) in enumerate(zip(texts, widths, strict=True))
    )
    return "  ".join([first, *others])
