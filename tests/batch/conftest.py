"""A drawn street with a school, a shop and a play area, its region, and what a batch needs to run on it."""

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from era_geo import layerset
from era_geo.batch import intake, run, where
from era_geo.batch.options import Options
from era_geo.batch.partition import identity_of
from era_geo.model import Depth
from era_geo.region.region import Region
from era_geo.settings import Settings
from tests.world import build

AS_OF = dt.date(2026, 11, 22)
HOMES = "\n".join(
    f"home{n} area {n * 12},{y} {n * 12 + 8},{y} {n * 12 + 8},{y + 9} {n * 12},{y + 9} building=house addr:housenumber={number} "
    "addr:street='Mill Wynd' addr:city=Drawnton addr:postcode='ZZ1 1AA'"
    for n in range(12)
    for y, number in ((10, 2 * n + 1),)
)
STREET = f"""
{HOMES}
flats area 200,10 220,10 220,25 200,25 building=apartments building:flats=6
flat1 node 205,15 addr:flats=1-6 addr:housenumber=40 addr:street='Mill Wynd' addr:city=Drawnton addr:postcode='ZZ1 1AB'
road way -50,0 100,0 400,0 highway=residential name='Mill Wynd'
path way 100,0 100,-60 highway=footway
school area 60,-120 160,-120 160,-60 60,-60 amenity=school name='Mill School'
hall area 80,-100 100,-100 100,-80 80,-80 building=school
gate node 100,-60 barrier=gate access=yes
shop node 30,-8 shop=convenience name="=HYPERLINK(1)"
swings node 230,-20 leisure=playground
kirk area 250,10 270,10 270,30 250,30 amenity=place_of_worship name='Mill Kirk'
"""


@pytest.fixture(scope="session")
def region(tmp_path_factory: pytest.TempPathFactory) -> Region:
    return build(STREET, tmp_path_factory.mktemp("street"), name="street")


@pytest.fixture(scope="session")
def options(region: Region, tmp_path_factory: pytest.TempPathFactory) -> Options:
    settings = Settings(home=tmp_path_factory.mktemp("plain"))
    return Options(
        layers=layerset.load(settings),
        parameters=settings.parameters(),
        as_of=AS_OF,
        depth=Depth.NONE,
        region=identity_of(region),
    )


@pytest.fixture
def batch(region: Region, options: Options) -> Callable[..., Any]:
    """Run a batch from a file into another one; further words go to the request."""

    def go(source: Path, out: Path, *, columns: Sequence[str] = (), depth: Depth = Depth.NONE, **more: Any) -> Any:
        table = intake.open_table(source)
        wheres = where.choose(table.columns, address=columns, has_shape=table.crs is not None)
        asked = Options(options.layers, options.parameters, AS_OF, depth, {}, options.region)
        return run.run(run.Request(table, wheres, out, region, asked, **{"workers": 1, **more}))

    return go
