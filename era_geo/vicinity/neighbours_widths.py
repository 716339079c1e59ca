"""What wider and narrower parameters would ask for at one property: homes by metres and by doors, counted in one go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import shapely

from era_geo.model import AddressParameter
from era_geo.vicinity.neighbours import count_homes, count_within, look_along, relate, street_of
from era_geo.vicinity.neighbours_frontage import frontage
from era_geo.vicinity.neighbours_relations import ADJOINING, EACH_SIDE, FACING, SAME_BUILDING, SAME_STAIR, find_own, units_of
from era_geo.vicinity.surroundings import Surroundings


@dataclass(frozen=True)
class Widths:
    """Homes for each radius, in the order asked, and for each number of doors each side.

    A radius that reaches out of what the sources cover is `None`. Homes by doors are those in the relations that the address
    parameter asks for; `in_part` says that one of these relations could not be worked out, so that there may be more.
    """

    homes_within: tuple[int | None, ...]
    to_check: tuple[int, ...]
    in_part: bool


def widths(around: Surroundings, parameter: AddressParameter, radii: Sequence[float], doors: Sequence[int]) -> Widths | None:
    """Count what each of `radii` (metres) and each of `doors` (doors each side) would ask for; the rest of `parameter` as it is.

    `None` where the location is too rough, or no source tells of homes here.
    """
    coverage = around.coverage_of_homes
    if not around.is_exact or not shapely.covers(coverage, around.walls):
        return None
    homes = around.households
    own = find_own(around, homes)
    units = units_of(around, homes, own)
    within = tuple(
        circle.homes if shapely.covers(coverage, shapely.buffer(around.walls, radius)) else None
        for radius, circle in zip(radii, count_within(units, radii), strict=True)
    )
    street = frontage(around, street_of(around, own), look_along(replace(parameter, doors_each_side=max(doors, default=0))))
    to_check, in_part = [], False
    for number in doors:
        asked = _asked(parameter, number)
        for unit in units:
            unit.relation = None
        unknown, _ = relate(around, own, units, street, number)
        to_check.append(count_homes(units, asked))
        in_part = in_part or bool(asked & unknown.keys())
    return Widths(within, tuple(to_check), in_part)


def _asked(parameter: AddressParameter, doors: int) -> set[str]:
    asked = {
        SAME_STAIR: parameter.same_stair,
        SAME_BUILDING: parameter.same_building,
        ADJOINING: parameter.adjoining,
        FACING: parameter.facing,
        EACH_SIDE: doors > 0,
    }
    return {relation for relation, wanted in asked.items() if wanted}
