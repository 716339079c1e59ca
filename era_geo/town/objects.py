"""What a drawn town is made of: OpenStreetMap objects in metres, and the truth about its addresses that answers are held to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Tags = Mapping[str, str]


@dataclass(frozen=True)
class Node:
    """A point. `easting` and `northing` are metres in EPSG:27700."""

    id: int
    easting: float
    northing: float
    tags: Tags = field(default_factory=dict)


@dataclass(frozen=True)
class Way:
    """A line or closed outline through `nodes` (node ids)."""

    id: int
    nodes: tuple[int, ...]
    tags: Tags


@dataclass(frozen=True)
class Member:
    """One member of a relation: `kind` is `n`, `w` or `r`."""

    kind: str
    id: int
    role: str


@dataclass(frozen=True)
class Relation:
    """A relation and its members, in order."""

    id: int
    members: tuple[Member, ...]
    tags: Tags


@dataclass(frozen=True)
class Address:
    """One address as it truly is: what a person would write, and where its door or point lies.

    `ref` is the object that carries it (`osm:node/12`); several flats behind one door share a `ref`. `building` is the building
    it belongs to, `stair` the shared entrance (`None` for a door of one's own). `row` names the buildings that stand wall to
    wall with this one and `place` is its position among them. `side` is `left` or `right` of the street as it is drawn,
    `start_m` and `end_m` the stretch of the street's line that the building fronts. `is_home` is false for a shop or a public
    building.
    """

    ref: str
    flat: str | None
    number: str | None
    house: str | None
    street: str | None
    town: str
    postcode: str | None
    uprn: str
    easting: float
    northing: float
    building: str | None
    stair: str | None
    row: str | None
    place: int
    side: str
    start_m: float
    end_m: float
    is_home: bool

    @property
    def label(self) -> str:
        """The address as people write it: `2/1, 15 Mill Wynd, Invermarrow, ZZ1 1AB`."""
        door = " ".join(part for part in (self.number, self.street) if part)
        return ", ".join(part for part in (self.flat, self.house, door, self.town, self.postcode) if part)


@dataclass(frozen=True)
class Case:
    """An awkward case that was drawn on purpose: where it is, and what the program must say about it.

    `address` is the address from which it is seen (`None` where the case is about finding an address, or about none), `objects`
    are the refs of what it is about, `distance_m` how far the first of them is from the address's building, edge to edge.
    """

    id: str
    title: str
    address: Address | None
    objects: tuple[str, ...]
    distance_m: float | None
    expect: str


@dataclass(frozen=True)
class Town:
    """A drawn town: its objects in the order of their ids, its extent (EPSG:27700: west, south, east, north), and its truth."""

    name: str
    extent: tuple[float, float, float, float]
    nodes: tuple[Node, ...]
    ways: tuple[Way, ...]
    relations: tuple[Relation, ...]
    addresses: tuple[Address, ...]
    cases: tuple[Case, ...]
    named: Mapping[str, str]
    """Refs of the objects that the plan gives an id: `{"albert-school-grounds": "osm:way/12"}`."""
