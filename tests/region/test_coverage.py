"""How the area is known that a file can speak for, and that it claims no corner it has not looked at."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import osmium
import pytest
import shapely

from era_geo import crs
from era_geo.errors import DataError
from era_geo.region import coverage
from era_geo.region.build import build as build_files
from era_geo.region.region import RegionSource, open_region
from era_geo.settings import Settings
from tests.world import ORIGIN, World, box_geojson, grown

RUTLAND_COUNTY = 57398  # the county's own boundary, a relation in its extract


def spread(area: shapely.Geometry, count: int, seed: int = 1) -> np.ndarray:
    """Give `count` random points inside an area."""
    rng = np.random.default_rng(seed)
    west, south, east, north = area.bounds
    points = rng.uniform((west, south), (east, north), (count * 4, 2))
    return points[shapely.contains_xy(area, points)][:count]


def source_of(path: Path, tmp_path: Path, **options: object) -> RegionSource:
    settings = Settings(home=tmp_path)
    build_files([path], name="one", settings=settings, **options)
    (source,) = open_region("one", settings).sources
    return source


def test_an_outline_follows_an_area_that_is_not_a_box() -> None:
    base = np.array(ORIGIN)
    ell = shapely.transform(shapely.union(shapely.box(0, 0, 20_000, 6_000), shapely.box(0, 0, 6_000, 20_000)), lambda p: p + base)
    found = coverage.outline(spread(ell, 4000))
    assert found is not None
    assert shapely.difference(found, ell).area < 0.02 * ell.area
    assert shapely.difference(ell, found).area < 0.12 * ell.area
    assert not found.contains(shapely.Point(base + 15_000)), "the corner it does not have"


def test_a_lake_in_the_middle_is_covered_and_a_stray_patch_is_not() -> None:
    base = shapely.box(240_000, 700_000, 255_000, 715_000)
    lake = shapely.box(245_000, 705_000, 249_000, 709_000)
    stray = spread(shapely.box(290_000, 740_000, 290_400, 740_400), 30)
    found = coverage.outline(np.concatenate([spread(shapely.difference(base, lake), 3000), stray]))
    assert found is not None
    assert found.contains(lake)
    assert not found.intersects(shapely.box(280_000, 730_000, 300_000, 750_000))


def test_an_island_with_a_town_is_covered_however_large_the_mainland() -> None:
    mainland, island = shapely.box(240_000, 700_000, 290_000, 750_000), shapely.box(340_000, 800_000, 342_500, 802_500)
    stray = spread(shapely.box(240_000, 850_000, 240_400, 850_400), 30)
    data = np.concatenate([spread(mainland, 60_000), spread(island, 500), stray])
    assert len(data) * 0.01 > 500, "less than the share that a stray patch must have"
    found = coverage.outline(data)
    assert found is not None
    assert len(shapely.get_parts(found)) == 2, "what touches is one patch, whatever a pixel measures"
    assert found.contains(shapely.Point(341_250, 801_250))
    assert found.contains(shapely.Point(265_000, 725_000))
    assert not found.intersects(shapely.box(239_000, 849_000, 242_000, 852_000))


@pytest.mark.parametrize("count", [0, 1, 3])
def test_too_little_data_gives_no_outline(count: int) -> None:
    points = np.full((count, 2), 300_000.0)
    assert coverage.outline(points) is None
    assert not coverage.fills(shapely.box(0, 0, 1, 1), points)


def test_a_box_is_filled_or_not() -> None:
    box = shapely.box(240_000, 700_000, 260_000, 720_000)
    assert coverage.fills(box, spread(box, 3000))
    half = shapely.Polygon([(240_000, 700_000), (260_000, 700_000), (240_000, 720_000)])
    assert not coverage.fills(box, spread(half, 3000))


def grid_world(columns: int, rows: int) -> World:
    """Draw shops 200 m apart, and a road to make it no thematic extract."""
    shops = (f"s{x}x{y} node {x * 200},{y * 200} shop=yes" for x in range(columns) for y in range(rows))
    roads = (f"r{y} way 0,{y * 200} 50,{y * 200} highway=residential" for y in range(rows))
    return World("\n".join([*shops, *roads]))


def test_a_header_box_that_the_data_fills_is_taken(tmp_path: Path) -> None:
    world = grid_world(20, 20)
    source = source_of(world.write(tmp_path / "w.osm", bounds=grown(world.box, 100)), tmp_path)
    assert source.coverage_basis == "header box of the file, which its data fills"
    assert source.coverage is not None
    assert source.coverage.area == pytest.approx((19 * 200 + 200) ** 2, rel=0.01)
    assert source.themes == ()


def test_a_header_box_larger_than_the_data_is_not_believed(tmp_path: Path) -> None:
    world = grid_world(20, 20)
    source = source_of(world.write(tmp_path / "w.osm", bounds=grown(world.box, 20_000)), tmp_path)
    assert source.coverage_basis.startswith("outline of its data")
    assert source.coverage is not None
    assert source.coverage.area < (19 * 200) ** 2 * 1.05
    assert source.coverage.contains(shapely.Point(ORIGIN[0] + 1900, ORIGIN[1] + 1900))


def test_a_given_boundary_is_believed_and_named(tmp_path: Path) -> None:
    world = grid_world(5, 5)
    path = world.write(tmp_path / "w.osm")
    box = grown(world.box, 3000)
    source = source_of(path, tmp_path, boundary=box_geojson(box))
    assert source.coverage_basis == "given boundary"
    assert shapely.symmetric_difference(source.coverage, shapely.box(*box)).area < 100 * 6800
    far = (box[0] + 90_000, box[1], box[2] + 90_000, box[3])
    with pytest.raises(DataError, match=r"holds nothing of w\.osm"):
        build_files([path], name="far", settings=Settings(home=tmp_path), boundary=box_geojson(far))


def test_too_little_data_leaves_the_coverage_unknown(tmp_path: Path) -> None:
    source = source_of(World("a node 0,0 amenity=pub").write(tmp_path / "w.osm"), tmp_path)
    assert source.coverage is None
    assert source.coverage_basis.startswith("not known")


def county(path: Path) -> shapely.Geometry:
    """Give Rutland's boundary from its extract, EPSG:27700."""
    members: set[int] = set()
    for relation in osmium.FileProcessor(path, osmium.osm.RELATION):
        if relation.id == RUTLAND_COUNTY:
            members = {member.ref for member in relation.members if member.type == "w"}
    factory = osmium.geom.WKBFactory()
    ways = osmium.FileProcessor(path).with_locations().with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
    lines = [factory.create_linestring(way) for way in ways if way.id in members]
    rings = shapely.get_parts(shapely.polygonize(shapely.from_wkb(lines)))
    (area,) = crs.geometries_to_bng([max(rings, key=shapely.area)])
    return area


