"""What the tests of walking share: places of drawn worlds as geometries, and walks to them."""

import json
from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry import shape

from era_geo import crs
from era_geo.model import Site
from era_geo.region.region import Region
from era_geo.vicinity.surroundings import Surroundings
from era_geo.vicinity.walking import WALK_LIMIT_M, PlaceGeometry, Walk, walk
from tests.vicinity.sites import site_at, site_of_building
from tests.world import ORIGIN, World


def at(east: float, north: float) -> shapely.Point:
    """A point of the drawn world, in EPSG:27700."""
    return shapely.Point(ORIGIN[0] + east, ORIGIN[1] + north)


def place_of(region: Region, ref: str) -> PlaceGeometry:
    places = region.read("places", columns=["ref"])
    return PlaceGeometry(places.geometry[places["ref"].index(ref)])


def walk_between(region: Region, start: Site, place: PlaceGeometry, limit_m: float = WALK_LIMIT_M) -> Walk:
    (found,) = walk(Surroundings(start, region), [place], limit_m)
    return found


def walk_in(region: Region, text: str, name: str, *, start: str | tuple[float, float] = "home", **options: float) -> Walk:
    """Walk in a drawn world from the building (or point) `start` to the place `name`."""
    world = World(text)
    site = site_of_building(region, world.ref(start)) if isinstance(start, str) else site_at(*start)
    return walk_between(region, site, place_of(region, world.ref(name)), **options)


def route_of(found: Walk) -> shapely.LineString:
    """The drawn way, in metres from the world's origin."""
    assert found.route is not None
    line = crs.geometries_to_bng([shape(json.loads(json.dumps(found.route)))])[0]
    return shapely.transform(line, lambda points: points - np.array(ORIGIN))


def passes(found: Walk, points: Sequence[tuple[float, float]]) -> bool:
    """Whether the drawn way passes within a metre of all these points, in metres from the origin, in this order."""
    line = route_of(found)
    near = [shapely.Point(point) for point in points]
    along = [line.project(point) for point in near]
    return all(line.distance(point) < 1 for point in near) and along == sorted(along)
