"""Near neighbours of every kind of address in a whole county and in the training town: what must hold of each answer."""

from __future__ import annotations

import random
from collections import Counter

import pytest
import shapely

from era_geo.model import AddressParameter, Neighbours
from era_geo.region.region import Region
from era_geo.vicinity.neighbours import RADII_M, near_neighbours
from era_geo.vicinity.surroundings import Surroundings
from tests.vicinity.sites import sites_of_addresses

SEED = 20261122
COUNTS = {
    "same stair": "same_stair",
    "same building": "same_building",
    "adjoining": "adjoining",
    "facing": "facing",
    "doors each side": "each_side",
}


def check(region: Region, properties: int) -> Counter[str]:
    """Hold the answers for a sample of the region's addresses to what every answer must be; count the relations met."""
    met: Counter[str] = Counter()
    for site in random.Random(SEED).sample(sites_of_addresses(region), properties):
        around = Surroundings(site, region)
        found, gaps = near_neighbours(around, AddressParameter())
        assert found is not None
        check_counts(found)
        check_circles(found, around)
        assert found.complete == (not gaps), site.query
        met.update(home.relation for home in found.to_check)
    return met


def check_counts(found: Neighbours) -> None:
    homes: Counter[str] = Counter()
    for home in found.to_check:
        homes[home.relation] += home.homes or 0
    for relation, name in COUNTS.items():
        count = getattr(found, name)
        assert count is None or count == homes[relation]
    lines = [(home.address, home.ref) for home in found.to_check]
    assert len(lines) == len(set(lines)), "a home has one relation"
    assert [home.distance_m for home in found.to_check] == sorted(home.distance_m for home in found.to_check)


def check_circles(found: Neighbours, around: Surroundings) -> None:
    """More metres never hold fewer homes; a circle that leaves the coverage holds no number."""
    for radius in RADII_M:
        whole = shapely.covers(around.coverage_of_homes, shapely.buffer(around.walls, radius))
        assert (found.within[str(radius)] is None) == (not whole)
        assert (found.use_unknown[str(radius)] is None) == (not whole)
    counted = [count for radius in RADII_M if (count := found.within[str(radius)]) is not None]
    assert counted == sorted(counted)
    near = sum(home.homes or 0 for home in found.to_check if home.distance_m < 49.9)
    assert found.within["50"] is None or found.within["50"] >= near


@pytest.mark.real_data
def test_a_county(rutland: Region) -> None:
    assert set(check(rutland, 120)) >= {"adjoining", "facing", "doors each side"}


def test_the_training_town(town: Region) -> None:
    assert set(check(town, 60)) >= set(COUNTS) - {"same building"}
