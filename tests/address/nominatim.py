"""Answers as a Nominatim server sends them (format jsonv2, with address details), made from eastings and northings."""

from __future__ import annotations

import json
from typing import Any

from era_geo import crs

Item = dict[str, Any]


def item(east: float, north: float, *, half_m: float = 6.0, **more: Any) -> Item:
    """Give one answer at a point (EPSG:27700) with a box that reaches `half_m` to each side; `more` wins over all."""
    lon, lat = crs.point_to_lonlat(east, north)
    high = half_m / 111_195
    wide = high * 1.78
    return {
        "place_id": 1,
        "osm_type": "node",
        "osm_id": 77,
        "lat": f"{lat:.7f}",
        "lon": f"{lon:.7f}",
        "category": "place",
        "type": "house",
        "addresstype": "place",
        "name": "",
        "display_name": "as the server shows it",
        "boundingbox": [f"{lat - high:.7f}", f"{lat + high:.7f}", f"{lon - wide:.7f}", f"{lon + wide:.7f}"],
        **more,
    }


def house(number: str, road: str, east: float, north: float, town: str = "Kirkbrae", *, postcode: str = "", **more: Any) -> Item:
    """Give a house."""
    address = {"house_number": number, "road": road, "town": town, "county": "Lanarkshire", "country_code": "gb"}
    return item(east, north, **{"address": address | ({"postcode": postcode} if postcode else {}), **more})


def road(name: str, east: float, north: float, town: str = "Kirkbrae", **more: Any) -> Item:
    """Give a street."""
    kinds = {"osm_type": "way", "category": "highway", "type": "residential", "addresstype": "road", "half_m": 80.0}
    address = {"road": name, "town": town, "country_code": "gb"}
    return item(east, north, **{**kinds, "name": name, "address": address, **more})


def body(*items: object) -> bytes:
    """Give the answers as the server sends them."""
    return json.dumps(items).encode()
