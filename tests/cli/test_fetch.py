"""`region fetch` from end to end, from servers on loopback: when it fetches, when it builds, and what it never overwrites."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import osmium
import pytest

from era_geo import crs
from era_geo.errors import DataError
from tests.cli.conftest import Ran
from tests.servers import Asked, Reply, Server, serve
from tests.world import ORIGIN, write_osm

Run = Callable[..., Ran]
OLD = "school node 0,0 amenity=school name='Mill School'"
NEW = OLD + "\nshop node 50,0 shop=bakery name='New Bakery'"


@dataclass
class Extract:
    """A server that has one extract, which can be exchanged."""

    body: bytes
    etag: str
    server: Server | None = None

    def answer(self, asked: Asked) -> Reply:
        if asked.path.endswith(".md5") or "mill" not in asked.path:
            return Reply(status=404)
        headers = {"ETag": self.etag}
        return Reply(headers=headers, announce=len(self.body)) if asked.method == "HEAD" else Reply(body=self.body, headers=headers)

    @property
    def fetched(self) -> int:
        assert self.server is not None
        return sum(asked.method == "GET" and not asked.path.endswith(".md5") for asked in self.server.asked)


def pbf(drawing: str, folder: Path, name: str) -> bytes:
    drawn, packed = write_osm(drawing, folder / f"{name}.osm"), folder / f"{name}.osm.pbf"
    with osmium.SimpleWriter(str(packed), overwrite=True) as writer:
        for thing in osmium.FileProcessor(str(drawn)):
            writer.add(thing)
    return packed.read_bytes()


@pytest.fixture
def extract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Extract]:
    has = Extract(pbf(OLD, tmp_path, "old"), '"one"')
    with serve(has.answer) as server:
        has.server = server
        monkeypatch.setenv("ERA_GEO_EXTRACT_URL", server.url + "/{name}-latest.osm.pbf")
        yield has


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, era_geo: Run) -> Run:
    """Run `era-geo` on a machine without any region."""
    monkeypatch.setenv("ERA_GEO_HOME", str(tmp_path / "home"))
    return era_geo


def sources(fresh: Run, name: str = "mill") -> list[str]:
    return [source["name"] for source in json.loads(fresh("region", "info", name, "--json").out)["sources"]]


def places(fresh: Run, name: str = "mill") -> int:
    count: int = json.loads(fresh("region", "info", name, "--json").out)["counts"]["places"]
    return count


def test_the_same_file_is_built_once_and_a_newer_one_again(extract: Extract, fresh: Run, tmp_path: Path) -> None:
    assert fresh("region", "fetch", "mill").code == 0
    assert (extract.fetched, places(fresh)) == (1, 1)
    again = fresh("region", "fetch", "mill")
    assert (again.code, extract.fetched) == (0, 1)
    assert "Nothing to do" in again.err
    extract.body, extract.etag = pbf(NEW, tmp_path, "new"), '"two"'
    assert fresh("region", "fetch", "mill").code == 0
    assert (extract.fetched, places(fresh)) == (2, 2)


def test_force_fetches_and_builds_again(extract: Extract, fresh: Run) -> None:
    fresh("region", "fetch", "mill")
    forced = fresh("region", "fetch", "mill", "--force")
    assert (forced.code, extract.fetched) == (0, 2)
    assert "Nothing to do" not in forced.err


def test_after_a_build_that_failed_there_is_still_something_to_do(
    extract: Extract, fresh: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh("region", "fetch", "mill")
    extract.body, extract.etag = pbf(NEW, tmp_path, "new"), '"two"'

    def broken(*_: object, **__: object) -> None:
        raise DataError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr("era_geo.region.address_index.build", broken)
        assert fresh("region", "fetch", "mill").code == 1
    assert places(fresh) == 1
    again = fresh("region", "fetch", "mill")
    assert "Nothing to do" not in again.err
    assert (again.code, places(fresh)) == (0, 2)
    assert extract.fetched == 2  # the file was here already


def test_a_region_of_other_sources_is_not_replaced_without_being_asked_to(extract: Extract, fresh: Run, tmp_path: Path) -> None:
    other = write_osm(NEW, tmp_path / "council.osm")
    assert fresh("region", "build", other, "--name", "mill").code == 0
    refused = fresh("region", "fetch", "mill")
    assert (refused.code, extract.fetched) == (2, 0)
    assert "council.osm" in refused.err
    assert sources(fresh) == ["council.osm"]
    assert fresh("region", "fetch", "mill", "--replace").code == 0
    assert sources(fresh) == ["mill-latest.osm.pbf"]


def test_a_small_region_replaces_only_itself(fresh: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = write_osm(OLD, tmp_path / "answer.osm").read_bytes()
    lon, lat = crs.point_to_lonlat(*ORIGIN)
    around = (f"--around={lon:.6f},{lat:.6f}", "--reach=200")
    with serve(lambda _: Reply(body=body)) as server:
        monkeypatch.setenv("ERA_GEO_OVERPASS_URL", server.url)
        assert fresh("region", "fetch", "here", *around).code == 0
        assert fresh("region", "fetch", "here", *around).code == 0
        assert len(server.asked) == 2
        fresh("region", "build", write_osm(NEW, tmp_path / "council.osm"), "--name", "mill")
        refused = fresh("region", "fetch", "mill", *around)
        assert (refused.code, len(server.asked)) == (2, 2)
        assert sources(fresh) == ["council.osm"]
        assert fresh("region", "fetch", "mill", *around, "--replace").code == 0
    assert sources(fresh) == ["mill.osm"]
