"""`era-geo record`: restricted places, which only the agency that entered them reads."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Annotated, Any

import typer

from era_geo.cli_record_tools import Which, desk, print_json
from era_geo.errors import UsageError

if TYPE_CHECKING:
    from era_geo.cli_record_tools import Desk
    from era_geo.model import Assessment
    from era_geo.record.store_restricted import HeldPlace


def register(app: typer.Typer) -> None:
    """Add the commands to `era-geo record`."""
    app.command()(restrict)
    app.command()(restricted)


def restrict(
    record: Which,
    at_point: Annotated[
        list[str] | None, typer.Option("--at", metavar="EASTING,NORTHING", help="One point, or the corners of an area.")
    ] = None,
    kind: Annotated[str, typer.Option(help="victim's address, refuge, or other.")] = "other",
    note: Annotated[str, typer.Option(help="What those who may see it should know.")] = "",
    remove: Annotated[str | None, typer.Option(metavar="ID", help="Take this place out instead; see `restricted`.")] = None,
    carry_over: Annotated[
        bool, typer.Option("--carry-over", help="Take your agency's places over from the record that this one supersedes.")
    ] = False,
    leave: Annotated[
        bool, typer.Option("--leave", help="Leave your agency's places with the record that this one supersedes.")
    ] = False,
) -> None:
    """Enter a restricted place, held by your agency and shown to nobody else; no export carries it."""
    if sum((remove is not None, carry_over, leave, bool(at_point))) != 1:
        raise UsageError(
            "Say one thing: --at EASTING,NORTHING (once for a point, or for each corner of an area), --remove ID, --carry-over or "
            "--leave."
        )
    with desk() as at:
        record_id = at.find(record, held=remove is not None)
        if remove is not None:
            at.store.remove_restricted(at.account, record_id, remove)
            typer.echo("Taken out.")
        elif at_point:
            _enter(at, record_id, kind, at_point, note)
        else:
            carried = at.store.carry_over(at.account, record_id, take=carry_over)
            typer.echo(
                f"Carried over: {carried}. The older record has them still." if carry_over else "Left with the older record."
            )


def _enter(at: Desk, record_id: str, kind: str, points: list[str], note: str) -> None:
    from era_geo.record.restricted import RestrictedKind, RestrictedPlace  # noqa: PLC0415 - slow to import

    if kind not in set(RestrictedKind):
        raise UsageError(f"--kind {kind}: write one of {'; '.join(RestrictedKind)}.")
    outline = tuple(map(_point, points))
    place = RestrictedPlace(RestrictedKind(kind), outline, at.account.agency or "", at.account.key, note)
    typer.echo(f"Entered: {at.store.add_restricted(at.account, record_id, place)}")


def _point(text: str) -> tuple[float, float]:
    try:
        easting, northing = (float(part) for part in text.split(","))
    except ValueError:
        raise UsageError("--at: write eastings and northings in metres, such as 312345,698765.") from None
    return easting, northing


def restricted(
    record: Annotated[
        str | None,
        typer.Argument(metavar="RECORD", help="Case reference or id; all records with which your agency holds some, if not given."),
    ] = None,
) -> None:
    """Print as JSON the restricted places that your agency holds with a record, and how near each is. The look is logged.

    Without a record: those with which it holds some, also where they name your agency no longer or are superseded.
    """
    with desk() as at:
        if record is None:
            print_json([dataclasses.asdict(one) for one in at.store.holdings(at.account)])
            return
        record_id = at.find(record, held=True)
        held = at.store.restricted(at.account, record_id)
        assessment, offered = _of_record(at, record_id)
    print_json([_told(one, assessment) for one in held])
    tell_offered(record_id, offered)


def tell_offered(record_id: str, places: int) -> None:
    """Tell the holder of places that wait with the record which this one supersedes."""
    if places:
        says = f"Your agency holds restricted places with the record that this one supersedes: {places}."
        ways = f"`era-geo record restrict {record_id[:8]} --carry-over` takes them over, `--leave` leaves them there."
        typer.echo(f"{says} {ways}", err=True)


def _of_record(at: Desk, record_id: str) -> tuple[Assessment | None, int]:
    """Give a record's assessment and how many places wait to be carried over to it; nothing where it names the agency no longer."""
    from era_geo.record.store_errors import NoSuchRecord  # noqa: PLC0415 - slow to import

    try:
        return at.store.get(at.account, record_id).form.assessment, at.store.offered(at.account, record_id)
    except NoSuchRecord:
        typer.echo("This record does not name your agency any longer: how near the places are is not told.", err=True)
        return None, 0


def _told(one: HeldPlace, assessment: Assessment | None) -> dict[str, Any]:
    from era_geo.record.restricted import with_restricted  # noqa: PLC0415 - slow to import

    shown = with_restricted(assessment, [one.place]).findings if assessment else ()
    near = next((finding for finding in shown if assessment and finding not in assessment.findings), None)
    return {
        "id": one.id,
        "kind": one.place.kind.value,
        "outline": one.place.outline,
        "note": one.place.note,
        "added_at": one.added_at,
        "within_radius": near is not None if assessment else None,
        "distance_m": near.distance_m if near else None,
        "bearing_deg": near.bearing_deg if near else None,
        "band": near.band if near else None,
    }
