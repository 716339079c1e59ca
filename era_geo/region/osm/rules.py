"""What an OpenStreetMap object is, by its tags: pure functions, no geometry."""

from __future__ import annotations

import json
from collections.abc import Mapping
from json.encoder import encode_basestring as _quoted
from typing import NamedTuple

from era_geo.region.address_words import postcode
from era_geo.region.kept_keys import KEPT_KEYS

Tags = Mapping[str, str]

_ADDRESS_KEYS = ("addr:housenumber", "addr:housename", "addr:flats", "addr:unit", "addr:flat", "addr:door", "addr:postcode")
_ADDRESS = frozenset(_ADDRESS_KEYS)
_KEPT = {kept.key: frozenset(kept.except_values) for kept in KEPT_KEYS}
NODE_KEYS = tuple(dict.fromkeys((*_KEPT, *_ADDRESS_KEYS, "entrance", "barrier", "place", "crossing")))
"""A node without any of these keys is of no interest."""
WAY_KEYS = (*NODE_KEYS, "natural", "waterway", "addr:interpolation")
"""As `NODE_KEYS`, for ways and relations."""

GATES = frozenset(
    ("gate", "lift_gate", "kissing_gate", "swing_gate", "sliding_gate", "wicket_gate", "hampshire_gate", "bump_gate",
     "sally_port", "stile", "horse_stile", "cycle_barrier", "motorcycle_barrier", "bollard", "turnstile",
     "full-height_turnstile", "entrance", "cattle_grid", "chain", "block", "toll_booth", "spikes", "door")
)  # fmt: skip
_NO_OBSTACLE = GATES | {"kerb", "no", "log", "rope", "height_restrictor", "border_control"}

# Closed ways with these tags are lines that happen to close, not areas.
_LINEAR: dict[str, frozenset[str]] = {
    "railway": frozenset(
        ("rail", "tram", "light_rail", "narrow_gauge", "subway", "monorail", "miniature", "preserved", "funicular", "disused",
         "abandoned", "razed", "dismantled", "construction", "proposed", "platform_edge")
    ),
    "man_made": frozenset(("pipeline", "cutline", "embankment", "goods_conveyor", "dyke", "cable")),
    "attraction": frozenset(("roller_coaster", "train", "log_flume", "water_slide")),
    "playground": frozenset(("zipwire",)),
    "public_transport": frozenset(),
}  # fmt: skip

_OTHER_NAMES = (
    "alt_name", "old_name", "official_name", "short_name", "loc_name", "reg_name", "name:en", "name:gd", "name:sco", "name:cy"
)  # fmt: skip
_NAMED_OTHERWISE = frozenset(_OTHER_NAMES)
_TOWN_KEYS = ("addr:city", "addr:town", "addr:village", "addr:suburb", "addr:hamlet", "addr:locality")

_GREEN = (
    ("leisure", ("park", "garden", "pitch", "golf_course", "recreation_ground", "playground", "common", "dog_park", "track",
                 "nature_reserve", "schoolyard", "disc_golf_course")),
    ("landuse", ("grass", "recreation_ground", "village_green", "cemetery", "allotments", "meadow", "flowerbed", "greenfield")),
    ("natural", ("grassland", "heath", "scrub", "fell", "moor", "wetland", "shrubbery")),
    ("amenity", ("grave_yard",)),
)  # fmt: skip
_AREA_KINDS: dict[tuple[str, str], str] = {
    **{(key, value): "green" for key, values in _GREEN for value in values},
    **{("landuse", value): "farmland" for value in ("farmland", "farmyard", "orchard", "vineyard", "plant_nursery")},
    **{
        ("landuse", value): "industrial"
        for value in ("industrial", "commercial", "retail", "quarry", "landfill", "construction", "brownfield", "garages",
                      "railway", "depot", "port")
    },
    **{("natural", value): "sand" for value in ("beach", "sand", "shingle", "mud", "bare_rock", "scree", "shoal")},
    **{("waterway", value): "water" for value in ("riverbank", "dock", "boatyard")},
    **{("landuse", value): "water" for value in ("reservoir", "basin")},
    ("landuse", "residential"): "residential",
    ("landuse", "forest"): "wood",
    ("natural", "wood"): "wood",
    ("natural", "water"): "water",
    ("leisure", "swimming_pool"): "water",
    ("amenity", "parking"): "hard",
    ("man_made", "pier"): "hard",
    ("place", "square"): "hard",
}  # fmt: skip
_AREA_KEYS = ("natural", "waterway", "leisure", "amenity", "man_made", "landuse", "place")
_RAILS = frozenset(("rail", "tram", "light_rail", "narrow_gauge", "subway", "preserved", "funicular", "monorail"))
_UPRN_DIGITS = 12
_WATERWAYS = frozenset(("river", "stream", "canal", "drain", "ditch", "tidal_channel"))


class Address(NamedTuple):
    """The parts of an address as tags give them, in the order of `StagedAddress`."""

    flat: str | None
    number: str | None
    house: str | None
    street: str | None
    town: str | None
    postcode: str | None
    uprn: str | None
    flats: str | None


