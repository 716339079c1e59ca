"""What is striking about the property itself: several households under one roof, a care setting."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely

from era_geo.vicinity.neighbours_listed import PropertyHomes
from era_geo.vicinity.surroundings import Surroundings

AT_PROPERTY_M = 0.5

_SEVERAL_HOUSEHOLDS = "several households under one roof"
_CARE = "a care setting"
_SHARED = "shared or temporary accommodation"
# Key to value to what it says; "*" is any other value.
_SAYS: dict[str, dict[str, str]] = {
    "building": {
        **dict.fromkeys(("apartments", "flats", "tenement", "maisonette"), _SEVERAL_HOUSEHOLDS),
        "dormitory": _SHARED,
        "nursing_home": _CARE,
    },
    "social_facility": {**dict.fromkeys(("shelter", "dormitory"), _SHARED), "*": _CARE},
    "amenity": {
        **dict.fromkeys(("nursing_home", "social_facility", "retirement_home", "hospice"), _CARE),
        **dict.fromkeys(("student_accommodation", "refugee_housing", "refugee_site"), _SHARED),
    },
    "healthcare": {"hospice": _CARE, "nursing_home": _CARE},
    "tourism": dict.fromkeys(("hostel", "guest_house", "hotel"), _SHARED),
    "residential": dict.fromkeys(("university", "halls", "hmo", "dormitory"), _SHARED),
    "house": {"hmo": _SHARED},
}
_CLASSES = {"RH": "a house in multiple occupation", "RI": "a residential institution"}
_LAYERS = {
    "care_home": _CARE,
    "childrens_home": _CARE,
    "sheltered_housing": _CARE,
    "hostel": _SHARED,
}


def setting_notes(around: Surroundings) -> list[str]:
    """Say in sentences what the tags of the property's building and of places in it tell of shared living and care."""
    return list(dict.fromkeys([*_of_building(around), *_of_places(around), *_of_lists(around), *_of_gazetteer(around)]))


def _of_building(around: Surroundings) -> list[str]:
    own = around.own_building
    if own is None:
        return []
    rows = around.region.query("SELECT tags FROM buildings WHERE fid = ?", (around.buildings["fid"][own],))
    said = _said(json.loads(rows[0][0] or "{}"), "The property's building")
    flats = around.buildings["flats"][own] or 0
    if flats > 1:
        said.append(f"The property's building is tagged building:flats={flats}: {_SEVERAL_HOUSEHOLDS}.")
    return said


def _of_places(around: Surroundings) -> list[str]:
    """Say what the tags of the map's places in the property's building tell."""
    own = around.own_building
    building = None if own is None else around.buildings["ref"][own]
    said: list[str] = []
    places = around.places.where(shapely.distance(around.walls, around.places.geometry) <= AT_PROPERTY_M)
    for row in places.rows():
        if row["layer"] is None and row["ref"] != building and _belongs(around, row["geom"]):
            said += _said(json.loads(row["tags"] or "{}"), f"{_named(row)}, at the property,")
    return said


def _of_lists(around: Surroundings) -> list[str]:
    """Say which care settings of the official lists are at the property, or may be: by address, whatever their points say."""
    settings = around.places.where(np.array([layer in _LAYERS for layer in around.places["layer"]], dtype=bool))
    if not len(settings):
        return []
    homes = PropertyHomes.of(around)
    found = ((row, homes.where_of(row)) for row in settings.rows())
    return [
        f"{_named(row)}, on an official list, {where.value}: {_LAYERS[row['layer']]}." for row, where in found if where is not None
    ]


def _named(row: Mapping[str, Any]) -> str:
    return f"{row['name']} ({row['ref']})" if row["name"] else str(row["ref"])


def _of_gazetteer(around: Surroundings) -> list[str]:
    """Say what a gazetteer's classification of the addresses in the property's building tells."""
    own = around.own_building
    if own is None:
        return []
    fid, addresses = around.buildings["fid"][own], around.addresses
    codes = {code for at, code in zip(addresses["building_id"], addresses["classification"], strict=True) if code and at == fid}
    return [
        f"A gazetteer classifies an address in the property's building as {code}: {meaning}."
        for begins, meaning in _CLASSES.items()
        for code in sorted(codes)
        if code.startswith(begins)
    ]


def _belongs(around: Surroundings, geometry: shapely.Geometry) -> bool:
    """Whether a place that touches the property is at it, and not merely the next building along."""
    if shapely.area(geometry) == 0 or not around.has_walls:
        return True
    shared = shapely.area(shapely.intersection(geometry, around.walls))
    return bool(shared >= 0.5 * shapely.area(around.walls))


def _said(tags: Mapping[str, str], subject: str) -> list[str]:
    said = []
    for key, meanings in _SAYS.items():
        value = tags.get(key, "no")
        meaning = meanings.get(value) or (meanings.get("*") if value != "no" else None)
        if meaning:
            said.append(f"{subject} is tagged {key}={value}: {meaning}.")
    return said