@pytest.mark.real_data
@pytest.mark.parametrize("day", ["2018-02-27", "2022-07-20"])
def test_rutland_claims_the_county_and_not_the_corners_of_its_box(real_data: Path, tmp_path: Path, day: str) -> None:
    path = real_data / "osm" / f"rutland-{day}.osm.pbf"
    source = source_of(path, tmp_path)
    truth = county(path)
    assert source.date == day
    assert source.coverage_basis.startswith("outline of its data")
    assert shapely.difference(source.coverage, truth).area < 0.04 * truth.area
    assert shapely.difference(truth, source.coverage).area < 0.08 * truth.area
    assert shapely.distance(truth, shapely.points(shapely.get_coordinates(source.coverage))).max() < 1500
    box = osmium.io.Reader(str(path), osmium.osm.NOTHING).header().box()
    for lon in (box.bottom_left.lon, box.top_right.lon):
        for lat in (box.bottom_left.lat, box.top_right.lat):
            assert not source.coverage.contains(shapely.Point(*crs.point_to_bng(lon, lat)))
    for lon, lat in ((-0.729, 52.670), (-0.722, 52.588), (-0.647, 52.650)):  # Oakham, Uppingham, Rutland Water
        assert source.coverage.contains(shapely.Point(*crs.point_to_bng(lon, lat)))
    assert source.themes == ()


@pytest.mark.real_data
def test_aberdeen_and_the_thematic_extracts(real_data: Path, tmp_path: Path) -> None:
    aberdeen = source_of(real_data / "osm" / "aberdeen-centre-2016-03-20.osm.pbf", tmp_path / "a")
    assert (aberdeen.date, aberdeen.themes) == ("2016-03-20", ())
    assert aberdeen.coverage.contains(shapely.Point(*crs.point_to_bng(-2.0985, 57.1475)))
    assert aberdeen.coverage.area < 4e6, "the centre, not the city"
    shops = source_of(real_data / "osm" / "edinburgh-shops-2016-11-04.osm.pbf", tmp_path / "b")
    assert (shops.date, shops.themes) == ("2016-11-04", ("shop=*",))
    assert shops.coverage.contains(shapely.Point(*crs.point_to_bng(-3.188, 55.953)))
    sport = source_of(real_data / "osm" / "lothian-fife-sport-2026-01-13.osm.pbf", tmp_path / "c")
    assert sport.date == "2026-01-13"
    assert "leisure=golf_course" in sport.themes
    assert not {"leisure=park", "leisure=*", "amenity=*"} & set(sport.themes)
