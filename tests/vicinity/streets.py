"""A drawn world and one property in it, for the tests of what stands around a property."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from era_geo import layerset
from era_geo.layerset import LayerSet
from era_geo.model import Finding
from era_geo.settings import Settings
from era_geo.vicinity import nearby
from era_geo.vicinity.surroundings import Surroundings
from era_geo.vicinity.walking import PlaceGeometry, places_of
from tests.vicinity.sites import site_at, site_of_building
from tests.world import World, build


def surroundings(text: str, tmp_path: Path, at: str | tuple[float, float], **words: Any) -> Surroundings:
    """Draw `text` and stand at a building (its name in the text) or at a point; `words` are fields of the site.

    `region_options` go to the building of the region.
    """
    options = words.pop("region_options", {})
    region = build(text, tmp_path, **options)
    site = site_at(*at) if isinstance(at, tuple) else site_of_building(region, World(text).ref(at))
    return Surroundings(replace(site, **words), region)


def house(name: str, west: float, south: float, number: str | None, street: str, *, width: float = 8, depth: float = 10) -> str:
    """Draw one house, with its address on its outline."""
    east, north = west + width, south + depth
    outline = f"{west},{south} {east},{south} {east},{north} {west},{north}"
    address = f'addr:housenumber={number} addr:street="{street}"' if number else ""
    return f"{name} area {outline} building=house {address}"


def row(prefix: str, numbers: list[int], south: float, street: str, *, gap: float = 0, width: float = 8) -> str:
    """Draw houses from west to east, the first at 0; each is called by the prefix and its number."""
    return "\n".join(
        house(f"{prefix}{number}", i * (width + gap), south, str(number), street, width=width) for i, number in enumerate(numbers)
    )


@cache
def _layers() -> LayerSet:
    return layerset.load(Settings())


def known_to_within(metres: float, found: Sequence[Finding], around: Surroundings) -> list[PlaceGeometry]:
    """Give the findings as places that a list locates no more exactly than this: by their postcodes, say."""
    return [replace(place, uncertainty_m=metres) for place in places_of(found, around)]


def findings(around: Surroundings, radius_m: float = 100.0) -> list[Finding]:
    """Find the places within the radius, with the shipped layer files."""
    layers = _layers()
    return nearby.find(around.region, around.anchor, radius_m, layers, [layer.id for layer in layers.layers])
