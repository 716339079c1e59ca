"""What a Nominatim server answered, read as text from a stranger: anything may be missing, of another type, or hostile."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from era_geo import crs
from era_geo.errors import SourceIncomplete, SourceUnavailable, UsageError
from era_geo.region.address_words import HouseNumber, house_number, postcode

MOST_ANSWERS = 20
"""How many answers are asked for and read."""
_LONGEST = 120  # letters of a name
_STREETS = ("road", "street", "pedestrian", "footway", "path", "square", "place")
_TOWNS = ("town", "village", "city", "hamlet", "suburb", "municipality", "isolated_dwelling", "locality")
_WIDER = ("city_district", "borough", "quarter", "neighbourhood", "county", "state_district", "state", "country")
_NORTHERN_IRELAND = "GB-NIR"  # of the United Kingdom and not of Great Britain; the rectangle of the grid reaches over it
_OSM_TYPES = ("node", "way", "relation")


class Kind(Enum):
    """What an answer stands for."""

    HOUSE = auto()
    NAMED = auto()
    STREET = auto()
    POSTCODE = auto()
    LOCALITY = auto()


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing that the server found, at a point in EPSG:27700.

    `extent_m` is the distance from the point to the furthest corner of the thing's bounding box. `towns` are the names of the
    places it lies in, the one for its address first; `wider` those of counties and the like. `on_line`: the house is not
    mapped, its number lies on a line of numbers.
    """

    kind: Kind
    ref: str | None
    number: HouseNumber | None
    number_text: str | None
    name: str | None
    street: str | None
    towns: tuple[str, ...]
    wider: tuple[str, ...]
    postcode: str | None
    easting: float
    northing: float
    extent_m: float
    is_building: bool
    on_line: bool


@dataclass(frozen=True)
class Answers:
    """The answers that can be used, and how many were left out because they lie elsewhere or cannot be read."""

    listed: tuple[Answer, ...]
    elsewhere: int = 0
    unreadable: int = 0


def read(body: bytes, host: str) -> Answers:
    """Read the body of an answer.

    Raises
    ------
    SourceIncomplete
        If it breaks off.
    SourceUnavailable
        If it is not what a Nominatim server sends.
    """
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        if body.lstrip()[:1] == b"[":
            raise SourceIncomplete(f"The answer of {host} broke off, or is damaged. Try again.") from None
        raise _no_nominatim(host) from None
    if not isinstance(content, list):
        raise _no_nominatim(host)
    listed: list[Answer] = []
    elsewhere = 0
    for item in content[:MOST_ANSWERS]:
        try:
            listed.append(_answer(item))
        except UsageError:
            elsewhere += 1
        except ValueError:
            continue
    if content and not listed and not elsewhere:
        raise _no_nominatim(host)
    return Answers(tuple(listed), elsewhere, len(content) - len(listed) - elsewhere)


def _no_nominatim(host: str) -> SourceUnavailable:
    return SourceUnavailable(f"{host} did not answer as a Nominatim server does. Check ERA_GEO_NOMINATIM_URL.")


def _answer(item: Any) -> Answer:
    """Read one answer.

    Raises
    ------
    UsageError
        If it lies outside Great Britain.
    ValueError
        If it cannot be read.
    """
    if not isinstance(item, dict) or not isinstance(item.get("address"), dict):
        raise ValueError("no address")  # noqa: TRY004 - the caller counts it with the others it cannot read
    parts = {key: text for key, value in item["address"].items() if isinstance(key, str) and (text := _text(value))}
    if parts.get("country_code", "gb").casefold() != "gb" or _NORTHERN_IRELAND in parts.values():
        raise UsageError("It lies in another country, or has another grid.")
    lon, lat = _degrees(item.get("lon")), _degrees(item.get("lat"))
    east, north = crs.point_to_bng(lon, lat)
    number_text = parts.get("house_number")
    number = house_number(number_text) if number_text else None
    category, kind_text = _text(item.get("category")), _text(item.get("type"))
    return Answer(
        kind=_kind(item, number_text),
        ref=_ref(item),
        number=number,
        number_text=number_text if number is not None else None,
        name=_text(item.get("name")) or parts.get("house_name") or number_text,
        street=_first(parts, _STREETS),
        towns=_all(parts, _TOWNS),
        wider=_all(parts, _WIDER),
        postcode=postcode(parts.get("postcode")),
        easting=east,
        northing=north,
        extent_m=_extent_m(item.get("boundingbox"), lon, lat),
        is_building=category == "building",
        on_line=category == "place" and kind_text in ("house", "houses") and item.get("osm_type") == "way",
    )


def _kind(item: Mapping[str, Any], number: str | None) -> Kind:
    kinds = {_text(item.get("type")), _text(item.get("addresstype"))}
    category = _text(item.get("category"))
    if number:
        return Kind.HOUSE
    if "postcode" in kinds:
        return Kind.POSTCODE
    if category == "highway" or "road" in kinds:
        return Kind.STREET
    if category in ("place", "boundary") and "house" not in kinds:
        return Kind.LOCALITY
    return Kind.NAMED


def _ref(item: Mapping[str, Any]) -> str | None:
    kind, number = item.get("osm_type"), item.get("osm_id")
    if kind in _OSM_TYPES and isinstance(number, int) and 0 < number < 1 << 63:
        return f"osm:{kind}/{number}"
    return None


def _text(value: Any) -> str | None:
    """Give a text as one short line of characters that can be seen; `None` for anything else."""
    if not isinstance(value, str):
        return None
    shown = "".join(sign if sign.isprintable() else " " for sign in value[: 4 * _LONGEST])
    return " ".join(shown.split())[:_LONGEST].strip() or None


def _degrees(value: Any) -> float:
    """Read a figure that is sent as text or as a number."""
    if isinstance(value, bool) or not isinstance(value, (str, float, int)):
        raise ValueError("not a number")  # noqa: TRY004 - as above
    try:
        degrees = float(value)
    except OverflowError:
        raise ValueError("too large") from None
    if not math.isfinite(degrees) or abs(degrees) > 360:
        raise ValueError("no angle")
    return degrees


def _extent_m(box: Any, lon: float, lat: float) -> float:
    """Give metres from the point to the furthest corner of its box (south, north, west, east)."""
    if not isinstance(box, Sequence) or isinstance(box, str) or len(box) != 4:
        raise ValueError("no box")
    south, north, west, east = (_degrees(value) for value in box)
    metres = math.radians(1) * 6_371_000.0
    high = max(abs(north - lat), abs(lat - south)) * metres
    wide = max(abs(east - lon), abs(lon - west)) * metres * math.cos(math.radians(lat))
    return math.hypot(high, wide)


def _first(parts: Mapping[str, str], keys: Sequence[str]) -> str | None:
    return next(iter(_all(parts, keys)), None)


def _all(parts: Mapping[str, str], keys: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(parts[key] for key in keys if key in parts))
