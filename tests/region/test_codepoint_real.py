"""Real Code-Point Open, held against another reading of the same files and against the map's own postcodes."""

from __future__ import annotations

import csv
import io
import statistics
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import shapely

from era_geo.address.search import locate
from era_geo.model import LocateStatus
from era_geo.region.build import build
from era_geo.region.region import Region, open_region
from era_geo.settings import Settings
from tests.region.address_files import facts, source

pytestmark = pytest.mark.real_data
SCOTLAND = "official/codepoint-open-scotland-2020-08.zip"
RUTLAND = "official/codepoint-open-rutland-area-2014-08.zip"


def region_of(tmp_path_factory: pytest.TempPathFactory, real_data: Path, *names: str) -> Region:
    settings = Settings(home=tmp_path_factory.mktemp("codepoint"))
    build([real_data / name for name in names], name="real", settings=settings)
    return open_region("real", settings)


@pytest.fixture(scope="module")
def edinburgh(tmp_path_factory: pytest.TempPathFactory, real_data: Path) -> Region:
    return region_of(tmp_path_factory, real_data, "osm/edinburgh-shops-2016-11-04.osm.pbf", SCOTLAND)


@pytest.fixture(scope="module")
def rutland(tmp_path_factory: pytest.TempPathFactory, real_data: Path) -> Region:
    return region_of(tmp_path_factory, real_data, "osm/rutland-2022-07-20.osm.pbf", RUTLAND)


def read_plainly(path: Path) -> Iterator[tuple[str, str, int, int, int, str | None]]:
    """Read the zip with nothing of the program: area, postcode, quality, easting, northing, council."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.startswith("Data/"):
                for row in csv.reader(io.TextIOWrapper(archive.open(name), "ascii")):
                    code = row[0].replace(" ", "")
                    yield Path(name).stem, f"{code[:-3]} {code[-3:]}", int(row[1]), int(row[2]), int(row[3]), row[8] or None


@pytest.mark.parametrize(("path", "fixture"), [(SCOTLAND, "edinburgh"), (RUTLAND, "rutland")])
def test_every_postcode_is_where_the_file_has_it(path: str, fixture: str, real_data: Path, request: pytest.FixtureRequest) -> None:
    region: Region = request.getfixturevalue(fixture)
    expected = {row[1]: row for row in read_plainly(real_data / path) if row[2] != 90}
    listed = region.read("postcodes", columns=("postcode", "quality", "council"))
    points = shapely.get_coordinates(listed.geometry)
    found = {
        row["postcode"]: (row["quality"], int(east), int(north), row["council"])
        for row, (east, north) in zip(listed.rows(), points, strict=True)
        if row["quality"] is not None
    }
    assert found == {code: row[2:] for code, row in expected.items()}


def test_counts_by_area(edinburgh: Region, real_data: Path) -> None:
    told = facts(edinburgh, "code-point-open")
    assert (told.rows, told.used["postcodes"], told.left_out) == (158_945, 158_927, {"a postcode without a position": 18})
    assert told.faults == ()
    expected = Counter(area for area, _, quality, *_ in read_plainly(real_data / SCOTLAND) if quality != 90)
    codes = [code for (code,) in edinburgh.query("SELECT postcode FROM postcodes WHERE quality IS NOT NULL")]
    assert Counter(code[: 2 if code[1].isalpha() else 1].lower() for code in codes) == expected
    assert expected["eh"] > 20_000


def test_where_it_comes_from(edinburgh: Region, rutland: Region) -> None:
    scotland, england = (source(region, "code-point-open") for region in (edinburgh, rutland))
    assert (scotland.date, england.date) == ("2020-08-01", "2014-08-01")
    assert "Royal Mail data © Royal Mail copyright and database right 2020" in scotland.credit
    assert scotland.coverage_basis == "hull of its postcodes"
    assert {one.licence for one in (scotland, england)} == {"OGL v3"}


def test_the_maps_postcodes_lie_near_the_published_ones(rutland: Region) -> None:
    """Eight years apart, from two hands: half of the addresses lie within 50 m of their postcode's published point."""
    rows = rutland.query(
        "SELECT a.geom, p.geom FROM addresses a JOIN postcodes p ON p.postcode = a.postcode WHERE p.quality IS NOT NULL"
    )
    points = [np.frombuffer(blob[-16:], "<f8") for row in rows for blob in row]
    away = [float(np.hypot(*(one - other))) for one, other in zip(points[::2], points[1::2], strict=True)]
    assert len(away) > 250
    assert statistics.median(away) < 60
    unknown = rutland.query("SELECT count(*) FROM postcodes WHERE quality IS NULL")[0][0]
    assert unknown < 10, "postcodes that the map has and the list of 2014 does not"


def test_edinburgh_is_searched_with_its_postcodes(edinburgh: Region) -> None:
    row = edinburgh.query("SELECT number, street, postcode FROM addresses WHERE postcode IS NOT NULL AND uprn IS NULL LIMIT 1")[0]
    found = locate(f"{row[0]} {row[1]}, {row[2]}", edinburgh)
    assert found.status in {LocateStatus.MATCHED, LocateStatus.AMBIGUOUS}
    alone = locate("EH10 4HR", edinburgh)
    assert alone.status is LocateStatus.MATCHED
    assert locate("EH99 9ZZ", edinburgh).status is not LocateStatus.MATCHED
