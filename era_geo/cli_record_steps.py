"""`era-geo record`: the steps of a record's life, its signature, and its exports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from era_geo.cli_record_tools import Reason, Which, desk
from era_geo.errors import UsageError

if TYPE_CHECKING:
    from era_geo.model import Assessment
    from era_geo.record.access import Action
    from era_geo.region.region import Region
    from era_geo.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the commands to `era-geo record`."""
    for name, command in (
        ("send-out", send_out),
        ("hand-in", hand_in),
        ("take-back", take_back),
        ("return", return_record),
        ("withdraw", withdraw),
        ("sign", sign),
        ("export", export),
    ):
        app.command(name=name)(command)


def send_out(record: Which) -> None:
    """Send a draft out for checks."""
    _step(record, "SEND_OUT")


def hand_in(record: Which) -> None:
    """Hand a record in for review."""
    _step(record, "OFFER")


def take_back(record: Which) -> None:
    """Take back as a draft what was sent out or handed in."""
    _step(record, "TAKE_BACK")


def return_record(record: Which, reason: Reason) -> None:
    """Return a record to its authors, as its reviewer, with the reason."""
    _step(record, "RETURN", reason)


def withdraw(record: Which, reason: Reason) -> None:
    """Withdraw a record, with the reason."""
    _step(record, "WITHDRAW", reason)


def _step(record: str, name: str, reason: str = "") -> None:
    from era_geo.record import access  # noqa: PLC0415 - slow to import

    action: Action = access.Action[name]
    with desk() as at:
        status = at.store.transition(at.account, at.find(record), action, reason=reason)
    typer.echo(f"The record is {status.value}.")


def sign(
    record: Which,
    version: Annotated[int, typer.Option(min=1, help="The version that you have read.")],
) -> None:
    """Sign a version as its reviewer: its exact JSON is frozen, with the map, the address list and the findings.

    You sign as the account of this computer that you work under, and the signature says that nobody checked who that is.
    """
    from era_geo.outputs.signing import sign_with_maps  # noqa: PLC0415 - slow to import

    with desk() as at:
        record_id = at.find(record)
        document = at.store.get(at.account, record_id, version=version)
        signed = sign_with_maps(at.store, at.account, document, _ground(document.form.assessment, at.settings))
    typer.echo(f"Signed version {signed.version} as {signed.signed_as}.\nSHA-256 {signed.sha256}")
    typer.echo(f"The trail had {signed.anchor.entries} entries then, the last with the hash {signed.anchor.hash}.", err=True)


def _ground(assessment: Assessment, settings: Settings) -> Region | None:
    """Give the region that an assessment was made from, for the ground under its map; `None` if it is here no longer."""
    from era_geo import front  # noqa: PLC0415 - slow to import
    from era_geo.errors import DataError  # noqa: PLC0415 - slow to import

    try:
        return front.open_region(assessment.versions.region, settings)
    except (UsageError, DataError):
        typer.echo("The region is here no longer: the map shows the places without the ground.", err=True)
        return None


def export(
    record: Which,
    to: Annotated[Path, typer.Option(metavar="FOLDER", help="Where to write the files.")],
    recipient: Annotated[str, typer.Option(help="Who receives it: an agency or a role, never a person's name.")],
    basis: Annotated[str, typer.Option(help="The legal basis, naming nothing of the case: it stays in the trail.")],
    formats: Annotated[
        list[str] | None, typer.Option("--format", help="docx, pdf, html, json, gpkg, visit-sheet, check-sheet.")
    ] = None,
    redacted: Annotated[bool, typer.Option("--redacted", help="A landlord's copy.")] = False,
    landlord: Annotated[
        str | None, typer.Option(help="With --redacted: the landlord's id; by default the landlord that takes part.")
    ] = None,
    template: Annotated[Path | None, typer.Option(help="The agency's own DOCX template.")] = None,
    version: Annotated[int | None, typer.Option(min=1, help="An older version.")] = None,
) -> None:
    """Write a record's files for somebody, and log the disclosure with recipient and basis."""
    from era_geo.outputs.disclosure import disclose  # noqa: PLC0415 - slow to import
    from era_geo.outputs.record_export import USUAL_RECORD_FORMATS  # noqa: PLC0415 - slow to import

    with desk() as at:
        paths = disclose(
            at.store,
            at.account,
            at.find(record),
            to,
            recipient=recipient,
            basis=basis,
            ground=lambda assessment: _ground(assessment, at.settings),
            formats=tuple(formats or USUAL_RECORD_FORMATS),
            version=version,
            redacted=redacted,
            landlord=landlord,
            template=template,
        )
    for path in paths:
        typer.echo(f"wrote {path}", err=True)
