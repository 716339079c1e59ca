"""The plan of the town as it is written down in `plan/*.toml`, read into plain values.

Coordinates in the plan are metres east and north of the market cross. `plan/streets-*.toml` have the streets of each quarter
and what stands along them, `paths.toml` the ways on foot, `styles.toml` what each kind of house is like, `land.toml` water,
railway and woods, `places-*.toml` everything that people go to, `shops.toml` what is below on the main streets.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from shapely import LineString, Polygon, box

from era_geo.errors import DataError
from era_geo.town.objects import Tags
from era_geo.town.shapes import XY, outline, points, polygons, rounded, smooth

FOLDER = Path(__file__).parent / "plan"
LEFT, RIGHT = "left", "right"

# From the middle of the carriageway to the back of the footway: what no building may stand on.
HALF_WIDTH = {
    "primary": 8.0, "secondary": 7.0, "tertiary": 6.5, "residential": 5.5, "unclassified": 4.5, "living_street": 4.0,
    "pedestrian": 3.0,
    "service": 2.4, "track": 2.2, "footway": 1.2, "path": 1.2, "cycleway": 1.6, "steps": 1.4,
}  # fmt: skip


@dataclass(frozen=True)
class Frontage:
    """What stands along one side of a street, from `start` to `stop` metres along its line."""

    side: str
    style: str
    start: float
    stop: float


@dataclass(frozen=True)
class Street:
    """A street or path: its line and, for a street with houses, how they are numbered and how their addresses are mapped.

    `flats` names the way flats are written here, `mapped` how addresses got onto the map, `letters` the lettered numbers (`12A`
    comes after `12`), `ranges` the numbers that became one house (`45-47`), `unlisted` the numbers that never were, `houses`
    the names of its first houses, which have no number. `blocks` says that its houses are `Block 1`, `Block 2`, `pend` that it
    goes in through a building, `uprns` that the mapper noted reference numbers; `interpolated` is the side
    of which the mapper noted only the first and the last number.
    """

    name: str | None
    highway: str
    line: LineString
    frontages: tuple[Frontage, ...] = ()
    tags: Tags = field(default_factory=dict)
    town: str = ""
    sector: int = 1
    flats: str = "slash"
    mapped: str | None = None
    letters: tuple[str, ...] = ()
    ranges: tuple[str, ...] = ()
    unlisted: tuple[str, ...] = ()
    pend: bool = False
    blocks: bool = False
    postcodes: bool = True
    uprns: bool = False
    interpolated: str | None = None
    crossings: tuple[XY, ...] = ()
    houses: tuple[str, ...] = ()
    bridge: str | None = None

    @property
    def half_width(self) -> float:
        """From the middle of the street to the back of its footway, metres."""
        return HALF_WIDTH[self.highway]


@dataclass(frozen=True)
class Style:
    """A kind of house. Widths, depths, setbacks and gaps are least and greatest, metres; `row` how many stand wall to wall.

    `mapped` is how its address is mapped: on the `building`, at the `door`, as a `stair` with the flats behind it, or
    `each` flat as a point of its own. `landings` are the storeys with flats, `per_landing` the flats on each. `garden` is the
    barrier around its garden, at most `plot` metres deep. `ragged` rows have houses of all widths and depths.
    `shop`, `wing`, `shed` and `garage` are shares (0 to 1) of these houses that have one.
    """

    building: str
    width: tuple[float, float]
    depth: tuple[float, float]
    row: tuple[int, int] = (1, 1)
    setback: tuple[float, float] = (0.0, 0.0)
    gap: tuple[float, float] = (3.0, 5.0)
    levels: int = 2
    mapped: str = "building"
    landings: int = 0
    per_landing: int = 0
    shop: float = 0.0
    wing: float = 0.0
    garden: str = ""
    plot: float = 15.0
    ragged: bool = False
    shed: float = 0.0
    garage: float = 0.0


@dataclass(frozen=True)
class Area:
    """An area of the plan; `fence` is the barrier along its edge, `holes` are cut out of it."""

    outline: Polygon
    tags: Tags
    id: str | None = None
    fence: str | None = None
    keep_clear: bool = True
    trees: int = 0


@dataclass(frozen=True)
class Building:
    """A building of its own, not one of a row; with a `street`, it takes the next number on that street."""

    outline: Polygon
    tags: Tags
    id: str | None = None
    street: str | None = None
    house: str | None = None
    doors: tuple[XY, ...] = ()
    flats: tuple[str, ...] = ()
    town: str | None = None
    postcode: bool = True


@dataclass(frozen=True)
class Spot:
    """A single point."""

    at: XY
    tags: Tags
    id: str | None = None


@dataclass(frozen=True)
class Strip:
    """A line that is no street: water, rail, wall."""

    line: LineString
    tags: Tags
    id: str | None = None
    width: float = 0.0


@dataclass(frozen=True)
class Avenue:
    """A line of trees, one `every` so many metres."""

    line: LineString
    every: float = 11.0


@dataclass(frozen=True)
class Site:
    """A `type=site` relation: things that are one place without an outline of its own. `members` are ids of the plan."""

    id: str
    members: tuple[str, ...]
    tags: Tags


@dataclass(frozen=True)
class Block:
    """A block of stairs closed on all sides: the point that lies in it, its style, and the sides left open."""

    at: XY
    style: str
    open: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """The whole plan."""

    name: str
    extent: tuple[float, float, float, float]
    streets: tuple[Street, ...]
    styles: Mapping[str, Style]
    blocks: tuple[Block, ...]
    areas: tuple[Area, ...]
    buildings: tuple[Building, ...]
    spots: tuple[Spot, ...]
    strips: tuple[Strip, ...]
    avenues: tuple[Avenue, ...]
    sites: tuple[Site, ...]
    shops: tuple[Tags, ...]


@cache
def load() -> Plan:
    """Read the plan.

    Raises
    ------
    DataError
        If a file of the plan has an entry that cannot be read.
    """
    entries: dict[str, Any] = {}
    for file in sorted(FOLDER.glob("*.toml")):
        for key, value in tomllib.loads(file.read_text(encoding="utf-8")).items():
            if isinstance(value, list):
                entries.setdefault(key, []).extend(value)
            else:
                entries[key] = value
    town = entries["town"]
    west, south, east, north = town["extent"]
    return Plan(
        name=town["name"],
        extent=(west, south, east, north),
        streets=tuple(_street(entry, town["name"]) for entry in entries["street"]),
        styles={name: _made(Style, entry) for name, entry in entries["style"].items()},
        blocks=tuple(_made(Block, entry) for entry in entries["block"]),
        areas=tuple(_within(_made(Area, entry), box(west, south, east, north)) for entry in entries["area"]),
        buildings=tuple(_made(Building, entry) for entry in entries["building"]),
        spots=tuple(_made(Spot, entry) for entry in entries["spot"]),
        strips=tuple(_made(Strip, entry) for entry in entries["strip"]),
        avenues=tuple(_made(Avenue, entry) for entry in entries["avenue"]),
        sites=tuple(_made(Site, entry) for entry in entries["site"]),
        shops=tuple(entries["shop"]),
    )


def _made(kind: Any, entry: Mapping[str, Any]) -> Any:
    """Build one plan value from its TOML entry, reading texts that stand for geometry."""
    values = dict(entry)
    for key, value in entry.items():
        if key == "outline":
            shape = rounded(outline(value)) if entry.get("curved") else outline(value)
            values[key] = Polygon(shape.exterior, [points(hole) for hole in entry.get("holes", ())])
        elif key == "at":
            values[key] = points(value)[0]
        elif key == "line":
            values[key] = smooth(points(value)) if not entry.get("straight") else LineString(points(value))
        elif key in ("doors", "crossings"):
            values[key] = tuple(points(value))
        elif isinstance(value, list):
            values[key] = tuple(value)
    for word in ("straight", "holes", "curved"):
        values.pop(word, None)
    try:
        return kind(**values)
    except TypeError as error:
        raise DataError(f"The town's plan has an entry that cannot be read ({error}): {dict(entry)}") from error


def _within(area: Area, edge: Polygon) -> Area:
    """Cut off what of a wood lies beyond the edge of the map."""
    return area if edge.contains(area.outline) else replace(area, outline=polygons(area.outline.intersection(edge))[0])


def _street(entry: Mapping[str, Any], town: str) -> Street:
    given = {key: value for key, value in entry.items() if key not in (LEFT, RIGHT)}
    frontages = tuple(frontage for side in (LEFT, RIGHT) if side in entry for frontage in _frontages(entry[side], side))
    street: Street = _made(Street, {"name": None, "town": town, **given, "frontages": frontages})
    return street


def _frontages(text: str, side: str) -> list[Frontage]:
    """Read `"terrace 20-120, semi 140-"`: a style, and from where to where along the street (all of it by default)."""
    found = []
    for part in text.split(","):
        style, _, stretch = part.strip().partition(" ")
        start, _, stop = stretch.partition("-")
        found.append(Frontage(side, style, float(start or 0), float(stop or "inf")))
    return found
