"""The places near a property: read from the region, classified by the layer files, merged, measured and banded."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely

from era_geo.layerset import LayerMatch, LayerSet
from era_geo.model import Band, Finding
from era_geo.region.list_model import ONLY_BY_POSTCODE
from era_geo.region.region import Region, Window
from era_geo.vicinity.anchor import Anchor, to_geojsons
from era_geo.vicinity.conflate import LISTED_REACH_M
from era_geo.vicinity.merge import PlaceObject, merge

_COLUMNS = ("ref", "name", "tags", "layer", "caveats", "uncertainty_m", "postcode", "uprn", "source_id")
_OBJECTS, _DESCRIBED = "place_objects ", "described_places "
_MOST_KEPT = 50_000
_GREATEST_UNCERTAINTY_SQL = "SELECT coalesce(max(uncertainty_m), 0) FROM places"


def find(region: Region, anchor: Anchor, radius_m: float, layers: LayerSet, wanted: Collection[str]) -> list[Finding]:
    """Find all places of the `wanted` layers within the radius, or perhaps within it, nearest first.

    The same inputs give the same order: by distance, then layer, then first member.
    """
    reach = radius_m + anchor.uncertainty_m + greatest_uncertainty(region)
    objects = _objects(region, anchor, reach, layers, wanted)
    places = [place for layer in layers.layers for place in _merged(objects.get(layer.id, []), anchor, reach)]
    # What is left may still lie outside: it is measured, and not described.
    near = [found for place in places if (found := spot(anchor, radius_m, place)).band is not Band.OUTSIDE]
    order = {layer.id: rank for rank, layer in enumerate(layers.layers)}
    return sorted(described(region, anchor, near, layers), key=lambda f: (f.distance_m, order[f.layer], f.members))


@dataclass(frozen=True)
class Spot:
    """One place and where it lies: by those `exact` members whose position is known best, one of which is `nearest`."""

    place: Sequence[PlaceObject]
    exact: Sequence[PlaceObject]
    nearest: shapely.Geometry
    distance_m: float
    band: Band


def _objects(
    region: Region, anchor: Anchor, reach_m: float, layers: LayerSet, wanted: Collection[str]
) -> dict[str, list[PlaceObject]]:
    """Read, by layer, the objects within reach and with them the parts of the same places that lie farther off."""
    window = anchor.window(reach_m)
    near = read(region, window, layers, wanted)
    close = [near[index] for index in _within(near, anchor, reach_m)]
    if not close:
        return {}
    # A school's grounds that reach into the circle bring its far building with them: one place with all its members.
    whole = tuple(float(v) for v in shapely.total_bounds([shapely.box(*window), *map(reaching, close)]))
    found = {item.layer for item in close}
    if whole != window:
        near = read(region, (whole[0], whole[1], whole[2], whole[3]), layers, found)
    return {layer: [item for item in near if item.layer == layer] for layer in found}


def _merged(objects: Sequence[PlaceObject], anchor: Anchor, reach_m: float) -> list[list[PlaceObject]]:
    """Merge the objects of one layer into those places that something within reach is a part of."""
    return merge(objects, of=_within(objects, anchor, reach_m)) if objects else []


def _within(objects: Sequence[PlaceObject], anchor: Anchor, reach_m: float) -> list[int]:
    """Give the positions of the objects within `reach_m` metres of the property."""
    distances = anchor.distances(np.array([item.geometry for item in objects], dtype=object))
    return [int(index) for index in np.flatnonzero(distances <= reach_m)]


def reaching(item: PlaceObject) -> shapely.Geometry:
    """Give where other objects of the same place may lie: a list puts its point at some distance from the grounds."""
    if item.list_id is None:
        return item.geometry
    return shapely.buffer(item.geometry, LISTED_REACH_M + item.uncertainty_m, quad_segs=2)


def read(region: Region, window: Window, layers: LayerSet, wanted: Collection[str]) -> list[PlaceObject]:
    """Read the objects of the `wanted` layers whose bounding box touches a window (EPSG:27700), classified, not yet merged."""
    kept = _kept(region, _OBJECTS, layers)
    objects: list[PlaceObject] = []
    for row in region.read("places", window, _COLUMNS).rows():
        known = kept.get(row["fid"])
        if known is None:
            known = kept[row["fid"]] = tuple(_classified(row, layers))
        objects += [item for item in known if item.layer in wanted]
    return objects


def _classified(row: Mapping[str, Any], layers: LayerSet) -> list[PlaceObject]:
    """Give a row of the region as an object of each layer that it belongs to."""
    tags = json.loads(row["tags"]) if row["tags"] else {}
    matches = [LayerMatch(row["layer"], _evidence(tags), ())] if row["layer"] else layers.classify(tags)
    return [
        PlaceObject(
            ref=row["ref"],
            layer=match.layer,
            name=row["name"],
            geometry=row["geom"],
            why=match.why,
            tags=tags,
            said=tuple(json.loads(row["caveats"])) if row["caveats"] else (),
            source_id=row["source_id"],
            uncertainty_m=row["uncertainty_m"] or 0.0,
            list_id=row["source_id"] if row["layer"] else None,
            uprn=row["uprn"],
            postcode=row["postcode"],
        )
        for match in matches
    ]


def _evidence(columns: Mapping[str, str]) -> tuple[str, ...]:
    """Give the columns of an official list that made its row a place of this layer, as tags are given."""
    return tuple(f"{column}={value}" for column, value in columns.items()) or ("official list",)


def spot(anchor: Anchor, radius_m: float, place: Sequence[PlaceObject]) -> Spot:
    """Measure one place."""
    least = min(item.uncertainty_m for item in place)
    exact = [item for item in place if item.uncertainty_m == least]
    distances = anchor.distances(np.array([item.geometry for item in exact], dtype=object))
    nearest = int(np.argmin(distances))
    metres = float(distances[nearest])
    return Spot(place, exact, exact[nearest].geometry, metres, Band.of(metres, anchor.uncertainty_m + least, radius_m))


def described(region: Region, anchor: Anchor, spots: Sequence[Spot], layers: LayerSet) -> list[Finding]:
    """Describe places as seen from the property. What is so from everywhere is said once for a region and kept."""
    kept = _kept(region, _DESCRIBED, layers)
    keys = [(spot.place[0].layer, *(item.ref for item in spot.place)) for spot in spots]
    new = {key: spot for key, spot in zip(keys, spots, strict=True) if key not in kept}
    made = dict(zip(new, _from_everywhere(region, list(new.values()), layers), strict=True)) if new else {}
    known = [made[key] if key in made else kept[key] for key in keys]
    kept.update(made)
    return [
        replace(place, distance_m=round(spot.distance_m, 1), bearing_deg=anchor.bearing(spot.nearest), band=spot.band)
        for place, spot in zip(known, spots, strict=True)
    ]


def _from_everywhere(region: Region, spots: Sequence[Spot], layers: LayerSet) -> list[Finding]:
    """Describe places but for where they lie from a property, all outlines converted at once."""
    names = {source.fid: source.name for source in region.sources}
    outlines = [_outline([item.geometry for item in spot.exact]) for spot in spots]
    shown = to_geojsons([*outlines, *shapely.point_on_surface(outlines)])
    return [
        Finding(
            layer=spot.place[0].layer,
            name=_name(spot.place),
            distance_m=0.0,
            bearing_deg=None,
            band=spot.band,
            walk_m=None,
            sight=None,
            why=_unique(reason for item in spot.place for reason in item.why),
            caveats=_caveats(spot.place, layers),
            sources=_unique(names[item.source_id] for item in spot.place),
            members=tuple(sorted(item.ref for item in spot.place)),
            lon=point["coordinates"][0],
            lat=point["coordinates"][1],
            geometry=outline,
        )
        for spot, outline, point in zip(spots, shown, shown[len(spots) :], strict=False)
    ]


def _kept(region: Region, what: str, layers: LayerSet) -> dict[Any, Any]:
    """Give what the region keeps of its rows or places under these layer files; it begins anew when it has grown large."""
    kept: dict[Any, Any] = region.memory.setdefault(what + layers.sha256, {})
    if len(kept) > _MOST_KEPT:
        kept = region.memory[what + layers.sha256] = {}
    return kept


def _caveats(place: Sequence[PlaceObject], layers: LayerSet) -> tuple[str, ...]:
    """Give what there is to say of a place by all its members' tags together.

    "Only the building is tagged as a school" is not said of a building in the grounds of a school; nor that a list located by a
    postcode alone what another source locates better.
    """
    least = min(item.uncertainty_m for item in place)
    of_map = [item for item in place if item.list_id is None]
    together = {key: value for item in of_map for key, value in item.tags.items()}
    said = [
        sentence
        for item in place
        for sentence in item.said
        if item.uncertainty_m == least or not sentence.startswith(ONLY_BY_POSTCODE)
    ]
    for item in of_map:
        matches = layers.classify({**together, **item.tags})
        said += [caveat for match in matches if match.layer == item.layer for caveat in match.caveats]
    return _unique(said)


def _name(place: Sequence[PlaceObject]) -> str | None:
    """Take the name of the largest member that has one: the grounds' rather than a hut's."""
    named = [item for item in place if item.name]
    return max(named, key=lambda item: item.area_m2).name if named else None


def _outline(geometries: Sequence[shapely.Geometry]) -> shapely.Geometry:
    """Join the members' geometries, without those that lie inside another."""
    areas = [geometry for geometry in geometries if shapely.area(geometry) > 0]
    if not areas:
        return shapely.union_all(list(geometries))
    ground = shapely.union_all(areas)
    outside = [geometry for geometry in geometries if not shapely.covers(ground, geometry)]
    return shapely.union_all([ground, *outside]) if outside else ground


def greatest_uncertainty(region: Region) -> float:
    """Give the greatest uncertainty of any place of the region, metres."""
    if "greatest_uncertainty" not in region.memory:
        region.memory["greatest_uncertainty"] = float(region.query(_GREATEST_UNCERTAINTY_SQL)[0][0])
    return float(region.memory["greatest_uncertainty"])


def _unique(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))
