"""What a region's address tables hold, as values: a house, a street, a postcode, a locality. EPSG:27700 throughout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from era_geo.region.address_words import HouseNumber


class House(NamedTuple):
    """An address of the region. `number` is read from the source's own text, `number_text`; `street_id` is its street.

    A tuple, because that is soon made: in a country hundreds of houses have the number 1 on a street of a common name.
    """

    fid: int
    ref: str
    flat: str | None
    number: HouseNumber | None
    number_text: str | None
    house: str | None
    street: str | None
    town: str | None
    postcode: str | None
    uprn: str | None
    flats: str | None
    building_id: int | None
    sources: tuple[str, ...]
    spread_m: float
    easting: float
    northing: float
    street_id: int = 0
    between_m: float | None = None
    """Metres between the two ends it is interpolated from; `None` for a house that is mapped."""


@dataclass(frozen=True, slots=True)
class Street:
    """One street on the ground: a centre and the distance that holds all of it, metres, EPSG:27700."""

    id: int
    key_id: int
    name: str
    towns: tuple[str, ...]
    easting: float
    northing: float
    reach_m: float
    houses: int
    has_line: bool


@dataclass(frozen=True, slots=True)
class PostcodeSpot:
    """Where a postcode lies. `scale_m` says how far apart postcodes lie there; `published` whether a postcode list gave it.

    `is_rough`: the list knows only the mean of other postcodes, and `scale_m` estimates how far from it this one may lie.
    """

    postcode: str
    easting: float
    northing: float
    scale_m: float
    published: bool
    terminated: str | None
    is_rough: bool = False


@dataclass(frozen=True, slots=True)
class Locality:
    """A town, village, suburb or farm, at a point in EPSG:27700."""

    ref: str
    name: str
    kind: str
    easting: float
    northing: float
