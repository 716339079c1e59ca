"""Every kind of column comes out in every form: what a form cannot hold is written as text, and nothing is dropped in silence."""

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest

from era_geo.batch import work, write

Batch = Callable[..., Any]
KINDS = {
    "nothing": pa.nulls(2),
    "time": pa.array([dt.time(9, 30), None]),
    "took": pa.array([dt.timedelta(days=1, hours=2), None], pa.duration("us")),
    "rent": pa.array([Decimal("100.50"), None], pa.decimal128(9, 2)),
    "half": pa.array([0.5, None], pa.float16()),
    "large": pa.array([2**63 + 1, None], pa.uint64()),
    "small": pa.array([7, None], pa.uint8()),
    "seen": pa.array([1_767_323_045_000_000_000, None], pa.timestamp("ns")),
    "zoned": pa.array([dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC), None], pa.timestamp("ns", "UTC")),
    "listed": pa.array([[1.0, float("nan")], None]),
    "not_a_number": pa.array([float("nan"), 1.0]),
    "fid": pa.array([5, 5]),
    "geometry": pa.array(["POINT (1 1)", None]),
    "Geometry (input)": pa.array(["other", None]),
    "view": pa.array(["text", None], pa.string_view()),
}


@pytest.mark.parametrize("ending", work.ENDINGS)
@pytest.mark.parametrize("geometry", [pa.array(["POINT (1 1)", None]), pa.array([b"\x01\xff", None])], ids=["text", "bytes"])
def test_every_kind_of_column_comes_out(batch: Batch, tmp_path: Path, ending: str, geometry: pa.Array) -> None:
    columns = {**KINDS, "geometry": geometry, "address": pa.array(["1 Mill Wynd", "3 Mill Wynd"])}
    pq.write_table(pa.table(columns), tmp_path / "in.parquet")
    out = tmp_path / f"out{ending}"
    summary = batch(tmp_path / "in.parquet", out)
    assert summary.status == {"matched": 2}
    rows = _read(out)
    assert {"nothing", "took", "rent", "seen", "listed", "n_school"} < set(rows)
    assert float(rows["rent"].iloc[0]) == 100.5
    assert str(rows["view"].iloc[0]) == "text"
    if ending not in (".parquet", ""):
        assert str(rows["took"].iloc[0]) == "1 day, 2:00:00"
        assert str(rows["large"].iloc[0]) == str(2**63 + 1)


def _read(out: Path) -> pd.DataFrame:
    if out.suffix == ".csv":
        return pd.read_csv(out, dtype={"large": str})
    if out.suffix == ".xlsx":
        return pd.read_excel(out, sheet_name="rows", dtype={"large": str})
    if out.suffix in (".gpkg", ".geojson"):
        return pyogrio.read_dataframe(out, **({"layer": "rows"} if out.suffix == ".gpkg" else {}))
    return pq.read_table(out / "rows" if out.is_dir() else out).to_pandas()


def test_a_text_column_called_geometry_is_no_shape(batch: Batch, tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text('geometry,address\n"POINT (1 1)",1 Mill Wynd\n', encoding="utf-8")
    for ending in (".gpkg", ".geojson"):
        batch(source, tmp_path / f"out{ending}")
    features = json.loads((tmp_path / "out.geojson").read_text(encoding="utf-8"))["features"]
    assert features[0]["properties"]["geometry"] == "POINT (1 1)"
    assert features[0]["geometry"]["type"] == "Point"
    assert list(_read(tmp_path / "out.gpkg")["geometry (input)"]) == ["POINT (1 1)"]


def test_geojson_knows_no_nan(batch: Batch, tmp_path: Path) -> None:
    pq.write_table(pa.table({"address": ["1 Mill Wynd"], "rent": [float("nan")]}), tmp_path / "in.parquet")
    batch(tmp_path / "in.parquet", tmp_path / "out.geojson")

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    document = json.loads((tmp_path / "out.geojson").read_text(encoding="utf-8"), parse_constant=refuse)
    assert document["features"][0]["properties"]["rent"] is None


class TestWorkbooks:
    def test_cells_beyond_the_heading_make_a_row_bad(self, batch: Batch, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        for row in (("ref", "address"), ("a", "1 Mill Wynd", "Drawnton"), ("b", "3 Mill Wynd", None), ("c", "5 Mill Wynd")):
            book.active.append(row)
        book.save(tmp_path / "in.xlsx")
        batch(tmp_path / "in.xlsx", tmp_path / "out.csv")
        rows = _read(tmp_path / "out.csv")
        assert list(rows["status"]) == ["bad input", "matched", "matched"]
        assert "Row 2 has 3 cells" in rows["message"][0]

    def test_its_sheets_lie_in_the_folder_of_unfinished_work(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object) -> None:
            raise AssertionError("A sheet is kept elsewhere.")

        monkeypatch.setattr("openpyxl.worksheet._writer.create_temporary_file", refuse)
        schema = pa.schema([("address", pa.string())])
        shapes = write.Shapes(schema, schema, None, "2026-11-22")
        with write.opened(tmp_path / "out.xlsx", shapes, tmp_path) as writer:
            writer._writer.write(pa.table({"address": ["1 Mill Wynd"]}), schema.empty_table())
            assert {"rows.sheet.tmp", "findings.sheet.tmp"} <= {path.name for path in tmp_path.iterdir()}
        assert sorted(path.name for path in tmp_path.iterdir()) == ["out.xlsx"]

    def test_a_full_disk_is_a_sentence(self, tmp_path: Path) -> None:
        script = f"""
import resource, signal
import pyarrow as pa
from pathlib import Path
from era_geo.batch import write
schema = pa.schema([("address", pa.string())])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))
folder = Path({str(tmp_path)!r})
with write.opened(folder / "out.xlsx", write.Shapes(schema, schema, None, "2026-11-22"), folder) as writer:
    writer._writer.write(pa.table({{"address": [f"{{n}} Mill Wynd" for n in range(5000)]}}), schema.empty_table())
"""
        ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
        assert ended.returncode != 0
        assert "EraGeoError: The disk is full" in ended.stderr
        assert not (tmp_path / "out.xlsx").exists()
