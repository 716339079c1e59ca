"""What is written: the same bytes each time, the file that is kept, and nothing lost or bent on the way."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import osmium
import osmium.io
import pytest

from era_geo import shipped
from era_geo.crs import to_bng
from era_geo.region.build import build
from era_geo.region.region import open_region
from era_geo.settings import Settings
from era_geo.town import ORIGIN, ListWriter, Town, awkward_table, moved, write_pbf
from era_geo.town.hostile import NAMES
from era_geo.town.write import AROUND_M

DATA = shipped.TRAINING_TOWN.parent


def contents(path: Path) -> list[tuple[str, int, dict[str, str], object]]:
    """Give everything in an OSM file: kind, id, tags, and place, nodes or members."""
    found: list[tuple[str, int, dict[str, str], object]] = []
    for thing in osmium.FileProcessor(path):
        tags = {tag.k: tag.v for tag in thing.tags}
        if thing.is_node():
            found.append(("n", thing.id, tags, (thing.location.x, thing.location.y)))
        elif thing.is_way():
            found.append(("w", thing.id, tags, [node.ref for node in thing.nodes]))
        else:
            found.append(("r", thing.id, tags, [(member.type, member.ref, member.role) for member in thing.members]))
    return found


@pytest.fixture(scope="module")
def written(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pbf(town, tmp_path_factory.mktemp("town") / "town.osm.pbf")


def test_another_run_writes_the_same_bytes(written: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.osm.pbf"
    script = "import sys, pathlib; from era_geo.town import draw_town, write_pbf; write_pbf(draw_town(), pathlib.Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", script, str(again)], check=True, env={**os.environ, "PYTHONHASHSEED": "77"})
    assert again.read_bytes() == written.read_bytes()


def test_the_kept_file_is_the_town_as_it_is_drawn(written: Path) -> None:
    """Content and not bytes: how a file is compressed is the business of the library that writes it."""
    assert contents(shipped.TRAINING_TOWN) == contents(written)
    assert shipped.TRAINING_TOWN.stat().st_size < 400_000


def test_the_kept_lists_and_table_are_those_of_the_town(town: Town, tmp_path: Path) -> None:
    for file in ListWriter(town, ORIGIN).write(tmp_path):
        assert file.read_bytes() == (DATA / "training-lists" / file.name).read_bytes(), file.name
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(f.name for f in (DATA / "training-lists").iterdir())
    assert (DATA / "AWKWARD-CASES.md").read_text(encoding="utf-8").endswith(awkward_table(town.cases))


def test_the_header_says_how_far_and_of_when_the_data_is(town: Town, written: Path) -> None:
    with osmium.io.Reader(str(written)) as reader:
        header = reader.header()
    assert header.get("osmosis_replication_timestamp") == "2026-06-01T00:00:00Z"
    low, high = header.box().bottom_left, header.box().top_right
    (east, far_east), (north, far_north) = to_bng([low.lon, high.lon], [low.lat, high.lat])
    west_edge, south_edge, east_edge, north_edge = np.add(town.extent, (-AROUND_M, 0, AROUND_M, AROUND_M))
    # The grid is turned a little against the meridians: the box lies inside, and not much.
    assert west_edge <= east <= west_edge + 130
    assert east_edge - 130 <= far_east <= east_edge
    assert south_edge <= north <= south_edge + 130
    assert north_edge - 130 <= far_north <= north_edge


def test_a_region_takes_the_header_at_its_word(written: Path, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    build([written], name="town", settings=settings)
    (source,) = open_region("town", settings).sources
    assert source.coverage_basis.startswith("header box")


def test_every_object_keeps_its_place_to_the_centimetre(town: Town, written: Path) -> None:
    nodes = [place for kind, _, _, place in contents(written) if kind == "n"]
    east, north = to_bng([x / 1e7 for x, _ in nodes], [y / 1e7 for _, y in nodes])
    assert max(abs(east - [node.easting for node in town.nodes])) < 0.02
    assert max(abs(north - [node.northing for node in town.nodes])) < 0.02


def test_every_object_is_of_the_data_date(written: Path) -> None:
    assert {thing.timestamp.isoformat() for thing in osmium.FileProcessor(written)} == {"2026-06-01T00:00:00+00:00"}


def test_another_seed_is_another_town_on_the_same_plan(town: Town, other_town: Town) -> None:
    assert other_town.nodes[0].id == other_town.ways[0].id == 50_001
    west, south, east, north = town.extent
    assert other_town.extent == (west + 5000, south - 7000, east + 5000, north - 7000)
    assert all((address.postcode or "ZZ7 ").startswith("ZZ7 ") for address in other_town.addresses)
    assert {address.street for address in other_town.addresses} == {address.street for address in town.addresses}
    homes = [{(one.easting - west, one.northing - south) for one in town.addresses if one.flat is None}]
    homes.append({(one.easting - west - 5000, one.northing - south + 7000) for one in other_town.addresses if one.flat is None})
    assert len(homes[0] & homes[1]) < 0.1 * len(homes[0])
    assert [case.id for case in other_town.cases] == [case.id for case in town.cases]


def test_a_copy_is_another_town_with_ids_of_its_own(town: Town) -> None:
    copy = moved(town, east=2120, north=0, after=100_000, district="ZZ2", name="Kilmarrow")
    assert copy.nodes[0].id == town.nodes[0].id + 100_000
    assert {id_ for way in copy.ways for id_ in way.nodes} <= {node.id for node in copy.nodes}
    assert {one.town for one in copy.addresses} == {"Kilmarrow", "Milton of Marrow"}
    assert not {one.uprn for one in copy.addresses} & {one.uprn for one in town.addresses}
    postcodes = {way.tags["addr:postcode"] for way in copy.ways if "addr:postcode" in way.tags}
    assert postcodes
    assert all(postcode.startswith("ZZ2 ") for postcode in postcodes)
    assert copy.extent[0] == town.extent[2]


@pytest.mark.parametrize("suffix", [".osm.pbf", ".osm"])
def test_hostile_names_are_written_and_read_back_unbent(hostile_town: Town, suffix: str, tmp_path: Path) -> None:
    file = write_pbf(hostile_town, tmp_path / f"hostile{suffix}")
    values = {value for _, _, tags, _ in contents(file) for value in tags.values()}
    assert [name for name in NAMES.values() if not any(name in value for value in values)] == []
    assert [value for value in values if len(value) > 255] == [], "OpenStreetMap holds no longer values"
    streets = {address.street for address in hostile_town.addresses}
    assert NAMES["Lade Street"] in streets
    assert "Lade Street" not in streets | values
