"""`era-geo sheet`: a filled address-check sheet, read back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from era_geo.cli_options import AsJson
from era_geo.errors import DataError, FaultyFiles, UsageError

if TYPE_CHECKING:
    from era_geo.model import Assessment
    from era_geo.outputs.check_sheet_read import Checked, CheckRow

app = typer.Typer(help="The address-check sheet that `assess --out` writes, once it is filled in.", no_args_is_help=True)


@app.callback()
def _commands() -> None:
    pass


@app.command()
def read(
    file: Annotated[Path, typer.Argument(help="The filled sheet, CSV or DOCX.")],
    assessment: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The assessment's JSON file: says which addresses nobody has answered for.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Read a filled sheet back: what came of each address, and all that is wrong with it, row by row.

    What can be read is given in any case. Faults go to standard error, and then the exit code is 2.
    """
    from era_geo.outputs import check_sheet_read as sheets  # noqa: PLC0415 - slow to import

    rows, faults = sheets.read_check_sheet(file)
    checked = None
    if assessment is not None:
        checked, strange = sheets.match_check_sheet(rows, _assessment(assessment), file.name)
        faults += strange
    if as_json:
        homes = None if checked is None else [asdict(one) | {"is_answered": one.is_answered} for one in checked]
        told = {"rows": [asdict(row) for row in rows], "addresses": homes, "faults": [asdict(fault) for fault in faults]}
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2, default=str))
    elif rows or not faults:
        _print(rows, checked)
    if faults:
        raise FaultyFiles(faults)


def _assessment(path: Path) -> Assessment:
    from era_geo import contract  # noqa: PLC0415 - slow to import

    try:
        document = json.loads(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path.name} cannot be read ({error.strerror}). Name the JSON file that `assess --out` wrote.") from error
    except ValueError as error:
        raise DataError(f"{path.name} is no JSON document. Name the JSON file that `assess --out` wrote.") from error
    return contract.assessment_from_dict(document if isinstance(document, dict) else {})


def _print(rows: Sequence[CheckRow], checked: Sequence[Checked] | None) -> None:
    from era_geo.outputs import check_words  # noqa: PLC0415 - slow to import

    typer.echo(check_words.summary(rows))
    for row in rows:
        if row.outcome is not None or checked is None:
            typer.echo(f"  {check_words.answer(row)}")
    if checked is None:
        return
    typer.echo(f"\n{check_words.answered(checked)}")
    for one in checked:
        if not one.is_answered:
            typer.echo(f"  {check_words.home(one.home)}")
