"""A long extract is read by several processes: the file is the same as by one, and a process that is lost costs only time."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from typing import Any

import osmium
import pytest
from osmium.osm.mutable import Node

from era_geo.region import shares
from era_geo.region.build import build
from era_geo.region.osm import objects, scan, workers
from era_geo.region.region import open_region
from era_geo.settings import Settings
from tests.world import World

TIMES = {"gpkg_contents", "meta"}
"""Tables that say when the file was made."""

STREET = "\n".join(
    f"a{x} node {x},0 addr:housenumber={x} addr:street=Mill_Lane addr:postcode=EH1_{x % 9}AA\n"
    f"b{x} area {x},10 {x + 6},10 {x + 6},20 {x},20 building=house addr:housenumber={x} addr:street=Long_Row\n"
    f"c{x} node {x},30 amenity=pub name=Pub_{x} addr:postcode=EH2_{x % 9}BB\n"
    f"d{x} way {x},40 {x + 10},40 highway=footway\n"
    f"e{x} node {x},50 barrier=gate\n"
    f"f{x} way {x},60 {x},70 barrier=wall\n"
    f"g{x} way {x},80 {x + 5},80 building=yes"
    for x in range(0, 400, 10)
)

Contents = dict[str, list[tuple[object, ...]]]


def contents(path: Path) -> Contents:
    """Everything in a region file but the times at which it was made, in the order in which it lies there."""
    with sqlite3.connect(path) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {table: connection.execute(f'SELECT * FROM "{table}"').fetchall() for table in tables if table not in TIMES}


@pytest.fixture
def read_by(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Callable[[Path, int], Contents]:
    """Build a region of a file, in small blocks, by so many processes."""

    def read(path: Path, processes: int, block: int = 500) -> Contents:
        monkeypatch.setattr(objects, "BLOCK_BYTES", block)
        monkeypatch.setattr(scan, "SHARED_FROM", 2)
        monkeypatch.setattr(workers, "sensible", lambda: processes)
        name = f"by-{processes}"
        report = build([path], name=name, settings=settings, themes=(), replace=True)
        assert [file.name for file in settings.regions.iterdir() if file.name.startswith(".")] == []
        return contents(report.path)

    return read


@pytest.fixture
def taken_in(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many shares were taken over each time."""
    counts: list[int] = []
    whole = shares.take_in
    monkeypatch.setattr(shares, "take_in", lambda draft, found: (counts.append(len(found)), whole(draft, found))[1])
    return counts


@pytest.fixture
def street(tmp_path: Path) -> Path:
    return World(STREET).write(tmp_path / "street.osm")


def test_the_file_is_the_same_by_one_process_and_by_several(
    street: Path, read_by: Callable[..., Contents], taken_in: list[int]
) -> None:
    alone = read_by(street, 1)
    assert taken_in == []
    assert len(alone["places"]) == len(alone["buildings"]) == len(alone["barriers"]) == len(alone["unbuilt"]) == 40
    assert len(alone["walk_edges"]) == 40
    assert alone == read_by(street, 3)
    assert taken_in == [3]


def test_on_a_real_county_too(real_data: Path, read_by: Callable[..., Contents], taken_in: list[int]) -> None:
    county = real_data / "osm" / "rutland-2022-07-20.osm.pbf"
    alone = read_by(county, 1, 300_000)
    shared = read_by(county, 2, 300_000)
    assert taken_in == [2]
    for table, rows in alone.items():
        assert rows == shared[table], table


def test_a_short_text_is_read_by_one_process(street: Path, read_by: Callable[..., Contents], taken_in: list[int]) -> None:
    read_by(street, 2, 1 << 20)
    assert taken_in == []


