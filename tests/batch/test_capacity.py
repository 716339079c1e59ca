"""The capacity study: each parameter's count is what a single look with that parameter gives, added up."""

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from era_geo.address import search
from era_geo.address import site as site_module
from era_geo.batch import capacity, intake, run, where
from era_geo.batch.look import Looker
from era_geo.batch.options import Options, Question
from era_geo.batch.partition import locate_rows, run_partition
from era_geo.batch.region_places import RegionPlaces
from era_geo.errors import UsageError
from era_geo.model import Depth
from era_geo.region.region import Region
from era_geo.vicinity import nearby
from era_geo.vicinity.assess import assess
from tests.batch.conftest import AS_OF

TEXTS = ["1 Mill Wynd", "9 Mill Wynd", "40 Mill Wynd, Drawnton", "77 Mill Wynd"]
RADII = (50.0, 100.0, 250.0)


@pytest.fixture
def study(region: Region, options: Options, tmp_path: Path) -> Path:
    source = tmp_path / "in.csv"
    source.write_text("\n".join(["address", *(f'"{text}"' for text in TEXTS)]) + "\n", encoding="utf-8")
    table = intake.open_table(source)
    asked = replace(options, radii=RADII)
    run.run(run.Request(table, where.choose(table.columns), tmp_path / "out.csv", region, asked, workers=1))
    return tmp_path


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_each_count_is_that_of_a_look_with_that_parameter(study: Path, region: Region, options: Options) -> None:
    for text, row in zip(TEXTS[:3], read(study / "out.csv"), strict=False):
        site = site_module.site_from(search.locate(text, region).candidates[0], query=text, region=region)
        for doors in capacity.DOORS:
            asked = replace(options.parameters.address_parameter, doors_each_side=doors)
            alone = assess(
                site, region, as_of=AS_OF, layers=options.layers, depth=Depth.FULL,
                parameters=replace(options.parameters, address_parameter=asked),
            )  # fmt: skip
            assert alone.neighbours is not None
            assert int(row[f"study_doors_{doors}"]) == sum(home.homes or 0 for home in alone.neighbours.to_check)
        for radius in RADII:
            parameters = replace(options.parameters, radius_m=radius, reason="a study")
            alone = assess(site, region, as_of=AS_OF, layers=options.layers, depth=Depth.FULL, parameters=parameters)
            assert alone.neighbours is not None
            assert int(row[f"study_homes_{radius:g}m"]) == alone.neighbours.within[f"{radius:g}"]
            assert int(row[f"study_places_{radius:g}m"]) == len(alone.findings)


def test_a_circle_past_the_edge_of_what_is_known_is_not_counted(region: Region, options: Options) -> None:
    west, south, east, north = region.coverage.bounds
    texts = [f"easting {x:.1f}, northing {(south + north) / 2:.1f}" for x in (west + 20, west + 70, (west + east) / 2, east - 30)]
    asked = replace(options, radii=(10.0, 25.0, 60.0, 100.0), depth=Depth.NONE)
    rows = run_partition([Question(n, (text,)) for n, text in enumerate(texts)], region.path, asked).rows.to_pylist()
    known = []
    for text, row in zip(texts, rows, strict=True):
        site = site_module.site_from(search.locate(text, region).candidates[0], query=text, region=region)
        for radius in asked.radii:
            parameters = replace(options.parameters, radius_m=radius, reason="a study")
            alone = assess(site, region, as_of=AS_OF, layers=options.layers, depth=Depth.NONE, parameters=parameters)
            past = any("reaches past" in gap.why for gap in alone.gaps)
            assert row[f"study_places_{radius:g}m"] == (None if past else len(alone.findings))
            known.append(not past)
    assert known == [True, False, False, False, True, True, True, False, *[True] * 4, True, True, False, False]


def test_wide_circles_are_looked_at_alone_where_together_might_differ(
    region: Region, options: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = replace(options, radii=(50.0, 200.0))
    question = [Question(2, ("9 Mill Wynd",))]
    together = run_partition(question, region.path, asked).rows.to_pylist()

    def beyond_100_m(_: object, shapes: Any, reach_m: Any) -> Any:
        return np.asarray(reach_m > 100) & np.ones(len(shapes), dtype=bool)

    asked_alone = []
    real = nearby.find

    def find(looked: Region, anchor: Any, radius: float, *more: Any) -> Any:
        asked_alone.append(radius)
        return real(looked, anchor, radius, *more)

    monkeypatch.setattr(RegionPlaces, "differ", beyond_100_m)
    monkeypatch.setattr(nearby, "find", find)
    looker = Looker(region, asked)
    (located,) = locate_rows(question, region)
    assert located.site is not None
    (look,) = looker.look([located.site])
    assert not isinstance(look, str)
    assert 200.0 in asked_alone
    assert 50.0 not in asked_alone
    assert look.study["study_places_200m"] == together[0]["study_places_200m"] > 0


def test_the_table_adds_up_and_leaves_out_what_was_not_matched(study: Path) -> None:
    rows, table = read(study / "out.csv"), read(study / "out-capacity.csv")
    assert len(table) == 2 * len(RADII) + len(capacity.DOORS)
    assert {line["properties_counted"] for line in table} == {"3"}
    homes = next(line for line in table if line["what"] == "homes within" and line["width"] == "100.0")
    counts = sorted(int(row["study_homes_100m"]) for row in rows if row["study_homes_100m"])
    assert (int(homes["total"]), int(homes["median"])) == (sum(counts), counts[1])
    assert float(homes["mean"]) == pytest.approx(sum(counts) / 3, abs=0.01)


def test_the_chart_says_in_words_what_it_shows(study: Path) -> None:
    words = (study / "out-capacity.txt").read_text(encoding="utf-8")
    assert "Homes within 100 m:" in words
    assert "Homes to check at 3 doors each side:" in words
    root = ET.parse(study / "out-capacity.svg").getroot()  # noqa: S314 - our own file
    assert root.attrib["role"] == "img"
    assert "Homes within 100 m:" in (root.find("{http://www.w3.org/2000/svg}desc").text or "")  # type: ignore[union-attr]
    assert (study / "out-capacity.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("text", ["", "fifty", "0,50", "50,900"])
def test_radii_that_make_no_sense_are_told(text: str) -> None:
    with pytest.raises(UsageError, match="--radii"):
        capacity.read_radii(text)


def test_a_wider_parameter_never_asks_for_less() -> None:
    tally = capacity.Tally()
    tally.times.update([1, 1, 2, 9])
    assert [tally.not_exceeded_by(share) for share in (0.5, 0.75, 0.9)] == [1, 2, 9]
    assert capacity.Tally().not_exceeded_by(0.5) is None


def test_equal_studies_give_equal_files(study: Path, batch: Callable[..., Any], region: Region, options: Options) -> None:
    names = [f"out-capacity{ending}" for ending in (".csv", ".svg", ".png", ".txt")]
    before = [(study / name).read_bytes() for name in names]
    table = intake.open_table(study / "in.csv")
    asked = replace(options, radii=RADII)
    run.run(run.Request(table, where.choose(table.columns), study / "out.csv", region, asked, workers=1, replace=True))
    assert [(study / name).read_bytes() for name in names] == before
