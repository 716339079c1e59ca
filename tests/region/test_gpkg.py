"""The region file as others see it: a GeoPackage that plain GDAL reads, sound by SQLite's own checks."""

from __future__ import annotations

import sqlite3
import warnings
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from era_geo.errors import DataError
from era_geo.region import gpkg
from era_geo.region.region import Region, decode
from era_geo.region.schema import INDEXES, TABLES, TRIGRAMS
from tests.world import build

TEXT = """
    school area 100,0 150,0 150,40 100,40  amenity=school name="Mill School" building=school
    pub    node 5,5                        amenity=pub addr:housenumber=4 addr:street="Mill Wynd" addr:postcode="ML3 6AB"
    home   area 0,0 10,0 10,10 0,10        building=house addr:housenumber=2 addr:street="Mill Wynd" addr:postcode="ML3 6AB"
    road   way 0,-10 200,-10               highway=residential name="Mill Wynd"
    wall   way 0,-5 20,-5                  barrier=wall
    gate   node 20,-5                      barrier=gate
    park   area 300,0 350,0 350,40 300,40  leisure=park
    town   node 9,9                        place=town name=Millton
    lost   way ? 1,1                       highway=path
"""


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Region:
    return build(TEXT, tmp_path_factory.mktemp("gpkg"))


def test_gdal_lists_every_table_and_nothing_else(region: Region) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        listed = dict(pyogrio.list_layers(region.path).tolist())
    assert set(listed) == {table.name for table in TABLES}
    names = {None: None, "GEOMETRY": "Unknown", "POINT": "Point", "LINESTRING": "LineString", "MULTIPOLYGON": "MultiPolygon"}
    assert listed == {table.name: names[table.geometry] for table in TABLES}


@pytest.mark.parametrize("table", [table.name for table in TABLES])
def test_gdal_reads_what_the_program_reads(region: Region, table: str) -> None:
    schema = next(schema for schema in TABLES if schema.name == table)
    meta, fids, geometry, columns = pyogrio.raw.read(region.path, layer=table, return_fids=True)
    rows = region.query(f"SELECT count(*) FROM {table}")[0][0]
    assert len(fids) == rows
    assert list(meta["fields"]) == [column.name for column in schema.columns]
    if schema.geometry and rows:
        ours = region.read(table)
        assert meta["crs"] == "EPSG:27700"
        theirs = shapely.from_wkb(geometry)
        assert shapely.equals_identical(theirs, ours.geometry).all()
        assert [str(value) for value in columns[0]] == [str(value) for value in ours[schema.columns[0].name]]


def test_gdal_uses_the_window_index(region: Region) -> None:
    window = (240290, 749990, 240400, 750100)
    _, fids, _, _ = pyogrio.raw.read(region.path, layer="places", bbox=window, return_fids=True)
    assert fids.tolist() == list(region.read("places", window)["fid"])
    assert len(fids) == 1
    info = pyogrio.read_info(region.path, layer="places")
    assert info["capabilities"]["fast_spatial_filter"]
    assert info["total_bounds"] == pytest.approx((240005, 750000, 240350, 750040), abs=0.05)


def test_sqlite_finds_the_file_and_its_indexes_sound(region: Region) -> None:
    connection = sqlite3.connect(region.path)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    for table in TABLES:
        if table.geometry:
            assert connection.execute(f"SELECT rtreecheck('rtree_{table.name}_geom')").fetchone() == ("ok",)
    for table in TRIGRAMS:
        connection.execute(f"INSERT INTO {table}_fts ({table}_fts, rank) VALUES ('integrity-check', 1)")
    names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}
    assert {f"{table}_{column}" for table, column in INDEXES} <= names
    assert "buildings_named" in names
    assert connection.execute("PRAGMA application_id").fetchone() == (0x47504B47,)
    connection.close()


def test_every_feature_table_is_registered_with_its_extent_and_index(region: Region) -> None:
    registered = dict(region.query("SELECT table_name, data_type FROM gpkg_contents"))
    assert registered == {table.name: "features" if table.geometry else "attributes" for table in TABLES}
    indexed = {name for (name,) in region.query("SELECT table_name FROM gpkg_extensions WHERE extension_name = 'gpkg_rtree_index'")}
    assert indexed == {table.name for table in TABLES if table.geometry}


def test_every_column_is_one_that_the_schema_names(region: Region) -> None:
    for table in TABLES:
        columns = [(name, kind) for _, name, kind, *_ in region.query(f"PRAGMA table_info({table.name})")]
        expected = [(table.key, "INTEGER"), *((column.name, column.type) for column in table.columns)]
        assert columns == expected + ([("geom", table.geometry)] if table.geometry else [])


shapes = st.one_of(
    st.tuples(st.floats(0, 7e5), st.floats(0, 1.3e6)).map(shapely.Point),
    st.lists(st.tuples(st.floats(0, 7e5), st.floats(0, 1.3e6)), min_size=2, max_size=5).map(shapely.LineString),
    st.tuples(st.floats(0, 6e5), st.floats(0, 1.2e6), st.floats(1, 100)).map(
        lambda b: shapely.box(b[0], b[1], b[0] + b[2], b[1] + 9)
    ),
)


@given(st.lists(shapes, min_size=1, max_size=6))
def test_a_geometry_comes_back_as_it_was_written(geometries: list[shapely.Geometry]) -> None:
    array = np.array(geometries, dtype=object)
    blobs = gpkg.blobs(array, shapely.bounds(array))
    assert shapely.equals_identical(decode([blob and bytes(blob) for blob in blobs]), array).all()
    assert all(blob is not None and blob[:2] == b"GP" for blob in blobs)


def test_a_file_that_is_no_region_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "broken.gpkg"
    path.write_bytes(b"SQLite format 3\0" + bytes(200))
    with pytest.raises(DataError, match=r"broken\.gpkg is not an era-geo region"):
        Region(path)


@given(st.lists(st.tuples(st.floats(0, 7e5), st.floats(0, 1.25e6)), min_size=1))
def test_points_are_written_alike_with_and_without_geometry(places: list[tuple[float, float]]) -> None:
    points = np.array(places)
    shapes = np.asarray(shapely.points(points), dtype=object)
    blobs = gpkg.point_blobs(points)
    assert blobs == gpkg.blobs(shapes, shapely.bounds(shapes))
    assert blobs == [gpkg.point_blob(*place) for place in places]
    assert gpkg.points_of(blobs).tolist() == points.tolist()
