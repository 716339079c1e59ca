"""The geocoder on real addresses: seeded samples of what `era-geo bench locate` asks in full."""

from __future__ import annotations

import math
import random
import statistics
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks import _hostile, _regions
from benchmarks._addresses import FORMS, Address, Form, missing_number, of_extract, of_gold, plain
from benchmarks._judging import HOUSE_LEVEL, Tally, holds, invented, judge
from era_geo.address.gazetteer import gazetteer_of
from era_geo.address.search import locate
from era_geo.contract import to_json
from era_geo.model import LocateStatus, Precision
from era_geo.region.region import Region

RUTLAND = "osm/rutland-2022-07-20.osm.pbf"
EDINBURGH = "osm/edinburgh-shops-2016-11-04.osm.pbf"
CODE_POINT = "official/codepoint-open-scotland-2020-08.zip"
GOLD = "gold/edinburgh-business-addresses.csv"
SAMPLE = 120

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def rutland(real_data: Path, home: Path) -> Region:
    return _regions.build([real_data / RUTLAND], home, "rutland")


@pytest.fixture(scope="module")
def edinburgh(real_data: Path, home: Path) -> Region:
    return _regions.build([real_data / EDINBURGH, real_data / CODE_POINT], home, "edinburgh")


def tally_of(addresses: Sequence[Address], form: Form, region: Region) -> Tally:
    rng, tally = random.Random(1), Tally()
    for one in addresses:
        text = form(one, rng)
        tally.take(judge(one, locate(text, region)), text)
    return tally


@pytest.fixture(scope="module")
def county_sample(real_data: Path) -> list[Address]:
    """Houses of Rutland that share number and street with no other, and name a town."""
    extract = of_extract(real_data / RUTLAND)
    alike = defaultdict(list)
    for one in extract:
        alike[one.key].append(one)
    alone = [one for one in extract if one.postcode and one.town and len(alike[one.key]) == 1]
    return random.Random(1).sample(alone, SAMPLE)


@pytest.mark.parametrize("form", list(FORMS))
def test_rutland_in_every_form(form: str, rutland: Region, county_sample: list[Address]) -> None:
    tally = tally_of(county_sample, FORMS[form], rutland)
    assert not tally.wrong
    assert tally.share("right", "offered") >= 98, tally.missed


@pytest.fixture(scope="module")
def gold(real_data: Path) -> list[Address]:
    return of_gold(real_data / GOLD, of_extract(real_data / EDINBURGH))


@pytest.mark.parametrize("form", list(FORMS))
def test_edinburgh_in_every_form(form: str, edinburgh: Region, gold: list[Address]) -> None:
    mapped = random.Random(1).sample([one for one in gold if one.points], SAMPLE)
    tally = tally_of(mapped, FORMS[form], edinburgh)
    assert not tally.wrong
    assert tally.share("right", "offered") >= 97, tally.missed


def test_numbers_that_do_not_exist_are_never_a_house(edinburgh: Region, gold: list[Address], real_data: Path) -> None:
    numbers = defaultdict(set)
    for one in of_extract(real_data / EDINBURGH):
        numbers[plain(one.street)].add(one.number.lower())
    rng = random.Random(1)
    gazetteer = gazetteer_of(edinburgh)
    held = []
    for one in rng.sample([one for one in gold if one.points], SAMPLE):
        text = f"{missing_number(numbers[plain(one.street)], rng)} {one.street}, {one.town}, {one.postcode}"
        result = locate(text, edinburgh)
        assert not invented(result), text
        spot = gazetteer.spot(one.postcode)
        if spot is not None and result.candidates and result.candidates[0].precision.value in ("street", "postcode"):
            held.append(holds(result.candidates, (spot.easting, spot.northing)))
    assert len(held) > SAMPLE / 2
    assert sum(map(bool, held)) >= 0.95 * len(held)


def test_no_house_a_kilometre_from_its_postcode_without_a_contradiction(edinburgh: Region, gold: list[Address]) -> None:
    gazetteer = gazetteer_of(edinburgh)
    for one in random.Random(1).sample(gold, 400):
        result = locate(f"{one.number} {one.street}, {one.town}, {one.postcode}", edinburgh)
        spot = gazetteer.spot(one.postcode)
        if spot is not None and result.status is LocateStatus.MATCHED and result.candidates[0].precision.value in HOUSE_LEVEL:
            first = result.candidates[0]
            assert math.dist((spot.easting, spot.northing), (first.easting, first.northing)) <= 1000, one


def test_held_out_houses_lie_inside_the_circles(real_data: Path, home: Path) -> None:
    region, lost = _regions.without_some(real_data / RUTLAND, [], home, "rutland", 3)
    inside: dict[str, list[bool]] = defaultdict(list)
    for one in lost:
        for form in ("as written", "no postcode"):
            candidates = locate(FORMS[form](one, random.Random(1)), region).candidates
            kinds = Counter(candidate.precision.value for candidate in candidates)
            for candidate in candidates:  # of several streets to choose from, none is meant
                kind = candidate.precision.value
                if kind in ("street", "interpolated", "postcode") and kinds[kind] == 1:
                    away = min(math.dist(point, (candidate.easting, candidate.northing)) for point in one.points)
                    inside[kind].append(away <= candidate.uncertainty_m)
    assert len(inside["street"]) >= 40
    for kind, found in inside.items():
        assert sum(found) >= 0.9 * len(found), kind


def test_a_buildings_circle_holds_the_addresses_in_it(rutland: Region, real_data: Path, home: Path) -> None:
    region, moved = _regions.with_points_on_buildings(rutland, real_data / RUTLAND, [], home, "rutland")
    found = [(one, locate(FORMS["as written"](one, random.Random(1)), region).candidates[:1]) for one in moved]
    away = [
        (math.dist(one.points[0], (first.easting, first.northing)), first.uncertainty_m)
        for one, candidates in found
        for first in candidates
        if first.precision is Precision.BUILDING
    ]
    assert len(away) >= 40
    assert sum(metres <= within for metres, within in away) >= 0.93 * len(away)
    assert statistics.median(within for _, within in away) <= 2 * statistics.median(metres for metres, _ in away)  # not padded


def test_every_flat_of_the_training_town(home: Path) -> None:
    region = _regions.training_town(home)
    rows = region.query("SELECT ref, flat, number, house, street, town, postcode, flats FROM addresses")
    asked = [item for row in rows for item in _regions.spoken(row)]
    flats = [item for item in asked if item[1] is not None]
    assert len(flats) > 500
    for ref, flat, text in [*random.Random(1).sample(asked, 300), *random.Random(1).sample(flats, 300)]:
        result = locate(text, region)
        assert result.status is LocateStatus.MATCHED, (text, result.message)
        assert (result.candidates[0].ref, result.candidates[0].flat) == (ref, flat), text


def test_hostile_texts_get_a_sentence(rutland: Region, county_sample: list[Address]) -> None:
    real = [FORMS["as written"](one, random.Random(1)) for one in county_sample]
    for text in _hostile.texts(1500, real, seed=8):
        result = locate(text, rutland)
        assert result.message
        assert to_json(result)
