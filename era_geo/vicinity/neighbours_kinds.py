"""What buildings are for, by the `building` tag and by what else they carry."""

from __future__ import annotations

import json
from functools import lru_cache

import numpy as np
import shapely

from era_geo.vicinity.surroundings import Surroundings

HOME_KINDS = frozenset((
    "house", "detached", "semidetached_house", "semi", "terrace", "terraced_house", "residential", "bungalow",
    "apartments", "flats", "tenement", "maisonette", "cottage", "cottages", "villa", "farm", "farmhouse", "country_house",
    "dormitory", "static_caravan", "cabin", "houseboat", "annexe", "manse", "manor",
))  # fmt: skip
FLATTED_KINDS = frozenset(("apartments", "flats", "tenement", "maisonette", "dormitory"))
"""Kinds that hold several homes, so that one address alone is not the whole number."""
ROW_KINDS = frozenset((
    "terrace", "terraced_house", "semidetached_house", "semi", "house", "detached", "bungalow", "cottage", "cottages",
))  # fmt: skip
"""Kinds in which each number is a house of its own, though one outline may be drawn around several."""
OUTBUILDINGS = frozenset((
    "garage", "garages", "shed", "roof", "carport", "greenhouse", "hut", "outbuilding", "conservatory", "container",
    "tent", "service", "kiosk", "toilets", "transformer_tower", "barn", "stable", "sty", "cowshed", "farm_auxiliary",
    "silo", "storage_tank", "tank", "bunker", "ruins", "bandstand", "allotment_house",
))  # fmt: skip
OTHER_KINDS = OUTBUILDINGS | frozenset((
    "industrial", "warehouse", "retail", "commercial", "office", "church", "chapel", "cathedral", "mosque", "temple",
    "synagogue", "religious", "school", "kindergarten", "college", "university", "hospital", "hotel", "public", "civic",
    "government", "train_station", "station", "signal_box", "transportation", "pavilion", "sports_hall", "sports_centre",
    "stadium", "grandstand", "boathouse", "supermarket", "fire_station", "police_station", "water_tower", "pub",
    "restaurant", "bar", "bridge", "tower", "museum", "library", "training_centre", "parking", "hangar", "construction",
    "collapsed", "shop", "cinema", "theatre", "clubhouse",
))  # fmt: skip
HOME_CLASSES = ("RD", "RH", "X")
"""How a gazetteer's code for a home begins: a dwelling, a house in multiple occupation, dual use. Plain R is one too."""
LEAST_HOME_M2 = 30.0
"""A building of no stated use that is smaller than this is taken for a shed."""

_OTHER_USE_KEYS = (
    "amenity", "shop", "office", "craft", "healthcare", "club", "tourism", "leisure", "social_facility", "emergency",
)  # fmt: skip
_NO_USE = frozenset((
    "no", "vacant", "garden", "swimming_pool", "parking", "parking_space", "artwork", "information", "defibrillator",
))  # fmt: skip


class Uses:
    """What the buildings and the objects around a property are used for, as far as the data says.

    Buildings go by their position in `Surroundings.buildings`. A kind in neither list (`building=yes`) states no use.
    """

    def __init__(self, around: Surroundings) -> None:
        buildings = around.buildings
        others = np.array([_is_other_use(tags) for tags in around.places["tags"]], dtype=bool)
        self._other_refs = other_refs = {ref for ref, other in zip(around.places["ref"], others, strict=True) if other}
        spots = around.places.geometry[others]
        spots = spots[shapely.get_type_id(spots) == 0]
        holding, _ = shapely.STRtree(spots).query(buildings.geometry, predicate="intersects")
        classified = zip(around.addresses["building_id"], around.addresses["classification"], strict=True)
        classed_other = {fid for fid, code in classified if is_home_class(code) is False}
        rows = list(zip(buildings["fid"], buildings["kind"], buildings["ref"], strict=True))
        self._residential = [kind in HOME_KINDS and fid not in classed_other and ref not in other_refs for fid, kind, ref in rows]
        self._other = [kind in OTHER_KINDS or ref in other_refs for _, kind, ref in rows]
        unstated = np.array([fid not in classed_other for fid, _, _ in rows], dtype=bool)
        unstated[holding] = False
        unstated &= ~(np.array(self._residential, dtype=bool) | np.array(self._other, dtype=bool))
        self._unstated: list[bool] = (unstated & (shapely.area(buildings.geometry) >= LEAST_HOME_M2)).tolist()

    def other_objects(self, refs: list[str]) -> list[str]:
        """Give those of the objects that are a shop, an office, an amenity or the like."""
        return [] if self._other_refs.isdisjoint(refs) else [ref for ref in refs if ref in self._other_refs]

    def is_residential(self, building: int) -> bool:
        """Whether the building is of a residential kind, and nothing else by its other tags."""
        return self._residential[building]

    def is_other(self, building: int) -> bool:
        """Whether the building is for something other than living."""
        return self._other[building]

    def is_unstated(self, building: int) -> bool:
        """Whether nothing says what the building is for, not even a shop inside it, and it is large enough for a home."""
        return self._unstated[building]


def is_home_class(code: str | None) -> bool | None:
    """Whether a gazetteer's classification is that of a home; `None` without one."""
    return None if not code else code == "R" or code.startswith(HOME_CLASSES)


@lru_cache(maxsize=1 << 14)  # the same shops and gardens lie around many properties
def _is_other_use(tags: str | None) -> bool:
    held = json.loads(tags or "{}")
    return any(held.get(key, "no") not in _NO_USE for key in _OTHER_USE_KEYS)