def is_place(tags: Tags) -> bool:
    """Whether the object belongs into `places`: it carries a kept key, with a value that is kept."""
    if _KEPT.keys().isdisjoint(tags):  # nearly always, and much sooner done
        return False
    return any(key in _KEPT and value not in _KEPT[key] for key, value in tags.items())


def is_area(tags: Tags) -> bool:
    """Whether a closed way with these tags means the area inside it, not the line."""
    area = tags.get("area")
    if area in {"yes", "no"}:
        return area == "yes"
    if "building" in tags:
        return True
    if "highway" in tags:
        return tags["highway"] in {"rest_area", "services", "platform"}
    linear = sum(tags.get(key) in values for key, values in _LINEAR.items())
    areal = any(key in _KEPT and key != "highway" and value not in _LINEAR.get(key, ()) for key, value in tags.items())
    return areal or not linear


def address(tags: Tags) -> Address | None:
    """Give the address that the tags carry; `None` without a number, a house name or a flat."""
    if _ADDRESS.isdisjoint(tags):
        return None
    number, house = _text(tags, "addr:housenumber"), _text(tags, "addr:housename")
    flat = _text(tags, "addr:unit") or _text(tags, "addr:flat") or _text(tags, "addr:door")
    flats = _text(tags, "addr:flats")
    if not (number or house or flat or flats):
        return None
    street = _text(tags, "addr:street") or _text(tags, "addr:place") or _text(tags, "addr:parentstreet")
    return Address(flat, number, house, street, _town(tags), postcode(tags.get("addr:postcode", "")), uprn(tags), flats)


def address_line(tags: Tags) -> str | None:
    """Give the address in one line, as the tags have it, for showing."""
    full = _text(tags, "addr:full")
    if full:
        return full
    house = " ".join(filter(None, (_text(tags, "addr:housenumber"), _text(tags, "addr:street") or _text(tags, "addr:place"))))
    parts = (_text(tags, "addr:unit") or _text(tags, "addr:flat"), _text(tags, "addr:housename"), house or None, _town(tags))
    return ", ".join(part for part in parts if part) or None


def uprn(tags: Tags) -> str | None:
    """Give the unique property reference number, where the object has exactly one."""
    value = tags.get("ref:GB:uprn", "").strip().lstrip("0")
    return value if value.isascii() and value.isdigit() and len(value) <= _UPRN_DIGITS else None


def flats_in(tags: Tags) -> int | None:
    """Give `building:flats` as a number; `None` where it is missing or no plain number."""
    value = tags.get("building:flats", "").strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else None


def other_names(tags: Tags) -> str | None:
    """Give a street's or locality's other names as a JSON list; `None` for none."""
    if _NAMED_OTHERWISE.isdisjoint(tags):
        return None
    name = tags.get("name")
    found = [part.strip() for key in _OTHER_NAMES for part in tags.get(key, "").split(";")]
    names = [other for other in dict.fromkeys(found) if other and other != name]
    return json.dumps(names, ensure_ascii=False) if names else None


def obstacle(tags: Tags) -> str | None:
    """Give the kind of a wall, fence, hedge or the like; `None` for what one can walk through, and for no barrier."""
    barrier = tags.get("barrier")
    return barrier if barrier and barrier not in _NO_OBSTACLE else None


def area_kind(tags: Tags) -> str | None:
    """Give the background kind of an area."""
    if "highway" in tags:
        return "hard"
    for key in _AREA_KEYS:
        if key in tags and (kind := _AREA_KINDS.get((key, tags[key]))):
            return kind
    return None


def line_kind(tags: Tags) -> str | None:
    """Give the background kind of a line; `None` too for what runs underground, which neither bars the way nor shows on a map."""
    if is_underground(tags):
        return None
    if tags.get("railway") in _RAILS:
        return "rail"
    if tags.get("waterway") in _WATERWAYS:
        return "waterway"
    return "coast" if tags.get("natural") == "coastline" else None


def is_underground(tags: Tags) -> bool:
    """Whether a way runs below the ground: in a tunnel or culvert, but not in a passage through a building."""
    return tags.get("tunnel", "no") not in {"no", "building_passage"} or tags.get("location") == "underground"


def is_building(tags: Tags) -> bool:
    """Whether the tags say that this is a building."""
    return tags.get("building", "no") != "no"


def as_json(tags: Tags) -> str:
    """Give all tags as the `tags` column holds them: JSON, put together by hand because `json.dumps` takes five times as long."""
    return "{" + ", ".join([f"{_quoted(key)}: {_quoted(value)}" for key, value in tags.items()]) + "}"


def _town(tags: Tags) -> str | None:
    return next((tags[key].strip() for key in _TOWN_KEYS if key in tags and tags[key].strip()), None)


def _text(tags: Tags, key: str) -> str | None:
    value = tags.get(key)
    return None if value is None else value.strip() or None
