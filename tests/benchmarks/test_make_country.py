"""The synthetic country, very small: what it holds, that it says what it is, and that a region can be made of it."""

import hashlib
from pathlib import Path

import numpy as np
import osmium
import pytest
import shapely

from benchmarks import _scotland
from benchmarks._country_file import LABEL, NETWORK_NODES, PLACES, Country
from era_geo import front
from era_geo.model import LocateStatus
from era_geo.region.build import build
from era_geo.region.osm.extract import SYNTHETIC_COUNTRY
from era_geo.region.region import Region, open_region
from era_geo.settings import Settings

SCALE = 0.0025


def quiet(*_: object) -> None:
    """Tell nobody."""


@pytest.fixture(scope="module")
def country() -> Country:
    return Country(SCALE)


@pytest.fixture(scope="module")
def folder(country: Country, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("country")
    country.write(made / "country.osm.pbf", quiet)
    country.write_postcodes(made / "codepo-2026-06.csv")
    return made


@pytest.fixture(scope="module")
def region(folder: Path) -> Region:
    settings = Settings(home=folder / "home")
    build([folder / "country.osm.pbf", folder / "codepo-2026-06.csv"], name="country", settings=settings)
    return open_region("country", settings)


def test_it_has_the_size_that_was_asked_for(country: Country, folder: Path) -> None:
    made = country.made
    assert made["towns"] == len(country.sites) > 1
    assert made["addresses"] == pytest.approx(2_700_000 * SCALE, rel=0.15)
    assert made["buildings"] == pytest.approx(2_500_000 * SCALE, rel=0.15)
    assert made["places"] == pytest.approx(PLACES * SCALE, abs=2)
    assert made["network nodes"] == pytest.approx(NETWORK_NODES * SCALE, rel=0.15)


def test_the_file_says_that_it_is_invented(folder: Path) -> None:
    with osmium.io.Reader(str(folder / "country.osm.pbf")) as reader:
        assert reader.header().get("generator") == SYNTHETIC_COUNTRY
    towns = [
        thing.tags["name"] for thing in osmium.FileProcessor(str(folder / "country.osm.pbf")) if thing.tags.get("place") == "town"
    ]
    assert len(set(towns)) == len(towns) > 1
    assert all(town.endswith(LABEL) for town in towns)


def test_ids_are_sorted_and_every_node_of_a_way_is_there(folder: Path) -> None:
    nodes: list[int] = []
    ways: list[int] = []
    used: set[int] = set()
    for thing in osmium.FileProcessor(str(folder / "country.osm.pbf")):
        if thing.is_node():
            nodes.append(thing.id)
        elif thing.is_way():
            ways.append(thing.id)
            used.update(node.ref for node in thing.nodes)
    assert nodes == sorted(set(nodes))
    assert ways == sorted(set(ways))
    assert used <= set(nodes)


def test_the_same_scale_gives_the_same_file(folder: Path, tmp_path: Path) -> None:
    Country(SCALE).write(tmp_path / "again.osm.pbf", quiet)
    digests = {hashlib.sha256(path.read_bytes()).digest() for path in (folder / "country.osm.pbf", tmp_path / "again.osm.pbf")}
    assert len(digests) == 1


def test_a_region_of_it_holds_what_was_written(region: Region, country: Country) -> None:
    counts = {table: region.query(f"SELECT count(*) FROM {table}")[0][0] for table in ("places", "buildings", "unbuilt")}
    assert counts["places"] == country.made["places"]
    assert counts["buildings"] == country.made["buildings"]
    assert counts["unbuilt"] == 0
    assert "Invented" in region.sources[0].credit


def test_no_postcode_or_uprn_is_in_two_towns(region: Region, country: Country) -> None:
    towns = region.query(
        "SELECT postcode, count(DISTINCT town) FROM addresses WHERE postcode IS NOT NULL AND town LIKE ? GROUP BY postcode",
        (f"% {LABEL}",),
    )
    in_two = [code for code, count in towns if count > 2]  # a town and its own village may share one
    assert not in_two
    uprns = [row[0] for row in region.query("SELECT uprn FROM addresses WHERE uprn IS NOT NULL")]
    assert len(uprns) == len(set(uprns)) >= len(country.sites)


def test_an_address_of_it_is_found_in_its_own_town(region: Region) -> None:
    rows = region.query(
        "SELECT ref, number, street, town, postcode FROM addresses WHERE number IS NOT NULL AND street IS NOT NULL "
        "AND flat IS NULL AND postcode IS NOT NULL AND ref LIKE 'osm:way/%' AND number NOT LIKE '%-%' ORDER BY fid"
    )
    for ref, number, street, town, postcode in rows[:: len(rows) // 20]:
        found = front.locate(f"{number} {street}, {town}, {postcode}", region)
        assert found.status is LocateStatus.MATCHED, found.message
        assert ref in found.candidates[0].ref.split()


def test_paths_lead_from_doors_to_streets_that_have_their_junction(country: Country) -> None:
    town = country.pattern.town
    street_nodes = {node for way in town.ways if "name" in way.tags and "highway" in way.tags for node in way.nodes}
    building_nodes = {node for way in town.ways if "building" in way.tags for node in way.nodes}
    paths = [way for way in town.ways if way.tags == {"highway": "footway"} and len(way.nodes) == 2]
    assert len(paths) > 500
    assert sum(way.nodes[0] in street_nodes and way.nodes[1] in building_nodes for way in paths) >= 500


def test_towns_stand_apart_on_land_and_country_roads_leave_none_out() -> None:
    sites = _scotland.town_sites(300, 1)
    assert len(np.unique(sites, axis=0)) == 300
    apart = np.abs(sites[:, None] - sites[None]).max(axis=2)
    np.fill_diagonal(apart, np.inf)
    assert apart.min() >= min(_scotland.PITCH)
    joined = _scotland.links(sites)
    on_mainland = set(joined.ravel().tolist())
    assert len(on_mainland) > 280
    assert shapely.linestrings(sites[joined]).size == len(joined)


def test_more_towns_than_the_land_has_room_for_are_refused() -> None:
    with pytest.raises(ValueError, match="room for"):
        _scotland.town_sites(1_000_000, 1)
