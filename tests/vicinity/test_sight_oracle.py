"""Our lines of sight against brute force, on a seeded sample of a real county and of the training town."""

from __future__ import annotations

import random

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
from tests.vicinity.streets import findings

SEED = 20261122
LARGEST_PROPERTY_M2 = 400.0
LONGEST_EDGE_M = 500.0  # brute force takes its time
TOLERANCE = 0.02
SLIT = 0.04
"""Both look out every metre, and not from the same places: what shows through a slit may show to one and not to the other."""


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
    assert np.percentile(found, 95) <= TOLERANCE
    assert np.mean(found) <= TOLERANCE / 2
    assert max(found) <= SLIT


@pytest.mark.real_data
def test_a_county_agrees_with_brute_force(rutland: Region) -> None:
    check(differences(rutland, 20))


def test_the_training_town_agrees_with_brute_force(town: Region) -> None:
    check(differences(town, 6))
