"""CSV and GeoPackage: everything the JSON has, safe to open, the same each time."""

import csv
import dataclasses
import io
import sqlite3
from pathlib import Path
from typing import Any

import pandas as pd
import pyogrio
import pytest
import shapely

from era_geo import contract, crs
from era_geo.model import Assessment, Crossing, Finding, Gap, LayerResult, NeighbourAddress, Source
from era_geo.outputs.geopackage import to_geodataframe, write_geopackage
from era_geo.outputs.ground import Ground
from era_geo.outputs.table import BOM, tables, to_csv
from tests.outputs import drawn

SHAPES = ("geometry", "coverage", "footprint", "route", "point", "open_area")


def _read(text: str) -> list[dict[str, str]]:
    assert text.startswith(BOM)
    return list(csv.DictReader(io.StringIO(text.removeprefix(BOM), newline="")))


def _leaves(value: Any) -> list[Any]:
    """Give every value of a JSON document but shapes."""
    if isinstance(value, dict):
        return [leaf for key, inner in value.items() if key not in SHAPES for leaf in _leaves(inner)]
    if isinstance(value, list):
        return [leaf for inner in value for leaf in _leaves(inner)]
    return [value]


@pytest.mark.parametrize("assessment", [drawn.assessment(), drawn.empty(), drawn.uncertain()])
def test_nothing_of_the_json_is_missing_from_the_tables(assessment: Assessment) -> None:
    cells = [value for table in tables(assessment).values() for row in table.rows for value in row]
    written = "\n".join(map(str, cells))
    for leaf in _leaves(contract.to_dict(assessment)):
        spelt = str(leaf).lower() if isinstance(leaf, bool) else str(leaf)
        assert leaf in cells or spelt in written, leaf


def test_every_field_of_the_contract_is_a_column() -> None:
    drawn_tables = tables(drawn.empty())
    for name, kind in (
        ("places", Finding),
        ("layers", LayerResult),
        ("gaps", Gap),
        ("sources", Source),
        ("addresses", NeighbourAddress),
        ("crossings", Crossing),
    ):
        own = {field.name for field in dataclasses.fields(kind)} - {*SHAPES, "style", "way_past"}
        assert own <= set(drawn_tables[name].columns)
    assert {"way_past.homes", "way_past.past", "way_past.within_m"} <= set(drawn_tables["places"].columns)
    assert {"style.letter", "style.colour", "style.shape"} <= set(drawn_tables["layers"].columns)


def test_places_carry_the_numbers_of_the_maps_and_the_json_s_keys() -> None:
    rows = _read(to_csv(tables(drawn.assessment())["places"]))
    assert [row["number"] for row in rows] == [str(number) for number in range(1, 8)]
    assert rows[3]["walk_m"] == "61.5"
    assert rows[0]["walk_m"] == "", "a value that is not known is an empty cell, not 0"
    assert rows[1]["why"] == "amenity=pub; shop=alcohol"
    assert rows[6]["name"] == "Sgoil Àraich"
    keys = {"layer", "name", "distance_m", "bearing_deg", "band", "walk_m", "sight", "why", "caveats", "sources", "members"}
    assert keys <= set(rows[0])


def test_no_cell_of_any_table_is_a_formula_but_numbers_stay_numbers() -> None:
    for table in tables(drawn.assessment()).values():
        for row in _read(to_csv(table)):
            for value in row.values():
                assert not value.startswith(("=", "+", "@", "\t")), value
                assert not value.startswith("-") or float(value) < 0
    assert float(_read(to_csv(tables(drawn.assessment())["places"]))[0]["lon"]) < 0


def test_a_geodataframe_has_one_row_a_finding_in_metres() -> None:
    assessment = drawn.assessment()
    frame = to_geodataframe(assessment)
    assert frame.crs.to_epsg() == crs.BNG_EPSG
    assert list(frame["number"]) == list(range(1, 8))
    assert list(frame["distance_m"]) == [finding.distance_m for finding in assessment.findings]
    measured = frame.geometry.distance(Ground(assessment).origin)
    assert measured[3] == pytest.approx(34.0, abs=0.05)
    assert measured[0] == 0


