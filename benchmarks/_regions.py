"""The regions that the geocoder is measured on, built by the program's own builder."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import osmium

from benchmarks._addresses import Address, line, of_extract, of_object
from era_geo import shipped
from era_geo.address.flats import listed_flats
from era_geo.region.build import build as build_region
from era_geo.region.region import Region, open_region
from era_geo.settings import Settings

_HELD_OUT = 3  # one in so many


def build(sources: Sequence[Path], home: Path, name: str) -> Region:
    """Build and open a region, once in a run."""
    settings = Settings(home=home)
    if not (settings.regions / f"{name}.gpkg").exists():
        build_region(sources, name=name, settings=settings)
    return open_region(name, settings)


def training_town(home: Path) -> Region:
    """Build and open the training town."""
    return build([shipped.TRAINING_TOWN], home, "training-town")


def spoken(row: Sequence[Any]) -> Iterator[tuple[str, str | None, str]]:
    """Give ref, flat and text for an address row and for each flat behind it."""
    ref, flat, number, house, street, town, postcode, flats = row
    place = f"{number} {street}" if number and street else line(house or number or "", street or "")
    for one in [flat] if flat else [None, *listed_flats(flats)]:
        yield ref, one, line(one or "", place, town or "", postcode or "")


def without_some(extract: Path, more: Sequence[Path], home: Path, name: str, seed: int) -> tuple[Region, list[Address]]:
    """Build a region from which one in three addresses was taken, and give those that it lost for good."""
    reduced = home / f"{name}-reduced.osm.pbf"
    rng = random.Random(seed)
    with osmium.SimpleWriter(str(reduced), overwrite=True) as writer:
        for thing in osmium.FileProcessor(str(extract)):
            tags = dict(thing.tags)
            if "addr:housenumber" in tags and "addr:interpolation" not in tags and rng.randrange(_HELD_OUT) == 0:
                tags = {key: value for key, value in tags.items() if not key.startswith("addr:")}
                writer.add(thing.replace(tags=tags))
            else:
                writer.add(thing)
    kept = {one.key for one in of_extract(reduced)}
    lost = [one for one in of_extract(extract) if one.key not in kept]
    return build([reduced, *more], home, f"{name}-reduced"), lost


def with_points_on_buildings(
    region: Region, extract: Path, more: Sequence[Path], home: Path, name: str
) -> tuple[Region, list[Address]]:
    """Build a region in which buildings carry the addresses that `region` has as points in them, one each, and give those.

    Only their buildings' middles are known then; the points are where they really are.
    """
    rows = region.query(
        "SELECT min(a.ref), b.ref FROM addresses a JOIN buildings b ON b.fid = a.building_id "
        "WHERE a.ref LIKE 'osm:node/%' AND a.ref NOT LIKE '% %' AND b.fid NOT IN (SELECT o.building_id FROM addresses o "
        "JOIN buildings c ON c.fid = o.building_id WHERE instr(' ' || o.ref || ' ', ' ' || c.ref || ' ')) GROUP BY b.ref"
    )
    building_of = {int(point.rsplit("/", 1)[1]): building for point, building in rows}
    things = (thing for thing in osmium.FileProcessor(str(extract), osmium.osm.NODE).with_locations() if thing.id in building_of)
    moved = {building_of[thing.id]: (dict(thing.tags), of_object(thing)) for thing in things}
    changed = home / f"{name}-on-buildings.osm.pbf"
    kinds = {"n": "node", "w": "way", "r": "relation"}
    with osmium.SimpleWriter(str(changed), overwrite=True) as writer:
        for thing in osmium.FileProcessor(str(extract)):
            tags, kind = dict(thing.tags), kinds[thing.type_str()]
            if kind == "node" and thing.id in building_of:
                tags = {key: value for key, value in tags.items() if not key.startswith("addr:")}
            elif (ref := f"osm:{kind}/{thing.id}") in moved:
                tags |= {key: value for key, value in moved[ref][0].items() if key.startswith("addr:")}
            writer.add(thing.replace(tags=tags))
    return build([changed, *more], home, f"{name}-on-buildings"), [one for _, one in moved.values() if one is not None]
