"""What the tests of the vicinity share: a whole county, and the training town, as regions."""

from pathlib import Path

import pytest

from era_geo import front
from era_geo.region.build import build
from era_geo.region.region import Region, open_region
from era_geo.settings import Settings
from tests.towns import Settle


@pytest.fixture(scope="session")
def rutland(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Region:
    """The whole county of Rutland, from the extract of 20 July 2022."""
    settings = Settings(home=tmp_path_factory.mktemp("rutland"))
    build([real_data / "osm" / "rutland-2022-07-20.osm.pbf"], name="rutland", settings=settings)
    return open_region("rutland", settings)


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory, settle: Settle) -> Region:
    """The training town as the program builds it by itself: its map with its official lists."""
    settings = Settings(home=tmp_path_factory.mktemp("town"))
    settle(settings)
    return front.open_region(front.TRAINING_TOWN, settings)
