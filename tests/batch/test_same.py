"""A batch row is what a single assessment of the same property says, field by field."""

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from era_geo import layerset
from era_geo.address import search
from era_geo.address import site as site_module
from era_geo.batch import layout, named_bulk
from era_geo.batch.look import PASSING_NOT_ASKED
from era_geo.batch.options import Options, Question
from era_geo.batch.partition import identity_of, run_partition
from era_geo.model import Depth
from era_geo.region.build import build as build_region
from era_geo.region.region import Region, open_region
from era_geo.settings import Settings
from era_geo.vicinity.assess import assess
from tests.batch.conftest import AS_OF
from tests.world import build

HOMES = [f"{n} Mill Wynd, Drawnton" for n in (1, 5, 9, 23)] + ["Flat 3, 40 Mill Wynd, Drawnton", "ZZ1 1AA", "Mill Wynd"]


def alone(text: str, region: Region, options: Options, number: int) -> tuple[layout.Row, list[layout.Row]]:
    """Give the row and findings that the single way gives: the two functions that the command line calls."""
    result = search.locate(text, region)
    row = layout.located_cells(result)
    if result.status.value != "matched":
        return row, []
    assessment = assess(
        site_module.site_from(result.candidates[0], query=text, region=region),
        region,
        parameters=options.parameters,
        as_of=options.as_of,
        layers=options.layers,
        off=options.off,
        depth=options.depth,
    )
    kept = assessment
    if options.depth is Depth.WALK:  # the ways past the door are counted by a full look only, and the row says so
        findings = tuple(replace(finding, way_past=None) for finding in kept.findings)
        *others, rest = (gap for gap in kept.gaps if gap.field != "passing")
        kept = replace(kept, findings=findings, gaps=(*others, PASSING_NOT_ASKED, rest))
    return row | layout.assessed_cells(kept), [layout.finding_cells(finding, number) for finding in kept.findings]


def hold(texts: Sequence[str], region: Region, options: Options) -> int:
    """Hold a partition against its rows one by one; give the number of findings compared."""
    tables = run_partition([Question(number, (text,)) for number, text in enumerate(texts, 2)], region.path, options)
    found = tables.findings.to_pylist()
    for number, (text, row) in enumerate(zip(texts, tables.rows.to_pylist(), strict=True), 2):
        expected, findings = alone(text, region, options, number)
        assert row == {name: expected.get(name) for name in row}, text
        mine = [one for one in found if one["row"] == number]
        assert mine == [{name: one.get(name) for name in mine[0]} for one in findings] if findings else not mine
    return len(found)


@pytest.mark.parametrize("depth", list(Depth))
def test_a_drawn_street(region: Region, options: Options, depth: Depth) -> None:
    assert hold(HOMES, region, replace(options, depth=depth)) > 10


@pytest.mark.parametrize("depth", [Depth.NONE, Depth.FULL])
def test_points(region: Region, options: Options, depth: Depth) -> None:
    (west, south, east, north) = region.coverage.bounds
    rng = random.Random(7)
    texts = [
        f"easting {rng.uniform(west - 50, east + 50):.1f}, northing {rng.uniform(south - 50, north + 50):.1f}" for _ in range(40)
    ]
    texts += [f"easting {240000 + rng.uniform(0, 250):.1f}, northing {750000 + rng.uniform(-80, 30):.1f}" for _ in range(15)]
    assert hold(texts, region, replace(options, depth=depth)) > 20


def test_a_layer_that_is_off(region: Region, options: Options) -> None:
    assert hold(HOMES, region, replace(options, off={"school": "of no concern in this case"})) > 5


@pytest.fixture(scope="module")
def rutland(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Region, Options]:
    settings = Settings(home=tmp_path_factory.mktemp("rutland"))
    sources = [real_data / "osm" / "rutland-2022-07-20.osm.pbf", real_data / "official" / "codepoint-open-rutland-area-2014-08.zip"]
    build_region(sources, name="rutland", settings=settings)
    region = open_region("rutland", settings)
    return region, Options(layerset.load(settings), settings.parameters(), AS_OF, Depth.NONE, {}, identity_of(region))


@pytest.mark.real_data
@pytest.mark.parametrize(("depth", "count"), [(Depth.NONE, 60), (Depth.WALK, 30), (Depth.FULL, 12)])
def test_rutland(rutland: tuple[Region, Options], depth: Depth, count: int) -> None:
    region, options = rutland
    rows = [row for row in region.read("addresses").rows() if row["number"] and row["street"]]
    texts = [", ".join(filter(None, (f"{row['number']} {row['street']}", row["town"], row["postcode"]))) for row in rows]
    assert hold(random.Random(2026).sample(texts, count), region, replace(options, depth=depth)) > count
    homes = [row for row in region.read("buildings").rows() if region.coverage.covers(row["geom"])]
    points = [row["geom"].representative_point() for row in random.Random(2027).sample(homes, count)]
    assert hold([f"easting {p.x:.1f}, northing {p.y:.1f}" for p in points], region, replace(options, depth=depth)) > 5


@pytest.mark.real_data
def test_places_from_official_lists(real_data: Path, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    names = ("official/edinburgh-schools.csv", "official/edinburgh-nurseries.csv", "osm/edinburgh-shops-2016-11-04.osm.pbf")
    sources = [real_data / name for name in names]
    build_region(sources, name="edinburgh", settings=settings)
    region = open_region("edinburgh", settings)
    options = Options(layerset.load(settings), settings.parameters(radius_m=200), AS_OF, Depth.NONE, {}, identity_of(region))
    rows = [row for row in region.read("addresses").rows() if row["number"] and row["street"]]
    chosen = random.Random(5).sample(rows, 25)
    assert hold([f"{row['number']} {row['street']}, Edinburgh, {row['postcode'] or ''}" for row in chosen], region, options) > 25


def test_the_few_named_buildings_are_found_by_their_index(tmp_path: Path) -> None:
    """A country has some thousand of them among millions."""
    homes = "\n".join(f"home{x} area {x},0 {x + 5},0 {x + 5},5 {x},5 building=house" for x in range(0, 200, 10))
    region = build(f"{homes}\nhall area 0,20 9,20 9,29 0,29 building=yes name='Mill Hall'", tmp_path)
    plan = region.query(f"EXPLAIN QUERY PLAN {named_bulk.NAMED_SQL}")
    assert "buildings_named" in str(plan[0][-1])
    assert [kind for _, kind, *_ in region.query(named_bulk.NAMED_SQL)] == ["yes"]
