"""An open region: shared by threads, pickled to other processes, closed when nobody holds it, refused when it is none."""

import gc
import pickle
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from era_geo.errors import DataError, UsageError
from era_geo.region.region import Region, open_region
from era_geo.settings import Settings
from tests.world import ORIGIN, build

DRAWN = "\n".join(f"place{n} node {10 * n},0 amenity=school name='School {n}'" for n in range(50))


def test_threads_read_what_one_thread_reads(tmp_path: Path) -> None:
    region = build(DRAWN, tmp_path)

    def names(least: int) -> tuple[object, ...]:
        window = (ORIGIN[0] + least, ORIGIN[1] - 1, ORIGIN[0] + least + 95, ORIGIN[1] + 1)
        return region.read("places", window)["name"]

    wanted = [10 * (n % 40) for n in range(2000)]
    alone = [names(least) for least in wanted]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(names, wanted)) == alone
    assert len(alone[0]) == 10


def test_it_travels_to_other_processes_and_opens_the_file_anew(tmp_path: Path) -> None:
    region = build(DRAWN, tmp_path)
    arrived = pickle.loads(pickle.dumps(region))  # noqa: S301 - our own bytes
    assert isinstance(arrived, Region)
    assert len(arrived.read("places")) == 50


def test_nobody_has_to_close_it(tmp_path: Path) -> None:
    region = build(DRAWN, tmp_path)
    region.read("places")
    (connection,) = region._idle
    del region
    gc.collect()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")


def test_what_is_no_region_is_refused_with_what_to_do(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    with pytest.raises(UsageError, match="none yet"):
        open_region("absent", settings)
    other = tmp_path / "other.gpkg"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE meta (key TEXT, value TEXT)")
    connection.close()
    with pytest.raises(DataError, match="Rebuild"):
        open_region(other, settings)
    (tmp_path / "text.gpkg").write_text("no database", encoding="utf-8")
    with pytest.raises(DataError, match="not an era-geo region"):
        open_region(tmp_path / "text.gpkg", settings)
