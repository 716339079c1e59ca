"""What else was typed, held against a house: whether its postcode agrees, and its town."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from era_geo.address.gazetteer import Gazetteer
from era_geo.address.post_towns import COUNTIES, POST_TOWNS
from era_geo.address.postcodes import INVENTED, area_of
from era_geo.address.precision import postcode_limit_m
from era_geo.address.records import House, PostcodeSpot, Street
from era_geo.address.rest import Rest
from era_geo.region.address_words import name_key


class Verdict(IntEnum):
    """How one piece of evidence stands to a house, worst first.

    `FAR`: the typed town lies so far off that it can only be the house's post town, and nothing says that it is.
    `BESIDE`: the data gives the house another postcode, but the typed one lies so near that either may be right.
    """

    AGAINST = 0
    FAR = 1
    SILENT = 2
    BESIDE = 3
    NEAR = 4
    FOR = 5


# How far a place's name reaches, metres: within the first it is meant, beyond the second it cannot be.
_REACH = {"city": (9000, 20000), "town": (2500, 15000), "borough": (5000, 15000), "village": (1500, 4000), "suburb": (2000, 5000),
          "island": (20000, 60000)}  # fmt: skip
_SMALL_REACH = (1000, 3000)


@dataclass(frozen=True, slots=True)
class TypedPostcode:
    """The typed postcode and what the region knows of it.

    `state` is `none`, `known`, `terminated`, `unknown` (the published list of its area lacks it), `unlisted` (no list to tell) or
    `outside` (the region has nothing of that area). `limit_m`: a house farther than this from its `spot` is not in it.
    """

    text: str | None
    state: str
    spot: PostcodeSpot | None = None
    limit_m: float = 0.0


def typed_postcode(text: str | None, gazetteer: Gazetteer) -> TypedPostcode:
    """Look the typed postcode up."""
    if text is None:
        return TypedPostcode(None, "none")
    spot = gazetteer.spot(text)
    if spot is not None:
        return TypedPostcode(text, "terminated" if spot.terminated else "known", spot, postcode_limit_m(spot, gazetteer))
    area = area_of(text)
    if area in gazetteer.published_areas:
        return TypedPostcode(text, "unknown")
    return TypedPostcode(text, "unlisted" if area in gazetteer.known_areas else "outside")


class Where(NamedTuple):
    """Where a house or a street lies, EPSG:27700, what it says of itself, and how far it may reach from that point."""

    easting: float
    northing: float
    postcode: str | None = None
    towns: tuple[str, ...] = ()
    reach_m: float = 0.0

    def away_m(self, easting: float, northing: float) -> float:
        """Give metres from its nearest edge to a point."""
        return max(0.0, math.hypot(self.easting - easting, self.northing - northing) - self.reach_m)


def of_house(house: House) -> Where:
    """Give where a house lies."""
    return Where(house.easting, house.northing, house.postcode, (house.town,) if house.town else ())


def of_street(street: Street) -> Where:
    """Give where a street lies."""
    return Where(street.easting, street.northing, None, street.towns, street.reach_m)


def postcode_verdict(where: Where, postcode: TypedPostcode, district: str | None, gazetteer: Gazetteer) -> Verdict:
    """Hold the typed postcode against the address's own, and against where that postcode lies."""
    if postcode.text is None:
        return Verdict.SILENT if district is None else _district_verdict(where, district, gazetteer)
    if where.postcode == postcode.text:
        return Verdict.FOR
    if postcode.spot is not None:
        return _spot_verdict(where, postcode.spot, postcode.limit_m)
    if where.postcode is not None or postcode.state == "outside":
        return Verdict.AGAINST
    return Verdict.SILENT


def _spot_verdict(where: Where, spot: PostcodeSpot, limit_m: float) -> Verdict:
    """Hold the place of a postcode that is not the address's own against it; one that is only roughly known says nothing."""
    if spot.is_rough:
        return Verdict.SILENT
    if where.away_m(spot.easting, spot.northing) > limit_m:
        return Verdict.AGAINST
    return Verdict.NEAR if where.postcode is None else Verdict.BESIDE


