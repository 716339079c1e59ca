"""`era-geo record`: the quarterly case-file audit, and how many live records lie near an address."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from era_geo.cli_options import AsJson
from era_geo.cli_record_tools import Which, desk, print_json, read_json
from era_geo.errors import UsageError

if TYPE_CHECKING:
    from era_geo.record.sample import Sample


def register(app: typer.Typer) -> None:
    """Add the commands to `era-geo record`."""
    for name, command in (("sample", sample), ("audit-summary", audit_summary), ("near", near)):
        app.command(name=name)(command)


def sample(
    quarter: Annotated[str, typer.Option(help="The quarter, such as 2026Q3.")],
    seed: Annotated[int, typer.Option(help="Any whole number: the same one draws the same files.")] = 1,
    authority: Annotated[list[str] | None, typer.Option(help="A local authority that should be there.")] = None,
    forms: Annotated[Path | None, typer.Option(metavar="FOLDER", help="Write an audit form as JSON for each file drawn.")] = None,
    as_json: AsJson = False,
) -> None:
    """Draw the quarterly case-file audit: one level 2 and three level 1 files for each local authority."""
    from era_geo.outputs.escape import line  # noqa: PLC0415 - slow to import

    with desk() as at:
        drawn = at.store.sample(at.account, quarter, seed, authorities=authority or ())
    if forms is not None:
        for path in _write_forms(drawn, forms):
            typer.echo(f"wrote {path}", err=True)
    if as_json:
        print_json(asdict(drawn))
        return
    for one in drawn.drawn:
        typer.echo(f"{one.record_id}  {line(one.local_authority)}, level {one.level}")
    for shortfall in drawn.shortfalls:
        typer.echo(f"Too few: {line(str(shortfall))}")
    if drawn.not_placed:
        typer.echo(f"Not placed, for want of a local authority or a level: {', '.join(one[:8] for one in drawn.not_placed)}")
    typer.echo(f"{len(drawn.drawn)} files drawn for {drawn.quarter} with seed {drawn.seed}", err=True)


def _write_forms(drawn: Sample, folder: Path) -> list[Path]:
    from era_geo.record.auditfile import audit_to_json  # noqa: PLC0415 - slow to import
    from era_geo.record.themes import AuditForm  # noqa: PLC0415 - slow to import

    paths = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for one in drawn.drawn:
            path = folder / f"audit-{drawn.quarter}-{one.record_id[:12]}.json"
            if path.exists():
                raise UsageError(f"{path} is there already: nothing that an auditor wrote is overwritten. Name another folder.")
            form = AuditForm(one.record_id, one.local_authority, one.level, drawn.quarter)
            path.write_text(audit_to_json(form), encoding="utf-8")
            paths.append(path)
    except OSError as error:
        raise UsageError(f"The forms cannot be written to {folder}: {error.strerror}.") from None
    return paths


def audit_summary(
    files: Annotated[list[Path], typer.Argument(metavar="FORM...", help="Audit forms that were filled in.")],
    for_managers: Annotated[
        bool, typer.Option("--for-managers", help="With small counts suppressed: this may leave the case team.")
    ] = False,
) -> None:
    """Tally the marks and recurring themes of filled audit forms, as JSON."""
    from era_geo.record.auditfile import audit_from_dict, quarter_of  # noqa: PLC0415 - slow to import
    from era_geo.record.themes import summarise, tally_themes  # noqa: PLC0415 - slow to import

    forms = [audit_from_dict(read_json(path), str(path)) for path in files]
    quarter = quarter_of(forms)
    tally = tally_themes(forms)
    print_json(asdict(summarise(tally, quarter)) if for_managers else {"quarter": quarter, **asdict(tally)})


def near(
    record: Which,
    within: Annotated[float, typer.Option(metavar="M", help="Distance in metres.")],
    as_json: AsJson = False,
) -> None:
    """Say how many other cases have a live record near this one: a number for the police, for all others only their date."""
    with desk() as at:
        seen = at.store.near(at.account, at.find(record), within)
    if as_json:
        print_json(asdict(seen))
    else:
        typer.echo(seen.sentence)
