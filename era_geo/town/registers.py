"""The registers of the town's addresses as national products have them: postcodes, UPRN points, a gazetteer of addresses."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from statistics import fmean
from typing import Any

from shapely import box

from era_geo.crs import to_lonlat
from era_geo.town.objects import Address, Town

_RANGE = re.compile(r"(\d+)([A-Z]?)(?:-(\d+)([A-Z]?))?")
_GLEN_SECTOR = "0"
_GLEN_UNITS = tuple(map("".join, product("ABDEFGHJLNPQRSTUWXYZ", repeat=2)))  # of the letters that postcodes end with
_GLEN_REACH_M = 500.0
_GLEN_STEP_M = 180.0
_LEADING_NUMBER = re.compile(r"(?:Flat |Room )?(\d+)")


def codepoint_rows(town: Town, council: str) -> Iterator[dict[str, Any]]:
    """Give a row for each postcode in the layout of Code-Point Open, which has no header.

    A postcode lies at the address nearest to the middle of its addresses, rounded to the metre, as in the product. Those of the
    glen around the town follow, so that the council is wider than its town. The last two have a poor place (quality 60) and none
    (quality 90).
    """
    members: dict[str, list[Address]] = defaultdict(list)
    for address in town.addresses:
        if address.postcode:
            members[address.postcode].append(address)
    for postcode, addresses in sorted(members.items()):
        east, north = fmean(one.easting for one in addresses), fmean(one.northing for one in addresses)
        nearest = min(addresses, key=lambda one: (one.easting - east) ** 2 + (one.northing - north) ** 2)
        yield _codepoint(postcode, 10, nearest.easting, nearest.northing, council)
    (west, south, east, north), district = town.extent, min(members).partition(" ")[0]
    for code, (easting, northing) in zip(_GLEN_UNITS, _around(west, south, east, north), strict=False):
        yield _codepoint(f"{district} {_GLEN_SECTOR}{code}", 10, easting, northing, council)
    yield _codepoint(f"{district} 9ZY", 60, (west + east) / 2 - 300, (south + north) / 2 + 340, council)
    yield _codepoint(f"{district} 9ZZ", 90, 0, 0, council)


def _around(west: float, south: float, east: float, north: float) -> Iterator[tuple[float, float]]:
    """Give points `_GLEN_STEP_M` apart along the frame that lies `_GLEN_REACH_M` beyond a rectangle."""
    frame = box(west - _GLEN_REACH_M, south - _GLEN_REACH_M, east + _GLEN_REACH_M, north + _GLEN_REACH_M).exterior
    for number in range(int(frame.length / _GLEN_STEP_M)):
        point = frame.interpolate(number * _GLEN_STEP_M)
        yield point.x, point.y


def _codepoint(postcode: str, quality: int, easting: float, northing: float, council: str) -> dict[str, Any]:
    outward, _, inward = postcode.partition(" ")
    return {
        "PC": f"{outward:<4}{inward}", "PQ": quality, "EA": round(easting), "NO": round(northing), "CY": "S92000003", "RH": "",
        "LH": "S08999999", "CC": "", "DC": council, "WC": "S13999999",
    }  # fmt: skip


def uprn_rows(town: Town) -> Iterator[dict[str, Any]]:
    """Give a row for each address in the columns of OS Open UPRN: a number and a point, and no word of the address."""
    lon, lat = to_lonlat([one.easting for one in town.addresses], [one.northing for one in town.addresses])
    for one, x, y in zip(town.addresses, lon, lat, strict=True):
        yield {
            "UPRN": one.uprn, "X_COORDINATE": f"{one.easting:.2f}", "Y_COORDINATE": f"{one.northing:.2f}",
            "LATITUDE": f"{y:.7f}", "LONGITUDE": f"{x:.7f}",
        }  # fmt: skip


def gazetteer_rows(town: Town) -> Iterator[dict[str, Any]]:
    """Give a row for each address in the columns of the One Scotland Gazetteer (BS 7666): flat, then house, then street."""
    for one in town.addresses:
        start, start_suffix, end, end_suffix = _number_parts(one.number)
        flat = _LEADING_NUMBER.fullmatch(one.flat or "")
        yield {
            "UPRN": one.uprn, "LOGICAL_STATUS": "1", "CLASSIFICATION_CODE": "RD" if one.is_home else "C",
            "SAO_START_NUMBER": flat[1] if flat else "", "SAO_START_SUFFIX": "", "SAO_END_NUMBER": "", "SAO_END_SUFFIX": "",
            "SAO_TEXT": "" if flat else (one.flat or "").upper(), "PAO_START_NUMBER": start, "PAO_START_SUFFIX": start_suffix,
            "PAO_END_NUMBER": end, "PAO_END_SUFFIX": end_suffix, "PAO_TEXT": (one.house or "").upper(),
            "STREET_DESCRIPTOR": (one.street or "").upper(), "LOCALITY_NAME": "", "TOWN_NAME": one.town.upper(),
            "POSTCODE": one.postcode or "", "X_COORDINATE": f"{one.easting:.2f}", "Y_COORDINATE": f"{one.northing:.2f}",
        }  # fmt: skip


def _number_parts(number: str | None) -> tuple[str, str, str, str]:
    """Take `12A` and `45-47` apart into start, its suffix, end, its suffix."""
    match = _RANGE.fullmatch(number or "")
    return ("", "", "", "") if match is None else (match[1], match[2] or "", match[3] or "", match[4] or "")
