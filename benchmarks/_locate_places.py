"""Houses asked for in a town they do not lie in: another street of the name, or another town, must never pass without a word."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from benchmarks._addresses import Address, Point, line, plain
from benchmarks._judging import HOUSE_LEVEL
from benchmarks._locate_run import SEED, Run
from era_geo.address.gazetteer import gazetteer_of
from era_geo.address.search import locate
from era_geo.model import LocateResult, LocateStatus
from era_geo.region.region import Region

FAR_M = 5000.0
"""A house further than this from the middle of a town or village, which it does not name either, does not lie in it."""
_SETTLEMENTS = ("city", "town", "village")


def other_towns(run: Run, name: str, region: Region, addresses: Sequence[Address]) -> None:
    """Ask for every house in a town, drawn with a seed, that lies far from it and that no house of its number and street names."""
    rng = random.Random(SEED)
    places = [
        (place.name, (place.easting, place.northing))
        for named in gazetteer_of(region).localities.values()
        for place in named
        if place.kind in _SETTLEMENTS
    ]
    named: dict[tuple[str, str], set[str]] = {}
    for one in addresses:
        named.setdefault(one.key, set()).add(plain(one.town))
    wrong = 0
    for one in addresses:
        town, middle = rng.choice([place for place in places if _is_elsewhere(one, place, named[one.key])])
        text = line(f"{one.number} {one.street}", town)
        if _is_taken(locate(text, region), middle):
            wrong += 1
            print(f"    wrong: {text}")
    run.asked += len(addresses)
    run.wrong += wrong
    what = f"{name}, every house with another town: taken all the same"
    run.report.add(what, 1000 * wrong / len(addresses), "per 1,000", target="<= 1")


def _is_elsewhere(one: Address, place: tuple[str, Point], own_towns: set[str]) -> bool:
    name, middle = place
    return plain(name) not in own_towns and math.dist(one.points[0], middle) > FAR_M


def _is_taken(result: LocateResult, middle: Point) -> bool:
    """Whether one house that lies far from the typed town was the answer."""
    if result.status is not LocateStatus.MATCHED or result.candidates[0].precision.value not in HOUSE_LEVEL:
        return False
    return math.dist((result.candidates[0].easting, result.candidates[0].northing), middle) > FAR_M
