"""`era-geo record rules`: what the rule profile asks of one record."""

from __future__ import annotations

from dataclasses import asdict

import typer

from era_geo.cli_options import AsJson
from era_geo.cli_record_care import Day, day_of
from era_geo.cli_record_tools import Which, desk, print_json


def register(app: typer.Typer) -> None:
    """Add the command to `era-geo record`."""
    app.command()(rules)


def rules(record: Which, as_of: Day = None, as_json: AsJson = False) -> None:
    """Say what the rule profile asks of a record: when it is due, who leads, who has how long, and what each answer rests on."""
    from era_geo.outputs.escape import line  # noqa: PLC0415 - slow to import
    from era_geo.record.asked import asked  # noqa: PLC0415 - slow to import

    with desk() as at:
        told = asked(at.store.get(at.account, at.find(record)).form, at.settings, day_of(as_of))
    if as_json:
        print_json(asdict(told))
        return
    typer.echo(f"By {told.profile}, {told.calendar}:")
    for sentence in told.sentences:
        typer.echo(f"- {line(sentence)}")
    for basis in dict.fromkeys(map(str, (*told.basis, *told.lead_basis))):
        typer.echo(f"Rests on: {line(basis)}")
