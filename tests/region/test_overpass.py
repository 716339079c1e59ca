"""Fetching a small region from Overpass servers that behave, are busy, give half an answer, or send something else."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from era_geo import net
from era_geo.errors import SourceIncomplete, SourceUnavailable, UsageError
from era_geo.region import overpass
from era_geo.region.overpass import Area
from era_geo.settings import Settings
from tests.servers import Asked, Reply, serve
from tests.world import write_osm

AREA = Area(lon=-4.60, lat=56.61, reach_m=500.0)
DRAWN = "school node 0,0 amenity=school name='Mill School'"
TIMED_OUT = b'<?xml version="1.0"?><osm version="0.6"><remark> runtime error: Query timed out in "query" </remark></osm>'


@pytest.fixture
def whole(tmp_path: Path) -> bytes:
    return write_osm(DRAWN, tmp_path / "whole.osm").read_bytes()


def ask(answer: Callable[[Asked], Reply], tmp_path: Path, **options: object) -> tuple[Path, list[Asked]]:
    with serve(answer) as server:
        settings = Settings(home=tmp_path / "home", overpass_url=f"{server.url}/api/interpreter")
        path = overpass.fetch("here", AREA, settings, pauses_s=(0.01, 0.01), **options)  # type: ignore[arg-type]
        return path, server.asked


def test_the_whole_answer_becomes_a_file(tmp_path: Path, whole: bytes) -> None:
    path, asked = ask(lambda _: Reply(body=whole), tmp_path)
    assert path.read_bytes() == whole
    (request,) = asked
    query = parse_qs(request.body.decode())["data"][0]
    assert "is_in(56.610000,-4.600000)" in query
    assert query.startswith("[out:xml][timeout:90][maxsize:")
    assert "node(56.6" in query
    assert "way(56.6" in query
    assert request.headers["User-Agent"].startswith("era-geo/")


def test_of_relations_only_those_that_may_be_a_place_are_asked_for_whole() -> None:
    asked = [part for part in overpass.query(AREA).split(";") if "relation(" in part]
    assert len(asked) == 2  # inside, and around
    assert all('["type"~"^(multipolygon|site|building|boundary)$"]' in part and "amenity" in part for part in asked)


def test_an_answer_without_end_is_given_up(tmp_path: Path, whole: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overpass, "MOST_BYTES", len(whole) // 2)
    with pytest.raises(SourceUnavailable, match="Ask for a smaller area"):
        ask(lambda _: Reply(body=whole), tmp_path)
    assert not list((tmp_path / "home" / "downloads").iterdir())


def test_a_busy_server_is_asked_again_and_the_pause_is_told(tmp_path: Path, whole: bytes) -> None:
    replies = iter([Reply(status=429, headers={"Retry-After": "0"}), Reply(status=504), Reply(body=whole)])
    said: list[str] = []
    path, asked = ask(lambda _: next(replies), tmp_path, say=said.append)
    assert path.is_file()
    assert len(asked) == 3
    assert "127.0.0.1" in said[0]
    assert "learns this place" in said[0]
    assert len(said) == 3
    assert all("Asking again" in text for text in said[1:])


def test_a_server_that_stays_busy_is_given_up(tmp_path: Path) -> None:
    with pytest.raises(net.Busy):
        ask(lambda _: Reply(status=504), tmp_path)
    assert not list((tmp_path / "home" / "downloads").iterdir())


def test_a_wait_past_the_deadline_is_not_waited_for(tmp_path: Path) -> None:
    with pytest.raises(net.RateLimited):
        ask(lambda _: Reply(status=429, headers={"Retry-After": "3600"}), tmp_path)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (TIMED_OUT, "only part of the data"),
        (b"<osm version='0.6'><node id='1' lat='56", "whole map file"),
        (b"<html><body>Dispatcher error</body></html>", "whole map file"),
        (b"", "whole map file"),
    ],
)
def test_half_an_answer_is_a_failure_though_its_status_is_fine(tmp_path: Path, body: bytes, sentence: str) -> None:
    with pytest.raises(SourceIncomplete, match=sentence):
        ask(lambda _: Reply(body=body), tmp_path)
    assert not list((tmp_path / "home" / "downloads").iterdir())


def test_a_connection_that_breaks_is_no_answer(tmp_path: Path, whole: bytes) -> None:
    with pytest.raises(SourceUnavailable):
        ask(lambda _: Reply(body=whole[:200], announce=len(whole)), tmp_path)


def test_it_is_off_until_a_server_is_set(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="ERA_GEO_OVERPASS_URL"):
        overpass.fetch("here", AREA, Settings(home=tmp_path))


@pytest.mark.parametrize("reach", [0, -1, 50_000])
def test_an_area_too_large_for_a_small_region(tmp_path: Path, reach: float) -> None:
    with pytest.raises(UsageError, match="up to 3000 m"):
        overpass.fetch("here", Area(-4.6, 56.6, reach), Settings(home=tmp_path, overpass_url="http://127.0.0.1:9"))