PROGRAMS = {
    "ends at once": "",
    "ends in the middle": "import sys; sys.stdin.buffer.read(4000)",
    "answers nonsense": "import sys; sys.stdin.buffer.read(100); print('nonsense')",
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_a_process_that_is_lost_is_done_without(
    street: Path, read_by: Callable[..., Contents], taken_in: list[int], monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    alone = read_by(street, 1)
    started = iter((True, False))
    right = workers._process

    @contextmanager
    def process() -> Iterator[subprocess.Popen[bytes]]:
        if next(started):
            with right() as running:
                yield running
            return
        command = [sys.executable, "-c", program]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as running:
            try:
                yield running
            finally:
                running.kill()

    monkeypatch.setattr(workers, "_process", process)
    assert alone == read_by(street, 2)
    assert taken_in == []


def test_stopping_leaves_no_process_and_no_file(street: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    running: list[subprocess.Popen[bytes]] = []
    right = workers._process

    @contextmanager
    def process() -> Iterator[subprocess.Popen[bytes]]:
        with right() as one:
            running.append(one)
            yield one

    def stop(stage: str, done: int, total: int | None) -> None:
        if stage.startswith("reading street") and done > 50:
            raise KeyboardInterrupt

    monkeypatch.setattr(objects, "BLOCK_BYTES", 500)
    monkeypatch.setattr(scan, "SHARED_FROM", 2)
    monkeypatch.setattr(workers, "sensible", lambda: 2)
    monkeypatch.setattr(workers, "_process", process)
    with pytest.raises(KeyboardInterrupt):
        build([street], name="street", settings=settings, themes=(), progress=stop)
    assert len(running) == 2
    assert all(one.returncode is not None for one in running)
    assert list(settings.regions.iterdir()) == []


def test_stopping_twice_ends_it_too(street: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second Ctrl-C comes while the first is obeyed, and is raised in place of what still had to be done."""
    right = workers._process

    class Waiting(Queue[Any]):
        def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
            if item is None:
                raise KeyboardInterrupt("again")
            super().put(item, block, timeout)

    @contextmanager
    def process() -> Iterator[subprocess.Popen[bytes]]:
        with right() as one:
            try:
                yield one
            finally:
                raise KeyboardInterrupt("again")

    def stop(stage: str, done: int, total: int | None) -> None:
        if stage.startswith("reading street") and done > 50:
            raise KeyboardInterrupt("once")

    told: list[str] = []

    def stopped() -> None:
        try:
            build([street], name="street", settings=settings, themes=(), progress=stop)
        except KeyboardInterrupt as error:
            told.append(str(error))

    monkeypatch.setattr(objects, "BLOCK_BYTES", 500)
    monkeypatch.setattr(scan, "SHARED_FROM", 2)
    monkeypatch.setattr(workers, "sensible", lambda: 2)
    monkeypatch.setattr(workers, "_process", process)
    monkeypatch.setattr(workers, "Queue", Waiting)
    building = threading.Thread(target=stopped, daemon=True)  # so that waiting for ever is a failure
    building.start()
    building.join(60)
    assert told == ["again"]
    assert list(settings.regions.iterdir()) == []


def test_what_cannot_be_text_is_read_after_what_was_shared_out(
    tmp_path: Path, read_by: Callable[..., Contents], taken_in: list[int]
) -> None:
    path = tmp_path / "bytes.osm.pbf"
    with osmium.SimpleWriter(osmium.io.File(str(path), "pbf,pbf_compression=none")) as writer:
        for ident in range(1, 60_001):
            name = "XXXXXXXX" if ident == 50_000 else f"Pub {ident}"
            place = (-3.19 + ident / 1e6, 55.95)
            writer.add_node(Node(id=ident, location=place, tags={"amenity": "pub", "name": name}, version=1))
    path.write_bytes(path.read_bytes().replace(b"XXXXXXXX", b"\xff\xfe\xfd\xfc\xff\xfe\xfd\xfc"))
    alone = read_by(path, 1, 20_000)
    assert len(alone["places"]) == 59_999
    assert len(alone["unbuilt"]) == 1
    assert alone == read_by(path, 2, 20_000)
    assert taken_in == [2]


def test_a_newer_file_keeps_its_objects(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, taken_in: list[int]
) -> None:
    newer = World(STREET.replace("Pub_", "Inn_")).write(tmp_path / "newer.osm", date="2022-01-01T00:00:00Z")
    older = World(STREET).write(tmp_path / "older.osm", date="2021-01-01T00:00:00Z")
    monkeypatch.setattr(objects, "BLOCK_BYTES", 500)
    monkeypatch.setattr(scan, "SHARED_FROM", 2)
    monkeypatch.setattr(workers, "sensible", lambda: 2)
    build([older, newer], name="both", settings=settings, themes=())
    assert taken_in == [2, 2]
    names = {str(row["name"])[:3] for row in open_region("both", settings).read("places").rows()}
    assert names == {"Inn"}
