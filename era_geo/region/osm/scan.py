"""The main pass over a file: every object of interest once, into the rows it makes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice
from operator import itemgetter
from typing import Any

import numpy as np
import osmium
import shapely

from era_geo import crs
from era_geo.region import shares
from era_geo.region.osm import objects, walking, workers
from era_geo.region.osm.batch import Object, Reason
from era_geo.region.osm.extract import Extract
from era_geo.region.osm.network import WalkWay
from era_geo.region.osm.rows import Rows
from era_geo.region.osm.shapes import AS_IS
from era_geo.region.osm.structure import Relation
from era_geo.region.osm.worker import Task
from era_geo.region.schema import BY_NAME

_AT_ONCE = 20_000
SHARED_FROM = 4
"""A text of so many blocks is worth the start of more processes."""


@dataclass
class Scan:
    """One pass over one file. `run` fills the draft by way of `rows`; what the later steps need is kept here and in `rows.kept`."""

    extract: Extract
    rows: Rows
    tell: Callable[[int], None]
    failed: dict[int, Relation] = field(default_factory=dict)
    """Area relations that did not become areas."""
    locations: Any = None
    """Where the nodes of relations' members lie."""

    def run(self) -> None:
        """Read the file."""
        self.failed = dict(self.rows.structure.areas)
        for relation in self.rows.structure.unreadable:
            self.rows.report(Object("relation", relation, {}), Reason.TEXT)
        text = self._read_text()
        rest = objects.one_by_one(self.extract, text.given) if not text.whole else iter(())
        while some := list(islice(rest, _AT_ONCE)):
            self.rows.take(some)
        self._areas()

    def _read_text(self) -> objects.Text:
        """Make rows of the text: by several processes if it is long and all goes well, else by this one alone."""
        text = objects.Text(self.extract)
        with closing(text.blocks()) as blocks:
            first = list(islice(blocks, SHARED_FROM))
            processes = workers.sensible() if len(first) == SHARED_FROM else 1
            if processes == 1:
                self._take(self._telling(chain(first, blocks), text))
                return text
            if self._share_out(self._telling(chain(first, blocks), text), processes):
                return text
        text = objects.Text(self.extract)
        self._take(self._telling(text.blocks(), text))
        return text

    def _take(self, blocks: Iterable[bytes]) -> None:
        for block in blocks:
            self.rows.take(objects.parsed(block))

    def _telling(self, blocks: Iterable[bytes], text: objects.Text) -> Iterator[bytes]:
        for block in blocks:
            self.tell(text.given)
            yield block

    def _share_out(self, blocks: Iterable[bytes], processes: int) -> bool:
        """Let so many processes make rows of the blocks, and take them over; say whether all went well."""
        batch, draft = self.rows.batch, self.rows.draft
        with shares.beside(draft.path, processes) as paths:
            tasks = [Task(path, batch.source_id, batch.superseded, self.rows.structure) for path in paths]
            done = workers.share_out(blocks, tasks)
            if done is None:
                return False
            shares.take_in(draft, [one.share for one in done])
        for _, kept in sorted(chain.from_iterable(one.kept.items() for one in done), key=itemgetter(0)):
            self.rows.kept.join(kept)
        return True

    def _areas(self) -> None:
        """Read the areas that are relations, and where the members of relations lie, which groups want too."""
        structure = self.rows.structure
        related = structure.related
        if not related:
            return
        self._factory = osmium.geom.WKBFactory()
        members = {way for relation in related for way in relation.of_kind("way")}
        self.locations = objects.locate(self.extract, members, {node for one in related for node in one.of_kind("node")})
        objects.areas(self.extract, self.locations, structure.areas, members, self._area)
        self.rows.batch.flush()

    def _area(self, area: Any) -> None:
        relation = self.rows.structure.areas.get(area.orig_id())
        if relation is None:
            return
        thing = Object("relation", area.orig_id(), relation.tags)
        self.rows.kept.objects += 1
        try:
            wkb = self._factory.create_multipolygon(area)
        except (osmium.InvalidLocationError, RuntimeError):
            return
        del self.failed[thing.id]
        number = self.rows.batch.area(thing, wkb)
        self.rows.as_area(thing, number)
        access = walking.way_access(thing.tags) if walking.is_road(thing.tags) else None
        if access:
            self._walk_round(area, thing, number, access)

    def _walk_round(self, area: Any, thing: Object, number: int, access: str) -> None:
        """Let people walk along the outline of a pedestrian area that is a relation."""
        rings = [ring for outer in area.outer_rings() for ring in (outer, *area.inner_rings(outer))]
        walk = WalkWay(thing.ref, thing.tags["highway"], access, thing.tags.get("name"), thing.tags.get("lit"))
        for ring in rings:
            nodes = [(node.ref, node.lon, node.lat) for node in ring]
            self.rows.batch.call(AS_IS, number, partial(self._add_ring, walk, nodes))

    def _add_ring(self, walk: WalkWay, nodes: list[tuple[int, float, float]], _: shapely.Geometry) -> None:
        ids, lon, lat = zip(*nodes, strict=True)
        line = shapely.linestrings(np.column_stack(crs.to_bng(lon, lat)))
        self.rows.kept.network.add([walk], [ids], np.array([line], dtype=object))

    def add_group(self, thing: Object, geometry: shapely.Geometry) -> None:
        """Add a place that is a group of objects; `geometry` in EPSG:27700."""
        if self.rows.batch.superseded(np.array([thing.code]))[0]:
            return
        names = [column.name for column in BY_NAME["places"].columns]
        columns = {name: [value] for name, value in zip(names, self.rows.place_values(thing), strict=True)}
        self.rows.draft.add("places", columns, np.array([geometry], dtype=object))
