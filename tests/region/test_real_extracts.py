"""Real extracts, counted a second time by plain loops over pyosmium and by GDAL's own OpenStreetMap reader."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import osmium
import pyogrio
import pytest
import shapely

from era_geo import crs
from era_geo.region.build import build
from era_geo.region.kept_keys import KEPT_KEYS
from era_geo.region.osm import walking
from era_geo.region.region import Region, open_region
from era_geo.settings import Settings

pytestmark = pytest.mark.real_data
EXTRACTS = ("rutland-2022-07-20", "aberdeen-centre-2016-03-20")
AREA_RELATIONS = ("multipolygon", "boundary")


class Counted:
    """Every tagged object of a file, read without any of the program's own rules."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tags: dict[str, dict[str, str]] = {}
        self.nodes: dict[str, list[int]] = {}
        self.closed: set[str] = set()
        self.special: set[int] = set()
        self.members: set[str] = set()
        for thing in osmium.FileProcessor(path).with_filter(osmium.filter.EmptyTagFilter()):
            kind = "node" if thing.is_node() else "way" if thing.is_way() else "relation"
            ref = f"osm:{kind}/{thing.id}"
            self.tags[ref] = dict(thing.tags)
            if kind == "way":
                self.nodes[ref] = [node.ref for node in thing.nodes]
                if thing.is_closed():
                    self.closed.add(ref)
            if kind == "relation":
                self.members.update(f"osm:way/{member.ref}" for member in thing.members if member.type == "w")
            tags = self.tags[ref]
            if kind == "node" and ("barrier" in tags or tags.get("highway") == "crossing" or tags.get("crossing", "no") != "no"):
                self.special.add(thing.id)

    def is_shape(self, ref: str) -> bool:
        return "/relation/" not in ref.replace(":", "/") or self.tags[ref].get("type") in AREA_RELATIONS

    def refs(self, wanted) -> set[str]:  # noqa: ANN001 - a predicate of (ref, tags)
        return {ref for ref, tags in self.tags.items() if self.is_shape(ref) and wanted(ref, tags)}


@pytest.fixture(scope="module", params=EXTRACTS)
def both(request: pytest.FixtureRequest, real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Region, Counted]:
    """Give a region, and the same extract counted by hand."""
    path = real_data / "osm" / f"{request.param}.osm.pbf"
    settings = Settings(home=tmp_path_factory.mktemp(request.param))
    build([path], name="real", settings=settings)
    return open_region("real", settings), Counted(path)


def unbuilt(region: Region) -> set[str]:
    return {ref for (ref,) in region.query("SELECT ref FROM unbuilt")}


def test_every_object_with_a_kept_key_is_a_place_or_accounted_for(both: tuple[Region, Counted]) -> None:
    region, counted = both

    def kept(_: str, tags: dict[str, str]) -> bool:
        return any(key.key in tags and tags[key.key] not in key.except_values for key in KEPT_KEYS)

    places = region.read("places")
    expected = counted.refs(kept)
    assert len(places) == len(set(places["ref"]))
    assert set(places["ref"]) == expected - unbuilt(region)
    for ref, tags in zip(places["ref"], places["tags"], strict=True):
        assert json.loads(tags) == counted.tags[ref]


def test_buildings_and_roads(both: tuple[Region, Counted]) -> None:
    region, counted = both
    open_ways = set(counted.nodes) - counted.closed
    expected = counted.refs(lambda ref, tags: tags.get("building", "no") != "no" and not ref.startswith("osm:node"))
    found = region.read("buildings")
    assert len(found) == len(set(found["ref"]))
    assert set(found["ref"]) == expected - unbuilt(region)
    assert not expected & open_ways - unbuilt(region)
    roads = region.read("roads")
    assert set(roads["ref"]) == counted.refs(
        lambda ref, tags: ref.startswith("osm:way") and tags.get("highway", "no") not in walking.NOT_A_WAY
    ) - unbuilt(region)


