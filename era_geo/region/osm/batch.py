"""Objects gathered while a file is read, turned into geometry and rows some ten thousand at a time.

Working on whole arrays is what makes a country's extract a matter of minutes: one conversion to EPSG:27700, one pass for
validity, one insert for each table and batch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
import shapely

from era_geo import crs
from era_geo.region.coverage import SMALL_M, Cells
from era_geo.region.draft import Draft, Geometries, StagedAddress
from era_geo.region.osm.network import Network, WalkWay
from era_geo.region.osm.rules import Address, Tags, as_json
from era_geo.region.osm.shapes import AS_IS, Bools, Ints, Shaped, somewhere, without_place
from era_geo.region.schema import BY_NAME

_TO_NUMBERS = str.maketrans({"n": None, "x": ",", "y": ","})

NodesOf = Callable[[int], Ints]
"""Gives the node ids of a line by its object's number in the batch."""


class Reason(StrEnum):
    """Why an object could not be built."""

    NODES = "some of its nodes are not in the file"
    MEMBERS = "some of its members are not in the file"
    PARTLY = "built in part only: some of its members are not in the file"
    OPEN = "its outline is not closed"
    EMPTY = "its outline encloses nothing, or crosses itself"
    SHORT = "it has no length"
    OUTSIDE = "it lies outside Great Britain, wholly or in part"
    TEXT = "its text is not valid UTF-8"
    NO_NUMBERS = "house numbers to interpolate between are missing or not plain numbers"


_TYPE_CODE = {"node": 0, "way": 1, "relation": 2}


class Object:
    """One object of the file: its kind (`node`, `way`, `relation`), id and tags, and `ref`: `osm:way/123`."""

    __slots__ = ("_json", "id", "kind", "ref", "tags")

    def __init__(self, kind: str, ident: int, tags: Tags) -> None:
        self.kind = kind
        self.id = ident
        self.tags = tags
        self.ref = f"osm:{kind}/{ident}"
        self._json: str | None = None

    @property
    def json(self) -> str:
        """All tags as the `tags` columns hold them."""
        if self._json is None:
            self._json = as_json(self.tags)
        return self._json

    @property
    def code(self) -> int:
        """Kind and id in one number."""
        return self.id * 4 + _TYPE_CODE[self.kind]


@dataclass
class Kept:
    """What is kept of a file, beside the rows, for what follows its reading."""

    network: Network = field(default_factory=Network)
    numbered: dict[int, Address] = field(default_factory=dict)
    """Addresses of nodes between which house numbers are interpolated."""
    interpolations: dict[int, tuple[Tags, shapely.Geometry]] = field(default_factory=dict)
    codes: list[Ints] = field(default_factory=list)
    """Codes of all objects used so far, an array for each batch."""
    cells: Cells = field(default_factory=Cells)
    """Where the file has points and lines."""
    small_cells: Cells = field(default_factory=Cells)
    """Where it has points and lines too small to reach out of its area."""
    dropped: int = 0
    """Objects left out because a newer file has them."""
    objects: int = 0
    roads: int = 0

    def join(self, other: Kept) -> None:
        """Add what was kept of a later part of the same file."""
        self.network.join(other.network)
        self.numbered.update(other.numbered)
        self.interpolations.update(other.interpolations)
        self.codes += other.codes
        self.cells.join(other.cells)
        self.small_cells.join(other.small_cells)
        self.dropped += other.dropped
        self.objects += other.objects
        self.roads += other.roads


Superseded = Callable[[Ints], Bools]
"""Tells, for an array of object codes, which of them a newer file has already given."""


