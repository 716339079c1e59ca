"""A drawn assessment with every awkward thing in it, for the tests of the outputs: no region, no file, no clock."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from typing import Any

import shapely
from shapely.geometry import mapping

from era_geo import crs
from era_geo.model import (
    Assessment,
    Band,
    Crossing,
    Finding,
    Gap,
    GeoJson,
    LayerResult,
    LayerState,
    NeighbourAddress,
    Neighbours,
    Parameters,
    Precision,
    Site,
    Source,
    Streets,
    Style,
    Versions,
    WayPast,
)
from era_geo.outputs.background import Background, Street
from era_geo.outputs.ground import Window

ORIGIN = (240000.0, 750000.0)
"""Where the drawing begins, EPSG:27700: as in `tests.world`."""
AS_OF = dt.date(2026, 11, 22)
SOURCE_DATE = dt.date(2022, 7, 20)
IN_SOURCE = ("town.osm.pbf",)

MARKUP = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'
SCRIPT = "Mill ${window.hacked=1} `+(window.hacked=1)+` \\u0024{window.hacked=1} {{7*7}} \\"
FORMULA = '=HYPERLINK("http://evil.example","click")'
TURNED = "\u202eloohcs\u202c\x00\x1b[31m and $\\frac{1}{0}$"
HOSTILE = (MARKUP, SCRIPT, FORMULA, TURNED)


def to_geojson(shape: shapely.Geometry) -> GeoJson:
    """Give a shape drawn in metres from `ORIGIN` as GeoJSON in longitude and latitude."""
    moved = shapely.transform(shape, lambda points: points + ORIGIN)
    given: GeoJson = json.loads(json.dumps(mapping(crs.geometries_to_lonlat([moved])[0])))
    return given


def style(letter: str, colour: str = "#7b3294", shape: str = "circle") -> Style:
    return Style(letter, colour, shape)


def layer(id_: str, label: str, state: LayerState, mark: Style, **more: Any) -> LayerResult:
    given: dict[str, Any] = {
        "group": "children",
        "count": None,
        "reason": None,
        "sources": IN_SOURCE,
        "as_of": SOURCE_DATE,
        "basis": ("NASSO ERA guidance 2017, 5.3",),
        "blind_spots": ("what nobody has mapped",),
        "completeness": "not known",
        "style": mark,
    }
    return LayerResult(id=id_, label=label, state=state, **{**given, **more})


def finding(layer_id: str, name: str | None, shape: shapely.Geometry, distance_m: float, **more: Any) -> Finding:
    point = shape.representative_point()
    east, north = point.x + ORIGIN[0], point.y + ORIGIN[1]
    lon, lat = crs.point_to_lonlat(east, north)
    given: dict[str, Any] = {
        "bearing_deg": 90.0,
        "band": Band.WITHIN,
        "walk_m": None,
        "sight": None,
        "why": ("amenity=school",),
        "caveats": (),
        "sources": IN_SOURCE,
        "members": ("osm:way/1",),
        "geometry": to_geojson(shape),
    }
    return Finding(layer=layer_id, name=name, distance_m=distance_m, lon=lon, lat=lat, **{**given, **more})


def site(**more: Any) -> Site:
    lon, lat = crs.point_to_lonlat(*ORIGIN)
    given: dict[str, Any] = {
        "query": "2/1 15 mill wynd",
        "label": "Flat 2/1, 15 Mill Wynd, Millbrae, ZZ1 1AA",
        "flat": "2/1",
        "number": "15",
        "street": "Mill Wynd",
        "town": "Millbrae",
        "postcode": "ZZ1 1AA",
        "lon": lon,
        "lat": lat,
        "easting": ORIGIN[0],
        "northing": ORIGIN[1],
        "uprn": None,
        "precision": Precision.BUILDING,
        "uncertainty_m": 8.0,
        "confirmed_by": "An officer",
        "sources": IN_SOURCE,
        "footprint": to_geojson(shapely.box(-6, -5, 6, 5)),
        "footprint_ref": "osm:way/77",
    }
    return Site(**{**given, **more})


def assessment(**more: Any) -> Assessment:
    """Give an assessment with hostile names, places on top of one another, every state of a layer, and gaps."""
    school, play, pub, park = (
        style("S", "#1b6ca8", "square"),
        style("P"),
        style("L", "#a6611a", "diamond"),
        style("G", "#1b7837", "hexagon"),
    )
    layers = (
        layer("school", "Schools", LayerState.FOUND, school, count=2),
        layer("play_area", "Play areas", LayerState.FOUND, play, count=1),
        layer("licensed", "Licensed premises", LayerState.FOUND, pub, count=3, group="licensed"),
        layer("park", "Parks", LayerState.FOUND, park, count=1, completeness=None),
        layer("cctv", "CCTV", LayerState.NONE_FOUND, style("V", "#333333", "triangle"), count=0, group="protective"),
        layer("library", "Libraries", LayerState.NOT_LOOKED_FOR, style("B"), reason="the region did not keep its keys", as_of=None),
        layer("bus_stop", "Bus stops", LayerState.OFF, style("T"), reason="=not relevant: <b>adult</b> victims"),
    )
    wood = shapely.box(-300, -60, -2, 900)
    track = shapely.LineString([(-60, -40), (-90, -45)])
    private = ("private: check who may use it",)
    meets = {"gates": ("gate 34 m from the property",), "shares_boundary": True, "boundary": "a wall <b>stands</b> there"}
    on_foot = {"walk_from": "entrance", "walk_to": "gate", "way_past": WayPast(31, 12, 400.0)}
    meets |= on_foot | {"route": to_geojson(shapely.LineString([(0, -5), (0, -12), (40, -12), (40, -3)]))}
    edge = {"band": Band.BORDERLINE, "bearing_deg": 66.0}
    findings = (
        finding("park", None, wood, 0.0, bearing_deg=None, why=("leisure=park",)),
        finding("licensed", FORMULA, shapely.Point(20, 5), 14.2, why=("amenity=pub", "shop=alcohol")),
        finding("licensed", MARKUP, shapely.Point(20, 5), 14.2, bearing_deg=70.0),
        finding("school", SCRIPT, shapely.box(40, -20, 90, 20), 34.0, walk_m=61.5, sight=0.4, caveats=private, **meets),
        finding("play_area", TURNED, shapely.Point(0, 70).buffer(8), 57.0, bearing_deg=0.0, sight=0.0),
        finding("licensed", "The Àird a' Bhàigh 北京 🎈", track, 65.0, bearing_deg=235.0, sight=1.0),
        finding("school", "Sgoil Àraich", shapely.box(98, 40, 140, 90), 99.2, **edge),
    )
    given: dict[str, Any] = {
        "as_of": AS_OF,
        "site": site(),
        "parameters": Parameters(),
        "layers": layers,
        "findings": findings,
        "neighbours": Neighbours(
            same_stair=7,
            same_building=None,
            adjoining=2,
            facing=4,
            within={"50": 31, "100": 84, "250": None},
            complete=False,
            method="addresses of the region, and addr:flats",
            to_check=(
                NeighbourAddress("Flat 2/2, 15 Mill Wynd", "same stair", 0.0, "osm:node/5"),
                NeighbourAddress('=cmd|" /C calc"!A0', "facing", 14.0, None, homes=None),
            ),
            each_side=6,
            use_unknown={"50": 0, "100": 3},
            notes=("The property's building is on an official list: care homes",),
        ),
        "gaps": (
            Gap(
                "library",
                None,
                "Libraries were not looked for",
                "The region did not keep the key 'amenity'. Rebuild the region.",
            ),
            Gap(None, "walk_m", "Walking distances were not worked out", "They were not asked for"),
        ),
        "sources": (
            Source(
                "town.osm.pbf",
                "OpenStreetMap",
                SOURCE_DATE,
                "ab" * 32,
                "ODbL 1.0",
                "© OpenStreetMap contributors",
                to_geojson(shapely.box(-2000, -2000, 2000, 2000)),
                "the box in the file's header",
            ),
            Source("roll.csv", "official list", None, "cd" * 32, "OGL v3", MARKUP, None, "its own words", ("school",)),
        ),
        "streets": Streets(
            (
                Crossing("traffic_signals", 21.4, to_geojson(shapely.Point(25, -12))),
                Crossing("<b>zebra</b>", 55.0, to_geojson(shapely.Point(-60, -12))),
            ),
            410.5,
            20.0,
            69.5,
        ),
        "open_area": to_geojson(shapely.box(-30, -40, 40, 30).difference(shapely.box(-6, -5, 6, 5))),
        "versions": Versions("0.1.0", "era-geo/assessment/1", "1", "ef" * 32, "town", 1),
    }
    return Assessment(**{**given, **more})


def uncertain() -> Assessment:
    """Give the same for a property that is known only by its postcode, to within 180 m."""
    return assessment(site=site(precision=Precision.POSTCODE, uncertainty_m=180.0, footprint=None, footprint_ref=None))


def with_radius(radius_m: float, **more: Any) -> Assessment:
    """Give the same with another radius."""
    return assessment(parameters=dataclasses.replace(Parameters(), radius_m=radius_m, **more))


def empty() -> Assessment:
    """Give an assessment in which every layer was looked for and none was found."""
    drawn = assessment()
    layers = tuple(dataclasses.replace(one, state=LayerState.NONE_FOUND, count=0, reason=None) for one in drawn.layers)
    return dataclasses.replace(drawn, layers=layers, findings=(), gaps=(), neighbours=None, streets=None, open_area=None)


def background(window: Window) -> Background:
    """Give a drawn ground: a street, a lane, houses along it, water, a wood, a railway; one street has a hostile name."""

    def at(shape: shapely.Geometry) -> shapely.Geometry:
        return shapely.transform(shape, lambda points: points + ORIGIN)

    street = at(shapely.LineString([(-400, -12), (400, -12)]))
    lane = at(shapely.LineString([(-100, -12), (-100, 300)]))
    houses = [at(shapely.box(x, -5, x + 9, 6)) for x in range(-200, 200, 20) if abs(x) > 15]
    shapes = {
        "wood": at(shapely.box(-400, 120, -150, 400)),
        "water": at(shapely.Point(250, 250).buffer(90).difference(shapely.Point(250, 250).buffer(20))),
        "building": shapely.GeometryCollection(houses),
        "path": at(shapely.LineString([(0, -12), (60, -300)])),
        "street": shapely.GeometryCollection([street, lane]),
        "rail": at(shapely.LineString([(-400, -200), (400, -120)])),
    }
    streets = (Street("Mill Wynd", "street", street), Street(TURNED, "street", lane), Street(MARKUP, "street", lane))
    return Background(window, shapes, streets).within(window)
