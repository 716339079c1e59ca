"""Little worlds drawn in text, for tests: a few lines become an .osm file, and by the real reader a region.

Coordinates are metres east,north of `ORIGIN` in EPSG:27700. Equal coordinates are one OpenStreetMap node, so that ways connect.
One object a line, `#` begins a comment::

    id kind coordinates... key=value key="quoted value"

    gate   node     100,20                                barrier=gate
    road   way      0,-10 200,-10                         highway=residential name="Mill Wynd"
    school area     100,0 150,0 150,40 100,40             amenity=school name="Mill School"
    campus relation type=site amenity=school perimeter:school :gate

`area` is a way that is closed for you. A relation's members are `role:id` (`:id` for an empty role) of objects drawn above or
below it. What a real extract has broken can be drawn too: a coordinate `?` is a node that the file lacks, `role:?` a member
that it lacks. Drawing the same text always gives the same ids: `World(text).ref("school")` is, say, `osm:way/1003`.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from era_geo import crs
from era_geo.region.build import build as build_region
from era_geo.region.region import Region, open_region
from era_geo.settings import Settings

ORIGIN = (240000.0, 750000.0)
DATE = "2026-01-31T12:00:00Z"
MARGIN_M = 1000.0

_KINDS = {"node": "node", "way": "way", "area": "way", "relation": "relation"}
_FIRST_ID = {"node": 1, "way": 1001, "relation": 5001}
_LOST = {"node": 900_001, "way": 910_001, "relation": 920_001}
_POINT = re.compile(r"^(-?[\d.]+),(-?[\d.]+)$")
_MEMBER = re.compile(r"^(\w*):(\w+|\?)$")
_TAG = re.compile(r"^([^=]+)=(.*)$", re.DOTALL)

Box = tuple[float, float, float, float]


@dataclass
class _Drawn:
    id: int
    kind: str
    closed: bool = False
    points: list[tuple[float, float] | None] = field(default_factory=list)
    members: list[tuple[str, str]] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)


class World:
    """A drawn world: its objects, their references, and the .osm file they make."""

    def __init__(self, text: str) -> None:
        self._objects: dict[str, _Drawn] = {}
        self._next = dict(_FIRST_ID)
        self._lost = dict(_LOST)
        self._nodes: dict[tuple[float, float], int] = {}
        self._tagged: dict[int, _Drawn] = {}
        for number, line in enumerate(text.splitlines(), 1):
            words = shlex.split(line, comments=True)
            if words:
                self._draw(number, words)

    def ref(self, name: str) -> str:
        """Give the object's reference as a region has it: `osm:way/1001`."""
        drawn = self._objects[name]
        return f"osm:{drawn.kind}/{drawn.id}"

    def id(self, name: str) -> int:
        """Give the object's OpenStreetMap id."""
        return self._objects[name].id

    @property
    def box(self) -> Box:
        """Least easting, least northing, greatest easting, greatest northing of all that is drawn, EPSG:27700."""
        xs, ys = zip(*self._nodes, strict=True)
        east, north = ORIGIN
        return east + min(xs), north + min(ys), east + max(xs), north + max(ys)

    def write(self, path: Path, *, bounds: Box | None = None, date: str | None = DATE) -> Path:
        """Write the world as an .osm file.

        `bounds` (EPSG:27700) becomes the file's header box, which by default lies `MARGIN_M` around all that is drawn; `date`
        is the timestamp of every object (`None` for none).
        """
        root = ET.Element("osm", version="0.6", generator="tests/world.py")
        least_e, least_n, greatest_e, greatest_n = bounds or grown(self.box, MARGIN_M)
        (west, east), (south, north) = crs.to_lonlat([least_e, greatest_e], [least_n, greatest_n])
        edges = {"minlat": south, "minlon": west, "maxlat": north, "maxlon": east}
        ET.SubElement(root, "bounds", {k: f"{v:.7f}" for k, v in edges.items()})
        self._write_nodes(root, date)
        for kind in ("way", "relation"):
            for drawn in sorted((d for d in self._objects.values() if d.kind == kind), key=lambda d: d.id):
                self._write_object(root, drawn, date)
        ET.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
        return path

    def _draw(self, number: int, words: list[str]) -> None:
        name, kind, *rest = words
        if kind not in _KINDS or name in self._objects:
            raise ValueError(f"line {number}: unknown kind {kind!r} or second object {name!r}")
        drawn = _Drawn(0, _KINDS[kind], closed=kind == "area")
        for word in rest:
            if match := _POINT.match(word):
                drawn.points.append((float(match[1]), float(match[2])))
            elif word == "?":
                drawn.points.append(None)
            elif drawn.kind == "relation" and (match := _MEMBER.match(word)):
                drawn.members.append((match[1], match[2]))
            elif match := _TAG.match(word):
                drawn.tags[match[1]] = match[2]
            else:
                raise ValueError(f"line {number}: {word!r} is neither a coordinate, a member nor a tag")
        points = [point and self._node(point) for point in drawn.points]
        if drawn.kind != "node":
            drawn.id = self._take(drawn.kind)
        else:
            drawn.id = points[0] or self._lose("node")
            self._tagged[drawn.id] = drawn
        self._objects[name] = drawn

    def _node(self, point: tuple[float, float]) -> int:
        if point not in self._nodes:
            self._nodes[point] = self._take("node")
        return self._nodes[point]

    def _take(self, kind: str) -> int:
        self._next[kind] += 1
        return self._next[kind] - 1

    def _lose(self, kind: str) -> int:
        self._lost[kind] += 1
        return self._lost[kind] - 1

    def _write_nodes(self, root: ET.Element, date: str | None) -> None:
        points = list(self._nodes)
        lon, lat = crs.to_lonlat([ORIGIN[0] + x for x, _ in points], [ORIGIN[1] + y for _, y in points])
        for node, x, y in sorted(zip(self._nodes.values(), lon, lat, strict=True)):
            element = _element(root, "node", node, date, lon=f"{x:.7f}", lat=f"{y:.7f}")
            _tag(element, self._tagged[node].tags if node in self._tagged else {})

    def _write_object(self, root: ET.Element, drawn: _Drawn, date: str | None) -> None:
        element = _element(root, drawn.kind, drawn.id, date)
        refs = [self._lose("node") if point is None else self._nodes[point] for point in drawn.points]
        for ref in [*refs, *(refs[:1] if drawn.closed else [])]:
            ET.SubElement(element, "nd", ref=str(ref))
        for role, name in drawn.members:
            member = self._objects[name] if name != "?" else _Drawn(self._lose("way"), "way")
            ET.SubElement(element, "member", type=member.kind, ref=str(member.id), role=role)
        _tag(element, drawn.tags)


