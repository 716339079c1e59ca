"""Shapes on the interactive map: the closer look's layers, which begin switched off so that the first view stays calm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import shapely

from era_geo.outputs import words
from era_geo.outputs.ground import Ground
from era_geo.outputs.looks import INK, ON_FOOT, OPEN_LINE
from era_geo.outputs.symbols import area_svg, line_svg, ring_svg
from era_geo.outputs.webground import geojson

if TYPE_CHECKING:
    import folium

OPEN_AREA = "Open line in plan, heights unknown"


def add_shape(group: Any, shape: shapely.Geometry, **style: Any) -> None:
    """Add a shape in EPSG:27700 to a map or a group. `style` is Leaflet's; without one the line is thin and dark, unfilled.

    Points in it are left out: Leaflet would put a pin of its own there, which has no name for a screen reader.
    """
    import folium  # noqa: PLC0415 - slow to import

    given = {"color": INK, "weight": 1, "fillOpacity": 0, "interactive": False, **style}
    parts = shapely.get_parts(shape)
    drawn = parts[shapely.get_dimensions(parts) > 0]
    if not len(drawn):
        return
    shape = drawn[0] if len(drawn) == 1 else shapely.union_all(drawn)
    folium.GeoJson(geojson(shape), style_function=lambda _feature: given, control=False, smooth_factor=0.3).add_to(group)


def add_ways(drawn: folium.Map, ground: Ground) -> None:
    """Add the ways on foot with the gates they end at, the crossings and the open area, each as a layer that is off at first."""
    import folium  # noqa: PLC0415 - slow to import

    routes = [route for route in ground.routes if route is not None]
    if ground.open_area is not None and not shapely.is_empty(ground.open_area):
        group = _group(drawn, f"{area_svg(OPEN_LINE)} {OPEN_AREA}")
        # A pane of its own, below all other shapes: whatever is switched on last would cover the rest.
        folium.map.CustomPane("era-open-area", z_index=380).add_to(drawn)
        add_shape(group, ground.open_area, pane="era-open-area", color=OPEN_LINE, weight=1, fillColor=OPEN_LINE, fillOpacity=0.3)
    if routes:
        group = _group(drawn, f"{line_svg(ON_FOOT)} Ways on foot ({len(routes)}), with gates and entrances")
        add_shape(group, ground.ways, color=ON_FOOT, weight=3, dashArray="8 6")
        ways_in = [
            shapely.Point(shapely.get_coordinates(route)[-1])
            for route, finding in zip(ground.routes, ground.assessment.findings, strict=True)
            if route is not None and finding.walk_to in ("gate", "entrance")
        ]
        _add_dots(group, ways_in, fill=ON_FOOT)
    if len(ground.crossings):
        group = _group(drawn, f"{ring_svg(ON_FOOT)} {words.count(len(ground.crossings), 'crossing', 'crossings')} of streets")
        _add_dots(group, list(ground.crossings), fill="#ffffff")


def _group(drawn: folium.Map, name: str) -> folium.FeatureGroup:
    import folium  # noqa: PLC0415 - slow to import

    group = folium.FeatureGroup(name=name, show=False)
    group.add_to(drawn)
    return group


def _add_dots(group: Any, points: Sequence[shapely.Geometry], *, fill: str) -> None:
    import folium  # noqa: PLC0415 - slow to import

    for point in dict.fromkeys(points):
        lon, lat = geojson(point)["coordinates"]
        folium.CircleMarker(
            (lat, lon), radius=4, color=ON_FOOT, weight=2, fill=True, fill_color=fill, fill_opacity=1, interactive=False
        ).add_to(group)