def test_a_geopackage_opens_in_plain_gdal_with_shapes_and_tables(tmp_path: Path) -> None:
    path = tmp_path / "places.gpkg"
    write_geopackage(drawn.assessment(), path)
    names = {name for name, _ in pyogrio.list_layers(path)}
    assert names == {
        "places", "routes", "open_area", "crossings", "property", "ring", "too_close_to_call", "sources",
        "layers", "gaps", "addresses", "about",
    }  # fmt: skip
    places = pyogrio.read_dataframe(path, layer="places")
    assert places.crs.to_epsg() == crs.BNG_EPSG
    assert len(places) == 7
    ring = pyogrio.read_dataframe(path, layer="ring")
    assert ring.geometry[0].bounds[0] == pytest.approx(drawn.ORIGIN[0] - 106, abs=0.1), "100 m from the wall, not from the middle"
    assert ring["radius_m"][0] == 100
    assert pyogrio.read_dataframe(path, layer="property")["label"][0] == "Flat 2/1, 15 Mill Wynd, Millbrae, ZZ1 1AA"
    routes = pyogrio.read_dataframe(path, layer="routes")
    assert list(routes["number"]) == [4]
    assert (routes["walk_from"][0], routes["walk_to"][0], routes["walk_m"][0]) == ("entrance", "gate", 61.5)
    assert routes.geometry[0].length == pytest.approx(56, abs=0.1)
    [opened] = pyogrio.read_dataframe(path, layer="open_area").geometry
    assert opened.area == pytest.approx(70 * 70 - 120, abs=2)
    crossings = pyogrio.read_dataframe(path, layer="crossings")
    assert list(crossings["kind"]) == ["traffic_signals", "<b>zebra</b>"]
    assert crossings.geometry[0].x == pytest.approx(drawn.ORIGIN[0] + 25, abs=0.1)
    sources = pyogrio.read_dataframe(path, layer="sources")
    assert sources.geometry[0].area == pytest.approx(4000 * 4000, rel=0.01)
    assert sources.geometry[1] is None
    about = pyogrio.read_dataframe(path, layer="about").set_index("key")["value"]
    assert about["parameters.radius_m"] == "100.0"
    assert pd.isna(about["site.uprn"])


def test_a_geopackage_with_no_finding_says_so_and_still_opens(tmp_path: Path) -> None:
    path = tmp_path / "empty.gpkg"
    write_geopackage(drawn.empty(), path)
    for name in ("places", "routes", "open_area", "crossings"):
        assert len(pyogrio.read_dataframe(path, layer=name)) == 0
    assert len(pyogrio.read_dataframe(path, layer="layers")) == 7


def test_equal_assessments_give_equal_geopackages_without_a_clock(tmp_path: Path) -> None:
    paths = [tmp_path / "a.gpkg", tmp_path / "b.gpkg"]
    # As by a clock that goes, and by one that stands still from one table to the next, as it does for a fast machine.
    for path, clock in zip(paths, (None, "2026-11-22T10:00:00.000Z"), strict=True):
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": clock})
        write_geopackage(drawn.assessment(), path)
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
    assert paths[0].read_bytes() == paths[1].read_bytes()
    connection = sqlite3.connect(paths[0])
    assert set(connection.execute("SELECT last_change FROM gpkg_contents")) == {("2026-11-22T00:00:00.000Z",)}
    connection.close()


def test_the_ring_holds_just_what_is_near_enough() -> None:
    ground = Ground(drawn.assessment())
    assert ground.within.contains(ground.places[3].intersection(ground.within))
    assert ground.borderline.intersects(ground.places[6])
    assert not ground.borderline.intersects(ground.places[1])
    assert all(shapely.dwithin(ground.anchors, ground.places, 0.01)), "a number stands on its place"
    assert all(shapely.dwithin(ground.anchors, ground.origin, 100.5)), "and inside the ring, though the park goes on for 900 m"


def test_a_place_beyond_the_ring_has_its_number_where_it_is_nearest() -> None:
    far = drawn.finding("school", "Far", shapely.box(103, -10, 400, 10), 97.0)
    anchor = Ground(
        drawn.assessment(findings=(drawn.finding("school", "Far", shapely.box(110, -10, 400, 10), 104.0), far))
    ).anchors[0]
    assert anchor.x == pytest.approx(drawn.ORIGIN[0] + 110, abs=0.2)
