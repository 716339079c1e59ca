"""Boundaries that a person gives: GeoJSON and .poly files, and what is wrong with some of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from era_geo import crs
from era_geo.errors import DataError, UsageError
from era_geo.region import boundary

SQUARE = [[-3.2, 55.9], [-3.1, 55.9], [-3.1, 56.0], [-3.2, 56.0], [-3.2, 55.9]]
POLY = """edinburgh
1
   -3.20E+00   5.59E+01
   -3.1   55.9
   -3.1   56.0
   -3.2   56.0
END
!2
   -3.16   55.94
   -3.14   55.94
   -3.14   55.96
   -3.16   55.96
END
END
"""


def geojson(coordinates: object = SQUARE, kind: str = "Polygon") -> dict[str, object]:
    return {"type": kind, "coordinates": [coordinates] if kind == "Polygon" else coordinates}


def test_a_polygon_is_moved_to_the_national_grid() -> None:
    area, basis = boundary.read(geojson())
    assert basis == "given boundary"
    east, north = crs.point_to_bng(-3.2, 55.9)
    assert shapely.distance(area, shapely.Point(east, north)) < 0.01
    assert 6200 * 11100 * 0.95 < area.area < 6300 * 11200


@pytest.mark.parametrize(
    "document",
    [
        {"type": "Feature", "properties": {}, "geometry": geojson()},
        {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": None, "geometry": geojson()}]},
        {"type": "GeometryCollection", "geometries": [geojson(), {"type": "Point", "coordinates": [-3, 56]}]},
        {"type": "MultiPolygon", "coordinates": [[SQUARE]]},
    ],
)
def test_every_way_to_write_a_polygon_gives_the_same_area(document: dict[str, object], tmp_path: Path) -> None:
    path = tmp_path / "area.geojson"
    path.write_text(json.dumps(document), encoding="utf-8")
    area, basis = boundary.read(path)
    assert shapely.equals(area, boundary.read(geojson())[0])
    assert basis == "given boundary (area.geojson)"


def test_a_poly_file_is_read_with_its_hole(tmp_path: Path) -> None:
    path = tmp_path / "edinburgh.poly"
    path.write_text(POLY, encoding="utf-8")
    area, _ = boundary.read(path)
    whole = boundary.read(geojson())[0]
    assert not area.contains(shapely.Point(*crs.point_to_bng(-3.15, 55.95)))
    assert area.contains(shapely.Point(*crs.point_to_bng(-3.18, 55.95)))
    assert area.area == pytest.approx(whole.area * (1 - 0.2 * 0.2), rel=1e-3)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "does not end in END"),
        (POLY.removesuffix("END\n"), "does not end in END"),
        (POLY.replace("-3.1   55.9\n", "-3.1   fifty\n"), "line 4: '-3.1   fifty' is not a longitude"),
        (POLY.replace("-3.1   55.9\n", "-3.1   95.9\n"), "line 4"),
        (POLY.replace("-3.1   55.9\n", "nan   55.9\n"), "line 4"),
        ("x\n1\n 1 2\n 3 4\nEND\nEND\n", "line 5: section '1' has fewer than three points"),
        ("x\nEND\n", "holds no polygon"),
        ('{"type": "Polygon"', "not valid JSON"),
        ("[1, 2]", "is not GeoJSON"),
        ('{"type": "Point", "coordinates": [1, 2]}', "holds no polygon"),
        ('{"type": "Polygon"}', "not valid GeoJSON"),
        ('{"type": "Polygon", "coordinates": [[["a", "b"]]]}', "not valid GeoJSON"),
        ('{"type": "FeatureCollection", "features": [1]}', "not valid GeoJSON"),
        (json.dumps(geojson([[320000, 670000], [321000, 670000], [321000, 671000], [320000, 670000]])), "not in degrees"),
        (json.dumps(geojson([[24.9, 60.1], [25.0, 60.1], [25.0, 60.2], [24.9, 60.1]])), "outside Great Britain"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "area.poly"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"area\.poly") as caught:
        boundary.read(path)
    assert says in str(caught.value)


def test_a_file_that_is_not_text_or_not_there(tmp_path: Path) -> None:
    (tmp_path / "area.poly").write_bytes(b"\x89PNG\r\n\x1a\n\xff\xff")
    with pytest.raises(DataError, match="not a text file"):
        boundary.read(tmp_path / "area.poly")
    with pytest.raises(UsageError, match="cannot be read"):
        boundary.read(tmp_path / "nowhere.poly")


def test_an_extract_far_out_at_sea_keeps_its_land() -> None:
    scotland = [[-14.0, 54.5], [1.5, 54.5], [1.5, 62.0], [-14.0, 62.0], [-14.0, 54.5]]
    area, _ = boundary.read(geojson(scotland))
    for lon, lat in ((-3.19, 55.95), (-7.6, 57.8), (-1.15, 60.15)):
        assert area.contains(shapely.Point(*crs.point_to_bng(lon, lat)))


@given(st.text(max_size=200) | st.text("0123456789.-eE \n!END", max_size=200))
def test_any_text_is_an_area_or_a_sentence(text: str) -> None:
    try:
        area = boundary.parse_poly(text, "any.poly")
    except DataError:
        return
    assert shapely.area(area) > 0


@given(
    st.lists(st.tuples(st.floats(-6, -2), st.floats(55, 58)), min_size=3, max_size=12, unique=True).filter(
        lambda points: shapely.MultiPoint(points).convex_hull.area > 1e-6
    )
)
def test_a_poly_file_gives_back_the_polygon_written(points: list[tuple[float, float]]) -> None:
    hull = shapely.MultiPoint(points).convex_hull
    lines = "\n".join(f"  {x!r}  {y!r}" for x, y in hull.exterior.coords)
    read = boundary.parse_poly(f"name\nfirst\n{lines}\nEND\nEND\n", "any.poly")
    assert shapely.area(shapely.symmetric_difference(read, hull)) < 1e-9