class Batch:
    """Objects with their still unconverted geometry, and the rows that are to be made of them."""

    def __init__(self, draft: Draft, kept: Kept, source_id: int, superseded: Superseded) -> None:
        self.draft = draft
        self.kept = kept
        self.source_id = source_id
        self.superseded = superseded
        self._clear()

    def _clear(self) -> None:
        self._objects: list[Object] = []
        self._nodes: list[tuple[int, float, float]] = []
        self._lines: list[int] = []
        self._line_places: list[str] = []
        self._areas: list[tuple[int, str]] = []
        self._rows: dict[tuple[str, str], list[tuple[Any, ...]]] = {}
        self._addresses: list[tuple[int, int, Address, str | None]] = []
        self._postcodes: list[tuple[int, str]] = []
        self._walks: list[tuple[int, WalkWay]] = []
        self._calls: list[tuple[int, str, Callable[[shapely.Geometry], None]]] = []

    def node(self, thing: Object, lon: float, lat: float) -> int:
        """Take a node; the number given stands for it in `row`."""
        self._nodes.append((len(self._objects), lon, lat))
        return self._add(thing)

    def line(self, thing: Object, place: str) -> int:
        """Take a way by its nodes, as `objects.Found` has them; the number given stands for it in `row`."""
        self._lines.append(len(self._objects))
        self._line_places.append(place)
        return self._add(thing)

    def area(self, thing: Object, wkb: str) -> int:
        """Take a relation's area, as WKB in hexadecimal; the number given stands for it in `row`."""
        self._areas.append((len(self._objects), wkb))
        return self._add(thing)

    def _add(self, thing: Object) -> int:
        self._objects.append(thing)
        return len(self._objects) - 1

    def row(self, table: str, form: str, number: int, *values: Any) -> None:
        """Ask for a row of `table` from object `number`; `values` in the order of the table's columns, without geometry."""
        self._rows.setdefault((table, form), []).append((number, *values))

    def address(self, number: int, exactness: int, found: Address, own_building: str | None) -> None:
        """Ask for an address at object `number`; the last two as in `StagedAddress`."""
        self._addresses.append((number, exactness, found, own_building))

    def postcode(self, number: int, postcode: str) -> None:
        """Note that object `number`, which is no address, carries this postcode."""
        self._postcodes.append((number, postcode))

    def walk(self, number: int, way: WalkWay) -> None:
        """Let people walk along object `number`, a line."""
        self._walks.append((number, way))

    def call(self, form: str, number: int, receive: Callable[[shapely.Geometry], None]) -> None:
        """Ask to be handed the geometry of object `number`, if it could be built."""
        self._calls.append((number, form, receive))

    def flush(self) -> None:
        """Make the geometry, add the rows, report what could not be built, and begin anew."""
        if not self._objects:
            return
        geometry, nodes_of = self._converted()
        codes = np.fromiter((thing.code for thing in self._objects), np.int64, len(self._objects))
        old = self.superseded(codes)
        self.kept.dropped += int(old.sum())
        self.kept.codes.append(codes)
        bad: dict[int, Reason] = {}
        lost = without_place(geometry)
        bad.update((int(i), Reason.OUTSIDE) for i in np.flatnonzero(lost & ~old))
        usable = ~(lost | old)
        lines = np.zeros(len(geometry), dtype=bool)
        lines[self._lines] = True
        self._mark_cells(geometry[usable & (lines | (shapely.get_type_id(geometry) == shapely.GeometryType.POINT))])
        shaped = Shaped(geometry, lines, usable)
        for (table, form), rows in self._rows.items():
            bad.update(self._add_rows(table, form, rows, shaped))
        self._hand_on(shaped, nodes_of)
        for number, reason in bad.items():
            thing = self._objects[number]
            self.draft.report_unbuilt(self.source_id, thing.ref, thing.tags, reason, somewhere(geometry[number]))
        self._clear()

    def _mark_cells(self, geometry: Geometries) -> None:
        bounds = shapely.bounds(geometry)
        small = np.hypot(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1]) <= SMALL_M
        self.kept.cells.add(geometry)
        self.kept.small_cells.add(geometry[small])

    def _hand_on(self, shaped: Shaped, nodes_of: NodesOf) -> None:
        """Give addresses, postcodes and walked ways to those who wait for them."""
        usable = shaped.usable
        addresses = [entry for entry in self._addresses if usable[entry[0]]]
        refs = [self._objects[entry[0]].ref for entry in addresses]
        places = shaped.positions([entry[0] for entry in addresses])
        self.draft.stage_addresses(
            StagedAddress(ref, self.source_id, x, y, exactness, *found, own)
            for ref, (x, y), (_, exactness, found, own) in zip(refs, places, addresses, strict=True)
        )
        postcodes = [entry for entry in self._postcodes if usable[entry[0]]]
        places = shaped.positions([number for number, _ in postcodes])
        self.draft.stage_postcodes((code, x, y, self.source_id) for (_, code), (x, y) in zip(postcodes, places, strict=True))
        walks = [entry for entry in self._walks if usable[entry[0]]]
        if walks:
            numbers, ways = zip(*walks, strict=True)
            self.kept.network.add(ways, [nodes_of(number) for number in numbers], shaped.take(np.array(numbers), AS_IS))
        for number, form, receive in self._calls:
            made = shaped.take(np.array([number]), form)[0] if usable[number] else None
            if made is not None:
                receive(made)

    def _converted(self) -> tuple[Geometries, NodesOf]:
        """Give the objects' geometries in EPSG:27700, and what tells the node ids of a line by its object's number."""
        geometry = np.empty(len(self._objects), dtype=object)
        if self._nodes:
            numbers, lon, lat = zip(*self._nodes, strict=True)
            geometry[list(numbers)] = shapely.points(*crs.to_bng(lon, lat))
        if self._areas:
            area_numbers, wkb = zip(*self._areas, strict=True)
            geometry[list(area_numbers)] = crs.geometries_to_bng(shapely.from_wkb(np.array(wkb, dtype=object)))
        nodes = np.empty(0, dtype=np.int64)
        starts = np.zeros(len(self._objects) + 1, dtype=np.int64)
        if self._lines:
            text = ",".join(self._line_places).translate(_TO_NUMBERS)
            table = np.fromstring(text, sep=",").reshape(-1, 3)  # node id, longitude, latitude; ids are far below 2**53
            nodes = table[:, 0].astype(np.int64)
            counts = [place.count("n") for place in self._line_places]
            starts[np.array(self._lines) + 1] = counts
            points = np.column_stack(crs.to_bng(table[:, 1], table[:, 2]))
            geometry[self._lines] = shapely.linestrings(points, indices=np.repeat(np.arange(len(counts)), counts))
        starts = np.cumsum(starts)
        return geometry, lambda number: nodes[starts[number] : starts[number + 1]]

    def _add_rows(self, table: str, form: str, rows: list[tuple[Any, ...]], shaped: Shaped) -> dict[int, Reason]:
        """Add rows to a table; give the objects whose geometry could not be made."""
        wanted = [row for row in rows if shaped.usable[row[0]]]
        if not wanted:
            return {}
        numbers = np.array([row[0] for row in wanted])
        made = shaped.take(numbers, form)
        missing = shapely.is_missing(made)
        reason = Reason.SHORT if form is AS_IS else Reason.EMPTY
        kept = [row for row, lost in zip(wanted, missing, strict=True) if not lost]
        if kept:
            values = list(zip(*kept, strict=True))[1:]
            names = [column.name for column in BY_NAME[table].columns]
            self.draft.add(table, dict(zip(names, values, strict=True)), made[~missing])
        return dict.fromkeys(numbers[missing].tolist(), reason)
