"""`era-geo region diff`: what changed near a property between two regions."""

from __future__ import annotations

import json
from dataclasses import asdict

import typer

from era_geo import cli_print, front, layerset
from era_geo import settings as settings_module
from era_geo.model import Site
from era_geo.outputs import change_words, words
from era_geo.outputs.escape import line
from era_geo.vicinity.assess import check
from era_geo.vicinity.change_things import Of
from era_geo.vicinity.changes import Change, Changes, changes_near

_MOST = {Of.BUILDING: 10, Of.PATH: 10}
"""How many of these are printed, nearest first; the rest are counted."""


def compare(old: str, new: str, near: str, *, radius_m: float | None, reason: str | None, as_json: bool) -> None:
    """Find the property in the newer region, compare the two around it, and print what changed, nearest first."""
    settings = settings_module.load()
    layers = layerset.load(settings)
    parameters = settings.parameters(radius_m=radius_m, reason=reason)
    check(parameters, layers, {})
    older, newer = front.open_region(old, settings), front.open_region(new, settings)
    candidate = cli_print.only_candidate(front.locate(near, newer))
    site = front.site_from(candidate, newer, query=near)
    found = changes_near(older, newer, site, parameters.radius_m, layers)
    labels = {layer.id: layer.label for layer in layers.layers}
    if as_json:
        typer.echo(json.dumps(_told(found, site, labels), ensure_ascii=False, indent=2))
        return
    typer.echo(f"{line(site.label)}: {words.located(site)}")
    typer.echo(change_words.summary(found))
    for of, heading in change_words.HEADINGS.items():
        _print([change for change in found.changes if change.of is of], heading, _MOST.get(of), labels)
    gaps = change_words.gaps(found, labels)
    if gaps:
        typer.echo("\nWhat could not be compared")
    for gap in gaps:
        typer.echo(f"  {gap}")


def _print(told: list[Change], heading: str, most: int | None, labels: dict[str, str]) -> None:
    if told:
        typer.echo(f"\n{heading}, nearest first")
    for change in told[:most]:
        refs = (change.new or change.old).refs if change.new or change.old else ()  # type: ignore[union-attr]
        more = f" and {len(refs) - 1} more" if len(refs) > 1 else ""
        typer.echo(f"  {change_words.place(change)}: {change_words.sentence(change, labels)} [{line(refs[0])}{more}]")
    if most is not None and len(told) > most:
        typer.echo(f"  and {len(told) - most} more, farther off: --json lists them all")


def _told(found: Changes, site: Site, labels: dict[str, str]) -> dict[str, object]:
    """Give the changes as JSON has them, with the words beside the data."""
    told = [{**asdict(change), "words": change_words.sentence(change, labels)} for change in found.changes]
    matched = {"label": site.label, "precision": site.precision.value, "uncertainty_m": site.uncertainty_m}
    return {"site": matched, **asdict(found), "summary": change_words.summary(found), "changes": told}