def test_gdal_draws_the_same_buildings(both: tuple[Region, Counted]) -> None:
    region, counted = both
    meta, _, wkb, columns = pyogrio.raw.read(counted.path, layer="multipolygons", columns=["osm_id", "osm_way_id", "building"])
    by_name = dict(zip(meta["fields"], columns, strict=True))
    is_building = np.array([value not in (None, "no") for value in by_name["building"]])
    geometry = crs.geometries_to_bng(shapely.from_wkb(wkb[is_building]))
    relation, way = by_name["osm_id"][is_building], by_name["osm_way_id"][is_building]
    theirs = {
        f"osm:way/{way_id}" if way_id else f"osm:relation/{relation_id}": shape
        for relation_id, way_id, shape in zip(relation, way, geometry, strict=True)
    }
    ours = {row["ref"]: row["geom"] for row in region.read("buildings").rows()}
    assert set(ours) - counted.members == set(theirs) - counted.members  # GDAL leaves out ways that make up a relation's area
    assert set(theirs) <= set(ours)
    for ref, shape in theirs.items():
        assert shape.area == pytest.approx(ours[ref].area, rel=1e-6, abs=0.01), ref


def test_every_address_of_the_file_is_in_a_row(both: tuple[Region, Counted]) -> None:
    region, counted = both
    carrying = ("addr:housenumber", "addr:housename", "addr:unit", "addr:flat", "addr:door", "addr:flats")
    expected = counted.refs(lambda _, tags: any(tags.get(key, "").strip() for key in carrying))
    expected -= {ref for ref in expected if "addr:interpolation" in counted.tags[ref] and ref not in counted.closed}
    rows = list(region.read("addresses").rows())
    named = [ref for row in rows for ref in row["ref"].split()]
    assert Counter(named) == Counter(expected - unbuilt(region))
    outlines = {row["fid"]: row["geom"] for row in region.read("buildings").rows()}
    for row in rows:
        numbers = {counted.tags[ref].get("addr:housenumber", "").lower().replace(" ", "") for ref in row["ref"].split()} - {""}
        assert len(numbers) <= 1
        if row["building_id"]:
            assert shapely.distance(outlines[row["building_id"]], row["geom"]) == 0.0
        else:
            assert not any(outline.contains(row["geom"]) for outline in outlines.values())


def test_the_walking_network_by_a_plain_count(both: tuple[Region, Counted]) -> None:
    region, counted = both
    walked = {
        ref: nodes
        for ref, nodes in counted.nodes.items()
        if "highway" in counted.tags[ref] and walking.way_access(counted.tags[ref]) and ref not in unbuilt(region)
    }
    uses = Counter(node for nodes in walked.values() for node in nodes)
    expected = 0
    for nodes in walked.values():
        cuts = [uses[node] > 1 or node in counted.special for node in nodes[1:-1]]
        expected += 1 + sum(cuts)
    edges = region.read("walk_edges")
    own = [ref in walked for ref in edges["ref"]]
    assert sum(own) == expected
    roads = dict(zip(region.read("roads")["ref"], region.read("roads").geometry, strict=True))
    total = sum(shapely.length(roads[ref]) for ref in walked)
    assert sum(length for length, mine in zip(edges["length_m"], own, strict=True) if mine) == pytest.approx(total, rel=1e-9)
    nodes = region.read("walk_nodes")
    assert set(nodes["node"]) == set(edges["u"]) | set(edges["v"])
    assert len(nodes) == len(set(nodes["node"]))


def test_the_source_is_named_dated_and_credited(both: tuple[Region, Counted]) -> None:
    region, counted = both
    (source,) = region.sources
    assert source.name == counted.path.name
    assert source.date == counted.path.name.split("-", 2 if "aberdeen" in source.name else 1)[-1].removesuffix(".osm.pbf")
    assert (source.kind, source.licence, source.credit) == ("osm", "ODbL 1.0", "© OpenStreetMap contributors")
    assert source.counts["kept"]["buildings"] == len(region.read("buildings"))
