"""The built regions: listed, described, removed."""

from __future__ import annotations

from pathlib import Path

import pytest

from era_geo.errors import UsageError
from era_geo.region.region import open_region
from era_geo.region.shelf import describe, list_regions, remove
from era_geo.settings import Settings
from tests.world import build

TEXT = "a node 0,0 amenity=pub\nb way 0,9 90,9 highway=footway\nc way ? 0,9 highway=footway"


def test_nothing_is_listed_before_anything_is_built(settings: Settings) -> None:
    assert list_regions(settings) == ()


def test_regions_are_listed_with_their_age_and_broken_ones_with_their_trouble(tmp_path: Path, settings: Settings) -> None:
    build(TEXT, tmp_path, name="mill", settings=settings, date="2024-05-06T00:00:00Z")
    (settings.regions / "broken.gpkg").write_bytes(b"not a database at all")
    (settings.regions / ".mill.1.part").write_bytes(b"half a region")
    broken, mill = list_regions(settings)
    assert (broken.name, mill.name) == ("broken", "mill")
    assert "broken.gpkg is not an era-geo region" in str(broken.problem)
    assert (mill.dates, mill.sources, mill.problem) == (("2024-05-06", "2024-05-06"), ("mill.osm",), None)
    assert mill.size_bytes == mill.path.stat().st_size
    assert mill.built is not None


def test_a_region_is_described(tmp_path: Path, settings: Settings) -> None:
    region = build(TEXT, tmp_path, name="mill", settings=settings)
    found = describe(region)
    assert {table: count for table, count in found.counts.items() if count and table != "kept_keys"} == {
        "sources": 1, "places": 1, "roads": 1, "walk_edges": 1, "walk_nodes": 2, "unbuilt": 1,
    }  # fmt: skip
    assert found.unbuilt == {"some of its nodes are not in the file": 1}
    assert found.coverage_km2 == pytest.approx(2.09 * 2.009, abs=0.02)
    assert found.extent == pytest.approx((239000, 749000, 241090, 751009), abs=50)
    assert [source.name for source in found.sources] == ["mill.osm"]


def test_a_region_without_a_coverage_is_described_too(tmp_path: Path, settings: Settings) -> None:
    found = describe(build(TEXT, tmp_path, settings=settings, boundary=None))
    assert (found.coverage_km2, found.extent) == (0.0, None)


def test_a_region_is_removed_and_an_unknown_one_named(tmp_path: Path, settings: Settings) -> None:
    build(TEXT, tmp_path, name="mill", settings=settings)
    with pytest.raises(UsageError, match=r"no region 'kirk' \(regions: mill\)"):
        remove("kirk", settings)
    with pytest.raises(UsageError, match="cannot be a region's name"):
        remove("../mill", settings)
    assert remove("mill", settings).name == "mill.gpkg"
    assert list_regions(settings) == ()
    with pytest.raises(UsageError):
        open_region("mill", settings)
