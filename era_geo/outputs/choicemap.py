"""The map on which a person confirms a property or places a pin: numbered candidates on the region's own ground."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from era_geo import crs
from era_geo.outputs import words
from era_geo.outputs.background import read_background
from era_geo.outputs.escape import line, script_html
from era_geo.outputs.ground import Window
from era_geo.outputs.looks import PROPERTY
from era_geo.outputs.webground import metres_per_pixel
from era_geo.outputs.webmap import MARK_PX, add_furniture, add_ground, empty_map
from era_geo.region.region import Region
from era_geo.vicinity.anchor import to_geojson

if TYPE_CHECKING:
    import folium

_SIGN = (
    f"display: grid; place-items: center; width: max-content; min-width: {MARK_PX - 4}px; height: {MARK_PX - 4}px; "
    f"padding: 0 4px; box-sizing: border-box; border: 2px solid #fff; border-radius: {MARK_PX}px; background: {PROPERTY}; "
    "color: #fff; font: 700 14px/1 system-ui, Arial, sans-serif; white-space: nowrap"
)
_LEAST_REACH_M = 60.0
_MOST_REACH_M = 600.0
_AROUND_M = 120.0
_PIN_REACH_M = 70.0
_MOST_GROUND_M = 3000.0
_OUTLINE_M = 20.0


@dataclass(frozen=True)
class Spot:
    """A point to choose: what is written on its mark, what it is called, and how exactly it is known. Metres, EPSG:27700."""

    sign: str
    label: str
    easting: float
    northing: float
    uncertainty_m: float


def choice_map(
    spots: Sequence[Spot], region: Region, *, middle: tuple[float, float] | None = None, assets_url: str | None = None
) -> folium.Map:
    """Give a map of `spots`, each with the circle in which the true spot should lie.

    Parameters
    ----------
    spots
        What is marked; those too far away to be shown with the first are left out.
    middle
        The easting and northing that the map begins at; by default it shows the first spot and those near it.
    assets_url
        As in `era_geo.outputs.webmap.folium_map`.

    Raises
    ------
    DataError
        If the region file is damaged.
    """
    view = _around(spots) if middle is None else _square(middle, _PIN_REACH_M)
    around = max(_AROUND_M, (view[2] - view[0]) / 2)  # a frame is wider than it is high
    limits = (view[0] - around, view[1] - around, view[2] + around, view[3] + around)
    shown = [spot for spot in spots if limits[0] < spot.easting < limits[2] and limits[1] < spot.northing < limits[3]]
    lon, lat = crs.to_lonlat([(view[0] + view[2]) / 2], [(view[1] + view[3]) / 2])
    drawn = empty_map(float(lat[0]), float(lon[0]), assets_url)
    add_ground(drawn, read_background(region, limits), _Signs(shown, float(lat[0])))
    for spot in shown:
        mark(spot).add_to(drawn)
    add_furniture(drawn, view, limits, _credit(region))
    return drawn


def overview_map(spots: Sequence[Spot], region: Region) -> folium.Map:
    """Give a map of all `spots`, however far apart: the ground where they lie close together, else what the region covers.

    Raises
    ------
    DataError
        If the region file is damaged.
    """
    import folium  # noqa: PLC0415 - slow to import

    points = np.array([(spot.easting, spot.northing) for spot in spots])
    least, most = points.min(axis=0), points.max(axis=0)
    margin = max(_AROUND_M, float((most - least).max()) / 10)
    view = (*(least - margin).tolist(), *(most + margin).tolist())
    (lon,), (lat,) = crs.to_lonlat(*[[(one + other) / 2] for one, other in zip(least.tolist(), most.tolist(), strict=True)])
    drawn = empty_map(float(lat), float(lon), None)
    if float((most - least).max()) <= _MOST_GROUND_M:
        add_ground(drawn, read_background(region, view), _Signs(spots, float(lat)))
    else:
        outline = to_geojson(shapely.simplify(region.coverage, _OUTLINE_M))
        folium.GeoJson(outline, style_function=lambda _: {"color": PROPERTY, "weight": 1.5, "fillOpacity": 0.03}).add_to(drawn)
    for spot in spots:
        mark(spot).add_to(drawn)
    add_furniture(drawn, view, view, _credit(region))
    return drawn


def _credit(region: Region) -> str:
    return " · ".join(words.unique(line(source.credit) for source in region.sources if source.credit.strip()))


def mark(spot: Spot) -> folium.FeatureGroup:
    """Give the mark of one spot with its circle, to be put on a map."""
    import folium  # noqa: PLC0415 - slow to import

    lon, lat = crs.point_to_lonlat(spot.easting, spot.northing)
    sign = f'<span style="{_SIGN}" aria-hidden="true">{script_html(line(spot.sign))}</span>'
    icon = folium.DivIcon(
        html=f'{sign}<span class="era-hidden">{script_html(line(spot.label))}</span>',
        icon_size=(MARK_PX, MARK_PX),
        icon_anchor=(MARK_PX // 2, MARK_PX // 2),
        class_name="era-mark",
    )
    group = folium.FeatureGroup(name=script_html(line(spot.label)))
    folium.Circle(
        (lat, lon),
        radius=max(spot.uncertainty_m, 1.0),
        color=PROPERTY,
        weight=1.5,
        fill=True,
        fill_color=PROPERTY,
        fill_opacity=0.08,
        interactive=False,
    ).add_to(group)
    folium.Marker((lat, lon), icon=icon, keyboard=False, interactive=False).add_to(group)
    return group


@dataclass(frozen=True)
class _Signs:
    """The marks of the spots, which street names keep clear of."""

    spots: Sequence[Spot]
    lat: float

    def boxes(self, zoom: float) -> list[shapely.Geometry]:
        half = MARK_PX * metres_per_pixel(zoom, self.lat) / 2
        return [shapely.Point(spot.easting, spot.northing).buffer(half) for spot in self.spots]


def _around(spots: Sequence[Spot]) -> Window:
    """Give the square that shows as many spots as can be told apart on one small map, the first one always."""
    first = np.array((spots[0].easting, spots[0].northing))
    points = np.array([(spot.easting, spot.northing) for spot in spots])
    near = points[np.hypot(*(points - first).T) <= _MOST_REACH_M]
    middle = (near.min(axis=0) + near.max(axis=0)) / 2
    reach = float(np.ptp(near, axis=0).max()) / 2 + max(_LEAST_REACH_M, min(spots[0].uncertainty_m * 1.2, _MOST_REACH_M))
    return _square((float(middle[0]), float(middle[1])), reach)


def _square(middle: tuple[float, float], reach: float) -> Window:
    return middle[0] - reach, middle[1] - reach, middle[0] + reach, middle[1] + reach