def _element(root: ET.Element, kind: str, ident: int, date: str | None, **more: str) -> ET.Element:
    stamp = {"timestamp": date} if date else {}
    return ET.SubElement(root, kind, {"id": str(ident), "version": "1", **stamp, **more})


def _tag(element: ET.Element, tags: dict[str, str]) -> None:
    for key, value in tags.items():
        ET.SubElement(element, "tag", k=key, v=value)


def grown(box: Box, metres: float) -> Box:
    """Give the box with `metres` more on every side."""
    return box[0] - metres, box[1] - metres, box[2] + metres, box[3] + metres


def box_geojson(box: Box) -> dict[str, Any]:
    """Give an EPSG:27700 box as a GeoJSON polygon in longitude and latitude."""
    (least_e, least_n, greatest_e, greatest_n) = box
    corners = [(least_e, least_n), (greatest_e, least_n), (greatest_e, greatest_n), (least_e, greatest_n), (least_e, least_n)]
    lon, lat = crs.to_lonlat([e for e, _ in corners], [n for _, n in corners])
    return {"type": "Polygon", "coordinates": [[[float(x), float(y)] for x, y in zip(lon, lat, strict=True)]]}


def write_osm(text: str, path: Path, *, bounds: Box | None = None, date: str | None = DATE) -> Path:
    """Write the world drawn in `text` as an .osm file at `path`, and give `path`. See `World.write`."""
    return World(text).write(path, bounds=bounds, date=date)


def build(text: str, tmp_path: Path, *, name: str = "world", date: str | None = DATE, **options: Any) -> Region:
    """Draw `text`, build a region from it by the real reader under `tmp_path`, and open it.

    The region's coverage is a given box, `MARGIN_M` around all that is drawn, unless `boundary` says otherwise (`None`: as the
    file's own content tells). Further `options` go to `era_geo.region.build.build`; `settings` has its home in `tmp_path`
    unless given.
    """
    world = World(text)
    path = world.write(tmp_path / f"{name}.osm", date=date)
    settings = options.pop("settings", None) or Settings(home=tmp_path / "home")
    if "boundary" not in options:
        options["boundary"] = box_geojson(grown(world.box, MARGIN_M))
    options.setdefault("themes", ())
    build_region([path], name=name, settings=settings, **options)
    return open_region(name, settings)
