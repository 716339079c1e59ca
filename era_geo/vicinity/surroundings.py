"""What stands around one property, read from the region once and shared by all that looks closely at it.

Nothing is read before it is asked for: an assessment without sight reads no walls.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import shapely

from era_geo.model import Precision, Site
from era_geo.region.region import Features, Region, RegionSource
from era_geo.region.themes import covers_selector
from era_geo.vicinity.anchor import Anchor

if TYPE_CHECKING:
    from era_geo.vicinity.neighbours_homes import Household

REACH_M = 500.0
"""How far the surroundings reach: the widest circle in which homes are counted, and the farthest edge that is looked at."""

EXACT_ENOUGH_M = 30.0
"""Where a point may be farther off than this, nobody can say which door it is."""

LOCATED = {
    Precision.PIN: "by a pin",
    Precision.UPRN: "by its UPRN",
    Precision.BUILDING: "by its building",
    Precision.ADDRESS: "by a point with its address",
    Precision.INTERPOLATED: "only by the house numbers nearby",
    Precision.STREET: "only by its street",
    Precision.POSTCODE: "only by its postcode",
    Precision.LOCALITY: "only by its town or village",
}
"""How a property is located, as a sentence has it."""
_POINTS_WITHOUT_WORDS = "os_open_uprn"
_COVERAGES = "coverages"


class Surroundings:
    """The buildings, addresses, places, roads, barriers and entrances around a property, EPSG:27700.

    `anchor` is that of the site, where it is known already: to convert an outline takes a millisecond.
    """

    def __init__(self, site: Site, region: Region, reach_m: float = REACH_M, anchor: Anchor | None = None) -> None:
        self.site = site
        self.region = region
        self.reach_m = reach_m
        self.anchor = Anchor.of(site) if anchor is None else anchor

    @property
    def is_exact(self) -> bool:
        """Whether the location is that of one property, so that it can be said what stands next to it."""
        outlined = shapely.area(self.anchor.geometry) > 0
        return self.site.precision.is_property and bool(outlined or self.site.uncertainty_m <= EXACT_ENOUGH_M)

    @property
    def why_not_exact(self) -> str:
        """Say why the location is too rough for anything that depends on the very door."""
        return (
            f"The property is located {LOCATED[self.site.precision]}, to within {self.site.uncertainty_m:.0f} m, "
            "which does not say which door it is. Find a better match or place a pin."
        )

    @cached_property
    def buildings(self) -> Features:
        """Building outlines within reach."""
        return self._read("buildings", ("ref", "kind", "flats"))

    @cached_property
    def addresses(self) -> Features:
        """Addresses within reach."""
        columns = ("ref", "flat", "number", "house", "street", "postcode", "uprn", "flats", "building_id", "classification")
        return self._read("addresses", columns)

    @cached_property
    def places(self) -> Features:
        """Objects with a kept key (shops, schools, care homes) within reach."""
        return self._read("places", ("ref", "name", "tags", "layer", "uncertainty_m", "address", "postcode", "uprn"))

    @cached_property
    def roads(self) -> Features:
        """Roads, streets and paths within reach."""
        return self._read("roads", ("name", "other_names", "highway", "tags"))

    @cached_property
    def barriers(self) -> Features:
        """Walls, fences and hedges within reach."""
        return self._read("barriers", ("ref", "kind", "tags"))

    @cached_property
    def entrances(self) -> Features:
        """Entrances of buildings and gates within reach."""
        return self._read("entrances", ("ref", "kind", "value", "access"))

    @cached_property
    def households(self) -> list[Household]:
        """The homes within reach, by building."""
        from era_geo.vicinity.neighbours_homes import households  # noqa: PLC0415 - it needs this module

        return households(self)

    @cached_property
    def own_building(self) -> int | None:
        """Position in `buildings` of the building the property is in; `None` where the property is a point outside any."""
        refs = self.buildings["ref"]
        if self.site.footprint_ref in refs:
            return refs.index(self.site.footprint_ref)
        outlines = self.buildings.geometry
        holds = np.flatnonzero(shapely.covers(outlines, shapely.point_on_surface(self.anchor.geometry)))
        return int(holds[np.argmin(shapely.area(outlines[holds]))]) if len(holds) else None

    @cached_property
    def walls(self) -> shapely.Geometry:
        """The property's outline where it is known, else that of the building its point lies in, else the point."""
        if shapely.area(self.anchor.geometry) > 0 or self.own_building is None:
            return self.anchor.geometry
        outline: shapely.Geometry = self.buildings.geometry[self.own_building]
        return outline

    @property
    def has_walls(self) -> bool:
        """Whether `walls` is an outline."""
        return bool(shapely.area(self.walls) > 0)

    @cached_property
    def coverage_of_buildings(self) -> shapely.Geometry:
        """The area in which a source can say where all buildings stand: empty where no source can.

        A list of schools covers all of Scotland and knows of no building, so this is not the region's coverage.
        """
        return coverage_of(self.region, "building")

    @cached_property
    def coverage_of_homes(self) -> shapely.Geometry:
        """The area in which a source can say where the homes are."""
        return _kept(self.region, ("building", "addr:housenumber"), or_gazetteer=True)

    def _read(self, table: str, columns: tuple[str, ...]) -> Features:
        return self.region.read(table, self.anchor.window(self.reach_m + 1), columns)


def coverage_of(region: Region, *keys: str) -> shapely.Geometry:
    """Give the area in which a map can say where all objects with these tag keys are: empty where none can."""
    return _kept(region, keys, or_gazetteer=False)


def _holds(source: RegionSource, *keys: str) -> bool:
    return source.kind == "osm" and all(covers_selector(source.themes, key) for key in keys)


def _is_gazetteer(source: RegionSource) -> bool:
    """Whether a source other than a map gave addresses: a gazetteer, whatever its name."""
    given = source.counts.get("kept", {}).get("addresses", 0)
    return given > 0 and source.kind not in {"osm", _POINTS_WITHOUT_WORDS}


def _kept(region: Region, keys: tuple[str, ...], *, or_gazetteer: bool) -> shapely.Geometry:
    """Join the coverages of the sources that hold all of these, once for an open region: a country's outline is long."""
    known: dict[tuple[object, ...], shapely.Geometry] = region.memory.setdefault(_COVERAGES, {})
    key = (*keys, or_gazetteer)
    if key not in known:
        sources = (one for one in region.sources if _holds(one, *keys) or (or_gazetteer and _is_gazetteer(one)))
        area = shapely.union_all([source.coverage for source in sources if source.coverage is not None])
        shapely.prepare(area)
        known[key] = area
    return known[key]
