"""Near neighbours: which homes agencies are asked to check, in doors, and what wider parameters would have cost, in metres.

What counts as a home is said in `neighbours_homes`, in which relation a home stands in `neighbours_relations`. Here they become
the answer: counts, the list to check, and in words how they were made and what they cannot say.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import numpy as np
import shapely

from era_geo.errors import UsageError
from era_geo.model import AddressParameter, Gap, NeighbourAddress, Neighbours
from era_geo.region.address_words import name_key
from era_geo.vicinity.neighbours_frontage import STREET_REACH_M, Frontage, frontage
from era_geo.vicinity.neighbours_homes import FLATS_UNKNOWN, Household
from era_geo.vicinity.neighbours_relations import (
    ADJOINING,
    EACH_SIDE,
    FACING,
    RELATIONS,
    SAME_BUILDING,
    SAME_STAIR,
    Own,
    Unit,
    Units,
    find_own,
    relate_facing,
    relate_near,
    units_of,
)
from era_geo.vicinity.neighbours_setting import setting_notes
from era_geo.vicinity.neighbours_sides import relate_sides
from era_geo.vicinity.surroundings import REACH_M, Surroundings

RADII_M = (50, 100, 250, 500)
"""The circles in which homes are counted."""

_WHERE = {SAME_STAIR: "in the same stair", SAME_BUILDING: "in the same building", ADJOINING: "next door",
          FACING: "facing across the street", EACH_SIDE: "behind the next doors along the street"}  # fmt: skip
_NO_WAY_IN = frozenset(("no", "emergency", "exit", "service", "garage", "shop", "fire_exit"))
_ON_WALL_M = 0.3
_LEAST_REACH_M = 40.0
_DOOR_M = 25.0  # what a door takes of a street at most, but in the country


def check_parameter(parameter: AddressParameter) -> None:
    """Hold the address parameter against its limit.

    Raises
    ------
    UsageError
        If the doors each side are fewer than none, or more than the limit without a written reason.
    """
    doors, limit = parameter.doors_each_side, parameter.doors_limit
    if doors < 0:
        raise UsageError(f"The doors each side must be 0 or more, not {doors}.")
    if doors > limit and not (parameter.reason or "").strip():
        raise UsageError(
            f"{doors} doors each side is past the group's limit of {limit}: give a written reason (--reason), "
            "which the record will print."
        )


def near_neighbours(around: Surroundings, parameter: AddressParameter) -> tuple[Neighbours | None, list[Gap]]:
    """Count the homes near the property and list those to check, with the gaps that this leaves.

    `None` where the location is too rough, or no source tells of homes here. A count that could not be worked out is `None`,
    and a gap says why.

    Raises
    ------
    UsageError
        If the parameter is past its limit without a reason.
    """
    check_parameter(parameter)
    if not around.is_exact:
        return None, [_gap("Near neighbours could not be worked out.", around.why_not_exact)]
    coverage = around.coverage_of_homes
    if not shapely.covers(coverage, around.walls):
        return None, [_gap("Near neighbours could not be worked out.", "No source of the region tells of homes here.")]
    homes = around.households
    own = find_own(around, homes)
    units = units_of(around, homes, own)
    street = frontage(around, street_of(around, own), look_along(parameter))
    unknown, doubts = relate(around, own, units, street, parameter.doors_each_side)
    whole = bool(shapely.covers(coverage, shapely.buffer(around.walls, max(RADII_M))))
    covered = {radius: whole or bool(shapely.covers(coverage, shapely.buffer(around.walls, radius))) for radius in RADII_M}
    doubts += _doubts(homes, own, covered=covered[RADII_M[0]])
    counts = {name: None if name in unknown else count_homes(units, {name}) for name in RELATIONS}
    circles = dict(zip(RADII_M, count_within(units, RADII_M), strict=True))
    neighbours = Neighbours(
        same_stair=counts[SAME_STAIR],
        same_building=counts[SAME_BUILDING],
        adjoining=counts[ADJOINING],
        facing=counts[FACING],
        each_side=counts[EACH_SIDE],
        within={str(r): circles[r].homes if covered[r] else None for r in RADII_M},
        use_unknown={str(r): circles[r].unknown if covered[r] else None for r in RADII_M},
        complete=not (doubts or unknown) and all(covered.values()),
        method=_method(own, street, doubts),
        to_check=tuple(_to_check(units, parameter)),
        notes=tuple(setting_notes(around)),
    )
    return neighbours, [*_gaps(unknown, doubts), *_circle_gaps(covered)]


def street_of(around: Surroundings, own: Own) -> str | None:
    """Give the key of the property's own street, by its address."""
    if own.door is not None and own.door.street:
        return own.door.street
    return name_key(around.site.street or "") or None


def look_along(parameter: AddressParameter) -> float:
    """How far to look along the street: doors stand some `_DOOR_M` apart, and more in a village."""
    return min(REACH_M, _LEAST_REACH_M + parameter.doors_each_side * _DOOR_M)


