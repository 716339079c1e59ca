"""`era-geo region diff`: what changed near a property between two regions."""

from __future__ import annotations

import json
from dataclasses import asdict

import typer

from era_geo import cli_print, front, layerset
from era_geo import settings as settings_module
from era_geo.outputs.escape import line
from era_geo.vicinity.anchor import Anchor
from era_geo.vicinity.changes import changes


def compare(old: str, new: str, near: str, *, radius_m: float | None, as_json: bool) -> None:
    """Find the property in the newer region, compare the two around it, and print what changed, nearest first."""
    settings = settings_module.load()
    older, newer = front.open_region(old, settings), front.open_region(new, settings)
    candidate = cli_print.only_candidate(front.locate(near, newer))
    anchor = Anchor.of(front.site_from(candidate, newer, query=near))
    found = changes(older, newer, anchor, settings.radius_m if radius_m is None else radius_m, layerset.load(settings))
    if as_json:
        typer.echo(json.dumps(asdict(found), ensure_ascii=False, indent=2))
        return
    for gap in found.gaps:
        typer.echo(line(f"{gap.what} {gap.why}"))
    for change in found.changes:
        typer.echo(line(f"{change.distance_m:5.0f} m  {change.words}"))
    if not found.changes:
        typer.echo("The two maps show no change within the radius.")
