"""Every form of table in, every form out; equal runs give equal bytes."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
import pytest

from era_geo.batch import intake, where
from era_geo.errors import DataError, UsageError

Batch = Callable[..., Any]
FRAME = pd.DataFrame(
    {
        "ref": ["=a", "b", "c"],
        "Street": ["1 Mill Wynd", "77 Mill Wynd", "9 Mill Wynd"],
        "Town": ["Drawnton", "Drawnton", None],
        "rent": [100.5, 2.0, 3.0],
        "built": pd.to_datetime(["1901-01-01", "1950-06-01", "2001-01-01"]),
    }
)
POINTS = gpd.GeoDataFrame(
    FRAME.drop(columns=["Street", "Town"]),
    geometry=gpd.GeoSeries.from_xy([240004.0, 240900.0, 240052.0], [750014.0, 750014.0, 750014.0], crs=27700),
)
STATUS = ["matched", "contradiction", "matched"]


def written(form: str, folder: Path) -> Path:
    path = folder / f"in{form}"
    if form == ".csv":
        FRAME.to_csv(path, index=False)
    elif form == ".xlsx":
        FRAME.to_excel(path, index=False)
        book = openpyxl.load_workbook(path)
        book.active["A2"].data_type = "s"  # a text, not a formula
        book.save(path)
    elif form == ".parquet":
        FRAME.to_parquet(path)
    else:
        POINTS.to_crs(4326 if form == ".geojson" else 27700).to_file(path)
    return path


def read(out: Path) -> pd.DataFrame:
    if out.suffix == ".csv":
        return pd.read_csv(out)
    if out.suffix == ".xlsx":
        return pd.read_excel(out, sheet_name="rows")
    if out.suffix in (".gpkg", ".geojson"):
        layer = {"layer": "rows"} if out.suffix == ".gpkg" else {}
        return gpd.read_file(out, **layer)
    return pd.read_parquet(out / "rows" if out.is_dir() else out)


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("form_in", [".csv", ".xlsx", ".parquet", ".gpkg", ".geojson"])
@pytest.mark.parametrize("form_out", [".csv", ".xlsx", ".parquet", ".gpkg", ".geojson", ""])
def test_every_form_in_and_out(batch: Batch, tmp_path: Path, form_in: str, form_out: str) -> None:
    source = written(form_in, tmp_path)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        batch(source, tmp_path / name / f"out{form_out}")
    one, two = (_files(tmp_path / name) for name in ("one", "two"))
    assert one == two
    assert one
    found = read(tmp_path / "one" / f"out{form_out}")
    shaped = form_in in (".gpkg", ".geojson")
    assert list(found["status"]) == (["matched"] * 3 if shaped else STATUS)
    assert list(found["rent"].astype(float)) == [100.5, 2.0, 3.0]
    safe = form_out in (".csv", ".xlsx")
    assert list(found["ref"]) == ["'=a" if safe else "=a", "b", "c"]
    assert int(found["n_school"].iloc[0]) == 1


def test_shapes_are_kept_in_their_own_coordinate_system(batch: Batch, tmp_path: Path) -> None:
    source = written(".gpkg", tmp_path)
    for form in (".gpkg", ".parquet"):
        batch(source, tmp_path / f"out{form}")
        found = gpd.read_parquet(tmp_path / "out.parquet") if form == ".parquet" else read(tmp_path / "out.gpkg")
        assert found.crs == POINTS.crs
        assert found.geometry.geom_equals(POINTS.geometry).all()


def test_rows_without_shapes_get_the_points_found(batch: Batch, tmp_path: Path) -> None:
    batch(written(".csv", tmp_path), tmp_path / "out.geojson")
    document = json.loads((tmp_path / "out.geojson").read_text(encoding="utf-8"))
    points = [feature["geometry"] for feature in document["features"]]
    assert [point is None for point in points] == [False, True, False]
    assert set(pyogrio.list_layers(tmp_path / "out.geojson")[:, 1]) == {"Point"}


def test_the_findings_are_a_second_sheet_layer_or_file(batch: Batch, tmp_path: Path) -> None:
    source = written(".csv", tmp_path)
    for form in (".csv", ".xlsx", ".gpkg", ".parquet", ""):
        batch(source, tmp_path / f"out{form}")
    tables = [
        pd.read_csv(tmp_path / "out-findings.csv"),
        pd.read_excel(tmp_path / "out.xlsx", sheet_name="findings"),
        gpd.read_file(tmp_path / "out.gpkg", layer="findings"),
        pd.read_parquet(tmp_path / "out-findings.parquet"),
        pd.read_parquet(tmp_path / "out" / "findings"),
    ]
    assert len({len(table) for table in tables}) == 1
    assert all(list(table["distance_m"]) == list(tables[0]["distance_m"]) for table in tables)


def test_typed_columns_stay_typed(batch: Batch, tmp_path: Path) -> None:
    batch(written(".xlsx", tmp_path), tmp_path / "out.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["rows"]
    first = dict(zip([c.value for c in sheet[1]], [c.value for c in sheet[2]], strict=True))
    assert first["built"] == pd.Timestamp("1901-01-01")
    assert first["rent"] == 100.5


def test_an_unknown_ending_and_a_damaged_file_are_told(batch: Batch, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="must end in"):
        batch(written(".csv", tmp_path), tmp_path / "out.doc")
    for name, start in (("x.xlsx", b"PK\x03\x04"), ("x.parquet", b"PAR1"), ("x.gpkg", b"SQLite format 3\x00"), ("x.geojson", b"{")):
        (tmp_path / name).write_bytes(start + b"nothing of the kind")
        with pytest.raises(DataError):
            intake.open_table(tmp_path / name)


class TestWhere:
    @pytest.mark.parametrize(
        ("columns", "by", "chosen"),
        [
            (["id", "Full Address", "Post Code"], "address", ("Full Address", "Post Code")),
            (["FLAT", "HOUSE_NO", "STREET", "TOWN", "POSTCODE"], "address", ("FLAT", "HOUSE_NO", "STREET", "TOWN", "POSTCODE")),
            (["x", "y"], "coordinates", ("x", "y")),
            (["Latitude", "Longitude"], "coordinates", ("Longitude", "Latitude")),
            (["OS Grid Ref"], "grid reference", ("OS Grid Ref",)),
            (["UPRN"], "UPRN", ("UPRN",)),
        ],
    )
    def test_headings_tell(self, columns: list[str], by: str, chosen: tuple[str, ...]) -> None:
        (found,) = where.choose(columns)
        assert (found.by.value, found.columns) == (by, chosen)

    def test_a_named_column_wins(self) -> None:
        assert [str(one) for one in where.choose(["Address", "other"], address=["other"])] == ["address in column 'other'"]

    @pytest.mark.parametrize(
        ("columns", "cells", "text"),
        [
            (("flat", "no", "street", "town"), ("2/1", "15", "Mill Wynd", ""), "2/1, 15 Mill Wynd"),
            (("no", "street"), (15.0, "Mill Wynd"), "15 Mill Wynd"),
            (("street", "postcode"), (None, None), ""),
        ],
    )
    def test_an_address_is_put_together(self, columns: tuple[str, ...], cells: tuple[Any, ...], text: str) -> None:
        asked = where.Where(where.By.ADDRESS, columns)
        assert where.text_of(asked, dict(zip(columns, cells, strict=True))) == text

    @pytest.mark.parametrize(
        ("columns", "cells", "text"),
        [
            (("x", "y"), ("-4,25", "55,860"), "lon -4.250, lat 55.860"),
            (("easting", "northing"), ("240,000", "750,000.5"), "easting 240000.0, northing 750000.5"),
            (("x", "y"), (-4.2512345678912345, 55.86), "lon -4.251234568, lat 55.860000000"),
            (("lon", "lat"), (-4.1, 55.861234), "lon -4.100000, lat 55.861234"),
            (("lon", "lat"), ("-4", "55.861234"), "lon -4.000000, lat 55.861234"),
            (("lon", "lat"), (-4.0, 55.861234), "lon -4.000000, lat 55.861234"),
            (("lon", "lat"), (-4.1, 55.9), "lon -4.1, lat 55.9"),
            (("lon", "lat"), (1e-12, 52.5), "lon 0.0, lat 52.5"),
            (("x", "y"), ("", "55.8"), ""),
            (("x", "y"), ("here", "there"), "here, there"),
        ],
    )
    def test_coordinates_as_people_write_them(self, columns: tuple[str, str], cells: tuple[Any, ...], text: str) -> None:
        asked = where.Where(where.By.COORDINATES, columns)
        assert where.text_of(asked, dict(zip(columns, cells, strict=True))) == text