def _district_verdict(where: Where, district: str, gazetteer: Gazetteer) -> Verdict:
    own = where.postcode or gazetteer.nearest_postcode(where.easting, where.northing)
    if own is None:
        return Verdict.SILENT
    same = own.startswith(district) if " " in district else own.split(" ", 1)[0] == district
    if same:
        return Verdict.FOR if where.postcode else Verdict.NEAR
    return Verdict.AGAINST if where.postcode else Verdict.SILENT


def place_verdict(where: Where, rest: Rest, gazetteer: Gazetteer) -> Verdict:
    """Hold the typed towns against the address's own, and against where those towns lie; counties against its postcode's area."""
    towns = rest.towns
    if any(not _may_lie_in(where, county, gazetteer) for county in rest.counties):
        return Verdict.AGAINST
    if not towns:
        return Verdict.SILENT
    inside = [_one_town(where, town, gazetteer) for town in towns if town in gazetteer.towns]
    if Verdict.AGAINST in inside:
        return Verdict.AGAINST
    if Verdict.FOR in inside:
        return Verdict.FOR
    is_placed = where.towns or gazetteer.localities  # else towns are only names in other addresses, and one of them will do
    is_outside = len(inside) < len(towns) if is_placed else not inside and bool(gazetteer.towns)
    return Verdict.AGAINST if is_outside else Verdict.FAR if Verdict.FAR in inside else Verdict.SILENT


def _may_lie_in(where: Where, county: str, gazetteer: Gazetteer) -> bool:
    """Whether the address may lie in a county, by the area of its own postcode, or of the nearest; yes where none is known."""
    postcode = where.postcode or gazetteer.nearest_postcode(where.easting, where.northing)
    return postcode is None or area_of(postcode) in (*COUNTIES[county], INVENTED)


def _one_town(where: Where, town: str, gazetteer: Gazetteer) -> Verdict:
    if any(name_key(own) == town for own in where.towns):
        return Verdict.FOR
    places = gazetteer.localities.get(town)
    if not places:
        return Verdict.AGAINST if where.towns else Verdict.SILENT
    best = Verdict.AGAINST
    for place in places:
        meant, possible = _REACH.get(place.kind, _SMALL_REACH)
        away = where.away_m(place.easting, place.northing)
        if away <= meant and away <= _own_town_m(where, gazetteer):
            return Verdict.FOR
        if away <= possible and not where.towns:
            best = Verdict.FAR
    return best


def lies_in(where: Where, town: str, gazetteer: Gazetteer) -> bool:
    """Whether the address lies where the town is, whatever it says of itself."""
    return any(
        where.away_m(place.easting, place.northing) <= _REACH.get(place.kind, _SMALL_REACH)[0]
        for place in gazetteer.localities.get(town, ())
    )


def _own_town_m(where: Where, gazetteer: Gazetteer) -> float:
    """Give metres to the town that an address itself names, in which it lies if that is the nearer one; infinite for none."""
    places = (place for name in where.towns for place in gazetteer.localities.get(name_key(name), ()))
    return min((where.away_m(place.easting, place.northing) for place in places), default=math.inf)


def not_in(where: Where, rest: Rest, gazetteer: Gazetteer) -> list[str]:
    """Give the keys of the typed towns and counties that the address does not lie in."""
    towns = [town for town in rest.towns if _against(where, town, gazetteer)]
    return [*towns, *(county for county in rest.counties if not _may_lie_in(where, county, gazetteer))]


def _against(where: Where, town: str, gazetteer: Gazetteer) -> bool:
    return town not in gazetteer.towns or _one_town(where, town, gazetteer) in (Verdict.AGAINST, Verdict.FAR)


def may_be_post_town(where: Where, towns: tuple[str, ...], gazetteer: Gazetteer) -> bool:
    """Whether every typed town that speaks against an address of the typed postcode may be its post town.

    A town of the region must be near enough; one outside it, as post towns often are, must have that postcode's area.
    """
    return all(_serves(where, town, gazetteer) for town in towns if _against(where, town, gazetteer))


def _serves(where: Where, town: str, gazetteer: Gazetteer) -> bool:
    if town not in gazetteer.localities:
        return town in gazetteer.towns or where.postcode is None or area_of(where.postcode) in (*POST_TOWNS.get(town, ()), INVENTED)
    places = [place for place in gazetteer.localities[town] if place.kind in ("city", "town")]
    return any(where.away_m(place.easting, place.northing) <= _REACH[place.kind][1] for place in places)
