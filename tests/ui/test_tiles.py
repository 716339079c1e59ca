"""The area's own map service: nothing to see without one, named where there is one, asked only once a person switches it on."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from era_geo.outputs.page import render_map
from era_geo.outputs.webmap import Tiles, map_window
from era_geo.settings import Settings
from tests.browser_tools import Visit
from tests.outputs import drawn
from tests.servers import Reply, serve
from tests.servers import Server as TileServer
from tests.towns import Settle
from tests.ui.officer import Officer
from tests.ui.running import Server, running_app
from tests.ui.test_way import ADDRESS

CREDIT = "Maps of the area <b>"


def _png() -> bytes:
    """A picture of one grey point."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\x99")) + chunk(b"IEND", b"")


@dataclass
class Site:
    """A running app, and the map service of its settings."""

    app: Server
    tiles: TileServer


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, settle: Settle) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("tiles")
    settings = Settings(home=folder / "home")
    settle(settings)
    picture = Reply(body=_png(), headers={"Content-Type": "image/png"})
    with serve(lambda _asked: picture) as tiles:
        named = {"ERA_GEO_TILE_URL": f"{tiles.url}/{{z}}/{{x}}/{{y}}.png", "ERA_GEO_TILE_CREDIT": CREDIT}
        with running_app(folder, settings, **named) as app:
            yield Site(app, tiles)


@pytest.mark.browser
def test_the_map_service_is_asked_only_once_it_is_switched_on(visit: Visit, site: Site) -> None:
    visit.allow(site.app.url)
    visit.allow(site.tiles.url)
    officer = Officer(visit, site.app.entry)
    officer.begin()
    officer.find(ADDRESS)
    officer.confirm()
    officer.look()
    officer.map().locator(".era-number").first.wait_for()
    assert not site.tiles.asked
    officer.page.get_by_text("Show the map of 127.0.0.1 in the background").click()
    officer.map().locator(".leaflet-tile-loaded").first.wait_for()
    assert site.tiles.asked
    assert all(asked.path.endswith(".png") and "Referer" not in asked.headers for asked in site.tiles.asked)
    assert officer.page.get_by_text("127.0.0.1 then learns which area you look at.").count() == 1
    assert CREDIT in officer.map().locator(".leaflet-control-attribution").inner_text()


def test_a_map_on_its_own_ground_lets_no_picture_in() -> None:
    assessment = drawn.assessment()
    background = drawn.background(map_window(assessment))
    assert "img-src data:;" in render_map(assessment, background)
    page = render_map(assessment, background, Tiles("https://tiles.example/{z}/{x}/{y}.png?key=1", CREDIT))
    assert "img-src data: https://tiles.example;" in page
    assert "eraGround(" not in page.rpartition("function eraGround(")[2].partition("</script>")[2]
