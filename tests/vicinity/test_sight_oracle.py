"""Our lines of sight against brute force, on a seeded sample of a real county and of the training town."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely.geometry import shape

from era_geo import crs
from era_geo.region.region import Region
from era_geo.vicinity import sight
from era_geo.vicinity.surroundings import Surroundings
from tests.vicinity.sight_oracle import share_in_open_line
from tests.vicinity.sites import sites_of_addresses
from tests.vicinity.streets import findings, surroundings

SEED = 20261122
LARGEST_PROPERTY_M2 = 400.0
LONGEST_EDGE_M = 500.0  # brute force takes its time
TOLERANCE = 0.02


def differences(region: Region, properties: int) -> list[float]:
    """How far the program's share is from brute force's, for each place near each property of the sample."""
    sites = [site for site in sites_of_addresses(region) if site.footprint]
    found: list[float] = []
    for site in random.Random(SEED).sample(sites, properties):
        around = Surroundings(site, region)
        if shapely.area(around.walls) > LARGEST_PROPERTY_M2:
            continue
        looked, _ = sight.look(findings(around), around, sight.Lookout(around))
        places = crs.geometries_to_bng(np.array([shape(finding.geometry) for finding in looked], dtype=object))
        found += [
            abs(finding.sight - share_in_open_line(around, place))
            for finding, place in zip(looked, places, strict=True)
            if finding.sight is not None and shapely.area(place) > 0 and shapely.length(place) <= LONGEST_EDGE_M
        ]
    return found


def check(found: list[float]) -> None:
    assert len(found) >= 20
    assert max(found) <= TOLERANCE
    assert np.mean(found) <= TOLERANCE / 4


@pytest.mark.real_data
def test_a_county_agrees_with_brute_force(rutland: Region) -> None:
    check(differences(rutland, 20))


def test_the_training_town_agrees_with_brute_force(town: Region) -> None:
    check(differences(town, 6))


def test_brute_force_does_not_see_an_edge_from_behind(tmp_path: Path) -> None:
    """Past a corner one sees the air just in front of a wall that faces away: that is not to see the wall."""
    drawn = "home area 0,0 10,0 10,10 0,10 building=house\nshop area 20,-1 30,-1 30,11 20,11 building=retail shop=books"
    around = surroundings(drawn, tmp_path, "home")
    (shop,) = findings(around)
    place = crs.geometries_to_bng(np.array([shape(shop.geometry)], dtype=object))[0]
    # The whole wall towards the house, and nothing of its two ends, which the house's own corners do not reach past.
    assert share_in_open_line(around, place) == pytest.approx(12 / 44, abs=0.005)
