"""`era_geo.assess_many`: a frame in, the same frame out with what was found, rows as single assessments give them."""

import datetime as dt
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import era_geo
from era_geo.batch import engines
from era_geo.model import Depth
from era_geo.region.region import Region
from tests.batch.conftest import AS_OF

ADDRESSES = ["1 Mill Wynd", "77 Mill Wynd", None, "9 Mill Wynd"]


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ERA_GEO_HOME", str(tmp_path))


def test_the_rows_stay_in_order_under_their_index(region: Region) -> None:
    frame = pd.DataFrame({"address": ADDRESSES, "rent": [100.5, 2.0, 3.0, 4.0], "status": "let"}, index=[7, 7, 3, 1])
    before = frame.copy()
    found = era_geo.assess_many(frame, region, as_of=AS_OF, depth="none")
    assert list(found.index) == [7, 7, 3, 1]
    assert list(found["rent"]) == [100.5, 2.0, 3.0, 4.0]
    assert list(found["status (input)"]) == ["let"] * 4
    assert list(found["status"]) == ["matched", "contradiction", "bad input", "matched"]
    assert_frame_equal(frame, before)


def test_a_count_is_a_whole_number_or_missing_never_nought_for_unknown(region: Region) -> None:
    found = era_geo.assess_many(pd.DataFrame({"address": ADDRESSES}), region, as_of=AS_OF, depth=Depth.NONE)
    assert str(found["n_school"].dtype) == "Int64"
    assert found["n_school"].iloc[0] == 1
    assert found["n_library"].isna().all()
    assert found["n_school"].iloc[1:3].isna().all()


def test_it_says_what_a_single_assessment_says(region: Region) -> None:
    found = era_geo.assess_many(pd.DataFrame({"where": ["9 Mill Wynd"]}), region, as_of=AS_OF, address="where").iloc[0]
    result = era_geo.locate("9 Mill Wynd", region)
    alone = era_geo.assess(era_geo.site_from(result.candidates[0], region, query="9 Mill Wynd"), region, as_of=AS_OF)
    assert alone.neighbours is not None
    assert found["adjoining"] == alone.neighbours.adjoining
    assert found["homes_within_50"] == alone.neighbours.within["50"]
    assert found["nearest_school_m"] == next(f.distance_m for f in alone.findings if f.layer == "school")
    assert found["nearest_school_walk_m"] == next(f.walk_m for f in alone.findings if f.layer == "school")


@pytest.mark.parametrize("crs", [27700, 4326, 3857])
def test_shapes_stay_as_they_are_and_say_where(region: Region, crs: int) -> None:
    points = gpd.GeoSeries.from_xy([240014.0, 240130.0], [750014.0, 750014.0], crs=27700).to_crs(crs)
    frame = gpd.GeoDataFrame({"name": ["a", "b"]}, geometry=points.buffer(1) if crs == 27700 else points)
    found = era_geo.assess_many(frame, region, as_of=AS_OF, depth="none")
    assert isinstance(found, gpd.GeoDataFrame)
    assert found.crs == frame.crs
    assert found.geometry.geom_equals(frame.geometry).all()
    assert list(found["status"]) == ["matched", "matched"]
    assert found["n_school"].tolist() == [1, 1]


def test_columns_that_are_not_there_are_named(region: Region) -> None:
    with pytest.raises(era_geo.UsageError, match="'nowhere'"):
        era_geo.assess_many(pd.DataFrame({"address": ADDRESSES}), region, as_of=AS_OF, address="nowhere")
    with pytest.raises(era_geo.UsageError, match="--address-column"):
        era_geo.assess_many(pd.DataFrame({"thing": ADDRESSES}), region, as_of=AS_OF)


def test_a_study_and_the_places(region: Region) -> None:
    frame = pd.DataFrame({"where": ["9 Mill Wynd", "77 Mill Wynd", "1 Mill Wynd"]})
    asked = {"as_of": AS_OF, "depth": "none", "radii": [100, 50], "address": "where"}
    found, places = era_geo.assess_many_with_findings(frame, region, **asked)
    assert_frame_equal(found, era_geo.assess_many(frame, region, **asked))
    assert list(found.columns).index("study_homes_50m") < list(found.columns).index("study_homes_100m")
    assert found["study_places_100m"].tolist()[::2] == [int((places["row"] == row).sum()) for row in (0, 2)]
    assert found["study_places_100m"].isna().tolist() == [False, True, False]
    with pytest.raises(era_geo.UsageError, match="900 m"):
        era_geo.assess_many(frame, region, as_of=AS_OF, radii=[900])


@pytest.mark.parametrize(("rows", "expected"), [(0, 1), (1, 1), (2000, 1), (2001, 2)])
def test_no_more_workers_than_partitions(region: Region, monkeypatch: pytest.MonkeyPatch, rows: int, expected: int) -> None:
    chosen = []

    class StopError(Exception): ...

    def choose(*asked: object) -> None:
        chosen.append(asked)
        raise StopError

    monkeypatch.setattr(engines, "choose", choose)
    with pytest.raises(StopError):
        era_geo.assess_many(pd.DataFrame({"address": ["x"] * rows}), region, as_of=AS_OF, depth="none", workers=8)
    assert chosen == [(8, None, expected)]


def test_nothing_in_nothing_out(region: Region) -> None:
    found = era_geo.assess_many(pd.DataFrame({"address": []}), region, as_of=dt.date(2026, 1, 1))
    assert len(found) == 0
    assert "n_school" in found.columns