def relate(
    around: Surroundings, own: Own, units: Units, street: Frontage | None, doors_each_side: int
) -> tuple[dict[str, str], list[str]]:
    """Set every unit's relation. Gives the relations that could not be worked out, with the reason, and what is in doubt."""
    unknown: dict[str, str] = {}
    relate_near(around, own, units, entrances=_ways_in(around))
    if reason := _why_no_stair(around, own):
        unknown[SAME_STAIR] = reason
    if not around.has_walls:
        point = "The property is known as a point that lies in no building of the data."
        unknown |= dict.fromkeys((SAME_BUILDING, ADJOINING, FACING), point)
    elif street is None:
        unknown[FACING] = f"The data has no street within {STREET_REACH_M:.0f} m of the property that it could front."
    elif reason := relate_facing(around, own, units, street):
        unknown[FACING] = reason
    told = relate_sides(around, own, units, street, doors_each_side)
    if told.reason:
        unknown[EACH_SIDE] = told.reason
    return unknown, list(told.doubts)


def _why_no_stair(around: Surroundings, own: Own) -> str | None:
    """Say why the homes on the property's stair cannot be counted; `None` where they can."""
    household = own.household
    if own.flat_unlisted or (household is None and around.site.flat):
        return "The property is a flat, and the data lists no other flats behind its door."
    if household is not None and FLATS_UNKNOWN in household.doubts:
        return "The property stands in a building of flats, and the data does not say how many there are."
    if household is not None and own.door is None and len(household.doors) > 1:
        return "The data has several numbers in the property's building, and does not say which is the property's."
    return None


def _ways_in(around: Surroundings) -> int:
    """How many entrances for people the data has on the property's own walls."""
    entrances = around.entrances
    on_walls = shapely.distance(around.walls, entrances.geometry) <= _ON_WALL_M
    kinds = zip(entrances["kind"], entrances["value"], strict=True)
    doors = np.array([kind == "entrance" and value not in _NO_WAY_IN for kind, value in kinds], dtype=bool)
    return int((on_walls & doors).sum())


def count_homes(units: Iterable[Unit], relations: Collection[str]) -> int:
    """Give how many homes stand in one of these relations, at least."""
    return sum(unit.homes for unit in units if unit.relation in relations)


class Circle(NamedTuple):
    """How many homes a circle holds, at least, and how many buildings and the like that may hold some."""

    homes: int
    unknown: int


def count_within(units: Iterable[Unit], radii_m: Iterable[float]) -> list[Circle]:
    """Count what lies within each radius of the property, edge to edge."""
    listed = [(unit.metres, line.homes) for unit in units for line in unit.lines]
    metres = np.array([metres for metres, _ in listed])
    homes = np.array([(homes or 0, homes is None) for _, homes in listed], dtype=np.int64).reshape(-1, 2)
    return [Circle(*homes[metres <= radius].sum(axis=0).tolist()) for radius in radii_m]


def _doubts(homes: Sequence[Household], own: Own, *, covered: bool) -> list[str]:
    counts = Counter(doubt for household in homes for doubt in household.doubts)
    doubts = [f"{doubt}: {count}" for doubt, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
    if own.flat_missing:
        doubts.append("the property's flat is not given, so one of the homes on its stair is the property itself")
    if not covered:
        doubts.append(f"what the sources cover ends within {RADII_M[0]} m of the property")
    return doubts


def _method(own: Own, street: Frontage | None, doubts: Sequence[str]) -> str:
    counted = (
        f"Counted from the addresses, addr:flats and building:flats in the data within {REACH_M:.0f} m, edge to edge; one "
        "home behind a number without flats. Shops, offices, amenities and buildings tagged for other use are not homes."
    )
    said = [counted]
    if street is not None:
        taken = "" if street.is_named_in_address else ", taken because it is the nearest street"
        said.append(f"Facing is across {street.street or 'a street without a name in the data'}{taken}.")
    if own.household is not None and own.household.is_row:
        said.append("The property's building is drawn as one row of houses; each number is taken as a house of its own.")
    if doubts:
        said.append(f"Not complete: {'; '.join(doubts)}.")
    return " ".join(said)


def _to_check(units: Iterable[Unit], parameter: AddressParameter) -> list[NeighbourAddress]:
    """List the homes whose relation the parameter asks for, nearest first, then by relation and number."""
    asked = {
        SAME_STAIR: parameter.same_stair,
        SAME_BUILDING: parameter.same_building,
        ADJOINING: parameter.adjoining,
        FACING: parameter.facing,
        EACH_SIDE: parameter.doors_each_side > 0,
    }
    listed = [
        NeighbourAddress(line.text, unit.relation, round(unit.metres, 1), line.ref, line.homes)
        for unit in units
        for line in unit.lines
        if unit.relation is not None and asked[unit.relation]
    ]
    return sorted(
        listed, key=lambda home: (home.distance_m, RELATIONS.index(home.relation), _natural(home.address), home.ref or "")
    )


def _natural(text: str) -> list[tuple[int, str]]:
    """Order numbers in a text by value: 2 before 10."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d{1,9})", text)]


def _gaps(unknown: dict[str, str], doubts: Sequence[str]) -> list[Gap]:
    gaps = [_gap(f"Homes {_WHERE[relation]} could not be counted.", why) for relation, why in unknown.items()]
    if doubts:
        gaps.append(_gap("The homes near the property could not be counted in full.", f"{'; '.join(doubts).capitalize()}."))
    return gaps


def _circle_gaps(covered: dict[int, bool]) -> list[Gap]:
    crossing = [f"{radius} m" for radius, whole in covered.items() if not whole]
    if not crossing:
        return []
    why = "The circle reaches past the area that the sources of addresses and buildings cover."
    return [_gap(f"Homes within {', '.join(crossing)} could not be counted.", why)]


def _gap(what: str, why: str) -> Gap:
    return Gap(None, "neighbours", what, why)
